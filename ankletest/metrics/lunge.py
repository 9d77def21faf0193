"""Weight-bearing lunge (metrics.md 10 LU): held inclination of the shin, where the heel lifts, and the entries in the catalog."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ankletest.metrics.base import Better, Evidence, Measured, Metric, Part
from ankletest.metrics.bends import CALIBRATION, Bends, bends_none, bends_of, hold_of, still_of, sustained
from ankletest.metrics.inclines import P_ANG, incline_of, worn
from ankletest.samples import RAD_PER_DEG, FloatArray, Side, Site
from ankletest.signals.angles import elevation_rad, segment_axes, total_tilt_rad
from ankletest.signals.repetitions import Repetition
from ankletest.trial import Trial

LUNGE = "lunge"
"""Family (``Trial.families``)."""
GO = frozenset({"lunge"})
LIFT_RAD, LIFT_S = math.radians(2.0), 0.150
"""LU-03: the foot pitched so far from flat, for so long: 2° are a heel 5.6 mm up at 160 mm (algorithms.md 8)."""
FLAT_SHARE = 0.5
"""Flat is how the foot lies with the knee half way forward: the shoe is pressed down by then."""
DRIFT_RAD = math.radians(10.0)
"""LU-02: caveat beyond this."""
UNVERIFIED = "heel contact not verified: no sensor on the foot"
CAVEATS = ("E-", "timing", "heel contact", "LU-02")


@dataclass(frozen=True, slots=True)
class Lunge:
    """One lunge: its inclination in rad at the end of the range with the heel down, sideways there, and when the heel lifted."""

    rep: Repetition
    forward_rad: float
    sideways_rad: float
    lifted_s: float
    held: bool


@dataclass(frozen=True, slots=True)
class Lunges:
    """The lunges of a trial; ``verified`` where a foot sensor tells the heel's contact."""

    lunges: tuple[Lunge, ...]
    bends: Bends
    verified: bool
    measured: bool
    reasons: tuple[str, ...]


def lunges_of(evidence: Evidence) -> Lunges:
    """Return the lunges of a trial; for ``Evidence.made``."""
    trial = evidence.trial
    measured = math.isfinite(trial.setup.given.get("tibia_deg", math.nan))
    bends = shin_bends(trial, evidence.window_s)
    pitch = _pitch(trial)
    lunges = tuple(_one(bends, rep, pitch) for rep in bends.good)
    said = list(bends.reasons)
    said += [UNVERIFIED] if pitch is None else []
    lifted = sum(math.isfinite(lunge.lifted_s) for lunge in lunges)
    said += [f"{lifted} of {len(lunges)} limited by the heel"] if lifted else []
    loose = sum(not lunge.held for lunge in lunges)
    said += [f"{loose} of {len(lunges)} not held for a second: the furthest 0.1 s is taken"] if loose else []
    return Lunges(lunges, bends, pitch is not None, measured, tuple(said))


def shin_bends(trial: Trial, window_s: tuple[float, float] | None = None, *, go: frozenset[str] = GO) -> Bends:
    """Return the bends of the shin of the tested leg, of the trial's own window unless told otherwise."""
    shank = worn(trial, Site.SHANK.value)
    if shank is None:
        return bends_none(("no sensor on the shank",))
    tibia = trial.setup.given.get("tibia_deg", math.nan)
    start = tibia * RAD_PER_DEG if math.isfinite(tibia) else 0.0
    return bends_of(shank, trial.events, window_s=window_s or trial.window_s, go=go, start_tilt_rad=start)


def lift_s(t_s: FloatArray, forward: FloatArray, pitch: FloatArray) -> float:
    """Return when the heel lifted in one lunge; infinity if it stayed down (LU-03).

    Parameters
    ----------
    t_s, forward, pitch : (n,)
        Seconds, inclination of the shin and pitch of the foot, rad, on the way forward and at the end of the range.
    """
    known = np.isfinite(pitch) & np.isfinite(forward)
    if not bool(known.any()):
        return math.inf
    t, shin, foot = t_s[known], forward[known], pitch[known]
    half = int(np.argmax(shin >= FLAT_SHARE * shin.max()))
    return sustained(foot[half:] - foot[half] >= LIFT_RAD, t[half:], LIFT_S)


