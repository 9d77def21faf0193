"""Bytes of simulated devices: the codecs read back what was measured."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ankletest.device import LINK, Choice, Reading
from ankletest.errors import UsageError
from ankletest.samples import RAD_PER_DEG, FloatArray, G, Side, Site
from drivers.catalog import MODELS
from drivers.codecs import native_imu, native_pad, witmotion
from drivers.people import firmware
from drivers.people.emitter import Emitter, Firmware, Samples, Sent
from drivers.people.faults import Faults
from drivers.people.motion import REST, Motion, Spot

PAD = Choice("pad", native_pad.KEY, "sim:pad", Site.PAD)
IMU = Choice("foot", native_imu.KEY, "sim:foot", Site.FOOT, Side.LEFT)
WIT = Choice("wit", witmotion.KEY, "sim:wit", Site.FOOT, Side.LEFT)
SPOT = Spot(Site.FOOT)
CALM = Faults(retry=0.0, jitter_s=0.0, hiccup=0.0)


def _motion(size: float = 1.0) -> Motion:
    t = np.arange(5000) / 1000.0
    worn = REST + size * np.sin(2 * np.pi * np.outer(t, [1.0, 2.0, 3.0, 1.5, 2.5, 0.5])) * np.repeat([20.0, 5.0], 3)
    force = 500.0 + 200.0 * size * np.sin(2 * np.pi * t)
    return Motion(0.0, 1000.0, force, np.stack([60.0 * np.sin(t), 30.0 * np.cos(t)], axis=1), {SPOT: worn})


def _run(choice: Choice, faults: Faults = CALM, motion: Motion | None = None) -> tuple[list[Sent], list[Samples], Emitter]:
    """Return what is sent, and the samples that were put into it, by listening at the firmware's door."""
    heard: list[Samples] = []
    emitter = firmware.emitter_of(choice, faults, seed=(9, 1))
    inner: Firmware = emitter._firmware

    def frames(samples: Samples) -> Sequence[bytes]:
        heard.append(samples)
        return inner.frames(samples)

    emitter._firmware = replace(inner, frames=frames)
    spot = None if choice.site is Site.PAD else SPOT
    sent = emitter.hello(0.0)
    for k in range(10):
        sent += emitter.advance(0.5 * k, 0.5 * (k + 1), [motion or _motion()], lambda _: spot)
    return sent, heard, emitter


def _decoded(choice: Choice, sent: Sequence[Sent]) -> list[Reading]:
    codec = {model.key: model for model in MODELS}[choice.model].codec()
    readings: list[Reading] = []
    for one in sent:
        if one.characteristic != LINK:
            decoded = codec.feed(one.characteristic, [one.payload])
            assert not decoded.rejected
            readings.extend(decoded.readings)
    return readings


def _values(heard: Sequence[Samples]) -> FloatArray:
    return np.concatenate([samples.values for samples in heard])


@pytest.mark.parametrize(
    ("choice", "half_step"),
    [
        (PAD, np.full(4, 0.5e-3)),
        (IMU, np.repeat([16.0 * G, 2000.0 * RAD_PER_DEG], 3) / 65536.0),
        (WIT, np.repeat([16.0 * G, 2000.0 * RAD_PER_DEG], 3) / 65536.0),
    ],
    ids=["pad", "imu", "witmotion"],
)
def test_the_codec_reads_back_every_sample_to_half_a_count(choice: Choice, half_step: FloatArray) -> None:
    sent, heard, _ = _run(choice)
    readings = _decoded(choice, sent)
    got = np.concatenate([reading.values for reading in readings])
    error = np.abs(got - _values(heard))

    assert len(got) == len(_values(heard)) > 800
    assert (error <= half_step * (1 + 1e-6)).all()
    assert sum(reading.lost_before for reading in readings) == 0


