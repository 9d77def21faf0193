"""How instants keep to a beat: directions whose mean, length and SD are known, and chance that comes as often as it says."""

import math

import numpy as np
import pytest
from scipy.stats import circmean, circstd

from ankletest.metrics.synchrony import asynchrony_s, by_chance, mean_s, on_beat, resultant, sd_s

EXACT = 1e-12
T = 0.5


def test_an_asynchrony_is_to_the_nearest_beat_and_negative_before_it() -> None:
    beats = np.arange(5) * T
    away = asynchrony_s(np.array([-0.1, 0.02, 0.24, 0.26, 0.97, 2.2]), beats, T)

    assert away == pytest.approx([-0.1, 0.02, 0.24, -0.24, -0.03, 0.2], abs=EXACT)


def test_where_no_beat_is_within_half_a_period_there_is_no_asynchrony() -> None:
    away = asynchrony_s(np.array([-0.3, 0.0, 0.26, 2.0]), np.array([0.0]), T)

    assert np.isfinite(away).tolist() == [False, True, False, False]
    assert np.isnan(asynchrony_s(np.array([1.0, 2.0]), np.zeros(0), T)).all()
    assert len(asynchrony_s(np.zeros(0), np.array([1.0]), T)) == 0


def test_two_directions_have_the_mean_length_and_sd_of_the_closed_form() -> None:
    """Half of them +θ and half −θ about a direction: R = cos θ, whatever the direction."""
    theta = math.radians(30.0)
    away = T / (2.0 * math.pi) * (np.array([theta, -theta, theta, -theta]) + math.radians(80.0))

    assert abs(resultant(away, T)) == pytest.approx(math.cos(theta), abs=EXACT)
    assert mean_s(away, T) == pytest.approx(T * 80.0 / 360.0, abs=EXACT)
    assert sd_s(away, T) == pytest.approx(T * math.sqrt(-2.0 * math.log(math.cos(theta))) / (2.0 * math.pi), abs=EXACT)


def test_the_mean_does_not_mind_where_the_nearest_beat_changes() -> None:
    """Half a period early and late are the same: the plain mean of these is 0, which is where nobody landed."""
    away = np.array([0.24, -0.24, 0.25, -0.25])

    assert float(away.mean()) == 0.0
    assert abs(mean_s(away, T)) == pytest.approx(0.25, abs=EXACT)
    assert sd_s(away, T) < 0.01


@pytest.mark.parametrize("seed", range(5))
def test_another_program_tells_the_same(seed: int) -> None:
    """SciPy's circular statistics, on a circle of one period."""
    away = np.random.default_rng(seed).normal(-0.03, 0.05, 20)

    assert mean_s(away, T) == pytest.approx(circmean(away, high=0.5 * T, low=-0.5 * T), abs=EXACT)
    assert sd_s(away, T) == pytest.approx(circstd(away, high=0.5 * T, low=-0.5 * T), abs=EXACT)


def test_of_close_asynchronies_the_circle_is_a_line() -> None:
    away = np.random.default_rng(1).normal(-0.02, 0.004, 50)

    assert mean_s(away, T) == pytest.approx(float(away.mean()), abs=1e-6)  # a third moment of 4 ms in 500
    assert sd_s(away, T) == pytest.approx(float(away.std()), rel=2e-3)


def test_the_share_on_the_beat_takes_the_habit_away() -> None:
    late = np.array([0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, -0.1])

    assert on_beat(late, T).tolist() == [True] * 9 + [False]
    assert on_beat(late - 0.2, T).tolist() == on_beat(late, T).tolist()
    assert on_beat(np.array([0.0, 0.124, -0.124]), T).all()


def test_as_much_agreement_comes_by_chance_as_often_as_is_said() -> None:
    rng = np.random.default_rng(3)
    told = [by_chance(rng.uniform(-0.25, 0.25, 10), T) for _ in range(4000)]

    # 5 % of 4000 is 200, and chance scatters about it by 14: three of them, and what the approximation is off by at n = 10.
    assert np.mean(np.array(told) <= 0.05) == pytest.approx(0.05, abs=0.012)
    assert by_chance(np.zeros(3), T) < 0.05, "three that agree are enough"
    assert by_chance(np.array([-T / 3.0, 0.0, T / 3.0]), T) == pytest.approx(1.0, abs=0.01)
