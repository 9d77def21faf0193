"""The window: first paint, arrival to paint, and what a live screen costs; every row beside a bare label measured in the same round."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ankletest.cli.simulate import write
from ankletest.samples import Side
from ankletest.trial import Setup
from bench.player import CHOICES
from drivers.catalog import MODELS
from drivers.people.body import Person
from drivers.transports.simulator import simulate

ROOT = Path(__file__).parent.parent
PAINT_ROUNDS, ROUNDS = 7, 3
SECONDS = 8.0
"""Measured of each screen."""
SETUPS = (Setup("stance", Side.LEFT, duration_s=30.0), Setup("hops", Side.LEFT, hops=30))
BEGIN_S = {"bare": 2.0, "stance": 12.0, "hops": 12.0}
"""When measuring begins: in the hold, and among the hops."""
TITLES = {
    "bare": "a bare label (baseline)",
    "stance": "stance: pad 1000 Hz, 2 sensors 200 Hz",
    "hops": "hops: pad 1000 Hz, 2 on the feet 200 Hz",
}
PAINT_GOAL_S, LATENCY_GOAL_MS, CPU_GOAL = 0.6, 25.0, 40.0
LONGEST_S = 90.0
"""A process that takes longer hangs."""
BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QLabel
class Label(QLabel):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time() - float(sys.argv[1]), flush=True)
        app.quit()
app = QApplication([]); label = Label("x"); label.show(); app.exec()
"""
FIRST = """
import sys, time
import ankletest.__main__
from ui.app import make_app
from ui.shell import Shell
app = make_app([])
shell = Shell()
def told():
    print(time.time() - float(sys.argv[1]), flush=True)
    app.quit()
shell.painted.connect(told)
shell.show()
app.exec()
"""


@dataclass(frozen=True, slots=True)
class Screen:
    """What one screen cost in one round: milliseconds, paints a second, and percent of one core."""

    middle_ms: float
    late_ms: float
    paints: float
    tick_ms: float
    paint_ms: float
    cpu: float
    qt: float


def run(*argv: str) -> str:
    """Run Python in a process of its own, off screen unless a platform is asked for, and return its last line."""
    env = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "HOME": tempfile.gettempdir()}
    done = subprocess.run([sys.executable, *argv], capture_output=True, text=True, cwd=ROOT, env=env, check=False, timeout=LONGEST_S)
    if done.returncode != 0 or not done.stdout.strip():
        raise RuntimeError(done.stderr[-2000:] or f"ended with {done.returncode}")
    return done.stdout.strip().splitlines()[-1]


def first_paint(script: str) -> float:
    """Return the seconds from the start of a process to its first paint, the median of some rounds."""
    return statistics.median(float(run("-c", script, repr(time.time()))) for _ in range(PAINT_ROUNDS))


def measure(screen: str, recordings: Path) -> Screen:
    """Measure a screen in a process of its own."""
    recording = recordings / ("stance.mcap" if screen == "bare" else f"{screen}.mcap")
    with tempfile.TemporaryDirectory() as folder:
        found = json.loads(run("-m", "bench.live_window", screen, str(recording), str(BEGIN_S[screen]), str(SECONDS), folder))
    middle_ms, late_ms = np.quantile(found["latency_ms"], (0.5, 0.95))
    cpu = found["cpu_percent"]
    return Screen(float(middle_ms), float(late_ms), found["paints"], found["tick_ms"], found["paint_ms"], cpu["all"], cpu["MainThread"])


def record(folder: Path) -> None:
    """Simulate beforehand, so that the simulation is not measured."""
    for setup in SETUPS:
        items, _ = simulate([replace(setup, trial="1")], CHOICES[setup.exam], Person(), 1)
        write(folder / f"{setup.exam}.mcap", items, MODELS)


def line(name: str, rounds: list[Screen], bare: list[Screen]) -> str:
    """Return the line of a screen: medians over the rounds, and medians of the rounds' ratios to the bare label."""

    def middle(field: str) -> float:
        return statistics.median(getattr(screen, field) for screen in rounds)

    def ratio(field: str) -> float:
        return statistics.median(getattr(screen, field) / getattr(base, field) for screen, base in zip(rounds, bare, strict=True))

    return (
        f"{name:40}{middle('middle_ms'):7.1f}{middle('late_ms'):7.1f}{ratio('late_ms'):8.2f}{middle('cpu'):8.1f}{middle('qt'):8.1f}"
        f"{ratio('cpu'):8.1f}{middle('paints'):9.0f}{middle('tick_ms'):9.1f}{middle('paint_ms'):9.1f}"
    )


def main() -> None:
    """Print the tables."""
    bare, first = first_paint(BARE), first_paint(FIRST)
    print(f"{'':40} {'s':>8} {'x baseline':>11}")
    print(f"{'a bare label (baseline)':40} {bare:8.3f} {1.0:11.2f}")
    print(f"{'first paint of the window, warm':40} {first:8.3f} {first / bare:11.2f}")
    print(f"goal: at most {PAINT_GOAL_S:g} s\n")
    found: dict[str, list[Screen]] = {screen: [] for screen in TITLES}
    with tempfile.TemporaryDirectory() as folder:
        record(Path(folder))
        for _ in range(ROUNDS):
            for screen, rounds in found.items():
                rounds.append(measure(screen, Path(folder)))
    print(f"live, {os.environ.get('QT_QPA_PLATFORM', 'offscreen')}, 1440 x 900, {SECONDS:g} s, median of {ROUNDS} rounds")
    print(f"{'':40}{'arrival to paint, ms':>22}{'CPU, % of one core':>24}")
    print(f"{'':40}{'p50':>7}{'p95':>7}{'x base':>8}{'all':>8}{'Qt':>8}{'x base':>8}{'paints/s':>9}{'tick ms':>9}{'paint ms':>9}")
    for screen, rounds in found.items():
        print(line(TITLES[screen], rounds, found["bare"]))
    print(f"goal: p95 at most {LATENCY_GOAL_MS:g} ms, all at most {CPU_GOAL:g} % at 60 Hz")


if __name__ == "__main__":
    main()
