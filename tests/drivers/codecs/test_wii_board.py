"""Wii Balance Board against the vectors of devices.md 4.4: calibration in two parts, loads, centre of pressure, and what is no report."""

import numpy as np
import pytest
from codec_checks import joined, readings, split, ticks, told, values

from ankletest.device import Advertisement, Decoded, Expect, Write
from ankletest.errors import DeviceError
from ankletest.samples import COP_X, COP_Y, FORCE, N_PER_KGF, Kind
from ankletest.signals.cop import pad_of
from drivers.codecs.wii_board import CELLS, MODEL, REPORT, WiiBoardCodec, stamped

CALIBRATION = bytes.fromhex("07C33CF8048C296B 0ED243840B3A3069 15E94A1011EF376E")
"""Real (wiibrew): raw values of the four cells at 0, 17 and 34 kg."""
FIRST = stamped(bytes.fromhex("21 0000 f0 0024") + CALIBRATION[:16], 1)
SECOND = stamped(bytes.fromhex("21 0000 70 0034") + CALIBRATION[16:] + bytes(8), 2)
MORE = bytes.fromhex("34 0000 1100 4600 0C00 3100 18 00 82") + bytes(8)
LESS = bytes.fromhex("32 0000 0b00 4000 0900 2d00")
PRINTED_KG, PRINTED_MM = 6e-5, 6e-4
"""Half of the last decimal that the specification prints, and a little."""


def calibrated() -> WiiBoardCodec:
    codec = WiiBoardCodec()
    decoded = codec.feed(REPORT, [FIRST, SECOND])
    assert (decoded.readings, decoded.rejected) == ((), ())
    return codec


def decode(*reports: bytes, first_us: int = 5_000_000) -> Decoded:
    return calibrated().feed(REPORT, [stamped(report, first_us + 16_000 * i) for i, report in enumerate(reports)])


@pytest.mark.parametrize(
    ("report", "kg", "newtons", "cop_mm"),
    [
        (bytes.fromhex("32 0000 0ed2 4384 0b3a 3069"), [17.0] * 4, 666.852, (0.0, 0.0)),
        (MORE, [22.2264, 23.4511, 18.9604, 18.4285], 814.603, (21.603, -0.992)),
        (LESS, [7.7991, 7.8711, 11.3333, 8.7089], 350.220, (-26.505, 8.505)),
    ],
)
def test_loads_and_their_centre_are_those_of_the_specification(
    report: bytes, kg: list[float], newtons: float, cop_mm: tuple[float, float]
) -> None:
    (reading,) = decode(report).readings
    pad = pad_of(reading.values, WiiBoardCodec().corners_mm)[0]

    assert reading.kind is Kind.CELLS
    assert reading.values[0] / N_PER_KGF == pytest.approx(kg, abs=PRINTED_KG)
    assert pad[FORCE] == pytest.approx(newtons, abs=6e-4)
    assert (pad[COP_X], pad[COP_Y]) == pytest.approx(cop_mm, abs=PRINTED_MM)


def test_calibrated_points_and_beyond_them() -> None:
    raw = np.frombuffer(CALIBRATION, dtype=">u2").astype(int).reshape(3, 4)
    beyond = 2 * raw[2] - raw[1]
    rows = values(decode(*(b"\x32\x00\x00" + row.astype(">u2").tobytes() for row in (*raw, beyond))))

    np.testing.assert_allclose(np.array(rows) / N_PER_KGF, np.outer([0.0, 17.0, 34.0, 51.0], np.ones(4)), atol=1e-12)


def test_an_empty_board_may_weigh_a_little_less_than_nothing() -> None:
    raw = np.frombuffer(CALIBRATION[:8], dtype=">u2").astype(int) - 5

    assert all(-0.1 < value / N_PER_KGF < 0.0 for value in values(decode(b"\x32\x00\x00" + raw.astype(">u2").tobytes()))[0])


def test_what_linux_calibrated_needs_no_calibration() -> None:
    body = np.array([1700, 0, 65535, 250], dtype="<u2").tobytes()
    decoded = WiiBoardCodec().feed(CELLS, [stamped(body, 7), stamped(bytes(8), 9)])

    assert values(decoded)[0] == pytest.approx([17.0 * N_PER_KGF, 0.0, 655.35 * N_PER_KGF, 2.5 * N_PER_KGF])
    assert ticks(decoded) == [7, 9]
    assert readings(decoded)[0].clipped.tolist() == [True, False]
    assert decoded.battery_percent is None


@pytest.mark.parametrize(("raw", "percent"), [(0xFF, 100), (0x82, 100), (0x81, 75), (0x78, 50), (0x6A, 25), (0x69, 0)])
def test_the_battery_has_four_bars(raw: int, percent: int) -> None:
    report = bytearray(MORE)
    report[13] = raw

    assert decode(bytes(report)).battery_percent == percent
    assert decode(LESS).battery_percent is None


def test_samples_before_the_calibration_are_told() -> None:
    decoded = WiiBoardCodec().feed(REPORT, [stamped(MORE, 1), FIRST, stamped(MORE, 2), SECOND, stamped(MORE, 3)])

    assert told(decoded) == ["no calibration yet"] * 2
    assert ticks(decoded) == [3]


def test_the_parts_of_the_calibration_may_come_in_either_order_and_other_memory_between() -> None:
    codec = WiiBoardCodec()
    other = stamped(bytes.fromhex("21 0000 50 00fa 0000a4200402") + bytes(10), 1)

    assert codec.feed(REPORT, [SECOND, other, FIRST]).rejected == ()
    assert len(values(codec.feed(REPORT, [stamped(LESS, 3)]))) == 1


