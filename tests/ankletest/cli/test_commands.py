"""The commands as somebody types them."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ankletest.wiring import run_command

ROOT = Path(__file__).parents[3]
VISIT = ROOT / "fixtures" / "visit" / "visit.mcap"


def test_the_shipped_visit_is_made_again_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command(["verify", str(VISIT)])
    told = capsys.readouterr().out

    assert code == 0, told
    assert "whole" in told
    assert re.search(r"(\d+) of \1 stored numbers in 4 trials are made again", told), told


def test_a_flipped_byte_fails_the_verification(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged = bytearray(VISIT.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    path = tmp_path / "damaged.mcap"
    path.write_bytes(bytes(damaged))
    code = run_command(["verify", str(path)])

    assert code != 0
    assert "whole" not in capsys.readouterr().out


def test_analysis_prints_the_agreed_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = run_command(["analyse", str(VISIT), "--json"])
    told = json.loads(capsys.readouterr().out)

    assert code == 0
    assert [(t["exam"], t["side"], t["outcome"]) for t in told["trials"]] == [
        ("stance", "left", "completed"), ("stance", "right", "completed"), ("hops", "left", "completed"), ("hops", "right", "completed"),
    ]  # fmt: skip
    trial = told["trials"][0]
    assert {"exam", "side", "outcome", "window", "events", "metrics", "quality"} <= set(trial)
    ids = {m["id"] for t in told["trials"] for m in t["metrics"]}
    wanted = {"ST-01", "ST-02", *(f"SW-{n:02}" for n in (2, 3, 4, 5, 6, 7, 9, 10, 11)), "IM-01", "IM-02", "IM-03", "IM-07"}
    wanted |= {f"HP-{n:02}" for n in (*range(1, 11), *range(13, 17))}
    assert wanted <= ids
    for metric in trial["metrics"]:
        assert {"id", "key", "value", "unit", "status", "reasons", "uncertainty", "profile", "version"} <= set(metric)
        assert (metric["value"] is None) == (metric["status"] == "INVALID")
    assert {f"SY-0{n}" for n in range(1, 7)} <= set(told["symmetry"][0])
    assert all(pair["involved"] is None and (pair["SY-01"] or 0.0) <= 100.0 for pair in told["symmetry"])
    assert told["not compared"] == []


def test_the_involved_leg_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    run_command(["analyse", str(VISIT), "--json", "--involved", "left"])  # the right leg of the shipped visit is the weaker one
    pairs = json.loads(capsys.readouterr().out)["symmetry"]

    assert all(pair["involved"] == "left" for pair in pairs)
    assert any((pair["SY-01"] or 0.0) > 100.0 for pair in pairs)


def test_the_table_names_the_worse_leg_and_says_that_no_error_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    run_command(["analyse", str(VISIT)])
    told = " ".join(capsys.readouterr().out.split())

    assert "the worse leg, which is named" in told
    assert "unknown, no figure is published for it" in told


@pytest.mark.parametrize("switch", ["--research", "--all"])
def test_the_research_tier_is_printed_on_request_and_json_has_all_of_it(switch: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for more in ([], [switch], ["--json"]):
        assert run_command(["analyse", str(VISIT), *more]) == 0
        told.append(capsys.readouterr().out)
    clinical, everything, record = told
    tiers = {m["id"]: m["tier"] for t in json.loads(record)["trials"] for m in t["metrics"] if m["id"] in ("SW-17", "ST-01", "HP-18")}

    assert "ST-01" in clinical
    assert not re.search(r"SW-1\d|HP-1[178]", clinical)
    assert all(id_ in everything for id_ in ("ST-01", "SW-08", "SW-14", "SW-19", "HP-11", "HP-18"))
    assert tiers == {"ST-01": "clinical", "SW-17": "research", "HP-18": "research"}
    assert json.loads(record)["conditions"] == []  # every stance of the visit is with open eyes on firm ground


def test_a_stance_with_closed_eyes_is_held_against_one_with_open_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = []
    for eyes in ("open", "closed"):
        files.append(str(tmp_path / f"{eyes}.mcap"))
        run_command(["simulate", "stance", "-o", files[-1], "--side", "left", "--duration", "10", "--eyes", eyes, "--seed", "5"])
    capsys.readouterr()
    run_command(["analyse", *files, "--json"])
    record = json.loads(capsys.readouterr().out)
    run_command(["analyse", *files, "--research"])
    open_, closed = (next(m["value"] for m in t["metrics"] if m["key"] == "velocity") for t in record["trials"])

    assert [(c["id"], c["key"], c["side"], c["of"]) for c in record["conditions"]] == [("ST-03", "ratio_eyes", "left", "velocity")]
    assert record["conditions"][0]["value"] == pytest.approx(closed / open_)
    assert "eyes closed : eyes open" in capsys.readouterr().out


def test_the_foot_is_entered_before_a_stance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording = str(tmp_path / "s.mcap")
    run_command([
        "simulate", "stance", "-o", recording, "--side", "left", "--duration", "10", "--given", "foot_length_m=0.27", "--given",
        "foot_width_m=0.1",
    ])  # fmt: skip
    capsys.readouterr()
    run_command(["analyse", recording, "--json"])
    values = {m["key"]: m["value"] for m in json.loads(capsys.readouterr().out)["trials"][0]["metrics"]}

    assert 0.0 < values["ttb_least_ml"] < values["ttb_mean_ml"]
    assert 0.0 < values["ttb_least_ap"] < values["ttb_mean_ap"]


def test_a_simulated_hop_set_tells_what_truly_happened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording, truth = tmp_path / "h.mcap", tmp_path / "t.json"
    run_command(["simulate", "hops", "-o", str(recording), "--truth", str(truth), "--side", "left", "--seed", "4"])
    capsys.readouterr()
    run_command(["analyse", str(recording), "--json"])
    (trial,) = json.loads(capsys.readouterr().out)["trials"]
    values = {m["key"]: m["value"] for m in trial["metrics"]}

    assert trial["outcome"] == "completed"
    assert json.loads(truth.read_text())["trials"]
    assert abs(values["momentum_balance"] - 1.0) < 0.02  # HP-16's own limit
    assert 0.15 < values["contact_time"] < 0.35


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        run_command(["simulate", "stance", "-o", str(tmp_path / f"{name}.mcap"), "--side", "left", "--duration", "10", "--seed", "9"])

    assert (tmp_path / "a.mcap").read_bytes() == (tmp_path / "b.mcap").read_bytes()


def test_an_export_holds_samples_events_and_numbers(tmp_path: Path) -> None:
    run_command(["export", str(VISIT), "--to", "csv", "-o", str(tmp_path / "out")])

    with (tmp_path / "out" / "metrics.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    assert {r["key"] for r in rows} >= {"path", "contact_time"}
    with (tmp_path / "out" / "pad.csv").open() as table:
        assert table.readline().strip() == "time_s,force_n,cop_x_mm,cop_y_mm,clipped,lost_before"
    assert (tmp_path / "out" / "events.csv").exists()


@pytest.mark.shared_data
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_vendor_s_stance_comes_out_as_the_vendor_printed_it(
    shared_data: Path, tmp_path: Path, side: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared_data / "kinvent_single_leg"
    vendor = json.loads((folder / "reference_vendor.json").read_text())[f"sls_60s_{side}"]["vendor"]
    recording = tmp_path / "k.mcap"
    source = str(folder / f"sls_60s_{side}.csv")
    assert run_command(["import", source, "--as", "kinvent-cells", "--exam", "stance", "--side", side, "-o", str(recording)]) == 0
    capsys.readouterr()
    run_command(["analyse", str(recording), "--exam", "stance", "--profile", "P-RAW", "--window", "all", "--json"])
    (trial,) = json.loads(capsys.readouterr().out)["trials"]
    values = {m["key"]: m["value"] for m in trial["metrics"]}

    # 0.05 % is what the issue asks; the ellipse under the chi-square quantile within 0.1 %.
    for key, name in {
        "path": "path_mm", "path_ap": "path_ap_mm", "path_ml": "path_ml_mm", "velocity": "mean_velocity_mm_s", "sd_ap": "sd_ap_mm",
        "sd_ml": "sd_ml_mm", "range_ap": "amplitude_ap", "range_ml": "amplitude_ml",
    }.items():  # fmt: skip
        assert values[key] == pytest.approx(vendor[name], rel=5e-4), key
    assert values["ellipse_area"] == pytest.approx(vendor["ellipse_mm2"], rel=1e-3)
    assert {m["profile"] for m in trial["metrics"] if m["id"].startswith("SW")} == {"P-RAW"}


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["analyse", "nowhere.mcap"], "nowhere.mcap"),
        (["verify", "README.md"], "README.md"),
        (["import", "README.md", "--as", "force-csv", "-o", "out.mcap"], "no column"),
        (["import", "README.md", "--as", "nothing", "-o", "out.mcap"], "no mapping 'nothing'"),
        (["import", "README.md", "-o", "out.mcap"], "format is not given"),
        (["analyse", "fixtures"], "fixtures"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_with_a_hint_and_code_2(argv: list[str], told: str) -> None:
    done = subprocess.run([sys.executable, "-m", "ankletest", *argv], capture_output=True, text=True, cwd=ROOT, check=False)

    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) >= 2
    assert not (ROOT / "out.mcap").exists()


def test_without_a_display_the_window_says_what_to_do() -> None:
    done = subprocess.run([sys.executable, "-m", "ankletest"], capture_output=True, text=True, cwd=ROOT, check=False, env={"PATH": ""})

    assert done.returncode == 2
    assert "ankletest demo" in done.stderr


def test_the_doctor_finds_the_rooms_in_one_place(capsys: pytest.CaptureFixture[str]) -> None:
    run_command(["doctor"])
    told = capsys.readouterr().out

    for room in ("ankletest", "drivers", "calibration", "ui"):
        assert f"ok   room {room}: " in told


def test_the_start_imports_nothing_heavy() -> None:
    code = (
        "import sys, ankletest.__main__, ui.app; print([m for m in ('numpy','scipy','sqlalchemy','pyqtgraph','bleak') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)

    assert done.stdout.strip() == "[]"
