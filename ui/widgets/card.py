"""A framed part of a page with a title line, and labels in the sizes of the window; what is inside is not its business."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

GAP_PX = 14
"""Between cards."""


def label(text: str, role: str = "sub", parent: QWidget | None = None) -> QLabel:
    """Return a label in one of the roles of the stylesheet: ``h1``, ``h2``, ``sub``, ``cap``, ``big``, ``error``."""
    line = QLabel(text, parent)
    line.setProperty("role", role)
    return line


def wrapped(text: str, role: str = "sub", parent: QWidget | None = None) -> QLabel:
    """Return a label whose text goes on in the next line."""
    line = label(text, role, parent)
    line.setWordWrap(True)
    return line


def lay_out(page: QWidget, top: Sequence[tuple[QWidget, int]], rows: Sequence[tuple[QWidget, int]], *, top_share: int) -> None:
    """Put cards side by side at the top of a page and others below them, each with its share of the room."""
    line = QHBoxLayout()
    line.setSpacing(GAP_PX)
    for card, share in top:
        line.addWidget(card, share)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP_PX)
    column.addLayout(line, top_share)
    for card, share in rows:
        column.addWidget(card, share)


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
