"""How a stance recovers from a tap (metrics.md 3.1): formulas on the signal about its baseline; no taps are looked for.

``t_s`` is (n,) seconds on a uniform grid, 0 being the tap; ``x`` and ``y`` (n,) are the deviation from the mean of the baseline, CoP in mm
or lumbar acceleration in m/s².
"""

import math

import numpy as np

from ankletest.samples import FloatArray

PEAK_S = 1.0
"""PT-01 looks at (0, 1 s]."""
PATH_S = 3.0
"""PT-03."""
RMS_S = 0.250
"""PT-02: window of the moving RMS, centred, so that it is neither early nor late."""
STAYS_S = 1.0
"""PT-02: recovered once it has stayed below for so long."""
BASELINE_S = 5.0
SDS = 2.0
"""The limit is the mean of the moving RMS in the 5 s before the tap and twice its SD."""


def peak(t_s: FloatArray, x: FloatArray, y: FloatArray) -> float:
    """Return the largest deviation in the first second after the tap (PT-01); NaN without samples there."""
    size = np.hypot(x, y)[(t_s > 0.0) & (t_s <= PEAK_S)]
    return float(size.max()) if len(size) else math.nan


def moving_rms(x: FloatArray, y: FloatArray, rate_hz: float) -> FloatArray:
    """Return the RMS of the deviation over 250 ms about each row, (n,); shorter at the ends."""
    half = max(1, round(0.5 * RMS_S * rate_hz))
    running = np.concatenate((np.zeros(1), np.cumsum(x * x + y * y)))
    rows = np.arange(len(x))
    first, last = np.maximum(rows - half, 0), np.minimum(rows + half + 1, len(x))
    return np.asarray(np.sqrt((running[last] - running[first]) / (last - first)), dtype=np.float64)


def limit_of(t_s: FloatArray, rms: FloatArray) -> float:
    """Return the limit of recovery, ``μ + 2σ`` of the moving RMS in the 5 s before the tap, without windows that reach into the tap."""
    calm = rms[(t_s >= -BASELINE_S) & (t_s < -0.5 * RMS_S)]
    return float(calm.mean() + SDS * calm.std(ddof=1)) if len(calm) > 1 else math.nan


def recovery_s(t_s: FloatArray, envelope: FloatArray, limit: float) -> float:
    """Return the first time after the tap from which the envelope stays below the limit for a second, interpolated (PT-02).

    0 where it never left; NaN where it does not come back, or the record ends within that second.
    """
    rows = np.flatnonzero(t_s > 0.0)
    if len(rows) == 0 or not math.isfinite(limit):
        return math.nan
    above = envelope >= limit
    since = 0.0
    for row in range(int(rows[0]), len(t_s)):
        if above[row]:
            since = math.nan
            continue
        if math.isnan(since):
            part = (envelope[row - 1] - limit) / (envelope[row - 1] - envelope[row])
            since = float(t_s[row - 1] + part * (t_s[row] - t_s[row - 1]))
        if t_s[row] - since >= STAYS_S:
            return since
    return math.nan


def path(t_s: FloatArray, x: FloatArray, y: FloatArray) -> float:
    """Return the length of the way over [0, 3 s] (PT-03); NaN where the record ends before."""
    if len(t_s) < 2 or t_s[-1] < PATH_S - 1.5 * (t_s[-1] - t_s[-2]):
        return math.nan
    rows = (t_s >= 0.0) & (t_s <= PATH_S)
    return float(np.hypot(np.diff(x[rows]), np.diff(y[rows])).sum())


def overshoots(t_s: FloatArray, x: FloatArray, y: FloatArray, *, until_s: float) -> float:
    """Return how often the deviation changes its sign between its peak and ``until_s`` (PT-04), along the line of the peak."""
    rows = np.flatnonzero((t_s > 0.0) & (t_s <= PEAK_S))
    if len(rows) == 0 or not math.isfinite(until_s):
        return math.nan
    size = np.hypot(x, y)
    top = int(rows[int(np.argmax(size[rows]))])
    if size[top] == 0.0:
        return 0.0
    along = (x * x[top] + y * y[top]) / size[top]
    part = along[top : max(int(t_s.searchsorted(until_s, side="right")), top + 1)]
    signs = np.sign(part[part != 0.0])
    return float(np.count_nonzero(np.diff(signs)))
