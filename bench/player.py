"""Plays a recording that was made before through a real link: its thread, its recorder and its queue; nothing is simulated meanwhile."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ankletest.device import OPERATOR, Choice, DeviceModel, Item, Link, Notification, Playback, Scan
from ankletest.recording.writer import Recorder
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.source import Put, Tell
from drivers.transports.simulator import PRACTICE_CHOICES
from drivers.visits import read_recording

WORN = {"stance": ("pad", "foot-left", "lumbar"), "hops": ("pad", "foot-left", "foot-right")}
CHOICES = {exam: tuple(choice for choice in PRACTICE_CHOICES if choice.device in worn) for exam, worn in WORN.items()}
"""By exam: a pad at 1000 Hz and two motion sensors at 200 Hz."""


class Player:
    """Notifications of devices, each put when its time has come and stamped then, as a callback of the radio does."""

    def __init__(self, items: Sequence[Notification]) -> None:
        self._items = [item for item in items if item.device != OPERATOR]
        self._first_ns = items[0].received_ns

    async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:  # noqa: ARG002  nothing goes wrong that has to be told
        """Put what is due until it is stopped or everything has been put."""
        began_ns = time.monotonic_ns()
        for item in self._items:
            wait_ns = began_ns + item.received_ns - self._first_ns - time.monotonic_ns()
            if wait_ns > 0:
                await asyncio.sleep(wait_ns * 1e-9)
            if stop.is_set():
                return
            put(Notification(item.device, item.characteristic, time.monotonic_ns(), item.payload))
        await stop.wait()

    def operator(self, event: Mapping[str, object], received_ns: int) -> None:
        """Do nothing: whoever is in a recording has acted already."""


class Tap:
    """A link that tells what is drained from it."""

    def __init__(self, link: Link, told: Callable[[Sequence[Item]], None]) -> None:
        self._link, self._told = link, told
        self.start, self.post, self.stop = link.start, link.post, link.stop

    def drain(self) -> list[Item]:
        items = self._link.drain()
        self._told(items)
        return items


class PlayerHub:
    """A hub whose devices are those of a recording."""

    def __init__(self, recording: Path, told: Callable[[Sequence[Item]], None]) -> None:
        items = read_recording(recording)
        self._told = told
        self._hub = Hub(MODELS, recorder=Recorder, read=read_recording, simulate=lambda _: Player(items))

    @property
    def models(self) -> Sequence[DeviceModel]:
        return self._hub.models

    def scan(self) -> Scan:
        return self._hub.scan()

    def open(self, choices: Sequence[Choice], *, record: Path | None, session: Mapping[str, object]) -> Link:
        return Tap(self._hub.open(choices, record=record, session=session), self._told)

    def replay(self, recording: Path, *, speed: float) -> Playback:
        return self._hub.replay(recording, speed=speed)
