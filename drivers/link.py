"""The link thread: runs the sources of one session and records, then queues, what they yield; it never decodes."""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from ankletest.device import LINK, OPERATOR, Item, Notice, Notification
from ankletest.errors import AnkletestError, RecordingError
from ankletest.recording.layout import event_notification, opening
from drivers.source import Source

log = logging.getLogger(__name__)

QUEUE_SIZE = 200_000
"""Items that may wait to be drained: four devices at 200 notifications a second through a window that hangs for four minutes."""
GOODBYE_S = 3.0
"""Time for the sources to say goodbye: BlueZ needs 2.0-2.2 s to end a connection (radio-tests: clean disconnect), in parallel."""


class Recorder(Protocol):
    """What a link needs of a recording being written; it has written the open event itself."""

    @property
    def trouble(self) -> RecordingError | None:
        """Why nothing can be written at the moment, if so."""
        ...

    def put(self, notification: Notification, /) -> None:
        """Take a notification; never waits for a disk."""
        ...

    def close(self) -> Path:
        """Write what is left, seal the file and return where it is."""
        ...


Record = Callable[[Mapping[str, object], int], Recorder]
"""Opens a recorder, given the open event's fields and its host time in ns."""


class Link:
    """The sources of one session on one thread with one event loop (`ankletest.device.Link`).

    The first item is the open event and the last one the close event; times of arrival never decrease.

    Parameters
    ----------
    sources
        Whatever yields notifications.
    session
        Fields of the open event.
    record
        Opens the recorder; None: nothing is recorded.
    now_ns
        The host's monotonic clock; simulated time in tests.
    size
        Notifications that may wait to be drained; beyond, the oldest are let go, counted and told.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        session: Mapping[str, object],
        record: Record | None = None,
        now_ns: Callable[[], int] = time.monotonic_ns,
        size: int = QUEUE_SIZE,
    ) -> None:
        self._sources = tuple(sources)
        self._session = {"event": "open", **session}
        self._record = record
        self._now_ns = now_ns
        self._size = size
        # One lock makes one order: what is recorded n-th is queued n-th, whichever thread it came from.
        self._lock = threading.Lock()
        self._queue: deque[Item] = deque()
        self._spared: list[Item] = []
        self._let_go = 0
        self._let_go_told = 0
        self._newest_ns = 0
        self._sealed = False
        self._recorder: Recorder | None = None
        self._broken = False
        self._told: RecordingError | None = None
        self._recording: Path | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    @property
    def recording(self) -> Path | None:
        """Where the sealed recording is; None before `stop` and where nothing is recorded."""
        return self._recording

    @property
    def let_go(self) -> int:
        """Notifications that were recorded but not handed over because nobody drained."""
        return self._let_go

    def start(self) -> None:
        """Open the recording and start the link thread.

        Raises
        ------
        RecordingError
            The recording cannot be opened; nothing has been started.
        """
        opened_ns = self._now_ns()
        if self._record is not None:
            self._recorder = self._record(self._session, opened_ns)
        self._newest_ns = opened_ns
        self._queue.append(opening(self._session, opened_ns))
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self._thread.start()
        self._ready.wait()

    def post(self, event: Mapping[str, object]) -> None:
        """Put an operator event in order with the notifications, and tell it to the sources."""
        if self._loop is None:
            raise RuntimeError("an event was posted before the link was started")
        with self._lock:
            if self._sealed:
                self._queue.append(Notice(OPERATOR, "warn", f"The session is closed: “{event.get('event', '')}” is not recorded any more."))
                return
            received_ns = max(self._now_ns(), self._newest_ns)
            self._take(event_notification(event, received_ns))
        with suppress(RuntimeError):  # the loop is closed when a stop on another thread was faster: no source is left to tell
            self._loop.call_soon_threadsafe(self._tell_sources, dict(event), received_ns)

    def drain(self) -> list[Item]:
        """Take everything that has arrived; never blocks."""
        with self._lock:
            self._tell_of_trouble()
            lost = self._let_go - self._let_go_told
            self._let_go_told = self._let_go
            told = [Notice("", "bad", f"The screen could not keep up: {lost} notifications were not shown.", self._where())] if lost else []
            items = [*self._spared, *told, *self._queue]
            self._spared.clear()
            self._queue.clear()
        return items

    def stop(self) -> None:
        """Say goodbye to the devices and seal the recording; a second call does nothing."""
        if self._thread is None or self._sealed:
            return
        if self._loop is not None and self._stop is not None:
            with suppress(RuntimeError):  # the thread has died of a bug and its loop is closed; the bug is in the queue
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(GOODBYE_S + 1.0)
        if self._thread.is_alive():
            self._tell(Notice("", "bad", "A device did not let go in time.", "Switch it off and on before it is used again."))
        self._seal()

    # ---- the one place where order is made -----------------------------------------------------------------------------------

    def _put(self, notification: Notification) -> None:
        with self._lock:
            if self._sealed:  # a source that outlived its goodbye: the file is closed, and the live view must not know more
                return
            if notification.received_ns < self._newest_ns:
                # Stamped a moment before an operator event that overtook it on the way here. A recording is sorted by time, so
                # without this a replay could see the two the other way round.
                notification = replace(notification, received_ns=self._newest_ns)
            self._take(notification)

    def _take(self, notification: Notification) -> None:
        """Record, then queue; the lock is held."""
        self._newest_ns = notification.received_ns
        if self._recorder is not None and not self._broken:
            try:
                self._recorder.put(notification)
            except Exception as error:  # noqa: BLE001  a bug on the recorder's thread: told once, and the test goes on without it
                self._broken = True
                self._queue.append(error)
        if len(self._queue) >= self._size:
            self._let_one_go()
        self._queue.append(notification)

    def _tell(self, notice: Notice) -> None:
        with self._lock:
            self._queue.append(notice)

    def _let_one_go(self) -> None:
        oldest = self._queue.popleft()
        if isinstance(oldest, Notification) and oldest.device != OPERATOR and oldest.characteristic != LINK:
            self._let_go += 1
        else:  # a session without its open event, or a bug that nobody hears of, would be worse than a few items too many
            self._spared.append(oldest)

    def _tell_of_trouble(self) -> None:
        if self._recorder is None or self._sealed:  # how the sealing went is told by ``_seal``
            return
        trouble = self._recorder.trouble
        if (trouble and trouble.message) == (self._told and self._told.message):
            return
        self._told = trouble
        if trouble is None:
            self._queue.append(Notice("", "info", "The recording goes on."))
        else:
            self._queue.append(Notice("", "bad", trouble.message, trouble.hint))

    def _where(self) -> str:
        return "The recording is complete: replay it for the whole session." if self._recorder is not None else "Close other programs."

    def _seal(self) -> None:
        with self._lock:
            self._take(event_notification({"event": "close"}, max(self._now_ns(), self._newest_ns)))
            self._tell_of_trouble()
            self._sealed = True
        if self._recorder is None:
            return
        try:
            self._recording = self._recorder.close()
        except RecordingError as error:
            self._tell(Notice("", "bad", error.message, error.hint))
        except Exception as error:  # noqa: BLE001  a bug on the recorder's thread; who drains raises it
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._queue.append(error)

    # ---- on the link thread ----------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:  # noqa: BLE001  the edge of the thread; who drains raises it
            self._fail(error)
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        running = [asyncio.create_task(self._guard(source, self._stop), name=type(source).__name__) for source in self._sources]
        self._ready.set()
        await self._stop.wait()
        if running:
            _, late = await asyncio.wait(running, timeout=GOODBYE_S)
            for task in late:
                log.info("%s did not say goodbye in %.1f s", task.get_name(), GOODBYE_S)
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=0.5)

    async def _guard(self, source: Source, stop: asyncio.Event) -> None:
        try:
            await source.run(self._put, self._tell, stop)
        except AnkletestError as error:
            self._tell(Notice("", "bad", error.message, error.hint))
        except Exception as error:  # noqa: BLE001  the edge of the thread; who drains raises it, the other sources go on
            self._fail(error)

    def _tell_sources(self, event: Mapping[str, object], received_ns: int) -> None:
        for source in self._sources:
            try:
                source.operator(event, received_ns)
            except Exception as error:  # noqa: BLE001  the edge of the thread; who drains raises it
                self._fail(error)
