"""Formulas of isometric strength against closed forms (metrics.md SG and 14)."""

import math

import numpy as np
import pytest

from ankletest.metrics import strength as s
from ankletest.samples import FloatArray

PLATEAU, TAU = 1000.0, 0.1
GOLDEN = 1e-6
"""Relative tolerance of the golden table."""
FINE_S = 2e-6
"""At this step the trapezoid and the straight line between samples err by less than the golden tolerance."""


def rise(step_s: float, *, onset_s: float = 0.3, length_s: float = 1.2) -> tuple[FloatArray, FloatArray]:
    t = np.arange(round(length_s / step_s) + 1) * step_s
    return t, np.where(t < onset_s, 0.0, PLATEAU * (1.0 - np.exp(-np.maximum(t - onset_s, 0.0) / TAU)))


FINE = rise(FINE_S)


@pytest.mark.parametrize(("after_s", "golden"), [(0.05, 7869.387), (0.1, 6321.206), (0.15, 5179.132), (0.2, 4323.324), (0.25, 3671.660)])
def test_rate_of_force_development_is_that_of_the_golden_table(after_s: float, golden: float) -> None:
    assert s.rfd_n_s(*FINE, onset_s=0.3, after_s=after_s) == pytest.approx(golden, rel=GOLDEN)


def test_the_steepest_twenty_milliseconds_are_those_of_the_golden_table() -> None:
    assert s.peak_rfd_n_s(*FINE, onset_s=0.3, until_s=1.0) == pytest.approx(9063.462, rel=GOLDEN)


@pytest.mark.parametrize(("after_s", "golden"), [(0.05, 10.653066), (0.1, 36.787944), (0.2, 113.533528)])
def test_impulse_is_that_of_the_golden_table(after_s: float, golden: float) -> None:
    assert s.impulse_n_s(*FINE, onset_s=0.3, after_s=after_s) == pytest.approx(golden, rel=GOLDEN)


@pytest.mark.parametrize(("share", "golden"), [(0.5, 0.069315), (0.9, 0.230259)])
def test_time_to_a_share_of_the_peak_is_that_of_the_golden_table(share: float, golden: float) -> None:
    assert s.time_to_s(*FINE, onset_s=0.3, level_n=share * PLATEAU) == pytest.approx(golden, abs=GOLDEN)


def test_the_peak_of_a_plateau_is_the_plateau() -> None:
    t = np.arange(4001) / 1000.0
    net = PLATEAU * (1.0 - np.exp(-t / TAU))

    # 3.9 s are 39 time constants: what is missing is 1e-17.
    assert s.highest_mean_n(t, net, s.PEAK_S) == pytest.approx(PLATEAU, rel=1e-12)
    assert s.highest_mean_n(t, net, s.PLATEAU_S) == pytest.approx(PLATEAU, rel=1e-12)


@pytest.mark.parametrize("rate", [80.0, 333.0, 1000.0])
def test_the_mean_of_a_ramp_is_its_middle_at_any_rate(rate: float) -> None:
    t = np.arange(round(2.0 * rate)) / rate
    net = 300.0 * t

    assert s.highest_mean_n(t, net, 0.1) == pytest.approx(300.0 * (t[-1] - 0.05), abs=300.0 / rate)  # windows begin at samples
    assert s.highest_mean_at_s(t, net, 0.1) == pytest.approx(t[-1] - 0.1, abs=1.0 / rate)


def test_a_single_sample_is_no_peak() -> None:
    t = np.arange(2000) / 1000.0
    net = np.full(2000, 800.0)
    net[1000] = 3000.0

    # The trapezoid spreads a spike of 2200 N over one period: 22 N of the 100-ms mean.
    assert s.highest_mean_n(t, net, s.PEAK_S) == pytest.approx(822.0, abs=1e-6)


def test_at_a_kilohertz_the_table_is_met_closely() -> None:
    t, net = rise(1e-3)

    # Trapezoid: h²/12 · (F'(b) − F'(a)) = 5e-4 N·s of 36.8; a chord: h²/8 · F'' = 0.0125 N, and none where T falls on a sample.
    assert s.rfd_n_s(t, net, onset_s=0.3, after_s=0.1) == pytest.approx(6321.206, rel=GOLDEN)
    assert s.impulse_n_s(t, net, onset_s=0.3, after_s=0.1) == pytest.approx(36.787944, abs=6e-4)
    assert s.time_to_s(t, net, onset_s=0.3, level_n=500.0) == pytest.approx(0.069315, abs=3e-6)


def test_ripple_on_a_hold_is_its_share_of_the_mean() -> None:
    t = np.arange(5000) / 1000.0
    net = 400.0 + 6.0 * np.cos(2.0 * np.pi * 4.0 * t)

    # ddof 1 over 5000 samples is 1e-4 more than the closed form.
    assert s.steadiness_percent(t, net) == pytest.approx(100.0 * 6.0 / (math.sqrt(2.0) * 400.0), rel=2e-4)
    assert s.steadiness_percent(t, net + 20.0 * (t - t.mean())) == pytest.approx(s.steadiness_percent(t, net), rel=1e-9)


def test_a_linear_decline_is_exact() -> None:
    t = np.arange(10001) / 1000.0
    net = 600.0 - 12.0 * t

    assert s.decline_percent(t, net) == pytest.approx(100.0 * (1.0 - (600.0 - 12.0 * 9.5) / (600.0 - 12.0 * 0.5)), rel=1e-12)


def test_what_is_not_covered_is_not_told() -> None:
    t, net = rise(1e-3, length_s=0.42)
    none = np.zeros(0)

    assert math.isnan(s.rfd_n_s(t, net, onset_s=0.3, after_s=0.15))
    assert math.isfinite(s.rfd_n_s(t, net, onset_s=0.3, after_s=0.12))
    assert math.isnan(s.impulse_n_s(t, net, onset_s=0.3, after_s=0.2))
    assert math.isnan(s.time_to_s(t, net, onset_s=0.3, level_n=900.0))
    assert math.isnan(s.time_to_s(t, net, onset_s=0.35, level_n=100.0))
    assert math.isnan(s.peak_rfd_n_s(t, net, onset_s=0.41, until_s=0.42))
    assert math.isnan(s.highest_mean_n(t, net, s.PLATEAU_S))
    assert math.isnan(s.highest_mean_n(none, none, s.PEAK_S))
    assert math.isnan(s.decline_percent(t, net))
    assert math.isnan(s.steadiness_percent(t[:2], net[:2]))
    assert math.isnan(s.steadiness_percent(t[:100], np.zeros(100)))
