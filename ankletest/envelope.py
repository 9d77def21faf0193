"""The lower envelope of (counter, arrival) between two restarts: its line, live and final, and where it rises for good; no wraps.

The points of the last fit are kept and no more; of what was before, a knot for each tenth of a fit is left.
"""

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from operator import mul, sub

import numpy as np

from ankletest.device import TickSpec, TimeQuality
from ankletest.samples import BoolArray, FloatArray

FREE_S = 60.0
"""Span from which the rate is fitted freely, s: below it the delays' scatter is worth more than any crystal's error."""
CLAMP = 100e-6
"""How far a crystal's rate is believed before that, relative."""
CLAMP_ARRIVAL = 0.1
"""The same for a device without a clock, whose rate is known to a few per cent; a counter counts what the sensor's own oscillator makes."""
ARRIVAL_FREE_S = 2.0
"""Span from which the rate of a device without a clock is fitted, s."""
FIT_CRYSTAL_S, FIT_COUNTED_S = 600.0, 120.0
"""Span of the fit, s: in so long a crystal warming up bends the line by half a millisecond, and a sensor's own oscillator by a few."""
MOVES = 10
"""The fit's window moves on by a tenth of itself."""
HORIZON_S = 60.0
"""Points are kept for so much longer, s: a run is fitted when it has ended, which is known some seconds later."""
HOLE_S = 0.02
"""Least rise of the envelope that is taken for missing samples, s: ten times what a radio that only delays ever made of it."""
AFTER, BEFORE = 4, 4
"""Windows that have to agree after a rise and before it: no delay lasts for a second and spares no notification."""
STEADY_S = 0.05
"""Largest spread of the windows after a rise, s: a backlog that comes all at once is a quarter of a second less late each window."""
SETTLED_S = 5.0
"""Before so long a device's rate is not known well enough to tell, s."""
TAKEN_BACK_S = 10.0
"""A hole whose samples come after all within so long was a delay, s."""
TAKEN_BACK = 0.6
"""And so they did when the envelope falls by this share of it: nothing comes before it was measured."""
SLEW_EARLY, SLEW = 0.05, 0.0005
"""How fast live stamps may move towards a better fit, s per s: quickly in the first seconds, unnoticeably later."""
EARLY_S = 5.0


def is_counted(tick: TickSpec) -> bool:
    """Tell whether ticks are samples of an oscillator that nobody trimmed."""
    return tick.quality in (TimeQuality.ARRIVAL, TimeQuality.COUNTER)


def fit_s(tick: TickSpec) -> float:
    """Return over how long a line is fitted, s."""
    return FIT_COUNTED_S if is_counted(tick) else FIT_CRYSTAL_S


@dataclass(slots=True)
class Hull:
    """Lower convex hull of (counter seconds, arrival), grown from the right."""

    c: list[float] = field(default_factory=list[float])
    a: list[float] = field(default_factory=list[float])
    count: int = 0
    total_c: float = 0.0

    @classmethod
    def of(cls, points: Iterable[tuple[float, float]]) -> "Hull":
        """Return the hull of points in order."""
        hull = cls()
        for c, a in points:
            hull.add(c, a)
        return hull

    def add(self, c: float, a: float) -> None:
        """Take a point to the right of all others."""
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
        counted = is_counted(tick)
        clamp = CLAMP_ARRIVAL if counted else CLAMP
        rate = 1.0
        if len(self.c) >= 2 and span > 0.0:
            i = min(max(bisect_right(self.c, self.total_c / self.count), 1), len(self.c) - 1)
            rate = (self.a[i] - self.a[i - 1]) / (self.c[i] - self.c[i - 1])
        if counted:
            rate = 1.0 if span < ARRIVAL_FREE_S else min(max(rate, 1.0 - clamp), 1.0 + clamp)
        elif span < FREE_S:
            rate = min(max(rate, 1.0 - clamp), 1.0 + clamp) if span > 0.5 * FREE_S else 1.0
        else:
            rate = min(max(rate, 1.0 - 10 * clamp), 1.0 + 10 * clamp)
        offset = min(map(sub, self.a, map(mul, self.c, repeat(rate))))
        return offset, rate


@dataclass(slots=True)
class Hole:
    """Samples that an envelope's rise shows to be missing before tick ``tick``.

    Known from live second ``known_s`` on, until it is taken back at ``back_s`` because they came after all.
    """

    tick: int
    missing: int
    seconds: float
    known_s: float
    known_c: float
    back_s: float = float("inf")

    def holds(self, at_s: float) -> bool:
        """Tell whether it was believed at a live second."""
        return self.known_s <= at_s and (math.isinf(self.back_s) or at_s < self.back_s)


