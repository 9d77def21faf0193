"""Signals of the last seconds as scrolling rows; it shows what is pushed and judges nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPen, QResizeEvent
from PySide6.QtWidgets import QGraphicsEllipseItem, QVBoxLayout, QWidget

from ankletest.samples import FloatArray
from ui import theme
from ui.widgets.buckets import Buckets
from ui.widgets.plots import Plot
from ui.widgets.strip import LEFT_PX, Ground, Label, Mark, Marks, plot_in, row_in
from ui.words import common as words

BUCKETS = 1000
"""Buckets a row: about one a pixel, 2000 points."""
GROWTH = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0)
"""A row's range grows by these factors only, so it does not breathe."""
SHRINK = 0.8
"""It goes back a step when the signal needs less than this of it."""
BELOW_ZERO = 0.05
"""Of the range: how far below zero a row that starts at zero may dip before it grows downwards too."""
RATE_SAMPLES, RATE_SPAN_S = 8, 0.25
"""What it takes to tell the rate, and with it how many samples make a bucket of about a pixel."""
SLACK = 1.2
"""Room for a rate that was told a little too low."""
ROW_PADDING = 0.07
"""Of the range, above and below: a dot on the edge of the range is still whole."""
DOT_PX = 3.5
BEYOND_PX = 6.0
"""The plot reaches a little beyond now, so that the dot is not cut."""


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A row: its key, title and unit, the range it always shows, and the token of its colour.

    ``follow`` lets the range float along with the signal (width ``high - low``), for a force that sways around a weight.
    """

    key: str
    title: str
    unit: str
    low: float
    high: float
    colour: str = "accent"
    follow: bool = False


def stepped_range(row: TraceRow, low: float, high: float, shown: tuple[float, float]) -> tuple[float, float]:
    """Return the range to show for a signal between ``low`` and ``high``, given the one ``shown`` now."""
    if not math.isfinite(low + high):
        return shown
    width = row.high - row.low
    if row.follow:
        centre = (low + high) / 2
        if shown[0] <= low and high <= shown[1] and shown[1] - shown[0] <= 2 * max(width, high - low):
            return shown
        need = width * _factor((high - low) / width + 0.25)
        step = width / 4  # the range starts on multiples of this, so it needs as much more room
        start = math.floor((centre - need / 2) / step + 0.5) * step
        return start, start + need
    # A force does not really go below zero, it is only noisy there: such a row grows upwards only.
    upwards = row.low == 0 and low >= -BELOW_ZERO * width
    middle = (row.low + row.high) / 2
    need = high / width if upwards else 2 * max(high - middle, middle - low) / width
    now = (shown[1] - shown[0]) / width
    factor = _factor(need)
    if factor < now <= _factor(need / SHRINK):
        factor = now
    return (0.0, width * factor) if upwards else (middle - width / 2 * factor, middle + width / 2 * factor)


class Traces(QWidget):
    """Rows of signals over the last ``seconds``.

    Parameters
    ----------
    rows
        What is shown, top to bottom; ``set_rows`` changes it.
    seconds
        Seconds from the left edge to now.
    """

    def __init__(self, rows: Sequence[TraceRow] = (), seconds: float = 10.0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(words.TRACES)
        self._seconds = seconds
        self._now_s = 0.0
        self._dirty = True
        self._rows: dict[str, _Row] = {}
        self._view = Plot(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._ground = Ground(seconds)
        self._view.scene().addItem(self._ground)
        self._marks = Marks(seconds)
        self._marks.setZValue(10)
        self._view.scene().addItem(self._marks)
        theme.changes.changed.connect(self.recolour)
        self.set_rows(rows)

    @property
    def rows(self) -> tuple[str, ...]:
        """Keys of the rows shown."""
        return tuple(self._rows)

    def set_rows(self, rows: Sequence[TraceRow]) -> None:
        """Show other rows; their signals start empty."""
        for row in self._rows.values():
            self._view.scene().removeItem(row.box)
        self._rows = {}
        for spec in rows:
            box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
            curve = pg.PlotCurveItem(antialias=True, connect="finite")
            dot = QGraphicsEllipseItem(-DOT_PX, -DOT_PX, 2 * DOT_PX, 2 * DOT_PX)
            dot.setFlag(QGraphicsEllipseItem.GraphicsItemFlag.ItemIgnoresTransformations)
            dot.setPen(QPen(Qt.PenStyle.NoPen))
            self._view.scene().addItem(box)
            box.addItem(curve, ignoreBounds=True)
            box.addItem(dot, ignoreBounds=True)
            self._rows[spec.key] = _Row(spec, box, curve, dot)
        self.setMinimumHeight(44 * max(1, len(rows)) + 24)
        self.recolour()
        self._place()
        self.clear()

    def push(self, key: str, t_s: FloatArray, values: FloatArray) -> None:
        """Take samples of a row: session seconds and values, (n,) each; rows that are not shown are passed over."""
        row = self._rows.get(key)
        if row is None or not len(t_s):
            return
        row.push(t_s, values, self._seconds)
        self._dirty = True

    def set_now(self, t_s: float) -> None:
        """Set the session second of the right edge."""
        if t_s != self._now_s:
            self._now_s = t_s
            self._dirty = True

    def mark(self, t_s: float, text: str, colour: str = "warn") -> None:
        """Put a dashed line with a word at a time; it scrolls out with the signals."""
        self._marks.add(Mark(t_s, text, colour))
        self._dirty = True

    def clear(self) -> None:
        """Forget signals and marks, and start from the given ranges."""
        for row in self._rows.values():
            row.clear()
        self._marks.clear()
        self._dirty = True
        self.refresh()

    def refresh(self) -> None:
        """Draw what came since the last call; the frame timer calls this, and nothing is done when nothing came."""
        if not self._dirty:
            return
        self._dirty = False
        ground_changed = False
        for row in self._rows.values():
            low, high = row.draw(self._now_s)
            shown = stepped_range(row.spec, low, high, row.shown)
            if shown != row.shown:
                row.show(shown)
                ground_changed = True
        if ground_changed:
            self._ground.lay_out(self._room(), self._labels())
        self._marks.move(self._now_s)
        self._view.changed()
        self._tell()

    def recolour(self) -> None:
        """Take the colours in force."""
        self._view.setBackground(theme.color("surface"))
        for row in self._rows.values():
            pen = QPen(theme.color(row.colour), 1)
            pen.setCosmetic(True)
            row.curve.setPen(pen)
            row.dot.setBrush(QBrush(theme.color(row.colour)))
        self._ground.update()
        self._view.changed()

    def set_colour(self, key: str, token: str) -> None:
        """Draw a row in the colour of a token."""
        self._rows[key].colour = token
        self.recolour()

    def shown_range(self, key: str) -> tuple[float, float]:
        """Return the range a row shows."""
        return self._rows[key].shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the rows."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        room = self._room()
        plot = plot_in(room)
        beyond_s = BEYOND_PX / plot.width() * self._seconds
        for k, row in enumerate(self._rows.values()):
            row.box.setGeometry(row_in(room, k, len(self._rows)).adjusted(0, 2, BEYOND_PX, -2))
            row.box.setXRange(-self._seconds, beyond_s, padding=0)
            row.show(row.shown)
        self._ground.lay_out(room, self._labels())
        self._marks.lay_out(room)
        self._view.changed()
        self._dirty = True

    def _room(self) -> QRectF:
        return QRectF(0, 0, max(float(self.width()), LEFT_PX + 100), max(float(self.height()), 60.0))

    def _labels(self) -> list[Label]:
        return [Label(row.spec.title, row.spec.unit, row.shown) for row in self._rows.values()]

    def _tell(self) -> None:
        values = ((row, row.buckets.last()[1] if row.buckets is not None else math.nan) for row in self._rows.values())
        told = "; ".join(
            words.TRACES_TELL.format(title=row.spec.title, value=words.with_unit(value, _decimals(row.spec), row.spec.unit))
            for row, value in values
        )
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)


class _Row:
    """A row going on: its samples in buckets, its plot items and the range it shows."""

    def __init__(self, spec: TraceRow, box: pg.ViewBox, curve: pg.PlotCurveItem, dot: QGraphicsEllipseItem) -> None:
        self.spec, self.box, self.curve, self.dot = spec, box, curve, dot
        self.colour = spec.colour
        self.shown = (spec.low, spec.high)
        self.buckets: Buckets | None = None
        self._rate_known = False
        self._first = np.empty((2, 0))

    def push(self, t_s: FloatArray, values: FloatArray, seconds: float) -> None:
        if not self._rate_known:
            self._first = np.concatenate((self._first, np.stack((t_s, values))), axis=1)
            t_s, values = self._first
            span_s = float(t_s[-1] - t_s[0])
            if len(t_s) >= RATE_SAMPLES and span_s >= RATE_SPAN_S:
                rate_hz = (len(t_s) - 1) / span_s
                per = math.ceil(rate_hz * seconds / BUCKETS)
                self.buckets = Buckets(math.ceil(SLACK * seconds * rate_hz / per), per)
                self._rate_known = True
            else:
                self.buckets = Buckets(len(t_s), 1)
        if self.buckets is not None:
            self.buckets.push(t_s, values)

    def clear(self) -> None:
        self.buckets, self._rate_known, self._first = None, False, np.empty((2, 0))
        self.curve.setData([], [])
        self.dot.setVisible(False)
        self.show((self.spec.low, self.spec.high))

    def show(self, shown: tuple[float, float]) -> None:
        self.shown = shown
        self.box.setYRange(*shown, padding=ROW_PADDING)

    def draw(self, now_s: float) -> tuple[float, float]:
        """Draw the line up to now; return the smallest and largest value in sight, NaN where there is none."""
        if self.buckets is None:
            return math.nan, math.nan
        x, y = self.buckets.line(now_s)
        self.curve.setData(x, y)
        at_s, value = self.buckets.last()
        self.dot.setVisible(math.isfinite(value) and at_s <= now_s)
        self.dot.setPos(QPointF(at_s - now_s, value if math.isfinite(value) else 0.0))
        return (float(np.fmin.reduce(y)), float(np.fmax.reduce(y))) if len(y) else (math.nan, math.nan)


def _factor(need: float) -> float:
    for factor in GROWTH:
        if factor >= need - 1e-9:
            return factor
    return 2.0 ** math.ceil(math.log2(need))


def _decimals(row: TraceRow) -> int:
    return max(0, 2 - math.floor(math.log10(row.high - row.low)))
