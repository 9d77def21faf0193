"""Somebody who stomps on the pad with the leg that wears the sensors, and lifts it again; the other foot stands beside the pad."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray, G, Side, Site
from drivers.people.motion import REST, Motion, Spot

GRID_HZ = 2000.0
"""A foot is stopped within milliseconds."""
FIRST_S, EVERY_S = 0.9, 1.3
"""When the first stomp comes, and how long after it the next."""
SWING_S, SWING_M_S2 = 0.25, 4.0
"""So long before it lands the foot is lifted and thrown down, and how hard."""
RISE_S, PEAK_N = 0.006, 900.0
"""From the sole's first contact to the largest force."""
LOAD_N, DOWN_S = 180.0, 0.4
"""What the leg weighs on the pad, and how long it is left there."""
SHOCK_M_S2 = {Site.FOOT: 8.0 * G, Site.SHANK: 5.0 * G}
"""About what shins feel in running (5 to 10 g); a stomp that is much weaker is refused."""
SHOCK_RISE_S = {Site.FOOT: 0.004, Site.SHANK: 0.007}
"""How soon a shock is largest; the ankle rounds it."""
WAY_S = {Site.FOOT: 0.0, Site.SHANK: 0.003}
"""How much later the shock is there: ankle and skin are soft; ± ``WAY_VARIES`` from person to person."""
WAY_VARIES = 0.3
REST_S = 1.5


@dataclass(frozen=True, slots=True)
class StompAct:
    """Stomps on the pad; ``peaks`` are how hard each is, 1 is usual, and ``soft`` how late the shank feels it, 1 is usual."""

    tested: Side
    at_s: tuple[float, ...]
    peaks: tuple[float, ...]
    off_s: float
    soft: float = 1.0

    @property
    def gone_s(self) -> float:
        """When nobody touches the pad any more."""
        return self.off_s

    def stopped(self, off_s: float) -> "StompAct":
        """Leave off earlier."""
        kept = [(at, peak) for at, peak in zip(self.at_s, self.peaks, strict=True) if at < off_s]
        return replace(self, at_s=tuple(at for at, _ in kept), peaks=tuple(peak for _, peak in kept), off_s=min(self.off_s, off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples; only the leg that stomps feels anything."""
        t = np.arange(round((self.gone_s + 0.3) * GRID_HZ)) / GRID_HZ
        force = np.zeros(len(t))
        felt = {site: np.zeros((len(t), 3)) for site in SHOCK_M_S2}
        for at, peak in zip(self.at_s, self.peaks, strict=True):
            since = np.maximum(t - at, 0.0)
            force += PEAK_N * peak * _shock(since, RISE_S)
            force += LOAD_N * np.clip(since / 0.03, 0.0, 1.0) * np.clip((at + DOWN_S - t) / 0.08, 0.0, 1.0)
            swing = np.clip((t - at + SWING_S) / SWING_S, 0.0, 1.0) * (t < at)
            for site, shaken in felt.items():
                shaken[:, 0] += 0.5 * SWING_M_S2 * np.sin(2.0 * np.pi * swing)
                shaken[:, 2] += SWING_M_S2 * np.sin(2.0 * np.pi * swing)
                late = np.maximum(t - at - WAY_S[site] * self.soft, 0.0)
                shaken[:, 2] += SHOCK_M_S2[site] * peak * _shock(late, SHOCK_RISE_S[site]) * np.cos(2.0 * np.pi * 18.0 * late)
        worn: dict[Spot, FloatArray] = {}
        for spot in spots:
            worn[spot] = np.tile(REST, (len(t), 1))
            if spot.tested and spot.site in felt:
                worn[spot][:, :3] += felt[spot.site]
        return Motion(start_s, GRID_HZ, force, np.zeros((len(t), 2)), worn, {"knocks_s": [start_s + at for at in self.at_s]})


def stomps(tested: Side, seed: tuple[int, ...], *, count: int = 3, strength: float = 1.0) -> StompAct:
    """Return ``count`` stomps, none like the other."""
    rng = np.random.default_rng(seed)
    at = FIRST_S + EVERY_S * np.arange(count) + rng.uniform(0.0, 0.2, count)
    peaks = strength * np.clip(1.0 + 0.2 * rng.standard_normal(count), 0.6, 1.4)
    soft = float(rng.uniform(1.0 - WAY_VARIES, 1.0 + WAY_VARIES))
    return StompAct(tested, tuple(at.tolist()), tuple(peaks.tolist()), float(at[-1]) + REST_S, soft)


def _shock(since: FloatArray, rise_s: float) -> FloatArray:
    return np.asarray(since / rise_s * np.exp(1.0 - since / rise_s), dtype=np.float64)
