"""A number to be read from a step away: title, digits, unit, and the other leg's value beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ankletest.samples import Side
from ui import theme
from ui.widgets.painted import Painted
from ui.words import common as words

TITLE_PX = 20
BARS_PX = 46
"""Height that title and bars need."""
GAP_PX = 7
UNIT_OF_DIGITS = 0.3
SHRINK, GROW = 0.6, 1.7
LEFT_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip


class BigNumber(Painted):
    """A live or final number; left is always the upper bar, and each bar carries its letter.

    Parameters
    ----------
    title, unit, decimals
        What it is, its unit, digits after the point.
    size
        Wanted pixel size of the digits; they shrink to fit and grow with the room, and a group shares one size.
    hint
        Small line shown while there is nothing to compare with.
    grow
        How many times the wanted size the digits may become; beyond ``GROW`` they stand in the middle of their room.
    """

    def __init__(
        self, title: str, unit: str, decimals: int, *, size: int = 46, hint: str = "", grow: float = GROW, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent)
        self._grow = grow
        self._title, self._unit, self._decimals, self._size, self._hint = title, unit, decimals, size, hint
        self._value: float | None = None
        self._other: float | None = None
        self._side = Side.LEFT
        self._peers: tuple[BigNumber, ...] = (self,)
        self._fit: tuple[tuple[int, int, int, str], int] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(110, round(size * 0.75) + TITLE_PX + BARS_PX)
        self.set(None)

    @staticmethod
    def share_size(numbers: Sequence["BigNumber"]) -> None:
        """Give these numbers one size: the largest that fits in all of them."""
        for number in numbers:
            number._peers = tuple(numbers)  # noqa: SLF001  its own class
            number.update()

    def set(self, value: float | None, other: float | None = None, side: Side = Side.LEFT) -> None:
        """Show a value of ``side`` and, where there is one, the other leg's."""
        self._value, self._other, self._side = value, other, side
        told = words.with_unit(value, self._decimals, self._unit)
        if value is not None and other is not None:
            told = f"{words.SIDE[side]} {told}, {words.SIDE[side.other]} {words.with_unit(other, self._decimals, self._unit)}"
        self.tell(told)

    def set_hint(self, hint: str) -> None:
        """Change the small line."""
        self._hint = hint
        self.update()

    def text(self) -> str:
        """Return the digits as shown."""
        return words.number(self._value, self._decimals)

    def sizeHint(self) -> QSize:
        """Return the room it likes."""
        return QSize(180, round(self._size * 0.9) + TITLE_PX + BARS_PX)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw title, digits, unit, and bars or hint."""
        painter = self.brush()
        width = self.width()
        px = min(peer.fitting_px() for peer in self._peers)
        painter.setFont(theme.font(13, QFont.Weight.Medium))
        painter.setPen(theme.color("muted"))
        title = QFontMetricsF(painter.font()).elidedText(self._title, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRectF(0, 0, width, theme.scaled(18)), LEFT_MIDDLE, title)
        text = self.text()
        painter.setFont(theme.font(px, QFont.Weight.DemiBold))
        metrics = QFontMetricsF(painter.font())
        base = theme.scaled(TITLE_PX) + GAP_PX + metrics.capHeight()
        if self._grow > GROW:
            base += max(0.0, (self.height() - base - BARS_PX) / 2)
        painter.setPen(theme.color("text" if self._value is not None else "faint"))
        # Digits have their own left bearing; without this, a column of numbers does not line up with its titles.
        painter.drawText(QPointF(-metrics.leftBearing(text[0]), base), text)
        painter.setFont(theme.font(_unit_px(px), QFont.Weight.Medium))
        painter.setPen(theme.color("muted"))
        painter.drawText(QPointF(metrics.horizontalAdvance(text) + 6, base), self._unit)
        top = base + 14
        if self._value is not None and self._other is not None:
            self._draw_bars(painter, top, self._value, self._other)
        elif self._hint:
            painter.setFont(theme.font(12))
            painter.drawText(QRectF(0, top - 4, width, 18), LEFT_MIDDLE, self._hint)
        painter.end()

    def fitting_px(self) -> int:
        """Return the largest digit size that fits this widget; measured again only when text length or room changed."""
        text = self.text()
        key = (len(text), self.width(), self.height(), self._unit)
        if self._fit is None or self._fit[0] != key:
            room = (self.height() - theme.scaled(TITLE_PX) - theme.scaled(BARS_PX)) * 1.2
            least = self._size * SHRINK * 100 / theme.scaled(100)  # in large letters as small as in usual ones
            px = round(max(least, min(self._size * self._grow, room)))
            while px > least and _line_px(px, len(text), self._unit) > self.width():
                px -= 2
            self._fit = (key, px)
        return self._fit[1]

    def _draw_bars(self, painter: QPainter, top: float, value: float, other: float) -> None:
        longest = max(abs(value), abs(other))
        values_px = (
            max(QFontMetricsF(theme.font(12, QFont.Weight.DemiBold)).horizontalAdvance(self._written(v)) for v in (value, other)) + 8
        )
        room = max(10.0, self.width() - theme.scaled(20) - values_px)
        for row, side in enumerate(Side):
            shown = value if side is self._side else other
            y = top + row * theme.scaled(17)
            share = abs(shown) / longest if longest > 0 else 0.0
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("grid"))
            painter.drawRoundedRect(QRectF(theme.scaled(20), y, room, 9), 4, 4)
            painter.setBrush(theme.color(side.value))
            painter.drawRoundedRect(QRectF(theme.scaled(20), y, room * share, 9), 4, 4)
            painter.setFont(theme.font(12, QFont.Weight.DemiBold))
            painter.setPen(theme.color(side.value))
            painter.drawText(QRectF(0, y - 4, 14, 17), LEFT_MIDDLE, words.LETTER[side])
            painter.setPen(theme.color("text" if side is self._side else "muted"))
            painter.drawText(QRectF(self.width() - values_px, y - 4, values_px, 17), RIGHT_MIDDLE, self._written(shown))

    def _written(self, value: float) -> str:
        return words.number(value, self._decimals)


def _unit_px(px: float) -> float:
    return max(14.0 * 100 / theme.scaled(100), px * UNIT_OF_DIGITS)


def _line_px(px: float, digits: int, unit: str) -> float:
    wide = QFontMetricsF(theme.font(px, QFont.Weight.DemiBold)).horizontalAdvance("0" * digits)
    return wide + QFontMetricsF(theme.font(_unit_px(px), QFont.Weight.Medium)).horizontalAdvance(unit) + 8
