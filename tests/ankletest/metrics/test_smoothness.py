"""Smoothness of movements with known figures (metrics.md 12 and 14)."""

import math

import numpy as np
import pytest

from ankletest.metrics.smoothness import ldlj, sparc
from ankletest.samples import FloatArray


def minimum_jerk(rate_hz: float) -> FloatArray:
    s = np.arange(round(rate_hz) + 1) / rate_hz
    return 30.0 * s**2 * (1.0 - s) ** 2


def test_spectral_arc_length_of_the_golden_movements() -> None:
    t = np.arange(-1.0, 0.9901, 0.01)

    assert sparc(np.exp(-5.0 * t**2), 100.0) == pytest.approx(-1.41403, abs=0.01)  # tolerance of metrics.md 12
    assert sparc(minimum_jerk(100.0), 100.0) == pytest.approx(-1.405829, abs=0.01)
    assert sparc(minimum_jerk(1000.0), 1000.0) == pytest.approx(-1.402426, abs=0.01)
    two = np.concatenate((minimum_jerk(100.0), minimum_jerk(100.0)))
    assert sparc(two, 100.0) == pytest.approx(-2.277201, abs=0.01)


def test_jerk_of_the_golden_movement() -> None:
    assert ldlj(minimum_jerk(1000.0), 1000.0) == pytest.approx(-5.322034, abs=5e-4)
    assert ldlj(minimum_jerk(1000.0), 1000.0) == pytest.approx(-5.32197, abs=1e-5)
    assert ldlj(minimum_jerk(100.0), 100.0) == pytest.approx(-5.3158, abs=1e-4)  # both as metrics.md 12 prints them


def test_neither_size_nor_length_of_a_movement_changes_its_smoothness() -> None:
    assert ldlj(7.0 * minimum_jerk(400.0), 400.0) == pytest.approx(ldlj(minimum_jerk(400.0), 400.0), abs=1e-12)
    slow = minimum_jerk(400.0)  # the same samples taken for twice the time
    assert ldlj(slow, 200.0) == pytest.approx(ldlj(slow, 400.0), abs=1e-9)


def test_what_is_too_short_or_still_has_none() -> None:
    assert math.isnan(sparc(np.ones(19), 100.0))
    assert math.isnan(ldlj(np.ones(19), 100.0))
    assert math.isnan(sparc(np.zeros(50), 100.0))
    assert math.isnan(ldlj(np.zeros(50), 100.0))
