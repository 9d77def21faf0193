"""The certificates in force on a device, as the path of samples needs them: corrections in order, what lapsed, and uncertainties.

A recording's open event carries the whole certificates (docs/recording-format.md), made by the calibration room. Which of them count
follows from the event alone: the device's own identity, once its handshake has told it, and the event's date. Nothing asks what time it is.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import numpy as np

from ankletest.device import Correction, Notification
from ankletest.errors import RecordingError
from ankletest.samples import Kind

STAGES = ("zero", "gain", "axes")
"""The order in which corrections are applied; a procedure works on samples as they come from the device."""
AXES, BASE = "axes", "base"
"""Of the last stage one correction counts at a time: how a sensor sits on the site that its part names, or in its own box (``base``)."""
VISIT = timedelta(days=1)
"""What holds for less than a day is of its visit, such as how a sensor was strapped on; afterwards it is of no account at all."""
CODE = "E-CAL"
"""What a number is marked with whose device's calibration lapsed (metrics.md 0.3)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a device's calibration stands.

    Parameters
    ----------
    certificates
        Ids of those that correct its samples or tell of them.
    lapsed
        Sentences on those that expired or failed; each makes every absolute value E-CAL.
    uncertainty
        ``(key, value)`` of the certificates' standard uncertainties (k = 1), single ones only.
    told
        ``(key, value)`` of what the certificates found that samples cannot be corrected by, such as how late a foot's touch-downs are told.
    known
        Ids of every certificate of this very device that is attached, whether it counts or not.
    """

    certificates: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()
    uncertainty: tuple[tuple[str, float], ...] = ()
    known: tuple[str, ...] = ()
    told: tuple[tuple[str, float], ...] = ()

    def value(self, key: str) -> float:
        """Return what a certificate found; NaN where none tells it."""
        return next((value for name, value in self.told if name == key), math.nan)

    def u(self, key: str) -> float:
        """Return a standard uncertainty; NaN where no certificate tells it."""
        return next((value for name, value in self.uncertainty if name == key), math.nan)

    def as_json(self) -> dict[str, object]:
        """Return the record that stands with a trial's quality."""
        return {"certificates": list(self.certificates), "lapsed": list(self.lapsed), "uncertainty": dict(self.uncertainty)}


UNCERTIFIED = Standing()
"""No certificate: nothing is corrected, and nothing is known of the scale."""


@dataclass(frozen=True, slots=True)
class Part:
    """One correction of a certificate: of one stage and part of the device the newest one counts."""

    stage: str
    part: str
    correction: Correction


