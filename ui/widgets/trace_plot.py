"""The tracks of a finished trial over time, one below the other, with the window of a number and events; zoomed by keys and wheel."""

import math
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from ankletest.samples import BoolArray, FloatArray
from ui import theme
from ui.tracing import Traced, Track
from ui.widgets.painted import Painted
from ui.words import common as words
from ui.words import results as told

LEFT_PX, RIGHT_PX, GAP_PX = 76.0, 12.0, 8.0
TOP_PX, FOOT_PX, LINE_PX, TICK_PX = 4.0, 26.0, 16.0, 80.0
ROW_PX, LEAST_ROW_PX = 94, 54
"""How high a track likes to be, and how low it may get before the plot is scrolled."""
STEP = 1.5
"""One press of a key or turn of the wheel shows so much less or more."""
MOVE = 0.2
LEAST_S = 0.05
TICKS = 8
STEPS_S = ((0.01, 2), (0.02, 2), (0.05, 2), (0.1, 1), (0.2, 1), (0.5, 1), (1.0, 0), (2.0, 0), (5.0, 0), (10.0, 0), (20.0, 0), (60.0, 0))
"""Between two ticks, and the decimals that tell them apart."""
COARSE = 10.0
"""A scale of more than this needs no decimals."""


class TracePlot(Painted):
    """Shows a trial; + and −, arrows, Home."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(told.TRACE, parent)
        self._shown: Traced | None = None
        self._all = self._view = (0.0, 1.0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def view(self) -> tuple[float, float]:
        """Session seconds that are seen."""
        return self._view

    def set(self, shown: Traced) -> None:
        """Show a trial, all of it."""
        self._shown = shown
        starts = [float(track.t_s[0]) for track in shown.tracks] or [shown.span_s[0]]
        ends = [float(track.t_s[-1]) for track in shown.tracks] or [shown.span_s[1]]
        self._all = (min(starts), max(max(ends), min(starts) + LEAST_S))
        self.setMinimumHeight(round(self._foot + theme.scaled(LEAST_ROW_PX) * max(1, len(shown.tracks))))
        self._show(*self._all)

    def zoom(self, share: float, at: float = 0.5) -> None:
        """Show ``share`` of the time that is seen, keeping the place ``at`` (0 left, 1 right)."""
        start, end = self._view
        wide = min(max((end - start) * share, LEAST_S), self._all[1] - self._all[0])
        fixed = start + at * (end - start)
        self._show(fixed - at * wide, fixed + (1.0 - at) * wide)

    def go(self, share: float) -> None:
        """Go to the right by a share of what is seen."""
        start, end = self._view
        by = share * (end - start)
        self._show(start + by, end + by)

    def sizeHint(self) -> QSize:
        """Return the room of all tracks."""
        count = len(self._shown.tracks) if self._shown is not None else 1
        return QSize(900, round(self._foot + theme.scaled(ROW_PX) * max(1, count)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom and move."""
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Up):
            self.zoom(1.0 / STEP)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Down):
            self.zoom(STEP)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.go(-MOVE if key == Qt.Key.Key_Left else MOVE)
        elif key == Qt.Key.Key_Home:
            self._show(*self._all)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        left = theme.scaled(LEFT_PX)
        wide = max(1.0, self.width() - left - RIGHT_PX)
        at = min(max((event.position().x() - left) / wide, 0.0), 1.0)
        self.zoom(1.0 / STEP if event.angleDelta().y() > 0 else STEP, at)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  all of it is painted
        """Paint tracks, window and events."""
        painter = self.brush()
        shown = self._shown
        if shown is not None:
            left = theme.scaled(LEFT_PX)
            room = QRectF(left, TOP_PX, self.width() - left - RIGHT_PX, self.height() - self._foot - TOP_PX)
            self._paint_window(painter, room, shown)
            high = room.height() / max(1, len(shown.tracks))
            for k, track in enumerate(shown.tracks):
                self._paint_track(painter, QRectF(room.left(), room.top() + k * high, room.width(), high - GAP_PX), track)
            # The axis stays in sight while tracks are scrolled below it.
            low = min(room.bottom(), self.visibleRegion().boundingRect().bottom() + 1.0 - self._foot)
            painter.fillRect(QRectF(0.0, low, self.width(), self.height() - low), theme.color("bg"))
            room.setBottom(max(low, room.top()))
            self._paint_marks(painter, room, shown)
            self._paint_seconds(painter, room)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            seen = self.visibleRegion().boundingRect()
            painter.drawRoundedRect(QRectF(seen if seen.isValid() else self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    @property
    def _foot(self) -> float:
        return float(theme.scaled(FOOT_PX))

    def _show(self, start_s: float, end_s: float) -> None:
        first, last = self._all
        wide = min(end_s - start_s, last - first)
        start = min(max(start_s, first), last - wide)
        self._view = (start, start + wide)
        shown = self._shown
        if shown is not None:
            names = ", ".join(f"{track.title} ({track.unit})" for track in shown.tracks)
            places = (self._view[0], self._view[1], *shown.window_s)
            from_s, to_s, start_told, end_told = (words.number(t, 2) for t in places)
            self.tell(told.TRACE_TOLD.format(from_s=from_s, to_s=to_s, start_s=start_told, end_s=end_told, tracks=names))
        self.update()

    def _x(self, t_s: float, room: QRectF) -> float:
        start, end = self._view
        return room.left() + (t_s - start) / (end - start) * room.width()

    def _paint_window(self, painter: QPainter, room: QRectF, shown: Traced) -> None:
        if not all(math.isfinite(t) for t in shown.window_s):
            return
        left, right = (min(max(self._x(t, room), room.left()), room.right()) for t in shown.window_s)
        painter.fillRect(QRectF(left, room.top(), right - left, room.height()), theme.color("accent_soft"))

    def _paint_track(self, painter: QPainter, row: QRectF, track: Track) -> None:
        painter.setFont(theme.font(12))
        painter.setPen(QPen(theme.color("muted")))
        first, last = (int(k) for k in track.t_s.searchsorted(self._view))
        seen = slice(max(0, first - 1), last + 1)
        values = track.values[seen]
        known = values[np.isfinite(values)]
        least, most = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        if most - least <= 0.0:
            least, most = least - 1.0, most + 1.0
        decimals = 0 if most - least > COARSE else 1
        line = theme.scaled(LINE_PX)
        for value, y in ((most, row.top()), (least, row.bottom() - line)):
            text = words.number(value, decimals)
            painter.drawText(QRectF(0.0, y, row.left() - 8.0, line), int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
        painter.setPen(QPen(theme.color("grid")))
        painter.drawLine(row.bottomLeft(), row.bottomRight())
        painter.save()
        painter.setClipRect(row.adjusted(0, -1, 0, 1))
        painter.setPen(QPen(theme.color("text"), 1.2))
        scale = row.height() / (most - least)
        for t_s, part in _pieces(track.t_s[seen], values, track.lost[seen], round(row.width())):
            xs = row.left() + (t_s - self._view[0]) / (self._view[1] - self._view[0]) * row.width()
            ys = row.bottom() - (part - least) * scale
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]))
        painter.restore()
        title = f"{track.title}, {track.unit}"
        box = QRectF(row.left() + 4.0, row.top(), painter.fontMetrics().horizontalAdvance(title) + 8.0, line)
        painter.fillRect(box, theme.mix("bg", "accent_soft", 0.5))  # a noisy track runs through its name otherwise
        painter.setPen(QPen(theme.color("text")))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), title)

    def _paint_marks(self, painter: QPainter, room: QRectF, shown: Traced) -> None:
        painter.save()
        painter.setClipRect(room.adjusted(0, -TOP_PX, 0, 0))
        for mark in shown.marks:
            left = self._x(mark.t_s, room)
            if math.isfinite(mark.end_s):
                painter.fillRect(
                    QRectF(left, room.top() - TOP_PX, max(1.0, self._x(mark.end_s, room) - left), 5.0), theme.color(mark.colour)
                )
            else:
                painter.setPen(QPen(theme.color(mark.colour), 1.4, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(left, room.top()), QPointF(left, room.bottom()))
                painter.drawText(QPointF(left + 4.0, room.bottom() - 8.0), mark.text)
        painter.restore()

    def _paint_seconds(self, painter: QPainter, room: QRectF) -> None:
        painter.setFont(theme.font(12))
        painter.setPen(QPen(theme.color("muted")))
        start, end = self._view
        wide, ticks = theme.scaled(TICK_PX), min(TICKS, max(1, int(room.width() / theme.scaled(TICK_PX))))
        step, decimals = next(((s, d) for s, d in STEPS_S if (end - start) / s <= ticks), STEPS_S[-1])
        for k in range(math.ceil(start / step), math.floor(end / step) + 1):
            t_s = k * step
            box = QRectF(self._x(t_s, room) - wide / 2.0, room.bottom() + 4.0, wide, theme.scaled(LINE_PX))
            box.moveRight(min(box.right(), float(self.width())))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words.with_unit(t_s, decimals, "s"))


def _pieces(t_s: FloatArray, values: FloatArray, lost: BoolArray, pixels: int) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield stretches without a hole, thinned to the least and the greatest value of each pixel."""
    broken = np.flatnonzero(lost | ~np.isfinite(values))
    for first, last in zip([0, *broken.tolist()], [*broken.tolist(), len(values)], strict=True):
        part = slice(first, last) if np.isfinite(values[first : first + 1]).all() else slice(first + 1, last)
        t, v = t_s[part], values[part]
        if len(v) > 4 * pixels > 0:
            size = len(v) // (2 * pixels)
            count = len(v) // size
            blocks = v[: count * size].reshape(count, size)
            rows = np.arange(count) * size
            order = np.sort(np.column_stack((rows + blocks.argmin(axis=1), rows + blocks.argmax(axis=1))), axis=1).ravel()
            t, v = t[order], v[order]
        if len(v) > 1:
            yield t, v
