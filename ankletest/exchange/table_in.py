"""Reads tables of other makers by a mapping: separators, decimal commas, lines before the columns, compressed files; nothing is guessed."""

import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ankletest.errors import ExchangeError
from ankletest.exchange.mapping import TableMapping
from ankletest.exchange.mapping import shipped as shipped
from ankletest.samples import FloatArray

HEADER_WITHIN = 60
"""The line with the names of the columns is looked for among so many."""
SIZE_LIMIT = 512 << 20
"""Largest table that is read, bytes (unpacked): some hours of any device."""
_FAULT = re.compile(r"string '(?P<text>.*)' to float64 at row (?P<row>\d+), column (?P<column>\d+)")
_SHORT = re.compile(r"at row (?P<row>\d+)")


@dataclass(frozen=True, slots=True)
class Table:
    """Seconds from the first row (n,), and values (n, k) in our units."""

    t_s: FloatArray
    values: FloatArray


def read_table(path: Path, mapping: TableMapping) -> Table:
    """Read a table.

    Raises
    ------
    ExchangeError
        Missing, empty, binary, other columns than the mapping's, cells that are no numbers, or a time that does not increase; with the
        line where there is one.
    """
    lines = _text(path).splitlines()[mapping.skip_lines :]
    if not any(line.strip() for line in lines):
        raise ExchangeError(f"{path.name} is empty.", "Export it again.")
    first, separator, positions = _columns(path, lines, mapping)
    body = lines[first:]
    while body and not body[-1].strip():
        body.pop()
    if not body:
        raise ExchangeError(f"{path.name} has columns but no rows.", "Export it again.")
    if separator != "," and any("," in line for line in body[:5]):  # a decimal comma
        body = [line.replace(",", ".") for line in body]
    if mapping.missing:
        body = [_blanked(line, separator, mapping.missing) for line in body]
    offset = mapping.skip_lines + first
    numbers = _numbers(path, body, separator, positions, offset)
    if mapping.time is None:
        t_s = np.arange(len(numbers)) / (mapping.rate_hz or 1.0)
        values = numbers
    else:
        t_s = _seconds(path, numbers[:, 0], mapping, offset)
        values = numbers[:, 1:]
    factors = np.array([column.factor for column in mapping.columns])
    return Table(t_s, values * factors)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            unpack = zlib.decompressobj(wbits=31)
            raw = unpack.decompress(raw, SIZE_LIMIT)
            if unpack.unconsumed_tail:
                raise ExchangeError(f"{path.name} holds more than {SIZE_LIMIT >> 20} MB.", "Cut it into parts.")
            if not unpack.eof:
                raise ExchangeError(f"{path.name} is cut off.", "Copy it again.")
    except IsADirectoryError as error:
        raise ExchangeError(f"{path} is a folder.", "Name a file in it.") from error
    except FileNotFoundError as error:
        raise ExchangeError(f"{path} is not there.", "Check the name.") from error
    except (OSError, zlib.error, gzip.BadGzipFile) as error:
        raise ExchangeError(f"{path.name} cannot be read: {error}.", "Copy it again.") from error
    if len(raw) > SIZE_LIMIT:
        raise ExchangeError(f"{path.name} holds more than {SIZE_LIMIT >> 20} MB.", "Cut it into parts.")
    if b"\x00" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ExchangeError(f"{path.name} is not a text file.", "Export a table (CSV); for C3D files use --as c3d.")
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _columns(path: Path, lines: list[str], mapping: TableMapping) -> tuple[int, str, list[int]]:
    """Return the first line of rows, the separator, and the positions of the wanted columns."""
    if not mapping.header:
        separator = _separator(lines[0]) if mapping.separator == "auto" else mapping.separator
        return 0, separator, [int(name) for name in mapping.wanted]
    best: tuple[list[str], list[str]] = ([], list(mapping.wanted))
    for number, line in enumerate(lines[:HEADER_WITHIN]):
        separator = _separator(line) if mapping.separator == "auto" else mapping.separator
        names = [name.strip().strip('"').casefold() for name in line.split(separator)]
        missing = [name for name in mapping.wanted if name.casefold() not in names]
        if not missing:
            return number + 1, separator, [names.index(name.casefold()) for name in mapping.wanted]
        if len(missing) < len(best[1]) or not best[0]:
            best = ([name for name in names if name], missing)
    found = ", ".join(best[0][:12]) or "nothing"
    raise ExchangeError(
        f"{path.name} has no column {', '.join(best[1])}; found: {found}.",
        f"Is it another maker's file? Mappings: {', '.join(shipped())}; docs/import.md tells how to write one.",
    )


def _separator(line: str) -> str:
    for mark in ("\t", ";", ","):
        if mark in line:
            return mark
    return ","


def _blanked(line: str, separator: str, missing: frozenset[str]) -> str:
    """Return a row with NaN in the cells that say that there is no value."""
    return separator.join("nan" if cell.strip() in missing else cell for cell in line.split(separator))


def _numbers(path: Path, body: list[str], separator: str, positions: list[int], offset: int) -> FloatArray:
    try:
        return np.loadtxt(body, dtype=np.float64, delimiter=separator, usecols=positions, ndmin=2, comments=None, quotechar='"')
    except ValueError as error:
        fault = _FAULT.search(str(error))
        if fault:
            line = offset + int(fault["row"]) + 1
            raise ExchangeError(
                f"{path.name}, line {line}: '{fault['text'][:40]}' is not a number.", "Correct the line, or export again."
            ) from error
        short = _SHORT.search(str(error))
        where = f", line {offset + int(short['row'])}" if short else ""  # here numpy counts rows from 1
        raise ExchangeError(
            f"{path.name}{where}: the row does not have all its columns.", "The file may be cut; export it again."
        ) from error


def _seconds(path: Path, column: FloatArray, mapping: TableMapping, offset: int) -> FloatArray:
    bad = np.flatnonzero(~np.isfinite(column))
    if len(bad):
        raise ExchangeError(
            f"{path.name}, line {offset + int(bad[0]) + 1}: the time is not a number.", "Correct the line, or export again."
        )
    steps = np.diff(column)
    if mapping.wrap_bits:
        steps = np.where(steps < -(2.0 ** (mapping.wrap_bits - 1)), steps + 2.0**mapping.wrap_bits, steps)
    back = np.flatnonzero(steps <= 0.0)
    if len(back):
        line = offset + int(back[0]) + 2
        raise ExchangeError(
            f"{path.name}, line {line}: the time does not increase.", "Sort the rows, or cut the file where it starts over."
        )
    if not mapping.wrap_bits:
        return np.asarray((column - column[0]) * mapping.time_s, dtype=np.float64)
    return np.asarray(np.concatenate(([0.0], np.cumsum(steps))) * mapping.time_s, dtype=np.float64)
