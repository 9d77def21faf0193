"""People who raise their heels, lunge, squat and point the foot: what they feel is what they are said to have done."""

from dataclasses import replace

import numpy as np
import pytest

from ankletest.samples import GYRO, Side, Site
from ankletest.trial import Setup
from drivers.people.acts import act_of
from drivers.people.bending import Bend, bent, until
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.motion import Spot

FOOT, SHANK = Spot(Site.FOOT), Spot(Site.SHANK)
RATE = 1000.0


def test_a_bend_goes_out_holds_and_comes_back() -> None:
    bend = Bend(1.0, 0.5, 0.2, 0.6, 0.7)
    t = np.array([0.9, 1.25, 1.5, 1.6, 1.7, 2.0, 2.3, 3.0])

    assert bent(t, [bend]) == pytest.approx([0.0, 0.35, 0.7, 0.7, 0.7, 0.35, 0.0, 0.0])
    assert until([bend, replace(bend, start_s=4.0)], 2.0) == (bend,)


@pytest.mark.parametrize(
    ("exam", "spot", "key"),
    [("heel_raise", FOOT, "raises"), ("lunge", SHANK, "bends"), ("squat", SHANK, "bends"), ("plantarflexion", FOOT, "bends")],
)
def test_the_rate_that_is_felt_adds_up_to_the_angle_that_is_told(exam: str, spot: Spot, key: str) -> None:
    setup = Setup(exam, Side.LEFT, given={"reps": 3.0})
    motion = act_of(Person(), setup, Faults(), (3, 1)).motion({spot}, start_s=10.0)
    pitch = np.degrees(np.cumsum(motion.worn[spot][:, GYRO][:, 1]) / RATE)
    told = motion.truth[key]
    assert isinstance(told, list)

    assert len(told) == 3
    for one in told:
        a, b = (round((one[name] - 10.0) * RATE) for name in ("start_s", "end_s"))
        # Of a lunge the hold alone is told where the angle is the shin's; the rest is lean of the body, and roll turns some of the rate.
        assert pitch[a:b].max() - pitch[a] == pytest.approx(one["top_deg"], abs=1.0)


@pytest.mark.parametrize("exam", ["heel_raise", "lunge", "squat", "plantarflexion"])
def test_stopping_early_leaves_what_was_before_to_the_bit(exam: str) -> None:
    act = act_of(Person(), Setup(exam, Side.RIGHT), Faults(), (5, 1))
    whole, cut = (one.motion({FOOT, SHANK}, start_s=0.0) for one in (act, act.stopped(11.0)))

    assert cut.end_s < whole.end_s
    rows = round(10.9 * RATE)
    for spot in (FOOT, SHANK):
        assert np.array_equal(whole.worn[spot][:rows], cut.worn[spot][:rows])
    assert np.array_equal(whole.force_n[:rows], cut.force_n[:rows])


def test_the_load_goes_to_the_ball_of_the_foot_and_lifts_the_body() -> None:
    act = act_of(Person(mass_kg=70.0), Setup("heel_raise", Side.LEFT, given={"reps": 4.0}), Faults(), (2, 1))
    motion = act.motion({FOOT}, start_s=0.0)
    raises = motion.truth["raises"]
    assert isinstance(raises, list)
    tops = [round(0.5 * (one["start_s"] + one["end_s"]) * RATE) for one in raises]
    flat = round((raises[0]["start_s"] - 1.0) * RATE)

    assert all(motion.cop_mm[top, 1] - motion.cop_mm[flat, 1] > 45.0 for top in tops)
    span = slice(round(raises[0]["start_s"] * RATE), round(raises[-1]["end_s"] * RATE))
    assert motion.force_n[span].mean() == pytest.approx(70.0 * 9.80665, rel=0.003)  # up and down again: no momentum is left


def test_a_weaker_leg_goes_less_far() -> None:
    setup = Setup("lunge", Side.LEFT)
    person = Person()
    weak = replace(person, left=replace(person.left, flight=0.7))
    tops = []
    for who in (person, weak):
        bends = act_of(who, setup, Faults(), (1, 1)).motion({SHANK}, start_s=0.0).truth["bends"]
        assert isinstance(bends, list)
        tops.append(max(bend["held_deg"] for bend in bends))

    assert tops[1] < 0.8 * tops[0]
