"""Moves a data folder: everything is copied and read again first, and what was there stays until somebody lets it go; no switch is made.

The store must be closed and the folder's lock held by the caller: a database that is written to cannot be copied as a file.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ankletest.errors import StoreError
from ankletest.places import sync_folder
from ankletest.store.folder_lock import LOCK, WORK, at_work
from ankletest.store.places import DATABASE, KEYS, copy_file, sha256_of, shred

UNFINISHED = "-moving.unfinished"
SPARE = 50_000_000
"""Bytes that must be left over on the new drive."""
_AGAIN = "Choose another folder, or make room; the data folder is as it was."

Progress = Callable[[float], None]
"""Told how far it is, 0-1; whatever it raises ends the move, and nothing of it is left."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the data are now, where they were, and how many files of what size were copied."""

    folder: Path
    former: Path
    files: int
    size: int


def move(folder: Path, target: Path, progress: Progress = lambda _: None) -> Moved:
    """Copy a data folder to a new place and read every copy again; the folder itself is not touched.

    Parameters
    ----------
    folder
        The data folder; its store is closed.
    target
        A folder that is not there yet, or is empty.
    progress
        Told how far it is: the first half copies, the second reads again.

    Raises
    ------
    StoreError
        The place will not do, there is no room, or a copy differs; the target is as it was then.
    """
    _demand_place(folder, target)
    with at_work(folder):
        return _move(folder, target, progress)


def _move(folder: Path, target: Path, progress: Progress) -> Moved:
    sources = list(_files(folder))
    before = [_stamp(path) for path in sources]
    sizes = [path.stat().st_size for path in sources]
    whole = sum(sizes) or 1
    _demand_room(target, whole)
    working = target.with_name(target.name + UNFINISHED)
    sums: list[str] = []
    try:
        shutil.rmtree(working, ignore_errors=True)
        working.mkdir(parents=True)
        done = 0
        for path, size in zip(sources, sizes, strict=True):
            copy = working / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            sums.append(copy_file(path, copy))
            done += size
            progress(0.5 * done / whole)
        done = 0
        for path, size, digest in zip(sources, sizes, sums, strict=True):
            if sha256_of(working / path.relative_to(folder)) != digest:
                raise StoreError(f"{path.name} was not copied as it is.", _AGAIN)
            done += size
            progress(min(0.99, 0.5 + 0.5 * done / whole))
        if list(_files(folder)) != sources or [_stamp(path) for path in sources] != before:
            raise StoreError(
                f"Something in {folder.name} was written while it was copied.", "Close other programs that use it, then try again."
            )
        for place in [working, *(place for place in working.rglob("*") if place.is_dir())]:
            sync_folder(place)
        if target.is_dir():
            target.rmdir()
        working.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StoreError(f"The data cannot be copied to {target}: {error.strerror or error}.", _AGAIN) from error
    finally:
        shutil.rmtree(working, ignore_errors=True)
    progress(1.0)
    return Moved(target, folder, len(sources), whole)


def let_go(former: Path, folder: Path, progress: Progress = lambda _: None) -> int:
    """Overwrite and delete what was left in the former place, and return how many files: only those that have a copy in the new one.

    Raises
    ------
    StoreError
        The data are not in ``folder``, or a file cannot be deleted.
    """
    if not (folder / KEYS).is_file() and (former / KEYS).is_file():
        raise StoreError(f"The data are not in {folder}.", "Nothing was deleted.")
    mine = [path for path in _files(former) if (folder / path.relative_to(former)).is_file()]
    try:
        for done, path in enumerate(mine, start=1):
            shred(path)
            progress(done / len(mine))
        for name in (LOCK, WORK):
            (former / name).unlink(missing_ok=True)
        for place in sorted((p for p in former.rglob("*") if p.is_dir()), reverse=True):
            if not any(place.iterdir()):
                place.rmdir()
        if former.is_dir() and not any(former.iterdir()):
            former.rmdir()
    except OSError as error:
        raise StoreError(f"What was left in {former} cannot be deleted: {error.strerror or error}.", "Delete it by hand.") from error
    return len(mine)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder by name; the lock belongs to the place and not to the data."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path not in {folder / LOCK, folder / WORK}:
            yield path


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _demand_place(folder: Path, target: Path) -> None:
    old, new = folder.resolve(), target.resolve()
    if old == new or old in new.parents or new in old.parents:
        raise StoreError("The new folder must not be the data folder, in it, or around it.", "Choose another folder.")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        if (target / DATABASE).exists():
            raise StoreError(f"{target} holds the data of another store.", "Choose an empty folder.")
        raise StoreError(f"{target} is not empty.", "Choose an empty folder.")


def _demand_room(target: Path, wanted: int) -> None:
    try:
        near = next(place for place in (target, *target.resolve().parents) if place.exists())
        free = shutil.disk_usage(near).free
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}.", _AGAIN) from error
    if free < wanted + SPARE:
        raise StoreError(
            f"There is no room for the data: {free / 1e6:.0f} MB are free, {(wanted + SPARE) / 1e6:.0f} MB are needed.", _AGAIN
        )
