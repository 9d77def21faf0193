"""An extract in the formats that are asked for; which formats there are, and what each writes into the folder."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from ankletest.exchange.c3d_out import put_c3d
from ankletest.exchange.csv_out import put_csv
from ankletest.exchange.json_out import write_about, write_json
from ankletest.exchange.open_tables import Extract, OpenTable, event_table, named_streams, result_table, sample_table
from ankletest.exchange.parquet_out import put_parquet
from ankletest.exchange.written import Batch, together


class Format(StrEnum):
    """What an extract can be written as."""

    CSV = "csv"
    PARQUET = "parquet"
    C3D = "c3d"
    JSON = "json"


def write_out(folder: Path, whole: Extract, formats: Sequence[Format], *, force: bool = False) -> tuple[list[Path], list[str]]:
    """Write an extract into a folder; all files appear together, or none.

    Returns
    -------
    The files, and sentences on what they do not hold.

    Raises
    ------
    AlreadyThere
        One of the files is there, and ``force`` does not say that it may be replaced.
    ExchangeError
        The folder cannot be written, or a library is missing.
    """
    told: list[str] = []
    with together(folder, force=force) as batch:
        for kind in dict.fromkeys(formats):
            told += _WRITERS[kind](batch, whole)
    return [folder / name for name in batch.names], told


def tables_of(whole: Extract) -> list[OpenTable]:
    """Return the tables of an extract: samples of each device, events, numbers."""
    samples = [sample_table(stream, whole.about, name=name) for name, stream in named_streams(whole)]
    return [*samples, event_table(whole.done, whole.about), result_table(whole.done, whole.about)]


def _csv(batch: Batch, whole: Extract) -> list[str]:
    put_csv(batch, tables_of(whole))
    write_about(batch.make("about.json"), whole)
    return []


def _parquet(batch: Batch, whole: Extract) -> list[str]:
    put_parquet(batch, tables_of(whole))
    return []


def _json(batch: Batch, whole: Extract) -> list[str]:
    write_json(batch.make("recording.json"), whole)
    return []


_WRITERS: Mapping[Format, Callable[[Batch, Extract], list[str]]] = {
    Format.CSV: _csv, Format.PARQUET: _parquet, Format.C3D: put_c3d, Format.JSON: _json,
}  # fmt: skip
