"""A Balance Board that the system is connected to: Linux' events through a pipe, HID reports through a library of the test's own."""

import asyncio
import json
import os
import struct
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ankletest.device import LINK, Advertisement, Choice, Notice, Notification, Site
from drivers.codecs import wii_board
from drivers.codecs.wii_board import CELLS, REPORT
from drivers.reconnect import Backoff, Patience
from drivers.transports.hid import HidSource, watch
from drivers.transports.hid_ports import HidPort, InputPort, Port, inputs_of, paths_of

linux = pytest.mark.skipif(sys.platform != "linux", reason="input devices are Linux'")
EVENT = struct.Struct("@llHHi")
SYNC, ABSOLUTE = 0, 3
QUICK = Patience(stop_s=0.7, backoff=Backoff(first_s=0.01, longest_s=0.02))
CHOICE = Choice("pad", wii_board.KEY, "hid:board", Site.PAD)
CALIBRATION = bytes.fromhex("07C33CF8048C296B0ED243840B3A306915E94A1011EF376E")
SAMPLE = bytes.fromhex("34 0000 1100 4600 0C00 3100 18 00 82") + bytes(8)


def event(us: int, kind: int, code: int, value: int) -> bytes:
    return EVENT.pack(us // 1_000_000, us % 1_000_000, kind, code, value)


# ---- Linux ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def fifo(tmp_path: Path):
    path = tmp_path / "event7"
    os.mkfifo(path)
    port = InputPort(str(path))
    writing = os.open(path, os.O_WRONLY)
    yield port, writing
    os.close(writing)
    port.close()


@linux
def test_each_set_of_values_is_a_payload_with_the_kernel_s_time(fifo) -> None:
    port, writing = fifo
    first = b"".join(event(5_000_100, ABSOLUTE, 0x10 + i, 100 * i) for i in range(4)) + event(5_000_100, SYNC, 0, 0)
    os.write(writing, first + event(5_016_000, ABSOLUTE, 0x11, 250) + event(5_016_000, SYNC, 0, 0))

    assert port.read() == [
        (CELLS, struct.pack("<4HI", 0, 100, 200, 300, 5_000_100)),
        (CELLS, struct.pack("<4HI", 0, 250, 200, 300, 5_016_000)),
    ]


@linux
def test_a_set_is_whole_only_with_its_last_event_and_others_say_nothing(fifo) -> None:
    port, writing = fifo
    whole = event(1, ABSOLUTE, 0x10, 70_000) + event(1, ABSOLUTE, 0x00, 5) + event(1, SYNC, 0, 0) + event(2, SYNC, 0, 0)
    os.write(writing, whole[:30])
    first = port.read()
    os.write(writing, whole[30:])

    assert list(first) == []
    assert port.read() == [(CELLS, struct.pack("<4HI", 65_535, 0, 0, 0, 1))]


@linux
def test_a_board_that_says_nothing_is_waited_for_a_moment(fifo) -> None:
    assert list(fifo[0].read()) == []


@linux
def test_a_board_that_is_switched_off_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "event7"
    path.write_bytes(b"")
    port = InputPort(str(path))

    with pytest.raises(OSError, match="has ended"):
        port.read()
    port.close()


def test_boards_are_found_by_their_name_among_the_input_devices(tmp_path: Path) -> None:
    for number, name in ((3, "Power Button"), (7, "Nintendo Wii Remote Balance Board"), (8, "Nintendo Wii Remote")):
        folder = tmp_path / f"event{number}" / "device"
        folder.mkdir(parents=True)
        (folder / "name").write_text(f"{name}\n", encoding="utf-8")

    assert inputs_of(tmp_path) == {"/dev/input/event7": "Nintendo Wii Remote Balance Board"}
    assert inputs_of(tmp_path / "none") == {}


# ---- HID reports ------------------------------------------------------------------------------------------------------------


class Board:
    """A board behind ``hidapi``: answers as a real one does, and streams when asked to."""

    def __init__(self, identity: str = "0000a4200402") -> None:
        self.identity = bytes.fromhex(identity)
        self.written: list[str] = []
        self.closed = 0
        self.gone = False
        self.streams = False
        self._answers: list[bytes] = []
        self._lock = threading.Lock()

    def enumerate(self, vendor_id: int, product_id: int) -> list[dict[str, object]]:
        assert (vendor_id, product_id) == (0x057E, 0x0306)
        return [{"path": b"board", "product_string": "Nintendo RVL-WBC-01"}, {"path": b"remote", "product_string": "Nintendo RVL-CNT-01"}]

    def device(self) -> "Board":
        return self

    def open_path(self, path: bytes) -> None:
        assert path == b"board"

    def read(self, max_length: int, timeout_ms: int) -> list[int]:
        if self.gone:
            raise OSError("read error")
        with self._lock:
            if self._answers:
                return list(self._answers.pop(0))
        threading.Event().wait(0.002 if self.streams else 0.001 * timeout_ms / 20)
        return list(SAMPLE) if self.streams else []

    def write(self, report: bytes) -> int:
        if self.gone:
            return -1
        self.written.append(report.hex())
        answers = {
            b"\x15": [b"\x20\x00\x00\x02\x00\x00\x82"],
            b"\x16": [b"\x22\x00\x00\x16\x00"],
            b"\x17\x04\xa4\x00\xfa": [b"\x21\x00\x00\x50\x00\xfa" + self.identity.ljust(16, b"\0")],
            b"\x17\x04\xa4\x00\x24": [
                b"\x21\x00\x00\xf0\x00\x24" + CALIBRATION[:16],
                b"\x21\x00\x00\x70\x00\x34" + CALIBRATION[16:].ljust(16, b"\0"),
            ],
        }
        with self._lock:
            self._answers += next((told for asked, told in answers.items() if report.startswith(asked)), [])
        if report[0] == 0x12:
            self.streams = report[1] == 4
        return len(report)

    def close(self) -> None:
        self.closed += 1


def run(open_port: Callable[[str], Port], until: Callable[[list[Notification | Notice]], bool]) -> list[Notification | Notice]:
    """Run a source until something is so, then stop it; return what it said."""
    said: list[Notification | Notice] = []

    async def main() -> None:
        stop = asyncio.Event()

        def take(item: Notification | Notice) -> None:
            said.append(item)
            if until(said):
                stop.set()

        source = HidSource(CHOICE, wii_board.MODEL, open_port=open_port, patience=QUICK)
        async with asyncio.timeout(10):
            await source.run(take, take, stop)

    asyncio.run(main())
    return said


def notified(said: list[Notification | Notice], characteristic: str) -> list[bytes]:
    return [item.payload for item in said if isinstance(item, Notification) and item.characteristic == characteristic]


def states(said: list[Notification | Notice]) -> list[str]:
    return [json.loads(payload)["state"] for payload in notified(said, LINK)]


def samples(said: list[Notification | Notice]) -> int:
    return sum(payload[0] == 0x34 for payload in notified(said, REPORT))


def sentences(said: list[Notification | Notice]) -> str:
    return " ".join(f"{item.message} {item.hint}" for item in said if isinstance(item, Notice))


def test_a_board_is_woken_read_and_let_go() -> None:
    board = Board()
    said = run(lambda path: HidPort(board, path), lambda said: samples(said) > 20)
    codec = wii_board.MODEL.codec()
    decoded = codec.feed(REPORT, notified(said, REPORT))

    assert states(said) == ["searching", "connecting", "streaming", "stopped"]
    assert decoded.rejected == ()
    assert decoded.battery_percent == 100
    assert decoded.readings[0].values[0].sum() == pytest.approx(814.603, abs=6e-4)
    assert board.written[-2:] == ["120030", "1100"]
    assert board.closed == 1


def test_a_board_that_is_lost_is_opened_again() -> None:
    board = Board()

    def open_port(path: str) -> Port:
        board.gone = board.streams = False
        return HidPort(board, path)

    def lose_once(said: list[Notification | Notice]) -> bool:
        if samples(said) > 5 and "lost" not in states(said):
            board.gone = True
        return states(said).count("streaming") == 2

    said = run(open_port, lose_once)

    assert states(said)[:6] == ["searching", "connecting", "streaming", "lost", "searching", "connecting"]
    assert "is back" in sentences(said)
    assert board.closed == 2


def test_a_remote_is_refused_with_a_reason() -> None:
    board = Board(identity="0000a4200000")
    said = run(lambda path: HidPort(board, path), lambda said: "not a Balance Board" in sentences(said))

    assert "streaming" not in states(said)


def test_a_board_that_is_not_there_or_not_allowed_is_told() -> None:
    def denied(path: str) -> Port:
        raise PermissionError(path)

    missing = run(lambda path: HidPort(Board(), "elsewhere"), lambda said: bool(sentences(said)))

    assert "has not been seen yet" in sentences(missing)
    assert "group “input”" in sentences(run(denied, lambda said: bool(sentences(said))))


def test_a_bug_of_the_way_there_is_raised() -> None:
    def broken(path: str) -> Port:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(broken, lambda said: False)


def test_only_boards_are_listed_and_a_scan_sees_them() -> None:
    seen: list[Advertisement] = []

    async def main() -> None:
        stop = asyncio.Event()

        def see(advertisement: Advertisement) -> None:
            seen.append(advertisement)
            stop.set()

        await watch(see, stop, list_boards=lambda: paths_of(Board()))

    asyncio.run(main())

    assert seen == [Advertisement("hid:board", "Nintendo RVL-WBC-01")]
    assert wii_board.MODEL.match(seen[0]) > 0
