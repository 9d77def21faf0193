"""The frame of the window: bar of pages, pages, a line for news, shortcuts; it imports no numbers, so it paints at once."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QMainWindow, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from ankletest import __version__
from ui import theme
from ui.icons import Glyph
from ui.widgets.card import label
from ui.widgets.nav import NavBar, NavItem
from ui.words import calibration as words_calibration
from ui.words import followup as words_followup
from ui.words import pages as words_pages
from ui.words import settings as words_settings
from ui.words import visit as words_visit

SIZE = QSize(1440, 900)
LEAST = QSize(1080, 700)
NEWS_MS = 8000
"""A line of news stays this long; bad news stays until the next."""
PAGES = (
    NavItem("clients", words_pages.CLIENTS, Glyph.CLIENTS, hint="Ctrl+5"),
    NavItem("visit", words_visit.VISIT, Glyph.VISIT, hint="Ctrl+6"),
    NavItem("test", words_pages.TEST, Glyph.TEST, hint="Ctrl+1"),
    NavItem("results", words_pages.RESULTS, Glyph.RESULTS, hint="Ctrl+3"),
    NavItem("followup", words_followup.FOLLOW_UP, Glyph.HISTORY, hint="Ctrl+8"),
    NavItem("replay", words_pages.REPLAY, Glyph.REPLAY, hint="Ctrl+2"),
    NavItem("devices", words_pages.DEVICES, Glyph.DEVICES, hint="Ctrl+4"),
    NavItem("calibration", words_calibration.PAGE, Glyph.CALIBRATION, hint="Ctrl+7"),
    NavItem("settings", words_settings.PAGE, Glyph.SETTINGS, foot=True, hint="Ctrl+,"),
    NavItem("about", words_pages.ABOUT, Glyph.ABOUT, foot=True, hint="F1"),
)
KEYS = {
    "Ctrl+1": "test",
    "Ctrl+2": "replay",
    "Ctrl+3": "results",
    "Ctrl+4": "devices",
    "Ctrl+5": "clients",
    "Ctrl+6": "visit",
    "Ctrl+7": "calibration",
    "Ctrl+8": "followup",
    "Ctrl+,": "settings",
}


class Leaving(Protocol):
    """What has to be done before the window may close."""

    def __call__(self) -> bool:
        """Begin to leave; return True when nothing is left to wait for."""
        ...


class Shell(QMainWindow):
    """The main window; ``painted`` is emitted once, after the first paint."""

    painted = Signal()
    chosen = Signal(str)
    distance_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(words_pages.PROGRAM)
        self.resize(SIZE)
        self.setMinimumSize(LEAST)
        self.leaving: Leaving | None = None
        self._pages: dict[str, QWidget] = {}
        self._under: dict[str, str] = {}
        body = self.body = QWidget(self)
        line = QHBoxLayout(body)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self.nav = NavBar(PAGES, body)
        self.nav.chosen.connect(self._nav_chosen)
        self.nav.set_current("test")
        self.stack = QStackedWidget(body)
        self._skeleton = Skeleton(self.stack)
        self._skeleton.painted.connect(self.painted)
        self.stack.addWidget(self._skeleton)
        line.addWidget(self.nav)
        line.addWidget(self.stack, 1)
        self.setCentralWidget(body)
        self.news = News(body)
        self.setTabOrder(self.nav, self.stack)
        for key, page in KEYS.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setObjectName(page)
            shortcut.activated.connect(self._key_pressed)
        self.add_key("F11", self.distance_wanted.emit)
        self.add_key("Ctrl+D", self.toggle_scheme)
        self.add_key("F1", self.about)

    def add_page(self, key: str, page: QWidget, *, under: str = "") -> None:
        """Add a page of the bar, or one that belongs ``under`` another of the bar."""
        self._pages[key] = page
        self._under[key] = under or key
        self.stack.addWidget(page)

    def add_key(self, keys: str, action: Callable[[], None]) -> None:
        """Add a shortcut of the whole window."""
        QShortcut(QKeySequence(keys), self).activated.connect(action)

    @property
    def page(self) -> str:
        """Key of the page shown; empty before the first."""
        return next((key for key, page in self._pages.items() if page is self.stack.currentWidget()), "")

    def show_page(self, key: str) -> None:
        """Show a page; one that is not there yet is passed over."""
        page = self._pages.get(key)
        if page is None:
            return
        self.stack.setCurrentWidget(page)
        self.nav.set_current(self._under[key])
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(key)

    def show_skeleton(self, text: str) -> None:
        """Show a sentence instead of a page."""
        self._skeleton.say(text)
        self.stack.setCurrentWidget(self._skeleton)

    def toggle_scheme(self) -> None:
        """Change between light and dark."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, theme.Scheme.LIGHT if theme.is_dark() else theme.Scheme.DARK)

    def about(self) -> None:
        """Tell what this is."""
        box = QMessageBox(self)
        box.setWindowTitle(words_pages.ABOUT)
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setText(words_pages.ABOUT_TEXT.format(version=__version__))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close the window first; devices are let go behind it."""
        if self.leaving is None or self.leaving():
            super().closeEvent(event)
            return
        self.show_skeleton(words_pages.DISCONNECTING)
        event.ignore()

    def _nav_chosen(self, key: str) -> None:
        if key == "about":
            self.nav.set_current(self._under.get(self.page, "test"))
            self.about()
        else:
            self.show_page(key)

    def _key_pressed(self) -> None:
        self.show_page(self.sender().objectName())


class Skeleton(QWidget):
    """What is seen for the first moment: the frames of cards to come."""

    painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = False
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        self._sentence = label(words_pages.STARTING, "h1", self)
        column.addWidget(self._sentence)
        top = QHBoxLayout()
        top.setSpacing(14)
        for share in (5, 3, 5):
            top.addWidget(_frame(self), share)
        column.addLayout(top, 6)
        column.addWidget(_frame(self), 4)

    def say(self, text: str) -> None:
        """Show a sentence."""
        self._sentence.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell, once, that the window can be seen."""
        super().paintEvent(event)
        if not self._told:
            self._told = True
            # Queued: the frame has to reach the screen before Qt's thread is taken for heavy imports.
            QTimer.singleShot(0, self.painted.emit)


class News(QLabel):
    """A line over the lower edge that goes by itself; it moves nothing on the page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._frame = parent
        self.setObjectName("news")
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)

    def say(self, text: str, level: str = "info") -> None:
        """Show a sentence."""
        state = {"warn": "warn", "bad": "bad"}.get(level, "accent")
        soft, ink = theme.color(f"{state}_soft").name(), theme.color(state).name()
        self.setStyleSheet(
            f"QLabel#news {{ background:{soft}; color:{ink}; border:1px solid {ink}; border-radius:10px; padding:8px 14px; }}"
        )
        self.setText(text)
        self.setAccessibleName(text)
        self.show()
        self.raise_()
        self._place()
        if level == "bad":
            self._timer.stop()
        else:
            self._timer.start(NEWS_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        frame = self._frame
        wide = min(760, frame.width() - 160)
        high = max(self.heightForWidth(wide), 38)
        self.setGeometry(QRect((frame.width() - wide) // 2 + 42, frame.height() - high - 74, wide, high))


def _frame(parent: QWidget) -> QFrame:
    frame = QFrame(parent)
    frame.setObjectName("card")
    return frame
