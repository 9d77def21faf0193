"""The window on a store that needs no passphrase, and what a person does at it as short calls."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from ankletest.store.desk import Desk
from ankletest.store.keys import DataKey
from ui.desk.desk_store import DeskStore
from ui.furnish import Furniture
from ui.shell import Shell

KEY = Qt.Key


class Desktop:
    """The window on a store that needs no passphrase."""

    def __init__(self, qtbot, hub, folder: Path) -> None:
        self.qtbot = qtbot
        self.store = DeskStore(Desk.open(folder, DataKey(bytes(range(32)))))
        self.book = self.store.book
        self.shell = Shell()
        self.furniture = Furniture(self.shell, hub, store=self.store)
        self.page = self.furniture.clients
        self.form = self.page.form
        self.shell.show()
        qtbot.waitExposed(self.shell)
        self.shell.activateWindow()
        self.shell.show_page("clients")

    def write(self, name: str, text: str) -> None:
        control = (self.form.fields.get(name) or self.form.measures[name]).control
        control.setFocus()
        self.qtbot.keyClick(control, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClicks(control, text)

    def choose(self, name: str, value: str) -> None:
        box = self.form.fields[name].control
        box.setCurrentIndex(box.findData(value))

    def save(self) -> None:
        QTest.mouseClick(self.form.save, Qt.MouseButton.LeftButton)

    def answer(self, text: str) -> None:
        box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
        button = next(b for b in box.buttons() if b.text() == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        QCoreApplication.processEvents()
