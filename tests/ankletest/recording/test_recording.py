"""What is written is read, byte for byte and in order; what is no recording says so."""

import hashlib
import json
import struct
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader
from mcap.writer import CompressionType
from mcap.writer import Writer as McapWriter

from ankletest.device import EVENT, LINK, OPERATOR, Notification
from ankletest.errors import RecordingError
from ankletest.recording import layout
from ankletest.recording.reader import RecordedDevice, Recording
from ankletest.recording.writer import Recorder, Writer
from ankletest.samples import Side, Site

SESSION = {
    "session": "6b9c",
    "devices": [
        {"device": "pad", "model": "native-pad", "title": "Force pad", "site": "pad", "side": None, "serial": "12", "rate_hz": 1000},
        {"device": "foot-left", "model": "native-imu", "title": "IMU", "site": "foot", "side": "left", "serial": "", "rate_hz": None},
    ],
}


def notifications(count: int) -> list[Notification]:
    return [Notification("pad" if i % 3 else "foot-left", "ffe4", 1000 + 9_400_000 * i, struct.pack("<I", i) * 5) for i in range(count)]


def write(path: Path, items: list[Notification], *, every: int = 26) -> Path:
    writer = Writer(path, session=SESSION, opened_ns=1000)
    for i, n in enumerate(items, start=1):
        writer.write(n)
        if not i % every:
            writer.flush()
    return writer.close()


def test_a_sealed_recording_gives_back_everything_in_file_order(tmp_path: Path) -> None:
    items = notifications(500)
    items[100], items[101] = items[101], items[100]  # two devices: the one that is handed over first may be the later one
    recording = Recording.open(write(tmp_path / "a.mcap", items))
    opening, *rest = recording.notifications()

    assert rest == items
    assert (opening.device, opening.characteristic, opening.received_ns) == (OPERATOR, EVENT, 1000)
    assert json.loads(opening.payload) == dict(recording.session)
    assert recording.complete
    assert recording.damage == ""
    assert recording.duration_s == pytest.approx(499 * 9.4e-3)
    assert not (tmp_path / "a.mcap.part").exists()


def test_the_open_event_carries_session_format_and_program(tmp_path: Path) -> None:
    session = Recording.open(write(tmp_path / "a.mcap", [])).session

    assert session["event"] == "open"
    assert session["format"] == layout.FORMAT
    assert str(session["program"]).startswith("ankletest ")
    assert session["session"] == "6b9c"


def test_devices_are_read_with_their_site_and_side(tmp_path: Path) -> None:
    devices = Recording.open(write(tmp_path / "a.mcap", [])).devices

    assert devices == (
        RecordedDevice("pad", "native-pad", "Force pad", Site.PAD, None, "12", 1000.0),
        RecordedDevice("foot-left", "native-imu", "IMU", Site.FOOT, Side.LEFT, "", None),
    )


@pytest.mark.parametrize("devices", [3, ["pad"], [{"device": "pad"}], [{"device": "a", "model": "b", "site": "moon"}]])
def test_devices_nobody_knows_are_an_error_with_a_hint(tmp_path: Path, devices: object) -> None:
    path = Writer(tmp_path / "a.mcap", session={"devices": devices}).close()

    with pytest.raises(RecordingError) as caught:
        _ = Recording.open(path).devices
    assert caught.value.hint


text = st.text(min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(text, text, st.integers(0, 2**63 - 1), st.binary(max_size=600)), max_size=30), st.integers(1, 7))
def test_any_bytes_of_any_device_come_back_equal(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, int, bytes]], every: int
) -> None:
    items = [Notification(*row) for row in rows]
    path = write(tmp_path_factory.mktemp("any") / "a.mcap", items, every=every)

    assert list(Recording.open(path).notifications())[1:] == items


def test_batches_join_to_the_notifications(tmp_path: Path) -> None:
    recording = Recording.open(write(tmp_path / "a.mcap", notifications(200)))
    batches = list(recording.batches())

    assert [n for batch in batches for n in batch] == list(recording.notifications())
    assert len(batches) > 5


