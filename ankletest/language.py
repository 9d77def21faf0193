"""Says in another language what the program says in English: whole texts, and finished sentences by their templates; it shows nothing."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import cast

SOURCE = "en"
"""The language that is written in the code; recordings, JSON, logs and the store hold it whatever the screen says."""
PLACES = "PLACE"
"""Table of a file of texts whose tables hold what is said otherwise in one place: ``[PLACE."common.LEFT_OVER"]``."""
FORMS = "FORM"
"""Table whose tables hold forms of a word: ``{side:linken}`` in a template is looked up in ``[FORM.linken]``."""
WINDOW = "window"
"""Files of this beginning hold constants of the window: filled after they are said, so no finished sentence is known again by them."""
DECIMAL = "decimal"
"""Place of the decimal sign: ``[PLACE.decimal]`` holds ``"." = ","``."""
LEAST_LETTERS = 4
"""A template with fewer letters of its own would match half the other sentences."""
SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
DAY, WRITTEN = "common.DATE", "%Y-%m-%d"
"""Place of how a day is written, and how recordings and the store write it."""
DATED = re.compile(r"(\d{4}-\d\d-\d\d)(?:(: | )(.+))?", re.DOTALL)
"""A day as it is stored, alone or before what is told of it."""
NUMBER = re.compile(r"([±≥≤<>−+-]?\s?\d+)\.(\d+(?:\s?[^\s\d.,;]{1,6})?)")
"""A number and perhaps its unit, alone: what is part of a name or of a version stays as it is."""
SEAMS = (re.compile(r"(\n)"), re.compile(r"(  ·  |; )"), re.compile(r"((?<=[.!?]) )"), re.compile(r"(: )"), re.compile(r"(, )"))
"""Where sentences are put side by side by those who show them, the strongest seam first."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What files of texts hold: text by English text, which of them are constants of the window, texts of single places, forms of words."""

    said: Mapping[str, str]
    constants: frozenset[str] = frozenset()
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    forms: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with slots, those that touch each other together: how it is known again, what it has to contain, and how it is said."""

    pattern: str
    longest: str
    letters: int
    length: int
    slots: tuple[tuple[str, ...], ...]
    said: str


class Language:
    """One language of the screen. ``Language(SOURCE, Texts({}))`` says everything as it is written."""

    def __init__(self, code: str, texts: Texts) -> None:
        self.code = code
        self._texts = texts
        found = (template(key, said) for key, said in texts.said.items() if SLOT.search(key) and key not in texts.constants)
        self._templates = sorted((t for t in found if t.letters >= LEAST_LETTERS), key=lambda t: (-t.letters, -t.length))
        self._back: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self._day = texts.places.get(DAY, {}).get(WRITTEN, WRITTEN)
        self._decimal = texts.places.get(DECIMAL, {}).get(".", "")

    def word(self, text: str, place: str = "") -> str:
        """Return a constant in this language, as it is said at ``place``; slots stay slots. What is not known is left as it is."""
        there = self._texts.places.get(place, {})
        return there[text] if text in there else self._texts.said.get(text, text)

    def say(self, text: str) -> str:
        """Return a finished text in this language: known as a whole, by a template, or put together of texts that are known.

        The result is kept, as the same few sentences are shown again and again.
        """
        if self.code == SOURCE or not text:
            return text
        if text not in self._kept:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            self._kept[text] = self._said(text)
        return self._kept[text]

    def english(self, text: str) -> str:
        """Return the English text of a constant that was chosen on screen, for what is recorded."""
        if not self._back:
            tables = (self._texts.said, *self._texts.places.values())
            self._back = {said: key for table in reversed(tables) for key, said in table.items()}
        return self._back.get(text, text) if self.code != SOURCE else text

    def _said(self, text: str) -> str:
        if text in self._texts.said:
            return self._texts.said[text]
        dated = DATED.fullmatch(text)
        if dated:
            return f"{self._dated(dated[1])}{dated[2] or ''}{self.say(dated[3] or '')}"
        number = NUMBER.fullmatch(text)
        if number:
            return f"{number[1]}{self._decimal}{number[2]}"
        if not any(letter.isalpha() for letter in text):
            return text
        listed = self._listed(text.split(", "))
        if listed is not None:
            return listed
        for one in self._templates:
            found = re.fullmatch(one.pattern, text, re.DOTALL) if one.longest in text else None
            if found:
                return self._filled(one, found.groups())
        return self._pieces(text)

    def _listed(self, parts: Sequence[str]) -> str | None:
        """Return texts that are known, with commas between them; one may have commas of its own. None where one is not known."""
        for many in range(len(parts), 0, -1):
            said, rest = self._texts.said.get(", ".join(parts[:many])), parts[many:]
            after = self._listed(rest) if rest and said is not None else None
            if said is not None and (not rest or after is not None):
                return said if not rest else f"{said}, {after}"
        return None

    def _dated(self, text: str) -> str:
        try:
            return date.fromisoformat(text).strftime(self._day)
        except ValueError:
            return text

    def _filled(self, one: Template, values: tuple[str, ...]) -> str:
        by_name: dict[str, str] = {}
        forms = dict(SLOT.findall(one.said))
        for run, value in zip(one.slots, values, strict=True):
            by_name.update(zip(run, self._split(value, run, forms), strict=True))

        def fill(slot: re.Match[str]) -> str:
            value = by_name.get(slot[1], "")
            form = self._texts.forms.get(slot[2], {}) if slot[2] else {}
            return form.get(value) or self.say(value)

        return SLOT.sub(fill, one.said)

    def _split(self, value: str, run: tuple[str, ...], forms: Mapping[str, str]) -> tuple[str, ...]:
        """Return what slots that touch each other hold: the split whose parts are known best, as nothing stands between them."""
        if len(run) == 1:
            return (value,)

        def known(part: str, slot: str) -> int:
            if not part:
                return 1
            if part in self._texts.forms.get(forms.get(slot, ""), {}) or part in self._texts.said or part.replace(".", "").isdigit():
                return 3
            return 2 if part.strip() in self._texts.said else 0

        best = max(range(len(value) + 1), key=lambda at: known(value[:at], run[0]) + known(value[at:], run[1]))
        return value[:best], *self._split(value[best:], run[1:], forms)

    def _pieces(self, text: str) -> str:
        for seam in SEAMS:
            pieces = seam.split(text)
            if len(pieces) > 1:
                return "".join(self.say(piece) if k % 2 == 0 else piece for k, piece in enumerate(pieces))
        bare = text.strip().removesuffix(".")
        if bare and bare != text:
            return text.replace(bare, self.say(bare))
        small = text[:1].lower() + text[1:]
        said = self._texts.said.get(small, small)
        return said[:1].upper() + said[1:] if said != small else text


MOST_KEPT = 4000
"""Sentences kept; numbers in them change with every sample, so the oldest are of no more use."""


def plural(forms: tuple[str, str], count: float) -> str:
    """Return the form of one, or that of any other number (of none too); its slots are still to be filled."""
    one, many = forms
    return one if count == 1 else many


def template(key: str, said: str) -> Template:
    """Return the template of an English text with slots and of what is said for it."""
    parts = SLOT.split(key)
    pieces, runs = [parts[0]], list[tuple[str, ...]]()
    for slot, piece in zip(parts[1::3], parts[3::3], strict=True):
        if runs and not pieces[-1]:  # it touches the one before
            runs[-1] = (*runs[-1], slot)
            pieces[-1] = piece
        else:
            runs.append((slot,))
            pieces.append(piece)
    pattern = "(.*?)".join(re.escape(piece) for piece in pieces)
    letters = sum(letter.isalpha() for piece in pieces for letter in piece)
    return Template(pattern, max(pieces, key=len), letters, sum(map(len, pieces)), tuple(runs), said)


def languages() -> tuple[str, ...]:
    """Return the codes of the languages there are, English first."""
    folder = files("ankletest") / "languages"
    return (SOURCE, *sorted(entry.name for entry in folder.iterdir() if entry.is_dir()))


@cache
def language(code: str) -> Language:
    """Return a language; one that is not there is English."""
    if code == SOURCE or code not in languages():
        return Language(SOURCE, Texts({}))
    said: dict[str, str] = {}
    constants: set[str] = set()
    tables: dict[str, dict[str, dict[str, str]]] = {PLACES: {}, FORMS: {}}
    folder = files("ankletest") / "languages" / code
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".toml"):
            continue
        for key, value in tomllib.loads(entry.read_text(encoding="utf-8")).items():
            if isinstance(value, str):
                said[key] = value
                constants |= {key} if entry.name.startswith(WINDOW) else set()
            else:
                tables[key].update(cast("dict[str, dict[str, str]]", value))
    return Language(code, Texts(said, frozenset(constants), tables[PLACES], tables[FORMS]))
