"""What is known of a client beside their tests: who, which legs, lengths kept for exams, consent; and what is wrong with it as entered."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import cast

from ankletest import exams
from ankletest.exams.base import Ask
from ankletest.metrics.published import Sex
from ankletest.samples import Side

EARLIEST_YEAR = 1900
LEAST_HEIGHT_M, MOST_HEIGHT_M = 0.5, 2.5
LEAST_MASS_KG, MOST_MASS_KG = 15.0, 250.0
"""As the set-up of a test takes them."""
LONGEST_CODE, LONGEST_NAME, LONGEST_INJURY, LONGEST_NOTE = 64, 200, 200, 2000
"""Letters that the columns hold."""


class Said(StrEnum):
    """What a client said when asked for consent."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    """What consent is asked for."""

    TESTS = "tests"  # being tested, recorded, and this being stored
    SHARING = "sharing"  # results handed to doctors or insurers
    RESEARCH = "research"  # pseudonymised data for research


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said, for what, and when (None: on a day that nobody wrote down)."""

    purpose: Purpose
    said: Said
    on: date | None = None

    def as_json(self) -> dict[str, object]:
        """Return the fields as plain JSON values."""
        return {"purpose": self.purpose.value, "said": self.said.value, "on": self.on.isoformat() if self.on else None}

    @classmethod
    def from_json(cls, record: Mapping[str, object]) -> "Consent":
        """Read the fields of ``as_json``."""
        on = record.get("on")
        return cls(Purpose(str(record["purpose"])), Said(str(record["said"])), date.fromisoformat(on) if isinstance(on, str) else None)


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that is entered of a client.

    Parameters
    ----------
    code
        What recordings and files carry instead of the name.
    birth_date, birth_year
        The year alone where the day is not known; where it is, both.
    mass_kg
        The last one known; each trial keeps that of its day.
    involved, injury, injured_on
        The injured leg, what it was, and when.
    dominant, tested
        The leg that kicks a ball; the leg that is tested (None: both).
    measures
        Lengths that exams ask for, by ``measure_key``.
    consents
        In the order in which they were said; the last one for each purpose holds.
    """

    code: str
    name: str = ""
    mass_kg: float | None = None
    involved: Side | None = None
    sex: Sex | None = None
    birth_year: int | None = None
    birth_date: date | None = None
    height_m: float | None = None
    dominant: Side | None = None
    tested: Side | None = None
    injury: str = ""
    injured_on: date | None = None
    measures: Mapping[str, float] = field(default_factory=dict[str, float], hash=False)
    note: str = ""
    consents: tuple[Consent, ...] = ()

    def consent(self, purpose: Purpose) -> Consent | None:
        """Return what was last said for a purpose; None where nobody asked."""
        return next((one for one in reversed(self.consents) if one.purpose is purpose), None)

    @property
    def barred(self) -> Consent | None:
        """The refusal or withdrawal that forbids to record this client; else None."""
        last = self.consent(Purpose.TESTS)
        return last if last is not None and last.said is not Said.GIVEN else None

    def given(self, exam: str, side: Side) -> dict[str, float]:
        """Return what is kept of a leg for an exam, by the keys of its ``asks``."""
        keys = {ask.key: measure_key(exam, ask.key, side) for kept, ask in kept_asks() if kept == exam}
        return {ask: self.measures[key] for ask, key in keys.items() if key in self.measures}

    def age(self, on: date) -> int | None:
        """Return the completed years on a day; of a year alone, those of the birthday in it."""
        if self.birth_date is not None:
            return on.year - self.birth_date.year - ((on.month, on.day) < (self.birth_date.month, self.birth_date.day))
        return on.year - self.birth_year if self.birth_year is not None else None


class Wrong(StrEnum):
    """What is wrong with something that was entered, as a sentence."""

    NO_CODE = "a client needs a code"
    TOO_LONG = "this is too long"
    AHEAD = "this day is yet to come"
    TOO_EARLY = "this is before 1900"
    OUT_OF_RANGE = "this is not between {least} and {most}"
    BEFORE_BIRTH = "this is before the day of birth"
    NO_DATE = "this is no date"
    EITHER_ORDER = "day and month cannot be told apart"
    NO_NUMBER = "this is no number"
    NO_SIDE = "this is neither left nor right"
    NO_SEX = "this is neither female nor male"
    NO_CONSENT = "this is neither given, refused nor withdrawn"
    CODE_TAKEN = "this code is another client's"
    CODE_TWICE = "this code is in the file twice"
    CODE_KEPT = "recordings carry this code already"
    NOBODY = "neither a name nor a code"
    OTHER_UNIT = "this unit is not known here"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: with which field of ``Details``, what, what was written, and the bounds where there are some."""

    field: str
    wrong: Wrong
    written: str = ""
    least: float = math.nan
    most: float = math.nan

    def __str__(self) -> str:
        """Return it as a sentence."""
        why = self.wrong.value.format(least=f"{self.least:g}", most=f"{self.most:g}")
        return f"{self.field}: {why}" + (f" ({self.written})" if self.written else "")


