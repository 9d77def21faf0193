"""The list of devices that a scan saw, with a tick, a place and a leg for each; it connects nothing."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ankletest.device import Choice, DeviceModel, Found
from ankletest.samples import Side, Site
from ui import theme
from ui.tongue import say
from ui.words import common as words
from ui.words import pages as words_pages

USE, DEVICE, SURE, SIGNAL, WHERE, LEG = range(6)
ROW_PX, TEXT_PX = 46, 14
EITHER = (Site.PAD, Site.LUMBAR)
"""Where a device belongs to no leg."""
_Control = TypeVar("_Control", bound=QWidget)


class Tick(QCheckBox):
    """A tick that takes a click anywhere in its cell."""

    def hitButton(self, pos: QPoint) -> bool:
        """Tell whether a click there is meant for it."""
        return self.rect().contains(pos)


class FoundTable(QTableWidget):
    """Rows of found devices; a row keeps its tick and place while the scan goes on."""

    changed = Signal()

    def __init__(self, models: Sequence[DeviceModel], parent: QWidget | None = None) -> None:
        super().__init__(0, len(words_pages.FOUND_COLUMNS), parent)
        self._models = {model.key: model for model in models}
        self._rows: dict[str, int] = {}
        self._found: dict[str, Found] = {}
        self.setHorizontalHeaderLabels(words_pages.FOUND_COLUMNS)
        self.setAccessibleName(words_pages.FOUND)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(ROW_PX + theme.scaled(TEXT_PX) - TEXT_PX)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(DEVICE, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setStyleSheet(
            "QTableView { border:none; } QTableView::item { padding:0 10px; } QComboBox { margin:4px 6px 4px 0; padding:4px 10px; }"
        )
        for column, wide in ((WHERE, 150), (LEG, 140), (USE, 64)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, theme.scaled(wide))

    def show_found(self, found: Sequence[Found]) -> None:
        """Add what is new and renew signal strengths; a device that fell silent stays listed."""
        for one in found:
            address = one.advertisement.address
            self._found[address] = one
            if address not in self._rows:
                self._add(one)
            row = self._rows[address]
            dbm = one.advertisement.rssi_dbm
            signal = words_pages.PRACTICE if one.simulated else words_pages.NO_SIGNAL
            self._write(row, SIGNAL, signal if dbm is None else words_pages.SIGNAL.format(dbm=words.number(dbm, 0)))
            self._write(row, SURE, words_pages.SCORE.format(percent=one.score))

    def choices(self) -> list[Choice]:
        """Return what is ticked; ids say where a device is, and are the same however often the program is started."""
        chosen: list[Choice] = []
        for address, row in self._rows.items():
            if not self.tick(row).isChecked():
                continue
            found = self._found[address]
            site, side = self.site(row), self.leg(row)
            device = site.value if side is None else f"{site.value}-{side.value}"
            chosen.append(Choice(device, found.model, address, site, side))
        return chosen

    def twice(self) -> str:
        """Return the place that two ticked devices share; empty when there is none."""
        ids = [choice.device for choice in self.choices()]
        return next((one for one in ids if ids.count(one) > 1), "")

    def tick(self, row: int) -> QCheckBox:
        """Return the tick of a row."""
        return self._control(row, USE, QCheckBox)

    def where(self, row: int) -> QComboBox:
        """Return the place of a row."""
        return self._control(row, WHERE, QComboBox)

    def which_leg(self, row: int) -> QComboBox:
        """Return the leg of a row."""
        return self._control(row, LEG, QComboBox)

    def site(self, row: int) -> Site:
        """Return where the device of a row is."""
        return Site(self.where(row).currentData())

    def leg(self, row: int) -> Side | None:
        """Return the leg of a row; None for a pad and the trunk."""
        value = self.which_leg(row).currentData()
        return None if value is None or self.site(row) in EITHER else Side(value)

    def _control(self, row: int, column: int, kind: type[_Control]) -> _Control:
        widget = self.cellWidget(row, column)
        if not isinstance(widget, kind):
            raise TypeError(f"row {row} has no {kind.__name__} in column {column}")
        return widget

    def _add(self, found: Found) -> None:
        row = self.rowCount()
        self.insertRow(row)
        self._rows[found.advertisement.address] = row
        model = self._models[found.model]
        name = say(found.advertisement.name) if found.advertisement.name else say(model.title)
        title = name if say(model.title) in name else f"{name}  ·  {say(model.title)}"
        self._write(row, DEVICE, title)
        tick = Tick(self)
        tick.setAccessibleName(f"{words_pages.USE} {name}")
        tick.setStyleSheet("margin-left:8px")
        tick.toggled.connect(self.changed)
        self.setCellWidget(row, USE, tick)
        where = QComboBox(self)
        where.setAccessibleName(f"{words_pages.WHERE} {name}")
        for site in model.sites:
            where.addItem(words_pages.SITE_NAME[site], site.value)
        where.currentIndexChanged.connect(self._placed)
        self.setCellWidget(row, WHERE, where)
        leg = QComboBox(self)
        leg.setAccessibleName(f"{words_pages.WHICH_LEG} {name}")
        for side in Side:
            leg.addItem(words.SIDE[side], side.value)
        leg.addItem(words_pages.BOTH_LEGS, None)
        # Practice devices say in their address where they are; a real one is placed by hand.
        address = found.advertisement.address
        place = next((k for k, site in enumerate(model.sites) if site.value in address), 0) if found.simulated else 0
        where.setCurrentIndex(place)
        leg.setCurrentIndex(1 if found.simulated and Side.RIGHT.value in address else 0)
        leg.currentIndexChanged.connect(self.changed)
        self.setCellWidget(row, LEG, leg)
        self._placed()

    def _placed(self) -> None:
        for row in self._rows.values():
            if isinstance(self.cellWidget(row, LEG), QComboBox):
                leg = self.which_leg(row)
                either = self.site(row) in EITHER
                leg.setEnabled(not either)
                if either:
                    leg.setCurrentIndex(leg.findData(None))
                elif leg.currentData() is None:
                    leg.setCurrentIndex(0)
        self.changed.emit()

    def _write(self, row: int, column: int, text: str) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)
