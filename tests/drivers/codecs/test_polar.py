"""Polar against the vectors of devices.md 3.3: frames, times, losses, two sensors made one, and what is said to them."""

import json
import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from codec_checks import joined, lost, readings, split, ticks, told, values

from ankletest.device import Advertisement, Decoded, Expect, Read, Subscribe, Write
from ankletest.errors import DeviceError
from ankletest.samples import RAD_PER_DEG, G
from drivers.codecs import polar, polar_h10, polar_verity
from drivers.codecs.polar import CONTROL, DATA, PolarCodec
from drivers.codecs.polar_frames import samples_of

PLAIN = bytes.fromhex("02 0094357700000000 01 f7ffffffe703 f8fffeffe503")
"""Real: the first two samples of a frame that the maker tests with, (-9, -1, 999) and (-8, -2, 997) mg at 2 s."""
SUMMED = bytes.fromhex("02 6500000000000000 81 f1ff1400f003 06 01 7b0f08")
"""Real: (-15, 20, 1008) and (-20, 17, 1008) mg at 101 ns."""
TURNING = bytes.fromhex("05 ffffffffffffff7f 80 eaff08000d00 03 01 df00")
"""Real: counts (-22, 8, 13) and (-23, 11, 16)."""
LONG = bytes.fromhex(
    "02 0094357700000000 80 7107f06a9e8d0a38be5cbeba2f96b3ee4be5adfb42b9ebbe4cfeba2f92bfee4be4b1fb12b9ecbd3c3ebb2f8fd3de4be3b5f7d2b8"
    "edbd307e7b2f8be3ce8be2baf7a2b8eebc20be7b2f88f3cecbe1bdef52f8efbc18fe3b2f8403bfcbe0c2ef32b8f0bb044ebc2e8113af0be0c6eff2f7f1b9fc7dbc"
    "2e7d279f4bdfcaebc2f7f2b8eccd7c2e7b378f4bdecee392f7f3b8e00dfd2d774b7fcbddd2df6237f5b7d44dbd2d745b6fcbdcd7d73237f6b5c88d7d2d716b4f4b"
    "dcdcd3f236f7b4bcddfd2c6f7b3f4bdbe0cfd236f8b2b02dbe2c6c8f1fcbdae3c7a276f9"
)
"""Real: 57 samples whose factor is 0.000244 g."""
PERIOD = 5_000_000
"""Of the H10 at 200 Hz, ns."""


def started(kind: int, factor: float | None = None) -> bytes:
    """Return the answer to a start."""
    tail = b"" if factor is None else b"\x05\x01" + struct.pack("<f", factor)
    return bytes([0xF0, 0x02, kind, 0x00, 0x00]) + tail


def acc(last_ns: int, *mg: tuple[int, int, int]) -> bytes:
    return struct.pack("<BQB", 2, last_ns, 1) + b"".join(struct.pack("<3h", *sample) for sample in mg)


def gyro(last_ns: int, *counts: tuple[int, int, int]) -> bytes:
    """Return a frame of counts, in blocks of one sample each."""
    body = struct.pack("<3h", *counts[0])
    for before, now in pairwise(counts):
        body += b"\x10\x01" + struct.pack("<3h", *(b - a for a, b in zip(before, now, strict=True)))
    return struct.pack("<BQB", 5, last_ns, 0x80) + body


def h10(*payloads: bytes) -> Decoded:
    return polar_h10.codec().feed(DATA, payloads)


def verity(factor: float = 1.0, period: int = PERIOD) -> PolarCodec:
    """Return a codec that has heard both starts, at 200 Hz so that times are whole."""
    codec = PolarCodec("polar-verity", rate_hz=1e9 / period, acc_range_g=16.0, gyro_range_dps=2000.0)
    assert codec.feed(CONTROL, [started(2), started(5, factor)]) == Decoded()
    return codec


