"""The catalog of exams; see base for what one is."""

from ankletest.errors import ExamError
from ankletest.exams import (
    calf_strength,
    drop_jump,
    drop_landing,
    heel_raise,
    hop_and_stick,
    hops,
    jump,
    lunge,
    machine,
    plantarflexion,
    reactive_landing,
    side_hop,
    squat,
    stance,
    taps,
)
from ankletest.exams.base import Exam

EXAMS: tuple[Exam, ...] = (
    stance.EXAM,
    hops.EXAM,
    jump.EXAM,
    drop_jump.EXAM,
    drop_landing.EXAM,
    hop_and_stick.EXAM,
    reactive_landing.EXAM,
    side_hop.EXAM,
    side_hop.EXAM_30_S,
    heel_raise.EXAM,
    calf_strength.EXAM,
    lunge.EXAM,
    plantarflexion.EXAM,
    squat.EXAM,
    taps.EXAM,
)


def by_key(key: str) -> Exam:
    """Return an exam by its key.

    Raises
    ------
    ExamError
        When there is none.
    """
    for exam in EXAMS:
        if exam.key == key:
            return exam
    raise ExamError(f"There is no exam '{key}'.", f"Known are: {', '.join(exam.key for exam in EXAMS)}.")


def diagram(exam: Exam) -> str:
    """Return the phases of an exam as a Mermaid state diagram, for the documentation."""
    return machine.diagram(exam.table, exam.phases, next(iter(exam.phases)))
