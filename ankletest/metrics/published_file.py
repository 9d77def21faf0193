"""Reads the data files of published figures (``norms/*.toml``) and refuses what is not whole; what the figures mean is in ``published``.

Every mistake is one sentence that names the file, the figure and the value seen.
"""

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

from ankletest.errors import AnkletestError
from ankletest.metrics.change import mdc95_of
from ankletest.metrics.published import Ages, Figure, Mark, Population, Reliability, Retest, Sensor, Sex, Typical, Variant
from ankletest.trial import Eyes, Surface

FOLDER = Path(__file__).parent / "norms"
SCHEMA = 1
LEAST_AGE, MOST_AGE = 0.0, 120.0
ROUNDED = 0.06
"""A printed MDC may differ from 1.96 √2 SEM by the rounding of both, to two digits in most papers."""
ASSUMABLE = ("ages", "sex", "eyes", "surface", "duration_s")
HINT = "Mend the file; docs/norms.md tells what each field means."

Fields = Mapping[str, object]
Choice = TypeVar("Choice", bound=StrEnum)


class NormsError(AnkletestError):
    """A file of published figures that cannot be used."""


@dataclass(frozen=True, slots=True)
class Book:
    """All figures, and the versions of the files that they are from."""

    version: str
    figures: tuple[Figure, ...]


@cache
def shipped_book() -> Book:
    """Return the figures that come with the program."""
    return load(sorted(FOLDER.glob("*.toml")))


def load(paths: Sequence[Path]) -> Book:
    """Read files of figures.

    Raises
    ------
    NormsError
        One cannot be read, or something in it is missing, unknown, doubled or impossible.
    """
    figures: list[Figure] = []
    versions: list[str] = []
    seen: dict[str, str] = {}
    for path in paths:
        version, found = _read(path)
        versions.append(f"{path.stem} {version}")
        for figure in found:
            if figure.id in seen:
                raise NormsError(f"{path.name}: the figure {figure.id!r} is there twice, also in {seen[figure.id]}.", HINT)
            seen[figure.id] = path.name
        figures.extend(found)
    return Book(", ".join(versions), tuple(figures))


