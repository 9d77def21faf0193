"""Rows of the pages of settings: a label, the control beside it, a remark below; each control knows its entry and tells what was chosen."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.pages.ask_box import inset
from ui.widgets.card import GAP_PX, Card, label

LABEL_PX, CONTROL_PX = 170, 260
"""Of labels at the usual size of text, and of controls at any: words grow, numbers in their boxes have room."""
ROW_GAP_PX = 10


class Choice(QComboBox):
    """One of some words."""

    chosen = Signal(str, object)

    def __init__(self, entry: str, options: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.offer(options)
        self.activated.connect(self._tell)

    def offer(self, options: Mapping[str, str]) -> None:
        """Offer other words."""
        with QSignalBlocker(self):
            self.clear()
            for key, text in options.items():
                self.addItem(text, key)

    def show_value(self, value: object) -> None:
        """Show what is settled."""
        with QSignalBlocker(self):
            self.setCurrentIndex(max(0, self.findData(str(value))))

    def keys(self) -> Sequence[str]:
        """Return what can be chosen."""
        return [str(self.itemData(row)) for row in range(self.count())]

    def _tell(self) -> None:
        self.chosen.emit(self.entry, self.currentData())


class Flag(QCheckBox):
    """On or off."""

    chosen = Signal(str, object)

    def __init__(self, entry: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", "flag")
        self.entry = entry
        self.clicked.connect(self._tell)

    def show_value(self, value: object) -> None:
        """Show what is settled."""
        self.setChecked(bool(value))

    def _tell(self) -> None:
        self.chosen.emit(self.entry, self.isChecked())


class Amount(QDoubleSpinBox):
    """A number; it is told when the box is left or Enter pressed, so that nothing half typed is settled."""

    chosen = Signal(str, object)

    def __init__(
        self,
        entry: str,
        least: float,
        most: float,
        *,
        decimals: int = 0,
        step: float = 1.0,
        suffix: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setDecimals(decimals)
        self.setRange(least, most)
        self.setSingleStep(step)
        self.setSuffix(suffix)
        self.setKeyboardTracking(False)
        inset(self)
        self.valueChanged.connect(self._tell)

    def show_value(self, value: object) -> None:
        """Show what is settled."""
        if isinstance(value, (int, float)):
            with QSignalBlocker(self):
                self.setValue(value)

    def _tell(self) -> None:
        value = self.value()
        self.chosen.emit(self.entry, value if self.decimals() else round(value))


class Level(QSlider):
    """A share of full, %."""

    chosen = Signal(str, object)

    def __init__(self, entry: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.entry = entry
        self.setRange(0, 100)
        self.setPageStep(10)
        self.setSingleStep(5)
        self.setTracking(False)
        self.valueChanged.connect(self._tell)

    def show_value(self, value: object) -> None:
        """Show what is settled."""
        if isinstance(value, int):
            with QSignalBlocker(self):
                self.setValue(value)

    def _tell(self) -> None:
        self.chosen.emit(self.entry, self.value())


class Line(QLineEdit):
    """A text of one line; it is told when the line is left or Enter pressed."""

    chosen = Signal(str, object)

    def __init__(self, entry: str, longest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setMaxLength(longest)
        self.editingFinished.connect(self._tell)

    def show_value(self, value: object) -> None:
        """Show what is settled."""
        if str(value) != self.text():
            self.setText(str(value))

    def _tell(self) -> None:
        self.chosen.emit(self.entry, self.text().strip())


Control = Choice | Flag | Amount | Level | Line


class Rows(Card):
    """A card of rows."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(ROW_GAP_PX)
        self._grid.setColumnMinimumWidth(0, theme.scaled(LABEL_PX))
        self._grid.setColumnStretch(2, 1)
        self.body.addLayout(self._grid)

    def add(self, name: str, *controls: QWidget) -> None:
        """Add controls beside the label of the first; a flag brings its own words."""
        row = self._grid.rowCount()
        if name:
            head = label(name, "fact", self)
            head.setBuddy(controls[0])
            self._grid.addWidget(head, row, 0)
        line = QHBoxLayout()
        line.setSpacing(10)
        for control in controls:
            if not control.accessibleName():
                control.setAccessibleName(name or getattr(control, "text", str)())
            if isinstance(control, (Choice, Amount, Level, Line)):
                control.setMinimumWidth(CONTROL_PX if control is controls[0] else 0)
            line.addWidget(control)
        line.addStretch(1)
        self._grid.addLayout(line, row, 1)

    def remark(self, text: str = "", *, role: str = "sub") -> "Remark":
        """Add a sentence that may take several lines, and return it."""
        told = Remark(text, role, self)
        self._grid.addWidget(told, self._grid.rowCount(), 0, 1, 3)
        return told

    def buttons(self, *buttons: QAbstractButton) -> None:
        """Add buttons side by side."""
        line = QHBoxLayout()
        line.setSpacing(10)
        for button in buttons:
            if not button.accessibleName():
                button.setAccessibleName(button.text())
            line.addWidget(button)
        line.addStretch(1)
        self._grid.addLayout(line, self._grid.rowCount(), 0, 1, 3)


class Remark(QWidget):
    """A sentence of several lines that keeps the room it needs; hidden while it says nothing."""

    def __init__(self, text: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.line = label(text, role, self)
        self.line.setWordWrap(True)
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self.line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        column.addWidget(self.line)
        self.setVisible(bool(text))

    def say(self, text: str) -> None:
        """Say something else."""
        self.line.setText(text)
        self.line.setAccessibleName(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """Return what it says."""
        return self.line.text()


class Group(QScrollArea):
    """The cards of a group of settings, one below the other; they scroll where the window is low."""

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inside = QWidget()
        self.setWidget(self.inside)
        self.inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self._column = QVBoxLayout(self.inside)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(GAP_PX)
        self._column.addStretch(1)
        self.controls: list[Control] = []

    def card(self, title: str) -> Rows:
        """Add a card."""
        rows = Rows(title, self.inside)
        self._column.insertWidget(self._column.count() - 1, rows)
        return rows

    def settle(self, *controls: Control) -> None:
        """Let controls settle their entries."""
        for control in controls:
            control.chosen.connect(self.chosen)
            self.controls.append(control)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go on, and bring the control that has the focus now into sight."""
        moved = super().focusNextPrevChild(forward)
        now = QApplication.focusWidget()
        if now and self.inside.isAncestorOf(now):
            self.ensureWidgetVisible(now)
        return moved
