"""What simulated devices of each make send: handshake values and frames in the makers' layouts, by the codecs' own encoders."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ankletest.device import Choice, DeviceModel
from ankletest.errors import UsageError
from ankletest.samples import RAD_PER_DEG, FloatArray, G, Site
from drivers.codecs import atp, native_imu, native_pad, witmotion
from drivers.people.emitter import Emitter, Firmware, Samples
from drivers.people.faults import Faults
from drivers.people.radio import Radio
from drivers.people.sensor import PadErrors, Sensor, imu_flaws, pad_flaws
from drivers.reference.frames import frames as frames_of
from drivers.reference.frames import rows_of

CORNERS_MM: FloatArray = np.array([(-225.0, 165.0), (225.0, 165.0), (-225.0, -165.0), (225.0, -165.0)])
"""Load cells of the simulated pad: x to the right, y forward."""
CELL_LIMIT_N = 2000
N_PER_COUNT = float(np.float32(0.001))
"""CAL carries a 32-bit float; with the rounded value decoding gives back what was encoded."""
WITMOTION_PACE = {10: 1.005, 20: 0.993, 50: 0.989, 100: 0.9926, 200: 0.99215}
"""True over nominal rate as measured on a WT901BLE67 (devices.md 3.1)."""
WITMOTION_FRAMES = 4
"""Frames in one notification at 100 Hz and more."""
WITMOTION_BATTERY = 396
"""Register 64: 3.96 V."""
_I16_MAX, _I24_MAX = 32767, 0x7FFFFF


def emitter_of(choice: Choice, faults: Faults, *, seed: tuple[int, ...]) -> Emitter:
    """Return the simulated device of a choice.

    Raises
    ------
    UsageError
        No simulated device of this model exists.
    """
    model = _model(choice.model)
    make = {native_pad.KEY: _pad, native_imu.KEY: _imu, witmotion.KEY: _witmotion}[model.key]
    rng = np.random.default_rng((*seed, 0))
    firmware = make(choice, faults, model, int(rng.integers(1, 2**32)))
    ppm = float(rng.uniform(-60.0, 60.0)) if faults.ppm is None else faults.ppm
    return Emitter(
        choice,
        firmware=firmware,
        sensor=_sensor(faults, model, firmware.rate_hz, (*seed, 1)),
        radio=Radio(faults, np.random.default_rng((*seed, 2))),
        ppm=ppm,
        pace=faults.pace,
        battery_percent=None if faults.battery_percent is None else round(faults.battery_percent),
        away=faults.away(choice.device),
        rng=np.random.default_rng((*seed, 3)),
        late_s=faults.lateness_s(choice.device, worn=choice.site is not Site.PAD),
    )


def title_of(model: str) -> str:
    """Return what people call a model."""
    return _model(model).title


def _model(key: str) -> DeviceModel:
    known = {model.key: model for model in (native_pad.MODEL, native_imu.MODEL, witmotion.MODEL)}
    if key not in known:
        raise UsageError(f"There is no simulated “{key}”.", f"There are: {', '.join(known)}.")
    return known[key]


def _sensor(faults: Faults, model: DeviceModel, rate_hz: float, seed: tuple[int, ...]) -> Sensor:
    rng = np.random.default_rng((*seed, 0))
    if model.key == native_pad.KEY:
        corners = -CORNERS_MM if faults.turned else CORNERS_MM
        flaws = pad_flaws(rng, corners, rate_hz=rate_hz, limit_n=CELL_LIMIT_N, drift_n_s=faults.drift_n_s, errors=_pad_errors(faults))
        flaws = replace(flaws, bias=flaws.bias + faults.zero_n / len(corners))
    else:
        acc, gyro = _ranges(faults, model)
        flaws = imu_flaws(
            rng, rate_hz=rate_hz, acc_range_g=acc, gyro_range_dps=gyro, calibrated=faults.calibrated, mount_deg=faults.mount_deg
        )
        flaws = replace(flaws, bias=flaws.bias + np.array([0.0, 0.0, 0.0, faults.gyro_bias_dps * RAD_PER_DEG, 0.0, 0.0]))
    flaws = replace(flaws, noise=flaws.noise * faults.noise)
    late = model.group_delay_s + (0.0 if model.key == native_pad.KEY else faults.latency_s)
    return Sensor(flaws, rate_hz=rate_hz, averaging=model.averaging, known_delay_s=late, rng=np.random.default_rng((*seed, 1)))


def _pad_errors(faults: Faults) -> PadErrors:
    return PadErrors(
        faults.pad_gain, faults.pad_place_mm, bent=faults.pad_bent, lag=faults.pad_lag, noise=faults.pad_noise, rocks=faults.pad_rocks
    )


def _ranges(faults: Faults, model: DeviceModel) -> tuple[float, float]:
    """Return the ranges of an IMU in g and °/s; a WitMotion's are fixed."""
    if model.key == witmotion.KEY:
        return model.acc_range_g, model.gyro_range_dps
    return faults.acc_range_g, faults.gyro_range_dps


