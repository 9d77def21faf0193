"""Device counter to session seconds: wrap, drift, restart, and the bound of its error; it never asks what time it is.

Arrivals are late, never early, so the line through (counter, arrival) is the lower envelope of the points, not their mean (Moon, Skelly
& Towsley 1999; hull form Zhang 2002). Of each quarter second of device time the earliest arrival is kept; the lower hull of those is grown
as they come, and the hull's edge over the mean of the counters is the fit.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np

from ankletest.device import TickSpec, TimeQuality
from ankletest.samples import FloatArray, IntArray

WINDOW_S = 0.25
"""Device time of which one arrival is kept, s: some ten notifications, one of which is rarely delayed."""
FREE_S = 60.0
"""Span from which the rate is fitted freely, s: below it the delays' scatter is worth more than any crystal's error."""
CLAMP = 100e-6
"""How far a crystal's rate is believed before that, relative."""
CLAMP_ARRIVAL = 0.1
"""The same for a device without a clock, whose rate is known to a few per cent; a counter counts what the sensor's own oscillator makes."""
ARRIVAL_FREE_S = 2.0
"""Span from which the rate of a device without a clock is fitted, s."""
SLEW_EARLY, SLEW = 0.05, 0.0005
"""How fast live stamps may move towards a better fit, s per s: quickly in the first seconds, unnoticeably later."""
EARLY_S = 5.0
MIN_DELAY_S = 0.005
"""Shortest way from sample to callback, s: the envelope cannot see it (about 4.5 ms in simulation)."""
TINY_S = 1e-7
"""Least step of stamps where a restarted counter would otherwise run backwards, s."""
JUMP_S = 0.1
"""Lateness of a whole window that a device without a clock cannot mean: samples were lost, s."""


@dataclass(slots=True)
class _Hull:
    """Lower convex hull of (counter seconds, arrival), grown from the right."""

    c: list[float] = field(default_factory=list[float])
    a: list[float] = field(default_factory=list[float])
    count: int = 0
    total_c: float = 0.0

    def add(self, c: float, a: float) -> None:
        while len(self.c) >= 2:
            c0, a0, c1, a1 = self.c[-2], self.a[-2], self.c[-1], self.a[-1]
            if (a1 - a0) * (c - c0) < (a - a0) * (c1 - c0):
                break
            self.c.pop()
            self.a.pop()
        self.c.append(c)
        self.a.append(a)
        self.count += 1
        self.total_c += c

    def line(self, tick: TickSpec) -> tuple[float, float]:
        """Return (offset, rate) of the fit."""
        span = self.c[-1] - self.c[0]
        arrival = tick.quality in (TimeQuality.ARRIVAL, TimeQuality.COUNTER)
        clamp = CLAMP_ARRIVAL if arrival else CLAMP
        free = ARRIVAL_FREE_S if arrival else FREE_S
        rate = 1.0
        if len(self.c) >= 2 and span > 0.0:
            i = min(max(bisect_right(self.c, self.total_c / self.count), 1), len(self.c) - 1)
            rate = (self.a[i] - self.a[i - 1]) / (self.c[i] - self.c[i - 1])
        if span < free and not arrival:
            rate = min(max(rate, 1.0 - CLAMP), 1.0 + CLAMP) if span > 0.5 * free else 1.0
        elif span < free:
            rate = 1.0
        else:
            rate = min(max(rate, 1.0 - 10 * clamp), 1.0 + 10 * clamp) if not arrival else min(max(rate, 1.0 - clamp), 1.0 + clamp)
        offset = min(a - rate * c for c, a in zip(self.c, self.a, strict=True))
        return offset, rate


@dataclass(slots=True)
class _Segment:
    """The time between two restarts of a device: its first tick, its kept arrivals, and the live line with what is left to slew."""

    first_tick: int
    origin_c: float
    offset: float
    rate: float = 1.0
    slewed_from_c: float = 0.0
    left: float = 0.0
    slew: float = SLEW_EARLY
    window: int = 0
    best_c: float = 0.0
    best_a: float = float("inf")
    hull: _Hull = field(default_factory=_Hull)
    kept: list[tuple[float, float, float]] = field(default_factory=list[tuple[float, float, float]])

    def live(self, c: FloatArray) -> FloatArray:
        """Return live stamps of counter seconds."""
        along = self.offset + self.rate * (c - self.origin_c)
        if self.left == 0.0:
            return along
        rest = np.maximum(abs(self.left) - self.slew * (c - self.slewed_from_c), 0.0)
        return along - rest if self.left > 0.0 else along + rest

    def live_one(self, c: float) -> float:
        """Return the live stamp of one counter second, equal to that of ``live``."""
        rest = max(abs(self.left) - self.slew * (c - self.slewed_from_c), 0.0)
        return self.offset + self.rate * (c - self.origin_c) - math.copysign(rest, self.left)


