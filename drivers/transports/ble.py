"""The only file that imports bleak: devices on the air as a source of notifications, and what a scan sees; nothing is decoded here."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from ankletest.device import BATTERY, Advertisement, Choice, DeviceModel, LinkState
from ankletest.errors import DeviceError, LinkLost
from drivers import faults
from drivers.faults import Fault
from drivers.handshake import Inbox, walk
from drivers.reconnect import Patience
from drivers.source import Put, Source, Tell
from drivers.talk import Talk, to_its_end

log = logging.getLogger(__name__)

RADIO_ERRORS = (BleakError, TimeoutError, OSError, EOFError)
"""What bleak raises when the radio, the system or the device fails; anything else is a bug."""
BATTERY_LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"
"""Bluetooth SIG: Battery Level, one byte, percent."""


async def watch(see: Callable[[Advertisement], None], stop: asyncio.Event) -> None:
    """Hand over every advertisement until ``stop`` is set.

    Raises
    ------
    DeviceError
        Nothing can be received, and why.
    """

    def detected(device: BLEDevice, data: AdvertisementData) -> None:
        see(_advertisement(device, data))

    try:
        while not stop.is_set():
            async with BleakScanner(detected):
                # Begun afresh now and then: a radio that is switched off during a scan ends it without a word.
                try:
                    async with asyncio.timeout(Patience().search_s):
                        await stop.wait()
                except TimeoutError:
                    continue
    except RADIO_ERRORS as error:
        fault, detail = fault_of(error)
        told = faults.words(fault, "The device", detail)
        raise DeviceError(told.message, told.hint) from error


class Lookout:
    """One scan for all devices of a link that are searched: BlueZ allows a program one at a time. Made and used on one loop."""

    def __init__(self) -> None:
        self._wanted: list[tuple[str, asyncio.Future[BLEDevice]]] = []
        self._scan: asyncio.Task[None] | None = None
        self._afresh = asyncio.Event()

    async def find(self, address: str, within_s: float) -> BLEDevice | None:
        """Return the device as it advertises from now on, or None when it does not.

        An older `BLEDevice` is never given out: after a crash of bluetoothd bleak would skip the connecting.
        """
        found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()
        wanted = (address.upper(), found)
        self._wanted.append(wanted)
        if self._scan is None or self._scan.done():
            self._scan = asyncio.create_task(self._look(), name="scan")
        try:
            async with asyncio.timeout(within_s):
                return await found
        except TimeoutError:
            return None
        finally:
            self._wanted.remove(wanted)
            self._afresh.set()
            if not self._wanted:  # connecting works best when no scan is going on
                await asyncio.wait((self._scan,))

    async def _look(self) -> None:
        try:
            while self._wanted:
                self._afresh.clear()
                async with BleakScanner(self._seen):
                    await self._afresh.wait()
        except RADIO_ERRORS as error:
            for _, found in self._wanted:
                if not found.done():
                    found.set_exception(error)

    def _seen(self, device: BLEDevice, _: AdvertisementData) -> None:
        for address, found in self._wanted:
            if address == device.address.upper() and not found.done():
                found.set_result(device)


def aerial(chosen: Sequence[tuple[Choice, DeviceModel]], patience: Patience | None = None) -> list[Source]:
    """Return the sources of devices on the air, one each; they share one scan (`drivers.hub.Aerial`)."""
    lookout = Lookout()
    return [BleSource(choice, model, lookout=lookout, patience=patience) for choice, model in chosen]


class BleSource:
    """One chosen device on the air: found, connected, started, watched, and found again when it is lost (`drivers.source.Source`).

    Parameters
    ----------
    choice, model
        Which device, and how one talks to it.
    lookout
        The scan that the devices of a link share.
    patience
        How long things are waited for.
    now_ns
        The host's monotonic clock.
    """

    def __init__(
        self,
        choice: Choice,
        model: DeviceModel,
        *,
        lookout: Lookout,
        patience: Patience | None = None,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._choice = choice
        self._model = model
        self._lookout = lookout
        self._patience = patience or Patience()
        self._now_ns = now_ns

    def operator(self, event: Mapping[str, object], received_ns: int) -> None:
        """Nothing: a device does not care what the operator does."""

    async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:
        """Run until stopped; whatever is going on then is broken off, and the device is let go."""
        talk = Talk(self._choice, self._model, put=put, tell=tell, now_ns=self._now_ns)
        await talk.until(stop, self._keep(talk))

    async def _keep(self, talk: "Talk") -> None:
        failures = 0
        while True:
            streamed = talk.streamed
            try:
                await self._visit(talk)
            except RADIO_ERRORS as error:
                talk.fault(*fault_of(error))
            except DeviceError as error:
                talk.trouble(error)
            failures = 1 if talk.streamed > streamed else failures + 1
            await asyncio.sleep(self._patience.backoff.pause_s(failures))

    async def _visit(self, talk: "Talk") -> None:
        """Search, connect, start and stream once, until the link is lost."""
        wait = self._patience
        talk.state(LinkState.SEARCHING)
        device = await self._lookout.find(self._choice.address, wait.search_s)
        if device is None:
            talk.fault(Fault.NOT_SEEN, "")
            return
        lost = asyncio.Event()
        client = BleakClient(device, disconnected_callback=lambda _: lost.set(), timeout=wait.connect_s)
        wire = BleWire(client, talk.hear, lost=lost, step_s=wait.step_s)
        try:
            talk.state(LinkState.CONNECTING)
            try:
                await client.connect()
            except BleakDBusError as error:
                if "InProgress" in error.dbus_error:  # said of a scan, too, but here it is another program's connection
                    talk.fault(Fault.TAKEN, "")
                    return
                raise
            # bleak also calls back for a link that was lost within connect(), even when its next attempt then succeeded.
            lost.clear()
            if not client.is_connected:
                raise LinkLost(f"{talk.device} was lost while it was being connected.", faults.WORDS[Fault.GONE].hint)
            if not talk.streamed:
                await self._probe(wire, talk)
            await self._battery(client, wire, talk, again=False)
            await walk(self._model.start(self._choice.rate_hz or self._model.default_rate_hz), wire, talk.hear)
            talk.state(LinkState.STREAMING)
            await self._stream(client, wire, talk, lost)
        finally:
            # Always, also after a loss: bleak 3.1 else keeps the connection to D-Bus, and bluetoothd then delivers every notification
            # once more after each reconnect.
            await to_its_end(self._part(client, wire, talk))

    async def _probe(self, wire: "BleWire", talk: Talk) -> None:
        """Ask what it is before it streams, once: the answer is recorded; a link that is regained need not wait for it."""
        script = self._model.extras.get("probe")
        if script is None:
            return
        try:
            await walk(script(), wire, talk.hear)
        except LinkLost:
            raise
        except (*RADIO_ERRORS, DeviceError) as error:  # whether it can be used at all, the start script finds out
            log.info("%s does not tell what it is: %r", talk.device, error)

    async def _battery(self, client: BleakClient, wire: "BleWire", talk: Talk, *, again: bool) -> None:
        """Record the battery's level: Bluetooth's own characteristic, or the answer that the codec understands."""
        level = client.services.get_characteristic(BATTERY_LEVEL)
        extras = self._model.extras
        script = extras.get("battery") or (None if again else extras.get("battery-first"))
        try:
            if level is not None and "read" in level.properties:
                if not again or "notify" not in level.properties:
                    async with asyncio.timeout(self._patience.step_s):
                        talk.hear(BATTERY, bytes(await client.read_gatt_char(level)))
                if not again and "notify" in level.properties:
                    async with asyncio.timeout(self._patience.step_s):
                        await client.start_notify(level, lambda _, value: talk.hear(BATTERY, bytes(value)))
            elif script is not None:
                await walk(script(), wire, talk.hear)
        except LinkLost:
            raise
        except (*RADIO_ERRORS, DeviceError) as error:  # a lamp without a battery sign is no reason to do without the device
            log.info("%s does not tell its battery: %r", talk.device, error)

    async def _stream(self, client: BleakClient, wire: "BleWire", talk: Talk, lost: asyncio.Event) -> None:
        silence_s = self._patience.silence_s
        loop = asyncio.get_running_loop()
        asked_s = loop.time()
        while True:
            heard = talk.heard
            try:
                # asyncio.timeout and not wait_for: before Python 3.12 that one swallows a cancellation which arrives together with the
                # result, so a stop in the moment of a drop would be lost.
                async with asyncio.timeout(silence_s):
                    await lost.wait()
            except TimeoutError:
                if talk.heard == heard:
                    talk.fault(Fault.SILENT, f"nothing for {silence_s:g} s")
                    return
                if loop.time() - asked_s >= self._patience.battery_s:
                    await self._battery(client, wire, talk, again=True)
                    asked_s = loop.time()
            else:
                talk.fault(Fault.GONE, "")
                return

    async def _part(self, client: BleakClient, wire: "BleWire", talk: Talk) -> None:
        if client.is_connected:
            try:
                async with asyncio.timeout(self._patience.stop_s):
                    await walk(self._model.stop(), wire, talk.hear)
            except (*RADIO_ERRORS, DeviceError) as error:
                log.info("%s was not stopped: %r", self._choice.device, error)
        try:
            async with asyncio.timeout(self._patience.part_s):
                await client.disconnect()
        except RADIO_ERRORS as error:
            log.info("%s was not disconnected: %r", self._choice.device, error)


class BleWire:
    """A connected client as a wire for handshakes (`drivers.handshake.Wire`)."""

    def __init__(self, client: BleakClient, hear: Callable[[str, bytes], None], *, lost: asyncio.Event, step_s: float) -> None:
        self._client = client
        self._hear = hear
        self._lost = lost
        self._step_s = step_s
        self._inbox = Inbox()
        self._subscribed: set[str] = set()

    async def write(self, characteristic: str, payload: bytes, *, response: bool) -> None:
        """Write bytes, with or without the device's confirmation."""
        try:
            async with asyncio.timeout(self._step_s):
                await self._client.write_gatt_char(characteristic, payload, response=response)
        except RADIO_ERRORS as error:
            raise self._trouble(error, f"writing {characteristic}") from error

    async def read(self, characteristic: str) -> bytes:
        """Read a value."""
        try:
            async with asyncio.timeout(self._step_s):
                return bytes(await self._client.read_gatt_char(characteristic))
        except RADIO_ERRORS as error:
            raise self._trouble(error, f"reading {characteristic}") from error

    async def subscribe(self, characteristic: str) -> None:
        """Ask for notifications; each goes to ``hear`` first. Asking again changes nothing: two scripts may want the same."""
        if characteristic in self._subscribed:
            return

        def notified(_: BleakGATTCharacteristic, value: bytearray) -> None:
            payload = bytes(value)
            self._hear(characteristic, payload)
            self._inbox.hear(characteristic, payload)

        try:
            async with asyncio.timeout(self._step_s):
                await self._client.start_notify(characteristic, notified)
        except RADIO_ERRORS as error:
            raise self._trouble(error, f"subscribing to {characteristic}") from error
        self._subscribed.add(characteristic)

    async def expect(self, characteristic: str, prefix: bytes, timeout_s: float) -> bytes:
        """Return the first notification, not yet taken, that starts with ``prefix``."""
        try:
            return await self._inbox.take(characteristic, prefix, timeout_s)
        except TimeoutError as error:
            raise self._trouble(error, f"no answer {prefix.hex(' ')} on {characteristic} in {timeout_s:g} s") from error

    async def wait(self, seconds: float) -> None:
        """Leave the device time."""
        await asyncio.sleep(seconds)

    def _trouble(self, error: Exception, doing: str) -> DeviceError:
        fault, detail = fault_of(error)
        if self._lost.is_set():
            fault, detail = Fault.GONE, ""
        told = faults.words(fault, "The device", f"{doing}{': ' if detail else ''}{detail}")
        kind = LinkLost if self._lost.is_set() or faults.own_radio(fault) else DeviceError
        return kind(told.message, told.hint)


