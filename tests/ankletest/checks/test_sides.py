"""Which leg a device is on, from what each showed: pairs, lone sensors, sensors left on the table, pads for one foot and for both."""

import math

import pytest

from ankletest.checks.base import Level
from ankletest.checks.sides import Lifted, sides_of
from ankletest.checks.steps import Step, Subject, instruction_of, steps_of
from ankletest.exams.base import Member
from ankletest.samples import Kind, Side, Site

LEFT, RIGHT = Side.LEFT, Side.RIGHT


def worn(side: Side | None, site: Site = Site.FOOT) -> Subject:
    name = f"{site.value}-{side.value}" if side else site.value
    return Subject(Member(name, Kind.IMU, site, side, 200.0), name)


def pad(side: Side | None = None, *, stood_on: bool = True) -> Subject:
    name = f"pad-{side.value}" if side else "pad"
    return Subject(Member(name, Kind.PAD, Site.PAD, side, 1000.0), name, stood_on=stood_on)


def turned(left_deg: float, right_deg: float) -> Lifted:
    """Return a worn sensor that turned so far when the left and when the right foot was to be lifted."""
    return Lifted({LEFT: math.radians(left_deg), RIGHT: math.radians(right_deg)}, {}, {})


def levels(shown: dict[Subject, Lifted]) -> dict[str, Level]:
    found, _ = sides_of(list(shown), {subject.member.device: lifted for subject, lifted in shown.items()})
    return {device: finding.level for device, finding in found.items()}


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [
        ((40.0, 2.0), (3.0, 35.0), (Level.GOOD, Level.GOOD)),
        ((3.0, 35.0), (40.0, 2.0), (Level.BAD, Level.BAD)),
        ((2.0, 3.0), (1.0, 2.0), (Level.NOT_DONE, Level.NOT_DONE)),  # nobody lifted a foot
        ((40.0, 2.0), (1.0, 2.0), (Level.GOOD, Level.BAD)),  # the right one lies on the table
        ((40.0, 30.0), (3.0, 35.0), (Level.NOT_DONE, Level.GOOD)),  # the left foot went up twice
        ((math.nan, 20.0), (3.0, 35.0), (Level.NOT_DONE, Level.GOOD)),
    ],
)
def test_a_pair_is_told_by_what_turned_when(left: tuple[float, float], right: tuple[float, float], wanted: tuple[Level, Level]) -> None:
    told = levels({worn(LEFT): turned(*left), worn(RIGHT): turned(*right)})

    assert tuple(told.values()) == wanted


def test_only_two_that_are_both_on_the_other_leg_can_be_swapped() -> None:
    pair = [worn(LEFT), worn(RIGHT), worn(LEFT, Site.SHANK)]
    wrong, right = turned(2.0, 40.0), turned(40.0, 2.0)
    names = [subject.member.device for subject in pair]

    assert sides_of(pair, dict(zip(names, (wrong, right, wrong), strict=True)))[1] == (("foot-left", "foot-right"),)
    assert sides_of(pair, dict(zip(names, (wrong, wrong, right), strict=True)))[1] == ()


def test_a_lumbar_sensor_and_a_dynamometer_have_no_side() -> None:
    assert levels({worn(None, Site.LUMBAR): turned(5.0, 5.0), pad(stood_on=False): Lifted({}, {}, {})}) == {}


def shifts(left_mm: float, right_mm: float, *, both_n: float = 700.0) -> Lifted:
    """Return a pad that feels the pressure go so far to the right when the left and when the right foot is lifted."""
    return Lifted({}, {LEFT: both_n, RIGHT: both_n}, {LEFT: 10.0 + left_mm, RIGHT: 10.0 + right_mm}, both_n, 10.0)


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (shifts(70.0, -70.0), Level.GOOD),
        (shifts(-70.0, 70.0), Level.BAD),
        (shifts(5.0, -5.0), Level.NOT_DONE),
        (shifts(70.0, 5.0), Level.NOT_DONE),
        (shifts(70.0, math.nan), Level.NOT_DONE),
        (shifts(math.nan, math.nan), Level.NOT_DONE),
        (shifts(70.0, -70.0, both_n=20.0), Level.NOT_DONE),  # nobody stood on it
        (shifts(70.0, -70.0, both_n=math.nan), Level.NOT_DONE),
    ],
)
def test_a_pad_for_both_feet_feels_where_the_pressure_goes(shown: Lifted, wanted: Level) -> None:
    assert levels({pad(): shown}) == {"pad": wanted}


@pytest.mark.parametrize(
    ("loads", "wanted"),
    [((10.0, 690.0), Level.GOOD), ((690.0, 10.0), Level.BAD), ((340.0, 350.0), Level.NOT_DONE), ((9.0, 9.0), Level.NOT_DONE)],
)
def test_a_pad_for_one_foot_is_unloaded_by_its_own(loads: tuple[float, float], wanted: Level) -> None:
    shown = Lifted({}, {LEFT: loads[0], RIGHT: loads[1]}, {}, 345.0)

    assert levels({pad(LEFT): shown}) == {"pad-left": wanted}


def test_what_is_asked_for_depends_on_the_devices() -> None:
    assert steps_of([worn(None, Site.LUMBAR)]) == (Step.REST,)
    assert steps_of([pad(stood_on=False)]) == (Step.REST,)
    assert steps_of([worn(LEFT)]) == (Step.REST, Step.LEFT, Step.DOWN, Step.RIGHT)
    assert steps_of([pad(), worn(LEFT)]) == (Step.REST, Step.ON, Step.LEFT, Step.DOWN, Step.RIGHT)
    assert instruction_of(Step.REST, [worn(LEFT)]) == "Stand still."
    assert instruction_of(Step.REST, [pad()]) == "Step off the pad and stand still."
    assert "force sensor" in instruction_of(Step.REST, [pad(stood_on=False)])
    assert instruction_of(Step.LEFT, [worn(LEFT)]) == "Lift your left foot."
    assert "each pad" in instruction_of(Step.ON, [pad(LEFT), pad(RIGHT)])
