"""Questions before something is lost or opened: what will happen, words to type where wanted, and a button that says what it does."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui import theme
from ui.pages.secrets import SecretPair
from ui.widgets.card import label
from ui.words import settings as words

WIDE_PX = 460


@dataclass(frozen=True, slots=True)
class Asked:
    """A line to type: its name, whether it is hidden while it is typed, and what it must be (empty: anything but nothing)."""

    name: str
    secret: bool = False
    must: str = ""


class AskDialog(QDialog):
    """Asks; ``answered`` carries what was typed, line by line, once the button was pressed.

    Parameters
    ----------
    title, text
        The question, and what will happen.
    action
        Title of the button.
    asked
        Lines to type; the button waits for them.
    danger
        Something is lost.
    """

    answered = Signal(object)

    def __init__(
        self, title: str, text: str, action: str, *, asked: tuple[Asked, ...] = (), danger: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._asked = asked
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wide = theme.scaled(WIDE_PX)
        self.setMinimumWidth(wide)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        for line, role in ((title, "h2"), (text, "sub")):
            told: QLabel = label(line, role, self)
            told.setWordWrap(True)
            told.setTextFormat(Qt.TextFormat.PlainText)
            if line:
                told.setMinimumHeight(told.heightForWidth(wide - 48))
            told.setVisible(bool(line))
            column.addWidget(told)
        self.lines: list[QLineEdit] = []
        for one in asked:
            head = label(one.name, "fact", self)
            edit = QLineEdit(self)
            edit.setAccessibleName(one.name)
            if one.secret:
                edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.textChanged.connect(self._look)
            head.setBuddy(edit)
            column.addWidget(head)
            column.addWidget(edit)
            self.lines.append(edit)
        self.wrong = label("", "error", self)
        self.wrong.setWordWrap(True)
        self.wrong.hide()
        column.addWidget(self.wrong)
        self.column = column
        foot = QHBoxLayout()
        self.cancel = QPushButton(words.CANCEL, self)
        self.act = QPushButton(action, self)
        self.act.setProperty("kind", "danger" if danger else "primary")
        for button in (self.cancel, self.act):
            button.setAccessibleName(button.text())
            foot.addWidget(button)
        foot.insertStretch(0, 1)
        column.addLayout(foot)
        self.cancel.clicked.connect(self.reject)
        self.act.clicked.connect(self._answer)
        # Enter does what loses nothing, unless words were typed for it.
        (self.act if asked else self.cancel).setDefault(True)
        (self.lines[0] if self.lines else self.cancel).setFocus()
        self._look()

    def typed(self) -> tuple[str, ...]:
        """Return what stands in the lines."""
        return tuple(edit.text() for edit in self.lines)

    def refuse(self, why: str) -> None:
        """Say why the answer will not do."""
        self.wrong.setText(why)
        self.wrong.setAccessibleName(why)
        self.wrong.show()

    def check(self) -> str:
        """Return a sentence about why the answer will not do; nothing where it will."""
        return ""

    def _look(self) -> None:
        typed = (edit.text().strip() for edit in self.lines[: len(self._asked)])
        self.act.setEnabled(all(text and one.must in {"", text} for one, text in zip(self._asked, typed, strict=True)))

    def _answer(self) -> None:
        why = self.check()
        if why:
            self.refuse(why)
            return
        typed = self.typed()
        self.accept()
        self.answered.emit(typed)


class PassphraseDialog(AskDialog):
    """Asks for the passphrase of now and twice for the new one; what is wrong stands beside its line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(words.KEY_TITLE, "", words.KEY_DO, asked=(Asked(words.KEY_NOW, secret=True),), parent=parent)
        self.pair = SecretPair(words.KEY_NEW, parent=self)
        self.lines += [self.pair.first, self.pair.again]
        self.column.insertWidget(self.column.indexOf(self.wrong), self.pair)
        for before, after in ((self.lines[0], self.pair.first), (self.pair.again, self.cancel), (self.cancel, self.act)):
            self.setTabOrder(before, after)

    def check(self) -> str:
        """Return what is wrong with the new one; it is said where it stands, so no second time below."""
        return self.pair.check()

    def refuse(self, why: str) -> None:
        """Say nothing more."""
