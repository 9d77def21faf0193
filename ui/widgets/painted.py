"""What all painted widgets share: they tell their value to those who cannot see it; pixels are their own."""

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget


class Painted(QWidget):
    """A widget that paints itself from the tokens in force; a change of scheme repaints it, as Qt does for every palette change.

    Parameters
    ----------
    name
        Accessible name.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)

    def tell(self, text: str) -> None:
        """Set the accessible description (what is shown, in words) and ask for a repaint."""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
        self.update()

    def brush(self) -> QPainter:
        """Return a painter with smooth edges; end it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        return painter
