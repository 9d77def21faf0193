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


@dataclass(frozen=True, slots=True)
class _Spans:
    """Frames' samples in time: ``counts`` steps that share ``steps`` after ``bases``, or that lie so far apart before them; (m,)."""

    numbers: IntArray
    kinds: IntArray
    counts: IntArray
    lost: IntArray
    bases: IntArray
    steps: FloatArray
    anew: BoolArray
    between: BoolArray


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
        self._ours = np.zeros(1 << 6, dtype=np.bool_)
        self._ours[list(kinds)] = True
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
        """Decode frames together."""
        frames = Frames(payloads)
        kinds = (frames.bytes[frames.starts] & 0x3F).astype(np.int64)
        last_ns = frames.words[np.minimum(frames.starts + 1, frames.ends)]  # what is out of range is negative here
        short = frames.sizes < HEAD.size + 3
        foreign = ~self._ours[kinds]
        rejected: Rejected = []
        bad = short | foreign | (last_ns < 0)
        wrong = np.flatnonzero(bad)
        for i, brief, kind, odd, ns in zip(
            *(column.tolist() for column in (wrong, short[wrong], kinds[wrong], foreign[wrong], last_ns[wrong])), strict=True
        ):
            why = (
                "too short for a frame"
                if brief
                else f"measurement {kind} was not asked for"
                if odd
                else f"a time of {ns + 2 * TIME_LIMIT} ns"
            )
            rejected.append((i, CodecError(self._model, payloads[i], why)))
        sound = np.flatnonzero(~bad)
        if not len(sound):
            return Decoded((), in_order(rejected))
        kinds, last_ns = kinds[sound], last_ns[sound]
        turning = kinds == GYRO
        factors = np.full(SDK_MODE, np.nan)
        for kind, stream in self._streams.items():
            factors[kind] = np.nan if stream.factor is None else stream.factor
        values, counts, peaks, faults = frames.decode(
            sound,
            HEAD.size,
            turning=turning,
            forms=frames.bytes[frames.starts[sound] + HEAD.size - 1].astype(np.int64),
            factors=factors[kinds],
            units=np.where(turning, RAD_PER_DEG, G),
        )
        wild = ~(peaks <= np.where(turning, self._most[GYRO], self._most[ACC])) & (counts > 0)  # true of NaN
        if wild.any():
            values = values[np.repeat(~wild, counts)]
            counts[wild] = 0
            faults.update(dict.fromkeys(np.flatnonzero(wild).tolist(), "samples far beyond the range"))
        if faults:
            where = sound.tolist()
            rejected.extend((where[i], CodecError(self._model, payloads[where[i]], why)) for i, why in faults.items())
            kept = counts > 0
            sound, kinds, last_ns, counts = sound[kept], kinds[kept], last_ns[kept], counts[kept]
        if not len(sound):
            return Decoded((), in_order(rejected))
        return Decoded(self._readings(self._spans(sound, kinds, last_ns, counts), values), in_order(rejected))

    def _spans(self, numbers: IntArray, kinds: IntArray, last_ns: IntArray, counts: IntArray) -> _Spans:
        """Return where the samples of frames lie in time, and how many are missing before each."""
        regular = self._regular(numbers, kinds, last_ns, counts)
        if regular is not None:
            return regular
        streams, restart, nominal = self._streams, self._restart, self._nominal_ns
        found = list[tuple[int, int, float, bool, bool]]()  # as in `_Spans`
        for kind, last, n in zip(kinds.tolist(), last_ns.tolist(), counts.tolist(), strict=True):
            stream = streams[kind]
            before, stream.last_ns = stream.last_ns, last
            if before is None:
                found.append((0, last, stream.period_ns, False, False))
                continue
            step = last - before
            if not 0 < step <= PAUSE_NS:
                restart()
                stream.last_ns = last
                found.append((0, last, stream.period_ns, True, False))
                continue
            expected = n * stream.period_ns
            if step - expected > max(0.5 * stream.period_ns, SLACK * expected):
                found.append((max(round(step / stream.period_ns) - n, 0), last, stream.period_ns, False, False))
                continue
            measured = step / n
            if abs(measured / nominal - 1.0) <= SLACK:
                stream.period_ns = measured
            found.append((0, before, step, False, True))
        lost, bases, steps, anew, between = (np.array(column) for column in zip(*found, strict=True))
        return _Spans(numbers, kinds, counts, lost, bases, steps.astype(np.float64), anew, between)

    def _regular(self, numbers: IntArray, kinds: IntArray, last_ns: IntArray, counts: IntArray) -> _Spans | None:
        """Return the same of frames that follow one another without a loss or a change of rate; None if these do not."""
        bases, news = np.empty(len(kinds), dtype=np.int64), list[tuple[_Stream, int, float]]()
        for kind, stream in self._streams.items():
            mine = kinds == kind
            if not mine.any():
                continue
            if stream.last_ns is None:
                return None
            times, n = last_ns[mine], counts[mine]
            before = np.concatenate(([stream.last_ns], times[:-1]))
            step = times - before
            measured = step / n
            period = np.concatenate(([stream.period_ns], measured[:-1]))
            expected = n * period
            usual = (step > 0) & (step <= PAUSE_NS) & (step - expected <= np.maximum(0.5 * period, SLACK * expected))
            if not (usual & (np.abs(measured / self._nominal_ns - 1.0) <= SLACK)).all():
                return None
            bases[mine] = before
            news.append((stream, int(times[-1]), float(measured[-1])))
        for stream, newest_ns, period_ns in news:
            stream.last_ns, stream.period_ns = newest_ns, period_ns
        never, always = np.zeros(len(kinds), dtype=np.bool_), np.ones(len(kinds), dtype=np.bool_)
        nothing = np.zeros(len(kinds), dtype=np.int64)
        return _Spans(numbers, kinds, counts, nothing, bases, (last_ns - bases).astype(np.float64), never, always)

    def _readings(self, spans: _Spans, values: FloatArray) -> tuple[Reading, ...]:
        """Return the motion of frames."""
        ticks = _times(spans.counts, spans.bases, spans.steps, spans.between)
        lost = np.zeros(len(ticks), dtype=np.int64)
        lost[np.cumsum(spans.counts) - spans.counts] = spans.lost
        owners = np.repeat(spans.numbers, spans.counts)
        if self._pairs is None:
            motion = np.full((len(values), 6), np.nan)
            motion[:, :3] = values
        else:
            ticks, motion, lost, owners = self._paired(self._pairs, spans, ticks, values, lost)
        if not len(ticks):
            return ()
        step = np.diff(ticks, prepend=ticks[0] - 1 if self._last_ns is None else self._last_ns)
        self._last_ns = int(ticks[-1])
        clipped = clipped_motion(motion, acc_m_s2=self._acc_m_s2, gyro_rad_s=self._gyro_rad_s)
        ticks = ticks & ((1 << TICK.bits) - 1)
        return readings(Kind.IMU, ticks=ticks, values=motion, clipped=clipped, owners=owners, lost=lost, fresh=step <= 0)

    def _paired(
        self, pairs: Pairs, spans: _Spans, ticks: IntArray, values: FloatArray, lost: IntArray
    ) -> tuple[IntArray, FloatArray, IntArray, IntArray]:
        """Return both as one; where a clock was set anew, what came before has nothing to do with what comes."""
        found: list[tuple[IntArray, FloatArray, IntArray, IntArray]] = []
        turning = spans.kinds == GYRO
        turned = np.repeat(turning, spans.counts)
        rows = np.concatenate(([0], np.cumsum(spans.counts)))
        starts = np.flatnonzero(spans.anew)
        edges = [0, *starts[starts > 0].tolist(), len(spans.kinds)]
        for a, b in pairwise(edges):
            if spans.anew[a]:
                pairs.clear()
            which, samples = slice(a, b), slice(int(rows[a]), int(rows[b]))
            if b < edges[-1] and not pairs.can_meet(ticks[samples], turned[samples]):
                continue  # all of it is forgotten at once
            acc, gyro = (
                Part(
                    ticks[samples][mine],
                    values[samples][mine],
                    lost[samples][mine],
                    spans.counts[which][frames],
                    spans.numbers[which][frames],
                )
                for mine, frames in ((~turned[samples], ~turning[which]), (turned[samples], turning[which]))
            )
            found.append(pairs.take(acc, gyro))
        ticks, motion, lost, owners = (np.concatenate(part) for part in zip(*found, strict=True)) if len(found) > 1 else found[0]
        return ticks, motion, lost, owners


def _times(counts: IntArray, bases: IntArray, steps: FloatArray, between: BoolArray) -> IntArray:
    """Return the times of the samples of frames, (n,); all as in `_Spans`."""
    ends = np.cumsum(counts)
    nth, many, step = np.arange(1, ends[-1] + 1) - np.repeat(ends - counts, counts), np.repeat(counts, counts), np.repeat(steps, counts)
    # The products are below 2^47 and the counts below 2^11: rounding does not reach the next whole number.
    share = np.floor(nth * step / many)
    if not between.all():  # the first, or one after a loss: back from its last sample, by the period
        share = np.where(np.repeat(between, counts), share, -np.rint((many - nth) * step))
    ticks: IntArray = np.repeat(bases, counts) + share.astype(np.int64)
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
