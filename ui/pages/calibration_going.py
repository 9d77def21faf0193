"""A calibration going on: the instruction, large; what the device says now, how far it is, what was captured; it begins nothing."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QProgressBar, QPushButton, QVBoxLayout, QWidget

from calibration.run import CalibrationRun
from ui.pages.guide import Guide
from ui.pages.number_grid import NumberGrid, Slot
from ui.tongue import say
from ui.widgets.card import Card, label
from ui.widgets.placing import Place, Placing
from ui.words import calibration as told
from ui.words import common as words
from ui.words import placing as words_placing

FULL = 1000
"""Steps of the bar."""
HEAD_PX, GUIDE_PX = 34, 136
"""The instruction is read from beside the pad."""


class CalibrationGoing(QWidget):
    """The second sheet of the wizard; ``cancelled`` when the operator gives up."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._shown = "", 0
        self.guide = Guide(deciding=False, head_px=HEAD_PX, parent=self)
        self.guide.setMinimumHeight(GUIDE_PX)
        self.now = Card(told.NOW, parent=self)
        self.numbers = NumberGrid(size=96, parent=self.now)
        self.places = Placing(self.now)
        self.places.hide()
        beside = QHBoxLayout()
        beside.setSpacing(14)
        beside.addWidget(self.numbers, 1)
        beside.addWidget(self.places, 1)
        self.now.body.addLayout(beside, 1)
        self.captured = Card(told.CAPTURES, parent=self)
        self.list = QListWidget(self.captured)
        self.list.setAccessibleName(told.CAPTURES)
        self.list.setStyleSheet("QListView { border:none; }")
        self.captured.body.addWidget(self.list, 1)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self.now, 5)
        middle.addWidget(self.captured, 3)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, FULL)
        self.bar.setAccessibleName(told.PROGRESS)
        self.bar.setTextVisible(False)
        self.step = label("", "h2", self)
        line = QHBoxLayout()
        line.setSpacing(14)
        line.addWidget(self.bar, 1)
        line.addWidget(self.step)
        self.cancel = QPushButton(told.CANCEL, self)
        self.cancel.setAccessibleName(told.CANCEL_NAME)
        self.cancel.setProperty("kind", "danger")
        self.cancel.clicked.connect(self.cancelled)
        foot = QHBoxLayout()
        foot.addWidget(self.cancel)
        foot.addStretch(1)
        foot.addWidget(label(told.KEYS_GOING, "sub", self))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.guide)
        column.addLayout(middle, 1)
        column.addLayout(line)
        column.addLayout(foot)

    def begin(self, title: str) -> None:
        """Show that it was begun, until the device has given a sample."""
        self._title, self._shown = title, 0
        self.guide.say(told.WAITING, title)
        self.numbers.empty()
        self.list.clear()
        self.bar.setValue(0)
        self.step.setText("")
        self.places.hide()

    def follow(self, run: CalibrationRun) -> None:
        """Show a run as it is now."""
        why = run.why
        self.guide.say(run.phase.instruction, why or told.BY_ITSELF, state="warn" if why else "")
        live = run.live()
        self.numbers.set_slots([Slot(one.key, words.capital(say(one.title)), one.unit, one.decimals) for one in live])
        for one in live:
            if any(slot.key == one.key for slot in self.numbers.slots):
                self.numbers.number(one.key).set(one.value)
        self._show_place(run)
        self.bar.setValue(round(FULL * run.progress))
        done, total = len(run.captures), len(run.steps)
        self.step.setText(told.STEP_OF.format(number=min(done + 1, total), total=total))
        self.captured.set_right(f"{done} / {total}")
        while self._shown < done:
            self.list.addItem(f"✓  {self._shown + 1}  {words.capital(say(run.captures[self._shown].step))}")
            self.list.scrollToBottom()
            self._shown += 1

    def _show_place(self, run: CalibrationRun) -> None:
        """Show where the weight goes, where it goes to more than one place."""
        puts = [(k, step.put) for k, step in enumerate(run.steps) if step.put is not None and step.put.force_n > 0.0]
        places = [Place(put.x_mm, put.y_mm, put.check) for _, put in puts]
        self.places.setVisible(len(set(places)) > 1)
        if len(set(places)) <= 1:
            return
        done = len(run.captures)
        now = sum(k < done for k, _ in puts) if run.step is None or (run.step.put and run.step.put.force_n > 0.0) else -1
        weight = words_placing.WEIGHT.format(newtons=words.number(puts[now][1].force_n, 0)) if 0 <= now < len(puts) else ""
        self.places.show_places(places, now, weight)
