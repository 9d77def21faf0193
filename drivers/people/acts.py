"""Which movement a simulated person makes for which exam; one entry for each, the movements are in files of their own."""

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from ankletest.samples import Side
from ankletest.trial import Setup
from drivers.people import calf_strength, hopping, jumping, landing, raising, reactive_landing, shin, side_hop, stance, taps
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.motion import Motion, Spot

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


Plan = Callable[[Person, Setup, Faults, Seed], Act]

ACTS: Mapping[str, Plan] = {
    "stance": stance.act,
    "taps": taps.act,
    "hops": hopping.act,
    "jump": jumping.act,
    "drop_jump": jumping.drop_act,
    "drop_landing": landing.drop_act,
    "hop_and_stick": landing.stick_act,
    "reactive_landing": reactive_landing.act,
    "side_hop": side_hop.act,
    "side_hop_30s": side_hop.act,
    "heel_raise": raising.act,
    "calf_strength": calf_strength.act,
    "lunge": shin.act,
    "plantarflexion": shin.act,
    "squat": shin.act,
}
"""By the key of the exam."""


def act_of(person: Person, setup: Setup, faults: Faults, seed: Seed) -> Act:
    """Return what the person does for an exam; for one that nobody taught them they stand on one leg."""
    return ACTS.get(setup.exam, stance.act)(person, setup, faults, seed)
