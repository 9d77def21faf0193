"""Which movement a simulated person makes for which exam; one entry for each, the movements are in files of their own."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from ankletest.samples import Side
from ankletest.trial import Setup
from drivers.people import calf_strength, reactive_landing, taps
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.hopping import HopPlan, hopping, plan_hops
from drivers.people.jumping import plan_drop_jump, plan_jump
from drivers.people.landing import LandingPlan, landing, plan_landings
from drivers.people.motion import Motion, Spot
from drivers.people.raising import RaisePlan, plan_raises, raising
from drivers.people.shin import BendPlan, bending, plan_bends
from drivers.people.side_hop import SidePlan, plan_side_hops, side_hopping
from drivers.people.stance import StancePlan, plan_stance, stance

COMMITTED_S = 0.9
"""Before the entry jump somebody can no longer be stopped."""

Seed = tuple[int, ...]


class Act(Protocol):
    """A planned trial of a person; seconds count from its start, when a foot first touches the pad (or the movement begins)."""

    @property
    def tested(self) -> Side:
        """The leg of the trial."""
        ...

    @property
    def gone_s(self) -> float:
        """When nothing is on the pad any more and the person stands beside it."""
        ...

    def stopped(self, off_s: float) -> "Act":
        """Return the same act broken off at ``off_s``; what comes before is the same to the bit."""
        ...

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Return what the pad and the spots feel, and the truth, with the act beginning at world second ``start_s``."""
        ...


@dataclass(frozen=True, slots=True)
class StanceAct:
    """Standing on one leg."""

    person: Person
    seed: Seed
    plan: StancePlan

    @property
    def tested(self) -> Side:
        """The stance leg."""
        return self.plan.footing.tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.footing.gone_s

    def stopped(self, off_s: float) -> Act:
        """Step off earlier."""
        return replace(self, plan=replace(self.plan, footing=self.plan.footing.leaving(off_s)))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return stance(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


@dataclass(frozen=True, slots=True)
class HopAct:
    """Hopping on one leg."""

    person: Person
    seed: Seed
    plan: HopPlan

    @property
    def tested(self) -> Side:
        """The hopping leg."""
        return self.plan.footing.tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.footing.gone_s

    def stopped(self, off_s: float) -> Act:
        """Stay down at the next landing: nobody stops in the air."""
        plan = self.plan
        if not plan.push_s - COMMITTED_S < off_s < plan.land_s:
            return replace(self, plan=replace(plan, footing=plan.footing.leaving(off_s)))
        done = sum(1 for touch in plan.touches_s if touch < off_s)
        return replace(self, plan=plan_hops(self.person, plan.setup, self.seed, hops=done)) if done < len(plan.bounces) else self

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return hopping(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


@dataclass(frozen=True, slots=True)
class RaiseAct:
    """Raising the heel."""

    person: Person
    seed: Seed
    plan: RaisePlan

    @property
    def tested(self) -> Side:
        """The leg that raises."""
        return self.plan.footing.tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.footing.gone_s

    def stopped(self, off_s: float) -> Act:
        """Come down and step off."""
        return replace(self, plan=self.plan.stopped(off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return raising(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


@dataclass(frozen=True, slots=True)
class LandingAct:
    """Landing on one leg and holding."""

    person: Person
    seed: Seed
    plan: LandingPlan

    @property
    def tested(self) -> Side:
        """The leg that lands."""


class BendAct:
    """Lunging, squatting, or pointing the foot, beside the pad."""

    person: Person
    seed: Seed
    plan: BendPlan

    @property
    def tested(self) -> Side:
        """The leg that bends."""
        return self.plan.setup.side

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.end_s

    def stopped(self, off_s: float) -> Act:
        """Step off earlier; a landing that has begun is finished."""
        return replace(self, plan=self.plan.leaving(off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return landing(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


@dataclass(frozen=True, slots=True)
class SideHopAct:
    """Hopping from side to side on one leg."""

    person: Person
    seed: Seed
    plan: SidePlan

    @property
    def tested(self) -> Side:
        """The hopping leg."""
        return self.plan.hops.footing.tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.hops.footing.gone_s

    def stopped(self, off_s: float) -> Act:
        """Stay down at the next landing: nobody stops in the air."""
        hops = self.plan.hops
        if not hops.push_s - COMMITTED_S < off_s < hops.land_s:
            return replace(self, plan=self.plan.leaving(off_s))
        done = sum(1 for touch in hops.touches_s if touch < off_s)
        cut = plan_side_hops(self.person, hops.setup, self.seed, hops=done)
        return replace(self, plan=cut) if done < len(hops.bounces) else self

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return side_hopping(self.person, self.plan, spots, start_s=start_s, seed=self.seed)
        """When it is over."""
        return self.plan.off_s

    def stopped(self, off_s: float) -> Act:
        """Come back up."""
        return replace(self, plan=self.plan.stopped(off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return bending(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


Plan = Callable[[Person, Setup, Faults, Seed], Act]


def _stand(person: Person, setup: Setup, faults: Faults, seed: Seed) -> Act:
    return StanceAct(person, seed, plan_stance(person, setup, faults.errors(setup.side), seed))


def _hop(person: Person, setup: Setup, _faults: Faults, seed: Seed) -> Act:
    return HopAct(person, seed, plan_hops(person, setup, seed))


def _jump(person: Person, setup: Setup, _faults: Faults, seed: Seed) -> Act:
    return plan_jump(person, setup, seed)


def _drop_jump(person: Person, setup: Setup, _faults: Faults, seed: Seed) -> Act:
    return plan_drop_jump(person, setup, seed)


def _raise(person: Person, setup: Setup, _faults: Faults, seed: Seed) -> Act:
    return RaiseAct(person, seed, plan_raises(person, setup, seed))


def _drop(person: Person, setup: Setup, faults: Faults, seed: Seed) -> Act:
    return LandingAct(person, seed, plan_landings(person, setup, faults.errors(setup.side), seed, hop=False))


def _stick(person: Person, setup: Setup, faults: Faults, seed: Seed) -> Act:
    return LandingAct(person, seed, plan_landings(person, setup, faults.errors(setup.side), seed, hop=True))


def _side_hop(person: Person, setup: Setup, _faults: Faults, seed: Seed) -> Act:
    return SideHopAct(person, seed, plan_side_hops(person, setup, seed))


def _bend(person: Person, setup: Setup, _faults: Faults, seed: Seed) -> Act:
    return BendAct(person, seed, plan_bends(person, setup, seed))


ACTS: Mapping[str, Plan] = {
    "stance": _stand,
    "hops": _hop,
    "jump": _jump,
    "drop_jump": _drop_jump,
    "heel_raise": _raise,
    "calf_strength": calf_strength.plan,
    "drop_landing": _drop,
    "hop_and_stick": _stick,
    "side_hop": _side_hop,
    "side_hop_30s": _side_hop,
    "taps": taps.plan,
    "reactive_landing": reactive_landing.plan,
    "lunge": _bend,
    "plantarflexion": _bend,
    "squat": _bend,
}
"""By the key of the exam."""


def act_of(person: Person, setup: Setup, faults: Faults, seed: Seed) -> Act:
    """Return what the person does for an exam; for one that nobody taught them they stand on one leg."""
    return ACTS.get(setup.exam, _stand)(person, setup, faults, seed)
