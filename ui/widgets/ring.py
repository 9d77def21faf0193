"""A ring that empties while seconds or hops run out, with the rest in its middle and the trials below."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.widgets.painted import Painted
from ui.words import common as words

STROKE_PX = 12.0
DOT_PX = 12.0
DOTS_PX = 30.0
"""Height of the line of dots."""
STEPS = 720
"""The arc moves by half degrees: less than a pixel, and most frames need not paint it anew."""
INSIDE = 0.8
"""Of the ring's width: a longer label becomes smaller."""


class CountdownRing(Painted):
    """What is left of a total.

    Parameters
    ----------
    label
        What is counted, such as ``seconds left``.
    """

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(label, parent)
        self._label = label
        self._done, self._total, self._decimals = 0.0, 0.0, 0
        self._tint = "accent"
        self._dots = (0, 0)
        self.setMinimumSize(180, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._tell()

    def set(self, done: float, total: float, *, decimals: int = 0) -> None:
        """Show ``total - done`` in the middle and ``done`` of ``total`` as the arc; a total of 0 shows nothing yet."""
        before = self._shown()
        self._done, self._total, self._decimals = done, total, decimals
        if self._shown() != before:
            self._tell()

    def set_colour(self, token: str) -> None:
        """Draw the arc in the colour of a token."""
        self._tint = token
        self.update()

    def set_label(self, label: str) -> None:
        """Change what is counted."""
        if label == self._label:
            return
        self._label = label
        self.setAccessibleName(label)
        self.update()

    def trial_dots(self, done: int, total: int) -> None:
        """Show ``total`` dots below: ``done`` full, the next one open, the others pale; a total of 0 hides them."""
        self._dots = (done, total)
        self._tell()

    def text(self) -> str:
        """Return the number in the middle as shown."""
        return words.NO_VALUE if self._total <= 0 else words.number(max(0.0, self._total - self._done), self._decimals)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw track, arc, number, label and dots."""
        painter = self.brush()
        below = DOTS_PX if self._dots[1] else 0.0
        room = self.height() - below
        across = min(float(self.width()), room) - STROKE_PX - 6
        ring = QRectF((self.width() - across) / 2, (room - across) / 2, across, across)
        pen = QPen(theme.color("grid"), STROKE_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawEllipse(ring)
        if self._total > 0 and self._done > 0:
            pen.setColor(theme.color(self._tint))
            painter.setPen(pen)
            painter.drawArc(ring, 90 * 16, -round(360 * 16 * min(1.0, self._shown()[1] / STEPS)))
        text = self.text()
        painter.setFont(theme.font(across * 0.34, QFont.Weight.DemiBold))
        metrics = QFontMetricsF(painter.font())
        if metrics.horizontalAdvance(text) > across * 0.78:
            painter.setFont(theme.font(across * 0.34 * across * 0.78 / metrics.horizontalAdvance(text), QFont.Weight.DemiBold))
            metrics = QFontMetricsF(painter.font())
        centre = ring.center()
        painter.setPen(theme.color("text"))
        painter.drawText(QPointF(centre.x() - metrics.horizontalAdvance(text) / 2, centre.y() + metrics.capHeight() / 2 - 6), text)
        painter.setFont(theme.font(13, QFont.Weight.Medium))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(self._label)
        if wide > across * INSIDE:
            painter.setFont(theme.font(13 * across * INSIDE / wide, QFont.Weight.Medium))
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(ring.left(), centre.y() + across * 0.17, across, 20), Qt.AlignmentFlag.AlignCenter, self._label)
        self._draw_dots(painter)
        painter.end()

    def _draw_dots(self, painter: QPainter) -> None:
        done, total = self._dots
        y = self.height() - DOT_PX
        for k in range(total):
            at = QPointF(self.width() / 2 + (k - (total - 1) / 2) * 1.7 * DOT_PX, y)
            if k == done:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.color(self._tint), 3))
                painter.drawEllipse(at, DOT_PX / 2 - 1.5, DOT_PX / 2 - 1.5)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(self._tint if k < done else "border"))
                painter.drawEllipse(at, DOT_PX / 2, DOT_PX / 2)

    def _shown(self) -> tuple[str, int]:
        return self.text(), round(STEPS * self._done / self._total) if self._total > 0 else 0

    def _tell(self) -> None:
        done, total = self._dots
        told = f"{self.text()} {self._label}"
        self.tell(f"{told}, {words.TRIALS.format(done=min(done + 1, total), total=total)}" if total else told)
