"""A person who pushes against the pad as hard as they can, rests, pushes again, and holds a target; plan, force and truth.

A push is ``P (1 − e^(−t/τ))`` that tires a little and trembles (algorithms.md 10.3), so everything told of it has a closed form.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.exams.calf_strength import PUSH_S, asked
from ankletest.samples import FloatArray, Side
from ankletest.trial import Setup
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.motion import Motion, Spot, ease
from drivers.people.pose import felt, pose

GRID_HZ = 4000.0
FOOT_S = 0.5
"""The foot is laid on the pad, and taken off, within so long."""
LEG_SHARE = 0.08
"""Weight of a relaxed leg on the pad over body weight, sitting."""
STRONG_BW = 1.8
"""Peak of a healthy calf with the knee bent over body weight (metrics.md SG: 1.75–2.0)."""
FIRST_S = 4.0
"""The first push: long after the foot lies still."""
HOLD_PUSH_S = 3.5
"""How long a push is kept up."""
READY_S = 2.5
"""From the end of a rest to the next push: a still second, and the call to push."""
TAU_S, RELEASE_S = 0.10, 0.06
"""Time constants of the rise and of letting go; the hold is approached more slowly."""
HOLD_TAU_S = 0.25
SPREAD, WEARY = 0.02, 0.01
"""Spread of the peak from push to push, and what each costs."""
TIRING_S = 0.02
"""Share of the force lost each second of a push."""
TREMOR, TREMOR_HZ = 0.004, 9.0
"""Tremor over the force, and its frequency."""


@dataclass(frozen=True, slots=True)
class Push:
    """One push: when, how strong, how fast, how long it is kept, and its tremor's phase."""

    start_s: float
    peak_n: float
    tau_s: float
    length_s: float
    phase: float

    def force(self, t_s: FloatArray) -> FloatArray:
        """Return the force above the relaxed leg at seconds of the act, N, (n,)."""
        since = np.maximum(t_s - self.start_s, 0.0)
        until = np.minimum(since, self.length_s)
        shake = 1.0 + TREMOR * np.sin(2.0 * np.pi * TREMOR_HZ * until + self.phase)
        kept = self.peak_n * (1.0 - np.exp(-until / self.tau_s)) * (1.0 - TIRING_S * until) * shake
        return np.asarray(kept * np.exp(-(since - until) / RELEASE_S), dtype=np.float64)

    def truth(self, start_s: float) -> dict[str, object]:
        """Return what is to be found: onset, peaks, rates of force development, times to shares of the peak."""
        t: FloatArray = self.start_s + np.arange(round(self.length_s * 1e4), dtype=np.float64) * 1e-4
        force = self.force(t)
        means = {name: float(np.max(_moving(force, round(1e4 * length)))) for name, length in (("peak_n", 0.1), ("plateau_n", 1.0))}
        after = {f"rfd_{ms}": float(self.force(np.array([self.start_s + 1e-3 * ms]))[0]) / (1e-3 * ms) for ms in (50, 100, 150, 200, 250)}
        times = {f"time_{percent}_s": float(np.argmax(force >= 0.01 * percent * means["peak_n"])) * 1e-4 for percent in (50, 90)}
        return {"onset_s": start_s + self.start_s, "end_s": start_s + self.start_s + self.length_s, **means, **after, **times}


@dataclass(frozen=True, slots=True)
class PushAct:
    """Pushing against the pad."""

    person: Person
    setup: Setup
    seed: tuple[int, ...]
    pushes: tuple[Push, ...]
    hold: Push | None
    off_s: float

    @property
    def tested(self) -> Side:
        """The leg that pushes."""
        return self.setup.side

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.off_s + FOOT_S

    def stopped(self, off_s: float) -> "PushAct":
        """Take the foot off earlier; a push going on is let go."""
        return replace(self, off_s=min(self.off_s, max(off_s, FOOT_S)))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        t = np.arange(round((self.gone_s + 0.3) * GRID_HZ)) / GRID_HZ
        there = ease(t, 0.0, FOOT_S) - ease(t, self.off_s, self.gone_s)
        relaxed = LEG_SHARE * self.person.weight_n * there
        made = [*self.pushes, *([self.hold] if self.hold else [])]
        push = sum((one.force(t) for one in made if one.start_s < self.off_s), np.zeros(len(t)))
        force = relaxed + push * (1.0 - ease(t, self.off_s, self.gone_s))
        strongest = max(one.peak_n for one in made)
        forward = 40.0 + 25.0 * push / strongest  # from mid-foot to the ball
        cop = np.stack([np.zeros(len(t)), forward], axis=1)
        # The foot turns about its ball by what the strap and the shoe give way.
        worn = {spot: felt(pose(len(t), pitch=0.03 * push / strongest if spot.tested else 0.0), GRID_HZ) for spot in spots}
        return Motion(start_s, GRID_HZ, force, cop, worn, self._truth(start_s))

    def _truth(self, start_s: float) -> dict[str, object]:
        done = [push for push in self.pushes if push.start_s + push.length_s <= self.off_s]
        hold = self.hold if self.hold and self.hold.start_s < self.off_s else None
        return {
            "exam": self.setup.exam, "side": self.setup.side.value, "trial": self.setup.trial, "body_weight_n": self.person.weight_n,
            "on_pad_s": start_s, "relaxed_n": LEG_SHARE * self.person.weight_n, "pushes": [push.truth(start_s) for push in done],
            "hold": hold.truth(start_s) if hold else None, "off_pad_s": start_s + self.gone_s,
        }  # fmt: skip


def act(person: Person, setup: Setup, _faults: Faults, seed: tuple[int, ...]) -> PushAct:
    """Return what a cooperative client does; a leg that hops lower is as much weaker."""
    count, rest, hold_s = round(asked(setup, "pushes")), asked(setup, "rest_s"), asked(setup, "hold_s")
    rng = np.random.default_rng((*seed, 0))
    strong = STRONG_BW * person.weight_n * person.leg(setup.side).flight
    draws, phases = rng.standard_normal(count + 1), rng.uniform(0.0, 2.0 * math.pi, count + 1)
    tau = TAU_S * float(rng.uniform(0.8, 1.4))
    pushes: list[Push] = []
    at = FIRST_S
    for i in range(count):
        peak = strong * (1.0 + SPREAD * float(draws[i]) - WEARY * i)
        pushes.append(Push(at, peak, tau, HOLD_PUSH_S, float(phases[i])))
        at += HOLD_PUSH_S + rest + READY_S
    hold = None
    if hold_s > 0.0:
        target = 0.01 * asked(setup, "target_percent") * strong
        hold = Push(at, target, HOLD_TAU_S, hold_s + 1.5, float(phases[count]))
        at += hold.length_s
    return PushAct(person, setup, seed, tuple(pushes), hold, at + PUSH_S)


def _moving(values: FloatArray, count: int) -> FloatArray:
    running = np.concatenate((np.zeros(1), np.cumsum(values)))
    return np.asarray((running[count:] - running[:-count]) / count, dtype=np.float64)
