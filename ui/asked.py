"""What an exam asks for, short enough for a heading: the name without its hints and the value, for 0 the word that stands for it."""

import re

from ankletest.exams.base import Ask
from ui import words
from ui.tongue import say

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


def told_of(ask: Ask, value: float) -> str:
    """Return the name and its value, as a condition of the test."""
    zero = zero_of(ask) if value == 0.0 else ""
    return f"{head_of(ask)} {zero or words.with_unit(value, ask.decimals, say(ask.unit).removeprefix(ONE))}"
