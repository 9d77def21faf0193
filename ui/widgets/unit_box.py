"""A box for a length or a mass: its value is in metres or kilograms, what is typed and read in it in the units settled."""

from PySide6.QtCore import QLocale
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from ui import units

FINE = 6
"""Decimals of the value itself: a tenth of a pound is 0.045359 kg, and must come back as it was typed."""


class UnitBox(QDoubleSpinBox):
    """A number in its SI unit, shown in another one."""

    def __init__(self, si_unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.si_unit = si_unit
        units.changes.changed.connect(self.refresh_unit)
        self.refresh_unit()

    def refresh_unit(self) -> None:
        """Show the unit in force; the value stays what it is."""
        unit = units.of(self.si_unit)
        if unit is None:
            return
        # Fewer decimals first would round the value that is in the box.
        self.setDecimals(max(FINE, unit.decimals))
        self.setSingleStep(unit.si(10.0**-unit.decimals))
        self.setSuffix(f" {unit.suffix}")
        self.setValue(self.value())
        self.lineEdit().setText(self._text())

    def textFromValue(self, value: float) -> str:
        """Write the value in the unit shown."""
        unit = units.of(self.si_unit)
        return super().textFromValue(value) if unit is None else self._locale().toString(unit.shown(value), "f", unit.decimals)

    def valueFromText(self, text: str) -> float:
        """Read what was typed in the unit shown."""
        unit = units.of(self.si_unit)
        number = self._read(text)
        return self.value() if number is None else number if unit is None else unit.si(number)

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Tell whether a text may stand there: a number within the bounds, or one on the way to it."""
        bare = text.removesuffix(self.suffix()).strip()
        if text == self.specialValueText() or bare in {"", "-", "+"}:
            return QValidator.State.Intermediate if text != self.specialValueText() else QValidator.State.Acceptable, text, at
        number = self._read(text)
        if number is None:
            return QValidator.State.Invalid, text, at
        unit = units.of(self.si_unit)
        value = number if unit is None else unit.si(number)
        slack = self.singleStep()
        inside = self.minimum() - slack <= value <= self.maximum() + slack
        low = value < self.minimum()
        return QValidator.State.Acceptable if inside else QValidator.State.Intermediate if low else QValidator.State.Invalid, text, at

    def _text(self) -> str:
        if self.specialValueText() and self.value() <= self.minimum():
            return self.specialValueText()
        return f"{self.prefix()}{self.textFromValue(self.value())}{self.suffix()}"

    def _read(self, text: str) -> float | None:
        bare = text.removeprefix(self.prefix()).removesuffix(self.suffix()).strip()
        number, good = self._locale().toDouble(bare)
        if not good:  # a point is understood wherever a comma is usual
            number, good = QLocale.c().toDouble(bare)
        return number if good else None

    def _locale(self) -> QLocale:
        locale = self.locale()
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        return locale
