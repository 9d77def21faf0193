"""The centre of pressure on the sole: path, the last seconds, ellipse and now; it draws what it is given and computes nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QPen, QResizeEvent
from PySide6.QtWidgets import QGraphicsEllipseItem, QVBoxLayout, QWidget

from ankletest.samples import FloatArray, Side
from ui import theme
from ui.widgets.plots import Plot
from ui.widgets.sole import Sole
from ui.words import common as words

STEPS_CM = (2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0)
"""Half ranges; only these, so the picture does not breathe and left and right can share one."""
MOST_POINTS = 3000
"""Points drawn of a path; more cannot be told apart and cost 0.1 ms a thousand."""
TRAIL_WIDTHS_PX = (1.4, 1.8, 2.2, 2.6)
"""The trail in four pieces, oldest first; wide lines are cheap when they are short."""
MOST_TRAIL = 240
MARGIN = 1.06
"""The plot reaches a little beyond the outer ring, so that the dot is not cut there."""
MM_PER_CM = 10.0


@dataclass(frozen=True, slots=True)
class Outline:
    """An ellipse as it is drawn: centre and half axes in mm, ``angle_rad`` from x (right) towards y (forward) to the first axis."""

    x_mm: float
    y_mm: float
    first_mm: float
    second_mm: float
    angle_rad: float

    def half_range_cm(self) -> float:
        """Return the smallest step of the scale that holds it."""
        cos, sin = math.cos(self.angle_rad), math.sin(self.angle_rad)
        x = abs(self.x_mm) + math.hypot(self.first_mm * cos, self.second_mm * sin)
        y = abs(self.y_mm) + math.hypot(self.first_mm * sin, self.second_mm * cos)
        return _step_cm(max(x, y))


def half_range_cm(traces_mm: Sequence[FloatArray]) -> float:
    """Return the smallest step that holds all these paths, for one scale left and right."""
    reach = max((float(np.nanmax(np.abs(xy))) for xy in traces_mm if xy.size and np.isfinite(xy).any()), default=0.0)
    return _step_cm(reach)


class Stabilogram(QWidget):
    """A live stabilogram; ``half_range_changed`` tells when the path outgrew the scale, so that a second one can follow.

    Parameters
    ----------
    big
        Labels and dot for the distance view.
    """

    half_range_changed = Signal(float)

    def __init__(self, *, big: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(words.STABILOGRAM)
        self.setMinimumSize(220, 220)
        self._side = Side.LEFT
        self._half_cm = STEPS_CM[0]
        self._now: tuple[float, float] | None = None
        self._view = Plot(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._sole = Sole(big=big)
        self._view.scene().addItem(self._sole)
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self._view.scene().addItem(self._box)
        self._path = pg.PlotCurveItem(antialias=True, skipFiniteCheck=False, connect="finite")
        self._ellipse = QGraphicsEllipseItem()
        self._ellipse.setVisible(False)
        self._trail = [pg.PlotCurveItem(antialias=True, connect="finite") for _ in TRAIL_WIDTHS_PX]
        radius = 15.0 if big else 8.0
        self._dot = QGraphicsEllipseItem(-radius, -radius, 2 * radius, 2 * radius)
        self._dot.setFlag(QGraphicsEllipseItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self._dot.setVisible(False)
        for item in (self._path, self._ellipse, *self._trail, self._dot):
            self._box.addItem(item, ignoreBounds=True)
        for piece in self._trail:
            # Segment by segment: one wide self-crossing stroke costs ten times as much.
            piece.setSegmentedLineMode("on")
        theme.changes.changed.connect(self.refresh)
        self.refresh()
        self._tell()

    @property
    def side(self) -> Side:
        """The leg shown."""
        return self._side

    @property
    def half_range_cm(self) -> float:
        """Centimetres from the middle to the outer ring."""
        return self._half_cm

    def set_side(self, side: Side) -> None:
        """Take the colour of a leg, and put medial and lateral where they are for it."""
        self._side = side
        self.refresh()
        self._tell()

    def set_half_range(self, cm: float) -> None:
        """Set the outer ring; a shared scale is what makes left and right comparable."""
        if cm != self._half_cm:
            self._half_cm = cm
            self._place()
            self._tell()

    def set_trace(self, xy_mm: FloatArray, *, trail: int = 0) -> None:
        """Show a path.

        Parameters
        ----------
        xy_mm : (n, 2)
            Centred CoP, x to the right, y forward, mm; NaN breaks the line.
        trail
            Samples at the end that are drawn as the trail; 0 for none (a finished trial), and then no dot either.
        """
        count = len(xy_mm)
        if not count:
            self.clear()
            return
        self._grow(half_range_cm([xy_mm]))
        start = max(0, count - trail)
        stride = _stride(start + 1, MOST_POINTS)
        old = xy_mm[: start + 1 : stride]
        self._path.setData(old[:, 0], old[:, 1])
        self._draw_trail(xy_mm[start - start % _stride(trail, MOST_TRAIL) :: _stride(trail, MOST_TRAIL)] if trail else xy_mm[:0])
        x, y = float(xy_mm[-1, 0]), float(xy_mm[-1, 1])
        self._now = (x, y) if math.isfinite(x + y) else None
        self._dot.setVisible(bool(trail) and self._now is not None)
        if self._now is not None:
            self._dot.setPos(QPointF(x, y))
        self._view.changed()
        self._tell()

    def set_ellipse(self, ellipse: Outline | None) -> None:
        """Show the ellipse that was computed for the path, or none."""
        self._ellipse.setVisible(ellipse is not None)
        if ellipse is not None:
            self._grow(ellipse.half_range_cm())
            a, b = ellipse.first_mm, ellipse.second_mm
            self._ellipse.setRect(QRectF(-a, -b, 2 * a, 2 * b))
            self._ellipse.setPos(QPointF(ellipse.x_mm, ellipse.y_mm))
            self._ellipse.setRotation(math.degrees(ellipse.angle_rad))
        self._view.changed()

    def clear(self) -> None:
        """Show the empty sole; the scale stays."""
        for curve in (self._path, *self._trail):
            curve.setData([], [])
        self._ellipse.setVisible(False)
        self._dot.setVisible(False)
        self._now = None
        self._view.changed()
        self._tell()

    def refresh(self) -> None:
        """Take the colours in force."""
        tint = self._side.value
        self._view.setBackground(theme.color("surface"))
        # Mixed, not transparent: blended noisy lines cost five to ten times as much.
        self._path.setPen(_cosmetic(QPen(theme.mix(tint, "raised", 0.5), 1)))
        for width, piece, share in zip(TRAIL_WIDTHS_PX, self._trail, (0.7, 0.8, 0.9, 1.0), strict=True):
            pen = _cosmetic(QPen(theme.mix(tint, "raised", share), width))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            piece.setPen(pen)
        edge = _cosmetic(QPen(theme.color(tint), 2))
        edge.setDashPattern([4, 3])
        self._ellipse.setPen(edge)
        self._ellipse.setBrush(QBrush(theme.color(tint, 26)))
        self._dot.setPen(QPen(theme.color("surface"), 2.5))
        self._dot.setBrush(QBrush(theme.color(tint)))
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the plot to the ring."""
        super().resizeEvent(event)
        self._place()

    def _draw_trail(self, trail_mm: FloatArray) -> None:
        cuts = np.linspace(0, max(0, len(trail_mm) - 1), len(self._trail) + 1).astype(int)
        for piece, first, last in zip(self._trail, cuts[:-1], cuts[1:], strict=True):
            part = trail_mm[first : last + 1] if last > first else trail_mm[:0]
            piece.setData(part[:, 0], part[:, 1])

    def _grow(self, needed_cm: float) -> None:
        if needed_cm > self._half_cm:
            self.set_half_range(needed_cm)
            self.half_range_changed.emit(needed_cm)

    def _place(self) -> None:
        width, height = float(self.width()), float(self.height())
        ring = self._sole.lay_out(QRectF(0, 0, width, height), half_cm=self._half_cm, side=self._side)
        grown = ring.width() / 2 * MARGIN
        self._box.setGeometry(QRectF(ring.center().x() - grown, ring.center().y() - grown, 2 * grown, 2 * grown))
        reach = self._half_cm * MM_PER_CM * MARGIN
        self._box.setRange(xRange=(-reach, reach), yRange=(-reach, reach), padding=0, disableAutoRange=True)
        self._view.changed()

    def _tell(self) -> None:
        if self._now is None:
            told = words.STABILOGRAM_EMPTY
        else:
            told = words.STABILOGRAM_TELLS.format(
                side=words.SIDE[self._side],
                x=words.number(self._now[0], 0),
                y=words.number(self._now[1], 0),
                half=words.plain(self._half_cm),
            )
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)


def _step_cm(reach_mm: float) -> float:
    return next((step for step in STEPS_CM if step * MM_PER_CM >= reach_mm), STEPS_CM[-1])


def _cosmetic(pen: QPen) -> QPen:
    """Measure the pen in pixels, not in millimetres."""
    pen.setCosmetic(True)
    return pen


def _stride(count: int, most: int) -> int:
    """Return a power of two, so that a growing path keeps its points."""
    return 1 << max(0, math.ceil(math.log2(count / most))) if count > most else 1
