"""Who may be compared with whom: the newest trial of each leg under the same conditions, and a sentence for everybody else."""

import math
from dataclasses import replace

import pytest

from ankletest import exams, metrics
from ankletest.exams.base import Ask
from ankletest.exams.conditions import conditions_of, differences
from ankletest.exams.pairs import Done, Sides, compare_sides, pair_json
from ankletest.metrics.base import Metric, MetricValue, Status
from ankletest.metrics.change import Meaning
from ankletest.samples import Side
from ankletest.trial import Eyes, Outcome, Setup, Surface, Trial

VELOCITY, PATH, CONTACT, RMS = (metrics.by_key(key) for key in ("velocity", "path", "contact_time", "mean_frequency"))


def value_of(metric: Metric, value: float | None, *, seconds: float = 20.0, profile: str = "P-COP", u: float | None = None) -> MetricValue:
    status = Status.OK if value is not None else Status.INVALID
    return MetricValue(metric, value, status, (), u, (3.0, 3.0 + seconds), profile)


def stance(side: Side, value: float | None = 40.0, *, seconds: float = 20.0, outcome: Outcome = Outcome.COMPLETED, **asked: object) -> Done:
    setup = replace(Setup("stance", side, duration_s=20.0), **asked)
    trial = Trial(setup, outcome, (), (0.0, 30.0), (3.0, 3.0 + seconds))
    length = value * seconds if value is not None else None
    return trial, [value_of(VELOCITY, value, seconds=seconds), value_of(PATH, length, seconds=seconds), value_of(RMS, 1.0)]


def keys(sides: Sides) -> list[str]:
    return [pair.left.metric.key for pair in sides.pairs]


def test_the_newest_usable_trial_of_each_leg_is_compared() -> None:
    sides = compare_sides([
        stance(Side.LEFT, 50.0), stance(Side.RIGHT, 40.0), stance(Side.LEFT, 45.0), stance(Side.LEFT, 99.0, outcome=Outcome.INVALID),
        stance(Side.RIGHT, 99.0, outcome=Outcome.STOPPED),
    ])  # fmt: skip

    assert keys(sides) == ["velocity"]
    assert (sides.pairs[0].comparison.left, sides.pairs[0].comparison.right) == (45.0, 40.0)
    assert sides.refused == ()


def test_all_numbers_with_a_direction_are_compared_when_asked_for() -> None:
    sides = compare_sides([stance(Side.LEFT), stance(Side.RIGHT)], everything=True)

    assert keys(sides) == ["velocity", "path"]  # a mean frequency is neither better high nor low


@pytest.mark.parametrize(("asked", "told"), [
    ({"eyes": Eyes.CLOSED}, "eyes open on the left, closed on the right"),
    ({"surface": Surface.FOAM}, "surface firm on the left, foam on the right"),
    ({"duration_s": 10.0}, "hold 20 s on the left, 10 s on the right"),
    ({"given": {"tilt": 5.0}}, "tilt not entered on the left, 5 on the right"),
    ({"eyes": Eyes.CLOSED, "duration_s": 10.0}, "hold 20 s on the left, 10 s on the right; eyes open on the left, closed on the right"),
])  # fmt: skip
def test_legs_under_different_conditions_are_not_compared_and_it_is_said_why(asked: dict[str, object], told: str) -> None:
    sides = compare_sides([stance(Side.LEFT), stance(Side.RIGHT, **asked)])

    assert sides.pairs == ()
    assert sides.refused == (f"Single-leg stance: left and right not compared: {told}.",)


def test_each_condition_is_compared_by_itself() -> None:
    sides = compare_sides([
        stance(Side.LEFT, 30.0), stance(Side.RIGHT, 33.0), stance(Side.RIGHT, 66.0, eyes=Eyes.CLOSED),
        stance(Side.LEFT, 60.0, eyes=Eyes.CLOSED), stance(Side.LEFT, 44.0, surface=Surface.FOAM),
    ])  # fmt: skip

    assert [(pair.comparison.left, pair.comparison.right) for pair in sides.pairs] == [(30.0, 33.0), (60.0, 66.0)]
    assert sides.refused == ()  # the foam was done by one leg only: nothing was refused, the other leg is owed


def test_what_is_not_asked_of_the_client_is_no_condition() -> None:
    one, other = Setup("hops", Side.LEFT, trial="a", mass_kg=70.0), Setup("hops", Side.RIGHT, trial="b", mass_kg=71.0)

    assert conditions_of(one) == conditions_of(other)


