"""Batteries of the clinic's own: one TOML file each in the data folder, beside those that ship; it asks nobody."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ankletest.programme.battery import Battery, read, shipped, write
from ankletest.programme.toml_fields import HINT, ProgrammeError
from ankletest.programme.toml_lines import line_of

BATTERIES = "batteries"
"""Folder of the files within the data folder."""
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Own:
    """A battery, whether it is the clinic's own, and the file that it stands in (None: it ships)."""

    battery: Battery
    path: Path | None = None


def batteries(folder: Path | None) -> tuple[list[Own], list[str]]:
    """Return the batteries that ship and those of a data folder, and a sentence with file and line for each file that is wrong.

    One of the clinic's own with the key of one that ships stands in its place; among own ones with the same key the first counts.
    """
    found = {one.key: Own(one) for one in shipped()}
    told: list[str] = []
    for path in sorted((folder / BATTERIES).glob("*.toml")) if folder is not None else ():
        try:
            one = read_file(path)
        except ProgrammeError as error:
            told.append(str(error))
            continue
        before = found.get(one.key)
        if before is not None and before.path is not None:
            told.append(f"{path.name} is left out: {before.path.name} has the same key, {one.key}.")
        else:
            found[one.key] = Own(one, path)
    return list(found.values()), told


def read_file(path: Path) -> Battery:
    """Read a battery from a file.

    Raises
    ------
    ProgrammeError
        It cannot be read or is not whole: file, line, field and value.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ProgrammeError(f"{path.name} cannot be read: {why}.", HINT) from error
    try:
        return read(text, name=path.name)
    except ProgrammeError as error:
        line = line_of(text, error.message)
        raise ProgrammeError(f"Line {line}: {error.message}" if line else error.message, error.hint) from error


def save(folder: Path, battery: Battery) -> Path:
    """Write a battery of the clinic's own into the data folder, in the place of the one with its key; return its file.

    Raises
    ------
    ProgrammeError
        It is not whole, or the folder cannot be written; then a file that was there is as it was.
    """
    place = folder / BATTERIES
    text = write(battery)
    read(text, name=battery.title or battery.key)
    mine = next((own.path for own in batteries(folder)[0] if own.battery.key == battery.key and own.path is not None), None)
    path = mine or place / f"{battery.key}.toml"
    beside = path.with_name(f".{path.name}.part")
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProgrammeError(f"{path.name} cannot be written: {error.strerror}.", "Look at the data folder.") from error
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ProgrammeError(f"{path.name} cannot be written: {error.strerror}.", "Free some space, or look at the data folder.") from error
    return path


def delete(path: Path) -> str:
    """Delete the file of a battery and return what stood in it, for ``put_back``; raises ``ProgrammeError``."""
    try:
        text = path.read_text(encoding="utf-8")
        path.unlink()
    except OSError as error:
        raise ProgrammeError(f"{path.name} cannot be deleted: {error.strerror}.", "Look at the data folder.") from error
    return text


def put_back(path: Path, text: str) -> None:
    """Undo ``delete``; raises ``ProgrammeError`` also where the name is taken by now."""
    try:
        with path.open("x", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise ProgrammeError(f"{path.name} cannot be put back: {error.strerror}.", "Look at the data folder.") from error


def key_for(title: str, taken: Sequence[str]) -> str:
    """Return a key made of a title that is none of those taken; it is the name of the file, so plain letters only."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST].strip("_") or "battery"
    used = {key.casefold() for key in taken}
    return next(key for key in (stem, *(f"{stem}_{number}" for number in range(2, len(used) + 3))) if key not in used)
