"""What a device's source says to the link about its device: stamped notifications, link states and sentences; not what it does."""

import asyncio
import json
from collections.abc import Callable, Coroutine

from ankletest.device import LINK, Choice, DeviceModel, LinkState, Notice, Notification
from ankletest.errors import DeviceError
from drivers import faults
from drivers.faults import Fault
from drivers.source import Put, Tell


class Talk:
    """What a device's source says to the link: stamped notifications, link states, and sentences for the operator, none twice in a row."""

    def __init__(self, choice: Choice, model: DeviceModel, *, put: Put, tell: Tell, now_ns: Callable[[], int]) -> None:
        self.device = choice.device
        self.heard = 0
        self.streamed = 0
        self._title = f"{model.title} ({choice.device})"
        self._put, self._tell, self._now_ns = put, tell, now_ns
        self._state: tuple[LinkState, str] | None = None
        self._told = ""

    def hear(self, characteristic: str, payload: bytes) -> None:
        """Put a notification; called in the radio's callback, so that the time is that of the arrival."""
        self._put(Notification(self.device, characteristic, self._now_ns(), payload))
        self.heard += 1

    def state(self, state: LinkState, why: str = "") -> None:
        """Put a link notification."""
        if (state, why) == self._state:
            return
        self._state = (state, why)
        payload = json.dumps({"state": state, "why": why}, ensure_ascii=False, separators=(",", ":")).encode()
        self._put(Notification(self.device, LINK, self._now_ns(), payload))
        if state is LinkState.STREAMING:
            self.streamed += 1
            if self._told:
                self._tell(Notice(self.device, "info", f"{self._title} is back." if self.streamed > 1 else f"{self._title} is connected."))
            self._told = ""

    async def until(self, stop: asyncio.Event, keep: Coroutine[object, object, None]) -> None:
        """Keep a device going until stopped; whatever is going on then is broken off."""
        work = asyncio.create_task(keep, name=f"device {self.device}")
        halt = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((work, halt), return_when=asyncio.FIRST_COMPLETED)
        finally:
            halt.cancel()
            work.cancel()
            await asyncio.wait((work, halt))
        self.state(LinkState.STOPPED)
        if not work.cancelled() and (error := work.exception()) is not None:
            raise error

    def fault(self, fault: Fault, detail: str) -> None:
        """Say what is wrong; ``detail`` is what the system said."""
        told = faults.words(fault, self._title, detail)
        self._say(told.message, told.hint, bad=fault is not Fault.NOT_SEEN)

    def trouble(self, error: DeviceError) -> None:
        """Say what a handshake failed of."""
        self._say(error.message, error.hint, bad=True)

    def _say(self, message: str, hint: str, *, bad: bool) -> None:
        if self._state is not None and self._state[0] in (LinkState.STREAMING, LinkState.CONNECTING):
            self.state(LinkState.LOST, message)
        if message != self._told:
            self._told = message
            self._tell(Notice(self.device, "bad" if bad else "warn", message, hint))


async def to_its_end(work: Coroutine[object, object, None]) -> None:
    """Wait for work that a stop in this very moment must not break off: it would leave the device connected, and a socket open."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
