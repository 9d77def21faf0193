"""Somebody who wears motion sensors while they are calibrated: stands and bends for the mounting, hops on the pad for the timing."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from ankletest.samples import FloatArray, Side, Site
from ankletest.trial import Setup
from drivers.people import hopping, raising, shin
from drivers.people.acts import Act
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.motion import Motion, Spot

MOVEMENTS = 5.0
SLIPPED_S = 20.0
"""A loose strap slips by and by, from the first movement on."""


@dataclass(frozen=True, slots=True)
class MountingAct:
    """Stands, bends the knees (raises the heels where a foot wears a sensor), stands again; the strap slips by ``slip_rad`` meanwhile."""

    knees: shin.BendAct
    heels: raising.RaiseAct
    slip_rad: float

    @property
    def tested(self) -> Side:
        """The leg that wears the sensor."""
        return self.knees.tested

    @property
    def gone_s(self) -> float:
        """When it is over."""
        return max(self.knees.gone_s, self.heels.gone_s)

    def stopped(self, off_s: float) -> "MountingAct":
        """Stop after the movement that is begun."""
        return replace(self, knees=self.knees.stopped(off_s), heels=self.heels.stopped(off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        feet = {spot for spot in spots if spot.site is Site.FOOT}
        knees = self.knees.motion(set(spots) - feet, start_s=start_s)
        heels = self.heels.motion(feet, start_s=start_s)
        rows = min(len(knees.force_n), len(heels.force_n)) if feet and len(spots) > len(feet) else len((heels if feet else knees).force_n)
        worn = {spot: self._slipping(felt[:rows]) for spot, felt in (*knees.worn.items(), *heels.worn.items())}
        force = heels.force_n[:rows] if feet else np.zeros(rows)
        truth: dict[str, object] = {"knees": knees.truth, "heels": heels.truth, "slip_deg": math.degrees(self.slip_rad)}
        return Motion(start_s, shin.GRID_HZ, force, np.zeros((rows, 2)), worn, truth)

    def _slipping(self, felt: FloatArray) -> FloatArray:
        """Return what a sensor feels, (n, 6), that turns forward on its strap over the movements."""
        share = np.clip((np.arange(len(felt)) / shin.GRID_HZ - shin.READY_S) / SLIPPED_S, 0.0, 1.0)
        strap = Rotation.from_rotvec(self.slip_rad * share[:, None] * np.array((0.0, 1.0, 0.0)))
        return np.concatenate((strap.inv().apply(felt[:, :3]), strap.inv().apply(felt[:, 3:])), axis=1)


def mounting(person: Person, side: Side, faults: Faults, seed: tuple[int, ...]) -> MountingAct:
    """Return slow bends of the knees and, on both feet, raises of the heels."""
    knees = shin.act(person, Setup("squat", side, given={"reps": MOVEMENTS}), faults, seed)
    heels = raising.act(person, Setup("heel_raise", side, given={"reps": MOVEMENTS, "legs": 2.0}), faults, seed)
    return MountingAct(knees, heels, math.radians(faults.slip_deg))


def hops(person: Person, side: Side, faults: Faults, seed: tuple[int, ...]) -> hopping.HopAct:
    """Return ten hops on the pad."""
    return hopping.act(person, Setup("hops", side, hops=10), faults, seed)


WEARINGS: Mapping[str, Callable[[Person, Side, Faults, tuple[int, ...]], Act]] = {
    "mounting": mounting,
    "mounting_check": mounting,
    "hop_timing": hops,
}
"""By the key of the calibration."""
