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
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ankletest.device import Decoded, Expect, Handshake, Read, Reading, Subscribe, TickSpec, TimeQuality, Write
from ankletest.errors import CodecError, DeviceError
from ankletest.samples import RAD_PER_DEG, BoolArray, FloatArray, G, IntArray, Kind
from drivers.codecs.polar_frames import Frames, SampleError
from drivers.codecs.polar_pairs import Pairs, Part
from drivers.codecs.rows import PAUSE_S, Rejected, clipped_motion, in_order, no_sense, readings

SERVICE = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
TICK = TickSpec(1e-9, 40, TimeQuality.DEVICE)
"""The low bits of the device's 64: eighteen minutes, so that a time that is damaged does not throw the session's clock for good."""
ACC, GYRO, SDK_MODE = 2, 5, 9
HEAD = struct.Struct("<BQB")
TIME_LIMIT = 1 << 63
PAUSE_NS = round(1e9 * PAUSE_S)
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


class _Span(NamedTuple):
    """A frame's samples in time: ``samples`` steps that share ``step_ns`` after ``base_ns``, or that lie ``step_ns`` apart before it."""

    number: int
    kind: int
    samples: int
    lost: int
    base_ns: int
    step_ns: float
    anew: bool
    between: bool = False


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
        self._most = {ACC: 2.5 * self._acc_m_s2, GYRO: 2.5 * self._gyro_rad_s}
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
        if characteristic == DATA:
            return self._data(payloads)
        rejected: list[CodecError] = []
        for payload in payloads:
            try:
                self._learn(payload)
            except SampleError as error:
                rejected.append(CodecError(self._model, payload, str(error)))
        return Decoded((), tuple(rejected))

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
        self._restart()
        if self._pairs is not None:
            self._pairs.clear()

    def _restart(self) -> None:
        for stream in self._streams.values():
            stream.last_ns, stream.period_ns = None, self._nominal_ns

    def _data(self, payloads: Sequence[bytes]) -> Decoded:
        """Decode frames together; only their times are found one by one, each from the one before."""
        frames, heads = Frames(), list[tuple[int, int, int]]()  # index of the payload, kind, time of the last sample
        rejected: Rejected = []
        for number, payload in enumerate(payloads):
            try:
                heads.append((number, *self._head(payload, frames)))
            except SampleError as error:
                rejected.append((number, CodecError(self._model, payload, str(error))))
        if not heads:
            return Decoded((), in_order(rejected))
        values, counts, peaks = frames.decode()
        spans, sound = list[_Span](), list[bool]()
        for i, ((number, kind, last_ns), count, peak) in enumerate(zip(heads, counts.tolist(), peaks, strict=True)):
            why = frames.leaves(i) if peak is None else "" if peak <= self._most[kind] else "samples far beyond the range"  # true of NaN
            sound.append(not why)
            if why:
                rejected.append((number, CodecError(self._model, payloads[number], why)))
            else:
                spans.append(self._span(number, kind, last_ns, count))
        if not all(sound):
            values = values[np.repeat(sound, counts)]
        return Decoded(self._readings(spans, values), in_order(rejected))

    def _head(self, payload: bytes, frames: Frames) -> tuple[int, int]:
        """Take a frame to be decoded; return its kind and the time of its last sample, ns."""
        if len(payload) < HEAD.size + 3:
            raise SampleError("too short for a frame")
        kind, last_ns, form = HEAD.unpack_from(payload)
        kind &= 0x3F
        stream = self._streams.get(kind)
        if stream is None:
            raise SampleError(f"measurement {kind} was not asked for")
        if last_ns >= TIME_LIMIT:
            raise SampleError(f"a time of {last_ns} ns")
        turning = kind == GYRO
        frames.add(turning, form, payload, HEAD.size, stream.factor, RAD_PER_DEG if turning else G)
        return kind, last_ns

    def _span(self, number: int, kind: int, last_ns: int, n: int) -> _Span:
        """Return where a frame's samples lie in time, and how many are missing before it."""
        stream = self._streams[kind]
        step = None if stream.last_ns is None else last_ns - stream.last_ns
        anew = step is not None and not 0 < step <= PAUSE_NS
        if anew:
            self._restart()
            step = None
        before, stream.last_ns = stream.last_ns, last_ns
        if step is None or before is None:
            return _Span(number, kind, n, 0, last_ns, stream.period_ns, anew)
        expected = n * stream.period_ns
        if step - expected <= max(0.5 * stream.period_ns, SLACK * expected):
            measured = step / n
            if abs(measured / self._nominal_ns - 1.0) <= SLACK:
                stream.period_ns = measured
            return _Span(number, kind, n, 0, before, step, anew=False, between=True)
        return _Span(number, kind, n, max(round(step / stream.period_ns) - n, 0), last_ns, stream.period_ns, anew)

    def _readings(self, spans: list[_Span], values: FloatArray) -> tuple[Reading, ...]:
        """Return the motion of frames; where a clock was set anew, what came before has nothing to do with what comes."""
        if not spans:
            return ()
        parts: list[tuple[IntArray, FloatArray, IntArray, IntArray]] = []
        edges = [0, *(i for i, span in enumerate(spans) if span.anew and i), len(spans)]
        rows = np.cumsum([0, *(span.samples for span in spans)])
        for a, b in pairwise(edges):
            parts.append(self._rows(spans[a:b], values[rows[a] : rows[b]]))
        ticks, motion, lost, owners = (np.concatenate(part) for part in zip(*parts, strict=True)) if len(parts) > 1 else parts[0]
        if not len(ticks):
            return ()
        step = np.diff(ticks, prepend=ticks[0] - 1 if self._last_ns is None else self._last_ns)
        self._last_ns = int(ticks[-1])
        clipped = clipped_motion(motion, acc_m_s2=self._acc_m_s2, gyro_rad_s=self._gyro_rad_s)
        ticks = ticks & ((1 << TICK.bits) - 1)
        return readings(Kind.IMU, ticks=ticks, values=motion, clipped=clipped, owners=owners, lost=lost, fresh=step <= 0)

    def _rows(self, spans: list[_Span], values: FloatArray) -> tuple[IntArray, FloatArray, IntArray, IntArray]:
        """Return times, motion, samples missing before each, and the payload that completed each."""
        numbers, kinds, counts, losses, bases, steps, _, between = (np.array(column) for column in zip(*spans, strict=True))
        turning = kinds == GYRO
        ticks = _times(counts, bases, steps, between)
        lost = np.zeros(len(ticks), dtype=np.int64)
        lost[np.cumsum(counts) - counts] = losses
        if self._pairs is None:
            blind = np.full((len(values), 6), np.nan)
            blind[:, :3] = values
            return ticks, blind, lost, np.repeat(numbers, counts)
        if spans[0].anew:
            self._pairs.clear()
        turned = np.repeat(turning, counts)
        acc, gyro = (
            Part(ticks[rows], values[rows], lost[rows], counts[which], numbers[which])
            for rows, which in ((~turned, ~turning), (turned, turning))
        )
        return self._pairs.take(acc, gyro)


def _times(counts: IntArray, bases: IntArray, steps: FloatArray, between: BoolArray) -> IntArray:
    """Return the times of the samples of frames, (n,); all but ``counts`` as in `_Span`."""
    ends = np.cumsum(counts)
    nth = np.arange(1, ends[-1] + 1) - np.repeat(ends - counts, counts)
    # The products are below 2^47 and the counts below 2^11: rounding does not reach the next whole number.
    share = np.floor(nth * np.repeat(steps, counts) / np.repeat(counts, counts))
    ticks = np.repeat(bases, counts) + share.astype(np.int64)
    for i in np.flatnonzero(~between).tolist():  # the first, or one after a loss: back from its last sample, by the period
        back = np.arange(counts[i] - 1, -1, -1) * steps[i]
        ticks[ends[i] - counts[i] : ends[i]] = bases[i] - np.rint(back).astype(np.int64)
    return ticks


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
