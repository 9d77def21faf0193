"""A fake ``org.bluez`` on a private bus, under bleak's real BlueZ backend; no radio and no pairing.

The order of messages is that of the real bluetoothd 5.66, as a monitor on its bus wrote it down:

- connect: ``Connected`` true, the reply, then every GATT object, then ``UUIDs`` with ``ServicesResolved`` true in one signal;
- the link drops: ``ServicesResolved`` and ``Connected`` false in one signal; GATT objects stay, so a reconnect adds none;
- own disconnect: ``ServicesResolved`` false, the reply, then ``Connected`` false;
- a read signals ``Value`` before it replies, so a subscriber of that characteristic hears it too;
- a subscription belongs to a D-Bus connection and outlives the radio link: one signal goes out for each, so whoever forgets to
  disconnect hears every notification twice after a reconnect;
- a connection to a device that is gone stays pending until somebody disconnects it;
- a device that nobody hears of for 30 s is forgotten, with all its objects.

``test_contract`` holds it against what the real daemon did.
"""

import asyncio
import random
import re
import select
import socket
from collections.abc import Callable, Coroutine

from dbus_fast import BusType, ErrorType, Message, MessageType, NameFlag, Variant
from dbus_fast.aio import MessageBus
from fake_objects import Objects
from fake_peripheral import BluezError, Characteristic, Peripheral

ROOT, ADAPTER_PATH = "/org/bluez", "/org/bluez/hci0"
ADAPTER, DEVICE = "org.bluez.Adapter1", "org.bluez.Device1"
SERVICE, CHARACTERISTIC, DESCRIPTOR = "org.bluez.GattService1", "org.bluez.GattCharacteristic1", "org.bluez.GattDescriptor1"
GENERIC_ACCESS, GENERIC_ATTRIBUTE = "00001800-0000-1000-8000-00805f9b34fb", "00001801-0000-1000-8000-00805f9b34fb"
CLIENT_CONFIGURATION = "00002902-0000-1000-8000-00805f9b34fb"

FORGOTTEN_S = 30.0
"""How long the real daemon remembers a device that it does not hear and is not connected to."""


