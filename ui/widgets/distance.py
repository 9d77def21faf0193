"""What the client sees from three metres: one picture and one or two giant numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.card import Card
from ui.widgets.painted import Painted
from ui.words import common as words

MOST = 2
"""Numbers; a third cannot be read from there."""
UNIT_OF_DIGITS = 0.22


@dataclass(frozen=True, slots=True)
class Giant:
    """A giant number: its title, value, unit, digits after the point, and the token of the line under it."""

    title: str
    value: float | None
    unit: str = ""
    decimals: int = 0
    colour: str = "accent"


class GiantNumber(Painted):
    """A number as large as its room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._giant = Giant("", None)
        self.setMinimumSize(160, 110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set(self, giant: Giant) -> None:
        """Show a number."""
        self._giant = giant
        self.setAccessibleName(giant.title)
        self.tell(words.with_unit(giant.value, giant.decimals, giant.unit))

    def text(self) -> str:
        """Return the digits as shown."""
        return words.number(self._giant.value, self._giant.decimals)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw digits, unit and line."""
        painter = self.brush()
        text, unit = self.text(), self._giant.unit
        # Measured once at 100 px: widths grow with the size.
        digits_at_100 = QFontMetricsF(theme.font(100, QFont.Weight.Bold)).horizontalAdvance(text)
        unit_at_100 = QFontMetricsF(theme.font(100 * UNIT_OF_DIGITS, QFont.Weight.Medium)).horizontalAdvance(unit) + (6 if unit else 0)
        px = min((self.height() - 40) / theme.CAP_HEIGHT, 94 * self.width() / max(1.0, digits_at_100 + unit_at_100))
        painter.setFont(theme.font(px, QFont.Weight.Bold))
        wide = digits_at_100 * px / 100
        x = (self.width() - wide - unit_at_100 * px / 100) / 2
        base = (self.height() - 26) / 2 + px * theme.CAP_HEIGHT / 2
        painter.setPen(theme.color("text" if self._giant.value is not None else "faint"))
        painter.drawText(QPointF(x, base), text)
        painter.setFont(theme.font(px * UNIT_OF_DIGITS, QFont.Weight.Medium))
        painter.setPen(theme.color("muted"))
        painter.drawText(QPointF(x + wide + 6 * px / 100, base), unit)
        painter.fillRect(QRectF(x, base + 16, wide, 8), theme.color(self._giant.colour))
        painter.end()


class DistanceView(QWidget):
    """The content of the full-screen view: a picture such as ``Stabilogram(big=True)`` beside giant numbers.

    Parameters
    ----------
    picture
        The picture; taken over. None for numbers only.
    title
        What the picture shows.
    """

    def __init__(self, picture: QWidget | None = None, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 20, 20, 20)
        line.setSpacing(14)
        self._picture = Card(title, big=True, parent=self)
        self._picture.setVisible(picture is not None)
        if picture is not None:
            self._picture.body.addWidget(picture, 1)
        line.addWidget(self._picture, 1)
        column = QVBoxLayout()
        column.setSpacing(14)
        line.addLayout(column, 1)
        self._cards: list[Card] = []
        self._numbers: list[GiantNumber] = []
        for _ in range(MOST):
            card = Card(" ", big=True, parent=self)
            number = GiantNumber(card)
            card.body.addWidget(number, 1)
            card.setVisible(False)
            column.addWidget(card, 1)
            self._cards.append(card)
            self._numbers.append(number)

    def set_title(self, title: str) -> None:
        """Change what the picture is called."""
        self._picture.set_title(title)

    def set_numbers(self, giants: Sequence[Giant]) -> None:
        """Show one or two numbers."""
        for k, (card, number) in enumerate(zip(self._cards, self._numbers, strict=True)):
            card.setVisible(k < len(giants))
            if k < len(giants):
                card.set_title(giants[k].title)
                number.set(giants[k])

    def texts(self) -> tuple[str, ...]:
        """Return the digits shown, top to bottom."""
        return tuple(number.text() for card, number in zip(self._cards, self._numbers, strict=True) if not card.isHidden())
