"""The reference peripheral, asked directly: what each operation answers, what frames say, and what is refused."""

import struct
from dataclasses import replace

import numpy as np
import pytest
from bench_wire import CELLS, INFO_IMU, INFO_PAD

from ankletest.samples import IntArray
from drivers.codecs import atp
from drivers.reference.peripheral import (
    NOT_FOUND,
    NOT_SUBSCRIBED,
    READ_NOT_PERMITTED,
    VALUE_LENGTH,
    VALUE_NOT_ALLOWED,
    WRITE_NOT_PERMITTED,
    AttError,
    Peripheral,
)

ROW = [250_000, 249_000, 251_000, 250_500]


def pad(**changes: int) -> Peripheral:
    made = Peripheral(replace(INFO_PAD, **changes), CELLS)
    made.subscribe(atp.CONTROL)
    made.subscribe(atp.DATA)
    return made


def ask(device: Peripheral, request: str, us: int = 0) -> str:
    """Return the answer in hex, or nothing."""
    return " ".join(payload.hex() for _, payload in device.write(atp.CONTROL, bytes.fromhex(request), us=us))


def taken(device: Peripheral, n: int, first_us: int = 1_000_000) -> list[bytes]:
    us: IntArray = first_us + np.arange(n, dtype=np.int64) * device.period_us
    return [
        frame for characteristic, frame in device.take(np.tile(np.array(ROW, dtype=np.int32), (n, 1)), us) if characteristic == atp.DATA
    ]


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("01 2a 01 f401", "812a00 f401 01000000"),
        ("01 2a 01 0000", "812a00 f401 01000000"),  # 0: the rate that it has
        ("01 2a 01 e803", "812a00 e803 01000000"),
        ("01 2a 01 d007", "812a03"),  # 2000 Hz
        ("01 2a 02 f401", "812a05"),  # motion of a pad
        ("01 2a 01 f4", "812a02"),
        ("02 2b", "822b00"),
        ("02 2b 00", "822b02"),
        ("03 2c 0000", "832c03"),
        ("04 2d c800", "842d00 c800"),
        ("04 2d 0000", "842d03"),
        ("05 2e e803", "852e00"),
        ("06 2d 00401e18240a0600", "862d00 00401e18240a0600 60e31600 60e31600"),
        ("07 2f", "872f00 00 f401 00000000 3c0f c409"),
        ("0a 30", "8a3000"),
        ("08 31", "883101"),
        ("81 32", "813201"),
    ],
)  # fmt: skip
def test_every_operation_is_answered(request_: str, answer: str) -> None:
    assert ask(pad(), request_, us=1_500_000) == answer.replace(" ", "")


def test_a_device_time_beyond_32_bits_is_told_wrapped() -> None:
    assert ask(pad(), "06 01" + "00" * 8, us=2**32 + 5)[-8:] == "05000000"


def test_frames_are_full_or_40_ms_old_and_counted_from_start() -> None:
    device = pad()
    ask(device, "01 01 01 f401")
    made = taken(device, 40)

    # 18 samples of four cells fit into 244 bytes; the last 4 wait.
    assert [(frame[14], len(frame)) for frame in made] == [(18, 234), (18, 234)]
    assert [struct.unpack_from("<HII", frame, 2) for frame in made] == [(0, 0, 1_000_000), (1, 18, 1_036_000)]
    ask(device, "02 02")
    ask(device, "01 03 01 6400")  # at 100 Hz 40 ms are 3 samples
    assert [(frame[14], *struct.unpack_from("<HI", frame, 2)) for frame in taken(device, 7)] == [(3, 0, 0), (3, 1, 3)]


def test_the_vectors_of_the_page_are_made_bit_by_bit() -> None:
    device = Peripheral(INFO_PAD, CELLS, mtu=3 + atp.HEAD.size + 2 * 12 + atp.CRC_BYTES)
    device.subscribe(atp.CONTROL)
    device.subscribe(atp.DATA)
    ask(device, "01 01 01 f401")
    counts = np.array([ROW, [250_010, -1, 8_388_607, -8_388_608]], dtype=np.int32)
    sent = device.take(counts, np.array([1_000_000, 1_002_000]))

    expected = "a71100000000000040420f00c800020490d003a8cc0378d40384d2039ad003ffffffffff7f0000802196"
    assert sent == [(atp.DATA, bytes.fromhex(expected))]


