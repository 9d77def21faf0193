"""The line that chooses a battery and leads to copying, editing and deleting it; what a battery is for is the page's business."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMessageBox, QWidget

from ankletest.programme.battery import Battery
from ankletest.programme.own import Own
from ankletest.programme.toml_fields import ProgrammeError
from ui.batteries import Batteries
from ui.pages.battery_editor import BatteryEditor
from ui.tongue import say
from ui.widgets.buttons import button_of
from ui.words import batteries as told
from ui.words import visit as words_visit


class BatteryChoice(QWidget):
    """``chosen`` is emitted when another battery is shown; ``said`` carries sentences for the page."""

    chosen = Signal()
    said = Signal(str)

    def __init__(self, batteries: Batteries, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._batteries = batteries
        self.editor: BatteryEditor | None = None
        self.combo = QComboBox(self)
        self.combo.setAccessibleName(words_visit.BATTERY)
        self.copy = button_of(told.COPY, self)
        self.copy.setToolTip(told.COPY_HINT)
        self.edit = button_of(told.EDIT, self)
        self.delete = button_of(told.DELETE, self)
        self.undo = button_of(told.UNDO, self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        for widget in (self.combo, self.copy, self.edit, self.delete, self.undo):
            line.addWidget(widget)
        self._fill("")
        self.combo.currentIndexChanged.connect(self._shown)
        self.copy.clicked.connect(self._copy)
        self.edit.clicked.connect(self._edit)
        self.delete.clicked.connect(self._ask_delete)
        self.undo.clicked.connect(self._undo)
        batteries.changed.connect(self._anew)

    @property
    def battery(self) -> Battery:
        """The battery chosen."""
        return self._own().battery

    @property
    def trouble(self) -> str:
        """What is wrong with files of the clinic's own."""
        return "  ".join(map(say, self._batteries.troubles))

    def choose(self, key: str) -> None:
        """Choose a battery by its key."""
        self.combo.setCurrentIndex(max(0, self.combo.findData(key)))

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _own(self) -> Own:
        found = self._batteries.one(str(self.combo.currentData()))
        return found if found is not None else self._batteries.all[0]

    def _fill(self, key: str) -> None:
        self.combo.blockSignals(True)
        self.combo.clear()
        for one in self._batteries.all:
            title = say(one.battery.title)
            self.combo.addItem(title if one.path is None else told.OWN.format(title=title), one.battery.key)
        self.choose(key)
        self.combo.blockSignals(False)
        self._buttons()

    def _anew(self) -> None:
        self._fill(str(self.combo.currentData()))
        self.chosen.emit()

    def _shown(self) -> None:
        self._buttons()
        self.chosen.emit()

    def _buttons(self) -> None:
        able, mine = self._batteries.able, self._own().path is not None
        self.copy.setEnabled(able)
        self.edit.setEnabled(able and mine)
        self.delete.setEnabled(able and mine)
        self.edit.setToolTip("" if able and mine else told.SHIPPED_STAYS if able else told.NO_FOLDER)
        self.undo.setVisible(bool(self._batteries.deleted))

    def _copy(self) -> None:
        self._open(self._batteries.copy_of(self.battery))

    def _edit(self) -> None:
        self._open(self.battery)

    def _open(self, battery: Battery) -> None:
        editor = self.editor = BatteryEditor(battery, self.window())

        def save(changed: Battery) -> None:
            try:
                self._batteries.save(changed)
            except ProgrammeError as error:
                editor.refuse(say(str(error)))
                return
            self.choose(changed.key)
            self.said.emit(told.SAVED.format(title=changed.title))
            editor.close()

        editor.saved.connect(save)
        editor.open()
        editor.title.setFocus()
        editor.title.selectAll()

    def _ask_delete(self) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(told.DELETE_TITLE)
        box.setText(told.DELETE_TEXT.format(title=self.battery.title))
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.button(QMessageBox.StandardButton.Yes).clicked.connect(self._delete)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _delete(self) -> None:
        title = self.battery.title
        self._do(lambda: self._batteries.delete(self.battery.key), told.DELETED.format(title=title))

    def _undo(self) -> None:
        title = self._batteries.deleted
        self._do(self._batteries.undo, told.RESTORED.format(title=title))

    def _do(self, act: Callable[[], None], sentence: str) -> None:
        try:
            act()
        except ProgrammeError as error:
            self.said.emit(say(str(error)))
        else:
            self.said.emit(sentence)
