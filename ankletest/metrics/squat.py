"""Tibial alignment in a squat (metrics.md 10 SQ): how far the shin inclines, leans sideways and turns, how evenly; and the entries.

SQ-01 is the inclination at the deepest, SQ-02 the medial lean there and its furthest, SQ-03 the range of the heading, SQ-05 tempo and
smoothness (SM-01) of the way down, SQ-06 the standard deviation of the depth. SQ-04, left against right, is what symmetry (metrics.md 11)
makes of every one of these numbers.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ankletest.metrics.base import Better, Evidence, Measured, Metric, Part
from ankletest.metrics.bends import CALIBRATION, Bends
from ankletest.metrics.crossings import apart_u_s
from ankletest.metrics.inclines import BIAS_U_RAD_S, P_ANG, worn
from ankletest.metrics.lunge import medial_rad, shin_bends
from ankletest.metrics.smoothness import sparc
from ankletest.samples import RAD_PER_DEG, FloatArray, Site
from ankletest.signals.angles import heading_rad
from ankletest.signals.orientation import rotated
from ankletest.signals.repetitions import Repetition
from ankletest.trial import Trial

SQUAT = "squat"
"""Family (``Trial.families``)."""
GO = frozenset({"squat"})
LEAST = 3
"""E-SHORT, as for heel raises: an aggregate needs three."""
DRIFT_S = 20.0
"""SQ-03: without a magnetometer a heading drifts; caveat where the squats lasted longer."""
EDGE_SHARE = 0.05
CHANGE_U_RAD = math.radians(0.3)
"""Standard uncertainty of an inclination against another a second later: what a calibrated sensor tells of a squat (algorithms.md 11)."""
CAVEATS = ("E-", "timing", "SQ-03")


@dataclass(frozen=True, slots=True)
class Squats:
    """The squats of a trial: a row each, rad and s; ``medial`` is towards the other leg, NaN where the mounting does not tell it."""

    reps: tuple[Repetition, ...]
    deepest: FloatArray
    medial_deep: FloatArray
    medial_most: FloatArray
    turn: FloatArray
    smooth: FloatArray
    bends: Bends
    reasons: tuple[str, ...]


def squat_bends(trial: Trial, window_s: tuple[float, float] | None = None) -> Bends:
    """Return the bends of the shin in squats."""
    return shin_bends(trial, window_s, go=GO)


def squats_of(evidence: Evidence) -> Squats:
    """Return the squats of a trial; for ``Evidence.made``."""
    bends = squat_bends(evidence.trial, evidence.window_s)
    side = evidence.trial.setup.side
    rows: list[tuple[float, ...]] = []
    heading = _heading(bends)
    speed = np.gradient(bends.forward, 1.0 / bends.rate_hz) if len(bends.forward) > 1 else bends.forward
    for rep in bends.good:
        part = bends.rows(rep.onset_s, rep.end_s)
        deep = part.start + int(np.nanargmax(bends.forward[part]))
        medial = np.array([medial_rad(angle, side) for angle in bends.sideways[part].tolist()])
        most = float(medial.max()) if bool(np.isfinite(medial).all()) else math.nan
        down = _one_way(speed, part.start, deep)
        rows.append((
            float(bends.forward[deep]), medial_rad(float(bends.sideways[deep]), side), most, float(np.ptp(heading[part])),
            sparc(down, bends.rate_hz),
        ))  # fmt: skip
    told = np.array(rows).reshape(-1, 5).T
    return Squats(bends.good, told[0], told[1], told[2], told[3], told[4], bends, bends.reasons)


# ---- helpers ----------------------------------------------------------------------------------------------------------------------------


def _heading(bends: Bends) -> FloatArray:
    """Return where the shin's forward axis points from above, rad, (n,)."""
    if bends.incline is None:
        return np.zeros(0)
    return heading_rad(rotated(bends.incline.quat, np.broadcast_to(bends.axes[0], (len(bends.t_s), 3))))


def _one_way(speed: FloatArray, first: int, last: int) -> FloatArray:
    """Return the speed of the way down, from 5 % to 5 % of its peak."""
    if last <= first:
        return speed[:0]
    peak = first + int(speed[first:last].argmax())
    edge = EDGE_SHARE * speed[peak]
    before = np.flatnonzero(speed[:peak] < edge)
    after = np.flatnonzero(speed[peak:] < edge)
    return speed[int(before[-1]) + 1 if len(before) else 0 : peak + int(after[0]) if len(after) else None]


