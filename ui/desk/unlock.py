"""Opens the store of a data folder by its passphrase or the system's keyring, on a job thread; never before the first paint."""

from dataclasses import dataclass
from pathlib import Path

from ankletest.errors import StoreError
from ankletest.recording.keyhole import KEYHOLE, PURPOSE
from ankletest.store import keys
from ankletest.store.desk import DATABASE, KEYS, Desk
from ui.desk.desk_store import DeskStore
from ui.words import store as words_store


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An open store; ``recovery`` is the code to be written down when it has just been made, else empty."""

    store: DeskStore
    recovery: str = ""


def unlock(folder: Path, passphrase: str, *, read_only: bool = False) -> Unlocked:
    """Open the store, making it the first time; recordings are encrypted from now on, and encrypted ones can be read.

    Raises
    ------
    StoreError
        The passphrase is wrong or too short, or the store cannot be opened.
    """
    path = folder / KEYS
    if keys.exists(path):
        return _opened(folder, keys.unlock(path, passphrase), read_only=read_only)
    if made(folder):
        raise StoreError(words_store.WRONG_KEY_FILE, words_store.WRONG_KEY_FILE_HINT)
    if read_only:
        raise StoreError(words_store.NOT_YET, words_store.NOT_YET_HINT)
    key, recovery = keys.create(path, passphrase, in_keyring=False)
    return _opened(folder, key, recovery, read_only=read_only)


def made(folder: Path) -> bool:
    """Tell whether there is a store: by its key file or, where that was lost, by its database."""
    return keys.exists(folder / KEYS) or (folder / DATABASE).exists()


def remembered(folder: Path) -> bool:
    """Tell whether the system's keyring was asked to open this store."""
    path = folder / KEYS
    try:
        return keys.exists(path) and keys.remembered(path)
    except StoreError:
        return False


def unlock_remembered(folder: Path, *, read_only: bool = False) -> Unlocked | None:
    """Open the store by the system's keyring; None where that does not work and a passphrase is needed."""
    key = keys.unlock_with_keyring(folder / KEYS)
    return _opened(folder, key, read_only=read_only) if key is not None else None


def _opened(folder: Path, key: keys.DataKey, recovery: str = "", *, read_only: bool) -> Unlocked:
    try:
        desk = Desk.open(folder, key, read_only=read_only)
    finally:
        purpose = key.derive(PURPOSE)
        key.wipe()
    KEYHOLE.insert(purpose)
    return Unlocked(DeskStore(desk), recovery)
