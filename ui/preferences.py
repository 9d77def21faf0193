"""The settings of this window: read once, changed entry by entry, written at once; what follows from them, ``applied`` sees to."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ankletest import settings as files
from ankletest.settings import Settings

LOGO_BYTES = 1_000_000


class Preferences(QObject):
    """Holds the settings; ``changed`` is emitted after they were written.

    ``path`` is their file; None: they are as good as the window lives. ``told`` are sentences on entries that could not be taken.
    """

    changed = Signal()

    def __init__(self, path: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        loaded = files.load(path) if path is not None else files.Loaded()
        self.told = loaded.told
        self._settings = loaded.settings

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def change(self, entries: Mapping[str, object]) -> None:
        """Change entries by their names and write the file.

        Raises
        ------
        SettingsError
            An entry is out of its bounds, or the file cannot be written: nothing is changed then.
        """
        fresh = files.checked(replace(self._settings, **entries))  # type: ignore[arg-type]  # checked, each by its own rule
        if fresh == self._settings:
            return
        if self.path is not None:
            files.save(self.path, fresh)
        self._settings = fresh
        self.changed.emit()

    @property
    def logo(self) -> Path | None:
        """The clinic's picture; None where there is none."""
        if self.path is None or not self._settings.logo:
            return None
        path = self.path.with_name(self._settings.logo)
        return path if path.is_file() else None
