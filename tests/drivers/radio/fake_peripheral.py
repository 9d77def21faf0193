"""Devices on the fake's air: what they offer, and what can be done to them."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from dbus_fast import Message


class BluezError(Exception):
    """An error reply."""

    def __init__(self, name: str, text: str = "") -> None:
        super().__init__(text)
        self.name = f"org.bluez.Error.{name}"
        self.text = text


@dataclass
class Characteristic:
    """What a peripheral offers; ``on_write`` and ``on_read`` may raise `BluezError`."""

    uuid: str
    flags: tuple[str, ...]
    value: bytes = b""
    on_write: Callable[[bytes], None] | None = None
    path: str = ""
    subscribers: list[str] = field(default_factory=list)
    acquired: socket.socket | None = None


@dataclass
class Peripheral:
    """A device on the fake's air. The second block is what can be done to it, the third its state."""

    address: str
    name: str
    services: dict[str, list[Characteristic]]

    advertising: bool = True
    connect_s: float = 0.005
    resolve_s: float = 0.01
    disconnect_s: float = 0.0  # the real daemon takes about 2 s
    refusal: BluezError | None = None
    connect_hangs: bool = False
    drops_in_discovery: bool = False
    aborts_once: bool = False
    never_resolves: bool = False
    mtu: int = 247
    lenient: bool = False  # lets itself be read and written where it does not offer that

    path: str = ""
    known: bool = False
    connected: bool = False
    exported: bool = False
    pending: Message | None = None
    due: float = 0.0
    heard: float = 0.0

    @property
    def characteristics(self) -> list[Characteristic]:
        return [c for offered in self.services.values() for c in offered]
