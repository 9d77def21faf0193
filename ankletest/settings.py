"""What a clinic settled for its program: units, gravity, names, look, sound, lock, data folder, as one TOML file; it applies none of it.

Nothing heavy is imported here: the window reads its language, colours and text size before it is painted.
"""

import math
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Literal

from ankletest.errors import SettingsError

FILE = "settings.toml"
FORMAT = 1
STANDARD_G = 9.80665
"""Standard gravity, m/s² (CGPM 1901)."""
LEAST_G, MOST_G = 9.76, 9.84
"""From a high mountain at the equator to the poles at sea level, m/s²."""
LEAST_ALTITUDE_M, MOST_ALTITUDE_M = -430.0, 6000.0
"""The shore of the Dead Sea, and higher than anybody tests."""
LEAST_TEXT, MOST_TEXT = 100, 150
NEVER = 0.0
"""Minutes of a lock that does not lock by itself."""
LEAST_MINUTES, MOST_MINUTES = 1.0, 240.0
MOST_BACKUP_DAYS = 365
NAME_LETTERS = 120
_G_EQUATOR, _G_K, _E2 = 9.7803253359, 0.00193185265241, 0.00669437999014
"""Normal gravity at the equator (m/s²), Somigliana's constant and the ellipsoid's eccentricity squared (WGS 84)."""
_FREE_AIR = 3.086e-6
"""Gravity less for a metre of height, m/s² (free air)."""

Language = Literal["system", "en", "de"]


class Length(StrEnum):
    """What lengths are entered and shown in."""

    CM = "cm"
    INCH = "in"


class Mass(StrEnum):
    """What masses are entered and shown in."""

    KG = "kg"
    POUND = "lb"


class GravityBy(StrEnum):
    """Where the gravity of the place comes from."""

    STANDARD = "standard"
    PLACE = "place"
    TYPED = "typed"


class Scheme(StrEnum):
    """Which colours."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What was settled; every field has a default that needs no thought.

    Parameters
    ----------
    length, mass
        Units of entry and show; results keep the units of their field.
    gravity, latitude_deg, altitude_m, typed_m_s2
        Where gravity comes from, and what it comes from.
    clinic, logo
        Name, and name of the picture's file beside the settings, for the PDFs; empty: none.
    language
        ``system``, ``en`` or ``de``; applied at the next start.
    theme, text_percent
        Colours, and the size of all text; the size is applied at the next start.
    volume_percent, muted, voice, sound_device
        How loud cues are, whether anything sounds, whether instructions are spoken, and by which device (empty: the system's).
    lock_minutes
        After so long without a person the window locks; ``NEVER``: only by hand.
    data_folder, old_data_folder
        Where data are (empty: the system's place), and where they were before they were moved, until that is deleted.
    backup_folder
        Under which folder the last backup was made.
    backup_days
        So many days after the last backup one is reminded of the next; 0: never.
    """

    length: Length = Length.CM
    mass: Mass = Mass.KG
    gravity: GravityBy = GravityBy.STANDARD
    latitude_deg: float = 47.0
    altitude_m: float = 0.0
    typed_m_s2: float = STANDARD_G
    clinic: str = ""
    logo: str = ""
    language: Language = "system"
    theme: Scheme = Scheme.SYSTEM
    text_percent: int = 100
    volume_percent: int = 100
    muted: bool = False
    voice: bool = True
    sound_device: str = ""
    lock_minutes: float = 10.0
    data_folder: str = ""
    old_data_folder: str = ""
    backup_folder: str = ""
    backup_days: int = 7

    @property
    def gravity_m_s2(self) -> float:
        """Gravity of the place, m/s²."""
        if self.gravity is GravityBy.PLACE:
            return gravity_at(self.latitude_deg, self.altitude_m)
        return self.typed_m_s2 if self.gravity is GravityBy.TYPED else STANDARD_G

    @property
    def never_locks(self) -> bool:
        """True where the window locks only by hand."""
        return self.lock_minutes == NEVER


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings as they were read, a sentence for each entry that was not taken, and whether the file may be written."""

    settings: Settings = field(default_factory=Settings)
    told: tuple[str, ...] = ()
    kept: bool = False
    """A newer program wrote the file, or it cannot be read at all: it stays as it is until somebody changes a setting here."""


def gravity_at(latitude_deg: float, altitude_m: float) -> float:
    """Return normal gravity at a place, m/s²: Somigliana's formula on the WGS 84 ellipsoid, less 3.086 µm/s² for a metre of height.

    Within 0.001 m/s² nearly everywhere (Hofmann-Wellenhof & Moritz, Physical Geodesy 2006, 2.8 and 3.3): what lies below the ground is
    not asked.
    """
    s2 = math.sin(math.radians(latitude_deg)) ** 2
    return _G_EQUATOR * (1.0 + _G_K * s2) / math.sqrt(1.0 - _E2 * s2) - _FREE_AIR * altitude_m


def load(path: Path) -> Loaded:
    """Read a file; what is missing, unknown or wrong in it leaves that entry's default, with a sentence for all but what is missing."""
    try:
        record: Mapping[str, object] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Loaded()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        return Loaded(told=(f"The settings in {path.name} cannot be read ({why}); the defaults are used.",), kept=True)
    version = record.get("format", FORMAT)
    newer = isinstance(version, int) and version > FORMAT
    told: list[str] = []
    if newer:
        told.append(
            f"The settings have format {version}; this program knows up to format {FORMAT}. What it knows is used, and the file is kept."
        )
    values: dict[str, object] = {}
    for key, value in record.items():
        if key == "format":
            continue
        if key not in _RULES:
            if not newer:
                told.append(f"Settings: nobody knows the entry {key}; it is left out.")
            continue
        taken = _RULES[key](value)
        if taken is None:
            told.append(f"Settings: {key} is {value!r}, {_MEANT[key]}; {_default(key)} is used instead.")
        else:
            values[key] = taken
    return Loaded(replace(Settings(), **values), tuple(told), kept=newer)  # type: ignore[arg-type]  # each rule gives its field's type


