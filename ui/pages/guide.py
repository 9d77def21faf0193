"""The line that tells what to do now, and how the run ended with its reasons; large enough for both people in the room."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ankletest.session import Finished
from ui import theme
from ui.tongue import say
from ui.words import common as words
from ui.words import pages as words_pages

HEIGHT_PX = 56
HEAD_PX, WHY_PX = 24, 13
"""Where ``head_px`` is larger than usual, the small text grows with it."""
TONE = {"good": "good", "warn": "warn", "bad": "bad", "off": "muted", "": "accent"}


class Guide(QFrame):
    """An instruction, or an outcome with ``accept`` and ``repeat`` (only where ``deciding``: a replayed trial is what it is)."""

    accepted = Signal()
    repeated = Signal()

    def __init__(self, *, deciding: bool, head_px: int = HEAD_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guide")
        self.setMinimumHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._state = ""
        self._deciding = deciding
        self._head_px = head_px
        self._why_px = WHY_PX * head_px // HEAD_PX
        line = QHBoxLayout(self)
        line.setContentsMargins(18, 5, 12, 5)
        line.setSpacing(10)
        column = QVBoxLayout()
        column.setSpacing(1)
        self._head = QLabel(self)
        self._head.setObjectName("guide-head")
        self._head.setTextFormat(Qt.TextFormat.PlainText)
        self._head.setWordWrap(True)
        self._why = QLabel(self)
        self._why.setObjectName("guide-why")
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._why.setWordWrap(True)
        column.addStretch(1)
        column.addWidget(self._head)
        column.addWidget(self._why)
        column.addStretch(1)
        line.addLayout(column, 1)
        self._line = line
        self.accept = QPushButton(words_pages.ACCEPT, self)
        self.accept.setAccessibleName(words_pages.ACCEPT)
        self.repeat = QPushButton(words_pages.REPEAT, self)
        self.repeat.setAccessibleName(words_pages.REPEAT)
        self.accept.clicked.connect(self.accepted)
        self.repeat.clicked.connect(self.repeated)
        line.addWidget(self.accept)
        line.addWidget(self.repeat)
        theme.changes.changed.connect(self.recolour)
        self.say("")

    @property
    def head(self) -> str:
        """The large text."""
        return self._head.text()

    @property
    def why(self) -> str:
        """The small text."""
        return self._why.text()

    @property
    def state(self) -> str:
        """``good``, ``warn``, ``bad``, ``off`` or empty."""
        return self._state

    def put_aside(self, widget: QWidget) -> None:
        """Show a widget at the right of the text."""
        self._line.insertWidget(1, widget)

    def say(self, text: str, why: str = "", *, state: str = "") -> None:
        """Show an instruction or a sentence."""
        self._show(say(text), say(why), state)
        self.accept.hide()
        self.repeat.hide()

    def conclude(self, finished: Finished) -> None:
        """Show how a run ended."""
        trial = finished.trial
        outcome = trial.outcome.value
        held = words_pages.HELD.format(seconds=words.number(trial.hold_s, 1)) if trial.hold_s == trial.hold_s else ""
        parts = [*([held] if held else []), *map(say, trial.reasons)]
        self._show(words_pages.OUTCOME[outcome], "  ·  ".join(parts), words_pages.OUTCOME_STATE[outcome])
        self.accept.setVisible(self._deciding)
        self.repeat.setVisible(self._deciding)

    def decided(self) -> None:
        """Take the two buttons away."""
        self.accept.hide()
        self.repeat.hide()

    def recolour(self) -> None:
        """Take the colours in force."""
        tone = TONE[self._state]
        soft = theme.color(f"{tone}_soft").name() if tone != "muted" else theme.color("border").name()
        ink = theme.color("text" if tone in ("muted", "accent") else tone).name()
        self.setStyleSheet(
            f"QFrame#guide {{ background:{soft}; border-radius:12px; }}"
            f"QLabel#guide-head {{ color:{ink}; font-size:{theme.scaled(self._head_px)}px; font-weight:600; }}"
            f"QLabel#guide-why {{ color:{theme.color('text').name()}; font-size:{theme.scaled(self._why_px)}px; }}"
        )

    def _show(self, text: str, why: str, state: str) -> None:
        if (text, why, state) == (self._head.text(), self._why.text(), self._state):
            return
        self._head.setText(text)
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self.setAccessibleName(text)
        self.setAccessibleDescription(why)
        self._state = state
        self.recolour()
