"""A wire to a reference peripheral: its link, its converter and its clock, in simulated time; what it notifies is kept."""

import asyncio
from collections.abc import Callable

import numpy as np

from ankletest.device import Decoded, DeviceModel, Handshake
from ankletest.errors import DeviceError, LinkLost
from ankletest.samples import IntArray
from drivers.codecs import atp
from drivers.handshake import Inbox, walk
from drivers.reference.lines import Lines
from drivers.reference.peripheral import AttError, Peripheral, Sent

STEP_US = 1_000
"""A write, a read or a subscription takes a connection event or so."""
INFO_PAD = atp.Info(1, 4, 24, 0x00C0FFEE, (1, 0), 0x31, 500, 1000, 0.0, 0.0, 0x1234ABCD, 0)
INFO_IMU = atp.Info(2, 0, 16, 0x0BAD0001, (1, 0), 0x01, 0, 500, 16 * 9.80665 / 32768, 2000 * np.pi / 180 / 32768, 7, 200)
CELLS = tuple(
    atp.Cell(float(np.float32(scale)), zero, x, y, 2000)
    for scale, zero, x, y in (
        (0.001, 1000, -150.0, 100.0),
        (0.00101, -500, 150.0, 100.0),
        (0.00099, 0, -150.0, -100.0),
        (0.001, 250, 150.0, -100.0),
    )
)
CALIBRATED_S = 0x6955B900
"""With these, CAL is that of docs/native-profile.md."""


class BenchWire:
    """A connected reference peripheral (`drivers.handshake.Wire`); ``counts`` is what its converter gives, over and over."""

    def __init__(self, device: Peripheral | Lines, counts: list[float], *, us: int = 1_000_000) -> None:
        self.device = device
        self.counts = counts
        self.us = us
        self.heard: list[Sent] = []
        self.connected = True
        self._inbox = Inbox()

    # ---- the converter ----------------------------------------------------------------------------------------------------------

    def convert(self, seconds: float) -> None:
        """Let so much time pass: samples are taken, and what they make is notified."""
        if isinstance(self.device, Lines):
            for _ in range(round(seconds * self.device.rate_hz)):
                self._notify(self.device.take(self.counts, self.us))
                self.us += round(1e6 / self.device.rate_hz)
            return
        n = round(1e6 * seconds / self.device.period_us)
        us: IntArray = self.us + np.arange(n, dtype=np.int64) * self.device.period_us
        self._notify(self.device.take(np.tile(np.array(self.counts, dtype=np.int32), (n, 1)), us))
        self.us += n * self.device.period_us

    def _notify(self, sent: list[Sent]) -> None:
        for characteristic, payload in sent:
            self.heard.append((characteristic, payload))
            self._inbox.hear(characteristic, payload)

    # ---- the link ---------------------------------------------------------------------------------------------------------------

    async def write(self, characteristic: str, payload: bytes, *, response: bool) -> None:
        if isinstance(self.device, Lines):
            self._notify(self._asked(lambda device: device.write(characteristic, payload)))
        else:
            self._notify(self._asked(lambda device: device.write(characteristic, payload, us=self.us)))

    async def read(self, characteristic: str) -> bytes:
        return self._asked(lambda device: device.read(characteristic))

    async def subscribe(self, characteristic: str) -> None:
        self._asked(lambda device: device.subscribe(characteristic))

    async def expect(self, characteristic: str, prefix: bytes, timeout_s: float) -> bytes:
        for _ in range(round(timeout_s / 0.01)):
            try:
                return await self._inbox.take(characteristic, prefix, 0.0)
            except TimeoutError:
                self.convert(0.01)
        raise DeviceError(f"no answer {prefix.hex(' ')}")

    async def wait(self, seconds: float) -> None:
        self.convert(seconds)

    def drop(self) -> None:
        """Lose the link; the device hears of it."""
        self.connected = False
        self.device.link_lost()

    def _asked(self, ask: Callable) -> object:
        if not self.connected:
            raise LinkLost("gone")
        self.us += STEP_US
        try:
            return ask(self.device)
        except AttError as error:
            raise DeviceError(f"ATT error {error.code:#04x}: {error}") from error


def said(wire: BenchWire, handshake: Handshake) -> list[Sent]:
    """Walk a handshake; return what was heard in it, values read among it."""
    first = len(wire.heard)
    asyncio.run(walk(handshake, wire, lambda characteristic, value: wire.heard.append((characteristic, value))))
    return wire.heard[first:]


def decoded(model: DeviceModel, heard: list[Sent]) -> list[Decoded]:
    """Return what a fresh codec makes of everything that was heard."""
    codec = model.codec()
    return [codec.feed(characteristic, [payload]) for characteristic, payload in heard]
