"""The ankletest-native profile (ATP): frames, INFO, CAL and the start and stop scripts that pad and motion sensor share.

DATA frame, little-endian, version 1 (docs/recording-format.md does not repeat it; docs/native-profile.md is for firmware writers):

==== ====== =====================================================================================
off  type   field
==== ====== =====================================================================================
0    u8     magic A7
1    u8     high nibble version 1; low nibble stream: 1 force counts, 2 motion 6 axes
2    u16    frame sequence of that stream, wraps
4    u32    index of the first sample since START, counts samples taken, wraps
8    u32    device time of the first sample, µs, wraps
12   u16    sample period, 10 µs
14   u8     samples n
15   u8     low nibble channels c; high nibble flags: 1 saturation, 2 samples dropped before
16          n x c samples: i24 counts (force) or i16 (motion)
end  u16    CRC-16/CCITT-FALSE over everything before
==== ====== =====================================================================================
"""

import struct
from binascii import crc_hqx
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ankletest.device import Advertisement, Decoded, Expect, Handshake, Read, Reading, Subscribe, TickSpec, TimeQuality, Wait, Write
from ankletest.errors import CodecError
from ankletest.samples import RAD_PER_DEG, BoolArray, FloatArray, G, IntArray, Kind, any_of_row
from drivers.codecs.rows import FULL_SCALE_SHARE, percent_of_cell

SERVICE = "746d0001-6f96-4edb-b88c-679e4bf89d65"
INFO = "746d0002-6f96-4edb-b88c-679e4bf89d65"
CONTROL = "746d0003-6f96-4edb-b88c-679e4bf89d65"
DATA = "746d0004-6f96-4edb-b88c-679e4bf89d65"
CAL = "746d0005-6f96-4edb-b88c-679e4bf89d65"

MAGIC = 0xA7
VERSION = 1
FORCE_STREAM, IMU_STREAM = 1, 2
SATURATED = 0x10
DROPPED = 0x20
HEAD = struct.Struct("<BBHIIHBB")
INFO_BODY = struct.Struct("<BBBBIBBHHHffIH")
CAL_HEAD = struct.Struct("<BBHI")
CAL_CELL = struct.Struct("<fihhHH")
CAL_VALID = 1
CRC_BYTES = 2
PERIOD_US = 10
TICK = TickSpec(1e-6, 32, TimeQuality.DEVICE)
CLOCK_FAULT_PERIODS = 2
WRONG_SUM = "wrong checksum"
RATE_MAX_HZ = 0xFFFF
"""Largest rate that START can carry; 0 would mean the rate of last time."""
TARE_SAMPLES, TARE_S = 250, 5.0
"""Of which the new zero is the mean, and how long is waited for it: a quarter of a second at 1000 Hz, three at 80."""
STATUS_SIZE, BATTERY_AT = 14, 10
"""Of the answer to STATUS, and where in it the battery's mV are."""
PINGS = 8
"""TIME_PINGs in the handshake; the smallest round trip is the one to believe."""

_WIDTH = {FORCE_STREAM: 3, IMU_STREAM: 2}
_IMU_CHANNELS = 6
_HEAD_ROW = np.dtype(
    [("magic", "u1"), ("stream", "u1"), ("seq", "<u2"), ("index", "<u4"), ("t0", "<u4"), ("period", "<u2"), ("n", "u1"), ("c", "u1")]
)


@dataclass(frozen=True, slots=True)
class Info:
    """INFO of a device: what it is and how its counts scale."""

    streams: int
    force_channels: int
    adc_bits: int
    serial: int
    firmware: tuple[int, int]
    features: int
    force_rate_hz: int
    max_rate_hz: int
    acc_m_s2: float
    gyro_rad_s: float
    boot: int
    imu_rate_hz: int


@dataclass(frozen=True, slots=True)
class Cell:
    """CAL of one load cell: N per count, zero in counts, place in mm, capacity in N."""

    n_per_count: float
    zero: int
    x_mm: float
    y_mm: float
    capacity_n: int