def g(*mg: float) -> list[float]:
    return [1e-3 * G * value for value in mg]


# ---- frames ---------------------------------------------------------------------------------------------------------------


def test_a_plain_frame_is_milli_g() -> None:
    (reading,) = h10(PLAIN).readings

    assert reading.values[:, :3] == pytest.approx(np.array([g(-9, -1, 999), g(-8, -2, 997)]), rel=1e-15)
    assert np.isnan(reading.values[:, 3:]).all()
    assert reading.ticks.tolist() == [2_000_000_000 - PERIOD, 2_000_000_000]


def test_sums_of_differences_are_the_samples() -> None:
    (reading,) = h10(SUMMED).readings

    assert reading.values[:, :3] == pytest.approx(np.array([g(-15, 20, 1008), g(-20, 17, 1008)]), rel=1e-15)


def test_the_long_frame_has_57_samples() -> None:
    codec = verity()
    codec.feed(CONTROL, [started(2, 2.44e-4)])
    raw = samples_of(False, 0x80, LONG[10:], 1.0)

    assert raw.shape == (57, 3)
    assert raw[[0, 1, 2, 56]].tolist() == [[1905, 27376, -29282], [2095, 27271, -29367], [2285, 27165, -29451], [12274, 20173, -32449]]
    assert samples_of(False, 0x80, LONG[10:], 2.44e-4)[0] == pytest.approx([0.46482, 6.67974, -7.14481], abs=6e-6)  # printed digits


def test_angular_rate_is_counts_times_the_factor() -> None:
    assert samples_of(True, 0x80, TURNING[10:], 0.5).tolist() == [[-11.0, 4.0, 6.5], [-11.5, 5.5, 8.0]]


def test_floats_are_summed_as_patterns() -> None:
    first, second = struct.pack("<3f", 1.0, -2.0, 0.5), struct.pack("<3f", 1.5, -2.5, 0.25)
    steps = np.frombuffer(second, dtype="<i4").astype(np.int64) - np.frombuffer(first, dtype="<i4")
    body = first + b"\x20\x01" + steps.astype("<i4").tobytes()

    assert samples_of(True, 0x81, body, None).tolist() == [[1.0, -2.0, 0.5], [1.5, -2.5, 0.25]]


@pytest.mark.parametrize(("form", "body", "mg"), [(0, "7f80ff", (127, -128, -1)), (2, "000080 ffff7f ffffff", (-8388608, 8388607, -1))])
def test_plain_samples_of_one_and_three_bytes(form: int, body: str, mg: tuple[int, int, int]) -> None:
    assert samples_of(False, form, bytes.fromhex(body), None)[0] == pytest.approx([1e-3 * value for value in mg])


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "too short for a frame"),
        (PLAIN[:12], "too short for a frame"),
        (PLAIN[:-1], "no whole samples of 2 bytes an axis"),
        (b"\x05" + PLAIN[1:], "measurement 5 was not asked for"),
        (b"\x00" + PLAIN[1:], "measurement 0 was not asked for"),
        (PLAIN[:8] + b"\x80" + PLAIN[9:], "a time of 9223372038854775808 ns"),
        (PLAIN[:9] + b"\x07" + PLAIN[10:], "format 07 is not known"),
        (PLAIN[:9] + b"\x80" + PLAIN[10:], "no factor yet"),
        (SUMMED[:15], "no first sample"),
        (SUMMED[:17], "half a block"),
        (SUMMED[:-1], "a block of 1 samples of 6 bits does not fit"),
        (SUMMED[:16] + b"\x00" + SUMMED[17:], "a block of 1 samples of 0 bits does not fit"),
        (SUMMED[:16] + b"\x06\x00", "a block of 0 samples of 6 bits does not fit"),
        (SUMMED[:16] + b"\x21\x01" + bytes(20), "a block of 1 samples of 33 bits does not fit"),
        (SUMMED[:16] + b"\x11\x01" + bytes.fromhex("ffff00 00000000"), "sums of the differences leave 16 bits"),
        (acc(0, (20001, 0, 0)), "samples far beyond the range"),
    ],
)
def test_what_is_no_frame_is_told(payload: bytes, why: str) -> None:
    decoded = h10(payload, PLAIN)

    assert told(decoded) == [why]
    assert len(values(decoded)) == 2


