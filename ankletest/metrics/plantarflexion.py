"""Range of plantarflexion without load (metrics.md 10 PF): how far the foot points, against the shin where it has a sensor."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ankletest.metrics.base import Better, Evidence, Measured, Metric, Part
from ankletest.metrics.bends import Bends, bends_none, bends_of, hold_of, still_of
from ankletest.metrics.inclines import P_ANG, incline_of, worn
from ankletest.samples import RAD_PER_DEG, FloatArray, Site
from ankletest.signals.angles import sagittal_rad, segment_axes
from ankletest.signals.repetitions import Repetition
from ankletest.trial import Trial

PLANTARFLEXION = "plantarflexion"
"""Family (``Trial.families``)."""
GO = frozenset({"point"})
FIXED = "the shin was taken for fixed: it has no sensor"
CAVEATS = ("E-", "timing")


@dataclass(frozen=True, slots=True)
class Points:
    """Ranges of the ankle, rad, one a movement, and what they were made of."""

    ranges: tuple[float, ...]
    bends: Bends
    reasons: tuple[str, ...]


def range_rad(foot_rad: float, shin_rad: float = 0.0) -> float:
    """Return the range of plantarflexion ``α = θ_foot − φ_shin``, both as changes from neutral (PF-01)."""
    return foot_rad - shin_rad


def foot_bends(trial: Trial, window_s: tuple[float, float] | None = None) -> Bends:
    """Return the movements of the foot of the tested leg, of the trial's own window unless told otherwise."""
    foot = worn(trial, Site.FOOT.value)
    if foot is None:
        return bends_none(("no sensor on the foot",))
    return bends_of(foot, trial.events, window_s=window_s or trial.window_s, go=GO)


def points_of(evidence: Evidence) -> Points:
    """Return the ranges of a trial; for ``Evidence.made``."""
    bends = foot_bends(evidence.trial, evidence.window_s)
    shin = _shin(evidence.trial)
    ranges = tuple(_range(bends, rep, shin) for rep in bends.good)
    return Points(ranges, bends, (*bends.reasons, *(() if shin is not None else (FIXED,))))


# ---- helpers ----------------------------------------------------------------------------------------------------------------------------


def _range(bends: Bends, rep: Repetition, shin: tuple[FloatArray, FloatArray] | None) -> float:
    """Return the range of one movement: of a held second, else of the furthest tenth of a second."""
    hold = hold_of(bends, rep)
    at_s = hold.at_s if hold is not None else rep.top_s
    half_s = 0.5 if hold is not None else 0.05
    foot = hold.mean_rad if hold is not None else float(np.nanmean(bends.forward[bends.rows(at_s - half_s, at_s + half_s)]))
    if shin is None:
        return range_rad(foot)
    near = (shin[0] >= at_s - half_s) & (shin[0] < at_s + half_s)
    return range_rad(foot, float(shin[1][near].mean())) if bool(near.any()) else math.nan


def _shin(trial: Trial) -> tuple[FloatArray, FloatArray] | None:
    """Return seconds and forward inclination of the shin against neutral, rad; None without a sensor that was still before."""
    shank = worn(trial, Site.SHANK.value)
    incline = incline_of(shank, still_of(trial.events, GO, shank)) if shank is not None else None
    if incline is None or incline.quiet is None:
        return None
    # A shin that is held shows no axis of its own: its sensor's y axis stands for it.
    axes = segment_axes(incline.mean_up(incline.quiet), np.array((0.0, 1.0, 0.0)))
    if axes is None:
        return None
    smooth = incline.smoothed(sagittal_rad(incline.up @ axes.T))
    known = np.isfinite(smooth)
    return incline.t_s[known], smooth[known]


def _over(value: Callable[[FloatArray], float]) -> Callable[[Evidence], Measured]:
    def of(evidence: Evidence) -> Measured:
        points = evidence.made(points_of)
        known = np.array([one for one in points.ranges if math.isfinite(one)])
        rejected = len(points.bends.reps) - len(known)
        if len(known) == 0:
            why = () if points.bends.blocked else ("E-SHORT: no movement of the foot was found",)
            return Measured(math.nan, reasons=(*why, *points.reasons), n_rejected=rejected)
        told = value(known)
        u = points.bends.angle_u_rad(told, measured=True)  # a change from neutral: how the foot stood there is not in it
        warn = any(reason.startswith(CAVEATS) for reason in points.reasons)
        return Measured(told / RAD_PER_DEG, u / RAD_PER_DEG, points.reasons, warn, len(known), rejected)

    return of


FOOT = Part(PLANTARFLEXION, lambda e: worn(e.trial, Site.FOOT.value) is not None, lambda _: P_ANG.id)
_SOURCE = "metrics.md PF-01; goniometer ICC 0.95-0.97, SEM 3.3-3.6°"

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("PF-01", "plantarflexion_range", "plantarflexion, furthest", "ROM_PF", "°", Better.HIGH, 1, 2, _SOURCE, FOOT,
           _over(lambda ranges: float(ranges.max())), clinical=True),
    Metric("PF-01", "plantarflexion_mean", "plantarflexion, mean", "ROM_PF,mean", "°", Better.HIGH, 1, 2, _SOURCE, FOOT,
           _over(lambda ranges: float(ranges.mean()))),
)
# fmt: on