def crc(payload: bytes) -> int:
    """Return the CRC-16/CCITT-FALSE of some bytes."""
    return crc_hqx(payload, 0xFFFF)


def sealed(body: bytes) -> bytes:
    """Return the bytes with their CRC behind them."""
    return body + crc(body).to_bytes(CRC_BYTES, "little")


def encode_data(stream: int, *, seq: int, index: int, t0_us: int, period_us: int, samples: npt.NDArray[np.int32], flags: int = 0) -> bytes:
    """Return a DATA frame of integer samples, (n, c); the exact inverse of decoding."""
    n, c = samples.shape
    head = HEAD.pack(
        MAGIC, VERSION << 4 | stream, seq & 0xFFFF, index & 0xFFFFFFFF, t0_us & 0xFFFFFFFF, period_us // PERIOD_US, n, flags | c
    )
    if _WIDTH[stream] == 2:
        return sealed(head + samples.astype("<i2").tobytes())
    wide = np.ascontiguousarray(samples, dtype="<i4").view(np.uint8).reshape(-1, 4)
    return sealed(head + wide[:, :3].tobytes())


def encode_info(info: Info) -> bytes:
    """Return the bytes of INFO."""
    body = INFO_BODY.pack(
        VERSION, info.streams, info.force_channels, info.adc_bits, info.serial, *info.firmware, info.features, info.force_rate_hz,
        info.max_rate_hz, info.acc_m_s2, info.gyro_rad_s, info.boot, info.imu_rate_hz,
    )  # fmt: skip
    return sealed(body)


def encode_cal(cells: Sequence[Cell], *, unix_s: int = 0) -> bytes:
    """Return the bytes of CAL."""
    body = CAL_HEAD.pack(VERSION, len(cells), CAL_VALID, unix_s)
    for cell in cells:
        body += CAL_CELL.pack(cell.n_per_count, cell.zero, round(10 * cell.x_mm), round(10 * cell.y_mm), cell.capacity_n, 0)
    return sealed(body)


def decode_info(model: str, payload: bytes) -> Info:
    """Read INFO."""
    if len(payload) != INFO_BODY.size + CRC_BYTES:
        raise CodecError(model, payload, f"INFO has {len(payload)} bytes, not {INFO_BODY.size + CRC_BYTES}")
    _demand_crc(model, payload)
    version, streams, channels, bits, serial, major, minor, features, rate, most, acc, gyro, boot, imu_rate = INFO_BODY.unpack(payload[:-2])
    if version != VERSION:
        raise CodecError(model, payload, f"INFO version {version} is not known")
    return Info(streams, channels, bits, serial, (major, minor), features, rate, most, acc, gyro, boot, imu_rate)


def decode_cal(model: str, payload: bytes) -> tuple[Cell, ...]:
    """Read CAL."""
    if len(payload) < CAL_HEAD.size + CRC_BYTES:
        raise CodecError(model, payload, "CAL is too short")
    version, channels, flags, _ = CAL_HEAD.unpack_from(payload)
    if len(payload) != CAL_HEAD.size + channels * CAL_CELL.size + CRC_BYTES:
        raise CodecError(model, payload, f"CAL of {channels} channels has {len(payload)} bytes")
    _demand_crc(model, payload)
    if version != VERSION or not flags & CAL_VALID:
        raise CodecError(
            model, payload, "CAL is not valid: calibrate the pad" if version == VERSION else f"CAL version {version} is not known"
        )
    rows = (CAL_CELL.unpack_from(payload, CAL_HEAD.size + i * CAL_CELL.size) for i in range(channels))
    return tuple(Cell(scale, zero, x / 10, y / 10, capacity) for scale, zero, x, y, capacity, _ in rows)


def _demand_crc(model: str, payload: bytes) -> None:
    told, made = int.from_bytes(payload[-2:], "little"), crc(payload[:-2])
    if told != made:
        raise CodecError(model, payload, f"checksum {made:04X} is not {told:04X}")


