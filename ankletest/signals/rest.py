"""Still windows: where a person or a sensor is at rest, for body weight, tare, bias and baseline (algorithms.md 5)."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ankletest.samples import ACC, GYRO, FloatArray, G

WINDOW_S = 1.0
STEP_S = 0.05
SD_SHARE = 0.01
"""A person who stands still loads a pad within 1 % of the weight."""
SD_FLOOR_N = 3.0
SLOPE_N_S = 5.0
SHOE_ACC_M_S2 = 0.05
SHOE_GYRO_RAD_S = math.radians(0.5)
SHOE_LIMIT = 3.0
"""A box on a table stays below this (statistic of Skog et al. 2010, IEEE TBME 57:2657)."""
STANDING_ACC_M_S2 = 0.15
STANDING_GYRO_RAD_S = math.radians(3.0)
ONE_LEG_GYRO_RAD_S = math.radians(8.0)
FULL = 0.9
"""A window with less than this share of its samples is not a window."""


@dataclass(frozen=True, slots=True)
class StillForce:
    """A still window of force: ``[start_s, end_s)``, mean and SD (ddof 1) in N, slope in N/s, samples."""

    start_s: float
    end_s: float
    mean_n: float
    sd_n: float
    slope_n_s: float
    samples: int


@dataclass(frozen=True, slots=True)
class StillMotion:
    """A still window of an IMU: ``[start_s, end_s)``, mean specific force (3,) m/s², mean rate (3,) rad/s, SHOE statistic."""

    start_s: float
    end_s: float
    acc_m_s2: FloatArray
    gyro_rad_s: FloatArray
    shoe: float


def still_force(
    t_s: FloatArray, force_n: FloatArray, *, above_n: float = 0.0, window_s: float = WINDOW_S, sd_share: float = SD_SHARE
) -> StillForce | None:
    """Return the stillest window: SD at most max(1 % of the mean, 3 N), slope at most 5 N/s, the smallest SD wins.

    Parameters
    ----------
    t_s, force_n : (n,)
        A window with a NaN in it is not still.
    above_n
        The mean must be above this: a tare asks for none, a body weight for a person.
    window_s
        Length; 1 s unless told otherwise.
    sd_share
        Another share than 1 % of the mean; the slope may then be greater by as much.

    Returns
    -------
    None where nobody stands still (E-REST)
    """
    starts, first, last = _windows(t_s, window_s)
    if len(starts) == 0:
        return None
    count = (last - first).astype(np.float64)
    usual = float(np.nanmedian(force_n)) if np.isfinite(force_n).any() else 0.0
    centred, at = force_n - usual, t_s - t_s[0]  # sums of squares of large numbers lose digits
    bad = _sums(~np.isfinite(centred) * 1.0, first, last)
    clean = np.where(np.isfinite(centred), centred, 0.0)
    f, ff = _sums(clean, first, last), _sums(clean * clean, first, last)
    t, tt, tf = _sums(at, first, last), _sums(at * at, first, last), _sums(at * clean, first, last)
    variance = np.maximum(ff - f * f / count, 0.0) / np.maximum(count - 1.0, 1.0)
    sd = np.sqrt(variance)
    mean = f / count + usual
    slope = (tf - t * f / count) / np.maximum(tt - t * t / count, 1e-12)
    still = (bad == 0.0) & (sd <= np.maximum(sd_share * np.abs(mean), SD_FLOOR_N)) & (np.abs(slope) <= SLOPE_N_S * sd_share / SD_SHARE)
    still &= (mean > above_n) if above_n > 0.0 else np.ones(len(mean), np.bool_)
    if not still.any():
        return None
    best = int(np.argmin(np.where(still, sd, np.inf)))
    start = float(starts[best])
    return StillForce(start, start + window_s, float(mean[best]), float(sd[best]), float(slope[best]), int(count[best]))


def shoe_statistic(acc_m_s2: FloatArray, gyro_rad_s: FloatArray) -> float:
    """Return ``1/W Σ( |a − g ā/|ā||²/σ_a² + |ω|²/σ_ω² )`` of one window; near 1 for noise at σ, large when moved."""
    mean = acc_m_s2.mean(axis=0)
    away = acc_m_s2 - G * mean / np.linalg.norm(mean)
    return float((away**2).sum(axis=1).mean() / SHOE_ACC_M_S2**2 + (gyro_rad_s**2).sum(axis=1).mean() / SHOE_GYRO_RAD_S**2)


def still_motion(t_s: FloatArray, imu: FloatArray, *, window_s: float = WINDOW_S) -> StillMotion | None:
    """Return the window in which an IMU lay stillest, if its SHOE statistic is below 3; for bias and baseline.

    Parameters
    ----------
    t_s : (n,)
    imu : (n, 6)
        Columns of ``Kind.IMU``.
    """
    starts, first, last = _windows(t_s, window_s)
    if len(starts) == 0:
        return None
    statistic = _shoe(imu, first, last)
    best = int(np.argmin(statistic))
    if not statistic[best] < SHOE_LIMIT:
        return None
    rows = imu[first[best] : last[best]]
    start = float(starts[best])
    return StillMotion(start, start + window_s, rows[:, ACC].mean(axis=0), rows[:, GYRO].mean(axis=0), float(statistic[best]))


def stands_still(imu: FloatArray, *, one_leg: bool) -> bool:
    """Tell whether (n, 6) samples are of somebody who stands still: SD of ``|a|`` < 0.15 m/s², RMS ω < 3 °/s, on one leg 8 °/s."""
    if len(imu) < 2 or not np.isfinite(imu).all():
        return False
    size = np.linalg.norm(imu[:, ACC], axis=1)
    turn = math.sqrt(float((imu[:, GYRO] ** 2).sum(axis=1).mean()))
    return float(size.std(ddof=1)) < STANDING_ACC_M_S2 and turn < (ONE_LEG_GYRO_RAD_S if one_leg else STANDING_GYRO_RAD_S)


Rows = npt.NDArray[np.intp]


def _windows(t_s: FloatArray, window_s: float) -> tuple[FloatArray, Rows, Rows]:
    """Return starts, first and last row (exclusive) of the sliding windows that are full of samples."""
    none = np.zeros(0, np.intp)
    if len(t_s) < 3:
        return np.zeros(0), none, none
    period = float(np.median(np.diff(t_s)))
    slides = math.floor((t_s[-1] + period - t_s[0] - window_s) / STEP_S + 1e-6)
    if slides < 0:
        return np.zeros(0), none, none
    starts = t_s[0] + STEP_S * np.arange(slides + 1)
    tiny = 1e-6 * period  # a start that should fall on a sample must not miss it by rounding
    first, last = np.searchsorted(t_s, starts - tiny), np.searchsorted(t_s, starts + window_s - tiny)
    full = (last - first) >= FULL * window_s / period
    return starts[full], first[full], last[full]


def _sums(values: FloatArray, first: Rows, last: Rows) -> FloatArray:
    """Return the sum of each window, by differences of running sums along rows."""
    running = np.concatenate((np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)))
    return np.asarray(running[last] - running[first], dtype=np.float64)


def _shoe(imu: FloatArray, first: Rows, last: Rows) -> FloatArray:
    """Return the SHOE statistic of each window; infinite where a sample is missing."""
    bad = _sums((~np.isfinite(_squares(imu))).astype(np.float64), first, last)
    clean = np.where(np.isfinite(imu), imu, 0.0)
    count = (last - first).astype(np.float64)
    mean = _sums(clean[:, ACC], first, last) / count[:, None]
    square = _sums(_squares(clean[:, ACC]), first, last) / count
    turn = _sums(_squares(clean[:, GYRO]), first, last) / count
    # Σ|a − g ū|² = Σ|a|² − 2 g W |ā| + W g², ū along the window's own mean.
    away = square - 2.0 * G * np.linalg.norm(mean, axis=1) + G * G
    return np.where(bad == 0.0, away / SHOE_ACC_M_S2**2 + turn / SHOE_GYRO_RAD_S**2, np.inf)


def _squares(vectors: FloatArray) -> FloatArray:
    """Return the squared length of each row."""
    return np.asarray((vectors**2).sum(axis=1), dtype=np.float64)
