"""How a command gets at the store: by the system's keyring, else by a passphrase from the terminal or from standard input."""

import argparse
import getpass
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ankletest import doctor
from ankletest.cli import terminal
from ankletest.errors import RecordingLocked, StoreError
from ankletest.recording.keyhole import KEYHOLE, PURPOSE
from ankletest.recording.reader import Recording
from ankletest.store import keys
from ankletest.store.desk import KEYS, Desk
from ankletest.store.folder_lock import FolderLock
from ankletest.store.restoring import settle


def data_folder(arguments: argparse.Namespace) -> Path:
    """Return the data folder that ``--data`` names, or the system's place for it."""
    return doctor.data_folder(arguments.data)


def ask_passphrase(prompt: str = "Passphrase") -> str:
    """Return a passphrase that is typed unseen, or the first line of standard input where nobody types."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{prompt}: ")
    return sys.stdin.readline().rstrip("\r\n")


def key_of(folder: Path) -> keys.DataKey:
    """Return the key of a folder, asking for the passphrase if need be; raises ``StoreError`` where there is no store or it is wrong."""
    settle(folder)
    path = folder / KEYS
    if not keys.exists(path):
        raise StoreError(f"There is no store in {folder}.", "Name its data folder: ankletest --data FOLDER …")
    return keys.unlock_with_keyring(path) or keys.unlock(path, ask_passphrase())


@contextmanager
def opened(arguments: argparse.Namespace, *, alone: bool = False) -> Generator[Desk, None, None]:
    """Open the store for one command; ``alone`` refuses while a window has the data folder."""
    folder = data_folder(arguments)
    lock = FolderLock.demand(folder) if alone else None
    try:
        key = key_of(folder)
        desk = Desk.open(folder, key)
        key.wipe()
        KEYHOLE.insert(desk.derive(PURPOSE))
        if desk.mended:
            terminal.warn(desk.mended)
        try:
            yield desk
        finally:
            KEYHOLE.clear()
            desk.close()
    finally:
        if lock is not None:
            lock.unlock()


def open_recording(path: Path, arguments: argparse.Namespace) -> Recording:
    """Open a recording; an encrypted one asks for the passphrase of the data folder, once for each command."""
    try:
        return Recording.open(path)
    except RecordingLocked:
        key = key_of(data_folder(arguments))
        KEYHOLE.insert(key.derive(PURPOSE))
        key.wipe()
        return Recording.open(path)