def _over(
    value: Callable[[Squats], float],
    *,
    unit: float = RAD_PER_DEG,
    angle: bool = True,
    drifts: bool = False,
    sideways: bool = False,
    u: Callable[[Squats], float] | None = None,
) -> Callable[[Evidence], Measured]:
    """Return a metric: an aggregate over three squats or more, in degrees unless told otherwise.

    ``angle``: uncertain as one (``sideways``: that a wrong forward leaks into), else as ``u``; without either no uncertainty is stated.
    """

    def of(evidence: Evidence) -> Measured:
        squats = evidence.made(squats_of)
        rejected = len(squats.bends.reps) - len(squats.reps)
        if len(squats.reps) < LEAST:
            why = () if squats.bends.blocked else (f"E-SHORT: {len(squats.reps)} squats, {LEAST} needed",)
            return Measured(math.nan, reasons=(*why, *squats.reasons), n_used=len(squats.reps), n_rejected=rejected)
        told = value(squats)
        length_s = squats.reps[-1].end_s - squats.reps[0].onset_s
        more = (f"SQ-03: over {length_s:.0f} s a heading drifts",) if drifts and length_s > DRIFT_S else ()
        reasons = tuple(r for r in (*squats.reasons, *more) if angle or not r.startswith(CALIBRATION))
        one = _angle_u(squats, told, sideways=sideways) if angle and math.isfinite(told) else u(squats) if u is not None else math.nan
        return Measured(told / unit, one / unit, reasons, any(r.startswith(CAVEATS) for r in reasons), len(squats.reps), rejected)

    return of


def _angle_u(squats: Squats, told: float, *, sideways: bool) -> float:
    return squats.bends.sideways_u_rad(told, float(squats.deepest.mean())) if sideways else squats.bends.angle_u_rad(told)


def _turn_u(squats: Squats) -> float:
    """Return the uncertainty of a turn, rad: what is left of the gyroscope's bias after quiet stance, times the length of a squat."""
    return BIAS_U_RAD_S * float(np.mean([rep.end_s - rep.onset_s for rep in squats.reps]))


def _apart_u(first: Callable[[Repetition], float], last: Callable[[Repetition], float]) -> Callable[[Squats], float]:
    """Return the uncertainty of the mean time from one crossing of a level to another, s (``crossings.apart_u_s``)."""

    def u(squats: Squats) -> float:
        bends, pairs = squats.bends, [(first(rep), last(rep)) for rep in squats.reps]
        return apart_u_s(bends.t_s, bends.forward, pairs, angle_u_rad=CHANGE_U_RAD, rate_hz=bends.rate_hz)

    return u


def _tempo(of: Callable[[Repetition], float]) -> Callable[[Squats], float]:
    return lambda squats: float(np.mean([of(rep) for rep in squats.reps]))


SHIN = Part(SQUAT, lambda e: worn(e.trial, Site.SHANK.value) is not None, lambda _: P_ANG.id)
_AGEBERG = "Ageberg et al. 2010 (BMC Musculoskelet Disord 11:265)"
_SPARC = "Balasubramanian et al. 2015 (JNER 12:112)"

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("SQ-01", "squat_depth", "shin inclination, mean of deepest", "φ_max", "°", Better.HIGH, 1, 2, "metrics.md SQ-01", SHIN,
           _over(lambda s: float(s.deepest.mean())), clinical=True),
    Metric("SQ-02", "squat_drift", "sideways lean at the deepest, medial", "ψ", "°", Better.NONE, 1, 2, _AGEBERG, SHIN,
           _over(lambda s: float(s.medial_deep.mean()), sideways=True)),
    Metric("SQ-02", "squat_medial", "furthest medial lean", "ψ_med", "°", Better.LOW, 1, 2, _AGEBERG, SHIN,
           _over(lambda s: float(s.medial_most.mean()), sideways=True), clinical=True, ratio=False),
    Metric("SQ-03", "squat_turn", "turn of the shin", "ω", "°", Better.NONE, 1, 1, "metrics.md SQ-03", SHIN,
           _over(lambda s: float(s.turn.mean()), angle=False, drifts=True, u=_turn_u)),
    Metric("SQ-05", "squat_down", "time on the way down", "t_down", "s", Better.NONE, 2, 1, "metrics.md SQ-05", SHIN,
           _over(_tempo(lambda rep: rep.held_s - rep.onset_s), unit=1.0, angle=False,
                 u=_apart_u(lambda rep: rep.onset_s, lambda rep: rep.held_s))),
    Metric("SQ-05", "squat_up", "time on the way up", "t_up", "s", Better.NONE, 2, 1, "metrics.md SQ-05", SHIN,
           _over(_tempo(lambda rep: rep.end_s - rep.left_s), unit=1.0, angle=False,
                 u=_apart_u(lambda rep: rep.left_s, lambda rep: rep.end_s))),
    Metric("SQ-05", "squat_sparc", "smoothness of the way down", "SPARC_φ", "", Better.HIGH, 2, 1, _SPARC, SHIN,
           _over(lambda s: float(s.smooth.mean()), unit=1.0, angle=False), ratio=False),
    Metric("SQ-06", "squat_spread", "spread of the depth", "SD_φ", "°", Better.LOW, 2, 1, "metrics.md SQ-06", SHIN,
           _over(lambda s: float(s.deepest.std(ddof=1)), angle=False)),
)
# fmt: on
