"""Batteries: those that ship, the order of their trials, and every fault of a file named."""

from dataclasses import replace

import pytest

from ankletest import exams
from ankletest.exams.conditions import both_legs
from ankletest.programme import battery as b
from ankletest.programme.toml_fields import ProgrammeError
from ankletest.samples import Side
from ankletest.trial import Eyes, Surface

SMALL = """
key = "own"
title = "My own"
minutes = 5
[[step]]
exam = "lunge"
times = 2
rest_s = 20.0
[[step]]
exam = "stance"
practice = 1
eyes = "closed"
surface = "foam"
duration_s = 20.0
"""


def test_every_exam_has_a_level() -> None:
    assert set(b.LEVELS) == {exam.key for exam in exams.EXAMS}


@pytest.mark.parametrize("one", b.shipped(), ids=lambda one: one.key)
def test_a_battery_that_ships_goes_from_range_to_plyometric_work_and_can_be_planned(one: b.Battery) -> None:
    assert b.out_of_order(one) == ""
    trials = b.planned(one, mass_kg=70.0)
    assert all(trial.setup.mass_kg == 70.0 for trial in trials)
    for trial in trials:
        assert both_legs(trial.setup) is (one.steps[trial.step].legs is b.Legs.BOTH)


def test_those_that_ship_are_the_four_of_the_programme() -> None:
    assert [one.key for one in b.shipped()] == ["ankle_basic", "return_to_sport", "monthly", "warm_up_to_plyometric"]


@pytest.mark.parametrize("one", b.shipped(), ids=lambda one: one.key)
def test_a_battery_is_the_same_after_being_written_and_read(one: b.Battery) -> None:
    assert b.read(b.write(one), name="copy") == one


def test_text_with_quotes_and_line_ends_comes_back() -> None:
    odd = replace(b.shipped()[0], title='a "b" \\ c', note="one\ntwo\tthree \u0001 Übung")

    assert b.read(b.write(odd), name="odd") == odd


def test_the_sound_leg_goes_first_and_sides_take_turns() -> None:
    trials = b.planned(b.read(SMALL, name="own"), involved=Side.LEFT)

    assert [(t.setup.exam, t.setup.side) for t in trials] == [
        *[("lunge", Side.RIGHT), ("lunge", Side.LEFT)] * 2, *[("stance", Side.RIGHT), ("stance", Side.LEFT)] * 2,
    ]  # fmt: skip
    assert [t.practice for t in trials] == [False] * 4 + [True, True, False, False]
    assert [t.rest_s for t in trials] == [0.0, 0.0, 20.0, 20.0, 0.0, 0.0, 30.0, 30.0]


def test_conditions_and_what_is_known_of_the_client_reach_the_setup() -> None:
    trials = b.planned(b.read(SMALL, name="own"), given={"tibia_deg": 4.0, "lever_m": 0.15})
    lunge, stance = trials[0].setup, trials[-1].setup

    assert lunge.given == {"tibia_deg": 4.0}  # a lever is not asked for
    assert (stance.eyes, stance.surface, stance.duration_s) == (Eyes.CLOSED, Surface.FOAM, 20.0)
    assert trials[-1].level is b.Level.UNSTABLE


def test_a_step_of_the_involved_leg_only_or_of_both_at_once_is_done_once() -> None:
    one = b.Battery("x", "x", (b.Step("hops", b.Legs.INVOLVED), b.Step("jump", b.Legs.BOTH, given={"legs": 2.0})), 5)

    assert [t.setup.side for t in b.planned(one, involved=Side.RIGHT)] == [Side.RIGHT, Side.LEFT]


def test_a_harder_step_before_an_easier_one_is_told() -> None:
    one = b.Battery("x", "x", (b.Step("hops"), b.Step("lunge")), 5)

    assert b.out_of_order(one) == "Weight-bearing lunge comes after Repeated hops, which is harder: the ankle is tired by then."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("key = ", "own is no TOML"),
        ('key = "a"\ntitle = "b"', "own has no steps."),
        (SMALL.replace('title = "My own"\n', ""), "own has no title."),
        (SMALL.replace('"lunge"', '"splits"'), "own, step 1: There is no exam 'splits'"),
        (SMALL.replace("times = 2", "times = 0"), "own, step 1: times is 0, not a whole number from 1 to 20."),
        (SMALL.replace("times = 2", "times = true"), "own, step 1: times is True"),
        (SMALL.replace("rest_s = 20.0", "rest_s = nan"), "own, step 1: rest_s is nan"),
        (SMALL.replace('"closed"', '"shut"'), "own, step 2: eyes is shut, not one of open, closed."),
        (SMALL.replace("times = 2", "reps = 2"), "own, step 1 has a field that nobody knows: reps."),
        (SMALL.replace("times = 2", "given = { legs = 2.0 }"), "own, step 1: Weight-bearing lunge does not ask for legs."),
        (SMALL.replace("times = 2", "given = { reps = 90.0 }"), "own, step 1: reps is 90, not from 1 to 20."),
        (SMALL.replace("times = 2", 'given = { reps = "many" }'), "own, step 1: given is no table of numbers (reps is many)."),
        (SMALL.replace('exam = "lunge"', 'exam = "jump"\nlegs = "both at once"'), "own, step 1: 'legs' and 'given.legs' do not agree."),
        ('key = "a"\ntitle = "b"\nstep = 3', "own: step is no list of at most 40 tables."),
        ('key = "a"\ntitle = "b"\nstep = [3]', "own, step 1 is no table."),
    ],
)
def test_a_fault_of_a_file_is_named(text: str, told: str) -> None:
    with pytest.raises(ProgrammeError) as caught:
        b.read(text, name="own")

    assert told in str(caught.value)
    assert caught.value.hint
