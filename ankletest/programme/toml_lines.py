"""Finds the line of a programme's TOML file that a fault is about; it reads no fields and decides nothing."""

import re

_PLACE = re.compile(r"(step|form) (\d+)")
_HEADS = {"step": "[[step]]", "form": "[[step.form]]"}


def line_of(text: str, message: str) -> int:
    """Return the line, from 1, of what a sentence is about that names ``step 3`` and perhaps ``form 2`` of it, then a field.

    Without a step it is the field before the first one. 0 where it names none, or tells its line itself.
    """
    lines = text.splitlines()
    marks = [line.replace(" ", "").partition("#")[0] for line in lines]
    first, last, after = 0, next((k for k, mark in enumerate(marks) if mark == _HEADS["step"]), len(lines)), 0
    places = list(_PLACE.finditer(message))
    for place in places:
        found = _part(marks, place[1], int(place[2]), first if place[1] == "form" else 0, last if place[1] == "form" else len(lines))
        if found is None:
            return 0
        (first, last), after = found, place.end()
    named = re.findall(r"\w+", message[after:])
    fields = {lines[k].partition("=")[0].strip(): k for k in range(last - 1, first - 1, -1) if "=" in lines[k]}
    line = next((fields[name] for name in named if name in fields), first if places else -1)
    return line + 1


def _part(marks: list[str], kind: str, number: int, first: int, last: int) -> tuple[int, int] | None:
    """Return where a table begins and ends among the lines from ``first`` to ``last``."""
    heads = [k for k in range(first, last) if marks[k] == _HEADS[kind]]
    if not 1 <= number <= len(heads):
        return None
    return heads[number - 1], heads[number] if number < len(heads) else last
