"""Sensors on the fake's air: reference peripherals of the native profile (devices.md 5), a pad and an IMU, a frame for each sample."""

import asyncio

import numpy as np
from atp_frames import BATTERY_LEVEL, BATTERY_SERVICE, CAL, CAL_VALUE, CONTROL, DATA, FORCE, INFO, INFO_VALUE, SERVICE, now_us
from fake_bluez import FakeBluez
from fake_peripheral import BluezError, Characteristic, Peripheral

from drivers.codecs import atp
from drivers.reference import peripheral as reference

COUNTS = {True: [[180_000] * 4], False: [[0, 0, 2048, 10, -10, 0]]}
"""What a pad converts, and a motion sensor."""
ONE_SAMPLE_MTU = 33


class Sensor:
    """Streams from START to STOP or to the end of the link; frames carry the time of sending."""

    def __init__(self, bluez: FakeBluez, kind: int, name: str, address: str) -> None:
        self._bluez, self._pad = bluez, kind == FORCE
        cells = atp.decode_cal("fake", CAL_VALUE) if self._pad else ()
        self._board = reference.Peripheral(atp.decode_info("fake", INFO_VALUE), cells, mtu=ONE_SAMPLE_MTU)
        self._task: asyncio.Task[None] | None = None
        self.silent = False  # answers nothing more, though the link is up
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
        counts = np.array(COUNTS[self._pad], dtype=np.int32)
        while self.peripheral.connected:
            for _, frame in [] if self.silent else self._board.take(counts, np.array([now_us()])):
                while not self._bluez.notify(self.peripheral, self.data, frame):
                    if not self.peripheral.connected:
                        return
                    await asyncio.sleep(0.0005)  # the socket is full: the same sample again
            due += 1.0 / self._board.rate_hz
            await asyncio.sleep(max(0.0, due - loop.time()))
