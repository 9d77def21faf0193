"""What covers the window while the store is locked: a passphrase, a button, and whether a recording goes on; nothing of a client."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.pages.secrets import SecretLine
from ui.widgets.card import Card, label
from ui.words import door as words_door
from ui.words import store as words

WIDE = 420


class LockScreen(QWidget):
    """Covers its parent; ``unlock`` carries what was typed."""

    unlock = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setAutoFillBackground(True)
        self.setAccessibleName(words.LOCKED)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        card = Card(words.LOCKED, parent=self)
        card.setFixedWidth(WIDE)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(2)
        text = label(words.LOCKED_TEXT, "sub", card)
        text.setWordWrap(True)
        self.passphrase = SecretLine(words.PASSPHRASE, card)
        self.passphrase.caps.connect(self._tell_caps)
        self.button = QPushButton(words.UNLOCK, card)
        self.button.setAccessibleName(words.UNLOCK)
        self.sentence = label("", "sub", card)
        self.sentence.setWordWrap(True)
        for widget in (text, self.passphrase, self.button, self.sentence):
            card.body.addWidget(widget)
        self.passphrase.returnPressed.connect(self._ask)
        self.button.clicked.connect(self._ask)
        self._card = card
        parent.installEventFilter(self)
        self.hide()

    def cover(self, sentence: str = "") -> None:
        """Cover the window and wait for the passphrase."""
        self.say(sentence)
        self.passphrase.clear()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def uncover(self) -> None:
        """Give the window back."""
        self.passphrase.clear()
        self.hide()

    def say(self, text: str) -> None:
        """Show a sentence."""
        self.sentence.setText(text)
        # Words break, and the column would take the room for their next line from what is below.
        self._card.setMinimumHeight(self._card.heightForWidth(WIDE))
        self.sentence.setAccessibleName(text)

    def _tell_caps(self, on: bool) -> None:
        if on or self.sentence.text() == words_door.CAPS:
            self.say(words_door.CAPS if on else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def _ask(self) -> None:
        passphrase = self.passphrase.text()
        self.passphrase.clear()
        if passphrase:
            self.unlock.emit(passphrase)
