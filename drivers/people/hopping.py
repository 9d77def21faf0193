"""A person in the hop test: steps on, stands, jumps in, hops (to a beat), lands and stands; plan, force and truth (algorithms.md 10.1)."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray, G, Side
from ankletest.trial import Eyes, Setup
from drivers.people.body import CONTACT_S, FLIGHT_S, Person
from drivers.people.contact import Contact, Impact, Landing, PushOff
from drivers.people.faults import Faults
from drivers.people.footing import Footing
from drivers.people.limbs import Bounce, HopLimbs, Pitches
from drivers.people.motion import Motion, Spot, ease
from drivers.people.pose import felt, leaning
from drivers.people.stance import BOTH_SHARE, OPEN_MM_S, SITE_HEIGHT_M, SITE_LEAN, breath, steps, sway_on

GRID_HZ = 4000.0
"""Grid of hops: 70 rows a period of the stiffest foot (60 Hz); 8 kHz changed a landing spike by less than 0.5 %."""
STILL_S = 2.0
"""Seconds on both feet before the shift, so that the client can be weighed."""
READY_S = 0.8
"""Seconds on the tested leg before the entry jump."""
COMMITTED_S = 0.9
"""Before the entry jump somebody can no longer be stopped."""
LAND_S = 0.45
STAY_S = 1.2
"""Seconds stood after the last landing has come to rest."""
CONTACT_CV, FLIGHT_CV = 0.035, 0.03
"""Spread of contact and flight times from hop to hop (algorithms.md 10.1; elite CV 1.4–5.6 %)."""
FATIGUE_PER_HOP = 0.006
"""Share of flight time lost with each hop."""
NEVER_S = 1e6
LEAD_S = 1.0
"""The act begins so long after the run, and the beats are counted from there: the reaction of the simulated person to the start."""
AHEAD_S, AHEAD_SD_S = (-0.060, 0.010), 0.012
"""Mean asynchrony of people to a metronome, as a habit of one person, and the SD from hop to hop (Repp 2005)."""
GROUND_SHARE, LONGEST_AIR_S = 0.55, 0.50
"""Most of a hop to a beat that is spent on the ground; where a flight would be longer, there are two hops to a beat."""


@dataclass(frozen=True, slots=True)
class HopPlan:
    """What is going to happen, seconds since the start of the act.

    ``bounces`` are the counted contacts; the entry jump goes before them, the landing after them. ``points_mm`` is where the foot comes
    down each time (first row: standing; last: landing).
    """

    setup: Setup
    footing: Footing
    push: PushOff
    push_s: float
    bounces: tuple[Bounce, ...]
    landing: Landing
    land_s: float
    points_mm: FloatArray
    pitches: tuple[Pitches, ...]
    asynchronies_s: FloatArray | None = None
    """Of each landing to its beat, the last one too; None in one's own tempo."""

    @property
    def take_offs_s(self) -> tuple[float, ...]:
        """When the foot leaves the ground: entry jump first."""
        return (self.push_s + self.push.length_s, *(bounce.end_s for bounce in self.bounces))

    @property
    def touches_s(self) -> tuple[float, ...]:
        """When the foot comes down: counted contacts, then the landing."""
        return (*(bounce.start_s for bounce in self.bounces), self.land_s)


