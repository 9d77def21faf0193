"""Tells who could be the same person: same name and birth date, near names, names the other way round; it merges nobody.

Names are compared without case, accents and titles; two names are near by one slip of a letter, or two where the birth date is the same.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae", "đ": "d", "ł": "l"})
BARE = str.maketrans({"ß": "ss", "ø": "o", "å": "a", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})
"""Letters that are none with an accent, as those write them who have not got them."""
TITLES = frozenset({"dr", "prof", "med", "dipl", "ing", "mr", "mrs", "ms", "herr", "frau"})
SHORT = 6
"""Letters with the gap between names: below, one slip makes another name of most names."""
TWO_SLIPS = 8
"""Letters from which on two slips are near, where the birth date is the same."""


class Kind(StrEnum):
    """How two entries are alike, the most telling first."""

    SAME = "same name and birth date"
    SWAPPED = "same names the other way round"
    SAME_NAME = "same name"
    DATE_SLIP = "same name, nearly the same birth date"
    NEAR = "nearly the same name"
    CODE = "same code"


@dataclass(frozen=True, slots=True)
class Face:
    """What is compared of a client; ``token`` leads back to who it is."""

    token: str
    name: str
    birth_date: date | None = None
    birth_year: int | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody who could be the same person, and how."""

    token: str
    kind: Kind


class Faces:
    """Everybody who is known, so that the next one can be held against them; ``put`` takes one more."""

    def __init__(self, known: Iterable[Face] = ()) -> None:
        self._by_words: dict[str, list[Face]] = defaultdict(list)
        self._by_slip: dict[str, list[Face]] = defaultdict(list)
        self._by_birth: dict[date, list[Face]] = defaultdict(list)
        for face in known:
            self.put(face)

    def put(self, face: Face) -> None:
        """Know one more."""
        key = sorted_words(face.name)
        if not key:
            return
        self._by_words[key].append(face)
        for less in _slips(key):
            self._by_slip[less].append(face)
        if face.birth_date is not None:
            self._by_birth[face.birth_date].append(face)

    def find(self, face: Face) -> list[Alike]:
        """Return who could be the same person, the most telling first; nobody where there is no name."""
        key = sorted_words(face.name)
        if not key:
            return []
        candidates: dict[str, Face] = {one.token: one for one in self._by_words.get(key, ())}
        for less in _slips(key):
            candidates.update((one.token, one) for one in self._by_slip.get(less, ()))
        if face.birth_date is not None:
            candidates.update((one.token, one) for one in self._by_birth.get(face.birth_date, ()))
        return _ranked(face, candidates.values())


def find_among(face: Face, known: Iterable[Face]) -> list[Alike]:
    """Return who of all could be the same person, without knowing them for later: for one who is being entered."""
    return _ranked(face, known)


def plain(name: str) -> str:
    """Return a name without case, accents, marks and titles, its words in their order."""
    written = unicodedata.normalize("NFC", name).casefold().translate(GERMAN)
    bare = "".join(c for c in unicodedata.normalize("NFKD", written) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in bare).split()
    return " ".join(word for word in words if word not in TITLES) or " ".join(words)


@lru_cache(maxsize=50_000)
def loose(text: str) -> str:
    """Return a text as it is typed on a keyboard without accents: their letters bare, marks within words gone."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold().translate(BARE)) if not unicodedata.combining(c))
    return " ".join(filter(None, ("".join(c for c in word if c.isalnum()) for word in bare.split())))


@lru_cache(maxsize=50_000)
def sorted_words(name: str) -> str:
    """Return the plain words of a name in alphabetical order: the same whichever comes first."""
    return " ".join(sorted(plain(name).split()))


def _ranked(face: Face, others: Iterable[Face]) -> list[Alike]:
    found = [Alike(one.token, kind) for one in others if (kind := _kind(face, one)) is not None]
    order = list(Kind)
    return sorted(found, key=lambda alike: (order.index(alike.kind), len(alike.token), alike.token))


def _kind(one: Face, two: Face) -> Kind | None:
    first, second = sorted_words(one.name), sorted_words(two.name)
    if not first or not second:
        return None
    birth = _births(one, two)
    if first == second:
        if birth is False:
            return Kind.DATE_SLIP if one.birth_date and two.birth_date and _date_slip(one.birth_date, two.birth_date) else None
        if _in_order(one.name) != _in_order(two.name):
            return Kind.SWAPPED
        return Kind.SAME if birth else Kind.SAME_NAME
    if birth is False or (abs(len(first) - len(second)) > 2 and not birth):
        return None
    least = min(len(first), len(second))
    slips = 2 if birth and least >= TWO_SLIPS else 1 if least >= SHORT else 0
    if _close(first, second, slips):
        return Kind.NEAR
    return Kind.NEAR if birth and _part_of(first.split(), second.split()) else None


def _births(one: Face, two: Face) -> bool | None:
    """Return whether two were born on the same day; None where that is not known of one, or only that the year is the same."""
    if one.birth_date is not None and two.birth_date is not None:
        return one.birth_date == two.birth_date
    years = [face.birth_date.year if face.birth_date else face.birth_year for face in (one, two)]
    if years[0] is not None and years[1] is not None and years[0] != years[1]:
        return False
    return None


def _in_order(name: str) -> str:
    """Return the words in the order in which they are meant: what stands before a comma is the family name."""
    last, comma, first = name.partition(",")
    return plain(f"{first} {last}") if comma else plain(name)


def _part_of(one: Sequence[str], two: Sequence[str]) -> bool:
    """Tell whether all words of the shorter name are in the longer one, at least two of them: a second first name."""
    short, long = (one, two) if len(one) <= len(two) else (two, one)
    return len(short) >= 2 and set(short) <= set(long)


def _date_slip(one: date, two: date) -> bool:
    """Tell whether two dates differ by one digit, or by day and month the other way round."""
    if (one.year, one.month, one.day) == (two.year, two.day, two.month):
        return True
    return sum(a != b for a, b in zip(one.isoformat(), two.isoformat(), strict=True)) == 1


def _slips(key: str) -> Iterator[str]:
    """Return a word and what is left of it without one of its letters: two words one slip apart share one of these."""
    yield key
    for k in range(len(key)):
        yield key[:k] + key[k + 1 :]


def _close(one: str, two: str, slips: int) -> bool:
    """Tell whether two texts are at most so many slips apart: a letter more, less, another one, or two of them swapped."""
    if abs(len(one) - len(two)) > slips:
        return False
    if slips <= 0:
        return one == two
    start = 0
    least = min(len(one), len(two))
    while start < least and one[start] == two[start]:
        start += 1
    one, two = one[start:], two[start:]
    if not one or not two:
        return len(one) + len(two) <= slips
    swapped = len(one) > 1 and len(two) > 1 and (one[0], one[1]) == (two[1], two[0]) and _close(one[2:], two[2:], slips - 1)
    return swapped or any(_close(a, b, slips - 1) for a, b in ((one[1:], two[1:]), (one[1:], two), (one, two[1:])))
