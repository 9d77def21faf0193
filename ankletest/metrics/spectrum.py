"""Spectra of sway, of the CoP (metrics.md SW-14) and of acceleration (IM-05): formulas on plain arrays; no filter, no choice of window.

Numbers of other spectra (another window, segment or band) must never stand beside these: such choices alone move the median frequency by
up to 137 % (Vieira et al. 2009).
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.integrate import cumulative_trapezoid, trapezoid
from scipy.signal import detrend, periodogram, welch

from ankletest.samples import FloatArray

SEGMENT_S = 10.0
"""Hann segments of Welch's mean, half overlapping."""
NOTHING = 1e-18
"""Below this power (mm² or m²/s⁴) nothing moved, and every ratio would divide rounding by rounding."""


@dataclass(frozen=True, slots=True)
class Density:
    """One-sided power spectral density: Hz (m,), and the square of the signal's unit a Hz, (m,) or (m, k)."""

    f_hz: FloatArray
    density: FloatArray


@dataclass(frozen=True, slots=True)
class Moments:
    """What SW-14 tells of a spectrum within a band.

    Parameters
    ----------
    power
        ``μ0``, the square of the signal's unit.
    f50_hz, f95_hz
        Below these lie 50 and 95 % of the power.
    centroid_hz
        ``CFREQ = √(μ2/μ0)``.
    dispersion
        ``FREQD = √(1 − μ1²/(μ0 μ2))``: 0 for a tone, towards 1 for a broad spectrum.
    mean_hz
        ``μ1/μ0``.
    """

    power: float
    f50_hz: float
    f95_hz: float
    centroid_hz: float
    dispersion: float
    mean_hz: float


@dataclass(frozen=True, slots=True)
class AxisSpectrum:
    """Moments of one axis, and the shares of its power in parts of the band."""

    moments: Moments
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Axes:
    """Spectra of the two axes."""

    ml: AxisSpectrum
    ap: AxisSpectrum


NONE = Moments(math.nan, math.nan, math.nan, math.nan, math.nan, math.nan)


def welch_density(x: FloatArray, *, rate_hz: float) -> Density:
    """Return Welch's density of the linearly detrended signal: Hann segments of 10 s, half overlapping, one-sided (SW-14; Welch 1967).

    Parameters
    ----------
    x : (n,) or (n, k)
        Uniform samples of at least 10 s; columns are transformed together.
    rate_hz
    """
    segment = round(SEGMENT_S * rate_hz)
    flat = detrend(x, axis=0, type="linear")
    f, density = welch(flat, fs=rate_hz, window="hann", nperseg=segment, noverlap=segment // 2, detrend=False, scaling="density", axis=0)
    return Density(np.asarray(f, dtype=np.float64), np.asarray(density, dtype=np.float64))


def boxcar_density(x: FloatArray, *, rate_hz: float) -> Density:
    """Return the periodogram of the whole signal less its mean; exact for tones that fit the record in whole cycles."""
    f, density = periodogram(x, fs=rate_hz, window="boxcar", detrend="constant", scaling="density")
    return Density(np.asarray(f, dtype=np.float64), np.asarray(density, dtype=np.float64))


def axes_of(
    ml: FloatArray, ap: FloatArray, *, rate_hz: float, band_hz: tuple[float, float], parts_hz: tuple[tuple[float, float], ...] = ()
) -> Axes:
    """Return Welch's spectra of two axes, (n,) each, by their moments within a band and the shares of its parts."""
    both = welch_density(np.stack((ml, ap), axis=-1), rate_hz=rate_hz)
    return Axes(*(_axis(Density(both.f_hz, column), band_hz, parts_hz) for column in both.density.T))


def moments(spectrum: Density, *, band_hz: tuple[float, float]) -> Moments:
    """Return the moments within a band by the trapezoid rule, ``μ_k = ∫ f^k G df``; the density is linear up to the band's ends.

    NaN where there is no power in the band.
    """
    inside = _within(spectrum, band_hz)
    f, g = inside.f_hz, inside.density
    m0, m1, m2 = (float(trapezoid(g * f**k, f)) for k in range(3))
    if not m0 > NOTHING:
        return NONE
    running = np.asarray(cumulative_trapezoid(g, f, initial=0), dtype=np.float64)
    f50, f95 = (float(np.interp(share * m0, running, f)) for share in (0.50, 0.95))
    return Moments(m0, f50, f95, math.sqrt(m2 / m0), math.sqrt(max(1.0 - m1 * m1 / (m0 * m2), 0.0)), m1 / m0)


def share(spectrum: Density, *, part_hz: tuple[float, float], power: float) -> float:
    """Return the power of a part of the band as a fraction of the band's ``power``; NaN where there is none."""
    part = _within(spectrum, part_hz)
    return float(trapezoid(part.density, part.f_hz)) / power if power > NOTHING else math.nan


def _axis(density: Density, band_hz: tuple[float, float], parts_hz: tuple[tuple[float, float], ...]) -> AxisSpectrum:
    whole = moments(density, band_hz=band_hz)
    return AxisSpectrum(whole, tuple(share(density, part_hz=part, power=whole.power) for part in parts_hz))


def _within(spectrum: Density, band_hz: tuple[float, float]) -> Density:
    """Return the density from one end of a band to the other, interpolated at both."""
    least, most = band_hz
    f = spectrum.f_hz[(spectrum.f_hz > least) & (spectrum.f_hz < most)]
    at = np.concatenate(((least,), f, (most,)))
    return Density(at, np.asarray(np.interp(at, spectrum.f_hz, spectrum.density), dtype=np.float64))
