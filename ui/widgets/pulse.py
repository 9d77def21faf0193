"""The beat of a metronome to be seen: flashes with every beat and shows whether it is up, down or even; it counts nothing."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.widgets.painted import Painted
from ui.words import pages as words

SIZE_PX = 44
LEVELS = 8
"""Steps in which a flash fades: most frames need not paint it anew."""
EVEN = 2
"""Stands for a beat that is neither up, 0, nor down, 1."""
FADES = 0.5
"""Part of a beat in which it fades."""


class Pulse(Painted):
    """A disc that flashes; hidden while there is no beat."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(words.PULSE, parent)
        self.setFixedSize(SIZE_PX, SIZE_PX)
        self._down = 0
        self._level = 0
        self.hide()

    @property
    def level(self) -> int:
        """How bright it is, 0 to ``LEVELS``."""
        return self._level

    def show_beat(self, beats: float | None, *, even: bool = False) -> None:
        """Show a moment, in beats since the first up, or since any where all are alike (``even``); None hides it."""
        if beats is None:
            self.hide()
            return
        whole = int(beats)
        down, level = EVEN if even else whole % 2, round(LEVELS * max(0.0, 1.0 - (beats - whole) / FADES))
        if (down, level) == (self._down, self._level) and self.isVisible():
            return
        self._down, self._level = down, level
        self.tell(words.BEATS[down])
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw disc and arrow: up and down differ in shape, not in colour alone."""
        painter = self.brush()
        painter.setPen(theme.color("accent"))
        painter.setBrush(theme.mix("accent", "surface", 0.08 + 0.92 * self._level / LEVELS))
        painter.drawEllipse(QRectF(2, 2, SIZE_PX - 4, SIZE_PX - 4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_accent" if 2 * self._level > LEVELS else "accent"))
        if self._down == EVEN:
            painter.drawEllipse(QPointF(SIZE_PX / 2, SIZE_PX / 2), SIZE_PX / 8, SIZE_PX / 8)
        else:
            self._draw_arrow(painter)
        painter.end()

    def _draw_arrow(self, painter: QPainter) -> None:
        middle, reach = SIZE_PX / 2, SIZE_PX / 5
        tip = reach if self._down else -reach
        painter.drawPolygon(
            QPolygonF([
                QPointF(middle, middle + tip), QPointF(middle - reach, middle - tip * 0.7), QPointF(middle + reach, middle - tip * 0.7),
            ])
        )  # fmt: skip
