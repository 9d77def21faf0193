"""A label of one line that ends in an ellipsis where its room ends, and tells the rest as a hint; it never asks for more room."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

LEAST_PX = 40


class Caption(QLabel):
    """A line of text.

    Parameters
    ----------
    text
        What it says.
    role
        As of ``card.label``.
    """

    def __init__(self, text: str = "", role: str = "cap", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def shown(self) -> str:
        """The text as it is shown."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self._hint()

    def minimumSizeHint(self) -> QSize:
        """Return the least room it can do with."""
        return QSize(min(LEAST_PX, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See whether all of it can be read."""
        super().resizeEvent(event)
        self._hint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw as much as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), self.alignment() | Qt.TextFlag.TextSingleLine, self.shown)
        painter.end()

    def _hint(self) -> None:
        self.setToolTip(self.text() if self.shown != self.text() else "")
