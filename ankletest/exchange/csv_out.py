"""Samples, events and numbers as CSV tables: units in the header, decimal points, UTF-8, no number as an empty cell, and no formulas."""

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ankletest.errors import ExchangeError
from ankletest.metrics.base import MetricValue
from ankletest.samples import COLUMNS
from ankletest.trial import Stream, Trial

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters that a spreadsheet would run."""


def export_csv(folder: Path, streams: Sequence[Stream], done: Sequence[tuple[Trial, Sequence[MetricValue]]]) -> list[Path]:
    """Write a table for each stream, one of events and one of numbers; return their paths.

    Raises
    ------
    ExchangeError
        When the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [_stream(folder, stream) for stream in streams]
        written.append(write_table(folder / "events.csv", _EVENT_HEADER, _events(done)))
        written.append(write_table(folder / "metrics.csv", _METRIC_HEADER, _metrics(done)))
    except OSError as error:
        raise ExchangeError(f"{folder} cannot be written: {error.strerror}.", "Choose another folder, or free some space.") from error
    return written


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write one table and return its path; raises ``OSError``."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)
    return path


_EVENT_HEADER = ("trial", "exam", "side", "what", "start_s", "end_s", "value", "device", "valid", "note", "u_s")
_METRIC_HEADER = (
    "trial",
    "exam",
    "side",
    "outcome",
    "id",
    "key",
    "title",
    "value",
    "uncertainty",
    "unit",
    "status",
    "reasons",
    "profile",
    "version",
)


def _stream(folder: Path, stream: Stream) -> Path:
    header = ("time_s", *COLUMNS[stream.kind], "clipped", "lost_before")
    flags = np.column_stack((stream.clipped, stream.lost)).astype(np.int64).tolist()
    rows = ((t, *row, *flag) for t, row, flag in zip(stream.t_s.tolist(), stream.values.tolist(), flags, strict=True))
    return write_table(folder / f"{_plain(stream.device)}.csv", header, rows)


def _events(done: Sequence[tuple[Trial, Sequence[MetricValue]]]) -> Iterable[Sequence[object]]:
    for trial, _ in done:
        for e in trial.events:
            yield (*_who(trial), e.what.value, e.t_s, e.end_s, e.value, e.device, int(e.valid), e.note, e.u_s)


def _metrics(done: Sequence[tuple[Trial, Sequence[MetricValue]]]) -> Iterable[Sequence[object]]:
    for trial, values in done:
        for v in values:
            m = v.metric
            yield (
                *_who(trial), trial.outcome.value, m.id, m.key, m.title, v.value, v.uncertainty, m.unit, v.status.value,
                "; ".join(v.reasons), v.profile, m.version,
            )  # fmt: skip


def _who(trial: Trial) -> tuple[str, str, str]:
    return trial.setup.trial, trial.setup.exam, trial.setup.side.value


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return repr(float(value))  # the shortest text that reads back equal; numpy's own would name its type
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int) else text


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in name)
