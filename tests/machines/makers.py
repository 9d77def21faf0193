"""What devices of other makers send, written from their layouts and not with the codecs, and what must never be said to them."""

import struct

import numpy as np
from streamed import WRAPS, Streamed

from ankletest.device import DeviceModel, Write
from ankletest.samples import N_PER_KGF, FloatArray, Kind
from drivers.codecs import tindeq


def _times(count: int, period: int, before_wrap: int) -> list[int]:
    """Return times of samples of a 32-bit counter that wraps after ``before_wrap`` of them; 0: it begins at 0."""
    return [(i - before_wrap) * period % WRAPS for i in range(count)]


def _random(rows: int, spread: float | FloatArray, columns: int) -> FloatArray:
    """Return values that a 32-bit float holds."""
    return np.random.default_rng(8).uniform(-1.0, 1.0, (rows, columns)).astype(np.float32).astype(np.float64) * spread


def tindeq_frames(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return notifications of 15 samples, the most that the device sends."""
    each = 15
    kg = _random(frames * each, 64.0, 1)
    samples = [struct.pack("<fI", *sample) for sample in zip(kg[:, 0], _times(len(kg), 12_500, before_wrap), strict=True)]
    payloads = tuple(bytes([1, 8 * each]) + b"".join(samples[i : i + each]) for i in range(0, len(kg), each))
    return Streamed((), tindeq.DATA, payloads, each, kg * N_PER_KGF, np.zeros(1), 80.0)


def tindeq_forbidden(write: Write) -> str:
    if write.characteristic != tindeq.CONTROL:
        return "not a place to write to"
    calibration = {0x69: "calibrate", 0x6A: "save calibration", 0x71: "set calibration", 0x73: "calibrate", 0x76: "calibrate"}
    return {**calibration, 0x6D: "clear errors", 0x6E: "sleep", 0x75: "reboot"}.get(write.payload[0], "")
