"""MbientLab MetaMotionS, RL and R: acceleration and angular rate fused on the board, with a count in front, 100 a second.

==== ======= ============================================================
off  type    field
==== ======= ============================================================
0    u8      09 data processor, 03 its data
2    u8      which processor
3    u32     samples counted since it was made; wraps
7    3 x i16 acceleration, 2048 a g
13   3 x i16 angular rate, 16.4 a °/s
==== ======= ============================================================

A packet by itself has neither time nor count, so the start script builds on the board: angular rate is kept, put behind each
acceleration, and both are counted. Facts: the maker's SDK, devices.md 3.4.
"""

from collections.abc import Generator, Sequence

import numpy as np

from ankletest.device import Advertisement, Decoded, DeviceModel, Expect, Handshake, Step, Subscribe, TickSpec, TimeQuality, Wait, Write
from ankletest.errors import CodecError
from ankletest.samples import RAD_PER_DEG, FloatArray, G, Kind, Site
from drivers.codecs.rows import FULL_SCALE_SHARE, PAUSE_S, lost_before, no_sense, readings

KEY = "metamotion"
SERVICE = "326a9000-85cb-9195-d9dd-464cfbbae75a"
COMMAND = "326a9001-85cb-9195-d9dd-464cfbbae75a"
NOTIFY = "326a9006-85cb-9195-d9dd-464cfbbae75a"
RATE_HZ = 100.0
"""The fastest at which both come dependably."""
TICK = TickSpec(1.0 / RATE_HZ, 32, TimeQuality.COUNTER)
ACC_RANGE_G, GYRO_RANGE_DPS = 16.0, 2000.0
LSB_PER_G, LSB_PER_DPS = {2: 16384.0, 4: 8192.0, 8: 4096.0, 16: 2048.0}, {125: 262.4, 250: 131.2, 500: 65.6, 1000: 32.8, 2000: 16.4}
SCALE = np.repeat([G / LSB_PER_G[16], RAD_PER_DEG / LSB_PER_DPS[2000]], 3)
FULL_SCALE = FULL_SCALE_SHARE * 32767

ACC, GYRO, PROCESSOR, SETTINGS = 0x03, 0x13, 0x09, 0x11
ASK = 0x80
"""Bit of a register that is read."""
BMI270 = 4
"""Answer of the accelerometer of the MetaMotionS; those of the RL and R have a BMI160."""
MADE, DATA = bytes([PROCESSOR, 0x02]), bytes([PROCESSOR, 0x03])
CHARGE = bytes([SETTINGS, ASK | 0x0C])
SIZE = 19
SETTLE_S = 0.1
QUICK = bytes.fromhex("1109 0600 0600 0000 5802")
"""Connection parameters: 7.5 ms, no latency, 6 s; without it some hosts stay below 60 packets a second."""
STILL = tuple(bytes.fromhex(text) for text in ("030100", "130100", "03020001", "13020001"))
"""Stop both sensors, and stop sampling."""
FORGET = bytes([PROCESSOR, 0x08])
"""Remove all processors: the board keeps them over a lost link."""
_BODY = np.dtype([("head", "u1", 3), ("count", "<u4"), ("xyz", "<i2", 6)])


class MetaMotionCodec:
    """Every notification is a sample; kept between two is the count of the last."""

    def __init__(self) -> None:
        self._last: int | None = None

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
            return no_sense(KEY, payloads, characteristic)
        bodies: list[bytes] = []
        numbers: list[int] = []
        rejected: list[CodecError] = []
        battery: int | None = None
        for number, payload in enumerate(payloads):
            if len(payload) == SIZE and payload[:2] == DATA:
                bodies.append(payload)
                numbers.append(number)
            elif not _answers(payload):
                rejected.append(CodecError(KEY, payload, "neither a counted sample nor an answer"))
            elif payload[:2] == CHARGE:
                battery = min(payload[2], 100)
        if not bodies:
            return Decoded((), tuple(rejected), battery)
        raw = np.frombuffer(b"".join(bodies), dtype=_BODY)
        counts = raw["xyz"].astype(np.float64)
        ticks = raw["count"].astype(np.int64)
        lost, fresh = lost_before(ticks, self._last, period=1.0, bits=TICK.bits, pause=PAUSE_S * RATE_HZ)
        self._last = int(ticks[-1])
        clipped = np.abs(counts).max(axis=1) >= FULL_SCALE
        owners = np.array(numbers, dtype=np.int64)
        found = readings(Kind.IMU, ticks=ticks, values=counts * SCALE, clipped=clipped, owners=owners, lost=lost, fresh=fresh)
        return Decoded(found, tuple(rejected), battery)


