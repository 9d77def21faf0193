"""What the results page says of each exam: which trials are used and why, changes, targets, and only what may be compared."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ankletest.analysis import replay
from ankletest.exams.history import earlier_of
from ankletest.metrics.published import NOBODY
from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.trial import Eyes, Outcome
from drivers.catalog import MODELS
from ui.report.parts import ExamPart, Shown, parts_of, why_not
from ui.words import pages as words_pages
from ui.words import results as told

VISIT = Path(__file__).parents[3] / "fixtures" / "visit" / "visit.mcap"
DAY = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def finished() -> list[Finished]:
    return replay(Recording.open(VISIT).notifications(), MODELS)[1]


def shown(finished: list[Finished], **changed) -> list[Shown]:
    return [Shown(k, one.trial, one.values, one, **changed) for k, one in enumerate(finished, start=1)]


def parts(trials: list[Shown], earlier=(), **options) -> list[ExamPart]:
    return parts_of(trials, earlier, person=NOBODY, involved=None, everything=False, **options)


def cell(part: ExamPart, key: str, column: str) -> str:
    line = next(line for line in part.lines if line.metric.key == key)
    return line.cells[told.EXAM_COLUMNS.index(column)]


def test_each_exam_has_its_numbers_left_and_right_with_their_uncertainty(finished) -> None:
    stance, hops = parts(shown(finished))
    left = next(v for v in finished[2].values if v.metric.key == "contact_time")

    assert stance.title.startswith("Single-leg stance")
    assert cell(hops, "contact_time", "Left").startswith(f"{left.value:.3f} ± ")
    assert cell(hops, "contact_time", "Symmetry").endswith(words_pages.CHANGE_VERDICT["unknown"])
    assert hops.used == "L: trial 3 counts   ·   R: trial 4 counts"
    assert hops.lines[0].legs[Side.LEFT].number == 3


def test_the_newest_usable_trial_is_used_and_each_other_one_says_why_not(finished) -> None:
    one = finished[2]
    failed = replace(one.trial, outcome=Outcome.INVALID, reasons=("samples were lost",))
    trials = [
        Shown(1, one.trial, one.values), Shown(2, one.trial, one.values), Shown(3, one.trial, one.values, counts=False, why="she slipped"),
        Shown(4, failed, one.values), Shown(5, one.trial, one.values, counts=False),
    ]  # fmt: skip
    (hops,) = parts(trials)

    assert hops.used.startswith("L: trial 2 counts, the newest of 2 that can be used")
    assert f"trial 1 not used: {told.OLDER}" in hops.used
    assert "trial 3 not used: she slipped" in hops.used
    assert "trial 4 not used: Invalid: the measurement, not the person; samples were lost" in hops.used
    assert why_not(trials[4]) == told.REPEATED
    assert hops.lines[0].legs[Side.LEFT].number == 2


def test_a_leg_without_a_usable_trial_says_so(finished) -> None:
    (hops,) = parts([Shown(1, finished[2].trial, finished[2].values, counts=False, why="pain")])

    assert hops.used == "L: no trial that can be used   ·   trial 1 not used: pain"
    assert hops.lines == ()


def test_the_first_and_the_last_visit_are_told_apart(finished) -> None:
    one = finished[2]
    past = [
        replace(earlier_of(one.trial, _slower(one, by), when=DAY + timedelta(days=day))) for by, day in ((0.1, 0), (0.05, 10), (0.02, 20))
    ]  # fmt: skip
    (hops,) = parts([Shown(1, one.trial, one.values)], past)

    assert cell(hops, "contact_time", "Since first visit").startswith("L  −0.100  ")
    assert cell(hops, "contact_time", "Since last visit").startswith("L  −0.020  ")
    assert hops.used.endswith("first visit 2026-01-05   ·   last visit 2026-01-25")


def test_targets_come_from_whoever_keeps_them(finished) -> None:
    def target(setup, metric) -> str:
        return "0.200, 40 % done" if (setup.side, metric.key) == (Side.LEFT, "contact_time") else ""

    _, hops = parts(shown(finished), target_of=target)

    assert cell(hops, "contact_time", "Target") == "L  0.200, 40 % done"
    assert all(line.cells[told.EXAM_COLUMNS.index("Target")] == "" for line in hops.lines if line.metric.key != "contact_time")


def test_legs_under_other_conditions_stand_in_parts_of_their_own(finished) -> None:
    first, second = finished[:2]
    closed = replace(second.trial, setup=replace(second.trial.setup, eyes=Eyes.CLOSED))
    found = parts([Shown(1, first.trial, first.values), Shown(2, closed, second.values)])

    assert len(found) == 2
    assert all(line.cells[told.EXAM_COLUMNS.index("Symmetry")] == "" for part in found for line in part.lines)


def _slower(one: Finished, by: float):
    return [replace(v, value=v.value + by) if v.metric.key == "contact_time" else v for v in one.values]
