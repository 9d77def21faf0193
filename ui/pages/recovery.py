"""Shows a recovery code once, to be copied, printed and confirmed as written down; where it comes from is not its business."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui import theme
from ui.pages.client_fields import today
from ui.widgets.card import label
from ui.words import common as plain_words
from ui.words import door as words

WIDE_PX = 520
MARGIN_PX = 24
CODE_PX = 20
ROW_GROUPS = 4
"""Groups of the code in a row: two rows of four are read aloud and compared without losing the place."""


class RecoveryDialog(QDialog):
    """Stays until it is confirmed; only the lock of the window closes it before. ``confirmed`` tells that it was."""

    confirmed = Signal()

    def __init__(self, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = code
        self._printer: QPrinter | None = None
        self.setWindowTitle(words.CODE_TITLE)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        wide = theme.scaled(WIDE_PX)
        self.setMinimumWidth(wide)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_PX, 20, MARGIN_PX, 20)
        column.setSpacing(12)
        head, text = label(words.CODE_TITLE, "h2", self), label(words.CODE_TEXT, "sub", self)
        self.shown = label(in_rows(code), "fact", self)
        self.shown.setFont(theme.font(CODE_PX))
        self.shown.setStyleSheet(f"font-size: {theme.scaled(CODE_PX)}px; letter-spacing: 1px;")
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse)
        self.shown.setAccessibleName(f"{words.CODE_TITLE}: {code}")
        self.copy, self.print = QPushButton(words.COPY, self), QPushButton(words.PRINT, self)
        self.tick = QCheckBox(words.TICK, self)
        self.tick.setProperty("kind", "flag")
        self.leave = QPushButton(words.CLOSE, self)
        self.leave.setProperty("kind", "primary")
        self.said = label("", "fact", self)
        for line in (text, self.said):
            line.setWordWrap(True)
        text.setMinimumHeight(text.heightForWidth(wide - 2 * MARGIN_PX))
        ways, foot = QHBoxLayout(), QHBoxLayout()
        for button in (self.copy, self.print):
            ways.addWidget(button)
        ways.addStretch(1)
        foot.addWidget(self.tick)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        for button in (self.copy, self.print, self.leave):
            button.setAccessibleName(button.text())
            button.setAutoDefault(button is self.leave)
        self.tick.setAccessibleName(words.TICK)
        for widget in (head, text, self.shown):
            column.addWidget(widget)
        column.addLayout(ways)
        column.addWidget(self.said)
        column.addLayout(foot)
        self.copy.clicked.connect(self._copy)
        self.print.clicked.connect(self._ask_printer)
        self.leave.clicked.connect(self.reject)
        self.leave.setDefault(True)
        self.tick.setFocus()

    def reject(self) -> None:
        """Close once it was confirmed; else say what is missing."""
        if not self.tick.isChecked():
            self._say(words.TICK_FIRST)
            self.tick.setFocus()
            return
        super().reject()
        self.confirmed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Take the cross of the window for Escape; the lock closes it whatever stands there."""
        if event.spontaneous():
            super().closeEvent(event)
        else:
            self.done(QDialog.DialogCode.Rejected)
            event.accept()

    def done(self, result: int) -> None:
        """Leave nothing of the code behind."""
        clipboard = QApplication.clipboard()
        if clipboard.text() == self._code:
            clipboard.clear()
        super().done(result)

    def print_to(self, printer: QPrinter) -> None:
        """Print the code on a page of its own."""
        paper(self._code, today()).print_(printer)
        self._say(words.PRINTED)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._code)
        self._say(words.COPIED)

    def _ask_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._printer = printer
        dialog.accepted.connect(self._print)
        QDialog.open(dialog)  # its own asks for a slot by name

    def _print(self) -> None:
        if self._printer is not None:
            self.print_to(self._printer)

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)
        self.said.setAccessibleName(sentence)


def in_rows(code: str) -> str:
    """Return a code in rows of groups."""
    groups = code.split("-")
    return "\n".join("-".join(groups[k : k + ROW_GROUPS]) for k in range(0, len(groups), ROW_GROUPS))


def paper(code: str, day: date) -> QTextDocument:
    """Return the page that is printed."""
    document = QTextDocument()
    document.setPlainText(f"{words.PAPER_TITLE}\n\n{in_rows(code)}\n\n{words.PAPER_TEXT.format(day=plain_words.written(day))}")
    font = theme.font(16)
    document.setDefaultFont(font)
    return document