def _read(path: Path) -> tuple[str, list[Figure]]:
    try:
        table = cast("Fields", tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise NormsError(f"{path.name} cannot be read: {error.strerror}.", "Choose another file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NormsError(f"{path.name} is not TOML: {error}.", HINT) from error
    top = _Reader(path.name, table)
    if top.number("schema") != SCHEMA:
        raise top.wrong(f"schema {table['schema']} is not known", f"This program reads schema {SCHEMA}.")
    version = top.text("version")
    rows = top.tables("figure")
    top.nothing_else()
    return version, [_figure(path.name, row, number) for number, row in enumerate(rows, start=1)]


class _Reader:
    """Takes fields out of a table, each once and of its type; what is left over at the end is a mistake."""

    def __init__(self, place: str, table: Fields) -> None:
        self._place = place
        self._table = table
        self._taken: set[str] = set()

    def wrong(self, what: str, hint: str = HINT) -> NormsError:
        return NormsError(f"{self._place}: {what}.", hint)

    def has(self, key: str) -> bool:
        return key in self._table

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(f"'{key}' is {value!r}, and has to be text")
        return value

    def number(self, key: str, least: float = -math.inf, most: float = math.inf) -> float:
        return self._number(key, self._take(key, None), least, most)

    def optional(self, key: str, least: float = -math.inf, most: float = math.inf) -> float | None:
        return self.number(key, least, most) if self.has(key) else None

    def numbers(self, key: str, least: float = -math.inf, most: float = math.inf) -> tuple[float, ...]:
        value = self._take(key, [])
        if not isinstance(value, list):
            raise self.wrong(f"'{key}' is {value!r}, and has to be a list of numbers")
        return tuple(self._number(key, item, least, most) for item in cast("list[object]", value))

    def truth(self, key: str) -> bool:
        value = self._take(key, None)
        if not isinstance(value, bool):
            raise self.wrong(f"'{key}' is {value!r}, and has to be true or false")
        return value

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        return self._choice(key, self.text(key), kind)

    def optional_choice(self, key: str, kind: type[Choice]) -> Choice | None:
        return self.choice(key, kind) if self.has(key) else None

    def choices(self, key: str, kind: type[Choice]) -> tuple[Choice, ...]:
        return tuple(self._choice(key, text, kind) for text in self.texts(key))

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key, [])
        items = cast("list[object]", value) if isinstance(value, list) else [None]
        if not all(isinstance(item, str) for item in items):
            raise self.wrong(f"'{key}' is {value!r}, and has to be a list of texts")
        return tuple(str(item) for item in items)

    def ages(self) -> Ages | None:
        if not self.has("ages"):
            return None
        ages = self.numbers("ages", LEAST_AGE, MOST_AGE)
        if len(ages) != 2 or ages[0] > ages[1]:
            raise self.wrong(f"'ages' is {list(ages)}, and has to be the first and the last year of the band")
        return ages[0], ages[1]

    def table(self, key: str) -> "_Reader":
        return self._inner(key, self._take(key, None))

    def tables(self, key: str) -> list[Fields]:
        value = self._take(key, [])
        if not isinstance(value, list):
            raise self.wrong(f"'{key}' is {value!r}, and has to be a list of tables")
        return [self._fields(key, item) for item in cast("list[object]", value)]

    def inner(self, key: str) -> "list[_Reader]":
        return [_Reader(f"{self._place}, {key}", row) for row in self.tables(key)]

    def given(self) -> dict[str, float]:
        if not self.has("given"):
            return {}
        reader = self.table("given")
        return {key: reader.number(key) for key in reader._table}  # noqa: SLF001  its own kind

    def nothing_else(self) -> None:
        unknown = sorted(set(self._table) - self._taken)
        if unknown:
            raise self.wrong(f"'{unknown[0]}' is not known here")

    def _inner(self, key: str, value: object) -> "_Reader":
        return _Reader(f"{self._place}, {key}", self._fields(key, value))

    def _fields(self, key: str, value: object) -> Fields:
        if not isinstance(value, dict):
            raise self.wrong(f"'{key}' is {value!r}, and has to be a table")
        return cast("Fields", value)

    def _take(self, key: str, default: object) -> object:
        self._taken.add(key)
        if key not in self._table and default is None:
            raise self.wrong(f"'{key}' is missing")
        return self._table.get(key, default)

    def _number(self, key: str, value: object, least: float, most: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise self.wrong(f"'{key}' is {value!r}, and has to be a number")
        if not least <= value <= most:
            raise self.wrong(f"'{key}' is {value:g}, and has to be {least:g} to {most:g}")
        return float(value)

    def _choice(self, key: str, text: str, kind: type[Choice]) -> Choice:
        try:
            return kind(text)
        except ValueError as error:
            raise self.wrong(f"'{key}' is {text!r}, and has to be one of {', '.join(kind)}") from error


def _figure(file: str, fields: Fields, number: int) -> Figure:
    name = fields.get("id")
    reader = _Reader(f"{file}, figure {name or number}", fields)
    figure = Figure(
        id=reader.text("id"),
        metric=reader.text("metric"),
        key=reader.text("key", ""),
        unit=reader.text("unit", ""),
        sensors=reader.choices("sensors", Sensor),
        variant=_variant(reader.table("variant")),
        population=_population(reader.table("population")),
        source=reader.text("source"),
        mark=reader.choice("mark", Mark),
        verified=reader.truth("verified"),
        typical=tuple(_typical(row) for row in reader.inner("typical")),
        reliability=_reliability(reader.table("reliability")) if reader.has("reliability") else None,
        note=reader.text("note", ""),
        assumed=reader.texts("assumed"),
    )
    reader.nothing_else()
    _whole(figure, reader.wrong)
    return figure


def _whole(figure: Figure, wrong: Callable[[str], NormsError]) -> None:
    """Refuse a figure that says nothing, or claims more than is known of it."""
    if not figure.typical and figure.reliability is None:
        raise wrong("it has neither 'typical' nor 'reliability'")
    if not figure.sensors:
        raise wrong("'sensors' is empty")
    if figure.mark is Mark.KNOWLEDGE and figure.verified:
        raise wrong("it is marked K and 'verified' at once; a figure from memory is shown to nobody")
    for name in figure.assumed:
        if name not in ASSUMABLE:
            raise wrong(f"'assumed' names {name!r}, and may name {', '.join(ASSUMABLE)}")


def _variant(reader: _Reader) -> Variant:
    hops = reader.optional("hops", 1, 1000)
    variant = Variant(
        exam=reader.text("exam"),
        eyes=reader.optional_choice("eyes", Eyes),
        surface=reader.optional_choice("surface", Surface),
        duration_s=reader.optional("duration_s", 0.1, 3600.0),
        hops=int(hops) if hops is not None else None,
        trials=reader.text("trials", "single"),
        profiles=reader.texts("profiles"),
        given=reader.given(),
        method=reader.text("method", ""),
    )
    reader.nothing_else()
    if variant.exam == "stance" and (variant.eyes is None or variant.surface is None):
        raise reader.wrong("a stance needs 'eyes' and 'surface'")
    return variant


def _population(reader: _Reader) -> Population:
    who, n = reader.text("who"), reader.optional("n", 1, 1e6)
    population = Population(who, int(n) if n is not None else None, reader.ages(), reader.optional_choice("sex", Sex))
    reader.nothing_else()
    return population


def _typical(reader: _Reader) -> Typical:
    row = Typical(
        mean=reader.optional("mean"),
        sd=reader.optional("sd", 0.0),
        median=reader.optional("median"),
        low=reader.optional("low"),
        high=reader.optional("high"),
        ages=reader.ages(),
        sex=reader.optional_choice("sex", Sex),
    )
    reader.nothing_else()
    if row.mean is None and row.median is None and (row.low is None or row.high is None):
        raise reader.wrong("it needs 'mean', 'median', or 'low' and 'high'")
    if row.sd is not None and row.mean is None:
        raise reader.wrong("'sd' stands without 'mean'")
    if row.low is not None and row.high is not None and row.low > row.high:
        raise reader.wrong(f"'low' is {row.low:g}, above 'high' {row.high:g}")
    return row


def _reliability(reader: _Reader) -> Reliability:
    found = Reliability(
        retest=reader.choice("retest", Retest),
        icc=reader.numbers("icc", -1.0, 1.0),
        sem=reader.optional("sem", 0.0),
        sem_percent=reader.optional("sem_percent", 0.0, 1000.0),
        mdc95=reader.optional("mdc95", 0.0),
    )
    reader.nothing_else()
    if not found.icc and found.sem is None and found.sem_percent is None and found.mdc95 is None:
        raise reader.wrong("it has none of 'icc', 'sem', 'sem_percent', 'mdc95'")
    if found.sem and found.mdc95 is not None and not math.isclose(found.mdc95, mdc95_of(found.sem), rel_tol=ROUNDED):
        raise reader.wrong(f"'mdc95' is {found.mdc95:g}, and 'sem' {found.sem:g} gives {mdc95_of(found.sem):.3g}")
    return found
