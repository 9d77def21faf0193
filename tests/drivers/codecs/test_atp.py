"""ATP against the vectors of its specification (devices.md 5.7), whole, split, damaged and mutated."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ankletest.device import Decoded, Expect, Read, Subscribe, Write
from ankletest.samples import G
from drivers.codecs import atp, native_imu, native_pad

VECTORS = json.loads((Path(__file__).parents[3] / "fixtures" / "native" / "vectors.json").read_text())


def raw(name: str) -> bytes:
    return bytes.fromhex(VECTORS[name])


@pytest.fixture
def pad() -> atp.AtpCodec:
    codec = native_pad.codec()
    assert codec.feed(atp.CAL, [raw("CAL")]) == Decoded()
    return codec


@pytest.fixture
def imu() -> atp.AtpCodec:
    codec = native_imu.codec()
    assert codec.feed(atp.INFO, [raw("INFO")]) == Decoded()
    return codec


def test_the_checksum_is_ccitt_false() -> None:
    assert atp.crc(b"123456789") == 0x29B1


def test_a_first_sample_weighs_what_the_specification_says(pad: atp.AtpCodec) -> None:
    (reading,) = pad.feed(atp.DATA, [raw("A")]).readings

    # Scales are f32, so the products carry its rounding: 6e-8 relative.
    assert reading.values[0] == pytest.approx([249.0, 251.995, 248.49, 250.25], rel=1e-6)
    assert reading.ticks.tolist() == [1_000_000, 1_002_000]
    assert reading.clipped.tolist() == [False, True]
    assert pad.corners_mm is not None
    assert pad.corners_mm.tolist() == [[-150, 100], [150, 100], [-150, -100], [150, -100]]


def test_a_missing_frame_is_counted_in_samples_and_frames(pad: atp.AtpCodec) -> None:
    first, second = pad.feed(atp.DATA, [raw("A"), raw("B"), raw("C")]).readings

    assert (first.lost_before, len(first.ticks), first.payloads.tolist(), first.ends.tolist()) == (0, 4, [0, 1], [2, 4])
    assert (second.lost_before, second.ticks.tolist(), second.payloads.tolist()) == (2, [1_012_000], [2])
    assert pad.lost_frames == 1


def test_counters_wrap_without_a_loss(pad: atp.AtpCodec) -> None:
    # W1 and W2 have one channel pair fewer bytes than a four-cell frame only in their count; both are four-cell frames of two samples.
    decoded = pad.feed(atp.DATA, [raw("W1"), raw("W2")])

    assert sum(r.lost_before for r in decoded.readings) == 0
    assert pad.lost_frames == 0
    ticks = np.concatenate([r.ticks for r in decoded.readings])
    assert ticks.tolist()[0] == 4_294_966_000
    assert ticks.tolist()[-1] == 2704
    assert decoded.rejected == ()


def test_a_flipped_bit_is_rejected_and_told(pad: atp.AtpCodec) -> None:
    damaged = bytearray(raw("A"))
    damaged[20] ^= 1
    decoded = pad.feed(atp.DATA, [bytes(damaged)])

    assert decoded.readings == ()
    assert "wrong checksum" in str(decoded.rejected[0])


def test_the_saturation_flag_marks_every_sample(pad: atp.AtpCodec) -> None:
    (reading,) = pad.feed(atp.DATA, [raw("S")]).readings

    assert reading.clipped.all()


def test_motion_comes_in_si_units(imu: atp.AtpCodec) -> None:
    (reading,) = imu.feed(atp.DATA, [raw("I")]).readings

    assert reading.values[0] == pytest.approx([0, 0, 9.80665, 0.174703, -0.174703, 0], abs=1e-6)
    assert reading.values[1] == pytest.approx([-4.903325, 2.451663, 9.80665, 0, 0, 1.744903], abs=1e-6)
    assert imu.rate_hz == 200.0


def test_nothing_is_guessed_before_the_calibration_is_known() -> None:
    decoded = native_pad.codec().feed(atp.DATA, [raw("A")])

    assert decoded.readings == ()
    assert "no calibration yet" in str(decoded.rejected[0])


def test_a_period_of_nothing_is_refused(pad: atp.AtpCodec) -> None:
    samples = np.zeros((2, 4), dtype=np.int32)
    decoded = pad.feed(atp.DATA, [atp.encode_data(atp.FORCE_STREAM, seq=0, index=0, t0_us=0, period_us=0, samples=samples), raw("A")])

    assert [error.why for error in decoded.rejected] == ["a sample period of 0"]
    assert sum(len(reading.ticks) for reading in decoded.readings) == 2
    assert pad.rate_hz == 500.0


@pytest.mark.parametrize("scale", [0.0, float("nan"), float("inf")])
def test_a_calibration_under_which_no_count_means_anything_is_refused_and_the_last_one_holds(pad: atp.AtpCodec, scale: float) -> None:
    cells = [replace(cell, n_per_count=scale) if i == 2 else cell for i, cell in enumerate(atp.decode_cal("m", raw("CAL")))]
    (rejected,) = pad.feed(atp.CAL, [atp.encode_cal(cells)]).rejected
    (reading,) = pad.feed(atp.DATA, [raw("A")]).readings

    assert "a scale is not a number or 0" in str(rejected)
    assert np.isfinite(reading.values).all()
    assert reading.values[0, 2] == pytest.approx(248.49, rel=1e-6)


def test_a_cell_wired_the_other_way_round_is_believed(pad: atp.AtpCodec) -> None:
    cells = [replace(cell, n_per_count=-cell.n_per_count) for cell in atp.decode_cal("m", raw("CAL"))]

    assert pad.feed(atp.CAL, [atp.encode_cal(cells)]) == Decoded()
    (reading,) = pad.feed(atp.DATA, [raw("A")]).readings
    assert reading.values[0, 2] == pytest.approx(-248.49, rel=1e-6)


def test_a_scale_of_nothing_in_info_is_refused(imu: atp.AtpCodec) -> None:
    info = replace(atp.decode_info("m", raw("INFO")), gyro_rad_s=0.0)
    (rejected,) = imu.feed(atp.INFO, [atp.encode_info(info)]).rejected
    (reading,) = imu.feed(atp.DATA, [raw("I")]).readings

    assert "a scale is not a number or 0" in str(rejected)
    assert reading.values[0, 3] == pytest.approx(0.174703, abs=1e-6)


@pytest.mark.parametrize(("rate_hz", "asked"), [(0.1, 1), (1e6, 65535), (200.4, 200)])
def test_the_start_asks_for_a_rate_that_its_two_bytes_hold(rate_hz: float, asked: int) -> None:
    *_, write, _ = native_imu.start(rate_hz)

    assert isinstance(write, Write)
    assert int.from_bytes(write.payload[3:], "little") == asked


def test_info_and_cal_are_the_inverse_of_their_encoders() -> None:
    assert atp.encode_info(atp.decode_info("m", raw("INFO"))) == raw("INFO")
    assert atp.encode_cal(atp.decode_cal("m", raw("CAL")), unix_s=int.from_bytes(raw("CAL")[4:8], "little")) == raw("CAL")


def test_frames_are_the_inverse_of_their_encoder(pad: atp.AtpCodec) -> None:
    counts = np.array([[250000, 249000, 251000, 250500], [250010, -1, 8388607, -8388608]], dtype=np.int32)

    assert atp.encode_data(atp.FORCE_STREAM, seq=0, index=0, t0_us=1_000_000, period_us=2000, samples=counts) == raw("A")


def stream(frames: int, seed: int) -> list[bytes]:
    """Return frames with losses, a restart, changes of size and a few damaged ones."""
    rng = np.random.default_rng(seed)
    out: list[bytes] = []
    seq, index, t0 = 65_530, 4_294_967_200, 4_294_900_000
    for number in range(frames):
        n = 18 if rng.random() < 0.9 else int(rng.integers(1, 18))
        counts = rng.integers(-8_000_000, 8_000_000, (n, 4)).astype(np.int32)
        frame = bytearray(
            atp.encode_data(1, seq=seq, index=index, t0_us=t0, period_us=1000, samples=counts, flags=0x10 if rng.random() < 0.02 else 0)
        )
        if rng.random() < 0.02:
            frame[int(rng.integers(len(frame)))] ^= 0x40
        if rng.random() > 0.03:
            out.append(bytes(frame))
        seq, index, t0 = seq + 1, index + n, t0 + 1000 * n
        if number == frames // 2:
            seq, index, t0 = 0, 0, t0 + 500_000
    return out


def joined(decoded: list[Decoded]) -> tuple[list[int], list[float], list[bool], list[int], list[str]]:
    readings = [r for d in decoded for r in d.readings]
    lost = [r.lost_before for r in readings if r.lost_before]
    ticks = np.concatenate([r.ticks for r in readings]).tolist()
    values = np.concatenate([r.values for r in readings]).ravel().tolist()
    clipped = np.concatenate([r.clipped for r in readings]).tolist()
    return ticks, values, clipped, lost, [str(e) for d in decoded for e in d.rejected]


@pytest.mark.parametrize("seed", range(5))
def test_any_chunking_gives_equal_samples_losses_and_rejections(seed: int) -> None:
    frames = stream(400, seed)
    rng = np.random.default_rng(seed)
    one, many = native_pad.codec(), native_pad.codec()
    one.feed(atp.CAL, [raw("CAL")])
    many.feed(atp.CAL, [raw("CAL")])
    whole = [one.feed(atp.DATA, frames)]
    parts, at = [], 0
    while at < len(frames):
        size = int(rng.integers(1, 30))
        parts.append(many.feed(atp.DATA, frames[at : at + size]))
        at += size

    assert joined(whole) == joined(parts)
    assert one.lost_frames == many.lost_frames > 0


def test_mutated_bytes_are_rejected_never_raised(pad: atp.AtpCodec) -> None:
    rng = np.random.default_rng(0)
    seeds = [raw(name) for name in ("A", "B", "C", "I", "S", "INFO", "CAL")]
    wild: list[bytes] = []
    for _ in range(10_000):
        payload = bytearray(seeds[int(rng.integers(len(seeds)))])
        for _ in range(int(rng.integers(1, 4))):
            payload[int(rng.integers(len(payload)))] = int(rng.integers(256))
        wild.append(bytes(payload[: int(rng.integers(len(payload) + 1))]))
    before = len(wild)
    samples = rejected = 0
    for characteristic in (atp.DATA, atp.INFO, atp.CAL, "unknown"):
        decoded = native_pad.codec().feed(characteristic, wild)
        rejected += len(decoded.rejected)
        samples += sum(len(r.ticks) for r in pad.feed(atp.DATA, wild[:100]).readings)

    # A mutated frame passes a 16-bit checksum once in 65,536; all others are told.
    assert rejected >= 4 * before - 10
    assert samples < 10


def test_the_start_script_stops_reads_listens_and_starts() -> None:
    steps = list(native_pad.start(500.0))

    assert steps[0] == Subscribe(atp.CONTROL)
    assert Read(atp.INFO) in steps
    assert Read(atp.CAL) in steps
    assert steps[-2] == Write(atp.CONTROL, bytes.fromhex("0102 01 f401".replace(" ", "")))
    assert isinstance(steps[-1], Expect)
    assert Read(atp.CAL) not in list(native_imu.start(200.0))


def test_the_ranges_of_a_sensor_follow_from_its_scale() -> None:
    codec = atp.AtpCodec(native_imu.KEY, atp.IMU_STREAM)
    assert codec.ranges is None
    scale = (16.0 * G / 0x8000, math.radians(500.0) / 0x8000)
    codec.feed(atp.INFO, [atp.encode_info(atp.Info(2, 0, 16, 7, (1, 0), 1, 0, 0, *scale, 9, 200))])

    assert codec.ranges == pytest.approx((16.0, 500.0), rel=1e-6)  # a 32-bit float
    assert atp.AtpCodec("native-pad", atp.FORCE_STREAM).ranges is None
