"""Parquet and JSON hold what CSV holds, with types and where it is from; files appear whole, or not at all, and never over another."""

import json
import math
import resource
import sys
from pathlib import Path

import numpy as np
import pytest

from ankletest.analysis import extract_of
from ankletest.errors import ExchangeError
from ankletest.exchange import parquet_out
from ankletest.exchange.json_out import plain
from ankletest.exchange.open_tables import Extract, result_table, sample_table
from ankletest.exchange.out import Format, write_out
from ankletest.exchange.written import AlreadyThere, one_file, together
from ankletest.metrics import METRICS
from ankletest.metrics.base import MetricValue, Status
from ankletest.recording.reader import Recording
from ankletest.samples import Kind, Side, Site
from ankletest.trial import Outcome, Setup, Stream, Trial
from drivers.catalog import MODELS

VISIT = Path(__file__).parents[3] / "fixtures" / "visit" / "visit.mcap"
ABOUT = {"program": "ankletest 1", "sha256": "ab" * 32, "damage": ""}


def pad() -> Stream:
    """Return five samples, a sixth is missing between the second and the third, and nobody stands on it at the end."""
    values = np.column_stack((np.array([700.1, 701.2, 702.3, 703.4, 1.0]), np.full(5, 1 / 3), np.full(5, -2.5)))
    values[4, 1:] = math.nan
    flags = np.arange(5)
    t_s = np.array([0.0, 0.01, 0.03, 0.04, 0.05])
    return Stream("pad", Site.PAD, None, Kind.PAD, t_s, values, clipped=flags == 1, lost=flags == 2, rate_hz=100.0, lost_samples=1)


def extract() -> Extract:
    one = Trial(Setup("stance", Side.LEFT, trial="t-1"), Outcome.COMPLETED, (), (0.0, 0.06), (0.0, 0.05))
    known = MetricValue(METRICS[0], 1 / 3, Status.OK, (), 0.01, (0.0, 0.05), "P-COP", 5, 1)
    unknown = MetricValue(METRICS[1], None, Status.INVALID, ("too short", "no pad"), None, (math.nan, math.nan), "P-COP")
    return Extract((pad(),), ((one, (known, unknown)),), ABOUT)


# ---- Parquet --------------------------------------------------------------------------------------------------------------------


