"""Pictures of a report: stabilograms and hop timelines as vectors, in the same strokes as on screen."""

import math
from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF

from ankletest.metrics.base import CopTrace, HopSet, Metric
from ankletest.samples import Side
from ui import theme
from ui.widgets.sole import draw_sole, ring_in
from ui.widgets.stabilogram import Outline
from ui.widgets.timeline import HopMark, draw_timeline
from ui.words import common as words

PRINT_HZ = 50.0
"""More points a second make the file large and cannot be seen on paper."""
MM_PER_CM = 10.0
BAR_LEFT, BAR_RIGHT = 28.0, 110.0
"""Room of the letter before a bar and of the number behind it."""


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


def draw_bars(painter: QPainter, room: QRectF, values: Mapping[Side, float | None], metric: Metric) -> None:
    """Draw a number of both legs as bars from zero, on one scale, each with its letter and number."""
    most = max((abs(value) for value in values.values() if value is not None), default=0.0)
    high = room.height() / max(len(values), 1)
    for k, (side, value) in enumerate(values.items()):
        line = QRectF(room.left(), room.top() + k * high, room.width(), high)
        painter.setFont(theme.font(14, QFont.Weight.DemiBold, tabular=False))
        painter.setPen(QPen(theme.color(side.value, of=theme.LIGHT)))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), words.LETTER[side])
        shown = words.NO_VALUE if value is None else words.with_unit(value, metric.decimals, metric.unit)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shown)
        track = line.adjusted(BAR_LEFT, 0.25 * high, -BAR_RIGHT, -0.25 * high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("grid", of=theme.LIGHT))
        painter.drawRoundedRect(track, 4, 4)
        if value is not None and most > 0.0:
            track.setWidth(track.width() * abs(value) / most)
            painter.setBrush(theme.color(side.value, of=theme.LIGHT))
            painter.drawRoundedRect(track, 4, 4)
