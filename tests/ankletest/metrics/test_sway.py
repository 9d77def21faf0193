import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from ankletest.metrics import sway as s
from ankletest.metrics.sway import EllipseForm
from ankletest.samples import FloatArray
from ankletest.signals.filters import lowpass

T = 29.99
"""Seconds from the first to the last of 3000 samples at 100 Hz."""
EXACT = 1e-6
"""The tolerance of metrics.md 14: its figures are printed with about nine digits."""


def wander(seed: int, rows: int = 400) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal(rows).cumsum(), rng.standard_normal(rows).cumsum() * 0.5


def test_the_circle_of_the_specification(circle) -> None:
    x, y = circle.x, circle.y
    hull = s.hull_of(x, y)

    assert s.mean_distance_mm(x, y) == pytest.approx(10.0, abs=1e-9)
    assert s.rms_distance_mm(x, y) == pytest.approx(10.0, abs=1e-9)
    assert s.rms_mm(x) == pytest.approx(7.0710678, abs=EXACT)
    assert s.rms_mm(y) == pytest.approx(7.0710678, abs=EXACT)
    assert s.range_mm(x) == pytest.approx(20.0, abs=1e-9)
    assert s.range_mm(y) == pytest.approx(20.0, abs=1e-9)
    assert s.diameter_mm(hull) == pytest.approx(20.0, abs=1e-9)
    assert s.path_mm(x, y) == pytest.approx(942.124892, abs=EXACT)
    assert s.path_mm(x, y) / T == pytest.approx(31.4146346, abs=EXACT)
    assert s.ellipse(x, y).area_mm2 == pytest.approx(943.020809, abs=EXACT)
    # The closed form in plain digits: π r² (N+1)/2 (20^{2/(N−2)} − 1).
    assert s.ellipse(x, y).area_mm2 == pytest.approx(math.pi * 100.0 * 3001.0 / 2.0 * (20.0 ** (2.0 / 2998.0) - 1.0), rel=1e-9)
    assert s.hull_area_mm2(hull) == pytest.approx(314.107591, abs=EXACT)
    assert s.area_rate_mm2_s(x, y, T) == pytest.approx(157.053795, abs=EXACT)
    assert s.mean_frequency_hz(x, y, T) == pytest.approx(0.499979439, abs=1e-9)


def test_the_circle_has_no_major_axis(circle) -> None:
    whole = s.ellipse(circle.x, circle.y)

    assert math.isnan(whole.angle_deg)
    assert whole.major_mm == pytest.approx(whole.minor_mm, rel=1e-9)


def test_the_ellipse_of_the_specification() -> None:
    t = np.arange(3000) / 100.0
    u, v, tilt = 12.0 * np.cos(np.pi * t), 5.0 * np.sin(np.pi * t), math.radians(30.0)
    x, y = u * math.cos(tilt) - v * math.sin(tilt), u * math.sin(tilt) + v * math.cos(tilt)
    whole = s.ellipse(x, y)

    assert whole.area_mm2 == pytest.approx(565.812485, abs=EXACT)
    assert whole.angle_deg == pytest.approx(30.0, abs=EXACT)
    assert whole.area_mm2 == pytest.approx(math.pi * whole.major_mm * whole.minor_mm, rel=1e-12)
    assert whole.major_mm / whole.minor_mm == pytest.approx(12.0 / 5.0, rel=1e-9)
    # The 3000 samples make 2999 of the polygon's 3000 sides; the printed 835.2477 is this open polygon.
    assert s.path_mm(x, y) == pytest.approx(835.24772, abs=5e-6)  # printed with five decimals


def test_the_sine_of_the_specification() -> None:
    t = np.arange(3000) / 100.0
    x = 8.0 * np.sin(np.pi * t)

    assert s.path_1d_mm(x) == pytest.approx(479.748714, abs=EXACT)
    assert s.rms_mm(x) == pytest.approx(5.65685425, abs=EXACT)
    # With the RMS a sine reads its own frequency; with the mean of |x|, as in public code, 11 % more.
    assert s.mean_frequency_1d_hz(x, T) == pytest.approx(0.5, rel=1e-3)  # 15 cycles less one sample


