"""How true an edge is between two samples: real contacts slowed down to 80, 100 and 200 Hz, and half-sines that are known; see contacts."""

import numpy as np

from bench.contacts import PHASES, SHARED, Errors, on_half_sines, on_people, records, truths

RATES = (80.0, 100.0, 200.0)
HEIGHTS_CM = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 12.0)
SEEDS = range(20)
GOALS_MS = {80.0: 4.5, 100.0: 4.0, 200.0: 3.0}
"""Most SD of a contact time on people; its bias is to be within 2 ms."""
HEAD = f"{'':12} {'found':>11} {'IC, ms':>14} {'TO, ms':>14} {'CT bias':>8} {'SD, ms':>7} {'goal':>6}"


def row(name: str, errors: Errors, goal: str) -> str:
    """Return a line of the first table."""
    told = len(errors.touch_ms) + len(errors.off_ms)
    touch, off = (f"{np.mean(v):6.2f} ± {np.std(v, ddof=1):5.2f}" for v in (errors.touch_ms, errors.off_ms))
    return f"{name:12} {told:5}/{told + errors.missed:<5} {touch:>14} {off:>14} {errors.bias_ms:8.2f} {errors.sd_ms:7.2f} {goal:>6}"


def people() -> None:
    """Print the table of real contacts."""
    if not SHARED.is_dir():
        print("real contacts: left out, the folder ../shared/data with recordings made by other people is not here")
        return
    found = records(SHARED)
    for title, some in (
        ("one foot or two on one plate, and two plates added up", [r for r in found if not r.name.endswith((" 1", " 2"))]),
        ("each plate under one foot", [r for r in found if r.name.endswith((" 1", " 2"))]),
    ):
        edges = sum(len(truths(record)) for record in some)
        print(f"\nreal jumps, {title}: {len(some)} records, {edges} edges, {PHASES} phases; against the 10 N crossing as recorded")
        print(HEAD)
        for rate in RATES:
            print(row(f"{rate:.0f} Hz", on_people(some, rate), f"{GOALS_MS[rate]:.1f}"), flush=True)


def smooth() -> None:
    """Print the tables of half-sines."""
    print(f"\nhalf-sines of 150-320 ms, hops of {HEIGHTS_CM[0]:g} to {HEIGHTS_CM[-1]:g} cm, {len(SEEDS)} people each, noise 1 N")
    print(HEAD)
    rates = (*RATES, 500.0, 1000.0)
    tables = {rate: [on_half_sines(height, rate, SEEDS) for height in HEIGHTS_CM] for rate in rates}
    for rate, cells in tables.items():
        whole = Errors(
            [e for cell in cells for e in cell.errors.touch_ms],
            [e for cell in cells for e in cell.errors.off_ms],
            sum(cell.errors.missed for cell in cells),
        )
        print(row(f"{rate:.0f} Hz", whole, "-"))
    print("\nRSI of the same, %: bias, RMS and largest error of the mean over a set of ten hops; goal 0.3 at 1000 Hz, 1 at 100 Hz")
    print(f"{'':8}" + "".join(f"{f'{rate:.0f} Hz':>20}" for rate in rates))
    for at, height in enumerate(HEIGHTS_CM):
        print(f"{height:5g} cm" + "".join(f"{rsi_cell(tables[rate][at].set_rsi_percent):>20}" for rate in rates))


def rsi_cell(percent: list[float]) -> str:
    """Return bias, RMS and largest error over sets."""
    return f"{np.mean(percent):6.2f} {np.sqrt(np.mean(np.square(percent))):5.2f} {np.abs(percent).max():5.2f}"


def main() -> None:
    """Print the tables."""
    people()
    smooth()


if __name__ == "__main__":
    main()
