"""Left and right as bars around a middle line, with the limb symmetry index; a difference within error has no colour."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ankletest.metrics.change import Meaning
from ankletest.samples import Side
from ui import theme, words
from ui.widgets.painted import Painted

ROW_PX, HEAD_PX, BAR_PX = 46, 18, 14
VALUE_PX = 52.0
PILL_PX = 92.0
LSI_GOOD, LSI_FAIR = 90, 80
"""Whole per cent, by convention (metrics.md 11); compared after rounding, so that 90 % never looks like less."""


@dataclass(frozen=True, slots=True)
class SymmetryRow:
    """A metric left and right; ``lsi_percent`` follows the direction rule of the core, ``verdict`` decides whether it has a colour.

    ``of`` is the leg that the index is of: the involved one, else the worse one.
    """

    title: str
    left: float
    right: float
    decimals: int
    unit: str
    lsi_percent: float | None = None
    verdict: Meaning = Meaning.UNKNOWN
    of: Side | None = None


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
        self.setMinimumWidth(300)
        self.set(())

    def set(self, rows: Sequence[SymmetryRow]) -> None:
        """Show pairs."""
        self._rows = tuple(rows)
        self.setMinimumHeight(HEAD_PX + ROW_PX * max(1, len(self._rows)))
        self.tell("; ".join(_told(row) for row in self._rows) or words.SYMMETRY_EMPTY)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw the head and the rows."""
        painter = self.brush()
        width = float(self.width())
        if not self._rows:
            painter.setFont(theme.font(13))
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, words.SYMMETRY_EMPTY)
            painter.end()
            return
        middle = (width - PILL_PX) / 2
        painter.setFont(theme.font(11, QFont.Weight.DemiBold))
        for side, box, where in (
            (Side.LEFT, QRectF(0, 0, middle - 6, 15), Qt.AlignmentFlag.AlignRight),
            (Side.RIGHT, QRectF(middle + 6, 0, 80, 15), Qt.AlignmentFlag.AlignLeft),
        ):
            painter.setPen(theme.color(side.value))
            painter.drawText(box, where, words.SIDE[side])
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(width - PILL_PX, 0, PILL_PX, 15), Qt.AlignmentFlag.AlignRight, words.LSI)
        high = min(float(ROW_PX) * 1.5, (self.height() - HEAD_PX) / len(self._rows))
        for k, row in enumerate(self._rows):
            self._draw_row(painter, row, HEAD_PX + k * high, middle)
        painter.end()

    def _draw_row(self, painter: QPainter, row: SymmetryRow, top: float, middle: float) -> None:
        painter.setFont(theme.font(12))
        painter.setPen(theme.color("muted"))
        title = f"{row.title}, {row.unit}" if row.unit else row.title
        painter.drawText(QRectF(0, top, self.width() - PILL_PX, 17), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        bar_top = top + 19
        room = middle - VALUE_PX
        longest = max(abs(row.left), abs(row.right))
        for side, value in ((Side.LEFT, row.left), (Side.RIGHT, row.right)):
            long = room * abs(value) / longest if longest > 0 else 0.0
            left = side is Side.LEFT
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(side.value))
            painter.drawRoundedRect(QRectF(middle - 1 - long if left else middle + 1, bar_top, long, BAR_PX), 3, 3)
            painter.setFont(theme.font(12, QFont.Weight.DemiBold))
            painter.setPen(theme.color("text"))
            box = QRectF(0, bar_top - 1, VALUE_PX - 8, 16) if left else QRectF(middle + room + 8, bar_top - 1, VALUE_PX - 8, 16)
            where = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
            painter.drawText(box, where | Qt.AlignmentFlag.AlignVCenter, words.number(value, row.decimals))
        self._draw_pill(painter, row, bar_top)

    def _draw_pill(self, painter: QPainter, row: SymmetryRow, bar_top: float) -> None:
        state = grade(row)
        text = words.lsi(row.lsi_percent, row.of)
        painter.setFont(theme.font(12, QFont.Weight.DemiBold))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text) + 20
        pill = QRectF(self.width() - wide, bar_top - 6, wide, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(f"{state}_soft" if state else "border"))
        painter.drawRoundedRect(pill, 11, 11)
        painter.setPen(theme.color(state or "text"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(theme.font(10))
        painter.setPen(theme.color("muted"))
        under = QRectF(self.width() - PILL_PX, pill.bottom() + 1, PILL_PX, 13)
        painter.drawText(under, Qt.AlignmentFlag.AlignRight, words.VERDICT[row.verdict])


def _told(row: SymmetryRow) -> str:
    return words.SYMMETRY_TELLS.format(
        title=row.title,
        left=words.with_unit(row.left, row.decimals, row.unit),
        right=words.with_unit(row.right, row.decimals, row.unit),
        lsi=words.lsi(row.lsi_percent, row.of),
        verdict=words.VERDICT[row.verdict],
    )
