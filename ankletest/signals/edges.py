"""Where between two samples a foot touched the ground or left it; not whether it did (see contact).

The rule is chosen per rate and converter by a benchmark over both kinds of force (``tests/ankletest/signals/test_edges.py`` repeats
the smooth half): 53 edges of real jumps recorded at 450-1200 Hz, resampled to low rates at five phases, with the native crossing of
10 N as the reference, and 20 half-sine contacts of 150-320 ms. Error of a contact time (both edges independent), bias ± SD in ms:

======== ===== ============= ============= ============= ============= =============
ADC      rate  area, 5 N     bounded, 2    bounded, 3    crossing      half a period
======== ===== ============= ============= ============= ============= =============
average  80    **0.0 ± 2.8** 2.7 ± 3.7     2.4 ± 4.9     12.6 ± 3.6    6.2 ± 5.3
average  100   **0.4 ± 2.3** 2.2 ± 2.9     1.8 ± 3.8     9.4 ± 2.9     4.5 ± 4.2
average  200   **1.3 ± 1.4** 2.2 ± 1.7     1.2 ± 2.0     3.6 ± 1.4     1.8 ± 2.1
average  500   **1.2 ± 1.0** 1.5 ± 0.7     1.5 ± 0.9     1.0 ± 0.5     0.6 ± 0.9
average  1000  1.2 ± 0.9     1.0 ± 0.4     **1.8 ± 0.6** 0.4 ± 0.3     0.3 ± 0.5
instant  80    -4.4 ± 3.9    **-0.2 ± 4.3**-0.5 ± 5.2    8.2 ± 4.0     -0.4 ± 5.2
instant  100   -3.1 ± 3.4    **0.2 ± 3.6** -0.3 ± 4.1    6.2 ± 3.2     -0.3 ± 4.1
instant  200   -0.8 ± 2.0    1.4 ± 2.4     **0.6 ± 2.5** 2.3 ± 1.7     -0.4 ± 2.1
instant  500   0.5 ± 1.1     1.1 ± 0.9     **1.6 ± 1.2** 0.7 ± 0.6     0.0 ± 0.8
instant  1000  0.7 ± 1.0     0.7 ± 0.4     **1.3 ± 0.7** 0.2 ± 0.3     0.0 ± 0.5
======== ===== ============= ============= ============= ============= =============

A native 10 N crossing lies inside the true contact: by 0.4 ms on half-sines, by more on the soft edges of people, so a bias of 1 to 2 ms
at 500 Hz and above is the reference's. Where the force starts smoothly the area rule is refined by the bend of a sine: on half-sines, where
the truth is known, a contact time then errs by 0.0 ± 0.3 (80 and 100 Hz) to -0.1 ± 0.2 ms (500 Hz) on an averaging converter, by -0.4 ± 0.8
to -0.4 ± 0.5 without it; on people it holds for one edge of twenty. A bounded line errs by 0.3 ± 0.2 (80 Hz) to -0.1 ± 0.1 ms (1000 Hz) on
an instantaneous one; crossings err by up to 18 ms.
"""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray

AREA_FLOOR_N = 5.0
"""A straddling sample counts from here: the least of the benchmark, above the noise of every pad in the catalog."""
LINE_FLOOR_N = 10.0
"""A line is fitted to samples above this: lower ones belong to the soft first milliseconds of toe and shoe."""
SOFT_SHARE = 0.25
"""A sample above this share of the floor is not empty."""
FLOOR_SIGMAS = 3.0
"""Either floor rises with the noise of the pad."""
WALK_BACK_S = 0.010
"""How far before the detector's threshold the first loaded sample may lie, s (at least two samples)."""
BEFORE, AFTER = 24, 16
"""Samples before and after the threshold that an estimate may look at: 24 cover ``WALK_BACK_S`` at 2 kHz, 16 two ``SPAN_S`` at 750 Hz."""
SPAN_S = 0.010
"""Two spans of this length after the straddling sample (a sample each where that is longer) tell whether the force is smooth."""
LEAST_W, MOST_W = 0.0, 700.0
"""ω² of a smooth start ``sin ωt``, 1/s²: a contact of 0.12 s has (π/0.12)² = 685, a straight ramp 0. Impacts and tails are outside."""
HALVINGS, NEWTONS = 16, 3
"""Of the search for ω² (to 0.01 1/s²), and of the edge under one (far below a microsecond)."""
APART_SHARE, APART_S = 0.35, 0.00175
"""A smooth start further than this (of a period, or in seconds) from the area rule's edge is a coincidence."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A touch-down or take-off: session second and its standard uncertainty."""

    t_s: float
    u_s: float


