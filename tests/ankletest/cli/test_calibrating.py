"""Calibrating as somebody types it: simulate, calibrate from the recording, file, attach, analyse under another certificate."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ankletest.recording.reader import Recording
from ankletest.wiring import run_command

PAD = ["--seed", "5", "--pad-rate", "100"]
FLAWS = ["--fault", "pad_gain=0.02"]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a tare and a span of the practice pad, and the recordings they were made from."""
    folder = tmp_path_factory.mktemp("bench")
    for kind in ("pad_tare", "pad_span"):
        target = str(folder / f"{kind}.mcap")
        assert run_command(["simulate", kind, "-o", target, *PAD, *FLAWS, "--operator", "OP1"]) == 0
        assert run_command(["--data", str(folder), "calibrate", kind, "--from", target]) == 0
    return folder


def filed(bench: Path, kind: str) -> str:
    (path,) = (bench / "certificates").glob(f"*_{kind}_*")
    return str(path)


def analysed(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    assert run_command(["analyse", "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_same_recording_gives_the_same_certificate_to_the_bit(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    told = []
    for _ in range(2):
        run_command(["--data", str(bench), "calibrate", "pad_span", "--from", str(bench / "pad_span.mcap"), "--json"])
        told.append(capsys.readouterr().out)

    assert told[0] == told[1]
    assert json.loads(told[0]) == json.loads(Path(filed(bench, "pad-span")).read_text(encoding="utf-8"))
    assert json.loads(told[0])["operator"] == "OP1"


def test_certificates_are_listed_with_how_they_stand(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def states(on: str) -> dict[str, str]:
        capsys.readouterr()
        assert run_command(["--data", str(bench), "certificates", "--json", "--on", on]) == 0
        return {c["kind"]: c["state"] for c in json.loads(capsys.readouterr().out)["certificates"]}

    assert states("2026-01-01T13:00:00+00:00") == {"pad_tare": "good", "pad_span": "good"}
    assert states("2026-12-25T00:00:00+00:00") == {"pad_tare": "expired", "pad_span": "due"}
    assert states("2027-02-01T00:00:00+00:00")["pad_span"] == "expired"


def test_a_damaged_file_is_told_and_the_rest_is_listed(bench: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "certificates"
    folder.mkdir()
    whole = Path(filed(bench, "pad-span"))
    (folder / whole.name).write_bytes(whole.read_bytes())
    (folder / "broken.certificate.json").write_text("{")
    capsys.readouterr()
    code = run_command(["--data", str(tmp_path), "certificates"])
    told = capsys.readouterr()

    assert code == 1
    assert "broken.certificate.json is damaged" in told.err
    assert "pad_span" in told.out


def test_an_analysis_under_another_certificate_weighs_anew(bench: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jump = str(tmp_path / "jump.mcap")
    run_command(["simulate", "jump", "-o", jump, "--seed", "5", *FLAWS, "--side", "left", "--no-feet"])

    def weight(*arguments: str) -> float:
        trial = analysed([jump, *arguments], capsys)["trials"][0]
        return next(m["value"] for m in trial["metrics"] if m["key"] == "propulsion_peak")

    gain = json.loads(Path(filed(bench, "pad-span")).read_text(encoding="utf-8"))["parameters"][0]["values"][0]
    assert abs(gain - 1.0) > 0.002
    assert weight("--certificate", filed(bench, "pad-span")) == pytest.approx(gain * weight(), rel=0.001)  # its zero is not scaled


def test_an_expired_certificate_marks_what_is_analysed_and_a_fresh_one_does_not(
    bench: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def jumped(date: str) -> dict[str, dict[str, object]]:
        target = str(tmp_path / f"{date[:4]}.mcap")
        wish = ["--seed", "5", *FLAWS, "--side", "left", "--no-feet", "--certificate", filed(bench, "pad-span"), "--date", date]
        run_command(["simulate", "jump", "-o", target, *wish])
        trial = analysed([target], capsys)["trials"][0]
        assert trial["quality"]["pad"]["calibration"]["certificates"]
        return {m["key"]: m for m in trial["metrics"]}

    fresh, late = jumped("2026-06-01T00:00:00+00:00"), jumped("2027-06-01T00:00:00+00:00")

    assert not any("E-CAL" in reason for m in fresh.values() for reason in m["reasons"])
    assert any("E-CAL: pad_span of 2026-01-01 expired on 2027-01-01" in reason for reason in late["propulsion_peak"]["reasons"])
    assert late["propulsion_peak"]["status"] == "WARN"
    assert late["propulsion_peak"]["value"] == fresh["propulsion_peak"]["value"]
    assert late["propulsion_peak"]["uncertainty"] >= 0.0005 * late["propulsion_peak"]["value"]  # the weights' own 0.05 %


def test_what_was_stored_under_certificates_is_made_again(bench: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "stance.mcap")
    wish = [*PAD, *FLAWS, "--side", "left", "--duration", "10", "--no-feet", "--certificate", filed(bench, "pad-tare")]
    run_command(["simulate", "stance", "-o", target, *wish])
    capsys.readouterr()

    assert run_command(["verify", target]) == 0
    assert "are made again exactly" in capsys.readouterr().out


def test_somebody_else_s_certificate_is_refused(bench: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "other.mcap")
    run_command(["simulate", "stance", "-o", target, "--seed", "6", "--side", "left", "--duration", "10", "--no-feet"])

    assert run_command(["analyse", target, "--certificate", filed(bench, "pad-span")]) == 2
    assert "is of none of the devices" in capsys.readouterr().err


def test_what_was_entered_can_be_entered_anew(bench: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = ["calibrate", "pad_span", "--from", str(bench / "pad_span.mcap"), "--no-save", "--json"]
    again = [*source, "--again", "--operator", "OP2", "--date", "2026-02-02T00:00:00+00:00", "--given", "weight_kg=5,10,20,30,40"]
    capsys.readouterr()
    code = run_command(again)
    told = json.loads(capsys.readouterr().out)

    assert code == 0
    assert (told["operator"], told["date"]) == ("OP2", "2026-02-02T00:00:00+00:00")
    assert run_command([*source, "--operator", "OP2"]) == 2  # what was recorded is not changed in passing
    assert "Add --again" in capsys.readouterr().err


def test_a_refusal_is_a_sentence_and_no_certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "wrong.mcap")
    run_command(["simulate", "pad_span", "-o", target, *PAD, "--fault", "wrong_load=3", "--fault", "wrong_share=0.9"])
    capsys.readouterr()
    code = run_command(["--data", str(tmp_path), "calibrate", "pad_span", "--from", target])

    assert code == 1
    assert "The weight of 20 kg does not fit the others" in capsys.readouterr().out
    assert not (tmp_path / "certificates").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["calibrate", "nothing"], "There is no calibration 'nothing'"),
        (["calibrate", "pad_tare"], "The device is not given"),
        (["simulate", "nothing", "-o", "x.mcap"], "There is no exam 'nothing'"),
        (["simulate", "pad_span", "-o", "x.mcap", "--given", "weight_kg=5"], "There are 1 different weights"),
        (["simulate", "pad_span", "-o", "x.mcap", "--given", "mass=5"], "does not ask for 'mass'"),
        (["simulate", "pad_span", "-o", "x.mcap", "--date", "today"], "is none"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(arguments) == 2
    assert told in capsys.readouterr().err


def test_the_procedures_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["calibrate", "list"]) == 0
    told = capsys.readouterr().out
    assert "pad_cop" in told
    assert "weight_kg… (kg)" in told


def test_a_recording_is_given_what_is_on_file(bench: Path, tmp_path: Path) -> None:
    """Live with a practice pad: another device than that on file, so nothing corrects; but it travels."""
    target = tmp_path / "live.mcap"
    assert run_command(["--data", str(bench), "record", "sim:pad=pad", "-o", str(target), "--seconds", "1"]) == 0
    opening = json.loads(next(iter(Recording.open(target).notifications())).payload)

    assert {c["kind"] for c in opening["devices"][0]["certificates"]} == {"pad_tare", "pad_span"}
    assert opening["date"].endswith("+00:00")


def test_a_practice_pad_is_tared_live_and_its_recording_gives_the_same_certificate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "live.mcap"
    live = ["--data", str(tmp_path), "calibrate", "pad_tare", "--device", "sim:pad=pad", "-o", str(target), "--json"]
    capsys.readouterr()
    assert run_command(live) == 0
    told = capsys.readouterr().out
    certificate = json.loads(told[told.index("{") :])
    assert run_command(["--data", str(tmp_path), "calibrate", "pad_tare", "--from", str(target), "--json"]) == 0

    assert told.startswith("Take everything off the pad and keep away from it.")
    assert json.loads(capsys.readouterr().out) == certificate
    assert len(list((tmp_path / "certificates").iterdir())) == 1


@pytest.mark.parametrize("command", ["simulate", "record", "import", "calibrate", "certificates", "analyse"])
def test_help_can_be_printed_whatever_units_an_exam_asks_for(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command([command, "--help"])

    assert ended.value.code == 0
    assert "usage: ankletest" in capsys.readouterr().out
