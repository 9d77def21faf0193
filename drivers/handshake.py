"""Walks a handshake, which is data, over a wire; it knows neither the radio nor what the bytes mean."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import closing
from typing import Protocol

from ankletest.device import Expect, Handshake, Read, Step, Subscribe, Wait, Write
from ankletest.errors import DeviceError, LinkLost

Hear = Callable[[str, bytes], None]
"""Takes a characteristic and a value that came from it, to be recorded as a notification."""

INBOX_SIZE = 64
"""Notifications an inbox remembers: answers come within a few; a stream at full rate must not grow it without end."""


class Wire(Protocol):
    """One connected device. Every notification that it sends is recorded by the wire itself, before anybody else sees it.

    A step that fails raises `DeviceError`; the end of the link raises `LinkLost`.
    """

    async def write(self, characteristic: str, payload: bytes, *, response: bool) -> None:
        """Write bytes, with or without the device's confirmation."""
        ...

    async def read(self, characteristic: str) -> bytes:
        """Read a value."""
        ...

    async def subscribe(self, characteristic: str) -> None:
        """Ask for notifications."""
        ...

    async def expect(self, characteristic: str, prefix: bytes, timeout_s: float) -> bytes:
        """Return the first notification, not yet taken, that starts with ``prefix``."""
        ...

    async def wait(self, seconds: float) -> None:
        """Leave the device time."""
        ...


async def walk(handshake: Handshake, wire: Wire, hear: Hear) -> None:
    """Walk a handshake from its first step to its last.

    A value that was read goes to ``hear`` before the handshake sees it; an expected notification has been recorded by the wire. So
    whatever a handshake learns, a replay can learn too.

    Raises
    ------
    DeviceError
        A step failed and the handshake did not catch it: the error is raised inside the generator, at its ``yield``.
    LinkLost
        The link ended; the handshake is closed and not asked.
    """
    with closing(handshake):
        try:
            step = handshake.send(None)
            while True:
                try:
                    answer = await _take(step, wire, hear)
                except LinkLost:
                    raise
                except DeviceError as error:
                    step = handshake.throw(error)
                else:
                    step = handshake.send(answer)
        except StopIteration:
            return


async def _take(step: Step, wire: Wire, hear: Hear) -> bytes | None:
    match step:
        case Write(characteristic, payload, response):
            await wire.write(characteristic, payload, response=response)
        case Read(characteristic):
            value = await wire.read(characteristic)
            hear(characteristic, value)
            return value
        case Subscribe(characteristic):
            await wire.subscribe(characteristic)
        case Expect(characteristic, prefix, timeout_s):
            return await wire.expect(characteristic, prefix, timeout_s)
        case Wait(seconds):
            await wire.wait(seconds)
    return None


class Inbox:
    """Notifications that nobody expected yet: an answer may come before the write that asks for it is confirmed."""

    def __init__(self) -> None:
        self._arrived: deque[tuple[str, bytes]] = deque(maxlen=INBOX_SIZE)
        self._wanted: tuple[str, bytes, asyncio.Future[bytes]] | None = None

    def hear(self, characteristic: str, payload: bytes) -> None:
        """Take a notification; called where it arrives, on the loop's thread."""
        if self._wanted is not None:
            name, prefix, answer = self._wanted
            if name == characteristic and payload.startswith(prefix) and not answer.done():
                answer.set_result(payload)
                return
        self._arrived.append((characteristic, payload))

    async def take(self, characteristic: str, prefix: bytes, timeout_s: float) -> bytes:
        """Return the oldest notification of ``characteristic`` that starts with ``prefix``, now or within ``timeout_s``.

        Raises
        ------
        TimeoutError
            None came.
        """
        for item in self._arrived:
            if item[0] == characteristic and item[1].startswith(prefix):
                self._arrived.remove(item)
                return item[1]
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._wanted = (characteristic, prefix, answer)
        try:
            async with asyncio.timeout(timeout_s):
                return await answer
        finally:
            self._wanted = None
