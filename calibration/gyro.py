"""Bias of a gyro from rest, and its scale from whole turns; the orientation filter refines the bias later, nothing refines the scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from ankletest.samples import GYRO, FloatArray
from calibration.still import Still, Unstill, still_of

REST_SD_RAD_S = math.radians(0.3)
"""Noise and movement together stay below this, SD of each axis (algorithms.md 9.2)."""
KNOCK_SDS = 5.0
"""A sample this many SD from the mean is a knock. Three, as algorithms.md 9.2 says, would refuse 19 of 20 rests of 2 s of plain noise."""
EARTH_RAD_S = 2.0 * math.pi / 86164.0
"""The earth turns as well (0.004 °/s), and nobody knows about which axis of the sensor: no bias is known more closely."""

TURNS = 3
"""Turns of a scale run (algorithms.md 9.2)."""
CLOSE_RAD = math.radians(1.0)
"""Standard uncertainty of coming back to the same edge of the table by hand: 0.1 % of three turns."""
ABOUT = 0.9
"""A run tells the scale of an axis that had this share of the turn."""
WOBBLE = 0.98
"""Share of the turning that is about one axis, below which the box was not turned flat on a table."""
UNTOLD_U = 0.03
"""Standard uncertainty of a scale that was not measured: makers promise 1-3 %."""
HOLE_PERIODS = 1.5
"""Neighbours further apart have lost something between them."""
HAND_RAD_S = math.radians(20.0)
"""Across lost samples a hand may have turned so much faster or slower than before and after."""
BIAS_LIKE_RAD_S = math.radians(20.0)
"""A rate below this is no turning; a sensor at rest may well say the same eight times."""
STUCK = 8
"""Samples in a row at the largest rate of an axis: no hand is so even, that is the end of the range."""


@dataclass(frozen=True, slots=True)
class GyroRest:
    """Bias of a gyro: mean, standard uncertainty and SD of each axis (3,), rad/s; ``[start_s, end_s)``."""

    start_s: float
    end_s: float
    bias_rad_s: FloatArray
    u_rad_s: FloatArray
    sd_rad_s: FloatArray


def rest_of(t_s: FloatArray, imu: FloatArray) -> GyroRest | Unstill:
    """Return the bias in a window, or why it is no rest (algorithms.md 9.2).

    Parameters
    ----------
    t_s : (n,)
    imu : (n, 6)
        Columns of ``Kind.IMU``; rows with a NaN are left out.
    """
    still = still_of(t_s, imu)
    if isinstance(still, Unstill):
        return still
    gyro = imu[np.isfinite(imu).all(axis=1)][:, GYRO]
    sd = gyro.std(axis=0, ddof=1)
    if float(sd.max()) >= REST_SD_RAD_S or bool((np.abs(gyro - still.gyro_rad_s) > KNOCK_SDS * sd).any()):
        return Unstill.MOVED
    # Noise below a few Hz does not average out like white noise: the means of tenths of the window tell it.
    tenths = np.stack([part.mean(axis=0) for part in np.array_split(gyro, 10)])
    noise = np.maximum(still.gyro_u_rad_s, tenths.std(axis=0, ddof=1) / math.sqrt(10.0))
    u = np.asarray(np.hypot(noise, EARTH_RAD_S), dtype=np.float64)
    return GyroRest(still.start_s, still.end_s, still.gyro_rad_s, u, sd)


# ---- scale ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """The sensor was turned between two rests.

    Parameters
    ----------
    start_s, end_s
        From the middle of the one rest to the middle of the other.
    integral_rad : (3,)
        ``∫ (ω − bias) dt`` of each axis; the bias goes evenly from the one rest to the other.
    flat
        ``|∫ω dt|`` over ``∫|ω| dt`` while it turned: 1 for a turn about one axis, one way.
    u_rad
        Standard uncertainty of the integral from that of the bias and from lost samples.
    lost_u_rad
        Of lost samples alone.
    """

    start_s: float
    end_s: float
    integral_rad: FloatArray
    flat: float
    u_rad: float
    lost_u_rad: float

    @property
    def turned_rad(self) -> float:
        """How far it turned as it says itself."""
        return float(np.linalg.norm(self.integral_rad))

    @property
    def turns(self) -> int:
        """Whole turns."""
        return round(self.turned_rad / (2.0 * math.pi))

    @property
    def axis(self) -> int | None:
        """The axis it tells the scale of; None where it turned about none of the three."""
        share = np.abs(self.integral_rad) / max(self.turned_rad, 1e-12)
        return int(np.argmax(share)) if float(share.max()) >= ABOUT else None


def run_of(t_s: FloatArray, imu: FloatArray, before: Still, after: Still) -> Run:
    """Return what happened from the middle of one still window to the middle of a later one.

    Parameters
    ----------
    t_s : (n,)
    imu : (n, 6)
        Columns of ``Kind.IMU``; rows with a NaN count as missing.
    before, after
        Windows of the same record.
    """
    start, end = 0.5 * (before.start_s + before.end_s), 0.5 * (after.start_s + after.end_s)
    first, last = (int(row) for row in t_s.searchsorted((start, end)))
    t, gyro = t_s[first:last], imu[first:last, GYRO]
    good = np.isfinite(gyro).all(axis=1)
    t, gyro = t[good], gyro[good]
    share = (t - start) / (end - start)
    rate = gyro - before.gyro_rad_s - share[:, None] * (after.gyro_rad_s - before.gyro_rad_s)
    integral = np.asarray(np.trapezoid(rate, t, axis=0), dtype=np.float64)
    # At rest |ω| is noise that never cancels; what is slower than the noise of rest is no turning.
    speed = np.linalg.norm(rate, axis=1)
    turning = speed > KNOCK_SDS * float(np.linalg.norm(before.sd[GYRO]))
    path = float(np.trapezoid(np.where(turning, speed, 0.0), t))
    flat = float(np.linalg.norm(integral)) / path if path > 0.0 else 0.0
    noise = math.hypot(*(float(np.linalg.norm(s.sd[GYRO])) / math.sqrt(s.samples) for s in (before, after)))
    lost = _lost_u_rad(t, rate)
    u = math.hypot(0.5 * math.hypot(noise, EARTH_RAD_S) * (end - start), lost)
    return Run(start, end, integral, flat, u, lost)


@dataclass(frozen=True, slots=True)
class GyroScale:
    """Scale of each axis (3,), what true over said is, its standard uncertainty, and which axes were turned at all."""

    scale: FloatArray
    u: FloatArray
    told: tuple[bool, bool, bool]

    def closing_rad(self, run: Run) -> float:
        """Return how far a run ends from a whole number of turns, by this scale."""
        return float(np.linalg.norm(self.scale * run.integral_rad)) - 2.0 * math.pi * run.turns


def scale_of(runs: Sequence[Run]) -> GyroScale:
    """Return the scale of each axis: ``|S ∫ω dt| = 360° n`` for every run (algorithms.md 9.2: 360 n / ∫ω dt, immune to how flat it lay).

    An axis that no run turned about keeps 1.
    """
    told = tuple(any(run.axis == k for run in runs) for k in range(3))
    which = np.flatnonzero(told)
    scale, u = np.ones(3), np.full(3, UNTOLD_U)
    if len(which):
        integrals = np.stack([run.integral_rad for run in runs])
        wanted = np.array([2.0 * math.pi * run.turns for run in runs])

        def away(free: FloatArray) -> FloatArray:
            every = np.ones(3)
            every[which] = free
            return np.asarray(np.linalg.norm(integrals * every, axis=1) / wanted - 1.0, dtype=np.float64)

        scale[which] = least_squares(away, np.ones(len(which)), method="lm", xtol=1e-14, ftol=1e-14).x
        for k in which.tolist():
            parts = [math.hypot(CLOSE_RAD, run.u_rad) / (2.0 * math.pi * run.turns) for run in runs if run.axis == k]
            u[k] = 1.0 / math.sqrt(sum(1.0 / part**2 for part in parts))
    return GyroScale(scale, u, (told[0], told[1], told[2]))


def clips(gyro_rad_s: FloatArray) -> bool:
    """Tell whether an axis of (n, 3) rates, as the sensor gives them, stays at its largest size: the end of the range, whatever that is."""
    size = np.abs(gyro_rad_s)
    if len(size) < STUCK:
        return False
    top = (size == size.max(axis=0)) & (size > BIAS_LIKE_RAD_S)
    sums = np.cumsum(np.concatenate((np.zeros((1, 3), np.int64), top.astype(np.int64))), axis=0)
    return bool(((sums[STUCK:] - sums[:-STUCK]) == STUCK).any())


# ---- helpers --------------------------------------------------------------------------------------------------------------------


def _lost_u_rad(t_s: FloatArray, rate: FloatArray) -> float:
    """Return the standard uncertainty of an integral across lost samples: between the ends of a hole anything may have happened."""
    step = np.diff(t_s)
    holes = np.flatnonzero(step > HOLE_PERIODS * float(np.median(step))) if len(step) else np.zeros(0, np.intp)
    most = [0.5 * step[k] * (float(np.linalg.norm(rate[k + 1] - rate[k])) + HAND_RAD_S) for k in holes.tolist()]
    return math.sqrt(sum(half**2 for half in most) / 3.0)
