"""Up to four big numbers, two by two; which ones, the exam says. One or two are as much larger as there is room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from PySide6.QtWidgets import QGridLayout, QWidget

from ankletest.samples import Side
from ui.tongue import say
from ui.widgets.number import GROW, BigNumber

MOST = 4
GAP_PX = 8
FEW = 2
FEW_GROW = 3.6
"""One or two numbers have all the height of the card, and one all its width: digits may be so many times as large as wanted."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What a number is; the value comes with ``show_values``."""

    key: str
    title: str
    unit: str
    decimals: int


class NumberGrid(QWidget):
    """Big numbers that share one size, each beside the other leg's."""

    def __init__(self, slots: Sequence[Slot] = (), *, size: int = 48, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size = size
        self._slots: tuple[Slot, ...] = ()
        self._numbers: dict[str, BigNumber] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(28)
        self.set_slots(slots)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What is shown."""
        return self._slots

    def number(self, key: str) -> BigNumber:
        """Return the widget of a number."""
        return self._numbers[key]

    def set_slots(self, slots: Sequence[Slot]) -> None:
        """Show other numbers; nothing happens while they stay the same."""
        wanted = tuple(replace(slot, title=say(slot.title)) for slot in slots)[:MOST]
        if wanted == self._slots or not wanted:
            return
        self._slots = wanted
        self._drop()
        grow = FEW_GROW if len(wanted) <= FEW else GROW
        for k, slot in enumerate(wanted):
            number = BigNumber(slot.title, slot.unit, slot.decimals, size=self._size, grow=grow, parent=self)
            self._numbers[slot.key] = number
            self._grid.addWidget(number, k // 2, k % 2, 1, 2 if len(wanted) == 1 else 1)
        self._grid.setVerticalSpacing(GAP_PX if len(wanted) > FEW else 0)
        BigNumber.share_size(list(self._numbers.values()))

    def empty(self) -> None:
        """Show no numbers, until it is known which."""
        self._drop()
        self._slots = ()

    def show_values(self, values: Mapping[str, float | None], others: Mapping[str, float], side: Side) -> None:
        """Show values by key; what is missing shows a dash."""
        for key, number in self._numbers.items():
            number.set(values.get(key), others.get(key), side)

    def clear(self) -> None:
        """Show dashes."""
        self.show_values({}, {}, Side.LEFT)

    def _drop(self) -> None:
        for old in self._numbers.values():
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._numbers = {}
