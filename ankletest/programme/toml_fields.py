"""Typed fields of the programme's TOML files; each fault is one sentence that names file, place, field and value."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar, cast

from ankletest.errors import AnkletestError

HINT = "Mend the file; docs/programme.md tells what each field means."
Choice = TypeVar("Choice", bound=StrEnum)


class ProgrammeError(AnkletestError):
    """A battery or ladder that cannot be used."""


class Fields:
    """The fields of one table of a file.

    Parameters
    ----------
    record
        What the TOML reader made of it.
    name
        File and place, for sentences.
    known
        Names that may stand there.
    """

    def __init__(self, record: object, *, name: str, known: frozenset[str]) -> None:
        if not isinstance(record, dict):
            raise ProgrammeError(f"{name} is no table.", HINT)
        self.name = name
        self._record = cast("Mapping[str, object]", record)
        unknown = sorted(set(self._record) - known)
        if unknown:
            raise ProgrammeError(f"{name} has a field that nobody knows: {unknown[0]}.", HINT)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there and not be empty."""
        value = self._record.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise ProgrammeError(f"{self.name} has no {key}.", HINT)
        return value.strip()

    def number(self, key: str, least: float, most: float, default: float) -> float:
        """Return a number between two bounds."""
        value = self._record.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise ProgrammeError(f"{self.name}: {key} is {value}, not a number from {least:g} to {most:g}.", HINT)
        return float(value)

    def whole(self, key: str, least: int, most: int, default: int) -> int:
        """Return a whole number between two bounds."""
        value = self._record.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ProgrammeError(f"{self.name}: {key} is {value}, not a whole number from {least} to {most}.", HINT)
        return value

    def choice(self, key: str, kinds: type[Choice], default: Choice | None) -> Choice:
        """Return one of some words."""
        value = self._record.get(key, default)
        try:
            return kinds(str(value))
        except ValueError as error:
            words = ", ".join(kind.value for kind in kinds)
            raise ProgrammeError(f"{self.name}: {key} is {value}, not one of {words}.", HINT) from error

    def numbers(self, key: str) -> dict[str, float]:
        """Return a table of numbers by name."""
        value = self._record.get(key, {})
        entered = cast("Mapping[str, object]", value) if isinstance(value, dict) else {"": value}
        for name, number in entered.items():
            if isinstance(number, bool) or not isinstance(number, (int, float)):
                raise ProgrammeError(f"{self.name}: {key} is no table of numbers ({name} is {number}).", HINT)
        return {name: float(number) for name, number in entered.items() if isinstance(number, (int, float))}

    def tables(self, key: str, most: int) -> list[object]:
        """Return a list of tables, empty where there is none."""
        value = self._record.get(key, [])
        if not isinstance(value, list) or len(cast("list[object]", value)) > most:
            raise ProgrammeError(f"{self.name}: {key} is no list of at most {most} tables.", HINT)
        return cast("list[object]", value)

    def has(self, key: str) -> bool:
        """Tell whether a field is there."""
        return key in self._record
