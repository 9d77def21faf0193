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
LEAST = 3
"""A set of fewer hops tells nothing."""
LEAST_SD_S = 0.0005
"""Below this a spread is chance."""


SETS_U_S = 0.0003
"""SD of what a set of hops has in common: four sets each of 40 simulated people differed by 0.40 ms, their scatter told 0.28."""


@dataclass(frozen=True, slots=True)
class Bias:
    """Mean difference, sensor less pad, of one edge: standard uncertainty of the hops' chance, SD of a single hop; s."""

    mean_s: float
    u_s: float
    sd_s: float
    used: int
    left_out: int


@dataclass(frozen=True, slots=True)
class HopTiming:
    """Biases of touch-down, take-off and contact time (take-off less touch-down of the same contact).

    ``held_out_s`` is the last set's contact time less that of the sets before it, NaN where there is one set only; ``sets`` are those that
    told at least three hops, and ``u_contact_s`` holds what a set of hops has in common.
    """

    touch_down: Bias
    take_off: Bias
    contact: Bias
    held_out_s: float
    sets: int

    @property
    def u_contact_s(self) -> float:
        """Standard uncertainty of the bias of the contact time."""
        return math.hypot(self.contact.u_s, SETS_U_S / math.sqrt(self.sets))


def timing_of(pad: Sequence[Event], foot: Sequence[Event], sets_s: Sequence[tuple[float, float]] = ()) -> HopTiming | None:
    """Return the biases of a foot sensor's edges against a pad's; None without a set of at least three hops that both told.

    Everything is fitted in the end; the check holds the last set against what the sets before it had told alone. The mean leaves less
    than a median or a trimmed mean: hops scatter by where the samples fall on them, which has no tails.

    Parameters
    ----------
    pad, foot
        Contacts and flights of either; those that are not valid do not count.
    sets_s
        Begin and end of each set of hops; all are one set unless told.
    """
    pairs = pairs_of(_contacts(pad), _contacts(foot))
    spans = sets_s or [(-math.inf, math.inf)]
    parts = [part for begin, end in spans if len(part := pairs[(pairs[:, 0] >= begin) & (pairs[:, 0] < end)]) >= LEAST]
    if not parts:
        return None
    every = np.concatenate(parts)
    touch, off = every[:, 2] - every[:, 0], every[:, 3] - every[:, 1]
    return HopTiming(bias_of(touch), bias_of(off), bias_of(off - touch), _held_out_s(parts), len(parts))


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
    return Bias(float(good.mean()), spread / math.sqrt(len(good)), spread, len(good), len(differences_s) - len(good))


# ---- helpers --------------------------------------------------------------------------------------------------------------------


def _held_out_s(parts: Sequence[FloatArray]) -> float:
    """Return by how much the last set's contact times differ from those of the sets before it."""
    if len(parts) < 2:
        return math.nan
    fitted, held = (bias_of((rows[:, 3] - rows[:, 2]) - (rows[:, 1] - rows[:, 0])) for rows in (np.concatenate(parts[:-1]), parts[-1]))
    return held.mean_s - fitted.mean_s


def _contacts(events: Sequence[Event]) -> FloatArray:
    """Return begin and end of whole, valid contacts, (n, 2)."""
    found = [(e.t_s, e.end_s) for e in events if e.what is Happening.CONTACT and e.valid and math.isfinite(e.t_s + e.end_s)]
    return np.array(sorted(found), dtype=np.float64).reshape(-1, 2)
