"""The box of one number that an exam asks for: a short label above, its unit beside, and what 0 means in words."""

import math

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractSpinBox, QVBoxLayout, QWidget

from ankletest.exams.base import Ask
from ui import units
from ui.asked import ONE, head_of, mark_of, zero_of
from ui.tongue import say
from ui.widgets.caption import Caption
from ui.widgets.unit_box import UnitBox
from ui.words import common as words
from ui.words import pages as texts

LABEL_GAP_PX = 3


INSET_PX = 8


def inset(box: QAbstractSpinBox) -> None:
    """Keep the text of a box away from its frame: the padding of the stylesheet does not reach it."""
    box.lineEdit().setTextMargins(INSET_PX, 0, 0, 0)


class AskBox(UnitBox):
    """A number; where nothing may be assumed it starts one step below the least, as not entered."""

    def __init__(self, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(ask.unit, parent)
        self.title = words.capital(say(ask.title))
        self.head = words.capital(head_of(ask))
        self._mark = mark_of(ask)
        self._open = not math.isfinite(ask.default)
        inset(self)
        step = 10.0**-ask.decimals
        if units.of(ask.unit) is None:
            self.setDecimals(ask.decimals)
            self.setSingleStep(step)
            self.setSuffix(f" {say(ask.unit).removeprefix(ONE)}" if ask.unit else "")
        self.setRange(ask.least - step if self._open else ask.least, ask.most)
        if self._open:
            self.setSpecialValueText(texts.NOT_ENTERED)
            self.setValue(self.minimum())
        else:
            self.setSpecialValueText(zero_of(ask))
            self.setValue(ask.default)
        self.start = self.value()
        self.setAccessibleName(self.title)
        self.setToolTip(self.title)

    @property
    def entered(self) -> bool:
        """False for a number that nobody entered and nothing may be assumed for."""
        return not (self._open and self.value() <= self.minimum())

    @property
    def assumed(self) -> bool:
        """True for a number that the exam assumes where nobody enters one."""
        return not self._open

    @property
    def told(self) -> str:
        """The number with its name, as a condition of the test."""
        return f"{self.head}{self._mark} {self.text()}"

    def minimumSizeHint(self) -> QSize:
        """Return the room in which every value and word can be read."""
        return self.sizeHint()


class Labelled(QWidget):
    """A control under its label."""

    def __init__(self, text: str, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        self.label = Caption(text, "cap", self)
        self.label.setBuddy(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(LABEL_GAP_PX)
        column.addWidget(self.label)
        column.addWidget(control)
