"""Detectors of a stance on a pad: body weight, start, touch-downs, hops, shifts, stepping off; bins in, signs out (algorithms.md 5).

They look back at most six seconds and decide at most 0.3 s late (a shift: 2 s). Times are those of bins; the trial refines them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ankletest.exams.bins import Bin
from ankletest.exams.plain_bins import Limits, plain
from ankletest.samples import G, Side
from ankletest.trial import Event, Happening

LOADED_N = 100.0
LOADED_SHARE = 0.5
"""Somebody is on the pad from this force on, or from this share of a known weight."""
UNLOADED_N = 20.0
"""F_on of the contact detector: nobody is on the pad below it."""
OFF_S = 1.0
"""Off the pad for longer is no hop any more, s."""
STILL_S = 1.0
STILL_SHARE, STILL_N = 0.01, 3.0
STILL_N_S = 5.0
"""Quiet window for the body weight: length, SD over mean, least SD, slope."""
RESTLESS_S = 8.0
"""After so long without a quiet window a restless one has to do."""
MASS_SHARE = 0.15
"""A weight further than this from a known mass is shared with the other foot or a rail."""
BAND = 0.05
CALM_S, CALM_MEAN_S = 0.5, 0.25
CALM_MM_S = 150.0
HARD_CALM_MM_S = 250.0
"""Start of a stance: force within 5 % of the weight and CoP speed (0.25-s mean) below this for 0.5 s; eyes closed or on foam the mean
speed of healthy people is 90-120 mm/s (metrics.md 2), so the limit is raised as much."""
HEAVIER, HEAVIER_S = 1.15, 0.5
"""The weight rose so far for so long: the other foot stood beside the pad when the client was weighed."""
TRANSFER_MM, TRANSFER_S = 30.0, 0.2
"""CoP moved to the side of the tested leg so far: the client stood on both feet before."""
SHARED, SHARED_S = 0.90, 0.15
SHARED_MEAN, SHARED_MEAN_S = 0.95, 0.30
BACK_S = 0.10
"""E1: force below 0.90 BW for 150 ms, and below 0.95 on average over 300 ms; over when back above 0.95 for 100 ms."""
JUMP_MM, JUMP_S = 40.0, 0.20
JUMP_SIDE_MM = 40.0
JUMP_START_MM, JUMP_BACK_MM = 20.0, 25.0
"""E2: CoP further than this from where it was 0.2 s before, for 0.2 s, and as far to the side of the free foot, both from there and
from its mean since the start (half a foot is 45 mm wide, so one foot cannot do that); over when it is back. With 40 mm in any direction
simulated people with closed eyes on foam (113 mm/s) made five touch-downs in 30 s; kinvent's people, eyes closed, come to 32 mm."""
SHIFT_MM, SHIFT_ALONG_MM, SHIFT_S, SHIFT_GAP_S = 20.0, 50.0, 2.0, 0.5
"""E3b: the rectangles of the CoP over 2 s before and after (0.5 s apart) do not meet, and their middles moved so far across the foot.
Along the foot, where it is three times as long as wide, a lean alone moves the CoP by 20 mm."""
SHIFT_EVERY = 10
"""How many bins apart the rectangles are looked at."""
HOP_S = 0.05
"""E3: in the air for at least this (bins; ForceContacts has the edges)."""
KEEP_S = 6.0
GAP_S = 0.1
"""A longer gap starts everything over (algorithms.md 0)."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a detector saw: a happening for the table, when, and an event for the trial, if it is one."""

    name: str
    t_s: float
    event: Event | None = None


