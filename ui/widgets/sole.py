"""The still part of a stabilogram: rings in centimetres and the words around them, on screen and on paper."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ankletest.samples import Side
from ui import theme
from ui.words import common as words

RINGS = 4
UNDER = -200.0
"""Below pyqtgraph's view boxes, which lie at -100."""
DIAGONAL = 0.70711


class Sole(QGraphicsItem):
    """The ground of a stabilogram as a scene item, kept as a picture until size, scale, side or colours change."""

    def __init__(self, *, big: bool = False) -> None:
        super().__init__()
        self._big = big
        self._room = QRectF()
        self._half_cm = 2.0
        self._side = Side.LEFT
        self.setZValue(UNDER)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def lay_out(self, room: QRectF, *, half_cm: float, side: Side) -> QRectF:
        """Take a room and a scale; return the square of the outer ring."""
        self.prepareGeometryChange()
        self._room, self._half_cm, self._side = room, half_cm, side
        self.update()
        return ring_in(room, big=self._big)

    def boundingRect(self) -> QRectF:
        """Return the room."""
        return self._room

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002  Qt's signature
        """Draw it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_sole(painter, ring_in(self._room, big=self._big), half_cm=self._half_cm, side=self._side, big=self._big)


def ring_in(room: QRectF, *, big: bool = False) -> QRectF:
    """Return the square of the outer ring, with space for the words around it."""
    pad = 42.0 if big else 26.0
    across = max(10.0, min(room.width(), room.height()) - 2 * pad)
    return QRectF(room.center().x() - across / 2, room.center().y() - across / 2, across, across)


def draw_sole(
    painter: QPainter, ring: QRectF, *, half_cm: float, side: Side, big: bool = False, of: theme.Tokens | None = None, tabular: bool = True
) -> None:
    """Draw rings, cross and words into ``ring``; ``of`` is the colours (paper is always light)."""
    centre, radius = ring.center(), ring.width() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("raised", of=of))
    painter.drawEllipse(centre, radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    small = 16 if big else 11
    for k in range(1, RINGS + 1):
        r = radius * k / RINGS
        painter.setPen(QPen(theme.color("border" if k == RINGS else "grid", of=of), 1))
        painter.drawEllipse(centre, r, r)
    painter.setPen(QPen(theme.color("grid", of=of), 1))
    painter.drawLine(QPointF(ring.left(), centre.y()), QPointF(ring.right(), centre.y()))
    painter.drawLine(QPointF(centre.x(), ring.top()), QPointF(centre.x(), ring.bottom()))
    painter.setFont(theme.font(small, tabular=tabular))
    painter.setPen(theme.color("faint", of=of))
    for k in (2, 4):
        at = radius * k / RINGS * DIAGONAL
        cm = half_cm * k / RINGS
        text = f"{words.plain(cm)} {words.CM}" if k == RINGS else words.plain(cm)
        painter.drawText(
            QRectF(centre.x() + at + 3, centre.y() - at - 1.4 * small, 80, 1.4 * small),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom,
            text,
        )
    size = 20 if big else 12
    painter.setFont(theme.font(size, QFont.Weight.Medium, tabular=tabular))
    painter.setPen(theme.color("muted", of=of))
    line = size * 1.5
    middle = Qt.AlignmentFlag.AlignCenter
    painter.drawText(QRectF(centre.x() - 100, ring.top() - line - 2, 200, line), middle, words.ANTERIOR)
    painter.drawText(QRectF(centre.x() - 100, ring.bottom() + 3, 200, line), middle, words.POSTERIOR)
    # The big toe is towards the other leg: medial is right of a left foot.
    outer = {Side.LEFT: (words.LATERAL, words.MEDIAL), Side.RIGHT: (words.MEDIAL, words.LATERAL)}[side]
    for text, x in zip(outer, (ring.left() - line / 2 - 3, ring.right() + line / 2 + 3), strict=True):
        painter.save()
        painter.translate(x, centre.y())
        painter.rotate(-90)
        painter.drawText(QRectF(-100, -line / 2, 200, line), middle, text)
        painter.restore()
