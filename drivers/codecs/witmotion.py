"""WitMotion WT9011DCL-BT50, WT901BLECL and kin: 20-byte frames without counter, time or checksum.

======== ========= ==============================================
off      type      field
======== ========= ==============================================
0        u8        55
1        u8        61 samples, 71 reply to a register read
2        3 x i16   acceleration, x 16/32768 g
8        3 x i16   angular rate, x 2000/32768 deg/s
14       3 x i16   roll, pitch, yaw (not used)
======== ========= ==============================================

A notification may hold several frames, and frames straddle notifications. Facts: the maker's manual and SDK, devices.md 3.1.
"""

import re
from collections.abc import Sequence

import numpy as np

from ankletest.device import Advertisement, Decoded, DeviceModel, Handshake, Reading, Subscribe, TickSpec, TimeQuality, Wait, Write
from ankletest.errors import CodecError
from ankletest.samples import RAD_PER_DEG, FloatArray, G, Kind, Site
from drivers.codecs.rows import percent_of_cell

KEY = "witmotion"
SERVICE = "0000ffe5-0000-1000-8000-00805f9a34fb"
NOTIFY = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE = "0000ffe9-0000-1000-8000-00805f9a34fb"
"""The base ends in 9a34fb, not in Bluetooth's own 9b34fb."""

FRAME = 20
SAMPLES, REGISTERS = b"\x55\x61", b"\x55\x71"
RATE_HZ = 200.0
FULL_SCALE = round(0.995 * 32767)
SCALE = np.repeat([16.0 * G / 32768.0, 2000.0 * RAD_PER_DEG / 32768.0], 3)
RATE_REGISTER = 0x03
FILTER_REGISTER = 0x1F
FUSION_REGISTER = 0x24
BATTERY_REGISTER = 0x64
CONTENT_REGISTER = 0x96
UNLOCK = bytes.fromhex("ffaa6988b5")
COMMAND_GAP_S = 0.1
RATES = {10: 0x06, 20: 0x07, 50: 0x08, 100: 0x09, 200: 0x0B}
HEADERS = (SAMPLES, REGISTERS)
_BEHIND = frozenset({b"", SAMPLES[:1], *HEADERS})
"""What may follow a frame: another's header, as far as it has come."""
_FRAME = re.compile(rb"U[aq].{18}(?=U[aq]|U?\Z)", re.DOTALL)
"""The same in one search: a header, the rest of its frame, and what may follow."""


