"""When somebody was tapped."""

import math

import numpy as np
import pytest

from ankletest.samples import FloatArray, G
from ankletest.signals.taps import KEY_U_S, SPIKE_M_S2, Tap, spikes_of, with_keys

RATE = 200.0


def worn(taps: tuple[float, ...], *, peak: float = 12.0, tilt: float = 0.2, seconds: float = 20.0) -> tuple[FloatArray, FloatArray]:
    """Return a tilted sensor that sways slowly and is knocked sideways for 20 ms."""
    t = np.arange(round(seconds * RATE)) / RATE
    rng = np.random.default_rng(4)
    imu = np.zeros((len(t), 6))
    imu[:, 0] = G * np.sin(tilt) + 0.3 * np.sin(2.0 * np.pi * 0.5 * t)
    imu[:, 2] = G * np.cos(tilt)
    imu += 0.05 * rng.standard_normal(imu.shape)
    for at in taps:
        imu[:, 1] += peak * np.sin(np.pi * np.clip((t - at) / 0.02, 0.0, 1.0))
    return t, imu


def test_taps_are_found_at_their_first_sample_above_half_a_g() -> None:
    found = spikes_of(*worn((5.0, 9.0, 14.0025)), rate_hz=RATE)

    # Half a sine of 20 ms is at 8.5 m/s² after 5 ms; 2.5 ms into it at 4.6, which is no half g.
    assert [tap.t_s for tap in found] == pytest.approx([5.005, 9.005, 14.010], abs=1e-6)
    assert all(10.8 < tap.peak_m_s2 < 12.2 for tap in found)  # a sample every 5 ms meets the top of the sine to within 0.92
    assert all(tap.u_s == pytest.approx(1.0 / RATE / math.sqrt(12.0)) for tap in found)


def test_a_tap_that_rings_is_one_and_a_weak_knock_is_none() -> None:
    assert len(spikes_of(*worn((5.0, 5.1, 5.9)), rate_hz=RATE)) == 1
    assert spikes_of(*worn((5.0,), peak=0.9 * SPIKE_M_S2), rate_hz=RATE) == []
    assert spikes_of(np.zeros(0), np.zeros((0, 6)), rate_hz=RATE) == []


def test_slow_tilt_is_no_tap_and_missing_rows_are_left_out() -> None:
    t, imu = worn((12.0,))
    lean = 0.6 * np.sin(2.0 * np.pi * 0.1 * t)
    imu[:, 0] += G * np.sin(lean)
    imu[:, 2] += G * (np.cos(lean) - 1.0)
    imu[100:110] = math.nan

    assert [tap.t_s for tap in spikes_of(t, imu, rate_hz=RATE)] == pytest.approx([12.005], abs=0.0051)  # one sample either way


def test_the_key_says_which_spikes_are_taps() -> None:
    spikes = [Tap(5.0, 12.0, 1e-3), Tap(9.0, 30.0, 1e-3), Tap(14.0, 12.0, 1e-3)]
    found = with_keys(spikes, [14.4, 5.3, 17.0])

    assert [tap.t_s for tap in found] == [5.0, 14.0, 17.0]
    assert math.isnan(found[2].peak_m_s2)
    assert found[2].u_s == KEY_U_S
    assert with_keys(spikes, []) == spikes
