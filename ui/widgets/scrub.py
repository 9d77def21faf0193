"""Where a recording is, and a way to go elsewhere in it: by mouse, by key, from event to event."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from ui import theme
from ui.words import common as words

MS_PER_S = 1000
STEP_S, PAGE_S = 1.0, 10.0
EDGE_PX = 10.0
TRACK_Y, TRACK_PX = 24.0, 6.0
NEAR_PX = 6.0
"""A click this near to an event goes to the event."""


@dataclass(frozen=True, slots=True)
class ScrubEvent:
    """A tick: when, what to call it, and the token of its colour."""

    t_s: float
    text: str
    colour: str = "muted"


class ScrubBar(QAbstractSlider):
    """A position slider with ticks; ``sought`` is emitted with the second a person asks for.

    Left and right go a second, page keys ten, Home and End to the ends, Ctrl with left or right from event to event.
    """

    sought = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setAccessibleName(words.SCRUB)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSingleStep(round(STEP_S * MS_PER_S))
        self.setPageStep(round(PAGE_S * MS_PER_S))
        self._events: tuple[ScrubEvent, ...] = ()
        self._hover: float | None = None
        self.set_duration(0.0)
        self.actionTriggered.connect(self._acted)
        theme.changes.changed.connect(self.update)

    @property
    def duration_s(self) -> float:
        """Length of the recording."""
        return self.maximum() / MS_PER_S

    @property
    def position_s(self) -> float:
        """Where it is."""
        return self.sliderPosition() / MS_PER_S

    @property
    def events(self) -> tuple[ScrubEvent, ...]:
        """The ticks."""
        return self._events

    def set_duration(self, seconds: float) -> None:
        """Set the length."""
        self.setRange(0, max(0, round(seconds * MS_PER_S)))
        self._tell()

    def set_position(self, seconds: float) -> None:
        """Show where the playback is; emits nothing, and leaves a handle alone that a person holds."""
        if not self.isSliderDown():
            self.setValue(round(seconds * MS_PER_S))
            self._tell()

    def set_events(self, events: Sequence[ScrubEvent]) -> None:
        """Set the ticks."""
        self._events = tuple(sorted(events, key=lambda event: event.t_s))
        self.update()

    def go_next(self) -> None:
        """Go to the next event."""
        later = [event.t_s for event in self._events if event.t_s > self.position_s + 1 / MS_PER_S]
        if later:
            self._seek(later[0])

    def go_previous(self) -> None:
        """Go to the event before."""
        earlier = [event.t_s for event in self._events if event.t_s < self.position_s - 1 / MS_PER_S]
        if earlier:
            self._seek(earlier[-1])

    def sizeHint(self) -> QSize:
        """Return the room it likes."""
        return QSize(400, round(TRACK_Y) + theme.scaled(20))

    def minimumSizeHint(self) -> QSize:
        """Return the least room."""
        return QSize(120, 44)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Jump from event to event with Ctrl; leave the rest to the slider."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            (self.go_next if event.key() == Qt.Key.Key_Right else self.go_previous)()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where it was clicked, or to the event beside it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            near = self._near(event.position().x())
            self._seek(near.t_s if near is not None else self._second(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or say what is under the pointer."""
        x = event.position().x()
        if self.isSliderDown():
            self._seek(self._second(x))
        near = self._near(x)
        self._hover = near.t_s if near is not None else self._second(x)
        text = words.clock(self._hover)
        QToolTip.showText(
            event.globalPosition().toPoint(), words.SCRUB_EVENT.format(position=text, text=near.text) if near is not None else text, self
        )
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002  Qt's signature
        """Let go."""
        self.setSliderDown(False)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self._hover = None
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        """Draw track, ticks, pointer and handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(EDGE_PX, TRACK_Y - TRACK_PX / 2, self.width() - 2 * EDGE_PX, TRACK_PX)
        painter.setBrush(theme.color("border"))
        painter.drawRoundedRect(track, 3, 3)
        here = self._x(self.position_s)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), here - track.left(), TRACK_PX), 3, 3)
        for tick in self._events:
            x = self._x(tick.t_s)
            painter.setBrush(theme.color(tick.colour))
            painter.drawPolygon(QPolygonF([QPointF(x - 4, TRACK_Y - 13), QPointF(x + 4, TRACK_Y - 13), QPointF(x, TRACK_Y - 5)]))
        if self._hover is not None:
            painter.setPen(QPen(theme.color("edge"), 1))
            x = self._x(self._hover)
            painter.drawLine(QPointF(x, TRACK_Y - 8), QPointF(x, TRACK_Y + 8))
        painter.setPen(QPen(theme.color("text" if self.hasFocus() else "surface"), 2.5))
        painter.setBrush(theme.color("accent"))
        painter.drawEllipse(QPointF(here, TRACK_Y), 8, 8)
        painter.setFont(theme.font(11, QFont.Weight.Medium))
        painter.setPen(theme.color("muted"))
        foot = QRectF(track.left(), TRACK_Y + 7, track.width(), 14)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip, words.clock(self.position_s))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextDontClip, words.clock(self.duration_s))
        painter.end()

    def _acted(self) -> None:
        # By now the slider has moved its position but not its value: this is a key, the wheel or a screen reader.
        if self.sliderPosition() != self.value():
            self._tell()
            self.sought.emit(self.position_s)

    def _seek(self, seconds: float) -> None:
        self.setValue(round(seconds * MS_PER_S))
        self._tell()
        self.sought.emit(self.position_s)

    def _x(self, t_s: float) -> float:
        room = self.width() - 2 * EDGE_PX
        return EDGE_PX + (min(1.0, t_s / self.duration_s) * room if self.duration_s else 0.0)

    def _second(self, x: float) -> float:
        room = max(1.0, self.width() - 2 * EDGE_PX)
        return min(1.0, max(0.0, (x - EDGE_PX) / room)) * self.duration_s

    def _near(self, x: float) -> ScrubEvent | None:
        near = min(self._events, key=lambda event: abs(self._x(event.t_s) - x), default=None)
        return near if near is not None and abs(self._x(near.t_s) - x) <= NEAR_PX else None

    def _tell(self) -> None:
        told = words.SCRUB_TELLS.format(position=words.clock(self.position_s), duration=words.clock(self.duration_s))
        if told != self.accessibleDescription():
            self.setAccessibleDescription(told)
        self.update()
