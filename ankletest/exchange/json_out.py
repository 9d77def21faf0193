"""Everything of an extract as one JSON file: where it is from, samples by column, trials with events and numbers; NaN is null."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np

from ankletest.exchange.open_tables import Extract, listed, named_streams, sample_table, stream_facts, trial_facts
from ankletest.trial import Stream, Trial


def write_json(path: Path, whole: Extract) -> None:
    """Write an extract; raises ``OSError``."""
    record = {
        **whole.about,
        "streams": [_stream(name, stream) for name, stream in named_streams(whole)],
        "trials": [trial_facts(trial, values) for trial, values in whole.done],
    }
    with path.open("w", encoding="utf-8") as out:
        # A line for each top-level thing would need a writer of its own; whoever wants to read it by eye has the tables.
        json.dump(plain(record), out, ensure_ascii=False, allow_nan=False)
        out.write("\n")


def write_about(path: Path, whole: Extract) -> None:
    """Write what CSV has no place for: where the samples are from, their rates, losses and calibrations; raises ``OSError``."""
    record = {
        **whole.about,
        "streams": [{"name": name, **stream_facts(stream)} for name, stream in named_streams(whole)],
        "quality": [_quality(t) for t, _ in whole.done],
    }
    path.write_text(json.dumps(plain(record), indent=1, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")


def plain(value: object) -> object:
    """Return a value in which every NaN or infinity is None, for JSON."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in cast("Mapping[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in cast("Sequence[object]", value)]
    return value


def _quality(trial: Trial) -> dict[str, object]:
    setup = trial.setup
    return {"trial": setup.trial, "exam": setup.exam, "side": setup.side.value, "setup": setup.as_json(), **dict(trial.quality)}


def _stream(name: str, stream: Stream) -> dict[str, object]:
    table = sample_table(stream, {})
    facts = cast("Mapping[str, object]", table.about["stream"])
    return {"name": name, **facts, "columns": {column.name: listed(column) for column in table.columns}}
