"""What buttons ask of an open store beside clients and trials: backup, export, erasure, passphrase, log; run it as jobs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ankletest.errors import StoreError
from ankletest.exchange.client_out import Unpack, export_client, export_pseudonymised
from ankletest.store import keys, log_of
from ankletest.store.audit import Act, Entry
from ankletest.store.backups import read_list
from ankletest.store.desk import KEYS, Client, Desk
from ankletest.store.erasing import Erasure
from ankletest.store.restoring import Restored, restore
from ui.jobs import Progress
from ui.tongue import say

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

    def backed_up(self) -> datetime | None:
        """Return when the newest backup was made that is known of, UTC; None where there is none."""
        return self._desk.backed_up()

    def in_use(self) -> bool:
        """Tell whether there is anybody in the store."""
        return bool(self._desk.clients(limit=1))

    def check(self) -> str:
        """Check the database and the audit log; return a sentence about what is wrong, or nothing."""
        try:
            self._desk.check()
        except StoreError as error:
            return say(str(error))
        return self._desk.tampered()

    def export(
        self, code: str, target: Path, *, pseudonymised: bool, unpack: Unpack | None = None, progress: Progress = lambda _: None
    ) -> list[str]:
        """Write everything about a client into a new folder; return sentences about what is missing from it.

        ``unpack`` (``analysis.unpacker`` of the hub's models) writes the samples of the recordings in open formats too.
        """
        client = self._client(code)
        if pseudonymised:
            return export_pseudonymised(self._desk, client, target, unpack=unpack, progress=progress)[1]
        return export_client(self._desk, client, target, unpack=unpack, progress=progress)

    def erase(self, code: str) -> Erasure:
        """Erase a client for good, in every known backup too."""
        return self._desk.erase(self._client(code))

    def reach_copies(self) -> list[str]:
        """Erase in backups what an erasure could not reach when it was asked for; return sentences about what still cannot be."""
        return self._desk.reach_copies()

    def log(self, *, last: int) -> Sequence[Entry]:
        """Return the newest entries of the audit log."""
        return self._desk.entries(limit=last)

    def log_between(self, *, client: str, since: datetime | None, until: datetime | None, limit: int) -> Sequence[Entry]:
        """Return entries of the audit log, newest first: of one client by code (or by id, once erased), between two times in UTC."""
        with self._desk.database.reading() as session:
            return log_of.entries_between(session, client=client, since=since, until=until, limit=limit)

    def codes(self) -> dict[str, str]:
        """Return whose clients, visits and trials the ids of the log are, by code."""
        with self._desk.database.reading() as session:
            return log_of.codes_of(session)

    def write_log(self, path: Path, entries: Sequence[Entry], codes: Mapping[str, str]) -> int:
        """Write entries as CSV and return how many; that they left the store is noted."""
        log_of.write_log(path, entries, codes)
        self._desk.note(Act.EXPORT, "log", detail=f"{len(entries)} entries")
        return len(entries)

    def note_lock(self) -> None:
        """Note that the window was locked."""
        self._desk.note(Act.LOCK, "store")

    def change_passphrase(self, before: str, fresh: str) -> None:
        """Change the passphrase; raises ``StoreError`` when the one before is wrong or the new one too short."""
        key = keys.unlock(self._keys, before)
        keys.change_passphrase(self._keys, key, fresh)
        key.wipe()
        self._desk.note(Act.KEYS, "store", detail="passphrase changed")

    def new_code(self, passphrase: str) -> str:
        """Make another recovery code and return it; raises ``StoreError`` when the passphrase is wrong."""
        key = keys.unlock(self._keys, passphrase)
        code = keys.renew_recovery(self._keys, key)
        key.wipe()
        self._desk.note(Act.KEYS, "store", detail="recovery code renewed")
        return code

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

    def note_change(self, what: str, value: str) -> None:
        """Note that a setting which keeps data safe was changed."""
        self._desk.note(Act.CHANGE, "setting", what, detail=value)

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
    read_list(backup)
    key = keys.unlock(backup / KEYS, passphrase)
    try:
        return restore(folder, backup, key, progress)
    finally:
        key.wipe()
