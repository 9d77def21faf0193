"""Polar Measurement Data (PMD): frames of acceleration and angular rate, their times, and how the two become one motion.

==== ====== ==========================================================================
off  type   field
==== ====== ==========================================================================
0    u8     low 6 bits: 2 acceleration, 5 angular rate
1    u64    time of the last sample, ns since 2000
9    u8     bit 7 compressed; low 7 bits format
10          samples, or a first sample and blocks of differences
==== ====== ==========================================================================

A block is u8 bits of a difference, u8 samples, then the differences, packed from the low bit up. Facts: the maker's documents and
SDK, devices.md 3.3. The devices are in ``polar_verity`` and ``polar_h10``.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.device import Decoded, Expect, Handshake, Read, Reading, Subscribe, TickSpec, TimeQuality, Write
from ankletest.errors import CodecError, DeviceError
from ankletest.samples import RAD_PER_DEG, FloatArray, G, IntArray, Kind
from drivers.codecs.polar_frames import SampleError, samples_of
from drivers.codecs.polar_pairs import Pairs
from drivers.codecs.rows import PAUSE_S, clipped_motion, no_sense, readings

SERVICE = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
TICK = TickSpec(1e-9, 40, TimeQuality.DEVICE)
"""The low bits of the device's 64: eighteen minutes, so that a time that is damaged does not throw the session's clock for good."""
ACC, GYRO, SDK_MODE = 2, 5, 9
HEAD = struct.Struct("<BQB")
TIME_LIMIT = 1 << 63
SLACK = 0.03
"""How far a sensor's oscillator may be from its nominal rate, relative. Half a period, as the maker has it, would call a frame of 57
samples whose rate is 1 % off a loss."""
FEATURES, ANSWER = 0x0F, 0xF0
SETTINGS, START, STOP, SDK_SETTINGS = 1, 2, 3, 4
DONE, ALREADY = 0, 6
FACTOR_TLV = b"\x05\x01"
REFUSALS = {
    1: "unknown command", 2: "unknown measurement", 3: "not supported", 4: "wrong length", 5: "wrong parameter", 7: "wrong resolution",
    8: "wrong rate", 9: "wrong range", 10: "the connection's packets are too small", 11: "wrong channels", 12: "not in this state",
    13: "it is on its charger", 14: "its memory is full",
}  # fmt: skip


@dataclass(slots=True)
class _Stream:
    """One measurement: its factor, the time of its last sample, and its period as measured."""

    period_ns: float
    factor: float | None = None
    last_ns: int | None = None


class PolarCodec:
    """Decodes the measurements of one device; without angular rate those columns are NaN.

    Parameters
    ----------
    model
        Key of the device model.
    rate_hz
        Nominal rate that the start script asks for.
    acc_range_g, gyro_range_dps
        Ranges that it asks for; NaN: there is no such sensor.
    """

    def __init__(self, model: str, *, rate_hz: float, acc_range_g: float, gyro_range_dps: float = float("nan")) -> None:
        self._model = model
        self._nominal_ns = 1e9 / rate_hz
        self._acc_m_s2, self._gyro_rad_s = acc_range_g * G, gyro_range_dps * RAD_PER_DEG
        kinds = (ACC,) if np.isnan(gyro_range_dps) else (ACC, GYRO)
        self._streams = {kind: _Stream(self._nominal_ns) for kind in kinds}
        self._pairs = Pairs(self._nominal_ns) if GYRO in kinds else None
        self._last_ns: int | None = None

    @property
    def corners_mm(self) -> FloatArray | None:
        """None: this is no pad."""
        return None

    @property
    def rate_hz(self) -> float | None:
        """None: the device does not tell."""
        return None

    def feed(self, characteristic: str, payloads: Sequence[bytes]) -> Decoded:
        """Take the payloads of consecutive notifications of one characteristic."""
        if characteristic not in (CONTROL, DATA):
            return no_sense(self._model, payloads, characteristic)
        found: list[Reading] = []
        rejected: list[CodecError] = []
        for number, payload in enumerate(payloads):
            try:
                if characteristic == DATA:
                    found.extend(self._frame(number, payload))
                else:
                    self._learn(payload)
            except SampleError as error:
                rejected.append(CodecError(self._model, payload, str(error)))
        return Decoded(tuple(found), tuple(rejected))

    def _learn(self, payload: bytes) -> None:
        """Take an answer; that of a start tells the factor and that the next frame is the first."""
        if payload[:1] == bytes([FEATURES]) or payload[:2] in (bytes([ANSWER, op]) for op in (SETTINGS, STOP, SDK_SETTINGS)):
            return
        if len(payload) < 4 or payload[:2] != bytes([ANSWER, START]):
            raise SampleError("neither features nor an answer")
        stream = self._streams.get(payload[2])
        if stream is None or payload[3] != DONE:
            return
        at = payload.find(FACTOR_TLV, 5)
        factor = struct.unpack_from("<f", payload, at + 2)[0] if 0 < at <= len(payload) - 6 else None
        if factor is not None and not 0.0 < factor < 1e3:
            raise SampleError(f"a factor of {factor:g}")
        stream.factor = factor
        self._begin()

    def _begin(self) -> None:
        for stream in self._streams.values():
            stream.last_ns, stream.period_ns = None, self._nominal_ns
        if self._pairs is not None:
            self._pairs.clear()

    def _frame(self, number: int, payload: bytes) -> tuple[Reading, ...]:
        if len(payload) < HEAD.size + 3:
            raise SampleError("too short for a frame")
        kind, last_ns, form = HEAD.unpack_from(payload)
        kind &= 0x3F
        stream = self._streams.get(kind)
        if stream is None:
            raise SampleError(f"measurement {kind} was not asked for")
        if last_ns >= TIME_LIMIT:
            raise SampleError(f"a time of {last_ns} ns")
        values = samples_of(kind == GYRO, form, payload[HEAD.size :], stream.factor)
        unit, edge = (RAD_PER_DEG, self._gyro_rad_s) if kind == GYRO else (G, self._acc_m_s2)
        values *= unit
        if not float(np.abs(values).max()) <= 2.5 * edge:  # true of NaN, too
            raise SampleError("samples far beyond the range")
        ticks, lost = self._times(stream, last_ns, len(values))
        if self._pairs is None:
            blind = np.full((len(values), 6), np.nan)
            blind[:, :3] = values
            missing = np.zeros(len(ticks), dtype=np.int64)
            missing[0] = lost
            return self._readings(number, ticks, blind, missing)
        self._pairs.add(ticks, values, lost, turning=kind == GYRO)
        return self._readings(number, *self._pairs.take())

    def _times(self, stream: _Stream, last_ns: int, n: int) -> tuple[IntArray, int]:
        """Return the times of a frame's samples and how many are missing before it."""
        step = None if stream.last_ns is None else last_ns - stream.last_ns
        if step is not None and not 0 < step <= PAUSE_S * 1e9:
            self._begin()
            step = None
        before, stream.last_ns = stream.last_ns, last_ns
        lost = 0
        if step is not None and before is not None:
            expected = n * stream.period_ns
            if step - expected <= max(0.5 * stream.period_ns, SLACK * expected):
                measured = step / n
                if abs(measured / self._nominal_ns - 1.0) <= SLACK:
                    stream.period_ns = measured
                return before + step * np.arange(1, n + 1, dtype=np.int64) // n, 0
            lost = max(round(step / stream.period_ns) - n, 0)
        ago = np.arange(n - 1, -1, -1) * stream.period_ns
        return last_ns - np.rint(ago).astype(np.int64), lost

    def _readings(self, number: int, ticks: IntArray, values: FloatArray, lost: IntArray) -> tuple[Reading, ...]:
        if not len(ticks):
            return ()
        step = np.diff(ticks, prepend=ticks[0] - 1 if self._last_ns is None else self._last_ns)
        self._last_ns = int(ticks[-1])
        ticks &= (1 << TICK.bits) - 1
        clipped = clipped_motion(values, acc_m_s2=self._acc_m_s2, gyro_rad_s=self._gyro_rad_s)
        owners = np.full(len(ticks), number, dtype=np.int64)
        return readings(Kind.IMU, ticks=ticks, values=values, clipped=clipped, owners=owners, lost=lost, fresh=step <= 0)