class WitmotionCodec:
    """Finds frames in the byte stream; the counter of a sample is its number since the codec was made."""

    def __init__(self) -> None:
        self._rest = b""
        self._in_step = True  # the next frame starts where the last one ended
        self._count = 0
        self._content = 0

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
        if characteristic != NOTIFY:
            return Decoded((), tuple(CodecError(KEY, p, f"nothing is known of characteristic {characteristic}") for p in payloads))
        rejected: list[CodecError] = []
        frames: list[bytes] = []
        owners: list[int] = []
        battery: int | None = None
        for number, payload in enumerate(payloads):
            for frame in self._split(payload, rejected):
                if frame[:2] == REGISTERS:
                    self._register(frame, rejected)
                    battery = _battery(frame, battery)
                elif self._content:
                    rejected.append(CodecError(KEY, frame, f"frame content is {self._content}, not acceleration and angular rate"))
                else:
                    frames.append(frame)
                    owners.append(number)
        if not frames:
            return Decoded((), tuple(rejected), battery)
        return Decoded((self._reading(frames, owners),), tuple(rejected), battery)

    def _split(self, payload: bytes, rejected: list[CodecError]) -> list[bytes]:
        """Cut whole frames off the stream.

        A header counts only if the next boundary holds one too. Where that has not come yet, the frame is taken at once as long as it
        follows another; after bytes outside any frame it waits, because what looks like a header may be a number.
        """
        stream = self._rest + payload
        frames: list[bytes] = []
        at = skipped = 0
        while at + FRAME <= len(stream):
            after = stream[at + FRAME : at + FRAME + 2]
            if stream[at : at + 2] not in HEADERS or after not in _BEHIND:
                next_frame = _FRAME.search(stream, at + 1)
                to = len(stream) - FRAME + 1 if next_frame is None else next_frame.start()
                skipped += to - at
                at = to
                self._in_step = False
                continue
            if len(after) < 2 and not self._in_step:
                break
            if skipped:
                rejected.append(CodecError(KEY, stream[at - skipped : at], f"{skipped} bytes outside any frame"))
                skipped = 0
            frames.append(stream[at : at + FRAME])
            at += FRAME
            self._in_step = True
        if skipped:
            rejected.append(CodecError(KEY, stream[at - skipped : at], f"{skipped} bytes outside any frame"))
        self._rest = stream[at:]
        return frames

    def _register(self, frame: bytes, rejected: list[CodecError]) -> None:
        register = frame[2] | frame[3] << 8
        if register == CONTENT_REGISTER:
            self._content = frame[4] | frame[5] << 8
            if self._content:
                rejected.append(CodecError(KEY, frame, f"frame content is {self._content}; it must be 0"))

    def _reading(self, frames: list[bytes], owners: list[int]) -> Reading:
        raw = np.frombuffer(b"".join(frames), dtype="<i2").reshape(len(frames), FRAME // 2)[:, 1:7].astype(np.float64)
        ticks = np.arange(self._count, self._count + len(frames), dtype=np.int64)
        self._count += len(frames)
        owner = np.array(owners, dtype=np.int64)
        last = np.flatnonzero(np.diff(owner, append=-1))
        clipped = np.any(np.abs(raw) >= FULL_SCALE, axis=1)
        return Reading(Kind.IMU, ticks, raw * SCALE, clipped, owner[last], (last + 1).astype(np.int64))


def _battery(frame: bytes, before: int | None) -> int | None:
    """Return the battery's level that a reply tells, %, or what was known before; its register holds 0.01 V."""
    if frame[2:4] != BATTERY_REGISTER.to_bytes(2, "little"):
        return before
    return percent_of_cell(0.01 * int.from_bytes(frame[4:6], "little"))


def encode_samples(counts: FloatArray) -> bytes:
    """Return frames of integer counts, (n, 6), angles zero; the inverse of decoding."""
    rows = np.zeros((len(counts), FRAME // 2), dtype="<i2")
    rows[:, 0] = int.from_bytes(SAMPLES, "little")
    rows[:, 1:7] = counts
    return rows.tobytes()


def match(advertisement: Advertisement) -> int:
    """Score an advertisement; the vibration meter WTVB speaks longer frames under the same header."""
    name = advertisement.name.upper()
    if "WTVB" in name:
        return 0
    if SERVICE in advertisement.services:
        return 90
    return 40 if "WT" in name else 0


def write_register(register: int, value: int) -> Write:
    """Return the write of one register."""
    return Write(WRITE, bytes([0xFF, 0xAA, register, value & 0xFF, value >> 8]), response=False)


def read_register(register: int) -> Write:
    """Return the request to read a register."""
    return Write(WRITE, bytes([0xFF, 0xAA, 0x27, register, 0x00]), response=False)


def start(rate_hz: float) -> Handshake:
    """Slow down, set content, six-axis fusion and the widest filter, read back, and raise the rate last.

    Whoever used it last may have left it at 200 Hz, where it answers no reads, or with other numbers under the same header.
    """
    yield Subscribe(NOTIFY)
    yield Wait(0.2)
    yield Write(WRITE, UNLOCK, response=False)
    yield Wait(COMMAND_GAP_S)
    for register, value in ((RATE_REGISTER, RATES[10]), (CONTENT_REGISTER, 0), (FUSION_REGISTER, 1), (FILTER_REGISTER, 0)):
        yield write_register(register, value)
        yield Wait(COMMAND_GAP_S)
    for register in (CONTENT_REGISTER, BATTERY_REGISTER):
        yield read_register(register)
        yield Wait(COMMAND_GAP_S)
    nearest = min(RATES, key=lambda rate: abs(rate - rate_hz))
    yield write_register(RATE_REGISTER, RATES[nearest])
    yield Wait(COMMAND_GAP_S)


def stop() -> Handshake:
    """Slow the stream down; there is no stop command."""
    yield write_register(RATE_REGISTER, RATES[10])


MODEL = DeviceModel(
    key=KEY,
    title="WitMotion WT901 family",
    kinds=(Kind.IMU,),
    sites=(Site.FOOT, Site.SHANK, Site.LUMBAR),
    tick=TickSpec(1.0 / RATE_HZ, 0, TimeQuality.ARRIVAL),
    default_rate_hz=RATE_HZ,
    match=match,
    codec=WitmotionCodec,
    start=start,
    stop=stop,
    acc_range_g=16.0,
    gyro_range_dps=2000.0,
)
