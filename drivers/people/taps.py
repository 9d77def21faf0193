"""A person who stands on one leg and is tapped: a stance, and on top of it what each tap does; sway and errors are the stance's.

A tap moves the centre of pressure by ``A e^(−t/τ)`` after a short rise and shakes the trunk; the sensors feel the knock itself.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.exams.taps import EVERY_S, EXAM, FIRST_S, hold_s
from ankletest.samples import FloatArray, Side, Site
from ankletest.trial import Setup
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.motion import Motion, Spot, bump, ease
from drivers.people.stance import StancePlan, plan_stance, stance

LATER_S = 3.0
"""After the earliest begin of the hold: an exam may take 2 s to see that the stance is settled."""
RISE_S = 0.06
"""The CoP cannot jump: the ankle's torque rises in so long."""
PUSHED_MM, TAU_S = 28.0, 0.40
"""Displacement and time constant of a healthy leg; a leg that sways more takes as much longer."""
SHAKE_M_S2, SHAKE_HZ = 1.2, 1.6
"""Acceleration of the trunk, and its frequency."""
KNOCK_S = 0.020
KNOCK_M_S2 = {Site.SHANK: 14.0, Site.FOOT: 10.0, Site.LUMBAR: 9.0}
"""The knock at each site of the tested side: all above the 4.9 m/s² of a tap."""


@dataclass(frozen=True, slots=True)
class Knock:
    """One tap, seconds of the act: how far it pushes, how fast that passes, and which way (rad from the right, forward positive)."""

    at_s: float
    pushed_mm: float
    tau_s: float
    turn_rad: float

    def decay(self, t_s: FloatArray) -> FloatArray:
        """Return 0 before, then the rise and ``e^(−t/τ)``, (n,)."""
        since = np.maximum(t_s - self.at_s, 0.0)
        return np.asarray(ease(t_s, self.at_s, self.at_s + RISE_S) * np.exp(-since / self.tau_s), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class TapAct:
    """Standing on one leg and being tapped."""

    person: Person
    seed: tuple[int, ...]
    plan: StancePlan
    knocks: tuple[Knock, ...]

    @property
    def tested(self) -> Side:
        """The stance leg."""
        return self.plan.footing.tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.footing.gone_s

    def stopped(self, off_s: float) -> "TapAct":
        """Step off earlier; nobody is tapped after that."""
        plan = replace(self.plan, footing=self.plan.footing.leaving(off_s))
        return replace(self, plan=plan, knocks=tuple(knock for knock in self.knocks if knock.at_s < off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        made = stance(self.person, self.plan, spots, start_s=start_s, seed=self.seed)
        t = np.arange(len(made.force_n)) / made.rate_hz
        cop = made.cop_mm.copy()
        worn = {spot: felt.copy() for spot, felt in made.worn.items()}
        for knock in self.knocks:
            way = np.array([math.cos(knock.turn_rad), math.sin(knock.turn_rad)])
            cop += knock.pushed_mm * knock.decay(t)[:, None] * way
            shake = SHAKE_M_S2 * knock.decay(t) * np.cos(2.0 * math.pi * SHAKE_HZ * (t - knock.at_s))
            for spot, felt in worn.items():
                if not spot.tested:
                    continue
                push = KNOCK_M_S2[spot.site] * bump(t, knock.at_s, knock.at_s + KNOCK_S)
                push = push + shake if spot.site is Site.LUMBAR else push
                felt[:, 0] += way[1] * push  # x is forward, y to the left
                felt[:, 1] -= way[0] * push
        taps = [
            {"t_s": start_s + knock.at_s, "pushed_mm": knock.pushed_mm, "tau_s": knock.tau_s, "turn_rad": knock.turn_rad}
            for knock in self.knocks
        ]
        return replace(made, cop_mm=cop, worn=worn, truth={**made.truth, "taps": taps})


def act(person: Person, setup: Setup, faults: Faults, seed: tuple[int, ...]) -> TapAct:
    """Return a stance as long as the exam takes, and its taps."""
    stood = plan_stance(person, replace(setup, duration_s=hold_s(setup)), faults.errors(setup.side), seed)
    rng = np.random.default_rng((*seed, 7))
    count = round(EXAM.given(setup, "taps"))
    first = stood.footing.single_s + setup.lead_in_s + LATER_S + FIRST_S - EVERY_S / 2.0
    draws = rng.standard_normal((count, 2))
    knocks = tuple(
        Knock(
            first + EVERY_S * i + float(rng.uniform(0.0, 0.8)),
            PUSHED_MM * float(np.clip(1.0 + 0.08 * draws[i, 0], 0.8, 1.2)),
            TAU_S * max(1.0, person.leg(setup.side).sway) * float(np.clip(1.0 + 0.06 * draws[i, 1], 0.85, 1.15)),
            float(rng.uniform(-math.pi, math.pi)),
        )
        for i in range(count)
    )
    return TapAct(person, seed, stood, tuple(knock for knock in knocks if knock.at_s < stood.footing.off_s))
