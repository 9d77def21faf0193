"""What a terminal says of norms, of left against right and of change, as somebody types it."""

import json
from pathlib import Path

import pytest

from ankletest.wiring import run_command


@pytest.fixture(scope="module")
def stances(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Stances of 20 s with closed eyes, the variant that figures are published for: left, right, and left again months later."""
    folder = tmp_path_factory.mktemp("stances")
    paths = [str(folder / f"{name}.mcap") for name in ("january-left", "january-right", "june-left")]
    for path, side, seed in zip(paths, ("left", "right", "left"), ("3", "4", "5"), strict=True):
        run_command(["simulate", "stance", "-o", path, "--side", side, "--eyes", "closed", "--duration", "20", "--seed", seed])
    return paths


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert run_command(["analyse", *arguments]) == 0
    return " ".join(capsys.readouterr().out.split())


def record(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, list[dict[str, object]]]:
    capsys.readouterr()
    assert run_command(["analyse", "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_norm_stands_there_for_whom_it_fits(stances: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, stances[0], "--age", "25", "--sex", "male")

    assert "Published norms: SW-06 mean sway velocity: 86.0 ± 20.0 mm/s (24 professional rugby union players" in text
    assert "not said there: ages, sex, surface" in text


def test_without_age_and_sex_it_is_said_what_is_missing(stances: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, stances[0])

    assert "rugby" not in text
    assert "Published figures are of an age and a sex: say --age and --sex." in text


def test_the_json_holds_the_norms_that_fit_or_why_there_are_none(stances: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (trial,) = record(capsys, stances[0], "--age", "25", "--sex", "male")["trials"]
    published = {metric["key"]: metric["published"] for metric in trial["metrics"]}
    figure = published["velocity"]["figures"][0]
    value = next(metric["value"] for metric in trial["metrics"] if metric["key"] == "velocity")

    assert (figure["mean"], figure["sd"], figure["n"], figure["mark"]) == (86, 20, 24, "V")
    assert figure["z"] == pytest.approx((value - 86.0) / 20.0)
    assert published["velocity"]["why"] == ""
    assert published["hold_time"]["figures"] == []
    assert published["hold_time"]["why"]


def test_no_figure_from_memory_is_ever_printed(stances: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    trials = record(capsys, *stances, "--age", "25", "--sex", "female")["trials"]

    assert all(figure["mark"] != "K" for trial in trials for metric in trial["metrics"] for figure in metric["published"]["figures"])


def test_left_against_right_has_the_mdc_of_whom_it_fits(stances: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    pairs = record(capsys, *stances, "--age", "25", "--sex", "male")["symmetry"]
    verdict = next(pair["SY-06"] for pair in pairs if pair["key"] == "velocity")

    assert verdict["bound"] == pytest.approx(27.7, abs=0.05)  # metrics.md 2, printed with one decimal
    assert verdict["verdict"] == "within"
    assert verdict["sources"]


def test_a_later_recording_is_held_against_the_earlier_ones(stances: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    whole = record(capsys, *stances, "--age", "25", "--sex", "male")
    found = {change["key"]: change for change in whole["changes"]}
    before, _, after = ({m["key"]: m["value"] for m in trial["metrics"]} for trial in whole["trials"])

    assert {change["since"] for change in whole["changes"]} == {"january-left.mcap"}
    assert found["velocity"]["difference"] == pytest.approx(after["velocity"] - before["velocity"])
    assert found["velocity"]["SY-06"]["verdict"] == "within"
    assert "Change since earlier recordings" in told(capsys, *stances)


def test_legs_under_other_conditions_are_told_not_compared(stances: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "open.mcap"
    run_command(["simulate", "stance", "-o", str(path), "--side", "right", "--duration", "20", "--seed", "9"])
    whole = record(capsys, stances[0], str(path))

    assert whole["symmetry"] == []
    assert whole["not compared"] == ["Single-leg stance: left and right not compared: eyes closed on the left, open on the right."]
    assert whole["not compared"][0] in told(capsys, stances[0], str(path))


def test_figures_of_a_clinics_own_are_used(stances: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'schema = 1\nversion = "1"\n[[figure]]\nid = "own"\nmetric = "SW-06"\nkey = "velocity"\nunit = "mm/s"\nsensors = ["pad"]\n'
        'source = "our clinic 2026"\nmark = "V"\nverified = true\npopulation = { who = "clients", n = 30, ages = [18, 60] }\n'
        'variant = { exam = "stance", eyes = "closed", surface = "firm" }\nreliability = { retest = "between days", sem = 0.001 }\n',
        encoding="utf-8",
    )
    pairs = record(capsys, *stances, "--age", "50", "--norms", str(own))["symmetry"]
    verdict = next(pair["SY-06"] for pair in pairs if pair["key"] == "velocity")

    assert verdict["sources"] == ["our clinic 2026"]
    assert verdict["verdict"] == "real"


def test_a_bad_file_of_figures_is_one_sentence(stances: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.toml"
    own.write_text('schema = 9\nversion = "1"\n', encoding="utf-8")

    assert run_command(["analyse", stances[0], "--norms", str(own)]) != 0
    assert "own.toml: schema 9 is not known. This program reads schema 1." in " ".join(capsys.readouterr().err.split())
