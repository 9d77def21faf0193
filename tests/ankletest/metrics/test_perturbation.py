"""Answers to taps with a closed form (metrics.md 3.1)."""

import math

import numpy as np
import pytest

from ankletest.metrics import perturbation as p

RATE = 100.0
T = np.arange(-500, 700) / RATE
NONE = np.zeros(len(T))


def test_recovery_of_an_exponential_is_that_of_the_specification() -> None:
    t = np.arange(0, 60001) / 1e4
    envelope = 30.0 * np.exp(-t / 0.4)

    # A chord over 0.1 ms lies within h²/8τ of the curve.
    assert p.recovery_s(t, envelope, 3.0) == pytest.approx(0.4 * math.log(10.0), abs=1e-8)
    assert p.recovery_s(t, envelope, 3.0) == pytest.approx(0.921034, abs=1e-6)


def test_recovery_counts_from_the_last_time_above_the_limit() -> None:
    envelope = np.where((T > 0.0) & (T < 0.5) | (T > 1.2) & (T < 1.4), 10.0, 1.0)

    assert p.recovery_s(T, envelope, 5.0) == pytest.approx(1.4, abs=0.01)
    assert p.recovery_s(T, np.where(T > 3.0, 10.0, envelope), 5.0) == pytest.approx(1.4, abs=0.01)  # stayed below for a second before


def test_recovery_that_does_not_come_or_is_not_seen_is_none() -> None:
    assert math.isnan(p.recovery_s(T, np.full(len(T), 10.0), 5.0))
    assert math.isnan(p.recovery_s(T, np.where((T > 0.0) & (T < 6.5), 10.0, 1.0), 5.0))  # only half a second is left to stay below
    assert math.isnan(p.recovery_s(T[:400], NONE[:400], 5.0))
    assert math.isnan(p.recovery_s(T, NONE, math.nan))
    assert p.recovery_s(T, np.ones(len(T)), 5.0) == 0.0


def test_a_moving_rms_of_an_exponential_is_one_too() -> None:
    t = T[(T >= -1.0) & (T < 3.0)]
    x = 30.0 * np.exp(-t / 0.4)
    rms = p.moving_rms(x, 0.0 * x, RATE)
    inside = slice(12, -12)

    # Over ±12 samples the mean of e^(−2t/τ) is e^(−2t/τ) times the mean of the 25 values about 0.
    factor = math.sqrt(float(np.mean(np.exp(-2.0 * np.arange(-12, 13) / RATE / 0.4))))
    assert rms[inside] == pytest.approx(factor * x[inside], rel=1e-6)  # running sums over nine decades
    assert p.moving_rms(np.full(50, 3.0), np.full(50, 4.0), RATE) == pytest.approx(np.full(50, 5.0))


def test_the_limit_is_that_of_the_baseline_alone() -> None:
    rng = np.random.default_rng(2)
    rms = 2.0 + 0.3 * rng.standard_normal(len(T))
    later = np.where(T > -0.1, 50.0, rms)
    calm = rms[T < -0.125]

    assert p.limit_of(T, later) == pytest.approx(calm.mean() + 2.0 * calm.std(ddof=1))
    assert math.isnan(p.limit_of(T[T > 0.0], rms[T > 0.0]))


def test_the_peak_is_in_the_first_second_after_the_tap() -> None:
    x = np.where(T == 0.5, 3.0, np.where((T > 1.05) | (T <= 0.0), 9.0, 0.0))

    assert p.peak(T, x, 4.0 * (x == 3.0)) == pytest.approx(5.0)
    assert math.isnan(p.peak(T[:300], x[:300], x[:300]))


def test_the_settling_path_of_a_ramp_and_of_a_circle() -> None:
    turn = 2.0 * math.pi * 0.5 * T

    assert p.path(T, 3.0 * T, 4.0 * T) == pytest.approx(15.0)
    assert p.path(T, 10.0 * np.cos(turn), 10.0 * np.sin(turn)) == pytest.approx(300 * 20.0 * math.sin(math.pi * 0.5 / RATE))
    assert math.isnan(p.path(T[T < 2.5], T[T < 2.5], T[T < 2.5]))


def test_overshoots_are_changes_of_sign_along_the_line_of_the_peak() -> None:
    since = np.maximum(T, 0.0)
    wave = np.where(T > 0.0, np.exp(-since / 0.8) * np.cos(2.0 * math.pi * 1.0 * since), 0.0)

    # cos changes its sign at 0.25, 0.75, 1.25 … s.
    assert p.overshoots(T, 20.0 * wave, -15.0 * wave, until_s=1.0) == 2.0
    assert p.overshoots(T, 20.0 * wave, -15.0 * wave, until_s=2.0) == 4.0
    assert p.overshoots(T, 20.0 * np.exp(-since), NONE, until_s=2.0) == 0.0
    assert p.overshoots(T, NONE, NONE, until_s=2.0) == 0.0
    assert math.isnan(p.overshoots(T, wave, wave, until_s=math.nan))
    assert math.isnan(p.overshoots(T[:300], wave[:300], wave[:300], until_s=1.0))
