"""A person who hops from side to side on one leg: repeated hops, moved sideways between landings (algorithms.md 10.3)."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Setup
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.footing import STANCE_WIDTH_MM
from drivers.people.hopping import COMMITTED_S, GRID_HZ, HopPlan, hopping, plan_hops
from drivers.people.motion import Motion, Spot, ease, second_order, slope

CONTACTS = 20
"""Ten round trips, after the start hop."""
SECONDS = 30.0
ENOUGH = 110
"""More hops than anybody makes in that time."""
OVER_S = 0.5
"""Hops on for so long after the time is over."""
FAR_M = {"side_hop": 0.30, "side_hop_30s": 0.40}
LAUNCH_S, BRAKE_S = 0.04, 0.02
"""The foot takes so long to be as fast sideways as the body, and to stop at a landing."""
TOUCH_S, AGAIN_S = 0.066, 0.066
"""A landing that touches twice: the toes are down for so long, and off again for so long before the foot is; 0.15 s are one landing
(metrics.md SH-06), and 60 ms the shortest contact or flight that any detector takes for one."""
TOUCH_SHARE = 0.3
"""Peak of that first touch, of body weight."""
SOFT_HZ = 45.0
TRUNK_SHARE, TRUNK_HZ = 0.6, 1.5
"""The trunk follows the foot partly, and late."""


@dataclass(frozen=True, slots=True)
class SidePlan:
    """Hops, and where across each landing is, m to the right (first row: standing).

    ``twice`` is the landing, from 1 after the start hop, that touches twice; 0 for none.
    """

    hops: HopPlan
    right_m: FloatArray
    twice: int = 0

    def leaving(self, off_s: float) -> "SidePlan":
        """Return the same plan left earlier on the ground."""
        return replace(self, hops=replace(self.hops, footing=self.hops.footing.leaving(off_s)))


def plan_side_hops(person: Person, setup: Setup, seed: tuple[int, ...], *, hops: int | None = None, twice: int = 0) -> SidePlan:
    """Return the plan of either exam; with ``hops`` given it ends earlier, and what comes before is the same.

    ``twice`` is the landing that touches twice, if the plan comes so far.
    """
    if setup.exam == "side_hop":
        asked = replace(setup, hops=CONTACTS)
        count = CONTACTS
    else:
        asked = replace(setup, hops=ENOUGH)
        touches = np.array(plan_hops(person, asked, seed).touches_s)
        count = int(np.count_nonzero(touches - touches[0] <= SECONDS + OVER_S))
    plan = plan_hops(person, asked, seed, hops=count if hops is None else min(hops, count))
    away = 1.0 if setup.side is Side.RIGHT else -1.0
    far = FAR_M[setup.exam]
    # Standing on the lateral side, so that the start hop goes to the midline.
    right = 0.5 * far * away * np.where(np.arange(len(plan.points_mm)) % 2 == 0, 1.0, -1.0)
    points = plan.points_mm.copy()
    points[:, 0] = 0.2 * points[:, 0] + 1e3 * right - 0.5 * STANCE_WIDTH_MM * away
    made = SidePlan(replace(plan, setup=setup, points_mm=points), right, twice if 0 < twice < len(plan.bounces) else 0)
    return _brushing(made) if made.twice else made


def _brushing(plan: SidePlan) -> SidePlan:
    """Return the plan with the speed taken off one landing that its first touch takes."""
    bounce = plan.hops.bounces[plan.twice]
    slower = 2.0 / np.pi * TOUCH_SHARE * G * TOUCH_S
    softer = replace(bounce, contact=replace(bounce.contact, down_m_s=bounce.contact.down_m_s - slower))
    bounces = (*plan.hops.bounces[: plan.twice], softer, *plan.hops.bounces[plan.twice + 1 :])
    return replace(plan, hops=replace(plan.hops, bounces=bounces))


def side_hopping(person: Person, plan: SidePlan, spots: Collection[Spot], *, start_s: float, seed: tuple[int, ...]) -> Motion:
    """Return the motion of a plan: that of hops, and the way sideways on top."""
    motion = hopping(person, plan.hops, spots, start_s=start_s, seed=seed)
    t = np.arange(len(motion.force_n)) / GRID_HZ
    way = _way(plan, t)
    foot = second_order(way[:, None], rate_hz=GRID_HZ, natural_hz=SOFT_HZ, damping=0.55)[:, 0]
    trunk = TRUNK_SHARE * second_order(way[:, None], rate_hz=GRID_HZ, natural_hz=TRUNK_HZ, damping=0.7)[:, 0]
    worn: dict[Spot, FloatArray] = {}
    for spot, felt in motion.worn.items():
        moves = trunk if spot.site is Site.LUMBAR or not spot.tested else foot
        sideways = felt.copy()
        sideways[:, 1] -= slope(slope(moves, GRID_HZ), GRID_HZ)  # y is to the left; a roll of a few degrees is left out
        worn[spot] = sideways
    inward = [bool(k % 2 == 0) for k in range(len(plan.hops.touches_s))]
    return _touched(person, plan, replace(motion, worn=worn, truth={**motion.truth, "inward": inward, "second_contacts_s": []}), t)


def _touched(person: Person, plan: SidePlan, motion: Motion, t: FloatArray) -> Motion:
    """Return the motion with the toes down once before one landing, as the pad feels it; a sensor on the foot does not."""
    if not plan.twice:
        return motion
    again = plan.hops.touches_s[plan.twice]
    first = again - AGAIN_S - TOUCH_S
    rows = slice(*t.searchsorted((first, first + TOUCH_S)))
    force, cop = motion.force_n.copy(), motion.cop_mm.copy()
    force[rows] += TOUCH_SHARE * person.weight_n * np.sin(np.pi * (t[rows] - first) / TOUCH_S)
    cop[rows] += plan.hops.points_mm[plan.twice + 1] - plan.hops.points_mm[plan.twice]
    twice = [[motion.start_s + first, motion.start_s + again]]
    return replace(motion, force_n=force, cop_mm=cop, truth={**motion.truth, "second_contacts_s": twice})


def _way(plan: SidePlan, t_s: FloatArray) -> FloatArray:
    """Return where the foot is across, m to the right, (n,): at rest in contact, at even speed in flight."""
    pace = np.zeros(len(t_s))
    for k, (up, down) in enumerate(zip(plan.hops.take_offs_s, plan.hops.touches_s, strict=True)):
        far = float(plan.right_m[k + 1] - plan.right_m[k])
        speed = far / (down - up - 0.5 * LAUNCH_S + 0.5 * BRAKE_S)
        rows = slice(*t_s.searchsorted((up, down + BRAKE_S)))
        t = t_s[rows]
        pace[rows] += speed * (ease(t, up, up + LAUNCH_S) - ease(t, down, down + BRAKE_S))
    return np.asarray(plan.right_m[0] + np.cumsum(pace) / GRID_HZ, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class SideHopAct:
    """Hopping from side to side on one leg."""

    person: Person
    seed: tuple[int, ...]
    plan: SidePlan

    @property
    def tested(self) -> Side:
        """The hopping leg."""
        return self.plan.hops.footing.tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.hops.footing.gone_s

    def stopped(self, off_s: float) -> "SideHopAct":
        """Stay down at the next landing: nobody stops in the air."""
        hops = self.plan.hops
        if not hops.push_s - COMMITTED_S < off_s < hops.land_s:
            return replace(self, plan=self.plan.leaving(off_s))
        done = sum(1 for touch in hops.touches_s if touch < off_s)
        cut = plan_side_hops(self.person, hops.setup, self.seed, hops=done, twice=self.plan.twice)
        return replace(self, plan=cut) if done < len(hops.bounces) else self

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return side_hopping(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


def act(person: Person, setup: Setup, faults: Faults, seed: tuple[int, ...]) -> SideHopAct:
    """Return hops from side to side."""
    return SideHopAct(person, seed, plan_side_hops(person, setup, seed, twice=faults.twice(setup.side)))
