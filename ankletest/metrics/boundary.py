"""Time to the boundary of the foot (metrics.md SW-18) and how long sway stays near (SW-19): formulas on plain arrays; no filter."""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray, IntArray

NEAR_MM = 3.0
"""Radius of sway density."""
BLOCK = 16
"""So many lags are looked at together."""
LONGEST_S = 5.0
"""A stay that lasts longer on one side is counted as not ended: nothing that stands on one leg rests so long within 3 mm."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Time to boundary along one axis, s: the least, mean and SD (ddof 1) of its local minima, and their number."""

    least_s: float
    mean_s: float
    sd_s: float
    minima: int


NONE = Boundary(math.nan, math.nan, math.nan, 0)


def time_to_boundary(x: FloatArray, *, rate_hz: float, half_mm: float) -> Boundary:
    """Return the time to boundary along one axis (SW-18; van Wegen et al. 2002; Hertel & Olmsted-Kramer 2007, Gait & Posture 25:33).

    ``(B − x)/v`` on the way out to +B, ``(x + B)/(−v)`` to −B, with v by central differences: how soon the CoP would leave the foot if
    it kept its speed. NaN below two minima, or where the CoP lies outside.

    Parameters
    ----------
    x : (n,)
        Filtered, uniform, mm from the middle of the foot.
    rate_hz
    half_mm
        B, half the length or width of the foot.
    """
    if len(x) < 5 or float(np.abs(x).max()) >= half_mm:
        return NONE
    v = (x[2:] - x[:-2]) * (rate_hz / 2.0)
    inner = x[1:-1]
    away = np.where(v > 0.0, half_mm - inner, half_mm + inner)
    with np.errstate(divide="ignore"):
        left = np.where(v == 0.0, np.inf, away / np.abs(v))
    low = np.flatnonzero((left[1:-1] < left[:-2]) & (left[1:-1] <= left[2:])) + 1
    if len(low) < 2:
        return NONE
    minima = left[low]
    return Boundary(float(minima.min()), float(minima.mean()), float(minima.std(ddof=1)), len(low))


def stay_s(x: FloatArray, y: FloatArray, *, rate_hz: float, radius_mm: float = NEAR_MM, rows: IntArray | None = None) -> FloatArray:
    """Return for each sample how long the CoP stays within a radius of it, before and after without a break, s (SW-19).

    Baratto et al. 2002 (Motor Control 6:246). Crossings are interpolated between samples. NaN where the stay reaches an end of the record,
    or lasts longer than 5 s on one side.

    Parameters
    ----------
    x, y : (n,)
        Uniform, mm.
    rate_hz
    radius_mm
    rows : (m,)
        Of these samples only; None: of all.
    """
    most = round(LONGEST_S * rate_hz)
    rows = np.arange(len(x)) if rows is None else rows
    after, before = _leaves(x, y, radius_mm, most, rows), _leaves(x[::-1], y[::-1], radius_mm, most, len(x) - 1 - rows)
    return np.asarray((after + before) / rate_hz, dtype=np.float64)


def _leaves(x: FloatArray, y: FloatArray, radius: float, most: int, asked: IntArray) -> FloatArray:
    """Return after how many samples, interpolated, the way from each one asked for first crosses the radius; NaN where it does not.

    A block of lags at once, row by row of the block, each time for the samples that have not been left yet.
    """
    n = len(x)
    found = np.full(n, np.nan)
    rows = asked[asked < n - 1]
    x, y = (np.concatenate((axis, np.full(BLOCK, axis[-1]))) for axis in (x, y))  # beyond the end nothing moves
    for start in range(0, min(most, n - 1), BLOCK):
        away = np.empty((BLOCK + 1, len(rows)))
        for k in range(BLOCK + 1):
            dx, dy = x[rows + start + k] - x[rows], y[rows + start + k] - y[rows]
            away[k] = dx * dx + dy * dy
        out = away > radius * radius
        left = out.any(axis=0)
        at = np.flatnonzero(left)
        lag = out[:, at].argmax(axis=0)
        inner, outer = np.sqrt(away[lag - 1, at]), np.sqrt(away[lag, at])
        found[rows[at]] = start + lag - 1 + (radius - inner) / (outer - inner)
        rows = rows[~left & (rows + start + BLOCK < n - 1)]
        if not len(rows):
            break
    return np.where(found[asked] <= most, found[asked], np.nan)
