"""Left against right on screen: the worse leg never looks like a pass, and only what is real has a colour."""

from dataclasses import replace

import pytest

from ankletest import metrics
from ankletest.exams.pairs import compare_sides
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.change import Finding, Meaning
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.trial import Outcome, Setup, Trial
from ui.pages.number_grid import Slot
from ui.pages.pairs import final_pairs, live_pairs
from ui.widgets.symmetry import SymmetryRow, grade

CT = metrics.by_key("contact_time")


def done(side: Side, value: float, *, hops: int = 10) -> Finished:
    trial = Trial(Setup("hops", side, hops=hops), Outcome.COMPLETED, (), (0.0, 8.0), (1.0, 7.0))
    return Finished(trial, (MetricValue(CT, value, Status.OK, (), 0.002, (1.0, 7.0), "P-FJUMP"),))


def rows(*finished: Finished, involved: Side | None = None) -> list[SymmetryRow]:
    return final_pairs(compare_sides([(f.trial, f.values) for f in finished], involved=involved).pairs)


@pytest.mark.parametrize("worse", list(Side))
def test_the_worse_leg_is_below_100_and_named_whichever_it_is(worse: Side) -> None:
    (row,) = rows(done(worse, 0.30), done(worse.other, 0.24))

    assert row.lsi_percent == pytest.approx(80.0)
    assert row.of is worse
    assert (row.left, row.right) == ((300.0, 240.0) if worse is Side.LEFT else (240.0, 300.0))


def test_where_the_involved_leg_is_known_the_index_is_of_that_leg() -> None:
    (row,) = rows(done(Side.LEFT, 0.24), done(Side.RIGHT, 0.30), involved=Side.LEFT)

    assert row.lsi_percent == pytest.approx(125.0)
    assert row.of is Side.LEFT


def test_a_difference_without_a_published_error_has_no_colour_however_large() -> None:
    (row,) = rows(done(Side.LEFT, 0.48), done(Side.RIGHT, 0.24))

    assert row.verdict is Meaning.UNKNOWN
    assert grade(row) == ""


def test_the_core_decides_what_is_real() -> None:
    (pair,) = compare_sides([(f.trial, f.values) for f in (done(Side.LEFT, 0.30), done(Side.RIGHT, 0.24))]).pairs
    (row,) = final_pairs([replace(pair, finding=Finding(Meaning.REAL, 0.05, "held against the MDC"))])

    assert grade(row) == "warn"


def test_one_leg_alone_is_no_pair() -> None:
    assert rows(done(Side.LEFT, 0.25)) == []
    assert live_pairs([Slot("contact_time", "Contact", "ms", 0)], {"contact_time": 250.0}, {}, Side.LEFT) == []


def test_rows_of_an_exam_under_several_conditions_name_them() -> None:
    told = rows(done(Side.LEFT, 0.3), done(Side.RIGHT, 0.3), done(Side.LEFT, 0.3, hops=5), done(Side.RIGHT, 0.3, hops=5))

    assert [row.title for row in told] == ["Contact time (Repeated hops, 10 hops)", "Contact time (Repeated hops, 5 hops)"]


@pytest.mark.parametrize(("involved", "lsi"), [(None, 80.0), (Side.LEFT, 125.0), (Side.RIGHT, 80.0)])
def test_live_numbers_stand_on_their_own_side_and_follow_the_same_rule(involved: Side | None, lsi: float) -> None:
    slots = [Slot("contact_time", "Contact", "ms", 0), Slot("unheard_of", "?", "", 0)]
    mine, others = {"contact_time": 300.0, "unheard_of": 1.0}, {"contact_time": 240.0, "unheard_of": 1.0}
    (row,) = live_pairs(slots, mine, others, Side.RIGHT, involved=involved)

    assert (row.left, row.right) == (240.0, 300.0)
    assert row.lsi_percent == pytest.approx(lsi)
    assert row.of is (involved or Side.RIGHT)
