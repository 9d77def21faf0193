"""Pictures of a report: stabilograms and hop timelines as vectors, in the same strokes as on screen."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from ankletest.metrics.base import CopTrace, HopSet
from ankletest.samples import Side
from ui import theme
from ui.widgets.sole import draw_sole, ring_in
from ui.widgets.stabilogram import Outline
from ui.widgets.timeline import HopMark, draw_timeline

PRINT_HZ = 50.0
"""More points a second make the file large and cannot be seen on paper."""
MM_PER_CM = 10.0


def draw_stabilogram(painter: QPainter, room: QRectF, cop: CopTrace, ellipse: Outline | None, *, side: Side, half_cm: float) -> None:
    """Draw rings, path and ellipse of a trial."""
    ring = ring_in(room)
    draw_sole(painter, ring, half_cm=half_cm, side=side, of=theme.LIGHT, tabular=False)
    scale = ring.width() / 2 / (half_cm * MM_PER_CM)
    centre = ring.center()
    stride = max(1, round(cop.rate_hz / PRINT_HZ)) if math.isfinite(cop.rate_hz) else 1
    points = (
        QPointF(centre.x() + x * scale, centre.y() - y * scale)
        for x, y in zip(cop.x_mm[::stride].tolist(), cop.y_mm[::stride].tolist(), strict=True)
        if math.isfinite(x + y)
    )
    painter.save()
    painter.setClipRect(ring.adjusted(-2, -2, 2, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.mix(side.value, "raised", 0.6, of=theme.LIGHT), 0.7))
    painter.drawPolyline(QPolygonF(list(points)))
    if ellipse is not None:
        pen = QPen(theme.color(side.value, of=theme.LIGHT), 1.6)
        pen.setDashPattern([4, 3])
        painter.translate(centre.x() + ellipse.x_mm * scale, centre.y() - ellipse.y_mm * scale)
        painter.rotate(-math.degrees(ellipse.angle_rad))
        painter.setPen(pen)
        painter.drawEllipse(QPointF(0, 0), ellipse.first_mm * scale, ellipse.second_mm * scale)
    painter.restore()


def draw_hops(painter: QPainter, room: QRectF, hops: HopSet, *, side: Side) -> None:
    """Draw the timeline of a set of hops."""
    marks = [HopMark(hop.ic_s, hop.to_s, hop.next_ic_s, hop.valid, hop.why) for hop in hops.hops]
    ends = [end for mark in marks for end in (mark.to_s, mark.next_ic_s) if math.isfinite(end)]
    start = min((mark.ic_s for mark in marks), default=0.0)
    draw_timeline(painter, room, marks, (start, max(ends, default=start + 1.0)), side=side, of=theme.LIGHT)
