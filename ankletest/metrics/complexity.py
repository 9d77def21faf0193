"""How regular sway is: sample entropy (metrics.md SW-16) and detrended fluctuation (SW-17) on plain arrays; no filter, no resampling."""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.metrics.diffusion import slope_of
from ankletest.samples import FloatArray

TEMPLATE = 2
"""Length m of the templates of sample entropy."""
TOLERANCE = 0.2
"""Matches lie within this share of the SD (with 1/N)."""
SHORTEST = 16
"""Samples in the shortest window of DFA."""
SCALES = 16
"""Window lengths of DFA, evenly spaced in their logarithm up to a tenth of the record; another spacing gives another α."""
REGION = 4
"""Window lengths that either region of DFA has at least."""


@dataclass(frozen=True, slots=True)
class Fluctuation:
    """Scaling exponents of DFA: over all window lengths, and below and above the window length ``break_n`` where the slope changes most.

    ``grain_n`` is what the few window lengths leave open about the break: their distance there over √12.
    """

    alpha: float
    short: float
    long: float
    break_n: float
    grain_n: float


NONE = Fluctuation(math.nan, math.nan, math.nan, math.nan, math.nan)


def sample_entropy(x: FloatArray, *, m: int = TEMPLATE, share: float = TOLERANCE) -> float:
    """Return ``SampEn(m, r, N) = −ln(A/B)`` (SW-16; Richman & Moorman 2000, Am J Physiol 278:H2039). NaN where A or B is 0.

    B and A count pairs of the same ``N − m`` templates that agree within ``r = share · SD`` in every of m, and of m + 1, samples; no
    template is held against itself.

    Parameters
    ----------
    x : (n,)
        Uniform samples.
    m
        Template length.
    share
        r as a share of the SD.
    """
    count = len(x) - m
    r = share * float(x.std())
    if count < 2 or not r > 0.0:
        return math.nan
    i, j = _near(x[:count], r)
    for k in range(1, m):
        keep = np.abs(x[i + k] - x[j + k]) <= r
        i, j = i[keep], j[keep]
    longer = int(np.count_nonzero(np.abs(x[i + m] - x[j + m]) <= r))
    return math.log(len(i) / longer) if longer else math.nan


def fluctuation(x: FloatArray) -> Fluctuation:
    """Return the exponents of first-order DFA (SW-17; Peng et al. 1995, Chaos 5:82): the slopes of ``ln F(s)`` over ``ln s``.

    ``F(s)`` is the RMS about a straight line in each of the windows of s samples of the once summed signal. 0.5 is white noise, 1.5
    a random walk. NaN for fewer than 16 windows' worth of samples or a signal that does not move.

    Parameters
    ----------
    x : (n,)
        Uniform samples.
    """
    if len(x) // 10 < 2 * SHORTEST:
        return NONE
    sums = np.cumsum(x - x.mean())
    lengths = np.unique(np.round(np.geomspace(SHORTEST, len(x) // 10, SCALES)).astype(np.int64))
    spread = np.array([_spread(sums, s) for s in lengths.tolist()])
    if not float(spread.min()) > 0.0:
        return NONE
    log_s, log_f = np.log(lengths.astype(np.float64)), np.log(spread)
    apart = _misfits(log_s, log_f) + _misfits(log_s[::-1], log_f[::-1])[::-1]
    at = REGION - 1 + int(apart[REGION - 1 : len(lengths) - REGION + 1].argmin())
    grain = float(lengths[at + 1] - lengths[at - 1]) / 2.0 / math.sqrt(12.0)
    return Fluctuation(
        slope_of(log_s, log_f), slope_of(log_s[: at + 1], log_f[: at + 1]), slope_of(log_s[at:], log_f[at:]), float(lengths[at]), grain
    )


def _near(x: FloatArray, r: float) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Return all pairs of rows whose values are at most r apart, each pair once; by sorting, as most pairs are not near."""
    order = np.argsort(x, kind="stable")
    ranked = x[order]
    above = np.searchsorted(ranked, ranked + r, side="right") - np.arange(len(x)) - 1
    first = np.repeat(np.arange(len(x)), above)
    start = np.cumsum(above) - above
    second = first + 1 + np.arange(len(first)) - np.repeat(start, above)
    return order[first], order[second]


def _spread(sums: FloatArray, s: int) -> float:
    """Return the RMS about a straight line in each of the windows of s samples, the rest of the record left out."""
    windows = sums[: len(sums) // s * s].reshape(-1, s)
    away = np.arange(s) - (s - 1) / 2.0
    centred = windows - windows.mean(axis=1, keepdims=True)
    slopes = centred @ away / (away @ away)
    return math.sqrt(max(float((centred * centred).sum() - (slopes * slopes).sum() * (away @ away)), 0.0) / windows.size)


def _misfits(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the sum of squares about the least-squares line through the first rows, up to each row but for the first, where it is 0."""
    n = np.arange(1.0, len(x) + 1.0)
    x, y = x - x.mean(), y - y.mean()
    sx, sy, sxx, sxy, syy = (np.cumsum(v) for v in (x, y, x * x, x * y, y * y))
    varied = np.maximum(sxx - sx * sx / n, 1e-300)
    return np.asarray(syy - sy * sy / n - (sxy - sx * sy / n) ** 2 / varied, dtype=np.float64)
