"""Smoothness of one discrete movement (metrics.md 12): formulas on a speed profile; no movement is looked for.

``speed`` is (n,) on a uniform grid from the onset to the end of the movement, in any unit. Both numbers are negative and closer to 0 is
smoother. They are for single movements: not for quiet stance (IM-02) and not for whole records of many repetitions.
"""

import math

import numpy as np

from ankletest.samples import FloatArray, G

LEAST = 20
"""Fewer samples are no movement."""
PAD_LEVEL = 4
"""Zero padding: the next power of two times 2⁴ points (Balasubramanian et al. 2015)."""
BAND_HZ = 10.0
AMPLITUDE = 0.05
"""The spectrum counts up to 10 Hz, from the first to the last bin of at least 5 % of its largest."""
EDGE = 0.05
"""A movement begins and ends at this share of its peak speed."""


def sparc(speed: FloatArray, rate_hz: float) -> float:
    """Return the spectral arc length ``−Σ √((Δf/(f_last − f_first))² + ΔM²)`` of the normalised magnitude spectrum (SM-01).

    Balasubramanian et al. 2015 (J NeuroEng Rehabil 12:112). NaN below 20 samples, without movement, or where all is in one bin.
    """
    if not _usable(speed):
        return math.nan
    points = 2 ** (math.ceil(math.log2(len(speed))) + PAD_LEVEL)
    magnitude = np.abs(np.fft.rfft(speed, points))
    magnitude = magnitude / magnitude.max()
    magnitude = magnitude[: math.floor(BAND_HZ * points / rate_hz + 1e-9) + 1]
    above = np.flatnonzero(magnitude >= AMPLITUDE)
    part = magnitude[above[0] : above[-1] + 1]
    if len(part) < 2:
        return math.nan
    return -float(np.hypot(1.0 / (len(part) - 1), np.diff(part)).sum())


def ldlj(speed: FloatArray, rate_hz: float) -> float:
    """Return the log dimensionless jerk ``−ln((T³/v_pk²) ∫|v̈|² dt)`` (SM-02); a minimum jerk has −ln 204.8 = −5.322034.

    Second derivative by central differences twice, of second order at the ends too; trapezoid rule (Balasubramanian et al. 2012,
    IEEE TBME 59:2126). Jerk lives on noise: give it a speed that was low-passed. NaN below 20 samples or without movement.
    """
    if not _usable(speed):
        return math.nan
    step = 1.0 / rate_hz
    jerk = np.gradient(np.gradient(speed, step, edge_order=2), step, edge_order=2)
    length = (len(speed) - 1) * step
    return _log(length**3 / float(np.max(np.abs(speed))) ** 2 * float(np.trapezoid(jerk**2, dx=step)))


def ldlj_of_acceleration(acceleration: FloatArray, rate_hz: float) -> float:
    """Return the log dimensionless jerk of an accelerometer's magnitude without gravity: ``−ln((T/a_pk²) ∫|ȧ|² dt)`` (SM-02).

    Melendez-Calderon et al. 2021 (Front Bioeng Biotechnol 8:558771). NaN below 20 samples or without movement.
    """
    if not _usable(acceleration):
        return math.nan
    step = 1.0 / rate_hz
    jerk = np.gradient(acceleration, step, edge_order=2)
    length = (len(acceleration) - 1) * step
    return _log(length / float(np.max(np.abs(acceleration))) ** 2 * float(np.trapezoid(jerk**2, dx=step)))


def without_gravity(acc_m_s2: FloatArray) -> FloatArray:
    """Return ``||a| − g|`` of an accelerometer (n, 3), m/s², (n,): what stands in for a speed where there is none."""
    return np.asarray(np.abs(np.linalg.norm(acc_m_s2, axis=1) - G), dtype=np.float64)


def trimmed(speed: FloatArray) -> slice:
    """Return the rows from the onset to the end of the movement about the peak: those next to it with at least 5 % of its speed."""
    size = np.abs(speed)
    if len(size) == 0:
        return slice(0, 0)
    top = int(np.argmax(size))
    below = np.flatnonzero(size < EDGE * float(size[top]))
    before, after = below[below < top], below[below > top]
    return slice(int(before[-1]) + 1 if len(before) else 0, int(after[0]) if len(after) else len(size))


def _usable(values: FloatArray) -> bool:
    return len(values) >= LEAST and bool(np.isfinite(values).all()) and float(np.max(np.abs(values))) > 0.0


def _log(jerk: float) -> float:
    return -math.log(jerk) if jerk > 0.0 else math.nan
