"""The page of devices: look, choose, connect, and how each is doing; what they may be used for, the exams say."""

import math

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QHeaderView, QPushButton, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from ankletest import exams
from ankletest.device import Notice, Scan
from ankletest.errors import AnkletestError
from ankletest.exams.base import Fitness
from ankletest.gaps import LossBy
from ankletest.samples import Side
from ankletest.session import DeviceStatus
from ankletest.trial import Setup
from ui import theme
from ui.pages.align_line import AlignLine, place_of
from ui.pages.found_table import FoundTable
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.card import Card, label
from ui.widgets.chip import Chip
from ui.words import check as words_check
from ui.words import common as words
from ui.words import pages as words_pages

LOOK_MS = 500
"""How often the list follows the scan."""
FIT_STATE = {Fitness.GOOD: "good", Fitness.LIMITED: "warn", Fitness.REFUSED: "bad"}
LAMP, DEVICE, WHERE, RATE, LOSS, GAP, BATTERY, TIMING, SAYS = range(9)


CHIP_COLUMNS, LARGE_COLUMNS = 4, 3
MOST_REASONS = 4


class DevicesPage(QWidget):
    """Finds and connects devices; scans only while it is looked at and nothing is connected."""

    check_wanted = Signal()

    def __init__(self, visit: Visit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._scan: Scan | None = None
        self._scan_said = ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addWidget(label(words_pages.DEVICES, "h1", self))
        self.found_card = Card(words_pages.FOUND, parent=self)
        self.found = FoundTable(visit.hub.models, self.found_card)
        self.found_card.body.addWidget(self.found, 1)
        column.addWidget(self.found_card, 5)
        line = QHBoxLayout()
        line.setSpacing(10)
        self.connect_button = QPushButton(words_pages.CONNECT, self)
        self.connect_button.setProperty("kind", "primary")
        self.disconnect_button = QPushButton(words_pages.DISCONNECT, self)
        self.rescan = QPushButton(words_pages.RESCAN, self)
        self.sentence = label("", "error", self)
        self.sentence.setWordWrap(True)
        self.check = QPushButton(words_check.OPEN, self)
        self.check.clicked.connect(self.check_wanted)
        for button in (self.connect_button, self.disconnect_button, self.rescan, self.check):
            button.setAccessibleName(button.text())
            line.addWidget(button)
        line.addWidget(self.sentence, 1)
        column.addLayout(line)
        self.use_card = Card(words_pages.IN_USE, parent=self)
        self.table = _status_table(self.use_card)
        self.use_card.body.addWidget(self.table)
        self.align_line = AlignLine(visit, self.use_card)
        self.use_card.body.addWidget(self.align_line)
        column.addWidget(self.use_card, 3)
        self.fit_card = Card(words_pages.FITS, parent=self)
        fits = QGridLayout()
        fits.setHorizontalSpacing(10)
        fits.setVerticalSpacing(6)
        self._chips: dict[str, Chip] = {}
        columns = LARGE_COLUMNS if theme.large() else CHIP_COLUMNS
        for k, exam in enumerate(exams.EXAMS):
            chip = Chip(say(exam.title), "off", self.fit_card)
            self._chips[exam.key] = chip
            fits.addWidget(chip, k // columns, k % columns, Qt.AlignmentFlag.AlignLeft)
            fits.setColumnStretch(k % columns, 1)
        self.fit_card.body.addLayout(fits)
        self.reasons = label("", "sub", self.fit_card)
        self.reasons.setWordWrap(True)
        self.fit_card.body.addWidget(self.reasons)
        column.addWidget(self.fit_card)
        self.connect_button.clicked.connect(self.connect_devices)
        self.disconnect_button.clicked.connect(visit.close)
        self.rescan.clicked.connect(self.restart)
        self.found.changed.connect(self.refresh)
        for signal in (visit.opened, visit.closing, visit.closed):
            signal.connect(self._changed)
        visit.status.connect(self.refresh)
        visit.notice.connect(self._noticed)
        self.refresh()

    # ---- scan ------------------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Look for devices while somebody looks at the page."""
        super().showEvent(event)
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop looking."""
        super().hideEvent(event)
        self.halt()

    def restart(self) -> None:
        """Look again."""
        self.halt()
        self._follow()

    def halt(self) -> None:
        """End the scan."""
        self._timer.stop()
        scan, self._scan = self._scan, None
        if scan is not None:
            scan.stop()

    def look(self) -> None:
        """Show what the scan has seen."""
        if self._scan is None:
            return
        found = self._scan.found()
        self.found.show_found(found)
        problem = self._scan.problem()
        said = "" if found else words_pages.NOTHING_FOUND
        if problem is not None:
            said = f"{say(problem.message)} {say(problem.hint)}".strip()
        # Why connecting failed stays until something else is done; the scan replaces only what it said itself.
        if self.sentence.text() in ("", self._scan_said):
            self._say(said)
        self._scan_said = said
        self.found_card.set_right(words_pages.SCANNING)

    def _follow(self) -> None:
        if self.isVisible() and self._scan is None and not self._visit.connected and not self._visit.leaving:
            try:
                self._scan = self._visit.hub.scan()
            except AnkletestError as error:
                self._say(say(str(error)))
                return
            self._timer.start()
            self.look()

    # ---- connect ---------------------------------------------------------------------------------------------------------------

    def connect_devices(self) -> None:
        """Connect what is ticked; the scan ends first, as one radio does one thing well."""
        choices = self.found.choices()
        if not choices:
            self._say(words_pages.NOTHING_CHOSEN)
            return
        place = self.found.twice()
        if place:
            self._say(words_pages.TWICE.format(place=place))
            return
        self.halt()
        try:
            self._visit.open(choices)
        except AnkletestError as error:
            self._say(say(str(error)))
            self._follow()

    def _changed(self) -> None:
        if self._visit.connected:
            self._say("")
        self._follow()
        self.refresh()

    def _noticed(self, notice: Notice) -> None:
        if notice.level == "bad":
            self._say(f"{say(notice.message)} {say(notice.hint)}".strip())

    def _say(self, text: str) -> None:
        self.sentence.setText(text)
        self.sentence.setAccessibleName(text)

    # ---- show ------------------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show devices, exams and buttons as they are now."""
        visit = self._visit
        free = not visit.connected and not visit.leaving
        if theme.large():  # there is no room for what can only be looked at
            self.found_card.setVisible(free)
            self.fit_card.setVisible(not free)
        self.connect_button.setEnabled(free and bool(self.found.choices()))
        self.rescan.setEnabled(free)
        self.found.setEnabled(free)
        self.disconnect_button.setEnabled(visit.connected)
        self.check.setEnabled(visit.connected and not visit.running)
        self.found_card.set_right(words_pages.SCANNING if self._scan is not None else "" if free else words_pages.CONNECTED_FIRST)
        session = visit.session
        devices = list(session.devices.values()) if session else []
        self.use_card.set_right("" if devices else words_pages.NONE_IN_USE)
        self.table.setRowCount(len(devices))
        for row, status in enumerate(devices):
            for column, text in enumerate(_cells(status)):
                _write(self.table, row, column, text)
            lamp = self.table.item(row, LAMP)
            if lamp is not None:
                lamp.setForeground(theme.color("muted" if status.lamp == "off" else status.lamp))
        self.align_line.refresh()
        self._show_fitness()

    def _show_fitness(self) -> None:
        """Say of each exam whether these devices will do; why is in its tip, and below for those that are limited."""
        sentences: list[str] = []
        for exam in exams.EXAMS:
            chip = self._chips[exam.key]
            if not self._visit.connected:
                chip.set(say(exam.title), "off")
                chip.setToolTip("")
                continue
            verdicts = {side: self._visit.verdict(Setup(exam.key, side)) for side in Side}
            best = min(verdicts.values(), key=lambda v: list(FIT_STATE).index(v.fitness))
            chip.set(f"{say(exam.title)}: {words_pages.FIT_WORDS[best.fitness.value]}", FIT_STATE[best.fitness])
            told = [f"{words.SIDE[side]}: {say(reason)}" for side, verdict in verdicts.items() for reason in verdict.reasons]
            chip.setToolTip("\n".join(told))
            if best.fitness is Fitness.LIMITED:
                sentences.extend(f"{say(exam.title)}: {say(reason)}" for reason in best.reasons)
        shown = list(dict.fromkeys(sentences))
        more = [words_pages.MORE_REASONS.format(count=len(shown) - MOST_REASONS)] if len(shown) > MOST_REASONS else []
        self.reasons.setText("\n".join([*shown[:MOST_REASONS], *more]))
        self.reasons.setVisible(bool(shown))


def _status_table(parent: QWidget) -> QTableWidget:
    table = QTableWidget(0, len(words_pages.STATUS_COLUMNS), parent)
    table.setHorizontalHeaderLabels(words_pages.STATUS_COLUMNS)
    table.setAccessibleName(words_pages.IN_USE)
    table.verticalHeader().setVisible(False)
    table.setShowGrid(False)
    table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.setStyleSheet("QTableView { border:none; } QTableView::item { padding:0 10px; }")
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setSectionResizeMode(SAYS, QHeaderView.ResizeMode.Stretch)
    return table


def _cells(status: DeviceStatus) -> tuple[str, ...]:
    """Return the row of a device; a lamp has a shape and a word besides its colour."""
    place = place_of(status)
    gap_ms = status.longest_gap_s * 1000.0
    return (
        f"{words.SYMBOL[status.lamp]}  {words.STATE[status.lamp]}",
        say(status.title),
        place,
        words_pages.HZ.format(value=words.number(status.rate_hz, 0)),
        _loss(status),
        words_pages.MS.format(value=words.number(gap_ms if math.isfinite(gap_ms) else None, 0)),
        words.NO_VALUE if status.battery_percent is None else words.percent(status.battery_percent),
        _timing(status),
        f"{words.LINK[status.state.value]}: {status.words}" if status.words != words.LINK[status.state.value] else status.words,
    )


def _loss(status: DeviceStatus) -> str:
    """Return the loss of a device, and how it is known."""
    if status.loss_by == LossBy.NOTHING:
        return words_pages.LOSS_UNTOLD
    percent = words.number(status.loss_percent, 2)
    if status.loss_by == LossBy.RATE and not status.loss_u_percent:
        return words_pages.LOSS_UNSEEN
    if status.loss_by == LossBy.RATE:
        return words_pages.LOSS_ABOUT.format(value=percent, u=words.number(status.loss_u_percent, 2))
    return words_pages.PERCENT.format(value=percent)


def _timing(status: DeviceStatus) -> str:
    """Return what a device's times come from, and how well they agree with the others'."""
    timing = words_pages.TIMING[status.timing]
    if status.aligned is None or not status.aligned.told:
        return timing
    if status.aligned.lost_since:
        return f"{timing}, {words.ALIGNED_DOUBT}"
    return f"{timing}, {words.ALIGNED.format(error=words.number(1e3 * status.aligned_error_s, 1))}"


def _write(table: QTableWidget, row: int, column: int, text: str) -> None:
    item = table.item(row, column)
    if item is None:
        item = QTableWidgetItem()
        table.setItem(row, column, item)
    if item.text() != text:
        item.setText(text)
