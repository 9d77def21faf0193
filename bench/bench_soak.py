"""An hour of two devices through link, recorder and session: memory and loss ledger; the way to it is in ``soak``."""

import statistics
import tempfile
import time
import tracemalloc
from pathlib import Path

from bench.soak import Soak

MINUTES, EVERY = 60.0, 6.0
FLAT = 1.02
"""The recording's index grows by a line for each second, 0.1 MB an hour."""


def growth(marks: list[float]) -> float:
    """Return the median of the second half over that of the first, without the very first mark."""
    half = len(marks) // 2
    return statistics.median(marks[half:]) / statistics.median(marks[1:half])


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder) / "soak.mcap")
        began = time.perf_counter()
        print("pad 1000 Hz, foot sensor 200 Hz, 1 % of the notifications lost, a stance every five minutes")
        print(f"{'minute':>8}{'tests':>8}{'resident MB':>13}{'held MB':>9}")
        resident, kept_mb = [], []
        tracemalloc.start()
        for mark in soak.run(MINUTES, every=EVERY):
            resident.append(mark.resident_mb)
            kept_mb.append(mark.held.total() / 1e6)
            print(f"{mark.minutes:8.0f}{mark.tests:8}{resident[-1]:13.1f}{kept_mb[-1]:9.2f}", flush=True)
        tracemalloc.stop()
        took_s = time.perf_counter() - began
        size_mb = (Path(folder) / "soak.mcap").stat().st_size / 1e6
    print(f"second half of the time against the first, medians: resident {growth(resident):.3f} x, held {growth(kept_mb):.3f} x, ", end="")
    print("flat" if growth(kept_mb) < FLAT else "GROWS")
    print(f"{60.0 * MINUTES / took_s:.0f} x real time, a recording of {size_mb:.0f} MB, {soak.let_go} not handed over")
    print(f"{'ledger':12}{'samples':>12}{'lost':>9}{'truly lost':>12}{'told, %':>10}")
    for device, kept in soak.kept.items():
        print(f"{device:12}{kept.samples:12,}{kept.lost:9,}{kept.true_lost:12,}{kept.told_percent:10.3f}")


if __name__ == "__main__":
    main()
