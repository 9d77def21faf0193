"""The catalog of exams: one line an exam."""

from ankletest.errors import ExamError
from ankletest.exams import hops, stance
from ankletest.exams.base import Exam

EXAMS: tuple[Exam, ...] = (stance.EXAM, hops.EXAM)


def by_key(key: str) -> Exam:
    """Return the exam with this key."""
    for exam in EXAMS:
        if exam.key == key:
            return exam
    raise ExamError(f"There is no exam '{key}'.", f"This version knows: {', '.join(exam.key for exam in EXAMS)}.")
