"""Sensors on the fake's air: reference peripherals of the native profile (devices.md 5), a pad and an IMU, a frame for each sample."""

import asyncio

import numpy as np
from atp_frames import BATTERY_LEVEL, BATTERY_SERVICE, CAL, CAL_VALUE, CONTROL, DATA, FORCE, INFO, INFO_VALUE, SERVICE, index_of, now_us
from fake_bluez import FakeBluez
from fake_peripheral import BluezError, Characteristic, Peripheral

from drivers.codecs import atp
from drivers.reference import peripheral as reference

PATTERN = 1999
"""Samples after which it begins again; a prime, so that no second is as the one before."""


def _counts() -> dict[bool, np.ndarray]:
    """Return what a pad converts, 720 N whose centre wanders, and a motion sensor that lies and turns a little."""
    rng = np.random.default_rng(7)
    x, y = (np.cumsum(rng.normal(0.0, 60.0, PATTERN)) for _ in range(2))
    x, y = (np.rint(a - np.linspace(a[0], a[-1], PATTERN)).astype(np.int32) for a in (x, y))  # ends where it began
    turns = rng.integers(-20, 20, (PATTERN, 3))
    still = np.tile(np.array([0, 0, 2048]), (PATTERN, 1))
    return {True: 180_000 + np.column_stack((y - x, y + x, -y - x, x - y)), False: np.hstack((still, turns)).astype(np.int32)}


COUNTS = _counts()
ONE_SAMPLE_MTU = 33


class Sensor:
    """Streams from START to STOP or to the end of the link; a frame carries the time of its sample, ``sent_us`` that of its sending."""

    def __init__(self, bluez: FakeBluez, kind: int, name: str, address: str) -> None:
        self._bluez, self._pad = bluez, kind == FORCE
        cells = atp.decode_cal("fake", CAL_VALUE) if self._pad else ()
        self._board = reference.Peripheral(atp.decode_info("fake", INFO_VALUE), cells, mtu=ONE_SAMPLE_MTU)
        self._task: asyncio.Task[None] | None = None
        self.silent = False  # answers nothing more, though the link is up
        self.sent_us: list[int] = []  # since the last START
        self.deaf_to: set[int] = set()  # operations that it does not answer
        self.data = Characteristic(DATA, ("notify",))
        self.control = Characteristic(CONTROL, ("write", "indicate"), on_write=self._controlled)
        offered = [Characteristic(INFO, ("read",), INFO_VALUE), self.control, self.data, Characteristic(CAL, ("read", "write"), CAL_VALUE)]
        self.battery = Characteristic(BATTERY_LEVEL, ("read", "notify"), b"\x5a")
        self.peripheral = Peripheral(address, name, {SERVICE: offered, BATTERY_SERVICE: [self.battery]})
        bluez.add(self.peripheral)

    def drop(self) -> None:
        self._bluez.drop(self.peripheral)

    def garbage(self, payload: bytes) -> None:
        self._bluez.notify(self.peripheral, self.data, payload)

    def late_ms(self, frame: bytes, received_ns: int) -> float:
        """Return how long a frame was on its way."""
        return ((received_ns // 1000 - self.sent_us[index_of(frame)]) & 0xFFFFFFFF) / 1000.0

    def _controlled(self, request: bytes) -> None:
        if self.silent or request[0] in self.deaf_to:
            return
        for characteristic in (CONTROL, DATA):  # who listens is the daemon's affair
            self._board.subscribe(characteristic)
        try:
            answers = self._board.write(CONTROL, request, us=now_us())
        except reference.AttError as error:
            raise BluezError("Failed", f"Operation failed with ATT error: {error.code:#04x}") from error
        for _, answer in answers:
            # Before the write is confirmed, as the real daemon may do it: whoever waits for the confirmation first must not miss this.
            self._bluez.notify(self.peripheral, self.control, answer)
        if self._task is not None and (not self._board.streaming or request[0] == reference.Operation.START):
            self._task.cancel()
            self._task = None
        if self._board.streaming and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._stream())

    async def _stream(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        counts = COUNTS[self._pad]
        number = 0
        self.sent_us = []
        while self.peripheral.connected:
            for _, frame in [] if self.silent else self._board.take(counts[[number % PATTERN]], np.array([round(1e6 * due) & 0xFFFFFFFF])):
                self.sent_us.append(now_us())
                while not self._bluez.notify(self.peripheral, self.data, frame):
                    if not self.peripheral.connected:
                        return
                    await asyncio.sleep(0.0005)  # the socket is full: the same sample again
            number += 1
            due += 1.0 / self._board.rate_hz
            await asyncio.sleep(max(0.0, due - loop.time()))
