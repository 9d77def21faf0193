"""Left against right on screen: the worse leg never looks like a pass, and a difference within error is told apart."""

import pytest

from ankletest import metrics
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.symmetry import compare
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.trial import Outcome, Setup, Trial
from ui.pages.number_grid import Slot
from ui.pages.pairs import below_100, final_pairs, live_pairs, verdict_of
from ui.widgets.symmetry import Asymmetry

CT = metrics.by_key("contact_time")


def done(side: Side, value: float, u: float | None = 0.002) -> Finished:
    trial = Trial(Setup("hops", side), Outcome.COMPLETED, (), (0.0, 8.0), (1.0, 7.0))
    return Finished(trial, (MetricValue(CT, value, Status.OK, (), u, (1.0, 7.0), "P-FJUMP"),))


@pytest.mark.parametrize("worse", list(Side))
def test_the_worse_leg_is_below_100_whichever_it_is(worse: Side) -> None:
    (row,) = final_pairs([done(worse, 0.30), done(worse.other, 0.24)])

    assert row.lsi_percent == pytest.approx(80.0)
    assert row.verdict is Asymmetry.REAL
    assert (row.left, row.right) == ((300.0, 240.0) if worse is Side.LEFT else (240.0, 300.0))


def test_where_the_involved_leg_is_known_the_core_has_the_word() -> None:
    (row,) = final_pairs([done(Side.LEFT, 0.24), done(Side.RIGHT, 0.30)], involved=Side.LEFT)

    assert row.lsi_percent == pytest.approx(125.0)


@pytest.mark.parametrize(("u", "verdict"), [(0.05, Asymmetry.WITHIN), (0.001, Asymmetry.REAL), (None, Asymmetry.UNKNOWN)])
def test_a_difference_is_held_against_its_error(u: float | None, verdict: Asymmetry) -> None:
    finished = [done(Side.LEFT, 0.25, u), done(Side.RIGHT, 0.28, u)]

    assert verdict_of(compare(0.25, 0.28, metric=CT), finished) is verdict


def test_the_newest_trial_of_each_leg_is_compared() -> None:
    (row,) = final_pairs([done(Side.LEFT, 0.40), done(Side.RIGHT, 0.25), done(Side.LEFT, 0.26)])

    assert row.left == 260.0


def test_one_leg_alone_is_no_pair() -> None:
    assert final_pairs([done(Side.LEFT, 0.25)]) == []
    assert live_pairs([Slot("contact_time", "Contact", "ms", 0)], {"contact_time": 250.0}, {}, Side.LEFT) == []


def test_live_numbers_stand_on_their_own_side() -> None:
    slots = [Slot("contact_time", "Contact", "ms", 0), Slot("unheard_of", "?", "", 0)]
    (row,) = live_pairs(slots, {"contact_time": 300.0, "unheard_of": 1.0}, {"contact_time": 240.0, "unheard_of": 1.0}, Side.RIGHT)

    assert (row.left, row.right) == (240.0, 300.0)
    assert row.lsi_percent == pytest.approx(80.0)


def test_nothing_to_fold() -> None:
    assert below_100(None) is None
    assert below_100(88.0) == 88.0
