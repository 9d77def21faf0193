"""``ankletest export`` as somebody types it."""

import csv
import json
import sys
from pathlib import Path

import pytest

from ankletest.wiring import run_command

VISIT = Path(__file__).parents[3] / "fixtures" / "visit" / "visit.mcap"


def test_csv_is_what_comes_without_a_wish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command(["export", str(VISIT), "-o", str(tmp_path / "out")])

    assert code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "about.json", "events.csv", "foot-left.csv", "foot-right.csv", "metrics.csv", "pad.csv",
    ]  # fmt: skip
    with (tmp_path / "out" / "metrics.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert {"id", "version", "unit", "status", "reasons", "uncertainty", "profile"} <= set(rows[0])
    assert "Written:" in capsys.readouterr().out


def test_a_second_export_asks_for_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["export", str(VISIT), "--as", "c3d", "-o", str(tmp_path / "out")]
    assert run_command(command) == 0
    assert run_command(command) == 2
    told = capsys.readouterr().err

    assert "is there already, and so are 7 more" in told
    assert "--force" in told
    assert run_command([*command, "--force"]) == 0


def test_several_recordings_get_a_folder_each(tmp_path: Path) -> None:
    other = tmp_path / "other.mcap"
    other.write_bytes(VISIT.read_bytes())
    code = run_command(["export", str(VISIT), str(VISIT), str(other), "--as", "json", "-o", str(tmp_path / "out")])

    assert code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["other", "visit", "visit-2"]
    record = json.loads((tmp_path / "out" / "other" / "recording.json").read_text("utf-8"))
    assert record["recording"] == "other.mcap"
    assert len(record["trials"]) == 4


def test_parquet_without_its_library_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed

    assert run_command(["export", str(VISIT), "--as", "parquet", "-o", str(tmp_path / "out")]) == 2
    assert "pip install ankletest[parquet]" in capsys.readouterr().err
