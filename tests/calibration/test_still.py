import numpy as np
import pytest

from ankletest.samples import G
from calibration.still import Still, Unstill, statistic_of, still_of
from tests.calibration.boxes import FACES, RATE_HZ, box_of, times


def window(seed: int = 1, seconds: float = 2.0):
    rows = box_of(seed).rests(FACES[4], seconds)
    return times(len(rows)), rows


def test_a_sensor_as_it_comes_is_still_though_it_is_20_mg_off():
    t, rows = window()
    rows[:, 0] += 0.1 * G

    found = still_of(t, rows)

    assert isinstance(found, Still)
    np.testing.assert_array_equal(found.mean, rows.mean(axis=0))
    assert found.samples == 400
    assert found.end_s - found.start_s == pytest.approx(2.0)


def test_the_statistic_of_noise_is_its_variance_over_the_thresholds():
    rng = np.random.default_rng(2)
    rows = np.concatenate((0.05 * rng.standard_normal((20000, 3)), np.radians(0.5) * rng.standard_normal((20000, 3))), axis=1)

    assert statistic_of(rows) == pytest.approx(6.0, abs=0.1)  # six columns at their sigma; SD of the mean of 120 000 squares is 0.02


@pytest.mark.parametrize("at", [0, 137, 399])
def test_a_knock_is_movement(at: int):
    t, rows = window()
    rows[at, 2] += 3.0 * G

    assert still_of(t, rows) is Unstill.MOVED


@pytest.mark.parametrize("degrees_s", [0.2, 0.5])
def test_a_slow_tilt_is_no_rest(degrees_s: float):
    t, rows = window()
    rows[:, 0] += G * np.sin(np.radians(degrees_s) * t)

    assert still_of(t, rows) is Unstill.TIPPING


def test_the_end_of_being_put_down_is_no_rest():
    t, rows = window()
    rows[:20, 0] += np.linspace(0.03 * G, 0.0, 20)  # T is 2: 0.1 s of settling in 2 s

    assert statistic_of(rows) < 3.0
    assert still_of(t, rows) is Unstill.TIPPING


def test_two_hundred_windows_of_noise_are_all_still():
    assert all(isinstance(still_of(*window(seed)), Still) for seed in range(200))


def test_a_steady_turn_is_no_rest():
    t, rows = window()
    rows[:, 5] += np.radians(20.0)

    assert still_of(t, rows) is Unstill.TURNING


def test_half_the_samples_are_too_few():
    t, rows = window(seconds=1.0)

    assert isinstance(still_of(t, rows), Still)
    rows[::50] = np.nan
    assert still_of(t, rows) is Unstill.SHORT


def test_another_gravity_is_another_range():
    t, rows = window()
    rows[:, :3] *= 0.5

    assert still_of(t, rows) is Unstill.RANGE


def test_the_uncertainty_of_a_mean_is_its_noise_over_the_root_of_its_samples():
    t, rows = window()
    found = still_of(t, rows)
    sigma = 1.2e-3 * G * np.sqrt(RATE_HZ / 100.0)

    assert isinstance(found, Still)
    assert found.acc_u_m_s2 == pytest.approx(sigma / np.sqrt(400.0), rel=0.08)  # 1200 squares tell an SD within 2 %
