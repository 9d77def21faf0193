"""Tindeq Progressor against the vectors of devices.md 4.1: losses by time, a wrap, a fresh start, bytes that are no masses."""

import json
import struct
from pathlib import Path

import pytest
from codec_checks import joined, lost, readings, split, ticks, told, values

from ankletest.device import Advertisement, Decoded, Expect, Subscribe, Wait, Write
from ankletest.samples import G, Kind
from drivers.codecs import tindeq
from drivers.codecs.tindeq import CONTROL, DATA, MODEL, TindeqCodec

PULL = bytes.fromhex("0110 00002041 e8030000 00004841 20a10700")
"""Real: the values of a parser's test; 10 kg at 1 ms, 12.5 kg at 500 ms."""
PULLED = [[10.0 * G], [12.5 * G]]
WRAP = bytes.fromhex("0110 000000be 80e3ffff 00007f42 54140000")
"""Synthetic: -0.125 kg at 4294960000 µs, 63.75 kg 12.5 ms later."""
PRINTED = 6e-7
"""The specification prints six decimals."""


def decode(*payloads: bytes) -> Decoded:
    return TindeqCodec().feed(DATA, payloads)


def masses(*samples: tuple[float, int]) -> bytes:
    return bytes([1, 8 * len(samples)]) + b"".join(struct.pack("<fI", *sample) for sample in samples)


def test_masses_come_out_as_newtons() -> None:
    decoded = decode(PULL)

    assert values(decoded) == PULLED
    assert [[pytest.approx(98.0665)], [pytest.approx(122.583125)]] == PULLED
    assert ticks(decoded) == [1000, 500_000]
    assert {reading.kind for reading in readings(decoded)} == {Kind.FORCE}


def test_samples_that_the_time_shows_missing_are_lost() -> None:
    # 499 ms are 39.92 periods of 12.5 ms.
    assert lost(decode(PULL)) == [(1, 39)]
    assert lost(decode(masses((1.0, 0), (1.0, 12_500), (1.0, 37_500)), masses((1.0, 75_000)))) == [(2, 1), (3, 2)]


def test_time_that_wraps_goes_on() -> None:
    decoded = decode(WRAP)

    assert values(decoded) == [[pytest.approx(-1.225831, abs=PRINTED)], [pytest.approx(625.173938, abs=PRINTED)]]
    assert ticks(decoded) == [4_294_960_000, 5_204]
    assert lost(decoded) == []
    assert len(readings(decoded)) == 1


def test_a_clock_that_starts_again_loses_nothing() -> None:
    decoded = decode(masses((1.0, 9_000_000), (1.0, 9_012_500)), masses((2.0, 1_000), (2.0, 13_500)))

    assert [reading.ticks.tolist() for reading in readings(decoded)] == [[9_000_000, 9_012_500], [1_000, 13_500]]
    assert lost(decoded) == []


def test_a_pause_of_more_than_a_minute_is_no_loss() -> None:
    decoded = decode(masses((1.0, 0), (1.0, 60_012_500)))

    assert len(readings(decoded)) == 2
    assert lost(decoded) == []
    assert lost(decode(masses((1.0, 0), (1.0, 60_000_000)))) == [(1, 4799)]


def test_crystals_that_differ_lose_nothing() -> None:
    # 3 % off the nominal 80 Hz either way.
    for period in (12_125, 12_875):
        assert lost(decode(masses(*((1.0, i * period) for i in range(31))), masses((1.0, 31 * period)))) == []


