"""The window: first paint, and what a live screen costs; off screen, so without the cost of a display server."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROUNDS = 7
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
LIVE = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from ui.app import make_app
from ui.shell import Shell
from ui.furnish import Furniture
from drivers.visits import make_hub
app = make_app([])
shell = Shell(); shell.resize(1440, 900); shell.show()
room = Furniture(shell, make_hub())
room.replay.open(Path(sys.argv[1]))
began = {}
late = []
frames = [0]
def start():
    room.replay.playing.play(True)
    pump = room.replay.playing.pump
    pump.ticked.connect(count)
    began["t"] = time.perf_counter(); began["cpu"] = time.thread_time()
def count():
    frames[0] += 1
def stop():
    wall = time.perf_counter() - began["t"]; cpu = time.thread_time() - began["cpu"]
    print(f"{wall} {cpu} {frames[0]}", flush=True)
    app.exit(0)
QTimer.singleShot(3000, start)
QTimer.singleShot(3000 + 10_000, stop)
app.exec()
import os; os._exit(0)
"""


def run(script: str, *argv: str) -> list[float]:
    """Run a script in a process of its own and return the numbers of its last line."""
    env = {"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "HOME": tempfile.gettempdir()}
    started = [repr(time.time())] if not argv else []
    done = subprocess.run([sys.executable, "-c", script, *argv, *started], capture_output=True, text=True, cwd=ROOT, env=env, check=False)
    if done.returncode != 0 or not done.stdout.strip():
        print(done.stderr[-2000:])
        return []
    return [float(part) for part in done.stdout.strip().splitlines()[-1].split()]


def main() -> None:
    """Print the tables."""
    bare = statistics.median(t for _ in range(ROUNDS) for t in run(BARE))
    first = statistics.median(t for _ in range(ROUNDS) for t in run(FIRST))
    print(f"{'':36} {'s':>8} {'x baseline':>11}")
    print(f"{'a bare label (baseline)':36} {bare:8.3f} {1.0:11.2f}")
    print(f"{'first paint of the window, warm':36} {first:8.3f} {first / bare:11.2f}")
    print("goal: at most 0.6 s")
    visit = ROOT / "fixtures" / "visit" / "visit.mcap"
    told = run(LIVE, str(visit))
    if told:
        wall, cpu, frames = told
        share = 100 * cpu / wall
        print(f"\nlive stance, replayed at 1x for {wall:.0f} s: {frames / wall:.1f} ticks a second")
        print(f"{share:.0f} % of one core in the thread of Qt")
        print("goal: at most 40 % at 60 Hz")


if __name__ == "__main__":
    main()
