"""Smoothness of one discrete movement (metrics.md 12): spectral arc length and log dimensionless jerk; not for stance or whole sets."""

import math

import numpy as np

from ankletest.samples import FloatArray

CUT_HZ = 10.0
"""Spectral arc length ends here; nobody moves a limb on purpose faster."""
AMPLITUDE = 0.05
"""And at the last bin with this share of the largest."""
PADDING = 4
"""The transform is 2⁴ times longer than the movement, so its bins are fine enough for an arc."""
LEAST = 20
"""Samples below which there is no smoothness (metrics.md 12)."""


def sparc(speed: FloatArray, rate_hz: float) -> float:
    """Return the spectral arc length of a speed profile, dimensionless, 0 is smoothest (SM-01).

    Balasubramanian et al. 2015 (JNER 12:112). NaN below 20 samples, or where nothing moves.

    Parameters
    ----------
    speed : (n,)
        From onset to end of one movement, any unit.
    rate_hz
        Samples a second.
    """
    if len(speed) < LEAST or not float(np.abs(speed).max()) > 0.0:
        return math.nan
    size = 1 << (math.ceil(math.log2(len(speed))) + PADDING)
    spectrum = np.abs(np.fft.rfft(speed, size))
    spectrum = spectrum / spectrum.max()
    frequency = np.arange(len(spectrum)) * rate_hz / size
    within = np.flatnonzero(frequency <= CUT_HZ)
    above = np.flatnonzero(spectrum[within] >= AMPLITUDE)
    rows = slice(int(above[0]), int(above[-1]) + 1)
    f, m = frequency[rows], spectrum[rows]
    if len(f) < 2:
        return math.nan
    return -float(np.hypot(np.diff(f) / (f[-1] - f[0]), np.diff(m)).sum())


def ldlj(speed: FloatArray, rate_hz: float) -> float:
    """Return the log dimensionless jerk of a speed profile, ``−ln(T³/v_pk² ∫ v̈² dt)``, 0 is smoothest (SM-02).

    Differences of second order, trapezoid. NaN below 20 samples, or where nothing moves.

    Parameters
    ----------
    speed : (n,)
        From onset to end of one movement, any unit.
    rate_hz
        Samples a second.
    """
    peak = float(np.abs(speed).max()) if len(speed) else 0.0
    if len(speed) < LEAST or not peak > 0.0:
        return math.nan
    step_s = 1.0 / rate_hz
    # Parabolas at the ends: a movement that starts from rest has its largest second derivative there.
    second = np.gradient(np.gradient(speed, step_s, edge_order=2), step_s, edge_order=2)
    length_s = (len(speed) - 1) / rate_hz
    jerk = float(np.trapezoid(second**2, dx=step_s))
    return -math.log(length_s**3 / peak**2 * jerk) if jerk > 0.0 else math.nan
