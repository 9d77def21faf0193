"""A numeric rating scale of 0 to 10 as a row of buttons; digits choose, Delete takes the answer back."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from ui import theme
from ui.widgets.card import label
from ui.words import visit as words

MOST = 10
TEN_MS = 700
"""A 0 so soon after a 1 makes it a 10."""
BUTTON_PX = 40
TITLE_PX, END_PX = 150, 140
GAP_PX = 4


class Scale(QWidget):
    """One row: what is asked, 0 to 10, and what the ends mean; ``changed`` tells of every answer."""

    changed = Signal()

    def __init__(self, title: str, ends: tuple[str, str], parent: QWidget | None = None, *, titled: bool = True) -> None:
        super().__init__(parent)
        self._title = title
        self.setObjectName("scale")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP_PX)
        title_px, end_px = theme.scaled(TITLE_PX), theme.scaled(END_PX)
        if not titled:  # what is asked stands above
            title_px = 0
        self.setMinimumWidth(title_px + 2 * end_px + (MOST + 1) * BUTTON_PX + (MOST + 3) * GAP_PX)
        head = label(title, "h2", self)
        head.setFixedWidth(title_px)
        head.setVisible(titled)
        line.addWidget(head)
        low = label(ends[0], "sub", self)
        low.setWordWrap(True)
        low.setFixedWidth(end_px)
        low.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(low)
        self._group = QButtonGroup(self)
        self._buttons: list[QPushButton] = []
        for value in range(MOST + 1):
            button = QPushButton(str(value), self)
            button.setCheckable(True)
            button.setFixedSize(BUTTON_PX, BUTTON_PX)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the row has the focus: one Tab a question
            button.setAccessibleName(words.SCALE_POINT.format(title=title, value=value))
            self._group.addButton(button, value)
            self._buttons.append(button)
            line.addWidget(button)
        high = label(ends[1], "sub", self)
        high.setWordWrap(True)
        high.setFixedWidth(end_px)
        line.addWidget(high)
        self._one = QTimer(self)
        self._one.setSingleShot(True)
        self._one.setInterval(TEN_MS)
        self._group.idClicked.connect(self._clicked)
        self._tell()

    @property
    def value(self) -> int | None:
        """The answer; None where there is none."""
        chosen = self._group.checkedId()
        return chosen if chosen >= 0 else None

    def button(self, value: int) -> QPushButton:
        """Return the button of an answer."""
        return self._buttons[value]

    def set_value(self, value: int | None) -> None:
        """Take an answer, or take it back."""
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(self._group.id(button) == value)
        self._group.setExclusive(True)
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with digits and arrows."""
        key, now = event.key(), self.value
        if Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            digit = int(key) - int(Qt.Key.Key_0)
            ten = digit == 0 and now == 1 and self._one.isActive()
            self.set_value(MOST if ten else digit)
            self._one.stop()
            if digit == 1:
                self._one.start()
        elif key == Qt.Key.Key_Left:
            self.set_value(max(0, (now if now is not None else 1) - 1))
        elif key == Qt.Key.Key_Right:
            self.set_value(min(MOST, (now if now is not None else -1) + 1))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.set_value(None)
        elif key == Qt.Key.Key_Down:
            self.focusNextChild()
        elif key == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def _clicked(self) -> None:
        self._tell()

    def _tell(self) -> None:
        said = "?" if self.value is None else str(self.value)
        self.setAccessibleName(words.SCALE_POINT.format(title=self._title, value=said))
        self.changed.emit()
