"""What the buttons of the Safety settings do with the store and its folder, step by step as jobs; what is asked and shown is the page's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ankletest.analysis import unpacker
from ankletest.errors import StoreError
from ankletest.exchange.out import Format
from ankletest.store import keys, moving
from ankletest.store.audit import Entry
from ankletest.store.backups import Listed, read_list
from ui.desk.desk_store import DeskStore
from ui.desk.keeping import Keeping, restore_backup
from ui.desk.unlock import remembered
from ui.door.door import Door
from ui.jobs import Jobs, Progress
from ui.preferences import Preferences
from ui.visit import Visit
from ui.words import settings as words

FORMATS = (Format.CSV, Format.C3D)
"""As the command line writes them; what the store says is JSON, CSV and Parquet beside."""
Work = Callable[[Progress], object]


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries of the audit log, newest first, and whose ids they name."""

    entries: Sequence[Entry]
    codes: dict[str, str]


class Safekeeping(QObject):
    """Backup, restore, passphrase, log, erasure and the place of the data; ``leave_wanted`` asks for the window to be closed."""

    leave_wanted = Signal()

    def __init__(self, preferences: Preferences, visit: Visit, door: Door, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.preferences = preferences
        self.visit = visit
        self.door = door
        self.jobs = jobs

    @property
    def keeping(self) -> Keeping | None:
        """The open store's safety; None while it is locked."""
        store = self.visit.store
        return store.keeping if isinstance(store, DeskStore) else None

    @property
    def folder(self) -> Path | None:
        """The data folder."""
        return self.door.folder

    @property
    def movable(self) -> bool:
        """True where the program finds the data by its settings, so that they may lie elsewhere."""
        path = self.preferences.path
        return self.folder is not None and path is not None and path.parent.resolve() != self.folder.resolve() and not self.door.second

    def why_not(self, *, store: bool = True, still: bool = False, alone: bool = True) -> str:
        """Return why nothing can be done now; nothing where it can.

        ``store``: it has to be open; ``still``: nothing may be recorded meanwhile; ``alone``: it is ours to write.
        """
        if alone and self.door.second:
            return words.ONLY_LOOKS
        if still and (self.visit.connected or self.visit.leaving):
            return words.RECORDS
        if self.jobs.busy:
            return words.BUSY
        return words.STORE_CLOSED if store and self.keeping is None else ""

    # ---- work -----------------------------------------------------------------------------------------------------------------------

    def backup(self, parent: Path) -> Work:
        """Return the work of a backup."""
        keeping = self._open()
        return lambda progress: keeping.backup(parent, progress)

    def note_backup(self, parent: Path) -> None:
        """Remember where the last backup was made; when, the store knows."""
        self.preferences.change({"backup_folder": str(parent)})

    @staticmethod
    def look(backup: Path) -> Listed:
        """Return what a backup says of itself; raises ``StoreError`` where it is none."""
        return read_list(backup)

    def restore(self, backup: Path, passphrase: str) -> Work:
        """Return the work of a restore; the store has to be let go first (``shut``)."""
        folder = self.folder
        if folder is None:
            raise StoreError(words.FOLDER_NONE)
        return lambda progress: restore_backup(folder, backup, passphrase, progress)

    def shut(self) -> None:
        """Close the store, so that its files can be replaced or copied."""
        if self.door.locking is not None:
            self.door.locking.shut()

    def open_again(self, passphrase: str) -> None:
        """Open the store, as if the passphrase had been typed on the page of clients."""
        self.door.unlock(passphrase)

    def change_passphrase(self, before: str, fresh: str) -> Work:
        """Return the work of a change: a key is stretched for it, which takes its time."""
        keeping = self._open()
        return lambda _: keeping.change_passphrase(before, fresh)

    def new_code(self, passphrase: str) -> Work:
        """Return the work of making another recovery code; its result is the code."""
        keeping = self._open()
        return lambda _: keeping.new_code(passphrase)

    @property
    def has_keyring(self) -> bool:
        """Whether this system has a keyring."""
        return keys.has_keyring()

    @property
    def remembered(self) -> bool:
        """Whether the keyring was asked to open the store."""
        return self.folder is not None and remembered(self.folder)

    def remember(self, passphrase: str) -> Work:
        """Return the work of letting the keyring open the store; its result is False where the keyring did not take it."""
        keeping = self._open()
        return lambda _: keeping.remember(passphrase)

    def forget(self) -> Work:
        """Return the work of asking for the passphrase at every start again."""
        keeping = self._open()
        return lambda _: keeping.forget()

    def move(self, target: Path) -> Work:
        """Return the work of a move; the store has to be let go first (``shut``)."""
        folder = self.folder
        if folder is None:
            raise StoreError(words.FOLDER_NONE)
        return lambda progress: moving.move(folder, target, progress)

    def moved(self, done: moving.Moved) -> None:
        """Let the next start find the data in their new place, and end."""
        self.preferences.change({"data_folder": str(done.folder.resolve()), "old_data_folder": str(done.former.resolve())})
        self.leave_wanted.emit()

    def let_go(self) -> Work:
        """Return the work of deleting what was left in the former place."""
        former, folder = Path(self.preferences.settings.old_data_folder), self.folder
        if folder is None:
            raise StoreError(words.FOLDER_NONE)
        return lambda progress: moving.let_go(former, folder, progress)

    def hand_out(self, code: str, target: Path, *, pseudonymised: bool) -> Work:
        """Return the work of writing everything about a client into a new folder; its result is what could not be written."""
        keeping = self._open()
        unpack = unpacker(self.visit.hub.models, FORMATS)
        return lambda progress: keeping.export(code, target, pseudonymised=pseudonymised, unpack=unpack, progress=progress)

    def erase(self, code: str) -> Work:
        """Return the work of erasing a client."""
        keeping = self._open()
        return lambda _: keeping.erase(code)

    def forget_client(self, code: str) -> None:
        """Show an erased client nowhere any more."""
        if self.visit.client is not None and self.visit.client.code == code:
            self.visit.choose_client(None)
        else:
            self.visit.client_changed.emit()

    def log(self, *, client: str, since: datetime | None, until: datetime | None, limit: int) -> Work:
        """Return the work of reading the log."""
        keeping = self._open()
        return lambda _: LogPage(keeping.log_between(client=client, since=since, until=until, limit=limit), keeping.codes())

    def write_log(self, path: Path, page: LogPage) -> Work:
        """Return the work of writing the log as CSV; that it left the store is an entry of it."""
        keeping = self._open()
        return lambda _: keeping.write_log(path, page.entries, page.codes)

    def note_lock_time(self, minutes: float) -> None:
        """Note in the audit log that the window locks after another time."""
        keeping = self.keeping
        if keeping is not None and not keeping.read_only:
            keeping.note_change("lock_minutes", f"{minutes:g}")

    def _open(self) -> Keeping:
        keeping = self.keeping
        if keeping is None:
            raise StoreError(words.STORE_CLOSED)
        return keeping
