"""A person in the jump tests: one jump from standing, or one after a fall from a box; plans, acts and truth."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray, G
from ankletest.trial import Setup
from drivers.people.body import Person
from drivers.people.contact import Contact, Impact, Landing, PushOff
from drivers.people.faults import Faults
from drivers.people.footing import Footing
from drivers.people.hopping import COMMITTED_S, LAND_S, READY_S, STILL_S, HopAct, HopPlan, hopping
from drivers.people.limbs import Bounce, Pitches
from drivers.people.motion import Motion, Spot

ONE_LEG_S, TWO_LEGS_S = 0.36, 0.50
"""Flight of a healthy adult's jump: 16 cm from one leg, 31 cm from two (metrics.md 5)."""
ONE_CONTACT_S, TWO_CONTACT_S = 0.30, 0.20
"""Contact of a drop jump."""
BOX_M = 0.30
DROP_READY_S = 3.5
"""Stood on the box, beside an empty pad."""
STAY_S = 4.0
"""Stood after the landing: longer than any exam asks for."""
NEVER_S = 1e6
STEP_S = 2e-5
"""Grid of the truth's integrals: good to 0.01 mm."""
TAKE_OFF_N = 10.0


@dataclass(frozen=True, slots=True)
class JumpAct(HopAct):
    """One countermovement jump; ``plan`` is a set of hops without a hop in it."""

    def stopped(self, off_s: float) -> "JumpAct":
        """Step off earlier: before the jump, or once landed."""
        plan = self.plan
        if plan.push_s - COMMITTED_S < off_s < plan.land_s + LAND_S:
            off_s = plan.land_s + LAND_S + 0.3
        return replace(self, plan=replace(plan, footing=plan.footing.leaving(off_s)))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples and the truth."""
        made = hopping(self.person, self.plan, spots, start_s=start_s, seed=self.seed)
        return replace(made, truth=_truth(self.person, self.plan, start_s))


@dataclass(frozen=True, slots=True)
class DropJumpAct(JumpAct):
    """A fall from a box, one contact, one flight; the pad feels nothing before the contact.

    Sensors on the body see the fall as an entry jump that lands at the same speed.
    """

    def stopped(self, off_s: float) -> "DropJumpAct":
        """Step off earlier, once landed: before that nobody is on the pad."""
        plan = self.plan
        return replace(self, plan=replace(plan, footing=plan.footing.leaving(max(off_s, plan.land_s + LAND_S + 0.3))))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples and the truth."""
        plan, bounce = self.plan, self.plan.bounces[0]
        made = hopping(self.person, plan, spots, start_s=start_s, seed=self.seed)
        first = round(bounce.start_s * made.rate_hz)
        force = made.force_n.copy()
        force[:first] = 0.0
        flight = plan.land_s - bounce.end_s
        truth: dict[str, object] = {
            "exam": plan.setup.exam, "side": plan.setup.side.value, "trial": plan.setup.trial, "body_weight_n": self.person.weight_n,
            "touch_s": start_s + bounce.start_s, "take_off_s": start_s + bounce.end_s, "landing_s": start_s + plan.land_s,
            "contact_s": bounce.contact.length_s, "flight_s": flight, "height_m": G * flight**2 / 8.0,
            "rsi_m_s": G * flight**2 / 8.0 / bounce.contact.length_s, "fall_m": bounce.contact.down_m_s**2 / (2.0 * G),
            "off_pad_s": start_s + plan.footing.gone_s,
        }  # fmt: skip
        return replace(made, force_n=force, truth=truth)


def drop_act(person: Person, setup: Setup, _faults: Faults, seed: tuple[int, ...]) -> DropJumpAct:
    """Return the drop jump of a set-up: onto one leg unless two are asked for, from the box that was entered."""
    rng = np.random.default_rng((*seed, 0))
    both = setup.given.get("legs", 1.0) == 2.0
    leg = person.leg(setup.side)
    down = float(np.sqrt(2.0 * G * setup.given.get("box_height_m", BOX_M)))
    ready, flight, contact = (float(v) for v in 1.0 + 0.05 * rng.standard_normal(3))
    flight *= (TWO_LEGS_S if both else ONE_LEG_S * leg.flight) * 0.95
    contact *= TWO_CONTACT_S if both else ONE_CONTACT_S / float(np.sqrt(leg.stiffness))
    skew, centre, taken = (float(v) for v in rng.uniform([0.93, 0.012, 0.4], [1.08, 0.022, 0.9]))
    footing = Footing(setup.side, shift_s=NEVER_S if both else 1.0, off_s=np.inf)
    off = PushOff(person.mass_kg, down)
    push_s = DROP_READY_S * ready
    touch = push_s + off.length_s + 2.0 * down / G
    up = 0.5 * G * flight
    bounce = Bounce(touch, Contact(person.mass_kg, down, up, contact, skew, Impact(centre, taken)))
    land_s = bounce.end_s + flight
    footing = replace(footing, off_s=land_s + LAND_S + STAY_S)
    landing = Landing(person.mass_kg, up, LAND_S, Impact(centre, taken))
    points = rng.normal(0.0, 9.0, (3, 2))
    pitches = Pitches.drawn(rng, rng.standard_normal((2, 3)))
    return DropJumpAct(person, seed, HopPlan(setup, footing, off, push_s, (bounce,), landing, land_s, points, pitches))


