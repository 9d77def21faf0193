import re

import pytest

from ankletest.errors import ExamError
from ankletest.exams import EXAMS, by_key, diagram, hops, stance
from ankletest.exams.base import Exam
from ankletest.exams.machine import Machine
from ankletest.samples import Side
from ankletest.trial import Eyes, Outcome, Setup

ALL = pytest.mark.parametrize("exam", EXAMS, ids=lambda exam: exam.key)


@ALL
def test_every_phase_has_a_row_and_an_instruction(exam: Exam) -> None:
    assert set(exam.table) == set(exam.phases)
    assert all(phase.instruction.strip() and phase.name == name for name, phase in exam.phases.items())


@ALL
def test_exactly_the_empty_rows_have_outcomes(exam: Exam) -> None:
    assert {name for name, row in exam.table.items() if not row} == {n for n, p in exam.phases.items() if p.outcome is not None}


@ALL
def test_every_phase_can_be_reached_and_every_row_leads_somewhere(exam: Exam) -> None:
    reached = {next(iter(exam.phases))}
    while True:
        further = reached | {following for name in reached for following in exam.table[name].values()}
        if further == reached:
            break
        reached = further

    assert reached == set(exam.phases)
    assert all(following in exam.phases for row in exam.table.values() for following in row.values())


@ALL
def test_the_operator_and_a_lost_device_end_every_phase(exam: Exam) -> None:
    for row in exam.table.values():
        if row:
            assert exam.phases[row["stop"]].outcome is Outcome.STOPPED
            assert exam.phases[row["lost"]].outcome is Outcome.INVALID


@ALL
def test_every_outcome_can_happen_and_one_phase_is_counted(exam: Exam) -> None:
    assert {phase.outcome for phase in exam.phases.values() if phase.outcome} == set(Outcome)
    assert sum(phase.counted for phase in exam.phases.values()) == 1


@ALL
def test_the_diagram_draws_every_step(exam: Exam) -> None:
    drawn = diagram(exam)

    assert drawn.startswith("stateDiagram-v2")
    assert len(re.findall(r"-->", drawn)) == 1 + sum(len(row) or 1 for row in exam.table.values())


def test_an_exam_is_found_by_its_key_and_a_missing_one_says_what_there_is() -> None:
    assert [by_key(exam.key) for exam in EXAMS] == list(EXAMS)
    with pytest.raises(ExamError, match="stance, hops"):
        by_key("limbo")


def test_instructions_name_the_leg() -> None:
    right = Setup("stance", Side.RIGHT, eyes=Eyes.CLOSED)

    assert stance.phases_for(right)["settle"].instruction == "Stand on your right leg and close your eyes, and keep still."
    assert "right" in hops.phases_for(right)["still"].instruction
    assert set(stance.phases_for(right)) == set(stance.PHASES)
    assert set(hops.phases_for(right)) == set(hops.PHASES)


def machine() -> Machine:
    return Machine(stance.TABLE, stance.PHASES, "step on", 5.0)


def test_a_happening_that_is_not_in_the_row_changes_nothing() -> None:
    walked = machine()

    assert walked.happen("held", 6.0) is None
    assert walked.phase.name == "step on"
    assert walked.since_s == 5.0


def test_a_happening_in_the_row_moves_and_says_until_when() -> None:
    walked = machine()
    change = walked.happen("loaded", 6.0, lasts_s=2.0, why="because")

    assert change is not None
    assert (change.phase.name, change.t_s, change.ends_s, change.why) == ("settle", 6.0, 8.0, "because")
    assert not walked.final


def test_a_timer_rings_once_and_not_in_another_phase() -> None:
    walked = machine()
    walked.arm(7.0, "too long")
    walked.arm(6.5, "loaded")

    assert walked.due(6.4) is None
    assert walked.due(7.0) == (6.5, "loaded", "")
    walked.happen("loaded", 6.5)
    assert walked.due(100.0) is None


def test_a_final_phase_is_left_by_nothing() -> None:
    walked = machine()
    walked.happen("lost", 6.0)

    assert walked.final
    assert walked.happen("stop", 7.0) is None


@ALL
def test_an_instruction_fits_in_a_line_of_the_window(exam: Exam) -> None:
    # 24 px letters on a window of 1280 px: about 70.
    assert max(len(phase.instruction) for phase in exam.phases.values()) <= 70
