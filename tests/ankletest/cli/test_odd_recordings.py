"""Recordings that are cut, damaged, or sound but odd, on the command line: one sentence and code 2, or a result; never a traceback."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ankletest.device import LINK, OPERATOR, Notification
from ankletest.recording.mcap_file import Writer
from ankletest.recording.reader import Recording
from ankletest.wiring import run_command

COMMANDS = ("analyse", "verify")
ODD = (None, True, -1, 0, 1e308, 10**400, "", "x", [], {}, [1], {"a": 1}, "left")
"""What a field may hold that nobody meant."""

Told = Callable[[str, Path], tuple[int, str, str]]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of five hops on a pad."""
    path = tmp_path_factory.mktemp("small") / "small.mcap"
    wish = ["--side", "left", "--seed", "3", "--hops", "5", "--pad-rate", "200", "--no-feet"]
    assert run_command(["simulate", "hops", *wish, "-o", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def items(small: Path) -> list[Notification]:
    return list(Recording.open(small).notifications())


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Run a command on a file; return its code and what it said, which is checked to be words for a person."""

    def run(command: str, path: Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run_command([command, str(path)])
        out, err = capsys.readouterr()
        assert code in (0, 1, 2)
        assert "Traceback" not in out + err
        if code == 2:
            first = err.strip().splitlines()
            assert first, "a refusal says why"
            assert first[0].rstrip().endswith((".", "!", "?")), first
        else:
            assert out.strip(), "a result is printed"
        return code, out, err

    return run


def written(path: Path, items: Sequence[Notification], opened: dict[str, object] | None = None) -> Path:
    """Write notifications into a sound recording; the open event is the first of them, or ``opened``."""
    path.unlink(missing_ok=True)
    fields = dict(opened if opened is not None else json.loads(items[0].payload))
    fields.pop("event", None)
    writer = Writer(path, session=fields, opened_ns=items[0].received_ns)
    for item in items[1:]:
        writer.write(item)
    return writer.close()


def test_a_cut_file_is_refused_or_told_and_never_called_whole(tmp_path: Path, small: Path, told: Told) -> None:
    whole, rnd = small.read_bytes(), random.Random(1)
    codes = set()
    for at in (*(rnd.randrange(len(whole)) for _ in range(12)), 0, 8, len(whole) - 9, len(whole) - 1):
        path = tmp_path / "cut.mcap"
        path.write_bytes(whole[:at])
        for command in COMMANDS:
            code, out, _ = told(command, path)
            codes.add((command, code))
            assert command != "verify" or (code != 0 and "cut.mcap: whole" not in out)

    assert ("analyse", 0) in codes, "what is there is still analysed"
    assert ("analyse", 2) in codes


def test_a_flipped_bit_is_refused_or_told(tmp_path: Path, small: Path, told: Told) -> None:
    whole, rnd = small.read_bytes(), random.Random(2)
    for flips in (1, 1, 1, 1, 1, 1, 5, 5, 50, 500):
        damaged = bytearray(whole)
        for _ in range(flips):
            damaged[rnd.randrange(len(damaged))] ^= 1 << rnd.randrange(8)
        path = tmp_path / "flipped.mcap"
        path.write_bytes(damaged)
        told("analyse", path)
        assert told("verify", path)[0] != 0


def mutated(rnd: random.Random, value: object) -> object:
    """Return a JSON value with one thing in it left out or put in its place that nobody meant."""
    if isinstance(value, dict) and value and rnd.random() < 0.85:
        key = rnd.choice(list(value))
        rest = {k: v for k, v in value.items() if k != key}
        return rest if rnd.random() < 0.15 else {**rest, key: mutated(rnd, value[key])}
    if isinstance(value, list) and value and rnd.random() < 0.85:
        at = rnd.randrange(len(value))
        return [*value[:at], mutated(rnd, value[at]), *value[at + 1 :]]
    return rnd.choice(ODD)


@pytest.mark.parametrize("seed", range(3))
def test_events_whose_fields_are_odd_are_refused_in_a_sentence(tmp_path: Path, items: list[Notification], told: Told, seed: int) -> None:
    rnd = random.Random(seed)
    events = [k for k, item in enumerate(items) if item.device == OPERATOR or item.characteristic == LINK]
    codes = []
    for _ in range(12):
        at = rnd.choice(events)
        odd = mutated(rnd, json.loads(items[at].payload))
        if at:
            path = written(tmp_path / "odd.mcap", [*items[:at], replace(items[at], payload=json.dumps(odd).encode()), *items[at + 1 :]])
        else:
            path = written(tmp_path / "odd.mcap", items, odd if isinstance(odd, dict) else {})
        codes += [told(command, path)[0] for command in COMMANDS]

    assert 0 in codes
    assert 2 in codes


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("eyes", "shut", "'shut' is not a valid Eyes"), ("surface", "", "not a valid Surface"), ("side", "up", "not a valid Side"),
        ("exam", "yoga", "no exam 'yoga'"), ("hops", float("inf"), "start event asks for"),
    ],
)  # fmt: skip
def test_a_start_that_nobody_knows_says_which_field(
    tmp_path: Path, items: list[Notification], told: Told, field: str, value: object, words: str
) -> None:
    at = next(k for k, item in enumerate(items) if b'"event":"start"' in item.payload)
    start = json.loads(items[at].payload)
    start["setup"][field] = value
    path = written(tmp_path / "odd.mcap", [*items[:at], replace(items[at], payload=json.dumps(start).encode()), *items[at + 1 :]])

    for command in COMMANDS:
        code, _, err = told(command, path)
        assert code == 2
        assert words in " ".join(err.split())


@pytest.mark.parametrize("payload", [b"\xff\xfe", b"[1]", b"{", b"3", b'{"state": "dreaming"}'])
def test_a_link_event_that_cannot_be_read_is_refused(tmp_path: Path, items: list[Notification], told: Told, payload: bytes) -> None:
    path = written(tmp_path / "odd.mcap", [*items[:200], Notification("pad", LINK, items[199].received_ns, payload), *items[200:]])

    assert [told(command, path)[0] for command in COMMANDS] == [2, 2]


def test_a_device_that_is_no_record_is_refused(tmp_path: Path, items: list[Notification], told: Told) -> None:
    opened = json.loads(items[0].payload)
    path = written(tmp_path / "odd.mcap", items, {**opened, "devices": ["pad"]})

    assert [told(command, path)[0] for command in COMMANDS] == [2, 2]


@pytest.mark.parametrize("values", [{"contact_time": 3}, {"contact_time": {"value": "much"}}, [1], {"contact_time": None}, "x"])
def test_stored_numbers_that_are_none_are_differences(tmp_path: Path, items: list[Notification], told: Told, values: object) -> None:
    at = next(k for k, item in enumerate(items) if b'"event": "result"' in item.payload)
    result = {**json.loads(items[at].payload), "values": values}
    path = written(tmp_path / "odd.mcap", [*items[:at], replace(items[at], payload=json.dumps(result).encode()), *items[at + 1 :]])
    code, out, _ = told("verify", path)

    assert code == 1
    assert "trial" in out


@pytest.mark.parametrize("seed", range(2))
def test_payloads_of_devices_that_are_odd_are_counted_not_raised(tmp_path: Path, items: list[Notification], told: Told, seed: int) -> None:
    rnd = random.Random(seed)
    odd = list(items)
    for at, item in enumerate(items):
        if item.device != OPERATOR and item.characteristic != LINK and item.payload and rnd.random() < 0.05:
            damaged = bytearray(item.payload)
            damaged[rnd.randrange(len(damaged))] ^= 0xFF
            odd[at] = replace(item, payload=bytes(damaged[: rnd.randrange(len(damaged) + 1)]) if rnd.random() < 0.5 else bytes(damaged))
    path = written(tmp_path / "odd.mcap", odd)

    assert told("analyse", path)[0] == 0
    assert told("verify", path)[0] == 1  # its numbers are not made again
