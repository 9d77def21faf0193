"""What is missing, by counter first, then by rate; counted and shown, never closed up silently."""

from collections import deque

RATE_OVER_S = 2.0
"""Time over which the rate is measured, s."""


class Ledger:
    """Samples got and lost of one stream since the session opened."""

    def __init__(self) -> None:
        self.samples = 0
        self.lost = 0
        self.longest_gap_s = 0.0
        self._first_s = float("nan")
        self._last_s = float("nan")
        self._recent: deque[tuple[float, int]] = deque()

    def add(self, first_s: float, last_s: float, n: int, lost_before: int) -> None:
        """Take a block: session seconds of its first and last sample, its samples, and those known to be missing before it."""
        if self.samples:
            self.longest_gap_s = max(self.longest_gap_s, first_s - self._last_s)
        else:
            self._first_s = first_s
        self.samples += n
        self.lost += lost_before
        self._last_s = last_s
        self._recent.append((last_s, n))
        while len(self._recent) > 2 and self._recent[1][0] < last_s - RATE_OVER_S:
            self._recent.popleft()

    @property
    def loss_percent(self) -> float:
        """Share of the samples that are missing, %."""
        taken = self.samples + self.lost
        return 100.0 * self.lost / taken if taken else 0.0

    @property
    def rate_hz(self) -> float:
        """Samples that came over the last two seconds, Hz; NaN until there are two blocks."""
        if len(self._recent) < 2:
            return float("nan")
        span = self._recent[-1][0] - self._recent[0][0]
        return sum(n for _, n in list(self._recent)[1:]) / span if span > 0.0 else float("nan")
