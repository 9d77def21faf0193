"""Files of an export that appear together and whole, or not at all; what stands in them is not its business."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ankletest.errors import ExchangeError, StoreError
from ankletest.store.folder_lock import FolderLock

WORKING = ".export."
"""How the folder is called where files are made."""
HINT = "Choose another folder, or free some space; what was there before is as it was."


class AlreadyThere(ExchangeError):  # noqa: N818  the name says it; whoever is asked may decide to replace what is there
    """A file of that name is there, and nobody said that it may be replaced."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Files on their way: ``make`` gives the name to write to for now."""

    folder: Path
    working: Path
    names: list[str] = field(default_factory=list[str])

    def make(self, name: str) -> Path:
        """Return where the file that will be called ``name`` is to be written; a name that is taken gets a number."""
        stem, dot, suffix = name.rpartition(".")
        taken, wanted = {each.casefold() for each in self.names}, name
        for number in range(2, len(self.names) + 3):
            if wanted.casefold() not in taken:
                break
            wanted = f"{stem}-{number}{dot}{suffix}"
        self.names.append(wanted)
        return self.working / wanted


@contextmanager
def together(folder: Path, *, force: bool = False) -> Generator[Batch, None, None]:
    """Yield a batch of files for a folder, which is made if need be; they take their names when the block ends without an exception.

    Parameters
    ----------
    folder
        Where to.
    force
        Files that are there may be replaced.

    Raises
    ------
    AlreadyThere
        One of the files is there; nothing was written.
    ExchangeError
        The file system refuses; what was there is as it was.
    """
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder)
        with tempfile.TemporaryDirectory(prefix=WORKING, dir=folder, ignore_cleanup_errors=True) as working, _held(Path(working)):
            batch = Batch(folder, Path(working))
            yield batch
            there = [name for name in batch.names if (folder / name).exists()]
            if there and not force:
                more = f", and so are {len(there) - 1} more" if len(there) > 1 else ""
                raise AlreadyThere(f"{folder / there[0]} is there already{more}.", "Choose another folder, or say that it may be replaced.")
            for name in batch.names:
                (batch.working / name).replace(folder / name)
    except OSError as error:
        raise ExchangeError(f"{folder} cannot be written: {error.strerror or error}.", HINT) from error
    finally:
        if made and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _clear(folder: Path) -> None:
    """Remove what exports left here that were killed: whoever still writes one holds its lock."""
    for place in folder.glob(f"{WORKING}*"):
        lock = FolderLock.take(place) if place.is_dir() else None
        if lock is not None:
            lock.unlock()
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _held(working: Path) -> Generator[None, None, None]:
    try:
        lock = FolderLock.take(working)
    except StoreError as error:
        raise ExchangeError(error.message, HINT) from error
    try:
        yield
    finally:
        if lock is not None:
            lock.unlock()


@contextmanager
def one_file(path: Path, *, force: bool = False) -> Generator[Path, None, None]:
    """Yield the name to write a single file to; as ``together``, but the folder has to be there."""
    if not path.parent.is_dir():
        raise ExchangeError(f"{path} cannot be written: there is no such folder.", "Choose another folder.")
    with together(path.parent, force=force) as batch:
        yield batch.make(path.name)
