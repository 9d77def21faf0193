"""A recording being played: its pump and session, its speed, and going elsewhere in it; it shows nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from ankletest.device import DeviceModel, Playback
from ankletest.session import Session
from ui.pump import Pump


class Playing(QObject):
    """Plays until the end, then holds; ``rewound`` tells that what follows starts from the beginning."""

    moved = Signal(float)
    held = Signal()
    rewound = Signal()

    def __init__(self, playback: Playback, models: Sequence[DeviceModel], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._models = tuple(models)
        self._ended = False
        self._paused = True
        self.pump = Pump(playback, Session(models), self)
        self.pump.ticked.connect(self._follow)
        self.pump.failed.connect(self._fail)
        playback.pause(True)
        playback.start()

    @property
    def session(self) -> Session:
        """The session fed so far."""
        return self.pump.session

    @property
    def playing(self) -> bool:
        """True while it moves."""
        return not self._paused

    @property
    def catching_up(self) -> bool:
        """True while it hurries to where it was sent; pictures wait for the end of that."""
        return self.pump.behind > 0

    @property
    def position_s(self) -> float:
        """Where it is."""
        return self._playback.position_s

    @property
    def duration_s(self) -> float:
        """How long the recording is."""
        return self._playback.duration_s

    def start(self) -> None:
        """Start the frame timer; it holds until ``play``."""
        self.pump.start()

    def play(self, playing: bool) -> None:
        """Go on or hold; at the end, going on starts again."""
        if playing and self._ended:
            self.seek(0.0)
        self._paused = not playing
        self._playback.pause(self._paused)
        if self._paused:
            self.held.emit()

    def set_speed(self, speed: float) -> None:
        """Change the speed."""
        self._playback.set_speed(speed)

    def seek(self, t_s: float) -> None:
        """Go to a session second: a fresh session is fed everything before it."""
        self._ended = False
        self._playback.seek(min(max(0.0, t_s), self._playback.duration_s))
        self.pump.restart(Session(self._models))
        self.rewound.emit()

    def close(self) -> None:
        """End it."""
        self.pump.stop()
        self._playback.stop()

    def _follow(self) -> None:
        self.moved.emit(self._playback.position_s)
        if self._playback.finished and not self.pump.behind and not self._ended:
            self._ended = True
            self.pump.drain_all()
            self._paused = True
            self._playback.pause(True)
            self.held.emit()

    def _fail(self) -> None:
        self._paused = True
        self._ended = True
        self.held.emit()
