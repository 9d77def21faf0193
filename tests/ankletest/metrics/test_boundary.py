import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ankletest.metrics import boundary as b
from ankletest.samples import FloatArray


def sine(rate: float, amplitude: float = 15.0) -> FloatArray:
    return np.asarray(amplitude * np.sin(np.pi * np.arange(round(30.0 * rate)) / rate), dtype=np.float64)


def test_the_sine_of_the_specification() -> None:
    found = b.time_to_boundary(sine(1000.0), rate_hz=1000.0, half_mm=40.0)

    assert found.least_s == pytest.approx(0.786883, abs=1e-4)  # tolerance of metrics.md 14
    assert found.mean_s == pytest.approx(math.sqrt(40.0**2 - 15.0**2) / (15.0 * math.pi), abs=1e-5)
    assert found.sd_s == pytest.approx(0.0, abs=1e-4)
    assert found.minima == 30  # two a cycle


def test_at_a_hundred_hertz_central_differences_read_the_speed_a_little_low() -> None:
    found = b.time_to_boundary(sine(100.0), rate_hz=100.0, half_mm=40.0)
    short = math.sin(math.pi / 100.0) / (math.pi / 100.0)

    assert found.mean_s == pytest.approx(
        math.sqrt(40.0**2 - 15.0**2) / (15.0 * math.pi) / short, abs=1e-4
    )  # the minimum lies between samples


@pytest.mark.parametrize(
    ("x", "why"), [(sine(100.0, 41.0), "outside"), (np.linspace(0.0, 5.0, 300), "never turns"), (np.zeros(3), "short")]
)
def test_outside_the_foot_or_without_turns_there_is_none(x: FloatArray, why: str) -> None:
    found = b.time_to_boundary(x, rate_hz=100.0, half_mm=40.0)

    assert math.isnan(found.least_s), why
    assert found.minima == 0


def test_a_dwelling_cop_never_reaches_the_edge() -> None:
    x = np.concatenate((sine(100.0), np.full(500, sine(100.0)[-1])))
    found = b.time_to_boundary(x, rate_hz=100.0, half_mm=40.0)

    assert math.isfinite(found.mean_s)  # a speed of 0 is an infinite time and no minimum


def test_the_circle_of_the_specification_stays_near_for_a_fifth_of_a_second(circle) -> None:
    stay = b.stay_s(circle.x, circle.y, rate_hz=100.0)

    assert np.nanmean(stay) == pytest.approx(0.191709, abs=1e-5)  # a chord is not quite linear
    assert 4.0 * math.asin(0.15) / math.pi == pytest.approx(0.191709, abs=1e-6)
    assert np.isnan(stay).sum() == 20  # ten samples at either end whose stay reaches it


@settings(max_examples=20)
@given(seed=st.integers(0, 100), radius=st.floats(1.0, 8.0))
def test_a_stay_ends_where_the_first_sample_lies_outside(seed: int, radius: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((2, 150)).cumsum(axis=1)
    stay = b.stay_s(x, y, rate_hz=1.0, radius_mm=radius)
    away = np.hypot(x[:, None] - x, y[:, None] - y) > radius

    for n in range(150):
        after, before = np.flatnonzero(away[n, n + 1 : n + 6]), np.flatnonzero(away[n, max(n - 5, 0) : n][::-1])  # 5 s at most
        if not len(after) or not len(before):
            assert math.isnan(stay[n])
        else:
            # Interpolated between the last sample inside and the first outside.
            assert after[0] + before[0] <= stay[n] <= after[0] + before[0] + 2.0


def test_a_stay_in_one_place_has_no_end() -> None:
    assert np.isnan(b.stay_s(np.zeros(300), np.zeros(300), rate_hz=100.0)).all()
    slow = np.arange(3000) * 0.002  # 3 mm in 15 s
    assert np.isnan(b.stay_s(slow, np.zeros(3000), rate_hz=100.0)).all()
