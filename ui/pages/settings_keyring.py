"""The card of the settings that lets this computer open the store by itself, or no more, and makes another recovery code."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from ui.pages.going import GoingDialog
from ui.pages.settings_asking import AskDialog, Asked
from ui.pages.settings_rows import Flag, Group
from ui.safekeeping import Safekeeping, Work
from ui.words import door as words
from ui.words import pages as words_pages


class KeyringCard(QObject):
    """A switch and a button; ``said`` carries a sentence and whether it is a bad one."""

    said = Signal(str, bool)

    def __init__(self, safe: Safekeeping, group: Group) -> None:
        super().__init__(group)
        self._safe = safe
        self._page: QWidget = group
        card = group.card(words.KEYRING_CARD)
        self.remember = Flag("keyring", words.REMEMBER, group)
        card.buttons(self.remember)
        self.about = card.remark(words.REMEMBER_ABOUT)
        self.new_code = QPushButton(words.NEW_CODE, group)
        card.buttons(self.new_code)
        self.remember.chosen.connect(self._chosen)
        self.new_code.clicked.connect(self.ask_new_code)

    def look(self) -> None:
        """Show whether it is remembered; without a keyring the switch can only be put off.

        To be called when the card is seen: who looks for keyrings asks the system, for which no start has to wait.
        """
        there, on = self._safe.has_keyring, self._safe.remembered
        self.remember.show_value(on)
        self.remember.setEnabled(there or on)
        self.about.say(words.REMEMBER_ABOUT if there else words.REMEMBER_NONE)
        self.remember.setAccessibleDescription(self.about.text())

    def ask_new_code(self) -> None:
        """Ask for the passphrase before another recovery code is made."""
        self._ask(words.NEW_CODE_TITLE, words.NEW_CODE_TEXT, words.NEW_CODE_DO, self._code_answered)

    # ---- inside -----------------------------------------------------------------------------------------------------------------

    def _chosen(self, _: str, on: object) -> None:
        self.look()  # as it is, until it is done
        if on:
            self._ask(words.REMEMBER_TITLE, words.REMEMBER_TEXT, words.REMEMBER_DO, self._remember_answered)
        elif self._may():
            self._go(words.FORGETTING, self._safe.forget(), self._forgotten)

    def _remember_answered(self, typed: tuple[str, ...]) -> None:
        self._go(words.REMEMBERING, self._safe.remember(typed[0]), self._remembered)

    def _remembered(self, done: object) -> None:
        self.look()
        self.said.emit(words.REMEMBERED if done else words.REMEMBER_REFUSED, not done)

    def _forgotten(self, _: object) -> None:
        self.look()
        self.said.emit(words.FORGOTTEN, False)

    def _code_answered(self, typed: tuple[str, ...]) -> None:
        self._go(words.MAKING_CODE, self._safe.new_code(typed[0]), self._code_made)

    def _code_made(self, code: object) -> None:
        self._safe.door.show_code(str(code))

    def _may(self) -> bool:
        why_not = self._safe.why_not()
        if why_not:
            self.said.emit(why_not, True)
        return not why_not

    def _ask(self, title: str, text: str, action: str, then: Callable[[tuple[str, ...]], None]) -> None:
        if not self._may():
            return
        dialog = AskDialog(title, text, action, asked=(Asked(words_pages.PASSPHRASE, secret=True),), parent=self._page)
        dialog.answered.connect(then)
        dialog.open()

    def _go(self, title: str, work: Work, then: Callable[[object], None]) -> None:
        going = GoingDialog(title, self._page, stoppable=False)
        going.over.connect(then)
        going.failed.connect(self._not_done)
        going.run(self._safe.jobs, work)

    def _not_done(self, why: str) -> None:
        self.look()
        self.said.emit(why, True)
