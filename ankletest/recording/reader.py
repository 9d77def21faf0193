"""Reads recordings in the order they were written and says what is wrong with them; it decodes nothing and plays nothing."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mcap.writer import MCAP0_MAGIC

from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.errors import RecordingError
from ankletest.recording import chunks, layout
from ankletest.recording.keyhole import KEYHOLE, Keyhole
from ankletest.recording.sealed import Sealed, looks_sealed
from ankletest.samples import Side, Site

RESCUE_LIMIT = 2 << 30
"""So much of a damaged file is read into memory to look for what is sound, bytes: days of recording."""
TRACE_BYTES = 1 << 16
"""Where a file does not start like a recording, so much of its start is searched for one."""


@dataclass(frozen=True, slots=True)
class RecordedDevice:
    """A device by the open event; ``rate_hz`` is what was asked of it, None when nothing was."""

    device: str
    model: str
    title: str
    site: Site
    side: Side | None
    serial: str
    rate_hz: float | None


class Recording:
    """A recording on the disk, checked when it was opened; make it with ``Recording.open``.

    Everything it gives has passed a checksum. It holds no file open, and one chunk in memory at a time.
    """

    def __init__(self, path: Path, survey: chunks.Survey, sealed: Sealed | None) -> None:
        self._path = path
        self._bytes = _opener(path, sealed)
        self.encrypted = sealed is not None
        self._chunks = tuple(survey.chunks)
        self._channels = dict(survey.channels)
        self._exact = survey.ended and not survey.bad
        first = self._first()
        # Where the chunk with the open event is lost, its copy in the metadata stands in for it.
        self._stand_in = survey.opening if first is None else None
        opening = first or survey.opening
        if opening is None:
            raise _foreign(path.name)
        self._session = _session(opening, path.name)
        self._opened_ns = opening.received_ns
        last_ns, count, after = self._count(self._chunks[-1:] if self._exact else self._chunks)
        missing = 0 if self._exact else max(survey.total or 0, after) - count
        self._duration_s = max(0, last_ns - self._opened_ns) / 1e9
        seals = sealed.damage if sealed else ()
        self._damage = " ".join([*_damage(survey, missing, self._duration_s, path), *seals, *survey.losses])

    @classmethod
    def open(cls, path: Path, keyhole: Keyhole = KEYHOLE) -> "Recording":
        """Open and check a recording, plain or encrypted.

        Raises
        ------
        RecordingLocked
            It is encrypted, and the store with its key is locked.
        RecordingError
            There is nothing in it that can be used.
        """
        try:
            sealed = Sealed.examine(path, keyhole) if is_encrypted(path) else None
            return cls(path, _survey(path, _opener(path, sealed)), sealed)
        except OSError as error:
            raise _unreadable(path, error) from error

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def session(self) -> Mapping[str, object]:
        """Fields of the open event (docs/recording-format.md)."""
        return self._session

    @property
    def opened_ns(self) -> int:
        """Host time of the open event."""
        return self._opened_ns

    @property
    def duration_s(self) -> float:
        """Seconds from the open event to the last notification."""
        return self._duration_s

    @property
    def complete(self) -> bool:
        """True when it was sealed and every checksum agrees."""
        return not self._damage

    @property
    def damage(self) -> str:
        """What is wrong or missing, in a sentence or two; empty when complete."""
        return self._damage

    @property
    def devices(self) -> tuple[RecordedDevice, ...]:
        """The devices of the open event."""
        entries = self._session.get("devices", [])
        if not isinstance(entries, list):
            raise RecordingError(f"The list of devices in {self._path.name} is not one.", hint="The file was not written by this program.")
        return tuple(_device(entry, self._path.name) for entry in entries)

    def raw(self) -> BinaryIO:
        """Return the bytes of the plain recording as a file to read, decrypted on the way where it is encrypted."""
        return self._bytes()

    def sha256(self) -> str:
        """Return the SHA-256 of the file, in hex."""
        try:
            with self._path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise _unreadable(self._path, error) from error

    def notifications(self) -> Iterator[Notification]:
        """Yield every notification in file order, the open event first. That order is the truth for a replay, not the times."""
        for batch in self.batches():
            yield from batch

    def batches(self) -> Iterator[list[Notification]]:
        """Yield the same notifications as lists, a flush each: cheaper for who takes many at once."""
        if self._stand_in is not None:
            yield [self._stand_in]
        for numbered in self._lists(self._chunks, exact=self._exact):
            yield [n for _, n in numbered]

    def _lists(self, wanted: Sequence[chunks.ChunkAt], *, exact: bool) -> Iterator[list[tuple[int, Notification]]]:
        channels = dict(self._channels)
        after = 0
        for records in self._unpacked(wanted):
            try:
                numbered = list(chunks.messages(records, channels))
            except chunks.Unsound as error:
                raise RecordingError(f"{self._path.name} was changed by another program: a channel has no name.", _COPY_HINT) from error
            for number, _ in numbered:
                if number < after or (exact and number != after):
                    raise RecordingError(
                        f"{self._path.name} was changed by another program: its order is not that of the session.", _COPY_HINT
                    )
                after = number + 1
            if numbered:
                yield numbered

    def _unpacked(self, wanted: Sequence[chunks.ChunkAt]) -> Iterator[bytes]:
        try:
            with self._bytes() as file:
                for at in wanted:
                    file.seek(at.offset)
                    yield chunks.unpack(file.read(at.length))
        except OSError as error:
            raise _unreadable(self._path, error) from error
        except chunks.Unsound as error:
            raise RecordingError(
                f"{self._path.name} changed while it was read.", hint="Try again when nothing else writes to it."
            ) from error

    def _first(self) -> Notification | None:
        """Return the notification with the number 0 where its chunk is sound."""
        for records in self._unpacked(self._chunks[:1]):
            try:
                for number, n in chunks.messages(records, dict(self._channels)):
                    return n if number == 0 else None
            except chunks.Unsound as error:
                raise _foreign(self._path.name) from error
        return None

    def _count(self, wanted: Sequence[chunks.ChunkAt]) -> tuple[int, int, int]:
        """Return the last received time, how many notifications there are, and the number after the last one."""
        last_ns, count, after = self._opened_ns, int(self._stand_in is not None), 0
        for numbered in self._lists(wanted, exact=False):
            last_ns = max(last_ns, *(n.received_ns for _, n in numbered))
            count += len(numbered)
            after = numbered[-1][0] + 1
        return last_ns, count, after


_COPY_HINT = "Use the original file."


def is_encrypted(path: Path) -> bool:
    """Tell whether a file is an encrypted recording; raises ``OSError`` when it cannot be read."""
    with path.open("rb") as file:
        start = file.read(TRACE_BYTES)
    return not start.startswith(MCAP0_MAGIC) and looks_sealed(start)


def _opener(path: Path, sealed: Sealed | None) -> Callable[[], BinaryIO]:
    return sealed.open if sealed else lambda: path.open("rb")


def _survey(path: Path, opener: Callable[[], BinaryIO]) -> chunks.Survey:
    with opener() as file:
        start = file.read(TRACE_BYTES)
        if not start:
            raise RecordingError(f"{path.name} is empty.", hint="Nothing was recorded in it; choose another file.")
        if not start.startswith(MCAP0_MAGIC) and chunks.ZSTD not in start:
            raise _foreign(path.name)
        file.seek(0)
        found = chunks.survey(file)
        if found.ended and not found.bad:
            return found
        file.seek(0)
        # Asked for by size: a request for the limit itself would set that much memory aside for the smallest file.
        return chunks.rescue(file.read(min(RESCUE_LIMIT, path.stat().st_size)), found)


def _session(opening: Notification, name: str) -> Mapping[str, object]:
    fields = layout.json_object(opening.payload)
    if (opening.device, opening.characteristic) != (OPERATOR, EVENT) or fields is None or fields.get("event") != "open":
        raise _foreign(name)
    version = fields.get("format")
    if not isinstance(version, int) or version < 1:
        raise _foreign(name)
    if version > layout.FORMAT:
        raise RecordingError(
            f"{name} is a recording of format {version}; this program reads up to format {layout.FORMAT}.",
            hint="Update ankletest, then open it again.",
        )
    return fields


def _damage(survey: chunks.Survey, missing: int, duration_s: float, path: Path) -> list[str]:
    if survey.ended and not survey.bad:
        return []
    if survey.data_sound:
        return ["The index at the end of the recording is damaged or cut off; every notification is there."]
    cut = (
        "The recording was cut: what came after the last flush, at most 250 ms, is lost."
        if path.suffix == ".part"
        else f"The end of the recording is missing: what came after {duration_s:.1f} s is lost."
    )
    if not survey.bad:
        return [cut]
    if missing:
        told = f"The recording is damaged: {missing} {'notification is' if missing == 1 else 'notifications are'} missing."
    else:
        told = "The recording is damaged outside its notifications; every one of them is there."
    return [told] if survey.total is not None else [told, cut]


def _device(entry: object, name: str) -> RecordedDevice:
    fields = {str(key): value for key, value in entry.items()} if isinstance(entry, dict) else {}
    side, rate = fields.get("side"), fields.get("rate_hz")
    try:
        return RecordedDevice(
            device=str(fields["device"]),
            model=str(fields["model"]),
            title=str(fields.get("title", fields["model"])),
            site=Site(str(fields["site"])),
            side=None if side is None else Side(str(side)),
            serial=str(fields.get("serial", "")),
            rate_hz=float(rate) if isinstance(rate, (int, float)) else None,
        )
    except (KeyError, ValueError) as error:
        raise RecordingError(
            f"{name} describes a device in a way this program does not know.", hint="Update ankletest, then try again."
        ) from error


def _foreign(name: str) -> RecordingError:
    return RecordingError(
        f"{name} is not a recording of ankletest, or its start is lost.",
        hint="Open a file that ankletest recorded; bring files of other makers in with: ankletest import.",
    )


def _unreadable(path: Path, error: OSError) -> RecordingError:
    if isinstance(error, FileNotFoundError):
        return RecordingError(f"There is no file {path.name}.", hint="Check the name and the folder.")
    if path.is_dir():
        return RecordingError(f"{path.name} is a folder, not a recording.", hint="Choose a file in it.")
    return RecordingError(
        f"{path.name} cannot be read: {error.strerror or error}.", hint="Check that you may read it and that the drive is connected."
    )
