"""A person who lands on one leg and holds, off a box or after a hop: plan, force, what motion sensors feel, and the truth."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest import exams
from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Eyes, Setup
from drivers.people.body import Person
from drivers.people.contact import Impact, PushOff
from drivers.people.fall import Fall
from drivers.people.faults import Errors, Faults
from drivers.people.footing import STANCE_WIDTH_MM, Footing
from drivers.people.landing_limbs import Flight, LandingLimbs
from drivers.people.motion import Motion, Spot, bump, ease
from drivers.people.pose import Lean, Pose, felt, knock, leaning, pose
from drivers.people.stance import OPEN_MM_S, SITE_HEIGHT_M, SITE_LEAN, breath, steps, sway_on

GRID_HZ = 4000.0
BOX_M = 0.30
"""Where no box height was entered."""
HOP_M = 0.60
"""Where no distance was entered."""
HOP_FLIGHT_S = 0.36
WEIGHED_S = 3.4
"""Stands on the pad for so long to be weighed."""
NEVER_S = 1e6
CLIMB_S = 4.0
"""From leaving the pad (or the start) to the landing's fall or push-off: more than a guide needs to be ready again."""
STAY_S = 1.6
"""Stands longer than asked for."""
OFF_S = 0.5
"""Stepping off takes so long."""
TOUCH_S = 0.6
"""How long the free foot stays down."""
SETTLE_TAU_S = 0.5
SETTLE_SWAY = 2.0
"""Sway just after a landing over that of standing, and how it decays."""
CATCH_S = 0.9
"""Nobody stops between the fall and so long after the landing."""
HOP_PUSH_S, SECOND_S = 0.22, 0.16
"""A hop of the stance foot: push and flight."""


@dataclass(frozen=True, slots=True)
class Held:
    """One landing and its hold, seconds since the start of the act; ``errors`` count from the contact."""

    leaves_s: float
    touch_s: float
    off_s: float
    fall: Fall
    place_mm: tuple[float, float]
    errors: Errors

    @property
    def gone_s(self) -> float:
        """When nothing is on the pad any more."""
        return self.off_s + OFF_S


@dataclass(frozen=True, slots=True)
class LandingPlan:
    """What is going to happen: being weighed (None: not), then landings; ``hop_m`` is NaN off a box, whose height is ``box_m``."""

    setup: Setup
    weighed: Footing | None
    held: tuple[Held, ...]
    box_m: float
    hop_m: float
    foot_hz: float
    end_s: float

    def leaving(self, off_s: float) -> "LandingPlan":
        """Return the same plan left earlier; a landing that cannot be stopped any more is finished."""
        kept: list[Held] = []
        for one in self.held:
            if off_s < one.leaves_s - HOP_PUSH_S - 0.5:
                break
            kept.append(replace(one, off_s=min(one.off_s, max(off_s, one.touch_s + CATCH_S))))
        weighed = self.weighed.leaving(off_s) if self.weighed is not None else None
        ends = [one.gone_s for one in kept] + ([weighed.gone_s] if weighed is not None else [])
        return replace(self, weighed=weighed, held=tuple(kept), end_s=max([off_s, *ends[-1:], *ends[:1]]))


def plan_landings(person: Person, setup: Setup, errors: Errors, seed: tuple[int, ...], *, hop: bool) -> LandingPlan:
    """Return the plan of a set-up: ``given`` tells how many landings, how long each is held, and from how high or far."""
    exam, given = exams.by_key(setup.exam), setup.given
    count, hold = max(round(exam.given(setup, "landings")), 1), exam.given(setup, "hold_s")
    box, far = given.get("box_height_m", BOX_M), given.get("distance_m", HOP_M)
    leg = person.leg(setup.side)
    rng = np.random.default_rng((*seed, 0))
    draws = rng.standard_normal((count, 8))
    habit = rng.uniform([0.011, 0.5, 0.13, 0.18, 0.18, 1.9, 38.0], [0.016, 0.9, 0.19, 0.32, 0.26, 2.6, 58.0])
    weighed = None if setup.mass_kg else Footing(setup.side, shift_s=NEVER_S, off_s=WEIGHED_S)
    now = weighed.gone_s if weighed is not None else 0.5
    held: list[Held] = []
    for row in draws:
        if hop:
            flight = HOP_FLIGHT_S * leg.flight * (1.0 + 0.03 * float(row[0]))
            speed = 0.5 * G * flight
        else:
            speed = math.sqrt(2.0 * G * box) * (1.0 + 0.006 * float(row[0]))
            flight = speed / G
        impact = Impact(float(habit[0] + 5e-4 * row[1]), float(np.clip(habit[1] + 0.05 * row[2], 0.3, 1.0)))
        brake, rock, tau, hz = (
            float(v) for v in habit[2:6] * (1.0 + 0.04 * row[3:7]) * [leg.stiffness**-0.5, leg.sway, leg.sway**0.5, 1.0]
        )
        fall = Fall(person.mass_kg, speed, impact, brake, rock, tau, hz)
        leaves = now + CLIMB_S
        touch = leaves + flight
        stays = hold + STAY_S
        place = (float(6.0 * row[7]), float(6.0 * row[6]))
        held.append(Held(leaves, touch, touch + (errors.step_off_s if math.isfinite(errors.step_off_s) else stays), fall, place, errors))
        now = max(held[-1].gone_s, touch + stays)
    return LandingPlan(setup, weighed, tuple(held), math.nan if hop else box, far if hop else math.nan, float(habit[6]), held[-1].gone_s)