class AtpCodec:
    """Decodes one stream of an ATP device; a pad is given CAL, a motion sensor INFO, before samples can be read."""

    def __init__(self, model: str, stream: int) -> None:
        self._model = model
        self._stream = stream
        self._info: Info | None = None
        self._cells: tuple[Cell, ...] = ()
        self._scale: FloatArray = np.zeros(0)
        self._zero: FloatArray = np.zeros(0)
        self._limit: FloatArray = np.zeros(0)
        self._next: tuple[int, int, int] | None = None  # expected sequence, index and time of the next frame
        self._step_us = 0
        self.lost_frames = 0

    @property
    def corners_mm(self) -> FloatArray | None:
        """Where the load cells are."""
        return np.array([(cell.x_mm, cell.y_mm) for cell in self._cells]) if self._cells else None

    @property
    def serial(self) -> str:
        """The device's own serial as INFO tells it; empty before."""
        return f"{self._info.serial:08X}" if self._info else ""

    @property
    def rate_hz(self) -> float | None:
        """The rate of the frames so far; before the first, what INFO tells."""
        if self._step_us:
            return 1e6 / self._step_us
        if self._info is None:
            return None
        return float(self._info.force_rate_hz if self._stream == FORCE_STREAM else self._info.imu_rate_hz)

    @property
    def ranges(self) -> tuple[float, float] | None:
        """Ranges of a motion sensor in g and °/s, by the scale that INFO tells and 16 bits; None before INFO, and for a pad."""
        if self._info is None or self._stream != IMU_STREAM:
            return None
        acc, gyro = 0x8000 * self._info.acc_m_s2 / G, 0x8000 * self._info.gyro_rad_s / RAD_PER_DEG
        return round(acc, 3), round(gyro, 2)  # the scale is a 32-bit float

    def feed(self, characteristic: str, payloads: Sequence[bytes]) -> Decoded:
        """Take the payloads of consecutive notifications of one characteristic."""
        if characteristic == DATA:
            return self._frames(payloads)
        rejected: list[CodecError] = []
        battery: int | None = None
        for payload in payloads:
            try:
                self._learn(characteristic, payload)
            except CodecError as error:
                rejected.append(error)
            if characteristic == CONTROL and payload[:1] == b"\x87" and payload[2:3] == b"\x00" and len(payload) == STATUS_SIZE:
                battery = percent_of_cell(1e-3 * int.from_bytes(payload[BATTERY_AT : BATTERY_AT + 2], "little"))
        return Decoded((), tuple(rejected), battery)

    def _learn(self, characteristic: str, payload: bytes) -> None:
        if characteristic == INFO:
            info = decode_info(self._model, payload)
            if self._stream == IMU_STREAM:
                scale = np.repeat([info.acc_m_s2, info.gyro_rad_s], 3).astype(np.float64)
                self._demand_scale(payload, scale)
                self._scale = scale
                self._zero = np.zeros(_IMU_CHANNELS)
                self._limit = np.full(_IMU_CHANNELS, FULL_SCALE_SHARE * 0x7FFF)
            self._info = info
        elif characteristic == CAL:
            cells = decode_cal(self._model, payload)
            scale = np.array([cell.n_per_count for cell in cells], dtype=np.float64)
            self._demand_scale(payload, scale)
            self._cells = cells
            if self._stream == FORCE_STREAM:
                self._scale = scale
                self._zero = np.array([cell.zero for cell in self._cells], dtype=np.float64)
                capacity = np.array([cell.capacity_n for cell in self._cells]) / np.abs(self._scale)
                self._limit = FULL_SCALE_SHARE * np.minimum(capacity, 0x7FFFFF)
        elif characteristic != CONTROL:
            raise CodecError(self._model, payload, f"nothing is known of characteristic {characteristic}")

    def _demand_scale(self, payload: bytes, scale: FloatArray) -> None:
        """Refuse a scale under which no count means anything; a negative one is a cell wired the other way round."""
        if not (np.isfinite(scale) & (scale != 0.0)).all():
            raise CodecError(self._model, payload, f"a scale is not a number or 0: {', '.join(f'{value:g}' for value in scale)}")

    def _frames(self, payloads: Sequence[bytes]) -> Decoded:
        readings: list[Reading] = []
        rejected: list[CodecError] = []
        run: list[bytes] = []
        numbers: list[int] = []
        size, start, shape = -1, b"", b""  # of the frames of the run
        for number, payload in enumerate(payloads):
            # What was looked at in the first frame of a run holds for all that look like it; the checksum is each frame's own.
            if len(payload) == size and payload[:2] == start and payload[12:16] == shape:
                if crc_hqx(payload[:-2], 0xFFFF) != payload[-2] | payload[-1] << 8:
                    rejected.append(CodecError(self._model, payload, WRONG_SUM))
                    continue
            else:
                why = self._fault(payload)
                if why:
                    rejected.append(CodecError(self._model, payload, why))
                    continue
                if run and shape != payload[12:16]:  # period, n, channels or flags differ: another shape
                    readings.extend(self._alike(run, numbers, rejected))
                    run, numbers = [], []
                size, start, shape = len(payload), payload[:2], payload[12:16]
            run.append(payload)
            numbers.append(number)
        if run:
            readings.extend(self._alike(run, numbers, rejected))
        return Decoded(tuple(readings), tuple(rejected))

    def _fault(self, payload: bytes) -> str:
        """Return what is wrong with a frame, or nothing."""
        size = len(payload)
        if size < HEAD.size + CRC_BYTES or payload[0] != MAGIC:
            return "not a DATA frame"
        if payload[1] != VERSION << 4 | self._stream:
            return f"version {payload[1] >> 4}, stream {payload[1] & 15} is not expected here"
        n, channels = payload[14], payload[15] & 15
        if n == 0 or size != HEAD.size + n * channels * _WIDTH[self._stream] + CRC_BYTES:
            return f"{n} samples of {channels} channels do not fill {size} bytes"
        if crc_hqx(payload[:-2], 0xFFFF) != payload[-2] | payload[-1] << 8:
            return WRONG_SUM
        if not (payload[12] or payload[13]):
            return "a sample period of 0"
        if not len(self._scale):
            return "no calibration yet"
        if channels != len(self._scale):
            return f"{channels} channels, but the calibration has {len(self._scale)}"
        return ""

    def _alike(self, run: list[bytes], numbers: list[int], rejected: list[CodecError]) -> list[Reading]:
        """Decode frames of one shape; a loss or a restart begins a new reading."""
        raw = np.frombuffer(b"".join(run), dtype=np.uint8).reshape(len(run), -1)
        head = np.ascontiguousarray(raw[:, : HEAD.size]).view(_HEAD_ROW)[:, 0]
        n = int(run[0][14])
        step_us = self._step_us = int(head["period"][0]) * PERIOD_US
        seq, index, t0 = head["seq"].astype(np.int64), head["index"].astype(np.int64), head["t0"].astype(np.int64)
        expected = self._next or (int(seq[0]), int(index[0]), int(t0[0]))
        missing = (index - np.concatenate(([expected[1]], index[:-1] + n))) & 0xFFFFFFFF
        skipped = (seq - np.concatenate(([expected[0]], seq[:-1] + 1))) & 0xFFFF
        late = ((t0 - np.concatenate(([expected[2]], t0[:-1] + n * step_us))) & 0xFFFFFFFF) - missing * step_us
        back = missing >= 1 << 31  # the index ran backwards: START again
        missing[back] = 0
        self.lost_frames += int(skipped[(skipped < 1 << 15) & ~back].sum())
        faults = np.flatnonzero((np.abs(late) > CLOCK_FAULT_PERIODS * step_us) & ~back & (late < 1 << 31))
        rejected.extend(CodecError(self._model, run[i], f"clock fault: device time is {int(late[i])} µs off its index") for i in faults)
        self._next = ((int(seq[-1]) + 1) & 0xFFFF, (int(index[-1]) + n) & 0xFFFFFFFF, (int(t0[-1]) + n * step_us) & 0xFFFFFFFF)
        counts = self._counts(raw, n)
        ticks = ((t0[:, None] + np.arange(n) * step_us) & 0xFFFFFFFF).reshape(-1)
        clipped = any_of_row(np.abs(counts) >= self._limit)
        if run[0][15] & SATURATED:
            clipped[:] = True
        values = (counts - self._zero) * self._scale
        cuts = [0, *[int(i) for i in np.flatnonzero((missing > 0) | back) if i > 0], len(run)]
        return [self._reading(ticks, values, clipped, numbers[i:j], i, n, int(missing[i])) for i, j in pairwise(cuts)]

    def _reading(
        self, ticks: IntArray, values: FloatArray, clipped: BoolArray, numbers: list[int], first: int, n: int, lost: int
    ) -> Reading:
        rows = slice(first * n, (first + len(numbers)) * n)
        kind = Kind.CELLS if self._stream == FORCE_STREAM else Kind.IMU
        ends = np.arange(1, len(numbers) + 1, dtype=np.int64) * n
        return Reading(kind, ticks[rows], values[rows], clipped[rows], np.array(numbers, dtype=np.int64), ends, lost)

    def _counts(self, raw: npt.NDArray[np.uint8], n: int) -> FloatArray:
        body = np.ascontiguousarray(raw[:, HEAD.size : -CRC_BYTES])
        channels = len(self._zero)
        if self._stream == IMU_STREAM:
            return body.view("<i2").reshape(len(raw) * n, channels).astype(np.float64)
        wide = np.zeros((body.size // 3, 4), dtype=np.uint8)
        wide[:, 1:] = body.reshape(-1, 3)
        return (wide.view("<i4")[:, 0] >> 8).reshape(len(raw) * n, channels).astype(np.float64)


# ---- what is said to the device -------------------------------------------------------------------------------------------


def start(stream: int, rate_hz: float) -> Handshake:
    """Stop whatever still streams, read INFO and CAL, listen, ping the clock, start."""
    yield Subscribe(CONTROL)
    yield Write(CONTROL, bytes([0x02, 0x01]))
    yield Expect(CONTROL, bytes([0x82, 0x01]))
    yield Read(INFO)
    if stream == FORCE_STREAM:
        yield Read(CAL)
    yield Subscribe(DATA)
    for token in range(0x10, 0x10 + PINGS):
        yield Write(CONTROL, bytes([0x06, token]) + bytes(8))
        yield Expect(CONTROL, bytes([0x86, token]))
    rate = min(max(round(rate_hz), 1), RATE_MAX_HZ)
    yield Write(CONTROL, struct.pack("<BBBH", 0x01, 0x02, 1 << (stream - 1), rate))
    yield Expect(CONTROL, bytes([0x81, 0x02, 0x00]))


def stop() -> Handshake:
    """Stop streaming."""
    yield Write(CONTROL, bytes([0x02, 0x03]))
    yield Wait(0.05)


def probe() -> Handshake:
    """Ask what it is."""
    yield Read(INFO)


def tare() -> Handshake:
    """Take the mean load of the next samples as zero until it is switched off, and read the zeros that hold from now on."""
    yield Subscribe(CONTROL)
    yield Write(CONTROL, struct.pack("<BBH", 0x03, 0x04, TARE_SAMPLES))
    yield Expect(CONTROL, bytes([0x83, 0x04, 0x00]), timeout_s=TARE_S)
    yield Read(CAL)


def battery() -> Handshake:
    """Ask for its state, in which the battery's voltage is; answered while it streams too."""
    yield Subscribe(CONTROL)
    yield Write(CONTROL, bytes([0x07, 0x05]))
    yield Expect(CONTROL, bytes([0x87, 0x05, 0x00]))


def score(advertisement: Advertisement, prefix: str) -> int:
    """Match the name; the service alone could be the other kind of device."""
    if advertisement.name.startswith(prefix):
        return 95 if SERVICE in advertisement.services else 60
    return 0
