"""Measures a live window from inside: from arrival to the end of the paint, and the CPU time of every thread."""

import threading
import time
from collections.abc import Callable, Sequence

import psutil
from PySide6.QtCore import QEvent, QObject, Qt, QTimer

from ankletest.device import OPERATOR, Item, Notification

NS_PER_MS = 1e6
THREADS = ("MainThread", "link", "recorder")
"""Threads with a column of their own; the first is Qt's."""


class Arrivals:
    """From the callback on the link thread to the end of the first paint that shows it.

    ``behind`` returns how many drained items have not been fed yet.
    """

    def __init__(self) -> None:
        self.behind: Callable[[], int] = int
        self._drained_ns: list[int] = []
        self._fed_ns: list[int] = []
        self._fresh = False
        self.ticks = 0
        self.paints = 0
        self.latency_ms: list[float] = []
        self.paint_ms: list[float] = []

    def drained(self, items: Sequence[Item]) -> None:
        """Take what a link handed over."""
        self._drained_ns += [item.received_ns for item in items if isinstance(item, Notification) and item.device != OPERATOR]

    def ticked(self) -> None:
        """Everything drained, but for what waits, is now in the widgets; a paint begun before does not show it."""
        self.ticks += 1
        fed = max(0, len(self._drained_ns) - self.behind())
        self._fed_ns += self._drained_ns[:fed]
        del self._drained_ns[:fed]
        self._fresh = False

    def touched(self) -> None:
        """Note that a widget which shows samples is being painted."""
        self._fresh = True

    def painted(self, began_ns: int, ended_ns: int) -> None:
        """Note a paint of the window; it counts where a widget that shows samples was painted since the last tick."""
        if not self._fresh:
            return
        self._fresh = False
        self.paints += 1
        self.paint_ms.append((ended_ns - began_ns) / NS_PER_MS)
        self.latency_ms += [(ended_ns - arrived_ns) / NS_PER_MS for arrived_ns in self._fed_ns]
        self._fed_ns.clear()

    def forget(self) -> None:
        """Begin to count; what has arrived but is not painted yet is counted."""
        self.ticks = self.paints = 0
        self.latency_ms.clear()
        self.paint_ms.clear()


class Touches(QObject):
    """Tells of every paint of the widgets it is put on as an event filter."""

    def __init__(self, touched: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._touched = touched

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.Paint:
            self._touched()
        return super().eventFilter(watched, event)


class Watched:
    """Of a window: what is dirty below it is painted, and put on the screen, within one event of its own; mixed in before a widget."""

    painted_by: Callable[[int, int], None] | None = None

    def event(self, event: QEvent) -> bool:
        if event.type() != QEvent.Type.UpdateRequest or self.painted_by is None:
            return super().event(event)
        began_ns = time.monotonic_ns()
        done = super().event(event)
        self.painted_by(began_ns, time.monotonic_ns())
        return done


class Cpu:
    """CPU time of this process from now on, whole and by thread."""

    def __init__(self) -> None:
        self._began_s, self._all_s, self._each_s = time.perf_counter(), time.process_time(), _by_thread()

    @property
    def wall_s(self) -> float:
        """Seconds since then."""
        return time.perf_counter() - self._began_s

    def percent(self) -> dict[str, float]:
        """Return percent of one core: ``all`` (every thread, exact) and by thread (by the system's clock tick, 10 ms on Linux)."""
        wall_s = self.wall_s
        spent = {name: spent_s - self._each_s.get(name, 0.0) for name, spent_s in _by_thread().items()}
        return {"all": 100 * (time.process_time() - self._all_s) / wall_s, **{name: 100 * s / wall_s for name, s in spent.items()}}


def after(seconds: float, work: Callable[[], None], parent: QObject) -> None:
    """Do something once, to the millisecond."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: work())  # a bound method alone would not keep its object alive
    timer.start(round(1e3 * seconds))


def _by_thread() -> dict[str, float]:
    names = {thread.native_id: thread.name for thread in threading.enumerate() if thread.name in THREADS}
    spent = dict.fromkeys((*THREADS, "other"), 0.0)
    for thread in psutil.Process().threads():
        spent[names.get(thread.id, "other")] += thread.user_time + thread.system_time
    return spent
