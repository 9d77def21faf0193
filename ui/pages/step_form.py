"""The form of one step of a battery: exam, legs, conditions, repetitions, rests, practice; the list of steps is not its business."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QSpinBox, QWidget

from ankletest import exams
from ankletest.exams.conditions import LEGS
from ankletest.programme.battery import MOST_REST_S, MOST_TIMES, Legs, Step
from ankletest.samples import Side
from ankletest.trial import Eyes, Surface
from ui.pages.ask_box import AskBox, Labelled, inset
from ui.pages.tempo_box import TempoBox, tempo_box_of
from ui.tongue import say
from ui.words import batteries as told
from ui.words import common as words
from ui.words import pages as words_pages

COLUMNS = 2
SHORTEST = 10
"""Letters of a choice that are always seen."""
STANCE, HOPS = "stance", "hops"


class StepForm(QWidget):
    """Shows a step; ``changed`` is emitted when somebody changed it, and ``step`` is what it is then."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = Step(exams.EXAMS[0].key)
        self._showing = False
        self.exam = _choices(told.EXAM, {exam.key: say(exam.title) for exam in exams.EXAMS}, self)
        self.legs = _choices(told.LEGS, told.LEG_NAMES, self)
        self.practice = _whole(told.PRACTICE, 0, MOST_TIMES, self)
        self.times = _whole(told.TIMES, 1, MOST_TIMES, self)
        self.rest = _seconds(told.REST, 0.0, MOST_REST_S, self)
        self.eyes = _choices(told.EYES, told.EYES_NAMES, self)
        self.surface = _choices(told.SURFACE, told.SURFACE_NAMES, self)
        self.duration = _seconds(told.DURATION, 5.0, 120.0, self)
        self.hops = _whole(told.HOPS, 3, 60, self)
        self.asks: dict[str, AskBox] = {}
        self.tempo: TempoBox | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(10)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self._boxes = [
            Labelled(text, control, self)
            for text, control in (
                (told.EXAM, self.exam), (told.LEGS, self.legs), (told.TIMES, self.times), (told.PRACTICE, self.practice),
                (told.REST, self.rest), (told.EYES, self.eyes), (told.SURFACE, self.surface), (told.DURATION, self.duration),
                (told.HOPS, self.hops),
            )
        ]  # fmt: skip
        self._asked: list[Labelled] = []
        for combo in (self.legs, self.eyes, self.surface):
            combo.currentIndexChanged.connect(self._taken)
        for box in (self.practice, self.times, self.hops, self.rest, self.duration):
            box.valueChanged.connect(self._taken)
        self.exam.currentIndexChanged.connect(self._exam_taken)

    @property
    def step(self) -> Step:
        """What the form says."""
        return self._step

    def show_step(self, step: Step) -> None:
        """Show a step without telling that it changed."""
        self._showing = True
        self._step = step
        self.exam.setCurrentIndex(self.exam.findData(step.exam))
        self.practice.setValue(step.practice)
        self.times.setValue(step.times)
        self.rest.setValue(step.rest_s)
        self.eyes.setCurrentIndex(self.eyes.findData(step.eyes.value))
        self.surface.setCurrentIndex(self.surface.findData(step.surface.value))
        self.duration.setValue(step.duration_s)
        self.hops.setValue(step.hops)
        self._show_asks(step)
        self.legs.setCurrentIndex(self.legs.findData(step.legs.value))  # only now it is known whether both at once are offered
        self._showing = False

    def _show_asks(self, step: Step) -> None:
        """Offer what the exam asks for and a battery may fix; both legs at once only where the exam knows of it."""
        for one in self._asked:
            self._grid.removeWidget(one)
            one.hide()
            one.deleteLater()
        exam = exams.by_key(step.exam)
        self.asks = {ask.key: AskBox(ask, self) for ask in exam.asks if ask.condition and not ask.research and ask.key != LEGS}
        for key, box in self.asks.items():
            if key in step.given:
                box.setValue(step.given[key])
            box.valueChanged.connect(self._taken)
        tempo = self.tempo = tempo_box_of(exam, self.asks, self)
        self._asked = [Labelled(box.head, box, self) for box in self.asks.values()]
        if tempo is not None:
            first = list(self.asks.values()).index(next(iter(tempo.mine.values())))
            self._asked.insert(first, Labelled(words_pages.TEMPO, tempo, self))
            tempo.switched.connect(self._tempo_taken)
        both = any(ask.key == LEGS for ask in exam.asks)
        place = self.legs.findData(Legs.BOTH.value)
        if both and place < 0:
            self.legs.addItem(told.LEG_NAMES[Legs.BOTH.value], Legs.BOTH.value)
        elif not both and place >= 0:
            self.legs.removeItem(place)
        self._place(step.exam)

    def _place(self, exam: str) -> None:
        """Put what belongs to an exam into the grid; the numbers of a tempo only where none of the list was chosen."""
        mine: dict[QWidget, str] = {self.eyes: STANCE, self.surface: STANCE, self.duration: STANCE, self.hops: HOPS}
        shown = [one for one in self._boxes if mine.get(one.control, exam) == exam]
        hidden = [] if self.tempo is None or self.tempo.own else list(self.tempo.mine.values())
        asked = [one for one in self._asked if one.control not in hidden]
        for one in (*self._boxes, *self._asked):
            one.setVisible(one in shown or one in asked)
            self._grid.removeWidget(one)
        self._grid.addWidget(shown[0], 0, 0, 1, COLUMNS)  # names of exams are long
        rest = (*shown[1:], *asked)
        for k, one in enumerate(rest):
            self._grid.addWidget(one, 1 + k // COLUMNS, k % COLUMNS)
        for row in range(self._grid.rowCount() + 1):
            self._grid.setRowStretch(row, 0)
        self._grid.setRowStretch(1 + -(-len(rest) // COLUMNS), 1)
        before: QWidget = self.exam
        for one in rest:
            QWidget.setTabOrder(before, one.control)
            before = one.control

    def _tempo_taken(self) -> None:
        self._place(self._step.exam)

    def _exam_taken(self) -> None:
        if self._showing:
            return
        # What was fixed for the exam before means nothing for another.
        self.show_step(
            Step(str(self.exam.currentData()), practice=self.practice.value(), times=self.times.value(), rest_s=self.rest.value())
        )
        self.changed.emit()

    def _taken(self) -> None:
        if self._showing:
            return
        legs = Legs(str(self.legs.currentData()))
        given = {
            key: box.value() for key, box in self.asks.items() if box.entered and (key in self._step.given or box.value() != box.start)
        }
        if legs is Legs.BOTH:
            given[LEGS] = float(len(Side))
        self._step = Step(
            exam=str(self.exam.currentData()),
            legs=legs,
            practice=self.practice.value(),
            times=self.times.value(),
            rest_s=self.rest.value(),
            eyes=Eyes(str(self.eyes.currentData())),
            surface=Surface(str(self.surface.currentData())),
            duration_s=self.duration.value(),
            hops=self.hops.value(),
            given=given,
        )
        self.changed.emit()


def _choices(name: str, entries: Mapping[str, str], parent: QWidget) -> QComboBox:
    combo = QComboBox(parent)
    combo.setAccessibleName(name)
    for key, title in entries.items():
        combo.addItem(title, key)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(SHORTEST)
    return combo


def _whole(name: str, least: int, most: int, parent: QWidget) -> QSpinBox:
    box = QSpinBox(parent)
    box.setRange(least, most)
    box.setAccessibleName(name)
    inset(box)
    return box


class _Seconds(QDoubleSpinBox):
    """Seconds, without zeros at their end."""

    def textFromValue(self, value: float) -> str:
        """Write a value."""
        return words.plain(value)


def _seconds(name: str, least: float, most: float, parent: QWidget) -> QDoubleSpinBox:
    box = _Seconds(parent)
    box.setRange(least, most)
    box.setDecimals(1)
    box.setSingleStep(5.0)
    box.setSuffix(told.SECONDS)
    box.setAccessibleName(name)
    inset(box)
    return box
