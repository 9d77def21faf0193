"""Landing on one leg (metrics.md 6 and 7): formulas on plain arrays; no events, no gates, no verdict.

``t_s`` is (n,) seconds since the initial contact, ``force_n`` (n,) vertical force without the pad's offset, N, ``excess`` (n,) is
``F/BW − 1``. Where a formula asks for more than the samples tell it returns NaN.
"""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray, G
from ankletest.signals.filters import lowpass

PEAK_S = 0.200
"""DL-01: the peak is looked for so long after the contact, s."""
BAND = 0.05
"""DL-07: settled is within 5 % of body weight."""
INSIDE_S = 1.0
"""DL-07, DL-10: settled means inside for at least so long, s."""
MEAN_S = 3.0
"""DL-05, DL-08: window, s (Wikstrom 2005; Colby 1999)."""
SEQUENTIAL_SD = 0.25
LAST_S = 1.0
LINE_FLOOR = 0.01
"""DL-09: the line is the largest excess of the last second, at least this."""
RMS_S = 0.250
SIGMAS = 3.0
"""DL-10: moving RMS, and how far above its end's mean it still counts as unsettled."""
STOPPED_SHARE = 0.05
STOPPED_S = 1.0
"""DL-12: a body whose speed never turns within a second has stopped where it is slowest, if that is within 5 % of the landing speed."""
RATE_CUT_HZ = 50.0
"""P-FRATE: effective -3 dB of the zero-phase low-pass before a landing force is differentiated (metrics.md 0.1)."""


@dataclass(frozen=True, slots=True)
class Peak:
    """Peak force, N, and when after the contact, s."""

    force_n: float
    at_s: float


def peak(t_s: FloatArray, force_n: FloatArray) -> Peak:
    """Return the largest force of ``0–200 ms`` and its time after the contact (DL-01, DL-02)."""
    near = (t_s >= 0.0) & (t_s <= PEAK_S)
    if not near.any():
        return Peak(math.nan, math.nan)
    row = int(np.argmax(np.where(near, force_n, -np.inf)))
    return Peak(float(force_n[row]), float(t_s[row]))


def average_rate_n_s(top: Peak) -> float:
    """Return the average loading rate ``F_pk / t_pk``, N/s (DL-03)."""
    return top.force_n / top.at_s if top.at_s > 0.0 else math.nan


def steepest_n_s(t_s: FloatArray, force_n: FloatArray, until_s: float) -> float:
    """Return the largest rise between neighbours until the peak, ``max dF/dt``, N/s (DL-03); filter before (``P-FRATE``) if noisy."""
    near = (t_s >= 0.0) & (t_s <= until_s)
    if int(near.sum()) < 2:
        return math.nan
    return float((np.diff(force_n[near]) / np.diff(t_s[near])).max())


def smoothed_n(force_n: FloatArray, rate_hz: float) -> FloatArray:
    """Return the force under ``P-FRATE``: zero-phase low-pass of 50 Hz, (n,)."""
    return lowpass(force_n, rate_hz=rate_hz, cut_hz=RATE_CUT_HZ)


def rate_20_80_n_s(t_s: FloatArray, force_n: FloatArray, top: Peak) -> float:
    """Return the loading rate ``0.6 F_pk / (t₈₀ − t₂₀)``, N/s (DL-03): last crossings of either share before the peak, interpolated."""
    rise = (t_s >= 0.0) & (t_s <= top.at_s)
    if int(rise.sum()) < 2:
        return math.nan
    t20, t80 = (_last_rise_s(t_s[rise], force_n[rise], share * top.force_n) for share in (0.2, 0.8))
    return 0.6 * top.force_n / (t80 - t20) if t80 > t20 else math.nan


def impulse_n_s(t_s: FloatArray, force_n: FloatArray, until_s: float) -> float:
    """Return ``∫F dt`` from the contact (where F is 0) to ``until_s``, trapezoid, N·s (DL-04)."""
    if len(t_s) < 2 or t_s[-1] < until_s:
        return math.nan
    inside = (t_s > 0.0) & (t_s < until_s)
    at = np.concatenate(([0.0], t_s[inside], [until_s]))
    force = np.concatenate(([0.0], force_n[inside], [float(np.interp(until_s, t_s, force_n))]))
    return float(np.trapezoid(force, at))


def stability_index(t_s: FloatArray, excess: FloatArray, window_s: float = MEAN_S) -> float:
    """Return the vertical stability index ``√(mean (F/BW − 1)²)`` of ``0–3 s``, the mean by trapezoid (DL-05; Wikstrom 2005, 2007)."""
    if len(t_s) < 2 or t_s[-1] < window_s - _half_step(t_s):
        return math.nan
    inside = (t_s >= 0.0) & (t_s <= window_s)
    t, r = t_s[inside], excess[inside]
    return math.sqrt(float(np.trapezoid(r * r, t)) / float(t[-1] - t[0])) if len(t) > 1 else math.nan