# --- helpers ------------------------------------------------------------------------------------------------------------------------------


def _one(bends: Bends, rep: Repetition, pitch: tuple[FloatArray, FloatArray] | None) -> Lunge:
    """Return a lunge: held with the heel down, else at the last instant of contact, else the furthest tenth of a second."""
    lifted = math.inf
    rows = bends.rows(rep.onset_s, rep.left_s)
    if pitch is not None:
        at = np.interp(bends.t_s[rows], pitch[0], pitch[1])
        lifted = lift_s(bends.t_s[rows], bends.forward[rows], at)
    hold = hold_of(bends, rep, until_s=lifted)
    if hold is not None:
        side = bends.sideways[bends.rows(hold.at_s - 0.5, hold.at_s + 0.5)]
        return Lunge(rep, hold.mean_rad, float(side.mean()), lifted, True)
    if math.isfinite(lifted):
        return Lunge(
            rep, float(np.interp(lifted, bends.t_s, bends.forward)), float(np.interp(lifted, bends.t_s, bends.sideways)), lifted, True
        )
    near = bends.rows(rep.top_s - 0.05, rep.top_s + 0.05)
    return Lunge(rep, float(np.nanmean(bends.forward[near])), float(np.mean(bends.sideways[near])), math.inf, False)


def _pitch(trial: Trial) -> tuple[FloatArray, FloatArray] | None:
    """Return seconds and pitch of the foot against flat stance, rad; None without a foot sensor that lay still before."""
    foot = worn(trial, Site.FOOT.value)
    incline = incline_of(foot, still_of(trial.events, GO, foot)) if foot is not None else None
    if incline is None or incline.quiet is None:
        return None
    start = incline.mean_up(incline.quiet)
    # A foot that stays down shows no axis of its own, so its sensor's y axis stands for it; where that is upright, the whole tilt.
    axes = segment_axes(start, np.array((0.0, 1.0, 0.0)))
    angle = elevation_rad(incline.up @ axes.T) if axes is not None else total_tilt_rad(incline.up, start)
    smooth = incline.smoothed(angle)
    known = np.isfinite(smooth)
    return incline.t_s[known], smooth[known]


def _told(lunges: Lunges, value: float, *, u: float = math.nan, more: tuple[str, ...] = (), level: bool = True) -> Measured:
    """Return a value with its reasons; ``level``: it depends on where upright is, so on the calibration."""
    reasons = tuple(r for r in (*lunges.reasons, *more) if level or not r.startswith(CALIBRATION))
    rejected = len(lunges.bends.reps) - len(lunges.lunges)
    return Measured(value, u, reasons, any(reason.startswith(CAVEATS) for reason in reasons), len(lunges.lunges), rejected)


def _each(of: Callable[[Lunges], Measured]) -> Callable[[Evidence], Measured]:
    """Return a metric of lunges; without one there is none."""

    def measured(evidence: Evidence) -> Measured:
        lunges = evidence.made(lunges_of)
        if not lunges.lunges:
            why = () if lunges.bends.blocked else ("E-SHORT: no lunge was found",)
            return Measured(math.nan, reasons=(*why, *lunges.reasons), n_rejected=len(lunges.bends.reps))
        return of(lunges)

    return measured


def _best(lunges: Lunges) -> Measured:
    """Return the furthest held inclination (LU-01)."""
    best = max(lunge.forward_rad for lunge in lunges.lunges)
    return _told(lunges, best / RAD_PER_DEG, u=lunges.bends.angle_u_rad(best, measured=lunges.measured) / RAD_PER_DEG)


def _mean(lunges: Lunges) -> Measured:
    """Return the mean held inclination (LU-01)."""
    mean = float(np.mean([lunge.forward_rad for lunge in lunges.lunges]))
    return _told(lunges, mean / RAD_PER_DEG, u=lunges.bends.angle_u_rad(mean, measured=lunges.measured) / RAD_PER_DEG)


