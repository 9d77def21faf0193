"""Acceleration and angular rate that come apart become rows of motion at the acceleration's times; nothing is made up across a gap."""

import numpy as np

from ankletest.samples import FloatArray, IntArray

HOLD_NS = 2_000_000_000
"""How long one waits for the other: a frame holds a quarter of a second."""
GAP = 1.5
"""Periods between two angular rates beyond which nothing is known in between."""


class Pairs:
    """Takes both as they come and gives what is complete; angular rate is interpolated between neighbours one period apart.

    Parameters
    ----------
    period_ns
        Nominal time between samples.
    """

    def __init__(self, period_ns: float) -> None:
        self._gap_ns = GAP * period_ns
        self.clear()

    def clear(self) -> None:
        """Forget everything: what comes next has nothing to do with what came."""
        self._acc_ns = self._gyro_ns = np.zeros(0, dtype=np.int64)
        self._acc = self._gyro = np.zeros((0, 3))
        self._lost = np.zeros(0, dtype=np.int64)
        self._owed = 0
        self._running = False

    def add(self, ticks: IntArray, values: FloatArray, lost: int, *, turning: bool) -> None:
        """Take samples of one of the two; ``lost`` are missing before them."""
        if turning:
            self._gyro_ns = np.concatenate((self._gyro_ns, ticks))
            self._gyro = np.concatenate((self._gyro, values))
            old = int(self._gyro_ns.searchsorted(self._gyro_ns[-1] - HOLD_NS))
            self._gyro_ns, self._gyro = self._gyro_ns[old:], self._gyro[old:]
            return
        missing = np.zeros(len(ticks), dtype=np.int64)
        missing[0] = lost
        self._acc_ns = np.concatenate((self._acc_ns, ticks))
        self._acc = np.concatenate((self._acc, values))
        self._lost = np.concatenate((self._lost, missing))
        old = int(self._acc_ns.searchsorted(self._acc_ns[-1] - HOLD_NS))
        self._owed += int(self._lost[:old].sum()) + old
        self._drop(old)

    def take(self) -> tuple[IntArray, FloatArray, IntArray]:
        """Return times (n,), motion (n, 6) and samples missing before each (n,) of what is complete by now."""
        n = int(self._acc_ns.searchsorted(self._gyro_ns[-1], side="right")) if len(self._gyro_ns) else 0
        if not n:
            return np.zeros(0, dtype=np.int64), np.zeros((0, 6)), np.zeros(0, dtype=np.int64)
        at = self._acc_ns[:n]
        right = self._gyro_ns.searchsorted(at)
        left = np.maximum(right - 1, 0)
        span = self._gyro_ns[right] - self._gyro_ns[left]
        same = self._gyro_ns[right] == at
        known = same | ((span > 0) & (span <= self._gap_ns))
        share = np.where(same, 1.0, (at - self._gyro_ns[left]) / np.maximum(span, 1))[:, np.newaxis]
        motion = np.concatenate((self._acc[:n], self._gyro[left] * (1.0 - share) + self._gyro[right] * share), axis=1)[known]
        total = self._owed + np.cumsum(self._lost[:n] + ~known)
        missing = np.diff(total[known], prepend=0)
        if len(missing):
            if not self._running:
                missing[0] = 0
            self._running = True
            self._owed = int(total[-1] - total[known][-1])
        else:
            self._owed = int(total[-1])
        self._drop(n)
        # The last angular rate before what was given is the left neighbour of what comes.
        old = max(int(self._gyro_ns.searchsorted(at[-1], side="right")) - 1, 0)
        self._gyro_ns, self._gyro = self._gyro_ns[old:], self._gyro[old:]
        return at[known], motion, missing

    def _drop(self, n: int) -> None:
        self._acc_ns, self._acc, self._lost = self._acc_ns[n:], self._acc[n:], self._lost[n:]
