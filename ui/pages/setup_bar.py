"""What is asked of the client: exam, hold or hops, eyes, surface, mass; it makes a set-up and starts nothing."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QSizePolicy, QSpinBox, QWidget

from ankletest import exams
from ankletest.exams.base import Ask
from ankletest.samples import Side
from ankletest.trial import Eyes, Setup, Surface
from ui import words_pages as words

LEAST_MASS_KG, MOST_MASS_KG = 15.0, 250.0
STANCE, HOPS = "stance", "hops"
OPEN = "open"
"""Property of a box whose number may be left out."""


class SetupBar(QWidget):
    """Controls of a set-up in one line; ``changed`` is emitted with every change."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exam = QComboBox(self)
        for exam in exams.EXAMS:
            self.exam.addItem(exam.title, exam.key)
        self.duration = QSpinBox(self)
        self.duration.setRange(5, 120)
        self.duration.setValue(30)
        self.duration.setSuffix(words.SECONDS)
        self.hops = QSpinBox(self)
        self.hops.setRange(3, 60)
        self.hops.setValue(10)
        self.hops.setSuffix(words.HOPS_UNIT)
        self.eyes = QComboBox(self)
        self.eyes.addItem(words.EYES_OPEN, Eyes.OPEN)
        self.eyes.addItem(words.EYES_CLOSED, Eyes.CLOSED)
        self.surface = QComboBox(self)
        self.surface.addItem(words.FIRM, Surface.FIRM)
        self.surface.addItem(words.FOAM, Surface.FOAM)
        self.mass = QDoubleSpinBox(self)
        self.mass.setDecimals(1)
        self.mass.setRange(LEAST_MASS_KG - 1.0, MOST_MASS_KG)
        self.mass.setSuffix(words.KG)
        self.mass.setSpecialValueText(words.MASS_UNKNOWN)
        self.asked: dict[tuple[str, str], QDoubleSpinBox] = {
            (exam.key, ask.key): self._box_of(ask) for exam in exams.EXAMS for ask in exam.asks if not ask.research
        }
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for control, name in (
            (self.exam, words.EXAM), (self.duration, words.DURATION), (self.hops, words.HOPS), (self.eyes, words.EYES),
            (self.surface, words.SURFACE), *((box, box.accessibleName()) for box in self.asked.values()), (self.mass, words.MASS),
        ):  # fmt: skip
            control.setAccessibleName(name)
            control.setToolTip(name)
            control.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            # Space starts the test; a box that was clicked must not swallow it, so boxes take the focus by Tab only.
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            line.addWidget(control)
        for spin in (self.duration, self.hops, *self.asked.values(), self.mass):
            spin.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.exam.currentIndexChanged.connect(self._change)
        for box in (self.eyes, self.surface):
            box.currentIndexChanged.connect(self.changed)
        for spin in (self.duration, self.hops):
            spin.valueChanged.connect(self.changed)
        for spin in (self.mass, *self.asked.values()):
            spin.valueChanged.connect(self.changed)
        self._change()

    def setup(self, side: Side) -> Setup:
        """Return the set-up for a leg."""
        mass = self.mass.value()
        exam = str(self.exam.currentData())
        plain = Setup(exam, side)
        # A box that is hidden was not asked for this exam: what was left in it is no condition of it.
        stance, hops = exam == STANCE, exam == HOPS
        return Setup(
            exam=exam,
            side=side,
            duration_s=float(self.duration.value()) if stance else plain.duration_s,
            hops=self.hops.value() if hops else plain.hops,
            eyes=Eyes(self.eyes.currentData()) if stance else plain.eyes,
            surface=Surface(self.surface.currentData()) if stance else plain.surface,
            mass_kg=mass if mass >= LEAST_MASS_KG else None,
            given={ask: box.value() for (exam, ask), box in self.asked.items() if exam == self.exam.currentData() and _entered(box)},
        )

    def choose_exam(self, key: str) -> None:
        """Choose an exam by its key."""
        self.exam.setCurrentIndex(max(0, self.exam.findData(key)))

    def set_mass(self, mass_kg: float | None) -> None:
        """Take the mass of a client, unknown being weighed."""
        self.mass.setValue(mass_kg if mass_kg is not None else self.mass.minimum())

    def told(self) -> str:
        """Return the conditions in words."""
        if self.exam.currentData() == STANCE:
            return f"{self.duration.text()}  ·  {self.eyes.currentText()}, {self.surface.currentText()}"
        if self.exam.currentData() == HOPS:
            return self.hops.text()
        mine = [box for (exam, _), box in self.asked.items() if exam == self.exam.currentData()]
        return "  ·  ".join(f"{box.accessibleName()} {box.text()}" for box in mine if _entered(box)) or words.NOTHING_ASKED

    def _change(self) -> None:
        chosen = self.exam.currentData()
        for control in (self.duration, self.eyes, self.surface):
            control.setVisible(chosen == STANCE)
        self.hops.setVisible(chosen == HOPS)
        for (exam, _), box in self.asked.items():
            box.setVisible(exam == chosen)
        self.changed.emit()

    def _box_of(self, ask: Ask) -> QDoubleSpinBox:
        """Return the box of an asked number; where nothing may be assumed it starts one step below the least, as not entered."""
        box = QDoubleSpinBox(self)
        box.setDecimals(ask.decimals)
        step = 10.0**-ask.decimals
        known = math.isfinite(ask.default)
        box.setRange(ask.least if known else ask.least - step, ask.most)
        box.setSingleStep(step)
        box.setSuffix(f" {ask.unit}" if ask.unit else "")
        if known:
            box.setValue(ask.default)
        else:
            box.setSpecialValueText(words.NOT_ENTERED.format(title=ask.title))
            box.setProperty(OPEN, True)
            box.setValue(box.minimum())
        box.setAccessibleName(ask.title)
        return box


def _entered(box: QDoubleSpinBox) -> bool:
    return not (box.property(OPEN) and box.value() <= box.minimum())
