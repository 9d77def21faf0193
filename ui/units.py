"""What lengths and masses are entered and shown in, and the gravity offered; what is kept, recorded and computed stays in SI units."""

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from ankletest.settings import STANDARD_G, Length, Mass
from ui.words import common as words

M_PER_INCH = 0.0254
KG_PER_POUND = 0.45359237
"""Both by definition (international yard and pound, 1959)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """How one quantity is shown: by ``factor`` of its SI unit, with a suffix and so many decimals."""

    suffix: str
    factor: float
    decimals: int

    def shown(self, si: float) -> float:
        """Return what is shown of a value in its SI unit."""
        return si / self.factor

    def si(self, shown: float) -> float:
        """Return the value in its SI unit of what is shown."""
        return shown * self.factor


LENGTHS = {Length.CM: Unit("cm", 0.01, 1), Length.INCH: Unit("in", M_PER_INCH, 2)}
MASSES = {Mass.KG: Unit("kg", 1.0, 1), Mass.POUND: Unit("lb", KG_PER_POUND, 1)}


class Changes(QObject):
    """Tells that other units are shown from now on; boxes listen."""

    changed = Signal()


@dataclass(slots=True)
class _Now:
    """What is in force; one a program, as there is one application."""

    length: Unit = field(default_factory=lambda: LENGTHS[Length.CM])
    mass: Unit = field(default_factory=lambda: MASSES[Mass.KG])
    gravity_m_s2: float = STANDARD_G


changes = Changes()
_now = _Now()


def apply(length: Length, mass: Mass, gravity_m_s2: float = STANDARD_G) -> None:
    """Show these units and offer this gravity, and tell ``changes.changed`` where the units are others."""
    _now.gravity_m_s2 = gravity_m_s2
    before = (_now.length, _now.mass)
    _now.length, _now.mass = LENGTHS[length], MASSES[mass]
    if before != (_now.length, _now.mass):
        changes.changed.emit()


def gravity_m_s2() -> float:
    """Return the gravity of the place."""
    return _now.gravity_m_s2


def told(si: float, si_unit: str) -> str:
    """Write a length or a mass as it is read on the pages, without zeros at its end; another quantity in its own unit."""
    unit = of(si_unit)
    return f"{words.plain(si if unit is None else round(unit.shown(si), unit.decimals))} {suffix(si_unit)}"


def measured(si: float, si_unit: str) -> str:
    """Write a length or a mass that was measured, with as many decimals as its unit has here."""
    unit = _shown_in()[si_unit]
    return f"{words.number(unit.shown(si), unit.decimals)} {unit.suffix}"


def spread(si: float, si_unit: str) -> str:
    """Write the uncertainty of a length or a mass in the unit shown, in as many decimals, more where it would be none."""
    unit = _shown_in()[si_unit]
    return f"{words.spread(unit.shown(si), unit.decimals)} {unit.suffix}"


def bare(si: float, si_unit: str) -> str:
    """Write the number alone, in the unit shown and as exactly as it was typed."""
    unit = of(si_unit)
    return words.plain(si if unit is None else unit.shown(si))


def suffix(si_unit: str) -> str:
    """Return the unit that a quantity of an SI unit is shown in."""
    unit = of(si_unit)
    return si_unit if unit is None else unit.suffix


def of(si_unit: str) -> Unit | None:
    """Return how a quantity of an SI unit is shown; None for one that is shown as it is."""
    return _shown_in().get(si_unit)


def _shown_in() -> dict[str, Unit]:
    return {"m": _now.length, "kg": _now.mass}