def dynamic_stability(ml_n: FloatArray, ap_n: FloatArray, vertical_n: FloatArray, *, weight_n: float) -> tuple[float, float, float, float]:
    """Return DPSI and its parts MLSI, APSI, VSI, each ``√(mean Δ²)/BW`` (DL-06; Wikstrom 2005, BW-normalised 2007).

    ``DPSI = √(mean(F_x² + F_y² + (BW − F_z)²)) / BW``; needs a plate with three axes.
    """
    parts = [math.sqrt(float((axis**2).mean())) / weight_n for axis in (ml_n, ap_n, weight_n - vertical_n)]
    return math.hypot(*parts), parts[0], parts[1], parts[2]


def settled_s(t_s: FloatArray, excess: FloatArray, *, band: float = BAND, inside_s: float = INSIDE_S) -> float:
    """Return the time to stabilisation: the last exit of ``|F/BW − 1| > 5 %``, followed by at least 1 s inside (DL-07).

    The crossing back is interpolated. NaN where the record ends less than 1 s after it; 0 where the force never was outside.
    """
    outside = np.flatnonzero(np.abs(excess) > band)
    if len(t_s) == 0:
        return math.nan
    last = int(outside[-1]) if len(outside) else -1
    if last + 1 >= len(t_s):
        return math.nan
    at = _crossing_s(t_s, np.abs(excess), last, band) if last >= 0 else 0.0
    return at if t_s[-1] - at >= inside_s - _half_step(t_s) else math.nan


def settled_sequential_s(t_s: FloatArray, force_n: FloatArray, *, window_s: float = MEAN_S) -> float:
    """Return the time to stabilisation by sequential averaging (DL-08; Colby et al. 1999, Ross & Guskiewicz 2003).

    First k after which the cumulative mean of F stays within ``0.25 SD(F)`` of the mean of the window of 3 s.
    """
    if len(t_s) < 3 or t_s[-1] < window_s - _half_step(t_s):
        return math.nan
    inside = (t_s >= 0.0) & (t_s <= window_s)
    t, force = t_s[inside], force_n[inside]
    running = np.cumsum(force) / np.arange(1, len(force) + 1)
    outside = np.flatnonzero(np.abs(running - force.mean()) > SEQUENTIAL_SD * float(force.std(ddof=1)))
    last = int(outside[-1]) + 1 if len(outside) else 0
    return float(t[last]) if last < len(t) else math.nan


def settled_cubic_s(t_s: FloatArray, excess: FloatArray, *, line: float | None = None) -> float:
    """Return the time to stabilisation by an unbounded cubic (DL-09, legacy; Ross & Guskiewicz 2003).

    A cubic is fitted to ``|F/BW − 1|`` from its peak to the end; the time is where it first crosses the range-of-variation line, by
    default the largest ``|F/BW − 1|`` of the last second, at least 0.01. NaN where it never does.
    """
    if len(t_s) < 5:
        return math.nan
    size = np.abs(excess)
    last = t_s > t_s[-1] - LAST_S
    level = max(float(size[last].max()), LINE_FLOOR) if line is None else line
    top = int(np.argmax(np.where(t_s <= PEAK_S, excess, -np.inf)))
    t, s = t_s[top:], size[top:]
    middle, half = 0.5 * float(t[0] + t[-1]), 0.5 * float(t[-1] - t[0])
    if len(t) < 5 or not half > 0.0:
        return math.nan
    fitted = np.polynomial.polynomial.polyfit((t - middle) / half, s, 3)
    roots = np.polynomial.polynomial.polyroots(fitted - np.array([level, 0.0, 0.0, 0.0]))
    real = sorted(float(root.real) for root in np.atleast_1d(roots) if abs(root.imag) < 1e-9 and -1.0 <= root.real <= 1.0)
    return middle + half * real[0] if real else math.nan


