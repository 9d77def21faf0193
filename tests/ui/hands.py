"""Two ways to work the real window: a mouse and keys, or keys alone; each does only what a person can do."""

import subprocess
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QScrollArea, QWidget

from ui.shell import KEYS, Shell

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
MOST_TABS = 120
"""More than the controls of any page: whoever tabs that often has been everywhere."""
LONG_MS = 30_000
WINDOWS = (Qt.WindowType.Window, Qt.WindowType.Dialog)
PAGE_KEYS = {page: keys.rpartition("+")[2] for keys, page in KEYS.items()}


class Waiting(Protocol):
    """What is asked of pytest-qt."""

    def waitUntil(self, done: Callable[[], bool], *, timeout: int = 5000) -> None:  # noqa: N802  pytest-qt's name
        """Wait."""
        ...


def focused() -> QWidget:
    """Return what a key goes to; off screen nobody gives a window the keys back when what was over it is closed, as a desktop does."""
    if QApplication.activeWindow() is None:
        over = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.isWindow() and w.windowType() in WINDOWS]
        (next((w for w in over if w.isModal()), None) or over[0]).activateWindow()
        QApplication.processEvents()
    widget = QApplication.focusWidget() or QApplication.activeWindow()
    assert widget is not None, "a key would go nowhere"
    return widget


TRIES = 3
SETTLE_MS = 60
"""Until what an X server tells has arrived."""