@dataclass(frozen=True, slots=True)
class Kept:
    """What is read of a certificate; the calibration room knows all of it."""

    id: str
    kind: str
    model: str
    serial: str
    date: datetime
    expires: datetime | None
    passed: bool
    why: str
    parts: tuple[Part, ...]
    uncertainty: tuple[tuple[str, float], ...]
    told: tuple[tuple[str, float], ...] = ()

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> "Kept":
        """Read a certificate.

        Raises
        ------
        RecordingError
            It is not whole.
        """
        try:
            device = cast("Mapping[str, object]", fields["device"])
            name, expires = str(fields["id"]), fields["expires"]
            effects = cast("Sequence[Mapping[str, object]]", fields["effects"])
            return cls(
                id=name,
                kind=str(fields["kind"]),
                model=str(device["model"]),
                serial=str(device["serial"]),
                date=_instant(fields["date"]),
                expires=None if expires is None else _instant(expires),
                passed=fields["passed"] is True,
                why=str(fields["why"]),
                parts=tuple(_part(effect, name) for effect in effects),
                uncertainty=_single(fields["uncertainty"]),
                told=() if effects else _single(fields.get("parameters", [])),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordingError(f"A certificate cannot be read ({error}).", "It is damaged, or a newer version wrote it.") from error


def in_force(
    kept: Sequence[Kept], *, model: str, serial: str, at: datetime | None, site: str = "", axes: bool = True
) -> tuple[tuple[Correction, ...], Standing]:
    """Return what corrects a device's samples, in order, and how its calibration stands.

    Parameters
    ----------
    kept
        Certificates, of any devices.
    model, serial
        The device.
    at
        When it was used; None: not known, and nothing expires.
    site
        Where it was worn; a mounting on another site is of no account.
    axes
        Whether corrections of the last stage count: a sensor's mounting is found without an older one.

    Notes
    -----
    Of one stage and part the newest that passed corrects, also when it has expired: an old scale is nearer than none. A procedure whose
    newest certificate failed or expired has lapsed, whichever corrects.
    """
    if not serial:
        return (), UNCERTIFIED  # nobody knows which device of its model it is
    mine = sorted((k for k in kept if (k.model, k.serial) == (model, serial) and not _bygone(k, at)), key=lambda k: (k.date, k.id))
    chosen: dict[tuple[str, str], tuple[Kept, Part]] = {}
    newest: dict[str, Kept] = {}
    for one in mine:
        newest[one.kind] = one
        if one.passed:
            chosen.update({_place(part): (one, part) for part in one.parts if _fits(part, site, axes=axes)})
    correcting = [chosen[key] for key in sorted(chosen, key=lambda key: (STAGES.index(key[0]), key[1]))]
    used = {one.id: one for one, _ in correcting} | {one.id: one for one in newest.values() if one.passed and not one.parts}
    # A certificate that was superseded in all its parts is of no more account, whatever its date.
    counting = [one for one in newest.values() if not one.passed or not one.parts or one.id in used]
    lapsed = tuple(sentence for one in sorted(counting, key=lambda k: k.kind) if (sentence := _lapsed(one, at)))
    figures: dict[str, float] = {}
    told: dict[str, float] = {}
    for one in sorted(used.values(), key=lambda k: (k.date, k.id)):
        figures.update(one.uncertainty)
        told.update(one.told)
    known = tuple(k.id for k in kept if (k.model, k.serial) == (model, serial))
    standing = Standing(tuple(used), lapsed, tuple(sorted(figures.items())), known, tuple(sorted(told.items())))
    return tuple(part.correction for _, part in correcting), standing


def attached(opening: Mapping[str, object], certificates: Sequence[Mapping[str, object]], *, date: datetime | None) -> dict[str, object]:
    """Return an open event with certificates attached to its devices by model, in place of those that it had.

    Serials are compared when the handshake has told them; ``date`` is when the devices were used, None keeps the event's own.
    """
    listed = opening.get("devices")
    devices = [
        {**device, "certificates": [c for c in certificates if _model_of(c) == device.get("model")]}
        for device in cast("Sequence[Mapping[str, object]]", listed if isinstance(listed, list) else [])
    ]
    stamp = {} if date is None else {"date": date.astimezone(UTC).isoformat()}
    return {**opening, "devices": devices, **stamp}


def choose(opening: Notification, certificates: Sequence[Mapping[str, object]]) -> Notification:
    """Return the open event of a recording with other certificates in force than those it was made under.

    Raises
    ------
    RecordingError
        It is no open event.
    """
    try:
        event: object = json.loads(opening.payload)
    except ValueError as error:
        raise RecordingError("The recording does not begin with an open event.", "It was written by another program or damaged.") from error
    if not isinstance(event, dict):
        raise RecordingError("The recording does not begin with an open event.", "It was written by another program or damaged.")
    chosen = attached({str(key): value for key, value in event.items()}, certificates, date=None)
    return replace(opening, payload=json.dumps(chosen, ensure_ascii=False, allow_nan=False).encode())


def date_of(opening: Mapping[str, object]) -> datetime | None:
    """Return the date of an open event, where it has one.

    Raises
    ------
    RecordingError
        It cannot be read.
    """
    told = opening.get("date")
    try:
        return None if told is None else _instant(told)
    except (TypeError, ValueError) as error:
        raise RecordingError(f"The date of the recording cannot be read ({error}).", "The recording is damaged.") from error


def _model_of(certificate: Mapping[str, object]) -> object:
    device = certificate.get("device")
    return cast("Mapping[str, object]", device).get("model") if isinstance(device, Mapping) else None


def _single(group: object) -> tuple[tuple[str, float], ...]:
    """Return key and value of the figures that are one number."""
    figures = cast("Sequence[Mapping[str, Sequence[float]]]", group)
    return tuple((str(figure["key"]), float(figure["values"][0])) for figure in figures if len(figure["values"]) == 1)


def _bygone(one: Kept, at: datetime | None) -> bool:
    return at is not None and one.expires is not None and at >= one.expires and one.expires - one.date < VISIT


def _place(part: Part) -> tuple[str, str]:
    return (part.stage, "" if part.stage == AXES else part.part)


def _fits(part: Part, site: str, *, axes: bool) -> bool:
    return part.stage != AXES or (axes and part.part in {BASE, site})


def _lapsed(one: Kept, at: datetime | None) -> str:
    if not one.passed:
        return f"{CODE}: {one.kind} of {one.date:%Y-%m-%d} failed: {one.why}"
    if at is not None and one.expires is not None and at >= one.expires:
        return f"{CODE}: {one.kind} of {one.date:%Y-%m-%d} expired on {one.expires:%Y-%m-%d}"
    return ""


def _part(fields: Mapping[str, object], certificate: str) -> Part:
    stage = str(fields["stage"])
    if stage not in STAGES:
        raise ValueError(f"nobody knows the stage {stage}")
    matrix, offset = np.asarray(fields["matrix"], dtype=np.float64), np.asarray(fields["offset"], dtype=np.float64)
    if matrix.shape != (len(offset), len(offset)):
        raise ValueError("a correction is not square")
    return Part(stage, str(fields["part"]), Correction(Kind(str(fields["kind"])), matrix, offset, certificate))


def _instant(value: object) -> datetime:
    at = datetime.fromisoformat(str(value))
    if at.utcoffset() is None:
        raise ValueError(f"{value} has no time zone")
    return at.astimezone(UTC)
