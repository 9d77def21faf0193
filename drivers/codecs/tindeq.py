"""Tindeq Progressor 150, 200, 300 and clones that speak alike (Crimpdeq, Hangman): a force sensor to pull at.

A notification is a tag, a length and a value:

==== ====================================================================================
tag  value
==== ====================================================================================
00   answer to a command; does not say to which
01   n x (mass f32 kg, time u32 µs since start), 80 samples a second
02   peak rate of force development; 03 a series of them (neither is asked for)
04   battery low, about to switch off
==== ====================================================================================

Facts: the maker's API page, devices.md 4.1.
"""

from collections.abc import Sequence

import numpy as np

from ankletest.device import Advertisement, Decoded, DeviceModel, Expect, Handshake, Subscribe, TickSpec, TimeQuality, Wait, Write
from ankletest.errors import CodecError
from ankletest.samples import N_PER_KGF, FloatArray, Kind, Site
from drivers.codecs.rows import FULL_SCALE_SHARE, PAUSE_S, Rejected, in_order, lost_before, no_sense, percent_of_cell, readings, wide

KEY = "tindeq"
SERVICE = "7e4e1701-1ea6-40c9-9dcc-13d34ffead57"
DATA = "7e4e1702-1ea6-40c9-9dcc-13d34ffead57"
CONTROL = "7e4e1703-1ea6-40c9-9dcc-13d34ffead57"
RATE_HZ = 80.0
TICK = TickSpec(1e-6, 32, TimeQuality.DEVICE)
CAPACITY_KG = 300.0
"""Of the largest; which one it is, is not told."""
LIMIT_KG = 1000.0
"""No such sensor survives more: the bytes are no mass."""

ANSWER, MASS, PEAK_RATE, RATE_SERIES, LOW_BATTERY = range(5)
TARE, START, STOP, VERSION, BATTERY_MV, IDENTITY = b"\x64", b"\x65", b"\x66", b"\x6b", b"\x6f", b"\x70"
CELL_V = (2.5, 4.5)
"""Between these a lithium cell is alive."""
SETTLE_S = 0.1
_SAMPLE = np.dtype([("kg", "<f4"), ("us", "<u4")])


class TindeqCodec:
    """Every notification is whole; kept between two is the time of the last sample."""

    def __init__(self) -> None:
        self._last: int | None = None

    @property
    def corners_mm(self) -> FloatArray | None:
        """None: one sensor tells no centre of pressure."""
        return None

    @property
    def rate_hz(self) -> float | None:
        """None: the device does not tell."""
        return None

    def feed(self, characteristic: str, payloads: Sequence[bytes]) -> Decoded:
        """Take the payloads of consecutive notifications of one characteristic."""
        if characteristic != DATA:
            return no_sense(KEY, payloads, characteristic)
        rejected: Rejected = []
        bodies: list[bytes] = []
        numbers: list[int] = []
        battery: int | None = None
        for number, payload in enumerate(payloads):
            size = len(payload)
            if size > 2 and payload[0] == MASS and payload[1] == size - 2 and not payload[1] % _SAMPLE.itemsize:
                bodies.append(payload[2:])
                numbers.append(number)
            elif why := _fault(payload):
                rejected.append((number, CodecError(KEY, payload, why)))
            else:
                battery = _battery(payload, battery)
        if not bodies:
            return Decoded((), in_order(rejected), battery)
        raw = np.frombuffer(b"".join(bodies), dtype=_SAMPLE)
        owners = np.repeat(np.array(numbers, dtype=np.int64), [len(body) // _SAMPLE.itemsize for body in bodies])
        kg = wide(raw["kg"])
        # A mass that is not a number is a sample that the device missed; its time is missed with it, so it counts as lost.
        sound = np.abs(kg) <= LIMIT_KG
        wrong = np.flatnonzero(~sound & ~np.isnan(kg))
        rejected.extend((int(owners[i]), CodecError(KEY, payloads[owners[i]], f"{kg[i]:g} kg")) for i in wrong)
        if not sound.any():
            return Decoded((), in_order(rejected), battery)
        ticks, kg = raw["us"].astype(np.int64)[sound], kg[sound]
        lost, fresh = lost_before(ticks, self._last, period=1e6 / RATE_HZ, bits=TICK.bits, pause=1e6 * PAUSE_S)
        self._last = int(ticks[-1])
        values = (kg * N_PER_KGF)[:, np.newaxis]
        clipped = np.abs(kg) >= FULL_SCALE_SHARE * CAPACITY_KG
        found = readings(Kind.FORCE, ticks=ticks, values=values, clipped=clipped, owners=owners[sound], lost=lost, fresh=fresh)
        return Decoded(found, in_order(rejected), battery)


def _fault(payload: bytes) -> str:
    """Return what is wrong with a notification that holds no samples, or nothing."""
    if len(payload) < 2:
        return "shorter than a tag and a length"
    if payload[0] == ANSWER:
        return ""  # its trailing zeros may be left out, so its length says nothing
    if payload[0] > LOW_BATTERY:
        return f"tag {payload[0]} is not known"
    if payload[1] != len(payload) - 2:
        return f"{payload[1]} bytes are announced"
    return "no whole samples" if payload[0] == MASS else ""


def _battery(payload: bytes, before: int | None) -> int | None:
    """Return the battery's level that an answer tells, %, or what was known before.

    An answer does not say to what: one of up to four bytes that is a voltage of a cell is the battery's, mV; firmware and identity differ.
    """
    if payload[0] == LOW_BATTERY:
        return 0
    value = payload[2:]
    volts = 1e-3 * int.from_bytes(value, "little") if payload[0] == ANSWER and len(value) <= 4 else 0.0
    return percent_of_cell(volts) if CELL_V[0] <= volts <= CELL_V[1] else before


def match(advertisement: Advertisement) -> int:
    """Score an advertisement; clones keep the service and have names of their own."""
    if SERVICE in advertisement.services:
        return 95
    return 60 if advertisement.name.startswith("Progressor") else 0


def start(rate_hz: float) -> Handshake:  # noqa: ARG001  it knows one rate
    """Stop whatever still streams, listen, start; its clock begins at 0."""
    yield Subscribe(DATA)
    yield Write(CONTROL, STOP)
    yield Wait(SETTLE_S)
    yield Write(CONTROL, START)


def stop() -> Handshake:
    """Stop streaming; it switches itself off after ten minutes."""
    yield Write(CONTROL, STOP)


def tare() -> Handshake:
    """Take the load of this moment as zero, until it is switched off; honoured while it streams."""
    yield Write(CONTROL, TARE)


def battery() -> Handshake:
    """Ask for the battery's voltage, u32 mV; only while it does not stream, because answers do not say what they answer."""
    yield Subscribe(DATA)
    yield from _asked(BATTERY_MV)


def probe() -> Handshake:
    """Ask for firmware and identity, one after the other."""
    yield Subscribe(DATA)
    yield from _asked(VERSION)
    yield from _asked(IDENTITY)


def _asked(command: bytes) -> Handshake:
    yield Write(CONTROL, command)
    yield Expect(DATA, bytes([ANSWER]))


MODEL = DeviceModel(
    key=KEY,
    title="Tindeq Progressor",
    kinds=(Kind.FORCE,),
    sites=(Site.PAD,),
    tick=TICK,
    default_rate_hz=RATE_HZ,
    match=match,
    codec=TindeqCodec,
    start=start,
    stop=stop,
    extras={"tare": tare, "battery-first": battery, "probe": probe},
)
