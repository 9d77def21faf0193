"""MetaMotion against the vectors of devices.md 3.4: counted pairs, scales, what is built on the board and what is never said to it."""

import struct

import numpy as np
import pytest
from codec_checks import joined, lost, readings, split, ticks, told, values

from ankletest.device import Advertisement, Decoded, Expect, Step, Subscribe, Wait, Write
from ankletest.samples import RAD_PER_DEG, G
from drivers.codecs import metamotion
from drivers.codecs.metamotion import COMMAND, LSB_PER_DPS, LSB_PER_G, MODEL, NOTIFY, MetaMotionCodec

FUSED = bytes.fromhex("090303 1e020000 f40d3c399911 0180d691d367")
"""Real: count 542, counts of both sensors (3572, 14652, 4505) and (-32767, -28202, 26579)."""
PRINTED = 6e-6
"""The specification prints five decimals."""


def decode(*payloads: bytes) -> Decoded:
    return MetaMotionCodec().feed(NOTIFY, payloads)


def sample(count: int, acc: int = 0, gyro: int = 0) -> bytes:
    return struct.pack("<BBBI6h", 9, 3, 2, count % 2**32, acc, 0, 2048, gyro, 0, 0)


def test_a_counted_pair_comes_out_in_si_units() -> None:
    decoded = decode(FUSED)
    acc = [v / 2048 * G for v in (3572, 14652, 4505)]
    gyro = [v / 16.4 * RAD_PER_DEG for v in (-32767, -28202, 26579)]

    assert values(decoded) == [[pytest.approx(v, rel=1e-12) for v in (*acc, *gyro)]]
    assert ticks(decoded) == [542]
    assert readings(decoded)[0].clipped.tolist() == [True]


@pytest.mark.parametrize(
    ("text", "scale", "truth"),
    [
        ("16c494a22ad0", LSB_PER_G[4], (-1.87231, -2.91943, -1.49487)),
        ("62b7530de9fd", LSB_PER_G[8], (-4.53857, 0.83276, -0.13062)),
        ("c100b12419cd", LSB_PER_G[2], (0.01178, 0.57330, -0.79535)),
        ("010b9a074040", LSB_PER_G[2], (0.17194, 0.11877, 1.00391)),
        ("3e43ff7f0080", LSB_PER_DPS[500], (262.40854, 499.49695, -499.51220)),
        ("0915ad2608de", LSB_PER_DPS[1000], (164.17683, 301.85976, -265.12195)),
    ],
)
def test_scales_are_those_of_the_maker_s_tests(text: str, scale: float, truth: tuple[float, float, float]) -> None:
    assert np.frombuffer(bytes.fromhex(text), dtype="<i2") / scale == pytest.approx(truth, abs=PRINTED)


PACKETS = (
    "030416c494a22ad0", "030562b7530de9fd16d04d0e57028affa1050a01", "13053e43ff7f0080",
    "090300a6330d00c100b12419cd", "090300ec010000010b9a074040", "", "09", "0903", "ff",
)  # fmt: skip
"""Real packets of other set-ups, and bytes of none."""


@pytest.mark.parametrize("text", PACKETS)
def test_packets_without_a_counted_pair_are_told(text: str) -> None:
    decoded = decode(bytes.fromhex(text), FUSED)

    assert told(decoded) == ["neither a counted sample nor an answer"]
    assert len(values(decoded)) == 1


@pytest.mark.parametrize("text", ["03800400", "138001 00", "0980 0003", "090205", "118c 5b 1010"])
def test_answers_are_no_samples(text: str) -> None:
    decoded = decode(bytes.fromhex(text))

    assert (decoded.readings, decoded.rejected) == ((), ())


def test_counts_that_are_missing_are_lost() -> None:
    assert lost(decode(sample(5), sample(6), sample(9), sample(10), sample(12))) == [(2, 2), (4, 1)]


