"""Errors of a stance that a motion sensor sees, on spans of 50 ms: foot moved, trunk swung, free foot touched (algorithms.md 5)."""

import math
from dataclasses import dataclass, replace

import numpy as np

from ankletest.exams.base import Member
from ankletest.samples import BoolArray, FloatArray, G, Side, Site, known_rows
from ankletest.trial import Event, Happening

SPAN_S = 0.050
HOP_RAD_S, HOP_G = math.radians(120.0), 1.5
"""E3: the stance foot turned this fast and was hit this hard in one span or two neighbours."""
SHIFT_DEG, SHIFT_SPANS = 8.0, 10
"""E3b: the foot's tilt between means of 0.5 s, half a second apart."""
LEAN_DEG, LEAN_SPANS = 30.0, 10
"""E4: trunk inclination against the first half second of the watch, by the mean specific force of 0.5 s."""
SWING_G, SWING_SPANS = 0.25, 2
"""E4: horizontal acceleration for 100 ms."""
TOUCH_G, REST_G, REST_RAD_S, REST_SPANS = 1.5, 0.1, math.radians(30.0), 3
"""E5: the free foot is hit, and then rests for 150 ms."""
HOLD_OFF_S = 1.0
"""Errors less than this apart are one."""
GAP_SPANS = 2.0
"""A longer gap starts everything over."""
KEEP = 40
MANY = 16
"""From so many spans on it is quicker to look at them together first."""
MARGIN = 0.999
"""Limits are taken so much narrower in that look: what is within a rounding of one is left to the rule itself."""


@dataclass(slots=True)  # not frozen: that would triple the time it takes to make one
class Span:
    """What happened in ``[start_s, end_s)``: extremes, mean specific force, sums for live numbers, and errors that are certain now.

    ``total_m_s2`` is the sum of the means of all spans so far, so that a mean over many costs a subtraction.
    """

    start_s: float
    end_s: float
    count: int
    most_g: float
    least_g: float
    most_rad_s: float
    mean_m_s2: tuple[float, float, float]
    total_m_s2: tuple[float, float, float]
    square_acc: float
    square_rate: float
    events: tuple[Event, ...] = ()


