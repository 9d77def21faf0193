"""The view for the client, full screen, on a second screen where there is one; keys go to the page it mirrors."""

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.pages.live_view import LiveView
from ui.pages.stance_view import TRAIL_POINTS, StanceView
from ui.widgets.distance import DistanceView
from ui.widgets.plots import close_plots
from ui.widgets.stabilogram import Stabilogram
from ui.words import pages as words_pages


class DistanceWindow(QWidget):
    """Mirrors a live view; F11 or Escape closes it."""

    closed = Signal()

    def __init__(self, live: LiveView, page: QWidget) -> None:
        super().__init__()
        self.setWindowTitle(words_pages.DISTANCE)
        self.setAccessibleName(words_pages.DISTANCE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._live = live
        self._page = page
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._stance = isinstance(live.picture, StanceView)
        self.stabilogram = Stabilogram(big=True) if self._stance else None
        self.view = DistanceView(self.stabilogram, words_pages.COP, self)
        column.addWidget(self.view)
        self.refresh()

    def place(self) -> None:
        """Show it on the last screen, full."""
        screens = QGuiApplication.screens()
        if len(screens) > 1:
            self.setGeometry(screens[-1].geometry())
        self.showFullScreen()
        self.activateWindow()
        self.setFocus()

    def refresh(self) -> None:
        """Show what the live view shows."""
        picture = self._live.picture
        self.view.set_numbers(picture.giants())
        if self.stabilogram is not None and isinstance(picture, StanceView):
            self.stabilogram.set_side(self._live.side)
            self.stabilogram.set_half_range(picture.stabilogram.half_range_cm)
            self.stabilogram.set_trace(picture.path_mm, trail=0 if self._live.concluded else TRAIL_POINTS)
            self.stabilogram.set_ellipse(picture.ellipse)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close, or hand the key to the page."""
        if event.key() in (Qt.Key.Key_F11, Qt.Key.Key_Escape):
            self.close()
            return
        QCoreApplication.sendEvent(self._page, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that it goes."""
        self.closed.emit()
        close_plots(self)
        super().closeEvent(event)
