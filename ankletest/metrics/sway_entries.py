"""The entries of CoP sway in the catalog, each with what pad noise makes uncertain about it (metrics.md SW-21); no formulas of sway."""

import math
from collections.abc import Callable

import numpy as np

from ankletest.metrics import sway as s
from ankletest.metrics.base import Better, Metric
from ankletest.metrics.parts import COP
from ankletest.metrics.sway import Ellipse
from ankletest.metrics.sway_trace import (
    Sway,
    Values,
    area_u_mm2,
    chance_1d_mm,
    chance_mm,
    inflated,
    kappa_of,
    speed_u_mm_s,
    sway_metric,
    way_metric,
)
from ankletest.samples import FloatArray


def _distance(w: Sway) -> Values:
    value = s.mean_distance_mm(w.x, w.y)
    return value, math.hypot(inflated(value, w.u_mm), w.u_mm / math.sqrt(w.free))


def _rms(axis: FloatArray, w: Sway) -> Values:
    value = s.rms_mm(axis)
    return value, math.hypot(inflated(value, w.u_mm), w.u_mm / math.sqrt(w.free))


def _rms_both(w: Sway) -> Values:
    value = s.rms_distance_mm(w.x, w.y)
    return value, math.hypot(inflated(value, math.sqrt(2.0) * w.u_mm), w.u_mm / math.sqrt(w.free))


def _sd(axis: FloatArray, w: Sway) -> Values:
    value, u = _rms(axis, w)
    return value * math.sqrt(len(axis) / (len(axis) - 1.0)), u


def _range(axis: FloatArray, w: Sway) -> Values:
    picked = _picked(axis.max() - axis, w) + _picked(axis - axis.min(), w)
    return s.range_mm(axis), math.hypot(math.sqrt(2.0) * w.u_mm, picked)


def _diameter(w: Sway) -> Values:
    away = np.sqrt(w.x**2 + w.y**2)
    return s.diameter_mm(w.hull), math.hypot(math.sqrt(2.0) * w.u_mm, 2.0 * _picked(away.max() - away, w))


def _hull(w: Sway) -> Values:
    # Corners are the outermost of noisy samples, so the whole outline lies about one SD too far out.
    sides = np.roll(w.hull, -1, axis=0) - w.hull
    return s.hull_area_mm2(w.hull), w.u_mm * float(np.sqrt((sides**2).sum(axis=1)).sum())


def _picked(short: FloatArray, w: Sway) -> float:
    """Return how much too far an extreme lies for being the largest of m noisy samples: ``σ √(2 ln m)``.

    ``short`` is how far each sample stays behind it; m are the independent ones of those within 2 σ.
    """
    near = int(np.count_nonzero(short < 2.0 * w.u_mm)) * min(w.free / len(short), 1.0)
    return w.u_mm * math.sqrt(2.0 * math.log(max(near, 1.0)))


def _ellipse(part: Callable[[Ellipse], float], u: Callable[[Ellipse, float, float], float]) -> Callable[[Sway], Values]:
    """Return the measure of one part of the ellipse; ``u`` takes it, the variance of noise times κ, and the independent samples."""
    return lambda w: (part(w.ellipse), u(w.ellipse, kappa_of(w) * w.u_mm**2, w.free))


def _rate(w: Sway) -> Values:
    value = s.area_rate_mm2_s(w.x, w.y, w.seconds)
    # Swept across the way from the middle: along one axis, so to speak, at twice the rate over the distance.
    distance = s.mean_distance_mm(w.x, w.y)
    across = 2.0 * value / distance if distance > s.LSB else math.nan
    u_across = math.hypot(inflated(across, w.noise_axis_mm_s), chance_mm(w) / w.seconds)
    return value, value * _quotient(u_across, across, inflated(distance, w.u_mm), distance)


def _frequency(w: Sway) -> Values:
    value = s.mean_frequency_hz(w.x, w.y, w.seconds)
    return value, value * _relative(w)


def _frequency_1d(axis: FloatArray, w: Sway) -> Values:
    value = s.mean_frequency_1d_hz(axis, w.seconds)
    speed, rms = s.path_1d_mm(axis) / w.seconds, s.rms_mm(axis)
    return value, value * _quotient(_axis_u(axis, w), speed, inflated(rms, w.u_mm), rms)


def _relative(w: Sway) -> float:
    """Return the relative uncertainty of a quantity that is a speed over a distance."""
    speed, distance = w.path_mm / w.seconds, s.mean_distance_mm(w.x, w.y)
    return _quotient(speed_u_mm_s(w), speed, inflated(distance, w.u_mm), distance)


