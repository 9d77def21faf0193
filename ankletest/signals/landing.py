"""When somebody lands who was in free fall, and the pad's offset before a landing; contacts of hops are told elsewhere.

An IMU that falls feels little: a landing is a hit after at least 60 ms below 0.7 g. On the foot and the shank the edge is where
the size of the acceleration passes 2 g, half a sample later (algorithms.md 2.1, 2.2); on the trunk where what it feels upward passes
0.3 g (2.3), which soft tissue delays. There the size would not do: a trunk that is braked forward as it lands feels 0.3 g up to 39 ms
before it touches (running downhill; upward 18 ms at most).
"""

import math

import numpy as np

from ankletest.samples import ACC, FloatArray, G, Site, known_rows
from ankletest.signals.angles import LiveUp
from ankletest.signals.orientation import TAU_HOPS_S
from ankletest.signals.trunk_contact import vertical_g

EMPTY_N = 50.0
"""Beyond this a pad is not empty: more than any offset, less than a resting foot."""
TARE_S = (2.0, 0.05)
"""The offset is looked for from so long before the contact until so long before it, s."""
TARE_LEAST_S = 0.15
TARE_NOISE_N = 3.0
"""Shorter (a jump of 10 cm leaves 0.2 s) or noisier (SD) is no tare."""
FALL_G, FALL_S, FALL_BACK_S = 0.7, 0.060, 0.200
"""Free fall: below so much for so long within the time before the hit."""
HIT_G = {Site.FOOT: 2.5, Site.SHANK: 2.5, Site.LUMBAR: 1.6}
EDGE_G = {Site.FOOT: 2.0, Site.SHANK: 2.0, Site.LUMBAR: 0.3}
EDGE_U_S = {Site.FOOT: 0.0019, Site.SHANK: 0.0031, Site.LUMBAR: 0.015}
"""SD of the edge in simulation at 100 Hz; the trunk's soft tissue delays it by 11-14 ms (algorithms.md 2)."""


def offset_before_n(t_s: FloatArray, force_n: FloatArray, at_s: float) -> float:
    """Return what the empty pad shows directly before a contact: the median of up to 2 s, N; NaN where it was not empty or not quiet."""
    first, last = t_s.searchsorted((at_s - TARE_S[0], at_s - TARE_S[1]))
    t, force = t_s[first:last], force_n[first:last]
    loaded = np.flatnonzero(~(np.abs(force) < EMPTY_N))
    start = int(loaded[-1]) + 1 if len(loaded) else 0
    t, force = t[start:], force[start:]
    if start:  # somebody stepped off: what rings after that is no offset
        t, force = t[t > t[0] + 0.1] if len(t) else t, force[t > t[0] + 0.1] if len(t) else force
    if len(t) < 5 or t[-1] - t[0] < TARE_LEAST_S:
        return math.nan
    offset = float(np.median(force))
    noise = 1.4826 * float(np.median(np.abs(force - offset)))
    return offset if noise <= TARE_NOISE_N else math.nan


def imu_landings_s(t_s: FloatArray, imu: FloatArray, *, site: Site, since_s: float = -math.inf) -> list[float]:
    """Return when a falling sensor landed, session seconds.

    Parameters
    ----------
    t_s : (n,)
    imu : (n, 6)
        Columns of ``Kind.IMU``.
    site
        Where it is worn.
    since_s
        Only landings from then on; on the trunk the samples before it tell where up is.
    """
    good = known_rows(imu)
    t, rows = t_s[good], imu[good]
    if len(t) < 3:
        return []
    found: list[float] = []
    step = float(np.median(np.diff(t)))
    if site is Site.LUMBAR:
        size = vertical_g(LiveUp(rate_hz=1.0 / step, tau_s=TAU_HOPS_S).feed(t, rows), rows)
    else:
        size = np.sqrt((rows[:, ACC] ** 2).sum(axis=1)) / G
    light = np.concatenate(([0.0], np.cumsum(size < FALL_G))) * step
    for hit in np.flatnonzero((size[1:] >= HIT_G[site]) & (size[:-1] < HIT_G[site])).tolist():
        row = hit + 1
        back = int(t.searchsorted(t[row] - FALL_BACK_S))
        if light[row] - light[back] >= FALL_S - 0.5 * step:
            edge = _edge_s(t, size, row, EDGE_G[site], 0.0 if site is Site.LUMBAR else 0.5 * step)
            if edge >= since_s and (not found or edge > found[-1]):  # a second hit that walks back to the same edge is the same landing
                found.append(edge)
    return found


def _edge_s(t_s: FloatArray, size_g: FloatArray, row: int, level: float, later_s: float) -> float:
    """Return the crossing of a level before a hit."""
    while row > 1 and size_g[row - 1] > level:
        row -= 1
    share = (level - size_g[row - 1]) / (size_g[row] - size_g[row - 1]) if size_g[row] > size_g[row - 1] else 0.0
    return float(t_s[row - 1] + min(max(float(share), 0.0), 1.0) * (t_s[row] - t_s[row - 1])) + later_s
