"""Repeated hops, research tier (metrics.md HP-11, HP-12, HP-17, HP-18): formulas on times and samples; no events, no gates, no verdict."""

import math

import numpy as np
from scipy.integrate import cumulative_trapezoid

from ankletest.metrics.hop import Times
from ankletest.samples import FloatArray, G

SHOCK_S = 0.040
"""HP-17: the shock of a landing lies within 40 ms of it."""


def frequency_hz(ct: Times, ft: Times) -> Times:
    """Return hops a second, ``1 / (CT + FT)`` (HP-12)."""
    return np.asarray(1.0 / (ct + ft), dtype=np.float64)


def duty_factor(ct: Times, ft: Times) -> Times:
    """Return the share of the cycle on the ground, ``CT / (CT + FT)`` (HP-12)."""
    return np.asarray(ct / (ct + ft), dtype=np.float64)


def compression_m(t_s: FloatArray, force_n: FloatArray, *, mass_kg: float, flight_before_s: float) -> float:
    """Return how far the body sinks in a contact (HP-11; McMahon & Cheng 1990, J Biomech 23:65): ``F/M − g`` summed twice.

    It lands at ``−g FT/2`` of the flight before it. NaN where it does not sink.

    Parameters
    ----------
    t_s, force_n : (n,)
        From the landing, where the force is 0, to the take-off; trapezoid rule.
    mass_kg
    flight_before_s
    """
    speed = np.asarray(cumulative_trapezoid(force_n / mass_kg - G, t_s, initial=0), dtype=np.float64) - 0.5 * G * flight_before_s
    sunk = -float(np.asarray(cumulative_trapezoid(speed, t_s, initial=0), dtype=np.float64).min())
    return sunk if sunk > 0.0 else math.nan


def measured_stiffness_n_m(t_s: FloatArray, force_n: FloatArray, *, mass_kg: float, flight_before_s: float) -> float:
    """Return ``max F / max compression`` of a contact on a pad, N/m (HP-11)."""
    return float(force_n.max()) / compression_m(t_s, force_n, mass_kg=mass_kg, flight_before_s=flight_before_s)


def shock_g(acc_m_s2: FloatArray) -> float:
    """Return the largest ``|a| / g`` of some samples, (n, 3) (HP-17)."""
    return float(np.sqrt((acc_m_s2 * acc_m_s2).sum(axis=1).max())) / G


def between_samples_g(acc_m_s2: FloatArray) -> float:
    """Return the standard uncertainty of ``shock_g``, g: what its neighbours show may lie between two samples, even over that (HP-17)."""
    size = np.sqrt((acc_m_s2 * acc_m_s2).sum(axis=1)) / G
    row = int(size.argmax())
    return float(size[row] - size[max(row - 1, 0) : row + 2].mean()) / math.sqrt(12.0)


def spread_mm(places: FloatArray) -> float:
    """Return the SD (ddof 1) of where each contact stood, (n,) mm (HP-18); NaN below two."""
    return float(places.std(ddof=1)) if len(places) > 1 else math.nan


def shift_mm(places: FloatArray) -> float:
    """Return how far the last contact stood from the first, (n,) mm (HP-18); NaN below two."""
    return float(places[-1] - places[0]) if len(places) > 1 else math.nan
