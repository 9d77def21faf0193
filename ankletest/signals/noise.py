"""How loud a motion sensor's own noise is, by the samples themselves: what is left where nobody moves any more; not a pad's noise."""

import math

import numpy as np
from scipy.fft import rfft

from ankletest.samples import FloatArray

ABOVE_HZ = 20.0
"""Nobody who stands moves faster: tremor ends below 15 Hz, and soft tissue swings at 13-24 Hz only when it is knocked (algorithms.md 6)."""
BELOW_SHARE = 0.40
"""Of the rate: from 0.45 on a sensor's own low-pass takes noise away (algorithms.md 10.1)."""
LEAST = 50
"""So many frequencies tell the level to 1 in 8."""


def white_density(values: FloatArray, *, rate_hz: float) -> FloatArray:
    """Return the one-sided density of the white noise in each column, (k,), unit² / Hz; NaN where the band is too narrow to tell.

    The median of the periodogram over 20 Hz to 0.4 of the rate, by ln 2, as a periodogram of noise is exponentially distributed: a hum or
    a knock moves a median little. Noise that is louder at low frequencies than there (flicker) is not in it; movement that reaches
    beyond 20 Hz is, so the figure is rather high than low.

    Parameters
    ----------
    values : (n, k)
        Uniform samples without NaN.
    rate_hz
    """
    count, columns = values.shape
    first, last = math.ceil(ABOVE_HZ * count / rate_hz), math.floor(BELOW_SHARE * count)
    if last - first < LEAST:
        return np.full(columns, np.nan)
    # A Hann window keeps the slow and large out of the band; its mean square is 3/8.
    window = np.hanning(count)
    power = np.abs(rfft((values - values.mean(axis=0)) * window[:, None], axis=0)[first:last]) ** 2
    density = 2.0 * power / (rate_hz * float((window * window).sum()))
    return np.asarray(np.median(density, axis=0) / math.log(2.0), dtype=np.float64)
