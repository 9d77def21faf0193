"""Unfinished recordings of a crash, sealed when the program starts again; the originals are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ankletest.errors import AnkletestError, RecordingLocked, StoreError
from ankletest.recording.salvage import reseal, unsealed
from ankletest.store.folder_lock import FolderLock
from ankletest.store.restoring import settle
from ui.jobs import Progress

KEPT = ".cut"
"""Added to the name of an original once everything sound of it is in a sealed file."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """Sealed files, and a sentence about each; or why one could not be. ``locked`` are encrypted and wait for the store."""

    files: tuple[Path, ...]
    sentences: tuple[str, ...]
    locked: tuple[Path, ...] = ()


def claim(folder: Path) -> FolderLock | None:
    """Take the folder for this window; None when another window has it. Raises ``StoreError`` when it cannot be written.

    A restore that died in the middle is finished first: its keys and recordings are those of the folder from then on.
    """
    lock = FolderLock.take(folder)
    if lock is None:
        return None
    try:
        settle(folder)
    except StoreError:
        lock.unlock()
        raise
    return lock


def unfinished(folder: Path) -> tuple[Path, ...]:
    """Return the unfinished recordings of a folder; ask before this window records, or its own would be among them."""
    return tuple(unsealed(folder))


def rescue(parts: Sequence[Path], progress: Progress) -> Rescue:
    """Seal unfinished recordings; nothing is deleted."""
    files: list[Path] = []
    sentences: list[str] = []
    locked: list[Path] = []
    for number, part in enumerate(parts, start=1):
        try:
            target, sentence = reseal(part)
            part.rename(part.with_name(part.name + KEPT))
            files.append(target)
            sentences.append(sentence)
        except RecordingLocked:
            locked.append(part)
        except (AnkletestError, OSError) as error:
            sentences.append(f"{part.name}: {error}")
        progress(number / len(parts))
    return Rescue(tuple(files), tuple(sentences), tuple(locked))
