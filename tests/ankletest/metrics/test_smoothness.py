"""Smoothness of movements with a closed form (metrics.md 12 and 14)."""

import math

import numpy as np
import pytest

from ankletest.metrics.smoothness import LEAST, ldlj, ldlj_of_acceleration, sparc, trimmed, without_gravity
from ankletest.samples import FloatArray, G

MINIMUM = -math.log(720.0 / 1.875**2)


def minimum_jerk(rate: float, *, length_s: float = 1.0, size: float = 1.0) -> FloatArray:
    u = np.arange(round(rate * length_s) + 1) / (rate * length_s)
    return size * 30.0 * u**2 * (1.0 - u) ** 2 / length_s


@pytest.mark.parametrize(("rate", "golden"), [(100.0, -1.405829), (1000.0, -1.402426)])
def test_spectral_arc_length_of_a_minimum_jerk(rate: float, golden: float) -> None:
    assert sparc(minimum_jerk(rate), rate) == pytest.approx(golden, abs=1e-6)  # the digits of metrics.md SM-01


def test_spectral_arc_length_of_a_gaussian() -> None:
    t = np.arange(200) / 100.0 - 1.0

    assert sparc(np.exp(-5.0 * t**2), 100.0) == pytest.approx(-1.41403, abs=5e-6)  # the digits of metrics.md SM-01


def test_two_movements_in_one_are_less_smooth() -> None:
    one = minimum_jerk(100.0)

    assert sparc(np.concatenate((one, one)), 100.0) == pytest.approx(-2.277201, abs=1e-6)


def test_smoothness_does_not_depend_on_size() -> None:
    one, large = minimum_jerk(200.0), minimum_jerk(200.0, size=57.3)

    assert sparc(large, 200.0) == pytest.approx(sparc(one, 200.0), rel=1e-12)
    assert ldlj(large, 200.0) == pytest.approx(ldlj(one, 200.0), rel=1e-12)


@pytest.mark.parametrize(("rate", "golden", "within"), [(100.0, -5.3158, 5e-5), (1000.0, -5.32197, 5e-6)])
def test_log_jerk_of_a_minimum_jerk_at_two_rates(rate: float, golden: float, within: float) -> None:
    assert ldlj(minimum_jerk(rate), rate) == pytest.approx(golden, abs=within)  # the digits of metrics.md SM-02


@pytest.mark.parametrize("length_s", [0.4, 1.0, 3.0])
def test_log_jerk_of_a_minimum_jerk_is_the_same_for_any_length(length_s: float) -> None:
    assert ldlj(minimum_jerk(1000.0, length_s=length_s), 1000.0) == pytest.approx(MINIMUM, abs=5e-4)
    assert pytest.approx(-5.322034, abs=1e-6) == MINIMUM


def test_log_jerk_of_a_sine_of_acceleration() -> None:
    t = np.arange(2001) / 1000.0
    wave = 3.0 * np.sin(2.0 * np.pi * t)

    # T/A² · A²ω²T/2 over two cycles of 1 Hz.
    assert ldlj_of_acceleration(wave, 1000.0) == pytest.approx(-math.log(2.0 * (2.0 * np.pi) ** 2), abs=1e-4)


def test_tremor_is_less_smooth_by_every_measure() -> None:
    speed = minimum_jerk(200.0)
    shaky = speed * (1.0 + 0.2 * np.sin(2.0 * np.pi * 6.0 * np.arange(len(speed)) / 200.0))

    assert sparc(shaky, 200.0) < sparc(speed, 200.0) - 0.05
    assert ldlj(shaky, 200.0) < ldlj(speed, 200.0) - 1.0


def test_gravity_at_rest_is_no_movement() -> None:
    acc = np.tile([0.0, 0.6 * G, -0.8 * G], (40, 1))

    assert without_gravity(acc) == pytest.approx(np.zeros(40), abs=1e-12)
    assert without_gravity(0.0 * acc) == pytest.approx(np.full(40, G))


def test_a_movement_is_cut_at_a_twentieth_of_its_peak() -> None:
    speed = np.concatenate((np.full(30, 0.01), minimum_jerk(100.0), np.full(10, 0.01), [0.5], np.full(20, 0.01)))
    rows = trimmed(speed)
    kept = speed[rows]

    assert kept.min() >= 0.05 * kept.max()
    assert rows.start > 30
    assert rows.stop < 131
    assert trimmed(-speed) == rows
    assert trimmed(np.zeros(0)) == slice(0, 0)
    assert trimmed(np.array([0.0, 1.0, 1.0])) == slice(1, 3)


@pytest.mark.parametrize("speed", [np.ones(LEAST - 1), np.zeros(50), np.array([*np.ones(40), math.nan]), np.zeros(0)])
def test_what_is_no_movement_has_no_smoothness(speed: FloatArray) -> None:
    assert math.isnan(sparc(speed, 100.0))
    assert math.isnan(ldlj(speed, 100.0))
    assert math.isnan(ldlj_of_acceleration(speed, 100.0))


def test_a_steady_speed_has_no_jerk_to_take_a_logarithm_of() -> None:
    assert math.isnan(ldlj(np.full(50, 2.0), 100.0))
