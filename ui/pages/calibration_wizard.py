"""The guided way through one calibration: what is entered, what is done, what came of it; procedures and devices are others' business."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ankletest.errors import AnkletestError
from calibration.visit import Ended
from ui.calibrating import Calibrating
from ui.pages.calibration_form import CalibrationForm
from ui.pages.calibration_going import CalibrationGoing
from ui.pages.certificate_view import CertificateView
from ui.pages.guide import Guide
from ui.sound.voice import Voice
from ui.tongue import say
from ui.widgets.buttons import button_of
from ui.widgets.card import label
from ui.words import calibration as told

ONWARD = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CalibrationWizard(QWidget):
    """Three sheets; ``left`` when the operator goes back to the overview, ``wanted_pdf`` with a certificate to write."""

    left = Signal()
    wanted_pdf = Signal(object)

    def __init__(self, calibrating: Calibrating, voice: Voice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._calibrating, self._voice = calibrating, voice
        self.form = CalibrationForm(calibrating.plan, self)
        self.going = CalibrationGoing(self)
        self.end = _End(self)
        self.sheets = QStackedWidget(self)
        for sheet in (self.form, self.going, self.end):
            self.sheets.addWidget(sheet)
        self.back = QPushButton(told.BACK, self)
        self.back.setAccessibleName(told.BACK)
        head = QHBoxLayout()
        self.title = label(told.WIZARD, "h1", self)
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.sheets, 1)
        self.form.wanted.connect(self.begin)
        self.going.cancelled.connect(calibrating.cancel)
        self.back.clicked.connect(self.left)
        self.end.again.clicked.connect(self.open)
        self.end.next.clicked.connect(self.left)
        self.end.pdf.clicked.connect(self._pdf)
        calibrating.told.connect(self._say)
        calibrating.moved.connect(self._follow)
        calibrating.ended.connect(self._ended)

    def open(self) -> None:
        """Show what is to be entered, or the calibration going on."""
        self.form.show_devices(self._calibrating.devices())
        self._turn(self.going if self._calibrating.busy else self.form)

    def begin(self) -> None:
        """Begin what was entered; what makes no sense is told beside the button."""
        procedure, known = self.form.chosen, self.form.known
        if procedure is None or known is None:
            return
        try:
            self._calibrating.begin(procedure.key, known.choice.device, self.form.given(), operator=self.form.operator.text().strip())
        except AnkletestError as error:
            self.form.say(say(str(error)))
            return
        self.form.say("")
        self.going.begin(say(procedure.title))
        self.title.setText(say(procedure.title))
        self._turn(self.going)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter (and Space, where it is no letter) goes on, Escape goes back or gives up."""
        sheet = self.sheets.currentWidget()
        if event.key() == Qt.Key.Key_Escape:
            if sheet is self.going:
                self._calibrating.cancel()
            else:
                self.left.emit()
        elif event.key() in ONWARD and sheet is self.form:
            self.begin()
        elif event.key() in ONWARD and sheet is self.end:
            self.end.forward.click()
        else:
            super().keyPressEvent(event)

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _turn(self, sheet: QWidget) -> None:
        if sheet is self.form:
            self.title.setText(told.WIZARD)
        self.sheets.setCurrentWidget(sheet)
        self.back.setVisible(sheet is not self.going)
        first: QWidget = self.form.device if sheet is self.form else self.going.list if sheet is self.going else self.end.forward
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, instruction: str) -> None:
        self._voice.hush()
        self._voice.say(instruction)

    def _follow(self) -> None:
        run = self._calibrating.run
        if run is not None and self.isVisible() and self.sheets.currentWidget() is self.going:
            self.going.follow(run)

    def _ended(self, one: object) -> None:
        if isinstance(one, Ended):
            self.end.conclude(one)
            self._turn(self.end)

    def _pdf(self) -> None:
        self.wanted_pdf.emit(self.end.view.certificate)


class _End(QWidget):
    """The last sheet: the certificate with its verdicts, or why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.guide = Guide(deciding=False, parent=self)
        self.guide.setMinimumHeight(76)
        self.view = CertificateView(self)
        self.again = button_of(told.AGAIN, self, name=told.AGAIN_NAME)
        self.next = button_of(told.NEXT, self, name=told.NEXT_NAME)
        self.pdf = button_of(told.SAVE_PDF, self, name=told.SAVE_PDF)
        self.next.setProperty("kind", "primary")
        foot = QHBoxLayout()
        foot.setSpacing(10)
        for button in (self.next, self.again, self.pdf):
            foot.addWidget(button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.guide)
        column.addWidget(self.view, 1)
        column.addStretch(0)
        column.addLayout(foot)

    @property
    def forward(self) -> QPushButton:
        """What Space presses: on where it passed, once more where it did not."""
        return self.next if self.next.property("forward") else self.again

    def conclude(self, one: Ended) -> None:
        """Show how it ended."""
        certificate, refusal = one.certificate, one.refusal
        if certificate is not None:
            self.view.show_certificate(certificate)
            if certificate.passed:
                self.guide.say(told.PASSED_HEAD, told.PASSED_WHY if certificate.device.serial else told.NO_SERIAL, state="good")
            else:
                self.guide.say(told.FAILED_HEAD, told.FAILED_WHY.format(why=say(certificate.why)), state="bad")
        elif refusal is not None:
            self.guide.say(told.REFUSED_HEAD.format(name=say(refusal.name)), str(refusal), state="warn")
        passed = certificate is not None and certificate.passed
        self.next.setProperty("forward", passed)
        self.next.setText(told.NEXT if passed else told.NEXT_NAME)
        self.again.setText(told.AGAIN_NAME if passed else told.AGAIN)
        self.view.setVisible(certificate is not None)
        self.pdf.setVisible(certificate is not None)
