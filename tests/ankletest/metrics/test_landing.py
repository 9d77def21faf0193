"""Landing formulas against closed forms (metrics.md 6 and 14)."""

import math

import numpy as np
import pytest

from ankletest.metrics import landing as m
from ankletest.samples import FloatArray, G

BW = 700.0
T = np.arange(5001) / 1000.0
"""5 s at 1 kHz, as the golden values were made."""
DECAY = 2.0 * np.exp(-T / 0.2)
RINGING = DECAY * np.cos(2.0 * np.pi * 2.5 * T)


def half_sine(rate_hz: float, peak_n: float = 2000.0, length_s: float = 0.1) -> tuple[FloatArray, FloatArray]:
    t = np.arange(round(length_s * rate_hz) + 1) / rate_hz
    return t, peak_n * np.sin(np.pi * t / length_s)


def test_time_to_stabilisation_of_an_exponential_is_tau_ln_a_over_band() -> None:
    # Linear interpolation between samples 1 ms apart bends 1e-6 s.
    assert m.settled_s(T, DECAY) == pytest.approx(0.2 * math.log(2.0 / 0.05), abs=1e-5)
    assert m.settled_s(T, DECAY) == pytest.approx(0.737776, abs=1e-5)


def test_time_to_stabilisation_of_a_ringing_landing_is_its_last_crossing() -> None:
    assert m.settled_s(T, RINGING) == pytest.approx(0.654234, abs=1e-5)


def test_a_landing_that_is_never_outside_settles_at_once_and_one_that_never_settles_has_no_time() -> None:
    assert m.settled_s(T, 0.01 * RINGING) == 0.0
    assert math.isnan(m.settled_s(T, 0.2 * np.sin(T)))
    assert math.isnan(m.settled_s(T[:1500], DECAY[:1500]))  # inside for 0.76 s only
    assert math.isnan(m.settled_s(T[:0], T[:0]))


def test_the_vertical_stability_index_is_the_closed_form() -> None:
    expected = 2.0 * math.sqrt(0.2 / (2.0 * 3.0) * (1.0 - math.exp(-2.0 * 3.0 / 0.2)))

    assert expected == pytest.approx(0.365148372, abs=1e-9)
    assert m.stability_index(T, DECAY) == pytest.approx(0.365148, abs=1e-5)
    assert math.isnan(m.stability_index(T[:2000], DECAY[:2000]))


def test_sequential_averaging_and_the_cubic_give_the_golden_times() -> None:
    # The cumulative mean of a sampled exponential depends on the rate: 5e-3 in the table.
    assert m.settled_sequential_s(T, BW * (1.0 + DECAY)) == pytest.approx(1.832006, abs=5e-3)
    assert m.settled_cubic_s(T, np.abs(RINGING), line=0.05) == pytest.approx(1.049073, abs=1e-4)


def test_the_line_of_the_cubic_is_the_range_of_the_last_second_with_a_floor() -> None:
    noisy = RINGING + np.where(T > 4.0, 0.05 * np.sign(np.sin(40.0 * T)), 0.0)

    assert m.settled_cubic_s(T, noisy) == pytest.approx(m.settled_cubic_s(T, noisy, line=0.05), abs=1e-3)
    assert m.settled_cubic_s(T, RINGING) == pytest.approx(m.settled_cubic_s(T, RINGING, line=0.01), abs=1e-12)
    assert math.isnan(m.settled_cubic_s(T[:3], RINGING[:3]))


def test_the_moving_rms_settles_when_the_disturbance_is_down_to_the_noise_of_the_end() -> None:
    rng = np.random.default_rng(4)
    noise = 0.01 * rng.standard_normal(len(T))
    # A disturbance that ends at 1.2 s: half the span later the RMS still holds a part of it.
    found = m.settled_rms_s(T, noise + np.where(T < 1.2, 0.5, 0.0))

    assert 1.2 < found < 1.2 + 0.5 * m.RMS_S
    assert m.settled_rms_s(T, np.column_stack((noise + np.where(T < 1.2, 0.5, 0.0), noise))) == pytest.approx(found, abs=0.01)
    assert math.isnan(m.settled_rms_s(T[:400], noise[:400]))


def test_the_moving_rms_of_an_exponential_crosses_where_its_closed_form_does() -> None:
    # RMS over [t - w/2, t + w/2] of a e^{-t/τ} is a e^{-t/τ} √(τ sinh(w/τ)/w); over a constant floor the level is the floor.
    floor, tau = 0.02, 0.6
    signal = np.column_stack((2.0 * np.exp(-T / tau), np.full(len(T), floor)))
    grown = 2.0 * math.sqrt(tau * math.sinh(m.RMS_S / tau) / m.RMS_S)
    tail = 5.0 - 0.5 * m.RMS_S - np.arange(1, 1000) / 1000.0
    over = np.sqrt((grown * np.exp(-tail / tau)) ** 2 + floor**2)
    excess = float((over - floor).mean() + m.SIGMAS * over.std())
    expected = tau * math.log(grown / math.sqrt(excess * (2.0 * floor + excess)))

    # A span of 250 samples holds one sample less than 250 ms: 0.5 ms.
    assert m.settled_rms_s(T, signal) == pytest.approx(expected, abs=0.005)


