"""A person in the stance test: steps on, stands on both feet, shifts, sways on one leg, makes scripted errors, steps off."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Eyes, Setup, Surface
from drivers.people.body import Person
from drivers.people.contact import LANDING_RISE
from drivers.people.faults import Errors, Faults
from drivers.people.footing import Footing, Touch
from drivers.people.motion import Motion, Spot, bump, ease, recursion, second_order, second_order_filter, slope
from drivers.people.pose import Lean, Pose, felt, knock, leaning, lifted, pose
from drivers.people.sway import AP, AP_CLOSED, ML, ML_CLOSED, people_sway

BOTH_S = 1.5
"""Seconds a cooperative client stands on both feet before shifting: long enough to be weighed for one still second."""
SPARE_S = 4.0
"""Seconds stood beyond what was asked for: an exam may take 2 s to see that the stance is settled, and nobody leaves before it ends."""
OPEN_MM_S = 36.0
"""Mean CoP speed on one healthy leg, eyes open; group means are 30–45 mm/s (algorithms.md 10.2)."""
CLOSED_MM_S = 87.0
"""Eyes closed: 80–95 mm/s."""
FOAM = 1.3
BOTH_SHARE = 0.35
"""Sway on both feet over sway on one."""
SWAY_HZ = 500.0
"""Grid of the pendulum; its content ends far below 20 Hz."""
GRID_HZ = 1000.0
"""Grid of a stance: nothing in it but a foot that lands is faster than 20 Hz."""
BREATH_SHARE, BREATH_HZ = 0.003, 3.0
"""SD of the vertical force over body weight in quiet standing, and the corner of it."""
SITE_HEIGHT_M = {Site.FOOT: 0.07, Site.SHANK: 0.30, Site.LUMBAR: 1.0}
SITE_LEAN = {Site.FOOT: 0.12, Site.SHANK: 1.0, Site.LUMBAR: 1.0}
"""Share of the body's lean that a spot on the stance leg follows; a foot only rocks in its shoe."""
FREE_PITCH_RAD = {Site.FOOT: 0.7, Site.SHANK: 0.6}
FREE_LIFT_M = 0.2
"""How a free leg is held: knee bent."""


@dataclass(frozen=True, slots=True)
class StancePlan:
    """What is going to happen; ``speed_mm_s`` is the sway speed, ``hop_s`` the take-off of a stance-foot hop (NaN: none)."""

    setup: Setup
    footing: Footing
    speed_mm_s: float
    hop_s: float
    placed_mm: tuple[float, float]


HOP_PUSH_S, HOP_FLIGHT_S, HOP_LAND_S = 0.22, 0.16, 0.25
"""A stance-foot hop: push, flight and landing."""
TOUCH_S = 0.5
"""How long the free foot stays down."""


def plan_stance(person: Person, setup: Setup, errors: Errors, seed: tuple[int, ...]) -> StancePlan:
    """Return the plan of a cooperative client for a set-up."""
    rng = np.random.default_rng((*seed, 0))
    closed, foam = setup.eyes is Eyes.CLOSED, setup.surface is Surface.FOAM
    speed = (CLOSED_MM_S if closed else OPEN_MM_S) * person.leg(setup.side).sway * (FOAM if foam else 1.0)
    footing = Footing(setup.side, shift_s=0.9 + BOTH_S, off_s=math.inf)
    off = errors.step_off_s if math.isfinite(errors.step_off_s) else setup.lead_in_s + setup.duration_s + SPARE_S
    footing = replace(footing, off_s=footing.single_s + off)
    if math.isfinite(errors.touch_down_s):
        start = footing.single_s + errors.touch_down_s
        share = 0.45 if errors.touch_on_pad else 0.25
        footing = replace(footing, touches=(Touch(start, start + TOUCH_S, share, errors.touch_on_pad),))
    hop = footing.single_s + errors.hop_s
    if math.isfinite(hop):
        footing = replace(footing, moved_s=hop + 0.5 * HOP_FLIGHT_S, moved_mm=(12.0, 32.0))
    placed = rng.normal(0.0, 4.0, 2)
    return StancePlan(setup, footing, speed, hop, (float(placed[0]), float(placed[1])))


