"""Locks the window after idle time or by a key: store closed, keys wiped, everything covered; a test that runs is not interrupted."""

import logging
import math
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from ankletest.errors import AnkletestError
from ankletest.settings import NEVER, Settings
from ui.desk.desk_store import DeskStore
from ui.door.lock_screen import LockScreen
from ui.visit import Visit
from ui.words import store as words

log = logging.getLogger(__name__)
SECONDS_PER_MINUTE = 60.0
DEFAULT_MINUTES = Settings().lock_minutes
AGAIN_S = 2.0
"""While a test runs or a job writes, the lock is tried again so much later."""
SIGNS = frozenset(
    {
        QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel, QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)  # fmt: skip
"""Signs of a person at the window."""


class Locking(QObject):
    """Watches for idle time while a store is open.

    Parameters
    ----------
    window
        What is covered; its shortcuts rest meanwhile.
    body
        What is in the window, hidden meanwhile.
    visit
        Its store is closed and given back; its devices and its recording go on.
    busy
        True while locking would interrupt: a run, a battery that goes on by itself, a job.
    """

    unlock_wanted = Signal(str)
    locked = Signal()
    uncovered = Signal()

    def __init__(self, window: QMainWindow, body: QWidget, visit: Visit, busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self.screen = LockScreen(window)
        self.screen.unlock.connect(self.unlock_wanted)
        self.wished = False
        self._window = window
        self._body = body
        self._visit = visit
        self._busy = busy
        self.store: DeskStore | None = None
        self._idle_s = SECONDS_PER_MINUTE * DEFAULT_MINUTES
        self._seen_s = 0.0
        self._resting: list[QShortcut] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)

    @property
    def is_locked(self) -> bool:
        """True while the window is covered."""
        return self.screen.isVisibleTo(self._window)

    def watch(self, store: DeskStore) -> None:
        """Begin to watch: the store is open. Gives the window back when it was covered."""
        self.store = store
        self.wished = False
        self.uncover()
        self._begin()

    def set_minutes(self, minutes: float) -> None:
        """Lock after so many minutes without a sign of a person; ``NEVER``: only by hand."""
        self._idle_s = minutes * SECONDS_PER_MINUTE if minutes != NEVER else math.inf
        if self.store is not None:
            self._begin()

    def _begin(self) -> None:
        self._seen_s = time.monotonic()
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        self._wait(AGAIN_S if self.wished else self._idle_s)

    def lock(self) -> str:
        """Lock now, or when what runs is over; return a sentence about it, if there is anything to say."""
        if self.store is None:
            return words.NOTHING_TO_LOCK
        if self._busy():
            self.wished = True
            self._wait(AGAIN_S)
            return words.LOCK_LATER
        self._close_store()
        self._cover()
        self.locked.emit()
        return ""

    def shut(self) -> None:
        """Close the store and leave the window as it is: somebody is there, who has its files replaced or moved."""
        self._close_store()

    def stop(self) -> None:
        """Watch no more, and close the store: the window is closed."""
        self._timer.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        store, self.store = self.store, None
        if store is None:
            return
        try:
            store.seal_left()  # the job that does it after a visit may not have had its turn
        except AnkletestError as error:
            log.warning("%s", error)
        finally:
            store.close()

    def say(self, sentence: str) -> None:
        """Show a sentence on the lock screen."""
        self.screen.say(sentence)

    def uncover(self) -> None:
        """Give the window back."""
        if not self.is_locked:
            return
        self.screen.uncover()
        self._body.show()
        for shortcut in self._resting:
            shortcut.setEnabled(True)
        self._resting = []
        self.uncovered.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that somebody is there; nothing is held back."""
        if event.type() in SIGNS:
            self._seen_s = time.monotonic()
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        if self.store is None:
            return
        idle_s = time.monotonic() - self._seen_s
        if self.wished or idle_s >= self._idle_s:
            self.lock()
        else:
            self._wait(self._idle_s - idle_s)

    def _wait(self, seconds: float) -> None:
        if math.isinf(seconds):
            self._timer.stop()
            return
        self._timer.start(max(1, round(1000.0 * seconds)))

    def _close_store(self) -> None:
        store, self.store = self.store, None
        self._timer.stop()
        if store is None:
            return
        # As when the next run begins or the devices are let go: what nobody rejected counts. Locked, nobody could save it.
        self._visit.settle()
        self._visit.store = None
        try:
            store.keeping.note_lock()
        except AnkletestError as error:
            log.warning("%s", error)  # the log cannot be written: it locks all the same
        finally:
            store.close()

    def _cover(self) -> None:
        self._resting = [shortcut for shortcut in self._window.findChildren(QShortcut) if shortcut.isEnabled()]
        for shortcut in self._resting:
            shortcut.setEnabled(False)
        for other in QApplication.topLevelWidgets():
            if other is not self._window and other.isVisible():
                other.close()  # a dialog or the client's view could show a name
        self._body.hide()
        self.screen.cover(words.LOCKED_GOES_ON if self._visit.connected else "")
