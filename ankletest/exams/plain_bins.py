"""Which bins of a hold no rule can have anything to say of, many at a time; it never decides that a rule has (``exams.detectors`` does)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ankletest.exams.bins import Bin
from ankletest.samples import BoolArray, FloatArray, IntArray

MARGIN = 0.999
"""Limits are taken so much narrower here: what is within a rounding of one is left to the rule itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a bin must keep to: force in N and ``[least, most]``, steps of the CoP in mm over so many bins, spans of the shift in bins."""

    least_n: float
    most_n: float
    gap_s: float
    step_mm: float
    step_bins: int
    shift_every: int
    shift_bins: int
    shift_gap_bins: int

    @property
    def reach(self) -> int:
        """How many bins before a bin its rules look at."""
        return 2 * self.shift_bins + self.shift_gap_bins


def plain(past: Sequence[Bin], bins: Sequence[Bin], limits: Limits) -> BoolArray:
    """Tell of each bin whether it is loaded as it should be, follows its predecessor, and has a CoP that stayed where it was.

    Parameters
    ----------
    past
        The bins before, at least ``limits.reach`` of them or all there are.
    bins : (n,)
        To be judged.

    Returns
    -------
    (n,)
        False also where it would take a closer look to tell.
    """
    both = [*past[-limits.reach :], *bins]
    first = len(both) - len(bins)
    rows = np.array([(b.number, b.start_s, b.end_s, b.force_n, b.x_mm, b.y_mm) for b in both])
    number, start_s, end_s, force, x, y = (np.ascontiguousarray(rows[:, k]) for k in range(6))
    good = np.isfinite(x) & np.isfinite(y) & (force >= limits.least_n) & (force <= limits.most_n)
    good[1:] &= start_s[1:] - end_s[:-1] <= MARGIN * limits.gap_s
    if first == 0:
        good[0] = False  # nothing is known of what was before
    back = limits.step_bins
    if len(x) > back:
        step = (x[back:] - x[:-back]) ** 2 + (y[back:] - y[:-back]) ** 2
        good[back:] &= step <= (MARGIN * limits.step_mm) ** 2
    looked = np.flatnonzero(number[first:] % limits.shift_every == 0) + first
    looked = looked[looked + 1 >= limits.reach]
    if len(looked):
        good[looked] &= _meet(x, looked, limits) & _meet(y, looked, limits)
    return np.asarray(good[first:], dtype=np.bool_)


def _meet(along: FloatArray, last: IntArray, limits: Limits) -> BoolArray:
    """Tell whether the ranges of one coordinate over the two spans of the shift that end at bins ``last`` share a point."""
    spans = sliding_window_view(along, limits.shift_bins)
    after, before = spans[last - limits.shift_bins + 1], spans[last - limits.reach + 1]
    low, high = np.maximum(before.min(axis=1), after.min(axis=1)), np.minimum(before.max(axis=1), after.max(axis=1))
    return np.asarray(low <= high, dtype=np.bool_)  # False with a NaN
