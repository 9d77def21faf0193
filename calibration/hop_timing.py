"""How early or late a foot sensor tells touch-downs and take-offs, from hops that a force pad felt too; how edges are found is elsewhere.

The bias of the touch-down holds everything between the two devices: clocks, radio, filters, shoe. That of the contact time holds only what
the features of the signal do, so it is what counts for numbers of the foot sensor alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray
from ankletest.trial import Event, Happening

REACH_S = 0.080
"""The two devices tell the same edge if they tell it this closely: less than half of the shortest hop."""
OUTLIER_SDS = 3.5
"""A hop further from the median than so many robust SD was detected differently, and is left out."""
MAD_TO_SD = 1.4826
LEAST_SD_S = 0.0005
"""Below this a spread is chance."""


@dataclass(frozen=True, slots=True)
class Bias:
    """Mean difference, sensor less pad, of one edge: standard uncertainty, SD of a single hop, and the two halves' difference; s."""

    mean_s: float
    u_s: float
    sd_s: float
    halves_s: float
    used: int
    left_out: int


@dataclass(frozen=True, slots=True)
class HopTiming:
    """Biases of touch-down, take-off and contact time (take-off less touch-down of the same contact)."""

    touch_down: Bias
    take_off: Bias
    contact: Bias


def timing_of(pad: Sequence[Event], foot: Sequence[Event]) -> HopTiming | None:
    """Return the biases of a foot sensor's edges against a pad's; None without at least three hops that both told.

    Parameters
    ----------
    pad, foot
        Contacts and flights of either; those that are not valid do not count.
    """
    pairs = pairs_of(_contacts(pad), _contacts(foot))
    if len(pairs) < 3:
        return None
    touch, off = pairs[:, 2] - pairs[:, 0], pairs[:, 3] - pairs[:, 1]
    return HopTiming(bias_of(touch), bias_of(off), bias_of(off - touch))


def pairs_of(pad: FloatArray, foot: FloatArray) -> FloatArray:
    """Return contacts that both devices told, (n, 4): begin and end by the pad, begin and end by the foot.

    Sessions put devices within 10 ms of one another, so contacts belong together that begin and end within ``REACH_S``, one to one.

    Parameters
    ----------
    pad, foot : (n, 2), (m, 2)
        Begin and end of contacts, s, in order.
    """
    if len(pad) == 0 or len(foot) == 0:
        return np.zeros((0, 4))
    near = foot[:, None, 0] - pad[None, :, 0]
    found = np.abs(near) <= REACH_S
    rows: list[FloatArray] = []
    for k, contact in enumerate(foot):
        choices = np.flatnonzero(found[k])
        if len(choices) == 1 and int(found[:, choices[0]].sum()) == 1 and abs(contact[1] - pad[choices[0], 1]) <= REACH_S:
            rows.append(np.concatenate((pad[choices[0]], contact)))
    return np.stack(rows) if rows else np.zeros((0, 4))


def bias_of(differences_s: FloatArray) -> Bias:
    """Return the mean of differences (n,), without those that lie apart, and how well it is known."""
    middle = float(np.median(differences_s))
    sd = max(MAD_TO_SD * float(np.median(np.abs(differences_s - middle))), LEAST_SD_S)
    good = differences_s[np.abs(differences_s - middle) <= OUTLIER_SDS * sd]
    spread = float(good.std(ddof=1)) if len(good) > 1 else math.inf
    halves = float(good[::2].mean() - good[1::2].mean()) if len(good) > 1 else math.inf
    u = spread / math.sqrt(len(good))
    return Bias(float(good.mean()), u, spread, halves, len(good), len(differences_s) - len(good))


# ---- helpers --------------------------------------------------------------------------------------------------------------------


def _contacts(events: Sequence[Event]) -> FloatArray:
    """Return begin and end of whole, valid contacts, (n, 2)."""
    found = [(e.t_s, e.end_s) for e in events if e.what is Happening.CONTACT and e.valid and math.isfinite(e.t_s + e.end_s)]
    return np.array(sorted(found), dtype=np.float64).reshape(-1, 2)
