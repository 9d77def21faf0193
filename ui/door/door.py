"""The door of a data folder: which window has it, what a crash left in it, the store unlocked, locked and unlocked again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox

from ankletest.errors import AnkletestError
from ankletest.store.desk import RECORDINGS
from ankletest.store.folder_lock import FolderLock
from ui.desk.rescue import claim, rescue, unfinished
from ui.desk.unlock import Unlocked, made, remembered, unlock, unlock_remembered
from ui.door.doorbell import Doorbell, ring
from ui.door.locking import Locking
from ui.jobs import Jobs, Progress
from ui.pages.clients import ClientsPage
from ui.pages.recovery import RecoveryDialog
from ui.shell import Shell
from ui.tongue import say
from ui.visit import Visit
from ui.words import door as words_door
from ui.words import pages as words_pages
from ui.words import store as words_store


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was done and seen behind an unlocked door: recordings still locked, what was mended or is wrong, the last backup."""

    locked: tuple[Path, ...]
    told: tuple[str, ...]
    wrong: str = ""
    backed_up: datetime | None = None
    used: bool = False


class Door(QObject):
    """Claims the folder at once; ``wire`` connects it to the visit and the page of clients.

    ``recordings`` is the folder to record to; None where nothing may be recorded: there is no data folder, it cannot be written, or
    another window has it (``second``). ``opened`` tells that the store is open, ``in_order`` of one with clients that is sound when its
    newest backup was made (None: never).
    """

    opened = Signal()
    in_order = Signal(object)

    def __init__(self, shell: Shell, folder: Path | None, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self.recordings: Path | None = None
        self.second = False
        self.locking: Locking | None = None
        self._shell = shell
        self.folder = folder
        self._jobs = jobs
        self._lock: FolderLock | None = None
        self._bell: Doorbell | None = None
        self._visit: Visit | None = None
        self._clients: ClientsPage | None = None
        self._left: tuple[Path, ...] = ()
        self._trouble = ""
        self._unconfirmed = False
        if folder is not None:
            self._claim(folder)

    def wire(self, visit: Visit, clients: ClientsPage, busy: Callable[[], bool]) -> None:
        """Connect; ``busy`` tells while locking would interrupt something."""
        self._visit, self._clients = visit, clients
        clients.unlock.connect(self.unlock)
        if self.folder is None:
            return
        self.locking = Locking(self._shell, self._shell.body, visit, busy, self)
        self.locking.unlock_wanted.connect(self.unlock)
        self._shell.add_key("Ctrl+L", self.lock_now)
        self._look_whether_made()
        if self._trouble:
            self._shell.news.say(words_store.FOLDER_TROUBLE.format(why=self._trouble), "bad")
        elif self.second:
            self._ask()
        elif self.recordings is not None:
            self._left = unfinished(self.recordings)
            self._settle()
        if not self._trouble and remembered(self.folder):
            folder, read_only = self.folder, self.second
            self._run(lambda _: unlock_remembered(folder, read_only=read_only))

    def close(self) -> None:
        """Close the store and let the folder go; may be called again."""
        if self.locking is not None:
            self.locking.stop()
        if self._bell is not None:
            self._bell.close()
            self._bell = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def lock_now(self) -> None:
        """Lock, or say why not yet."""
        sentence = self.locking.lock() if self.locking is not None else ""
        if sentence:
            self._shell.news.say(sentence)

    def unlock(self, passphrase: str) -> None:
        """Open the store, soon; what became of it is said where the passphrase is asked for."""
        folder, read_only = self.folder, self.second
        if folder is None:
            return
        self._say(words_pages.UNLOCKING)
        self._run(lambda _: unlock(folder, passphrase, read_only=read_only))

    # ---- the folder -----------------------------------------------------------------------------------------------------------

    def _claim(self, folder: Path) -> None:
        try:
            self._lock = claim(folder)
            (folder / RECORDINGS).mkdir(exist_ok=True)
        except AnkletestError as error:
            self._trouble = say(str(error))
            return
        except OSError as error:
            self._trouble = f"{folder.name}: {error.strerror}"
            return
        self.second = self._lock is None
        if not self.second:
            self.recordings = folder / RECORDINGS
            self._bell = Doorbell(folder, self)
            self._bell.rang.connect(self._to_front)

    def _to_front(self) -> None:
        self._shell.showNormal() if self._shell.isMinimized() else self._shell.show()
        self._shell.raise_()
        self._shell.activateWindow()

    def _ask(self) -> None:
        box = QMessageBox(self._shell)
        box.setWindowTitle(words_store.SECOND_TITLE)
        box.setText(words_store.SECOND_TITLE)
        box.setInformativeText(words_store.SECOND_TEXT)
        show = box.addButton(words_store.SECOND_SHOW, QMessageBox.ButtonRole.AcceptRole)
        look = box.addButton(words_store.SECOND_LOOK, QMessageBox.ButtonRole.RejectRole)
        for button in (show, look):
            button.setAccessibleName(button.text())
        box.setDefaultButton(show)
        box.setEscapeButton(look)
        show.clicked.connect(self._show_other)
        look.clicked.connect(self._only_look)
        box.finished.connect(box.deleteLater)
        box.open()

    def _show_other(self) -> None:
        if self.folder is not None and ring(self.folder):
            self._shell.close()
        else:
            self._shell.news.say(words_store.SECOND_SILENT, "bad")

    def _only_look(self) -> None:
        self._shell.news.say(words_store.SECOND_LOOKING, "warn")

    # ---- the store ------------------------------------------------------------------------------------------------------------

    def _run(self, work: Callable[[Progress], Unlocked | None]) -> None:
        job = self._jobs.run(words_pages.UNLOCKING, work)
        job.done.connect(self._unlocked)
        job.failed.connect(self._not_unlocked)

    def _unlocked(self, opened: Unlocked | None) -> None:
        if opened is None or self._visit is None or self._clients is None or self.locking is None:
            return
        if self._visit.store is not None:
            opened.store.close()  # two were asked for at once; the first one stays
            return
        self._visit.store = opened.store
        self.locking.watch(opened.store)
        self._say(words_pages.STORE_OPEN)
        self._clients.refresh()
        self.opened.emit()
        if opened.recovery:
            self._shell.news.say(words_door.STORE_MADE)
            self.show_code(opened.recovery)
            return
        if self._unconfirmed:
            self._shell.news.say(words_door.CODE_LOST, "warn")
        self._settle()

    def _not_unlocked(self, error: Exception) -> None:
        if not isinstance(error, AnkletestError):
            raise error
        self._look_whether_made()
        self._say(say(str(error)))

    def show_code(self, code: str) -> None:
        """Show a recovery code that was just made, until it is confirmed; where the lock comes before, it is asked for once more."""
        self._unconfirmed = True
        dialog = RecoveryDialog(code, self._shell)
        dialog.confirmed.connect(self._confirmed)
        dialog.open()

    def _confirmed(self) -> None:
        self._unconfirmed = False
        if self._clients is not None and self._clients.isVisible():
            self._clients.setFocus()  # what had it, the passphrase, is gone

    def _look_whether_made(self) -> None:
        if self._clients is not None and self.folder is not None:
            self._clients.lock_card.set_first(first=not self.second and not made(self.folder))

    def _say(self, sentence: str) -> None:
        if self._clients is not None:
            self._clients.say(sentence)
        if self.locking is not None:
            self.locking.say(sentence)

    def _settle(self) -> None:
        """Seal what a crash left unfinished (what was there at the start, not what is recorded by now), and look over an open store."""
        left, store = self._left, self.locking.store if self.locking is not None else None

        def work(progress: Progress) -> _Settled:
            rescued = rescue(left, progress)
            if store is None or self.second:
                return _Settled(rescued.locked, rescued.sentences)
            store.seal_left()
            store.keeping.reach_copies()
            told = (*([store.mended] if store.mended else []), *rescued.sentences)
            return _Settled(rescued.locked, told, store.keeping.check(), store.keeping.backed_up(), store.keeping.in_use())

        self._jobs.run(words_pages.RESCUING, work).done.connect(self._settled)

    def _settled(self, done: _Settled) -> None:
        self._left = done.locked
        if done.wrong:
            self._shell.news.say(words_store.DAMAGED.format(why=say(done.wrong)), "bad")
        elif done.told:
            self._shell.news.say(" ".join(map(say, done.told)), "warn")
        elif done.used and not self._shell.news.isVisible():
            self.in_order.emit(done.backed_up)
