"""Groups of settings that are only entries: the clinic, measuring, sound, look; what follows from them is not their business."""

import shutil
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from ankletest.errors import AnkletestError
from ankletest.settings import (
    LEAST_ALTITUDE_M,
    LEAST_G,
    LEAST_TEXT,
    MOST_ALTITUDE_M,
    MOST_G,
    MOST_TEXT,
    NAME_LETTERS,
    GravityBy,
    Settings,
)
from ui.jobs import Jobs, Progress
from ui.pages.settings_rows import Amount, Choice, Flag, Group, Level, Line
from ui.preferences import Preferences
from ui.report.letterhead import demand_picture
from ui.sound import speaker as sounds
from ui.tongue import say
from ui.words import settings as words
from ui.words.common import number


class ClinicGroup(Group):
    """Name and picture for the reports."""

    said = Signal(str, bool)

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        card = self.card(words.CLINIC_CARD)
        self.name = Line("clinic", NAME_LETTERS, self)
        card.add(words.CLINIC, self.name)
        card.remark(words.CLINIC_HINT)
        self.choose = QPushButton(words.LOGO_CHOOSE, self)
        self.remove = QPushButton(words.LOGO_REMOVE, self)
        card.add(words.LOGO, self.choose, self.remove)
        for button in (self.choose, self.remove):
            button.setAccessibleName(button.text())
        self.logo = card.remark(words.LOGO_ABOUT)
        self.settle(self.name)
        self.choose.clicked.connect(self.ask)
        self.remove.clicked.connect(self.take_away)

    def show_settings(self, settings: Settings) -> None:
        """Show what is settled."""
        self.name.show_value(settings.clinic)
        there = self._preferences.logo is not None
        self.remove.setVisible(there)
        self.logo.say(words.LOGO_TAKEN.format(name=settings.logo) if there else words.LOGO_ABOUT)

    def ask(self) -> None:
        """Ask for a picture."""
        dialog = QFileDialog(self, words.LOGO_CHOOSE, "", words.LOGO_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._picked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take(self, path: Path) -> None:
        """Copy a picture beside the settings, once it was found fit: the one that was chosen may be on a stick."""
        folder = self._preferences.path.parent if self._preferences.path is not None else None
        if folder is None:
            self.said.emit(words.LOGO_NO_FOLDER, True)
            return
        try:
            demand_picture(path)
            folder.mkdir(parents=True, exist_ok=True)
            name = f"logo{path.suffix.lower()}"
            if not (folder / name).exists() or not (folder / name).samefile(path):
                shutil.copyfile(path, folder / f"{name}.new")
                (folder / f"{name}.new").replace(folder / name)
        except AnkletestError as error:
            self.said.emit(say(str(error)), True)
            return
        except OSError as error:
            self.said.emit(words.LOGO_UNREADABLE.format(name=path.name, why=error.strerror or error), True)
            return
        self.chosen.emit("logo", name)
        self.show_settings(self._preferences.settings)
        self._preferences.changed.emit()  # another picture under the same name is another one too

    def take_away(self) -> None:
        """Have no picture; the copy is deleted, the file it came from is not."""
        path = self._preferences.logo
        self.chosen.emit("logo", "")
        if path is not None and not self._preferences.settings.logo:
            path.unlink(missing_ok=True)

    def _picked(self, name: str) -> None:
        self.take(Path(name))


class MeasuringGroup(Group):
    """Units and gravity."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = self.card(words.UNITS_CARD)
        self.length = Choice("length", words.LENGTHS, self)
        self.mass = Choice("mass", words.MASSES, self)
        card.add(words.LENGTH, self.length)
        card.add(words.MASS, self.mass)
        card.remark(words.UNITS_HINT)
        card = self.card(words.GRAVITY_CARD)
        self.gravity = Choice("gravity", words.GRAVITIES, self)
        self.latitude = Amount("latitude_deg", -90.0, 90.0, decimals=1, suffix=words.DEGREES, parent=self)
        self.altitude = Amount("altitude_m", LEAST_ALTITUDE_M, MOST_ALTITUDE_M, decimals=1, step=10.0, suffix=words.METRES, parent=self)
        self.typed = Amount("typed_m_s2", LEAST_G, MOST_G, decimals=5, step=0.001, suffix=words.M_S2, parent=self)
        card.add(words.GRAVITY, self.gravity)
        card.add(words.LATITUDE, self.latitude)
        card.add(words.ALTITUDE, self.altitude)
        card.add(words.TYPED_G, self.typed)
        self.now = card.remark(words.GRAVITY_NOW)
        self.settle(self.length, self.mass, self.gravity, self.latitude, self.altitude, self.typed)

    def show_settings(self, settings: Settings) -> None:
        """Show what is settled."""
        for control in self.controls:
            control.show_value(getattr(settings, control.entry))
        for control, by in ((self.latitude, GravityBy.PLACE), (self.altitude, GravityBy.PLACE), (self.typed, GravityBy.TYPED)):
            control.setEnabled(settings.gravity is by)
        self.now.say(words.GRAVITY_NOW.format(value=number(settings.gravity_m_s2, 5)))


class SoundGroup(Group):
    """How loud, by which device, and what is spoken; ``tried`` asks for a sound to listen to."""

    tried = Signal()

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._names: tuple[str, ...] | None = None
        card = self.card(words.SOUND_CARD)
        self.volume = Level("volume_percent", self)
        self.muted = Flag("muted", words.MUTED, self)
        self.voice = Flag("voice", words.VOICE, self)
        self.device = Choice("sound_device", {"": words.DEVICE_SYSTEM}, self)
        self.test = QPushButton(words.TRY_SOUND, self)
        self.test.setAccessibleName(words.TRY_SOUND)
        card.add(words.VOLUME, self.volume, self.test)
        card.add("", self.muted)
        card.remark(words.MUTED_HINT)
        card.add("", self.voice)
        card.add(words.DEVICE, self.device)
        self.state = card.remark()
        self.settle(self.volume, self.muted, self.voice, self.device)
        self.test.clicked.connect(self.tried)

    def look(self) -> None:
        """Look for devices, off Qt's thread: a sound system may take its time."""
        if self._names is None:
            self._names = ()
            self._jobs.run(words.DEVICE, _devices).done.connect(self._found)

    def show_settings(self, settings: Settings) -> None:
        """Show what is settled."""
        names = self._names or ()
        options = {"": words.DEVICE_SYSTEM, **{name: name for name in names}}
        if settings.sound_device and settings.sound_device not in options:
            options[settings.sound_device] = words.DEVICE_GONE.format(name=settings.sound_device)
        if list(options) != list(self.device.keys()):
            self.device.offer(options)
        self.device.setEnabled(len(options) > 1)
        for control in self.controls:
            control.show_value(getattr(settings, control.entry))

    def say(self, state: str) -> None:
        """Say whether anything can be heard."""
        self.state.say(state)
        self.test.setEnabled(not state)

    def _found(self, names: tuple[str, ...]) -> None:
        self._names = names
        self.chosen.emit("sound_device", self.device.currentData())  # nothing changes; the page shows what there is


def _devices(_: Progress) -> tuple[str, ...]:
    return sounds.devices()


class LookGroup(Group):
    """Colours, size of text, language."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        card = self.card(words.LOOK_CARD)
        self.theme = Choice("theme", words.THEMES, self)
        self.text = Amount("text_percent", LEAST_TEXT, MOST_TEXT, step=10.0, suffix=words.PERCENT, parent=self)
        self.language = Choice("language", words.LANGUAGES, self)
        card.add(words.THEME, self.theme)
        card.add(words.TEXT, self.text)
        card.add(words.LANGUAGE, self.language)
        card.remark(words.LOOK_HINT)
        self.settle(self.theme, self.text, self.language)

    def show_settings(self, settings: Settings) -> None:
        """Show what is settled."""
        for control in self.controls:
            control.show_value(getattr(settings, control.entry))
