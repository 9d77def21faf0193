"""Faults by name, as the command line gives them."""

from pathlib import Path

import pytest

from ankletest.errors import UsageError
from ankletest.wiring import run_command
from drivers.people.faults import Faults, faults_of


def test_numbers_become_faults() -> None:
    assert faults_of({}) == Faults()
    assert faults_of({"loss": 0.1, "touch_on_pad": 1.0, "touch_down_s": 6.0}) == Faults(loss=0.1, touch_on_pad=True, touch_down_s=6.0)


@pytest.mark.parametrize("numbers", [{"vanish": 1.0}, {"leg": 1.0}, {"thunder": 1.0}, {"loss": 2.0}, {"burst": 0.0}])
def test_what_is_no_fault_is_told_with_what_there_is(numbers: dict[str, float]) -> None:
    with pytest.raises(UsageError) as caught:
        faults_of(numbers)
    assert caught.value.hint


def test_the_command_line_takes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.mcap"
    words = ["simulate", "hops", "-o", str(out), "--side", "left", "--no-pad", "--fault", "gyro_range_dps=500"]

    assert run_command(words) == 0
    assert run_command(["analyse", str(out), "--json"]) == 0
    assert "gyro clips at 500 deg/s: contact time invalid" in capsys.readouterr().out
    assert run_command([*words[:-1], "thunder=1", "--force"]) == 2
    assert "no fault 'thunder'" in capsys.readouterr().err
