"""Scenarios that were run on the real bluetoothd; each returns what came of it, for ``contract.toml``. Not a test of ankletest."""

import asyncio
from collections.abc import Awaitable, Callable

import psutil
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from contract_sensor import (
    ADDRESS,
    BATTERY_LEVEL,
    CONTROL,
    DATA,
    FOREIGN,
    FOREIGN_SERVICE,
    NAME,
    SERVICE,
    STOP,
    ContractSensor,
    Listener,
    outcome,
)
from harness import Air

Outcome = dict[str, str | int | bool | list[str] | list[int]]
WAIT_S = 10.0
SETTLE_S = 0.3


class Rig:
    """A fake air with the sensor of the contract, for code on another loop."""

    def __init__(self, air: Air) -> None:
        self._air = air
        self.sensor = ContractSensor(air.bluez)
        self._left: list[BleakClient] = []

    async def do(self, action: Callable[..., object], *args: object) -> None:
        """Do something on the daemon's loop."""
        await asyncio.to_thread(self._air.do, action, *args)

    async def set(self, **values: object) -> None:
        """Set what the sensor does on the air."""
        for name, value in values.items():
            setattr(self.sensor.peripheral, name, value)

    async def error(self, code: int | None) -> None:
        self.sensor.error = code

    async def notify(self, *payloads: bytes) -> None:
        await self.do(self.sensor.notify, *payloads)

    async def drop(self) -> None:
        await self.do(self.sensor.drop)

    async def power(self, on: bool) -> None:
        await self.do(self._air.bluez.power, on)

    async def remember(self, seconds: float) -> None:
        self._air.bluez.forgotten_s = seconds

    async def switch(self, on: bool) -> None:
        """Switch the adapter on or off, and wait until bleak, which learns of it by a signal, has heard so."""
        await self.power(on)
        before = "BleakBluetoothNotAvailableError" if on else "BleakDBusError"
        async with asyncio.timeout(WAIT_S):
            while (await outcome(BleakScanner.discover(timeout=0.0))).startswith(before):  # noqa: ASYNC110  bleak tells nobody
                await asyncio.sleep(0.02)

    async def device(self) -> BLEDevice:
        found = await BleakScanner.find_device_by_address(ADDRESS, timeout=WAIT_S)
        assert found is not None
        return found

    async def listener(self) -> Listener:
        device = await self.device()
        made: list[Listener] = []
        client = BleakClient(device, disconnected_callback=lambda c: made[0].gone(c), timeout=WAIT_S)
        made.append(Listener(client))
        self._left.append(client)
        return made[0]

    async def connected(self) -> Listener:
        listener = await self.listener()
        await listener.client.connect()
        return listener

    async def close(self) -> None:
        """Close what a scenario left open on purpose."""
        for client in self._left:
            await client.disconnect()


async def scan_callback(rig: Rig) -> Outcome:
    seen = []
    async with BleakScanner(lambda device, data: seen.append((device, data)) if device.name == NAME else None):
        await asyncio.sleep(1.0)
    device, data = seen[-1]
    return {
        "address": device.address, "name": device.name, "local_name": data.local_name, "services": data.service_uuids,
        "rssi": type(data.rssi).__name__, "three at least": len(seen) >= 3,
    }  # fmt: skip


async def scan_by_service(rig: Rig) -> Outcome:
    async def find(service: str, within_s: float) -> BLEDevice | None:
        return await BleakScanner.find_device_by_filter(lambda _, data: service in data.service_uuids, timeout=within_s)

    one, other = BleakScanner(), BleakScanner()
    await one.start()
    twice = await outcome(other.start())
    await outcome(other.stop())
    await one.stop()
    return {
        "match": await outcome(find(SERVICE, WAIT_S)), "no match": await outcome(find(FOREIGN_SERVICE, 0.5)), "two scans at once": twice
    }  # fmt: skip


