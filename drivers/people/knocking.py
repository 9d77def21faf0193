"""Somebody who knocks on the pad while all sensors lie on it: one shock that every device feels at once; nobody stands on anything."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray, G, Side
from drivers.people.motion import REST, Motion, Spot

GRID_HZ = 2000.0
"""A knock rises in a few milliseconds."""
KNOCKS = 3
FIRST_S, EVERY_S = 0.6, 0.9
"""When the first knock comes, and how long after it the next."""
RISE_S = 0.004
"""From first contact of the knuckles to the largest force; it is over five times as late."""
PEAK_N = 220.0
RINGS_HZ, RINGS_S = 55.0, 0.03
"""A board on its feet goes down and swings back, and the sensors on it do."""
PEAK_M_S2 = 2.5 * G
REST_S = 1.5


@dataclass(frozen=True, slots=True)
class KnockAct:
    """Knocks on the pad; ``peaks`` are how hard each is, 1 is usual."""

    tested: Side
    at_s: tuple[float, ...]
    peaks: tuple[float, ...]
    off_s: float

    @property
    def gone_s(self) -> float:
        """When nobody touches the pad any more."""
        return self.off_s

    def stopped(self, off_s: float) -> "KnockAct":
        """Leave off earlier."""
        kept = [(at, peak) for at, peak in zip(self.at_s, self.peaks, strict=True) if at < off_s]
        return replace(self, at_s=tuple(at for at, _ in kept), peaks=tuple(peak for _, peak in kept), off_s=min(self.off_s, off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        t = np.arange(round((self.gone_s + 0.3) * GRID_HZ)) / GRID_HZ
        force, shake = np.zeros(len(t)), np.zeros(len(t))
        for at, peak in zip(self.at_s, self.peaks, strict=True):
            since = np.maximum(t - at, 0.0)
            force += PEAK_N * peak * since / RISE_S * np.exp(1.0 - since / RISE_S)
            shake -= PEAK_M_S2 * peak * np.exp(-since / RINGS_S) * np.sin(2.0 * np.pi * RINGS_HZ * since)
        up = np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
        worn: dict[Spot, FloatArray] = dict.fromkeys(spots, REST + shake[:, None] * up)
        truth = {"knocks_s": [start_s + at for at in self.at_s]}
        return Motion(start_s, GRID_HZ, force, np.zeros((len(t), 2)), worn, truth)


def knocks(tested: Side, seed: tuple[int, ...], *, count: int = KNOCKS, strength: float = 1.0) -> KnockAct:
    """Return ``count`` knocks, none like the other."""
    rng = np.random.default_rng(seed)
    at = FIRST_S + EVERY_S * np.arange(count) + rng.uniform(0.0, 0.15, count)
    peaks = strength * np.clip(1.0 + 0.25 * rng.standard_normal(count), 0.6, 1.5)
    return KnockAct(tested, tuple(at.tolist()), tuple(peaks.tolist()), float(at[-1]) + REST_S)