def _quotient(u_a: float, a: float, u_b: float, b: float) -> float:
    return math.hypot(u_a / a, u_b / b) if a > s.LSB and b > s.LSB else math.nan


def _both(w: Sway) -> tuple[float, float, float]:
    return w.path_mm, w.noise_mm_s, chance_mm(w)


def _ml(w: Sway) -> tuple[float, float, float]:
    return s.path_1d_mm(w.x), w.noise_axis_mm_s, chance_1d_mm(w.x, w)


def _ap(w: Sway) -> tuple[float, float, float]:
    return s.path_1d_mm(w.y), w.noise_axis_mm_s, chance_1d_mm(w.y, w)


def _axis_u(axis: FloatArray, w: Sway) -> float:
    """Return the uncertainty of the mean velocity along an axis, mm/s."""
    return math.hypot(inflated(s.path_1d_mm(axis) / w.seconds, w.noise_axis_mm_s), chance_1d_mm(axis, w) / w.seconds)


def _major_u(e: Ellipse, noise: float, free: float) -> float:
    return math.hypot(inflated(e.major_mm, math.sqrt(noise)), math.sqrt(noise / free))


def _minor_u(e: Ellipse, noise: float, free: float) -> float:
    return math.hypot(inflated(e.minor_mm, math.sqrt(noise)), math.sqrt(noise / free))


def _angle(w: Sway) -> Values:
    """Return the direction of the ellipse and how noise turns it: ``u = √((λ₁ + λ₂ + σ²) σ² / m) / (λ₁ − λ₂)``, m independent samples.

    Noise alike along both axes does not turn an ellipse; what its chance covariance ``s`` with sway turns it by is ``s / (λ₁ − λ₂)``.
    """
    both = float(w.x.var(ddof=1) + w.y.var(ddof=1))
    apart = (w.ellipse.major_mm**2 - w.ellipse.minor_mm**2) / kappa_of(w)
    if not apart > s.LSB:
        return w.ellipse.angle_deg, math.nan
    return w.ellipse.angle_deg, math.degrees(math.sqrt((both + w.u_mm**2) * w.u_mm**2 / w.free) / apart)


