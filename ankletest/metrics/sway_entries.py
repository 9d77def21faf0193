"""The entries of CoP sway in the catalog, each with what pad noise makes uncertain about it (metrics.md SW-21); no formulas of sway."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ankletest.metrics import sway as s
from ankletest.metrics.base import Better, CopTrace, Evidence, Measured, Metric
from ankletest.metrics.parts import COP
from ankletest.metrics.sway import Ellipse, EllipseForm
from ankletest.metrics.traces import caveat
from ankletest.samples import FloatArray

NOISE_SHARE = 0.25
"""SW-21: a path or velocity carries a caveat where noise alone would show more than this share of it."""


@dataclass(frozen=True, slots=True)
class Sway:
    """A trace and what noise is in it: ``seconds`` from first to last sample, ``u_mm`` SD per axis, ``noise_mm_s`` speed of noise alone."""

    x: FloatArray
    y: FloatArray
    seconds: float
    u_mm: float
    noise_mm_s: float
    free: float
    form: EllipseForm

    @property
    def noise_axis_mm_s(self) -> float:
        """Mean speed of noise along one axis: 2/π of that in the plane."""
        return self.noise_mm_s * 2.0 / math.pi


Values = tuple[float, float]
"""A value and its standard uncertainty; NaN for none."""


def _metric(measure: Callable[[Sway], Values]) -> Callable[[Evidence], Measured]:
    """Return a metric of a CoP trace."""

    def of(evidence: Evidence) -> Measured:
        trace = evidence.cop
        if trace is None or trace.blocked:
            return Measured(math.nan, reasons=trace.reasons if trace is not None else ("no pad with a CoP",))
        sway = _sway(trace, evidence)
        value, u = measure(sway)
        reasons = trace.reasons
        if not math.isfinite(value):
            reasons = ("the CoP has no such value: it moves on a line, or not at all, or in a circle", *reasons)
        return Measured(value, u, reasons, caveat(reasons), n_used=len(sway.x))

    return of


def _way(measure: Callable[[Sway], tuple[float, float]], *, per_second: bool) -> Callable[[Evidence], Measured]:
    """Return a metric of a length of way, whose ``measure`` is that length and the speed of noise; with the rule of SW-21.

    ``per_second`` divides the way by the time it took: the mean velocity ``PATH / T`` (SW-06).
    """

    def of(evidence: Evidence) -> Measured:
        trace = evidence.cop
        if trace is None or trace.blocked:
            return Measured(math.nan, reasons=trace.reasons if trace is not None else ("no pad with a CoP",))
        sway = _sway(trace, evidence)
        length, noise = measure(sway)
        speed = length / sway.seconds
        scale = 1.0 if per_second else sway.seconds
        reasons = trace.reasons
        if noise > NOISE_SHARE * speed:
            reasons = (f"SW-21: noise alone shows {noise:.1f} mm/s, more than {NOISE_SHARE} of this velocity", *reasons)
        # Noise adds to the speed in squares; what it added is not taken off but stands as uncertainty.
        u = speed - math.sqrt(max(speed**2 - noise**2, 0.0))
        return Measured(speed * scale, u * scale, reasons, caveat(reasons), n_used=len(sway.x))

    return of


def _sway(trace: CopTrace, evidence: Evidence) -> Sway:
    cut = evidence.profile.cut_hz
    seconds = float(trace.t_s[-1] - trace.t_s[0])
    noise = s.noise_speed_mm_s(trace.u_mm, trace.rate_hz, cut) if math.isfinite(trace.u_mm) else math.nan
    free = max(2.0 * cut * seconds, 1.0) if math.isfinite(cut) else float(len(trace.t_s))
    return Sway(trace.x_mm, trace.y_mm, seconds, trace.u_mm, noise, free, EllipseForm(evidence.profile.ellipse))


def _distance(w: Sway) -> Values:
    value = s.mean_distance_mm(w.x, w.y)
    return value, math.hypot(_inflated(value, w.u_mm), w.u_mm / math.sqrt(w.free))


def _rms(axis: FloatArray, w: Sway) -> Values:
    value = s.rms_mm(axis)
    return value, math.hypot(_inflated(value, w.u_mm), w.u_mm / math.sqrt(w.free))


def _rms_both(w: Sway) -> Values:
    value = s.rms_distance_mm(w.x, w.y)
    return value, math.hypot(_inflated(value, math.sqrt(2.0) * w.u_mm), w.u_mm / math.sqrt(w.free))


def _sd(axis: FloatArray, w: Sway) -> Values:
    value, u = _rms(axis, w)
    return value * math.sqrt(len(axis) / (len(axis) - 1.0)), u


def _range(axis: FloatArray, w: Sway) -> Values:
    picked = _picked(axis.max() - axis, w) + _picked(axis - axis.min(), w)
    return s.range_mm(axis), math.hypot(math.sqrt(2.0) * w.u_mm, picked)


def _diameter(w: Sway) -> Values:
    away = np.sqrt(w.x**2 + w.y**2)
    return s.diameter_mm(s.hull_of(w.x, w.y)), math.hypot(math.sqrt(2.0) * w.u_mm, 2.0 * _picked(away.max() - away, w))


def _hull(w: Sway) -> Values:
    hull = s.hull_of(w.x, w.y)
    # Corners are the outermost of noisy samples, so the whole outline lies about one SD too far out.
    sides = np.roll(hull, -1, axis=0) - hull
    return s.hull_area_mm2(hull), w.u_mm * float(np.sqrt((sides**2).sum(axis=1)).sum())


def _picked(short: FloatArray, w: Sway) -> float:
    """Return how much too far an extreme lies for being the largest of m noisy samples: ``σ √(2 ln m)``.

    ``short`` is how far each sample stays behind it; m are the independent ones of those within 2 σ.
    """
    near = int(np.count_nonzero(short < 2.0 * w.u_mm)) * min(w.free / len(short), 1.0)
    return w.u_mm * math.sqrt(2.0 * math.log(max(near, 1.0)))


def _ellipse(part: Callable[[Ellipse], float], u: Callable[[Ellipse, float], float]) -> Callable[[Sway], Values]:
    """Return the measure of one part of the ellipse; ``u`` takes the ellipse and the variance of noise times κ."""

    def measure(w: Sway) -> Values:
        whole = s.ellipse(w.x, w.y, w.form)
        kappa = (whole.major_mm**2 + whole.minor_mm**2) / float(w.x.var(ddof=1) + w.y.var(ddof=1))
        return part(whole), u(whole, kappa * w.u_mm**2)

    return measure


def _rate(w: Sway) -> Values:
    value = s.area_rate_mm2_s(w.x, w.y, w.seconds)
    return value, value * _relative(w)


def _frequency(w: Sway) -> Values:
    value = s.mean_frequency_hz(w.x, w.y, w.seconds)
    return value, value * _relative(w)


def _frequency_1d(axis: FloatArray, w: Sway) -> Values:
    value = s.mean_frequency_1d_hz(axis, w.seconds)
    speed, rms = s.path_1d_mm(axis) / w.seconds, s.rms_mm(axis)
    return value, value * _quotient(_added(speed, w.noise_axis_mm_s), speed, _inflated(rms, w.u_mm), rms)


def _relative(w: Sway) -> float:
    """Return the relative uncertainty of a quantity that is a speed times or over a distance."""
    speed, distance = s.path_mm(w.x, w.y) / w.seconds, s.mean_distance_mm(w.x, w.y)
    return _quotient(_added(speed, w.noise_mm_s), speed, _inflated(distance, w.u_mm), distance)


def _quotient(u_a: float, a: float, u_b: float, b: float) -> float:
    return math.hypot(u_a / a, u_b / b) if a > s.LSB and b > s.LSB else math.nan


def _added(speed: float, noise: float) -> float:
    return speed - math.sqrt(max(speed**2 - noise**2, 0.0))


def _inflated(spread: float, noise: float) -> float:
    """Return what noise, adding in squares, has made of a spread."""
    return spread - math.sqrt(max(spread**2 - noise**2, 0.0))


def _both(w: Sway) -> tuple[float, float]:
    return s.path_mm(w.x, w.y), w.noise_mm_s


def _ml(w: Sway) -> tuple[float, float]:
    return s.path_1d_mm(w.x), w.noise_axis_mm_s


def _ap(w: Sway) -> tuple[float, float]:
    return s.path_1d_mm(w.y), w.noise_axis_mm_s


def _area_u(e: Ellipse, noise: float) -> float:
    return 0.5 * e.area_mm2 * (noise / e.major_mm**2 + noise / e.minor_mm**2) if e.minor_mm > s.LSB else math.nan


def _major_u(e: Ellipse, noise: float) -> float:
    return _inflated(e.major_mm, math.sqrt(noise))


def _minor_u(e: Ellipse, noise: float) -> float:
    return _inflated(e.minor_mm, math.sqrt(noise))


def _no_claim(_e: Ellipse, _noise: float) -> float:
    return math.nan


_PRIETO = "Prieto et al. 1996 (IEEE TBME 43:956); Quijoux et al. 2021 (Physiol Rep 9:e15067)"
_SCHUBERT = "Schubert & Kirchner 2014 (Gait & Posture 39:518)"
_P, _LOW, _NONE = COP, Better.LOW, Better.NONE
_ML, _AP = "medio-lateral", "antero-posterior"

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("SW-02", "mean_distance", "mean distance", "MDIST", "mm", _LOW, 1, 1, _PRIETO, _P, _metric(_distance)),
    Metric("SW-03", "rms", "RMS distance", "RDIST", "mm", _LOW, 1, 1, _PRIETO, _P, _metric(_rms_both)),
    Metric("SW-03", "rms_ml", f"RMS distance, {_ML}", "RMS_ML", "mm", _LOW, 1, 1, _PRIETO, _P, _metric(lambda w: _rms(w.x, w))),
    Metric("SW-03", "rms_ap", f"RMS distance, {_AP}", "RMS_AP", "mm", _LOW, 1, 1, _PRIETO, _P, _metric(lambda w: _rms(w.y, w))),
    Metric("SW-03", "sd_ml", f"standard deviation, {_ML}", "SD_ML", "mm", _LOW, 2, 1, _PRIETO, _P, _metric(lambda w: _sd(w.x, w))),
    Metric("SW-03", "sd_ap", f"standard deviation, {_AP}", "SD_AP", "mm", _LOW, 2, 1, _PRIETO, _P, _metric(lambda w: _sd(w.y, w))),
    Metric("SW-04", "range_ml", f"range, {_ML}", "RANGE_ML", "mm", _LOW, 1, 1, _PRIETO, _P, _metric(lambda w: _range(w.x, w))),
    Metric("SW-04", "range_ap", f"range, {_AP}", "RANGE_AP", "mm", _LOW, 1, 1, _PRIETO, _P, _metric(lambda w: _range(w.y, w))),
    Metric("SW-04", "diameter", "largest distance between two points", "DIAM", "mm", _LOW, 1, 1, _PRIETO, _P, _metric(_diameter)),
    Metric("SW-05", "path", "path length", "PATH", "mm", _LOW, 0, 1, _PRIETO, _P, _way(_both, per_second=False)),
    Metric("SW-05", "path_ml", f"path length, {_ML}", "PATH_ML", "mm", _LOW, 0, 1, _PRIETO, _P, _way(_ml, per_second=False)),
    Metric("SW-05", "path_ap", f"path length, {_AP}", "PATH_AP", "mm", _LOW, 0, 1, _PRIETO, _P, _way(_ap, per_second=False)),
    Metric("SW-06", "velocity", "mean sway velocity", "MVELO", "mm/s", _LOW, 1, 1, _PRIETO, _P, _way(_both, per_second=True),
           clinical=True),
    Metric("SW-06", "velocity_ml", f"mean sway velocity, {_ML}", "MV_ML", "mm/s", _LOW, 1, 1, _PRIETO, _P, _way(_ml, per_second=True)),
    Metric("SW-06", "velocity_ap", f"mean sway velocity, {_AP}", "MV_AP", "mm/s", _LOW, 1, 1, _PRIETO, _P, _way(_ap, per_second=True)),
    Metric("SW-07", "ellipse_area", "95 % prediction ellipse area", "A_PE95", "mm²", _LOW, 0, 1, _SCHUBERT, _P,
           _metric(_ellipse(lambda e: e.area_mm2, _area_u)), clinical=True),
    Metric("SW-07", "ellipse_major", "95 % prediction ellipse, major semi-axis", "a_PE95", "mm", _LOW, 1, 1, _SCHUBERT, _P,
           _metric(_ellipse(lambda e: e.major_mm, _major_u))),
    Metric("SW-07", "ellipse_minor", "95 % prediction ellipse, minor semi-axis", "b_PE95", "mm", _LOW, 1, 1, _SCHUBERT, _P,
           _metric(_ellipse(lambda e: e.minor_mm, _minor_u))),
    Metric("SW-07", "ellipse_angle", "95 % prediction ellipse, major axis from +x", "φ_PE95", "°", _NONE, 0, 1, _SCHUBERT, _P,
           _metric(_ellipse(lambda e: e.angle_deg, _no_claim))),
    Metric("SW-09", "hull_area", "convex hull area", "A_HULL", "mm²", _LOW, 0, 1, _PRIETO, _P, _metric(_hull)),
    Metric("SW-10", "sway_area_rate", "sway area a second", "SWAREA", "mm²/s", _LOW, 1, 1, _PRIETO, _P, _metric(_rate)),
    Metric("SW-11", "mean_frequency", "mean frequency", "MFREQ", "Hz", _NONE, 2, 1, _PRIETO, _P, _metric(_frequency)),
    Metric("SW-11", "mean_frequency_ml", f"mean frequency, {_ML}", "MFREQ_ML", "Hz", _NONE, 2, 1, _PRIETO, _P,
           _metric(lambda w: _frequency_1d(w.x, w))),
    Metric("SW-11", "mean_frequency_ap", f"mean frequency, {_AP}", "MFREQ_AP", "Hz", _NONE, 2, 1, _PRIETO, _P,
           _metric(lambda w: _frequency_1d(w.y, w))),
)
# fmt: on
