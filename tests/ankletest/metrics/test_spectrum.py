import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankletest.metrics import spectrum as sp
from ankletest.samples import FloatArray

RATE = 100.0
BAND = (0.15, 5.0)
T = np.arange(6000) / RATE


def tones(*each: tuple[float, float]) -> FloatArray:
    return np.asarray(sum(a * np.sin(2.0 * np.pi * f * T) for a, f in each), dtype=np.float64)


def test_the_two_tones_of_the_specification() -> None:
    found = sp.moments(sp.boxcar_density(tones((1.0, 0.4), (1.0, 1.6)), rate_hz=RATE), band_hz=BAND)

    # Tolerance of metrics.md 14; both tones are whole bins of 60 s.
    assert found.power == pytest.approx(1.0, abs=1e-6)
    assert found.centroid_hz == pytest.approx(1.16619038, abs=1e-6)
    assert found.dispersion == pytest.approx(0.514495755, abs=1e-6)
    assert found.mean_hz == pytest.approx(1.0, abs=1e-6)


def test_welch_of_the_two_tones_is_within_two_per_cent() -> None:
    found = sp.moments(sp.welch_density(tones((1.0, 0.4), (1.0, 1.6)), rate_hz=RATE), band_hz=BAND)

    assert found.power == pytest.approx(1.0, rel=0.02)  # metrics.md SW-14 allows Hann and Welch 2 %
    assert found.centroid_hz == pytest.approx(1.16619038, rel=0.02)
    assert found.dispersion == pytest.approx(0.514495755, rel=0.02)


def test_quantiles_of_a_flat_spectrum_divide_the_band() -> None:
    flat = sp.Density(np.arange(0.0, 50.0, 0.1), np.full(500, 2.0))
    found = sp.moments(flat, band_hz=BAND)

    assert found.power == pytest.approx(2.0 * 4.85)
    assert found.f50_hz == pytest.approx(0.15 + 0.50 * 4.85)
    assert found.f95_hz == pytest.approx(0.15 + 0.95 * 4.85)
    # The trapezoid of f² is too large by step²/6 of the band: 1.7e-3 of 8.6.
    assert found.centroid_hz == pytest.approx(math.sqrt((5.0**3 - 0.15**3) / 3.0 / 4.85), rel=3e-4)
    assert found.mean_hz == pytest.approx((5.0 + 0.15) / 2.0, rel=1e-9)


def test_the_parts_of_a_band_share_its_power() -> None:
    spectrum = sp.boxcar_density(tones((1.0, 0.3), (2.0, 1.0), (3.0, 3.0)), rate_hz=RATE)
    power = sp.moments(spectrum, band_hz=BAND).power
    found = [sp.share(spectrum, part_hz=part, power=power) for part in ((0.15, 0.5), (0.5, 2.0), (2.0, 5.0))]

    assert found == pytest.approx([1.0 / 14.0, 4.0 / 14.0, 9.0 / 14.0], abs=1e-9)


def test_what_lies_outside_the_band_does_not_count() -> None:
    inside = sp.moments(sp.boxcar_density(tones((1.0, 1.0)), rate_hz=RATE), band_hz=BAND)
    both = sp.moments(sp.boxcar_density(tones((1.0, 1.0), (5.0, 0.05), (5.0, 9.0)), rate_hz=RATE), band_hz=BAND)

    assert both.power == pytest.approx(inside.power, rel=1e-9)


def test_a_drift_is_taken_away_before_welch() -> None:
    still = sp.moments(sp.welch_density(tones((1.0, 1.0)), rate_hz=RATE), band_hz=BAND)
    drifting = sp.moments(sp.welch_density(tones((1.0, 1.0)) + 2.0 * T - 30.0, rate_hz=RATE), band_hz=BAND)

    # The line of least squares through a sine is not quite flat: 1e-4.
    assert drifting.power == pytest.approx(still.power, rel=1e-3)


def test_a_tone_has_no_dispersion_and_noise_has_that_of_a_flat_band() -> None:
    tone = sp.moments(sp.boxcar_density(tones((1.0, 1.0)), rate_hz=RATE), band_hz=BAND)
    white = sp.moments(sp.welch_density(np.random.default_rng(3).standard_normal(60_000), rate_hz=RATE), band_hz=BAND)
    mean, square = 2.575, (5.0**3 - 0.15**3) / 3.0 / 4.85

    assert tone.dispersion == pytest.approx(0.0, abs=1e-6)
    assert white.dispersion == pytest.approx(math.sqrt(1.0 - mean**2 / square), rel=0.05)  # 119 segments: a few per cent


def test_columns_are_transformed_as_if_alone() -> None:
    a, b = tones((1.0, 0.7)), tones((2.0, 1.3))
    both = sp.welch_density(np.stack((a, b), axis=-1), rate_hz=RATE)

    assert both.density[:, 0] == pytest.approx(sp.welch_density(a, rate_hz=RATE).density, abs=1e-15)
    assert both.density[:, 1] == pytest.approx(sp.welch_density(b, rate_hz=RATE).density, abs=1e-15)


def test_stillness_has_no_spectrum() -> None:
    spectrum = sp.welch_density(np.full(3000, 4.2), rate_hz=RATE)

    assert all(math.isnan(value) for value in (sp.moments(spectrum, band_hz=BAND).power, sp.moments(spectrum, band_hz=BAND).f50_hz))
    assert math.isnan(sp.share(spectrum, part_hz=(0.5, 2.0), power=math.nan))


@given(factor=st.floats(0.01, 100.0), seed=st.integers(0, 50))
def test_frequencies_do_not_depend_on_the_size_of_sway_and_power_goes_with_its_square(factor: float, seed: int) -> None:
    x = np.random.default_rng(seed).standard_normal(3000).cumsum()
    one, other = (sp.moments(sp.welch_density(k * x, rate_hz=RATE), band_hz=BAND) for k in (1.0, factor))

    assert other.power == pytest.approx(factor**2 * one.power, rel=1e-9)
    assert (other.f50_hz, other.f95_hz, other.centroid_hz) == pytest.approx((one.f50_hz, one.f95_hz, one.centroid_hz), rel=1e-9)
    assert BAND[0] <= one.f50_hz <= one.f95_hz <= BAND[1]
    assert 0.0 <= one.dispersion < 1.0