def test_stock_readers_see_topics_schemas_and_no_schema_0(tmp_path: Path) -> None:
    items = [
        *notifications(50),
        Notification("pad", LINK, 5, b'{"state":"lost","why":"far"}'),
        layout.event_notification({"event": "mark"}, 9),
    ]
    with write(tmp_path / "a.mcap", items).open("rb") as file:
        seen = [(schema, channel, message) for schema, channel, message in make_reader(file).iter_messages(log_time_order=False)]

    assert {channel.topic for _, channel, _ in seen} == {"/event", "/raw/pad/ffe4", "/raw/foot-left/ffe4", "/raw/pad/link"}
    assert {(c.topic == "/event", c.message_encoding, s.encoding) for s, c, _ in seen if s is not None} == {
        (True, "json", "jsonschema"),
        (False, layout.RAW_ENCODING, layout.RAW_ENCODING),
    }
    assert all(schema is not None and channel.schema_id for schema, channel, _ in seen)
    assert [message.sequence for _, _, message in seen] == list(range(len(items) + 1))
    assert [(c.metadata["device"], c.metadata["characteristic"], m.log_time, m.data) for _, c, m in seen][1:] == [
        (n.device, n.characteristic, n.received_ns, n.payload) for n in items
    ]


def test_sha256_is_that_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mcap", notifications(20))

    assert Recording.open(path).sha256() == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_recording_is_never_written_over_another(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mcap", [])
    before = path.read_bytes()

    with pytest.raises(RecordingError, match="already"):
        Writer(path, session={})
    (tmp_path / "b.mcap.part").write_bytes(b"left by a crash")
    with pytest.raises(RecordingError, match="unfinished"):
        Writer(tmp_path / "b.mcap", session={})
    assert path.read_bytes() == before
    assert (tmp_path / "b.mcap.part").read_bytes() == b"left by a crash"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordingError) as caught:
        Writer(tmp_path / "none" / "a.mcap", session={})
    assert "folder" in caught.value.hint


@pytest.mark.parametrize(("size", "when"), [(layout.PAYLOAD_LIMIT + 1, 0), (1, -1), (1, 2**63)])
def test_what_does_not_fit_is_refused_and_nothing_else_is_lost(tmp_path: Path, size: int, when: int) -> None:
    writer = Writer(tmp_path / "a.mcap", session=SESSION)
    with pytest.raises(RecordingError):
        writer.write(Notification("pad", "ffe4", when, b"x" * size))
    writer.write(Notification("pad", "ffe4", 7, b"ok"))

    assert [n.payload for n in Recording.open(writer.close()).notifications()][1:] == [b"ok"]


