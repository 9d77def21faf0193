"""What an exam is called with what it asks for, short enough for a heading: names without hints, for 0 the word that stands for it."""

import math
import re

from ankletest import exams
from ankletest.exams.base import Ask
from ankletest.language import plural
from ankletest.trial import Setup
from ui.tongue import say
from ui.words import common as words

ZERO = re.compile(r"\b0: ([^),;]+)")
"""What a title says of 0, such as ``(60 for norms, 0: own tempo)``."""
TAIL = re.compile(r"\s*[,:(].*")
"""What a title adds to its first words: they are enough above a box, the whole is its hint."""
ONE = "1"
"""Of a unit such as 1/min: beside a number it would be read as part of it."""


def head_of(ask: Ask) -> str:
    """Return the first words of what is asked for, as they stand within a sentence."""
    return TAIL.sub("", say(ask.title))


def zero_of(ask: Ask) -> str:
    """Return the word for 0; nothing where 0 is a number like others, or cannot be."""
    found = ZERO.search(say(ask.title))
    return found[1].strip() if found is not None and ask.least == 0.0 else ""


def mark_of(ask: Ask) -> str:
    """Return what stands between a name and its value: a count has no unit that would tell the two apart."""
    return "" if ask.unit else ":"


def told_of(ask: Ask, value: float) -> str:
    """Return the name and its value, as a condition of the test."""
    zero = zero_of(ask) if value == 0.0 else ""
    return f"{head_of(ask)}{mark_of(ask)} {zero or words.with_unit(value, ask.decimals, say(ask.unit).removeprefix(ONE))}"


def title_of(setup: Setup) -> str:
    """Return what an exam and its condition are called; what the exam asks for by itself goes without saying."""
    exam = next((exam for exam in exams.EXAMS if exam.key == setup.exam), None)
    name = say(exam.title) if exam is not None else setup.exam
    if setup.exam != words.STANCE_EXAM:
        name = plural(words.HOPS_TITLE, setup.hops).format(name=name, hops=setup.hops) if setup.exam == words.HOPS_EXAM else name
        asked = [(ask, exam.given(setup, ask.key)) for ask in exam.asks if ask.condition] if exam is not None else []
        return ", ".join([name, *(told_of(ask, value) for ask, value in asked if math.isfinite(value) and value != ask.default)])
    seconds = words.number(setup.duration_s, 0)
    return words.STANCE_TITLE.format(name=name, eyes=say(setup.eyes.value), surface=say(setup.surface.value), seconds=seconds)
