"""When notifications arrive and which are lost: connection interval, retransmissions, the host's delays, bursts (algorithms.md 3)."""

import numpy as np

from ankletest.samples import BoolArray, FloatArray
from drivers.people.faults import Faults

LATENCY_S = 0.0015
"""From the connection event to the callback at least; with half an interval's wait the shortest delay is about 4.5 ms at 7.5 ms."""
HICCUP_S = 0.05
APART_S = 50e-6
"""Callbacks of one connection event come one after another."""
MAX_TRIES = 6
"""Retransmissions after which a packet surely gets through: 5 % to the sixth is one in 64 million."""


class Radio:
    """One connection; arrivals keep the order of sending.

    Parameters
    ----------
    faults
        How good it is.
    rng
        Its own generator.
    """

    def __init__(self, faults: Faults, rng: np.random.Generator) -> None:
        self._faults = faults
        self._rng = rng
        self._anchor_s = float(rng.uniform(0.0, faults.interval_s))
        self._newest_s = -np.inf
        self._bad = False

    def arrivals(self, ready_s: FloatArray) -> FloatArray:
        """Return when packets that are ready at ``ready_s`` (m,), increasing, reach the callback, (m,), increasing."""
        m = len(ready_s)
        interval, rng = self._faults.interval_s, self._rng
        event = np.ceil((ready_s - self._anchor_s) / interval)
        if self._faults.retry > 0.0:
            event = event + np.minimum(rng.geometric(1.0 - self._faults.retry, m) - 1, MAX_TRIES)
        # The host's delays hold back callbacks, not the air: the next event is not later because of them, but order is kept.
        host = rng.exponential(self._faults.jitter_s, m) if self._faults.jitter_s > 0.0 else np.zeros(m)
        host = host + np.where(rng.random(m) < self._faults.hiccup, rng.uniform(0.0, HICCUP_S, m), 0.0)
        come = self._anchor_s + event * interval + LATENCY_S + host
        steps = APART_S * np.arange(m)
        come = np.maximum(np.maximum.accumulate(come - steps), self._newest_s + APART_S) + steps
        if m:
            self._newest_s = float(come[-1])
        return np.asarray(come, dtype=np.float64)

    def lost(self, m: int) -> BoolArray:
        """Return which of the next ``m`` notifications are lost, (m,): a two-state chain that loses everything while bad."""
        loss, burst = self._faults.loss, self._faults.burst
        out = np.zeros(m, dtype=np.bool_)
        if loss <= 0.0:
            return out
        worse = loss / (1.0 - loss) / burst
        for i, draw in enumerate(self._rng.random(m)):
            self._bad = bool(draw >= 1.0 / burst) if self._bad else bool(draw < worse)
            out[i] = self._bad
        return out