def test_closing_twice_is_closing_once(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.mcap", session={})

    assert writer.close() == writer.close() == tmp_path / "a.mcap"


def test_an_event_with_nan_is_refused_because_it_is_not_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        layout.event_notification({"event": "mark", "x": float("nan")}, 0)


# ---- the thread -----------------------------------------------------------------------------------------------------------------


def test_the_recorder_keeps_the_order_of_every_thread_that_puts(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mcap", session=SESSION, opened_ns=0, flush_s=0.01, warn_below=0, stop_below=0)

    def put(device: str) -> None:
        for i in range(2000):
            recorder.put(Notification(device, "x", i, i.to_bytes(2, "little")))

    threads = [threading.Thread(target=put, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    items = list(Recording.open(recorder.close()).notifications())[1:]

    assert len(items) == 6000
    for name in ("a", "b", "c"):
        assert [n.received_ns for n in items if n.device == name] == list(range(2000))
    assert recorder.trouble is None
    assert recorder.flushed == 6001
    assert recorder.dropped == 0


def test_a_closed_recorder_takes_no_more(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mcap", session={}, opened_ns=0, warn_below=0, stop_below=0)
    assert recorder.close() == recorder.close()

    with pytest.raises(RecordingError, match="closed"):
        recorder.put(Notification("pad", "x", 0, b""))


def test_a_fault_in_the_thread_comes_out_at_the_next_put_or_close(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "a.mcap", session={}, opened_ns=0, flush_s=0.01, free=lambda _: 1 // 0)
    recorder._thread.join(5)

    with pytest.raises(ZeroDivisionError):
        recorder.put(Notification("pad", "x", 0, b""))
    with pytest.raises(ZeroDivisionError):
        recorder.close()
    assert Recording.open(tmp_path / "a.mcap.part").session["event"] == "open"


# ---- what is no recording ---------------------------------------------------------------------------------------------------


def refused(path: Path) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        Recording.open(path)
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")
    return caught.value


def test_a_missing_an_empty_and_a_folder_each_have_their_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.mcap").touch()

    assert "There is no file no.mcap" in refused(tmp_path / "no.mcap").message
    assert "empty" in refused(tmp_path / "empty.mcap").message
    assert "folder" in refused(tmp_path).message


@pytest.mark.parametrize(
    "content", [b"time_s,force_n\n0,1\n", b"\x89PNG\r\n\x1a\n" + bytes(100), bytes(1000), b"\x89MCAP0\r\n", b"\x89MCAP0\r\n" + bytes(500)]
)
def test_a_file_that_is_something_else_is_foreign(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.mcap").write_bytes(content)

    assert "not a recording of ankletest" in refused(tmp_path / "x.mcap").message


def foreign_mcap(
    path: Path, *, compression: CompressionType = CompressionType.ZSTD, metadata: dict[str, str], data: bytes, sequence: int = 0
) -> Path:
    with path.open("wb") as file:
        writer = McapWriter(file, compression=compression, enable_data_crcs=True)
        writer.start()
        schema = writer.register_schema("Odom", "jsonschema", b"{}")
        channel = writer.register_channel("/odom", "json", schema, metadata)
        for _ in range(3):
            writer.add_message(channel, log_time=5, data=data, publish_time=5, sequence=sequence)
        writer.finish()
    return path


@pytest.mark.parametrize("compression", list(CompressionType))
def test_an_mcap_file_of_another_program_is_foreign(tmp_path: Path, compression: CompressionType) -> None:
    path = foreign_mcap(tmp_path / "x.mcap", compression=compression, metadata={}, data=b'{"x":1}')

    assert "not a recording of ankletest" in refused(path).message


@pytest.mark.parametrize(
    "payload", [b'{"event":"start"}', b'{"event":"open","format":"new"}', b"[" * 200_000, b"\xff\xfe", b'{"event":"open","format":0}']
)
def test_a_first_event_that_is_not_ours_is_foreign(tmp_path: Path, payload: bytes) -> None:
    path = foreign_mcap(tmp_path / "x.mcap", metadata={"device": OPERATOR, "characteristic": EVENT}, data=payload)

    assert "not a recording of ankletest" in refused(path).message


def test_a_newer_format_names_both_versions(tmp_path: Path) -> None:
    data = b'{"event":"open","format":7,"what":"we cannot know"}'
    error = refused(foreign_mcap(tmp_path / "x.mcap", metadata={"device": OPERATOR, "characteristic": EVENT}, data=data))

    assert "format 7" in error.message
    assert f"format {layout.FORMAT}" in error.message
    assert "Update" in error.hint


def test_a_file_whose_order_another_program_changed_is_refused_while_it_is_read(tmp_path: Path) -> None:
    data = b'{"event":"open","format":1}'
    path = foreign_mcap(tmp_path / "x.mcap", metadata={"device": OPERATOR, "characteristic": EVENT}, data=data)

    with pytest.raises(RecordingError, match="another program"):
        list(Recording.open(path).notifications())


def test_a_decompression_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mcap", notifications(10))
    bomb = bytearray(path.read_bytes())
    at = bomb.index(b"\x04\0\0\0zstd", bomb.index(b"\x04\0\0\0zstd") + 1)
    frame = at + 16
    assert bomb[frame : frame + 4] == b"\x28\xb5\x2f\xfd"
    bomb[at - 12 : at - 4] = (1 << 40).to_bytes(8, "little")  # 1 TB, says the chunk
    bomb[frame + 4] |= 0xC0  # an 8-byte content size follows, says the frame
    path.write_bytes(bomb)
    recording = Recording.open(path)

    assert [n.characteristic for n in recording.notifications()] == [EVENT]
    assert "10 notifications are missing" in recording.damage
