"""Sensors on the fake's air that speak the ankletest-native profile (devices.md 5): a pad and an IMU, a frame for each sample."""

import asyncio
import struct
from collections.abc import Callable

from atp_frames import BATTERY_LEVEL, BATTERY_SERVICE, CAL, CAL_VALUE, CONTROL, DATA, INFO, INFO_VALUE, SERVICE, frame, now_us
from fake_bluez import FakeBluez
from fake_peripheral import BluezError, Characteristic, Peripheral

OK, UNKNOWN_OP = 0, 1


class Sensor:
    """Streams at ``rate_hz`` from START to STOP or to the end of the link; frames carry the time of sending."""

    def __init__(self, bluez: FakeBluez, kind: int, name: str, address: str, rate_hz: float = 200.0) -> None:
        self.rate_hz, self.index, self.sent = rate_hz, 0, 0
        self._bluez, self._kind = bluez, kind
        self._task: asyncio.Task[None] | None = None
        self.silent = False  # answers nothing more, though the link is up
        self.data = Characteristic(DATA, ("notify",))
        self.control = Characteristic(CONTROL, ("write", "indicate"), on_write=self._controlled)
        offered = [Characteristic(INFO, ("read",), INFO_VALUE), self.control, self.data, Characteristic(CAL, ("read", "write"), CAL_VALUE)]
        battery = Characteristic(BATTERY_LEVEL, ("read", "notify"), b"\x5a")
        self.peripheral = Peripheral(address, name, {SERVICE: offered, BATTERY_SERVICE: [battery]})
        bluez.add(self.peripheral)

    def drop(self) -> None:
        self._bluez.drop(self.peripheral)

    def garbage(self, payload: bytes) -> None:
        self._bluez.notify(self.peripheral, self.data, payload)

    def _controlled(self, request: bytes) -> None:
        if self.silent:
            return
        if len(request) < 2:
            raise BluezError("Failed", "Operation failed with ATT error: 0x0d")
        answers: dict[int, Callable[[bytes], bytes]] = {1: self._start, 2: self._stop, 6: self._ping, 7: self._status}
        op, token = request[:2]
        head = bytes((op | 0x80, token))
        answer = head + bytes((OK,)) + answers[op](request[2:]) if op in answers else head + bytes((UNKNOWN_OP,))
        # Before the write is confirmed, as the real daemon may do it: whoever waits for the confirmation first must not miss this.
        self._bluez.notify(self.peripheral, self.control, answer)

    def _start(self, _: bytes) -> bytes:
        self._stop(b"")
        self.index = 0
        self._task = asyncio.get_running_loop().create_task(self._stream())
        return struct.pack("<HI", round(self.rate_hz), 1)

    def _stop(self, _: bytes) -> bytes:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        return b""

    def _ping(self, body: bytes) -> bytes:
        return body + struct.pack("<II", now_us(), now_us())

    def _status(self, _: bytes) -> bytes:
        return struct.pack("<BHIHh", self._task is not None, round(self.rate_hz), 0, 3900, 2500)

    async def _stream(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while self.peripheral.connected:
            while not self.silent and not self._bluez.notify(self.peripheral, self.data, frame(self._kind, self.index, self.rate_hz)):
                if not self.peripheral.connected:
                    return
                await asyncio.sleep(0.0005)  # the socket is full: the same sample again
            self.index += 1
            self.sent += 1
            due += 1.0 / self.rate_hz
            await asyncio.sleep(max(0.0, due - loop.time()))
