"""IMU sway, research tier (metrics.md IM-04 to IM-06, IM-08, IM-09): formulas on plain arrays; no orientation, no entries.

Accelerations are horizontal, free of gravity, m/s², (n,) on a uniform grid.
"""

import math

import numpy as np
from scipy.integrate import cumulative_trapezoid

from ankletest.metrics import sway as s
from ankletest.samples import RAD_PER_DEG, FloatArray
from ankletest.signals.filters import highpass

DRIFT_HZ = 0.1
"""IM-06: what is slower than this in an integrated acceleration is drift."""
QUIET_S = 5.0
"""IM-09: the quietest 5 s tell what rest is."""
BEYOND = 3.0
MAD_TO_SD = 1.4826
"""IM-09: three robust SDs beyond rest are a correction; 1.4826 makes the median deviation of a normal distribution its SD."""


def ellipse_area_m2_s4(ml: FloatArray, ap: FloatArray) -> float:
    """Return the area of the 95 % prediction ellipse of the acceleration (IM-04; as SW-07). It does not depend on which way forward is."""
    return s.ellipse(ml, ap).area_mm2


def sway_speed_m_s(ml: FloatArray, ap: FloatArray, rate_hz: float) -> float:
    """Return the mean speed of the integrated acceleration less what is slower than 0.1 Hz (IM-06; Mancini et al. 2012).

    NaN below two samples.
    """
    if len(ml) < 2:
        return math.nan
    speed = np.asarray(cumulative_trapezoid(np.stack((ml, ap), axis=-1), dx=1.0 / rate_hz, axis=0, initial=0), dtype=np.float64)
    kept = highpass(speed, rate_hz=rate_hz, cut_hz=DRIFT_HZ)
    return float(np.hypot(kept[:, 0], kept[:, 1]).mean())


def angle_rms_deg(tilt_rad: FloatArray) -> float:
    """Return the RMS of a lean about its mean, (n,), in degrees (IM-08)."""
    return float(tilt_rad.std()) / RAD_PER_DEG


def angle_range_deg(tilt_rad: FloatArray) -> float:
    """Return the range of a lean, (n,), in degrees (IM-08)."""
    return float(np.ptp(tilt_rad)) / RAD_PER_DEG


def correction_percent(gyro_rad_s: FloatArray, rate_hz: float) -> float:
    """Return the share of time, %, in which ``|ω|`` lies beyond ``μ + 3 · 1.4826 · MAD`` of its quietest 5 s (IM-09).

    NaN where there are no 5 s, or the quietest ones do not move at all and no rest is to be told from a correction.

    Parameters
    ----------
    gyro_rad_s : (n, 3)
    rate_hz
    """
    size = np.sqrt(((gyro_rad_s - gyro_rad_s.mean(axis=0)) ** 2).sum(axis=1))
    rows = round(QUIET_S * rate_hz)
    if len(size) < rows:
        return math.nan
    running = np.concatenate((np.zeros(1), np.cumsum(size)))
    start = int((running[rows:] - running[:-rows]).argmin())
    quiet = size[start : start + rows]
    spread = MAD_TO_SD * float(np.median(np.abs(quiet - np.median(quiet))))
    return 100.0 * float((size > float(quiet.mean()) + BEYOND * spread).mean()) if spread > 0.0 else math.nan
