"""Reads a table that a spreadsheet or another program saved as CSV: whichever separator and letters; it knows nothing of what is in it."""

import csv
from dataclasses import dataclass
from pathlib import Path

from ankletest.errors import ExchangeError

SEPARATORS = ";,\t|"
MOST_BYTES, MOST_ROWS = 50_000_000, 50_000
"""Of a clinic's list; more is another kind of file."""
UTF16 = (b"\xff\xfe", b"\xfe\xff")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of a spreadsheet program itself begin."""
GUARD = "'"
"""What our own tables put before a text that a spreadsheet would run."""
GUARDED = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the line of the file that it begins in, and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its headings, and its rows without empty ones; cells have no spaces around them."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]

    def column(self, index: int) -> list[str]:
        """Return what is written in a column; a row that ends before has nothing there."""
        return [line.cells[index] for line in self.lines if index < len(line.cells) and line.cells[index]]


def read_sheet(path: Path) -> Sheet:
    """Read a table with headings in its first row.

    Raises
    ------
    ExchangeError
        It cannot be read, is no table of text, or has no row below its headings.
    """
    text = _text(path)
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    lines: list[Line] = []
    start = 1
    try:
        reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
        for cells in reader:
            tidy = tuple(_cell(cell) for cell in cells)
            if any(tidy):
                lines.append(Line(start, tidy))
            start = reader.line_num + 1
    except csv.Error as error:
        raise ExchangeError(f"{path.name}: line {start} cannot be read as CSV ({error}).", "Save it again as CSV (UTF-8).") from error
    if len(lines) < 2:
        raise ExchangeError(f"{path.name} has no row below its headings.", "The first row has to name the columns.")
    if len(lines) > MOST_ROWS:
        raise ExchangeError(f"{path.name} has {len(lines)} rows; at most {MOST_ROWS} are taken in.", "Import it in parts.")
    head = lines[0].cells
    while head and not head[-1]:
        head = head[:-1]
    return Sheet(head, tuple(lines[1:]))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ExchangeError(f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB.", "This is no list of clients.")
        content = path.read_bytes()
    except OSError as error:
        raise ExchangeError(f"{path.name} cannot be read: {error.strerror}.", "Choose another file.") from error
    if content.startswith(WORKBOOKS):
        raise ExchangeError(f"{path.name} is a workbook and no CSV.", "Open it in the spreadsheet program and save it as CSV (UTF-8).")
    try:
        text = content.decode("utf-16") if content.startswith(UTF16) else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what a German or English spreadsheet writes when it is not asked
    if "\0" in text:
        raise ExchangeError(f"{path.name} is no text.", "Save it as CSV (UTF-8).")
    return text


def _cell(text: str) -> str:
    tidy = text.strip()
    return tidy[1:] if tidy.startswith(GUARD) and tidy[1:].startswith(GUARDED) else tidy
