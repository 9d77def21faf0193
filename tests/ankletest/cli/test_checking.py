"""``ankletest check`` as somebody types it, on devices and on recordings; and an exam that the devices cannot do is not recorded."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ankletest.cli import checking
from ankletest.cli.main import main
from ankletest.cli.parts import Parts
from ankletest.device import Choice
from ankletest.recording.writer import Recorder
from ankletest.wiring import run_command
from calibration.desk import Desk
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE, SimulatorSource
from drivers.visits import read_recording
from tests.ui.conftest import fast_clock

VISIT = Path(__file__).parents[3] / "fixtures" / "visit" / "visit.mcap"


def parts_of(faults: Faults) -> Parts:
    """Return the other rooms with devices that have faults and a clock that runs fast."""
    now_ns = fast_clock()

    def simulator(choices: Sequence[Choice]) -> SimulatorSource:
        return SimulatorSource(World(choices, person=Person(), seed=3, faults=faults), now_ns=now_ns)

    def hub() -> Hub:
        return Hub(MODELS, recorder=Recorder, read=read_recording, simulate=simulator, practice=PRACTICE, now_ns=now_ns)

    def nothing(*_: object, **__: object) -> int:
        raise NotImplementedError

    return Parts(MODELS, hub, nothing, nothing, nothing, nothing, lambda: False, Desk())  # type: ignore[arg-type]  # a check needs none of the first


@pytest.fixture(autouse=True)
def short_settling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SETTLE_S", 0.3)  # 3.6 s of a clock that runs twelve times as fast


def test_swapped_sensors_are_told_recorded_and_told_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "check.mcap"
    code = main(["check", "sim:foot-left=foot-left", "sim:foot-right=foot-right", "-o", str(out)], parts_of(Faults(swapped=True)))
    told = capsys.readouterr().out

    assert code == 1
    assert "Lift your left foot." in told
    assert "BAD      the left foot sensor: it moved with the right foot" in told
    assert "Swapped: foot-left and foot-right." in told
    assert run_command(["check", str(out)]) == 1
    again = capsys.readouterr().out
    assert "check.mcap: 1 check\n" in again
    assert [line for line in again.splitlines() if "BAD" in line] == [line for line in told.splitlines() if "BAD" in line]
    assert run_command(["verify", str(out)]) == 0
    assert "1 sensor checks are made again exactly" in capsys.readouterr().out


def test_a_good_device_gives_zero_and_the_exam_decides_on_the_range(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "sim:foot-left=foot-left"], parts_of(Faults(gyro_range_dps=500.0))) == 0
    assert "GOOD" in capsys.readouterr().out
    assert main(["check", "sim:foot-left=foot-left", "--exam", "hops"], parts_of(Faults(gyro_range_dps=500.0))) == 1
    assert "gyro clips at 500 deg/s: contact time invalid" in capsys.readouterr().out


def test_a_recording_without_a_check_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["check", str(VISIT)]) == 0
    assert "the sensors were not checked" in capsys.readouterr().out
    assert run_command(["analyse", str(VISIT)]) == 0
    assert "The sensors were not checked before this test." in capsys.readouterr().out


def test_an_exam_that_the_devices_cannot_do_is_refused_before_it_is_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["record", "sim:foot-left=foot-left", "-o", str(tmp_path / "a.mcap"), "--exam", "hops", "--side", "left"]

    assert main(words, parts_of(Faults(gyro_range_dps=500.0))) == 2
    assert "Repeated hops: gyro clips at 500 deg/s: contact time invalid." in capsys.readouterr().err
