"""The page of calibrations: how each device stands, how its numbers drifted, its certificates as PDF; the wizard is one sheet of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ankletest.errors import AnkletestError
from calibration.certificate import Certificate
from calibration.folder import file_name
from ui import theme
from ui.calibrating import Calibrating
from ui.drift import WORST_FIRST, Line, alike, day, left, lines_of, main_of, point_of, summary, title_of, value_told
from ui.pages.calibration_wizard import CalibrationWizard
from ui.pages.certificate_view import CertificateView, table, write
from ui.report.certificate import digits, write_certificate
from ui.sound.voice import Voice
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.buttons import button_of
from ui.widgets.caption import Caption
from ui.widgets.card import Card, label
from ui.widgets.chip import Chip
from ui.widgets.drift import DriftPlot
from ui.words import calibration as told
from ui.words.common import SYMBOL

LOOK_MS = 1000
"""How often the page follows devices that tell their serial late."""


class CalibrationPage(QWidget):
    """Overview, one certificate, or the wizard."""

    def __init__(self, visit: Visit, calibrating: Calibrating, voice: Voice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(told.PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.calibrating = calibrating
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._lines: list[Line] = []
        self._shown: object = None
        self._history: list[Certificate] = []
        self.overview = QWidget(self)
        self.wizard = CalibrationWizard(calibrating, voice, self)
        self.single = _Single(self)
        self.stack = QStackedWidget(self)
        for sheet in (self.overview, self.wizard, self.single):
            self.stack.addWidget(sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.refresh)
        self.table.itemSelectionChanged.connect(self._line_chosen)
        self.history.itemSelectionChanged.connect(self._show_drift)
        self.history.itemActivated.connect(self.show_certificate)
        self.calibrate.clicked.connect(self.open_wizard)
        self.show_button.clicked.connect(self.show_certificate)
        self.pdf.clicked.connect(self._pdf_chosen)
        self.wizard.left.connect(self.show_overview)
        self.wizard.wanted_pdf.connect(self.ask_pdf)
        self.single.back.clicked.connect(self.show_overview)
        self.single.pdf.clicked.connect(self._pdf_chosen)
        calibrating.filed.connect(self.refresh)
        for signal in (visit.opened, visit.closed):
            signal.connect(self.refresh)
        theme.changes.changed.connect(self._again)
        for keys, action in (("Ctrl+S", self._pdf_chosen), ("F5", self.reload)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)
        self.refresh()

    @property
    def chosen(self) -> Certificate | None:
        """The certificate chosen in the history."""
        row = self.history.currentRow()
        return self._history[row] if 0 <= row < len(self._history) else None

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the devices while somebody looks."""
        super().showEvent(event)
        self.refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop following."""
        super().hideEvent(event)
        self._timer.stop()

    def halt(self) -> None:
        """Stop following for good."""
        self._timer.stop()

    def reload(self) -> None:
        """Read the folder again."""
        self.calibrating.reload()
        self.refresh()

    def show_overview(self) -> None:
        """Go back to the state of all devices."""
        self.stack.setCurrentWidget(self.overview)
        self.refresh()
        (self.table if self._lines else self.calibrate).setFocus(Qt.FocusReason.OtherFocusReason)

    def open_wizard(self) -> None:
        """Begin the wizard with the device and the procedure of the line that is chosen."""
        row = self.table.currentRow()
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        self.stack.setCurrentWidget(self.wizard)
        self.wizard.open()
        if line is not None and not self.calibrating.busy:
            device = next((k.choice.device for k in self.calibrating.devices() if k.identity == line.device), "")
            if device:
                self.wizard.form.choose(device, line.certificate.kind if line.certificate is not None else "")

    def show_certificate(self) -> None:
        """Show the certificate chosen."""
        certificate = self.chosen
        if certificate is not None:
            self.single.show_certificate(certificate)
            self.stack.setCurrentWidget(self.single)
            self.single.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_pdf(self, certificate: object) -> None:
        """Ask where a certificate is to be written."""
        if not isinstance(certificate, Certificate):
            return
        dialog = QFileDialog(self, told.SAVE_PDF)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(told.PDF_FILES)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(file_name(certificate).partition(".")[0] + ".pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def take(name: str) -> None:
            self.save_pdf(certificate, Path(name))

        dialog.fileSelected.connect(take)
        dialog.open()

    def save_pdf(self, certificate: Certificate, path: Path) -> None:
        """Write a certificate; it takes some hundredths of a second."""
        try:
            write_certificate(path, certificate)
        except AnkletestError as error:
            self._say(say(str(error)), "error")
        else:
            self._say(told.SAVED.format(name=path.name), "sub")

    def refresh(self) -> None:
        """Show devices and certificates as they stand now; nothing moves while nothing has changed."""
        if self.calibrating.busy and self.stack.currentWidget() is not self.wizard:
            self.stack.setCurrentWidget(self.wizard)
            self.wizard.open()
        if self.stack.currentWidget() is self.wizard and not self.calibrating.busy:
            self.wizard.form.show_devices(self.calibrating.devices())
        now, devices = self.now(), [known.identity for known in self.calibrating.devices()]
        self.calibrate.setEnabled(bool(devices))
        lines = lines_of(self.calibrating.certificates, devices, now)
        shown = (lines, [left(line.certificate, now) for line in lines if line.certificate is not None], self.calibrating.shelf.damaged)
        if shown == self._shown:
            return
        self._shown = shown
        row = self.table.currentRow()
        before = self._lines[row] if 0 <= row < len(self._lines) else None
        self._lines = lines
        self._show_lines(now)
        self._show_chips()
        damaged = self.calibrating.shelf.damaged
        self._say(told.DAMAGED.format(count=len(damaged), first=damaged[0]) if damaged else "" if lines else told.EMPTY, "sub")
        same = [k for k, line in enumerate(lines) if before is not None and (line.device, _kind(line)) == (before.device, _kind(before))]
        if lines:
            self.table.selectRow(next(iter(same), 0))
        self._line_chosen()

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(told.PAGE, "h1", self.overview))
        head.addStretch(1)
        self.chips = [Chip("", "off", self.overview) for _ in WORST_FIRST]
        for chip in self.chips:
            head.addWidget(chip)
        self.states = Card(told.STATE_TABLE, parent=self.overview)
        self.table = table(told.STATE_TABLE, told.STATE_COLUMNS, self.states, stretch=2)
        self.states.body.addWidget(self.table, 1)
        self.drift = Card(told.DRIFT, parent=self.overview)
        self.plot = DriftPlot(self.drift)
        self.drift.body.addWidget(self.plot, 1)
        self.past = Card(told.HISTORY, parent=self.overview)
        self.history = table(told.HISTORY_TABLE, told.HISTORY_COLUMNS, self.past, stretch=2)
        self.past.body.addWidget(self.history, 1)
        below = QHBoxLayout()
        below.setSpacing(14)
        below.addWidget(self.drift, 5)
        below.addWidget(self.past, 4)
        self.calibrate = button_of(told.CALIBRATE, self.overview, name=told.CALIBRATE_NAME)
        self.calibrate.setProperty("kind", "primary")
        self.calibrate.setAutoDefault(True)
        enter = QShortcut(QKeySequence(Qt.Key.Key_Return), self.table)
        enter.setContext(Qt.ShortcutContext.WidgetShortcut)
        enter.activated.connect(self.calibrate.click)
        self.show_button = button_of(told.SHOW, self.overview, name=told.SHOW)
        self.pdf = button_of(told.SAVE_PDF, self.overview, name=told.SAVE_PDF)
        self.sentence = label("", "sub", self.overview)
        self.sentence.setWordWrap(True)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        for button in (self.calibrate, self.show_button, self.pdf):
            foot.addWidget(button)
        foot.addWidget(self.sentence, 1)
        foot.addWidget(Caption(told.KEYS_OVERVIEW, "sub", self.overview))
        column = QVBoxLayout(self.overview)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.states, 6)
        column.addLayout(below, 5)
        column.addLayout(foot)

    def _show_lines(self, now: datetime) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._lines))
        for row, line in enumerate(self._lines):
            lamp = told.LAMP[line.state]
            ink = theme.color("muted" if lamp == "off" else lamp)
            one = line.certificate
            device = str(line.device) + (f"  ·  {told.CONNECTED}" if line.connected else "")
            dates = ("", "", "")
            if one is not None:
                dates = (day(one.date), told.UNTIL_NEXT if one.expires is None else day(one.expires), left(one, now))
            cells = (_lamp(line.state), device, title_of(one.kind) if one is not None else told.NO_CERTIFICATE, *dates)
            for column, text in enumerate(cells):
                write(self.table, row, column, text, ink if column == 0 else None)
        self.table.blockSignals(False)

    def _show_chips(self) -> None:
        states = summary(self._lines)
        for k, chip in enumerate(self.chips):
            chip.setVisible(k < len(states))
            if k < len(states):
                state, text = states[k]
                chip.set(text, told.LAMP[state])

    def _line_chosen(self) -> None:
        row = self.table.currentRow()
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        one = line.certificate if line is not None else None
        self._history = list(reversed(alike(self.calibrating.certificates, one))) if one is not None else []
        self.past.set_right(told.HISTORY_OF.format(title=title_of(one.kind), device=one.device) if one is not None else "")
        self.history.blockSignals(True)
        self.history.setRowCount(len(self._history))
        for k, each in enumerate(self._history):
            main = main_of(each)
            point = point_of(each, main)
            value = f"{value_told(point, main)} {main.unit}".rstrip()
            spread = "" if point.u is None else digits(point.u)
            state = "good" if each.passed else "bad"
            result = _lamp("good" if each.passed else "failed")
            for column, text in enumerate((day(each.date, hour=True), result, value, spread)):
                write(self.history, k, column, text, theme.color(state) if column == 1 else None)
        self.history.blockSignals(False)
        if self._history:
            self.history.selectRow(0)
        self._show_drift()

    def _show_drift(self) -> None:
        oldest_first = list(reversed(self._history))
        main = main_of(oldest_first[-1]) if oldest_first else None
        chosen = self.chosen
        at = oldest_first.index(chosen) if chosen is not None else -1
        self.plot.show_points([point_of(one, main) for one in oldest_first], main, at)
        for button in (self.show_button, self.pdf):
            button.setEnabled(chosen is not None)

    def _pdf_chosen(self) -> None:
        if self.stack.currentWidget() is not self.wizard:
            self.ask_pdf(self.chosen)

    def _again(self) -> None:
        self._shown = None
        self.refresh()

    def _say(self, text: str, role: str) -> None:
        for sentence in (self.sentence, self.single.sentence):
            sentence.setProperty("role", role)
            sentence.style().unpolish(sentence)
            sentence.style().polish(sentence)
            sentence.setText(text)
            sentence.setAccessibleName(text)


class _Single(QWidget):
    """One certificate of the history."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = CertificateView(self)
        self.back = button_of(told.BACK, self, name=told.BACK)
        self.pdf = button_of(told.SAVE_PDF, self, name=told.SAVE_PDF)
        self.sentence = label("", "sub", self)
        self.chip = Chip("", "off", self)
        self.title = label(told.CERTIFICATE, "h1", self)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.chip)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.back)
        foot.addWidget(self.pdf)
        foot.addWidget(self.sentence, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addLayout(foot)

    def show_certificate(self, certificate: Certificate) -> None:
        """Show one."""
        self.view.show_certificate(certificate)
        self.title.setText(title_of(certificate.kind))
        state = "good" if certificate.passed else "failed"
        self.chip.set(told.STANDS[state], told.LAMP[state])


def _kind(line: Line) -> str:
    return line.certificate.kind if line.certificate is not None else ""


def _lamp(state: str) -> str:
    """Write a state by its shape and its word."""
    return f"{SYMBOL[told.LAMP[state]]}  {told.STANDS[state]}"
