"""The band over the Test page while a battery goes on: what comes next, the rest, and the questions that come up."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ankletest import exams
from ankletest.exams.conditions import both_legs
from ankletest.programme.round import Item
from ankletest.session import Finished
from ankletest.trial import Setup
from ui import theme
from ui.pages.asking import FeltDialog, LeaveDialog, StopDialog, WhyDialog
from ui.rounds import Rounds, Stage
from ui.tongue import say
from ui.widgets.caption import Caption
from ui.widgets.card import label
from ui.words import common as words
from ui.words import visit as told


def name_of(setup: Setup) -> str:
    """Return exam and leg in words."""
    title = say(exams.by_key(setup.exam).title)
    return title if both_legs(setup) else told.FELT_OF.format(exam=title, side=words.SIDE[setup.side].lower())


class RoundBar(QFrame):
    """Shown while a battery goes on; ``answered`` tells that a question is closed."""

    answered = Signal()

    def __init__(self, rounds: Rounds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("round")
        self._rounds = rounds
        self._asking: QDialog | None = None
        self._unanswered: Finished | None = None
        # In large letters what comes next would have no room beside the buttons.
        rows = QVBoxLayout(self) if theme.large() else QHBoxLayout(self)
        rows.setContentsMargins(16, 8, 12, 8)
        rows.setSpacing(10)
        line = QHBoxLayout()
        line.setSpacing(10)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        self.where = label("", "cap", self)
        self.next = Caption("", "h2", self)
        texts.addWidget(self.where)
        texts.addWidget(self.next)
        rows.addLayout(texts, 1)
        rows.addLayout(line)
        if theme.large():
            line.addStretch(1)
        self.by_itself = QCheckBox(told.BY_ITSELF, self)
        self.by_itself.setToolTip(told.BY_ITSELF_HINT)
        self.by_itself.setAccessibleName(told.BY_ITSELF)
        self.by_itself.setChecked(rounds.by_itself)
        self.by_itself.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.now = QPushButton(told.NOW, self)
        self.skip = QPushButton(told.SKIP, self)
        self.leave = QPushButton(told.LEAVE, self)
        line.addWidget(self.by_itself)
        for button in (self.now, self.skip, self.leave):
            button.setAccessibleName(button.text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            line.addWidget(button)
        self.by_itself.toggled.connect(self._set_by_itself)
        self.now.clicked.connect(rounds.start)
        self.skip.clicked.connect(self.ask_skip)
        self.leave.clicked.connect(self.ask_leave)
        rounds.changed.connect(self.refresh)
        rounds.felt_wanted.connect(self._ask_felt)
        rounds.why_wanted.connect(self._ask_why_stopped)
        theme.changes.changed.connect(self.refresh)
        self.refresh()

    # ---- questions -------------------------------------------------------------------------------------------------------------

    def ask_repeat(self) -> None:
        """Ask why the trial that was just done does not count, and whether it is done again."""
        self._ask_why(told.WHY_REPEAT, told.REASONS_REPEAT, (told.DO_REJECT, told.DO_REPEAT), self._repeat)

    def ask_skip(self) -> None:
        """Ask why what comes next is left out."""
        self._ask_why(told.WHY_SKIP, told.REASONS_SKIP, (told.SKIP.rstrip(" …"),), self._skip)

    def ask_unlock(self) -> None:
        """Ask why what a stop has locked may be done."""
        self._ask_why(told.WHY_UNLOCK, told.REASONS_UNLOCK, (told.UNLOCK.rstrip(" …"),), self._unlock)

    def ask_leave(self) -> None:
        """Ask whether the battery is to be ended; one that is done is left at once."""
        one = self._rounds.round
        if one is None or one.over:
            self._rounds.leave()
            return
        dialog = LeaveDialog(len(one.items) - one.done, len(one.items), later=self._rounds.can_wait, parent=self.window())
        dialog.ended.connect(self._rounds.leave)
        dialog.put_aside.connect(self._rounds.put_aside)
        self._open(dialog)

    def ask_again(self) -> None:
        """Ask how the set felt whose question the lock has closed."""
        done, self._unanswered = self._unanswered, None
        if done is not None and self._asking is None:
            self._ask_felt(done)

    @property
    def asking(self) -> QDialog | None:
        """The question that is open."""
        return self._asking

    def refresh(self) -> None:
        """Show where the round is."""
        rounds = self._rounds
        self.setVisible(rounds.round is not None)
        if rounds.round is None:
            return
        soft, ink = theme.color("accent_soft").name(), theme.color("text").name()
        self.setStyleSheet(f"QFrame#round {{ background:{soft}; border-radius:12px; }} QFrame#round QLabel {{ color:{ink}; }}")
        one = rounds.round
        self.where.setText(f"{say(one.battery.title)}  ·  {told.PROGRESS.format(done=one.done, total=len(one.items))}")
        self.next.setText(self._sentence(rounds.item))
        self.setAccessibleName(self.where.text())
        self.setAccessibleDescription(self.next.text())
        waiting = rounds.stage in {Stage.RESTING, Stage.READY} and rounds.item is not None
        self.now.setVisible(waiting)
        self.skip.setVisible(waiting)
        self.leave.setEnabled(rounds.stage is not Stage.RUNNING)
        self.by_itself.setEnabled(rounds.stage is not Stage.RUNNING)

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _sentence(self, item: Item | None) -> str:
        rounds = self._rounds
        if item is None:
            locked = rounds.round is not None and rounds.round.locked
            return told.ALL_LOCKED if locked else told.ALL_DONE
        setup = item.planned.setup
        text = name_of(setup) if rounds.stage is Stage.RUNNING else told.NEXT.replace("{exam}, {side}", name_of(setup))
        if item.planned.practice:
            text += f"  ·  {told.PRACTICE}"
        if rounds.stage is Stage.DECIDING:
            left = "" if rounds.held or not rounds.by_itself else told.DECIDING.format(seconds=round(rounds.left_s))
            return f"{name_of(setup)}{'  ·  ' if left else ''}{left}"
        if rounds.stage is Stage.RESTING:
            return f"{text}  ·  {told.AFTER_REST.format(seconds=round(rounds.left_s))}"
        return f"{text}  ·  {told.WAITING}" if rounds.stage is Stage.READY else text

    def _set_by_itself(self, checked: bool) -> None:
        self._rounds.set_by_itself(checked)

    def _ask_felt(self, done: Finished) -> None:
        dialog = FeltDialog(done.trial.setup, soreness=self._rounds.soreness, parent=self.window())
        trial = done.trial.setup.trial
        dialog.answered.connect(lambda felt: self._rounds.tell_felt(trial, felt))
        dialog.cut_off.connect(lambda: setattr(self, "_unanswered", done))
        self._open(dialog)

    def _ask_why_stopped(self, in_set: bool) -> None:
        if self._asking is not None:
            self._asking.done(0)
        dialog = StopDialog(datetime.now(UTC), in_set=in_set, parent=self.window())
        dialog.said.connect(self._rounds.give_reason)
        self._open(dialog)

    def _ask_why(self, question: str, reasons: tuple[str, ...], actions: tuple[str, ...], then: object) -> None:
        dialog = WhyDialog(question, reasons, actions, self.window())
        dialog.chosen.connect(then)
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        """Open a question; nothing goes on by itself until it is answered."""
        self._rounds.hold()
        self._asking = dialog
        dialog.finished.connect(self._answered)
        dialog.open()

    def _answered(self) -> None:
        self._asking = None
        self._rounds.release()
        self.answered.emit()

    def _repeat(self, why: str, pressed: int) -> None:
        if pressed:
            self._rounds.repeat(why)
        else:
            self._rounds.reject(why)

    def _skip(self, why: str) -> None:
        self._rounds.skip(why)

    def _unlock(self, why: str) -> None:
        self._rounds.unlock(why)
