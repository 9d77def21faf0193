"""The group of settings that keep data safe: backup, passphrase and lock, the data folder, erasing; the work is ``safekeeping``'s."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget

from ankletest.errors import AnkletestError
from ankletest.language import plural
from ankletest.settings import LEAST_MINUTES, MOST_BACKUP_DAYS, MOST_MINUTES, NEVER, Settings
from ankletest.store.erasing import Erasure
from ankletest.store.moving import Moved
from ankletest.store.restoring import Restored
from ui.pages.going import GoingDialog
from ui.pages.settings_asking import AskDialog, Asked, PassphraseDialog
from ui.pages.settings_handing import HandingCard
from ui.pages.settings_keyring import KeyringCard
from ui.pages.settings_rows import Amount, Flag, Group
from ui.safekeeping import Safekeeping, Work
from ui.tongue import say
from ui.words import settings as words
from ui.words.common import moment

USUAL_MINUTES = Settings().lock_minutes


class SafetyGroup(Group):
    """Buttons and entries; ``said`` carries a sentence and whether it is a bad one."""

    said = Signal(str, bool)

    def __init__(self, safe: Safekeeping, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._safe = safe
        self._place = Path()
        self._typed = ""
        self._then: Callable[[Path], None] = self.backup_to
        self._backups()
        self._keys()
        self.keyring = KeyringCard(safe, self)
        self.keyring.said.connect(self.said)
        self._folder()
        self.handing = HandingCard(safe, self)
        self.handing.said.connect(self.said)
        self._erasing()

    def _backups(self) -> None:
        card = self.card(words.BACKUP_CARD)
        self.last = card.remark(role="fact")
        self.days = Amount("backup_days", 0, MOST_BACKUP_DAYS, parent=self)
        self.days.setSpecialValueText(words.NEVER)
        card.add(words.BACKUP_REMIND, self.days)
        self.back_up = QPushButton(words.BACK_UP, self)
        self.restore = QPushButton(words.RESTORE, self)
        card.buttons(self.back_up, self.restore)
        self.back_up.clicked.connect(self.ask_backup)
        self.restore.clicked.connect(self.ask_restore)
        self._safe.door.opened.connect(self._show_backup)

    def _keys(self) -> None:
        card = self.card(words.KEYS_CARD)
        self.minutes = Amount("lock_minutes", LEAST_MINUTES, MOST_MINUTES, suffix=words.MINUTES, parent=self)
        self.never = Flag("lock_minutes", words.NEVER, self)
        card.add(words.LOCK_AFTER, self.minutes, self.never)
        self.warning = card.remark(role="error")
        self.change = QPushButton(words.CHANGE_KEY, self)
        self.lock = QPushButton(words.LOCK_NOW, self)
        card.buttons(self.change, self.lock)
        self.minutes.chosen.connect(self._minutes_chosen)
        self.never.chosen.connect(self._never_chosen)
        self.change.clicked.connect(self.ask_passphrase)
        self.lock.clicked.connect(self._safe.door.lock_now)

    def _folder(self) -> None:
        card = self.card(words.FOLDER_CARD)
        folder = self._safe.folder
        card.remark(str(folder) if folder is not None else words.FOLDER_NONE, role="fact")
        self.move_data = QPushButton(words.MOVE, self)
        if self._safe.movable:
            card.buttons(self.move_data)
        else:
            self.move_data.hide()
            card.remark(words.FOLDER_GIVEN if folder is not None else "")
        self.old = card.remark(role="fact")
        self.let_go = QPushButton(words.LET_GO, self)
        card.buttons(self.let_go)
        self.move_data.clicked.connect(self.ask_move)
        self.let_go.clicked.connect(self.ask_let_go)

    def _erasing(self) -> None:
        card = self.card(words.ERASE_CARD)
        card.remark(words.ERASE_ABOUT)
        self.code = QLineEdit(self)
        self.erase = QPushButton(words.ERASE, self)
        self.erase.setAccessibleName(words.ERASE_CARD)
        card.add(words.ERASE_CODE, self.code, self.erase)
        self.code.textChanged.connect(self._look_at_code)
        self.code.returnPressed.connect(self.ask_erase)
        self.erase.clicked.connect(self.ask_erase)
        self._look_at_code()

    def show_settings(self, settings: Settings) -> None:
        """Show what is settled, and what was done last."""
        self.minutes.setEnabled(not settings.never_locks)
        self.minutes.show_value(USUAL_MINUTES if settings.never_locks else settings.lock_minutes)
        self.never.show_value(settings.never_locks)
        self.warning.say(words.NEVER_WARNING if settings.never_locks else "")
        self._show_backup()
        self.days.show_value(settings.backup_days)
        self.old.say(words.OLD_FOLDER.format(folder=settings.old_data_folder) if settings.old_data_folder else "")
        self.let_go.setVisible(bool(settings.old_data_folder))

    def _show_backup(self) -> None:
        """Show when the last backup was made, by whichever program; only an open store knows."""
        keeping = self._safe.keeping
        try:
            backed_up = keeping.backed_up() if keeping is not None else None
        except AnkletestError as error:
            self.last.say(say(str(error)))
            return
        none = words.NO_BACKUP if keeping is not None else ""
        self.last.say(words.LAST_BACKUP.format(when=moment(backed_up)) if backed_up is not None else none)

    # ---- backup and restore ---------------------------------------------------------------------------------------------------

    def ask_backup(self) -> None:
        """Ask for the folder of a backup."""
        if self._may(self._safe.why_not()):
            self._ask_folder(words.BACKUP_FOLDER, self.backup_to)

    def backup_to(self, parent: Path) -> None:
        """Write a backup under a folder."""
        self._place = parent
        self._go(words.BACKING_UP, self._safe.backup(parent), self._backed_up)

    def ask_restore(self) -> None:
        """Ask for the folder of a backup to be restored."""
        if self._may(self._safe.why_not(store=False, still=True)):
            self._ask_folder(words.RESTORE_FOLDER, self.restore_from)

    def restore_from(self, backup: Path) -> None:
        """Say what a restore replaces, and ask for the passphrase of the backup."""
        try:
            listed = self._safe.look(backup)
        except AnkletestError as error:
            self.said.emit(say(str(error)), True)
            return
        self._place = backup
        dialog = AskDialog(
            words.RESTORE_TITLE.format(when=moment(listed.at)),
            words.RESTORE_TEXT.format(files=len(listed.files), program=listed.program), words.RESTORE_DO,
            asked=(Asked(words.RESTORE_KEY, secret=True),), danger=True, parent=self,
        )  # fmt: skip
        dialog.answered.connect(self._restore_answered)
        dialog.open()

    def _restore_answered(self, typed: tuple[str, ...]) -> None:
        self._typed = typed[0]
        if self._safe.keeping is None:
            self._restore_now(None)  # the store is locked: restoring sets aside what is there all the same
        else:
            self._go(words.RESTORING_FIRST, self._safe.backup(self._place.parent), self._restore_now)

    def _restore_now(self, _: object) -> None:
        self._safe.shut()
        self._go(words.RESTORING, self._safe.restore(self._place, self._typed), self._restored)

    def _restored(self, done: object) -> None:
        if isinstance(done, Restored):
            self.said.emit(words.RESTORED.format(when=moment(done.made_at), told=say(done.told)).strip(), False)
            self._safe.open_again(self._typed)
        self._typed = ""

    def _backed_up(self, place: object) -> None:
        try:
            self._safe.note_backup(self._place)
        except AnkletestError as error:
            self.said.emit(say(str(error)), True)
            return
        self._show_backup()
        self.said.emit(words.BACKED_UP.format(name=place.name if isinstance(place, Path) else ""), False)

    # ---- passphrase and lock --------------------------------------------------------------------------------------------------

    def ask_passphrase(self) -> None:
        """Ask for the passphrase of now and the new one."""
        if not self._may(self._safe.why_not()):
            return
        dialog = PassphraseDialog(self)
        dialog.answered.connect(self._passphrase_answered)
        dialog.open()

    def _passphrase_answered(self, typed: tuple[str, ...]) -> None:
        work = self._safe.change_passphrase(typed[0], typed[1])
        self._go(words.KEY_TITLE, work, self._passphrase_changed, stoppable=False)

    def _passphrase_changed(self, _: object) -> None:
        self.said.emit(words.KEY_CHANGED, False)

    def _minutes_chosen(self, _: str, minutes: object) -> None:
        if isinstance(minutes, (int, float)):
            self._settle_minutes(float(minutes))

    def _never_chosen(self, _: str, never: object) -> None:
        if not never:
            self._settle_minutes(USUAL_MINUTES)
            return
        self.never.show_value(False)  # until it is confirmed
        dialog = AskDialog(words.NEVER_TITLE, words.NEVER_TEXT, words.NEVER_DO, danger=True, parent=self)
        dialog.answered.connect(self._never_answered)
        dialog.open()

    def _never_answered(self, _: object) -> None:
        self._settle_minutes(NEVER)

    def _settle_minutes(self, minutes: float) -> None:
        self.chosen.emit("lock_minutes", minutes)
        try:
            self._safe.note_lock_time(minutes)
        except AnkletestError as error:
            self.said.emit(say(str(error)), True)

    # ---- the data folder ------------------------------------------------------------------------------------------------------

    def ask_move(self) -> None:
        """Ask where the data are to lie."""
        if self._may(self._safe.why_not(store=False, still=True)):
            self._ask_folder(words.MOVE_FOLDER, self.move_to)

    def move_to(self, target: Path) -> None:
        """Say what moving does, and ask once more."""
        self._place = target
        self._confirm(words.MOVE_TITLE.format(folder=target), words.MOVE_TEXT, words.MOVE_DO, self._move_answered, danger=False)

    def _move_answered(self, _: object) -> None:
        self._safe.shut()
        self._go(words.MOVING, self._safe.move(self._place), self._moved)

    def _moved(self, done: object) -> None:
        if not isinstance(done, Moved):
            return
        self.said.emit(plural(words.MOVED, done.files).format(files=done.files, folder=done.folder), False)
        try:
            self._safe.moved(done)
        except AnkletestError as error:
            self.said.emit(say(str(error)), True)

    def ask_let_go(self) -> None:
        """Ask whether what was left in the former folder may be deleted."""
        if self._may(self._safe.why_not(store=False)):
            old = self._safe.preferences.settings.old_data_folder
            self._confirm(words.LET_GO_TITLE.format(folder=old), words.LET_GO_TEXT, words.LET_GO_DO, self._let_go_answered)

    def _let_go_answered(self, _: object) -> None:
        self._go(words.LETTING_GO, self._safe.let_go(), self._let_gone)

    def _let_gone(self, done: object) -> None:
        files = done if isinstance(done, int) else 0
        self.chosen.emit("old_data_folder", "")
        self.said.emit(plural(words.LET_GONE, files).format(files=files), False)

    # ---- erasing --------------------------------------------------------------------------------------------------------------

    def ask_erase(self) -> None:
        """Ask for the code once more before a client is erased."""
        code = self.code.text().strip()
        if not code or not self._may(self._safe.why_not(still=True)):
            return
        dialog = AskDialog(
            words.ERASE_TITLE.format(code=code), words.ERASE_TEXT, words.ERASE_DO, asked=(Asked(words.ERASE_CODE, must=code),), danger=True,
            parent=self,
        )  # fmt: skip
        dialog.answered.connect(self._erase_answered)
        dialog.open()

    def _erase_answered(self, typed: tuple[str, ...]) -> None:
        self._typed = typed[0].strip()
        self._go(words.ERASING, self._safe.erase(self._typed), self._erased, stoppable=False)

    def _erased(self, done: object) -> None:
        if isinstance(done, Erasure):
            told = (
                plural(words.ERASED, done.recordings)
                .format(code=self._typed, files=done.recordings, left=" ".join(map(say, done.left)))
                .strip()
            )
            self.said.emit(told, bool(done.left))
            self._safe.forget_client(self._typed)
        self.code.clear()

    def _look_at_code(self) -> None:
        self.erase.setEnabled(bool(self.code.text().strip()))

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _may(self, why_not: str) -> bool:
        if why_not:
            self.said.emit(why_not, True)
        return not why_not

    def _ask_folder(self, title: str, then: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, title, self._safe.preferences.settings.backup_folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._then = then
        dialog.fileSelected.connect(self._folder_picked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _folder_picked(self, name: str) -> None:
        self._then(Path(name))

    def _confirm(self, title: str, text: str, action: str, then: Callable[[object], None], *, danger: bool = True) -> None:
        dialog = AskDialog(title, text, action, danger=danger, parent=self)
        dialog.answered.connect(then)
        dialog.open()

    def _go(self, title: str, work: Work, then: Callable[[object], None], *, stoppable: bool = True) -> None:
        going = GoingDialog(title, self, stoppable=stoppable)
        going.over.connect(then)
        going.failed.connect(self._not_done)
        going.run(self._safe.jobs, work)

    def _not_done(self, why: str) -> None:
        self._typed = ""
        self.said.emit(why if self._safe.keeping is not None or self._safe.door.second else f"{why} {words.STORE_CLOSED}", True)
