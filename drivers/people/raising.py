"""A person in the heel-raise test: steps on, stands, raises the heel again and again, a little less each time, and steps off."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray, Side, Site
from ankletest.trial import Eyes, Setup
from drivers.people.bending import Bend, bent, until
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.footing import Footing
from drivers.people.limbs import ANKLE_SHARE, SENSOR_M, carried
from drivers.people.motion import Motion, Spot, ease, slope
from drivers.people.pose import Pose, felt, leaning, lifted, pose
from drivers.people.stance import (
    BOTH_SHARE,
    FREE_LIFT_M,
    FREE_PITCH_RAD,
    OPEN_MM_S,
    SITE_HEIGHT_M,
    SITE_LEAN,
    breath,
    steps,
    sway_on,
)

GRID_HZ = 1000.0
BOTH_S = 1.5
READY_S = 4.5
"""Seconds stood on the tested leg before the first raise: an exam may look for a still second for that long."""
OWN_BEATS = 54.0
"""Own tempo: a little slower than the usual metronome, one up, one down."""
TOP_RAD = (math.radians(36.0), math.radians(46.0))
FATIGUE = (0.004, 0.012)
"""Share of the height lost with each raise."""
SPREAD = 0.02
"""SD of the tops about that line."""
COUNT = (9, 16)
"""How many somebody can do who is not asked for a number; few, so that a simulation is short."""
HOLD_S = 0.3
TREMOR_HZ, TREMOR_RAD = 5.0, math.radians(0.3)
STAY_S = 6.5
"""Seconds stood after the last raise: an exam waits some seconds for another one."""
LEVER_SHARE = 0.62
"""Heel to the joint of the big toe over foot length."""
BODY_SHARE = 0.8
"""The body rises less than the heel: heel work is a fifth to a quarter too much (Andreasen et al. 2021)."""
FORWARD_MM, FORWARD_RAD = 70.0, 0.10
"""The centre of pressure goes to the ball of the foot early in a raise."""


@dataclass(frozen=True, slots=True)
class RaisePlan:
    """What is going to happen, seconds since the start of the act; ``both`` feet or the tested one."""

    setup: Setup
    footing: Footing
    bends: tuple[Bend, ...]
    phase_rad: float
    both: bool

    def stopped(self, off_s: float) -> "RaisePlan":
        """Return the plan broken off: a heel that is up comes down first."""
        bends = until(self.bends, off_s)
        last = bends[-1].end_s + 0.3 if bends else off_s
        return replace(self, bends=bends, footing=self.footing.leaving(max(off_s, last)))


def plan_raises(person: Person, setup: Setup, seed: tuple[int, ...]) -> RaisePlan:
    """Return the plan of ``setup.given["reps"]`` raises, or of as many as this person can."""
    rng = np.random.default_rng((*seed, 0))
    able = person.leg(setup.side).flight
    both = setup.given.get("legs", 1.0) >= 2.0
    wanted = round(setup.given.get("reps", 0.0))
    count = wanted or round(able * float(rng.integers(*COUNT)))
    beats = setup.given.get("beats", 0.0) or OWN_BEATS
    period = 120.0 / beats
    top, less = able * float(rng.uniform(*TOP_RAD)), float(rng.uniform(*FATIGUE))
    ready = 0.9 + BOTH_S + 0.6 + READY_S
    bends: list[Bend] = []
    for i in range(count):
        start = ready + i * period + float(rng.normal(0.0, 0.02 * period))
        hold = min(float(rng.uniform(0.0, HOLD_S)), 0.15 * period)
        peak = top * (1.0 - less * i) * (1.0 + SPREAD * float(rng.standard_normal()))
        bends.append(Bend(start, 0.40 * period, hold, 0.40 * period, peak))
    off = (bends[-1].end_s if bends else ready) + STAY_S
    shift = off + 10.0 if both else 0.9 + BOTH_S
    return RaisePlan(setup, Footing(setup.side, shift_s=shift, off_s=off), tuple(bends), float(rng.uniform(0.0, 2.0 * math.pi)), both)


def raising(person: Person, plan: RaisePlan, spots: Collection[Spot], *, start_s: float, seed: tuple[int, ...]) -> Motion:
    """Return the motion of a plan; an earlier end leaves the samples before it as they were."""
    footing = plan.footing
    t = np.arange(round((footing.gone_s + 0.3) * GRID_HZ)) / GRID_HZ
    tested, other = footing.shares(t)
    envelope = BOTH_SHARE + (0.0 if plan.both else 1.0 - BOTH_SHARE) * ease(t, footing.shift_s, footing.single_s)
    right, forward, sway_mm = sway_on(person, t, envelope, OPEN_MM_S * person.leg(plan.setup.side).sway, seed=seed, eyes=Eyes.OPEN)
    pitch = heel_pitch(t, plan)
    lever = lever_m(person, plan.setup)
    rise = BODY_SHARE * lever * np.sin(pitch)
    lift = slope(slope(rise, GRID_HZ), GRID_HZ)
    force = np.maximum((person.weight_n * (1.0 + breath(t, seed)) + person.mass_kg * lift) * np.maximum(tested + other, 0.0), 0.0)
    cop = footing.point_mm(t) + sway_mm
    cop[:, 1] += FORWARD_MM * (1.0 - np.exp(-np.abs(pitch) / FORWARD_RAD))
    worn: dict[Spot, FloatArray] = {}
    for spot in spots:
        here = leaning(right, forward, height_m=SITE_HEIGHT_M[spot.site], share=SITE_LEAN[spot.site])
        worn[spot] = felt(here + steps(t, footing, spot) + _raised(t, plan, spot, pitch, lift, person), GRID_HZ)
    lean = SITE_LEAN[Site.FOOT] * forward.rad
    return Motion(start_s, GRID_HZ, force, cop, worn, _truth(person, plan, t, pitch + lean, start_s))


def heel_pitch(t_s: FloatArray, plan: RaisePlan) -> FloatArray:
    """Return the pitch of the foot, heel up positive, rad, (n,), with a tremor that grows with the height."""
    smooth = bent(t_s, plan.bends)
    most = max((bend.peak_rad for bend in plan.bends), default=1.0)
    return np.asarray(smooth + TREMOR_RAD * smooth / most * np.sin(2.0 * math.pi * TREMOR_HZ * t_s + plan.phase_rad), dtype=np.float64)


def lever_m(person: Person, setup: Setup) -> float:
    """Return the lever that was entered, else this person's."""
    return setup.given.get("lever_m", LEVER_SHARE * 1e-3 * person.foot_length_mm)


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _raised(t_s: FloatArray, plan: RaisePlan, spot: Spot, pitch: FloatArray, lift: FloatArray, person: Person) -> Pose:
    """Return what the raises do to a spot: the foot turns about its ball, shank and trunk rise with the heel."""
    n = len(t_s)
    ankle = (1e-3 * person.foot_length_mm * ANKLE_SHARE[0], 1e-3 * person.foot_length_mm * ANKLE_SHARE[1])
    if not spot.tested and not plan.both:
        if spot.site is Site.LUMBAR:
            return pose(n, up=lift)
        free = lifted(t_s, plan.footing.lift(t_s), GRID_HZ, lift_m=FREE_LIFT_M, pitch_rad=FREE_PITCH_RAD[spot.site])
        return free + pose(n, up=lift)
    if spot.site is Site.FOOT:
        return carried(np.zeros((n, 2)), pitch, SENSOR_M[Site.FOOT], (0.0, 0.0), GRID_HZ)
    if spot.site is Site.SHANK:
        return carried(np.zeros((n, 2)), pitch, ankle, (0.0, 0.0), GRID_HZ, turns=False)
    return pose(n, up=lift)


