"""Left and right as bars around a middle line, with the limb symmetry index; a difference within error has no colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ankletest.metrics.change import Meaning
from ankletest.samples import Side
from ui import theme
from ui.widgets.painted import Painted
from ui.words import common as words

ROW_PX, HEAD_PX, BAR_PX = 46, 18, 14
LINE_PX = 17
"""Of the title above the bars, and of the numbers beside them."""
VALUE_PX = 52
PILL_PX, PILL_HIGH_PX = 92, 22
UNDER_PX = 13
"""All for text of the usual size; they grow with it."""
WIDE_PX, BARS_PX = 300, 40
"""The least width; with large text the bars get shorter, down to this much for both, as the window does not grow."""
LSI_GOOD, LSI_FAIR = 90, 80
"""Whole per cent, by convention (metrics.md 11); compared after rounding, so that 90 % never looks like less."""


@dataclass(frozen=True, slots=True)
class SymmetryRow:
    """A metric left and right; ``lsi_percent`` follows the direction rule of the core, ``verdict`` decides whether it has a colour.

    ``of`` is the leg that the index is of: the involved one, else the worse one. ``ratio`` is False where an index says nothing
    (``Metric.ratio``); then the difference is told.
    """

    title: str
    left: float
    right: float
    decimals: int
    unit: str
    lsi_percent: float | None = None
    verdict: Meaning = Meaning.UNKNOWN
    of: Side | None = None
    ratio: bool = True

    @property
    def symmetry(self) -> str:
        """The index with the letter of its leg, or by how much the legs differ."""
        if self.ratio:
            return words.lsi(self.lsi_percent, self.of)
        return words.apart(self.left, self.right, self.decimals, self.unit)


def grade(row: SymmetryRow) -> str:
    """Return ``good``, ``warn`` or ``bad`` for a difference that is real, else empty: grey."""
    if row.verdict is not Meaning.REAL or row.lsi_percent is None:
        return ""
    lsi = round(row.lsi_percent)
    return "good" if lsi >= LSI_GOOD else "warn" if lsi >= LSI_FAIR else "bad"


class SymmetryBars(Painted):
    """Rows of pairs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(words.SYMMETRY, parent)
        self._rows: tuple[SymmetryRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(max(WIDE_PX, theme.scaled(PILL_PX) + 2 * theme.scaled(VALUE_PX) + BARS_PX))
        self.set(())

    def set(self, rows: Sequence[SymmetryRow]) -> None:
        """Show pairs."""
        self._rows = tuple(rows)
        self.setMinimumHeight(theme.scaled(HEAD_PX) + theme.scaled(ROW_PX) * max(1, len(self._rows)))
        self.tell("; ".join(_told(row) for row in self._rows) or words.SYMMETRY_EMPTY)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw the head and the rows."""
        painter = self.brush()
        width, head, pills = float(self.width()), theme.scaled(HEAD_PX), _pills_px()
        if not self._rows:
            painter.setFont(theme.font(13))
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), words.SYMMETRY_EMPTY)
            painter.end()
            return
        middle = (width - pills) / 2
        painter.setFont(theme.font(11, QFont.Weight.DemiBold))
        line = head - 3.0
        for side, box, where in (
            (Side.LEFT, QRectF(0, 0, middle - 6, line), Qt.AlignmentFlag.AlignRight),
            (Side.RIGHT, QRectF(middle + 6, 0, middle - 6, line), Qt.AlignmentFlag.AlignLeft),
        ):
            painter.setPen(theme.color(side.value))
            painter.drawText(box, where, words.SIDE[side])
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(width - pills, 0, pills, line), Qt.AlignmentFlag.AlignRight, words.LSI)
        high = min(theme.scaled(ROW_PX) * 1.5, (self.height() - head) / len(self._rows))
        for k, row in enumerate(self._rows):
            self._draw_row(painter, row, head + k * high, middle)
        painter.end()

    def _draw_row(self, painter: QPainter, row: SymmetryRow, top: float, middle: float) -> None:
        line, values, bar = theme.scaled(LINE_PX), theme.scaled(VALUE_PX), theme.scaled(BAR_PX)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color("muted"))
        title = f"{row.title}, {row.unit}" if row.unit else row.title
        room = QRectF(0, top, self.width() - _pills_px() - 4, line)
        shown = QFontMetricsF(painter.font()).elidedText(title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        bar_top = top + line + 2
        long_most = middle - values
        longest = max(abs(row.left), abs(row.right))
        for side, value in ((Side.LEFT, row.left), (Side.RIGHT, row.right)):
            long = long_most * abs(value) / longest if longest > 0 else 0.0
            left = side is Side.LEFT
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(side.value))
            painter.drawRoundedRect(QRectF(middle - 1 - long if left else middle + 1, bar_top, long, bar), 3, 3)
            painter.setFont(theme.font(12, QFont.Weight.DemiBold))
            painter.setPen(theme.color("text"))
            box = QRectF(0 if left else middle + long_most + 8, bar_top + (bar - line) / 2, values - 8, line)
            where = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
            painter.drawText(box, where | Qt.AlignmentFlag.AlignVCenter, words.number(value, row.decimals))
        self._draw_pill(painter, row, bar_top + bar / 2)

    def _draw_pill(self, painter: QPainter, row: SymmetryRow, middle: float) -> None:
        state, text, high, wide_most = grade(row), row.symmetry, theme.scaled(PILL_HIGH_PX), _pills_px()
        painter.setFont(theme.font(12, QFont.Weight.DemiBold))
        wide = min(QFontMetricsF(painter.font()).horizontalAdvance(text) + 20, wide_most)
        pill = QRectF(self.width() - wide, middle - high / 2 - 2, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"{state}_soft" if state else "border"))
        painter.drawRoundedRect(pill, high / 2, high / 2)
        painter.setPen(theme.color(state or "text"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(theme.font(10))
        painter.setPen(theme.color("muted"))
        under = QRectF(self.width() - wide_most, pill.bottom() + 1, wide_most, theme.scaled(UNDER_PX))
        painter.drawText(under, Qt.AlignmentFlag.AlignRight, words.VERDICT[row.verdict])


def _pills_px() -> float:
    """Return the room of an index and of the longest verdict below it, in the language that is spoken."""
    metrics = QFontMetricsF(theme.font(10))
    return max(float(theme.scaled(PILL_PX)), *(metrics.horizontalAdvance(verdict) + 2 for verdict in words.VERDICT.values()))


def _told(row: SymmetryRow) -> str:
    text = words.SYMMETRY_TELLS if row.ratio else words.APART_TELLS
    return text.format(
        title=row.title,
        left=words.with_unit(row.left, row.decimals, row.unit),
        right=words.with_unit(row.right, row.decimals, row.unit),
        lsi=words.lsi(row.lsi_percent, row.of),
        verdict=words.VERDICT[row.verdict],
    )
