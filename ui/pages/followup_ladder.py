"""The ladder of a client: where they stand, what is proposed and every reason for it; the physio decides."""

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ankletest.errors import AnkletestError
from ankletest.programme.decisions import Choice, Decision, decide
from ankletest.programme.ladder import Move, Proposal, Rung
from ankletest.programme.ladder_file import InForce
from ui.pages.followup_rules import RulesDialog
from ui.tongue import say
from ui.widgets.buttons import button_of
from ui.widgets.card import Card, label
from ui.words import common as words
from ui.words import followup as told

WHY_MOST = 500


class LadderCard(Card):
    """Where a client stands; ``decided`` carries a ``Decision`` to be kept, ``edit`` and ``back`` ask for own rules or none."""

    decided = Signal(object)
    edit = Signal()
    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(told.LADDER, parent=parent)
        self._in_force: InForce | None = None
        self._step = 0
        self._proposal: Proposal | None = None
        self._basis = ""
        self.able = True
        """Whether the rules can be edited here: a window that only looks changes nothing."""
        self.rungs = label("", "fact", self)
        self.drills = label("", "sub", self)
        self.trouble = label("", "error", self)
        self.last = label("", "sub", self)
        self.proposed = label("", "h2", self)
        self.reasons = label("", "sub", self)
        for line in (self.rungs, self.drills, self.trouble, self.last, self.proposed, self.reasons):
            line.setWordWrap(True)
            self.body.addWidget(line)
        buttons = QHBoxLayout()
        self.accept = button_of(told.ACCEPT, self)
        self.stay = button_of(told.STAY, self)
        self.other = button_of(told.OTHER, self)
        self.other.setCheckable(True)
        self.rules = button_of(told.RULES, self)
        for button in (self.accept, self.stay, self.other):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        self.choice = QWidget(self)
        under = QVBoxLayout(self.choice)
        under.setContentsMargins(0, 0, 0, 0)
        self.step = QComboBox(self.choice)
        self.step.setAccessibleName(told.OTHER_STEP)
        self.step.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.why = QLineEdit(self.choice)
        self.why.setPlaceholderText(told.OTHER_WHY)
        self.why.setAccessibleName(told.OTHER_WHY)
        self.why.setMaxLength(WHY_MOST)
        self.keep = button_of(told.OTHER_KEEP, self.choice)
        for widget in (self.step, self.why, self.keep):
            under.addWidget(widget)
        self.body.addWidget(self.choice)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.rules)
        self.body.addLayout(foot)
        self.choice.hide()
        self.accept.clicked.connect(self._accept)
        self.stay.clicked.connect(self._stay)
        self.other.toggled.connect(self.choice.setVisible)
        self.keep.clicked.connect(self._other)
        self.why.returnPressed.connect(self._other)
        self.rules.clicked.connect(self.show_rules)

    def show_ladder(self, found: InForce, step: int, proposal: Proposal | None, last: Decision | None, basis: str) -> None:
        """Show where a client stands; without a proposal nothing is to be decided."""
        self._in_force, self._step, self._proposal, self._basis = found, step, proposal, basis
        ladder = found.ladder
        self.set_right(told.LADDER_AT.format(step=step + 1, steps=len(ladder.rungs)))
        self.rungs.setText("\n".join(self._rung(number, rung) for number, rung in enumerate(ladder.rungs)))
        drills = say(ladder.rungs[step].drills)
        _say(self.drills, told.DRILLS.format(drills=drills) if drills else "")
        _say(self.trouble, say(found.trouble))
        _say(self.last, _decision(last) if last is not None else "")
        if proposal is not None:
            title = say(ladder.rungs[proposal.step].title)
            _say(self.proposed, told.PROPOSED[proposal.move.value].format(step=proposal.step + 1, title=title))
            _say(self.reasons, "\n".join(told.REASON.format(reason=say(reason)) for reason in proposal.reasons))
        else:
            _say(self.proposed, "")
            _say(self.reasons, told.NOTHING_NEW)
        for button in (self.accept, self.stay):
            button.setEnabled(proposal is not None)
        self.stay.setVisible(proposal is None or proposal.step != step)
        self.step.clear()
        for number, rung in enumerate(ladder.rungs):
            self.step.addItem(told.RUNG.format(number=number + 1, title=say(rung.title)), number)
        self.step.setCurrentIndex(step)
        self.why.clear()
        self.other.setChecked(False)

    def show_rules(self) -> None:
        """Show the rules in words."""
        if self._in_force is None:
            return
        dialog = RulesDialog(self._in_force, able=self.able, parent=self)
        dialog.edit.clicked.connect(self.edit)
        dialog.back.clicked.connect(self.back)
        dialog.open()

    def _rung(self, number: int, rung: Rung) -> str:
        fields = {"number": number + 1, "title": say(rung.title)}
        if number == self._step:
            return told.RUNG_HERE.format(**fields)
        if self._proposal is not None and number == self._proposal.step:
            return told.RUNG_PROPOSED.format(**fields)
        return told.RUNG.format(**fields)

    def _accept(self) -> None:
        self._decide(Choice.ACCEPTED)

    def _stay(self) -> None:
        self._decide(Choice.STAYED)

    def _other(self) -> None:
        self._decide(Choice.OTHER)

    def _decide(self, choice: Choice) -> None:
        found = self._in_force
        if found is None:
            return
        proposal = self._proposal or Proposal(self._step, Move.STAY, ())
        try:
            decision = decide(
                found.ladder, self._step, proposal, choice=choice, at=datetime.now(UTC), basis=self._basis,
                step=self.step.currentIndex(), why=self.why.text(),
            )  # fmt: skip
        except AnkletestError as error:
            _say(self.trouble, say(str(error)))
            self.why.setFocus()
            return
        self.decided.emit(decision)


def _decision(last: Decision) -> str:
    fields = {
        "when": words.day(last.at), "step": last.step + 1, "title": say(last.title), "choice": told.CHOICE[last.choice.value],
    }  # fmt: skip
    return told.DECIDED_WHY.format(**fields, why=last.why) if last.why else told.DECIDED.format(**fields)


def _say(line: QLabel, text: str) -> None:
    line.setText(text)
    line.setVisible(bool(text))
