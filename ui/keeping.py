"""What buttons ask of an open store beside clients and trials: backup, export, erasure, passphrase, log; run it as jobs."""

import math
from collections.abc import Sequence
from pathlib import Path

from ankletest.errors import StoreError
from ankletest.exchange.client_out import Unpack, export_client, export_pseudonymised
from ankletest.store import keys
from ankletest.store.audit import Act, Entry
from ankletest.store.desk import KEYS, Client, Desk
from ankletest.store.erasing import Erasure
from ankletest.store.restoring import Restored, restore
from ui.jobs import Progress

LOCK_MINUTES = "lock_minutes"
DEFAULT_MINUTES = 10.0
LEAST_MINUTES, MOST_MINUTES = 1.0, 240.0
EVERYBODY = 1_000_000


class Keeping:
    """The safety of one open store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def read_only(self) -> bool:
        """True in a window that only looks."""
        return self._desk.database.read_only

    def backup(self, parent: Path, progress: Progress) -> Path:
        """Write and verify a backup in a new folder under ``parent``."""
        return self._desk.backup(parent, progress)

    def check(self) -> str:
        """Check the database and the audit log; return a sentence about what is wrong, or nothing."""
        try:
            self._desk.check()
        except StoreError as error:
            return str(error)
        return self._desk.tampered()

    def export(self, code: str, target: Path, *, pseudonymised: bool, unpack: Unpack | None = None) -> list[str]:
        """Write everything about a client into a new folder; return sentences about what is missing from it.

        ``unpack`` (``analysis.unpacker`` of the hub's models) writes the samples of the recordings in open formats too.
        """
        client = self._client(code)
        if pseudonymised:
            return export_pseudonymised(self._desk, client, target, unpack=unpack)[1]
        return export_client(self._desk, client, target, unpack=unpack)

    def erase(self, code: str) -> Erasure:
        """Erase a client for good, in every known backup too."""
        return self._desk.erase(self._client(code))

    def log(self, *, last: int) -> Sequence[Entry]:
        """Return the newest entries of the audit log."""
        return self._desk.entries(limit=last)

    def note_lock(self) -> None:
        """Note that the window was locked."""
        self._desk.note(Act.LOCK, "store")

    def change_passphrase(self, before: str, fresh: str) -> None:
        """Change the passphrase; raises ``StoreError`` when the one before is wrong or the new one too short."""
        key = keys.unlock(self._keys, before)
        keys.change_passphrase(self._keys, key, fresh)
        key.wipe()
        self._desk.note(Act.KEYS, "store", detail="passphrase changed")

    def remember(self, passphrase: str) -> bool:
        """Let the system's keyring open the store when the program starts; False where there is no keyring."""
        key = keys.unlock(self._keys, passphrase)
        done = keys.remember(self._keys, key)
        key.wipe()
        if done:
            self._desk.note(Act.KEYS, "store", detail="remembered by the keyring")
        return done

    def forget(self) -> None:
        """Ask for the passphrase at every start again."""
        keys.forget(self._keys)
        self._desk.note(Act.KEYS, "store", detail="forgotten by the keyring")

    def lock_minutes(self) -> float:
        """Return after how many minutes without a key or a mouse the window locks."""
        try:
            minutes = float(self._desk.setting(LOCK_MINUTES, str(DEFAULT_MINUTES)))
        except ValueError:
            return DEFAULT_MINUTES
        return DEFAULT_MINUTES if math.isnan(minutes) else min(max(minutes, LEAST_MINUTES), MOST_MINUTES)

    def set_lock_minutes(self, minutes: float) -> None:
        """Change it, within 1 to 240."""
        self._desk.change_setting(LOCK_MINUTES, f"{min(max(minutes, LEAST_MINUTES), MOST_MINUTES):g}")

    @property
    def _keys(self) -> Path:
        return self._desk.folder / KEYS

    def _client(self, code: str) -> Client:
        found = next((client for client in self._desk.clients(code, limit=EVERYBODY) if client.code == code), None)
        if found is None:
            raise StoreError(f"There is no client with the code {code}.", "Look at the list of clients.")
        return found


def restore_backup(folder: Path, backup: Path, passphrase: str, progress: Progress) -> Restored:
    """Restore a backup into the data folder that this window has and whose store is locked."""
    key = keys.unlock(backup / KEYS, passphrase)
    try:
        return restore(folder, backup, key, progress)
    finally:
        key.wipe()