def test_many_samples_bring_the_f_form_to_the_chi_square_form(circle) -> None:
    chi2 = s.ellipse(circle.x, circle.y, EllipseForm.CHI2)

    # π r² ln 20 with ddof 1: N/(N−1) of the limit 941.137050.
    assert chi2.area_mm2 == pytest.approx(941.137050 * 3000.0 / 2999.0, abs=EXACT)
    for rows, excess in ((500, 0.010), (1000, 0.005), (3000, 0.0017)):  # metrics.md 2, notes on SW-07
        x, y = wander(1, rows)
        ratio = s.ellipse(x, y).area_mm2 / s.ellipse(x, y, EllipseForm.CHI2).area_mm2
        assert ratio - 1.0 == pytest.approx(excess, rel=0.06)  # printed with one or two digits


@pytest.mark.parametrize("sigma", [0.1, 0.3])
def test_the_noise_floor_of_the_specification(sigma: float) -> None:
    assert s.noise_speed_mm_s(sigma, 100.0) == pytest.approx(53.174 * sigma / 0.3, rel=0.01)  # metrics.md 14: 1 %


def test_noise_through_the_profile_shows_the_speed_that_is_predicted() -> None:
    rng = np.random.default_rng(13)
    smooth = s.noise_speed_mm_s(0.3, 100.0, 10.0)
    from_noise = rng.standard_normal((2, 60_000))
    filtered = np.stack([_lowpassed(row) for row in from_noise])
    filtered *= 0.3 / filtered.std()

    assert s.path_mm(filtered[0], filtered[1]) / 599.99 == pytest.approx(smooth, rel=0.02)  # 60 000 samples, 12 000 free: 1 %


@given(seed=st.integers(0, 10_000), angle=st.floats(0.0, 360.0))
def test_turning_the_pad_changes_nothing_that_has_no_axis(seed: int, angle: float) -> None:
    x, y = wander(seed)
    c, d = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    u, v = c * x - d * y, d * x + c * y
    before, after = s.ellipse(x, y), s.ellipse(u, v)

    assert _invariants(u, v) == pytest.approx(_invariants(x, y), rel=1e-9)
    assert after.area_mm2 == pytest.approx(before.area_mm2, rel=1e-9)
    turned = (after.angle_deg - before.angle_deg - angle + 90.0) % 180.0 - 90.0
    assert abs(turned) < 1e-6


@given(seed=st.integers(0, 10_000), scale=st.floats(0.05, 20.0))
def test_twice_the_sway_is_twice_the_path_and_four_times_the_area(seed: int, scale: float) -> None:
    x, y = wander(seed)
    hull, larger = s.hull_of(x, y), s.hull_of(scale * x, scale * y)

    assert s.path_mm(scale * x, scale * y) == pytest.approx(scale * s.path_mm(x, y), rel=1e-9)
    assert s.mean_distance_mm(scale * x, scale * y) == pytest.approx(scale * s.mean_distance_mm(x, y), rel=1e-9)
    assert s.range_mm(scale * x) == pytest.approx(scale * s.range_mm(x), rel=1e-9)
    assert s.diameter_mm(larger) == pytest.approx(scale * s.diameter_mm(hull), rel=1e-9)
    assert s.hull_area_mm2(larger) == pytest.approx(scale**2 * s.hull_area_mm2(hull), rel=1e-9)
    assert s.ellipse(scale * x, scale * y).area_mm2 == pytest.approx(scale**2 * s.ellipse(x, y).area_mm2, rel=1e-9)
    assert s.area_rate_mm2_s(scale * x, scale * y, 4.0) == pytest.approx(scale**2 * s.area_rate_mm2_s(x, y, 4.0), rel=1e-9)
    assert s.mean_frequency_hz(scale * x, scale * y, 4.0) == pytest.approx(s.mean_frequency_hz(x, y, 4.0), rel=1e-9)


@given(seed=st.integers(0, 10_000), right=st.floats(-300.0, 300.0), ahead=st.floats(-300.0, 300.0))
def test_where_on_the_pad_somebody_stands_does_not_matter(seed: int, right: float, ahead: float) -> None:
    x, y = wander(seed)

    # 300 mm away from a sway of 10 mm costs two digits of sixteen.
    assert _invariants(x + right, y + ahead) == pytest.approx(_invariants(x, y), rel=1e-9)
    assert s.ellipse(x + right, y + ahead).area_mm2 == pytest.approx(s.ellipse(x, y).area_mm2, rel=1e-9)