def _answers(payload: bytes) -> bool:
    """Tell whether a packet answers a command of ours."""
    return payload[:2] == MADE or (len(payload) > 2 and payload[0] in (ACC, GYRO, PROCESSOR, SETTINGS) and bool(payload[1] & ASK))


# ---- what is said to the device -------------------------------------------------------------------------------------------


def match(advertisement: Advertisement) -> int:
    """Score an advertisement; its name is its owner's to choose."""
    if SERVICE in advertisement.services:
        return 95
    return 60 if advertisement.name == "MetaWear" else 0


def start(rate_hz: float) -> Handshake:  # noqa: ARG001  it is started at one rate
    """Clear what an earlier link left on the board, set both sensors, build the counted pair, and start sampling."""
    yield Subscribe(NOTIFY)
    for payload in (QUICK, *STILL, FORGET):
        yield _write(payload)
    yield Wait(SETTLE_S)
    yield _write(bytes([ACC, ASK]))
    chip = yield Expect(NOTIFY, bytes([ACC, ASK]))
    newer = chip is not None and chip[2:3] == bytes([BMI270])
    yield _write(bytes.fromhex("0303 a803" if newer else "0303 280c"))
    yield _write(bytes.fromhex("1303 2800"))
    gyro_register = 4 if newer else 5
    kept = yield from _made(bytes.fromhex(f"0902 13 {gyro_register:02x} ff a0 0f 05"))
    pair = yield from _made(bytes.fromhex("0902 03 04 ff a0 1b 01") + bytes([kept]) + bytes(11))
    counted = yield from _made(bytes.fromhex("0902 09 03") + bytes([pair]) + bytes.fromhex("60 11 30 03"))
    yield _write(bytes([PROCESSOR, 0x07, counted, 0x01]))
    yield _write(bytes.fromhex("0903 01"))
    for text in ("13020100", "03020100", "130101", "030101"):
        yield _write(bytes.fromhex(text))


def _made(command: bytes) -> Generator[Step, bytes | None, int]:
    """Make a processor and return its id."""
    yield _write(command)
    answer = yield Expect(NOTIFY, MADE)
    return int.from_bytes(answer[2:3], "little") if answer is not None else 0


def stop() -> Handshake:
    """Stop both sensors and clear the board."""
    for payload in (*STILL, FORGET):
        yield _write(payload)


def battery() -> Handshake:
    """Ask for the battery: percent, and u16 mV."""
    yield Subscribe(NOTIFY)
    yield _write(CHARGE)
    yield Expect(NOTIFY, CHARGE)


def probe() -> Handshake:
    """Ask which sensors and which data processor it has."""
    yield Subscribe(NOTIFY)
    for module in (ACC, GYRO, PROCESSOR):
        yield _write(bytes([module, ASK]))
        yield Expect(NOTIFY, bytes([module, ASK]))


def _write(payload: bytes) -> Write:
    return Write(COMMAND, payload, response=False)


MODEL = DeviceModel(
    key=KEY,
    title="MbientLab MetaMotion",
    kinds=(Kind.IMU,),
    sites=(Site.FOOT, Site.SHANK, Site.LUMBAR),
    tick=TICK,
    default_rate_hz=RATE_HZ,
    match=match,
    codec=MetaMotionCodec,
    start=start,
    stop=stop,
    acc_range_g=ACC_RANGE_G,
    gyro_range_dps=GYRO_RANGE_DPS,
    extras={"battery": battery, "probe": probe},
)
