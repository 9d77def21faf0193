"""Samples cut on a fixed grid of session time, so that what looks at them sees the same under any chunking; no detection."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ankletest.samples import FloatArray

SLICE_S = 0.050
"""Samples are looked at in slices of this length on a fixed grid, so that timers and events keep their order under any chunking."""


@dataclass(slots=True)
class Slices:
    """Samples cut on a grid of 50 ms from the first one on."""

    zero_s: float = math.nan
    t_s: FloatArray | None = None
    values: FloatArray | None = None

    def feed(self, t_s: FloatArray, values: FloatArray) -> list[tuple[float, FloatArray, FloatArray]]:
        """Return the slices that are complete: their end, and their samples."""
        if len(t_s) == 0:
            return []
        if self.t_s is not None and self.values is not None:
            t_s, values = np.concatenate((self.t_s, t_s)), np.concatenate((self.values, values))
        if math.isnan(self.zero_s):
            self.zero_s = float(t_s[0])
        numbers = np.floor((t_s - self.zero_s) / SLICE_S)
        bounds = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist()]
        found = [(self.zero_s + (float(numbers[a]) + 1.0) * SLICE_S, t_s[a:b], values[a:b]) for a, b in pairwise(bounds)]
        self.t_s, self.values = t_s[bounds[-1] :], values[bounds[-1] :]
        return found
