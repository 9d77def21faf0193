"""How far a sensor turned, from made turns with known angles, with and without a gyroscope."""

import math

import numpy as np
import pytest

from ankletest.samples import FloatArray, G
from ankletest.signals.tilt import turned_rad

RATE_HZ = 100.0
T = np.arange(400) / RATE_HZ


def pitched(peak_rad: float, bias_rad_s: float = 0.0) -> FloatArray:
    """Return a sensor that pitches up to an angle within a second and stays there."""
    u = np.clip(T - 1.0, 0.0, 1.0)
    angle = peak_rad * u * u * (3.0 - 2.0 * u)
    out = np.zeros((len(T), 6))
    out[:, 0], out[:, 2] = -G * np.sin(angle), G * np.cos(angle)
    out[:, 4] = np.gradient(angle, 1.0 / RATE_HZ) + bias_rad_s
    return out


@pytest.mark.parametrize("degrees", [5.0, 30.0, 90.0])
@pytest.mark.parametrize("bias", [0.0, 0.05])
def test_a_gyroscope_tells_the_angle_whatever_its_bias(degrees: float, bias: float) -> None:
    told = turned_rad(T, pitched(math.radians(degrees), bias), bias_rad_s=np.array([0.0, bias, 0.0]))

    assert math.degrees(told) == pytest.approx(degrees, rel=2e-3)  # trapezoids of a smooth turn at 100 Hz


def test_without_a_known_bias_the_median_is_taken() -> None:
    assert math.degrees(turned_rad(T, pitched(math.radians(30.0), 0.05))) == pytest.approx(30.0, rel=0.01)


@pytest.mark.parametrize("degrees", [20.0, 60.0])
def test_gravity_tells_it_where_there_is_no_gyroscope(degrees: float) -> None:
    values = pitched(math.radians(degrees))
    values[:, 3:] = np.nan

    assert math.degrees(turned_rad(T, values)) == pytest.approx(degrees, abs=0.5)  # means over a quarter of a second blur its ends


def test_a_gap_is_not_taken_for_a_turn() -> None:
    values = np.zeros((len(T), 6))
    values[:, 2] = G
    values[:, 4] = np.where((T > 1.95) & (T < 2.0), 3.0, 0.0)  # it turned just before samples are missing for a second
    keep = (T < 2.0) | (T > 3.0)

    assert turned_rad(T[keep], values[keep], bias_rad_s=np.zeros(3)) < 3.0 * 0.05 + 0.03  # what was seen, and no second of it


def test_too_little_tells_nothing() -> None:
    assert math.isnan(turned_rad(T[:1], np.zeros((1, 6))))
    assert math.isnan(turned_rad(T[:0], np.zeros((0, 1))))
    no_gyro = np.full((5, 6), np.nan)
    assert math.isnan(turned_rad(T[:5], no_gyro))
