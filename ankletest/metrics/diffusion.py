"""Stabilogram diffusion (metrics.md SW-15; Collins & De Luca 1993, Exp Brain Res 95:308): formulas on plain arrays; no filter."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from ankletest.samples import FloatArray

LONGEST_S = 10.0
"""Lags reach to 10 s or a third of the record, whichever is less."""
BREAK_S = (0.3, 2.5)
"""Where the two regions may meet."""
STILL = 1e-18
"""Below this mean square (mm²) nothing moved and there is no logarithm."""


@dataclass(frozen=True, slots=True)
class Diffusion:
    """Two regions of diffusion.

    ``short_mm2_s`` and ``long_mm2_s`` are half the slopes; they meet at ``critical_s`` and ``critical_mm2``. The exponents are half
    the slopes of log over log on either side: 0.5 is a random walk, more persists, less turns back. ``grain_s`` is what the grid of lags
    leaves open about the joint, ``1 / (fs √12)``.
    """

    short_mm2_s: float
    long_mm2_s: float
    critical_s: float
    critical_mm2: float
    short_exponent: float
    long_exponent: float
    grain_s: float


NONE = Diffusion(math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan)


def mean_square_mm2(x: FloatArray, lags: int) -> FloatArray:
    """Return ``M(k) = mean_n (x[n+k] − x[n])²`` for lags 1 … ``lags``, (lags,).

    By way of the autocorrelation: ``Σ(a − b)² = Σa² + Σb² − 2Σab``.

    Parameters
    ----------
    x : (n,)
        Uniform samples, more than ``lags``; in the plane ``M`` of both axes is the sum of each one's.
    lags
    """
    n = len(x)
    y = x - x.mean()
    size = next_fast_len(n + lags, real=True)
    transform = rfft(y, size)
    products = irfft(transform.real**2 + transform.imag**2, size)[1 : lags + 1]
    running = np.concatenate((np.zeros(1), np.cumsum(y * y)))
    k = np.arange(1, lags + 1)
    squares = (running[n] - running[k]) + running[n - k]
    return np.asarray(np.maximum(squares - 2.0 * products, 0.0) / (n - k), dtype=np.float64)


def lags_of(samples: int, rate_hz: float) -> int:
    """Return the number of lags of a record: up to 10 s, or a third of it."""
    return int(min(LONGEST_S * rate_hz, (samples - 1) / 3.0) + 1e-9)


def regions(mean_square: FloatArray, *, rate_hz: float) -> Diffusion:
    """Return the two regions: the continuous pair of straight lines that fits ``M(τ)`` best, its break anywhere from 0.3 to 2.5 s.

    NaN where the lags do not reach beyond the last possible break, or nothing moved.

    Parameters
    ----------
    mean_square : (k,)
        ``M`` at lags 1 … k.
    rate_hz
    """
    tau = np.arange(1, len(mean_square) + 1) / rate_hz
    least, most = (math.ceil(BREAK_S[0] * rate_hz - 1e-9), math.floor(BREAK_S[1] * rate_hz + 1e-9))
    if most + 2 > len(tau) or float(mean_square.min()) < STILL:
        return NONE
    rows = np.arange(max(least, 2), most + 1) - 1
    row, (level, slope, bend) = _best_break(tau, mean_square, rows)
    at = float(tau[row])
    log_tau, log_m = np.log(tau), np.log(mean_square)
    return Diffusion(
        short_mm2_s=slope / 2.0,
        long_mm2_s=(slope + bend) / 2.0,
        critical_s=at,
        critical_mm2=level + slope * at,
        short_exponent=slope_of(log_tau[: row + 1], log_m[: row + 1]) / 2.0,
        long_exponent=slope_of(log_tau[row:], log_m[row:]) / 2.0,
        grain_s=1.0 / (rate_hz * math.sqrt(12.0)),
    )


def slope_of(x: FloatArray, y: FloatArray) -> float:
    """Return the least-squares slope of y over x."""
    away = x - x.mean()
    return float((away * y).sum() / (away * away).sum())


def _best_break(tau: FloatArray, m: FloatArray, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> tuple[int, tuple[float, float, float]]:
    """Return the row of the best break and the fit ``level + slope τ + bend max(τ − break, 0)``.

    All breaks at once: the sums of the normal equations over rows beyond a break are suffix sums.
    """
    n = float(len(tau))
    ones = np.ones_like(tau)
    # Suffix sums over rows after each break of 1, τ, τ², M and τM.
    count, t1, t2, m1, tm = (np.cumsum(v[::-1])[::-1][rows + 1] for v in (ones, tau, tau * tau, m, tau * m))
    b = tau[rows]
    h, hh, th, hm = t1 - b * count, t2 - 2.0 * b * t1 + b * b * count, t2 - b * t1, tm - b * m1
    s1, s2 = float(tau.sum()), float((tau * tau).sum())
    y, ty, yy = float(m.sum()), float((tau * m).sum()), float((m * m).sum())
    normal = np.empty((len(rows), 3, 3))
    normal[:, 0, 0], normal[:, 0, 1], normal[:, 1, 1] = n, s1, s2
    normal[:, 1, 0] = s1
    normal[:, 0, 2] = normal[:, 2, 0] = h
    normal[:, 1, 2] = normal[:, 2, 1] = th
    normal[:, 2, 2] = hh
    right = np.stack((np.full(len(rows), y), np.full(len(rows), ty), hm), axis=-1)
    fit = np.linalg.solve(normal, right[:, :, None])[:, :, 0]
    residual = yy - (fit * right).sum(axis=1)
    best = int(residual.argmin())
    level, slope, bend = fit[best].tolist()
    return int(rows[best]), (level, slope, bend)
