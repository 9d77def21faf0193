"""The tree of objects that a daemon shows on its bus, and the signals that tell of its changes; not what a Bluetooth daemon does."""

from dbus_fast import Message, Variant
from dbus_fast.aio import MessageBus

PROPERTIES, OBJECTS = "org.freedesktop.DBus.Properties", "org.freedesktop.DBus.ObjectManager"

Interfaces = dict[str, dict[str, Variant]]


class Objects:
    """Objects by their paths; each change is kept and signalled. ``_bus`` is set by who owns the bus."""

    _bus: MessageBus

    def __init__(self, objects: dict[str, Interfaces]) -> None:
        self._objects = objects

    def _signal(self, path: str, interface: str, member: str, signature: str, body: list[object]) -> None:
        if self._bus.connected:
            self._bus.send(Message.new_signal(path, interface, member, signature, body))

    def _changed(self, path: str, interface: str, values: dict[str, Variant], gone: tuple[str, ...] = ()) -> None:
        kept = self._objects[path][interface]
        kept.update(values)
        for name in gone:
            kept.pop(name, None)
        self._signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [interface, values, list(gone)])

    def _add(self, path: str, interfaces: Interfaces) -> None:
        self._objects[path] = interfaces
        self._signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", [path, {**interfaces, PROPERTIES: {}}])

    def _remove(self, path: str) -> None:
        interfaces = self._objects.pop(path)
        self._signal("/", OBJECTS, "InterfacesRemoved", "oas", [path, [PROPERTIES, *interfaces]])
