"""What others write recordings with: ``Recorder``, on a thread of its own, and ``Writer``, without one; nothing here is decoded."""

import logging
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from ankletest.device import Notification
from ankletest.errors import RecordingError
from ankletest.recording.keyhole import KEYHOLE
from ankletest.recording.mcap_file import Writer
from ankletest.recording.safe_tail import Sink

__all__ = ["Recorder", "Writer"]

log = logging.getLogger(__name__)

FLUSH_S = 0.25
"""Seconds between flushes, so the most that a crash or a power cut can take."""
WARN_BELOW = 1_000_000_000
"""Free bytes below which the operator is told."""
STOP_BELOW = 200_000_000
"""Free bytes below which the recording is sealed, so that the system itself keeps some room."""
BACKLOG_BYTES = 64 << 20
"""Packed bytes kept in memory while nothing can be written: minutes of the busiest session."""
BACKLOG_ITEMS = 500_000
"""Notifications that may wait for a writer thread that is stuck in the disk."""
CLOSE_PATIENCE_S = 2.0
"""Seconds that closing waits for room on the disk before it leaves the unsealed file."""


class Recorder:
    """A ``Writer`` on a thread of its own: ``put`` only queues, every ``flush_s`` seconds all of it goes to the disk.

    Parameters
    ----------
    path, session, opened_ns
        As for ``Writer``.
    sink
        Makes the file: encrypted while the store is unlocked, unless told otherwise.
    flush_s
        Seconds between flushes.
    warn_below, stop_below
        Free bytes on the drive below which ``trouble`` says so, and below which the recording is sealed.
    backlog_bytes
        Packed bytes kept while nothing can be written; beyond that, new notifications are left out, counted and told.
    free
        Tells the free bytes of the drive of a folder.
    """

    def __init__(
        self,
        path: Path,
        *,
        session: Mapping[str, object],
        opened_ns: int,
        flush_s: float = FLUSH_S,
        warn_below: int = WARN_BELOW,
        stop_below: int = STOP_BELOW,
        backlog_bytes: int = BACKLOG_BYTES,
        sink: Callable[[Path], Sink] = KEYHOLE.sink,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self._path = path
        self._flush_s = flush_s
        self._warn_below, self._stop_below, self._backlog_bytes = warn_below, stop_below, backlog_bytes
        self._free = free
        self._writer = Writer(path, session=session, opened_ns=opened_ns, sink=sink)
        self._queue: deque[Notification] = deque()
        self._dropped = 0  # by the thread
        self._refused = 0  # by put
        self._flushed = self._writer.written
        self._trouble: RecordingError | None = None
        self._bug: Exception | None = None
        self._over = False  # no more is taken by the writer: sealed, or closed
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> RecordingError | None:
        """What the operator should know now: little room, a full disk, a recording that had to be ended; None when all is well."""
        return self._trouble

    @property
    def flushed(self) -> int:
        """Notifications that are safe on the disk, the open event included."""
        return self._flushed

    @property
    def dropped(self) -> int:
        """Notifications that could not be kept."""
        return self._dropped + self._refused

    def put(self, n: Notification) -> None:
        """Queue a notification, from any thread."""
        if self._bug is not None:
            raise self._bug
        if self._ending.is_set():
            raise RecordingError(f"The recording {self._path.name} is closed.", hint="This is a fault of the program; please report it.")
        if self._over or len(self._queue) >= BACKLOG_ITEMS:
            self._refused += 1
            return
        self._queue.append(n)

    def close(self) -> Path:
        """Write what is left, seal the file and return its name.

        On a full disk the file is left unsealed (``.part``) with everything that fitted, and ``RecordingError`` says so.
        """
        self._ending.set()
        self._thread.join()
        if self._bug is not None:
            raise self._bug
        if not self._path.exists() and self._trouble is not None:
            raise self._trouble
        return self._path

    def _run(self) -> None:
        try:
            due = time.monotonic() + self._flush_s
            while not self._ending.wait(max(0.0, due - time.monotonic())):
                due = time.monotonic() + self._flush_s
                self._turn()
            self._turn()
            self._seal()
        except Exception as error:  # noqa: BLE001  the edge of the thread: put and close raise it again
            self._bug = error
            self._writer.abandon()

    def _turn(self) -> None:
        if self._over:
            self._dropped += len(self._queue)
            self._queue.clear()
            return
        room = self._writer.pending < self._backlog_bytes
        for _ in range(len(self._queue)):
            n = self._queue.popleft()
            if room:
                self._writer.write(n)
            else:
                self._dropped += 1
        try:
            self._writer.flush()
            self._flushed = self._writer.written
            self._trouble = self._look_at_room()
            if self._over:
                self._writer.close()
        except RecordingError as error:
            if self._trouble is None or self._trouble.message != error.message:
                log.info("%s", error.message)
            self._trouble = error

    def _look_at_room(self) -> RecordingError | None:
        free = self._free(self._path.parent)
        if free < self._stop_below:
            told = RecordingError(
                f"The recording {self._path.name} was ended: only {free / 1e6:.0f} MB are free.",
                hint="Free some space and start a new session; everything up to now is saved.",
            )
            self._writer.tell_loss("The recording was ended early because the storage was nearly full.")
            self._over = True
            return told
        if free < self._warn_below:
            return RecordingError(f"Only {free / 1e6:.0f} MB are free for recordings.", hint="Free some space before the next session.")
        return None

    def _seal(self) -> None:
        if self.dropped and not self._over:
            self._writer.tell_loss(f"{self.dropped} notifications were not recorded because the storage was full.")
        self._over = True
        patience = time.monotonic() + CLOSE_PATIENCE_S
        while True:
            try:
                self._writer.close()
            except RecordingError as error:
                self._trouble = error
                if time.monotonic() < patience:
                    time.sleep(self._flush_s)
                    continue
                self._writer.abandon()
            return
