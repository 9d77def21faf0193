"""The pieces a strip of traces is made of: its still ground, and the marks that scroll over it."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ui import theme
from ui.words import common as words

LEFT_PX, RIGHT_PX, FOOT_PX = 124.0, 24.0, 22.0
SCALE_PX = 46.0
"""Width of the numbers at the left edge of a row."""
UNDER = -200.0
"""Below pyqtgraph's view boxes, which lie at -100."""
LEFT_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
SECOND_STEPS = (0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Label:
    """What stands beside a row: title, unit, and the range it shows."""

    title: str
    unit: str
    shown: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment with a word."""

    t_s: float
    text: str
    colour: str


def plot_in(room: QRectF) -> QRectF:
    """Return the part of a room where signals are drawn."""
    return room.adjusted(theme.scaled(LEFT_PX), 0, -RIGHT_PX, -theme.scaled(FOOT_PX))


def row_in(room: QRectF, index: int, count: int) -> QRectF:
    """Return the ground of a row."""
    plot = plot_in(room)
    high = plot.height() / max(1, count)
    return QRectF(plot.left(), plot.top() + index * high + 2, plot.width(), high - 4)


class Ground(QGraphicsItem):
    """Titles, units, ranges and seconds, kept as a picture until they change."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._room = QRectF()
        self._labels: tuple[Label, ...] = ()
        self.setZValue(UNDER)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def lay_out(self, room: QRectF, labels: Sequence[Label]) -> None:
        """Take a room and rows."""
        if (room, tuple(labels)) != (self._room, self._labels):
            self.prepareGeometryChange()
            self._room, self._labels = room, tuple(labels)
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the room."""
        return self._room

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002  Qt's signature
        """Draw it."""
        plot = plot_in(self._room)
        left, scale = theme.scaled(LEFT_PX), theme.scaled(SCALE_PX)
        for k, label in enumerate(self._labels):
            row = row_in(self._room, k, len(self._labels))
            painter.fillRect(row, theme.color("raised"))
            middle = row.center().y()
            painter.setPen(theme.color("text"))
            painter.setFont(theme.font(13, QFont.Weight.Medium))
            painter.drawText(QRectF(0, middle - 17, left - scale, 18), LEFT_MIDDLE, label.title)
            painter.setPen(theme.color("muted"))
            painter.setFont(theme.font(11))
            painter.drawText(QRectF(0, middle + 1, left - scale, 16), LEFT_MIDDLE, label.unit)
            painter.setPen(theme.color("faint"))
            painter.setFont(theme.font(10))
            for value, top, place in zip(
                label.shown, (row.bottom() - 14, row.top()), (Qt.AlignmentFlag.AlignBottom, Qt.AlignmentFlag.AlignTop), strict=True
            ):
                text = words.plain(round(value, 6) + 0.0)
                painter.drawText(
                    QRectF(left - scale - 2, top, scale - 4, 14), Qt.AlignmentFlag.AlignRight | place | Qt.TextFlag.TextDontClip, text
                )
        step = next((s for s in SECOND_STEPS if plot.width() * s / self._seconds > 64), 30.0)
        for k in range(math.floor(self._seconds / step + 1e-6) + 1):
            x = plot.right() - plot.width() * k * step / self._seconds
            painter.setPen(QPen(theme.color("grid"), 1))
            painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))
            painter.setPen(theme.color("faint"))
            painter.setFont(theme.font(11))
            text = words.SECONDS_AGO.format(seconds=words.plain(k * step)) if k else words.NOW
            painter.drawText(QRectF(x - 32, plot.bottom() + 4, 64, 16), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)


class Marks(QGraphicsItem):
    """Dashed lines with words, at times that move with now."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._now_s = 0.0
        self._room = QRectF()
        self._marks: deque[Mark] = deque(maxlen=200)
        self.setZValue(10)

    def __len__(self) -> int:
        return len(self._marks)

    def add(self, mark: Mark) -> None:
        """Add one."""
        self._marks.append(mark)
        self.update()

    def clear(self) -> None:
        """Forget all."""
        self._marks.clear()
        self.update()

    def move(self, now_s: float) -> None:
        """Set the second of the right edge; those that left on the left are forgotten."""
        self._now_s = now_s
        while self._marks and self._marks[0].t_s < now_s - self._seconds:
            self._marks.popleft()
        if self._marks:
            self.update()

    def lay_out(self, room: QRectF) -> None:
        """Take a room."""
        self.prepareGeometryChange()
        self._room = room

    def boundingRect(self) -> QRectF:
        """Return the room."""
        return self._room

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002  Qt's signature
        """Draw those in sight."""
        plot = plot_in(self._room)
        painter.setFont(theme.font(11, QFont.Weight.Medium))
        for mark in self._marks:
            x = plot.right() + (mark.t_s - self._now_s) / self._seconds * plot.width()
            if plot.left() <= x <= plot.right():
                painter.setPen(QPen(theme.color(mark.colour), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))
                painter.drawText(QRectF(x + 4, plot.top() + 2, 140, 15), LEFT_MIDDLE, mark.text)
