"""Left or right, as two joined buttons in the colours of the sides."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ankletest.samples import Side
from ui.words import common as words


class SideChoice(QWidget):
    """Choose the leg; Tab reaches it, arrows and Space change it.

    ``changed`` is emitted with the new side when it changed, by hand or by ``set_side``.
    """

    changed = Signal(Side)

    def __init__(self, side: Side = Side.LEFT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self.setAccessibleName(words.SIDE_CHOICE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[Side, _Segment] = {}
        for each in Side:
            button = _Segment(words.SIDE[each], self)
            button.setObjectName(each.value)
            button.setCheckable(True)
            button.setAccessibleName(f"{words.SIDE_CHOICE}: {words.SIDE[each]}")
            self._group.addButton(button)
            self._buttons[each] = button
            line.addWidget(button)
        self._side = side
        self._buttons[side].setChecked(True)
        self._group.buttonToggled.connect(self._toggled)

    @property
    def side(self) -> Side:
        """The leg chosen."""
        return self._side

    def set_side(self, side: Side) -> None:
        """Choose a leg."""
        self._buttons[side].setChecked(True)

    def button(self, side: Side) -> QPushButton:
        """Return the button of a leg."""
        return self._buttons[side]

    def _toggled(self) -> None:
        side = Side.LEFT if self._buttons[Side.LEFT].isChecked() else Side.RIGHT
        if side is not self._side:
            self._side = side
            self.changed.emit(side)


class _Segment(QPushButton):
    """A button that moves the choice with the arrow keys, as radio buttons do."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows; leave Space and Enter to the button."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            group = self.group()
            for other in group.buttons():
                if (other.objectName() == "left") == (event.key() == Qt.Key.Key_Left):
                    other.setFocus(Qt.FocusReason.TabFocusReason)
                    other.setChecked(True)
            return
        super().keyPressEvent(event)