_REASONS = {
    BleakBluetoothNotAvailableReason.NO_BLUETOOTH: Fault.NO_ADAPTER,
    BleakBluetoothNotAvailableReason.NO_BLE_CENTRAL_ROLE: Fault.NO_ADAPTER,
    BleakBluetoothNotAvailableReason.POWERED_OFF: Fault.OFF,
    BleakBluetoothNotAvailableReason.DENIED_BY_USER: Fault.DENIED,
    BleakBluetoothNotAvailableReason.DENIED_BY_SYSTEM: Fault.DENIED,
    BleakBluetoothNotAvailableReason.DENIED_BY_UNKNOWN: Fault.DENIED,
}
_NEEDS_BOND = (0x05, 0x08, 0x0C, 0x0F)
"""ATT errors of a characteristic that only a paired host may touch (Core Specification vol. 3 part F, table 3.4)."""
_DBUS_FAULTS = (
    ("ServiceUnknown", Fault.NO_BLUETOOTH),
    ("NameHasNoOwner", Fault.NO_BLUETOOTH),
    ("NoReply", Fault.NO_BLUETOOTH),
    ("AccessDenied", Fault.DENIED),
    ("NotAuthorized", Fault.PAIRING),
    ("Authentication", Fault.PAIRING),
    ("NotReady", Fault.OFF),
    ("InProgress", Fault.BUSY),
    ("AlreadyConnected", Fault.TAKEN),
    ("NotPermitted Notify acquired", Fault.TAKEN),
    ("NotPermitted Not paired", Fault.PAIRING),
    ("NotConnected", Fault.GONE),
    ("UnknownObject", Fault.GONE),
    ("Failed", Fault.REFUSED),
)