@pytest.mark.parametrize(
    ("characteristic", "payload", "why"),
    [
        (REPORT, b"", "not a report"),
        (REPORT, b"\x34", "samples that are cut off"),
        (REPORT, stamped(b"", 5)[:7], "not a report"),
        (REPORT, stamped(b"\x99", 5), "not a report"),
        (REPORT, stamped(LESS[:-1], 5), "samples that are cut off"),
        (REPORT, stamped(MORE[:-1], 5), "samples that are cut off"),
        (REPORT, stamped(bytes.fromhex("21 0000 f7 0024") + bytes(16), 5), "memory at 0x24 cannot be read: error 7"),
        (REPORT, FIRST[:-1], "memory that is cut off"),
        (REPORT, stamped(bytes.fromhex("21 0000 f0 0024") + bytes(16), 5), "a calibration whose raw values do not grow with the load"),
        (CELLS, bytes(13), "four cells and a time have 12 bytes"),
        (CELLS, bytes(11), "samples that are cut off"),
        ("data", MORE, "nothing is known of characteristic data"),
    ],
)
def test_what_is_no_report_is_told(characteristic: str, payload: bytes, why: str) -> None:
    codec = calibrated()

    assert told(codec.feed(characteristic, [payload])) == [why]
    assert len(values(codec.feed(REPORT, [FIRST, stamped(LESS, 9)]))) == 1


def test_buttons_and_acknowledgements_say_nothing() -> None:
    for report in ("20 0000 02 0000 82", "22 0000 16 00", "30 0008"):
        assert calibrated().feed(REPORT, [stamped(bytes.fromhex(report), 3)]) == Decoded()


def test_time_that_goes_back_or_rests_long_begins_anew_and_nothing_is_called_lost() -> None:
    codec = calibrated()
    times = [1_000_000, 1_016_000, 900_000, 916_000, 61_000_000, 2**32 - 1000, 15_000]
    decoded = codec.feed(REPORT, [stamped(LESS, us) for us in times])

    assert [reading.ticks.tolist() for reading in readings(decoded)] == [
        [1_000_000, 1_016_000],
        [900_000, 916_000],
        [61_000_000],
        [2**32 - 1000, 15_000],
    ]
    assert [reading.lost_before for reading in readings(decoded)] == [0, 0, 0, 0]


def test_a_report_may_be_longer_than_what_is_read_of_it() -> None:
    # Windows hands over every report at the length of the longest.
    assert values(decode(LESS.ljust(22, b"\0"))) == values(decode(LESS))


def test_any_split_gives_the_same() -> None:
    reports = [FIRST, SECOND, *(stamped(r, 10 + i) for i, r in enumerate((MORE, LESS, b"\x99", MORE[:9], MORE)))]
    air = [(REPORT, report) for report in reports] + [(CELLS, stamped(bytes(8), 30)), (REPORT, stamped(LESS, 20))]
    whole = split(WiiBoardCodec, air, len(air))

    assert [joined(*split(WiiBoardCodec, air, size)) for size in (1, 2, 3)] == [joined(*whole)] * 3


def test_it_is_known_by_the_names_that_systems_give_it() -> None:
    assert [MODEL.match(Advertisement("1", name)) for name in ("Nintendo RVL-WBC-01", "Nintendo Wii Remote Balance Board")] == [95, 95]
    assert MODEL.match(Advertisement("1", "Nintendo RVL-CNT-01")) == 0


def said(identity: str) -> list[bytes]:
    handshake, steps, answer = MODEL.start(60.0), [], None
    while True:
        try:
            step = handshake.send(answer)
        except StopIteration:
            return steps
        answer = bytes.fromhex("21 0000 50 00fa" + identity) + bytes(18) if isinstance(step, Expect) else None
        if isinstance(step, Write):
            steps.append(step.payload)


def test_it_is_woken_looked_at_and_read_before_it_streams() -> None:
    texts = ["11 10", "15 00", "16 04a400f0 01 55", "16 04a400fb 01 00", "17 04a400fa 0006", "17 04a40024 0018", "12 04 34"]
    expected = [bytes.fromhex(text) for text in texts]

    assert said("0000a4200402") == [p.ljust(22, b"\0") if p[0] == 0x16 else p for p in expected]
    assert [step.payload.hex() for step in MODEL.stop()] == ["120030", "1100"]


def test_a_remote_without_a_board_is_told() -> None:
    with pytest.raises(DeviceError, match="not a Balance Board"):
        said("0000a4200000")


def test_a_calibration_that_is_read_again_holds_from_then_on() -> None:
    doubled = (2 * np.frombuffer(CALIBRATION, dtype=">u2").astype(int)).clip(max=65_535).astype(">u2").tobytes()
    again = [
        (REPORT, stamped(bytes.fromhex("21 0000 f0 0024") + doubled[:16], 4)),
        (REPORT, stamped(SECOND[:6] + doubled[16:] + bytes(8), 5)),
    ]
    air = [(REPORT, FIRST), (REPORT, SECOND), (REPORT, stamped(LESS, 3)), *again, (REPORT, stamped(LESS, 6)), (REPORT, stamped(MORE, 7))]
    whole = split(WiiBoardCodec, air, len(air))

    assert joined(*split(WiiBoardCodec, air, 1)) == joined(*whole)
    assert len(values(*whole)) == 3
    assert values(*whole)[0] != values(*whole)[1]
