"""Heel raises with known numbers (metrics.md 9 and 14)."""

import math

import numpy as np
import pytest

from ankletest.metrics import heel_raise as hr

DEG = math.pi / 180.0


def test_height_and_work_of_the_golden_case() -> None:
    height = hr.height_m(np.full(25, 40.0 * DEG), 0.16)

    assert height[0] == pytest.approx(0.10284602, abs=1e-8)
    assert hr.work_j(height, 70.0) == pytest.approx(1765.00607, abs=1e-5)  # the table prints five decimals
    assert 100.0 * height.sum() == pytest.approx(257.115, abs=1e-3)
    assert math.isnan(hr.height_m(np.array([0.5]), math.nan)[0])


def test_an_incline_takes_away_what_stands_already() -> None:
    height = hr.height_m(np.array([30.0 * DEG]), 0.16, 10.0 * DEG)

    assert height[0] == pytest.approx(0.16 * (math.sin(40.0 * DEG) - math.sin(10.0 * DEG)), abs=1e-12)


def test_loss_of_height_of_the_golden_case() -> None:
    height = hr.height_m(np.array([40.0, 38.0, 36.0]) * DEG, 0.16)

    assert hr.loss_percent(height) == pytest.approx(8.556848, abs=1e-6)


def test_fatigue_is_the_last_three_against_the_best_three() -> None:
    height = np.array([0.10, 0.11, 0.12, 0.11, 0.10, 0.08, 0.08, 0.08])

    assert hr.fatigue_percent(height) == pytest.approx(100.0 * (1.0 - 0.08 / (0.34 / 3.0)), abs=1e-12)
    assert hr.slope_percent(np.array([0.10, 0.09, 0.08])) == pytest.approx(-100.0 * 0.01 / 0.09, abs=1e-9)
    assert math.isnan(hr.fatigue_percent(height[:2]))
    assert math.isnan(hr.slope_percent(height[:2]))


def test_a_raise_counts_from_half_of_raises_two_to_four() -> None:
    top = np.array([80.0, 40.0, 42.0, 38.0, 27.0, 20.1, 19.9])

    assert hr.reference(top) == pytest.approx(40.0)
    assert int(hr.counted(top).sum()) == 6
    assert int(hr.counted(top, hr.HIGH).sum()) == 4
    assert hr.reference(np.array([30.0])) == 30.0
    assert hr.reference(np.array([30.0, 40.0])) == 40.0
    assert math.isnan(hr.reference(np.zeros(0)))
    assert hr.counted(np.zeros(0)).sum() == 0


def test_cadence_power_and_tempo() -> None:
    assert hr.per_minute(np.arange(10.0) * 2.0) == pytest.approx(30.0)
    assert math.isnan(hr.per_minute(np.array([1.0])))
    assert hr.power_w(np.array([0.1, 0.1]), np.array([1.0, 0.5]), 70.0) == pytest.approx(70.0 * 9.80665 * 0.15)


def test_a_habit_of_following_late_misses_no_beat() -> None:
    cues = np.arange(1.0, 30.0, 2.0)
    tops = cues[:10] + 0.7  # always late by the same

    assert not hr.off_beat(tops, cues, 2.0).any()
    tops[4] += 0.6
    tops[5] -= 0.6
    assert hr.off_beat(tops, cues, 2.0).tolist() == [i in (4, 5) for i in range(10)]
    assert hr.longest_run(hr.off_beat(tops, cues, 2.0)) == 2
    assert not hr.off_beat(tops, np.zeros(0), 2.0).any()
    # A habit of about half a period is early once and late the next time, and still a habit.
    swaying = cues[:10] + np.where(np.arange(10) % 2, 1.05, 0.95)
    assert not hr.off_beat(swaying, cues, 2.0).any()
