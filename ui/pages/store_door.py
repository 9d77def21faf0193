"""The card of the store's door on the page of clients: a passphrase that is chosen the first time, typed later, and what the store says."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from ui.pages.secrets import SecretPair
from ui.widgets.card import Card, label
from ui.words import door as texts
from ui.words import pages as words


class StoreDoor(Card):
    """``unlock`` carries a passphrase that was typed, or chosen and repeated."""

    unlock = Signal(str)

    def __init__(self, *, lockable: bool, parent: QWidget | None = None) -> None:
        super().__init__(words.STORE, parent=parent)
        self._lockable = lockable
        self.button = QPushButton(words.UNLOCK, self)
        self.pair = SecretPair(words.PASSPHRASE, button=self.button, parent=self)
        self.passphrase, self.again, self.eye = self.pair.first, self.pair.again, self.pair.eye
        self.sentence = label("", "sub", self)
        self.sentence.setWordWrap(True)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.pair)
        self.pair.setVisible(lockable)
        self.passphrase.returnPressed.connect(self._go_on)
        self.again.returnPressed.connect(self._ask)
        self.button.clicked.connect(self._ask)
        self.set_first(first=False)
        self.say(words.STORE_LOCKED if lockable else words.NO_STORE)

    @property
    def first(self) -> bool:
        """True while a passphrase is chosen: there is no store yet."""
        return self.pair.choosing

    def set_first(self, *, first: bool) -> None:
        """Ask for the passphrase of a store that is made by it, or of one that is there."""
        if self.sentence.text() == (words.STORE_LOCKED if first else texts.FIRST_TEXT):
            self.say(texts.FIRST_TEXT if first else words.STORE_LOCKED)
        self.set_title(texts.FIRST_TITLE if first else words.STORE)
        self.button.setText(texts.MAKE if first else words.UNLOCK)
        self.button.setAccessibleName(self.button.text())
        self.pair.set_choosing(choosing=first)

    def set_open(self, *, is_open: bool) -> None:
        """Ask for nothing while the store is open."""
        self.pair.setVisible(self._lockable and not is_open)
        if is_open:
            self.set_title(words.STORE)

    def say(self, sentence: str) -> None:
        """Show a sentence of the store."""
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(sentence)

    def _go_on(self) -> None:
        """Enter goes on to the repeat, and with both lines typed it is the button."""
        if self.first and not self.again.text() and not self.pair.check_first():
            self.again.setFocus()
        else:
            self._ask()

    def _ask(self) -> None:
        typed = self.passphrase.text()
        if self.pair.check() or not typed:
            return
        self.pair.clear()
        self.unlock.emit(typed)
