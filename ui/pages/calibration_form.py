"""What a calibration is begun with: device, procedure, entered numbers with their units, the operator's code; it begins nothing itself."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QListWidget, QPushButton, QVBoxLayout, QWidget

from ankletest.language import plural
from calibration.catalog import PROCEDURES
from calibration.procedure import TEMPERATURE, Ask, Procedure, Refusal
from ui import units
from ui.calibrating import Known
from ui.pages.ask_box import Labelled
from ui.tongue import say
from ui.widgets.card import Card, label
from ui.words import calibration as told
from ui.words import common as words

BOX_COLUMNS = 2
GRAVITY = "gravity_m_s2"
"""What procedures with weights ask for: that of the place, as it was settled, is offered."""
Plan = Callable[[Procedure, Known, Mapping[str, tuple[float, ...]]], Sequence[str]]
"""The instructions of a procedure on a device; raises ``Refusal`` where what was entered makes no sense."""


class GivenBox(QLineEdit):
    """Numbers that a procedure asks for, as text: one, or several with spaces between them."""

    def __init__(self, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ask = ask
        self.head = words.capital(say(ask.title)) + (f" ({ask.unit})" if ask.unit else "")
        default = (units.gravity_m_s2(),) if ask.key == GRAVITY else ask.default
        self.setText("  ".join(words.plain(value) for value in default))
        self.setAccessibleName(self.head)
        self.setToolTip(told.MANY_HINT if ask.many else "")
        self.setMinimumWidth(300)

    def numbers(self) -> tuple[float, ...]:
        """Return what was entered; a decimal comma is a point.

        Raises
        ------
        Refusal
            Something is no number.
        """
        text = self.text().replace(",", ".").replace(";", " ")
        found = [_number(self.head, part) for part in text.split()]
        if not found:
            raise Refusal("missing input", told.NEEDED.format(title=self.head))
        return tuple(found)


class CalibrationForm(QWidget):
    """The first sheet of the wizard; ``wanted`` asks to begin.

    Parameters
    ----------
    plan
        Tells what will be done, with what was entered.
    """

    wanted = Signal()

    def __init__(self, plan: Plan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = plan
        self._devices: tuple[Known, ...] = ()
        self._given: dict[tuple[str, str], str] = {}
        self._shown = ""
        self.device = QComboBox(self)
        self.device.setAccessibleName(told.DEVICE)
        self.procedure = QComboBox(self)
        self.procedure.setAccessibleName(told.PROCEDURE)
        self.operator = QLineEdit(self)
        self.operator.setAccessibleName(told.OPERATOR)
        self.operator.setPlaceholderText(told.OPERATOR_HINT)
        self.operator.setMaxLength(20)
        self.operator.setMaximumWidth(200)
        self.temperature = QLineEdit(self)
        self.temperature.setAccessibleName(told.ROOM_TEMPERATURE)
        self.temperature.setPlaceholderText(told.OPTIONAL)
        self.temperature.setMaximumWidth(160)
        head = QHBoxLayout()
        head.setSpacing(14)
        for text, control, share in (
            *((told.DEVICE, self.device, 3), (told.PROCEDURE, self.procedure, 4)),
            *((told.OPERATOR, self.operator, 2), (told.ROOM_TEMPERATURE, self.temperature, 2)),
        ):
            head.addWidget(Labelled(text, control, self), share)
        self.asked = Card(told.ASKED, parent=self)
        self.nothing = label(told.NOTHING_ASKED, "sub", self.asked)
        self.asked.body.addWidget(self.nothing)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(12)
        self.asked.body.addLayout(self._grid)
        self.comes = Card(told.WHAT_COMES, parent=self)
        self.plan = QListWidget(self.comes)
        self.plan.setAccessibleName(told.WHAT_COMES)
        self.plan.setStyleSheet("QListView { border:none; } QListView::item { padding:3px 0; }")
        self.plan.setWordWrap(True)
        self.comes.body.addWidget(label(told.BY_ITSELF, "sub", self.comes))
        self.comes.body.addWidget(self.plan, 1)
        self.sentence = label("", "error", self)
        self.sentence.setWordWrap(True)
        self.begin = QPushButton(told.BEGIN, self)
        self.begin.setAccessibleName(told.BEGIN_NAME)
        self.begin.setProperty("kind", "primary")
        foot = QHBoxLayout()
        foot.addWidget(self.begin)
        foot.addWidget(self.sentence, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.asked)
        column.addWidget(self.comes, 1)
        column.addLayout(foot)
        self.boxes: dict[str, GivenBox] = {}
        self.device.currentIndexChanged.connect(self._device_chosen)
        self.procedure.currentIndexChanged.connect(self._procedure_chosen)
        self.begin.clicked.connect(self.wanted)
        self._procedure_chosen()

    @property
    def chosen(self) -> Procedure | None:
        """The procedure chosen."""
        key = self.procedure.currentData()
        return next((procedure for procedure in PROCEDURES if procedure.key == key), None)

    @property
    def known(self) -> Known | None:
        """The device chosen."""
        index = self.device.currentIndex()
        return self._devices[index] if 0 <= index < len(self._devices) else None

    def show_devices(self, devices: Sequence[Known]) -> None:
        """Offer these devices; what was chosen stays chosen where it is still there."""
        if tuple(devices) == self._devices:
            return
        before = self.known.choice.device if self.known is not None else ""
        self._devices = tuple(devices)
        self.device.blockSignals(True)
        self.device.clear()
        for one in devices:
            self.device.addItem(f"{one.identity}  ·  {one.choice.device}", one.choice.device)
        self.device.setCurrentIndex(max(0, self.device.findData(before)) if devices else -1)
        self.device.blockSignals(False)
        self._device_chosen()

    def choose(self, device: str, kind: str) -> None:
        """Choose a device and a procedure, where they are offered."""
        at = self.device.findData(device)
        if at >= 0:
            self.device.setCurrentIndex(at)
        at = self.procedure.findData(kind)
        if at >= 0:
            self.procedure.setCurrentIndex(at)

    def given(self) -> Mapping[str, tuple[float, ...]]:
        """Return what was entered.

        Raises
        ------
        Refusal
            Something is no number.
        """
        given = {key: box.numbers() for key, box in self.boxes.items()}
        warm = self.temperature.text().strip()
        return {**given, TEMPERATURE.key: (_number(told.ROOM_TEMPERATURE, warm),)} if warm else given

    def say(self, text: str) -> None:
        """Show why it cannot be begun."""
        self.sentence.setText(text)
        self.sentence.setAccessibleName(text)

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _device_chosen(self) -> None:
        known, before = self.known, self.procedure.currentData()
        offered = [p for p in PROCEDURES if known is not None and set(p.kinds) & set(known.kinds)]
        self.procedure.blockSignals(True)
        self.procedure.clear()
        for procedure in offered:
            self.procedure.addItem(say(procedure.title), procedure.key)
        self.procedure.setCurrentIndex(max(0, self.procedure.findData(before)) if offered else -1)
        self.procedure.blockSignals(False)
        self._procedure_chosen()

    def _procedure_chosen(self) -> None:
        procedure = self.chosen
        self.begin.setEnabled(procedure is not None)
        self.say("" if procedure is not None else told.NOT_CONNECTED if self.known is None else told.NOT_HERE)
        self._show_asks(procedure)
        self._show_plan()

    def _show_plan(self) -> None:
        procedure, known = self.chosen, self.known
        self.plan.clear()
        self.comes.set_right("")
        if procedure is None or known is None:
            return
        try:
            told_of = self._plan(procedure, known, self.given())
        except Refusal as refusal:
            self.plan.addItem(say(str(refusal)))
            return
        self.plan.addItems([told.STEP.format(number=k, instruction=say(one)) for k, one in enumerate(told_of, start=1)])
        self.comes.set_right(plural(told.STEPS, len(told_of)).format(count=len(told_of), holds=_holds(procedure)))

    def _show_asks(self, procedure: Procedure | None) -> None:
        for key, box in self.boxes.items():
            self._given[self._shown, key] = box.text()
        while self._grid.count():
            item = self._grid.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self._shown = procedure.key if procedure is not None else ""
        self.boxes = {}
        for k, ask in enumerate(procedure.asks if procedure is not None else ()):
            box = GivenBox(ask, self.asked)
            box.setText(self._given.get((self._shown, ask.key), box.text()))
            box.editingFinished.connect(self._show_plan)
            self.boxes[ask.key] = box
            labelled = Labelled(box.head, box, self.asked)
            self._grid.addWidget(labelled, k // BOX_COLUMNS, k % BOX_COLUMNS)
            labelled.show()  # now: by itself it would be with the next round of events, and a Tab before that would pass it over
        self.nothing.setVisible(not self.boxes)
        before: QWidget = self.operator
        for widget in (self.temperature, *self.boxes.values(), self.begin):
            QWidget.setTabOrder(before, widget)
            before = widget


def _number(title: str, text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise Refusal("senseless input", told.NOT_NUMBERS.format(title=title, text=text)) from error


def _holds(procedure: Procedure) -> str:
    """Return how long its certificate holds."""
    if procedure.days is None:
        return told.HOLDS_NEXT
    if procedure.days < 1.0:
        hours = round(24.0 * procedure.days)
        return plural(told.HOLDS_HOURS, hours).format(hours=hours)
    days = round(procedure.days)
    return plural(told.HOLDS_DAYS, days).format(days=days)