@dataclass(frozen=True, slots=True)
class EdgeRule:
    """How an edge is estimated: ``points`` 0 is the area rule, else a bounded line through as many samples.

    ``u_s`` is the benchmark's root-mean-square error of a contact time on real force over √2, s.
    """

    below_hz: float
    points: int
    u_s: float


AVERAGING: tuple[EdgeRule, ...] = (
    EdgeRule(90.0, 0, 0.0020),  # real 0.0 ± 2.8 ms a contact
    EdgeRule(150.0, 0, 0.0017),
    EdgeRule(350.0, 0, 0.0014),
    EdgeRule(750.0, 0, 0.0011),
    EdgeRule(math.inf, 3, 0.0013),  # a period is as short as the soft start: a line does as well on people, and better on half-sines
)
INSTANTANEOUS: tuple[EdgeRule, ...] = (
    EdgeRule(90.0, 2, 0.0031),  # a third sample is 25 ms into the contact, past the knee of the impact
    EdgeRule(150.0, 2, 0.0026),
    EdgeRule(350.0, 3, 0.0018),
    EdgeRule(750.0, 3, 0.0014),
    EdgeRule(math.inf, 3, 0.0010),
)


def rule_for(rate_hz: float, *, averaging: bool) -> EdgeRule:
    """Return the rule of the benchmark for a rate and a kind of converter."""
    table = AVERAGING if averaging else INSTANTANEOUS
    return next(rule for rule in table if not rate_hz >= rule.below_hz)


def touch_down(t_s: FloatArray, force_n: FloatArray, at: int, *, rule: EdgeRule, noise_n: float = math.nan) -> Edge:
    """Return when the foot touched.

    Parameters
    ----------
    t_s, force_n : (n,)
        Samples around the edge; a sample of an averaging converter is stamped at the middle of its period.
    at
        First sample at or above the detector's threshold.
    rule
        From ``rule_for``.
    noise_n
        Unloaded noise (SD), NaN when unknown.
    """
    sigma = noise_n if math.isfinite(noise_n) else 0.0
    floor = max(LINE_FLOOR_N if rule.points else AREA_FLOOR_N, FLOOR_SIGMAS * sigma)
    first = _first_loaded(t_s, force_n, at, floor)
    if first == 0:
        return Edge(float(t_s[0]), math.nan)  # the foot was there before the first sample
    period = float(t_s[first] - t_s[first - 1])
    edge = _line(t_s, force_n, first, rule.points, floor) if rule.points else _smooth(t_s, force_n, first, _area(t_s, force_n, first))
    slope = max(float(force_n[at]) - float(force_n[first - 1]), floor) / max(float(t_s[at] - t_s[first - 1]), period)
    # A lost sample at the edge: it may lie anywhere in the hole.
    hole = period / math.sqrt(12.0) if at + 1 < len(t_s) and period > 1.5 * float(t_s[at + 1] - t_s[at]) else 0.0
    return Edge(edge, math.hypot(rule.u_s, sigma / slope, hole))


def take_off(t_s: FloatArray, force_n: FloatArray, at: int, *, rule: EdgeRule, noise_n: float = math.nan) -> Edge:
    """Return when the foot left: ``touch_down`` mirrored in time; ``at`` is the last sample at or above the threshold."""
    mirrored = touch_down(-t_s[::-1], force_n[::-1], len(t_s) - 1 - at, rule=rule, noise_n=noise_n)
    return Edge(-mirrored.t_s, mirrored.u_s)


def _first_loaded(t_s: FloatArray, force_n: FloatArray, at: int, floor: float) -> int:
    first = at
    while first > 0 and force_n[first - 1] > floor and (t_s[at] - t_s[first - 1] <= WALK_BACK_S or at - first < 2):
        first -= 1
    return first


