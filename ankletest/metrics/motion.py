"""IMU sway (metrics.md 3): formulas on plain arrays, and their entries in the catalog; no orientation, no filter.

Accelerations are horizontal, free of gravity, m/s²; (n,) on a uniform grid. The lumbar sensor is the reference site; numbers of a
shank or a foot say so in their reasons and have no published norms. Uncertain is what the sensor's noise and scale do to a number
(``motion_noise``); what levelling takes of a fast push for tilt is not in it.
"""

import math
from collections.abc import Callable

import numpy as np

from ankletest.metrics.base import Better, Evidence, Measured, Metric, MotionTrace
from ankletest.metrics.motion_noise import shaken_motion
from ankletest.metrics.parts import MOTION
from ankletest.metrics.shaken import shaken_u
from ankletest.metrics.traces import AXES_UNKNOWN, caveat
from ankletest.samples import RAD_PER_DEG, FloatArray

STILL = "the sensor has no such value: it moves on a line, or not at all"


def rms_m_s2(ml: FloatArray, ap: FloatArray) -> float:
    """Return the RMS of the horizontal acceleration about its mean: ``√(Σ(a_ML² + a_AP²) / N)`` (IM-01)."""
    return math.hypot(float(ml.std()), float(ap.std()))


def jerk_m2_s5(ml: FloatArray, ap: FloatArray, rate_hz: float) -> float:
    """Return ``½ ∫ (ȧ_ML² + ȧ_AP²) dt``, central difference, trapezoid (IM-02; Mancini et al. 2012, JNER 9:59). NaN below two samples."""
    if len(ml) < 2:
        return math.nan
    square = np.gradient(ml, 1.0 / rate_hz) ** 2 + np.gradient(ap, 1.0 / rate_hz) ** 2
    return 0.5 * float(np.trapezoid(square, dx=1.0 / rate_hz))


def path_m_s2(ml: FloatArray, ap: FloatArray) -> float:
    """Return the length of the way of the acceleration in its plane: ``Σ √(Δa_ML² + Δa_AP²)`` (IM-03)."""
    return float(np.hypot(np.diff(ml), np.diff(ap)).sum())


def rate_rms_deg_s(gyro_rad_s: FloatArray) -> float:
    """Return the RMS of the angular rate (n, 3) about its mean, °/s: ``√(Σ|ω − ω̄|² / N)`` (IM-07). Needs no alignment."""
    return math.sqrt(float(gyro_rad_s.var(axis=0).sum())) / RAD_PER_DEG


def motion_metric(
    measure: Callable[[MotionTrace], float], *, axis: bool, warn: str = "", zero: bool = False
) -> Callable[[Evidence], Measured]:
    """Return a metric of a motion trace.

    Parameters
    ----------
    measure
        The number; NaN where the trace has none.
    axis
        It needs to know which way forward is.
    warn
        A caveat that it always carries.
    zero
        It may be 0. A spread may not: a sensor that is worn is never quite still.
    """

    def of(evidence: Evidence) -> Measured:
        trace = evidence.motion
        if trace is None or trace.blocked:
            return Measured(math.nan, reasons=trace.reasons if trace is not None else ("no IMU",))
        if axis and AXES_UNKNOWN in trace.reasons:
            return Measured(math.nan, reasons=trace.reasons)
        reasons = trace.reasons if axis else tuple(reason for reason in trace.reasons if not reason.startswith("axes:"))
        value = measure(trace)
        if not math.isfinite(value) or (value == 0.0 and not zero):
            value, reasons = math.nan, (STILL, *reasons)
        elif warn:
            reasons = (warn, *reasons)
        u = shaken_u(value, [measure(one) for one in evidence.made(shaken_motion)])
        return Measured(value, u, reasons, bool(warn) or caveat(reasons), len(trace.t_s))

    return of


def _none(trace: MotionTrace) -> FloatArray:
    return np.zeros(len(trace.t_s))


_MANCINI = "Mancini et al. 2012 (JNER 9:59)"
_MOE = "Moe-Nilssen 1998; Mancini et al. 2012 (JNER 9:59)"
_P, _LOW = MOTION, Better.LOW

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("IM-01", "acc_rms", "RMS acceleration", "RMS_a", "m/s²", _LOW, 3, 2, _MOE, _P,
           motion_metric(lambda m: rms_m_s2(m.ml_m_s2, m.ap_m_s2), axis=False), clinical=True, formula="√(Σ (a_ML² + a_AP²) / N)"),
    Metric("IM-01", "acc_rms_ml", "RMS acceleration, medio-lateral", "RMS_a,ML", "m/s²", _LOW, 3, 2, _MOE, _P,
           motion_metric(lambda m: rms_m_s2(m.ml_m_s2, _none(m)), axis=True), formula="√(Σ a_ML² / N)"),
    Metric("IM-01", "acc_rms_ap", "RMS acceleration, antero-posterior", "RMS_a,AP", "m/s²", _LOW, 3, 2, _MOE, _P,
           motion_metric(lambda m: rms_m_s2(_none(m), m.ap_m_s2), axis=True), formula="√(Σ a_AP² / N)"),
    Metric("IM-02", "jerk", "sway jerk", "JERK", "m²/s⁵", _LOW, 3, 2, _MANCINI, _P,
           motion_metric(lambda m: jerk_m2_s5(m.ml_m_s2, m.ap_m_s2, m.rate_hz), axis=False),
           formula="½ ∫ (ȧ_ML² + ȧ_AP²) dt, ȧ by central differences"),
    Metric("IM-03", "acc_path", "acceleration path", "PATH_a", "m/s²", _LOW, 2, 2, _MANCINI, _P,
           motion_metric(lambda m: path_m_s2(m.ml_m_s2, m.ap_m_s2), axis=False), formula="Σ √(Δa_ML² + Δa_AP²)"),
    Metric("IM-07", "gyro_rms", "angular rate RMS", "RMS_ω", "°/s", _LOW, 2, 1, "metrics.md IM-07", _P,
           motion_metric(lambda m: rate_rms_deg_s(m.gyro_rad_s), axis=False), clinical=True, formula="√(Σ |ω − mean ω|² / N)"),
)
# fmt: on
