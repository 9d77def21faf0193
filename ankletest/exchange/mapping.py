"""How a table of another maker is to be read: a TOML file, shipped or somebody's own (docs/import.md); not the reading itself."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ankletest.errors import ExchangeError
from ankletest.samples import COLUMNS, N_PER_KGF, RAD_PER_DEG, G, Kind, Site

FOLDER = Path(__file__).parent / "mappings"
C3D = "c3d"
"""Mapping of force plates in C3D files, which are no tables."""
UNITS: Mapping[str, float] = {
    "n": 1.0, "kn": 1e3, "kgf": N_PER_KGF, "g_force": N_PER_KGF / 1e3, "lbf": 4.4482216152605,
    "mm": 1.0, "cm": 10.0, "m": 1e3,
    "m_s2": 1.0, "g": G, "mg": G / 1e3,
    "rad_s": 1.0, "deg_s": RAD_PER_DEG,
}  # fmt: skip
"""Factor to N, mm, m/s² or rad/s."""
ALLOWED: Mapping[Kind, tuple[str, ...]] = {
    Kind.CELLS: ("n", "kn", "kgf", "g_force", "lbf"),
    Kind.FORCE: ("n", "kn", "kgf", "g_force", "lbf"),
    Kind.COP: ("mm", "cm", "m"),
    Kind.IMU: ("m_s2", "g", "mg", "rad_s", "deg_s"),
}
TIME_UNITS: Mapping[str, float] = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
WRAP_LIMIT = 52
"""Bits of a time that a table can hold whole: its numbers are doubles."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of values: its name (or number from 0 where the file has no names), factor to our unit, and place of its cell."""

    column: str
    factor: float
    x_mm: float | None = None
    y_mm: float | None = None


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How to read a table.

    Parameters
    ----------
    title, kind, site
        What it is and where the device was.
    columns
        In the order of ``samples.COLUMNS``.
    time, time_s, wrap_bits
        Column of the time, seconds a unit, and bits before it wraps (0: never); no column where ``rate_hz`` is given.
    rate_hz
        Rate of a table without a time column.
    separator
        ``auto``, or the character between columns.
    header
        False: the file has no names, columns are numbered from 0.
    skip_lines
        Lines to leave out before anything is looked at.
    missing
        What a cell says where there is no value.
    """

    title: str
    kind: Kind
    site: Site
    columns: tuple[Column, ...]
    time: str | None
    time_s: float
    wrap_bits: int
    rate_hz: float | None
    separator: str
    header: bool
    skip_lines: int
    missing: frozenset[str] = frozenset()

    @property
    def wanted(self) -> tuple[str, ...]:
        """Names of all columns that are read."""
        names = tuple(column.column for column in self.columns)
        return names if self.time is None else (self.time, *names)


def shipped() -> tuple[str, ...]:
    """Return the names of the mappings that come with the program."""
    return (*sorted(path.stem for path in FOLDER.glob("*.toml")), C3D)


def load(name: str) -> TableMapping:
    """Return a shipped mapping by its name, or one from a TOML file.

    Raises
    ------
    ExchangeError
        When there is none, or it cannot be read.
    """
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        path = Path(name)
    if path.suffix != ".toml" or not path.is_file():
        raise ExchangeError(f"There is no mapping '{name}'.", f"Shipped are: {', '.join(shipped())}. A file of your own ends in .toml.")
    try:
        return _read(cast("Mapping[str, object]", tomllib.loads(path.read_text("utf-8"))))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ExchangeError(
            f"The mapping {path.name} cannot be read: {_why(error)}.", "docs/import.md tells what a mapping holds."
        ) from error


def _read(fields: Mapping[str, object]) -> TableMapping:
    _demand_known(fields, ("title", "kind", "site", "rate_hz", "separator", "header", "skip_lines", "missing", "time", "values"))
    if fields["kind"] not in list(ALLOWED):
        raise ValueError(f"kind '{fields['kind']}' is not one of {', '.join(ALLOWED)}")
    kind = Kind(str(fields["kind"]))
    time = _table(fields.get("time", {}))
    _demand_known(time, ("column", "unit", "wrap_bits", "rate_hz"))
    listed = fields["values"]
    if not isinstance(listed, list) or not listed:
        raise ValueError("'values' lists no column")
    columns = tuple(_column(_table(entry), kind) for entry in listed)
    if kind is not Kind.CELLS and len(columns) != len(COLUMNS[kind]):
        raise ValueError(f"{kind} needs {len(COLUMNS[kind])} columns, not {len(columns)}")
    rate = fields.get("rate_hz", time.get("rate_hz"))
    name = time.get("column")
    if (name is None) == (rate is None):
        raise ValueError("either a time column or rate_hz is needed")
    unit = str(time.get("unit", "s"))
    if unit not in TIME_UNITS:
        raise ValueError(f"time unit '{unit}' is not one of {', '.join(TIME_UNITS)}")
    separator = str(fields.get("separator", "auto"))
    if separator != "auto" and (len(separator) != 1 or separator in '."\r\n'):
        raise ValueError(f"separator '{separator}' is neither 'auto' nor one character")
    read = TableMapping(
        title=str(fields.get("title", "imported table")),
        kind=kind,
        site=Site(str(fields.get("site", Site.FOOT if kind is Kind.IMU else Site.PAD))),
        columns=columns,
        time=None if name is None else str(name),
        time_s=TIME_UNITS[unit],
        wrap_bits=_whole(time, "wrap_bits", most=WRAP_LIMIT),
        rate_hz=None if rate is None else _number("rate_hz", rate, above=0.0),
        separator=separator,
        header=_switch(fields, "header", default=True),
        skip_lines=_whole(fields, "skip_lines"),
        missing=_words(fields, "missing"),
    )
    odd = [name for name in read.wanted if not read.header and not name.isdecimal()]
    if odd:
        raise ValueError(f"column '{odd[0]}' is not a number from 0, and there is no header")
    return read


def _column(entry: Mapping[str, object], kind: Kind) -> Column:
    _demand_known(entry, ("column", "unit", "scale", "x_mm", "y_mm"))
    unit = str(entry["unit"])
    if unit not in ALLOWED[kind]:
        raise ValueError(f"unit '{unit}' is not one of {', '.join(ALLOWED[kind])}")
    places = [entry.get(axis) for axis in ("x_mm", "y_mm")]
    if kind is Kind.CELLS and None in places:
        raise ValueError("every cell needs x_mm and y_mm")
    x, y = (None if place is None else _number("a cell's place", place) for place in places)
    scale = _number("scale", entry.get("scale", 1.0))
    if scale == 0.0:
        raise ValueError("scale is 0")
    return Column(str(entry["column"]), UNITS[unit] * scale, x, y)


def _demand_known(entry: Mapping[str, object], known: tuple[str, ...]) -> None:
    """Refuse a word that nobody reads: a slip of the pen would otherwise be a default without a sound."""
    odd = sorted(set(entry) - set(known))
    if odd:
        raise ValueError(f"'{odd[0]}' is not one of {', '.join(known)}")


def _number(name: str, value: object, *, above: float = -math.inf) -> float:
    number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    if not math.isfinite(number) or number <= above:
        raise ValueError(f"{name} is {value}, not a number{'' if math.isinf(above) else f' above {above:g}'}")
    return number


def _whole(entry: Mapping[str, object], name: str, *, most: int = 1_000_000) -> int:
    value = entry.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(f"{name} is {value}, not a whole number from 0 to {most}")
    return value


def _words(entry: Mapping[str, object], name: str) -> frozenset[str]:
    value = entry.get(name, [])
    listed = cast("list[object]", value) if isinstance(value, list) else [None]
    if not all(isinstance(word, str) and word for word in listed):
        raise TypeError(f"{name} is {value}, not a list of words")
    return frozenset(str(word) for word in listed)


def _switch(entry: Mapping[str, object], name: str, *, default: bool) -> bool:
    value = entry.get(name, default)
    if not isinstance(value, bool):
        raise TypeError(f"{name} is {value}, not true or false")
    return value


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("a section is missing")
    return cast("Mapping[str, object]", value)


def _why(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)
