"""What the page of the sensor check is made of: the line of steps, and a row a device with its lamp, its reason and figures."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from ankletest.checks.base import CheckReport, Judgement, Level
from ankletest.checks.check import Check
from ankletest.checks.steps import Step
from ankletest.session import DeviceStatus
from ui.tongue import say
from ui.widgets.card import label
from ui.widgets.chip import Chip
from ui.words import check as words_check
from ui.words import common as words
from ui.words import pages as words_pages

WHOLE = 1000
"""Steps of the bar: finer than its pixels."""
LAMP_PX = 190


class StepLine(QWidget):
    """The steps in order: those done, the one going on, and how far it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.chips: dict[Step, Chip] = {}
        for step in (Step.REST, Step.ON, Step.LEFT, Step.DOWN, Step.RIGHT):
            chip = Chip(words_check.STEP_NAME[step.value], "", self)
            self.chips[step] = chip
            line.addWidget(chip)
        line.addStretch(1)
        column.addLayout(line)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, WHOLE)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(words_check.STEPS)
        column.addWidget(self.bar)

    def show_check(self, check: Check | None, share: float) -> None:
        """Show a check going on, or the steps of one to come."""
        steps = check.steps if check is not None else tuple(self.chips)
        at = steps.index(check.step) if check is not None and check.step in steps else -1
        for step, chip in self.chips.items():
            chip.setVisible(step in steps)
            place = steps.index(step) if step in steps else len(steps)
            name = words_check.STEP_NAME[step.value]
            now = check is not None and place == at
            chip.set(words_check.NOW.format(step=name) if now else name, "good" if check is not None and place < at else "")
        self.show_share(share)

    def show_share(self, share: float) -> None:
        """Show how much of the step is over."""
        self.bar.setValue(round(WHOLE * share))


class CheckRows(QScrollArea):
    """One row a device; a device that was not checked says so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = QWidget(self)
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 2, 0, 2)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(14)
        self._grid.setColumnMinimumWidth(0, LAMP_PX)
        self._grid.setColumnStretch(1, 1)
        self.setWidget(self._inside)
        # Either would paint the page's ground over the card's.
        for widget in (self.viewport(), self._inside):
            widget.setAutoFillBackground(False)
        self.rows: dict[str, Row] = {}

    def show_devices(self, devices: Mapping[str, DeviceStatus], report: CheckReport | None, *, going: bool) -> None:
        """Show these devices and what was found of them."""
        if devices.keys() != self.rows.keys():
            self._lay_out(devices)
        for key, status in devices.items():
            live = _live(status) if going else words_check.NOT_DONE
            self.rows[key].show_found(report.of(key) if report is not None else None, _place(status), live)

    def _lay_out(self, devices: Mapping[str, DeviceStatus]) -> None:
        for row in self.rows.values():
            row.remove()
        self.rows = {}
        for k, key in enumerate(devices):
            row = Row(self._inside)
            self._grid.addWidget(row.lamp, k, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(row.told, k, 1)
            self._grid.setRowStretch(k, 0)
            self.rows[key] = row
        self._grid.setRowStretch(len(devices), 1)


class Row:
    """The widgets of one device."""

    def __init__(self, parent: QWidget) -> None:
        self.lamp = Chip("", "off", parent)
        self.told = QWidget(parent)
        column = QVBoxLayout(self.told)
        column.setContentsMargins(0, 3, 0, 0)
        column.setSpacing(2)
        self.reason = _line("h2", self.told)
        self.hint = _line("sub", self.told)
        self.figures = _line("sub", self.told)
        for line in (self.reason, self.hint, self.figures):
            column.addWidget(line)

    def remove(self) -> None:
        """Take the widgets away."""
        for widget in (self.lamp, self.told):
            widget.hide()
            widget.deleteLater()

    def show_found(self, judgement: Judgement | None, place: str, otherwise: str) -> None:
        """Show what was found; None: it was not, and what is said then."""
        state = judgement.lamp if judgement is not None else "off"
        self.lamp.set(place, state)
        reasons = judgement.reasons if judgement is not None else ()
        sentence = words.capital("; ".join(say(f.words) for f in reasons)) if reasons else ""
        if judgement is not None and not reasons:
            sentence = words.capital(words.STATE[state])
        told = {
            self.reason: sentence if judgement is not None else otherwise,
            self.hint: " ".join(dict.fromkeys(say(f.hint) for f in reasons if f.hint)),
            self.figures: _figures(judgement),
        }
        for line, text in told.items():
            line.setText(text)
            line.setVisible(bool(text))
        self.lamp.setAccessibleDescription(f"{words.STATE[state]}: {told[self.reason]}")


def _line(role: str, parent: QWidget) -> QLabel:
    line = label("", role, parent)
    line.setWordWrap(True)
    return line


def _figures(judgement: Judgement | None) -> str:
    """Return what is good, and what the device cannot tell, in one line."""
    if judgement is None:
        return ""
    return "  ·  ".join(say(f.words) for f in judgement.findings if f.level in (Level.GOOD, Level.NOT_TOLD))


def _live(status: DeviceStatus) -> str:
    """Return what is seen of a device while it is being checked."""
    rate = words.with_unit(status.rate_hz, 0, words.HZ)
    return words_check.LIVE.format(rate=rate, percent=words.number(status.lately_percent, 1), why=say(status.words))


def _place(status: DeviceStatus) -> str:
    return words.capital(words.place_of(words.SIDE[status.side] if status.side else "", words_pages.SITE_NAME[status.site]))
