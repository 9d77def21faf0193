"""What a frame of samples tells: loaded, still, settled, and the errors of a stance (algorithms.md 5); phases are moved by the exams.

Everything is judged on frames of 50 ms, so an error's time is known to a frame.
"""

import math
from collections import deque
from dataclasses import dataclass

from ankletest.exams.machine import FRAME_S, Frame
from ankletest.trial import Event, Happening

LOADED_N = 100.0
"""Less than any leg, more than any bag, N."""
EMPTY_N = 20.0
"""Below this nobody stands on the pad, N (F_on of algorithms.md 1)."""
STILL_FRAMES = 20
"""One second of frames weighs the client."""
STILL_SHARE, STILL_FLOOR_N = 0.015, 5.0
"""SD of frame means over that second: 1 % of the weight or 3 N on samples; frames average noise away but keep the slow sway of one leg."""
SETTLED_FRAMES = 10
"""Half a second of settled stance starts it."""
SETTLED_SPEED_MM_S = 150.0
SPEED_FRAMES = 5
"""CoP speed over a quarter second."""
WEIGHT_BAND = 0.05
"""Force within 0.95 to 1.05 of body weight."""
SHARED = 0.90
SHARED_FRAMES = 3
SHARED_MEAN = 0.95
SHARED_MEAN_FRAMES = 6
"""E1: below 0.90 BW for 150 ms, and below 0.95 BW on the mean of 300 ms, which a knee bend is not."""
JUMP_MM = 40.0
JUMP_FRAMES = 4
"""E2: the CoP jumps by 40 mm within 200 ms and stays there for 200 ms."""
MOVED_MM = 30.0
"""In the lead-in: half a foot's width between quarter seconds is a shift of weight, so the stance has not begun."""
IMU_HOP_RAD_S = math.radians(120.0)
IMU_HOP_G = 1.5
"""E3: the foot turns faster than 120 °/s while it feels more than 1.5 g."""
FAILING = (Happening.TOUCH_DOWN, Happening.STANCE_HOP, Happening.OFF_PAD)
"""Errors that end a hold."""


class Still:
    """Weighs a client: the last second of frames, if it is still."""

    def __init__(self) -> None:
        self._forces: deque[float] = deque(maxlen=STILL_FRAMES)

    def feed(self, frame: Frame) -> float:
        """Return the mean force of the last second, N; NaN unless it is a still one."""
        self._forces.append(frame.means[0])
        if len(self._forces) < STILL_FRAMES:
            return math.nan
        mean = sum(self._forces) / STILL_FRAMES
        spread = math.sqrt(sum((f - mean) ** 2 for f in self._forces) / (STILL_FRAMES - 1))
        return mean if mean >= LOADED_N and spread <= max(STILL_SHARE * mean, STILL_FLOOR_N) else math.nan

    def reset(self) -> None:
        """Start over."""
        self._forces.clear()


class Settled:
    """Tells since when the stance is settled: force at body weight, CoP slow, for half a second."""

    def __init__(self) -> None:
        self._places: deque[tuple[float, float]] = deque(maxlen=SPEED_FRAMES + 1)
        self._count = 0

    def feed(self, frame: Frame, weight_n: float) -> bool:
        """Take a frame; True from the frame on that completes half a second."""
        force, x, y = frame.means
        self._places.append((x, y))
        first = self._places[0]
        moved = math.hypot(x - first[0], y - first[1])
        span = FRAME_S * (len(self._places) - 1)
        slow = len(self._places) > SPEED_FRAMES and (math.isnan(moved) or moved / span < SETTLED_SPEED_MM_S)
        at_weight = math.isnan(force) or abs(force / weight_n - 1.0) <= WEIGHT_BAND
        self._count = self._count + 1 if slow and at_weight else 0
        return self._count >= SETTLED_FRAMES

    def shifted(self) -> bool:
        """Tell whether the CoP moved to another place within the last quarter second."""
        if len(self._places) <= SPEED_FRAMES:
            return False
        (x0, y0), (x1, y1) = self._places[0], self._places[-1]
        return math.hypot(x1 - x0, y1 - y0) > MOVED_MM

    def reset(self) -> None:
        """Start over."""
        self._places.clear()
        self._count = 0


@dataclass(slots=True)
class _Going:
    """An error going on."""

    what: Happening
    start_s: float


