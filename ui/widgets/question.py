"""A question before something is lost: what will happen, one button that does it and one that does not; Enter and Escape lose nothing."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask_first(parent: QWidget, title: str, text: str, *, do: str, stay: str, action: Callable[[], object]) -> QMessageBox:
    """Open the question and return it; ``do`` and ``stay`` are the titles of the buttons, ``action`` is called after the first."""
    box = QMessageBox(QMessageBox.Icon.Question, title, title, QMessageBox.StandardButton.NoButton, parent)
    box.setInformativeText(text)
    doing = box.addButton(do, QMessageBox.ButtonRole.DestructiveRole)
    staying = box.addButton(stay, QMessageBox.ButtonRole.RejectRole)
    for button in (doing, staying):
        button.setAccessibleName(button.text())
    box.setDefaultButton(staying)
    box.setEscapeButton(staying)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    doing.clicked.connect(action)
    box.open()
    return box
