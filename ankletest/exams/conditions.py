"""What two trials must have in common to be compared: exam, eyes, surface, hold, hops and what was entered; not how they went."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ankletest import exams
from ankletest.exams.base import Exam
from ankletest.samples import Side
from ankletest.trial import Setup

NOT_CONDITIONS = frozenset({"side", "trial", "mass_kg", "lead_in_s", "countdown_s", "given", "gravity_m_s2"})
"""Fields of a set-up that do not say what the client was asked to do. A field that is added is a condition unless it stands here."""
DIGITS = 9
"""Entered numbers that agree so far are the same: they went through text and back."""
LEGS = "legs"
"""Key of the number of legs, where an exam asks for it."""
NOT_ENTERED = "not entered"
TITLES: Mapping[str, str] = {"duration_s": "hold", "eyes": "eyes", "surface": "surface", "hops": "hops"}
UNITS: Mapping[str, str] = {"duration_s": " s"}


@dataclass(frozen=True, slots=True)
class Conditions:
    """Exam and conditions of a trial; equal ones may be compared. ``fields`` are names and values as they are told."""

    exam: str
    fields: tuple[tuple[str, str], ...]


def conditions_of(setup: Setup) -> Conditions:
    """Return under which conditions a set-up asks for its exam; numbers of the client's body (``Ask.condition``) are left out."""
    asked = {key: value for key, value in setup.as_json().items() if key not in NOT_CONDITIONS and key != "exam"}
    fields = {TITLES.get(key, key.replace("_", " ")): f"{_told(value)}{UNITS.get(key, '')}" for key, value in asked.items()}
    exam = next((exam for exam in exams.EXAMS if exam.key == setup.exam), None)
    return Conditions(setup.exam, (*fields.items(), *_entered(exam, setup)))


def both_legs(setup: Setup) -> bool:
    """Tell whether both legs do the exam at once; then its side says nothing."""
    exam = next((exam for exam in exams.EXAMS if exam.key == setup.exam), None)
    return (exam.given(setup, LEGS) if exam is not None else setup.given.get(LEGS, math.nan)) == float(len(Side))


def differences(one: Conditions, other: Conditions) -> tuple[tuple[str, str, str], ...]:
    """Return name and both values of each condition that differs."""
    mine, theirs = dict(one.fields), dict(other.fields)
    names = dict.fromkeys((*mine, *theirs))
    return tuple((name, mine.get(name, NOT_ENTERED), theirs.get(name, NOT_ENTERED)) for name in names if mine.get(name) != theirs.get(name))


def _entered(exam: Exam | None, setup: Setup) -> list[tuple[str, str]]:
    """Return what was entered, or assumed by the exam; what the exam does not know of is a condition too."""
    asks = {ask.key: ask for ask in exam.asks} if exam is not None else {}
    fields: list[tuple[str, str]] = []
    for key in dict.fromkeys((*asks, *setup.given)):
        ask = asks.get(key)
        if ask is not None and not ask.condition:
            continue
        value = exam.given(setup, key) if exam is not None else setup.given[key]
        unit = f" {ask.unit}" if ask is not None and ask.unit else ""
        fields.append((ask.title.lower() if ask is not None else key, f"{_told(value)}{unit}" if math.isfinite(value) else NOT_ENTERED))
    return fields


def _told(value: object) -> str:
    return f"{round(value, DIGITS):.12g}" if isinstance(value, float) else str(value)