class StanceErrors:
    """Finds errors of a stance on a pad; each is returned once it is over."""

    def __init__(self, weight_n: float, *, device: str = "") -> None:
        self._weight_n = weight_n
        self._device = device
        self._recent: deque[Frame] = deque(maxlen=2 * JUMP_FRAMES + 1)
        self._going: _Going | None = None

    @property
    def going(self) -> Happening | None:
        """The error going on."""
        return self._going.what if self._going else None

    @property
    def since_s(self) -> float:
        """When it began; NaN when there is none."""
        return self._going.start_s if self._going else math.nan

    def feed(self, frame: Frame) -> list[Event]:
        """Take a frame; return the errors that ended with it."""
        self._recent.append(frame)
        seen = self._judge()
        out: list[Event] = []
        if self._going is not None and (seen is None or (seen[0] is not self._going.what and seen[0] is Happening.OFF_PAD)):
            if seen is not None:  # a foot that left the pad altogether: one error, told as the worse one
                self._going = _Going(seen[0], self._going.start_s)
                return out
            out.append(self._event(frame.start_s))
            self._going = None
        elif self._going is None and seen is not None:
            self._going = _Going(*seen)
        return out

    def finish(self, t_s: float) -> list[Event]:
        """Return the error going on, ended at ``t_s``."""
        out = [self._event(t_s)] if self._going else []
        self._going = None
        return out

    def _event(self, end_s: float) -> Event:
        going = self._going
        if going is None:
            raise RuntimeError("no error is going on")
        return Event(going.what, going.start_s, end_s, device=self._device, u_s=FRAME_S / math.sqrt(12.0))

    def _judge(self) -> tuple[Happening, float] | None:
        frame = self._recent[-1]
        force = frame.means[0]
        if math.isfinite(force) and math.isfinite(self._weight_n):
            if force < EMPTY_N:
                return Happening.OFF_PAD if self._empty_for() >= SHARED_FRAMES else Happening.STANCE_HOP, frame.start_s
            if frame.low < EMPTY_N:
                return Happening.STANCE_HOP, frame.start_s
            if self._shared():
                return Happening.TOUCH_DOWN, self._recent[-SHARED_FRAMES].start_s
        return self._jumped()

    def _empty_for(self) -> int:
        count = 0
        for frame in reversed(self._recent):
            if not frame.means[0] < EMPTY_N:
                break
            count += 1
        return count

    def _shared(self) -> bool:
        """E1: weight is shared with something beside the pad."""
        forces = [frame.means[0] for frame in self._recent]
        if len(forces) < SHARED_MEAN_FRAMES:
            return False
        low = all(f < SHARED * self._weight_n for f in forces[-SHARED_FRAMES:])
        mean = sum(forces[-SHARED_MEAN_FRAMES:]) / SHARED_MEAN_FRAMES
        return (low and mean < SHARED_MEAN * self._weight_n) or (
            self.going is Happening.TOUCH_DOWN and forces[-1] < SHARED * self._weight_n
        )

    def _jumped(self) -> tuple[Happening, float] | None:
        """E2: the other foot came down on the pad; seen 200 ms late, because it must stay."""
        if len(self._recent) < 2 * JUMP_FRAMES + 1:
            return None
        frames = list(self._recent)
        x0, y0 = frames[0].means[1], frames[0].means[2]
        away = [math.hypot(f.means[1] - x0, f.means[2] - y0) > JUMP_MM for f in frames[JUMP_FRAMES:]]
        return (Happening.TOUCH_DOWN, frames[1].start_s) if all(away) else None


class MotionErrors:
    """Finds errors of a stance on a body-worn device; the first column of its frames is 1 or more where the foot hops (E3)."""

    def __init__(self, *, device: str = "") -> None:
        self._device = device
        self._start_s = math.nan

    def feed(self, frame: Frame) -> list[Event]:
        """Take a frame; return the error that ended with it."""
        bad = frame.high > 1.0
        if bad and math.isnan(self._start_s):
            self._start_s = frame.start_s
        elif not bad and not math.isnan(self._start_s):
            event = Event(Happening.STANCE_HOP, self._start_s, frame.start_s, device=self._device, u_s=FRAME_S / math.sqrt(12.0))
            self._start_s = math.nan
            return [event]
        return []

    def finish(self, t_s: float) -> list[Event]:
        """Return the error going on, ended at ``t_s``."""
        out = [Event(Happening.STANCE_HOP, self._start_s, t_s, device=self._device)] if not math.isnan(self._start_s) else []
        self._start_s = math.nan
        return out