@dataclass(frozen=True, slots=True)
class Fit:
    """The final map from unwrapped ticks to session seconds.

    Parameters
    ----------
    first_ticks, origins_s, offsets_s, rates : (k,)
        One line for each time between restarts.
    skew_ppm
        Device clock against the host's in the last of them.
    error_s
        Bound of the error of session time (not of intervals, which only the rate touches).
    """

    tick_s: float
    first_ticks: IntArray
    origins_s: FloatArray
    offsets_s: FloatArray
    rates: FloatArray
    delay_s: float
    skew_ppm: float
    error_s: float

    def at(self, ticks: IntArray) -> FloatArray:
        """Return session seconds, (n,), strictly increasing for increasing ticks."""
        c = ticks * self.tick_s
        if len(self.first_ticks) == 1:
            t_s = self.offsets_s[0] + self.rates[0] * (c - self.origins_s[0])
        else:
            i = np.maximum(np.searchsorted(self.first_ticks, ticks, side="right") - 1, 0)
            t_s = self.offsets_s[i] + self.rates[i] * (c - self.origins_s[i])
            t_s = _increasing(t_s, float("-inf"))
        return np.asarray(t_s - self.delay_s, dtype=np.float64)


class Clock:
    """Stamps samples as they come, and again when more is known.

    Parameters
    ----------
    tick
        The device's counter.
    nominal_hz
        Its nominal rate, unused by devices with a clock.
    group_delay_s
        Delay of the device's own filter, taken off every stamp.
    """

    def __init__(self, tick: TickSpec, *, nominal_hz: float | None = None, group_delay_s: float = 0.0) -> None:
        self._tick = tick
        self._nominal_hz = nominal_hz
        self._delay_s = group_delay_s
        self._segments: list[_Segment] = []
        self._last_raw = 0
        self._last_tick = 0
        self._last_a = 0.0
        self._last_t = float("-inf")

    def stamp(self, ticks: IntArray, ends: IntArray, received_s: FloatArray) -> tuple[FloatArray, IntArray]:
        """Return live session seconds and unwrapped ticks of a reading's samples.

        Parameters
        ----------
        ticks : (n,)
            Counters as sent.
        ends : (m,)
            Row after the last sample of each notification.
        received_s : (m,)
            Session seconds of the notifications' arrival.
        """
        if self._tick.quality is TimeQuality.EXACT:
            t_s = ticks * self._tick.seconds
            return np.asarray(t_s, dtype=np.float64), ticks
        unwrapped = self._unwrap(ticks, int(ends[0]), float(received_s[0]))
        c = np.asarray(unwrapped * self._tick.seconds, dtype=np.float64)
        starts = np.concatenate(([0], ends[:-1]))
        segment = self._segments[-1]
        window = ((c[ends - 1] - segment.origin_c) // WINDOW_S).astype(np.int64)
        changes = np.flatnonzero(np.diff(window, prepend=segment.window))
        t_s = np.empty(len(c))
        done = 0
        for i, j in zip([0, *changes.tolist()], [*changes.tolist(), len(ends)], strict=True):
            if i == j:
                continue
            if int(window[i]) != segment.window:
                self._close_window(segment, float(c[starts[i]]))
                segment.window = int(window[i])
            late = received_s[i:j] - c[ends[i:j] - 1]
            k = int(late.argmin())
            if late[k] < segment.best_a - segment.best_c:
                segment.best_c, segment.best_a = float(c[ends[i + k] - 1]), float(received_s[i + k])
            row = int(ends[j - 1])
            t_s[done:row] = segment.live(c[done:row])
            done = row
        t_s = _increasing(t_s, self._last_t)
        self._last_t = float(t_s[-1])
        self._last_a = float(received_s[-1])
        return t_s - self._delay_s, unwrapped

    def refit(self, until_s: float) -> Fit:
        """Fit again over the arrivals whose window ended by live second ``until_s``."""
        if self._tick.quality is TimeQuality.EXACT or not self._segments:
            zero = np.zeros(1)
            return Fit(self._tick.seconds, np.zeros(1, dtype=np.int64), zero, zero, np.ones(1), 0.0, float("nan"), 0.0)
        lines: list[tuple[int, float, float, float]] = []
        spread = 0.0
        for segment in self._segments:
            hull = _Hull()
            kept = [(c, a) for c, a, t in segment.kept if t <= until_s]
            for c, a in kept:
                hull.add(c - segment.origin_c, a)
            if kept:
                offset, rate = hull.line(self._tick)
                spread = float(np.median([a - offset - rate * (c - segment.origin_c) for c, a in kept]))
            else:
                offset, rate = segment.offset, segment.rate
            lines.append((segment.first_tick, segment.origin_c, offset, rate))
        first, origins, offsets, rates = zip(*lines, strict=True)
        return Fit(
            tick_s=self._tick.seconds,
            first_ticks=np.array(first, dtype=np.int64),
            origins_s=np.array(origins),
            offsets_s=np.array(offsets),
            rates=np.array(rates),
            delay_s=self._delay_s,
            skew_ppm=1e6 * (rates[-1] - 1.0),
            error_s=MIN_DELAY_S + spread,
        )

    def _unwrap(self, ticks: IntArray, first_end: int, received_s: float) -> IntArray:
        """Return counters without wraps; a counter that ran backwards is a restart and begins a new segment."""
        bits = self._tick.bits
        steps = np.diff(ticks)
        if bits:
            steps &= (1 << bits) - 1
        rows = np.concatenate(([0], np.cumsum(steps)))
        if not self._segments:
            return self._begin(int(ticks[0]), rows, first_end, int(ticks[-1]), received_s)
        step = int(ticks[0]) - self._last_raw
        elapsed = (received_s - self._last_a) / self._tick.seconds
        if bits:
            step &= (1 << bits) - 1
            step += round((elapsed - step) / (1 << bits)) * (1 << bits)
        if step <= 0:
            return self._begin(self._last_tick + max(1, round(elapsed)), rows, first_end, int(ticks[-1]), received_s)
        unwrapped = rows + (self._last_tick + step)
        self._last_raw, self._last_tick = int(ticks[-1]), int(unwrapped[-1])
        return unwrapped

    def _begin(self, first: int, rows: IntArray, first_end: int, last_raw: int, received_s: float) -> IntArray:
        unwrapped = rows + first
        origin_c = first * self._tick.seconds
        # The last sample of the first notification was taken now or a little before.
        self._segments.append(_Segment(first, origin_c, received_s - int(rows[first_end - 1]) * self._tick.seconds))
        self._last_raw, self._last_tick = last_raw, int(unwrapped[-1])
        return unwrapped

    def _close_window(self, segment: _Segment, c: float) -> None:
        """Keep the window's earliest arrival and let the live line move towards the new fit from counter second ``c`` on."""
        if segment.best_a == float("inf"):
            return
        before = segment.live_one(c)
        segment.kept.append((segment.best_c, segment.best_a, before))
        segment.hull.add(segment.best_c - segment.origin_c, segment.best_a)
        segment.best_a = float("inf")
        offset, rate = segment.hull.line(self._tick)
        segment.offset, segment.rate = offset, rate
        segment.left = offset + rate * (c - segment.origin_c) - before
        segment.slewed_from_c = c
        segment.slew = SLEW_EARLY if c - segment.origin_c < EARLY_S else SLEW


def _increasing(t_s: FloatArray, after: float) -> FloatArray:
    """Return stamps that increase strictly; one that would not follow its predecessor is put just after it."""
    if len(t_s) == 0 or (t_s[0] > after and bool((np.diff(t_s) > 0.0).all())):
        return t_s
    out = t_s.copy()
    last = after
    for i, t in enumerate(t_s.tolist()):  # only where a restarted counter ran into what was stamped before
        last = t if t > last else last + TINY_S
        out[i] = last
    return out