@dataclass(slots=True)
class Points:
    """Earliest arrival of each window of the last minutes: counter seconds as sent, arrival, live second at which it was known."""

    c: "array[float]" = field(default_factory=lambda: array("d"))
    a: "array[float]" = field(default_factory=lambda: array("d"))
    t: "array[float]" = field(default_factory=lambda: array("d"))
    pauses: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])

    def __len__(self) -> int:
        return len(self.c)

    def add(self, c: float, a: float, t: float, pause: tuple[float, int]) -> None:
        """Take a window's point; ``pause`` is the longest between two notifications in it, and the tick after that."""
        self.c.append(c)
        self.a.append(a)
        self.t.append(t)
        self.pauses = [*self.pauses[-(AFTER + BEFORE) :], pause]

    def forget_before(self, c: float) -> None:
        """Let go of older points."""
        first = bisect_right(self.c, c)
        for column in (self.c, self.a, self.t):
            del column[:first]

    def known(self, until_s: float) -> tuple[FloatArray, FloatArray]:
        """Return counter seconds and arrivals of what was known at a live second, (n,) each."""
        seen: BoolArray = np.array(self.t) <= until_s
        return np.array(self.c)[seen], np.array(self.a)[seen]

    def rise(self, holes_s: FloatArray, *, origin: float, offset: float, rate: float) -> tuple[float, int] | None:
        """Return how far the envelope has just risen for good, counter seconds, and the tick before which; None when it has not.

        Parameters
        ----------
        holes_s : (AFTER + BEFORE + 1,)
            What holes add to the counter at the last points.
        """
        n = AFTER + BEFORE + 1
        if len(self.c) < n or self.c[-1] - origin < SETTLED_S:
            return None
        above = np.array(self.a[-n:]) - offset - rate * (np.array(self.c[-n:]) + holes_s - origin)
        before, after = above[:BEFORE], above[-AFTER:]
        if not after.min() - before.max() > HOLE_S or after.max() - after.min() > STEADY_S:
            return None
        # Whether the window of the pause counts before or after hangs on which of its notifications came earliest.
        longest, tick = max(self.pauses[BEFORE - 1 : BEFORE + 2])
        step = float(after.min() - before.min())
        return (step / rate, tick) if longest > 0.5 * step else None


@dataclass(frozen=True, slots=True)
class Piece:
    """One straight line of the map: from tick ``first`` on, ``offset_s`` at counter second ``origin_c``."""

    first: int
    origin_c: float
    offset_s: float
    rate: float


