"""Samples, events, trials and numbers as typed columns, the same for every format that holds tables; it writes no files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

import numpy as np

from ankletest.metrics.base import MetricValue
from ankletest.samples import COLUMNS, BoolArray, FloatArray
from ankletest.trial import Event, Stream, Trial

Done = Sequence[tuple[Trial, Sequence[MetricValue]]]
"""Trials with their numbers, oldest first."""


class Cells(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """A column: a name that carries the unit, and what its cells hold; None and NaN: not known."""

    name: str
    cells: Cells
    values: Sequence[object] | FloatArray | BoolArray


@dataclass(frozen=True, slots=True)
class OpenTable:
    """Columns of equal length, and what is to be known of all of them."""

    name: str
    columns: tuple[OpenColumn, ...]
    about: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Extract:
    """What an export holds: streams, trials with all their numbers, and where they are from."""

    streams: tuple[Stream, ...]
    done: tuple[tuple[Trial, tuple[MetricValue, ...]], ...]
    about: Mapping[str, object]


def named_streams(whole: Extract) -> list[tuple[str, Stream]]:
    """Return what samples there are and what each is called: those of the recording, or where only trials are at hand those of each."""
    if whole.streams:
        return [(plain_name(stream.device), stream) for stream in whole.streams]
    return [
        (trial_name(number, trial, stream), stream) for number, (trial, _) in enumerate(whole.done, start=1) for stream in trial.streams
    ]


def trial_name(number: int, trial: Trial, stream: Stream) -> str:
    """Return what the samples of a device in a trial are called."""
    return f"{number:03}_{plain_name(trial.setup.exam)}_{trial.setup.side.value}_{plain_name(stream.device)}"


def sample_table(stream: Stream, about: Mapping[str, object], *, name: str = "") -> OpenTable:
    """Return the samples of a device; the table is called like the device unless told otherwise.

    Times are those of the samples that came: nothing is put in for what is missing, ``lost_before`` is true on the row after it.
    """
    columns = [OpenColumn("time_s", Cells.NUMBER, stream.t_s)]
    columns += [OpenColumn(name, Cells.NUMBER, stream.values[:, k]) for k, name in enumerate(COLUMNS[stream.kind])]
    columns += [OpenColumn("clipped", Cells.TRUTH, stream.clipped), OpenColumn("lost_before", Cells.TRUTH, stream.lost)]
    return OpenTable(name or plain_name(stream.device), tuple(columns), {**about, "stream": stream_facts(stream)})


def event_table(done: Done, about: Mapping[str, object]) -> OpenTable:
    """Return the events of trials; times in session seconds, the unit of ``value`` is that of the event (docs/export.md)."""
    rows = [(trial, event) for trial, _ in done for event in trial.events]
    facts = [event_facts(event) for _, event in rows]
    columns = [
        *_who([trial for trial, _ in rows]),
        *(OpenColumn(name, cells, [fact[name] for fact in facts]) for name, cells in _EVENT.items()),
    ]
    return OpenTable("events", tuple(columns), about)


def result_table(done: Done, about: Mapping[str, object]) -> OpenTable:
    """Return the numbers of trials, a row each, with unit, status, reasons, uncertainty, profile and version."""
    rows = [(trial, value) for trial, values in done for value in values]
    whose = [trial for trial, _ in rows]
    v = [value for _, value in rows]
    columns = (
        *_who(whose),
        OpenColumn("outcome", Cells.TEXT, [trial.outcome.value for trial in whose]),
        OpenColumn("id", Cells.TEXT, [one.metric.id for one in v]),
        OpenColumn("key", Cells.TEXT, [one.metric.key for one in v]),
        OpenColumn("title", Cells.TEXT, [one.metric.title for one in v]),
        OpenColumn("value", Cells.NUMBER, [one.value for one in v]),
        OpenColumn("uncertainty", Cells.NUMBER, [one.uncertainty for one in v]),
        OpenColumn("unit", Cells.TEXT, [one.metric.unit for one in v]),
        OpenColumn("status", Cells.TEXT, [one.status.value for one in v]),
        OpenColumn("reasons", Cells.TEXT, ["; ".join(one.reasons) for one in v]),
        OpenColumn("profile", Cells.TEXT, [one.profile for one in v]),
        OpenColumn("version", Cells.WHOLE, [one.metric.version for one in v]),
        OpenColumn("tier", Cells.TEXT, [one.metric.tier.value for one in v]),
        OpenColumn("better", Cells.TEXT, [one.metric.better.value for one in v]),
        OpenColumn("window_start_s", Cells.NUMBER, [one.window_s[0] for one in v]),
        OpenColumn("window_end_s", Cells.NUMBER, [one.window_s[1] for one in v]),
        OpenColumn("n_used", Cells.WHOLE, [one.n_used for one in v]),
        OpenColumn("n_rejected", Cells.WHOLE, [one.n_rejected for one in v]),
    )
    return OpenTable("metrics", columns, about)


def stream_facts(stream: Stream) -> dict[str, object]:
    """Return what is known of a stream beside its samples."""
    return {
        "device": stream.device, "site": stream.site.value, "side": stream.side.value if stream.side else None, "kind": stream.kind.value,
        "rate_hz": stream.rate_hz, "nominal_hz": stream.nominal_hz, "samples": len(stream.t_s), "timing": stream.timing,
        "timing_u_s": stream.timing_u_s, "skew_ppm": stream.skew_ppm, "lost_samples": stream.lost_samples, "loss_by": stream.loss_by,
        "lost_u": stream.lost_u, "aligned": stream.aligned.as_json() if stream.aligned else None, "calibration": stream.standing.as_json(),
        "acc_range_g": stream.acc_range_g, "gyro_range_dps": stream.gyro_range_dps, "half_span_mm": stream.half_span_mm,
    }  # fmt: skip


def event_facts(event: Event) -> dict[str, object]:
    """Return an event as plain values."""
    return {
        "what": event.what.value, "start_s": event.t_s, "end_s": event.end_s, "value": event.value, "device": event.device,
        "valid": event.valid, "note": event.note, "u_s": event.u_s,
    }  # fmt: skip


def trial_facts(trial: Trial, values: Sequence[MetricValue]) -> dict[str, object]:
    """Return a trial with its numbers and events as plain values."""
    return {
        "exam": trial.setup.exam, "side": trial.setup.side.value, "trial": trial.setup.trial, "setup": trial.setup.as_json(),
        "outcome": trial.outcome.value, "reasons": list(trial.reasons), "span": list(trial.span_s), "window": list(trial.window_s),
        "body_weight_n": trial.body_weight_n, "hold_s": trial.hold_s, "capped": trial.capped,
        "events": [event_facts(event) for event in trial.events], "metrics": [value.as_json() for value in values],
        "quality": dict(trial.quality),
    }  # fmt: skip


def listed(column: OpenColumn) -> Sequence[object]:
    """Return the cells of a column as plain Python values."""
    values = column.values
    if not isinstance(values, np.ndarray):
        return values
    return cast("list[object]", (values.astype(np.int64) if column.cells is Cells.TRUTH else values).tolist())


def plain_name(name: str) -> str:
    """Return a name that stays within its folder on every system."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in name)


_EVENT = {
    "what": Cells.TEXT, "start_s": Cells.NUMBER, "end_s": Cells.NUMBER, "value": Cells.NUMBER, "device": Cells.TEXT, "valid": Cells.TRUTH,
    "note": Cells.TEXT, "u_s": Cells.NUMBER,
}  # fmt: skip


def _who(trials: Sequence[Trial]) -> tuple[OpenColumn, ...]:
    return (
        OpenColumn("trial", Cells.TEXT, [trial.setup.trial for trial in trials]),
        OpenColumn("exam", Cells.TEXT, [trial.setup.exam for trial in trials]),
        OpenColumn("side", Cells.TEXT, [trial.setup.side.value for trial in trials]),
    )