class ImuErrors:
    """Feed it samples; it returns the spans that are complete. Any chunking gives equal spans."""

    def __init__(self, member: Member, tested: Side) -> None:
        self._member = member
        self._stance = member.side in (None, tested)
        self._zero_s = math.nan
        self._t: FloatArray = np.empty(0)
        self._values: FloatArray = np.empty((0, 6))
        self._total = (0.0, 0.0, 0.0)
        self._past: list[Span] = []
        self._upright: tuple[float, float, float] | None = None
        self._quiet_until_s = -math.inf
        self.events: list[Event] = []

    def feed(self, t_s: FloatArray, values: FloatArray) -> list[Span]:
        """Take samples: (n,) seconds and (n, 6) of ``Kind.IMU``; rows with a NaN are left out."""
        good = known_rows(values)
        self._t = np.concatenate((self._t, t_s[good]))
        self._values = np.concatenate((self._values, values[good]))
        if len(self._t) == 0:
            return []
        if math.isnan(self._zero_s):
            self._zero_s = float(self._t[0])
        numbers = np.floor((self._t - self._zero_s) / SPAN_S)
        whole = int(numbers.searchsorted(numbers[-1]))
        found = self._judged(self._spans(numbers[:whole], self._values[:whole])) if whole else []
        self._t, self._values = self._t[whole:], self._values[whole:]
        return found

    def _judged(self, spans: list[Span]) -> list[Span]:
        """Look at spans one by one, or only at those that may say something."""
        if len(spans) < MANY:
            return [self._judge(span) for span in spans]
        close = self._close_looks(spans)
        if close is None:
            return [self._judge(span) for span in spans]
        found: list[Span] = []
        for span, look in zip(spans, close.tolist(), strict=True):
            if look:
                found.append(self._judge(span))
            else:
                self._past.append(span)
                found.append(span)
        self._past = self._past[-KEEP:]
        return found

    def _close_looks(self, spans: list[Span]) -> BoolArray | None:
        """Tell of which spans a rule may have something to say, (n,); None where only a look at each can tell."""
        both = [*self._past[-KEEP:], *spans]
        first, site = len(both) - len(spans), self._member.site
        start, end = np.array([s.start_s for s in both]), np.array([s.end_s for s in both])
        if bool((start[1:] - end[:-1] > GAP_SPANS * SPAN_S).any()):
            return None
        if site is Site.FOOT and not self._stance:
            hit = np.array([s.most_g for s in both]) > TOUCH_G
            look = _within(hit, REST_SPANS + 3)
        elif site is Site.FOOT:
            look = _within(np.array([s.most_rad_s for s in both]) > HOP_RAD_S, 2)
            total = np.array([s.total_m_s2 for s in both])
            if len(both) > 3 * SHIFT_SPANS:
                means = total[SHIFT_SPANS:] - total[:-SHIFT_SPANS]
                look[3 * SHIFT_SPANS :] |= _turned(means[: -2 * SHIFT_SPANS], means[2 * SHIFT_SPANS :], SHIFT_DEG)
        elif site is Site.LUMBAR:
            if self._upright is None or first < LEAN_SPANS:
                return None
            total = np.array([s.total_m_s2 for s in both])
            now = (total[LEAN_SPANS:] - total[:-LEAN_SPANS]) / LEAN_SPANS
            look = np.zeros(len(both), dtype=np.bool_)
            look[LEAN_SPANS:] = _turned(np.broadcast_to(np.array(self._upright), now.shape), now, LEAN_DEG)
            off = np.array([s.mean_m_s2 for s in both[LEAN_SPANS:]]) - now
            look[LEAN_SPANS:] |= (off * off).sum(axis=1) > (MARGIN * SWING_G * G) ** 2
        else:
            look = np.zeros(len(both), dtype=np.bool_)
        return look[first:]

    def _spans(self, numbers: FloatArray, values: FloatArray) -> list[Span]:
        """Cut samples into spans; column by column, so that what comes at once does not change how it is summed."""
        firsts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1.0))
        counts = np.diff(firsts, append=len(numbers))
        ax, ay, az, gx, gy, gz = (np.ascontiguousarray(values[:, k]) for k in range(6))
        square = ax * ax + ay * ay + az * az
        size_g = np.sqrt(square) / G
        turn = gx * gx + gy * gy + gz * gz
        means = [np.add.reduceat(column, firsts) / counts for column in (ax, ay, az)]
        totals = [np.cumsum(np.append(before, mean))[1:].tolist() for before, mean in zip(self._total, means, strict=True)]
        self._total = (totals[0][-1], totals[1][-1], totals[2][-1])
        rows = zip(
            numbers[firsts].tolist(), counts.tolist(), np.maximum.reduceat(size_g, firsts).tolist(),
            np.minimum.reduceat(size_g, firsts).tolist(), np.sqrt(np.maximum.reduceat(turn, firsts)).tolist(),
            zip(*(mean.tolist() for mean in means), strict=True), zip(*totals, strict=True), np.add.reduceat(square, firsts).tolist(),
            np.add.reduceat(turn, firsts).tolist(), strict=True,
        )  # fmt: skip
        return [
            Span(self._zero_s + number * SPAN_S, self._zero_s + (number + 1.0) * SPAN_S, n, most, least, rate, mean, total, acc2, turn2)
            for number, n, most, least, rate, mean, total, acc2, turn2 in rows
        ]

    def _judge(self, span: Span) -> Span:
        if self._past and span.start_s - self._past[-1].end_s > GAP_SPANS * SPAN_S:
            self._past = []
        if len(self._past) > 2 * KEEP:
            self._past = self._past[-KEEP:]
        self._past.append(span)
        event = self._error()
        if event is None:
            return span
        self.events.append(event)
        self._quiet_until_s = span.end_s + HOLD_OFF_S
        return replace(span, events=(event,))

    def _error(self) -> Event | None:
        if self._past[-1].start_s < self._quiet_until_s:
            return None
        site = self._member.site
        if site is Site.FOOT and not self._stance:
            return self._touched()
        if site is Site.FOOT:
            return self._hopped() or self._shifted()
        return self._swung() if site is Site.LUMBAR else None

    def _event(self, what: Happening, t_s: float, end_s: float) -> Event:
        return Event(what, t_s, end_s, device=self._member.device)

    def _hopped(self) -> Event | None:
        near = self._past[-2:]
        if max(s.most_rad_s for s in near) > HOP_RAD_S and max(s.most_g for s in near) > HOP_G:
            return self._event(Happening.STANCE_HOP, near[0].start_s, near[-1].end_s)
        return None

    def _shifted(self) -> Event | None:
        if len(self._past) <= 3 * SHIFT_SPANS or self._past[-3 * SHIFT_SPANS].start_s < self._quiet_until_s:
            return None
        first, last = self._past[-3 * SHIFT_SPANS - 1], self._past[-1]
        before = _mean(first, self._past[-2 * SHIFT_SPANS - 1], SHIFT_SPANS)
        after = _mean(self._past[-SHIFT_SPANS - 1], last, SHIFT_SPANS)
        if _angle_deg(before, after) > SHIFT_DEG:
            return self._event(Happening.SHIFT, self._past[-2 * SHIFT_SPANS].start_s, self._past[-SHIFT_SPANS].start_s)
        return None

    def _swung(self) -> Event | None:
        if len(self._past) <= LEAN_SPANS:
            return None
        now = _mean(self._past[-LEAN_SPANS - 1], self._past[-1], LEAN_SPANS)
        if self._upright is None:
            self._upright = now
            return None
        if _angle_deg(self._upright, now) > LEAN_DEG:
            return self._event(Happening.LARGE_SWAY, self._past[-LEAN_SPANS].start_s, self._past[-1].end_s)
        up = math.hypot(*now)
        swings = 0
        for span in self._past[-SWING_SPANS:]:
            off = tuple(a - b for a, b in zip(span.mean_m_s2, now, strict=True))
            along = sum(a * b for a, b in zip(off, now, strict=True)) / up
            across = math.sqrt(max(sum(a * a for a in off) - along * along, 0.0))
            swings += across > SWING_G * G
        if swings == SWING_SPANS:
            return self._event(Happening.LARGE_SWAY, self._past[-SWING_SPANS].start_s, self._past[-1].end_s)
        return None

    def _touched(self) -> Event | None:
        if len(self._past) <= REST_SPANS:
            return None
        rest, hit = self._past[-REST_SPANS:], self._past[-REST_SPANS - 3 : -REST_SPANS]
        rests = all(abs(s.most_g - 1.0) < REST_G and abs(s.least_g - 1.0) < REST_G and s.most_rad_s < REST_RAD_S for s in rest)
        if rests and max(s.most_g for s in hit) > TOUCH_G:
            struck = next(s for s in hit if s.most_g > TOUCH_G)
            return self._event(Happening.TOUCH_DOWN, struck.start_s, rest[-1].end_s)
        return None