# ---- what is said to the device -------------------------------------------------------------------------------------------


def settings(kind: int, *, rate_hz: int, full_scale: int, channels: int | None) -> bytes:
    """Return the start command of a measurement; without its range the device would take the smallest and clip."""
    body = struct.pack("<BBBBHBBHBBH", START, kind, 0, 1, rate_hz, 1, 1, 16, 2, 1, full_scale)
    return body if channels is None else body + bytes([4, 1, channels])


def asked(payload: bytes) -> Handshake:
    """Write a command and take its answer, whatever it is."""
    yield Write(CONTROL, payload)
    yield Expect(CONTROL, bytes([ANSWER, *payload[:2]]))


def demanded(payload: bytes) -> Handshake:
    """Write a command that the device must not refuse."""
    yield Write(CONTROL, payload)
    answer = yield Expect(CONTROL, bytes([ANSWER, *payload[:2]]))
    status = answer[3] if answer is not None and len(answer) > 3 else DONE
    if status not in (DONE, ALREADY):
        why = REFUSALS.get(status, f"status {status}")
        raise DeviceError(f"The sensor refused to start: {why}.", "Take it off its charger, wear it, and switch it off and on.")


def probe() -> Handshake:
    """Ask what it can measure and which settings of acceleration it has."""
    yield Subscribe(CONTROL)
    yield Read(CONTROL)
    yield from asked(bytes([SETTINGS, ACC]))