def test_a_sample_at_the_edge_of_the_range_is_clipped() -> None:
    (reading,) = h10(acc(10 * PERIOD, (7959, 0, 0), (7961, 0, 0), (0, 0, -8000))).readings

    assert reading.clipped.tolist() == [False, True, True]


# ---- times and losses -----------------------------------------------------------------------------------------------------


def rest(n: int) -> list[tuple[int, int, int]]:
    return [(0, 0, 1000)] * n


def test_samples_are_spread_between_the_times_of_frames() -> None:
    # 1 % slow: 10 samples in 50.5 ms.
    decoded = h10(acc(10**9, *rest(2)), acc(10**9 + 50_500_000, *rest(10)))

    assert ticks(decoded)[1:] == [10**9 + i * 5_050_000 for i in range(11)]
    assert lost(decoded) == []


def test_a_short_step_is_shared_by_whole_nanoseconds() -> None:
    assert ticks(h10(acc(100, *rest(1)), SUMMED)) == [100, 100, 101]  # the maker's example: the first is no later than what came before


def test_a_frame_that_did_not_come_is_lost() -> None:
    decoded = h10(acc(10**9, *rest(10)), acc(10**9 + 20 * 5_050_000, *rest(20)), acc(10**9 + 60 * 5_050_000, *rest(20)))

    assert lost(decoded) == [(30, 20)]
    assert ticks(decoded)[30] == 10**9 + 41 * 5_050_000  # by the period as it was measured


@pytest.mark.parametrize(("late_ns", "missing"), [(2_400_000, 0), (2_600_000, 1), (7_600_000, 2)])
def test_half_a_period_is_a_sample_in_short_frames(late_ns: int, missing: int) -> None:
    decoded = h10(acc(10**9, *rest(2)), acc(10**9 + 2 * PERIOD + late_ns, *rest(2)))

    assert sum(n for _, n in lost(decoded)) == missing


def test_a_clock_that_is_set_and_a_new_start_lose_nothing() -> None:
    set_back = h10(acc(10**9, *rest(2)), acc(10**8, *rest(2)), acc(10**8 + 2 * PERIOD, *rest(2)))
    codec = polar_h10.codec()
    parts = [codec.feed(DATA, [acc(10**9, *rest(2))]), codec.feed(CONTROL, [started(2)]), codec.feed(DATA, [acc(2 * 10**9, *rest(2))])]

    assert lost(set_back) == lost(*parts) == []
    assert len(readings(set_back)) == 2  # before and after
    assert ticks(*parts)[2:] == [2 * 10**9 - PERIOD, 2 * 10**9]


def test_only_the_low_bits_of_the_time_are_told() -> None:
    decoded = h10(acc((5 << 40) - 1 + PERIOD, *rest(2)), acc((5 << 40) - 1 + 3 * PERIOD, *rest(2)))

    assert ticks(decoded) == [(1 << 40) - 1, PERIOD - 1, 2 * PERIOD - 1, 3 * PERIOD - 1]
    assert lost(decoded) == []


# ---- acceleration and angular rate ------------------------------------------------------------------------------------------