def settled_rms_s(t_s: FloatArray, excess: FloatArray, *, end_s: float = LAST_S, inside_s: float = INSIDE_S) -> float:
    """Return the time to stabilisation by RMS (DL-10, HS-01): the moving RMS of 250 ms is below ``μ + 3σ`` of its own end for 1 s.

    ``μ`` and ``σ`` are mean and SD of the moving RMS in the last ``end_s``; the RMS is stamped at the middle of its span. The samples
    are uniform. NaN where it is never settled for so long.

    Parameters
    ----------
    t_s : (n,)
    excess : (n,) or (n, k)
        ``F/BW − 1``, or components of horizontal acceleration, whose squares are added.
    """
    if len(t_s) < 3:
        return math.nan
    square = excess**2 if excess.ndim == 1 else (excess**2).sum(axis=1)
    count = max(round(RMS_S / ((float(t_s[-1]) - float(t_s[0])) / (len(t_s) - 1))), 1)
    if len(t_s) < 2 * count:
        return math.nan
    total = np.concatenate((np.zeros(1), np.cumsum(square)))
    rms = np.sqrt(np.maximum(total[count:] - total[:-count], 0.0) / count)
    at = 0.5 * (t_s[: len(rms)] + t_s[count - 1 :])
    tail = rms[at > at[-1] - end_s]
    level = float(tail.mean() + SIGMAS * tail.std())
    ends = np.append(np.flatnonzero(rms > level), len(rms))
    starts = np.concatenate(([-1], ends[:-1]))
    for before, after in zip(starts.tolist(), ends.tolist(), strict=True):
        found = _crossing_s(at, rms, before, level) if 0 <= before < len(rms) - 1 else 0.0
        # The last span reaches to the end of the samples.
        until = float(t_s[-1]) if after == len(rms) else float(at[after])
        if after > before + 1 and until - found >= inside_s:
            return found
    return math.nan


def speed_m_s(t_s: FloatArray, force_n: FloatArray, *, weight_n: float, from_s: float, to_s: float) -> float:
    """Return the downward speed at the contact from the impulse: mean over ``[from_s, to_s]`` of ``∫₀ᵗ(F − BW)dt / m`` (DL-14).

    The body is at rest on average there, so what the force took away is what it came with; the mean takes out breath and sway.
    """
    if len(t_s) < 3 or t_s[-1] < to_s - _half_step(t_s):
        return math.nan
    at, speed = _gained_m_s(t_s, force_n, weight_n)
    inside = (at >= from_s) & (at <= to_s)
    return float(speed[inside].mean()) if inside.any() else math.nan


def drop_m(speed: float) -> float:
    """Return the height of a fall that ends at a speed: ``v²/2g`` (DL-14)."""
    return speed * speed / (2.0 * G)


def stiffness_n_m(t_s: FloatArray, force_n: FloatArray, *, weight_n: float, speed: float) -> float:
    """Return landing stiffness ``F_pk / max CoM drop`` (DL-12; metrics.md 6).

    The drop is the double integral of ``(F − BW)/m`` from the contact on, starting at ``−speed``, to where it first stops.
    """
    top = peak(t_s, force_n)
    at, gained = _gained_m_s(t_s, force_n, weight_n)
    down = speed - gained
    down = down[at <= STOPPED_S]
    stops = np.flatnonzero(down <= 0.0)
    stop = int(stops[0]) if len(stops) else int(np.argmin(down)) if len(down) else 0
    if stop < 2 or down[stop] > STOPPED_SHARE * speed:
        return math.nan
    # To the very instant of standing still, which lies between two samples.
    share = min(down[stop - 1] / (down[stop - 1] - down[stop]), 1.0) if down[stop] < down[stop - 1] else 1.0
    rest_s = float(share * (at[stop] - at[stop - 1]))
    depth = float(np.trapezoid(down[:stop], at[:stop])) + 0.5 * float(down[stop - 1] + max(float(down[stop]), 0.0)) * rest_s
    return top.force_n / depth if depth > 0.0 else math.nan


def _gained_m_s(t_s: FloatArray, force_n: FloatArray, weight_n: float) -> tuple[FloatArray, FloatArray]:
    """Return times from the contact on, and the upward speed gained until then."""
    inside = t_s > 0.0
    at = np.concatenate(([0.0], t_s[inside]))
    push = (np.concatenate(([0.0], force_n[inside])) - weight_n) / (weight_n / G)
    return at, np.concatenate(([0.0], np.cumsum(0.5 * (push[1:] + push[:-1]) * np.diff(at))))


def _crossing_s(t_s: FloatArray, values: FloatArray, row: int, level: float) -> float:
    """Return where values fall through a level between a row and the next."""
    above, below = float(values[row]), float(values[row + 1])
    share = (above - level) / (above - below) if above > below else 0.0
    return float(t_s[row] + share * (t_s[row + 1] - t_s[row]))


def _last_rise_s(t_s: FloatArray, force_n: FloatArray, level: float) -> float:
    """Return the last upward crossing of a level; the contact itself counts as a crossing from 0."""
    low = np.flatnonzero(force_n < level)
    if len(low) == 0:  # the first sample is above already: from 0 at the contact
        return float(t_s[0] * level / force_n[0])
    row = int(low[-1])
    if row + 1 >= len(t_s):
        return math.nan
    share = (level - force_n[row]) / (force_n[row + 1] - force_n[row])
    return float(t_s[row] + share * (t_s[row + 1] - t_s[row]))


def _half_step(t_s: FloatArray) -> float:
    """Return half a sample, s: how much a record may end short of what it was asked for."""
    return 0.5 * (float(t_s[-1]) - float(t_s[0])) / (len(t_s) - 1) if len(t_s) > 1 else 0.0
