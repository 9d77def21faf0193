"""The closed form of metrics.md 5 (golden table), and what must hold for any push-off."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankletest.metrics.jump import Push, drift_m_s, flight_height_m, height_u_m, onset_row, push_of
from ankletest.samples import FloatArray, G

MASS, T1, A1, T2, B1 = 70.0, 0.30, 400.0, 0.35, 1200.0
WEIGHT = MASS * G
LENGTH = T1 + T2


def force_at(t: FloatArray) -> FloatArray:
    """F = BW − A₁ sin(πt/T₁), then BW + B₁ sin(πt/T₂)."""
    dip, push = WEIGHT - A1 * np.sin(math.pi * t / T1), WEIGHT + B1 * np.sin(math.pi * (t - T1) / T2)
    return np.where(t < 0.0, WEIGHT, np.where(t < T1, dip, push))


def jumped(rate_hz: float = 1000.0, phase: float = 0.0) -> Push:
    t = (np.arange(-round(rate_hz), round(LENGTH * rate_hz) + 1) + phase) / rate_hz
    onset = int(np.searchsorted(t, -1e-9))
    return push_of(t, force_at(t), onset=onset, take_off_s=LENGTH, weight_n=WEIGHT)


# Trapezoid at 1 kHz: all within 2e-5 of the closed form (metrics.md 5); the table's own tolerance is 1e-4.
@pytest.mark.parametrize(
    ("what", "of", "golden"),
    [
        ("CJ-01 take-off velocity", lambda p: p.v_take_off_m_s, 2.728370453),
        ("CJ-02 height", lambda p: p.height_m, 0.379538646),
        ("CJ-04 time to take-off", lambda p: p.time_to_take_off_s, 0.650),
        ("CJ-05 mRSI", lambda p: p.height_m / p.time_to_take_off_s, 0.583905609),
        ("CJ-06 depth", lambda p: p.depth_m, -0.253094852),
        ("CJ-07 unweighting", lambda p: p.low_s - p.onset_s, 0.300),
        ("CJ-07 braking", lambda p: p.zero_s - p.low_s, 0.125655963),
        ("CJ-07 propulsion", lambda p: p.take_off_s - p.zero_s, 0.224344037),
        ("CJ-07 least velocity", lambda p: p.v_min_m_s, -1.091348181),
        ("CJ-08 braking impulse", lambda p: -p.mass_kg * p.v_min_m_s, 76.394373),
        ("CJ-08 propulsive impulse", lambda p: p.mass_kg * p.v_take_off_m_s, 190.985932),
        ("CJ-09 peak force", lambda p: p.peak_propulsion_n, WEIGHT + B1),
        ("CJ-10 force at zero velocity", lambda p: p.f_zero_n, 1770.67499),
        ("CJ-11 braking RFD", lambda p: (p.f_zero_n - WEIGHT) / (p.zero_s - p.low_s), 8628.3966),
        ("CJ-12 peak power", lambda p: p.peak_power_w, 3333.735),
        ("CJ-13 stiffness", lambda p: (p.f_zero_n - WEIGHT) / -p.depth_m, 4283.8069),
    ],
)
def test_the_golden_jump(what: str, of, golden: float) -> None:
    assert of(jumped()) == pytest.approx(golden, rel=2e-5), what


def test_flight_time_gives_the_same_height_as_its_take_off_velocity() -> None:
    assert flight_height_m(0.556432717) == pytest.approx(0.379538646, rel=1e-8)
    assert flight_height_m(0.556432717) == pytest.approx(jumped().height_m, rel=1e-4)
    assert 0.556432717 / jumped().time_to_take_off_s == pytest.approx(0.856050, rel=1e-5)  # CJ-15


@given(phase=st.floats(0.0, 0.999), rate=st.sampled_from([200.0, 500.0, 1000.0, 2000.0]))
def test_where_the_samples_fall_hardly_matters(phase: float, rate: float) -> None:
    t = (np.arange(-round(rate), round(LENGTH * rate) + 2) + phase) / rate
    f = np.where(t <= LENGTH, force_at(t), 0.0)
    # The last interval ends in the drop to 0, which no sampling sees: force there is held, as the edge estimator places it.
    f = np.where(t > LENGTH, force_at(np.full(len(t), LENGTH)), f)
    push = push_of(t, f, onset=int(np.searchsorted(t, -1.0 / rate)), take_off_s=LENGTH, weight_n=WEIGHT)

    # Trapezoid: error (T h²/12) max |F''| / m: 5e-4 m/s at 200 Hz.
    assert push.v_take_off_m_s == pytest.approx(2.728370453, abs=25.0 / rate**2 + 1e-5)


def test_mean_forces_are_the_impulses_over_the_phases() -> None:
    push = jumped()
    t = np.linspace(0.0, LENGTH, 65001)
    braking = (t >= push.low_s) & (t <= push.zero_s)

    assert push.mean_braking_n == pytest.approx(float(force_at(t[braking]).mean()), rel=1e-3)
    assert push.mean_propulsion_n == pytest.approx(float(force_at(t[t >= push.zero_s]).mean()), rel=1e-3)
    assert push.peak_braking_n == pytest.approx(push.f_zero_n, rel=1e-6)  # rising through it


def test_a_squat_jump_has_no_countermovement_but_a_height() -> None:
    t = np.arange(0.0, 0.3505, 0.001)
    force = WEIGHT + B1 * np.sin(math.pi * t / T2)
    push = push_of(t, force, onset=0, take_off_s=T2, weight_n=WEIGHT)

    assert not push.countermovement
    assert all(math.isnan(v) for v in (push.low_s, push.depth_m, push.f_zero_n, push.mean_braking_n, push.v_min_m_s))
    assert push.v_take_off_m_s == pytest.approx(2.0 * B1 * T2 / math.pi / MASS, rel=1e-4)
    assert push.mean_propulsion_n == pytest.approx(WEIGHT + 2.0 * B1 / math.pi, rel=1e-3)


# ---- onset --------------------------------------------------------------------------------------------------------------------


def standing_then_jumping(rate_hz: float = 1000.0) -> tuple[FloatArray, FloatArray]:
    t = np.arange(-2.0, LENGTH, 1.0 / rate_hz)
    return t, force_at(t) + np.random.default_rng(3).normal(0.0, 1.0, len(t))


def test_movement_begins_thirty_milliseconds_before_five_sd() -> None:
    t, force = standing_then_jumping()
    row = onset_row(force, t, weight_n=WEIGHT, sd_n=1.0, first=1000, last=len(t))
    assert row is not None
    # BW − 400 sin(πt/0.3) is 5 N away after 1.2 ms.
    assert t[row] == pytest.approx(0.001 - 0.030, abs=0.0015)


def test_fidgeting_before_the_jump_is_not_its_onset() -> None:
    t, force = standing_then_jumping()
    force = force + np.where(np.abs(t + 0.7) < 0.05, 30.0, 0.0)
    row = onset_row(force, t, weight_n=WEIGHT, sd_n=1.0, first=1000, last=len(t))
    assert row is not None
    assert t[row] == pytest.approx(-0.029, abs=0.0015)


def test_a_force_that_stays_at_body_weight_has_no_onset() -> None:
    t = np.arange(0.0, 2.0, 0.001)
    assert onset_row(np.full(len(t), WEIGHT), t, weight_n=WEIGHT, sd_n=1.0, first=0, last=len(t)) is None
    # A weighing without noise: half a per cent of body weight is still no movement.
    assert onset_row(np.full(len(t), 1.004 * WEIGHT), t, weight_n=WEIGHT, sd_n=0.0, first=0, last=len(t)) is None


def test_the_body_is_at_rest_thirty_milliseconds_back_even_at_the_record_s_start() -> None:
    t = np.arange(0.0, 0.3, 0.001)
    assert onset_row(force_at(t), t, weight_n=WEIGHT, sd_n=1.0, first=0, last=len(t)) == 0


# ---- uncertainty and drift -----------------------------------------------------------------------------------------------------


def test_a_wrong_weight_costs_what_the_error_budget_says() -> None:
    truth = jumped().height_m
    t = np.arange(-1.0, LENGTH + 0.0005, 0.001)
    onset = int(np.searchsorted(t, -1e-9))
    wrong = push_of(t, force_at(t), onset=onset, take_off_s=LENGTH, weight_n=1.001 * WEIGHT)

    # metrics.md 5: Δh ≈ −v ε T, -0.18 cm per 0.1 %; the mass is wrong by as much, which adds −2 ε h.
    assert wrong.height_m - truth == pytest.approx(-0.001 * (2.728 * 0.65 + 2.0 * truth), rel=0.01)
    assert height_u_m(jumped(), weight_u=0.001, edge_u_s=0.0) == pytest.approx(0.00177, rel=0.01)
    assert height_u_m(jumped(), weight_u=0.0, edge_u_s=0.001) == pytest.approx(0.00273, rel=0.01)


def test_the_integral_over_a_whole_jump_comes_back_to_rest() -> None:
    t = np.arange(-1.0, 3.0, 0.001)
    flight = 2.0 * 2.728370453 / G
    down = LENGTH + flight
    landing = WEIGHT + 0.5 * math.pi * MASS * 2.728370453 / 0.4 * np.sin(math.pi * (t - down) / 0.4)
    force = np.where(t <= LENGTH, force_at(t), np.where(t < down, 0.0, np.where(t < down + 0.4, landing, WEIGHT)))
    onset = int(np.searchsorted(t, -1e-9))

    # The two steps of force (to and from 0) fall between samples: half a period of 1 g each.
    assert abs(drift_m_s(t, force, onset=onset, still_s=(2.0, 3.0), weight_n=WEIGHT)) < 0.015
    assert drift_m_s(t, force, onset=onset, still_s=(2.0, 3.0), weight_n=0.99 * WEIGHT) > 0.2
