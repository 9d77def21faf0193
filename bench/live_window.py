"""A live window in a process of its own, measured from inside: `python -m bench.live_window SCREEN RECORDING BEGIN_S SECONDS FOLDER`.

Prints one line of JSON. ``stance`` and ``hops`` are the Test page; ``bare`` is a label that counts what is drained every 16 ms from the
same link.
"""

import json
import os
import statistics
import sys
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel

from bench.player import CHOICES, PlayerHub
from bench.watching import Arrivals, Cpu, Touches, Watched, after
from drivers.transports.simulator import SETTLE_S
from ui.app import make_app
from ui.furnish import Furniture
from ui.pump import PERIOD_MS
from ui.shell import Shell

START_S = SETTLE_S
"""When the recorded person was told to start."""
SIZE = QSize(1440, 900)
"""Of the window, in pixels: a laptop's screen; whoever compares two runs compares the same pixels."""


class WatchedShell(Watched, Shell):
    """The window."""


class WatchedLabel(Watched, QLabel):
    """The baseline."""


class Measuring:
    """Measures for some seconds, prints, and ends the process."""

    def __init__(self, app: QApplication, arrivals: Arrivals, begin_s: float, seconds: float) -> None:
        self._app, self._arrivals, self._seconds = app, arrivals, seconds
        self._cpu = Cpu()
        self.right = lambda: True
        self.tick_ms = lambda: 0.0
        after(begin_s, self._begin, app)

    def _begin(self) -> None:
        if not self.right():
            self._app.exit(1)
            return
        self._arrivals.forget()
        self._cpu = Cpu()
        after(self._seconds, self._end, self._app)

    def _end(self) -> None:
        arrivals = self._arrivals
        found = {
            "cpu_percent": self._cpu.percent(),
            "ticks": arrivals.ticks / self._cpu.wall_s,
            "paints": arrivals.paints / self._cpu.wall_s,
            "tick_ms": self.tick_ms(),
            "paint_ms": statistics.median(arrivals.paint_ms) if arrivals.paint_ms else 0.0,
            "latency_ms": arrivals.latency_ms,
        }
        print(json.dumps(found), flush=True)
        self._app.exit(0)


def bare(app: QApplication, recording: Path, begin_s: float, seconds: float, folder: Path) -> int:
    """Drain a link into a label."""
    arrivals = Arrivals()
    label = WatchedLabel("0")
    label.painted_by = arrivals.painted
    label.installEventFilter(Touches(arrivals.touched, label))
    label.resize(SIZE)
    label.show()
    link = PlayerHub(recording, arrivals.drained).open(CHOICES["stance"], record=folder / "bare.mcap", session={})
    count = 0

    def tick() -> None:
        nonlocal count
        items = link.drain()
        count += len(items)
        label.setText(str(count))
        arrivals.ticked()

    timer = QTimer(label)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(PERIOD_MS)
    timer.timeout.connect(tick)
    Measuring(app, arrivals, begin_s, seconds)
    link.start()
    timer.start()
    code = app.exec()
    link.stop()
    return code


def test_page(app: QApplication, exam: str, recording: Path, begin_s: float, seconds: float, folder: Path) -> int:
    """Run an exam on the Test page, as an operator does."""
    arrivals = Arrivals()
    shell = WatchedShell()
    shell.resize(SIZE)
    shell.show()
    room = Furniture(shell, PlayerHub(recording, arrivals.drained), folder=folder)
    visit, page = room.visit, room.test
    page.setup_bar.choose_exam(exam)
    page.setup_bar.hops.setValue(page.setup_bar.hops.maximum())
    measuring = Measuring(app, arrivals, begin_s, seconds)
    visit.open(CHOICES[exam])
    pump = visit.pump
    if pump is None:
        return 1
    arrivals.behind = lambda: pump.behind
    shell.show_page("test")
    for view in page.live.picture.findChildren(pg.GraphicsView):
        view.viewport().installEventFilter(Touches(arrivals.touched, view))
    shell.painted_by = arrivals.painted
    visit.ticked.connect(arrivals.ticked)
    measuring.right = lambda: visit.running or begin_s < START_S
    measuring.tick_ms = lambda: 1e3 * statistics.median(pump.tick_s)
    after(START_S, page.start_or_stop, app)
    code = app.exec()
    pump.stop()
    return code


def main(screen: str, recording: str, begin_s: str, seconds: str, folder: str) -> int:
    """Measure a screen."""
    app = make_app([])
    if screen == "bare":
        return bare(app, Path(recording), float(begin_s), float(seconds), Path(folder))
    return test_page(app, screen, Path(recording), float(begin_s), float(seconds), Path(folder))


if __name__ == "__main__":
    # Without taking the window apart: Python's end would, in an order that Qt does not bear.
    os._exit(main(*sys.argv[1:]))
