"""Somebody who wears motion sensors while they are calibrated: stands and bends for the mounting, hops on the pad for the timing."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import cast

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
BETWEEN_S = 1.0
"""Rest between two sets of hops, beside the pad."""
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


@dataclass(frozen=True, slots=True)
class SetsAct:
    """Sets of hops, one after another: each begins from the floor beside the pad."""

    sets: tuple[hopping.HopAct, ...]

    @property
    def tested(self) -> Side:
        """The leg that hops."""
        return self.sets[0].tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty for good."""
        return self._starts_s[-1] + self.sets[-1].gone_s

    @property
    def _starts_s(self) -> list[float]:
        return list(accumulate((one.gone_s + BETWEEN_S for one in self.sets[:-1]), initial=0.0))

    def stopped(self, off_s: float) -> "SetsAct":
        """Leave out the sets that are not begun, and stop the one that is."""
        begun = [(one, at) for one, at in zip(self.sets, self._starts_s, strict=True) if at <= off_s] or [(self.sets[0], 0.0)]
        last, at = begun[-1]
        return SetsAct((*(one for one, _ in begun[:-1]), last.stopped(off_s - at)))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        made = [one.motion(spots, start_s=start_s + at) for one, at in zip(self.sets, self._starts_s, strict=True)]
        ends = [*(round((b - a) * hopping.GRID_HZ) for a, b in pairwise(self._starts_s)), None]
        force = np.concatenate([_lasting(one.force_n, rows) for one, rows in zip(made, ends, strict=True)])
        cop = np.concatenate([_lasting(one.cop_mm, rows) for one, rows in zip(made, ends, strict=True)])
        worn = {spot: np.concatenate([_lasting(one.worn[spot], rows) for one, rows in zip(made, ends, strict=True)]) for spot in spots}
        contacts = [hop for one in made for hop in cast("list[object]", one.truth["contacts"])]
        return Motion(start_s, hopping.GRID_HZ, force, cop, worn, {**made[0].truth, "contacts": contacts})


def hops(person: Person, side: Side, faults: Faults, seed: tuple[int, ...]) -> SetsAct:
    """Return sets of ten hops on the pad; somebody hops a little differently from set to set."""
    ten = Setup("hops", side, hops=10)
    return SetsAct(tuple(hopping.act(person, ten, faults, (*seed, number) if number else seed) for number in range(round(faults.hop_sets))))


def sets_of(order: Mapping[str, object], usual: float) -> float:
    """Return how many sets of hops an order asks for."""
    given = order.get("given")
    asked = given.get("sets") if isinstance(given, Mapping) else None
    return float(asked[0]) if isinstance(asked, list | tuple) and asked else usual


def _lasting(values: FloatArray, rows: int | None) -> FloatArray:
    """Return so many rows: the last one is held where there are too few."""
    if rows is None:
        return values
    more = np.repeat(values[-1:], max(rows - len(values), 0), axis=0)
    return np.concatenate((values[:rows], more))


WEARINGS: Mapping[str, Callable[[Person, Side, Faults, tuple[int, ...]], Act]] = {
    "mounting": mounting,
    "mounting_check": mounting,
    "hop_timing": hops,
}
"""By the key of the calibration."""