@dataclass(slots=True)
class Segment:
    """The time between two restarts of a device: its first tick, its points, and the live line with what is left to slew.

    ``hole_s`` is what the holes believed now add to its counter. ``knots`` are (counter seconds since the first tick, holes included;
    session seconds; live second since when it is known).
    """

    tick: TickSpec
    first_tick: int
    origin_c: float
    began_s: float
    offset: float
    moves_at: float
    rate: float = 1.0
    base_c: float = -math.inf
    slewed_from_c: float = 0.0
    left: float = 0.0
    slew: float = SLEW_EARLY
    window: int = 0
    best_c: float = 0.0
    best_a: float = math.inf
    pause: tuple[float, int] = (0.0, 0)
    hole_s: float = 0.0
    hull: Hull = field(default_factory=Hull)
    points: Points = field(default_factory=Points)
    knots: list[tuple[float, float, float]] = field(default_factory=list[tuple[float, float, float]])
    holes: list[Hole] = field(default_factory=list[Hole])

    def live(self, c: FloatArray) -> FloatArray:
        """Return live stamps of counter seconds."""
        along = self.offset + self.rate * (c + (self.hole_s - self.origin_c))
        if self.left == 0.0:
            return along
        rest = np.maximum(abs(self.left) - self.slew * (c - self.slewed_from_c), 0.0)
        return along - rest if self.left > 0.0 else along + rest

    def live_one(self, c: float) -> float:
        """Return the live stamp of one counter second, equal to that of ``live``."""
        rest = max(abs(self.left) - self.slew * (c - self.slewed_from_c), 0.0)
        return self.offset + self.rate * (c + (self.hole_s - self.origin_c)) - math.copysign(rest, self.left)

    def close(self, c: float) -> None:
        """Keep the window's earliest arrival and let the live line move towards the new fit from counter second ``c`` on."""
        before = self.live_one(c)
        self.points.add(self.best_c, self.best_a, before, self.pause)
        self.pause = (0.0, 0)
        heard = self.tick.quality is TimeQuality.ARRIVAL and self._heard(before)
        moved = self.best_c - self.origin_c >= self.moves_at
        if heard or moved:
            self._build(fit_s(self.tick) if moved else 0.0)
        else:
            self.hull.add(self.best_c - self.origin_c + self.hole_s, self.best_a)
        self.offset, self.rate = self.hull.line(self.tick)
        if moved:
            self._move(before)
        # Where samples are missing the time has gone on without them; there is nothing to slew.
        forward = heard and self.holes[-1].back_s == math.inf
        self.left = 0.0 if forward else self.offset + self.rate * (c + (self.hole_s - self.origin_c)) - before
        self.slewed_from_c = c
        self.slew = SLEW_EARLY if c - self.origin_c < EARLY_S or heard else SLEW
        self.best_a = math.inf

    def pieces(self, until_s: float) -> tuple[list[Piece], float]:
        """Return the map by what was known at a live second, and how far a usual point lies above the envelope, s."""
        c, a = self.points.known(until_s)
        holes = [hole for hole in self.holes if hole.holds(until_s)]
        offset, rate, spread = self.offset, self.rate, 0.0
        if len(c):
            recent = c >= c[-1] - fit_s(self.tick)
            c, a = c[recent], a[recent]
            c = c - self.origin_c + self._added(c, holes)
            offset, rate = Hull.of(zip(c.tolist(), a.tolist(), strict=True)).line(self.tick)
            spread = float(np.median(a - offset - rate * c))
        nodes = [(at, t) for at, t, known_s in self.knots if known_s <= until_s]
        if nodes:
            at = nodes[-1][0] + fit_s(self.tick) / MOVES
            nodes.append((at, offset + rate * at))
            rates = [(t1 - t0) / (c1 - c0) for (c0, t0), (c1, t1) in pairwise(nodes)]
        else:
            nodes, rates = [(0.0, offset)], []
        return self._cut(nodes, [*rates, rate], holes), spread

    def _cut(self, nodes: list[tuple[float, float]], rates: list[float], holes: list[Hole]) -> list[Piece]:
        """Return the pieces of a broken line over counter seconds with holes, by counter seconds as sent."""
        starts = [at for at, _ in nodes]
        ends = [*(hole.tick * self.tick.seconds - self.origin_c for hole in holes), math.inf]
        found: list[Piece] = []
        begin, first, added = 0.0, self.first_tick, 0.0
        for number, end in enumerate(ends):
            k = max(bisect_right(starts, begin + added) - 1, 0)
            found.append(Piece(first, self.origin_c + begin, nodes[k][1] + rates[k] * (begin + added - starts[k]), rates[k]))
            for at, t, rate in zip(starts[k + 1 :], [t for _, t in nodes[k + 1 :]], rates[k + 1 :], strict=True):
                if at - added >= end:
                    break
                origin_c = self.origin_c + at - added
                found.append(Piece(math.ceil(origin_c / self.tick.seconds), origin_c, t, rate))
            if number < len(holes):
                begin, first, added = end, holes[number].tick, added + holes[number].seconds
        return found

    def _heard(self, now_s: float) -> bool:
        """Tell whether the newest point shows a hole, or that the last one was none."""
        last = self.holes[-1] if self.holes else None
        if last and last.back_s == math.inf and self.best_c - last.known_c < TAKEN_BACK_S:
            above = self.best_a - self.offset - self.rate * (self.best_c - self.origin_c + self.hole_s)
            if above < -TAKEN_BACK * last.seconds:
                last.back_s = now_s
                self.hole_s -= last.seconds
                return True
        recent = np.array(self.points.c[-(AFTER + BEFORE + 1) :])
        added = self._added(recent, [hole for hole in self.holes if hole.back_s == math.inf])
        rise = self.points.rise(added, origin=self.origin_c, offset=self.offset, rate=self.rate)
        if rise is None:
            return False
        missing = max(1, round(rise[0] / self.tick.seconds))
        seconds = missing * self.tick.seconds
        self.holes.append(Hole(rise[1], missing, seconds, known_s=now_s, known_c=self.best_c))
        self.hole_s += seconds
        return True

    def _added(self, c: FloatArray, holes: list[Hole]) -> FloatArray:
        """Return what holes add to counter seconds as sent, (n,)."""
        at = np.array([hole.tick for hole in holes]) * self.tick.seconds
        total = np.cumsum([0.0, *(hole.seconds for hole in holes)])
        return np.asarray(total[at.searchsorted(c, side="right")], dtype=np.float64)

    def _build(self, span_s: float) -> None:
        """Make the hull anew, of the last ``span_s`` only unless it is 0."""
        if span_s:
            self.base_c = self.best_c - span_s
            self.points.forget_before(self.base_c - HORIZON_S)
        first = bisect_right(self.points.c, self.base_c)
        c = np.array(self.points.c[first:])
        added = self._added(c, [hole for hole in self.holes if hole.back_s == math.inf])
        self.hull = Hull.of(zip((c - self.origin_c + added).tolist(), self.points.a[first:], strict=True))

    def _move(self, now_s: float) -> None:
        """Leave a knot in the middle of the fit, the first time at its beginning too."""
        middle = self.best_c - self.origin_c + self.hole_s - 0.5 * fit_s(self.tick)
        for at in [middle] if self.knots else [0.0, middle]:
            self.knots.append((at, self.offset + self.rate * at, now_s))
        self.moves_at = self.best_c - self.origin_c + fit_s(self.tick) / MOVES
