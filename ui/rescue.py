"""Unfinished recordings of a crash, sealed when the program starts again; the originals are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile

from ankletest.errors import AnkletestError
from ankletest.recording.salvage import reseal, unsealed
from ui.jobs import Progress

LOCK = "in-use.lock"
"""Held while a window uses the folder: what another window is writing is not unfinished."""
KEPT = ".cut"
"""Added to the name of an original once everything sound of it is in a sealed file."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """Sealed files, and a sentence about each; or why one could not be."""

    files: tuple[Path, ...]
    sentences: tuple[str, ...]


def claim(folder: Path) -> QLockFile | None:
    """Take the folder for this window; None when another window has it."""
    lock = QLockFile(str(folder / LOCK))
    lock.setStaleLockTime(0)  # a lock whose process is gone is stale at once; time alone makes none stale
    return lock if lock.tryLock(0) else None


def unfinished(folder: Path) -> tuple[Path, ...]:
    """Return the unfinished recordings of a folder; ask before this window records, or its own would be among them."""
    return tuple(unsealed(folder))


def rescue(parts: Sequence[Path], progress: Progress) -> Rescue:
    """Seal unfinished recordings; nothing is deleted."""
    files: list[Path] = []
    sentences: list[str] = []
    for number, part in enumerate(parts, start=1):
        try:
            target, sentence = reseal(part)
            part.rename(part.with_name(part.name + KEPT))
            files.append(target)
            sentences.append(sentence)
        except (AnkletestError, OSError) as error:
            sentences.append(f"{part.name}: {error}")
        progress(number / len(parts))
    return Rescue(tuple(files), tuple(sentences))
