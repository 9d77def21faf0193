"""An hour of two devices through link, recorder and session: memory and loss ledger; the way to it is in ``soak``."""

import statistics
import tempfile
import time
from pathlib import Path

from bench.soak import Soak

MINUTES, EVERY = 60.0, 6.0
FLAT_MB = 1.0
"""What is less than this is the allocator's."""


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder) / "soak.mcap")
        began = time.perf_counter()
        print("pad 1000 Hz, foot sensor 200 Hz, 1 % of the notifications lost, a stance every five minutes")
        print(f"{'minute':>8}{'tests':>8}{'resident MB':>13}")
        marks = []
        for mark in soak.run(MINUTES, every=EVERY):
            marks.append(mark.resident_mb)
            print(f"{mark.minutes:8.0f}{mark.tests:8}{mark.resident_mb:13.1f}", flush=True)
        took_s = time.perf_counter() - began
        size_mb = (Path(folder) / "soak.mcap").stat().st_size / 1e6
    half = len(marks) // 2
    first, last = statistics.median(marks[1:half]), statistics.median(marks[half:])
    verdict = "flat" if last - first < FLAT_MB else "GROWS"
    print(f"second half of the time against the first, medians: {last - first:+.1f} MB, x {last / first:.3f}, {verdict}")
    print(f"{60.0 * MINUTES / took_s:.0f} x real time, a recording of {size_mb:.0f} MB, {soak.let_go} not handed over")
    print(f"{'ledger':12}{'samples':>12}{'lost':>9}{'truly lost':>12}{'told, %':>10}")
    for device, kept in soak.kept.items():
        print(f"{device:12}{kept.samples:12,}{kept.lost:9,}{kept.true_lost:12,}{kept.told_percent:10.3f}")


if __name__ == "__main__":
    main()
