"""The rules of the ladder in words, with the way to a file of the clinic's own and back; which step is proposed is not its business."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ankletest import exams, metrics
from ankletest.language import plural
from ankletest.programme.ladder import Form, Ladder, Rule, Rung
from ankletest.programme.ladder_file import InForce
from ui import theme
from ui.asked import told_of
from ui.tongue import say
from ui.widgets.buttons import button_of
from ui.widgets.card import label, wrapped
from ui.words import common as words
from ui.words import followup as told

WIDE_PX, HIGH_PX = 680, 600


class RulesDialog(QDialog):
    """All rules of a ladder in words; ``edit`` and ``back`` are pressed for a file of the clinic's own, and for none."""

    def __init__(self, found: InForce, *, able: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(told.RULES_TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        room = parent.window().size() if parent is not None else self.screen().availableSize()
        self.resize(min(theme.scaled(WIDE_PX), room.width()), min(theme.scaled(HIGH_PX), room.height()))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(label(told.RULES_TITLE, "h1", self))
        column.addWidget(wrapped(_whose(found), "fact", self))
        self.trouble = wrapped(say(found.trouble), "error", self)
        self.trouble.setVisible(bool(found.trouble))
        column.addWidget(self.trouble)
        column.addWidget(_in_words(found.ladder, self), 1)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        own = found.path is not None
        self.edit = button_of(told.RULES_EDIT if own else told.RULES_COPY, self, hint=told.RULES_EDIT_HINT)
        self.back = button_of(told.RULES_BACK, self, hint=told.RULES_BACK_HINT)
        self.close_button = button_of(told.CLOSE, self)
        self.edit.setEnabled(able)
        self.back.setEnabled(able)
        self.back.setVisible(own)
        self.close_button.setDefault(True)
        foot.addWidget(self.edit)
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        self.edit.clicked.connect(self.accept)
        self.back.clicked.connect(self.accept)
        self.close_button.clicked.connect(self.reject)
        self.close_button.setFocus()


def rules_told(rung: Rung) -> list[str]:
    """Return the rules of a step in words, one a line."""
    if not rung.forms:
        return [told.RULE_NONE]
    forms = _alternatives_together(rung.forms)
    said: list[str] = []
    for number, form in enumerate(forms):
        text = _rule(form)
        following = forms[number + 1 : number + 2]
        said.append(told.RULE_OR.format(rule=text) if form.one_of and following and following[0].one_of == form.one_of else text)
    return said


def _whose(found: InForce) -> str:
    if found.own and found.path is not None:
        return told.RULES_OWN.format(name=found.path, version=found.ladder.version)
    return told.RULES_SHIPPED.format(version=found.ladder.version)


def _in_words(ladder: Ladder, parent: QWidget) -> QScrollArea:
    inside = QWidget(parent)
    lines = QVBoxLayout(inside)
    lines.setContentsMargins(0, 0, 8, 0)
    everywhere = plural(told.RULES_ALL, ladder.visits_in_a_row).format(
        pain=ladder.pain_at_most, ease=ladder.ease_at_least, visits=ladder.visits_in_a_row,
        decay=words.number(ladder.decay_at_most_percent, 0),
    )  # fmt: skip
    lines.addWidget(wrapped(everywhere, "sub", inside))
    for number, rung in enumerate(ladder.rungs, start=1):
        lines.addWidget(wrapped(told.RUNG.format(number=number, title=say(rung.title)), "h2", inside))
        lines.addWidget(wrapped("\n".join(rules_told(rung)), "sub", inside))
    lines.addStretch(1)
    scroll = QScrollArea(parent)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inside)
    scroll.setAccessibleName(told.RULES_TITLE)
    return scroll


def _alternatives_together(forms: Sequence[Form]) -> list[Form]:
    """Return forms with those of which one is enough side by side, wherever the file has them."""
    placed: dict[str, list[Form]] = {}
    for number, form in enumerate(forms):
        placed.setdefault(form.one_of or str(number), []).append(form)
    return [form for group in placed.values() for form in group]


def _rule(form: Form) -> str:
    metric, exam = metrics.by_key(form.metric), exams.by_key(form.exam)
    unit = "" if form.rule in {Rule.SHARE_LEAST, Rule.SHARE_MOST} else metric.unit
    limit = words.plain(form.limit)
    text = told.RULE[form.rule.value].format(exam=say(exam.title), metric=say(metric.title), limit=limit, unit=unit).rstrip()
    asks = {ask.key: ask for ask in exam.asks}
    given = [told_of(asks[key], value) for key, value in form.given.items() if value != asks[key].default]
    where = ", ".join([*(say(one.value) for one in (form.surface, form.eyes) if one is not None), *given])
    return told.RULE_ON.format(rule=text, where=where) if where else text