async def connect_and_disconnect_twice(rig: Rig) -> Outcome:
    listener = await rig.connected()
    found: Outcome = {}
    for service in listener.client.services:
        if not service.uuid.startswith(("00001800", "00001801")):
            told = (
                [c.uuid[:8], ",".join(sorted(c.properties)), str(c.max_write_without_response_size), *(d.uuid[:8] for d in c.descriptors)]
                for c in service.characteristics
            )
            found[service.uuid[:8]] = sorted(" ".join(words) for words in told)
    found["connect again"] = await outcome(listener.client.connect())
    await listener.client.disconnect()
    return {**found, "disconnect again": await outcome(listener.client.disconnect()), "callbacks": listener.callbacks}


async def errors_of_characteristics(rig: Rig) -> Outcome:
    listener = await rig.connected()
    client = listener.client
    found: Outcome = {
        "read": await outcome(client.read_gatt_char(BATTERY_LEVEL)),
        "read what only notifies": await outcome(client.read_gatt_char(DATA)),
        "missing": await outcome(client.read_gatt_char(FOREIGN)),
    }
    await rig.error(0x80)
    found["error of the application"] = await outcome(client.write_gatt_char(CONTROL, STOP, response=True))
    await rig.error(0x03)
    found["error 3"] = await outcome(client.write_gatt_char(CONTROL, STOP, response=True))
    await rig.error(None)
    found |= {
        "write without response": await outcome(client.write_gatt_char(CONTROL, STOP, response=False)),
        "write as it likes": await outcome(client.write_gatt_char(CONTROL, STOP)),
        "write to what only notifies": await outcome(client.write_gatt_char(DATA, STOP, response=True)),
        "notify what is only written": await outcome(client.start_notify(CONTROL, listener.hear)),
        "stop without start": await outcome(client.stop_notify(DATA)),
        "start": await outcome(client.start_notify(DATA, listener.hear)),
        "start again": await outcome(client.start_notify(DATA, listener.hear)),
    }
    await listener.stop()
    return found


async def lengths_of_notifications(rig: Rig) -> Outcome:
    listener = await rig.connected()
    await listener.client.start_notify(DATA, listener.hear)
    await rig.notify(b"\1", b"\1", b"\1" * 20, b"\2" * 180)
    await asyncio.sleep(SETTLE_S)
    await listener.client.disconnect()
    return {"by signals": [len(payload) for payload in listener.heard]}


async def drop_in_the_middle_of_a_stream(rig: Rig) -> Outcome:
    listener = await rig.listener()
    client = listener.client
    await listener.start()
    await asyncio.sleep(SETTLE_S)
    await rig.drop()
    async with asyncio.timeout(WAIT_S):
        await listener.lost.wait()
    await asyncio.sleep(0.05)
    found: Outcome = {
        "some": len(listener.heard) > 10,
        "missing": listener.missing,
        "callbacks": listener.callbacks,
        "is connected": client.is_connected,
        "write": await outcome(client.write_gatt_char(CONTROL, STOP, response=True)),
        "subscribe": await outcome(client.start_notify(DATA, listener.hear)),
        "disconnect": await outcome(client.disconnect()),
        "callbacks in the end": listener.callbacks,
    }
    listener.heard.clear()
    await asyncio.sleep(SETTLE_S)  # it advertises again
    found["the same client again"] = await outcome(listener.start())
    await asyncio.sleep(SETTLE_S)
    found["streams again"] = len(listener.heard) > 10
    await listener.stop()
    return found


async def connect_to_a_device_that_is_gone(rig: Rig) -> Outcome:
    device = await rig.device()
    await rig.set(advertising=False)
    client = BleakClient(device, timeout=1.0)
    found: Outcome = {"connect": await outcome(client.connect()), "is connected": client.is_connected}
    await rig.set(advertising=True)
    listener = await rig.connected()
    found["connected when it is back"] = listener.client.is_connected
    await listener.client.disconnect()
    return found


async def connect_by_address(rig: Rig) -> Outcome:
    client = BleakClient(ADDRESS, timeout=WAIT_S)
    found: Outcome = {"known": await outcome(client.connect()), "name": client.name}
    await client.disconnect()
    return {**found, "unknown": await outcome(BleakClient("AA:AA:AA:AA:AA:AA", timeout=0.5).connect())}


