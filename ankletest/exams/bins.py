"""Samples of a pad as means over 25 ms, on a grid of session time; what the detectors of stance look at."""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray

BIN_S = 0.025
"""Short against every rule's time (50 ms and more), long enough that a pad of 80 Hz has a sample in each, and that judging them one by
one costs a minute of data no more than its decoding; a fifth of the noise of a 1 kHz pad is left."""


@dataclass(slots=True)  # not frozen: that would double the time it takes to make one
class Bin:
    """Means over ``[start_s, end_s)``: force in N, CoP in mm (NaN where the pad cannot tell)."""

    number: int
    start_s: float
    end_s: float
    force_n: float
    x_mm: float
    y_mm: float


class PadBins:
    """Feed it samples; it returns the bins that are complete. Any chunking gives equal bins; bins without a sample are left out."""

    def __init__(self) -> None:
        self.bin_s = BIN_S
        self._zero_s = math.nan
        self._t: FloatArray = np.empty(0)
        self._values: FloatArray = np.empty((0, 3))

    def feed(self, t_s: FloatArray, values: FloatArray) -> list[Bin]:
        """Take samples: (n,) seconds and (n, 3) force and CoP; rows without a force are left out."""
        good = np.isfinite(values[:, 0])
        self._t = np.concatenate((self._t, t_s[good]))
        self._values = np.concatenate((self._values, values[good]))
        if len(self._t) == 0:
            return []
        if math.isnan(self._zero_s):
            self._zero_s = float(self._t[0])
        numbers = np.floor((self._t - self._zero_s) / self.bin_s)
        whole = int(numbers.searchsorted(numbers[-1]))  # the last bin may get more samples
        found = self._means(numbers[:whole], self._values[:whole])
        self._t, self._values = self._t[whole:], self._values[whole:]
        return found

    def finish(self) -> list[Bin]:
        """Return the bin that was still open."""
        found = self._means(np.floor((self._t - self._zero_s) / self.bin_s), self._values)
        self._t, self._values = np.empty(0), np.empty((0, 3))
        return found

    def _means(self, numbers: FloatArray, values: FloatArray) -> list[Bin]:
        if len(numbers) == 0:
            return []
        firsts = np.flatnonzero(np.diff(numbers, prepend=-1.0))
        counts = np.diff(firsts, append=len(numbers))
        # One column at a time: the order of summation must not depend on how many rows came at once.
        columns = [(np.add.reduceat(np.ascontiguousarray(values[:, k]), firsts) / counts).tolist() for k in range(3)]
        return [
            Bin(int(number), self._zero_s + number * self.bin_s, self._zero_s + (number + 1.0) * self.bin_s, force, x, y)
            for number, force, x, y in zip(numbers[firsts].tolist(), *columns, strict=True)
        ]