def plan_hops(person: Person, setup: Setup, seed: tuple[int, ...], *, hops: int | None = None) -> HopPlan:
    """Return the plan of ``setup.hops`` hops; with ``hops`` given it ends earlier, and what comes before is the same.

    On a metronome landings keep to its beat, a little ahead; the beats are those of a run that began ``LEAD_S`` before the act.
    """
    count = setup.hops if hops is None else min(hops, setup.hops)
    leg = person.leg(setup.side)
    rng = np.random.default_rng((*seed, 0))
    draws = rng.standard_normal((setup.hops + 2, 7))
    rank = np.arange(setup.hops + 2)
    flights = FLIGHT_S * leg.flight * (1.0 + FLIGHT_CV * draws[:, 0]) * (1.0 - FATIGUE_PER_HOP * rank)
    contacts = CONTACT_S / np.sqrt(leg.stiffness) * (1.0 + CONTACT_CV * draws[:, 1]) * (1.0 + 0.5 * FATIGUE_PER_HOP * rank)
    habit = rng.uniform([0.93, 0.012, 0.4], [1.08, 0.022, 0.9])
    skews = np.clip(habit[0] + 0.015 * draws[:, 2], 0.9, 1.12)
    impacts = [
        Impact(float(np.clip(habit[1] + 1e-3 * z, 0.010, 0.025)), float(np.clip(habit[2] + 0.05 * z, 0.3, 1.0))) for z in draws[:, 3]
    ]
    pitches = Pitches.drawn(rng, draws[:, 4:7])
    points = rng.normal(0.0, 9.0, (setup.hops + 2, 2))
    points[0] = 0.4 * points[0]

    both = setup.given.get("legs", 1.0) == 2.0
    footing = Footing(setup.side, shift_s=NEVER_S if both else 0.9 + STILL_S, off_s=np.inf)
    push_s = (0.9 + STILL_S if both else footing.single_s) + READY_S
    beats = setup.given.get("beats", 0.0)
    away: FloatArray | None = None
    if beats > 0.0:
        # Draws of its own: whatever is drawn in one's own tempo stays as it was.
        listens = np.random.default_rng((*seed, 11))
        away = float(listens.uniform(*AHEAD_S)) + AHEAD_SD_S * listens.standard_normal(setup.hops + 1)
        first_s = push_s + PushOff(person.mass_kg, 0.5 * G * float(flights[0])).length_s + float(flights[0])
        touches = _on_the_beat(60.0 / beats, away, first_s=first_s, contact_s=float(contacts.mean()))
        contacts[: setup.hops] = np.minimum(contacts[: setup.hops], GROUND_SHARE * np.diff(touches))
        flights[1 : setup.hops + 1] = np.diff(touches) - contacts[: setup.hops]
        push_s += float(touches[0]) - first_s
    speeds = 0.5 * G * flights
    push = PushOff(person.mass_kg, float(speeds[0]))
    end = push_s + push.length_s
    bounces: list[Bounce] = []
    for i in range(count):
        start = end + float(flights[i])
        contact = Contact(person.mass_kg, float(speeds[i]), float(speeds[i + 1]), float(contacts[i]), float(skews[i]), impacts[i])
        bounces.append(Bounce(start, contact))
        end = start + contact.length_s
    land = end + float(flights[count])
    landing = Landing(person.mass_kg, float(speeds[count]), LAND_S, impacts[count])
    footing = replace(footing, off_s=land + LAND_S + STAY_S)
    told = away[: count + 1] if away is not None else None
    return HopPlan(setup, footing, push, push_s, tuple(bounces), landing, land, points[: count + 2], pitches[: count + 1], told)


def _on_the_beat(period_s: float, away_s: FloatArray, *, first_s: float, contact_s: float) -> FloatArray:
    """Return when somebody lands who hops to a metronome, (n,): ``away_s`` after a beat each, (n,), and not before ``first_s``.

    With slow beats the landings between them are on the half of it.
    """
    step = period_s if period_s - contact_s <= LONGEST_AIR_S else 0.5 * period_s
    start = np.ceil((first_s + LEAD_S - float(away_s[0])) / period_s) * period_s - LEAD_S
    return np.asarray(start + step * np.arange(len(away_s)) + away_s, dtype=np.float64)


def hopping(person: Person, plan: HopPlan, spots: Collection[Spot], *, start_s: float, seed: tuple[int, ...]) -> Motion:
    """Return the motion of a plan."""
    footing = plan.footing
    t = np.arange(round((footing.gone_s + 0.3) * GRID_HZ)) / GRID_HZ
    landed = plan.land_s + LAND_S
    quiet = 1.0 - ease(t, plan.push_s - 0.3, plan.push_s) + ease(t, landed, landed + 0.3)
    single = ease(t, footing.shift_s, footing.single_s)
    envelope = (BOTH_SHARE + (1.0 - BOTH_SHARE) * single) * quiet
    speed = OPEN_MM_S * person.leg(plan.setup.side).sway
    right, forward, sway_mm = sway_on(person, t, envelope, speed, seed=seed, eyes=Eyes.OPEN)

    jump = hop_force(person, plan, t)
    tested, other = footing.shares(t)
    force = jump * np.maximum(tested + other, 0.0) * (1.0 + breath(t, seed) * quiet)
    limbs = HopLimbs.of(plan.bounces, plan.pitches, push_end_s=plan.take_offs_s[0], land_s=plan.land_s, foot_mm=person.foot_length_mm)
    still = {
        spot: leaning(right, forward, height_m=SITE_HEIGHT_M[spot.site], share=SITE_LEAN[spot.site]) + steps(t, footing, spot)
        for spot in spots
    }
    moves = limbs.poses(t, jump / person.mass_kg - G, footing.lift(t), spots, rate_hz=GRID_HZ)
    worn = {spot: felt(still[spot] + moves[spot], GRID_HZ) for spot in spots}
    return Motion(start_s, GRID_HZ, force, _cop(plan, t) + sway_mm, worn, _truth(person, plan, t, force, start_s))


