import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator
from scipy.signal import butter, sosfreqz

from ankletest.signals.filters import (
    design_hz,
    evened,
    fill,
    grid,
    highpass,
    lowpass,
    lowpass_gains,
    lowpass_sos,
    noise_gains,
    on_grid,
    rate_of,
    resampled,
)  # fmt: skip


@given(rate=st.floats(60.0, 2000.0), cut=st.floats(3.5, 25.0))
def test_two_passes_are_three_decibels_down_at_the_stated_cut_off(rate: float, cut: float) -> None:
    _, h = sosfreqz(lowpass_sos(cut, rate), worN=[cut], fs=rate)

    assert abs(h[0]) ** 2 == pytest.approx(math.sqrt(0.5), abs=1e-9)  # closed form: rounding only


def test_the_design_cut_off_is_that_of_the_specification() -> None:
    assert design_hz(10.0, 100.0) == pytest.approx(12.249, abs=5e-4)  # metrics.md 0, printed with three decimals


def test_a_sine_at_the_cut_off_comes_through_at_the_root_of_a_half_and_in_phase() -> None:
    t = np.arange(4000) / 100.0
    sine = np.sin(2.0 * np.pi * 10.0 * t)
    through = lowpass(sine, rate_hz=100.0, cut_hz=10.0)
    middle = slice(500, 3500)  # away from the ends, where the extension shows

    assert np.allclose(through[middle], math.sqrt(0.5) * sine[middle], atol=1e-6)


def test_a_straight_line_is_not_bent_at_its_ends() -> None:
    line = np.linspace(-3.0, 5.0, 700)

    # Odd extension continues the line; what is left is the pad's own far end, 1 s away.
    assert np.allclose(lowpass(line, rate_hz=100.0, cut_hz=10.0), line, atol=1e-9)


def test_columns_are_filtered_each_on_its_own() -> None:
    rng = np.random.default_rng(2)
    both = rng.standard_normal((300, 2))
    one = lowpass(both[:, 0].copy(), rate_hz=100.0, cut_hz=10.0)

    assert np.array_equal(lowpass(both, rate_hz=100.0, cut_hz=10.0)[:, 0], one)


@pytest.mark.parametrize("rows", [0, 1, 2, 5, 40])
def test_a_record_shorter_than_the_extension_is_filtered_without_an_error(rows: int) -> None:
    values = np.arange(float(rows))

    assert len(lowpass(values, rate_hz=100.0, cut_hz=10.0)) == rows


def test_a_cut_off_above_half_the_rate_takes_nothing_away() -> None:
    values = np.random.default_rng(1).standard_normal(50)

    assert np.array_equal(lowpass(values, rate_hz=18.0, cut_hz=10.0), values)


def test_nothing_is_done_to_samples_without_holes() -> None:
    t = np.arange(500) / 250.0
    values = np.random.default_rng(3).standard_normal((500, 2))
    filled = fill(t, values)

    assert np.array_equal(filled.t_s, t)
    assert np.array_equal(filled.values, values)
    assert filled.gaps == ()
    assert filled.longest_s == 0.0
    assert filled.lost_share == 0.0
    assert filled.rate_hz == pytest.approx(250.0, rel=1e-9)


def test_a_hole_is_closed_as_pchip_over_the_whole_record_would() -> None:
    t = np.arange(300) / 100.0
    values = np.stack((np.sin(t), np.cos(3.0 * t)), axis=-1)
    keep = np.ones(300, np.bool_)
    keep[100:103] = False
    filled = fill(t[keep], values[keep])
    whole = PchipInterpolator(t[keep], values[keep], axis=0)(t[100:103])

    assert np.allclose(filled.t_s, t, atol=1e-12)
    assert np.flatnonzero(filled.filled).tolist() == [100, 101, 102]
    assert np.allclose(filled.values[100:103], whole, atol=1e-9)  # same rows, same slopes; times differ by rounding
    assert [gap.samples for gap in filled.gaps] == [3]
    assert filled.longest_s == pytest.approx(0.03)
    assert filled.gaps[0].after_s == t[99]


def test_rows_that_are_not_numbers_are_holes_and_those_at_the_ends_are_cut_off() -> None:
    t = np.arange(200) / 100.0
    values = np.sin(t)[:, None].copy()
    values[:4], values[50], values[60], values[-2:] = np.nan, np.nan, np.inf, np.nan
    filled = fill(t, values)

    assert filled.t_s[0] == t[4]
    assert filled.t_s[-1] == t[197]
    assert np.isfinite(filled.values).all()
    assert sorted(gap.samples for gap in filled.gaps) == [1, 1, 2, 4]
    assert filled.lost_share == pytest.approx(8.0 / 200.0)


@pytest.mark.parametrize("rows", [0, 1])
def test_next_to_nothing_is_filled_to_next_to_nothing(rows: int) -> None:
    filled = fill(np.arange(float(rows)), np.zeros((rows, 2)))

    assert len(filled.t_s) == 0
    assert filled.lost_share == 1.0


def test_nothing_but_nan_leaves_nothing() -> None:
    filled = fill(np.arange(100) / 100.0, np.full((100, 2), np.nan))

    assert len(filled.t_s) == 0
    assert filled.longest_s == pytest.approx(1.0)


def test_the_rate_is_that_of_rows_without_holes() -> None:
    t = np.delete(np.arange(1000) / 80.0, slice(300, 400))

    assert rate_of(t) == pytest.approx(80.0, rel=1e-9)
    assert rate_of(t, 80.0) == pytest.approx(80.0, rel=1e-9)


def test_an_announced_rate_that_is_far_off_is_not_believed() -> None:
    assert rate_of(np.arange(1000) / 80.0, 1000.0) == pytest.approx(80.0, rel=1e-9)


