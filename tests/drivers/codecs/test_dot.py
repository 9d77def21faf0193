"""Movella DOT against the vectors of devices.md 3.5: samples, a wrap, losses by time, other measuring modes, the rate."""

import struct

import pytest
from codec_checks import joined, lost, readings, split, ticks, told, values

from ankletest.device import Advertisement, Decoded, Read, Subscribe, Write
from ankletest.samples import RAD_PER_DEG, G
from drivers.codecs.dot import CONTROL, MEDIUM, MODEL, SETTINGS, DotCodec

FIRST = bytes.fromhex("40420f00 00000000 00000000 00001d41 0000c03f 000010c0 0000003f")
"""Synthetic: 1 s; (0, 0, 9.8125) m/s², (1.5, -2.25, 0.5) °/s."""
NEXT = bytes.fromhex("5b830f00 0000803e 00000000 00001c41 0000c03f 000010c0 0000003f")
"""Synthetic: 16667 µs later."""
EULER = bytes.fromhex("d893decb0a3509c146500842ea43853e00000000")
"""Real: mode 4, which is not asked for."""
CUSTOM = bytes.fromhex("526bea567cc32c4128fdca41f87912be62528c40e301e9bf9b199ebfb5c4bdbe8a5f7cbe6725de3c")
"""Real: mode 22, which is not asked for, at 1458203474 µs."""
TURN = [v * RAD_PER_DEG for v in (1.5, -2.25, 0.5)]


def decode(*payloads: bytes) -> Decoded:
    return DotCodec().feed(MEDIUM, payloads)


def sample(us: int, acc: float = 0.0, gyro: float = 0.0) -> bytes:
    return struct.pack("<I6f", us % 2**32, 0.0, acc, 0.0, gyro, 0.0, 0.0)


def settings(rate: int) -> bytes:
    return bytes(24) + rate.to_bytes(2, "little") + bytes(6)


def test_samples_come_out_in_si_units() -> None:
    decoded = decode(FIRST, NEXT)

    assert values(decoded) == [[0.0, 0.0, 9.8125, *map(pytest.approx, TURN)], [0.25, 0.0, 9.75, *map(pytest.approx, TURN)]]
    assert ticks(decoded) == [1_000_000, 1_016_667]
    assert lost(decoded) == told(decoded) == []


def test_zeros_behind_a_sample_are_not_used() -> None:
    assert joined(decode(FIRST + bytes(12), NEXT + bytes(1))) == joined(decode(FIRST, NEXT))


def test_time_that_wraps_goes_on() -> None:
    decoded = decode(bytes.fromhex("80e3ffff") + FIRST[4:], bytes.fromhex("9b240000") + FIRST[4:])

    assert ticks(decoded) == [4_294_960_000, 9_371]
    assert lost(decoded) == []
    assert len(readings(decoded)) == 1


def test_samples_that_the_time_shows_missing_are_lost() -> None:
    assert lost(decode(sample(0), sample(16_667), sample(66_668), sample(83_335))) == [(2, 2)]


def test_the_rate_in_the_settings_says_what_a_gap_is() -> None:
    codec = DotCodec()
    assert codec.rate_hz is None
    assert codec.feed(SETTINGS, [settings(60), settings(20)]) == Decoded()

    assert codec.rate_hz == 20.0
    assert lost(codec.feed(MEDIUM, [sample(0), sample(50_000), sample(150_000)])) == [(2, 1)]


@pytest.mark.parametrize("payload", [b"", settings(0), settings(61), settings(60)[:-1], settings(60) + b"\x00"])
def test_what_are_no_settings_is_told(payload: bytes) -> None:
    codec = DotCodec()

    assert len(told(codec.feed(SETTINGS, [payload]))) == 1
    assert codec.rate_hz is None


def test_a_sensor_that_was_switched_on_again_loses_nothing() -> None:
    decoded = decode(sample(900_000_000), sample(5_000_000), sample(5_016_667))

    assert lost(decoded) == []
    assert [len(reading.ticks) for reading in readings(decoded)] == [1, 2]


@pytest.mark.parametrize("payload", [b"", FIRST[:-1], FIRST + b"\x01", FIRST + bytes(13), EULER, CUSTOM])
def test_other_modes_and_lengths_are_told(payload: bytes) -> None:
    decoded = decode(payload, NEXT)

    assert told(decoded) == ["not a sample of measuring mode 21"]
    assert len(values(decoded)) == 1


def test_numbers_that_are_no_motion_are_told() -> None:
    decoded = decode(sample(0, float("nan")), sample(0, float("inf")), sample(0, 0.0, 1.1e4), FIRST)

    assert told(decoded) == ["a sample that is no motion"] * 3
    assert len(values(decoded)) == 1


def test_motion_at_the_edge_of_the_range_is_clipped() -> None:
    (reading,) = decode(sample(0, 0.994 * 16 * G), sample(16_667, -0.996 * 16 * G), sample(33_334, 0.0, 1991.0)).readings

    assert reading.clipped.tolist() == [False, True, True]


def test_any_split_gives_the_same() -> None:
    wrong = [(MEDIUM, CUSTOM), (MEDIUM, sample(50, float("nan"))), (MEDIUM, b"")]
    air = [(MEDIUM, sample(i * 16_667)) for i in range(40) if i % 9]
    air = [*air[:10], *wrong, *air[10:20], (SETTINGS, settings(30)), *air[20:], *wrong[::-1]]
    whole = split(DotCodec, air, len(air))

    assert [joined(*split(DotCodec, air, size)) for size in (1, 2, 7)] == [joined(*whole)] * 3
    assert len(told(*whole)) == 6


def test_it_is_stopped_before_it_is_started() -> None:
    assert list(MODEL.start(60.0)) == [Subscribe(MEDIUM), Write(CONTROL, b"\x01\x00\x15"), Read(SETTINGS), Write(CONTROL, b"\x01\x01\x15")]
    assert list(MODEL.stop()) == [Write(CONTROL, b"\x01\x00\x15")]


@pytest.mark.parametrize(
    ("found", "wished", "sets"), [(60, 60.0, None), (60, 1000.0, None), (120, 200.0, 60), (60, 25.0, 20), (20, 60.0, 60)]
)
def test_another_rate_is_set_and_read_back(found: int, wished: float, sets: int | None) -> None:
    steps = MODEL.start(wished)
    said = [next(steps), steps.send(None), steps.send(None), steps.send(settings(found)), *steps]
    change = [] if sets is None else [Write(SETTINGS, b"\x10" + bytes(23) + bytes([sets]) + bytes(7)), Read(SETTINGS)]

    assert said[3:] == [*change, Write(CONTROL, b"\x01\x01\x15")]


def test_it_is_known_by_its_name_or_company() -> None:
    assert [MODEL.match(Advertisement("1", name)) for name in ("Xsens DOT", "Movella DOT", "DOT")] == [95, 95, 0]
    assert MODEL.match(Advertisement("1", "", (), {0x0886: b""})) == 70