def test_a_number_of_the_leg_itself_is_no_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    lever = Ask("lever", "Lever", "m", 0.1, 0.3, decimals=3, condition=False)
    incline = Ask("incline", "Incline", "°", 0.0, 20.0, default=10.0)
    raised = replace(exams.by_key("stance"), key="raise", asks=(lever, incline))
    monkeypatch.setattr(exams, "EXAMS", (raised,))
    left, right = Setup("raise", Side.LEFT, given={"lever": 0.16}), Setup("raise", Side.RIGHT, given={"lever": 0.17, "incline": 10.0})

    assert conditions_of(left) == conditions_of(right)
    assert ("incline", "10 °") in conditions_of(left).fields
    steeper = replace(right, given={"incline": 15.0})
    assert differences(conditions_of(left), conditions_of(steeper)) == (("incline", "10 °", "15 °"),)


def test_an_exam_that_is_no_more_is_still_told_apart() -> None:
    assert conditions_of(Setup("gone", Side.LEFT, given={"x": 0.1 + 0.2})) == conditions_of(Setup("gone", Side.LEFT, given={"x": 0.3}))
    assert conditions_of(Setup("gone", Side.LEFT, given={"x": 1.0})) != conditions_of(Setup("gone", Side.LEFT, given={"x": 2.0}))
    assert ("x", "not entered") in conditions_of(Setup("gone", Side.LEFT, given={"x": math.nan})).fields


def test_a_hold_that_ended_early_is_compared_in_what_does_not_grow_with_time() -> None:
    sides = compare_sides([stance(Side.LEFT), stance(Side.RIGHT, seconds=12.0, outcome=Outcome.NOT_HELD)], everything=True)

    assert keys(sides) == ["velocity"]
    (told,) = sides.refused
    assert told == "Single-leg stance: path length not compared, for it grows with time, and the windows are 20.0 s and 12.0 s."


def test_numbers_of_different_devices_are_not_compared() -> None:
    def hops(side: Side, profile: str) -> Done:
        return Trial(Setup("hops", side), Outcome.COMPLETED, (), (0.0, 8.0), (1.0, 7.0)), [value_of(CONTACT, 0.2, profile=profile)]

    sides = compare_sides([hops(Side.LEFT, "P-FJUMP"), hops(Side.RIGHT, "P-IMUEV")])

    assert sides.pairs == ()
    assert sides.refused == ("Repeated hops: contact time not compared, for one was made by P-FJUMP and the other by P-IMUEV.",)


def test_two_trials_of_both_legs_at_once_are_no_left_and_right() -> None:
    sides = compare_sides([stance(side, given={"legs": 2.0}) for side in Side])

    assert sides.pairs == ()
    assert sides.refused == ("Single-leg stance: left and right not compared: both legs did it at once.",)
    assert compare_sides([stance(side, given={"legs": 1.0}) for side in Side]).pairs


def test_a_number_that_is_missing_on_one_side_is_left_out() -> None:
    assert compare_sides([stance(Side.LEFT, None), stance(Side.RIGHT)]).pairs == ()
    assert compare_sides([]) == Sides()


def test_a_difference_that_the_measurement_explains_is_within_error() -> None:
    def of(side: Side, value: float) -> Done:
        return stance(side)[0], [value_of(VELOCITY, value, u=1.0)]

    near = compare_sides([of(Side.LEFT, 40.0), of(Side.RIGHT, 42.0)]).pairs[0]
    far = compare_sides([of(Side.LEFT, 40.0), of(Side.RIGHT, 80.0)]).pairs[0]

    assert near.finding.meaning is Meaning.WITHIN
    assert near.finding.bound == pytest.approx(1.96 * math.sqrt(2.0))
    assert far.finding.meaning is Meaning.UNKNOWN  # how much a person varies is not known from one trial


def test_the_json_holds_every_index_the_rule_and_the_verdict() -> None:
    (pair,) = compare_sides([stance(Side.LEFT, 40.0), stance(Side.RIGHT, 50.0)]).pairs
    told = pair_json(pair)

    assert {"SY-01", "SY-02", "SY-03", "SY-04", "SY-05", "SY-06", "I/U", "rule", "conditions"} <= set(told)
    assert told["SY-01"] == pytest.approx(80.0)
    assert told["SY-04"] is None  # one leg after the other
    assert (told["involved"], told["weaker"]) == (None, "right")
    assert told["conditions"] == {"hold": "20 s", "hops": "10", "eyes": "open", "surface": "firm"}
