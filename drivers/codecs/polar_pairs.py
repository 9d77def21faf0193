"""Acceleration and angular rate that come apart become rows of motion at the acceleration's times; nothing is made up across a gap."""

from dataclasses import dataclass

import numpy as np

from ankletest.samples import BoolArray, FloatArray, IntArray

HOLD_NS = 2_000_000_000
"""How long one waits for the other: a frame holds a quarter of a second."""
GAP = 1.5
"""Periods between two angular rates beyond which nothing is known in between."""
LONG_AGO = -(1 << 62)
NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Part:
    """Samples of one of the two, of several frames.

    Parameters
    ----------
    ticks : (n,)
        Times, ns, never decreasing.
    values : (n, 3)
    lost : (n,)
        Samples missing before each.
    counts : (m,)
        Samples of each frame.
    numbers : (m,)
        Where each frame stands in the order of arrival.
    """

    ticks: IntArray
    values: FloatArray
    lost: IntArray
    counts: IntArray
    numbers: IntArray

    @property
    def newest(self) -> IntArray:
        """Time of the last sample of each frame, (m,)."""
        return self.ticks[np.cumsum(self.counts) - 1]


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

    def can_meet(self, ticks: IntArray, turned: BoolArray) -> bool:
        """Tell whether samples, with what waits here, can make a row of motion: `take` of what cannot gives nothing.

        Parameters
        ----------
        ticks : (n,)
        turned : (n,)
            Angular rate, else acceleration.
        """
        acc, gyro = np.concatenate((self._acc_ns, ticks[~turned])), np.concatenate((self._gyro_ns, ticks[turned]))
        return bool(len(acc) and len(gyro) and acc.min() <= gyro.max() and gyro.min() <= acc.max())

    def take(self, acc: Part, gyro: Part) -> tuple[IntArray, FloatArray, IntArray, IntArray]:
        """Take frames of both; return what is complete by now.

        Returns
        -------
        ticks : (n,)
        motion : (n, 6)
        lost : (n,)
            Samples missing before each.
        numbers : (n,)
            The frame that completed each.
        """
        at = np.concatenate((self._acc_ns, acc.ticks))
        values = np.concatenate((self._acc, acc.values))
        lost = np.concatenate((self._lost, acc.lost))
        arrived = np.concatenate((np.full(len(self._acc_ns), LONG_AGO), np.repeat(acc.numbers, acc.counts)))
        turned = np.concatenate((self._gyro_ns, gyro.ticks))
        turns = np.concatenate((self._gyro, gyro.values))
        told = self._gyro_ns[-1:]  # the newest angular rate before this call
        done = np.maximum(arrived, _first(gyro, at, int(told[0]) if len(told) else LONG_AGO))
        whole = int(done.searchsorted(NEVER))
        # Who has waited too long is let go by the frame that tells so, and that may have come before the one that completes.
        late = at < _newest_by(acc, done) - HOLD_NS
        gone = whole + int(np.count_nonzero(late[whole:]))
        right = turned.searchsorted(at[:whole])
        left = np.maximum(right - 1, 0)
        since = _newest_by(gyro, done[:whole]) - HOLD_NS
        span = turned[right] - turned[left]
        same = turned[right] == at[:whole]
        between = (turned[left] >= since) & (span > 0) & (span <= self._gap_ns)
        known = ~late[:whole] & (turned[right] >= since) & (same | between)
        share = np.where(same, 1.0, (at[:whole] - turned[left]) / np.maximum(span, 1))[known, np.newaxis]
        motion = np.concatenate((values[:whole][known], turns[left[known]] * (1.0 - share) + turns[right[known]] * share), axis=1)
        missing = self._missing(lost[:gone], np.flatnonzero(known))
        found = at[:whole][known], motion, missing, done[:whole][known]
        self._acc_ns, self._acc, self._lost = at[gone:], values[gone:], lost[gone:]
        # The last angular rate before what was given is the left neighbour of what comes.
        old = int(turned.searchsorted(turned[-1] - HOLD_NS)) if len(turned) else 0
        if whole:
            old = max(old, int(turned.searchsorted(at[whole - 1], side="right")) - 1)
        self._gyro_ns, self._gyro = turned[old:], turns[old:]
        return found

    def _missing(self, lost: IntArray, known: IntArray) -> IntArray:
        """Return samples missing before each that is known; what is missing after the last is owed to the next."""
        bad = np.ones(len(lost), dtype=np.int64)
        bad[known] = 0
        total = self._owed + np.cumsum(lost + bad)
        missing = np.diff(total[known], prepend=0)
        if len(known):
            if not self._running:
                missing[0] = 0
            self._running = True
            self._owed = int(total[-1] - total[known[-1]])
        elif len(total):
            self._owed = int(total[-1])
        return missing


def _first(gyro: Part, at: IntArray, told_ns: int) -> IntArray:
    """Return the frame of angular rate that first reaches each time; `NEVER` for what none reaches, `LONG_AGO` for what one did before."""
    which = gyro.newest.searchsorted(at)
    return np.where(at <= told_ns, LONG_AGO, np.append(gyro.numbers, NEVER)[which])


def _newest_by(part: Part, done: IntArray) -> IntArray:
    """Return the newest time of a part by the frame that completed each sample."""
    which = part.numbers.searchsorted(done, side="right")
    return np.append(LONG_AGO, part.newest)[which]