def _area(t_s: FloatArray, force_n: FloatArray, first: int) -> float:
    """Start a ramp within the straddling sample's period so that it explains that sample and the next (algorithms.md 1)."""
    period = float(t_s[first + 1] - t_s[first]) if first + 1 < len(t_s) else float(t_s[first] - t_s[first - 1])
    after = float(force_n[first + 1]) if first + 1 < len(t_s) else 0.0
    share = min(max(float(force_n[first]), 0.0) / after, 1.0 / 3.0) if after > 0.0 else 1.0 / 3.0
    return float(t_s[first]) + period / 2.0 - period * (share + math.sqrt(share * share + share))


def _smooth(t_s: FloatArray, force_n: FloatArray, first: int, area_s: float) -> float:
    """Return where a start ``F ∝ sin ωt`` explains the areas of the straddling samples and of two spans after them.

    The area up to ``u`` after the start goes by ``u²/2 − ω² u⁴/24``. With ``u`` at the end of the first loaded sample and spans of ``g``,
    the three areas up to ``u``, ``u + g`` and ``u + 2 g`` tell ``u`` and ω². The sample before belongs to the first area: what is below
    the floor there is part of the foot, and unloaded it is noise about zero. Real force that rises otherwise, by an impact or out of a
    soft toe, gives no ω in range, and the area rule stands.
    """
    period = float(t_s[first + 1] - t_s[first]) if first + 1 < len(t_s) else math.inf
    count = max(1, round(SPAN_S / period))
    last = first + 1 + 2 * count
    if last > len(t_s) or float(t_s[last - 1] - t_s[first - 1]) > (last - first + 0.5) * period:
        return area_s
    area = float(force_n[first - 1] + force_n[first])
    near = area + float(np.sum(force_n[first + 1 : first + 1 + count]))
    far = near + float(np.sum(force_n[first + 1 + count : last]))
    if not 0.0 < area < near < far:
        return area_s
    span, low, high = count * period, LEAST_W, MOST_W
    if not _rest(area / near, far / near, span, low)[1] >= 0.0 >= _rest(area / near, far / near, span, high)[1]:
        return area_s
    u = 0.0
    for _ in range(HALVINGS):
        w = 0.5 * (low + high)
        u, rest = _rest(area / near, far / near, span, w)
        low, high = (w, high) if rest >= 0.0 else (low, w)
    found = float(t_s[first]) + 0.5 * period - u
    told = 0.0 <= u <= 2.0 * period and abs(found - area_s) <= max(APART_SHARE * period, APART_S)
    return found if told else area_s


def _rest(first: float, far: float, span: float, w: float) -> tuple[float, float]:
    """Return u that explains the share ``first`` of the middle area under ω² = w, and how much more area follows than the share ``far``."""
    root = math.sqrt(first)
    u = span * root / (1.0 - root)  # of a straight ramp; Newton does the bend
    for _ in range(NEWTONS):
        slope = _ramp(u, w) - first * _ramp(u + span, w)
        u -= (_area_to(u, w) - first * _area_to(u + span, w)) / slope if slope != 0.0 else 0.0
    return u, _area_to(u + 2.0 * span, w) - far * _area_to(u + span, w)


def _ramp(u: float, w: float) -> float:
    return u - w * u**3 / 6.0


def _area_to(u: float, w: float) -> float:
    return u * u / 2.0 - w * u**4 / 24.0


def _line(t_s: FloatArray, force_n: FloatArray, first: int, points: int, floor: float) -> float:
    """Extrapolate a line to zero, kept between the last empty and the first loaded sample."""
    before, here = float(t_s[first - 1]), float(t_s[first])
    x, y = t_s[first : first + points] - here, force_n[first : first + points]
    middle = x - float(np.mean(x))
    spread = float(np.sum(middle * middle))
    slope = float(np.sum(middle * y)) / spread if spread > 0.0 else 0.0
    if not slope > 0.0:  # a dent right after the touch-down: the crossing is all there is
        low = float(force_n[first - 1])
        return before + (here - before) * min(max((floor - low) / (float(force_n[first]) - low), 0.0), 1.0)
    zero = here + float(np.mean(x)) - float(np.mean(y)) / slope
    # Below the floor, but not empty: then the edge may lie a sample earlier still.
    loaded = first > 1 and float(force_n[first - 1]) > SOFT_SHARE * floor
    return min(max(zero, float(t_s[first - 2]) if loaded else before), here)