def _drift(evidence: Evidence) -> Measured:
    """Return the medial lean in the best lunge, ``ψ = atan2(−u_y, u_z)`` (LU-02)."""
    side = evidence.trial.setup.side

    def of(lunges: Lunges) -> Measured:
        best = max(lunges.lunges, key=lambda lunge: lunge.forward_rad)
        medial = medial_rad(best.sideways_rad, side)
        if not math.isfinite(medial):
            return _told(lunges, math.nan)
        far = (f"LU-02: the shin leans more than {DRIFT_RAD / RAD_PER_DEG:.0f}° sideways",) if abs(medial) > DRIFT_RAD else ()
        return _told(lunges, medial / RAD_PER_DEG, u=lunges.bends.sideways_u_rad(medial, best.forward_rad) / RAD_PER_DEG, more=far)

    return _each(of)(evidence)


def medial_rad(left_rad: float, side: Side) -> float:
    """Return a tilt to the left as a tilt towards the other leg, which is to the right of a left leg."""
    return -left_rad if side is Side.LEFT else left_rad


def _lifts(lunges: Lunges) -> Measured:
    """Return how many lunges the heel limited (LU-03)."""
    if not lunges.verified:
        return Measured(math.nan, reasons=lunges.reasons)
    return _told(lunges, float(sum(math.isfinite(lunge.lifted_s) for lunge in lunges.lunges)), level=False)


def _lift_time(lunges: Lunges) -> Measured:
    """Return how long after the onset the heel lifted, mean of those that did (LU-03)."""
    if not lunges.verified:
        return Measured(math.nan, reasons=lunges.reasons)
    after = [lunge.lifted_s - lunge.rep.onset_s for lunge in lunges.lunges if math.isfinite(lunge.lifted_s)]
    if not after:
        return Measured(math.nan, reasons=("the heel never lifted", *lunges.reasons))
    return _told(lunges, float(np.mean(after)), level=False)


def _knee_to_wall(evidence: Evidence) -> Measured:
    """Return the distance that was entered; it is never made of an angle (LU-04)."""
    entered = evidence.trial.setup.given.get("knee_to_wall_m", math.nan)
    if not entered >= 0.0:
        return Measured(math.nan, reasons=("the distance was not entered",))
    return Measured(100.0 * entered, reasons=("as entered",), n_used=1)


SHIN = Part(LUNGE, lambda e: worn(e.trial, Site.SHANK.value) is not None, lambda _: P_ANG.id)
ENTERED = Part(LUNGE, lambda _: True, lambda _: P_ANG.id)
_KONOR, _BENNELL = "Konor et al. 2012 (IJSPT 7:279)", "Bennell et al. 1998 (Aust J Physiother 44:175)"

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("LU-01", "lunge_angle", "shin inclination, best lunge", "φ", "°", Better.HIGH, 1, 2, _KONOR, SHIN, _each(_best), clinical=True),
    Metric("LU-01", "lunge_angle_mean", "shin inclination, mean of lunges", "φ_mean", "°", Better.HIGH, 1, 2, _KONOR, SHIN, _each(_mean)),
    Metric("LU-02", "lunge_drift", "sideways lean of the shin at the end, medial", "ψ", "°", Better.NONE, 1, 2, "metrics.md LU-02", SHIN,
           _drift),
    Metric("LU-03", "lunge_heel_lifts", "lunges limited by the heel", "n_heel", "", Better.LOW, 0, 1, "metrics.md LU-03", SHIN,
           _each(_lifts), clinical=True, ratio=False),
    Metric("LU-03", "lunge_lift_time", "heel lift after the begin of a lunge", "t_heel", "s", Better.NONE, 2, 1, "metrics.md LU-03", SHIN,
           _each(_lift_time)),
    Metric("LU-04", "knee_to_wall", "knee-to-wall distance", "d_wall", "cm", Better.HIGH, 1, 1, _BENNELL, ENTERED, _knee_to_wall),
)
# fmt: on
