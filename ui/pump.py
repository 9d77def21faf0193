"""From a link through the session into Qt's thread, every 16 ms; it neither paints nor decides."""

from collections import deque
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ankletest.device import OPERATOR, Link, Notice, Notification
from ankletest.errors import AnkletestError
from ankletest.session import Session, Update

PERIOD_MS = 16
"""One frame of a 60 Hz screen; with a precise timer the oldest sample waits 16 ms (arrival to paint p95 18 ms)."""
BUDGET_S = 0.011
"""A tick that catches up (flat out, after a seek) leaves the rest of the frame to painting and keys."""
SLICE = 256
"""Notifications fed at once: decoding stays vectorised and one slice stays far below the budget."""
STATUS_TICKS = 30
"""Lamps are looked at twice a second."""
KEPT_TICKS = 600
"""Tick times kept for the benchmark: ten seconds."""


class Pump(QObject):
    """Drains a link, feeds a session, and tells what came of it.

    An ``AnkletestError`` of the session ends it with ``failed``; any other exception of the link thread is raised here, in Qt's
    thread, so that the one excepthook shows it.
    """

    blocks = Signal(object)  # list[Block]
    started = Signal(object)  # Setup
    changed = Signal(object)  # Change
    finished = Signal(object)  # Finished
    checked = Signal(object)  # CheckReport
    aligned = Signal(object)  # Sequence[Aligned]
    notice = Signal(object)  # Notice
    status = Signal()
    ticked = Signal()  # after everything of a tick: the moment to paint
    failed = Signal(object)  # AnkletestError

    def __init__(self, link: Link, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._session = session
        self._waiting: deque[Notification | Notice | BaseException] = deque()
        self._count = 0
        self.tick_s: deque[float] = deque(maxlen=KEPT_TICKS)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def session(self) -> Session:
        """The session fed."""
        return self._session

    @property
    def behind(self) -> int:
        """How many items wait for the next tick."""
        return len(self._waiting)

    def start(self) -> None:
        """Start ticking."""
        self._timer.start()

    def stop(self) -> None:
        """Stop ticking; what has not been drained stays in the link."""
        self._timer.stop()

    def restart(self, session: Session) -> None:
        """Feed a fresh session from now on, forgetting what waits (after a seek)."""
        self._waiting.clear()
        self._session = session

    def tick(self) -> None:
        """Drain, feed, tell."""
        began = perf_counter()
        self._waiting.extend(self._link.drain())
        worked = bool(self._waiting)
        try:
            while self._waiting:
                self._step()
                if perf_counter() - began > BUDGET_S:
                    break
        except AnkletestError as error:
            self.stop()
            self._waiting.clear()
            self.failed.emit(error)
            return
        self._count += 1
        if self._count % STATUS_TICKS == 1:
            self.status.emit()
        self.ticked.emit()
        if worked:
            self.tick_s.append(perf_counter() - began)

    def drain_all(self) -> None:
        """Take everything that is there at once, and say to the session that no more comes (at the end of a link)."""
        self._waiting.extend(self._link.drain())
        try:
            while self._waiting:
                self._step()
            self._tell(self._session.finish())
        except AnkletestError as error:
            self._waiting.clear()
            self.failed.emit(error)
        self.ticked.emit()

    def _step(self) -> None:
        """Feed up to the next operator event, sentence or slice end, so that what is told is told in order."""
        taken: list[Notification] = []
        while self._waiting and len(taken) < SLICE:
            item = self._waiting.popleft()
            if isinstance(item, Notification):
                taken.append(item)
                if item.device == OPERATOR:
                    break
                continue
            if taken:
                self._tell(self._session.feed(taken))
            if isinstance(item, Notice):
                self.notice.emit(item)
                return
            raise item
        if taken:
            self._tell(self._session.feed(taken))
            if taken[-1].device == OPERATOR:
                # The open event names the devices: who shows their signals has to know before the first sample comes.
                self.status.emit()

    def _tell(self, update: Update) -> None:
        if update.started is not None:
            self.started.emit(update.started)
        if update.blocks:
            self.blocks.emit(list(update.blocks))
        for change in update.changes:
            self.changed.emit(change)
        for finished in update.finished:
            self.finished.emit(finished)
        for report in update.checked:
            self.checked.emit(report)
        if update.aligned:
            self.aligned.emit(update.aligned)