def test_a_count_that_wraps_goes_on() -> None:
    decoded = decode(sample(-2), sample(-1), sample(0), sample(2))

    assert ticks(decoded) == [2**32 - 2, 2**32 - 1, 0, 2]
    assert lost(decoded) == [(3, 1)]


def test_a_processor_that_was_made_anew_loses_nothing() -> None:
    decoded = decode(sample(80_000), sample(0), sample(1))

    assert lost(decoded) == []
    assert [len(reading.ticks) for reading in readings(decoded)] == [1, 2]


def test_motion_at_the_edge_of_the_range_is_clipped() -> None:
    (reading,) = decode(sample(0, 32603), sample(1, 32604), sample(2, 0, -32604), sample(3, -32768)).readings

    assert reading.clipped.tolist() == [False, True, True, True]


def test_any_split_gives_the_same() -> None:
    rng = np.random.default_rng(2)
    air = [(NOTIFY, sample(i, 7 * i)) for i in range(60) if i % 7]
    air[20:20] = [(NOTIFY, b"\x09\x02\x01"), (NOTIFY, rng.bytes(19)), (NOTIFY, b"")]
    whole = split(MetaMotionCodec, air, len(air))

    assert [joined(*split(MetaMotionCodec, air, size)) for size in (1, 2, 9)] == [joined(*whole)] * 3


# ---- what is said -----------------------------------------------------------------------------------------------------------


def walk(chip: int, ids: tuple[int, int, int] = (4, 5, 6)) -> list[Step]:
    """Walk a start with a board that has a chip and numbers its processors."""
    steps, said, left = MODEL.start(100.0), list[Step](), list(ids)
    step = next(steps)
    try:
        while True:
            said.append(step)
            match step:
                case Expect(_, b"\x03\x80"):
                    step = steps.send(bytes([3, 0x80, chip, 0]))
                case Expect(_, b"\x09\x02"):
                    step = steps.send(bytes([9, 2, left.pop(0)]))
                case _:
                    step = steps.send(None)
    except StopIteration:
        return said


@pytest.mark.parametrize(("chip", "acc", "register"), [(4, "0303a803", "04"), (1, "0303280c", "05")])
def test_the_pair_is_built_for_the_board_that_there_is(chip: int, acc: str, register: str) -> None:
    said = walk(chip)
    written = [step.payload.hex() for step in said if isinstance(step, Write)]

    assert said[0] == Subscribe(NOTIFY)
    assert written == [
        "1109060006000000 5802".replace(" ", ""),
        "030100", "130100", "03020001", "13020001", "0908", "0380",
        acc, "13032800",
        f"090213{register}ffa00f05",
        "09020304ffa01b0104" + 11 * "00",
        "0902090305" + "60113003",
        "09070601", "090301",
        "13020100", "03020100", "130101", "030101",
    ]  # fmt: skip
    assert [step.prefix for step in said if isinstance(step, Expect)] == [b"\x03\x80", *[b"\x09\x02"] * 3]
    assert sum(isinstance(step, Wait) for step in said) == 1
    assert {(step.characteristic, step.response) for step in said if isinstance(step, Write)} == {(COMMAND, False)}


def test_it_is_stopped_and_cleared() -> None:
    assert [step.payload.hex() for step in MODEL.stop() if isinstance(step, Write)] == ["030100", "130100", "03020001", "13020001", "0908"]


def test_it_is_asked_for_its_battery_and_its_parts() -> None:
    asked = {name: [step.payload.hex() for step in extra() if isinstance(step, Write)] for name, extra in MODEL.extras.items()}

    assert asked == {"battery": ["118c"], "probe": ["0380", "1380", "0980"]}


def test_it_is_known_by_its_service_or_its_first_name() -> None:
    assert MODEL.match(Advertisement("1", "Left foot", (metamotion.SERVICE,))) == 95
    assert MODEL.match(Advertisement("1", "MetaWear")) == 60
    assert MODEL.match(Advertisement("1", "MetaWear2")) == 0
