"""A certificate: what a calibration found of one device, with its limits and its expiry, and its exact JSON; how it is found is elsewhere.

A certificate is a value: equal captures give an equal certificate, and ``from_json(as_json())`` is equal to the bit.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import cast

import numpy as np

from ankletest.device import Correction
from ankletest.errors import AnkletestError
from ankletest.samples import Kind

FORMAT = 1
"""Layout of the JSON; a reader refuses a higher one."""


class CertificateError(AnkletestError):
    """A certificate that cannot be read, or that would not be whole."""


class Stage(StrEnum):
    """The order in which corrections are applied; each procedure works on samples as they come from the device."""

    ZERO = "zero"
    GAIN = "gain"
    AXES = "axes"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which device, whatever the radio calls it today: its model's key and the serial that its handshake (or its label) tells."""

    model: str
    serial: str

    def __str__(self) -> str:
        return f"{self.model} {self.serial}".strip()


@dataclass(frozen=True, slots=True)
class Figure:
    """One named quantity of a certificate: ``key`` is unique in its group, ``unit`` empty for none; every value is finite."""

    key: str
    unit: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not all(math.isfinite(value) for value in self.values):
            raise CertificateError(f"'{self.key}' of a certificate is not a number: {self.values}.", "Repeat the calibration.")


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure held against its bound: ``held`` says whether ``value`` keeps it (``at_least``: a lower bound, else an upper one)."""

    key: str
    title: str
    value: float
    bound: float
    unit: str
    at_least: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and math.isfinite(self.bound)):
            raise CertificateError(f"'{self.title}' of a certificate is not a number: {self.value}.", "Repeat the calibration.")

    @property
    def held(self) -> bool:
        """Whether the bound is kept."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{self.title}: {self.value:.4g} {self.unit} (limit {sign} {self.bound:.4g})".replace("  ", " ")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a certificate does to samples of one kind: ``values @ matrixᵀ + offset``.

    ``stage`` is when; ``part`` is what of the device (``pad``, ``acc``, ``gyro``): of one stage and part the newest certificate counts.
    """

    kind: Kind
    stage: Stage
    part: str
    matrix: tuple[tuple[float, ...], ...]
    offset: tuple[float, ...]

    def __post_init__(self) -> None:
        size = len(self.offset)
        numbers = [*self.offset, *(value for row in self.matrix for value in row)]
        if not size or len(self.matrix) != size or any(len(row) != size for row in self.matrix) or not all(map(math.isfinite, numbers)):
            raise CertificateError("The correction of a certificate is not a whole matrix.", "Repeat the calibration.")

    def correction(self, certificate: str) -> Correction:
        """Return it as the path applies it."""
        return Correction(self.kind, np.array(self.matrix, dtype=np.float64), np.array(self.offset, dtype=np.float64), certificate)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a calibration found.

    Parameters
    ----------
    kind, version
        Key and version of the procedure.
    device
        Whose.
    date
        When it was begun; aware, UTC.
    expires
        From when on it no longer holds; None: until the next one.
    operator
        Code of who did it; no name.
    inputs, parameters, residuals, uncertainty
        What was put in, what was found, what is left over, and the standard uncertainties (k = 1).
    limits, hold_out
        What it is judged by, on its own captures and on captures that it was not made from.
    effects
        What it does to samples; empty where it only tells.
    temperature_c
        Where the device tells one.
    passed, why
        Whether it may be used, and, where not, what was found, in sentences.
    """

    kind: str
    version: int
    device: Identity
    date: datetime
    expires: datetime | None
    operator: str
    inputs: tuple[Figure, ...] = ()
    parameters: tuple[Figure, ...] = ()
    residuals: tuple[Figure, ...] = ()
    uncertainty: tuple[Figure, ...] = ()
    limits: tuple[Limit, ...] = ()
    hold_out: tuple[Limit, ...] = ()
    effects: tuple[Effect, ...] = ()
    temperature_c: float | None = None
    passed: bool = False
    why: str = ""

    def __post_init__(self) -> None:
        if any(at is not None and at.utcoffset() is None for at in (self.date, self.expires)):
            raise CertificateError("A certificate has a date without a time zone.", "Give its date in UTC.")
        if self.passed and not all(limit.held for limit in (*self.limits, *self.hold_out)):
            raise CertificateError("A certificate cannot have passed: a limit is not held.", "This is a fault of the program.")

    @property
    def id(self) -> str:
        """Short id that follows from everything in it."""
        text = json.dumps(self._content(), sort_keys=True, ensure_ascii=True)
        return f"{self.kind}-{self.date:%Y%m%d}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"

    def expired(self, at: datetime) -> bool:
        """Whether it no longer holds at an instant."""
        return self.expires is not None and at >= self.expires

    def holds(self, at: datetime) -> bool:
        """Whether it passed and has not expired."""
        return self.passed and not self.expired(at)

    def figure(self, key: str) -> tuple[float, ...]:
        """Return the values of the first figure of that key; empty when it has none."""
        groups = (*self.parameters, *self.uncertainty, *self.residuals, *self.inputs)
        return next((figure.values for figure in groups if figure.key == key), ())

    def as_json(self) -> dict[str, object]:
        """Return plain JSON values; floats keep every bit in ``json.dumps``."""
        return {"certificate": FORMAT, "id": self.id, **self._content()}

    def _content(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "version": self.version,
            "device": {"model": self.device.model, "serial": self.device.serial},
            "date": _stamp(self.date),
            "expires": None if self.expires is None else _stamp(self.expires),
            "operator": self.operator,
            **{group: [_figure_json(f) for f in getattr(self, group)] for group in _GROUPS},
            **{group: [_limit_json(limit) for limit in getattr(self, group)] for group in _JUDGED},
            "effects": [
                {
                    "kind": effect.kind.value, "stage": effect.stage.value, "part": effect.part,
                    "matrix": [list(row) for row in effect.matrix], "offset": list(effect.offset),
                }
                for effect in self.effects
            ],
            "temperature_c": self.temperature_c,
            "passed": self.passed,
            "why": self.why,
        }  # fmt: skip

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> "Certificate":
        """Read what ``as_json`` wrote.

        Raises
        ------
        CertificateError
            Something is missing, of another type, or written by a newer version.
        """
        try:
            if _whole(fields["certificate"]) > FORMAT:
                raise CertificateError("The certificate was written by a newer version.", "Update this program.")
            device = _record(fields["device"])
            expires, temperature = fields["expires"], fields["temperature_c"]
            read = cls(
                kind=_text(fields["kind"]),
                version=_whole(fields["version"]),
                device=Identity(_text(device["model"]), _text(device["serial"])),
                date=instant(fields["date"]),
                expires=None if expires is None else instant(expires),
                operator=_text(fields["operator"]),
                inputs=_figures(fields["inputs"]),
                parameters=_figures(fields["parameters"]),
                residuals=_figures(fields["residuals"]),
                uncertainty=_figures(fields["uncertainty"]),
                limits=_limits(fields["limits"]),
                hold_out=_limits(fields["hold_out"]),
                effects=tuple(_effect(_record(item)) for item in _list(fields["effects"])),
                temperature_c=None if temperature is None else _number(temperature),
                passed=_flag(fields["passed"]),
                why=_text(fields["why"]),
            )
            name = _text(fields["id"])
        except (KeyError, TypeError, ValueError) as error:
            raise CertificateError(f"A certificate cannot be read ({error}).", "The file is damaged; calibrate again.") from error
        if name != read.id:
            raise CertificateError(f"The certificate {name} was changed after it was made.", "The file is damaged; calibrate again.")
        return read