def landing(person: Person, plan: LandingPlan, spots: Collection[Spot], *, start_s: float, seed: tuple[int, ...]) -> Motion:
    """Return the motion of a plan; an earlier end leaves the samples before it as they were."""
    t = np.arange(round((plan.end_s + 0.3) * GRID_HZ)) / GRID_HZ
    side = plan.setup.side
    speed = OPEN_MM_S * person.leg(side).sway
    right, forward, sway_mm = sway_on(person, t, _envelope(plan, t), speed, seed=seed, eyes=Eyes.OPEN)
    body = np.zeros(len(t))
    force = np.zeros(len(t))
    tremble = breath(t, seed)
    sign = 1.0 if side is Side.RIGHT else -1.0
    cop = np.zeros((len(t), 2))
    if plan.weighed is not None:
        tested, other = plan.weighed.shares(t)
        force += person.weight_n * np.maximum(tested + other, 0.0) * (1.0 + tremble)
        cop += plan.weighed.point_mm(t) * (t < plan.weighed.gone_s)[:, None]
    for one in plan.held:
        rows = slice(*(int(k) for k in t.searchsorted((one.touch_s, one.gone_s))))
        after = t[rows] - one.touch_s
        whole = one.fall.force(after) * (1.0 + tremble[rows] * ease(after, 0.0, 1.0)) + person.weight_n * _hop(after, one.errors.hop_s)
        body[rows] = whole / person.mass_kg - G
        share, free_mm = _touched(after, one.errors)
        staying = 1.0 - ease(t[rows], one.off_s, one.gone_s)
        force[rows] += np.maximum(whole, 0.0) * (1.0 - share) * staying
        home = np.array([75.0 * sign + one.place_mm[0], one.place_mm[1]])
        cop[rows] = home + np.column_stack([-sign * free_mm, np.zeros(len(after))])
        body[rows] *= staying
    worn = _worn(person, plan, spots, t, body, (right, forward))
    return Motion(start_s, GRID_HZ, force, cop + sway_mm, worn, _truth(person, plan, t, force, start_s))


def _envelope(plan: LandingPlan, t_s: FloatArray) -> FloatArray:
    """Return sway over that of standing, (n,): more after each landing."""
    envelope = np.full(len(t_s), 0.35)
    for one in plan.held:
        after = np.maximum(t_s - one.touch_s, 0.0)
        more = (1.0 + SETTLE_SWAY * np.exp(-after / SETTLE_TAU_S)) * ease(t_s, one.touch_s, one.touch_s + 0.1) - 0.35 * ease(
            t_s, one.touch_s, one.touch_s + 0.1
        )
        envelope += more * (1.0 - ease(t_s, one.off_s, one.gone_s))
    return envelope


def _worn(
    person: Person, plan: LandingPlan, spots: Collection[Spot], t_s: FloatArray, body: FloatArray, leans: tuple[Lean, Lean]
) -> dict[Spot, FloatArray]:
    """Return what an ideal motion sensor feels at each spot."""
    box, far = (0.0 if math.isnan(way) else way for way in (plan.box_m, plan.hop_m))
    flights = [Flight(one.leaves_s, one.touch_s, one.fall.down_m_s, box, far) for one in plan.held]
    limbs = LandingLimbs(flights, person.foot_length_mm, plan.foot_hz)
    in_air = body.copy()
    for one in plan.held:
        in_air[slice(*t_s.searchsorted((one.leaves_s, one.touch_s)))] = -G
        if far:
            push = PushOff(person.mass_kg, one.fall.down_m_s)
            rows = slice(*t_s.searchsorted((one.leaves_s - push.length_s, one.leaves_s)))
            in_air[rows] = push.force(t_s[rows] - one.leaves_s + push.length_s) / person.mass_kg - G
    moves = limbs.poses(t_s, in_air, spots, rate_hz=GRID_HZ)
    found: dict[Spot, FloatArray] = {}
    for spot in spots:
        where = moves[spot] + leaning(*leans, height_m=SITE_HEIGHT_M[spot.site], share=SITE_LEAN[spot.site])
        if plan.weighed is not None:
            where = where + steps(t_s, plan.weighed, spot)
        for one in plan.held:
            where = where + _stepping(t_s, one, spot)
        found[spot] = felt(where, GRID_HZ)
    return found


