"""Reads what people write into tables of clients: dates, lengths, masses, sides, in English and German; it guesses no order of a date.

Every function raises ``Unreadable`` with what is wrong; an empty cell is no error and never gets here.
"""

import re
from datetime import date
from enum import StrEnum

from ankletest.metrics.published import Sex
from ankletest.samples import Side
from ankletest.store.alike import plain
from ankletest.store.people import Said, Wrong

TALLEST_M = 3.0
"""A height above is written in centimetres."""
LONGEST_LEVER_M, LONGEST_LEVER_CM = 1.0, 60.0
"""Lengths of a foot above are written in centimetres, and above the other in millimetres."""
IN_METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "inch": 0.0254, "inches": 0.0254, "ft": 0.3048, "feet": 0.3048}
IN_KILOGRAMS = {"kg": 1.0, "lb": 0.45359237, "lbs": 0.45359237, "st": 6.35029318}
"""International yard and pound, by definition (1959); a stone is 14 pounds."""
UNITS = frozenset({*IN_METRES, *IN_KILOGRAMS, "g"})
_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*([^\d\s.,]*)\.?")
_DATE = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?(?:[ T]+00:00(?::00(?:\.0+)?)?)?")
_METRES = re.compile(r"(\d)\s*m\s*(\d{2})")
_FEET = re.compile(r"""(\d)\s*(?:['\u2019\u2032]|ft|feet)\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:["\u201d\u2033]|''|in|inch|inches)?)?""")
SIDES = {
    **dict.fromkeys(("left", "l", "li", "links", "linke", "linkes", "left leg", "linkes bein", "sin"), Side.LEFT),
    **dict.fromkeys(("right", "r", "re", "rechts", "rechte", "rechtes", "right leg", "rechtes bein", "dex"), Side.RIGHT),
}
BOTH = frozenset({"both", "b", "beide", "beidseits", "bds", "beidseitig", "either", "l r", "r l", "li re", "beide beine"})
SEXES = {
    **dict.fromkeys(("f", "w", "female", "woman", "weiblich", "frau", "mrs", "ms"), Sex.FEMALE),
    **dict.fromkeys(("m", "male", "man", "mannlich", "maennlich", "herr", "mann", "mr"), Sex.MALE),
}
NO_SEX = frozenset({"d", "x", "divers", "diverse", "other", "unknown", "unbekannt", "o a", "not told", "keine angabe"})
CONSENTS = {
    **dict.fromkeys(("given", "yes", "y", "ja", "j", "true", "1", "erteilt", "vorhanden", "x", "granted", "signed"), Said.GIVEN),
    **dict.fromkeys(("refused", "no", "n", "nein", "false", "0", "verweigert", "abgelehnt", "declined"), Said.REFUSED),
    **dict.fromkeys(("withdrawn", "revoked", "widerrufen", "zuruckgezogen", "zurueckgezogen"), Said.WITHDRAWN),
}


class DateOrder(StrEnum):
    """Which number of a date such as 3/4/1990 is the day."""

    DMY = "day first"
    MDY = "month first"


class Unreadable(Exception):  # noqa: N818  no error of the program: a cell says it
    """What was written is not what it should be."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


def read_date(text: str, order: DateOrder | None = None) -> date:
    """Read a day: 1990-03-12, 12.03.1990, and 12/3/1990 where the numbers or ``order`` tell which is the day."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise Unreadable(Wrong.NO_DATE)
    one, mark, two, three = found[1], found[2], int(found[3]), found[4]
    if len(one) == 4 and len(three) <= 2:
        return _day(int(one), two, int(three))
    if len(one) > 2 or len(three) != 4:
        raise Unreadable(Wrong.NO_DATE)
    first, year = int(one), int(three)
    if mark == "." or order is DateOrder.DMY or (order is None and (first > 12 or first == two)):
        return _day(year, two, first)
    if order is DateOrder.MDY or two > 12:
        return _day(year, first, two)
    raise Unreadable(Wrong.EITHER_ORDER)


def read_birth(text: str, order: DateOrder | None = None) -> tuple[date | None, int | None]:
    """Read a day of birth, or its year alone."""
    if re.fullmatch(r"\s*\d{4}\s*", text):
        return None, int(text)
    day = read_date(text, order)
    return day, day.year


def order_of(texts: list[str]) -> DateOrder | None:
    """Return the order that a column of dates shows by a number above 12; None where none does, or both do."""
    days = {DateOrder.DMY: False, DateOrder.MDY: False}
    for text in texts:
        found = _DATE.fullmatch(text.strip())
        if found is not None and len(found[1]) <= 2 and len(found[4]) == 4 and found[2] != ".":
            days[DateOrder.DMY] |= int(found[1]) > 12
            days[DateOrder.MDY] |= int(found[3]) > 12
    told = [order for order, seen in days.items() if seen]
    return told[0] if len(told) == 1 else None


def read_height(text: str, unit: str = "") -> float:
    """Read a body height, m: 1.72, 1,72 m, 172 cm, 1 m 72, 5 ft 8; without a unit, above 3 is centimetres."""
    feet = _FEET.fullmatch(text.strip().casefold())
    if feet is not None:
        return round(int(feet[1]) * IN_METRES["ft"] + float((feet[2] or "0").replace(",", ".")) * IN_METRES["in"], 4)
    whole = _METRES.fullmatch(text.strip().casefold())
    if whole is not None:
        return int(whole[1]) + int(whole[2]) / 100.0
    value, written = _number(text)
    used = written or unit or ("cm" if value > TALLEST_M else "m")
    return round(value * _metres(used), 4)


def read_length(text: str, unit: str = "") -> float:
    """Read a length of a foot, m; without a unit, above 1 is centimetres and above 60 millimetres."""
    value, written = _number(text)
    used = written or unit or ("m" if value <= LONGEST_LEVER_M else "cm" if value <= LONGEST_LEVER_CM else "mm")
    return round(value * _metres(used), 5)


def read_mass(text: str, unit: str = "") -> float:
    """Read a body mass, kg; without a unit it is in kilograms."""
    value, written = _number(text)
    used = written or unit or "kg"
    if used not in IN_KILOGRAMS:
        raise Unreadable(Wrong.OTHER_UNIT)
    return round(value * IN_KILOGRAMS[used], 3) if used != "kg" else value


def read_side(text: str) -> Side:
    """Read a leg."""
    side = SIDES.get(plain(text))
    if side is None:
        raise Unreadable(Wrong.NO_SIDE)
    return side


def read_tested(text: str) -> Side | None:
    """Read which leg is tested; None for both."""
    return None if plain(text) in BOTH else read_side(text)


def read_sex(text: str) -> Sex | None:
    """Read a sex as norms know it; None where somebody is neither or does not tell."""
    word = plain(text)
    if word in NO_SEX:
        return None
    if word not in SEXES:
        raise Unreadable(Wrong.NO_SEX)
    return SEXES[word]


def read_consent(text: str) -> Said:
    """Read what was said when consent was asked for."""
    said = CONSENTS.get(plain(text))
    if said is None:
        raise Unreadable(Wrong.NO_CONSENT)
    return said


def _number(text: str) -> tuple[float, str]:
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise Unreadable(Wrong.NO_NUMBER)
    unit = found[2].casefold()
    if unit and unit not in UNITS:
        raise Unreadable(Wrong.OTHER_UNIT)
    return float(found[1].replace(",", ".")), unit


def _metres(unit: str) -> float:
    if unit not in IN_METRES:
        raise Unreadable(Wrong.OTHER_UNIT)
    return IN_METRES[unit]


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(Wrong.NO_DATE) from None
