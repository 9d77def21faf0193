"""Writes a recording in the caller's thread; the thread and the care for room on the disk are in ``writer``."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, cast

from mcap.writer import CompressionType
from mcap.writer import Writer as McapWriter

from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.errors import RecordingError
from ankletest.places import sync_folder
from ankletest.recording import layout
from ankletest.recording.safe_tail import SafeTail, Sink

RENAME_TRIES = 20
"""A virus scanner may hold a new file for a moment on Windows."""


class Writer:
    """Writes one recording: ``<name>.part`` until ``close`` seals it and gives it its name.

    Parameters
    ----------
    path
        Name of the sealed file; neither it nor its ``.part`` may exist.
    session
        Fields of the open event, without the names of persons; ``event``, ``format`` and ``program`` are added.
    opened_ns
        Host time of the opening.
    first
        The open event itself instead of ``session``, to copy a recording.
    part
        Name while it is not sealed, ``<name>.part`` unless told otherwise.
    sink
        Makes the file.
    """

    def __init__(
        self,
        path: Path,
        *,
        session: Mapping[str, object] | None = None,
        opened_ns: int = 0,
        first: Notification | None = None,
        part: Path | None = None,
        sink: Callable[[Path], Sink] = SafeTail.create,
    ) -> None:
        self._path = path
        self._part = part or part_of(path)
        if path.exists():
            raise RecordingError(
                f"There is already a recording {path.name}.", hint="Choose another name; recordings are never overwritten."
            )
        try:
            self._sink = sink(self._part)
        except FileExistsError as error:
            raise RecordingError(
                f"There is already an unfinished recording {self._part.name}.", hint="Restore it or choose another name."
            ) from error
        except OSError as error:
            raise layout.write_trouble(error, path.name) from error
        self._mcap = McapWriter(
            # mcap asks for IO and uses write, tell and flush of it.
            cast("IO[bytes]", self._sink),
            chunk_size=layout.CHUNK_BYTES,
            compression=CompressionType.ZSTD,
            enable_data_crcs=True,
        )
        self._channels: dict[tuple[str, str], int] = {}
        self._schemas: dict[str, int] = {}
        self._written = 0
        self._fresh: list[tuple[str, Mapping[str, str]]] = []  # told since the last flush
        self._due: list[tuple[str, Mapping[str, str]]] = []  # told in the last flush, and again in the next
        self._finished = False
        self._sealed = False
        opening = layout.opening(session or {}, opened_ns) if first is None else first
        self._mcap.start(profile=layout.PROFILE)
        # A second copy outside the chunks: without the open event nobody could decode the rest.
        fields = {"received_ns": str(opening.received_ns), "json": opening.payload.decode()}
        self._tell(layout.META_OPEN, fields)
        self.write(opening)
        try:
            self.flush()
        except RecordingError:
            self._sink.close()
            self._part.unlink(missing_ok=True)
            raise

    @property
    def written(self) -> int:
        """Notifications taken so far, the open event included."""
        return self._written

    @property
    def pending(self) -> int:
        """Packed bytes that wait for the disk."""
        return self._sink.pending

    def write(self, n: Notification) -> None:
        """Take a notification; it is safe after the next ``flush``."""
        if len(n.payload) > layout.PAYLOAD_LIMIT or not 0 <= n.received_ns < layout.TIME_LIMIT_NS:
            raise RecordingError(
                f"A notification of {n.device} with {len(n.payload)} bytes at {n.received_ns} ns does not fit into a recording.",
                hint="This is a fault of the program; please report it.",
            )
        key = (n.device, n.characteristic)
        channel = self._channels.get(key) or self._register(key)
        self._mcap.add_message(channel, log_time=n.received_ns, data=n.payload, publish_time=n.received_ns, sequence=self._written)
        self._written += 1

    def tell_loss(self, sentence: str) -> None:
        """Write into the file that something is missing from it, and why."""
        self._mcap.add_metadata(layout.META_LOSS, layout.guarded({"what": sentence}))

    def flush(self) -> None:
        """Bring everything to the disk; raises ``RecordingError`` and keeps it in memory when that fails: flush again later."""
        self._tell_again()
        try:
            self._mcap.flush()  # type: ignore[no-untyped-call]  # mcap gives no types for it
        except OSError as error:
            raise layout.write_trouble(error, self._path.name) from error

    def close(self) -> Path:
        """Seal the file and give it its name; after a ``RecordingError`` (full disk) it may be called again."""
        if self._sealed:
            return self._path
        if not self._finished:
            self._tell_again()
            self._mcap.finish()  # type: ignore[no-untyped-call]  # mcap gives no types for it
            self._finished = True
            self._sink.end()
        try:
            self._sink.flush()
            self._sink.close()
            rename(self._part, self._path)
            sync_folder(self._path.parent)
        except OSError as error:
            raise layout.write_trouble(error, self._path.name) from error
        self._sealed = True
        return self._path

    def abandon(self) -> None:
        """Close the file unsealed, as a crash would leave it."""
        self._sink.close()

    def _tell(self, name: str, fields: Mapping[str, str]) -> None:
        self._mcap.add_metadata(name, layout.guarded(fields))
        self._fresh.append((name, fields))

    def _tell_again(self) -> None:
        """Repeat what the last flush told: encrypted, a flush is lost as a whole, and the copies in it with it."""
        for name, fields in self._due:
            self._mcap.add_metadata(name, layout.guarded(fields))
        self._due, self._fresh = self._fresh, []

    def _register(self, key: tuple[str, str]) -> int:
        event = key == (OPERATOR, EVENT)
        name, encoding, text = layout.EVENT_SCHEMA if event else layout.RAW_SCHEMA
        if name not in self._schemas:
            self._schemas[name] = self._mcap.register_schema(name, encoding, text)
        fields = {"device": key[0], "characteristic": key[1]}
        channel = self._mcap.register_channel(layout.topic_of(*key), "json" if event else layout.RAW_ENCODING, self._schemas[name], fields)
        # A second copy outside the chunks: one flipped bit in the chunk that brings a channel must not cost the whole channel.
        self._tell(layout.META_CHANNEL, {"id": str(channel), **fields})
        self._channels[key] = channel
        return channel


def part_of(path: Path) -> Path:
    """Return the name of a recording while it is not sealed."""
    return path.with_name(path.name + ".part")


def rename(part: Path, path: Path, *, over: bool = False) -> None:
    """Give a written file its name; ``over`` whatever is there."""
    take = part.replace if over else part.rename
    for left in reversed(range(RENAME_TRIES)):
        try:
            take(path)
            break
        except PermissionError:
            if not left:
                raise
            time.sleep(0.05)
