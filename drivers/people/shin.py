"""A person who lunges to a wall, squats, or points the foot: shin and foot of the tested leg, beside the pad; plan, poses and truth."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray, Side, Site
from ankletest.trial import Eyes, Setup
from drivers.people.bending import Bend, bent, until
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.limbs import ANKLE_SHARE, SENSOR_M, carried
from drivers.people.motion import Motion, Spot, ease
from drivers.people.pose import Pose, felt, leaning, pose
from drivers.people.stance import BOTH_SHARE, OPEN_MM_S, SITE_HEIGHT_M, SITE_LEAN, sway_on

GRID_HZ = 1000.0
READY_S = 6.0
"""Seconds kept still before the first bend: the countdown, and a still second after it."""
STAY_S = 4.0
PAUSE_S = 1.5
"""Between two bends."""
HELD_SHARE = 0.5
"""Sway with the hands on a wall over sway on both feet."""
LIFT_SHARE = 0.85
"""A heel that lifts does so at this share of the way forward."""
LIFT_RAD, LIFT_RISE_S = math.radians(8.0), 0.4
TREMOR_HZ, TREMOR_RAD = 4.0, math.radians(0.05)


@dataclass(frozen=True, slots=True)
class Habit:
    """How a movement is made: least and most of what is drawn for each person; rad and s."""

    peak_rad: tuple[float, float]
    drift_rad: tuple[float, float]
    out_s: float
    hold_s: float
    wanted: int
    lifts: float


LUNGE = Habit((math.radians(32.0), math.radians(44.0)), (math.radians(-2.0), math.radians(6.0)), 1.6, 2.2, 3, 0.4)
SQUAT = Habit((math.radians(28.0), math.radians(38.0)), (math.radians(1.0), math.radians(9.0)), 1.5, 0.2, 5, 0.0)
POINT = Habit((math.radians(42.0), math.radians(58.0)), (math.radians(-1.0), math.radians(1.0)), 1.2, 1.6, 3, 0.0)
HABITS = {"lunge": LUNGE, "squat": SQUAT, "plantarflexion": POINT}
"""By the key of the exam. ``drift_rad`` is medial; ``lifts`` the share of lunges whose heel lifts."""


@dataclass(frozen=True, slots=True)
class BendPlan:
    """What is going to happen, seconds since the start of the act.

    ``drifts_rad`` are medial, a bend each; ``lifts_s`` is when the heel begins to lift (infinite: it stays down).
    """

    setup: Setup
    bends: tuple[Bend, ...]
    drifts_rad: tuple[float, ...]
    lifts_s: tuple[float, ...]
    off_s: float

    @property
    def seated(self) -> bool:
        """Whether the foot points and the shin stays."""
        return self.setup.exam == "plantarflexion"

    def stopped(self, off_s: float) -> "BendPlan":
        """Return the plan broken off: a bend that is begun is finished."""
        bends = until(self.bends, off_s)
        return replace(self, bends=bends, off_s=min(self.off_s, max(off_s, bends[-1].end_s + 0.3 if bends else off_s)))


def plan_bends(person: Person, setup: Setup, seed: tuple[int, ...]) -> BendPlan:
    """Return the plan of ``setup.given["reps"]`` bends, or of as many as the exam asks for."""
    habit = HABITS[setup.exam]
    rng = np.random.default_rng((*seed, 0))
    able = person.leg(setup.side).flight
    count = round(setup.given.get("reps", float(habit.wanted)))
    peak, drift = able * float(rng.uniform(*habit.peak_rad)), float(rng.uniform(*habit.drift_rad))
    bends: list[Bend] = []
    drifts: list[float] = []
    lifts: list[float] = []
    start = READY_S
    for _ in range(count):
        out = habit.out_s * float(rng.uniform(0.9, 1.1))
        bend = Bend(start, out, habit.hold_s * float(rng.uniform(0.9, 1.2)), out, peak * (1.0 + 0.03 * float(rng.standard_normal())))
        bends.append(bend)
        drifts.append(drift + math.radians(0.5) * float(rng.standard_normal()))
        lifts.append(_reaches(bend, LIFT_SHARE) if rng.random() < habit.lifts else math.inf)
        start = bend.end_s + PAUSE_S
    return BendPlan(setup, tuple(bends), tuple(drifts), tuple(lifts), (bends[-1].end_s if bends else READY_S) + STAY_S)


def bending(person: Person, plan: BendPlan, spots: Collection[Spot], *, start_s: float, seed: tuple[int, ...]) -> Motion:
    """Return the motion of a plan; an earlier end leaves the samples before it as they were."""
    t = np.arange(round((plan.off_s + 0.3) * GRID_HZ)) / GRID_HZ
    share = np.full(len(t), HELD_SHARE * BOTH_SHARE)
    right, forward, _ = sway_on(person, t, share, OPEN_MM_S, seed=seed, eyes=Eyes.OPEN)
    angle = bent(t, plan.bends)
    angle = angle * (1.0 + TREMOR_RAD * np.sin(2.0 * math.pi * TREMOR_HZ * t))
    toward_right = 1.0 if plan.setup.side is Side.LEFT else -1.0
    roll = toward_right * sum((d * b.shape(t) for b, d in zip(plan.bends, plan.drifts_rad, strict=False)), np.zeros(len(t)))
    lift = heel_pitch(t, plan)
    worn: dict[Spot, FloatArray] = {}
    for spot in spots:
        here = pose(len(t)) if plan.seated else leaning(right, forward, height_m=SITE_HEIGHT_M[spot.site], share=SITE_LEAN[spot.site])
        worn[spot] = felt(here + _moved(spot, plan, angle, roll, lift, person), GRID_HZ)
    lean = np.zeros(len(t)) if plan.seated else SITE_LEAN[Site.SHANK] * forward.rad
    none = np.zeros(len(t))
    return Motion(start_s, GRID_HZ, none, np.zeros((len(t), 2)), worn, _truth(plan, t, angle + lean, lift, start_s))


def heel_pitch(t_s: FloatArray, plan: BendPlan) -> FloatArray:
    """Return the pitch of a foot whose heel lifts at the end of a lunge, rad, (n,)."""
    out = np.zeros(len(t_s))
    for bend, at in zip(plan.bends, plan.lifts_s, strict=False):
        if math.isfinite(at):
            out += LIFT_RAD * (ease(t_s, at, at + LIFT_RISE_S) - ease(t_s, bend.left_s, bend.left_s + 0.5 * bend.back_s))
    return out


# ---- helpers ----------------------------------------------------------------------------------------------------------------------------


def _reaches(bend: Bend, share: float) -> float:
    """Return when a bend is so far on its way out."""
    t = np.linspace(bend.start_s, bend.held_s, 2001)
    return float(np.interp(share, bend.shape(t), t))


def _moved(spot: Spot, plan: BendPlan, angle: FloatArray, roll: FloatArray, lift: FloatArray, person: Person) -> Pose:
    """Return what the bends do to a spot; of the other leg and the trunk nothing is modelled."""
    n = len(angle)
    if not spot.tested or spot.site is Site.LUMBAR:
        return pose(n)
    if spot.site is Site.SHANK:
        return pose(n) if plan.seated else carried(np.zeros((n, 2)), angle, SENSOR_M[Site.SHANK], (0.0, 0.0), GRID_HZ) + pose(n, roll=roll)
    if plan.seated:  # about the ankle
        ankle = (1e-3 * person.foot_length_mm * ANKLE_SHARE[0], 1e-3 * person.foot_length_mm * ANKLE_SHARE[1])
        return carried(np.zeros((n, 2)), angle, SENSOR_M[Site.FOOT], ankle, GRID_HZ) + pose(n, roll=roll)
    return carried(np.zeros((n, 2)), lift, SENSOR_M[Site.FOOT], (0.0, 0.0), GRID_HZ)


def _truth(plan: BendPlan, t_s: FloatArray, angle: FloatArray, lift: FloatArray, start_s: float) -> dict[str, object]:
    bends: list[object] = []
    for bend, drift, at in zip(plan.bends, plan.drifts_rad, plan.lifts_s, strict=False):
        a, b, c = t_s.searchsorted((bend.start_s, bend.held_s, bend.left_s))
        told: dict[str, object] = {
            "start_s": start_s + bend.start_s, "end_s": start_s + bend.end_s, "held_s": [start_s + bend.held_s, start_s + bend.left_s],
            "top_deg": math.degrees(float(angle[a:c].max())), "held_deg": math.degrees(float(angle[b:c].mean())),
            "medial_deg": math.degrees(drift), "heel_lift_s": None, "heel_lift_deg": None,
        }  # fmt: skip
        if math.isfinite(at):
            row = a + int(np.argmax(lift[a:c] >= math.radians(2.0)))
            told |= {"heel_lift_s": start_s + float(t_s[row]), "heel_lift_deg": math.degrees(float(angle[row]))}
        bends.append(told)
    setup = plan.setup
    return {
        "exam": setup.exam, "side": setup.side.value, "trial": setup.trial, "bends": bends,
        "still_s": [start_s, start_s + (plan.bends[0].start_s if plan.bends else plan.off_s)],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class BendAct:
    """Lunging, squatting, or pointing the foot, beside the pad."""

    person: Person
    seed: tuple[int, ...]
    plan: BendPlan

    @property
    def tested(self) -> Side:
        """The leg that bends."""
        return self.plan.setup.side

    @property
    def gone_s(self) -> float:
        """When it is over."""
        return self.plan.off_s

    def stopped(self, off_s: float) -> "BendAct":
        """Come back up."""
        return replace(self, plan=self.plan.stopped(off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return bending(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


def act(person: Person, setup: Setup, _faults: Faults, seed: tuple[int, ...]) -> BendAct:
    """Return lunges, squats or pointings of the foot."""
    return BendAct(person, seed, plan_bends(person, setup, seed))
