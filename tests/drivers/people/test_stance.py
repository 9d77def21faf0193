"""A simulated stance: the order of things, the errors, and that force, CoP and motion tell the same story."""

import math

import numpy as np
import pytest

from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Eyes, Setup, Surface
from drivers.people.body import INJURED_RIGHT, Leg, Person
from drivers.people.faults import Errors
from drivers.people.footing import STANCE_WIDTH_MM
from drivers.people.motion import Motion, Spot
from drivers.people.stance import GRID_HZ, SPARE_S, TOUCH_S, StancePlan, plan_stance, stance, standing

PERSON = Person()
SPOTS = (Spot(Site.FOOT), Spot(Site.FOOT, tested=False), Spot(Site.SHANK), Spot(Site.LUMBAR))
SEED = (4, 1)


def _run(errors: Errors | None = None, **setup: object) -> tuple[StancePlan, Motion]:
    fields = {"exam": "stance", "side": "right", "duration_s": 10.0, **setup}
    plan = plan_stance(PERSON, Setup.from_json(fields), errors or Errors(), SEED)
    return plan, stance(PERSON, plan, SPOTS, start_s=0.0, seed=SEED)


def _rows(motion: Motion, start_s: float, end_s: float) -> slice:
    return slice(round(start_s * motion.rate_hz), round(end_s * motion.rate_hz))


def test_a_cooperative_client_stands_as_long_as_asked_and_a_little_more() -> None:
    plan, motion = _run()
    footing = plan.footing

    assert footing.off_s - footing.single_s == pytest.approx(3.0 + 10.0 + SPARE_S)
    assert motion.truth["stance_s"] == [footing.single_s, footing.off_s]
    assert motion.force_n[0] == 0.0
    assert motion.force_n[-1] == 0.0


def test_body_weight_is_borne_on_both_feet_and_on_one() -> None:
    plan, motion = _run()
    footing = plan.footing
    for start, end in ((footing.both_s, footing.shift_s), (footing.single_s, footing.off_s)):
        force = motion.force_n[_rows(motion, start, end)]

        assert force.mean() == pytest.approx(PERSON.weight_n, rel=0.003)  # breath: 0.3 % SD
        assert 0.5 < force.std() < 0.01 * PERSON.weight_n  # quiet enough to be weighed, but alive


@pytest.mark.parametrize(("side", "sign"), [(Side.RIGHT, 1.0), (Side.LEFT, -1.0)])
def test_the_centre_of_pressure_goes_to_the_tested_foot(side: Side, sign: float) -> None:
    plan, motion = _run(side=side.value)
    both = motion.cop_mm[_rows(motion, plan.footing.both_s, plan.footing.shift_s), 0]
    one = motion.cop_mm[_rows(motion, plan.footing.single_s, plan.footing.off_s), 0]

    assert both.mean() == pytest.approx(0.0, abs=15.0)
    assert one.mean() == pytest.approx(sign * STANCE_WIDTH_MM / 2, abs=15.0)
    assert one.std() > both.std()


def test_eyes_closed_foam_and_an_injured_leg_sway_faster() -> None:
    open_eyes = _run()[0].speed_mm_s

    assert 80.0 < _run(eyes=Eyes.CLOSED.value)[0].speed_mm_s < 95.0
    assert _run(surface=Surface.FOAM.value)[0].speed_mm_s > 1.2 * open_eyes
    injured = plan_stance(INJURED_RIGHT, Setup("stance", Side.RIGHT), Errors(), SEED)
    assert injured.speed_mm_s > 1.2 * plan_stance(INJURED_RIGHT, Setup("stance", Side.LEFT), Errors(), SEED).speed_mm_s


def test_a_touch_down_beside_the_pad_takes_weight_off_it() -> None:
    plan, motion = _run(Errors(touch_down_s=5.0))
    start = plan.footing.single_s + 5.0
    share = motion.force_n[_rows(motion, start + 0.15, start + 0.35)] / PERSON.weight_n

    assert share.max() < 0.9
    assert motion.truth["touch_downs_s"] == [[pytest.approx(start), pytest.approx(start + TOUCH_S)]]
    # Long enough for E1: at least 150 ms below 90 %.
    assert (motion.force_n[_rows(motion, start, start + TOUCH_S)] < 0.9 * PERSON.weight_n).sum() / GRID_HZ > 0.2


def test_a_touch_down_on_the_pad_moves_the_centre_of_pressure_and_keeps_the_weight() -> None:
    plan, motion = _run(Errors(touch_down_s=5.0, touch_on_pad=True))
    start = plan.footing.single_s + 5.0
    during, before = _rows(motion, start + 0.15, start + 0.35), _rows(motion, start - 0.2, start)

    assert motion.force_n[during].min() > 0.95 * PERSON.weight_n
    assert np.ptp([motion.cop_mm[during, 0].mean(), motion.cop_mm[before, 0].mean()]) > 40.0
    assert motion.truth["touches_on_pad"] is True


def test_the_free_foot_feels_its_touch_and_is_still_on_the_floor() -> None:
    plan, motion = _run(Errors(touch_down_s=5.0))
    start = plan.footing.single_s + 5.0
    foot = motion.worn[Spot(Site.FOOT, tested=False)]
    size = np.linalg.norm(foot[:, :3], axis=1) / G

    assert size[_rows(motion, start, start + 0.03)].max() > 1.5
    assert size[_rows(motion, start + 0.1, start + 0.45)] == pytest.approx(1.0, abs=0.1)
    assert np.degrees(np.abs(foot[_rows(motion, start + 0.1, start + 0.45), 3:])).max() < 30.0


