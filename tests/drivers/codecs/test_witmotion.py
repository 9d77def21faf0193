"""WitMotion against the vectors of devices.md 3.1: whole, byte by byte, joined, between garbage, out of step, mutated.

Its frames carry no checksum, counter or time, so a wrong number cannot be told from a right one; what can be told is tested.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ankletest.device import Advertisement, Decoded, Step, Subscribe, TimeQuality, Wait, Write
from ankletest.samples import Kind
from drivers.codecs import witmotion
from drivers.codecs.witmotion import FRAME, NOTIFY, WRITE, WitmotionCodec

REST = bytes.fromhex("5561 0000 0000 0008 0000 0000 0000 0000 0000 0000")
"""Synthetic: at rest, 1 g upwards."""
MOVING = bytes.fromhex("5561 00fc 0002 0008 a400 5cff 6606 0020 00f0 0040")
"""Synthetic: (-0.5, 0.25, 1) g; (10.009766, -10.009766, 99.975586) °/s."""
REST_SI = [0.0, 0.0, 9.80665, 0.0, 0.0, 0.0]
MOVING_SI = [-4.903325, 2.451663, 9.80665, 0.174703, -0.174703, 1.744903]
PRINTED = 6e-7
"""The specification prints six decimals."""
MAGNETOMETER = bytes.fromhex("5571 3a00 6801 6900 7a00") + bytes(10)
"""Real: the maker's manual, a reply to a register read."""


def content(value: int) -> bytes:
    """Return the reply that tells what the frames hold."""
    return bytes.fromhex("5571 9600") + value.to_bytes(2, "little") + bytes(14)


def decode(*payloads: bytes) -> Decoded:
    return WitmotionCodec().feed(NOTIFY, payloads)


def rows(decoded: Decoded) -> list[list[float]]:
    return [row for reading in decoded.readings for row in reading.values.tolist()]


def joined(parts: list[Decoded]) -> tuple[list[list[float]], list[int], list[bool], list[str]]:
    """Return values, ticks, clipping and rejections of consecutive calls."""
    readings = [reading for part in parts for reading in part.readings]
    return (
        [row for reading in readings for row in reading.values.tolist()],
        [tick for reading in readings for tick in reading.ticks.tolist()],
        [flag for reading in readings for flag in reading.clipped.tolist()],
        [str(error) for part in parts for error in part.rejected],
    )


def cut(stream: bytes, at: list[int]) -> list[bytes]:
    """Cut a stream at some places, which may repeat."""
    edges = [0, *sorted(place % (len(stream) + 1) for place in at), len(stream)]
    return [stream[a:b] for a, b in pairwise(edges)]


def by_calls(payloads: list[bytes], sizes: list[int]) -> list[Decoded]:
    """Feed one codec, so many payloads a call, over and over."""
    codec, out, at, turn = WitmotionCodec(), [], 0, 0
    while at < len(payloads):
        size = sizes[turn % len(sizes)]
        out.append(codec.feed(NOTIFY, payloads[at : at + size]))
        at, turn = at + size, turn + 1
    return out


# ---- vectors --------------------------------------------------------------------------------------------------------------


def test_the_vectors_come_out_in_si_units() -> None:
    (reading,) = decode(REST, MOVING).readings

    assert reading.kind is Kind.IMU
    assert reading.values[0] == pytest.approx(REST_SI, abs=PRINTED)
    assert reading.values[1] == pytest.approx(MOVING_SI, abs=PRINTED)
    assert (reading.ticks.tolist(), reading.ticks.dtype) == ([0, 1], np.int64)
    assert (reading.payloads.tolist(), reading.ends.tolist()) == ([0, 1], [1, 2])
    assert not reading.clipped.any()
    assert reading.lost_before == 0


def test_a_straddling_frame_belongs_to_the_notification_that_completes_it() -> None:
    (reading,) = decode(MOVING[:13], MOVING[13:] + REST).readings

    assert reading.values[0] == pytest.approx(MOVING_SI, abs=PRINTED)
    assert reading.values[1] == pytest.approx(REST_SI, abs=PRINTED)
    assert (reading.payloads.tolist(), reading.ends.tolist()) == ([1], [2])