def _pad(choice: Choice, faults: Faults, model: DeviceModel, serial: int) -> Firmware:  # noqa: ARG001  one signature for all makes
    rate = choice.rate_hz or model.default_rate_hz
    zeros = np.random.default_rng(serial).integers(-40_000, 40_000, len(CORNERS_MM))
    cells = [atp.Cell(N_PER_COUNT, int(zero), float(x), float(y), CELL_LIMIT_N) for zero, (x, y) in zip(zeros, CORNERS_MM, strict=True)]
    info = atp.Info(1, len(cells), 24, serial, (1, 0), 0x31, round(rate), 1000, 0.0, 0.0, serial ^ 0x5A5A5A5A, 0)

    def frames(samples: Samples) -> Sequence[bytes]:
        counts = np.clip(np.rint(samples.values / N_PER_COUNT) + zeros, -_I24_MAX, _I24_MAX).astype(np.int32)
        return _atp_frames(atp.FORCE_STREAM, samples, counts, rate, per)

    per = rows_of(atp.FORCE_STREAM, len(cells), rate_hz=rate)
    return Firmware(atp.DATA, ((atp.INFO, atp.encode_info(info)), (atp.CAL, atp.encode_cal(cells))), frames, per, rate)


def _imu(choice: Choice, faults: Faults, model: DeviceModel, serial: int) -> Firmware:
    rate = choice.rate_hz or model.default_rate_hz
    acc, gyro = _ranges(faults, model)
    scale = np.array([acc * G, gyro * RAD_PER_DEG], dtype=np.float32).astype(np.float64) / (_I16_MAX + 1)
    info = atp.Info(2, 0, 16, serial, (1, 0), 0x01, 0, 0, float(scale[0]), float(scale[1]), serial ^ 0x5A5A5A5A, round(rate))
    per = rows_of(atp.IMU_STREAM, 6, rate_hz=rate)

    def frames(samples: Samples) -> Sequence[bytes]:
        counts = np.clip(np.rint(samples.values / np.repeat(scale, 3)), -_I16_MAX - 1, _I16_MAX).astype(np.int32)
        return _atp_frames(atp.IMU_STREAM, samples, counts, rate, per)

    return Firmware(atp.DATA, ((atp.INFO, atp.encode_info(info)),), frames, per, rate)


def _witmotion(choice: Choice, faults: Faults, model: DeviceModel, serial: int) -> Firmware:  # noqa: ARG001  one signature for all makes
    asked = choice.rate_hz or model.default_rate_hz
    rate = min(WITMOTION_PACE, key=lambda known: abs(known - asked))
    per = WITMOTION_FRAMES if rate >= 100 else 1

    def frames(samples: Samples) -> Sequence[bytes]:
        counts = np.clip(np.rint(samples.values / witmotion.SCALE), -_I16_MAX - 1, _I16_MAX)
        whole, size = witmotion.encode_samples(counts), per * witmotion.FRAME
        return [whole[i : i + size] for i in range(0, len(whole), size)]

    replies = [_register(witmotion.CONTENT_REGISTER, 0), _register(witmotion.BATTERY_REGISTER, WITMOTION_BATTERY)]
    greeting = tuple((witmotion.NOTIFY, reply) for reply in replies)
    return Firmware(witmotion.NOTIFY, greeting, frames, per, float(rate), WITMOTION_PACE[rate])


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _atp_frames(stream: int, samples: Samples, counts: npt.NDArray[np.int32], rate_hz: float, per: int) -> list[bytes]:
    return frames_of(
        stream, counts, sequence=samples.frame, index=samples.index, us=samples.us, period_us=round(1e6 / rate_hz),
        saturated=samples.clipped, rows=per,
    )  # fmt: skip


def _register(register: int, value: int) -> bytes:
    return witmotion.REGISTERS + register.to_bytes(2, "little") + value.to_bytes(2, "little") + bytes(witmotion.FRAME - 6)
