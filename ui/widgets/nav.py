"""The bar of pages at the left edge of the window; what a page is, it does not know."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from ui import icons, theme
from ui.words import common as words

WIDTH_PX = 84
BUTTON_PX = QSize(68, 60)
ICON_PX = QSize(24, 24)


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page: its key, what it is called, its icon, and whether it stands at the foot of the bar."""

    key: str
    title: str
    glyph: icons.Glyph
    foot: bool = False
    hint: str = ""


class NavBar(QFrame):
    """Buttons, one a page; ``chosen`` is emitted with the page's key when a person picks one."""

    chosen = Signal(str)

    def __init__(self, items: Sequence[NavItem], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nav")
        self.setAccessibleName(words.NAVIGATION)
        self.setFixedWidth(theme.scaled(WIDTH_PX))
        self._items = {item.key: item for item in items}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 8, 16)
        column.setSpacing(6)
        logo = QLabel(words.LOGO, self)
        logo.setObjectName("logo")
        logo.setFixedSize(44, 44)
        logo.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(logo, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(14)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        for item in items:
            if not item.foot:
                column.addWidget(self._button(item))
        column.addStretch(1)
        for item in items:
            if item.foot:
                column.addWidget(self._button(item))
        self._group.buttonClicked.connect(self._clicked)
        theme.changes.changed.connect(self.refresh)
        self.refresh()

    @property
    def current(self) -> str:
        """Key of the page marked, empty while none is."""
        button = self._group.checkedButton()
        return button.objectName() if button is not None else ""

    def set_current(self, key: str) -> None:
        """Mark a page without emitting."""
        self._buttons[key].setChecked(True)
        self.refresh()

    def button(self, key: str) -> QToolButton:
        """Return the button of a page."""
        return self._buttons[key]

    def refresh(self) -> None:
        """Draw the icons in the colours in force."""
        for key, button in self._buttons.items():
            button.setIcon(icons.icon(self._items[key].glyph, "on_nav" if button.isChecked() else "nav_text", ICON_PX.width()))

    def _button(self, item: NavItem) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(item.key)
        button.setText(item.title)
        button.setToolTip(item.hint)
        button.setAccessibleName(item.title)
        button.setAccessibleDescription(item.hint)
        button.setIconSize(ICON_PX)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setCheckable(True)
        button.setFixedSize(theme.scaled(BUTTON_PX.width()), BUTTON_PX.height())
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._group.addButton(button)
        self._buttons[item.key] = button
        return button

    def _clicked(self) -> None:
        self.refresh()
        self.chosen.emit(self.current)
