"""Alignments from the terminal: simulated, stored, shown, and found again by verify or not."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ankletest.cli.main import main
from ankletest.cli.parts import Parts
from ankletest.device import OPERATOR, Choice, Notification
from ankletest.recording.mcap_file import Writer
from ankletest.recording.reader import Recording
from ankletest.recording.writer import Recorder
from ankletest.trial import Aligned
from ankletest.wiring import run_command
from calibration.desk import Desk
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE, SimulatorSource

ODD = (None, True, -1, 1e308, 10**400, "", "x", [], {}, [1], {"a": 1}, float("nan"))


@pytest.fixture(scope="module")
def aligned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of hops of sensors that are 30 ms late and were aligned first."""
    path = tmp_path_factory.mktemp("aligned") / "aligned.mcap"
    wish = ["--side", "left", "--seed", "3", "--hops", "5", "--pad-rate", "250", "--align", "--fault", "late_s=0.03"]
    assert run_command(["simulate", "hops", *wish, "-o", str(path)]) == 0
    return path


def events(path: Path) -> list[dict[str, object]]:
    return [json.loads(item.payload) for item in Recording.open(path).notifications() if item.device == OPERATOR]


def rewritten(path: Path, source: Path, devices: object) -> Path:
    """Write a recording again with another alignment in it."""
    items: Sequence[Notification] = list(Recording.open(source).notifications())
    fields = json.loads(items[0].payload)
    fields.pop("event", None)
    writer = Writer(path, session=fields, opened_ns=items[0].received_ns)
    for item in items[1:]:
        event = json.loads(item.payload) if item.device == OPERATOR else {}
        payload = json.dumps({"event": "aligned", "devices": devices}).encode() if event.get("event") == "aligned" else item.payload
        writer.write(Notification(item.device, item.characteristic, item.received_ns, payload))
    return writer.close()


def test_verify_finds_a_stored_alignment_again(aligned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [event["event"] for event in events(aligned)] == ["open", "align", "align-end", "aligned", "start", "result", "close"]
    assert run_command(["verify", str(aligned)]) == 0
    out = capsys.readouterr().out

    assert "foot-left aligned with pad ±" in out
    assert out.count("found again exactly") == 2
    assert "stored numbers in 1 trials are made again exactly" in out


def test_analyse_tells_the_alignment_in_the_quality_of_a_trial(aligned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["analyse", str(aligned), "--json"]) == 0
    (trial,) = json.loads(capsys.readouterr().out)["trials"]
    stored = next(event for event in events(aligned) if event["event"] == "aligned")["devices"]
    told = trial["quality"]["foot-left"]["aligned"]

    assert isinstance(stored, list)
    assert told["offset_s"] == stored[0]["offset_s"]
    assert told["offset_s"] == pytest.approx(0.03, abs=0.006)  # the pad's own radio is up to a few milliseconds late too
    assert told["error_s"] < told["error_then_s"]
    assert trial["quality"]["pad"]["aligned"] is None


def test_an_alignment_that_was_changed_is_found(aligned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = Aligned("foot-left", "pad", 0.010, 0.001, 3, 0.0002, 7.0)
    path = rewritten(tmp_path / "changed.mcap", aligned, [one.as_json()])
    assert run_command(["verify", str(path)]) == 1

    assert (
        "foot-left aligned with pad ±1.0 ms: 10.0 ms taken off, 3 impacts within 0.2 ms (SD); now foot-left aligned"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_alignment_takes_nothing_off_and_ends_in_no_traceback(
    aligned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], odd: object
) -> None:
    for devices in (odd, [odd], [{"device": "foot-left", "offset_s": odd, "error_s": odd, "impacts": odd, "spread_s": odd, "at_s": odd}]):
        path = rewritten(tmp_path / "odd.mcap", aligned, devices)
        for command in ("verify", "analyse"):
            assert run_command([command, str(path)]) in (0, 1)
        path.unlink()
    out = capsys.readouterr()

    assert "Traceback" not in out.out + out.err


def fast_hub() -> Hub:
    """Return a hub of practice devices in a world that runs twelve times as fast."""
    began = time.monotonic_ns()

    def now_ns() -> int:
        return began + 12 * (time.monotonic_ns() - began)

    def simulator(choices: Sequence[Choice]) -> SimulatorSource:
        return SimulatorSource(World(choices, person=Person(), seed=3, faults=Faults(late_s=0.05)), now_ns=now_ns)

    return Hub(MODELS, recorder=Recorder, read=lambda _: [], simulate=simulator, practice=PRACTICE, now_ns=now_ns)


def no_window(*_: object, **__: object) -> int:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("devices", "said"),
    [
        (["sim:pad=pad", "sim:foot-left=foot-left"], "foot-left aligned with pad ±"),
        (["sim:pad=pad"], "There is one device only: nothing to align."),
    ],
)
def test_recording_asks_for_knocks_and_stores_what_they_showed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], devices: list[str], said: str
) -> None:
    path = tmp_path / "live.mcap"
    parts = Parts(MODELS, fast_hub, no_window, no_window, no_window, no_window, lambda: False, Desk())  # type: ignore[arg-type]  # never called
    words = ["--data", str(tmp_path), "record", *devices, "-o", str(path), "--align", "--seconds", "2.5"]
    assert main(words, parts) == 0
    told = capsys.readouterr()
    kinds = [event["event"] for event in events(path)]

    assert "Lay all sensors on the pad and knock on it three times" in told.out
    assert said in told.out + told.err
    assert kinds == (["open", "align", "align-end", *(["aligned"] if len(devices) > 1 else []), "close"])
    if len(devices) > 1:
        assert run_command(["verify", str(path)]) == 0
        assert "found again exactly" in capsys.readouterr().out
