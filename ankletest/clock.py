"""Device counter to session seconds: wrap, drift, restart, and the bound of its error; it never asks what time it is.

Arrivals are late, never early, so the line through (counter, arrival) is the lower envelope of the points, not their mean (Moon, Skelly
& Towsley 1999; hull form Zhang 2002). Of each quarter second of device time the earliest arrival is kept; the lower hull of those is grown
as they come, and the hull's edge over the mean of the counters is the fit. A fit spans the last ten minutes (two of a device that only
counts); of what was before, a knot a minute is left, each in the middle of the fit that it is of. So a session of hours needs no more
memory than one of minutes, and a clock that warms up is followed.

A device without any counter numbers its samples as they come. Where some are missing the envelope rises by their time and stays there:
that is a hole, and the clock tells how many samples it takes, by the rate.
"""

import math
from array import array
from dataclasses import dataclass, replace

import numpy as np

from ankletest.device import TickSpec, TimeQuality
from ankletest.envelope import HORIZON_S, Hole, Piece, Segment, fit_s
from ankletest.samples import FloatArray, IntArray

WINDOW_S = 0.25
"""Device time of which one arrival is kept, s: some ten notifications, one of which is rarely delayed."""
MIN_DELAY_S = 0.005
"""Shortest way from sample to callback, s: the envelope cannot see it (about 4.5 ms in simulation)."""
TINY_S = 1e-7
"""Least step of stamps where a restarted counter would otherwise run backwards, s."""
HOLE_U_S = 0.005
"""How well the length of a hole is known (k = 1), s: the scatter of an envelope."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The final map from unwrapped ticks to session seconds.

    Parameters
    ----------
    first_ticks, origins_s, offsets_s, rates : (k,)
        Straight lines, at least one for each time between restarts.
    skew_ppm
        Device clock against the host's in the last of them.
    error_s
        Bound of the error of session time (not of intervals, which only the rate touches).
    hole_ticks, missing : (h,)
        Ticks before which samples are missing by the rate, and how many.
    """

    tick_s: float
    first_ticks: IntArray
    origins_s: FloatArray
    offsets_s: FloatArray
    rates: FloatArray
    delay_s: float
    skew_ppm: float
    error_s: float
    hole_ticks: IntArray
    missing: IntArray

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
        numbers = tick.quality is TimeQuality.ARRIVAL and tick.bits == 0
        self._tick = replace(tick, seconds=1.0 / nominal_hz) if numbers and nominal_hz else tick
        self._numbers = numbers
        self._filter_s = self._delay_s = group_delay_s
        self._segments: list[Segment] = []
        self._past = array("d")  # pieces of before the last minutes, four numbers each
        self._last_raw = 0
        self._last_tick = 0
        self._last_a = 0.0
        self._last_t = float("-inf")
        self._gone: list[Hole] = []

    @property
    def by_rate(self) -> bool:
        """True where what is missing is told by the rate."""
        return self._numbers

    @property
    def missing(self) -> int:
        """Samples that are missing by the rate, as far as is known now."""
        return sum(hole.missing for hole in self._holes if hole.back_s == math.inf)

    @property
    def missing_u(self) -> float:
        """Standard uncertainty of that."""
        return self.missing_u_of(sum(hole.back_s == math.inf for hole in self._holes))

    def missing_u_of(self, holes: int) -> float:
        """Return the standard uncertainty of what so many holes have cost, samples."""
        return math.sqrt(holes) * HOLE_U_S / self._tick.seconds

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
        sent = c[ends - 1]
        window = ((sent - segment.origin_c) // WINDOW_S).astype(np.int64)
        changes = np.flatnonzero(np.diff(window, prepend=segment.window))
        late = received_s - sent
        t_s = np.empty(len(c))
        done = 0
        for i, j in zip([0, *changes.tolist()], [*changes.tolist(), len(ends)], strict=True):
            if i == j:
                continue
            if int(window[i]) != segment.window:
                self._close_window(segment, float(c[starts[i]]))
                segment.window = int(window[i])
            if self.by_rate:
                pauses = np.diff(received_s[i:j], prepend=received_s[i - 1] if i else self._last_a)
                longest = int(pauses.argmax())
                segment.pause = max(segment.pause, (float(pauses[longest]), int(unwrapped[starts[i + longest]])))
            k = i + int(late[i:j].argmin())
            if late[k] < segment.best_a - segment.best_c:
                segment.best_c, segment.best_a = float(sent[k]), float(received_s[k])
            row = int(ends[j - 1])
            t_s[done:row] = segment.live(c[done:row])
            done = row
        t_s = _increasing(t_s - self._delay_s, self._last_t)
        self._last_t = float(t_s[-1])
        self._last_a = float(received_s[-1])
        return t_s, unwrapped

    def shift(self, later_s: float) -> None:
        """Take so much off every stamp from now on, and off those of a refit, besides the filter's delay: what an alignment has told."""
        self._delay_s = self._filter_s + later_s

    def refit(self, until_s: float) -> Fit:
        """Fit again over the arrivals whose window ended by live second ``until_s``."""
        if self._tick.quality is TimeQuality.EXACT or not self._segments:
            zero, none = np.zeros(1), np.zeros(0, dtype=np.int64)
            return Fit(
                self._tick.seconds, np.zeros(1, dtype=np.int64), zero, zero, np.ones(1), self._delay_s, float("nan"), 0.0, none, none
            )
        old = np.array(self._past).reshape(-1, 4).tolist()
        pieces, spread = [Piece(int(first), *rest) for first, *rest in old], 0.0
        for segment in self._segments:
            # One that began later may be known or not: that is the chunking's affair.
            if segment.began_s <= until_s or not pieces:
                more, spread = segment.pieces(until_s)
                pieces += more
        holes = [hole for hole in self._holes if hole.holds(until_s)]
        return Fit(
            tick_s=self._tick.seconds,
            first_ticks=np.array([piece.first for piece in pieces], dtype=np.int64),
            origins_s=np.array([piece.origin_c for piece in pieces]),
            offsets_s=np.array([piece.offset_s for piece in pieces]),
            rates=np.array([piece.rate for piece in pieces]),
            delay_s=self._delay_s,
            skew_ppm=1e6 * (pieces[-1].rate - 1.0),
            error_s=MIN_DELAY_S + spread,
            hole_ticks=np.array([hole.tick for hole in holes], dtype=np.int64),
            missing=np.array([hole.missing for hole in holes], dtype=np.int64),
        )

    @property
    def _holes(self) -> list[Hole]:
        return [*self._gone, *(hole for segment in self._segments for hole in segment.holes)]

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
        # The last sample of the first notification was taken now or a little before.
        offset = received_s - int(rows[first_end - 1]) * self._tick.seconds
        self._segments.append(
            Segment(
                tick=self._tick, first_tick=first, origin_c=first * self._tick.seconds, began_s=offset, offset=offset,
                moves_at=fit_s(self._tick),
            )
        )  # fmt: skip
        self._last_raw, self._last_tick = last_raw, int(unwrapped[-1])
        return unwrapped

    def _close_window(self, segment: Segment, c: float) -> None:
        """Keep the window's earliest arrival; what was before a restart long ago is fitted for the last time."""
        if math.isinf(segment.best_a):
            return
        segment.close(c)
        if len(self._segments) > 1:
            self._forget_before(segment.live_one(c) - HORIZON_S)

    def _forget_before(self, t_s: float) -> None:
        """Fit for the last time what ended by a restart before live second ``t_s``."""
        while len(self._segments) > 1 and self._segments[1].began_s < t_s:
            old = self._segments.pop(0)
            for piece in old.pieces(math.inf)[0]:
                self._past.extend((piece.first, piece.origin_c, piece.offset_s, piece.rate))
            self._gone += old.holes


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