def fault_of(error: Exception) -> tuple[Fault, str]:
    """Return which fault an exception of the radio means, and what the system said where our sentence does not say it."""
    match error:
        case BleakBluetoothNotAvailableError():
            return _REASONS.get(error.reason, Fault.OTHER), ""
        case BleakGATTProtocolError():
            return (Fault.PAIRING, "") if error.code in _NEEDS_BOND else (Fault.FOREIGN, str(error))
        case BleakDeviceNotFoundError():
            return Fault.NOT_SEEN, ""
        case BleakCharacteristicNotFoundError():
            return Fault.FOREIGN, f"it has no characteristic {error.char_specifier}"
        case BleakDBusError():
            said = f"{error.dbus_error} {error.dbus_error_details or ''}"
            fault = next((fault for name, fault in _DBUS_FAULTS if name in said), Fault.OTHER)
            return fault, (error.dbus_error_details or error.dbus_error) if fault in (Fault.REFUSED, Fault.OTHER) else ""
        case BleakError():
            return Fault.GONE if "onnect" in str(error) or "Discovery" in str(error) else Fault.OTHER, str(error)
        case TimeoutError():
            return Fault.NO_ANSWER, ""
        case FileNotFoundError() | ConnectionError() | EOFError():
            return Fault.NO_BLUETOOTH, ""
        case _:
            return Fault.OTHER, str(error)


def _advertisement(device: BLEDevice, data: AdvertisementData) -> Advertisement:
    return Advertisement(
        address=device.address,
        name=data.local_name or device.name or "",
        services=tuple(uuid.lower() for uuid in data.service_uuids),
        manufacturer=dict(data.manufacturer_data),
        rssi_dbm=data.rssi,
    )