def stance(person: Person, plan: StancePlan, spots: Collection[Spot], *, start_s: float, seed: tuple[int, ...]) -> Motion:
    """Return the motion of a plan; an earlier end leaves the samples before it as they were."""
    footing = plan.footing
    t = np.arange(round((footing.gone_s + 0.3) * GRID_HZ)) / GRID_HZ
    tested, other = footing.shares(t)
    single = ease(t, footing.shift_s, footing.single_s)
    right, forward, sway_mm = sway_on(person, t, BOTH_SHARE + (1.0 - BOTH_SHARE) * single, plan.speed_mm_s, seed=seed, eyes=plan.setup.eyes)
    jump = _hop_share(t, plan.hop_s)
    force = (
        person.weight_n * np.maximum(tested + other, 0.0) * np.maximum(1.0 + breath(t, seed) * np.where(jump == 0.0, 1.0, 0.0) + jump, 0.0)
    )
    legs = _Legs(person, t, footing, right, forward, jump, plan.hop_s)
    worn = {spot: felt(legs.at(spot), GRID_HZ) for spot in spots}
    return Motion(start_s, GRID_HZ, force, footing.point_mm(t, plan.placed_mm) + sway_mm, worn, _truth(person, plan, start_s))


def standing(person: Person, spots: Collection[Spot], *, start_s: float, length_s: float, seed: tuple[int, ...]) -> Motion:
    """Return a person who stands on both feet beside the pad."""
    rate = SWAY_HZ
    t = np.arange(round(length_s * rate)) / rate
    right, forward, _ = sway_on(person, t, np.full(len(t), BOTH_SHARE), OPEN_MM_S, seed=seed, eyes=Eyes.OPEN)
    worn = {spot: felt(leaning(right, forward, height_m=SITE_HEIGHT_M[spot.site], share=SITE_LEAN[spot.site]), rate) for spot in spots}
    return Motion(start_s, rate, np.zeros(len(t)), np.zeros((len(t), 2)), worn)


# ---- parts that hops use too -----------------------------------------------------------------------------------------------------


def sway_on(
    person: Person, t_s: FloatArray, envelope: FloatArray, speed_mm_s: float, *, seed: tuple[int, ...], eyes: Eyes
) -> tuple[Lean, Lean, FloatArray]:
    """Return lean to the right, lean forward, and the CoP about its middle (n, 2), scaled by ``envelope`` (n,) on the grid ``t_s``."""
    coarse = np.arange(int(t_s[-1] * SWAY_HZ) + 3) / SWAY_HZ
    scale = np.interp(coarse, t_s, envelope)
    controls = (ML_CLOSED, AP_CLOSED) if eyes is Eyes.CLOSED else (ML, AP)
    rng = (np.random.default_rng((*seed, 1)), np.random.default_rng((*seed, 2)))
    found = people_sway(person, controls, speed_mm_s=speed_mm_s, n=len(coarse), rate_hz=SWAY_HZ, rng=rng)
    leans: list[Lean] = []
    for axis in found:
        lean = axis.lean_rad * scale
        leans.append(Lean(np.interp(t_s, coarse, lean), np.interp(t_s, coarse, slope(slope(lean, SWAY_HZ), SWAY_HZ))))
    cop = np.stack([np.interp(t_s, coarse, axis.cop_mm * scale) for axis in found], axis=1)
    return leans[0], leans[1], cop


def breath(t_s: FloatArray, seed: tuple[int, ...]) -> FloatArray:
    """Return the fluctuation of the vertical force in standing over body weight, (n,)."""
    coarse = np.arange(int(t_s[-1] * SWAY_HZ) + 3) / SWAY_HZ
    white = np.random.default_rng((*seed, 3)).standard_normal(len(coarse))
    b, a = second_order_filter(rate_hz=SWAY_HZ, natural_hz=BREATH_HZ, damping=float(np.sqrt(0.5)))
    # White noise of unit SD through this filter has variance (noise bandwidth 1.11 f) / (half the rate).
    gain = BREATH_SHARE / np.sqrt(1.11 * BREATH_HZ / (0.5 * SWAY_HZ))
    return np.asarray(np.interp(t_s, coarse, gain * recursion(b, a, white)), dtype=np.float64)


