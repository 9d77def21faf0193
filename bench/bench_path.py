"""The path without a screen: notifications a second and multiples of real time, for one pad and two motion sensors."""

import gc
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ankletest.analysis import replay
from ankletest.cli.parts import VisitWish
from ankletest.cli.simulate import write
from ankletest.device import Notification
from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.session import Session
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.visits import make_hub, simulate_visit

ROUNDS = 5
GOAL = 1000.0


def median_s(work: Callable[[], object]) -> float:
    """Return the median of some rounds, s of processor time: what else runs on a machine does not count."""
    took = []
    gc.collect()  # what an earlier row left is not this one's
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return statistics.median(took)


def one_by_one(items: list[Notification]) -> None:
    """Feed a session as a live link does on a quiet machine: a notification a call."""
    session = Session(MODELS)
    for item in items:
        session.feed([item])


def cost(items: list[Notification], corrected: list[Notification]) -> float:
    """Return the processor time of one over that of the other: the least of some rounds taken in turn, as others use the machine too."""
    took: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for which, one in ((False, items), (True, corrected)):
            began = time.process_time()
            replay(one, MODELS)
            took[which].append(time.process_time() - began)
    return min(took[True]) / min(took[False])


def calibrated(items: list[Notification]) -> list[Notification]:
    """Return the visit with every device corrected twice, by a zero and by a matrix: cells and motion sensors alike."""
    opening = json.loads(items[0].payload)
    for device in opening["devices"]:
        kind, size = ("cells", 4) if device["site"] == "pad" else ("imu", 6)
        matrix = [[1.001 * (row == column) for column in range(size)] for row in range(size)]
        device["corrections"] = [{"kind": kind, "matrix": matrix, "offset": [0.01] * size, "certificate": f"bench-{k}"} for k in range(2)]
    return [replace(items[0], payload=json.dumps(opening).encode()), *items[1:]]


def play(path: Path) -> None:
    """Play a recording flat out through the hub, as the window does."""
    playback = make_hub().replay(path, speed=0.0)
    session = Session(MODELS)
    playback.start()
    while not playback.finished:
        session.feed([item for item in playback.drain() if isinstance(item, Notification)])
    session.feed([item for item in playback.drain() if isinstance(item, Notification)])
    playback.stop()


def main() -> None:
    """Print the table."""
    setups = tuple(Setup(exam, side, trial=f"{exam} {side}") for exam in ("stance", "hops") for side in Side)
    notifications, _ = simulate_visit(VisitWish(setups, seed=1))
    items = list(notifications)
    span = (items[-1].received_ns - items[0].received_ns) * 1e-9
    corrected = calibrated(items)
    replay(items, MODELS)  # everything is loaded and compiled now
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visit.mcap"
        write(path, items, MODELS)
        size = path.stat().st_size
        rows = [
            ("one notification a call (baseline)", median_s(lambda: one_by_one(items))),
            ("1024 notifications a call", median_s(lambda: replay(items, MODELS))),
            ("the same, each device calibrated", median_s(lambda: replay(corrected, MODELS))),
            ("read from the disk", median_s(lambda: list(Recording.open(path).notifications()))),
            ("read, decoded, analysed", median_s(lambda: replay(Recording.open(path).notifications(), MODELS))),
            ("played flat out through the hub", median_s(lambda: play(path))),
        ]
    print(f"visit of {span:.0f} s: pad 1000 Hz, two motion sensors 200 Hz; {len(items)} notifications, {size / 1e6:.1f} MB; processor time")
    print(f"{'':36} {'µs each':>8} {'a second':>10} {'x real time':>12} {'x baseline':>11}")
    base = rows[0][1]
    for name, took in rows:
        print(f"{name:36} {1e6 * took / len(items):8.1f} {len(items) / took:10.0f} {span / took:12.0f} {base / took:11.1f}")
    print(f"applying calibrations: {cost(items, corrected):.2f} of the time without")
    print(f"goal: at least {GOAL:.0f} x real time")


if __name__ == "__main__":
    main()
