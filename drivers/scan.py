"""A scan: advertisements merged into devices that one of the models claims; it knows no radio, that is handed in."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from ankletest.device import Advertisement, DeviceModel, Found, Notice
from ankletest.errors import DeviceError

log = logging.getLogger(__name__)

RETRY_S = 1.0
"""Pause before a radio that could not scan is tried again: somebody has just switched Bluetooth on and watches the list."""
STOP_S = 3.0
"""Longest wait for a scan to end."""

See = Callable[[Advertisement], None]
Watch = Callable[[See, asyncio.Event], Awaitable[None]]
"""Hands over every advertisement until the event is set; raises `DeviceError` when nothing can be received."""


class Sightings:
    """What has been seen so far, from any thread.

    A name or a service may travel in the scan response only, so what an address says is added up and never forgotten.

    Parameters
    ----------
    models
        The catalog; the best score wins, the first of equals.
    practice
        Simulated devices, always there and listed last.
    """

    def __init__(self, models: Sequence[DeviceModel], practice: Sequence[Found] = ()) -> None:
        self._models = tuple(models)
        self._practice = tuple(replace(found, simulated=True) for found in practice)
        self._seen: dict[str, Advertisement] = {}
        self._lock = threading.Lock()

    def see(self, advertisement: Advertisement) -> None:
        """Take an advertisement."""
        with self._lock:
            before = self._seen.get(advertisement.address)
            self._seen[advertisement.address] = advertisement if before is None else merged(before, advertisement)

    def found(self) -> tuple[Found, ...]:
        """Return the devices that a model claims, strongest signal first; simulated devices last."""
        with self._lock:
            seen = tuple(self._seen.values())
        claimed = [found for found in (self._claimed(advertisement) for advertisement in seen) if found is not None]
        claimed.sort(key=lambda found: (-_strength(found.advertisement), found.advertisement.address))
        return (*claimed, *self._practice)

    def _claimed(self, advertisement: Advertisement) -> Found | None:
        scores = [(model.match(advertisement), model.key) for model in self._models]
        score, key = max(scores, key=lambda pair: pair[0], default=(0, ""))
        return Found(advertisement, key, score) if score > 0 else None


def merged(before: Advertisement, now: Advertisement) -> Advertisement:
    """Return what both say; where they differ, the newer is right."""
    return Advertisement(
        address=now.address,
        name=now.name or before.name,
        services=tuple(dict.fromkeys((*before.services, *now.services))),
        manufacturer={**before.manufacturer, **now.manufacturer},
        rssi_dbm=before.rssi_dbm if now.rssi_dbm is None else now.rssi_dbm,
    )


class Scan:
    """A scan going on, on a thread of its own (`ankletest.device.Scan`).

    Parameters
    ----------
    models, practice
        As for `Sightings`.
    watch
        The radio; None: this machine has none, and only simulated devices are found.
    look
        What the system itself is connected to; it needs no radio of ours, and has no problem to tell.
    retry_s
        Pause before a radio that failed is tried again.
    """

    def __init__(
        self,
        models: Sequence[DeviceModel],
        *,
        practice: Sequence[Found] = (),
        watch: Watch | None,
        look: Watch | None = None,
        retry_s: float = RETRY_S,
    ) -> None:
        self._sightings = Sightings(models, practice)
        self._watch = watch
        self._nearby = look
        self._retry_s = retry_s
        self._problem: Notice | None = None
        self._bug: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scan", daemon=True)
        if watch is not None or look is not None:
            self._thread.start()
            self._ready.wait()

    def found(self) -> Sequence[Found]:
        """Return what has been seen so far, strongest first; simulated devices last."""
        return self._sightings.found()

    def problem(self) -> Notice | None:
        """Tell why nothing can be found, if so; gone when the radio works again.

        Raises
        ------
        BaseException
            A bug ended the scan's thread.
        """
        if self._bug is not None:
            raise self._bug
        return self._problem

    def stop(self) -> None:
        """End it; a second call does nothing."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            try:
                self._loop.call_soon_threadsafe(self._stop.set)
            except RuntimeError:  # the thread ended in between, of a bug that `problem` tells
                log.debug("the scan had ended")
            self._thread.join(STOP_S)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:  # noqa: BLE001  the edge of the thread; `problem` raises it
            self._bug = error
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        halt = asyncio.create_task(self._stop.wait())
        work = asyncio.create_task(self._both(self._stop))
        await asyncio.wait((work, halt), return_when=asyncio.FIRST_COMPLETED)
        if not work.done():  # a radio that has just been asked to stop gets a moment to end its scan
            await asyncio.wait((work,), timeout=STOP_S / 2)
        for task in (work, halt):
            task.cancel()
        _, result = await asyncio.gather(halt, work, return_exceptions=True)
        if isinstance(result, Exception):
            raise result

    async def _both(self, stop: asyncio.Event) -> None:
        """Look on the air and nearby until both have ended; a bug of one ends the other."""
        looking = [asyncio.create_task(self._look(stop)), asyncio.create_task(self._look_nearby(stop))]
        try:
            done, _ = await asyncio.wait(looking, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            for task in looking:
                task.cancel()
            await asyncio.gather(*looking, return_exceptions=True)

    async def _look(self, stop: asyncio.Event) -> None:
        if self._watch is None:
            return
        while not stop.is_set():
            try:
                await self._watch(self._see, stop)
            except DeviceError as error:
                self._problem = Notice("", "bad", error.message, error.hint)
                await asyncio.sleep(self._retry_s)

    async def _look_nearby(self, stop: asyncio.Event) -> None:
        if self._nearby is not None:
            await self._nearby(self._sightings.see, stop)

    def _see(self, advertisement: Advertisement) -> None:
        self._problem = None
        self._sightings.see(advertisement)


def _strength(advertisement: Advertisement) -> float:
    return float("-inf") if advertisement.rssi_dbm is None else float(advertisement.rssi_dbm)
