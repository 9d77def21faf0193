"""Reads the encrypted form of a recording: finds its frames, says what was done to them, and gives the bytes inside as a file."""

import bisect
import io
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from cryptography.exceptions import InvalidTag

from ankletest.errors import RecordingError
from ankletest.recording.frames import BLOCK_SIZE, FRAME_MARK, HEAD_SIZE, KEY_MARK, TAG_BYTES, VERSION, FileCipher, Head, KeyBlock
from ankletest.recording.keyhole import Keyhole


@dataclass(frozen=True, slots=True)
class FrameAt:
    """A frame that passed its seal, where its ciphertext is in the file, and where its bytes are in the recording, gaps closed up."""

    head: Head
    at: int
    start: int

    @property
    def length(self) -> int:
        """Bytes inside."""
        return self.head.length - TAG_BYTES


class Sealed:
    """An encrypted recording that was checked from end to end; make it with ``Sealed.examine``.

    Frames are given in the order of their numbers, each once, whatever their order in the file; ``damage`` says what was not as written.
    It keeps no key: every ``open`` asks the keyhole again, so a locked store closes what was open before.
    """

    def __init__(self, path: Path, block: KeyBlock, keyhole: Keyhole, found: "_Found") -> None:
        self._path = path
        self._block = block
        self._keyhole = keyhole
        self._frames = _in_order(found.frames)
        self.damage = _told(found, self._frames)
        self.size = self._frames[-1].start + self._frames[-1].length if self._frames else 0

    @classmethod
    def examine(cls, path: Path, keyhole: Keyhole) -> "Sealed":
        """Check every frame; raises ``RecordingError`` when the key cannot be had, ``OSError`` when the file cannot be read."""
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            block = _block(whole, path.name)
            return cls(path, block, keyhole, _walk(whole, keyhole.unlock(block, path.name)))

    def open(self) -> BinaryIO:
        """Return the recording's bytes as a file to read."""
        cipher = self._keyhole.unlock(self._block, self._path.name)
        plain = _Plain(self._path.open("rb", buffering=0), cipher, self._frames)
        # io wants its own classes for what any readable object can do.
        return cast("BinaryIO", io.BufferedReader(plain, 1 << 16))


def looks_sealed(start: bytes) -> bool:
    """Tell by the first bytes of a file whether it is an encrypted recording, the first or second of its marks being whole."""
    return start.startswith(KEY_MARK) or start[BLOCK_SIZE : BLOCK_SIZE + len(FRAME_MARK)] == FRAME_MARK


@dataclass(slots=True)
class _Found:
    frames: list[FrameAt]
    bad: int = 0
    blocks_bad: bool = False


class _Plain(io.RawIOBase):
    """The bytes inside the frames; holds one frame in the clear at a time."""

    def __init__(self, file: io.FileIO, cipher: FileCipher, frames: tuple[FrameAt, ...]) -> None:
        super().__init__()
        self._file = file
        self._cipher = cipher
        self._frames = frames
        self._starts = [frame.start for frame in frames]
        self._size = frames[-1].start + frames[-1].length if frames else 0
        self._at = 0
        self._held = -1
        self._plain = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # io asks for these two; Python 3.11 cannot name all
        if self._at >= self._size:
            return 0
        index = bisect.bisect_right(self._starts, self._at) - 1
        frame = self._frames[index]
        if index != self._held:
            self._file.seek(frame.at)
            try:
                self._plain = self._cipher.unseal(frame.head, self._file.read(frame.head.length))
            except InvalidTag as error:
                raise RecordingError(
                    f"{Path(str(self._file.name)).name} changed while it was read.", hint="Try again when nothing else writes to it."
                ) from error
            self._held = index
        piece = self._plain[self._at - frame.start :][: len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        self._plain = b""
        super().close()


def _block(whole: mmap.mmap, name: str) -> KeyBlock:
    for at in _places(whole, KEY_MARK):
        found = KeyBlock.unpacked(whole[at : at + BLOCK_SIZE])
        if found is None:
            continue
        block, version = found
        if version > VERSION:
            raise RecordingError(
                f"{name} is encrypted in version {version} of the format; this program reads up to version {VERSION}.",
                hint="Update ankletest, then open it again.",
            )
        return block
    raise RecordingError(f"{name} is encrypted, and every copy of its key is damaged or lost.", hint="Take the file from a backup.")


def _walk(whole: mmap.mmap, cipher: FileCipher) -> _Found:
    """Go from frame to frame; behind anything else look for the next mark."""
    found = _Found([])
    at, size = 0, len(whole)
    while at < size:
        if whole[at : at + len(KEY_MARK)] == KEY_MARK:
            block = KeyBlock.unpacked(whole[at : at + BLOCK_SIZE])
            found.blocks_bad |= block is None or block[0] != cipher.block
            at += BLOCK_SIZE
            continue
        head = Head.unpacked(whole[at : at + HEAD_SIZE])
        if head is not None:
            place = at + HEAD_SIZE
            try:
                cipher.unseal(head, whole[place : place + head.length])
            except InvalidTag:
                pass
            else:
                found.frames.append(FrameAt(head, place, head.offset))
                at = place + head.length
                continue
        found.bad += 1
        after = [place for place in (whole.find(FRAME_MARK, at + 1), whole.find(KEY_MARK, at + 1)) if place >= 0]
        at = min(after, default=size)
    return found


def _in_order(frames: list[FrameAt]) -> tuple[FrameAt, ...]:
    """Return the frames by number, each once, their places moved up over what is missing."""
    start = 0
    out: list[FrameAt] = []
    for _, frame in sorted({frame.head.number: frame for frame in reversed(frames)}.items()):
        out.append(FrameAt(frame.head, frame.at, start))
        start += frame.length
    return tuple(out)


def _told(found: _Found, ordered: tuple[FrameAt, ...]) -> tuple[str, ...]:
    numbers = [frame.head.number for frame in found.frames]
    missing = (ordered[-1].head.number + 1 - len(ordered)) if ordered else 0
    told: list[str] = []
    # A frame that was cut off in the middle is the end of a file that was cut, which is told as such.
    if missing:
        told.append(f"{_parts(missing)} of the encrypted file {'is' if missing == 1 else 'are'} missing or changed.")
    elif found.bad and ordered and ordered[-1].head.last:
        told.append("There is something between or behind the parts of the encrypted file that does not belong to it.")
    twice = len(numbers) - len(ordered)
    if twice:
        told.append(f"{_parts(twice)} of the encrypted file {'stands' if twice == 1 else 'stand'} twice.")
    first_seen = list(dict.fromkeys(numbers))
    if first_seen != sorted(first_seen):
        told.append("The parts of the encrypted file are not in their order; they were read in the right one.")
    if found.blocks_bad:
        told.append("A copy of the file's key is damaged; another one opened it.")
    return tuple(told)


def _parts(count: int) -> str:
    return f"{count} part{'' if count == 1 else 's'}"


def _places(whole: mmap.mmap, mark: bytes) -> Iterator[int]:
    at = whole.find(mark)
    while at >= 0:
        yield at
        at = whole.find(mark, at + 1)
