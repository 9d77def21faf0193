"""A person in the check of the sensors: steps on the pad with both feet, lifts the foot that is asked for, steps off; no exam."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.checks.steps import Step
from ankletest.samples import FloatArray, Side, Site
from ankletest.trial import Eyes
from drivers.people.body import Person
from drivers.people.footing import STANCE_WIDTH_MM
from drivers.people.motion import Motion, Spot, ease
from drivers.people.pose import felt, leaning, lifted
from drivers.people.stance import BOTH_SHARE, FREE_LIFT_M, FREE_PITCH_RAD, GRID_HZ, OPEN_MM_S, SITE_HEIGHT_M, SITE_LEAN, breath, sway_on

ON_S, LIFT_S = 0.9, 0.6
"""Seconds to step on or off, and to lift a foot or put it down."""
WAITS_S = 20.0
"""So long a person stands as they were asked to before they think that it is over: longer than any step of a check waits."""


@dataclass(frozen=True, slots=True)
class CheckAct:
    """Doing as one is told; ``told`` are steps and when the person begins to do them, seconds since the act's start."""

    person: Person
    seed: tuple[int, ...]
    told: tuple[tuple[Step, float], ...]
    off_s: float = math.inf

    @property
    def tested(self) -> Side:
        """The leg that spots count from; none is tested here."""
        return Side.LEFT

    @property
    def gone_s(self) -> float:
        """When nobody is on the pad any more."""
        return self._off_s + ON_S

    @property
    def _off_s(self) -> float:
        return min(self.off_s, self.told[-1][1] + WAITS_S)

    def then(self, step: Step, at_s: float) -> "CheckAct":
        """Return the same act with one more thing to do."""
        return replace(self, told=(*self.told, (step, at_s)))

    def stopped(self, off_s: float) -> "CheckAct":
        """Put the foot down and step off."""
        return replace(self, off_s=min(self.off_s, off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        person, t = self.person, np.arange(round((self.gone_s + 0.3) * GRID_HZ)) / GRID_HZ
        right, forward, sway_mm = sway_on(person, t, np.full(len(t), BOTH_SHARE), OPEN_MM_S, seed=self.seed, eyes=Eyes.OPEN)
        up = {side: self._lift(t, step) for side, step in ((Side.LEFT, Step.LEFT), (Side.RIGHT, Step.RIGHT))}
        on = self._on(t)
        left, load = 0.5 + 0.5 * (up[Side.RIGHT] - up[Side.LEFT]), on * person.weight_n * (1.0 + breath(t, self.seed))
        cop = np.stack([STANCE_WIDTH_MM * (0.5 - left), np.zeros(len(t))], axis=1) + sway_mm
        worn: dict[Spot, FloatArray] = {}
        for spot in spots:
            here = leaning(right, forward, height_m=SITE_HEIGHT_M[spot.site], share=SITE_LEAN[spot.site])
            if spot.site is not Site.LUMBAR:
                height = up[Side.LEFT if spot.tested else Side.RIGHT]
                here = here + lifted(t, height, GRID_HZ, lift_m=FREE_LIFT_M, pitch_rad=FREE_PITCH_RAD[spot.site])
            worn[spot] = felt(here, GRID_HZ)
        truth: dict[str, object] = {"check": [[step.value, start_s + at_s] for step, at_s in self.told]}
        return Motion(start_s, GRID_HZ, load, cop, worn, truth)

    def _on(self, t_s: FloatArray) -> FloatArray:
        """Return the share of the weight that is on the pad, (n,)."""
        at_s = next((at for step, at in self.told if step is Step.ON), None)
        if at_s is None:
            return np.zeros(len(t_s))
        return ease(t_s, at_s, at_s + ON_S) - ease(t_s, self._off_s, self._off_s + ON_S)

    def _lift(self, t_s: FloatArray, wanted: Step) -> FloatArray:
        """Return how far a foot is lifted, 0 to 1, (n,): from its own step to the next."""
        height = np.zeros(len(t_s))
        for k, (step, at_s) in enumerate(self.told):
            if step is wanted:
                down_s = min(self.told[k + 1][1] if k + 1 < len(self.told) else self._off_s, self._off_s)
                if down_s > at_s:
                    height = height + ease(t_s, at_s, at_s + LIFT_S) - ease(t_s, down_s, down_s + LIFT_S)
        return np.clip(height, 0.0, 1.0)