class StanceWatch:
    """What the bins of a pad say about a stance.

    Parameters
    ----------
    side
        The leg that is tested.
    mass_kg
        If known.
    hard
        Eyes closed or foam.
    bin_s
        Length of a bin.
    device
        Goes into events.
    """

    def __init__(self, *, side: Side, mass_kg: float | None, hard: bool, bin_s: float, device: str) -> None:
        self._away = -1.0 if side is Side.LEFT else 1.0
        self._mass_n = mass_kg * G if mass_kg is not None and mass_kg > 0.0 else math.nan
        self._calm_mm_s = HARD_CALM_MM_S if hard else CALM_MM_S
        self._bin_s = bin_s
        self._jump_bins = round(JUMP_S / bin_s)
        self._device = device
        self._bins: list[Bin] = []
        self._empty_s = math.nan  # since when nobody is on the pad
        self._settle_s = math.nan
        self._calm_s = math.nan
        self._guard_s = -math.inf  # errors look at nothing before
        self._home: tuple[float, float] = (math.nan, math.nan)
        self._low_s = math.nan
        self._sum_x, self._count_x = 0.0, 0
        self._open: dict[Happening, int] = {}  # which error is going on, by its place in the list
        self._jump_from: tuple[float, float] = (math.nan, math.nan)
        self.weight_n = math.nan
        self.weight_note = ""
        self.errors: list[Event] = []
        """Errors so far, with their ends where known."""

    # ---- before the hold ------------------------------------------------------------------------------------------------------

    def take(self, new: Bin) -> None:
        """Remember a bin."""
        if self._bins and new.start_s - self._bins[-1].end_s > GAP_S:
            self._bins = []
            self._calm_s = self._low_s = math.nan
            self._guard_s = new.start_s
        self._bins.append(new)
        if len(self._bins) > 2 * KEEP_S / self._bin_s:
            self._bins = self._bins[-round(KEEP_S / self._bin_s) :]
        if new.force_n >= UNLOADED_N:
            self._empty_s = math.nan
        elif math.isnan(self._empty_s):
            self._empty_s = new.start_s

    def loaded(self) -> bool:
        """Tell whether somebody is on the pad, by the mean of 0.25 s."""
        force = self._force(CALM_MEAN_S)
        least = max(LOADED_N, LOADED_SHARE * self._mass_n) if self._mass_n > 0.0 else LOADED_N
        return len(force) * self._bin_s >= 0.9 * CALM_MEAN_S and sum(force) / len(force) >= least

    def gone(self) -> bool:
        """Tell whether nobody has been on the pad for a second."""
        return self._bins[-1].end_s - self._empty_s >= OFF_S

    def settle(self, t_s: float, *, again: bool) -> None:
        """Begin to look for the body weight (unless there is one and it is kept) and for the start of the stance."""
        self._settle_s, self._calm_s = t_s, math.nan
        if not again:
            self.weight_n, self.weight_note = math.nan, ""

    def standing(self) -> bool:
        """Tell whether the stance has started: weighed, in the band, and calm for long enough."""
        if math.isnan(self.weight_n):
            self._weigh()
        new = self._bins[-1]
        force = self._force(CALM_MEAN_S)
        good = (
            self.weight_n > 0.0
            and len(force) * self._bin_s >= 0.9 * CALM_MEAN_S
            and abs(sum(force) / len(force) / self.weight_n - 1.0) <= BAND
            and not self._speed() >= self._calm_mm_s
        )
        if not good:
            self._calm_s = math.nan
        elif math.isnan(self._calm_s):
            self._calm_s = new.start_s
        return new.end_s - self._calm_s >= CALM_S

    def start(self) -> float:
        """Begin to look for errors; return when the stance started: where the calm began."""
        start = self._calm_s
        recent = [b for b in self._bins if b.start_s >= start - 0.5 * self._bin_s]
        self._home = (sum(b.x_mm for b in recent) / len(recent), sum(b.y_mm for b in recent) / len(recent))
        self._guard_s, self._low_s, self._open = start, math.nan, {}
        self._sum_x, self._count_x = 0.0, 0
        self.errors = []
        return start

    def transferred(self) -> bool:
        """Tell whether the weight went to the tested leg since the start."""
        recent = self._bins[-round(TRANSFER_S / self._bin_s) :]
        return self._away * (sum(b.x_mm for b in recent) / len(recent) - self._home[0]) > TRANSFER_MM

    def heavier(self) -> bool:
        """Tell whether the client is heavier than weighed."""
        least = HEAVIER * self.weight_n
        force = self._force(HEAVIER_S)
        return len(force) * self._bin_s >= 0.9 * HEAVIER_S and min(force) > least

    # ---- errors ---------------------------------------------------------------------------------------------------------------

    def uneventful(self) -> bool:
        """Tell whether none of the rules can have anything to say of the last bin, which holds for nine of ten; asked once of each."""
        new, weight_n = self._bins[-1], self.weight_n
        if self._open:
            return False
        if new.force_n >= LOADED_SHARE * weight_n and math.isfinite(new.x_mm):
            self._sum_x, self._count_x = self._sum_x + new.x_mm, self._count_x + 1
        loaded = new.force_n >= UNLOADED_N and SHARED * weight_n <= new.force_n <= HEAVIER * weight_n
        if not loaded or new.number % SHIFT_EVERY == 0 or not math.isnan(self._low_s) or len(self._bins) < 2:
            return False
        return self._bins[-2].force_n >= UNLOADED_N and not self._moved()

    def pass_over(self, bins: Sequence[Bin]) -> int:
        """Take the first bins of which none of the rules can have anything to say, as ``take`` and ``uneventful`` would one by one.

        Returns
        -------
        int
            How many were taken; 0 too where only a closer look can tell.
        """
        if self._open or not math.isnan(self._low_s) or not self.weight_n > 0.0:
            return 0
        least, most = max(SHARED * self.weight_n, UNLOADED_N), HEAVIER * self.weight_n
        spans = (SHIFT_EVERY, round(SHIFT_S / self._bin_s), round(SHIFT_GAP_S / self._bin_s))
        good = plain(self._bins, bins, Limits(least, most, GAP_S, JUMP_BACK_MM, 3 * self._jump_bins - 1, *spans))
        count = len(bins) if good.all() else int(good.argmin())
        if count == 0:
            return 0
        self._bins += bins[:count]
        if len(self._bins) > 2 * KEEP_S / self._bin_s:
            self._bins = self._bins[-round(KEEP_S / self._bin_s) :]
        self._empty_s = math.nan
        for new in bins[:count]:
            self._sum_x += new.x_mm
        self._count_x += count
        return count

    def errors_now(self) -> list[Sign]:
        """Return the errors that are certain now."""
        return [*self._shared(), *self._jumped(), *self._hopped(), *self._shifted()]

    def longest_open_s(self) -> float:
        """Return how long the longest error that goes on has lasted."""
        if not self._open:
            return 0.0
        return max(self._bins[-1].end_s - self.errors[place].t_s for place in self._open.values())

    def _begin(self, what: Happening, t_s: float, *, end_s: float = math.nan) -> list[Sign]:
        event = Event(what, t_s, end_s, device=self._device)
        if math.isnan(end_s):
            self._open[what] = len(self.errors)
        self.errors.append(event)
        return [Sign(what.value, t_s, event)]

    def _end(self, what: Happening, t_s: float) -> None:
        place = self._open.pop(what)
        self.errors[place] = replace(self.errors[place], end_s=t_s)

    def _shared(self) -> list[Sign]:
        new = self._bins[-1]
        if Happening.TOUCH_DOWN in self._open and math.isnan(self._jump_from[0]):
            back = self._last(BACK_S)
            if min(b.force_n for b in back) >= SHARED_MEAN * self.weight_n:
                self._end(Happening.TOUCH_DOWN, back[0].start_s)
                self._low_s = math.nan
            return []
        if new.force_n >= SHARED * self.weight_n and not new.end_s - self._low_s > SHARED_S + self._bin_s:
            self._low_s = math.nan
        elif math.isnan(self._low_s) and new.force_n < SHARED * self.weight_n:
            self._low_s = new.start_s
        if not new.end_s - self._low_s >= SHARED_MEAN_S - 0.5 * self._bin_s:
            return []
        since, self._low_s = self._low_s, math.nan
        force = [b.force_n for b in self._bins if b.start_s >= since - 0.5 * self._bin_s]
        unloaded = min(force) < UNLOADED_N  # that is a hop, or stepping off
        if unloaded or sum(force) / len(force) >= SHARED_MEAN * self.weight_n or Happening.TOUCH_DOWN in self._open:
            return []
        return self._begin(Happening.TOUCH_DOWN, since)

    def _jumped(self) -> list[Sign]:
        count = self._jump_bins
        if Happening.TOUCH_DOWN in self._open:
            back = self._last(BACK_S)
            if all(_apart(b, self._jump_from) < JUMP_BACK_MM for b in back):
                self._end(Happening.TOUCH_DOWN, back[0].start_s)
                self._jump_from, self._guard_s = (math.nan, math.nan), back[0].start_s
            return []
        recent = self._bins[-3 * count :]
        if not self._moved() or recent[0].start_s < self._guard_s:
            return []
        if min(b.force_n for b in recent) < LOADED_SHARE * self.weight_n:
            return []
        before, after = recent[:count], recent[2 * count :]
        home = (sum(b.x_mm for b in before) / count, sum(b.y_mm for b in before) / count)
        edge = max(-self._away * home[0], -self._away * self._mean_x()) + JUMP_SIDE_MM
        if not all(_apart(b, home) > JUMP_MM and -self._away * b.x_mm > edge for b in after):
            return []
        onset = next(b.start_s for b in recent[count:] if _apart(b, home) > JUMP_START_MM)
        self._jump_from = home
        return self._begin(Happening.TOUCH_DOWN, onset)

    def _moved(self) -> bool:
        """Tell whether the CoP is away from where it was three spans of a jump before."""
        if len(self._bins) < 3 * self._jump_bins:
            return False
        new, old = self._bins[-1], self._bins[-3 * self._jump_bins]
        return math.hypot(new.x_mm - old.x_mm, new.y_mm - old.y_mm) > JUMP_BACK_MM

    def _mean_x(self) -> float:
        """Return the mean of the CoP across since the start of the stance or the last hop."""
        return self._sum_x / self._count_x if self._count_x else self._home[0]

    def _hopped(self) -> list[Sign]:
        new = self._bins[-1]
        if Happening.OFF_PAD in self._open:
            if new.force_n >= UNLOADED_N:
                self._end(Happening.OFF_PAD, new.start_s)
            return []
        if self.gone():
            return self._begin(Happening.OFF_PAD, self._empty_s)
        if len(self._bins) < 2 or new.force_n < UNLOADED_N or self._bins[-2].force_n >= UNLOADED_N:
            return []
        air = [b.start_s for b in self._air()]
        self._guard_s = new.start_s
        self._sum_x, self._count_x = 0.0, 0  # the foot may stand elsewhere now
        if not air or new.start_s - air[0] < HOP_S or new.start_s - air[0] >= OFF_S:
            return []
        return self._begin(Happening.STANCE_HOP, air[0], end_s=new.start_s)

    def _air(self) -> list[Bin]:
        """Return the bins without load directly before the last one."""
        first = len(self._bins) - 1
        while first > 0 and self._bins[first - 1].force_n < UNLOADED_N:
            first -= 1
        return self._bins[first:-1]

    def _shifted(self) -> list[Sign]:
        if self._bins[-1].number % SHIFT_EVERY or self._open:
            return []
        count, gap = round(SHIFT_S / self._bin_s), round(SHIFT_GAP_S / self._bin_s)
        span = self._bins[-2 * count - gap :]
        if len(span) < 2 * count + gap or any(b.start_s < max(self._guard_s, self._shift_guard()) for b in span[:1]):
            return []
        before, after = _Box.of(span[:count]), _Box.of(span[-count:])
        if not before.moved_to(after):
            return []
        return self._begin(Happening.SHIFT, span[count].start_s, end_s=span[-count].start_s)

    def _shift_guard(self) -> float:
        """Return the end of the last shift or hop, which moved the rectangle already."""
        return max((e.end_s for e in self.errors if e.what in {Happening.SHIFT, Happening.STANCE_HOP}), default=-math.inf)

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _weigh(self) -> None:
        new = self._bins[-1]
        if new.number % 5:
            return
        recent = self._last(STILL_S)
        if len(recent) * self._bin_s < 0.95 * STILL_S or recent[0].start_s < self._settle_s - STILL_S:
            return
        force = np.array([b.force_n for b in recent])
        mean, sd = float(force.mean()), float(force.std(ddof=1))
        if not mean >= LOADED_N or (self._mass_n > 0.0 and abs(mean / self._mass_n - 1.0) > MASS_SHARE):
            return
        at = np.array([b.start_s for b in recent])
        at = at - at.mean()
        slope = float((at * force).sum() / (at * at).sum())
        if sd <= max(STILL_SHARE * mean, STILL_N) and abs(slope) <= STILL_N_S:
            self.weight_n = mean
        elif new.end_s - self._settle_s >= RESTLESS_S:
            known = self._mass_n > 0.0
            self.weight_n = self._mass_n if known else float(np.median(force))
            self.weight_note = f"no still second to weigh the client; body weight from {'the known mass' if known else 'a restless second'}"

    def _speed(self) -> float:
        """Return the mean CoP speed of the last 0.25 s; NaN where the pad has no CoP."""
        recent = self._last(CALM_MEAN_S + self._bin_s)
        steps = [math.hypot(b.x_mm - a.x_mm, b.y_mm - a.y_mm) for a, b in pairwise(recent)]
        return sum(steps) / CALM_MEAN_S if steps else math.nan

    def _last(self, seconds: float) -> list[Bin]:
        return self._bins[-round(seconds / self._bin_s) :]

    def _force(self, seconds: float) -> list[float]:
        return [b.force_n for b in self._last(seconds)]


def _apart(one: Bin, point: tuple[float, float]) -> float:
    return math.hypot(one.x_mm - point[0], one.y_mm - point[1])


@dataclass(frozen=True, slots=True)
class _Box:
    """The rectangle of a CoP."""

    left: float
    right: float
    back: float
    front: float

    @classmethod
    def of(cls, bins: list[Bin]) -> "_Box":
        xs, ys = [b.x_mm for b in bins], [b.y_mm for b in bins]
        return cls(min(xs), max(xs), min(ys), max(ys))

    def moved_to(self, other: "_Box") -> bool:
        """Tell whether the rectangles do not meet and their middles are as far apart as only a foot that moved can make them."""
        across = 0.5 * abs(other.left + other.right - self.left - self.right)
        along = 0.5 * abs(other.back + other.front - self.back - self.front)
        beside = self.left > other.right or other.left > self.right
        before = self.back > other.front or other.back > self.front
        return (beside and across > SHIFT_MM) or (before and along > SHIFT_ALONG_MM)
