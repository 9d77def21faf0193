"""Movesense sensors over the GATT SensorData Protocol: acceleration and angular rate in floats, thirteen messages a second.

==== ======= ===================================================================================
off  type    field
==== ======= ===================================================================================
0    u8      1 answer, 2 data, 3 rest of the data message before it
1    u8      reference that the subscription chose
2    u32     ms of the first sample; wraps
6    n x 3   acceleration, f32 m/s²; then n x 3 angular rate, f32 °/s
==== ======= ===================================================================================

The reference is ours to choose, so it is the number of samples of a message: each message tells its own length and rate, and a part of
one is not taken for the whole. Facts: the maker's document, devices.md 3.2.
"""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from ankletest.device import Advertisement, Decoded, DeviceModel, Expect, Handshake, Reading, Subscribe, TickSpec, TimeQuality, Write
from ankletest.errors import CodecError, DeviceError
from ankletest.samples import RAD_PER_DEG, BoolArray, FloatArray, G, IntArray, Kind, Site
from drivers.codecs.rows import PAUSE_S, Rejected, clipped_motion, in_order, no_sense, readings, wide

KEY = "movesense"
SERVICE = "34802252-7185-4d5d-b431-630e7050e8f0"
WRITE = "34800001-7185-4d5d-b431-630e7050e8f0"
NOTIFY = "34800002-7185-4d5d-b431-630e7050e8f0"

HELLO, SUBSCRIBE, UNSUBSCRIBE, GET = 0, 1, 2, 4
ANSWER, DATA, REST = 1, 2, 3
GREETING_REF, PROBE_REF, BATTERY_REF = 0x64, 0x65, 0x66
TRIES = 2
REFUSED = 400
"""Status of an answer, as of HTTP, from which on it is a refusal."""
MESSAGES_HZ = 13
RATES = {52: 4, 104: 8, 208: 16}
"""Rates and their samples a message. Slower ones use the sensor's low-power mode; faster ones do not fit the radio."""
HEAD = 6
ROW = 24
TICK = TickSpec(1e-3 / 1024, 42, TimeQuality.DEVICE)
"""The sensor's ms in 1024 parts, because samples are no whole ms apart; wraps where the ms do."""
PARTS, MS_BITS = 1024, 32
ACC_RANGE_G, GYRO_RANGE_DPS = 8.0, 2000.0
"""Of the firmware as it is sold; the protocol cannot change them."""
LIMIT = 1e4
"""Neither m/s² nor °/s of any range go beyond: the bytes are no motion."""


class MovesenseCodec:
    """Joins the parts of a message; kept between two are an unfinished one, its time, and how far within its ms it began."""

    def __init__(self) -> None:
        self._part = b""
        self._last_ms: int | None = None
        self._within = 0.0
        self._size = 0

    @property
    def corners_mm(self) -> FloatArray | None:
        """None: this is no pad."""
        return None

    @property
    def rate_hz(self) -> float | None:
        """The rate of the messages so far."""
        return float(MESSAGES_HZ * self._size) if self._size else None

    def feed(self, characteristic: str, payloads: Sequence[bytes]) -> Decoded:
        """Take the payloads of consecutive notifications of one characteristic."""
        if characteristic != NOTIFY:
            return no_sense(KEY, payloads, characteristic)
        found: list[Reading] = []
        rejected: Rejected = []
        run: list[bytes] = []
        numbers: list[int] = []
        percent: int | None = None
        for number, payload in enumerate(payloads):
            try:
                message = self._whole(payload)
            except _MessageError as error:
                rejected.append((number, CodecError(KEY, payload, str(error))))
                continue
            if not message:
                percent = _battery_of(payload, percent)
                continue
            if run and message[1] != run[0][1]:
                found.extend(self._messages(run, numbers, rejected))
                run, numbers = [], []
            run.append(message)
            numbers.append(number)
        if run:
            found.extend(self._messages(run, numbers, rejected))
        return Decoded(tuple(found), in_order(rejected), percent)

    def _whole(self, payload: bytes) -> bytes:
        """Return the message that a notification completes, or nothing; what was begun before a new message is forgotten."""
        if len(payload) < 2:
            raise _MessageError("shorter than a type and a reference")
        kind, ref = payload[0], payload[1]
        if kind == ANSWER:
            return b""
        if kind == DATA and ref in _SIZES:
            message = payload
        elif kind == REST and self._part[1:2] == payload[1:2]:
            message = self._part + payload[2:]
        else:
            self._part = b""
            raise _MessageError(f"type {kind} with reference {ref} is not expected here")
        whole = HEAD + ROW * ref
        self._part = message if len(message) < whole else b""
        if len(message) > whole:
            raise _MessageError(f"a message of {ref} samples has {whole} bytes, not {len(message)}")
        return b"" if self._part else message

    def _messages(self, run: list[bytes], numbers: list[int], rejected: Rejected) -> tuple[Reading, ...]:
        """Decode messages of as many samples each."""
        n = run[0][1]
        raw = np.frombuffer(b"".join(run), dtype=np.uint8).reshape(len(run), -1)
        body = wide(np.ascontiguousarray(raw[:, HEAD:]).view("<f4")).reshape(len(run), 2, n, 3)
        sound = (np.abs(body) <= LIMIT).all(axis=(1, 2, 3))  # not true of NaN
        rejected.extend((numbers[i], CodecError(KEY, run[i], "samples that are no motion")) for i in np.flatnonzero(~sound))
        if not sound.any():
            return ()
        self._size = n
        owners = np.repeat(np.array(numbers, dtype=np.int64)[sound], n)
        values = np.concatenate((body[sound, 0], body[sound, 1] * RAD_PER_DEG), axis=2).reshape(-1, 6)
        ms = np.ascontiguousarray(raw[sound, 2:HEAD]).view("<u4")[:, 0].astype(np.int64)
        ticks, lost, fresh = self._times(ms, n)
        clipped = clipped_motion(values, acc_m_s2=ACC_RANGE_G * G, gyro_rad_s=GYRO_RANGE_DPS * RAD_PER_DEG)
        return readings(Kind.IMU, ticks=ticks, values=values, clipped=clipped, owners=owners, lost=lost, fresh=fresh)

    def _times(self, ms: IntArray, n: int) -> tuple[IntArray, IntArray, BoolArray]:
        """Return ticks of samples, and what is missing before each; see `ankletest.device.TickSpec`.

        A message's time is cut to ms. Where it began within that ms follows from the message before it, as far as the ms allows.
        """
        period_ms = 1000.0 / (MESSAGES_HZ * n)
        step = np.diff(ms, prepend=ms[0] if self._last_ms is None else self._last_ms) & ((1 << MS_BITS) - 1)
        self._last_ms = int(ms[-1])
        begun = (step == 0) | (step > 1000.0 * PAUSE_S)
        periods = np.maximum(np.rint(step / period_ms), n)
        early = periods * period_ms - step  # how much further within its ms a message begins than the one before
        within = np.empty(len(ms))
        at = self._within
        for i, (more, anew) in enumerate(zip(early.tolist(), begun.tolist(), strict=True)):
            at = 0.0 if anew else min(max(at + more, 0.0), 1.0)
            within[i] = at
        self._within = at
        offsets = np.rint((within[:, np.newaxis] + np.arange(n) * period_ms) * PARTS).astype(np.int64)
        ticks = ((ms * PARTS)[:, np.newaxis] + offsets).reshape(-1) & ((1 << TICK.bits) - 1)
        lost = np.zeros((len(ms), n), dtype=np.int64)
        lost[~begun, 0] = (periods[~begun] - n).astype(np.int64)
        fresh = np.zeros((len(ms), n), dtype=np.bool_)
        fresh[begun, 0] = True
        return ticks, lost.reshape(-1), fresh.reshape(-1)


