"""A framed part of a page with a title line, and labels in the sizes of the window; what is inside is not its business."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget


def label(text: str, role: str = "sub", parent: QWidget | None = None) -> QLabel:
    """Return a label in one of the roles of the stylesheet: ``h1``, ``h2``, ``sub``, ``cap``, ``big``, ``error``."""
    line = QLabel(text, parent)
    line.setProperty("role", role)
    return line


class Card(QFrame):
    """A card: title to the left, a remark to the right, and ``body`` for the rest.

    Parameters
    ----------
    title
        Caption; also the accessible name. Empty for none.
    right
        Remark at the right end of the title line.
    big
        Title in the size of the distance view.
    """

    def __init__(self, title: str = "", *, right: str = "", big: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 14)
        outer.setSpacing(8)
        self._title = label(title, "big" if big else "cap", self)
        self._right = label(right, "big" if big else "cap", self)
        line = QHBoxLayout()
        line.addWidget(self._title)
        line.addStretch(1)
        line.addWidget(self._right)
        outer.addLayout(line)
        self._title.setVisible(bool(title))
        self._right.setVisible(bool(right))
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        outer.addLayout(self.body, 1)

    def set_title(self, text: str) -> None:
        """Change the caption."""
        if text != self._title.text():
            self._title.setText(text)
            self._title.setVisible(bool(text))
            self.setAccessibleName(text)

    def set_right(self, text: str) -> None:
        """Change the remark."""
        if text != self._right.text():
            self._right.setText(text)
            self._right.setVisible(bool(text))

    def right(self) -> str:
        """Return the remark."""
        return self._right.text()
