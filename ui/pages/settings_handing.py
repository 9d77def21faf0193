"""The card of the settings that hands out everything about a client, with the name or under a pseudonym; it writes nothing itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget

from ankletest.errors import AnkletestError
from ui.pages.going import GoingDialog
from ui.pages.settings_asking import AskDialog
from ui.pages.settings_rows import Group
from ui.safekeeping import Safekeeping
from ui.words import handing as words

STAMP = "%Y-%m-%d_%H%M%S"


class HandingCard(QObject):
    """Asks whose, says that it is not encrypted, asks for a folder, and writes; ``said`` carries a sentence and whether it is a bad one."""

    said = Signal(str, bool)

    def __init__(self, safe: Safekeeping, group: Group) -> None:
        super().__init__(group)
        self._safe = safe
        self._page: QWidget = group
        self._pseudonymised = False
        card = group.card(words.CARD)
        card.remark(words.ABOUT)
        self.code = QLineEdit(group)
        card.add(words.CODE, self.code)
        self.named = QPushButton(words.NAMED, group)
        self.hidden = QPushButton(words.HIDDEN, group)
        card.buttons(self.named, self.hidden)
        self.code.textChanged.connect(self._look)
        self.named.clicked.connect(self.ask_named)
        self.hidden.clicked.connect(self.ask_hidden)
        self._look()

    def look(self) -> None:
        """Offer the client of the visit, where nobody is entered."""
        client = self._safe.visit.client
        if client is not None and not self.code.text():
            self.code.setText(client.code)

    def ask_named(self) -> None:
        """Say what leaves the store with the name, and ask where to."""
        self._ask(words.NAMED_TITLE, words.NAMED_TEXT, pseudonymised=False)

    def ask_hidden(self) -> None:
        """Say what leaves the store under a pseudonym, and ask where to."""
        self._ask(words.HIDDEN_TITLE, words.HIDDEN_TEXT, pseudonymised=True)

    def write_to(self, parent: Path) -> None:
        """Write into a new folder under ``parent``; its name tells a code only where everything in it tells it too."""
        code, hidden = self.code.text().strip(), self._pseudonymised
        stamp = f"{datetime.now(UTC).astimezone():{STAMP}}"
        safe = "".join(c if c.isalnum() else "-" for c in code)
        target = parent / (words.HIDDEN_FOLDER.format(stamp=stamp) if hidden else words.NAMED_FOLDER.format(code=safe, stamp=stamp))
        try:
            work = self._safe.hand_out(code, target, pseudonymised=hidden)
        except AnkletestError as error:
            self.said.emit(str(error), True)
            return

        def over(told: object) -> None:
            missing = [str(line) for line in told] if isinstance(told, list) else []
            self.said.emit("  ".join((words.WRITTEN.format(folder=target), *missing)), bool(missing))

        going = GoingDialog(words.WRITING, self._page)
        going.over.connect(over)
        going.failed.connect(self._not_written)
        going.run(self._safe.jobs, work)

    # ---- inside -----------------------------------------------------------------------------------------------------------------

    def _ask(self, title: str, text: str, *, pseudonymised: bool) -> None:
        why_not = self._safe.why_not(still=True)
        if why_not:
            self.said.emit(why_not, True)
            return
        self._pseudonymised = pseudonymised
        dialog = AskDialog(title.format(code=self.code.text().strip()), text, words.CHOOSE, parent=self._page)
        dialog.answered.connect(self._ask_folder)
        dialog.open()

    def _ask_folder(self, _: object) -> None:
        dialog = QFileDialog(self._page, words.FOLDER)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        picked: Callable[[str], None] = self._picked
        dialog.fileSelected.connect(picked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _picked(self, name: str) -> None:
        self.write_to(Path(name))

    def _not_written(self, why: str) -> None:
        self.said.emit(why, True)

    def _look(self) -> None:
        for button in (self.named, self.hidden):
            button.setEnabled(bool(self.code.text().strip()))