def test_resampling_at_the_samples_own_times_gives_the_samples() -> None:
    t = np.cumsum(np.random.default_rng(4).uniform(0.5, 1.5, 200))
    values = np.random.default_rng(5).standard_normal((200, 3))

    assert np.allclose(resampled(t, values, t), values, atol=1e-12)


@given(slope=st.floats(-5.0, 5.0), bend=st.floats(-2.0, 2.0))
def test_resampling_follows_a_parabola_exactly_even_with_uneven_steps(slope: float, bend: float) -> None:
    t = np.cumsum(np.random.default_rng(6).uniform(0.005, 0.015, 100))
    at = np.linspace(t[1], t[-2], 333)  # at either end there is one neighbour too few

    assert np.allclose(resampled(t, (slope * t + bend * t**2)[:, None], at)[:, 0], slope * at + bend * at**2, atol=1e-9)


def test_a_sway_keeps_its_shape_from_any_native_rate_to_the_grid() -> None:
    for rate in (62.5, 80.0, 100.02, 250.0, 1000.0):
        t = 7.3 + np.arange(round(20.0 * rate)) / rate
        wave = 10.0 * np.sin(2.0 * np.pi * 0.5 * t)
        at, values = on_grid(fill(t, wave[:, None]), rate_hz=100.0, cut_hz=10.0)
        middle = slice(200, -200)

        assert np.allclose(np.diff(at), 0.01)
        # 10 mm at 0.5 Hz: the filter takes 3e-6 of it, the cubic at 62.5 Hz 1e-5.
        assert np.allclose(values[middle, 0], 10.0 * np.sin(np.pi * at[middle]), atol=5e-4), rate


def test_what_lies_above_the_grid_does_not_fold_into_sway() -> None:
    t = np.arange(20_000) / 1000.0
    hum = 5.0 * np.sin(2.0 * np.pi * 98.0 * t)  # would fold to 2 Hz at 100 Hz
    _, values = on_grid(fill(t, hum[:, None]), rate_hz=100.0, cut_hz=10.0)

    assert np.abs(values[200:-200]).max() < 5.0 * 3e-4  # (10/98)⁴ = 1.1e-4 of the two-pass filter, with room for its warp


def test_stamps_that_wander_are_put_on_a_grid_before_the_filter() -> None:
    rng = np.random.default_rng(7)
    t = np.arange(4000) / 200.0 + rng.uniform(-0.3, 0.3, 4000) / 200.0
    filled = fill(t, (10.0 * np.sin(np.pi * t))[:, None])
    even, values = evened(filled)
    at, smooth = on_grid(filled, rate_hz=100.0, cut_hz=10.0)

    assert np.abs(np.diff(even) * filled.rate_hz - 1.0).max() < 1e-6
    assert np.allclose(values[:, 0], 10.0 * np.sin(np.pi * even), atol=5e-3)  # PCHIP flattens summits by (ωh)²/8 of 10 mm
    assert np.allclose(smooth[200:-200, 0], 10.0 * np.sin(np.pi * at[200:-200]), atol=5e-3)


def test_a_grid_ends_with_the_record_and_not_after_it() -> None:
    assert len(grid(0.0, 1.0, 100.0)) == 101
    assert len(grid(0.0, 0.9999, 100.0)) == 100
    assert grid(2.0, 2.05, 100.0)[-1] <= 2.05


def test_the_noise_left_by_a_filter_is_that_of_a_long_simulation() -> None:
    noise = np.random.default_rng(8).standard_normal(200_000)
    smooth = lowpass(noise, rate_hz=100.0, cut_hz=10.0)
    spread, steps = lowpass_gains(10.0, 100.0)

    assert smooth.std() == pytest.approx(spread, rel=0.01)  # 200 000 samples, about 40 000 free ones: 0.4 %
    assert np.diff(smooth).std() == pytest.approx(steps, rel=0.01)
    assert noise_gains(lowpass_sos(10.0, 100.0)) == (spread, steps)


def test_without_a_filter_noise_keeps_its_size() -> None:
    assert lowpass_gains(60.0, 100.0) == (1.0, math.sqrt(2.0))


def test_the_noise_speed_of_the_specification_comes_out() -> None:
    # metrics.md 14: σ 0.3 mm, 100 Hz; raw 53.174, plain two-pass order 2 at 10 Hz without correction 5.362 mm/s, 1 %.
    _, steps = noise_gains(np.asarray(butter(2, 10.0, fs=100.0, output="sos")))

    assert 100.0 * 0.3 * steps * math.sqrt(math.pi / 2.0) == pytest.approx(5.362, rel=0.01)
    assert 100.0 * 0.3 * math.sqrt(2.0) * math.sqrt(math.pi / 2.0) == pytest.approx(53.174, rel=0.01)


def test_a_high_pass_is_three_decibels_down_at_its_cut_and_whole_far_above() -> None:
    t = np.arange(40_000) / 100.0
    slow, at, fast = (highpass(np.sin(2.0 * np.pi * f * t), rate_hz=100.0, cut_hz=0.1)[10_000:30_000] for f in (0.01, 0.1, 2.0))

    # Two passes of second order fall by 80 dB a decade: 1e-4 of the amplitude, and C⁴ for the design.
    assert np.abs(slow).max() < 3e-4
    assert np.abs(at).max() == pytest.approx(math.sqrt(0.5), rel=1e-3)
    assert math.sqrt(2.0) * fast.std() == pytest.approx(1.0, rel=1e-4)
    assert np.abs(highpass(3.0 + 0.5 * t, rate_hz=100.0, cut_hz=0.1)).max() < 1e-4  # of 200: a ramp goes on into the extension, 30 s long