_SIZES = frozenset(RATES.values())


def _battery_of(answer: bytes, before: int | None) -> int | None:
    """Return the level that an answer tells, %; what was known before where it tells none."""
    told = answer[:4] == _BATTERY and len(answer) > len(_BATTERY) and answer[len(_BATTERY)] <= 100
    return answer[len(_BATTERY)] if told else before


_BATTERY = bytes([ANSWER, BATTERY_REF]) + (200).to_bytes(2, "little")


class _MessageError(Exception):
    """Bytes that are neither a message nor a part of one; the text says why."""


# ---- what is said to the device -------------------------------------------------------------------------------------------


def match(advertisement: Advertisement) -> int:
    """Score an advertisement; the service is not always in it."""
    if SERVICE in advertisement.services:
        return 95
    return 70 if advertisement.name.startswith("Movesense") else 0


def start(rate_hz: float) -> Handshake:
    """Greet, end every subscription of ours that may still run, and subscribe to both sensors."""
    yield Subscribe(NOTIFY)
    yield Write(WRITE, bytes([HELLO, GREETING_REF]))
    yield Expect(NOTIFY, bytes([ANSWER, GREETING_REF]))
    for ref in RATES.values():
        yield Write(WRITE, bytes([UNSUBSCRIBE, ref]))
        with suppress(DeviceError):  # answers are notifications, and those can be lost
            yield Expect(NOTIFY, bytes([ANSWER, ref]))
    rate = min(RATES, key=lambda known: abs(known - rate_hz))
    ref = RATES[rate]
    answer: bytes | None = None
    for _ in range(TRIES):
        yield Write(WRITE, bytes([SUBSCRIBE, ref]) + f"/Meas/IMU6/{rate}".encode("ascii"))
        with suppress(DeviceError):
            answer = yield Expect(NOTIFY, bytes([ANSWER, ref]))
            break
    status = int.from_bytes(answer[2:4], "little") if answer is not None else 0
    if status >= REFUSED:
        raise DeviceError(f"The sensor does not stream: status {status}.", "Its firmware may lack the GATT SensorData service.")


def stop() -> Handshake:
    """End every subscription of ours."""
    for ref in RATES.values():
        yield Write(WRITE, bytes([UNSUBSCRIBE, ref]))


def probe() -> Handshake:
    """Ask who it is and what its accelerometer can do."""
    yield Subscribe(NOTIFY)
    yield Write(WRITE, bytes([HELLO, GREETING_REF]))
    yield Expect(NOTIFY, bytes([ANSWER, GREETING_REF]))
    yield Write(WRITE, bytes([GET, PROBE_REF]) + b"/Meas/Acc/Info")
    yield Expect(NOTIFY, bytes([ANSWER, PROBE_REF]))


def battery() -> Handshake:
    """Ask for the battery's level; asked while it streams, too."""
    yield Subscribe(NOTIFY)
    yield Write(WRITE, bytes([GET, BATTERY_REF]) + b"/System/Energy/Level")
    yield Expect(NOTIFY, bytes([ANSWER, BATTERY_REF]))


MODEL = DeviceModel(
    key=KEY,
    title="Movesense",
    kinds=(Kind.IMU,),
    sites=(Site.FOOT, Site.SHANK, Site.LUMBAR),
    tick=TICK,
    default_rate_hz=208.0,
    match=match,
    codec=MovesenseCodec,
    start=start,
    stop=stop,
    acc_range_g=ACC_RANGE_G,
    gyro_range_dps=GYRO_RANGE_DPS,
    extras={"probe": probe, "battery": battery},
)
