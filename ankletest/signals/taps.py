"""When somebody was tapped: spikes of an accelerometer, put together with the operator's key (metrics.md 3.1); not what came of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.samples import ACC, FloatArray, G, known_rows

SPIKE_M_S2 = 0.5 * G
"""A tap is felt by a sensor from this change of its specific force on."""
LEVEL_S = 1.0
"""The change is from the median of so long before and after."""
APART_S = 1.0
"""One tap rings, and nobody taps again within so long."""
EARLY_S, LATE_S = 0.5, 1.0
"""The key is pressed at most so long before the spike it means, or after it."""
KEY_U_S = 0.1
"""A key without a spike tells the instant this closely."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap: when, the largest change of specific force (NaN by key), and how closely the instant is known."""

    t_s: float
    peak_m_s2: float
    u_s: float


def spikes_of(t_s: FloatArray, imu: FloatArray, *, rate_hz: float) -> list[Tap]:
    """Return the spikes above 0.5 g: first crossings, at least a second apart.

    Parameters
    ----------
    t_s : (n,)
    imu : (n, 6)
        Columns as of ``Kind.IMU``; rows with a NaN are left out.
    rate_hz
    """
    good = known_rows(imu)
    t, acc = t_s[good], imu[good][:, ACC]
    if len(t) < 3:
        return []
    change = np.linalg.norm(acc - _levels(acc, max(1, round(LEVEL_S * rate_hz))), axis=1)
    taps: list[Tap] = []
    for row in np.flatnonzero(change > SPIKE_M_S2).tolist():
        if taps and t[row] - taps[-1].t_s < APART_S:
            continue
        until = int(t.searchsorted(t[row] + 0.05))
        taps.append(Tap(float(t[row]), float(change[row:until].max()), 1.0 / (rate_hz * math.sqrt(12.0))))
    return taps


def with_keys(spikes: Sequence[Tap], keys_s: Sequence[float]) -> list[Tap]:
    """Return the taps: where the key was used, one a key, at the nearest spike within its reach; else every spike."""
    if not keys_s:
        return list(spikes)
    taps: list[Tap] = []
    for key in sorted(keys_s):
        near = [tap for tap in spikes if -LATE_S <= tap.t_s - key <= EARLY_S and tap not in taps]
        taps.append(min(near, key=lambda tap: abs(tap.t_s - key)) if near else Tap(key, math.nan, KEY_U_S))
    return taps


def _levels(acc: FloatArray, half: int) -> FloatArray:
    """Return the median of each second-long stretch and its neighbours, row by row; a spike does not move it."""
    level = np.empty_like(acc)
    for start in range(0, len(acc), half):
        around = acc[max(0, start - half) : start + 2 * half]
        level[start : start + half] = np.median(around, axis=0)
    return level
