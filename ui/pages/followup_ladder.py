"""The ladder of a client: where they stand, what is proposed and every reason for it; the physio decides."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ankletest import exams, metrics
from ankletest.errors import AnkletestError
from ankletest.language import plural
from ankletest.programme.decisions import Choice, Decision, decide
from ankletest.programme.ladder import Form, Move, Proposal, Rule, Rung
from ankletest.programme.ladder_file import InForce
from ui import words
from ui import words_followup as told
from ui.tongue import say
from ui.widgets.card import Card, label

WIDE_PX, HIGH_PX = 640, 560
WHY_MOST = 500


class LadderCard(Card):
    """Where a client stands; ``decided`` carries a ``Decision`` to be kept, ``edit`` asks for a copy of the rules."""

    decided = Signal(object)
    edit = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(told.LADDER, parent=parent)
        self._in_force: InForce | None = None
        self._step = 0
        self._proposal: Proposal | None = None
        self._basis = ""
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
        self.accept = _button(told.ACCEPT, self)
        self.stay = _button(told.STAY, self)
        self.other = _button(told.OTHER, self)
        self.other.setCheckable(True)
        self.rules = _button(told.RULES, self)
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
        self.keep = _button(told.OTHER_KEEP, self.choice)
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
        dialog = RulesDialog(self._in_force, self)
        dialog.edit.clicked.connect(self.edit)
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


class RulesDialog(QDialog):
    """All rules of a ladder in words, and a copy of them to be edited."""

    def __init__(self, found: InForce, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(told.RULES_TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(WIDE_PX, HIGH_PX)
        column = QVBoxLayout(self)
        column.addWidget(label(told.RULES_TITLE, "h1", self))
        ladder = found.ladder
        whose = told.RULES_OWN.format(name="ladder.toml", version=ladder.version) if found.own else ""
        texts = [whose or told.RULES_SHIPPED.format(version=ladder.version)]
        texts.append(
            plural(told.RULES_ALL, ladder.visits_in_a_row).format(
                pain=ladder.pain_at_most, ease=ladder.ease_at_least, visits=ladder.visits_in_a_row,
                decay=words.number(ladder.decay_at_most_percent, 0),
            )
        )  # fmt: skip
        inside = QWidget(self)
        lines = QVBoxLayout(inside)
        for text in texts:
            lines.addWidget(_wrapped(text, "sub", inside))
        for number, rung in enumerate(ladder.rungs, start=1):
            lines.addWidget(_wrapped(told.RUNG.format(number=number, title=say(rung.title)), "h2", inside))
            lines.addWidget(_wrapped("\n".join(rules_told(rung)), "sub", inside))
        lines.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setAccessibleName(told.RULES_TITLE)
        column.addWidget(scroll, 1)
        foot = QHBoxLayout()
        self.edit = _button(told.RULES_EDIT, self)
        self.close_button = _button(told.CLOSE, self)
        self.close_button.setDefault(True)
        foot.addWidget(self.edit)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        self.edit.clicked.connect(self.accept)
        self.close_button.clicked.connect(self.reject)


def rules_told(rung: Rung) -> list[str]:
    """Return the rules of a step in words, one a line."""
    if not rung.forms:
        return [told.RULE_NONE]
    said: list[str] = []
    for number, form in enumerate(rung.forms):
        text = _rule(form)
        following = rung.forms[number + 1 : number + 2]
        said.append(told.RULE_OR.format(rule=text) if form.one_of and following and following[0].one_of == form.one_of else text)
    return said


def _rule(form: Form) -> str:
    metric = metrics.by_key(form.metric)
    unit = "" if form.rule in {Rule.SHARE_LEAST, Rule.SHARE_MOST} else metric.unit
    exam = say(exams.by_key(form.exam).title)
    text = told.RULE[form.rule.value].format(exam=exam, metric=say(metric.title), limit=words.plain(form.limit), unit=unit).rstrip()
    where = ", ".join(say(one.value) for one in (form.surface, form.eyes) if one is not None)
    return told.RULE_ON.format(rule=text, where=where) if where else text


def _decision(last: Decision) -> str:
    fields = {
        "when": words.day(last.at), "step": last.step + 1, "title": say(last.title), "choice": told.CHOICE[last.choice.value],
    }  # fmt: skip
    return told.DECIDED_WHY.format(**fields, why=last.why) if last.why else told.DECIDED.format(**fields)


def _say(line: QLabel, text: str) -> None:
    line.setText(text)
    line.setVisible(bool(text))


def _wrapped(text: str, role: str, parent: QWidget) -> QLabel:
    line = label(text, role, parent)
    line.setWordWrap(True)
    return line


def _button(text: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAccessibleName(text)
    return button