def test_samples_that_could_not_be_kept_leave_their_numbers_behind() -> None:
    device = pad()
    ask(device, "01 01 01 f401")
    taken(device, 20)  # two wait
    device.drop(3)
    after = taken(device, 36, 1_046_000)

    assert [(struct.unpack_from("<HI", frame, 2), frame[15]) for frame in after] == [((1, 23), 0x24), ((2, 41), 0x04)]
    assert ask(device, "07 02")[6:] == "01" + "f401" + "05000000" + "3c0f" + "c409"
    ask(device, "02 03")
    assert ask(device, "07 04")[12:20] == "05000000"  # the host asks after STOP
    ask(device, "01 05 01 0000")
    assert ask(device, "07 06")[12:20] == "00000000"


def test_saturation_is_said_of_its_frame_only() -> None:
    device = pad()
    ask(device, "01 01 01 f401")
    saturated = np.zeros(36, dtype=np.bool_)
    saturated[20] = True
    us: IntArray = np.arange(36, dtype=np.int64) * 2000
    sent = device.take(np.zeros((36, 4), dtype=np.int32), us, saturated)

    assert [frame[15] >> 4 for _, frame in sent] == [0, 1]


def test_tare_answers_with_the_mean_of_the_samples_it_was_asked_for() -> None:
    device = pad()
    assert ask(device, "03 2c 0400") == ""
    assert ask(device, "03 2d 0400") == "832d04"
    assert taken(device, 3) == []
    ((where, answer),) = device.take(np.array([[r + 4 for r in ROW], [0] * 4], dtype=np.int32), np.array([0, 1]))

    assert where == atp.CONTROL
    assert struct.unpack("<BBB4i", answer) == (0x83, 0x2C, 0, *(r + 1 for r in ROW))
    assert [cell.zero for cell in atp.decode_cal("pad", device.read(atp.CAL))] == [r + 1 for r in ROW]


def test_a_rate_is_not_changed_in_the_middle_of_a_stream() -> None:
    device = pad()
    ask(device, "01 01 01 f401")

    assert ask(device, "04 02 c800") == "840204"
    assert atp.decode_info("pad", device.read(atp.INFO)).force_rate_hz == 500


def test_a_rate_whose_period_a_frame_cannot_tell_is_refused() -> None:
    assert ask(pad(), "04 01 0100") == "840103"
    assert ask(pad(), "04 01 0200") == "8401000200"


def test_a_lost_link_ends_the_stream_and_forgets_who_listened() -> None:
    device = pad()
    ask(device, "01 01 01 f401")
    device.link_lost()

    assert taken(device, 50) == []
    with pytest.raises(AttError) as told:
        ask(device, "02 01")
    assert told.value.code == NOT_SUBSCRIBED
    device.subscribe(atp.CONTROL)
    assert ask(device, "01 02 01 0000") == "810200f40102000000"  # the next session
    assert taken(device, 50) == []  # DATA has nobody who listens
    device.subscribe(atp.DATA)
    assert len(taken(device, 4)) == 1  # what waited is counted


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda d: d.read(atp.DATA), READ_NOT_PERMITTED),
        (lambda d: d.read("2a19"), NOT_FOUND),
        (lambda d: d.subscribe(atp.INFO), NOT_FOUND),
        (lambda d: d.write(atp.INFO, b"\x01\x01", us=0), WRITE_NOT_PERMITTED),
        (lambda d: d.write(atp.CONTROL, b"\x01", us=0), VALUE_LENGTH),
        (lambda d: d.write(atp.CAL, atp.encode_cal(CELLS)[:-1], us=0), VALUE_NOT_ALLOWED),
        (lambda d: d.write(atp.CAL, atp.encode_cal(CELLS[:3]), us=0), VALUE_NOT_ALLOWED),
    ],
)
def test_what_the_stack_refuses(act, code: int) -> None:
    with pytest.raises(AttError) as told:
        act(pad())

    assert told.value.code == code


def test_a_sound_calibration_is_kept() -> None:
    device = pad()
    other = tuple(replace(cell, zero=cell.zero + 7) for cell in CELLS)
    device.write(atp.CAL, atp.encode_cal(other), us=0)

    assert device.read(atp.CAL) == atp.encode_cal(other)


def test_a_motion_sensor_has_no_cells() -> None:
    device = Peripheral(INFO_IMU)
    device.subscribe(atp.CONTROL)

    assert ask(device, "03 01 0a00") == "830105"
    assert ask(device, "01 01 01 c800") == "810105"
    assert ask(device, "01 01 02 c800") == "810100c80001000000"
    with pytest.raises(AttError):
        device.read(atp.CAL)


def test_a_device_that_sleeps_and_one_that_shows_itself() -> None:
    device = pad()
    ask(device, "01 01 01 f401")
    ask(device, "05 02 f401")
    ask(device, "0a 03")

    assert (device.identified_ms, device.asleep, device.streaming) == (500, True, False)