@pytest.mark.parametrize("payload", ["0003 010203", "0004 930f0000", "00", "0004 930f", "0204 0000c841", "0308 00000000 00000000", "0400"])
def test_answers_and_signs_are_no_samples(payload: str) -> None:
    decoded = decode(PULL, bytes.fromhex(payload))

    assert len(values(decoded)) == 2
    assert told(decoded) == ([] if len(payload) > 2 else ["shorter than a tag and a length"])


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "shorter than a tag and a length"),
        (b"\x01", "shorter than a tag and a length"),
        (b"\x01\x00", "no whole samples"),
        (b"\x01\x07" + bytes(7), "no whole samples"),
        (PULL[:-1], "16 bytes are announced"),
        (PULL + b"\x00", "16 bytes are announced"),
        (b"\x05\x00", "tag 5 is not known"),
        (masses((1000.5, 0)), "1000.5 kg"),
        (masses((float("-inf"), 0)), "-inf kg"),
    ],
)
def test_what_is_no_mass_is_told(payload: bytes, why: str) -> None:
    decoded = decode(payload, PULL)

    assert told(decoded) == [why]
    assert values(decoded) == PULLED


def test_a_mass_that_is_not_a_number_is_a_lost_sample() -> None:
    decoded = decode(masses((1.0, 0), (float("nan"), 12_500), (3.0, 25_000)))

    assert values(decoded) == [[G], [3.0 * G]]
    assert lost(decoded) == [(1, 1)]
    assert told(decoded) == []


def test_a_pull_beyond_the_largest_sensor_is_clipped() -> None:
    (reading,) = decode(masses((298.49, 0), (298.5, 12_500), (-299.0, 25_000))).readings

    assert reading.clipped.tolist() == [False, True, True]


def test_samples_know_the_notification_they_came_in() -> None:
    (reading,) = decode(masses((1.0, 0), (1.0, 12_500)), b"\x00\x00", masses((1.0, 25_000))).readings

    assert (reading.payloads.tolist(), reading.ends.tolist()) == ([0, 2], [2, 3])


def test_any_split_gives_the_same() -> None:
    air = [
        (DATA, p)
        for p in (
            PULL,
            b"\x07\x00",
            masses((1.0, 512_500)),
            WRAP,
            PULL[:5],
            masses((2.0, 17_704), (float("nan"), 30_204)),
            masses((4e6, 0)),
            b"\x09",
        )
    ]
    whole = split(TindeqCodec, air, len(air))

    assert [joined(*split(TindeqCodec, air, size)) for size in (1, 2, 3)] == [joined(*whole)] * 3


def test_it_is_known_by_its_service_or_name() -> None:
    assert MODEL.match(Advertisement("1", "Progressor_1719")) == 60
    assert MODEL.match(Advertisement("1", "Crimpdeq", (tindeq.SERVICE,))) == 95
    assert MODEL.match(Advertisement("1", "My Progressor")) == 0


def test_it_is_told_to_stop_before_it_is_started() -> None:
    assert list(MODEL.start(80.0)) == [Subscribe(DATA), Write(CONTROL, b"\x66"), Wait(0.1), Write(CONTROL, b"\x65")]
    assert list(MODEL.stop()) == [Write(CONTROL, b"\x66")]


def test_one_question_is_asked_at_a_time() -> None:
    answer = Expect(DATA, b"\x00")

    assert list(MODEL.extras["tare"]()) == [Write(CONTROL, b"\x64")]
    assert list(MODEL.extras["battery-first"]()) == [Subscribe(DATA), Write(CONTROL, b"\x6f"), answer]
    assert list(MODEL.extras["probe"]()) == [Subscribe(DATA), Write(CONTROL, b"\x6b"), answer, Write(CONTROL, b"\x70"), answer]


@pytest.mark.shared_data
def test_constructed_notifications_of_others_decode_alike(shared_data: Path) -> None:
    told_by = json.loads((shared_data / "ble_vectors" / "tindeq_progressor_constructed.json").read_text())
    for vector in told_by["vectors"]:
        decoded = decode(bytes.fromhex(vector["hex"]))

        assert values(decoded) == [[sample["kg"] * G] for sample in vector["expected"]]
        assert ticks(decoded) == [sample["t_us"] for sample in vector["expected"]]
    assert len(told_by["vectors"]) == 2