def measure_key(exam: str, ask: str, side: Side) -> str:
    """Return the key of a length of a leg that an exam asks for: two exams may ask for two levers."""
    return f"{exam}.{ask}.{side.value}"


def kept_asks() -> Iterator[tuple[str, Ask]]:
    """Return what exams ask for that belongs to the client's leg and not to the day, with the exam's key."""
    return ((exam.key, ask) for exam in exams.EXAMS for ask in exam.asks if ask.of_client)


def faults(details: Details, today: date) -> list[Fault]:
    """Return what is wrong with what was entered, in the order of the form."""
    found: list[Fault] = []
    if not details.code.strip():
        found.append(Fault("code", Wrong.NO_CODE))
    for name, longest in (("code", LONGEST_CODE), ("name", LONGEST_NAME), ("injury", LONGEST_INJURY), ("note", LONGEST_NOTE)):
        if len(getattr(details, name)) > longest:
            found.append(Fault(name, Wrong.TOO_LONG, f"{len(getattr(details, name))} > {longest}"))
    for name, day in (("birth_date", details.birth_date), ("injured_on", details.injured_on)):
        if day is not None and day > today:
            found.append(Fault(name, Wrong.AHEAD, day.isoformat()))
        if day is not None and day.year < EARLIEST_YEAR:
            found.append(Fault(name, Wrong.TOO_EARLY, day.isoformat()))
    if details.birth_date is None and details.birth_year is not None:
        if details.birth_year > today.year:
            found.append(Fault("birth_date", Wrong.AHEAD, str(details.birth_year)))
        if details.birth_year < EARLIEST_YEAR:
            found.append(Fault("birth_date", Wrong.TOO_EARLY, str(details.birth_year)))
    if details.injured_on is not None and details.birth_date is not None and details.injured_on < details.birth_date:
        found.append(Fault("injured_on", Wrong.BEFORE_BIRTH, details.injured_on.isoformat()))
    found += _outside("height_m", details.height_m, LEAST_HEIGHT_M, MOST_HEIGHT_M)
    found += _outside("mass_kg", details.mass_kg, LEAST_MASS_KG, MOST_MASS_KG)
    for exam, ask in kept_asks():
        for side in Side:
            key = measure_key(exam, ask.key, side)
            found += _outside(key, details.measures.get(key), ask.least, ask.most)
    found += [Fault("consents", Wrong.AHEAD, c.on.isoformat()) for c in details.consents if c.on is not None and c.on > today]
    return found


def changed_fields(before: Details, after: Details) -> list[str]:
    """Return the names of the fields that differ: names of columns, never what is in them."""
    return [one.name for one in fields(Details) if getattr(before, one.name) != getattr(after, one.name)]


def measures_of(record: object) -> dict[str, float]:
    """Read measures as they are stored."""
    entered = cast("Mapping[str, object]", record) if isinstance(record, dict) else {}
    return {key: float(value) for key, value in entered.items() if isinstance(value, (int, float))}


def _outside(name: str, value: float | None, least: float, most: float) -> list[Fault]:
    if value is None or least <= value <= most:
        return []
    return [Fault(name, Wrong.OUT_OF_RANGE, f"{value:g}", least, most)]