@given(seed=st.integers(0, 10_000))
def test_lengths_keep_their_order(seed: int) -> None:
    x, y = wander(seed)
    hull = s.hull_of(x, y)
    widest = max(s.range_mm(x), s.range_mm(y))

    assert widest <= s.diameter_mm(hull) + 1e-9
    assert s.diameter_mm(hull) <= math.hypot(s.range_mm(x), s.range_mm(y)) + 1e-9
    assert s.path_1d_mm(x) <= s.path_mm(x, y) <= s.path_1d_mm(x) + s.path_1d_mm(y)
    assert s.mean_distance_mm(x, y) <= s.rms_distance_mm(x, y)
    assert s.hull_area_mm2(hull) <= s.range_mm(x) * s.range_mm(y)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=70, max_size=200))
def test_the_hull_is_that_of_all_points_though_inner_ones_are_left_out(points: list[tuple[int, int]]) -> None:
    x, y = np.array(points, dtype=np.float64).T
    hull = s.hull_of(x, y)
    assume(len(hull))
    # Gift wrapping of all points, in whole numbers: no point lies outside any side of the hull.
    a, b = hull, np.roll(hull, -1, axis=0)
    outside = (b[:, :1] - a[:, :1]) * (y - a[:, 1:]) - (b[:, 1:] - a[:, 1:]) * (x - a[:, :1])

    assert outside.min() >= -1e-9
    assert s.diameter_mm(hull) == pytest.approx(max(math.dist(p, q) for p in points for q in points), abs=1e-9)


@pytest.mark.parametrize("flat", [1.0, 0.8, 0.05])
@pytest.mark.parametrize("turn", [0.0, 0.3, 2.0])
def test_an_outline_of_very_many_corners_has_the_diameter_of_its_ellipse(flat: float, turn: float) -> None:
    t = np.linspace(0.0, 2.0 * np.pi, 30_000, endpoint=False)
    u, v = 10.0 * np.cos(t), 10.0 * flat * np.sin(t)
    hull = s.hull_of(u * math.cos(turn) - v * math.sin(turn), u * math.sin(turn) + v * math.cos(turn))

    assert len(hull) > s.PAIRS
    assert s.diameter_mm(hull) == pytest.approx(20.0, rel=1e-7)  # corners lie 1e-4 rad beside the summit: 1e-8


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_many_uneven_corners_have_the_diameter_of_all_their_pairs(seed: int) -> None:
    t = np.sort(np.random.default_rng(seed).uniform(0.0, 2.0 * np.pi, 1500))
    hull = s.hull_of(9.0 * np.cos(t) + 2.0 * np.cos(2.0 * t) / 8.0, 7.0 * np.sin(t))

    assert len(hull) > s.PAIRS
    assert s.diameter_mm(hull) == pytest.approx(pdist(hull).max(), rel=1e-12)


@pytest.mark.parametrize("slope", [0.0, 1.0, -2.5])
def test_points_on_a_line_have_no_hull(slope: float) -> None:
    x = np.arange(200.0)

    assert len(s.hull_of(x, slope * x)) == 0
    assert math.isnan(s.hull_area_mm2(s.hull_of(x, slope * x)))
    assert math.isnan(s.diameter_mm(s.hull_of(x, slope * x)))


def test_what_does_not_move_has_no_frequency() -> None:
    still = np.full(1000, 4.2)

    assert math.isnan(s.mean_frequency_hz(still, still, 10.0))
    assert math.isnan(s.mean_frequency_1d_hz(still, 10.0))
    assert len(s.hull_of(still, still)) == 0


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_an_ellipse_needs_three_samples(rows: int) -> None:
    assert math.isnan(s.ellipse(np.arange(float(rows)), np.arange(float(rows))).area_mm2)


def _invariants(x: FloatArray, y: FloatArray) -> list[float]:
    hull = s.hull_of(x, y)
    return [
        s.mean_distance_mm(x, y), s.rms_distance_mm(x, y), s.path_mm(x, y), s.hull_area_mm2(hull), s.diameter_mm(hull),
        s.area_rate_mm2_s(x, y, 4.0), s.mean_frequency_hz(x, y, 4.0),
    ]  # fmt: skip


def _lowpassed(row: FloatArray) -> FloatArray:
    return lowpass(row, rate_hz=100.0, cut_hz=10.0)
