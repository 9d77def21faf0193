"""How the number of a device's certificates moved from one to the next: dots over dates with their uncertainty; it knows no procedure."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ankletest.language import plural
from ui import theme
from ui.drift import Main, Point, day
from ui.widgets.painted import Painted
from ui.words import calibration as told
from ui.words import common as words

LEFT_PX, RIGHT_PX, TOP_PX, FOOT_PX = 62.0, 64.0, 26.0, 24.0
DOT_PX = 4.5
COVERAGE = 2.0
"""Whiskers reach two standard uncertainties: 95 %."""
MARGIN_SHARE = 0.12
LINES = 4
INKS = ("accent", "right", "good", "muted")
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
"""Components differ by their dash and their letter besides their colour."""
RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class DriftPlot(Painted):
    """Points over dates; one that did not pass is a red square."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(told.DRIFT, parent)
        self._points: tuple[Point, ...] = ()
        self._main: Main | None = None
        self._chosen = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 150)
        self.show_points((), None)

    def sizeHint(self) -> QSize:
        """Return the room it likes."""
        return QSize(560, 220)

    def show_points(self, points: Sequence[Point], main: Main | None, chosen: int = -1) -> None:
        """Show points, oldest first; ``chosen`` is ringed."""
        self._points, self._main, self._chosen = tuple(points), main, chosen
        seen = [point for point in self._points if point.values]
        if main is None or not seen:
            self.tell(told.DRIFT_EMPTY)
            return
        first, last = (" ".join(words.number(value, main.decimals) for value in point.values) for point in (seen[0], seen[-1]))
        self.tell(
            plural(told.DRIFT_TOLD, len(seen)).format(title=main.title, count=len(seen), first=first, last=last, unit=main.unit).rstrip()
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw the frame, the lines and the points."""
        painter = self.brush()
        main = self._main
        seen = [(k, point) for k, point in enumerate(self._points) if point.values]
        if main is None or not seen:
            painter.setFont(theme.font(13))
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, told.DRIFT_EMPTY)
            painter.end()
            return
        room = QRectF(self.rect()).adjusted(LEFT_PX, TOP_PX, -RIGHT_PX, -FOOT_PX)
        low, high = _range([point for _, point in seen], main.decimals)
        begin, end = seen[0][1].date.timestamp(), seen[-1][1].date.timestamp()
        painter.setFont(theme.font(12, QFont.Weight.Medium))
        painter.setPen(theme.color("muted"))
        title = f"{main.title}, {main.unit}" if main.unit else main.title
        painter.drawText(QRectF(0, 0, self.width(), TOP_PX - 6), LEFT_MIDDLE, title)
        _draw_frame(painter, room, (low, high), main)
        _draw_dates(painter, room, seen[0][1], seen[-1][1])

        def place(at: float, value: float) -> QPointF:
            share = 0.5 if end <= begin else (at - begin) / (end - begin)
            return QPointF(room.left() + 10 + share * (room.width() - 20), room.bottom() - (value - low) / (high - low) * room.height())

        count = min(LINES, max(len(point.values) for _, point in seen))
        for component in range(count):
            ink = theme.color(INKS[component])
            mine = [
                (k, point, place(point.date.timestamp(), point.values[component])) for k, point in seen if component < len(point.values)
            ]
            painter.setPen(QPen(ink, 1.6, DASHES[component]))
            painter.drawPolyline(QPolygonF([spot for _, _, spot in mine]))
            for k, point, spot in mine:
                if point.u is not None:
                    far = COVERAGE * point.u / (high - low) * room.height()
                    painter.setPen(QPen(ink, 1.2))
                    painter.drawLine(QLineF(spot.x(), max(room.top(), spot.y() - far), spot.x(), min(room.bottom(), spot.y() + far)))
                _draw_dot(painter, spot, ink, passed=point.passed, chosen=k == self._chosen)
            if count > 1:
                painter.setFont(theme.font(11, QFont.Weight.DemiBold))
                painter.setPen(ink)
                name = told.AXES[component] if count <= len(told.AXES) else told.CELL.format(number=component + 1)
                painter.drawText(QRectF(room.right() + 4, mine[-1][2].y() - 8, RIGHT_PX - 4, 16), LEFT_MIDDLE, name)
        painter.end()


def _range(points: Sequence[Point], decimals: int) -> tuple[float, float]:
    values = [value + sign * COVERAGE * (point.u or 0.0) for point in points for value in point.values[:LINES] for sign in (-1.0, 1.0)]
    low, high = min(values), max(values)
    least = 4.0 * 10.0**-decimals
    # A drift smaller than what is shown of the number is none.
    if high - low < least:
        low, high = (low + high - least) / 2.0, (low + high + least) / 2.0
    margin = MARGIN_SHARE * (high - low)
    return low - margin, high + margin


def _draw_frame(painter: QPainter, room: QRectF, shown: tuple[float, float], main: Main) -> None:
    painter.setFont(theme.font(11))
    step = _step(shown[1] - shown[0])
    value = math.ceil(shown[0] / step) * step
    decimals = max(main.decimals - 1, -math.floor(math.log10(step)), 0)
    while value <= shown[1]:
        y = room.bottom() - (value - shown[0]) / (shown[1] - shown[0]) * room.height()
        painter.setPen(theme.color("grid"))
        painter.drawLine(QLineF(room.left(), y, room.right(), y))
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(0, y - 8, LEFT_PX - 8, 16), RIGHT_MIDDLE, words.number(value, decimals))
        value += step


def _step(span: float) -> float:
    """Return a round step of which three to six go into a span."""
    rough = span / 4.0
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next((factor * power for factor in (1.0, 2.0, 5.0) if factor * power >= rough), 10.0 * power)


def _draw_dates(painter: QPainter, room: QRectF, first: Point, last: Point) -> None:
    painter.setPen(theme.color("muted"))
    under = QRectF(room.left(), room.bottom() + 4, room.width(), FOOT_PX - 4)
    one = first.date == last.date
    painter.drawText(under, Qt.AlignmentFlag.AlignCenter if one else LEFT_MIDDLE, day(first.date))
    if not one:
        painter.drawText(under, RIGHT_MIDDLE, day(last.date))


def _draw_dot(painter: QPainter, spot: QPointF, ink: QColor, *, passed: bool, chosen: bool) -> None:
    painter.setPen(QPen(theme.color("surface"), 1.5))
    painter.setBrush(ink if passed else theme.color("bad"))
    if passed:
        painter.drawEllipse(spot, DOT_PX, DOT_PX)
    else:
        painter.drawRect(QRectF(spot.x() - DOT_PX, spot.y() - DOT_PX, 2 * DOT_PX, 2 * DOT_PX))
    if chosen:
        painter.setPen(QPen(theme.color("text"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(spot, 2 * DOT_PX, 2 * DOT_PX)
