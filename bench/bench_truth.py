"""How true the main numbers of each test are: 20 trials of simulated people, through codecs, clock and exam, against their truth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from ankletest.analysis import Wish, analyse
from ankletest.cli.parts import VisitWish
from ankletest.samples import G, Side
from ankletest.trial import Outcome, Setup
from drivers.catalog import MODELS
from drivers.visits import simulate_visit

SEEDS = range(10)
"""Two legs each: 20."""
Truth = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """A number: of which test, its key, unit, how the truth tells it, and whether errors are relative (per cent)."""

    exam: str
    key: str
    unit: str
    of: Callable[[Truth], float]
    relative: bool = False
    scale: float = 1.0
    given: Mapping[str, float] = field(default_factory=dict)
    faults: Mapping[str, float] = field(default_factory=dict)
    name: str = ""


def _flight_height(truth: Truth) -> float:
    return G * cast("float", truth["flight_s"]) ** 2 / 8.0


def _each(key: str, part: str, fold: Callable[[list[float]], float]) -> Callable[[Truth], float]:
    def of(truth: Truth) -> float:
        return fold([float(one[part]) for one in cast("list[dict[str, float]]", truth[key])])

    return of


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


def _median_of(first: str, last: str) -> Callable[[Truth], float]:
    def of(truth: Truth) -> float:
        return float(np.median([hop[last] - hop[first] for hop in cast("list[dict[str, float]]", truth["hops"])]))

    return of


def _with_heel_down(truth: Truth) -> float:
    """Return the mean of the lunges; where the heel lifted, the angle of its last contact counts."""
    bends = cast("list[dict[str, float | None]]", truth["bends"])
    return _mean([cast("float", bend["held_deg"] if bend["heel_lift_deg"] is None else bend["heel_lift_deg"]) for bend in bends])


def _number(key: str) -> Callable[[Truth], float]:
    return lambda truth: cast("float", truth[key])


CALIBRATED = {"calibrated": 1.0}
ROWS = (
    Row("jump", "cmj_height", "cm", _number("height_m"), scale=100.0),
    Row("jump", "flight_height", "cm", _flight_height, scale=100.0),
    Row("drop_jump", "drop_contact", "ms", _number("contact_s"), scale=1000.0),
    Row("drop_jump", "drop_rsi", "%", _number("rsi_m_s"), relative=True),
    Row("drop_jump", "drop_fall", "cm", _number("fall_m"), scale=100.0),
    Row("drop_landing", "landing_peak", "%", lambda t: _each("landings", "peak_n", _mean)(t) / _number("body_weight_n")(t), relative=True),
    Row("heel_raise", "raises", "", lambda t: float(len(cast("list[object]", t["raises"])))),
    Row("calf_strength", "calf_force", "%", lambda t: _each("pushes", "peak_n", max)(t), relative=True, given={"rest_s": 3.0}),
    Row("reactive_landing", "reaction_time", "ms", _median_of("cue_s", "move_s"), scale=1000.0),
    Row("lunge", "lunge_angle_mean", "°", _with_heel_down, faults=CALIBRATED, name="calibrated sensor"),
    Row("plantarflexion", "plantarflexion_range", "°", _each("bends", "held_deg", max), faults=CALIBRATED, name="calibrated sensor"),
    Row("squat", "squat_depth", "°", _each("bends", "held_deg", _mean), faults=CALIBRATED, name="calibrated sensor"),
)


def errors(rows: tuple[Row, ...]) -> list[tuple[list[float], int, int]]:
    """Return errors, how many trials told nothing, and how many there were, of rows of the same test and faults."""
    out: list[tuple[list[float], int, int]] = [([], 0, 0) for _ in rows]
    one = rows[0]
    for seed in SEEDS:
        setups = tuple(Setup(one.exam, side, trial=side.value, given=one.given) for side in Side)
        notifications, truth = simulate_visit(VisitWish(setups=setups, seed=seed, mass_kg=55.0 + 3.0 * seed, faults=one.faults))
        finished = analyse(notifications, MODELS, Wish())
        for done, true in zip(finished, cast("list[Truth]", truth["trials"]), strict=True):
            values = {value.metric.key: value for value in done.values}
            for k, row in enumerate(rows):
                found, silent, count = out[k]
                value = values[row.key].value if row.key in values else None
                if value is None or done.trial.outcome is not Outcome.COMPLETED:
                    out[k] = (found, silent + 1, count + 1)
                    continue
                real = row.of(true)
                found.append(100.0 * (value / real - 1.0) if row.relative else row.scale * (value - real))
                out[k] = (found, silent, count + 1)
    return out


def main() -> None:
    """Print the table."""
    print(f"{2 * len(SEEDS)} trials of {len(SEEDS)} people; error = told − true")
    print(f"{'test':18}{'number':22}{'':20}{'unit':>5} {'told':>7} {'bias':>8} {'SD':>7} {'largest':>8}")
    groups: dict[tuple[str, tuple[str, ...]], list[Row]] = {}
    for row in ROWS:
        groups.setdefault((row.exam, tuple(row.faults)), []).append(row)
    for group in groups.values():
        for row, (found, silent, count) in zip(group, errors(tuple(group)), strict=True):
            values = np.array(found) if found else np.array([np.nan])
            sd = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
            told = f"{count - silent}/{count}"
            print(
                f"{row.exam:18}{row.key:22}{row.name:20}{row.unit:>5} {told:>7} {values.mean():8.2f} {sd:7.2f} {np.abs(values).max():8.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
