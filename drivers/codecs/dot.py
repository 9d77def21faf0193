"""Movella (Xsens) DOT: acceleration and angular rate of measuring mode 21, one sample a notification, at most 60 a second.

==== ======= =======================================
off  type    field
==== ======= =======================================
0    u32     µs since the sensor was switched on; wraps
4    3 x f32 acceleration, m/s²
16   3 x f32 angular rate, °/s
28           not used, zeros if there at all
==== ======= =======================================

Facts: the maker's service specification, devices.md 3.5. Hops need its recordings at 120 Hz, which are files, not notifications.
"""

from collections.abc import Sequence

import numpy as np

from ankletest.device import Advertisement, Decoded, DeviceModel, Handshake, Read, Subscribe, TickSpec, TimeQuality, Write
from ankletest.errors import CodecError
from ankletest.samples import GYRO, RAD_PER_DEG, FloatArray, G, Kind, Site
from drivers.codecs.rows import PAUSE_S, Rejected, clipped_motion, in_order, lost_before, no_sense, readings, wide

KEY = "dot"
COMPANY = 0x0886
SETTINGS = "15171002-4947-11e9-8646-d663bd873d93"
CONTROL = "15172001-4947-11e9-8646-d663bd873d93"
MEDIUM = "15172003-4947-11e9-8646-d663bd873d93"
CHARGE = "15173001-4947-11e9-8646-d663bd873d93"
CHARGE_SIZE = 2
START, STOP = bytes([1, 1, 21]), bytes([1, 0, 21])
RATE_HZ = 60
RATES = (1, 4, 10, 12, 15, 20, 30, 60)
"""What it sends live, Hz; at 120 it only records."""
SETTINGS_SIZE, CHANGE_RATE, RATE_AT = 32, 0x10, 24
TICK = TickSpec(1e-6, 32, TimeQuality.DEVICE)
SIZE, LONGEST = 28, 40
ACC_RANGE_G, GYRO_RANGE_DPS = 16.0, 2000.0
LIMIT = 1e4
"""Neither m/s² nor °/s of any range go beyond: the bytes are no motion."""


class DotCodec:
    """Every notification is a sample; kept between two is the time of the last."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._rate_hz: float | None = None

    @property
    def corners_mm(self) -> FloatArray | None:
        """None: this is no pad."""
        return None

    @property
    def rate_hz(self) -> float | None:
        """The rate in its settings, once they were read."""
        return self._rate_hz

    def feed(self, characteristic: str, payloads: Sequence[bytes]) -> Decoded:
        """Take the payloads of consecutive notifications of one characteristic."""
        if characteristic == SETTINGS:
            return Decoded((), in_order([(i, e) for i, p in enumerate(payloads) if (e := self._learn(p)) is not None]))
        if characteristic == CHARGE:
            levels = [min(payload[0], 100) for payload in payloads if len(payload) == CHARGE_SIZE]
            odd = tuple(
                CodecError(KEY, p, "a battery's level and whether it charges are two bytes") for p in payloads if len(p) != CHARGE_SIZE
            )
            return Decoded((), odd, levels[-1] if levels else None)
        if characteristic != MEDIUM:
            return no_sense(KEY, payloads, characteristic)
        rejected: Rejected = []
        bodies: list[bytes] = []
        numbers: list[int] = []
        for number, payload in enumerate(payloads):
            if SIZE <= len(payload) <= LONGEST and not any(payload[SIZE:]):
                bodies.append(payload[:SIZE])
                numbers.append(number)
            else:
                rejected.append((number, CodecError(KEY, payload, "not a sample of measuring mode 21")))
        if not bodies:
            return Decoded((), in_order(rejected))
        raw = np.frombuffer(b"".join(bodies), dtype=np.uint8).reshape(-1, SIZE)
        values = wide(np.ascontiguousarray(raw[:, 4:]).view("<f4"))
        ticks = np.ascontiguousarray(raw[:, :4]).view("<u4")[:, 0].astype(np.int64)
        owners = np.array(numbers, dtype=np.int64)
        sound = (np.abs(values) <= LIMIT).all(axis=1)  # not true of NaN
        rejected.extend((int(n), CodecError(KEY, payloads[n], "a sample that is no motion")) for n in owners[~sound])
        if not sound.any():
            return Decoded((), in_order(rejected))
        values, ticks, owners = values[sound], ticks[sound], owners[sound]
        values[:, GYRO] *= RAD_PER_DEG
        lost, fresh = lost_before(ticks, self._last, period=1e6 / (self._rate_hz or RATE_HZ), bits=TICK.bits, pause=1e6 * PAUSE_S)
        self._last = int(ticks[-1])
        clipped = clipped_motion(values, acc_m_s2=ACC_RANGE_G * G, gyro_rad_s=GYRO_RANGE_DPS * RAD_PER_DEG)
        found = readings(Kind.IMU, ticks=ticks, values=values, clipped=clipped, owners=owners, lost=lost, fresh=fresh)
        return Decoded(found, in_order(rejected))

    def _learn(self, payload: bytes) -> CodecError | None:
        rate = _rate_of(payload)
        if rate not in (*RATES, 120):
            return CodecError(KEY, payload, f"settings of {SETTINGS_SIZE} bytes hold a rate of {rate} Hz")
        self._rate_hz = float(rate)
        return None


def _rate_of(settings: bytes) -> int:
    """Return the rate in the settings, Hz; 0 where there is none."""
    return int.from_bytes(settings[RATE_AT : RATE_AT + 2], "little") if len(settings) == SETTINGS_SIZE else 0


# ---- what is said to the device -------------------------------------------------------------------------------------------


def match(advertisement: Advertisement) -> int:
    """Score an advertisement."""
    if advertisement.name in ("Xsens DOT", "Movella DOT"):
        return 95
    return 70 if COMPANY in advertisement.manufacturer else 0


def start(rate_hz: float) -> Handshake:
    """Stop what may still stream since a lost link, set the rate if it is another, and start."""
    yield Subscribe(MEDIUM)
    yield Write(CONTROL, STOP)
    settings = yield Read(SETTINGS)
    rate = min(RATES, key=lambda known: abs(known - rate_hz))
    if settings is not None and _rate_of(settings) != rate:
        change = bytearray(SETTINGS_SIZE)
        change[0] = CHANGE_RATE  # and nothing else
        change[RATE_AT] = rate
        yield Write(SETTINGS, bytes(change))
        yield Read(SETTINGS)
    yield Write(CONTROL, START)


def stop() -> Handshake:
    """Stop measuring; it would go on without a link."""
    yield Write(CONTROL, STOP)


def battery() -> Handshake:
    """Read the battery's level, % and whether it charges."""
    yield Read(CHARGE)


MODEL = DeviceModel(
    key=KEY,
    title="Movella DOT",
    kinds=(Kind.IMU,),
    sites=(Site.FOOT, Site.SHANK, Site.LUMBAR),
    tick=TICK,
    default_rate_hz=float(RATE_HZ),
    match=match,
    codec=DotCodec,
    start=start,
    stop=stop,
    acc_range_g=ACC_RANGE_G,
    gyro_range_dps=GYRO_RANGE_DPS,
    extras={"battery": battery},
)
