"""What follows from the settings at once: colours, units, sound, voice, lock time, letterhead; language and text size wait for a start."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ankletest.errors import AnkletestError
from ui import theme, units
from ui.door.locking import Locking
from ui.preferences import Preferences
from ui.report import letterhead
from ui.report.letterhead import Letterhead
from ui.sound.speaker import Speaker
from ui.sound.voice import Voice
from ui.visit import Visit


class Applied(QObject):
    """Applies the settings now and whenever they change; what was settled by a key elsewhere (Ctrl+D, Ctrl+U) it writes into them."""

    def __init__(
        self, preferences: Preferences, visit: Visit, *, voice: Voice, speaker: Speaker, locking: Locking | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._visit = visit
        self._voice = voice
        self._speaker = speaker
        self._locking = locking
        self._scheme = theme.chosen()
        self._minutes: float | None = None
        self._themed = preferences.settings.theme
        preferences.changed.connect(self.apply)
        theme.changes.changed.connect(self._scheme_chosen)
        self.apply()

    def apply(self) -> None:
        """Apply what is settled."""
        settings = self._preferences.settings
        units.apply(settings.length, settings.mass, settings.gravity_m_s2)
        self._visit.gravity_m_s2 = settings.gravity_m_s2
        self._speaker.settle(volume=settings.volume_percent / 100.0, muted=settings.muted, device=settings.sound_device)
        silent = settings.muted or not settings.voice
        if silent != self._voice.muted:
            self._voice.set_muted(silent)
        letterhead.put(Letterhead(settings.clinic, self._preferences.logo))
        if self._locking is not None and settings.lock_minutes != self._minutes:
            self._minutes = settings.lock_minutes
            self._locking.set_minutes(settings.lock_minutes)
        if settings.theme is not self._themed:
            self._themed = self._scheme = settings.theme
            app = QApplication.instance()
            if isinstance(app, QApplication):
                theme.apply(app, settings.theme)

    def toggle_mute(self) -> None:
        """Mute everything, or let it sound again."""
        self._preferences.change({"muted": not self._preferences.settings.muted})

    def _scheme_chosen(self) -> None:
        chosen = theme.chosen()
        if chosen is self._scheme:
            return
        self._scheme = self._themed = chosen
        try:
            self._preferences.change({"theme": chosen})
        except AnkletestError:
            return  # the colours are as wished; that they could not be kept, the page of settings tells where one looks for it
