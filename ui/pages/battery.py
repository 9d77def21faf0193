"""The page of a visit's battery: choose one, see its trials and what became of each; it runs nothing itself."""

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ankletest import exams
from ankletest.exams.conditions import both_legs, conditions_of
from ankletest.programme.battery import Battery, out_of_order, planned
from ankletest.programme.round import Item, Round, State
from ankletest.trial import Setup
from ui import theme
from ui.asked import told_of
from ui.batteries import Batteries
from ui.desk.store_port import Unfinished
from ui.pages.battery_choice import BatteryChoice
from ui.pages.round_bar import RoundBar
from ui.rounds import Rounds, Stage
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.buttons import button_of
from ui.widgets.card import Card, label
from ui.widgets.row_table import dress_rows
from ui.words import common as words
from ui.words import visit as told

INK = {State.KEPT: "good", State.REJECTED: "warn", State.SKIPPED: "muted", State.LOCKED: "bad"}


class BatteryPage(QWidget):
    """Chooses a battery and shows where it stands; ``begun`` asks for the Test page."""

    begun = Signal()

    def __init__(self, visit: Visit, rounds: Rounds, bar: RoundBar, batteries: Batteries, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit, self._rounds, self._bar = visit, rounds, bar
        self.setAccessibleName(told.VISIT)
        self.choice = BatteryChoice(batteries, self)
        self.begin = button_of(told.BEGIN, self)
        self.begin.setProperty("kind", "primary")
        self.leave = button_of(told.LEAVE, self)
        self.go_on = button_of(told.GO_ON, self)
        self.reopen = button_of(told.REOPEN, self)
        self.unlock = button_of(told.UNLOCK, self)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(told.VISIT, "h1", self))
        head.addStretch(1)
        for widget in (self.go_on, self.choice, self.begin, self.leave):
            head.addWidget(widget)
        self.card = Card(told.BATTERY, parent=self)
        self.note = label("", "sub", self.card)
        self.note.setWordWrap(True)
        self.card.body.addWidget(self.note)
        self.table = _table(self.card)
        self.card.body.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.reopen)
        foot.addWidget(self.unlock)
        foot.addStretch(1)
        self.card.body.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.card, 1)
        self.choice.chosen.connect(self.refresh)
        self.choice.said.connect(self._say)
        self.begin.clicked.connect(self._begin)
        self.go_on.clicked.connect(self._go_on)
        self.leave.clicked.connect(bar.ask_leave)
        self.reopen.clicked.connect(self._reopen)
        self.unlock.clicked.connect(bar.ask_unlock)
        self.table.itemSelectionChanged.connect(self._show_buttons)
        rounds.changed.connect(self._changed)
        visit.client_changed.connect(self._look_back)
        self._shown: object = None
        self._said = ""
        self._unfinished: Unfinished | None = None
        self._look_back()

    @property
    def battery(self) -> Battery:
        """The battery chosen."""
        return self.choice.battery

    def refresh(self) -> None:
        """Show the battery chosen, or the round going on."""
        one = self._rounds.round
        client = self._visit.client
        self.choice.setVisible(one is None)
        self.begin.setVisible(one is None)
        self.leave.setVisible(one is not None)
        shown = one or self._preview()
        title = say(shown.battery.title)
        self.card.set_title(told.OF_CLIENT.format(title=title, code=client.code) if client is not None else title)
        right = told.MINUTES.format(minutes=shown.battery.minutes)
        if one is not None:
            right = told.PROGRESS.format(done=one.done, total=len(one.items))
        self.card.set_right(right)
        found = self._unfinished if one is None else None
        self.go_on.setVisible(found is not None)
        past = ""
        if found is not None:
            past = told.UNFINISHED.format(title=say(found.round.battery.title), done=found.round.done, total=len(found.round.items))
        trouble = self.choice.trouble if one is None else ""
        note, order = say(shown.battery.note), say(out_of_order(shown.battery))
        how = told.NOT_BEGUN if one is None else told.LOCKED.format(count=one.locked) if one.locked else ""
        whose = "" if client is not None else told.OF_NOBODY
        self.note.setText("  ".join(text for text in (self._said, note, whose, how, order, past, trouble) if text))
        self._said = ""
        self._fill(shown)
        self._show_buttons()

    def _say(self, sentence: str) -> None:
        self._said = sentence
        self.refresh()

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _look_back(self) -> None:
        """See whether the client has a battery that was interrupted."""
        self._unfinished = self._visit.book.interrupted(self._visit.client)
        self.refresh()

    def _go_on(self) -> None:
        found, self._unfinished = self._unfinished, None
        if found is not None:
            self._rounds.resume(found)
            self.begun.emit()

    def _preview(self) -> Round:
        client = self._visit.client
        return Round.begin(self.battery, planned(self.battery, involved=client.involved if client else None))

    def _changed(self) -> None:
        # The rest ticks five times a second; the table changes with the round alone.
        if self._shown is not self._rounds.round:
            self._shown = self._rounds.round
            if self._shown is None:
                self._look_back()
            else:
                self.refresh()
        self.leave.setEnabled(self._rounds.stage is not Stage.RUNNING)

    def _fill(self, one: Round) -> None:
        self.table.setRowCount(len(one.items))
        going = one.at if self._rounds.round is not None else None
        for row, item in enumerate(one.items):
            for column, text in enumerate(_cells(item)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                if column == 2:
                    cell.setForeground(theme.color(item.planned.setup.side.value))
                elif item.state in INK:
                    cell.setForeground(theme.color(INK[item.state]))
                font = cell.font()
                font.setBold(row == going)
                cell.setFont(font)
                self.table.setItem(row, column, cell)
        if going is not None:
            self.table.selectRow(going)
            self.table.scrollTo(self.table.model().index(going, 0))

    def _show_buttons(self) -> None:
        one, row = self._rounds.round, self.table.currentRow()
        going = one is not None and self._rounds.stage is not Stage.RUNNING
        self.reopen.setVisible(going and one is not None and 0 <= row < len(one.items) and one.can_reopen(row))
        self.unlock.setVisible(going and one is not None and one.ceiling is not None)

    def _begin(self) -> None:
        self._rounds.begin(self.battery)
        self.begun.emit()

    def _reopen(self) -> None:
        self._rounds.reopen(self.table.currentRow())


def _cells(item: Item) -> tuple[str, ...]:
    setup = item.planned.setup
    side = "" if both_legs(setup) else f"{words.LETTER[setup.side]}  {words.SIDE[setup.side]}"
    rest = words.with_unit(item.planned.rest_s, 0, "s") if item.planned.rest_s else ""
    state = f"{told.STATE_SYMBOL[item.state.value]}  {told.STATE[item.state.value]}"
    practice = told.PRACTICE if item.planned.practice else ""
    return state, say(exams.by_key(setup.exam).title), side, _conditions(setup), practice, rest, say(item.why)


def _conditions(setup: Setup) -> str:
    """Return what is asked beyond what every exam would ask by itself."""
    exam = exams.by_key(setup.exam)
    wanted = {"stance": {"hold", "eyes", "surface"}, "hops": {"hops"}}.get(setup.exam, set[str]())
    plain = [f"{say(name)} {_value(value)}" for name, value in conditions_of(setup).fields if name in wanted]
    given = [(ask, exam.given(setup, ask.key)) for ask in exam.asks if ask.condition]
    return ", ".join([*plain, *(told_of(ask, value) for ask, value in given if math.isfinite(value) and value != ask.default)])


def _value(told_of: str) -> str:
    """Return the value of a condition: a word, or a number with its unit."""
    number, _, unit = told_of.partition(" ")
    return say(told_of) if words.read(number) is None else f"{say(number)} {unit}".strip()


def _table(parent: QWidget) -> QTableWidget:
    table = QTableWidget(0, len(told.ITEM_COLUMNS), parent)
    table.setHorizontalHeaderLabels(told.ITEM_COLUMNS)
    dress_rows(table, told.BATTERY, wide=3)
    return table