def instant(value: object) -> datetime:
    """Read an instant as ``as_json`` writes it; UTC.

    Raises
    ------
    ValueError
        It is not one, or has no time zone.
    """
    at = datetime.fromisoformat(_text(value))
    if at.utcoffset() is None:
        raise ValueError(f"{value} has no time zone")
    return at.astimezone(UTC)


# ---- JSON -------------------------------------------------------------------------------------------------------------------

_GROUPS = ("inputs", "parameters", "residuals", "uncertainty")
_JUDGED = ("limits", "hold_out")


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _figure_json(figure: Figure) -> dict[str, object]:
    return {"key": figure.key, "unit": figure.unit, "values": list(figure.values)}


def _limit_json(limit: Limit) -> dict[str, object]:
    return {
        "key": limit.key, "title": limit.title, "value": limit.value, "bound": limit.bound, "unit": limit.unit, "at_least": limit.at_least,
        "held": limit.held,
    }  # fmt: skip


def _figures(value: object) -> tuple[Figure, ...]:
    return tuple(Figure(_text(f["key"]), _text(f["unit"]), _numbers(f["values"])) for f in map(_record, _list(value)))


def _limits(value: object) -> tuple[Limit, ...]:
    return tuple(
        Limit(
            _text(f["key"]), _text(f["title"]), _number(f["value"]), _number(f["bound"]), _text(f["unit"]), at_least=f["at_least"] is True
        )
        for f in map(_record, _list(value))
    )


def _effect(fields: Mapping[str, object]) -> Effect:
    matrix = tuple(_numbers(row) for row in _list(fields["matrix"]))
    return Effect(Kind(_text(fields["kind"])), Stage(_text(fields["stage"])), _text(fields["part"]), matrix, _numbers(fields["offset"]))


def _record(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} is not a record")
    return cast("Mapping[str, object]", value)


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{type(value).__name__} is not a list")
    return cast("Sequence[object]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    return float(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _numbers(value: object) -> tuple[float, ...]:
    return tuple(_number(item) for item in _list(value))