def act(person: Person, setup: Setup, _faults: Faults, seed: tuple[int, ...]) -> JumpAct:
    """Return the jump of a set-up: from one leg unless two are asked for."""
    rng = np.random.default_rng((*seed, 0))
    both = setup.given.get("legs", 1.0) == 2.0
    flight = (TWO_LEGS_S if both else ONE_LEG_S * person.leg(setup.side).flight) * (1.0 + 0.05 * float(rng.standard_normal()))
    dip, push, share, centre, taken = (float(v) for v in rng.uniform([0.24, 0.30, 0.35, 0.012, 0.4], [0.36, 0.42, 0.60, 0.022, 0.9]))
    speed = 0.5 * G * flight
    off = PushOff(person.mass_kg, speed, dip_s=dip, push_s=push, dip_share=share)
    footing = Footing(setup.side, shift_s=NEVER_S if both else 0.9 + STILL_S, off_s=np.inf)
    push_s = (0.9 + STILL_S if both else footing.single_s) + READY_S
    land_s = push_s + off.length_s + flight
    footing = replace(footing, off_s=land_s + LAND_S + STAY_S)
    landing = Landing(person.mass_kg, speed, LAND_S, Impact(centre, taken))
    landing = replace(landing, rise_m=-(_way_m(off, off.length_s, 0.0) + _way_m(landing, LAND_S, -speed)))
    points = rng.normal(0.0, 9.0, (2, 2))
    pitches = Pitches.drawn(rng, rng.standard_normal((1, 3)))
    return JumpAct(person, seed, HopPlan(setup, footing, off, push_s, (), landing, land_s, points, pitches))


def _way_m(force: PushOff | Landing, length_s: float, start_m_s: float) -> float:
    """Return how far the body has gone up at the end of a push or a landing that begins with a velocity."""
    t: FloatArray = np.arange(0.0, length_s, STEP_S)
    v = start_m_s + np.cumsum(force.force(t) / force.mass_kg - G) * STEP_S
    return float(np.sum(v) * STEP_S)


def _truth(person: Person, plan: HopPlan, start_s: float) -> dict[str, object]:
    """Return instants, height and depth of the jump; a jump that never came has none.

    Take-off velocity and height are those of metrics.md CJ-01, where the force falls below 10 N; the foot leaves a little later.
    """
    jumps = plan.push_s < plan.footing.off_s
    t: FloatArray = np.arange(0.0, plan.push.length_s, STEP_S)
    force = plan.push.force(t)
    v = np.cumsum(force / person.mass_kg - G) * STEP_S
    end = int(np.flatnonzero(force >= TAKE_OFF_N)[-1])
    return {
        "exam": plan.setup.exam, "side": plan.setup.side.value, "trial": plan.setup.trial, "body_weight_n": person.weight_n,
        "on_pad_s": start_s, "off_pad_s": start_s + plan.footing.gone_s,
        "onset_s": start_s + plan.push_s if jumps else None,
        "take_off_s": start_s + plan.push_s + plan.push.length_s if jumps else None,
        "landing_s": start_s + plan.land_s if jumps else None,
        "take_off_m_s": float(v[end]) if jumps else None,
        "height_m": float(v[end]) ** 2 / (2.0 * G) if jumps else None,
        "flight_s": 2.0 * plan.push.up_m_s / G if jumps else None,
        "time_to_take_off_s": float(t[end]) if jumps else None,
        "depth_m": float(np.min(np.cumsum(v) * STEP_S)) if jumps else None,
        "rise_m": float(np.sum(v) * STEP_S + v[-1] ** 2 / (2.0 * G)) if jumps else None,
    }  # fmt: skip
