"""What stands beside a number in the window: change since earlier visits and published figures, as text."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from ankletest import metrics
from ankletest.metrics.published import NOBODY, Person, Sex
from ankletest.programme.past import PastNumber
from ankletest.samples import Side
from ankletest.store.stored import StoredTrial
from ankletest.trial import Eyes, Outcome, Setup
from ui.beside import beside, earlier_trials, stored_values
from ui.desk.store_port import ClientCard
from ui.tables import stored_row
from ui.words.pages import METRIC_COLUMNS

HIM = Person(25.0, Sex.MALE)
JANUARY, MARCH = datetime(2026, 1, 5, 12, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC)
SETUP = Setup("stance", Side.LEFT, duration_s=20.0, eyes=Eyes.CLOSED, trial="a")


def stored(when: datetime, velocity: float | None, setup: Setup = SETUP, *, version: int = 1, key: str = "velocity") -> StoredTrial:
    number = PastNumber("SW-06", key, velocity, "mm/s", "OK" if velocity is not None else "INVALID", (), 0.5, "P-COP", version)
    return StoredTrial(when, 1, setup, Outcome.COMPLETED.value, (), (3.0, 23.0), Path("a.mcap"), (number,), id=uuid4())


def told(one: StoredTrial, *earlier: StoredTrial, person: Person = HIM) -> str:
    return beside(*stored_values(one), earlier_trials(earlier), person)["velocity"].change


def test_a_real_change_says_how_much_since_when_and_which_way() -> None:
    assert told(stored(MARCH, 60.0), stored(JANUARY, 100.0)) == "−40.0 since 2026-01-05: real, better"
    assert told(stored(MARCH, 100.0), stored(JANUARY, 60.0)) == "+40.0 since 2026-01-05: real, worse"


def test_a_change_within_error_is_neither_better_nor_worse() -> None:
    assert told(stored(MARCH, 80.0), stored(JANUARY, 85.0)) == "−5.0 since 2026-01-05: within error"


def test_without_age_and_sex_the_error_is_not_known() -> None:
    assert told(stored(MARCH, 60.0), stored(JANUARY, 100.0), person=NOBODY) == "−40.0 since 2026-01-05: error unknown"


def test_other_conditions_and_other_versions_of_a_number_are_not_earlier_ones() -> None:
    now = stored(MARCH, 60.0)

    assert told(now, stored(JANUARY, 100.0, replace(SETUP, eyes=Eyes.OPEN))) == ""
    assert told(now, stored(JANUARY, 100.0, replace(SETUP, side=Side.RIGHT))) == ""
    assert told(now, stored(JANUARY, 100.0, version=7)) == ""
    assert told(now, stored(JANUARY, None)) == ""


def test_earlier_trials_are_oldest_first_and_without_those_of_this_visit() -> None:
    mine = replace(SETUP, trial="mine")
    earlier = earlier_trials([stored(MARCH, 1.0), stored(JANUARY, 2.0), stored(MARCH, 3.0, mine)], but=frozenset({"mine"}))

    assert [one.when for one in earlier] == [JANUARY, MARCH]
    assert earlier[0].seconds == 20.0


def test_published_figures_stand_beside_the_number_they_fit() -> None:
    mine = beside(*stored_values(stored(MARCH, 60.0)), (), HIM)["velocity"]

    assert mine.norm == "86.0 ± 20.0; 91.0 ± 18.0"
    assert "24 professional rugby union players" in mine.sources[0]
    assert beside(*stored_values(stored(MARCH, 60.0)), (), NOBODY)["velocity"].norm == ""
    assert beside(*stored_values(stored(MARCH, None)), (), HIM)["velocity"].norm == ""


def test_a_number_that_is_no_more_or_another_now_is_left_out() -> None:
    assert stored_values(stored(MARCH, 60.0, key="unheard_of"))[1] == []
    assert stored_values(stored(MARCH, 60.0, version=9))[1] == []


def test_the_row_of_a_stored_trial_has_both_in_their_columns() -> None:
    one = stored(MARCH, 60.0)
    row = stored_row(one, beside(*stored_values(one), earlier_trials([stored(JANUARY, 100.0)]), HIM))
    (cells,) = (number.cells() for number in row.numbers)

    assert len(cells) == len(METRIC_COLUMNS)
    assert row.cells()[4] == "20.0 s"
    assert cells[METRIC_COLUMNS.index("Change")] == "−40.0 since 2026-01-05: real, better"
    assert cells[METRIC_COLUMNS.index("Published")] == "86.0 ± 20.0; 91.0 ± 18.0"
    assert cells[METRIC_COLUMNS.index("Id")] == metrics.by_key("velocity").id


@pytest.mark.parametrize(("year", "age"), [(2026, 30.0), (2027, 31.0)])
def test_the_age_is_that_of_the_birthday_in_the_year(year: int, age: float) -> None:
    assert ClientCard("A", sex=Sex.MALE, birth_year=1996).person(year) == Person(age, Sex.MALE)
    assert ClientCard("A").person(year) == NOBODY