def test_loading_rates_of_a_half_sine_are_the_closed_forms() -> None:
    t, force = half_sine(1000.0)
    top = m.peak(t, force)

    assert (top.force_n, top.at_s) == pytest.approx((2000.0, 0.05), abs=1e-9)
    assert m.average_rate_n_s(top) == pytest.approx(40_000.0, abs=1e-6)
    assert m.steepest_n_s(t, force, top.at_s) == pytest.approx(62_831.853, rel=0.01)  # sampled
    assert m.rate_20_80_n_s(t, force, top) == pytest.approx(51_931.637, rel=0.01)
    fine = half_sine(100_000.0)
    assert m.steepest_n_s(*fine, 0.05) == pytest.approx(62_831.853, rel=1e-6)
    assert m.rate_20_80_n_s(*fine, m.peak(*fine)) == pytest.approx(51_931.637, rel=1e-6)


def test_the_filter_of_the_loading_rate_takes_noise_and_little_of_the_rise() -> None:
    t = np.arange(-1000, 1000) / 1000.0
    force = np.where((t > 0.0) & (t < 0.1), 2000.0 * np.sin(np.pi * t / 0.1), 0.0)
    smooth = m.smoothed_n(force, 1000.0)
    noisy = m.smoothed_n(force + 5.0 * np.random.default_rng(1).standard_normal(len(t)), 1000.0)
    rate = m.steepest_n_s(t, smooth, 0.05)

    # The corner at the contact is rounded by a 50 Hz filter: its slope arrives within 5 ms, when the half-sine has lost 1-2 %.
    assert rate == pytest.approx(62_831.853, rel=0.06)
    assert m.steepest_n_s(t, noisy, 0.05) == pytest.approx(rate, rel=0.04)


def test_impulses_of_a_half_sine_are_the_closed_forms() -> None:
    t = np.arange(1, 400) / 1000.0 - 0.0003  # samples off the contact
    force = np.where(t < 0.1, 2000.0 * np.sin(np.pi * t / 0.1), 0.0)
    whole = 2.0 * 2000.0 * 0.1 / np.pi

    # The trapezoid rule is 8e-5 short on a half-sine of 100 samples.
    assert m.impulse_n_s(t, force, 0.05) == pytest.approx(0.5 * whole, rel=1e-3)
    assert m.impulse_n_s(t, force, 0.1) == pytest.approx(whole, rel=1e-3)
    assert m.impulse_n_s(t, force, 0.2) == pytest.approx(whole, rel=1e-3)
    assert math.isnan(m.impulse_n_s(t[:30], force[:30], 0.05))


def test_three_axes_give_the_golden_dpsi() -> None:
    one = np.ones(100)

    assert m.dynamic_stability(0.1 * BW * one, 0.2 * BW * one, 1.3 * BW * one, weight_n=BW) == pytest.approx(
        (0.374166, 0.1, 0.2, 0.3), abs=1e-6
    )


def dropped(height_m: float, length_s: float = 0.25) -> FloatArray:
    """Return the force of a fall that is stopped by a half-sine over body weight; at rest afterwards."""
    speed = math.sqrt(2.0 * G * height_m)
    size = 0.5 * math.pi / length_s * BW / G * speed
    return BW + np.where(length_s > T, size * np.sin(np.pi * T / length_s), 0.0)


@pytest.mark.parametrize("height_m", [0.1, 0.3, 0.5])
def test_the_height_of_the_drop_comes_back_from_the_impulse(height_m: float) -> None:
    # The first millisecond is taken as rising from 0, where this force has 700 N already: 0.35 N·s of 170.
    speed = m.speed_m_s(T, dropped(height_m), weight_n=BW, from_s=2.0, to_s=3.0)

    assert m.drop_m(speed) == pytest.approx(height_m, rel=0.01)
    assert math.isnan(m.speed_m_s(T[:2000], dropped(height_m)[:2000], weight_n=BW, from_s=2.0, to_s=3.0))


def test_stiffness_is_peak_force_over_the_way_down() -> None:
    # Stopped by a half-sine force: v(t) = v0 (1 + cos πt/T)/2, so the way down is v0 T/2.
    height, length = 0.3, 0.25
    speed = math.sqrt(2.0 * G * height)
    force = dropped(height, length)

    assert m.stiffness_n_m(T, force, weight_n=BW, speed=speed) == pytest.approx(force.max() / (0.5 * speed * length), rel=0.01)
    assert math.isnan(m.stiffness_n_m(T[:50], force[:50], weight_n=BW, speed=speed))
