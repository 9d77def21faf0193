"""What is missing, by counter first, then by rate; counted and shown, never closed up silently."""

from collections import deque
from enum import StrEnum

import numpy as np

from ankletest.device import TickSpec, TimeQuality
from ankletest.samples import FloatArray

RATE_OVER_S = 2.0
"""Time over which the rate is measured, s."""
LATELY_S = 10.0
"""Time over which the loss of now is told, s: what was lost while somebody fetched a chair says nothing of the next test."""


class LossBy(StrEnum):
    """What tells how many samples are missing."""

    COUNTER = "counter"  # the device's own numbers or times
    RATE = "rate"  # what its rate would have brought: estimated
    NOTHING = "nothing"  # a device that sends when it likes


def loss_by(tick: TickSpec) -> LossBy:
    """Return what tells the loss of a device with such a counter."""
    if tick.quality is not TimeQuality.ARRIVAL:
        return LossBy.COUNTER
    return LossBy.NOTHING if tick.bits else LossBy.RATE


class Ledger:
    """Samples got and lost of one stream since the session opened; ``longest_gap_s`` is the longest step from a sample to the next.

    ``counted`` are missing by the device's own evidence; ``estimated`` by its rate, with standard uncertainty ``estimated_u``.
    """

    def __init__(self) -> None:
        self.samples = 0
        self.counted = 0
        self.estimated = 0
        self.estimated_u = 0.0
        self.longest_gap_s = 0.0
        self._last_s = float("nan")
        self._recent: deque[tuple[float, int]] = deque()
        self._lately: deque[tuple[float, int, int]] = deque()

    def add(self, t_s: FloatArray, lost_before: int) -> None:
        """Take a block.

        Parameters
        ----------
        t_s : (n,)
            Session seconds of its samples, n > 0.
        lost_before
            Samples known to be missing before the first.
        """
        last_s = float(t_s[-1])
        # A step within a block is a gap like one between blocks: where blocks end is the radio's affair.
        steps = np.diff(t_s, prepend=self._last_s if self.samples else t_s[0])
        self.longest_gap_s = max(self.longest_gap_s, float(steps.max()))
        self.samples += len(t_s)
        self.counted += lost_before
        self._last_s = last_s
        self._recent.append((last_s, len(t_s)))
        while len(self._recent) > 2 and self._recent[1][0] < last_s - RATE_OVER_S:
            self._recent.popleft()
        self._lately.append((last_s, len(t_s), lost_before))
        while self._lately[0][0] < last_s - LATELY_S:
            self._lately.popleft()

    def estimate(self, missing: int, *, u: float) -> None:
        """Take what is missing by the rate since the opening and its standard uncertainty; fewer than before where some came late."""
        self.estimated, self.estimated_u = missing, u

    @property
    def lost(self) -> int:
        """Samples that are missing, by whatever evidence."""
        return self.counted + self.estimated

    @property
    def loss_u_percent(self) -> float:
        """Standard uncertainty of the share that is missing, %; 0 where it is counted."""
        taken = self.samples + self.lost
        return 100.0 * self.estimated_u / taken if taken else 0.0

    @property
    def loss_percent(self) -> float:
        """Share of the samples that are missing, %."""
        taken = self.samples + self.lost
        return 100.0 * self.lost / taken if taken else 0.0

    @property
    def lately_percent(self) -> float:
        """Share of the samples of the last ten seconds that are missing, %."""
        got, lost = (sum(row[k] for row in self._lately) for k in (1, 2))
        return 100.0 * lost / (got + lost) if got + lost else 0.0

    @property
    def rate_hz(self) -> float:
        """Samples that came over the last two seconds, Hz; NaN until there are two blocks."""
        if len(self._recent) < 2:
            return float("nan")
        span = self._recent[-1][0] - self._recent[0][0]
        return sum(n for _, n in list(self._recent)[1:]) / span if span > 0.0 else float("nan")
