"""Opens the store of a data folder by its passphrase, on a job thread; imported with the pages, never before the first paint."""

from dataclasses import dataclass
from pathlib import Path

from ankletest.store import keys
from ankletest.store.desk import KEYS, Desk
from ui.desk_store import DeskStore


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An open store; ``recovery`` is the code to be written down when it has just been made, else empty."""

    store: DeskStore
    recovery: str = ""


def unlock(folder: Path, passphrase: str) -> Unlocked:
    """Open the store, making it the first time.

    Raises
    ------
    StoreError
        The passphrase is wrong or too short, or the store cannot be opened.
    """
    path = folder / KEYS
    if keys.exists(path):
        return Unlocked(DeskStore(Desk.open(folder, keys.unlock(path, passphrase))))
    key, recovery = keys.create(path, passphrase, in_keyring=False)
    return Unlocked(DeskStore(Desk.open(folder, key)), recovery)