def _stepping(t_s: FloatArray, one: Held, spot: Spot) -> Pose:
    """Return what scripted errors and stepping off do to a spot: the free foot knocks, the tested one is lifted."""
    n = len(t_s)
    if spot.site is Site.LUMBAR:
        return pose(n)
    if not spot.tested:
        down = one.touch_s + one.errors.touch_down_s
        return pose(n, up=knock(t_s, down, peak_m_s2=22.0)) if math.isfinite(down) else pose(n)
    lifted = bump(t_s, one.off_s, one.gone_s)
    moved = pose(n, pitch=0.25 * lifted)
    hop = one.touch_s + one.errors.hop_s
    if math.isfinite(hop):
        moved = moved + pose(n, up=knock(t_s, hop + SECOND_S, peak_m_s2=45.0), pitch=0.3 * bump(t_s, hop - 0.1, hop + SECOND_S + 0.02))
    return moved


def _hop(after_s: FloatArray, hop_s: float) -> FloatArray:
    """Return the force of a hop of the stance foot less body weight, over body weight: −1 in the air; its impulse is 0."""
    if not math.isfinite(hop_s):
        return np.zeros(len(after_s))
    speed = 0.5 * SECOND_S  # over g
    push = 0.5 * np.pi * speed / HOP_PUSH_S * np.sin(np.pi * np.clip((after_s - hop_s + HOP_PUSH_S) / HOP_PUSH_S, 0.0, 1.0))
    down = after_s - hop_s - SECOND_S
    stop = 0.5 * np.pi * (speed + 0.5 * 0.075) / 0.25 * np.sin(np.pi * np.clip(down / 0.25, 0.0, 1.0))
    landed = ease(down, 0.0, 0.075) - 1.0 + stop
    return np.asarray(np.where(after_s < hop_s, push, np.where(down < 0.0, -1.0, landed)), dtype=np.float64)


def _touched(after_s: FloatArray, errors: Errors) -> tuple[FloatArray, FloatArray]:
    """Return the share of weight that the free foot takes beside the pad, and how far the CoP goes to it on the pad, mm."""
    none = np.zeros(len(after_s))
    start = errors.touch_down_s
    if not math.isfinite(start):
        return none, none
    down = ease(after_s, start, start + 0.12) - ease(after_s, start + TOUCH_S - 0.12, start + TOUCH_S)
    return (none, 0.45 * STANCE_WIDTH_MM * down) if errors.touch_on_pad else (0.25 * down, none)


def _truth(person: Person, plan: LandingPlan, t_s: FloatArray, force: FloatArray, start_s: float) -> dict[str, object]:
    """Return instants and numbers of each landing, the latter by their definitions on the true force of the grid."""
    landings: list[object] = []
    for one in plan.held:
        rows = slice(*t_s.searchsorted((one.touch_s, min(one.touch_s + 5.0, one.off_s))))
        after, excess = t_s[rows] - one.touch_s, force[rows] / person.weight_n - 1.0
        outside = np.flatnonzero(np.abs(excess) > 0.05)
        early = after <= 0.2
        speed = np.cumsum(excess[after <= 1.0]) * G / GRID_HZ - one.fall.down_m_s
        stopped = np.flatnonzero(speed >= 0.0)
        depth = -float(speed[: int(stopped[0])].sum()) / GRID_HZ if len(stopped) else None
        landings.append({
            "ic_s": start_s + one.touch_s, "off_s": start_s + one.off_s, "speed_m_s": one.fall.down_m_s, "height_m": one.fall.height_m,
            "peak_n": float(force[rows][early].max()), "peak_after_s": float(after[int(force[rows][early].argmax())]),
            "tts_5_s": float(after[int(outside[-1])]) if len(outside) else 0.0, "depth_m": depth,
            "touch_downs_s": [] if math.isnan(one.errors.touch_down_s) else [start_s + one.touch_s + one.errors.touch_down_s],
            "hops_s": [] if math.isnan(one.errors.hop_s) else [start_s + one.touch_s + one.errors.hop_s],
        })  # fmt: skip
    return {
        "exam": plan.setup.exam, "side": plan.setup.side.value, "trial": plan.setup.trial, "body_weight_n": person.weight_n,
        "landings": landings, "end_s": start_s + plan.end_s,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LandingAct:
    """Landing on one leg and holding."""

    person: Person
    seed: tuple[int, ...]
    plan: LandingPlan

    @property
    def tested(self) -> Side:
        """The leg that lands."""
        return self.plan.setup.side

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.plan.end_s

    def stopped(self, off_s: float) -> "LandingAct":
        """Step off earlier; a landing that has begun is finished."""
        return replace(self, plan=self.plan.leaving(off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        return landing(self.person, self.plan, spots, start_s=start_s, seed=self.seed)


def drop_act(person: Person, setup: Setup, faults: Faults, seed: tuple[int, ...]) -> LandingAct:
    """Return landings off a box."""
    return LandingAct(person, seed, plan_landings(person, setup, faults.errors(setup.side), seed, hop=False))


def stick_act(person: Person, setup: Setup, faults: Faults, seed: tuple[int, ...]) -> LandingAct:
    """Return landings of a hop forward."""
    return LandingAct(person, seed, plan_landings(person, setup, faults.errors(setup.side), seed, hop=True))