def _mean(before: Span, last: Span, count: int) -> tuple[float, float, float]:
    """Return the mean specific force of the spans after one up to another."""
    (x0, y0, z0), (x, y, z) = before.total_m_s2, last.total_m_s2
    return (x - x0) / count, (y - y0) / count, (z - z0) / count


def _angle_deg(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    dot = one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
    size = math.hypot(*one) * math.hypot(*other)
    return math.degrees(math.acos(min(max(dot / size, -1.0), 1.0))) if size > 0.0 else 0.0


def _within(seen: BoolArray, count: int) -> BoolArray:
    """Tell of each row whether it or one of the ``count − 1`` before it was seen."""
    total = np.concatenate((np.zeros(count, dtype=np.int64), np.cumsum(seen, dtype=np.int64)))
    return np.asarray(total[count:] > total[:-count], dtype=np.bool_)


def _turned(one: FloatArray, other: FloatArray, angle_deg: float) -> BoolArray:
    """Tell of rows of two sets of vectors, (n, 3), whether the angle between them may be more."""
    dot = (one * other).sum(axis=1)
    size = np.sqrt((one * one).sum(axis=1) * (other * other).sum(axis=1))
    return np.asarray(~(dot > size * math.cos(math.radians(MARGIN * angle_deg))), dtype=np.bool_)
