"""The box of one number that an exam asks for: a short label above, its unit beside, what 0 means in words, and presets to choose from."""

import math

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QAbstractSpinBox, QMenu, QToolButton, QVBoxLayout, QWidget

from ankletest.exams.base import Ask
from ui import units, words
from ui import words_pages as texts
from ui.asked import ONE, head_of, zero_of
from ui.tongue import say
from ui.widgets.caption import Caption
from ui.widgets.unit_box import UnitBox

ARROW_PX = 24
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
        self._open = not math.isfinite(ask.default)
        inset(self)
        step = 10.0**-ask.decimals
        if units.of(ask.unit) is None:
            self.setDecimals(ask.decimals)
            self.setSingleStep(step)
            self.setSuffix(f" {ask.unit.removeprefix(ONE)}" if ask.unit else "")
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
        self.presets: QToolButton | None = None
        if ask.key in texts.PRESETS:
            self._offer(texts.PRESETS[ask.key])

    @property
    def entered(self) -> bool:
        """False for a number that nobody entered and nothing may be assumed for."""
        return not (self._open and self.value() <= self.minimum())

    @property
    def told(self) -> str:
        """The number with its name, as a condition of the test."""
        return f"{self.head} {self.text()}"

    def minimumSizeHint(self) -> QSize:
        """Return the room in which every value and word can be read."""
        return self.sizeHint()

    def sizeHint(self) -> QSize:
        """Return the room of the box, and of the arrow for presets."""
        size = super().sizeHint()
        return QSize(size.width() + (ARROW_PX if self.presets is not None else 0), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the arrow at the right end."""
        super().resizeEvent(event)
        if self.presets is not None:
            self.presets.setGeometry(QRect(self.width() - ARROW_PX - 4, 4, ARROW_PX, self.height() - 8))

    def _offer(self, presets: dict[float, str]) -> None:
        button = QToolButton(self)
        button.setObjectName("presets")
        button.setArrowType(Qt.ArrowType.NoArrow)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        name = texts.PRESETS_OF.format(title=self.head)
        button.setAccessibleName(name)
        button.setToolTip(name)
        menu = QMenu(button)
        for value, text in presets.items():
            action = QAction(text, menu)
            action.setData(value)
            menu.addAction(action)
        menu.triggered.connect(self._choose)
        button.setMenu(menu)
        self.presets = button

    def _choose(self, action: QAction) -> None:
        self.setValue(float(action.data()))


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
