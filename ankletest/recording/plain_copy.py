"""Turns an encrypted recording into a plain one, or the other way round; a damaged one as far as it is sound."""

import hashlib
from pathlib import Path

from ankletest.errors import RecordingError
from ankletest.recording.beside import beside
from ankletest.recording.keyhole import KEYHOLE, Keyhole
from ankletest.recording.reader import Recording
from ankletest.recording.safe_tail import SafeTail
from ankletest.recording.salvage import copy_recording

PIECE = 1 << 20


def write_plain(source: Path, target: Path, keyhole: Keyhole = KEYHOLE) -> str:
    """Write a recording as a plain file that any MCAP tool opens; return what is wrong with it, or nothing.

    Raises
    ------
    RecordingLocked
        It is encrypted, and the store is locked.
    RecordingError
        It cannot be read, or the copy not written.
    """
    recording = Recording.open(source, keyhole)
    with beside(target) as made:
        if recording.complete:
            _unwrap(recording, made)
        else:
            copy_recording(recording, made, sealed=False, keyhole=keyhole)
    return recording.damage


def write_sealed(source: Path, target: Path, keyhole: Keyhole = KEYHOLE) -> str:
    """Write a recording as an encrypted file; return what is wrong with it, or nothing. Raises as ``write_plain``."""
    recording = Recording.open(source, keyhole)
    with beside(target) as made:
        copy_recording(recording, made, sealed=True, keyhole=keyhole)
    return recording.damage


def _unwrap(recording: Recording, target: Path) -> None:
    """Write what is inside byte for byte, and read it again."""
    digest = hashlib.sha256()
    tail = SafeTail.create(target)
    try:
        with recording.raw() as inside:
            while piece := inside.read(PIECE):
                digest.update(piece)
                tail.write(piece)
                tail.flush()
    finally:
        tail.close()
    with target.open("rb") as file:
        if hashlib.file_digest(file, "sha256").digest() != digest.digest():
            raise RecordingError(f"The copy {target.name} differs from the original.", hint="Keep the original and check the drive.")
