"""The encrypted form of a recording: AES-256-GCM frames around its bytes, one for each flush; it knows nothing of what is in them.

A file begins with a key block, its random key wrapped by the clinic's, and repeats it now and then, so that a bad spot costs a flush and
not the recording. Every frame is sealed together with the file's id, its number, its place and whether it is the last one: frames that
were changed, moved, left out, doubled or cut off do not go unnoticed (docs/recording-format.md).
"""

import os
import struct
import zlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ankletest.recording.safe_tail import Sink

VERSION = 1
KEY_MARK = b"\x89ANKLE\r\n"
FRAME_MARK = b"AKf\x01"
KEY_BYTES = 32
FILE_ID_BYTES = 16
CLINIC_ID_BYTES = 8
WRAPPED_BYTES = 40
NONCE_BYTES = 12
TAG_BYTES = 16
KEY_EVERY = 64
"""Frames from one copy of the key block to the next: 16 s of a session, 0.3 % of its bytes at the very most."""
FRAME_BYTES = 4 << 20
"""Most bytes in a frame; a flush is some 40 kB, and more only after a full disk."""

_BLOCK = struct.Struct(f"<8sHH{CLINIC_ID_BYTES}s{FILE_ID_BYTES}s{WRAPPED_BYTES}sI")
_HEAD = struct.Struct("<4sIQQB")
BLOCK_SIZE = _BLOCK.size
HEAD_SIZE = _HEAD.size


@dataclass(frozen=True, slots=True)
class KeyBlock:
    """Which clinic's key opens a file, which file it is, and the file's own key, wrapped."""

    clinic: bytes
    file_id: bytes
    wrapped: bytes

    def packed(self) -> bytes:
        """Return the bytes of the block, its checksum at their end."""
        body = _BLOCK.pack(KEY_MARK, VERSION, 0, self.clinic, self.file_id, self.wrapped, 0)[:-4]
        return body + zlib.crc32(body).to_bytes(4, "little")

    @classmethod
    def unpacked(cls, piece: bytes) -> "tuple[KeyBlock, int] | None":
        """Return the block in these bytes with the version of its layout, or None where it is damaged or none."""
        if len(piece) < BLOCK_SIZE:
            return None
        mark, version, _, clinic, file_id, wrapped, crc = _BLOCK.unpack_from(piece)
        if mark != KEY_MARK or zlib.crc32(piece[: BLOCK_SIZE - 4]) != crc:
            return None
        return cls(clinic, file_id, wrapped), version


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a frame's ciphertext: its length, number, place in the recording's bytes, and whether it is the last."""

    length: int
    number: int
    offset: int
    last: bool

    def packed(self) -> bytes:
        """Return the bytes of the head."""
        return _HEAD.pack(FRAME_MARK, self.length, self.number, self.offset, self.last)

    @classmethod
    def unpacked(cls, piece: bytes) -> "Head | None":
        """Return the head in these bytes, or None where there cannot be one."""
        if len(piece) < HEAD_SIZE:
            return None
        mark, length, number, offset, last = _HEAD.unpack_from(piece)
        if mark != FRAME_MARK or not TAG_BYTES <= length <= FRAME_BYTES + TAG_BYTES or last > 1:
            return None
        return cls(length, number, offset, bool(last))


class FileCipher:
    """Seals and opens the frames of one file; it holds that file's key and no other."""

    def __init__(self, block: KeyBlock, key: bytes) -> None:
        self.block = block
        self._aead = AESGCM(key)

    def seal(self, head: Head, plain: bytes) -> bytes:
        """Return a frame. A number must be used once only: it is the nonce."""
        return head.packed() + self._aead.encrypt(_nonce(head), plain, self._bound(head))

    def unseal(self, head: Head, sealed: bytes) -> bytes:
        """Return the bytes of a frame; raises ``cryptography.exceptions.InvalidTag`` where anything of it changed."""
        return self._aead.decrypt(_nonce(head), sealed, self._bound(head))

    def _bound(self, head: Head) -> bytes:
        return self.block.file_id + head.packed()


class FrameTail:
    """A ``Sink`` that puts every flush into a frame and hands it on to a ``SafeTail``.

    A frame that the disk did not take is kept there as it is and tried again, byte for byte: nothing is sealed twice, so no nonce is
    used twice. Bytes are told and counted as they are before sealing.
    """

    def __init__(self, tail: Sink, cipher: FileCipher) -> None:
        self._tail = tail
        self._cipher = cipher
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._taken = 0
        self._number = 0
        self._offset = 0
        self._ending = False
        self._ended = False

    @property
    def pending(self) -> int:
        """Bytes taken but not yet safe on the disk."""
        return self._tail.pending + self._waiting

    def write(self, piece: bytes, /) -> int:
        """Take bytes; never fails."""
        if piece:
            self._pieces.append(bytes(piece))
            self._waiting += len(piece)
            self._taken += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Return the number of bytes taken so far."""
        return self._taken

    def flush(self) -> None:
        """Make everything taken safe on the disk, or raise ``OSError`` and keep it."""
        whole = b"".join(self._pieces)
        self._pieces, self._waiting = [], 0
        last = self._ending and not self._ended
        starts = range(0, len(whole), FRAME_BYTES)
        for start in starts if whole else range(int(last)):
            self._seal(whole[start : start + FRAME_BYTES], last=last and start + FRAME_BYTES >= len(whole))
        self._ended |= last
        self._tail.flush()

    def end(self) -> None:
        """Tell that the next flush is the last: its frame says so, and what is cut off behind any other one is missed."""
        self._ending = True

    def close(self) -> None:
        """Close the file; what is pending is left out."""
        self._tail.close()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        if self._number <= 1 or not self._number % KEY_EVERY:
            self._tail.write(self._cipher.block.packed())
        self._tail.write(self._cipher.seal(Head(len(plain) + TAG_BYTES, self._number, self._offset, last), plain))
        self._number += 1
        self._offset += len(plain)


def new_file_id() -> bytes:
    """Return a random id for a new file."""
    return os.urandom(FILE_ID_BYTES)


def _nonce(head: Head) -> bytes:
    return head.number.to_bytes(NONCE_BYTES, "big")
