"""The batteries that can be chosen, and what becomes of those of the clinic's own: copied, changed, deleted, put back; no widgets."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ankletest.programme import own
from ankletest.programme.battery import Battery
from ankletest.programme.own import Own
from ui.tongue import say
from ui.words import batteries as told

# The files are a few kilobytes and are written when somebody presses a button, so this runs on Qt's thread.


class Batteries(QObject):
    """Batteries of the program and of a data folder; without a folder none can be changed."""

    changed = Signal()

    def __init__(self, folder: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._deleted: tuple[Path, str, str] | None = None
        self._all, self.troubles = own.batteries(folder)

    @property
    def able(self) -> bool:
        """True where batteries can be changed."""
        return self._folder is not None

    @property
    def all(self) -> list[Own]:
        """Every battery, those that ship first."""
        return self._all

    @property
    def deleted(self) -> str:
        """Title of the battery that can be put back; empty when there is none."""
        return self._deleted[2] if self._deleted is not None else ""

    def one(self, key: str) -> Own | None:
        """Return a battery by its key."""
        return next((each for each in self._all if each.battery.key == key), None)

    def copy_of(self, battery: Battery) -> Battery:
        """Return a battery of the clinic's own to be changed; nothing is written yet."""
        title = told.COPY_OF.format(title=say(battery.title))
        return replace(
            battery, key=own.key_for(title, [each.battery.key for each in self._all]), title=title, note=say(battery.note), version=1
        )

    def save(self, battery: Battery) -> None:
        """Write a battery; one that is there by its key becomes the next version of it.

        Raises
        ------
        ProgrammeError
            It is not whole, or cannot be written.
        """
        if self._folder is None:
            return
        before = self.one(battery.key)
        version = before.battery.version + 1 if before is not None and before.path is not None else 1
        own.save(self._folder, replace(battery, version=version))
        self._read()

    def delete(self, key: str) -> None:
        """Delete a battery of the clinic's own; ``undo`` brings it back. Raises ``ProgrammeError``."""
        found = self.one(key)
        if found is not None and found.path is not None:
            self._deleted = (found.path, own.delete(found.path), found.battery.title)
            self._read()

    def undo(self) -> None:
        """Put back what was deleted last. Raises ``ProgrammeError``."""
        if self._deleted is not None:
            path, text, _ = self._deleted
            own.put_back(path, text)
            self._deleted = None
            self._read()

    def _read(self) -> None:
        self._all, self.troubles = own.batteries(self._folder)
        self.changed.emit()
