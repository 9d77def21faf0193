import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ankletest.metrics import diffusion as d

RATE = 100.0


def test_the_ramp_of_the_specification_moves_sixteen_in_a_second_and_persists() -> None:
    square = d.mean_square_mm2(4.0 * np.arange(6000) / RATE, 1000)
    found = d.regions(square, rate_hz=RATE)

    assert square[99] == pytest.approx(16.0, abs=1e-9)  # tolerance of metrics.md 14
    assert found.short_exponent == pytest.approx(1.0, abs=1e-9)
    assert found.long_exponent == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(("lag", "golden"), [(25, 18.745166), (50, 64.0)])
def test_the_sine_of_the_specification(lag: int, golden: float) -> None:
    # Whole cycles of rows that have a partner: 60 s and the lag. Of a record of 60 s alone the mean is 0.4 % off, as its end is missing.
    t = np.arange(6000 + lag) / RATE

    assert d.mean_square_mm2(8.0 * np.sin(np.pi * t), lag)[lag - 1] == pytest.approx(golden, abs=1e-6)  # metrics.md 14 allows 2e-3


def test_a_random_walk_diffuses_at_half_its_variance_rate() -> None:
    rng = np.random.default_rng(15)
    found = [d.regions(d.mean_square_mm2(0.2 * rng.standard_normal(6000).cumsum(), 1000), rate_hz=RATE) for _ in range(40)]

    # s² fs / 2 = 2.0 mm²/s; the mean of 40 walks of 60 s is known to about 3 % on the short side and 15 % on the long one.
    assert np.mean([each.short_mm2_s for each in found]) == pytest.approx(2.0, rel=0.15)
    assert np.mean([each.long_mm2_s for each in found]) == pytest.approx(2.0, rel=0.4)
    assert np.mean([each.short_exponent for each in found]) == pytest.approx(0.5, abs=0.03)


def test_two_lines_are_found_with_their_joint() -> None:
    tau = np.arange(1, 1001) / RATE
    found = d.regions(np.where(tau < 1.2, 10.0 * tau, 12.0 + 3.0 * (tau - 1.2)), rate_hz=RATE)

    assert found.critical_s == pytest.approx(1.2)
    assert found.critical_mm2 == pytest.approx(12.0, abs=1e-9)
    assert found.short_mm2_s == pytest.approx(5.0, abs=1e-9)
    assert found.long_mm2_s == pytest.approx(1.5, abs=1e-9)
    assert found.short_exponent == pytest.approx(0.5, abs=1e-9)


def test_the_joint_is_the_best_of_all_that_are_tried() -> None:
    square = d.mean_square_mm2(np.random.default_rng(4).standard_normal(3000).cumsum(), 1000)
    tau = np.arange(1, 1001) / RATE
    found = d.regions(square, rate_hz=RATE)

    def misfit(at: float) -> float:
        basis = np.stack((np.ones(1000), tau, np.maximum(tau - at, 0.0)), axis=-1)
        fit = np.linalg.lstsq(basis, square, rcond=None)[0]
        return float(((square - basis @ fit) ** 2).sum())

    each = {at / 100.0: misfit(at / 100.0) for at in range(30, 251)}
    assert found.critical_s == pytest.approx(min(each, key=lambda at: each[at]))


@settings(max_examples=25)
@given(seed=st.integers(0, 100), offset=st.floats(-500.0, 500.0))
def test_the_mean_square_is_that_of_its_definition(seed: int, offset: float) -> None:
    x = offset + np.random.default_rng(seed).standard_normal(700).cumsum()
    plain = np.array([((x[k:] - x[:-k]) ** 2).mean() for k in range(1, 200)])

    # By the autocorrelation: the sums are of 700 squares up to about 1e3, so rounding is some 1e-10.
    assert d.mean_square_mm2(x, 199) == pytest.approx(plain, rel=1e-8)


def test_lags_reach_ten_seconds_or_a_third() -> None:
    assert d.lags_of(6000, RATE) == 1000
    assert d.lags_of(3001, RATE) == 1000
    assert d.lags_of(2401, RATE) == 800


def test_stillness_and_too_few_lags_have_no_regions() -> None:
    still = d.regions(d.mean_square_mm2(np.full(3000, 7.0), 1000), rate_hz=RATE)
    short = d.regions(np.arange(1.0, 201.0), rate_hz=RATE)

    assert math.isnan(still.short_mm2_s)
    assert math.isnan(short.critical_s)
