"""Movesense against the vectors of devices.md 3.2: parts of messages, times within the millisecond, losses, a sensor that refuses."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from codec_checks import joined, lost, readings, split, ticks, told, values

from ankletest.device import Advertisement, Decoded, Expect, Step, Subscribe, Write
from ankletest.errors import DeviceError
from ankletest.samples import RAD_PER_DEG, G
from drivers.codecs import movesense
from drivers.codecs.movesense import MODEL, NOTIFY, PARTS, TICK, WRITE, MovesenseCodec

REAL = bytes.fromhex(
    "aca1020094b578bf399b8840cdb20d4155ff7cbf6a60884092c70c4182627cbfa2e988405da00c418bf871bf71248940c38c0c41"
    "48e17abf713daabf3333b3bec3f568bf713daabf3e0ad7beae4721bff628bcbf3e0ad7beae4721bf3333b3bf3e0ad7be"
)
"""Real: /Meas/IMU6/52 at 172460 ms, four samples; without type and reference."""
PRINTED = 6e-6
"""The specification prints five decimals."""


def message(ms: int, n: int = 8, *, first: float = 0.0) -> bytes:
    """Return a message at rest."""
    acc = np.tile([first, 0.0, G], (n, 1)).astype("<f4").tobytes()
    return bytes([2, n]) + struct.pack("<I", ms % 2**32) + acc + bytes(12 * n)


def decode(*payloads: bytes) -> Decoded:
    return MovesenseCodec().feed(NOTIFY, payloads)


def test_a_real_message_comes_out_in_si_units() -> None:
    decoded = decode(b"\x02\x04" + REAL)
    rows = np.array(values(decoded))

    assert rows[0] == pytest.approx([-0.97152, 4.26895, 8.85615, *(RAD_PER_DEG * v for v in (-0.98, -1.33, -0.35))], abs=PRINTED)
    assert rows[3] == pytest.approx([-0.94520, 4.28570, 8.78437, *(RAD_PER_DEG * v for v in (-0.63, -1.40, -0.42))], abs=PRINTED)
    assert np.array(ticks(decoded)) * TICK.seconds == pytest.approx(172.460 + np.arange(4) / 52.0, abs=TICK.seconds)


def test_a_message_in_parts_is_the_same_message() -> None:
    whole = decode(b"\x02\x04" + REAL)
    halved = decode(b"\x02\x04" + REAL[:60], b"\x03\x04" + REAL[60:])
    crumbled = decode(b"\x02\x04" + REAL[:4], *(b"\x03\x04" + REAL[i : i + 1] for i in range(4, len(REAL))))

    assert joined(halved) == joined(crumbled) == joined(whole)
    assert (halved.readings[0].payloads.tolist(), crumbled.readings[0].payloads.tolist()) == ([1], [96])


def test_a_part_that_looks_whole_is_not_taken_for_it() -> None:
    # 102 bytes would be a message of four samples.
    sent = message(0)
    decoded = decode(sent[:102], b"\x03\x08" + sent[102:])

    assert len(values(decoded)) == 8


def test_a_part_that_does_not_come_loses_its_message_only() -> None:
    sent = [message(round(i * 1000 / 13)) for i in range(4)]
    air = [part for one in sent for part in (one[:150], b"\x03\x08" + one[150:])]

    assert lost(decode(*air[:3], *air[4:])) == [(8, 8)]
    without_head = decode(*air[:2], *air[3:])
    assert lost(without_head) == [(8, 8)]
    assert told(without_head) == ["type 3 with reference 8 is not expected here"]


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "shorter than a type and a reference"),
        (b"\x02", "shorter than a type and a reference"),
        (b"\x02\x63" + REAL, "type 2 with reference 99 is not expected here"),
        (b"\x04\x08", "type 4 with reference 8 is not expected here"),
        (b"\x03\x08", "type 3 with reference 8 is not expected here"),
        (b"\x02\x04" + REAL + b"\x00", "a message of 4 samples has 102 bytes, not 103"),
        (message(0, first=float("nan")), "samples that are no motion"),
        (message(0, first=1e5), "samples that are no motion"),
    ],
)
def test_what_is_no_message_is_told(payload: bytes, why: str) -> None:
    decoded = decode(payload, message(1000))

    assert told(decoded) == [why]
    assert len(values(decoded)) == 8


def test_answers_are_no_samples() -> None:
    assert decode(bytes.fromhex("0164 01 3137343433 00"), bytes.fromhex("0108 c800"), b"\x01\x08") == Decoded()


def test_rates_are_told_by_the_messages() -> None:
    codec = MovesenseCodec()
    rates = [codec.rate_hz]
    for n in (4, 8, 16):
        codec.feed(NOTIFY, [message(0, n)])
        rates.append(codec.rate_hz)

    assert rates == [None, 52.0, 104.0, 208.0]


# ---- times ------------------------------------------------------------------------------------------------------------------


def test_times_cut_to_milliseconds_come_out_even() -> None:
    seconds = np.array(ticks(decode(*(message(int(i * 1000 / 13)) for i in range(200))))) * TICK.seconds

    assert np.diff(seconds) == pytest.approx(1 / 104, abs=1.01 * TICK.seconds)


def test_a_crystal_that_is_off_is_followed_within_a_millisecond() -> None:
    for rate in (0.99, 1.01):
        true_ms = np.arange(400) * 1000 / 13 * rate + 0.7
        sent = decode(*(message(int(ms)) for ms in true_ms))
        told_ms = np.array(ticks(sent))[::8] / PARTS

        assert lost(sent) == []
        assert np.abs(told_ms - true_ms).max() <= 1.0


def test_time_that_wraps_goes_on() -> None:
    decoded = decode(message(-77), message(0), message(76))

    assert lost(decoded) == []
    assert len(readings(decoded)) == 1
    assert ticks(decoded)[0] == (2**32 - 77) * PARTS
    assert 0 <= ticks(decoded)[8] < PARTS


def test_messages_that_the_time_shows_missing_are_lost() -> None:
    assert lost(decode(message(0), message(77), message(308), message(385))) == [(16, 16)]
    assert lost(decode(message(0), message(77 + 30))) == [(8, 3)]  # the sensor's own buffer overflowed


def test_a_sensor_that_starts_again_loses_nothing() -> None:
    decoded = decode(message(500_000), message(1000), message(1077))

    assert lost(decoded) == []
    assert len(readings(decoded)) == 2
    assert ticks(decoded)[8] == 1000 * PARTS


def test_motion_beyond_the_range_is_clipped() -> None:
    (reading,) = decode(message(0, first=0.996 * 8 * G), message(77, first=0.994 * 8 * G)).readings

    assert reading.clipped.tolist() == [True] * 8 + [False] * 8


def test_any_split_gives_the_same() -> None:
    rng = np.random.default_rng(5)
    air: list[tuple[str, bytes]] = []
    for i in range(60):
        one = message(int(i * 1000 / 13), first=float("nan") if i == 30 else 0.1 * i)
        air += [(NOTIFY, part) for part in (one[:150], b"\x03\x08" + one[150:]) if rng.random() > 0.1]
        if i % 20 == 7:
            air += [(NOTIFY, rng.bytes(50)), (NOTIFY, message(int(i * 1000 / 13) + 30, 4))]
    whole = split(MovesenseCodec, air, len(air))

    assert [joined(*split(MovesenseCodec, air, size)) for size in (1, 2, 7)] == [joined(*whole)] * 3
    assert len(lost(*whole)) > 4


# ---- what is said -----------------------------------------------------------------------------------------------------------


def walk(answers: dict[bytes, bytes]) -> list[Step]:
    """Walk a start with a sensor that answers 200, or as told; an empty answer is none."""
    steps, said = MODEL.start(104.0), list[Step]()
    step = next(steps)
    try:
        while True:
            said.append(step)
            if not isinstance(step, Expect):
                step = steps.send(None)
                continue
            answer = answers.get(step.prefix, step.prefix + b"\xc8\x00")
            step = steps.send(answer) if answer else steps.throw(DeviceError("no answer."))
    except StopIteration:
        return said


def test_it_is_greeted_and_subscribed_to() -> None:
    said = walk({})

    assert said[0] == Subscribe(NOTIFY)
    assert [step.payload for step in said if isinstance(step, Write)] == [
        b"\x00\x64", b"\x02\x04", b"\x02\x08", b"\x02\x10", b"\x01\x08/Meas/IMU6/104",
    ]  # fmt: skip
    assert [step.prefix for step in said if isinstance(step, Expect)] == [b"\x01\x64", b"\x01\x04", b"\x01\x08", b"\x01\x10", b"\x01\x08"]
    assert {step.characteristic for step in said if isinstance(step, Write)} == {WRITE}


def test_an_answer_that_was_lost_is_asked_for_again() -> None:
    said = walk({b"\x01\x10": b"", b"\x01\x08": b""})

    assert [step for step in said if isinstance(step, Write)][-2:] == [Write(WRITE, b"\x01\x08/Meas/IMU6/104")] * 2


def test_a_sensor_that_refuses_is_told() -> None:
    with pytest.raises(DeviceError, match="status 404"):
        walk({b"\x01\x08": b"\x01\x08\x94\x01"})


@pytest.mark.parametrize(("wished", "got"), [(1.0, b"52"), (60.0, b"52"), (100.0, b"104"), (200.0, b"208"), (1000.0, b"208")])
def test_the_nearest_rate_is_asked_for(wished: float, got: bytes) -> None:
    (asked,) = {step.payload for step in MODEL.start(wished) if isinstance(step, Write) and step.payload[0] == 1}

    assert asked.endswith(b"/" + got)


def test_it_is_stopped_by_its_references_and_asked_who_it_is() -> None:
    assert list(MODEL.stop()) == [Write(WRITE, bytes([2, ref])) for ref in (4, 8, 16)]
    assert Write(WRITE, b"\x04\x65/Meas/Acc/Info") in list(MODEL.extras["probe"]())


def test_it_is_known_by_its_service_or_name() -> None:
    assert MODEL.match(Advertisement("1", "Movesense 174430000051")) == 70
    assert MODEL.match(Advertisement("1", "", (movesense.SERVICE,))) == 95
    assert MODEL.match(Advertisement("1", "Suunto 9", (), {0x009F: bytes(4)})) == 0


@pytest.mark.shared_data
def test_real_messages_decode_as_the_sensor_logged_them(shared_data: Path) -> None:
    seen = 0
    for vector in json.loads((shared_data / "ble_vectors" / "movesense_real.json").read_text())["vectors"]:
        log = vector["expected_from_device_log"]
        if not vector["path"].startswith("/Meas/IMU6/"):
            continue
        n = len(log["ArrayAcc"])
        decoded = decode(bytes([2, n]) + bytes.fromhex(vector["hex"]))
        truth = [
            [*(a[k] for k in "xyz"), *(g[k] * RAD_PER_DEG for k in "xyz")] for a, g in zip(log["ArrayAcc"], log["ArrayGyro"], strict=True)
        ]

        assert np.array(values(decoded)) == pytest.approx(np.array(truth), rel=1e-12)
        assert ticks(decoded)[0] == log["Timestamp"] * PARTS
        seen += 1
    assert seen == 1
