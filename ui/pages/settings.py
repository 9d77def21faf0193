"""The page of settings: groups to the left, their entries to the right; every entry is kept as soon as it is chosen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from ankletest.errors import AnkletestError
from ui import theme
from ui.pages.settings_log import LogGroup
from ui.pages.settings_plain import ClinicGroup, LookGroup, MeasuringGroup, SoundGroup
from ui.pages.settings_rows import Group
from ui.pages.settings_safety import SafetyGroup
from ui.safekeeping import Safekeeping
from ui.tongue import say
from ui.widgets.card import GAP_PX, label
from ui.words import settings as words

GROUPS_PX = 170


class SettingsPage(QWidget):
    """Shows and changes the settings; ``tried`` asks for a sound to listen to."""

    tried = Signal()

    def __init__(self, safe: Safekeeping, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._safe = safe
        self.preferences = safe.preferences
        self.groups = QListWidget(self)
        self.groups.setObjectName("groups")
        self.groups.setAccessibleName(words.PAGE)
        self.groups.setFixedWidth(theme.scaled(GROUPS_PX))
        self.clinic = ClinicGroup(self.preferences, self)
        self.measuring = MeasuringGroup(self)
        self.sound = SoundGroup(safe.jobs, self)
        self.look = LookGroup(self)
        self.safety = SafetyGroup(safe, self)
        self.log = LogGroup(safe, self)
        self.plain = (self.clinic, self.measuring, self.sound, self.look, self.safety)
        groups: tuple[Group | LogGroup, ...] = (*self.plain, self.log)
        self.stack = QStackedWidget(self)
        for (key, title), group in zip(words.GROUPS.items(), groups, strict=True):
            item = QListWidgetItem(title, self.groups)
            item.setData(Qt.ItemDataRole.UserRole, key)
            self.stack.addWidget(group)
        self.sentence = label("", "sub", self)
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(GAP_PX)
        column.addWidget(label(words.PAGE, "h1", self))
        line = QHBoxLayout()
        line.setSpacing(GAP_PX)
        line.addWidget(self.groups)
        line.addWidget(self.stack, 1)
        column.addLayout(line, 1)
        column.addWidget(self.sentence)
        self.setFocusProxy(self.groups)
        for group in self.plain:
            group.chosen.connect(self.take)
        for group in (self.clinic, self.safety, self.log):
            group.said.connect(self.say)
        self.sound.tried.connect(self.tried)
        self.groups.currentRowChanged.connect(self._turn)
        self.preferences.changed.connect(self.refresh)
        self.groups.setCurrentRow(0)
        self._say_told()
        self.refresh()

    def show_group(self, key: str) -> None:
        """Show a group by its key."""
        self.groups.setCurrentRow(list(words.GROUPS).index(key))

    def take(self, entry: str, value: object) -> None:
        """Settle an entry; one that cannot be kept is shown as it was."""
        before = self.preferences.settings
        try:
            self.preferences.change({entry: value})
        except AnkletestError as error:
            self.say(say(str(error)), True)
        else:
            if self.preferences.settings != before:
                self.say(words.SAVED, False)
        self.refresh()

    def say(self, text: str, bad: bool) -> None:
        """Say what became of it."""
        role = "error" if bad else "sub"
        if self.sentence.property("role") != role:
            self.sentence.setProperty("role", role)
            self.sentence.style().unpolish(self.sentence)
            self.sentence.style().polish(self.sentence)
        self.sentence.setText(text)
        self.sentence.setAccessibleName(text)

    def refresh(self) -> None:
        """Show what is settled."""
        settings = self.preferences.settings
        for group in self.plain:
            group.show_settings(settings)

    def showEvent(self, event: QShowEvent) -> None:
        """Show everything as it is now."""
        super().showEvent(event)
        self.refresh()
        self._turn()

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget what was said: it was about what is done."""
        super().hideEvent(event)
        if not self.window().isMinimized():
            self._say_told()

    def _say_told(self) -> None:
        """Say what of the file could not be taken."""
        self.say(" ".join(map(say, self.preferences.told)), bool(self.preferences.told))

    def _turn(self) -> None:
        self.stack.setCurrentIndex(self.groups.currentRow())
        if not self.isVisible():
            return
        shown = self.stack.currentWidget()
        if shown is self.log:
            self.log.look()
        elif shown is self.sound:
            self.sound.look()
        elif shown is self.safety:
            self.safety.handing.look()
            self.safety.keyring.look()