def hop_force(person: Person, plan: HopPlan, t_s: FloatArray) -> FloatArray:
    """Return the force under a person who is wholly on the pad, N, (n,): body weight, push-off, flights, contacts, landing."""
    force = np.full(len(t_s), person.weight_n)
    begin, first, last = t_s.searchsorted((plan.push_s, plan.take_offs_s[0], plan.land_s))
    force[begin:first] = plan.push.force(t_s[begin:first] - plan.push_s)
    force[first:last] = 0.0
    for bounce in plan.bounces:
        a, b = t_s.searchsorted((bounce.start_s, bounce.end_s))
        force[a:b] = bounce.contact.force(t_s[a:b] - bounce.start_s)
    force[last:] = plan.landing.force(t_s[last:] - plan.land_s)
    return force


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _cop(plan: HopPlan, t_s: FloatArray) -> FloatArray:
    """Return the middle of the centre of pressure, (n, 2): where each contact is, rolling from the ball of the foot forward."""
    points = plan.footing.point_mm(t_s)
    landings = np.searchsorted(np.asarray(plan.touches_s), t_s, side="right")
    points = points + plan.points_mm[landings]
    for bounce in plan.bounces:
        a, b = t_s.searchsorted((bounce.start_s, bounce.end_s))
        points[a:b, 1] += 45.0 - 25.0 * np.sin(np.pi * (t_s[a:b] - bounce.start_s) / bounce.contact.length_s)
    return np.asarray(points, dtype=np.float64)


def _truth(person: Person, plan: HopPlan, t_s: FloatArray, force: FloatArray, start_s: float) -> dict[str, object]:
    """Return instants, peaks and heights; contact 1 is the first landing after the entry jump."""
    contacts: list[object] = []
    footing = plan.footing
    jumps = plan.push_s < footing.off_s
    for bounce, next_s in zip(plan.bounces if jumps else (), plan.touches_s[1:] if jumps else (), strict=True):
        a, b = t_s.searchsorted((bounce.start_s, bounce.end_s))
        flight = next_s - bounce.end_s
        contacts.append({
            "ic_s": start_s + bounce.start_s, "to_s": start_s + bounce.end_s, "flight_s": flight, "height_m": G * flight**2 / 8.0,
            "peak_n": float(force[a:b].max()),
        })  # fmt: skip
    return {
        "exam": plan.setup.exam, "side": plan.setup.side.value, "trial": plan.setup.trial, "body_weight_n": person.weight_n,
        "on_pad_s": start_s, "still_s": [start_s + footing.both_s, start_s + min(footing.shift_s, footing.off_s)],
        "entry_to_s": start_s + plan.take_offs_s[0] if jumps else None, "contacts": contacts,
        "landing_s": start_s + plan.land_s if jumps else None, "off_pad_s": start_s + footing.gone_s,
        **({"asynchronies_s": plan.asynchronies_s.tolist()} if plan.asynchronies_s is not None and jumps else {}),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class HopAct:
    """Hopping on one leg or both."""

    person: Person
    seed: tuple[int, ...]
    plan: HopPlan

    @property
    def tested(self) -> Side:
        """The hopping leg."""
        return self.plan.footing.tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.footing.gone_s

    def stopped(self, off_s: float) -> "HopAct":
        """Stay down at the next landing: nobody stops in the air."""
        plan = self.plan
        if not plan.push_s - COMMITTED_S < off_s < plan.land_s:
            return replace(self, plan=replace(plan, footing=plan.footing.leaving(off_s)))
        done = sum(1 for touch in plan.touches_s if touch < off_s)
        return replace(self, plan=plan_hops(self.person, plan.setup, self.seed, hops=done)) if done < len(plan.bounces) else self

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return hopping(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


def act(person: Person, setup: Setup, _faults: Faults, seed: tuple[int, ...]) -> HopAct:
    """Return a set of hops."""
    return HopAct(person, seed, plan_hops(person, setup, seed))
