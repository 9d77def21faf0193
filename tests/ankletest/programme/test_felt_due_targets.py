"""What the client says of a set, when a re-assessment is due, and targets."""

import json
from datetime import date

import pytest

from ankletest import metrics
from ankletest.errors import UsageError
from ankletest.programme.due import due
from ankletest.programme.felt import NOTHING, SCALES, Felt
from ankletest.programme.targets import Origin, Target, of_other_side, reached
from ankletest.samples import Side
from ankletest.trial import Setup


def test_what_was_felt_comes_back_from_json() -> None:
    felt = Felt(soreness=1, pain=0, effort=7, ease=8, note="calf a bit tight")

    assert Felt.from_json(json.loads(json.dumps(felt.as_json()))) == felt
    assert felt.told
    assert not NOTHING.told
    assert Felt.from_json({"mood": 3, "pain": "much"}) == NOTHING


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("value", [-1, 11])
def test_a_scale_ends_at_ten(scale: str, value: int) -> None:
    with pytest.raises(UsageError, match=f"{scale.capitalize()} is {value}"):
        Felt(**{scale: value})


def test_a_note_has_an_end() -> None:
    with pytest.raises(UsageError, match="2001 characters"):
        Felt(note="x" * 2001)


def days_of(*days: tuple[str, str]) -> list[tuple[date, Setup]]:
    return [(date.fromisoformat(day), Setup(exam, Side.LEFT)) for day, exam in days]


def test_a_reassessment_is_due_four_weeks_after_its_oldest_part() -> None:
    done = days_of(("2026-10-05", "lunge"), ("2026-10-12", "stance"), ("2026-10-05", "hop_and_stick"), ("2026-11-02", "lunge"))
    found = due(done, since=date(2026, 9, 1))

    assert found.last == date(2026, 10, 5)
    assert found.on == date(2026, 11, 2)
    assert found.late_days(date(2026, 11, 5)) == 3
    assert found.late_days(date(2026, 11, 1)) == -1


def test_where_a_part_was_never_tested_it_is_due_from_the_first_visit_on() -> None:
    found = due(days_of(("2026-10-05", "lunge")), since=date(2026, 10, 5))

    assert found.last is None
    assert found.on == date(2026, 11, 2)


def test_a_target_is_nine_tenths_of_the_other_side_in_the_direction_that_is_better() -> None:
    rsi, velocity = metrics.by_key("rsi_10_5"), metrics.by_key("velocity")

    assert of_other_side(rsi, 0.5, 1.0) == Target("rsi_10_5", 0.5, 0.9, Origin.OTHER_SIDE)
    assert of_other_side(velocity, 60.0, 36.0) == Target("velocity", 60.0, 40.0, Origin.OTHER_SIDE)
    assert of_other_side(rsi, 0.95, 1.0) is None
    assert of_other_side(metrics.by_key("time_to_take_off"), 0.8, 0.7) is None


def test_where_a_ratio_says_nothing_a_target_is_the_other_side_itself() -> None:
    lifts, fatigue = metrics.by_key("lunge_heel_lifts"), metrics.by_key("raise_fatigue")

    assert of_other_side(lifts, 2.0, 0.0) == Target("lunge_heel_lifts", 2.0, 0.0, Origin.OTHER_SIDE)
    assert of_other_side(fatigue, 8.0, -1.0) == Target("raise_fatigue", 8.0, -1.0, Origin.OTHER_SIDE)
    assert of_other_side(lifts, 1.0, 1.0) is None


def test_progress_is_the_share_of_the_way() -> None:
    target = Target("velocity", 60.0, 40.0, Origin.HAND)

    assert target.progress(50.0) == pytest.approx(0.5)
    assert target.progress(70.0) == pytest.approx(-0.5)
    assert Target("velocity", 40.0, 40.0, Origin.HAND).progress(40.0) == 1.0
    assert reached(metrics.by_key("velocity"), 40.0, 40.0)
    assert not reached(metrics.by_key("rsi_10_5"), 0.89, 0.9)