class FakeBluez(Objects):
    """The daemon: one adapter, some peripherals. Everything is called on its loop."""

    def __init__(self) -> None:
        self.peripherals: list[Peripheral] = []
        self.calls: list[tuple[str, str]] = []  # (path, method), whatever bleak asked for
        self.faults: dict[str, BluezError] = {}  # method -> what it answers with
        self.hanging: set[str] = set()  # methods that it does not answer
        self.forgotten_s = FORGOTTEN_S
        self._scanners: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        adapter = {
            "Address": Variant("s", "00:11:22:33:44:55"), "AddressType": Variant("s", "public"), "Name": Variant("s", "fake"),
            "Alias": Variant("s", "fake"), "Powered": Variant("b", True), "Discovering": Variant("b", False),
            "UUIDs": Variant("as", []), "Roles": Variant("as", ["central", "peripheral"]),
        }  # fmt: skip
        super().__init__({ROOT: {"org.bluez.AgentManager1": {}}, ADAPTER_PATH: {ADAPTER: adapter}})

    async def start(self, address: str) -> None:
        self._bus = await MessageBus(bus_type=BusType.SYSTEM, bus_address=address, negotiate_unix_fd=True).connect()
        self._bus.add_message_handler(self._called)
        await self._bus.request_name("org.bluez", NameFlag.DO_NOT_QUEUE)
        rule = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'"
        bus = "org.freedesktop.DBus"
        await self._bus.call(
            Message(destination=bus, path="/org/freedesktop/DBus", interface=bus, member="AddMatch", signature="s", body=[rule])
        )
        self._room = select.poll()
        self._room.register(self._bus._fd, select.POLLOUT)
        for path, interfaces in self._objects.items():
            self._add(path, interfaces)
        self._spawn(self._advertise())

    async def crash(self) -> None:
        """Die without a word: only the name on the bus vanishes."""
        for task in list(self._tasks):
            task.cancel()
        if self._bus.connected:
            self._bus.disconnect()
            await self._bus.wait_for_disconnect()

    def hush(self) -> None:
        """Send nothing more, before the bus itself is killed."""
        for task in list(self._tasks):
            task.cancel()
        self._bus.disconnect()

    # ---- what a test does to the air ---------------------------------------------------------------------------------------------

    def add(self, peripheral: Peripheral) -> None:
        peripheral.path = f"{ADAPTER_PATH}/dev_{peripheral.address.replace(':', '_')}"
        self.peripherals.append(peripheral)

    def notify(self, peripheral: Peripheral, characteristic: Characteristic, value: bytes) -> bool:
        """Send one notification; False when nobody subscribed."""
        # dbus-fast takes a full socket for a broken one, so it is never filled.
        if characteristic.acquired is not None:
            characteristic.acquired.send(value)
            return True
        if not (peripheral.connected and characteristic.subscribers and self._bus.connected and self._room.poll(0)):
            return False
        for _ in characteristic.subscribers:
            self._changed(characteristic.path, CHARACTERISTIC, {"Value": Variant("ay", value)})
        return True

    def drop(self, peripheral: Peripheral) -> None:
        """Lose the radio link."""
        if peripheral.connected:
            self._lose(peripheral)
            self._changed(peripheral.path, DEVICE, {"ServicesResolved": Variant("b", False), "Connected": Variant("b", False)})

    def power(self, on: bool) -> None:
        if on:
            self._changed(ADAPTER_PATH, ADAPTER, {"Powered": Variant("b", True)})
            return
        for peripheral in self.peripherals:
            self.forget(peripheral)
        self._scanners.clear()
        self._changed(ADAPTER_PATH, ADAPTER, {"Powered": Variant("b", False), "Discovering": Variant("b", False)})

    def unplug(self) -> None:
        """Take the adapter away."""
        for peripheral in self.peripherals:
            self.forget(peripheral)
        self._scanners.clear()
        self._remove(ADAPTER_PATH)

    def forget(self, peripheral: Peripheral) -> None:
        """Remove all objects of a device, as BlueZ does with one that it has not seen for 30 s."""
        self.drop(peripheral)
        for path in sorted((path for path in self._objects if path.startswith(peripheral.path)), reverse=True):
            self._remove(path)
        for characteristic in peripheral.characteristics:
            characteristic.subscribers.clear()
        peripheral.known = peripheral.exported = False

    # ---- the air -----------------------------------------------------------------------------------------------------------------

    @property
    def _powered(self) -> bool:
        return ADAPTER_PATH in self._objects and bool(self._objects[ADAPTER_PATH][ADAPTER]["Powered"].value)

    async def _advertise(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            for p in self.peripherals:
                if p.known and not p.connected and loop.time() - p.heard > self.forgotten_s:
                    self.forget(p)
                if self._scanners and p.advertising and not p.connected and self._powered and p.due <= loop.time():
                    p.due = loop.time() + 0.1 * random.uniform(0.9, 1.1)
                    self._advertisement(p)
            await asyncio.sleep(0.01)

    def _advertisement(self, p: Peripheral) -> None:
        p.heard = asyncio.get_running_loop().time()
        rssi = Variant("n", -50 + random.randint(-3, 3))
        if p.known:
            self._changed(p.path, DEVICE, {"RSSI": rssi})
            return
        p.known = True
        device = {
            "Address": Variant("s", p.address), "AddressType": Variant("s", "random"), "Name": Variant("s", p.name),
            "Alias": Variant("s", p.name), "Paired": Variant("b", False), "Bonded": Variant("b", False), "Trusted": Variant("b", False),
            "Blocked": Variant("b", False), "LegacyPairing": Variant("b", False), "RSSI": rssi, "Connected": Variant("b", False),
            "UUIDs": Variant("as", list(p.services)[:1]), "Adapter": Variant("o", ADAPTER_PATH), "ServicesResolved": Variant("b", False),
        }  # fmt: skip
        self._add(p.path, {DEVICE: device})

    def _export(self, p: Peripheral) -> None:
        number = iter(range(1, 1000))
        for uuid, offered in {GENERIC_ATTRIBUTE: [], **p.services}.items():
            service = f"{p.path}/service{next(number):04x}"
            values = {"UUID": Variant("s", uuid), "Device": Variant("o", p.path), "Primary": Variant("b", True)}
            self._add(service, {SERVICE: {**values, "Includes": Variant("ao", [])}})
            for c in offered:
                c.path = f"{service}/char{next(number):04x}"
                values = {"UUID": Variant("s", c.uuid), "Service": Variant("o", service), "Value": Variant("ay", b"")}
                values |= {"Flags": Variant("as", list(c.flags)), "MTU": Variant("q", p.mtu)}
                if _notifies(c):
                    values |= {"Notifying": Variant("b", False), "NotifyAcquired": Variant("b", False)}
                self._add(c.path, {CHARACTERISTIC: values})
                if _notifies(c):
                    values = {"UUID": Variant("s", CLIENT_CONFIGURATION), "Characteristic": Variant("o", c.path)}
                    self._add(f"{c.path}/desc{next(number):04x}", {DESCRIPTOR: {**values, "Value": Variant("ay", b"")}})
        p.exported = True

    def _resolve(self, p: Peripheral) -> None:
        if not p.connected:
            return
        values = {"ServicesResolved": Variant("b", True)}
        if not p.exported:
            self._export(p)
            values["UUIDs"] = Variant("as", sorted((GENERIC_ACCESS, GENERIC_ATTRIBUTE, *p.services)))
        self._changed(p.path, DEVICE, values)

    def _lose(self, p: Peripheral) -> None:
        p.connected = False
        p.heard = asyncio.get_running_loop().time()
        for c in p.characteristics:
            self._release(c)
            if c.subscribers:  # kept: a subscription ends with its D-Bus connection, not with the radio link
                self._objects[c.path][CHARACTERISTIC]["Notifying"] = Variant("b", False)

    # ---- method calls ------------------------------------------------------------------------------------------------------------

    def _called(self, message: Message) -> Message | bool | None:
        if message.member == "NameOwnerChanged" and message.body[2] == "" and message.body[0].startswith(":"):
            self._client_left(message.body[0])
            return None
        if message.message_type is not MessageType.METHOD_CALL or not (message.path or "").startswith(("/org/bluez", "/")):
            return None
        method = getattr(self, "_do_" + re.sub(r"(?<!^)(?=[A-Z])", "_", message.member).lower(), None)
        if method is None:
            return Message.new_error(message, ErrorType.UNKNOWN_METHOD, f"no method {message.member}")
        self.calls.append((message.path, message.member))
        if message.path != "/" and message.path not in self._objects:
            return Message.new_error(message, ErrorType.UNKNOWN_OBJECT, f'Method "{message.member}" doesn\'t exist')
        self._spawn(self._answer(method, message))
        return True

    async def _answer(self, method: Callable[[Message], object], message: Message) -> None:
        try:
            if message.member in self.hanging:
                return
            if (fault := self.faults.get(message.member)) is not None:
                raise fault
            answer = method(message)
            if isinstance(answer, Coroutine):
                answer = await answer
            if answer is not NO_REPLY:
                self._reply(Message.new_method_return(message, *(answer or ("", []))))
        except BluezError as error:
            self._reply(Message.new_error(message, error.name, error.text))

    def _reply(self, message: Message) -> None:
        if self._bus.connected:
            self._bus.send(message)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _client_left(self, name: str) -> None:
        self._scanners.discard(name)
        for p in self.peripherals:
            for c in p.characteristics:
                if name in c.subscribers:
                    self._unsubscribe(c, name)

    def _peripheral(self, message: Message) -> Peripheral:
        return next(p for p in self.peripherals if message.path.startswith(p.path))

    def _characteristic(self, message: Message, flag: str) -> Characteristic:
        p = self._peripheral(message)
        if not p.connected:
            raise BluezError("Failed", "Not connected")
        c = next(c for c in p.characteristics if c.path == message.path)
        if not p.lenient and not any(flag in held for held in c.flags):
            raise BluezError("NotPermitted", f"{flag} not permitted")
        return c

    def _do_get_managed_objects(self, _: Message) -> object:
        return "a{oa{sa{sv}}}", [self._objects]

    def _do_set_discovery_filter(self, _: Message) -> None:
        if not self._powered:
            raise BluezError("NotReady", "Resource Not Ready")

    def _do_start_discovery(self, message: Message) -> None:
        if not self._powered:
            raise BluezError("NotReady", "Resource Not Ready")
        if message.sender in self._scanners:
            raise BluezError("InProgress", "Operation already in progress")
        self._scanners.add(message.sender)
        asyncio.get_running_loop().call_soon(self._changed, ADAPTER_PATH, ADAPTER, {"Discovering": Variant("b", True)})

    def _do_stop_discovery(self, message: Message) -> None:
        if not self._powered:
            raise BluezError("NotReady", "Resource Not Ready")
        if message.sender not in self._scanners:
            raise BluezError("Failed", "No discovery started")
        self._scanners.discard(message.sender)
        asyncio.get_running_loop().call_soon(self._scan_ended)

    def _scan_ended(self) -> None:
        if self._scanners or not self._powered:
            return
        for p in self.peripherals:
            if p.known and "RSSI" in self._objects[p.path][DEVICE]:
                self._changed(p.path, DEVICE, {}, ("RSSI",))
        self._changed(ADAPTER_PATH, ADAPTER, {"Discovering": Variant("b", False)})

    async def _do_connect(self, message: Message) -> object:
        p = self._peripheral(message)
        if p.connected:
            raise BluezError("AlreadyConnected", "Already Connected")
        if p.connect_hangs or not p.advertising:
            p.pending = message
            return NO_REPLY
        await asyncio.sleep(p.connect_s)
        if p.refusal is not None:
            raise p.refusal
        p.connected = True
        self._changed(p.path, DEVICE, {"Connected": Variant("b", True)})
        loop = asyncio.get_running_loop()
        if p.aborts_once:
            p.aborts_once = False
            loop.call_later(0.02, self.drop, p)
            raise BluezError("Failed", "le-connection-abort-by-local")
        if p.drops_in_discovery:
            loop.call_later(0.02, self.drop, p)
        elif not p.never_resolves:
            loop.call_later(p.resolve_s, self._resolve, p)
        return None

    async def _do_disconnect(self, message: Message) -> None:
        p = self._peripheral(message)
        if p.pending is not None:
            pending, p.pending = p.pending, None
            self._reply(Message.new_error(pending, "org.bluez.Error.Failed", "br-connection-canceled"))
            return
        if not p.connected:
            raise BluezError("NotConnected", "Not Connected")
        await asyncio.sleep(p.disconnect_s)
        if p.connected:
            self._lose(p)
            self._changed(p.path, DEVICE, {"ServicesResolved": Variant("b", False)})
            asyncio.get_running_loop().call_soon(self._changed, p.path, DEVICE, {"Connected": Variant("b", False)})

    def _do_read_value(self, message: Message) -> object:
        c = self._characteristic(message, "read")
        self._changed(c.path, CHARACTERISTIC, {"Value": Variant("ay", c.value)})
        return "ay", [c.value]

    def _do_write_value(self, message: Message) -> None:
        c = self._characteristic(message, "write")
        if c.on_write is not None:
            c.on_write(bytes(message.body[0]))

    def _do_start_notify(self, message: Message) -> None:
        c = self._characteristic(message, "")
        if not _notifies(c):
            raise BluezError("NotSupported", "Operation is not supported")
        if message.sender not in c.subscribers:
            c.subscribers.append(message.sender)
            self._changed(c.path, CHARACTERISTIC, {"Notifying": Variant("b", True)})

    def _do_stop_notify(self, message: Message) -> None:
        c = self._characteristic(message, "")
        if message.sender not in c.subscribers:
            raise BluezError("Failed", "No notify session started")
        self._unsubscribe(c, message.sender)

    async def _do_acquire_notify(self, message: Message) -> object:
        p, c = self._peripheral(message), self._characteristic(message, "notify")
        c.acquired, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        c.acquired.setblocking(False)
        self._changed(c.path, CHARACTERISTIC, {"NotifyAcquired": Variant("b", True)})
        with theirs:  # a copy goes with the message
            await self._bus.send(Message.new_method_return(message, "hq", [0, p.mtu], [theirs.fileno()]))
        return NO_REPLY

    def _release(self, c: Characteristic) -> None:
        if c.acquired is not None:
            c.acquired.close()
            c.acquired = None
            self._changed(c.path, CHARACTERISTIC, {"NotifyAcquired": Variant("b", False)})

    def _unsubscribe(self, c: Characteristic, sender: str) -> None:
        c.subscribers.remove(sender)
        if not c.subscribers and c.path in self._objects:
            self._changed(c.path, CHARACTERISTIC, {"Notifying": Variant("b", False)})


NO_REPLY = object()


def _notifies(c: Characteristic) -> bool:
    return "notify" in c.flags or "indicate" in c.flags
