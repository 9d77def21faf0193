"""Sway of the centre of pressure (metrics.md 2): the formulas on plain arrays; no filter, no window, no verdict.

Definitions: Prieto et al. 1996 (IEEE TBME 43:956) as restated by Quijoux et al. 2021 (Physiol Rep 9:e15067). ``x`` is
medio-lateral, ``y`` antero-posterior, both (n,) in mm on a uniform grid; formulas take the mean away themselves where they need it.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.spatial import ConvexHull, QhullError
from scipy.spatial.distance import pdist

from ankletest.samples import BoolArray, FloatArray
from ankletest.signals.filters import lowpass_gains

CHI2_95 = -2.0 * math.log(0.05)
"""0.95 quantile of chi-square with two degrees of freedom, 5.991465."""
PAIRS = 1000
"""Up to so many corners all pairs are looked at; 30 000 (a drawn circle) would need 3.6 GB."""
ROUND = 1e-6
"""Below this relative difference of its axes an ellipse has no direction."""
LSB = 1e-9
"""Below this many mm of RMS nothing moved: the ratio metrics would divide rounding by rounding."""


class EllipseForm(StrEnum):
    """Which 95 % ellipse: the prediction ellipse with the F quantile, or its limit for many samples, which some makers print."""

    F = "F"
    CHI2 = "chi2"


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Area, semi-axes, and angle of the major axis from +x in [0, 180); the angle of a circle is NaN."""

    area_mm2: float
    major_mm: float
    minor_mm: float
    angle_deg: float


def mean_distance_mm(x: FloatArray, y: FloatArray) -> float:
    """Return the mean distance from the mean CoP: ``Σ r / N`` (SW-02)."""
    return float(_lengths(x - x.mean(), y - y.mean()).mean())


def rms_mm(x: FloatArray) -> float:
    """Return the RMS about the mean of one axis: ``√(Σ x² / N)`` (SW-03)."""
    return float(x.std())


def rms_distance_mm(x: FloatArray, y: FloatArray) -> float:
    """Return the RMS distance from the mean CoP: ``√(Σ r² / N)`` (SW-03)."""
    return math.hypot(rms_mm(x), rms_mm(y))


def range_mm(x: FloatArray) -> float:
    """Return ``max x − min x`` of one axis (SW-04)."""
    return float(np.ptp(x))


def path_mm(x: FloatArray, y: FloatArray) -> float:
    """Return the length of the way: ``Σ √(Δx² + Δy²)`` (SW-05)."""
    return float(_lengths(np.diff(x), np.diff(y)).sum())


def path_1d_mm(x: FloatArray) -> float:
    """Return the length of the way along one axis: ``Σ |Δx|`` (SW-05)."""
    return float(np.abs(np.diff(x)).sum())


def ellipse(x: FloatArray, y: FloatArray, form: EllipseForm = EllipseForm.F) -> Ellipse:
    """Return the 95 % prediction ellipse (SW-07; Schubert & Kirchner 2014, Gait & Posture 39:518).

    ``A = π κ √det S``, semi-axes ``√(κ λ)``, S the covariance with ddof 1; ``κ = 2(N²−1) F₀.₉₅(2, N−2) / (N(N−2))`` with
    ``F₀.₉₅(2, ν) = (ν/2)(0.05^{−2/ν} − 1)``, or 5.9915 in the chi-square form. NaN below three samples.
    """
    n = len(x)
    if n < 3:
        return Ellipse(math.nan, math.nan, math.nan, math.nan)
    dx, dy = x - x.mean(), y - y.mean()
    xx, yy, xy = (float((a * b).sum()) / (n - 1) for a, b in ((dx, dx), (dy, dy), (dx, dy)))
    half, reach = (xx + yy) / 2.0, math.hypot((xx - yy) / 2.0, xy)
    large, small = half + reach, max(half - reach, 0.0)
    kappa = CHI2_95 if form is EllipseForm.CHI2 else (n * n - 1.0) / n * math.expm1(2.0 * math.log(20.0) / (n - 2))
    angle = math.degrees(0.5 * math.atan2(2.0 * xy, xx - yy)) % 180.0 if reach > ROUND * half else math.nan
    area = math.pi * kappa * math.sqrt(max(xx * yy - xy * xy, 0.0))
    return Ellipse(area, math.sqrt(kappa * large), math.sqrt(kappa * small), angle)


