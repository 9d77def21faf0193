"""Hops on a line of time: contact full, flight lifted, what is left out hatched and crossed; it measures nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ankletest.samples import Side
from ui import theme
from ui.tongue import say
from ui.widgets.painted import Painted
from ui.words import common as words

LEFT_PX, RIGHT_PX = 84.0, 12.0
FOOT_PX = 22.0
"""Height of the line of seconds."""
NUMBER_PX = 19.0
DIGITS = 2.3
"""Width of a bar in sizes of the number it carries; all numbers have one size, that of the narrowest bar."""
LEAST_PX, MOST_PX = 8, 13
"""Size of the numbers; a bar too narrow for the least carries none."""
MS_PER_S = 1000.0
MIDDLE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class HopMark:
    """A contact from ``ic_s`` to ``to_s`` and the flight until ``next_ic_s`` (NaN: not landed yet).

    ``valid`` is False where it is left out of the numbers, and ``why`` says the reason.
    """

    ic_s: float
    to_s: float
    next_ic_s: float = math.nan
    valid: bool = True
    why: str = ""


class HopTimeline(Painted):
    """The hops of a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(words.TIMELINE, parent)
        self._hops: tuple[HopMark, ...] = ()
        self._span = (0.0, 8.0)
        self._side = Side.LEFT
        self.setMinimumHeight(130)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set((), self._span)

    def set(self, hops: Sequence[HopMark], span: tuple[float, float]) -> None:
        """Show hops over a span of session seconds."""
        self._hops, self._span = tuple(hops), span
        self.tell("; ".join(_told(k + 1, hop) for k, hop in enumerate(hops)) or words.TIMELINE_EMPTY)

    def set_side(self, side: Side) -> None:
        """Take the colour of a leg."""
        self._side = side
        self.update()

    def clear(self) -> None:
        """Show none."""
        self.set((), self._span)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw ground, hops and seconds."""
        painter = self.brush()
        draw_timeline(painter, QRectF(self.rect()), self._hops, self._span, side=self._side)
        painter.end()


def draw_timeline(
    painter: QPainter, room: QRectF, hops: Sequence[HopMark], span: tuple[float, float], *, side: Side, of: theme.Tokens | None = None
) -> None:
    """Draw a timeline into a room, on screen or on paper (``of``: the colours; paper also needs its digits untouched)."""
    pen = _Pencil(painter, room, hops, span, side, of)
    pen.ground()
    painter.save()
    painter.setClipRect(pen.plot.adjusted(-2, 0, 2, NUMBER_PX + 2))
    for k, hop in enumerate(hops):
        pen.hop(k + 1, hop)
    painter.restore()


class _Pencil:
    """Where things are in one drawing."""

    def __init__(
        self, painter: QPainter, room: QRectF, hops: Sequence[HopMark], span: tuple[float, float], side: Side, of: theme.Tokens | None
    ) -> None:
        self.painter, self.room, self.span, self.side, self.of = painter, room, span, side, of
        self.plot = room.adjusted(LEFT_PX, 2, -RIGHT_PX, -FOOT_PX)
        rows = self.plot.height() - NUMBER_PX - 6
        self.flight_px, self.contact_px = rows * 0.58, rows * 0.42
        self.line_y = self.plot.top() + 4 + self.flight_px
        flights = [hop.next_ic_s - hop.to_s for hop in hops if math.isfinite(hop.next_ic_s)]
        self.longest_s = max(flights, default=1.0) or 1.0
        readable = [wide for wide in (self.x(hop.to_s) - self.x(hop.ic_s) for hop in hops) if wide >= LEAST_PX * DIGITS]
        self.px = max(LEAST_PX, min(MOST_PX, math.floor(min(readable, default=0.0) / DIGITS)))

    def x(self, t_s: float) -> float:
        start, end = self.span
        return self.plot.left() + (t_s - start) / max(1e-9, end - start) * self.plot.width()

    def color(self, name: str, alpha: int = 255) -> QBrush:
        return QBrush(theme.color(name, alpha, of=self.of))

    def write(self, box: QRectF, text: str, *, px: float = 13, tint: str = "text", bold: bool = True) -> None:
        weight = QFont.Weight.DemiBold if bold else QFont.Weight.Medium
        self.painter.setFont(theme.font(px, weight, tabular=self.of is None))
        self.painter.setPen(theme.color(tint, of=self.of))
        self.painter.drawText(box, MIDDLE, text)

    def ground(self) -> None:
        painter, plot = self.painter, self.plot
        painter.fillRect(plot, self.color("raised"))
        start, end = self.span
        step = next((s for s in (0.5, 1.0, 2.0, 5.0, 10.0) if plot.width() * s / max(1e-9, end - start) > 44), 30.0)
        for k in range(math.floor((end - start) / step + 1e-6) + 1):
            x = self.x(start + k * step)
            painter.setPen(QPen(theme.color("grid", of=self.of), 1))
            painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))
            self.write(QRectF(x - 30, plot.bottom() + 5, 60, 15), f"{words.plain(k * step)} s", px=11, tint="faint", bold=False)
        painter.setFont(theme.font(13, QFont.Weight.Medium, tabular=self.of is None))
        painter.setPen(theme.color("text", of=self.of))
        left_middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        left = self.room.left()
        painter.drawText(QRectF(left, self.line_y - self.flight_px, LEFT_PX - 8, self.flight_px), left_middle, words.FLIGHT)
        painter.drawText(QRectF(left, self.line_y, LEFT_PX - 8, self.contact_px), left_middle, words.CONTACT)

    def hop(self, number: int, hop: HopMark) -> None:
        tint = self.side.value if hop.valid else "edge"
        contact = QRectF(self.x(hop.ic_s), self.line_y + 2, max(3.0, self.x(hop.to_s) - self.x(hop.ic_s)), self.contact_px)
        self._box(contact, tint, full=True, valid=hop.valid)
        if contact.width() >= self.px * DIGITS:
            self._value(contact, hop.to_s - hop.ic_s, tint="on_accent" if hop.valid else "text", valid=hop.valid)
        if math.isfinite(hop.next_ic_s):
            high = self.flight_px * (hop.next_ic_s - hop.to_s) / self.longest_s
            flight = QRectF(self.x(hop.to_s), self.line_y - high, self.x(hop.next_ic_s) - self.x(hop.to_s), high).adjusted(1, 1, -1, -2)
            self._box(flight, tint, full=False, valid=hop.valid)
            if flight.width() >= self.px * DIGITS and flight.height() > 15:
                self._value(flight, hop.next_ic_s - hop.to_s, tint="text" if hop.valid else "muted", valid=hop.valid)
        under = QRectF(contact.center().x() - 30, self.line_y + self.contact_px + 4, 60, NUMBER_PX - 2)
        text = str(number) if hop.valid else words.LEFT_OUT.format(number=number)
        self.write(under, text, px=12, tint="text" if hop.valid else "muted", bold=False)

    def _box(self, box: QRectF, tint: str, *, full: bool, valid: bool) -> None:
        painter = self.painter
        edge = QPen(theme.color(tint, of=self.of), 1.5, Qt.PenStyle.SolidLine if valid or full else Qt.PenStyle.DashLine)
        painter.setPen(Qt.PenStyle.NoPen if full and valid else edge)
        if valid:
            painter.setBrush(self.color(tint if full else f"{tint}_soft"))
        else:
            painter.setBrush(self.color("border") if full else QBrush(Qt.BrushStyle.NoBrush))
        painter.drawRoundedRect(box, 4, 4)
        if full and not valid:
            self._hatch(box)

    def _hatch(self, box: QRectF) -> None:
        """Draw lines of our own: a pattern brush becomes a picture in a PDF."""
        painter = self.painter
        painter.save()
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(theme.color("edge", of=self.of), 1))
        high = box.height()
        for k in range(int((box.width() + high) / 7) + 1):
            x = box.left() + 7 * k
            painter.drawLine(QPointF(x, box.top()), QPointF(x - high, box.bottom()))
        painter.restore()

    def _value(self, box: QRectF, seconds: float, *, tint: str, valid: bool) -> None:
        text = words.number(seconds * MS_PER_S, 0)
        if not valid:
            plate = QRectF(0, 0, self.px * DIGITS - 2, self.px * 1.3)
            plate.moveCenter(box.center())
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(self.color("raised"))
            self.painter.drawRoundedRect(plate, 3, 3)
        self.write(box, text, tint=tint, px=self.px)


def _told(number: int, hop: HopMark) -> str:
    if not hop.valid:
        return words.HOP_OUT.format(number=number, why=say(hop.why) or words.HOP_UNKNOWN)
    return words.HOP_TELLS.format(
        number=number,
        contact=words.with_unit((hop.to_s - hop.ic_s) * MS_PER_S, 0, words.MS),
        flight=words.with_unit((hop.next_ic_s - hop.to_s) * MS_PER_S, 0, words.MS) if math.isfinite(hop.next_ic_s) else words.HOP_UNKNOWN,
    )