_PRIETO = "Prieto et al. 1996 (IEEE TBME 43:956); Quijoux et al. 2021 (Physiol Rep 9:e15067)"
_SCHUBERT = "Schubert & Kirchner 2014 (Gait & Posture 39:518)"
_P, _LOW, _NONE = COP, Better.LOW, Better.NONE
_ML, _AP = "medio-lateral", "antero-posterior"

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("SW-02", "mean_distance", "mean distance", "MDIST", "mm", _LOW, 1, 1, _PRIETO, _P, sway_metric(_distance),
           formula="Σ r / N, r from the mean CoP"),
    Metric("SW-03", "rms", "RMS distance", "RDIST", "mm", _LOW, 1, 1, _PRIETO, _P, sway_metric(_rms_both), formula="√(Σ r² / N)"),
    Metric("SW-03", "rms_ml", f"RMS distance, {_ML}", "RMS_ML", "mm", _LOW, 1, 1, _PRIETO, _P, sway_metric(lambda w: _rms(w.x, w)),
           formula="√(Σ x² / N)"),
    Metric("SW-03", "rms_ap", f"RMS distance, {_AP}", "RMS_AP", "mm", _LOW, 1, 1, _PRIETO, _P, sway_metric(lambda w: _rms(w.y, w)),
           formula="√(Σ y² / N)"),
    Metric("SW-03", "sd_ml", f"standard deviation, {_ML}", "SD_ML", "mm", _LOW, 2, 1, _PRIETO, _P, sway_metric(lambda w: _sd(w.x, w)),
           formula="√(Σ x² / (N − 1))"),
    Metric("SW-03", "sd_ap", f"standard deviation, {_AP}", "SD_AP", "mm", _LOW, 2, 1, _PRIETO, _P, sway_metric(lambda w: _sd(w.y, w)),
           formula="√(Σ y² / (N − 1))"),
    Metric("SW-04", "range_ml", f"range, {_ML}", "RANGE_ML", "mm", _LOW, 1, 1, _PRIETO, _P, sway_metric(lambda w: _range(w.x, w)),
           formula="max x − min x"),
    Metric("SW-04", "range_ap", f"range, {_AP}", "RANGE_AP", "mm", _LOW, 1, 1, _PRIETO, _P, sway_metric(lambda w: _range(w.y, w)),
           formula="max y − min y"),
    Metric("SW-04", "diameter", "largest distance between two points", "DIAM", "mm", _LOW, 1, 1, _PRIETO, _P, sway_metric(_diameter),
           formula="largest distance of two corners of the convex hull"),
    Metric("SW-05", "path", "path length", "PATH", "mm", _LOW, 0, 1, _PRIETO, _P, way_metric(_both, per_second=False),
           formula="Σ √(Δx² + Δy²)"),
    Metric("SW-05", "path_ml", f"path length, {_ML}", "PATH_ML", "mm", _LOW, 0, 1, _PRIETO, _P, way_metric(_ml, per_second=False),
           formula="Σ |Δx|"),
    Metric("SW-05", "path_ap", f"path length, {_AP}", "PATH_AP", "mm", _LOW, 0, 1, _PRIETO, _P, way_metric(_ap, per_second=False),
           formula="Σ |Δy|"),
    Metric("SW-06", "velocity", "mean sway velocity", "MVELO", "mm/s", _LOW, 1, 1, _PRIETO, _P, way_metric(_both, per_second=True),
           clinical=True, formula="PATH / T"),
    Metric("SW-06", "velocity_ml", f"mean sway velocity, {_ML}", "MV_ML", "mm/s", _LOW, 1, 1, _PRIETO, _P, way_metric(_ml, per_second=True),
           formula="PATH_ML / T"),
    Metric("SW-06", "velocity_ap", f"mean sway velocity, {_AP}", "MV_AP", "mm/s", _LOW, 1, 1, _PRIETO, _P, way_metric(_ap, per_second=True),
           formula="PATH_AP / T"),
    Metric("SW-07", "ellipse_area", "95 % prediction ellipse area", "A_PE95", "mm²", _LOW, 0, 1, _SCHUBERT, _P,
           sway_metric(lambda w: (w.ellipse.area_mm2, area_u_mm2(w))), clinical=True,
           formula="π κ √det S; κ = 2 (N² − 1) F₀.₉₅(2, N − 2) / (N (N − 2)), under P-RAW 5.9915; S with ddof 1"),
    Metric("SW-07", "ellipse_major", "95 % prediction ellipse, major semi-axis", "a_PE95", "mm", _LOW, 1, 1, _SCHUBERT, _P,
           sway_metric(_ellipse(lambda e: e.major_mm, _major_u)), formula="√(κ λ₁), λ₁ the larger eigenvalue of S"),
    Metric("SW-07", "ellipse_minor", "95 % prediction ellipse, minor semi-axis", "b_PE95", "mm", _LOW, 1, 1, _SCHUBERT, _P,
           sway_metric(_ellipse(lambda e: e.minor_mm, _minor_u)), formula="√(κ λ₂)"),
    Metric("SW-07", "ellipse_angle", "95 % prediction ellipse, major axis from +x", "φ_PE95", "°", _NONE, 0, 1, _SCHUBERT, _P,
           sway_metric(_angle), formula="direction of the eigenvector of λ₁, [0, 180)"),
    Metric("SW-09", "hull_area", "convex hull area", "A_HULL", "mm²", _LOW, 0, 1, _PRIETO, _P, sway_metric(_hull),
           formula="shoelace rule on the convex hull"),
    Metric("SW-10", "sway_area_rate", "sway area a second", "SWAREA", "mm²/s", _LOW, 1, 1, _PRIETO, _P, sway_metric(_rate),
           formula="Σ |xₙ₊₁ yₙ − xₙ yₙ₊₁| / 2T"),
    Metric("SW-11", "mean_frequency", "mean frequency", "MFREQ", "Hz", _NONE, 2, 1, _PRIETO, _P, sway_metric(_frequency),
           formula="PATH / (2π MDIST T)"),
    Metric("SW-11", "mean_frequency_ml", f"mean frequency, {_ML}", "MFREQ_ML", "Hz", _NONE, 2, 1, _PRIETO, _P,
           sway_metric(lambda w: _frequency_1d(w.x, w)), formula="PATH_ML / (4√2 RMS_ML T)"),
    Metric("SW-11", "mean_frequency_ap", f"mean frequency, {_AP}", "MFREQ_AP", "Hz", _NONE, 2, 1, _PRIETO, _P,
           sway_metric(lambda w: _frequency_1d(w.y, w)), formula="PATH_AP / (4√2 RMS_AP T)"),
)
# fmt: on
