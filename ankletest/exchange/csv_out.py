"""Tables as CSV: units in the header, decimal points, UTF-8, no number as an empty cell, and no formulas."""

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from ankletest.exchange.open_tables import Cells, Done, OpenTable, event_table, listed, result_table, sample_table
from ankletest.exchange.written import Batch, together
from ankletest.trial import Stream

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters that a spreadsheet would run."""


def export_csv(folder: Path, streams: Sequence[Stream], done: Done, *, force: bool = False) -> list[Path]:
    """Write a table for each stream, one of events and one of numbers; return their paths.

    Raises
    ------
    AlreadyThere
        One of the tables is there, and ``force`` does not say that it may be replaced.
    ExchangeError
        When the folder cannot be written.
    """
    tables = [*(sample_table(stream, {}) for stream in streams), event_table(done, {}), result_table(done, {})]
    with together(folder, force=force) as batch:
        put_csv(batch, tables)
    return [folder / name for name in batch.names]


def put_csv(batch: Batch, tables: Iterable[OpenTable]) -> None:
    """Write tables into a batch, ``<name>.csv`` each."""
    for table in tables:
        columns = [_column(cells.cells, listed(cells)) for cells in table.columns]
        write_table(batch.make(f"{table.name}.csv"), [column.name for column in table.columns], zip(*columns, strict=True))


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write one table and return its path; raises ``OSError``."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)
    return path


def _column(cells: Cells, values: Sequence[object]) -> Sequence[object]:
    return [None if value is None else int(bool(value)) for value in values] if cells is Cells.TRUTH else values


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return repr(float(value))  # the shortest text that reads back equal; numpy's own would name its type
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int) else text