def checked(settings: Settings) -> Settings:
    """Return settings whose every entry is one that may be written, words taken for what they name.

    Raises
    ------
    SettingsError
        An entry is out of its bounds.
    """
    taken: dict[str, object] = {}
    for one in fields(settings):
        value: object = getattr(settings, one.name)
        taken[one.name] = _RULES[one.name](value)
        if taken[one.name] is None:
            raise SettingsError(f"{one.name} is {value!r}, {_MEANT[one.name]}.", "Nothing was changed.")
    return replace(settings, **taken)  # type: ignore[arg-type]  # each rule gives its field's type


def save(path: Path, settings: Settings) -> None:
    """Write a file, whole or not at all; one that a newer program wrote, or that could not be read, is kept beside it first.

    Raises
    ------
    SettingsError
        An entry is out of its bounds, or the file cannot be written; the file that was there is as it was.
    """
    text = "".join([f"format = {FORMAT}\n", *(f"{one.name} = {_toml(getattr(settings, one.name))}\n" for one in fields(checked(settings)))])
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and load(path).kept:
            path.replace(_free(path))
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise SettingsError(
            f"The settings cannot be written to {path}: {error.strerror or error}.", "Make room, or look at the folder."
        ) from error


# ---- rules -------------------------------------------------------------------------------------------------------------------------


def _among(*words: str) -> Callable[[object], str | None]:
    return lambda value: str(value) if isinstance(value, str) and value in words else None


def _kind(kinds: type[StrEnum]) -> Callable[[object], StrEnum | None]:
    known = {kind.value: kind for kind in kinds}
    return lambda value: known.get(value) if isinstance(value, str) else None


def _number(least: float, most: float) -> Callable[[object], float | None]:
    def rule(value: object) -> float | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return float(value) if least <= value <= most else None

    return rule


def _whole(least: int, most: int) -> Callable[[object], int | None]:
    def rule(value: object) -> int | None:
        return value if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most else None

    return rule


def _minutes(value: object) -> float | None:
    if value == NEVER and not isinstance(value, bool):
        return NEVER
    return _number(LEAST_MINUTES, MOST_MINUTES)(value)


def _text(longest: int) -> Callable[[object], str | None]:
    return lambda value: value if isinstance(value, str) and len(value) <= longest and value.isprintable() else None


def _file_name(value: object) -> str | None:
    """Return the name of a file beside the settings: a path could lead anywhere."""
    return value if isinstance(value, str) and len(value) <= NAME_LETTERS and Path(value).name == value else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


_PATH_LETTERS = 4096
_TEXT = f"not a text of at most {NAME_LETTERS} letters in one line"
_FLAG = "neither true nor false"
_ENTRIES: Mapping[str, tuple[Callable[[object], object | None], str]] = {
    "length": (_kind(Length), "not one of cm, in"),
    "mass": (_kind(Mass), "not one of kg, lb"),
    "gravity": (_kind(GravityBy), "not one of standard, place, typed"),
    "latitude_deg": (_number(-90.0, 90.0), "not a latitude from -90 to 90"),
    "altitude_m": (
        _number(LEAST_ALTITUDE_M, MOST_ALTITUDE_M), f"not a height from {LEAST_ALTITUDE_M:g} to {MOST_ALTITUDE_M:g} m",
    ),
    "typed_m_s2": (_number(LEAST_G, MOST_G), f"not a gravity from {LEAST_G:g} to {MOST_G:g} m/s²"),
    "clinic": (_text(NAME_LETTERS), _TEXT),
    "logo": (_file_name, "not the name of a file beside the settings"),
    "language": (_among("system", "en", "de"), "not one of system, en, de"),
    "theme": (_kind(Scheme), "not one of light, dark, system"),
    "text_percent": (_whole(LEAST_TEXT, MOST_TEXT), f"not a whole number from {LEAST_TEXT} to {MOST_TEXT}"),
    "volume_percent": (_whole(0, 100), "not a whole number from 0 to 100"),
    "muted": (_flag, _FLAG),
    "voice": (_flag, _FLAG),
    "sound_device": (_text(NAME_LETTERS), _TEXT),
    "lock_minutes": (_minutes, f"neither 0 (never) nor minutes from {LEAST_MINUTES:g} to {MOST_MINUTES:g}"),
    "data_folder": (_text(_PATH_LETTERS), "not a folder"),
    "old_data_folder": (_text(_PATH_LETTERS), "not a folder"),
    "backup_folder": (_text(_PATH_LETTERS), "not a folder"),
    "backup_days": (_whole(0, MOST_BACKUP_DAYS), f"not a whole number from 0 (never) to {MOST_BACKUP_DAYS}"),
}  # fmt: skip
_RULES: Mapping[str, Callable[[object], object | None]] = {key: rule for key, (rule, _) in _ENTRIES.items()}
_MEANT: Mapping[str, str] = {key: meant for key, (_, meant) in _ENTRIES.items()}


def _default(key: str) -> str:
    return _toml(getattr(Settings(), key))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _free(path: Path) -> Path:
    """Return a name beside a file that nothing has yet."""
    number = 1
    while (beside := path.with_name(f"{path.stem}-kept-{number}{path.suffix}")).exists():
        number += 1
    return beside