async def adapter_off_in_the_middle_of_a_stream(rig: Rig) -> Outcome:
    device = await rig.device()
    listener = await rig.listener()
    await listener.start()
    await asyncio.sleep(SETTLE_S)
    await rig.switch(False)
    async with asyncio.timeout(WAIT_S):
        await listener.lost.wait()
    found: Outcome = {
        "callbacks": listener.callbacks,
        "scan": await outcome(BleakScanner.discover(timeout=0.2)),
        "disconnect": await outcome(listener.client.disconnect()),
        "the device of before": await outcome(BleakClient(device, timeout=2.0).connect()),
    }
    await rig.switch(True)
    again = await rig.listener()
    await again.start()
    await asyncio.sleep(SETTLE_S)
    await again.stop()
    return {**found, "works again": len(again.heard) > 3}


async def ten_cycles(rig: Rig) -> Outcome:
    done = 0
    for _ in range(10):
        listener = await rig.listener()
        await listener.start()
        await asyncio.sleep(0.1)
        await listener.stop()
        done += bool(listener.heard)
    return {"done": done}


async def files_that_drops_leave_open_without_a_disconnect(rig: Rig) -> Outcome:
    first = await rig.listener()  # whatever is opened once is open now
    await first.start()
    await first.stop()
    before = psutil.Process().num_fds()
    for _ in range(5):
        listener = await rig.listener()
        await listener.start()
        await rig.drop()
        async with asyncio.timeout(WAIT_S):
            await listener.lost.wait()
        await asyncio.sleep(SETTLE_S)
    return {"after five": psutil.Process().num_fds() - before}


async def copies_after_drops_without_a_disconnect(rig: Rig) -> Outcome:
    copies: list[int] = []
    for _ in range(4):
        listener = await rig.connected()
        await listener.client.start_notify(DATA, listener.hear)
        for _ in range(15):  # each is heard before the next: a full socket would lose some
            before = len(listener.heard)
            await rig.notify(b"\1")
            async with asyncio.timeout(WAIT_S):
                while len(listener.heard) == before:  # noqa: ASYNC110  the callback is what is tested
                    await asyncio.sleep(0.002)
        await asyncio.sleep(SETTLE_S)
        copies.append(len(listener.heard))
        await rig.drop()
        await asyncio.sleep(0.1)
    return {"of 15 each": copies}


async def a_device_that_nobody_hears(rig: Rig) -> Outcome:
    device = await rig.device()
    await rig.set(advertising=False)
    await rig.remember(0.5)  # the real daemon took 31 s
    await asyncio.sleep(1.0)
    known = rig.sensor.peripheral.known
    found: Outcome = {"forgotten": not known, "connect": await outcome(BleakClient(device, timeout=2.0).connect())}
    await rig.set(advertising=True)
    return found


async def notifications_through_a_socket(rig: Rig) -> Outcome:
    listener = await rig.connected()
    await listener.client.start_notify(DATA, listener.hear, bluez={"use_start_notify": False})
    await rig.notify(b"\1", b"\1", b"\1" * 20, b"\2" * 180, b"")
    await asyncio.sleep(SETTLE_S)
    await listener.client.disconnect()
    await asyncio.sleep(SETTLE_S)
    return {"lengths": [len(payload) for payload in listener.heard], "alive afterwards": await outcome(rig.device())}


_SCENARIOS: dict[str, Callable[[Rig], Awaitable[Outcome]]] = {
    made.__name__.replace("_", " "): made
    for made in (
        scan_callback, scan_by_service, connect_and_disconnect_twice, errors_of_characteristics, lengths_of_notifications,
        drop_in_the_middle_of_a_stream, connect_to_a_device_that_is_gone, connect_by_address, adapter_off_in_the_middle_of_a_stream,
        ten_cycles, files_that_drops_leave_open_without_a_disconnect,
        copies_after_drops_without_a_disconnect, a_device_that_nobody_hears, notifications_through_a_socket,
    )
}  # fmt: skip


async def run(rig: Rig, scenario: str) -> Outcome:
    try:
        return await _SCENARIOS[scenario](rig)
    finally:
        await rig.close()
