"""Where the weight goes: a pad from above with every place of a calibration, the one that is next ringed; it knows no procedure."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.widgets.painted import Painted
from ui.words import common as words
from ui.words import placing as told

EDGE_SHARE = 0.12
"""A pad reaches beyond its outermost place by so much of its size."""
TOP_PX, FOOT_PX, SPOT_PX, NEXT_PX = 22.0, 26.0, 6.0, 13.0
MIDDLE_MM = 0.5
"""Less than this from the middle is the middle."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the pad, mm from its middle (x to the right, y forward); ``check``: what is put there only checks."""

    x_mm: float
    y_mm: float
    check: bool = False


class Placing(Painted):
    """Circles are places that are fitted, diamonds those of the check; what is done is filled, the next one ringed and crossed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(told.PICTURE, parent)
        self._places: tuple[Place, ...] = ()
        self._now = -1
        self._half = (1.0, 1.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 170)

    def sizeHint(self) -> QSize:
        """Return the room it likes."""
        return QSize(320, 280)

    @property
    def now(self) -> Place | None:
        """The place that is next; None where none is."""
        return self._places[self._now] if 0 <= self._now < len(self._places) else None

    def show_places(self, places: Sequence[Place], now: int, weight: str = "") -> None:
        """Show places in their order; those before ``now`` are done, and ``weight`` is put there next. Beyond the last all are done."""
        self._places, self._now = tuple(places), now
        self._half = (_reach([place.x_mm for place in places]), _reach([place.y_mm for place in places]))
        one = self.now
        if one is None:
            self.tell(told.ALL_DONE.format(total=len(places)) if now >= 0 else told.NOTHING_YET.format(total=len(places)))
            return
        kind = told.CHECKING if one.check else told.FITTED
        self.tell(told.PUT.format(weight=weight, where=where(one), number=now + 1, total=len(places), kind=kind))

    def spot(self, place: Place) -> QPointF:
        """Return where a place is drawn."""
        pad = self._pad()
        reach_x, reach_y = (half * (1.0 + 2.0 * EDGE_SHARE) for half in self._half)
        return QPointF(
            pad.center().x() + place.x_mm / reach_x * pad.width() / 2, pad.center().y() - place.y_mm / reach_y * pad.height() / 2
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw the pad, the places and what the signs mean."""
        painter = self.brush()
        pad = self._pad()
        painter.setPen(QPen(theme.color("muted"), 1.5))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(pad, 8, 8)
        painter.setFont(theme.font(11))
        painter.setPen(theme.color("muted"))
        top = theme.scaled(TOP_PX)
        painter.drawText(QRectF(0, pad.top() - top, self.width(), top - 2), Qt.AlignmentFlag.AlignCenter, told.FORWARD)
        done = {(place.x_mm, place.y_mm, place.check) for place in self._places[: max(self._now, 0)]}
        for place in dict.fromkeys(self._places):
            if place != self.now:
                self._draw(painter, place, filled=(place.x_mm, place.y_mm, place.check) in done)
        if self.now is not None:
            self._draw_next(painter, self.now)
        painter.setFont(theme.font(11, QFont.Weight.Medium))
        painter.setPen(theme.color("muted"))
        legend = told.LEGEND if any(place.check for place in self._places) else told.LEGEND_FITTED
        painter.drawText(
            QRectF(0, self.height() - theme.scaled(FOOT_PX) + 4, self.width(), theme.scaled(FOOT_PX) - 4),
            Qt.AlignmentFlag.AlignCenter,
            legend,
        )
        painter.end()

    def _pad(self) -> QRectF:
        """Return the pad, in its own proportions, between the words above and below it."""
        room = QRectF(self.rect()).adjusted(8, theme.scaled(TOP_PX), -8, -theme.scaled(FOOT_PX) - 4)
        across, along = self._half
        scale = min(room.width() / across, room.height() / along)
        width, height = max(across * scale, 20.0), max(along * scale, 20.0)
        return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)

    def _draw(self, painter: QPainter, place: Place, *, filled: bool) -> None:
        ink = theme.color("good" if filled else "muted")
        painter.setPen(QPen(ink, 1.8))
        painter.setBrush(ink if filled else Qt.BrushStyle.NoBrush)
        _sign(painter, self.spot(place), SPOT_PX, diamond=place.check)

    def _draw_next(self, painter: QPainter, place: Place) -> None:
        spot, ink = self.spot(place), theme.color("accent")
        painter.setPen(QPen(ink, 3.0))
        painter.setBrush(theme.color("surface"))
        _sign(painter, spot, NEXT_PX, diamond=place.check)
        painter.drawLine(QLineF(spot.x() - NEXT_PX / 2, spot.y(), spot.x() + NEXT_PX / 2, spot.y()))
        painter.drawLine(QLineF(spot.x(), spot.y() - NEXT_PX / 2, spot.x(), spot.y() + NEXT_PX / 2))


def where(place: Place) -> str:
    """Return a place in words: how far to the right or left, and how far forward or back."""
    x, y = (words.number(abs(value), 0) for value in (place.x_mm, place.y_mm))
    side = "" if abs(place.x_mm) < MIDDLE_MM else (told.RIGHT if place.x_mm > 0.0 else told.LEFT).format(mm=x)
    along = "" if abs(place.y_mm) < MIDDLE_MM else (told.AHEAD if place.y_mm > 0.0 else told.BACK).format(mm=y)
    return told.BOTH.format(side=side, along=along) if side and along else side or along or told.MIDDLE


def _reach(values: Sequence[float]) -> float:
    """Return how far the outermost place is from the middle; never 0."""
    return max((abs(value) for value in values), default=0.0) or 1.0


def _sign(painter: QPainter, spot: QPointF, size: float, *, diamond: bool) -> None:
    if diamond:
        painter.drawPolygon(QPolygonF([spot + QPointF(dx * size, dy * size) for dx, dy in ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0))]))
    else:
        painter.drawEllipse(spot, size, size)