def test_parquet_holds_types_nulls_units_and_origin(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow, an optional extra, is not installed")
    written, told = write_out(tmp_path, extract(), [Format.PARQUET])
    samples, numbers = parquet.read_table(tmp_path / "pad.parquet"), parquet.read_table(tmp_path / "metrics.parquet")
    about = json.loads(samples.schema.metadata[b"ankletest"])

    assert told == []
    assert sorted(path.name for path in written) == ["events.parquet", "metrics.parquet", "pad.parquet"]
    assert samples.column_names == ["time_s", "force_n", "cop_x_mm", "cop_y_mm", "clipped", "lost_before"]
    np.testing.assert_array_equal(samples["time_s"].to_numpy(), pad().t_s)
    assert samples["cop_x_mm"].to_pylist() == [1 / 3] * 4 + [None]
    assert samples["lost_before"].to_pylist() == [False, False, True, False, False]
    assert (about["sha256"], about["stream"]["lost_samples"], about["stream"]["rate_hz"]) == ("ab" * 32, 1, 100.0)
    assert numbers["value"].to_pylist() == [1 / 3, None]
    assert numbers["window_start_s"].to_pylist() == [0.0, None]
    row = numbers.to_pylist()[1]
    assert (row["id"], row["unit"], row["version"], row["status"]) == (METRICS[1].id, METRICS[1].unit, METRICS[1].version, "INVALID")
    assert row["reasons"] == "too short; no pad"
    assert json.loads(numbers.schema.metadata[b"ankletest"])["program"] == "ankletest 1"


def test_without_pyarrow_a_sentence_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed: importing it raises ImportError

    with pytest.raises(ExchangeError, match="pyarrow is not installed") as caught:
        write_out(tmp_path / "out", extract(), [Format.CSV, Format.PARQUET])
    assert "pip install ankletest[parquet]" in caught.value.hint
    assert not parquet_out.able()
    assert not (tmp_path / "out").exists()


# ---- JSON and CSV ---------------------------------------------------------------------------------------------------------------


def test_json_holds_everything_with_null_for_what_is_not_known(tmp_path: Path) -> None:
    write_out(tmp_path, extract(), [Format.JSON])
    record = json.loads((tmp_path / "recording.json").read_text("utf-8"))
    (stream,), (one,) = record["streams"], record["trials"]

    assert record["program"] == "ankletest 1"
    assert stream["columns"]["cop_x_mm"] == [1 / 3] * 4 + [None]
    assert stream["columns"]["lost_before"] == [0, 0, 1, 0, 0]
    assert stream["lost_samples"] == 1
    assert [metric["value"] for metric in one["metrics"]] == [1 / 3, None]
    assert one["metrics"][0]["uncertainty"] == 0.01
    assert one["setup"]["trial"] == "t-1"


def test_csv_has_a_page_of_what_it_has_no_columns_for(tmp_path: Path) -> None:
    write_out(tmp_path, extract(), [Format.CSV])
    about = json.loads((tmp_path / "about.json").read_text("utf-8"))

    assert (about["sha256"], about["streams"][0]["rate_hz"], about["quality"][0]["trial"]) == ("ab" * 32, 100.0, "t-1")
    assert "columns" not in about["streams"][0]


def test_plain_values_have_no_nan_and_no_numpy() -> None:
    assert plain({"a": [math.nan, np.float64(1.5), (math.inf, np.int64(3))]}) == {"a": [None, 1.5, [None, 3]]}


def test_a_gap_is_never_closed_up() -> None:
    table = {column.name: column.values for column in sample_table(pad(), {}).columns}

    assert np.diff(table["time_s"]).max() == pytest.approx(0.02)
    assert np.flatnonzero(table["lost_before"]).tolist() == [2]


def test_all_formats_of_a_recording_tell_the_same_numbers(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow, an optional extra, is not installed")
    whole = extract_of(Recording.open(VISIT), MODELS)
    write_out(tmp_path, whole, list(Format))
    record = json.loads((tmp_path / "recording.json").read_text("utf-8"))
    rows = parquet.read_table(tmp_path / "metrics.parquet").to_pylist()
    told = [metric["value"] for one in record["trials"] for metric in one["metrics"]]

    assert [row["value"] for row in rows] == told
    assert len(rows) == len(result_table(whole.done, {}).columns[0].values) > 100
    assert len(list(tmp_path.glob("*.c3d"))) == 8
    assert record["sha256"] == Recording.open(VISIT).sha256()


# ---- files that appear whole ----------------------------------------------------------------------------------------------------


def test_nothing_is_written_over_unless_somebody_says_so(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text("precious")

    with pytest.raises(AlreadyThere, match=r"metrics\.csv is there already"):
        write_out(tmp_path, extract(), [Format.CSV])
    assert [path.name for path in tmp_path.iterdir()] == ["metrics.csv"]
    assert (tmp_path / "metrics.csv").read_text() == "precious"
    write_out(tmp_path, extract(), [Format.CSV], force=True)
    assert (tmp_path / "metrics.csv").read_text().startswith("trial,")


def test_a_full_disk_leaves_what_was_there_and_a_sentence(tmp_path: Path) -> None:
    write_out(tmp_path, extract(), [Format.CSV])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        with pytest.raises(ExchangeError, match="cannot be written: File too large") as caught:
            write_out(tmp_path, extract(), [Format.CSV], force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert "what was there before is as it was" in caught.value.hint
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_exception_leaves_no_trace(tmp_path: Path) -> None:
    def fail() -> None:
        with together(tmp_path / "out") as batch:
            batch.make("a.csv").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_names_that_differ_by_case_only_get_a_number(tmp_path: Path) -> None:
    with together(tmp_path) as batch:
        for name in ("Pad.csv", "pad.csv"):
            batch.make(name).write_text(name)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["Pad.csv", "pad-2.csv"]


def test_a_single_file_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match="there is no such folder"), one_file(tmp_path / "no" / "a.csv"):
        raise AssertionError("nothing may be written")
    with one_file(tmp_path / "a.csv") as path:
        path.write_text("whole")

    assert (tmp_path / "a.csv").read_text() == "whole"
