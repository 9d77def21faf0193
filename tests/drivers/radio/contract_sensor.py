"""The sensor that the contract's scenarios are told about, and who listens to it; nothing of ankletest is in them."""

import asyncio
import struct
from collections.abc import Awaitable

from bleak import BleakClient
from fake_bluez import FakeBluez
from fake_peripheral import BluezError, Characteristic, Peripheral

BASE = "f0a1{:04x}-5e1d-4c6f-9d1e-3d5a9b0c0001"
SERVICE, DATA, CONTROL = (BASE.format(n) for n in (1, 2, 3))
BATTERY_SERVICE, BATTERY_LEVEL = "0000180f-0000-1000-8000-00805f9b34fb", "00002a19-0000-1000-8000-00805f9b34fb"
FOREIGN_SERVICE, FOREIGN = "7e4e1701-1ea6-40c9-9dcc-13d34ffead57", "7e4e1702-1ea6-40c9-9dcc-13d34ffead57"
"""Of another device."""
ADDRESS, NAME = "F0:F1:F2:F3:F4:07", "IMU-7"
START, STOP = b"\x01", b"\x00"
RATE_HZ = 100.0
PACKET = struct.Struct("<I16x")


class ContractSensor:
    """Sends numbered packets of 20 bytes from START on; answers writes with an ATT error when told to."""

    def __init__(self, bluez: FakeBluez) -> None:
        self._bluez = bluez
        self._task: asyncio.Task[None] | None = None
        self.error: int | None = None
        self.data = Characteristic(DATA, ("notify",))
        control = Characteristic(CONTROL, ("write", "write-without-response"), on_write=self._written)
        services = {SERVICE: [self.data, control], BATTERY_SERVICE: [Characteristic(BATTERY_LEVEL, ("read",), b"Z")]}
        # As the virtual device of the real daemon's run: it asks nobody for permission.
        self.peripheral = Peripheral(ADDRESS, NAME, services, mtu=517, lenient=True)
        bluez.add(self.peripheral)

    def notify(self, *payloads: bytes) -> None:
        for payload in payloads:
            self._bluez.notify(self.peripheral, self.data, payload)

    def drop(self) -> None:
        self._bluez.drop(self.peripheral)

    def _written(self, request: bytes) -> None:
        if self.error is not None:
            raise BluezError("Failed", f"Operation failed with ATT error: 0x{self.error:02x}")
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.get_running_loop().create_task(self._stream()) if request == START else None

    async def _stream(self) -> None:
        number = 0
        while self.peripheral.connected:
            self.notify(PACKET.pack(number))
            number += 1
            await asyncio.sleep(1.0 / RATE_HZ)


class Listener:
    """A client of the sensor, what it heard, and how often it was told that the link is gone."""

    def __init__(self, client: BleakClient) -> None:
        self.client = client
        self.heard: list[bytes] = []
        self.callbacks = 0
        self.lost = asyncio.Event()

    def gone(self, _: BleakClient) -> None:
        self.callbacks += 1
        self.lost.set()

    def hear(self, _: object, value: bytearray) -> None:
        self.heard.append(bytes(value))

    @property
    def missing(self) -> int:
        """Packets that should lie between the first and the last heard, and do not."""
        numbers = [PACKET.unpack(packet)[0] for packet in self.heard]
        return numbers[-1] - numbers[0] + 1 - len(numbers)

    async def start(self) -> None:
        await self.client.connect()
        await self.client.start_notify(DATA, self.hear)
        await self.client.write_gatt_char(CONTROL, START, response=True)

    async def stop(self) -> None:
        await self.client.stop_notify(DATA)
        await self.client.disconnect()


async def outcome(doing: Awaitable[object]) -> str:
    """Return ``ok`` and what was returned, or the exception's type and words."""
    try:
        value = await doing
    except Exception as error:  # noqa: BLE001  which exception comes is what is asked
        return f"{type(error).__name__}: {error}".replace("\n", " ")
    return "ok" if value is None else f"ok {value!r}"
