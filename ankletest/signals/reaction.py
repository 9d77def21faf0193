"""When somebody who stands still on a pad begins to move after a cue (reactive landing); not whether they jumped, and no metric."""

from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray

STILL_S = 1.0
"""Body weight and its unrest are those of so long before the cue."""
MOVED_SD, MOVED_SHARE = 5.0, 0.02
"""Somebody moves where the force is away from the weight by 5 SD (Owen et al. 2014) and by 2 % of it: sway on one leg does less."""
STAYS_S = 0.030
"""And stays away for so long: a sample is no movement."""
FULL = 0.9


@dataclass(frozen=True, slots=True)
class Start:
    """The first movement after a cue: when, the weight and its SD before, and the limit that was left, N."""

    t_s: float
    weight_n: float
    sd_n: float
    limit_n: float


def first_movement(t_s: FloatArray, force_n: FloatArray, *, cue_s: float, until_s: float) -> Start | None:
    """Return the first movement in ``[cue_s, until_s)``; None where there is none, or no second to compare with before the cue.

    Parameters
    ----------
    t_s, force_n : (n,)
        Native samples, all finite.
    cue_s, until_s
        Where to look; ``until_s`` is the take-off.
    """
    first, cue, last = (int(row) for row in t_s.searchsorted((cue_s - STILL_S, cue_s, until_s)))
    calm = force_n[first:cue]
    if len(calm) < 10 or t_s[cue - 1] - t_s[first] < FULL * STILL_S:
        return None
    weight, sd = float(calm.mean()), float(calm.std(ddof=1))
    limit = max(MOVED_SD * sd, MOVED_SHARE * weight)
    away = np.concatenate(([False], np.abs(force_n[cue:last] - weight) > limit, [False]))
    edges = np.flatnonzero(np.diff(away.astype(np.int8)))
    for a, b in edges.reshape(-1, 2):
        start, end = cue + int(a), cue + int(b) - 1
        if t_s[end] - t_s[start] >= STAYS_S or end == last - 1:
            return Start(_crossing(t_s, force_n, start, weight, limit), weight, sd, limit)
    return None


def _crossing(t_s: FloatArray, force_n: FloatArray, row: int, weight_n: float, limit_n: float) -> float:
    """Return where between a row and the one before it the limit was left."""
    now, before = abs(float(force_n[row]) - weight_n), abs(float(force_n[row - 1]) - weight_n)
    if before >= limit_n or now <= before:
        return float(t_s[row])
    return float(t_s[row - 1] + (limit_n - before) / (now - before) * (t_s[row] - t_s[row - 1]))