def test_byte_by_byte_gives_the_same_as_whole() -> None:
    stream = REST + MOVING + REST
    split = decode(*(bytes([byte]) for byte in stream))

    assert rows(split) == rows(decode(stream))
    assert split.rejected == ()
    assert split.readings[0].payloads.tolist() == [FRAME - 1, 2 * FRAME - 1, 3 * FRAME - 1]


def test_four_frames_in_one_notification_are_four_samples() -> None:
    (reading,) = decode(REST + MOVING + MOVING + REST).readings

    assert len(reading.values) == 4
    assert (reading.payloads.tolist(), reading.ends.tolist()) == ([0], [4])


def test_the_maker_s_register_reply_is_no_sample() -> None:
    decoded = decode(REST + MAGNETOMETER + MOVING)

    assert len(rows(decoded)) == 2
    assert decoded.rejected == ()


@pytest.mark.shared_data
def test_the_maker_s_worked_examples_are_register_replies(shared_data: Path) -> None:
    told = json.loads((shared_data / "ble_vectors" / "witmotion_datasheet_example.json").read_text())
    payloads = [bytes.fromhex(vector["hex"]) for vector in told["vectors"]]

    assert payloads == [MAGNETOMETER]
    assert decode(*payloads) == Decoded()


def test_encoding_is_the_inverse_of_decoding() -> None:
    counts = np.array([[-32768, 32767, 0, 1, -1, 24917], [0x6155, 0x5561, 0x7155, -5, 5, 0]], dtype=np.float64)

    assert np.array(rows(decode(witmotion.encode_samples(counts)))) == pytest.approx(counts * witmotion.SCALE, rel=1e-15)
    assert witmotion.encode_samples(np.array([[0, 0, 2048, 0, 0, 0]])) == REST


@pytest.mark.parametrize(("count", "clipped"), [(32603, True), (32602, False), (-32603, True), (-32768, True), (-32602, False)])
def test_samples_from_99_5_percent_of_the_range_on_are_clipped(count: int, clipped: bool) -> None:
    counts = np.zeros((1, 6))
    counts[0, 4] = count
    (reading,) = decode(witmotion.encode_samples(counts)).readings

    assert reading.clipped.tolist() == [clipped]


# ---- other content under the same header ------------------------------------------------------------------------------------


def test_other_content_is_never_taken_for_acceleration() -> None:
    codec = WitmotionCodec()
    before = codec.feed(NOTIFY, [REST])
    wrong = codec.feed(NOTIFY, [content(1), MOVING, REST])
    again = codec.feed(NOTIFY, [content(0), MOVING])

    assert (len(rows(before)), len(rows(wrong)), len(rows(again))) == (1, 0, 1)
    assert ["frame content is 1" in str(error) for error in wrong.rejected] == [True, True, True]
    assert again.rejected == ()


def test_another_characteristic_is_told_not_decoded() -> None:
    decoded = WitmotionCodec().feed(WRITE, [REST, REST])

    assert decoded.readings == ()
    assert [WRITE in str(error) for error in decoded.rejected] == [True, True]


# ---- garbage and stepping in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "garbage",
    [b"\x00", b"\x55", b"\x55\x61", b"\x55\x55\x61\x55\x61", bytes(range(100)), MOVING[:13], MOVING[7:], b"\x55\x61" * 5],
    ids=lambda garbage: garbage[:6].hex(" "),
)
def test_garbage_between_frames_is_told_and_costs_no_whole_frame_behind_it(garbage: bytes) -> None:
    before, after = decode(garbage + REST + MOVING), decode(REST + MOVING + garbage + MOVING + REST + REST)

    assert rows(before)[-2:] == rows(decode(REST, MOVING))
    assert rows(after)[-3:] == rows(decode(MOVING, REST, REST))
    # The frame that garbage follows cannot be trusted: its end may be the garbage's own.
    assert 1 <= len(rows(after)[:-3]) <= 2
    assert before.rejected
    assert after.rejected
    assert "outside any frame" in str(after.rejected[0])