def test_angular_rate_is_taken_at_the_times_of_acceleration() -> None:
    codec = verity(0.5)
    decoded = codec.feed(DATA, [acc(10**9, *rest(3)), gyro(10**9 + 1_250_000, (0, 0, 0), (100, -40, 8), (200, -80, 16))])

    # A quarter of a period after the acceleration: three quarters of the way from one to the next.
    assert values(decoded) == [
        [0.0, 0.0, pytest.approx(G), *(pytest.approx(0.5 * RAD_PER_DEG * (0.75 * v)) for v in (100, -40, 8))],
        [0.0, 0.0, pytest.approx(G), *(pytest.approx(0.5 * RAD_PER_DEG * (1.75 * v)) for v in (100, -40, 8))],
    ]
    assert ticks(decoded) == [10**9 - PERIOD, 10**9]  # before the first angular rate nothing is known, and nothing was lost
    assert lost(decoded) == []
    assert readings(decoded)[0].payloads.tolist() == [1]  # the one that completed them


def test_angular_rate_is_not_made_up_across_a_gap() -> None:
    still = [(0, 0, 0)] * 4
    end = 10**9
    codec = verity()
    decoded = codec.feed(
        DATA,
        [
            *(payload for i in range(2) for payload in (acc(end + 4 * i * PERIOD, *rest(4)), gyro(end + 4 * i * PERIOD, *still))),
            acc(end + 8 * PERIOD, *rest(4)),
            *(payload for i in (3, 4) for payload in (acc(end + 4 * i * PERIOD, *rest(4)), gyro(end + 4 * i * PERIOD, *still))),
        ],
    )

    assert lost(decoded) == [(8, 4)]
    assert len(values(decoded)) == 16


def test_acceleration_alone_is_held_for_two_seconds_and_then_lost() -> None:
    codec = verity()
    end = 10**9
    first = codec.feed(DATA, [acc(end, *rest(4)), gyro(end, *[(0, 0, 0)] * 4)])
    alone = codec.feed(DATA, [acc(end + 40 * (i + 1) * PERIOD, *rest(40)) for i in range(50)])  # 10 s
    after = codec.feed(DATA, [gyro(end + 2000 * PERIOD, *[(0, 0, 0)] * 400)])

    assert (len(values(first)), len(values(alone)), len(values(after))) == (4, 0, 400)
    assert lost(first, after) == [(4, 1600)]


def test_any_split_gives_the_same() -> None:
    rng = np.random.default_rng(3)
    air: list[tuple[str, bytes]] = [(CONTROL, started(5, 0.07))]
    for i in range(40):
        counts = rng.integers(-9000, 9000, (5, 6)).tolist()
        last = 10**9 + 5 * i * PERIOD
        pair = [
            (DATA, acc(last, *(tuple(row[:3]) for row in counts))),
            (DATA, gyro(last + 400_000, *(tuple(row[3:]) for row in counts))),
        ]
        air += [item for item in pair if rng.random() > 0.15]
        if i == 20:
            air += [(DATA, rng.bytes(40)), (CONTROL, rng.bytes(9))]
    whole = split(verity, air, len(air))

    assert [joined(*split(verity, air, size)) for size in (1, 2, 7)] == [joined(*whole)] * 3
    assert len(lost(*whole)) > 4


# ---- what is said -----------------------------------------------------------------------------------------------------------


def test_the_start_commands_are_those_of_the_specification() -> None:
    answers = [Expect(CONTROL, b"\xf0" + prefix) for prefix in (b"\x03\x02", b"\x03\x05", b"\x02\x09", b"\x02\x02", b"\x02\x05")]
    starts = ["0209", "02020001d0000101100002011000040103", "02050001d000010110000201d007040103"]

    assert list(polar_verity.MODEL.start(208.0)) == [
        Subscribe(CONTROL),
        Write(CONTROL, b"\x03\x02"), answers[0], Write(CONTROL, b"\x03\x05"), answers[1],
        Subscribe(DATA),
        Write(CONTROL, bytes.fromhex(starts[0])), answers[2],
        Write(CONTROL, bytes.fromhex(starts[1])), answers[3],
        Write(CONTROL, bytes.fromhex(starts[2])), answers[4],
    ]  # fmt: skip
    assert list(polar_verity.MODEL.stop()) == [Write(CONTROL, bytes.fromhex(stop)) for stop in ("0302", "0305", "0309")]
    assert Write(CONTROL, bytes.fromhex("02020001c8000101100002010800")) in list(polar_h10.MODEL.start(200.0))
    assert list(polar_h10.MODEL.stop()) == [Write(CONTROL, b"\x03\x02")]
    assert list(polar_h10.MODEL.extras["probe"]()) == [
        Subscribe(CONTROL),
        Read(CONTROL),
        Write(CONTROL, b"\x01\x02"),
        Expect(CONTROL, b"\xf0\x01\x02"),
    ]