@pytest.mark.parametrize("choice", [PAD, IMU], ids=["pad", "imu"])
def test_the_codec_reads_back_device_time_to_a_microsecond(choice: Choice) -> None:
    sent, heard, emitter = _run(choice)
    ticks = np.concatenate([reading.ticks for reading in _decoded(choice, sent)])
    us = np.concatenate([samples.us for samples in heard])
    drift = np.diff(np.unwrap(ticks.astype(float), period=2**32))

    # A frame gives its first sample's time; the others follow at the nominal period, a fraction of a microsecond off.
    assert np.abs((ticks - us + 2**31) % 2**32 - 2**31).max() <= 1
    assert np.abs(drift - 1e6 / emitter._firmware.rate_hz).max() <= 1


def test_device_time_and_true_time_are_a_line() -> None:
    _, heard, emitter = _run(IMU, Faults(ppm=50.0))
    truth = emitter.truth
    us = np.unwrap(np.concatenate([samples.us for samples in heard]).astype(float), period=2**32)
    first, rate, zero = truth["first_samples_s"], truth["true_rate_hz"], truth["us_at_0"]
    assert isinstance(first, list)
    assert isinstance(rate, float)
    assert isinstance(zero, int)
    t = first[0] + np.arange(len(us)) / rate

    assert np.abs((us - zero - 1e6 * (1.0 + 50e-6) * t + 2**31) % 2**32 - 2**31).max() <= 0.5 + 1e-3
    assert rate == pytest.approx(200.0 * (1 + 50e-6), rel=1e-12)


def test_frames_are_full_but_never_wait_longer_than_forty_milliseconds() -> None:
    _, _, pad = _run(PAD)
    _, _, slow = _run(replace(PAD, rate_hz=80.0))
    _, _, imu = _run(IMU)

    assert [e._firmware.per_frame for e in (pad, slow, imu)] == [18, 3, 7]
    for emitter in (pad, slow, imu):
        assert emitter._firmware.per_frame / emitter._firmware.rate_hz <= 0.040


def test_payloads_fit_the_radio() -> None:
    assert max(len(one.payload) for choice in (PAD, IMU, WIT) for one in _run(choice)[0]) <= 244


def test_the_handshake_tells_rate_and_corners_first() -> None:
    sent, _, _ = _run(PAD)
    codec = native_pad.codec()
    for one in sent[:2]:
        codec.feed(one.characteristic, [one.payload])

    assert codec.rate_hz == 1000.0
    assert codec.corners_mm is not None
    assert codec.corners_mm == pytest.approx(firmware.CORNERS_MM)
    assert sent[2].characteristic == LINK


def test_a_small_range_clips_and_says_so() -> None:
    sent, heard, emitter = _run(IMU, replace(CALM, gyro_range_dps=250.0, acc_range_g=2.0))
    readings = _decoded(IMU, sent)
    told = np.concatenate([reading.clipped for reading in readings])
    true = np.concatenate([samples.clipped for samples in heard])
    values = np.concatenate([reading.values for reading in readings])

    assert true.sum() == emitter.truth["clipped_samples"]
    assert 0 < true.sum() < len(true)
    # ATP marks a frame, so every clipped sample is told, and at most its neighbours of the same frame besides.
    assert told[true].all()
    assert np.array_equal(told.reshape(-1, 7).any(axis=1), true.reshape(-1, 7).any(axis=1))
    assert np.abs(values[:, 3:]).max() == pytest.approx(250.0 * RAD_PER_DEG, rel=1e-3)


def test_witmotion_keeps_its_ranges_and_its_own_pace() -> None:
    _, heard, emitter = _run(WIT, replace(CALM, gyro_range_dps=250.0, ppm=0.0))

    assert np.abs(_values(heard)[:, 3:]).max() > 250.0 * RAD_PER_DEG
    assert emitter.truth["true_rate_hz"] == pytest.approx(198.43, abs=0.01)


def test_a_model_without_a_simulated_device_is_named() -> None:
    with pytest.raises(UsageError, match="imported"):
        firmware.emitter_of(Choice("x", "imported", "sim:x", Site.PAD), CALM, seed=(1,))
    with pytest.raises(UsageError, match="no simulated"):
        firmware.title_of("nothing")
    assert firmware.title_of(native_pad.KEY) == native_pad.MODEL.title
