"""One number over months: dots of either leg with their uncertainty, baselines and targets; what a change means is not its business."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui import theme
from ui.widgets.painted import Painted
from ui.words import common as words
from ui.words import followup as told

DOT_PX = 4.5
APART_PX = 8.0
"""Trials of one visit stand side by side."""
NAME_PX = 200.0
NEAR_PX = 14.0
"""A click so near to a dot is meant for it."""
TOP_PX, GAP_PX, INNER_PX = 10.0, 8.0, 20.0
COVERAGE = 2.0
"""Whiskers reach two standard uncertainties: 95 %."""
MARGIN_SHARE = 0.1
INKS: Mapping[str, str] = {"left": "left", "right": "right", "": "accent"}
RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Dot:
    """One value: when, of which leg (``left``, ``right`` or empty for both), its standard uncertainty, and what it says in words."""

    at: datetime
    side: str
    value: float
    u: float | None
    told: str
    caveat: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """What is drawn: dots, oldest first, and by leg the baseline and the target."""

    title: str
    unit: str
    decimals: int
    dots: tuple[Dot, ...] = ()
    baselines: Mapping[str, float] | None = None
    targets: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A baseline or a target: what it is called, where, in which colour."""

    name: str
    y: float
    tone: QColor


class TrendPlot(Painted):
    """Dots over dates; arrows go from dot to dot, Enter or a click emits ``chosen`` with its place in ``Lines.dots``."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._lines = Lines("", "", 0)
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 150)

    def sizeHint(self) -> QSize:
        """Return the room it likes."""
        return QSize(340, 180)

    @property
    def at(self) -> int:
        """The dot that the arrows stand on; -1 for none."""
        return self._at

    def show_lines(self, lines: Lines) -> None:
        """Show other lines."""
        if lines == self._lines:
            return
        self._lines, self._at = lines, -1
        self.setAccessibleName(told.TREND.format(title=lines.title))
        self.tell("; ".join(_line_told(lines, side) for side in INKS if any(d.side == side for d in lines.dots)) or told.TREND_EMPTY)

    def place_of(self, number: int) -> QPointF:
        """Return where a dot is, in pixels."""
        return self._places()[number]

    # ---- mouse and keys -------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the dot that was meant."""
        near = self._near(event.position())
        if near >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._go(near)
            self.chosen.emit(near)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the mouse."""
        near = self._near(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if near >= 0 else Qt.CursorShape.ArrowCursor)
        QToolTip.showText(event.globalPosition().toPoint(), self._lines.dots[near].told if near >= 0 else "", self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from dot to dot in time, choose with Enter."""
        key, count = event.key(), len(self._lines.dots)
        if count and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            self._go(min(max(self._at + step, 0), count - 1) if self._at >= 0 else count - 1)
        elif self._at >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._at)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Stand on the newest dot."""
        super().focusInEvent(event)
        if self._at < 0 and self._lines.dots:
            self._go(len(self._lines.dots) - 1)

    def _go(self, number: int) -> None:
        self._at = number
        self.tell(self._lines.dots[number].told)

    def _near(self, spot: QPointF) -> int:
        places = self._places()
        apart = [math.hypot(place.x() - spot.x(), place.y() - spot.y()) for place in places]
        nearest = min(range(len(places)), key=apart.__getitem__, default=-1)
        return nearest if nearest >= 0 and apart[nearest] <= NEAR_PX else -1

    # ---- where things are -----------------------------------------------------------------------------------------------------

    def _shown(self) -> tuple[float, float]:
        lines = self._lines
        reach = [d.value + sign * COVERAGE * (d.u or 0.0) for d in lines.dots for sign in (-1.0, 1.0)]
        reach += [*(lines.targets or {}).values()]
        low, high = min(reach), max(reach)
        least = 4.0 * 10.0**-lines.decimals
        if high - low < least:
            low, high = (low + high - least) / 2.0, (low + high + least) / 2.0
        margin = MARGIN_SHARE * (high - low)
        return low - margin, high + margin

    def _room(self) -> QRectF:
        metrics = QFontMetricsF(theme.font(11))
        low, high = self._shown()
        step = _step(high - low)
        decimals = _decimals(step)
        wide = max(metrics.horizontalAdvance(words.number(value, decimals)) for value in (low, high))
        small = QFontMetricsF(_small())
        names = [told.BASELINE[side] for side in self._lines.baselines or {}] + [
            told.TARGET_LINE[side] for side in self._lines.targets or {}
        ]
        beside = max((small.horizontalAdvance(name) for name in names), default=0.0)
        return QRectF(self.rect()).adjusted(wide + GAP_PX + 4.0, TOP_PX, -(beside + GAP_PX), -(metrics.height() + 6.0))

    def _places(self) -> list[QPointF]:
        dots = self._lines.dots
        if not dots:
            return []
        room, (low, high) = self._room(), self._shown()
        begin, end = dots[0].at.timestamp(), dots[-1].at.timestamp()
        together: dict[datetime, list[int]] = {}
        for number, dot in enumerate(dots):
            together.setdefault(dot.at, []).append(number)
        most = max(len(numbers) for numbers in together.values())
        inner = min(INNER_PX + most * APART_PX / 2.0, room.width() / 3.0)
        places: list[QPointF] = []
        for number, dot in enumerate(dots):
            share = 0.5 if end <= begin else (dot.at.timestamp() - begin) / (end - begin)
            mine = together[dot.at]
            beside = (mine.index(number) - (len(mine) - 1) / 2.0) * APART_PX
            x = room.left() + inner + share * (room.width() - 2.0 * inner) + beside
            places.append(QPointF(x, room.bottom() - (dot.value - low) / (high - low) * room.height()))
        return places

    # ---- painting -------------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw the frame, the lines and the dots."""
        painter = self.brush()
        lines = self._lines
        if not lines.dots:
            painter.setFont(theme.font(13))
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, told.TREND_EMPTY)
            painter.end()
            return
        room, shown, places = self._room(), self._shown(), self._places()
        _draw_frame(painter, room, shown)
        _draw_dates(
            painter, QRectF(room.left(), room.bottom() + 4.0, self.width() - room.left(), self.height() - room.bottom() - 4.0), lines.dots
        )

        def height_of(value: float) -> float:
            return room.bottom() - (value - shown[0]) / (shown[1] - shown[0]) * room.height()

        levels: list[Level] = []
        for values, dash, names in (
            (lines.baselines, Qt.PenStyle.DashLine, told.BASELINE), (lines.targets, Qt.PenStyle.DotLine, told.TARGET_LINE),
        ):  # fmt: skip
            for side, value in (values or {}).items():
                levels.append(Level(names[side], height_of(value), theme.color(INKS[side])))
                _draw_level(painter, room, levels[-1].y, levels[-1].tone, dash)
        _draw_names(painter, room, levels)
        for side, ink in INKS.items():
            mine = [number for number, dot in enumerate(lines.dots) if dot.side == side]
            if not mine:
                continue
            tone = theme.color(ink)
            painter.setPen(QPen(tone, 1.4))
            painter.drawPolyline(QPolygonF([places[number] for number in mine]))
            for number in mine:
                dot, spot = lines.dots[number], places[number]
                if dot.u is not None:
                    _draw_whisker(painter, spot.x(), height_of(dot.value + COVERAGE * dot.u), height_of(dot.value - COVERAGE * dot.u), tone)
                _draw_dot(painter, spot, side, tone, hollow=dot.caveat)
        if self._at >= 0 and self.hasFocus():
            painter.setPen(QPen(theme.color("text"), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(places[self._at], 2.2 * DOT_PX, 2.2 * DOT_PX)
        painter.end()


def _line_told(lines: Lines, side: str) -> str:
    mine = [dot for dot in lines.dots if dot.side == side]
    first, last = mine[0], mine[-1]
    fields = {
        "side": told.SIDE[side], "count": len(mine), "first": words.with_unit(first.value, lines.decimals, lines.unit),
        "last": words.with_unit(last.value, lines.decimals, lines.unit), "begin": words.day(first.at),
        "end": words.day(last.at),
    }  # fmt: skip
    return (told.TELLS_LINE if len(mine) > 1 else told.TELLS_ONE).format(**fields)


def _step(span: float) -> float:
    """Return a round step of which three to six go into a span."""
    rough = span / 4.0
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next((factor * power for factor in (1.0, 2.0, 5.0) if factor * power >= rough), 10.0 * power)


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _draw_frame(painter: QPainter, room: QRectF, shown: tuple[float, float]) -> None:
    painter.setFont(theme.font(11))
    high = QFontMetricsF(painter.font()).height()
    step = _step(shown[1] - shown[0])
    value = math.ceil(shown[0] / step) * step
    while value <= shown[1]:
        y = room.bottom() - (value - shown[0]) / (shown[1] - shown[0]) * room.height()
        painter.setPen(theme.color("grid"))
        painter.drawLine(QLineF(room.left(), y, room.right(), y))
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(0, y - high / 2.0, room.left() - GAP_PX, high), RIGHT_MIDDLE, words.number(value, _decimals(step)))
        value += step


def _draw_dates(painter: QPainter, under: QRectF, dots: Sequence[Dot]) -> None:
    painter.setFont(theme.font(11))
    painter.setPen(theme.color("muted"))
    first, last = (words.day(dot.at) for dot in (dots[0], dots[-1]))
    one = first == last
    painter.drawText(under, Qt.AlignmentFlag.AlignCenter if one else LEFT_MIDDLE, first)
    if not one:
        painter.drawText(under, RIGHT_MIDDLE, last)


def _draw_level(painter: QPainter, room: QRectF, y: float, tone: QColor, dash: Qt.PenStyle) -> None:
    painter.setPen(QPen(tone, 1.1, dash))
    painter.drawLine(QLineF(room.left(), y, room.right(), y))


def _draw_names(painter: QPainter, room: QRectF, levels: Sequence[Level]) -> None:
    """Write what the levels are beside them, one below the other where they are close together."""
    painter.setFont(_small())
    high = QFontMetricsF(painter.font()).height()
    spots: list[float] = []
    for level in sorted(levels, key=lambda level: level.y):
        spots.append(max(level.y, spots[-1] + high) if spots else level.y)
    over = spots[-1] + high / 2.0 - room.bottom() if spots else 0.0
    for level, spot in zip(sorted(levels, key=lambda level: level.y), spots, strict=True):
        painter.setPen(level.tone)
        box = QRectF(room.right() + 4.0, spot - high / 2.0 - max(over, 0.0), NAME_PX, high)
        painter.drawText(box, LEFT_MIDDLE, level.name)


def _small() -> QFont:
    return theme.font(10, QFont.Weight.Medium)


def _draw_whisker(painter: QPainter, x: float, top: float, bottom: float, tone: QColor) -> None:
    painter.setPen(QPen(tone, 1.2))
    painter.drawLine(QLineF(x, top, x, bottom))
    for y in (top, bottom):
        painter.drawLine(QLineF(x - 3.0, y, x + 3.0, y))


def _draw_dot(painter: QPainter, spot: QPointF, side: str, tone: QColor, *, hollow: bool) -> None:
    """Draw a circle for the left leg, a square for the right one, a diamond for both at once."""
    painter.setPen(QPen(tone if hollow else theme.color("surface"), 1.5))
    painter.setBrush(theme.color("surface") if hollow else tone)
    if side == "left":
        painter.drawEllipse(spot, DOT_PX, DOT_PX)
    elif side == "right":
        painter.drawRect(QRectF(spot.x() - DOT_PX, spot.y() - DOT_PX, 2 * DOT_PX, 2 * DOT_PX))
    else:
        long = 1.4 * DOT_PX
        painter.drawPolygon(
            QPolygonF([spot + QPointF(0, -long), spot + QPointF(long, 0), spot + QPointF(0, long), spot + QPointF(-long, 0)])
        )
