"""Side hops (metrics.md 8): formulas on contact times, and which way a hop went; no events, no verdict.

``ic_s`` is (n,) landings in order, the first of them that of the start hop.
"""

import math

import numpy as np

from ankletest.samples import FloatArray

CONTACTS = 20
"""SH-01: ten round trips are so many contacts after the start hop."""
SECONDS = 30.0
"""SH-02: hops are counted for so long, s (Gustavsson et al. 2006)."""
DOUBLE_S = 0.15
"""SH-06: two landings so near are one landing, touched twice."""


def singles(ic_s: FloatArray) -> FloatArray:
    """Return the landings without those that come within 0.15 s of the one before, (m,)."""
    kept: list[float] = []
    for at in ic_s.tolist():
        if not kept or at - kept[-1] >= DOUBLE_S:
            kept.append(at)
    return np.array(kept)


def doubles(ic_s: FloatArray) -> int:
    """Return how many landings were touched twice (SH-06)."""
    return len(ic_s) - len(singles(ic_s))


def total_time_s(ic_s: FloatArray, contacts: int = CONTACTS) -> float:
    """Return the time of ten round trips: ``IC_20 − t_start``, from the landing of the start hop (SH-01); NaN with fewer contacts."""
    return float(ic_s[contacts] - ic_s[0]) if len(ic_s) > contacts else math.nan


def landings_within(ic_s: FloatArray, seconds: float = SECONDS) -> int:
    """Return how many landings follow that of the start hop within 30 s (SH-02)."""
    return int(np.count_nonzero(ic_s[1:] - ic_s[0] <= seconds)) if len(ic_s) else 0


def rhythm_percent(ic_s: FloatArray) -> float:
    """Return the variation of the intervals between landings: ``100 SD / mean``, SD with ddof 1 (SH-04)."""
    steps = np.diff(ic_s)
    return 100.0 * float(steps.std(ddof=1) / steps.mean()) if len(steps) > 1 else math.nan


def direction_ratio(contact_s: FloatArray, medial: FloatArray) -> float:
    """Return mean contact time of medial over that of lateral landings (SH-05); NaN without both.

    Parameters
    ----------
    contact_s : (n,)
        Contact times.
    medial : (n,)
        Positive where the hop before went to the midline, negative away from it, NaN where that is not known.
    """
    inward, outward = contact_s[medial > 0.0], contact_s[medial < 0.0]
    return float(inward.mean() / outward.mean()) if len(inward) and len(outward) else math.nan


def speed_gained_m_s(t_s: FloatArray, sideways_m_s2: FloatArray, *, from_s: float, to_s: float) -> float:
    """Return what sideways speed a foot gains between two instants, m/s: the integral of its horizontal acceleration, trapezoid.

    From the middle of a contact, where it rests, to the middle of the flight after it this is the speed of the hop (SH-05).
    """
    first, last = t_s.searchsorted((from_s, to_s)).tolist()
    if last - first < 3:
        return math.nan
    return float(np.trapezoid(sideways_m_s2[first:last], t_s[first:last]))
