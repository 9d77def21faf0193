"""A scripted source and a recorder in memory: what the tests of the link share."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from ankletest.device import EVENT, Item, Notice, Notification
from ankletest.errors import RecordingError
from drivers.link import Link
from drivers.source import Put, Source, Tell

SESSION = {"devices": [{"device": "pad", "model": "m", "site": "pad"}]}


class Scripted:
    """A source that runs a coroutine function, and then waits to be stopped."""

    def __init__(self, work: Callable[[Put, Tell], Awaitable[None]] | None = None, *, lingers_s: float = 0.0) -> None:
        self.told: list[tuple[dict[str, object], int, str]] = []
        self.done = threading.Event()
        self._work = work
        self._lingers_s = lingers_s

    async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:
        if self._work is not None:
            await self._work(put, tell)
        self.done.set()
        await stop.wait()
        await asyncio.sleep(self._lingers_s)

    def operator(self, event: Mapping[str, object], received_ns: int) -> None:
        self.told.append((dict(event), received_ns, threading.current_thread().name))


class KeptRecorder:
    """A recorder in memory; ``trouble`` and what goes wrong are set by the test."""

    def __init__(self, session: Mapping[str, object], opened_ns: int) -> None:
        self.session, self.opened_ns = session, opened_ns
        self.kept: list[Notification] = []
        self.closed = 0
        self.trouble: RecordingError | None = None
        self.put_bug: Exception | None = None
        self.close_error: Exception | None = None

    def put(self, notification: Notification, /) -> None:
        if self.put_bug is not None:
            raise self.put_bug
        self.kept.append(notification)

    def close(self) -> Path:
        self.closed += 1
        if self.close_error is not None:
            raise self.close_error
        return Path("visit.mcap")


def opened(recorders: list[KeptRecorder]) -> Callable[[Mapping[str, object], int], KeptRecorder]:
    def record(session: Mapping[str, object], opened_ns: int) -> KeptRecorder:
        recorders.append(KeptRecorder(session, opened_ns))
        return recorders[-1]

    return record


def frames(count: int, *, device: str = "pad", first_ns: int = 1_000) -> list[Notification]:
    return [Notification(device, "data", first_ns + i, i.to_bytes(4, "little")) for i in range(count)]


def putting(items: list[Notification]) -> Callable[[Put, Tell], Awaitable[None]]:
    async def work(put: Put, _: Tell) -> None:
        for item in items:
            put(item)

    return work


def visit(source: Source | None = None, *, now_ns: Callable[[], int] = lambda: 500, **rest: object) -> Link:
    return Link([source] if source else [], session=SESSION, now_ns=now_ns, **rest)


def whole(link: Link, source: Scripted) -> list[Item]:
    """Start a link, let its source finish, stop, and return everything."""
    link.start()
    source.done.wait(5)
    link.stop()
    return link.drain()


def events(items: list[Item]) -> list[str]:
    return [json.loads(i.payload)["event"] for i in items if isinstance(i, Notification) and i.characteristic == EVENT]


def notices(items: list[Item]) -> list[Notice]:
    return [item for item in items if isinstance(item, Notice)]


def bugs(items: list[Item]) -> list[str]:
    return [repr(item) for item in items if isinstance(item, BaseException)]
