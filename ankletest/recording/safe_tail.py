"""A file that grows by whole flushes or not at all, so that a full disk tears nothing; it knows nothing of what is in it."""

import os
from pathlib import Path
from typing import Protocol

from ankletest.places import sync_folder


class Sink(Protocol):
    """Where a recording's bytes go: a ``SafeTail``, or the encrypting frames around one."""

    @property
    def pending(self) -> int:
        """Bytes taken but not yet safe on the disk."""
        ...

    def write(self, piece: bytes, /) -> int:
        """Take bytes; never fails."""
        ...

    def tell(self) -> int:
        """Return the number of bytes taken so far."""
        ...

    def flush(self) -> None:
        """Make everything taken safe on the disk, or raise ``OSError`` and keep it."""
        ...

    def end(self) -> None:
        """Tell that the next flush is the last."""
        ...

    def close(self) -> None:
        """Close the file; what is pending is left out."""
        ...


class RawFile(Protocol):
    """The few calls of ``io.FileIO`` that a ``SafeTail`` needs."""

    def write(self, piece: memoryview, /) -> int | None:
        """Write some of the bytes and tell how many."""
        ...

    def seek(self, offset: int, /) -> int:
        """Go to an offset."""
        ...

    def truncate(self, size: int, /) -> int:
        """Cut the file."""
        ...

    def fileno(self) -> int:
        """Return the file descriptor."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class SafeTail:
    """Collects what is written and puts it into the file as a whole at ``flush``, which returns only when the disk has it.

    A flush that fails cuts the file back to the last good offset, keeps the bytes and raises; the next flush tries again with all of
    them. An ordinary file would leave half a chunk in the middle when the disk is full (docs/recording-format.md, "Why").

    Parameters
    ----------
    file
        An unbuffered file, open for writing, at its start.
    """

    def __init__(self, file: RawFile) -> None:
        self._file = file
        self._pieces: list[bytes] = []
        self._pending = 0
        self._good = 0

    @classmethod
    def create(cls, path: Path) -> "SafeTail":
        """Make a new file, never over an old one, and make its name survive a power cut."""
        tail = cls(path.open("xb", buffering=0))
        sync_folder(path.parent)
        return tail

    @property
    def pending(self) -> int:
        """Bytes taken but not yet safe on the disk."""
        return self._pending

    def write(self, piece: bytes, /) -> int:
        """Take bytes; never fails."""
        if piece:
            self._pieces.append(bytes(piece))
            self._pending += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Return the number of bytes taken so far."""
        return self._good + self._pending

    def flush(self) -> None:
        """Make everything taken safe on the disk, or raise ``OSError`` and keep it."""
        if not self._pieces:
            return
        whole = b"".join(self._pieces)
        self._pieces = [whole]
        try:
            self._file.seek(self._good)
            rest = memoryview(whole)
            while rest:
                rest = rest[self._file.write(rest) or 0 :]
            _sync(self._file.fileno())
        except OSError:
            self._cut_back()
            raise
        self._good += len(whole)
        self._pieces = []
        self._pending = 0

    def end(self) -> None:
        """Tell that the next flush is the last; a plain file has no end of its own."""

    def close(self) -> None:
        """Close the file; what is pending is left out."""
        self._file.close()

    def _cut_back(self) -> None:
        try:
            self._file.truncate(self._good)
        except OSError:
            # The next flush starts at the same offset and is at least as long, so it covers what is left here.
            return


# Windows has no fdatasync.
_sync = getattr(os, "fdatasync", os.fsync)