def _truth(person: Person, plan: RaisePlan, t_s: FloatArray, pitch: FloatArray, start_s: float) -> dict[str, object]:
    setup, footing = plan.setup, plan.footing
    lever = lever_m(person, setup)
    incline = math.radians(setup.given.get("incline_deg", 0.0))
    raises: list[object] = []
    for bend in plan.bends:
        a, b = t_s.searchsorted((bend.start_s, bend.end_s))
        top = float(pitch[a:b].max())
        raises.append({
            "start_s": start_s + bend.start_s, "top_deg": math.degrees(top), "end_s": start_s + bend.end_s,
            "height_m": lever * (math.sin(incline + top) - math.sin(incline)),
        })  # fmt: skip
    return {
        "exam": setup.exam, "side": setup.side.value, "trial": setup.trial, "body_weight_n": person.weight_n, "on_pad_s": start_s,
        "off_pad_s": start_s + footing.gone_s, "raises": raises, "lever_m": lever, "both": plan.both,
        "still_s": [start_s + footing.both_s, start_s + (plan.bends[0].start_s if plan.bends else footing.off_s)],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class RaiseAct:
    """Raising the heel."""

    person: Person
    seed: tuple[int, ...]
    plan: RaisePlan

    @property
    def tested(self) -> Side:
        """The leg that raises."""
        return self.plan.footing.tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.footing.gone_s

    def stopped(self, off_s: float) -> "RaiseAct":
        """Come down and step off."""
        return replace(self, plan=self.plan.stopped(off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return raising(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


def act(person: Person, setup: Setup, _faults: Faults, seed: tuple[int, ...]) -> RaiseAct:
    """Return a set of heel raises."""
    return RaiseAct(person, seed, plan_raises(person, setup, seed))
