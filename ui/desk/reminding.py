"""When one is reminded of a backup, and in which words; it makes none."""

from datetime import date, datetime

from ankletest.language import plural
from ui.preferences import Preferences
from ui.words import settings as words


class Reminder:
    """Reminds once a day."""

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._reminded: date | None = None

    def due(self, backed_up: datetime | None, now: datetime) -> str:
        """Return a sentence where the last backup is older than was settled and nobody was told today; else nothing."""
        days = self._preferences.settings.backup_days
        age = (now - backed_up).days if backed_up is not None else days
        if not days or age < days or self._reminded == now.date():
            return ""
        self._reminded = now.date()
        return words.BACKUP_MISSING if backed_up is None else plural(words.BACKUP_OLD, age).format(days=age)
