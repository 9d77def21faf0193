"""Plays a recording through the door of a live link: what is due is worked out when somebody drains, so it needs no thread."""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ankletest.device import OPERATOR, Item, Notice, Notification
from ankletest.samples import IntArray

BATCH = 2_000
"""Most notifications a drain hands over when played flat out: at 60 drains a second 120,000 a second, and a window stays alive."""


class Playback:
    """A link that plays a recording (`ankletest.device.Playback`).

    Parameters
    ----------
    notifications
        The recording, its open event first.
    speed
        1 is real time, 0 is as fast as it goes.
    now_ns
        The host's monotonic clock; simulated time in tests.
    batch
        Most notifications that a drain hands over at speed 0.
    """

    def __init__(
        self,
        notifications: Sequence[Notification],
        *,
        speed: float = 1.0,
        now_ns: Callable[[], int] = time.monotonic_ns,
        batch: int = BATCH,
    ) -> None:
        self._items = list(notifications)
        received = np.fromiter((n.received_ns for n in self._items), dtype=np.int64, count=len(self._items))
        # Never backwards: a foreign recording may hold arrivals that are out of order; they are played in the order they were written.
        self._after_ns: IntArray = np.maximum.accumulate(received - received[0]) if len(received) else received
        self._now_ns = now_ns
        self._batch = batch
        self._speed = _checked(speed)
        self._paused = False
        self._running = False
        self._next = 0
        self._at_once = 0
        self._notices: list[Item] = []
        self._anchor_ns = 0
        self._anchored_at_ns = 0
        self._restarts = 0

    @property
    def restarts(self) -> int:
        """How often it began again from the first notification: when this has grown, the next drain belongs to a fresh session."""
        return self._restarts

    @property
    def duration_s(self) -> float:
        """Length of the recording."""
        return float(self._after_ns[-1]) * 1e-9 if len(self._items) else 0.0

    @property
    def position_s(self) -> float:
        """How far it has been handed over."""
        return self._anchor_ns * 1e-9

    @property
    def finished(self) -> bool:
        """True when everything has been handed over."""
        return self._next == len(self._items)

    @property
    def speed(self) -> float:
        """The speed; 0 is as fast as it goes."""
        return self._speed

    @property
    def paused(self) -> bool:
        """True while it holds."""
        return self._paused

    def start(self) -> None:
        """Let time run."""
        self._running = True
        self._anchored_at_ns = self._now_ns()

    def post(self, event: Mapping[str, object]) -> None:
        """Refuse an operator event: what happened in a recording has happened."""
        self._notices.append(Notice(OPERATOR, "info", f"A recording is being played: “{event.get('event', '')}” changes nothing."))

    def drain(self) -> list[Item]:
        """Take everything that is due; never blocks."""
        first, notices = self._next, self._notices
        self._notices = []
        if self._running:
            if self._next < self._at_once:
                self._next = self._at_once
            if not self._paused:
                self._play()
        return [*self._items[first : self._next], *notices]

    def stop(self) -> None:
        """Hand over no more."""
        self._running = False

    def set_speed(self, speed: float) -> None:
        """Change the speed; 0 is as fast as it goes."""
        self._settle()
        self._speed = _checked(speed)

    def pause(self, paused: bool) -> None:
        """Hold or go on."""
        self._settle()
        self._paused = paused

    def seek(self, t_s: float) -> None:
        """Go to session second ``t_s``: the next drain hands over everything before it at once, from the start."""
        self._anchor_ns = round(min(max(t_s, 0.0), self.duration_s) * 1e9)
        self._anchored_at_ns = self._now_ns()
        self._next = 0
        self._at_once = self._index(self._anchor_ns)
        self._restarts += 1

    def _play(self) -> None:
        if self._speed == 0.0:
            self._next = min(len(self._items), self._next + self._batch)
            if self._next:
                self._anchor_ns = int(self._after_ns[self._next - 1])
            self._anchored_at_ns = self._now_ns()
        else:
            self._settle()
            self._next = max(self._next, self._index(self._anchor_ns))

    def _settle(self) -> None:
        """Move the anchor to now, under the speed that held until now."""
        now_ns = self._now_ns()
        if self._running and not self._paused and self._speed > 0.0:
            ahead = round((now_ns - self._anchored_at_ns) * self._speed)
            self._anchor_ns = min(self._anchor_ns + ahead, round(self.duration_s * 1e9))
        self._anchored_at_ns = now_ns

    def _index(self, after_ns: int) -> int:
        """Return how many notifications had arrived ``after_ns`` after the first."""
        return int(np.searchsorted(self._after_ns, after_ns, side="right"))


def _checked(speed: float) -> float:
    if not 0.0 <= speed < float("inf"):
        raise ValueError(f"a speed is 0 (as fast as it goes) or more, not {speed}")
    return speed