def steps(t_s: FloatArray, footing: Footing, spot: Spot) -> Pose:
    """Return the movement of stepping on and off for a spot of the legs: lifted, brought over, set down with a knock."""
    if spot.site is Site.LUMBAR:
        return pose(len(t_s), up=0.6 * (bump(t_s, 0.0, footing.both_s) - bump(t_s, footing.off_s, footing.gone_s)))
    rate = 1.0 / (t_s[1] - t_s[0])
    down = (0.02, footing.gone_s) if spot.tested else (footing.both_s - 0.3, footing.off_s + 0.25)
    swing = sum((bump(t_s, at - 0.5, at) for at in down), np.zeros(len(t_s)))
    moved = lifted(t_s, swing, float(rate), lift_m=0.06, pitch_rad=0.25)
    return moved + pose(len(t_s), up=knock(t_s, down[0], peak_m_s2=14.0) + knock(t_s, down[1], peak_m_s2=10.0))


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _hop_share(t_s: FloatArray, hop_s: float) -> FloatArray:
    """Return the force of a stance-foot hop less body weight, over body weight: −1 in flight; its impulse is 0."""
    if not math.isfinite(hop_s):
        return np.zeros(len(t_s))
    speed = 0.5 * HOP_FLIGHT_S  # in units of g, so shares integrate to it
    push = 0.5 * np.pi * speed / HOP_PUSH_S * np.sin(np.pi * np.clip((t_s - hop_s + HOP_PUSH_S) / HOP_PUSH_S, 0.0, 1.0))
    after = t_s - hop_s - HOP_FLIGHT_S
    rise = LANDING_RISE * HOP_LAND_S
    stop = 0.5 * np.pi * (speed + 0.5 * rise) / HOP_LAND_S * np.sin(np.pi * np.clip(after / HOP_LAND_S, 0.0, 1.0))
    land = ease(after, 0.0, rise) - 1.0 + stop
    return np.asarray(np.where(t_s < hop_s, push, np.where(after < 0.0, -1.0, land)), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Legs:
    person: Person
    t_s: FloatArray
    footing: Footing
    right: Lean
    forward: Lean
    jump: FloatArray
    hop_s: float

    def at(self, spot: Spot) -> Pose:
        """Return the pose of a spot through the act."""
        n = len(self.t_s)
        here = leaning(self.right, self.forward, height_m=SITE_HEIGHT_M[spot.site], share=SITE_LEAN[spot.site])
        here = here + steps(self.t_s, self.footing, spot)
        if spot.tested and spot.site is not Site.LUMBAR and math.isfinite(self.hop_s):
            tip = 0.30 if spot.site is Site.FOOT else 0.12
            landed = self.hop_s + HOP_FLIGHT_S
            spike = knock(self.t_s, landed, peak_m_s2=45.0)
            return here + pose(n, up=spike, pitch=tip * bump(self.t_s, self.hop_s - 0.10, landed + 0.02))
        if spot.site is Site.LUMBAR:
            soft = second_order(self.jump[:, None] * G, rate_hz=GRID_HZ, natural_hz=18.0, damping=0.5)[:, 0]
            return here + pose(n, up=soft)
        if spot.tested:
            return here
        here = here + lifted(self.t_s, self.footing.lift(self.t_s), GRID_HZ, lift_m=FREE_LIFT_M, pitch_rad=FREE_PITCH_RAD[spot.site])
        for touch in self.footing.touches:
            here = here + pose(n, up=knock(self.t_s, touch.start_s, peak_m_s2=22.0))
        return here


def _truth(person: Person, plan: StancePlan, start_s: float) -> dict[str, object]:
    footing = plan.footing
    hop: list[float] = []
    if math.isfinite(plan.hop_s) and plan.hop_s < footing.off_s:
        hop = [start_s + plan.hop_s, start_s + plan.hop_s + HOP_FLIGHT_S]
    return {
        "exam": plan.setup.exam, "side": plan.setup.side.value, "trial": plan.setup.trial, "body_weight_n": person.weight_n,
        "on_pad_s": start_s, "both_feet_s": [start_s + footing.both_s, start_s + min(footing.shift_s, footing.off_s)],
        "stance_s": [start_s + min(footing.single_s, footing.off_s), start_s + footing.off_s], "off_pad_s": start_s + footing.gone_s,
        "touch_downs_s": [[start_s + touch.start_s, start_s + touch.end_s] for touch in footing.touches if touch.start_s < footing.off_s],
        "touches_on_pad": any(touch.on_pad for touch in footing.touches), "stance_hops_s": [hop] if hop else [],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class StanceAct:
    """Standing on one leg."""

    person: Person
    seed: tuple[int, ...]
    plan: StancePlan

    @property
    def tested(self) -> Side:
        """The stance leg."""
        return self.plan.footing.tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.footing.gone_s

    def stopped(self, off_s: float) -> "StanceAct":
        """Step off earlier."""
        return replace(self, plan=replace(self.plan, footing=self.plan.footing.leaving(off_s)))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return stance(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


def act(person: Person, setup: Setup, faults: Faults, seed: tuple[int, ...]) -> StanceAct:
    """Return a stance with the errors that are scripted for that leg."""
    return StanceAct(person, seed, plan_stance(person, setup, faults.errors(setup.side), seed))