@pytest.mark.parametrize(("status", "why"), [(13, "it is on its charger"), (9, "wrong range"), (77, "status 77")])
def test_a_sensor_that_refuses_is_told(status: int, why: str) -> None:
    steps = polar_h10.MODEL.start(200.0)
    step = next(steps)
    while step != Expect(CONTROL, b"\xf0\x02\x02"):
        step = steps.send(b"\xf0\x03\x02\x0c" if isinstance(step, Expect) else None)  # it had nothing to stop
    with pytest.raises(DeviceError, match=why):
        steps.send(bytes([0xF0, 0x02, 0x02, status]))


def test_sdk_mode_may_be_on_already() -> None:
    steps = polar_verity.MODEL.start(208.0)
    step = next(steps)
    while step != Expect(CONTROL, b"\xf0\x02\x09"):
        step = steps.send(None)

    assert isinstance(steps.send(b"\xf0\x02\x09\x06"), Write)


@pytest.mark.parametrize("answer", ["", "f0", "f00202", "f009020000", "aa"])
def test_what_is_no_answer_is_told(answer: str) -> None:
    assert told(verity().feed(CONTROL, [bytes.fromhex(answer)])) == ["neither features nor an answer"]


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_a_factor_without_meaning_is_told(factor: float) -> None:
    (why,) = told(verity().feed(CONTROL, [started(5, factor)]))

    assert why.startswith("a factor of ")


def test_settings_features_and_refusals_say_nothing() -> None:
    settings = bytes.fromhex("f00102 0000 000134000101100002 04f500f401e803d007 040103")

    assert verity().feed(CONTROL, [settings, b"\x0f\x3f\x02", b"\xf0\x02\x02\x0d", started(9)]) == Decoded()
    assert told(verity().feed("0000", [b"\x01"])) == ["nothing is known of characteristic 0000"]


def test_they_are_known_by_their_names() -> None:
    sense, chest = Advertisement("1", "Polar Sense B3A1C20F"), Advertisement("2", "Polar H10 12345678", (polar.SERVICE,))

    assert [(m.match(sense), m.match(chest)) for m in (polar_verity.MODEL, polar_h10.MODEL)] == [(60, 0), (0, 90)]
    assert polar_verity.MODEL.match(Advertisement("3", "Polar Vantage V2")) == 0


# ---- frames of others -------------------------------------------------------------------------------------------------------


@pytest.mark.shared_data
def test_frames_of_the_maker_s_tests_decode_alike(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "ble_vectors" / "polar_pmd.json").read_text())["vectors"]
    wanted = {"all_samples_mG": 1e3, "all_samples_lsb_by_independent_decoder": 1.0, "all_samples": 1.0}
    seen = 0
    for vector in vectors:
        frame = bytes.fromhex(vector["frame_hex"])
        for name in wanted.keys() & vector.keys():
            got = samples_of(frame[0] == 5, frame[9], frame[10:], 1.0 if frame[9] & 0x80 else None) * wanted[name]

            assert len(got) == vector["n_samples"]
            assert got == pytest.approx(np.array(vector[name], dtype=float), rel=1e-12), vector["name"]
            seen += 1
    assert seen == len(vectors) - 1  # all but the magnetometer's, which is not used
