"""The fake daemon on a thread of its own, and a real link beside it: what the tests of the radio share."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from atp_frames import DATA, FORCE, IMU6
from fake_bluez import FakeBluez
from fake_peripheral import BluezError
from fake_sensors import Sensor
from private_bus import PrivateBus

from ankletest.device import LINK, Choice, Item, Notice, Notification
from ankletest.recording.writer import Recorder
from ankletest.samples import G, Side
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.reconnect import Patience
from drivers.source import Put, Source, Tell
from drivers.transports.ble import aerial
from drivers.visits import read_recording
from tests.seen import Seen

SHORT = {"duration_s": 1.0, "lead_in_s": 0.2, "countdown_s": 0.2, "mass_kg": 720.0 / G}
"""A test that is over soon."""
PIECE = 37
"""Notifications that a replay is fed at once."""
PAD, FOOT = "F0:F1:F2:F3:F4:01", "F0:F1:F2:F3:F4:02"
OTHER_FOOT, SHANK = "F0:F1:F2:F3:F4:03", "F0:F1:F2:F3:F4:04"
"""Of two more motion sensors, which are there when `Air.more` was called."""


class Air:
    """A private bus with a fake BlueZ, a pad and a foot sensor."""

    def __enter__(self) -> Self:
        self.bus = PrivateBus().__enter__()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake bluez", daemon=True)
        self._thread.start()
        self.boot()
        return self

    def boot(self) -> None:
        """Start a daemon; after a crash, a new one that knows nothing."""
        self.bluez = FakeBluez()
        self.pad = Sensor(self.bluez, FORCE, "ANKLETEST-PAD-0001", PAD)
        self.foot = Sensor(self.bluez, IMU6, "ANKLETEST-IMU-0002", FOOT)
        asyncio.run_coroutine_threadsafe(self.bluez.start(self.bus.address), self._loop).result(10)

    def more(self) -> None:
        """Switch two more motion sensors on."""
        for name, address in (("ANKLETEST-IMU-0003", OTHER_FOOT), ("ANKLETEST-IMU-0004", SHANK)):
            self.do(Sensor, self.bluez, IMU6, name, address)

    def do(self, action: Callable[..., object], *args: object) -> None:
        """Do something on the daemon's loop and wait for it."""

        async def act() -> None:
            action(*args)

        asyncio.run_coroutine_threadsafe(act(), self._loop).result(10)

    def fail(self, method: str, name: str, text: str = "") -> None:
        """Let the daemon answer a method with an error from now on."""
        self.bluez.faults[method] = BluezError(name, text)

    def refuse(self, sensor: Sensor, text: str) -> None:
        """Let a sensor refuse connections."""
        sensor.peripheral.refusal = BluezError("Failed", text)

    def crash(self) -> None:
        asyncio.run_coroutine_threadsafe(self.bluez.crash(), self._loop).result(10)

    def __exit__(self, *_: object) -> None:
        self.crash()

        async def rest() -> None:
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        asyncio.run_coroutine_threadsafe(rest(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
        self.bus.__exit__(None, None, None)


class Timed:
    """A source whose way from the radio's callback to the queue is measured (`drivers.source.Source`)."""

    def __init__(self, source: Source, queued_ns: list[int]) -> None:
        self._source, self._queued_ns = source, queued_ns

    async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:
        def timed(notification: Notification) -> None:
            put(notification)
            self._queued_ns.append(time.monotonic_ns() - notification.received_ns)

        await self._source.run(timed, tell, stop)

    def operator(self, event: Mapping[str, object], received_ns: int) -> None:
        self._source.operator(event, received_ns)


class Visit:
    """A started link as the window uses it: recorded, drained into a session, and replayed in the end."""

    def __init__(self, choices: Sequence[Choice], path: Path, patience: Patience) -> None:
        self.path = path
        self.items: list[Item] = []
        self.queued_ns: list[int] = []
        self.hub = Hub(
            MODELS,
            recorder=Recorder,
            read=read_recording,
            aerial=lambda chosen: [Timed(source, self.queued_ns) for source in aerial(chosen, patience)],
        )
        self.seen = Seen()
        self.link = self.hub.open(choices, record=path, session={"session": "radio"})
        self.link.start()

    def drain(self) -> None:
        items = self.link.drain()
        for item in items:
            if isinstance(item, BaseException):
                raise item
        self.items += items
        self.seen.feed([item for item in items if isinstance(item, Notification)])

    def until(self, condition: Callable[[], bool], within_s: float = 5.0) -> None:
        """Drain, as a window does, until something is so."""
        end = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < end, f"not within {within_s} s; said: {[i for i in self.items if isinstance(i, Notice)]}"
            time.sleep(0.005)  # the radio is real here: sockets, threads, time
            self.drain()

    def test(self, exam: str = "stance", **asked: float) -> None:
        """Begin a test."""
        setup = Setup(exam, Side.LEFT, trial=f"{len(self.seen.finished)}", **{**SHORT, **asked})
        self.link.post({"event": "start", "setup": setup.as_json()})

    @property
    def phase(self) -> str:
        """Of the test that is going on."""
        run = self.seen.session.run
        return run.phase.name if run is not None else ""

    def stop(self) -> float:
        """Stop, and return how long it took, s."""
        before = time.monotonic()
        self.link.stop()
        took_s = time.monotonic() - before
        self.drain()
        return took_s

    def replayed(self) -> Seen:
        """Return what a session makes of the recording, in other pieces than those of the live one."""
        again = Seen()
        playback = self.hub.replay(self.path, speed=0.0)
        heard: list[Notification] = []
        playback.start()
        while not playback.finished:
            heard += [item for item in playback.drain() if isinstance(item, Notification)]
        playback.stop()
        assert heard == self.notifications
        for at in range(0, len(heard), PIECE):
            again.feed(heard[at : at + PIECE])
        again.finish()
        return again

    @property
    def notifications(self) -> list[Notification]:
        return [item for item in self.items if isinstance(item, Notification)]

    def payloads(self, device: str, characteristic: str) -> list[bytes]:
        return [n.payload for n in self.notifications if (n.device, n.characteristic) == (device, characteristic)]

    def states(self, device: str) -> list[str]:
        return [json.loads(payload)["state"] for payload in self.payloads(device, LINK)]

    def streams(self, *devices: str, more_than: int = 20) -> Callable[[], bool]:
        """Return a condition: all of them are streaming and have sent more than so many frames from now on."""
        before = {device: len(self.payloads(device, DATA)) for device in devices}
        return lambda: all(
            self.states(device)[-1:] == ["streaming"] and len(self.payloads(device, DATA)) > before[device] + more_than
            for device in devices
        )

    def said(self, device: str) -> str:
        return " ".join(f"{item.message} {item.hint}" for item in self.items if isinstance(item, Notice) and item.device == device)
