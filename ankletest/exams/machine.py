"""Walks an exam's table by events and timers of sample time, and cuts samples into frames on a fixed grid; it knows no exam.

Frames make a streaming detector simple and its output independent of chunking: a frame is judged once, when every sample of it is there.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ankletest.exams.base import Phase, PhaseChange
from ankletest.samples import FloatArray

FRAME_S = 0.05
"""Length of a frame, s: short against the 150 ms of the shortest error rule, long against a sample."""


class Machine:
    """Where a run is in its table. An event that is not in the row changes nothing."""

    def __init__(self, phases: Mapping[str, Phase], table: Mapping[str, Mapping[str, str]], first: str, t_s: float) -> None:
        self._phases = phases
        self._table = table
        self.phase = phases[first]
        self.since_s = t_s

    @property
    def final(self) -> bool:
        """True when the row is empty."""
        return not self._table[self.phase.name]

    def take(self, event: str, t_s: float, *, lasts_s: float = math.nan, why: str = "") -> PhaseChange | None:
        """Take an event; return the change it makes, if any. ``lasts_s`` is how long the new phase will last by itself."""
        target = self._table[self.phase.name].get(event)
        if target is None:
            return None
        self.phase = self._phases[target]
        self.since_s = t_s
        return PhaseChange(self.phase, t_s, t_s + lasts_s, why)


@dataclass(frozen=True, slots=True)
class Frame:
    """Samples of ``[start_s, end_s)``: means of each column and extremes of the first; NaN where nothing is known."""

    start_s: float
    end_s: float
    n: int
    means: tuple[float, ...]
    low: float
    high: float


class Framer:
    """Cuts columns of samples into frames from ``start_s`` on; any chunking gives equal frames."""

    def __init__(self, start_s: float, *, frame_s: float = FRAME_S) -> None:
        self._start_s = start_s
        self._frame_s = frame_s
        self._next = 0
        self._t: FloatArray = np.zeros(0)
        self._columns: FloatArray = np.zeros((0, 0))

    def feed(self, t_s: FloatArray, columns: FloatArray) -> Iterator[Frame]:
        """Yield the frames that are complete, in order; a frame in which nothing came is left out.

        Parameters
        ----------
        t_s : (n,)
        columns : (k, n)
            One row a column.
        """
        if len(self._t):
            t_s, columns = np.concatenate((self._t, t_s)), np.concatenate((self._columns, columns), axis=1)
        number = np.floor((t_s - self._start_s) / self._frame_s).astype(np.int64)
        open_from = int(number.searchsorted(number[-1])) if len(number) else 0
        self._t, self._columns = t_s[open_from:], columns[:, open_from:]
        if not open_from:
            return
        firsts = np.flatnonzero(np.diff(number[:open_from], prepend=number[0] - 1))
        sizes = np.diff(firsts, append=open_from)
        rows = [np.ascontiguousarray(row[:open_from]) for row in columns]
        sums = [np.add.reduceat(row, firsts) / sizes for row in rows]
        lows, highs = np.minimum.reduceat(rows[0], firsts), np.maximum.reduceat(rows[0], firsts)
        for i, first in enumerate(firsts.tolist()):
            start = self._start_s + int(number[first]) * self._frame_s
            means = tuple(float(s[i]) for s in sums)
            yield Frame(start, start + self._frame_s, int(sizes[i]), means, float(lows[i]), float(highs[i]))