def strike(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key."""
    QTest.keyClick(focused(), key, modifier)
    QApplication.processEvents()


def type_in(text: str) -> None:
    """Type over what stands where the keys go."""
    strike(KEY.Key_A, CTRL)
    QTest.keyClicks(focused(), text)
    QApplication.processEvents()


class MouseAndKeys:
    """The mouse goes to a control, keys write."""

    name = "mouse"

    def __init__(self, wait: Waiting, shell: Shell) -> None:
        self._wait, self._shell = wait, shell

    def page(self, key: str) -> None:
        """Go to a page."""
        self._click(self._shell.nav.button(key))
        self._wait.waitUntil(lambda: self._shell.page == key, timeout=LONG_MS)

    def press(self, button: QWidget) -> None:
        """Press a button."""
        self._click(button)

    def write(self, line: QWidget, text: str) -> None:
        """Write into a line."""
        self._click(line)
        type_in(text)

    def choose(self, box: QComboBox, value: object) -> None:
        """Choose from a box."""
        view = self._opened(box)
        # Qt takes a release so soon after the list came up for the one that opened it; no hand is that fast.
        QTest.qWait(QApplication.doubleClickInterval() + 50)
        place = view.visualRect(box.model().index(box.findData(value), 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self._wait.waitUntil(lambda: not view.isVisible())

    def row(self, table: QAbstractItemView, row: int) -> None:
        """Choose a row."""
        self.cell(table, row, 0)

    def cell(self, table: QAbstractItemView, row: int, column: int) -> None:
        """Click what stands in a table."""
        table.scrollTo(table.model().index(row, column))
        self._point(table.viewport(), table.visualRect(table.model().index(row, column)).center())

    def _point(self, widget: QWidget, place: QPoint) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)

    def _click(self, widget: QWidget) -> None:
        self._wait.waitUntil(lambda: widget.isVisible() and widget.isEnabled(), timeout=LONG_MS)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())
        QApplication.processEvents()

    def _opened(self, box: QComboBox) -> QAbstractItemView:
        """Click until the list is there, as anybody does: a busy window takes a click late, and a second one would close it again."""
        for _ in range(TRIES):
            self._click(box)
            view = box.view()
            for _ in range(LONG_MS // (TRIES * SETTLE_MS)):
                if view.isVisible():
                    return view
                QTest.qWait(SETTLE_MS)
        raise AssertionError(f"no click opens {box.accessibleName()}")


class Arrived(QObject):
    """Sees whether a press of the mouse has come to a widget or to what is in it."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self._widget = widget
        self.seen = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Look, and let everything go on its way."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            self.seen = self.seen or watched is self._widget or self._widget.isAncestorOf(watched)
        return False


class RealHands(MouseAndKeys):
    """The pointer and the keyboard of an X server, moved from outside the program: what arrives has come the whole way."""

    name = "x"

    def write(self, line: QWidget, text: str) -> None:
        """Write into a line."""
        self._click(line)
        move("key", "ctrl+a")
        move("type", "--delay", "12", text)

    def choose(self, box: QComboBox, value: object) -> None:
        """Choose from a box."""
        view = self._opened(box)
        QTest.qWait(QApplication.doubleClickInterval() + 50)
        self._point(view.viewport(), view.visualRect(box.model().index(box.findData(value), 0)).center())
        self._wait.waitUntil(lambda: not view.isVisible())

    def _click(self, widget: QWidget) -> None:
        """Click until a click has come there, as anybody does: a page that is just being laid out moves its buttons away."""
        self._wait.waitUntil(lambda: widget.isVisible() and widget.isEnabled(), timeout=LONG_MS)
        name, arrived = widget.accessibleName(), Arrived(widget)
        QApplication.instance().installEventFilter(arrived)
        try:
            for _ in range(TRIES):
                self._point(widget, widget.rect().center())
                for _ in range(LONG_MS // (TRIES * SETTLE_MS)):
                    if arrived.seen:
                        return
                    QTest.qWait(SETTLE_MS)
        finally:
            QApplication.instance().removeEventFilter(arrived)
        raise AssertionError(f"no click comes to {name}")

    def _point(self, widget: QWidget, place: QPoint) -> None:
        """Bring into view what can be scrolled to, as a wheel would, and click."""
        inside = widget.parentWidget()
        while inside is not None:
            if isinstance(inside, QScrollArea):
                inside.ensureWidgetVisible(widget)
            if isinstance(inside, QAbstractItemView) and inside.viewport() is not widget:
                inside.scrollTo(inside.indexAt(widget.mapTo(inside.viewport(), place)))
            inside = inside.parentWidget()
        QTest.qWait(SETTLE_MS)
        at = widget.mapToGlobal(place)
        move("mousemove", str(at.x()), str(at.y()))
        QTest.qWait(SETTLE_MS)
        move("click", "1")


def move(*what: str) -> None:
    """Move the pointer or the keys of the X server, and let the program take what comes."""
    subprocess.run(["xdotool", *what], check=True, timeout=60)
    QTest.qWait(SETTLE_MS)


class KeysAlone:
    """No mouse: Tab goes to a control, Space presses it, arrows choose; pages have keys of their own."""

    name = "keys"

    def __init__(self, wait: Waiting, shell: Shell) -> None:
        self._wait, self._shell = wait, shell

    def page(self, key: str) -> None:
        """Go to a page."""
        last = PAGE_KEYS[key]
        strike(KEY.Key_Comma if last == "," else getattr(KEY, f"Key_{last}"), CTRL)
        self._wait.waitUntil(lambda: self._shell.page == key)

    def press(self, button: QWidget) -> None:
        """Press a button."""
        self.reach(button)
        strike(KEY.Key_Space)

    def write(self, line: QWidget, text: str) -> None:
        """Write into a line."""
        self.reach(line)
        type_in(text)

    def choose(self, box: QComboBox, value: object) -> None:
        """Choose from a box."""
        self.reach(box)
        wanted = box.findData(value)
        strike(KEY.Key_Home)
        for _ in range(box.count()):
            if box.currentIndex() == wanted:
                return
            strike(KEY.Key_Down)
        assert box.currentIndex() == wanted, f"no key chooses {value} of {box.accessibleName()}"

    def row(self, table: QAbstractItemView, row: int) -> None:
        """Choose a row."""
        self.reach(table)
        for _ in range(table.model().rowCount() + 1):
            now = table.currentIndex().row()
            if now == row:
                break
            strike(KEY.Key_Down if now < row else KEY.Key_Up)
        if not table.selectionModel().isRowSelected(row):
            strike(KEY.Key_Space)
        assert table.selectionModel().isRowSelected(row), f"no key chooses row {row} of {table.accessibleName()}"

    def cell(self, table: QAbstractItemView, row: int, column: int) -> None:
        """Go to what stands in a table, and press Enter."""
        self.reach(table)
        strike(KEY.Key_Home, CTRL)
        for key, now, wanted in ((KEY.Key_Down, QModelIndex.row, row), (KEY.Key_Right, QModelIndex.column, column)):
            for _ in range(MOST_TABS):
                if now(table.currentIndex()) == wanted:
                    break
                strike(key)
        assert (table.currentIndex().row(), table.currentIndex().column()) == (row, column), (
            f"no key goes there in {table.accessibleName()}"
        )
        strike(KEY.Key_Return)

    def reach(self, widget: QWidget) -> None:
        """Go to a control by Tab, and see that somebody who looks knows where the keys go."""
        self._wait.waitUntil(lambda: widget.isVisible() and widget.isEnabled(), timeout=LONG_MS)
        passed: list[str] = []
        for _ in range(MOST_TABS):
            now = QApplication.focusWidget()
            if now is widget or (now is not None and widget.focusProxy() is now):
                return
            passed.append(now.accessibleName() or type(now).__name__ if now is not None else "nothing")
            strike(KEY.Key_Tab)
        raise AssertionError(f"Tab does not reach {widget.accessibleName()!r} ({type(widget).__name__}); it goes by {passed}")


Hands = MouseAndKeys | KeysAlone
