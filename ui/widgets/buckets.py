"""Smallest and largest value of every few samples, for a line that scrolls without shimmer; pixels only, no measure."""

import numpy as np

from ankletest.samples import FloatArray

BREAK = 3.0
"""A step in time of more than this many buckets breaks the line: what is missing stays visible."""


class Buckets:
    """The last buckets of one signal, each ``per`` samples by absolute sample index, so a bucket keeps its values while it scrolls.

    Parameters
    ----------
    count
        Buckets kept.
    per
        Samples a bucket.
    """

    def __init__(self, count: int, per: int) -> None:
        self._count, self._per = count, max(1, per)
        # Written twice, a length apart, the last ``count`` are always one slice: no roll, no copy.
        self._twice = np.full((3, 2 * count), np.nan)
        self._next = 0
        self._rest = np.empty((2, 0))

    @property
    def per(self) -> int:
        """Samples a bucket."""
        return self._per

    def push(self, t_s: FloatArray, values: FloatArray) -> None:
        """Take samples: seconds and values, (n,) each; NaN values are passed over."""
        rows = np.concatenate((self._rest, np.stack((t_s, values))), axis=1)
        full = rows.shape[1] // self._per
        self._rest = rows[:, full * self._per :]
        if not full:
            return
        kept = min(full, self._count)
        block = rows[:, (full - kept) * self._per : full * self._per].reshape(2, kept, self._per)
        slots = (self._next + np.arange(kept)) % self._count
        for row, each in enumerate((block[0, :, 0], np.fmin.reduce(block[1], axis=1), np.fmax.reduce(block[1], axis=1))):
            self._twice[row, slots] = each
            self._twice[row, slots + self._count] = each
        self._next = (self._next + kept) % self._count

    def view(self) -> FloatArray:
        """Return start, smallest, largest of the last buckets, (3, count): oldest first, NaN where nothing came yet."""
        return self._twice[:, self._next : self._next + self._count]

    def last(self) -> tuple[float, float]:
        """Return seconds and value of the newest sample; NaN when there is none."""
        if self._rest.shape[1]:
            return float(self._rest[0, -1]), float(self._rest[1, -1])
        _, low, high = self.view()[:, -1]
        t_s = self.view()[0, -1]
        return float(t_s), float((low + high) / 2)

    def line(self, now_s: float) -> tuple[FloatArray, FloatArray]:
        """Return the points of the line: seconds relative to ``now_s`` and values; a NaN stands where samples are missing.

        The newest, unfinished bucket is part of it, so that nothing waits to be seen.
        """
        t_s, low, high = self.view()
        if self._rest.shape[1]:
            newest = self._rest[1]
            t_s = np.append(t_s, self._rest[0, 0])
            low, high = np.append(low, np.fmin.reduce(newest)), np.append(high, np.fmax.reduce(newest))
        known = ~np.isnan(t_s)
        t_s, low, high = t_s[known], low[known], high[known]
        if len(t_s) > 2:
            steps = np.diff(t_s)
            holes = np.flatnonzero(steps > BREAK * np.median(steps))
            if len(holes):
                t_s = np.insert(t_s, holes + 1, t_s[holes])
                low, high = np.insert(low, holes + 1, np.nan), np.insert(high, holes + 1, np.nan)
        if self._per == 1:
            return t_s - now_s, low
        y = np.empty(2 * len(t_s))
        y[0::2], y[1::2] = low, high
        return np.repeat(t_s - now_s, 2), y