def test_what_looks_like_a_header_after_garbage_waits_for_the_next_one() -> None:
    false = b"\x55\x61" + bytes(18)
    codec = WitmotionCodec()
    waiting = codec.feed(NOTIFY, [b"\x00" + false])
    told = codec.feed(NOTIFY, [b"\x01\x02" + REST])
    found = codec.feed(NOTIFY, [MOVING])

    assert (rows(waiting), rows(told)) == ([], [])
    assert rows(found) == rows(decode(REST, MOVING))
    assert sum(len(error.payload) for part in (waiting, told) for error in part.rejected) == len(false) + 3


def test_a_lost_notification_that_ends_within_a_frame_gives_no_mixed_sample() -> None:
    frames = [witmotion.encode_samples(np.full((1, 6), number)) for number in range(1, 8)]
    stream = b"".join(frames)
    decoded = decode(stream[:53], stream[100:])  # the third frame lacks its end, the fourth and fifth everything

    assert rows(decoded) == rows(decode(frames[0], frames[1], frames[5], frames[6]))
    assert sum(len(error.payload) for error in decoded.rejected) == 13


def test_endless_garbage_is_told_and_not_kept() -> None:
    codec = WitmotionCodec()
    rng = np.random.default_rng(3)
    told = 0
    for _ in range(200):
        told += sum(len(error.payload) for error in codec.feed(NOTIFY, [rng.bytes(244).replace(b"\x55", b"\x00")]).rejected)

    assert 200 * 244 - told < FRAME + 2