def hull_of(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the corners of the convex hull, (h, 2) counter-clockwise; (0, 2) where all points lie on one line."""
    points = np.stack((x, y), axis=-1)
    keep = points[_outside_octagon(x, y)] if len(x) > 64 else points
    try:
        return np.asarray(keep[ConvexHull(keep).vertices], dtype=np.float64)
    except (QhullError, ValueError):  # fewer than three points, or none of them off a line
        return np.zeros((0, 2))


def hull_area_mm2(hull: FloatArray) -> float:
    """Return the area inside a hull by the shoelace rule (SW-09); NaN without one."""
    if len(hull) < 3:
        return math.nan
    x, y = hull.T
    return 0.5 * abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()))


def diameter_mm(hull: FloatArray) -> float:
    """Return the largest distance between any two points, which are corners of the hull (SW-04); NaN without one."""
    if len(hull) < 2:
        return math.nan
    return float(pdist(hull).max()) if len(hull) <= PAIRS else _by_calipers(hull)


def area_rate_mm2_s(x: FloatArray, y: FloatArray, seconds: float) -> float:
    """Return the area swept about the mean CoP a second: ``Σ |xₙ₊₁ yₙ − xₙ yₙ₊₁| / 2T`` (SW-10)."""
    dx, dy = x - x.mean(), y - y.mean()
    return float(np.abs(dx[1:] * dy[:-1] - dx[:-1] * dy[1:]).sum()) / (2.0 * seconds)


def mean_frequency_hz(x: FloatArray, y: FloatArray, seconds: float) -> float:
    """Return the frequency of a circle of the same mean distance and path: ``PATH / (2π · MDIST · T)`` (SW-11)."""
    distance = mean_distance_mm(x, y)
    return path_mm(x, y) / (2.0 * math.pi * distance * seconds) if distance > LSB else math.nan


def mean_frequency_1d_hz(x: FloatArray, seconds: float) -> float:
    """Return the frequency of a sine of the same RMS and path: ``PATH_ML / (4√2 · RMS_ML · T)`` (SW-11).

    With the mean of ``|x|`` in place of the RMS, as in some public code, a pure sine reads 11 % high.
    """
    rms = rms_mm(x)
    return path_1d_mm(x) / (4.0 * math.sqrt(2.0) * rms * seconds) if rms > LSB else math.nan


def noise_speed_mm_s(sigma_mm: float, rate_hz: float, cut_hz: float = math.nan) -> float:
    """Return the mean speed that white CoP noise alone would show (SW-21).

    Parameters
    ----------
    sigma_mm
        SD per axis of the noise in the trace as it is, that is after the filter.
    rate_hz
        Of the trace.
    cut_hz
        Effective cut-off of the filter the trace went through; NaN for none. Unfiltered the speed is ``fs σ √π``.
    """
    kept, steps = lowpass_gains(cut_hz, rate_hz)
    return rate_hz * sigma_mm * steps / kept * math.sqrt(math.pi / 2.0)


def _lengths(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the lengths of vectors; millimetres neither overflow nor underflow, so ``hypot`` would only be four times slower."""
    return np.asarray(np.sqrt(x * x + y * y), dtype=np.float64)


def _by_calipers(hull: FloatArray) -> float:
    """Return the largest distance between corners by looking, for each side, at the corners where the outline has turned by half a turn."""
    sides = np.roll(hull, -1, axis=0) - hull
    angle = np.maximum.accumulate(np.unwrap(np.arctan2(sides[:, 1], sides[:, 0])))
    opposite = np.searchsorted(np.concatenate((angle, angle + 2.0 * math.pi)), angle + math.pi)
    corner = np.arange(len(hull))
    # One corner more on either side, for what rounding does to nearly parallel sides.
    pairs = ((corner + own, opposite + other) for own in (0, 1) for other in (-1, 0, 1))
    return max(float(_lengths(*(hull[a % len(hull)] - hull[b % len(hull)]).T).max()) for a, b in pairs)


def _outside_octagon(x: FloatArray, y: FloatArray) -> BoolArray:
    """Tell which points are not strictly inside the octagon of the eight outermost ones: only these can be corners of the hull."""
    plus, minus = x + y, x - y
    order = [int(f) for f in (x.argmax(), plus.argmax(), y.argmax(), minus.argmin(), x.argmin(), plus.argmin(), y.argmin(), minus.argmax())]
    inside = np.ones(len(x), np.bool_)
    for a, b in zip(order, order[1:] + order[:1], strict=True):
        if a != b:
            inside &= (x[b] - x[a]) * (y - y[a]) - (y[b] - y[a]) * (x - x[a]) > 0.0
    return ~inside