def test_a_stance_foot_hop_leaves_the_pad_lands_elsewhere_and_keeps_its_momentum() -> None:
    plan, motion = _run(Errors(hop_s=6.0))
    hop = plan.hop_s
    flight = motion.force_n[_rows(motion, hop + 0.002, hop + 0.158)]
    around = _rows(motion, hop - 0.5, hop + 1.0)
    moved = motion.cop_mm[_rows(motion, hop + 1.0, hop + 4.0)].mean(axis=0) - motion.cop_mm[_rows(motion, hop - 3.0, hop - 0.3)].mean(
        axis=0
    )

    assert flight.max() == 0.0
    # The body rests before and after: its weight is borne on average. The breath's impulse over 1.5 s may be 0.3 %.
    assert motion.force_n[around].mean() == pytest.approx(PERSON.weight_n, rel=0.006)
    assert np.hypot(*moved) > 20.0
    foot = motion.worn[Spot(Site.FOOT)][around]
    both = (np.linalg.norm(foot[:, :3], axis=1) > 1.5 * G).any() and np.degrees(np.abs(foot[:, 3:])).max() > 120.0
    assert both


def test_stepping_off_early_ends_the_stance() -> None:
    plan, motion = _run(Errors(step_off_s=4.0))

    assert plan.footing.off_s == pytest.approx(plan.footing.single_s + 4.0)
    assert motion.force_n[round((plan.footing.gone_s + 0.01) * GRID_HZ) :].max() == 0.0


def test_the_trunk_leans_as_the_centre_of_pressure_tells() -> None:
    plan, motion = _run()
    rows = _rows(motion, plan.footing.single_s + 1.0, plan.footing.off_s - 1.0)
    rate = motion.worn[Spot(Site.LUMBAR)][rows, 4]
    lean = np.cumsum(rate) / GRID_HZ
    ratio = PERSON.inertia_kg_m2 / (PERSON.weight_n * PERSON.com_m)
    told = 1000.0 * PERSON.com_m * (lean - ratio * np.gradient(rate, 1.0 / GRID_HZ))
    slow = np.ones(100) / 100  # both are interpolated from 500 Hz, where second differences are steps

    # CoP = h (θ − J/(m g h) θ̈), algorithms.md 10.2, up to the constant of integration.
    said, seen = (np.convolve(x - x.mean(), slow, "valid") for x in (told, motion.cop_mm[rows, 1]))
    assert np.corrcoef(said, seen)[0, 1] > 0.995
    assert np.std(said) == pytest.approx(np.std(seen), rel=0.02)


def test_the_stance_foot_is_quieter_than_the_shank_and_the_free_foot_is_lifted() -> None:
    plan, motion = _run()
    rows = _rows(motion, plan.footing.single_s + 1.0, plan.footing.off_s - 1.0)

    def rate(spot: Spot) -> float:
        return float(np.degrees(np.sqrt((motion.worn[spot][rows, 3:] ** 2).sum(axis=1).mean())))

    assert rate(Spot(Site.FOOT)) < 0.3 * rate(Spot(Site.SHANK))
    assert rate(Spot(Site.SHANK)) < 8.0  # "standing still" on one leg (algorithms.md 5)
    free = motion.worn[Spot(Site.FOOT, tested=False)][rows, :3].mean(axis=0)
    assert math.degrees(math.atan2(-free[0], free[2])) == pytest.approx(math.degrees(0.7), abs=3.0)


def _same_until(a: FloatArray, b: FloatArray) -> int:
    n = min(len(a), len(b))
    differs = np.flatnonzero(np.any(a[:n].reshape(n, -1) != b[:n].reshape(n, -1), axis=1))
    return int(differs[0]) if len(differs) else n


def test_leaving_earlier_does_not_change_what_was_before() -> None:
    plan, whole = _run()
    cut = StancePlan(plan.setup, plan.footing.leaving(8.0), plan.speed_mm_s, plan.hop_s, plan.placed_mm)
    short = stance(PERSON, cut, SPOTS, start_s=0.0, seed=SEED)
    first = min(_same_until(whole.force_n, short.force_n), _same_until(whole.cop_mm, short.cop_mm))
    worn = min(_same_until(whole.worn[spot], short.worn[spot]) for spot in SPOTS)

    assert first >= 8.0 * GRID_HZ
    assert worn >= 7.7 * GRID_HZ  # the free foot begins to move before it takes the weight
    assert short.end_s < whole.end_s


def test_beside_the_pad_nothing_is_on_it_and_the_body_stands() -> None:
    motion = standing(PERSON, SPOTS, start_s=5.0, length_s=4.0, seed=(1, 2))

    assert motion.end_s == pytest.approx(9.0)
    assert not motion.force_n.any()
    assert np.linalg.norm(motion.worn[Spot(Site.LUMBAR)][:, :3], axis=1) == pytest.approx(np.full(2000, G), rel=0.01)


def test_a_body_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no person"):
        Person(mass_kg=5.0)
    with pytest.raises(ValueError, match="positive"):
        Leg(stiffness=0.0)
