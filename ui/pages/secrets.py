"""Where a passphrase is typed: a hidden line that tells of caps lock, a button that shows it, and a new one typed twice; keeps nothing."""

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from ankletest.store.passphrase import EASY, HARD, SHORTEST, guesses, weakness
from ui import theme
from ui.icons import Glyph, icon
from ui.widgets.card import label
from ui.words import door as words
from ui.words import pages as words_pages

EYE_PX = 18


class SecretLine(QLineEdit):
    """A hidden line; ``caps`` tells whether the last letter came with caps lock on.

    Qt does not tell the state of the key, so it is known by a letter only: a capital without Shift, or a small one with it.
    """

    caps = Signal(bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setPlaceholderText(name)
        self.setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Look at a letter before it is taken."""
        text = event.text()
        if len(text) == 1 and text.lower() != text.upper():
            self.caps.emit(text.isupper() != bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_CapsLock:
            self.caps.emit(False)
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing is typed here any more."""
        self.caps.emit(False)
        super().focusOutEvent(event)


class Eye(QPushButton):
    """Shows what is typed in some lines while it is pressed in."""

    def __init__(self, *lines: QLineEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self.setCheckable(True)
        # Enter in a line is for the passphrase, in a dialog too.
        self.setAutoDefault(False)
        self.toggled.connect(self._show)
        theme.changes.changed.connect(self._draw)
        self.setIconSize(QSize(theme.scaled(EYE_PX), theme.scaled(EYE_PX)))
        self._show(on=False)

    def _show(self, on: bool) -> None:
        for line in self._lines:
            line.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self.setText(words.HIDE if on else words.SHOW)
        self.setToolTip(words.HIDE_HINT if on else words.SHOW_HINT)
        self.setAccessibleName(self.toolTip())
        self._draw()

    def _draw(self) -> None:
        self.setIcon(icon(Glyph.EYE_SHUT if self.isChecked() else Glyph.EYE, px=theme.scaled(EYE_PX)))


class SecretPair(QWidget):
    """A passphrase, and below it its repeat where a new one is chosen; what is wrong stands beside the line.

    Parameters
    ----------
    name
        Of the first line.
    button
        Stands beside the last line that is shown.
    """

    edited = Signal()

    def __init__(self, name: str, *, button: QPushButton | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choosing = True
        self.first, self.again = SecretLine(name, self), SecretLine(words.REPEAT, self)
        self.eye = Eye(self.first, self.again, parent=self)
        self._button = button
        self.head, self.again_head = label(name, "fact", self), label(words.REPEAT, "fact", self)
        self.strength, self.wrong, self.caps = label("", "fact", self), label("", "error", self), label(words.CAPS, "error", self)
        for line in (self.strength, self.wrong):
            line.setWordWrap(True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        for row, widget in enumerate((self.head, self.first, self.strength, self.again_head, self.again, self.wrong)):
            self._grid.addWidget(widget, row, 0, 1, 1 if widget in (self.first, self.again) else 3)
        self._grid.addWidget(self.eye, 1, 1)
        self._grid.addWidget(self.caps, 6, 0, 1, 3)
        for head, secret in ((self.head, self.first), (self.again_head, self.again)):
            head.setBuddy(secret)
            secret.caps.connect(self.caps.setVisible)
            secret.textChanged.connect(self._look)
        self.again.editingFinished.connect(self._left)
        self.caps.hide()
        self.set_choosing(choosing=True)

    def set_choosing(self, *, choosing: bool) -> None:
        """Ask for a new passphrase, twice, or for one that is known."""
        self.choosing = choosing
        self.first.setAccessibleName(words.NEW if choosing else words_pages.PASSPHRASE)
        self.first.setPlaceholderText("" if choosing else words_pages.PASSPHRASE)
        self.again.setPlaceholderText("")
        for widget in (self.head, self.strength, self.again_head, self.again, self.wrong):
            widget.setVisible(choosing)
        if self._button is not None:
            self._grid.removeWidget(self._button)
            self._grid.addWidget(self._button, 4 if choosing else 1, 1 if choosing else 2, 1, 2 if choosing else 1)
            for before, after in ((self.first, self.eye), (self.eye, self.again), (self.again, self._button)):
                QWidget.setTabOrder(before, after)
        self._look()

    def check(self) -> str:
        """Return what is wrong, say it beside its line and go there; nothing where the passphrase can be taken."""
        why = self.check_first()
        if not why and self.choosing and self.first.text() != self.again.text():
            why = words.DIFFERS if self.again.text() else words.REPEAT_MISSING
            self._say(why)
            self.again.setFocus()
        return why

    def check_first(self) -> str:
        """Return what is wrong with the passphrase itself, and go there."""
        if not self.choosing or weakness(self.first.text()) is None:
            return ""
        self.first.setFocus()
        sentence, _ = told(self.first.text())
        _show_state(self.strength, sentence, "bad")
        return sentence

    def clear(self) -> None:
        """Forget what was typed, and hide what is typed next."""
        self.first.clear()
        self.again.clear()
        self.eye.setChecked(False)

    def _look(self) -> None:
        """While somebody types, only what can no longer become right is wrong."""
        self._tell_strength()
        typed, again = self.first.text(), self.again.text()
        self._say("" if typed.startswith(again) else words.DIFFERS)
        self.edited.emit()

    def _left(self) -> None:
        if self.choosing and self.again.text() and self.again.text() != self.first.text():
            self._say(words.DIFFERS)

    def _say(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.again.setAccessibleDescription(sentence)

    def _tell_strength(self) -> None:
        typed = self.first.text()
        sentence, state = told(typed)
        self.first.setAccessibleDescription(sentence if self.choosing else "")
        _show_state(self.strength, sentence, state)


def told(passphrase: str) -> tuple[str, str]:
    """Return a sentence about how good a new passphrase is, and its state: good, bad or neither."""
    if not passphrase:
        return words.ADVICE.format(least=SHORTEST), ""
    why, count = weakness(passphrase), len(passphrase)
    if why is not None:
        return words.WEAKNESS[why.value].format(count=count, least=SHORTEST), "bad"
    tries = guesses(passphrase)
    kind = "weak" if tries < EASY else "fair" if tries < HARD else "strong"
    shown = f"{_rounded(min(tries, HARD)):,}".replace(",", "\u202f")
    return words.STRENGTH[kind].format(count=count, guesses=shown), "good" if kind == "strong" else ""


def _rounded(count: float) -> int:
    """Return a count by its first figure: more would look as if it were known."""
    size: int = 10 ** math.floor(math.log10(max(count, 1.0)))
    return round(count / size) * size


def _show_state(line: QLabel, sentence: str, state: str) -> None:
    line.setText(sentence)
    if line.property("state") != state:
        line.setProperty("state", state)
        line.style().unpolish(line)
        line.style().polish(line)