counts = st.lists(st.tuples(*[st.integers(-32768, 32767) | st.sampled_from([0x6155, 0x7155, 0x5561])] * 6), min_size=1, max_size=30)
cuts = st.lists(st.integers(0, 2000), max_size=60)
sizes = st.lists(st.integers(1, 9), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(samples=counts, at=cuts, calls=sizes)
def test_any_cut_of_the_stream_gives_equal_samples(samples: list[tuple[int, ...]], at: list[int], calls: list[int]) -> None:
    stream = witmotion.encode_samples(np.array(samples, dtype=np.float64))

    assert joined(by_calls(cut(stream, at), calls)) == joined([decode(stream)])
    assert len(rows(decode(stream))) == len(samples)


@settings(max_examples=150, deadline=None)
@given(
    parts=st.lists(st.binary(max_size=30) | st.sampled_from([REST, MOVING, MAGNETOMETER, content(1), content(0)]), max_size=30), calls=sizes
)
def test_any_grouping_of_the_same_notifications_gives_equal_samples_and_rejections(parts: list[bytes], calls: list[int]) -> None:
    assert joined(by_calls(parts, calls)) == joined([decode(*parts)])


@settings(max_examples=100, deadline=None)
@given(garbage=st.binary(max_size=50), at=cuts)
def test_behind_any_garbage_in_any_cut_the_stream_is_found_again(garbage: bytes, at: list[int]) -> None:
    stream = garbage + 6 * MOVING
    found = [row for part in by_calls(cut(stream, at), [1]) for row in rows(part)]

    # Garbage may hold a false frame or hide the first true one, not more: four true ones are left in any case.
    assert found[-4:] == rows(decode(*[MOVING] * 4))


def test_mutated_notifications_raise_nothing() -> None:
    rng = np.random.default_rng(7)
    codec = WitmotionCodec()
    samples = 0
    for _ in range(2000):
        payload = bytearray(REST + MOVING + content(0) + MOVING)
        for _ in range(int(rng.integers(1, 6))):
            payload[int(rng.integers(len(payload)))] = int(rng.integers(256))
        decoded = codec.feed(NOTIFY, [bytes(payload[: int(rng.integers(len(payload) + 1))])])
        assert all(np.isfinite(reading.values).all() for reading in decoded.readings)
        samples += sum(len(reading.ticks) for reading in decoded.readings)

    assert samples > 500  # damage of single bytes leaves most frames readable


# ---- what is said to it -----------------------------------------------------------------------------------------------------

UNLOCK = bytes.fromhex("ffaa6988b5")
SET_ALLOWED = {0x03, 0x1F, 0x24, 0x96}
"""Rate, filter, fusion and content; anything else stays as its owner left it."""
FORBIDDEN = {0x00: "save to flash, or reset", 0x01: "calibrate", 0x65: "firmware update"}


def writes(steps: list[Step]) -> list[bytes]:
    return [step.payload for step in steps if isinstance(step, Write)]


@pytest.mark.parametrize("rate", [1.0, 10.0, 20.0, 50.0, 100.0, 200.0, 1000.0])
def test_no_script_saves_calibrates_or_updates(rate: float) -> None:
    for payload in writes([*witmotion.start(rate), *witmotion.stop()]):
        assert len(payload) == 5
        assert payload[:2] == b"\xff\xaa"
        assert payload[2] not in FORBIDDEN
        if payload[2] == 0x27:
            assert payload[3:] in (b"\x96\x00", b"\x64\x00")
        elif payload != UNLOCK:
            assert payload[2] in SET_ALLOWED


def test_the_start_script_is_the_maker_s_with_the_rate_last() -> None:
    steps = list(witmotion.start(200.0))

    assert steps[0] == Subscribe(NOTIFY)
    assert [payload.hex(" ") for payload in writes(steps)] == [
        "ff aa 69 88 b5",  # unlock
        "ff aa 03 06 00",  # 10 Hz: at 200 Hz it answers no reads
        "ff aa 96 00 00",  # acceleration, rate, angle
        "ff aa 24 01 00",  # six axes
        "ff aa 1f 00 00",  # 256 Hz low-pass
        "ff aa 27 96 00",
        "ff aa 27 64 00",
        "ff aa 03 0b 00",  # 200 Hz
    ]
    assert all(step.characteristic == WRITE and not step.response for step in steps if isinstance(step, Write))


def test_every_command_of_the_start_script_is_left_100_ms() -> None:
    steps = list(witmotion.start(100.0))
    followers = [after for step, after in pairwise(steps) if isinstance(step, Write)]

    assert isinstance(steps[-1], Wait)
    assert all(isinstance(after, Wait) and after.seconds >= 0.1 for after in followers)


@pytest.mark.parametrize(("asked", "code"), [(1.0, 0x06), (20.0, 0x07), (60.0, 0x08), (120.0, 0x09), (200.0, 0x0B), (1000.0, 0x0B)])
def test_the_nearest_rate_it_truly_has_is_asked_for(asked: float, code: int) -> None:
    assert writes(list(witmotion.start(asked)))[-1] == bytes([0xFF, 0xAA, 0x03, code, 0x00])


def test_stopping_slows_it_down() -> None:
    assert writes(list(witmotion.stop())) == [bytes.fromhex("ffaa030600")]


@pytest.mark.parametrize(
    ("name", "services", "score"),
    [
        ("WT901BLE67", (witmotion.SERVICE,), 90),
        ("", (witmotion.SERVICE,), 90),
        ("WT9011DCL", (), 40),
        ("WTVB01-BT50", (witmotion.SERVICE,), 0),
        ("Watch", ("0000ffe5-0000-1000-8000-00805f9b34fb",), 0),  # Bluetooth's own base is not the maker's
    ],
)
def test_it_is_told_from_its_kin_and_from_strangers(name: str, services: tuple[str, ...], score: int) -> None:
    assert witmotion.match(Advertisement("a", name, services)) == score


def test_it_promises_no_more_than_it_has() -> None:
    codec = WitmotionCodec()

    assert (codec.corners_mm, codec.rate_hz) == (None, None)
    assert witmotion.MODEL.tick.quality is TimeQuality.ARRIVAL
    assert (witmotion.MODEL.acc_range_g, witmotion.MODEL.gyro_range_dps) == (16.0, 2000.0)
