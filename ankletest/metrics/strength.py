"""Isometric strength (metrics.md SG): formulas on the force of one push, its baseline taken off; no onset, no choice of pushes.

``t_s`` and ``net_n`` are (n,): seconds, and the force above the baseline, N. Times between samples are interpolated linearly.

SG-03 peak force times the lever that was entered.
"""

import math

import numpy as np

from ankletest.samples import FloatArray

PEAK_S = 0.100
"""SG-01: the peak is the largest mean over so long."""
PLATEAU_S = 1.0
"""SG-02, SG-09."""
STEEP_S = 0.020
"""SG-05: the steepest rise is that of a secant of so long (profile P-FISO: no filter)."""


def highest_mean_n(t_s: FloatArray, net_n: FloatArray, window_s: float) -> float:
    """Return the largest mean of any stretch of ``window_s`` (SG-01, SG-02); NaN where there is none so long.

    The mean is the integral by the trapezoid rule over exactly ``window_s`` from each sample on, so that the rate does not matter.
    """
    return _highest(t_s, net_n, window_s)[0]


def highest_mean_at_s(t_s: FloatArray, net_n: FloatArray, window_s: float) -> float:
    """Return when the stretch with the largest mean begins; NaN where there is none so long."""
    return _highest(t_s, net_n, window_s)[1]


def rfd_n_s(t_s: FloatArray, net_n: FloatArray, *, onset_s: float, after_s: float) -> float:
    """Return the rate of force development ``(F(t₀+T) − F(t₀)) / T`` (SG-04; Maffiuletti et al. 2016, EJAP 116:1091)."""
    if not _covers(t_s, onset_s, onset_s + after_s):
        return math.nan
    start, end = np.interp((onset_s, onset_s + after_s), t_s, net_n)
    return float(end - start) / after_s


def peak_rfd_n_s(t_s: FloatArray, net_n: FloatArray, *, onset_s: float, until_s: float) -> float:
    """Return the largest ``ΔF / 20 ms`` that begins at the onset or at a sample after it and ends by ``until_s`` (SG-05)."""
    first, last = (int(row) for row in t_s.searchsorted((onset_s, until_s - STEEP_S), side="right"))
    begins = np.concatenate(([onset_s], t_s[first:last]))
    if not _covers(t_s, onset_s, float(begins[-1]) + STEEP_S):
        return math.nan
    rise = np.interp(begins + STEEP_S, t_s, net_n) - np.interp(begins, t_s, net_n)
    return float(np.max(rise)) / STEEP_S


def impulse_n_s(t_s: FloatArray, net_n: FloatArray, *, onset_s: float, after_s: float) -> float:
    """Return ``∫F dt`` over the first ``after_s``, N·s, trapezoid rule, the ends interpolated (SG-06)."""
    if not _covers(t_s, onset_s, onset_s + after_s):
        return math.nan
    running = _running(t_s, net_n)
    return float(_integral(t_s, net_n, running, np.array([onset_s + after_s]))[0] - _integral(t_s, net_n, running, np.array([onset_s]))[0])


def time_to_s(t_s: FloatArray, net_n: FloatArray, *, onset_s: float, level_n: float) -> float:
    """Return the time from the onset to the first crossing of a force, interpolated (SG-07); NaN where it is never reached."""
    first = int(t_s.searchsorted(onset_s, side="right"))
    above = np.flatnonzero(net_n[first:] >= level_n)
    if first == 0 or len(above) == 0:
        return math.nan
    row = first + int(above[0])
    if net_n[row - 1] >= level_n:  # the crossing lies before the onset
        return math.nan
    part = (level_n - net_n[row - 1]) / (net_n[row] - net_n[row - 1])
    return float(t_s[row - 1] + part * (t_s[row] - t_s[row - 1]) - onset_s)


def steadiness_percent(t_s: FloatArray, net_n: FloatArray) -> float:
    """Return ``100 SD / mean`` of a hold, SD (ddof 1) about its straight line (SG-08); NaN below three samples or without a force."""
    if len(t_s) < 3 or not float(net_n.mean()) > 0.0:
        return math.nan
    away = t_s - t_s.mean()
    slope = float((away * net_n).sum() / (away * away).sum())
    return 100.0 * float((net_n - slope * away).std(ddof=1) / net_n.mean())


def decline_percent(t_s: FloatArray, net_n: FloatArray) -> float:
    """Return ``100 (1 − last / first)`` of the means of the first and the last second of a hold (SG-09); NaN below two seconds."""
    if len(t_s) < 2 or t_s[-1] - t_s[0] < 2.0 * PLATEAU_S:
        return math.nan
    running = _running(t_s, net_n)
    at = _integral(t_s, net_n, running, np.array([t_s[0], t_s[0] + PLATEAU_S, t_s[-1] - PLATEAU_S, t_s[-1]]))
    return 100.0 * (1.0 - float((at[3] - at[2]) / (at[1] - at[0])))


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _highest(t_s: FloatArray, net_n: FloatArray, window_s: float) -> tuple[float, float]:
    """Return the largest mean over ``window_s`` and where it begins."""
    begins = t_s[: int(t_s.searchsorted(t_s[-1] - window_s + 1e-9, side="right"))] if len(t_s) > 1 else t_s[:0]
    if len(begins) == 0:
        return math.nan, math.nan
    running = _running(t_s, net_n)
    ends = np.minimum(begins + window_s, t_s[-1])
    mean = (_integral(t_s, net_n, running, ends) - running[: len(begins)]) / window_s
    row = int(np.argmax(mean))
    return float(mean[row]), float(begins[row])


def _covers(t_s: FloatArray, start_s: float, end_s: float) -> bool:
    return len(t_s) > 1 and bool(t_s[0] <= start_s) and bool(end_s <= t_s[-1] + 1e-9)


def _running(t_s: FloatArray, net_n: FloatArray) -> FloatArray:
    return np.concatenate((np.zeros(1), np.cumsum(0.5 * (net_n[1:] + net_n[:-1]) * np.diff(t_s))))


def _integral(t_s: FloatArray, net_n: FloatArray, running: FloatArray, at_s: FloatArray) -> FloatArray:
    """Return the running integral at other times; exact for a force that is linear between samples."""
    row = np.clip(np.searchsorted(t_s, at_s, side="right") - 1, 0, len(t_s) - 2)
    into = at_s - t_s[row]
    slope = (net_n[row + 1] - net_n[row]) / (t_s[row + 1] - t_s[row])
    return np.asarray(running[row] + into * (net_n[row] + 0.5 * slope * into), dtype=np.float64)
