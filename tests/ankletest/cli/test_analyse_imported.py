"""Force files of other makers, analysed as another exam than this program would have led: nobody followed its phases."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from ankletest.samples import G
from ankletest.wiring import run_command

WEIGHT = 70.0 * G
SPEED = 2.728370453
OFF_S, FLIGHT_S, STOP_S = 3.65, 2.0 * SPEED / G, 0.4


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """Return a record at 1 kHz of the closed-form jump of metrics.md 5 with its landing."""
    t = np.arange(0.0, 8.0, 0.001)
    u, land = t - 3.0, OFF_S + FLIGHT_S
    moves = np.where(u < 0.3, WEIGHT - 400.0 * np.sin(math.pi * u / 0.3), WEIGHT + 1200.0 * np.sin(math.pi * (u - 0.3) / 0.35))
    stop = WEIGHT + 0.5 * math.pi * 70.0 * SPEED / STOP_S * np.sin(math.pi * np.clip((t - land) / STOP_S, 0.0, 1.0))
    force = np.select([u < 0.0, t <= OFF_S, t < land], [np.full(len(t), WEIGHT), moves, np.zeros(len(t))], stop)
    path = tmp_path / "jump.csv"
    rows = "\n".join(f"{a:.3f},{b:.4f}" for a, b in zip(t, force, strict=True))
    path.write_text(f"time_s,force_n\n{rows}\n")
    return path


def analysed(path: Path, exam: str, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    assert run_command(["analyse", str(path), "--as", "force-csv", "--exam", exam, "--side", "left", "--mass", "70", "--json"]) == 0
    (trial,) = json.loads(capsys.readouterr().out)["trials"]
    return {metric["key"]: metric for metric in trial["metrics"]}


def test_a_force_file_of_a_jump_gives_the_numbers_of_a_jump(csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = analysed(csv, "jump", capsys)

    assert (found["cmj_height"]["id"], found["cmj_height"]["unit"]) == ("CJ-02", "m")
    assert found["cmj_height"]["value"] == pytest.approx(0.3795, abs=0.002)  # the jump ends in a step of force: half a period of 1 g
    assert found["flight_height"]["value"] == pytest.approx(0.3795, abs=0.002)


def test_where_the_phases_find_nothing_all_of_the_record_is_taken(csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = analysed(csv, "drop_landing", capsys)

    # This record has no drop off a box, but a landing: 1 + π/2 v / (g T) body weights.
    assert found["landing_peak"]["value"] == pytest.approx(1.0 + 0.5 * math.pi * SPEED / STOP_S / G, rel=1e-3)


def test_what_is_in_no_part_of_the_record_stays_untold(csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = analysed(csv, "hops", capsys)

    assert all(metric["value"] is None and metric["reasons"] for metric in found.values())
