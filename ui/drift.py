"""What certificates say at a glance: how each stands today, and which number is followed from one to the next; it paints nothing."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ankletest.errors import AnkletestError
from calibration.catalog import by_key
from calibration.certificate import Certificate, Identity
from calibration.desk import state_of
from ui.tongue import say
from ui.words import calibration as told
from ui.words import common as words

DAY_S = 86_400.0
MG = 1000.0 / 9.80665
WORST_FIRST = ("failed", "expired", "due", "none", "good")


@dataclass(frozen=True, slots=True)
class Main:
    """The number of a kind of certificate that is followed: one line a component, in a unit for reading."""

    key: str
    title: str
    unit: str
    decimals: int
    u_key: str = ""
    factor: float = 1.0
    of: Callable[[tuple[float, ...]], tuple[float, ...]] = tuple


@dataclass(frozen=True, slots=True)
class Point:
    """One certificate of a drift: when, its number's components, its standard uncertainty (None: none), and whether it passed."""

    date: datetime
    values: tuple[float, ...]
    u: float | None
    passed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The newest certificate of a kind of one device, and how it stands; None where a connected device has none at all."""

    device: Identity
    certificate: Certificate | None
    state: str
    connected: bool


def _rms(values: tuple[float, ...]) -> tuple[float, ...]:
    return (float(np.sqrt(np.mean(np.square(values)))),) if values else ()


def _worst(values: tuple[float, ...]) -> tuple[float, ...]:
    return (float(np.max(np.abs(values))),) if values else ()


def _diagonal(values: tuple[float, ...]) -> tuple[float, ...]:
    size = math.isqrt(len(values))
    return tuple(values[k * size + k] for k in range(size))


MAINS: Mapping[str, Main] = {
    "pad_tare": Main("zero", told.MAIN["pad_tare"], "N", 2, "u_zero_n"),
    "pad_span": Main("gain", told.MAIN["pad_span"], "", 4, "u_force_share"),
    "pad_cop": Main("proof_error_mm", told.MAIN["pad_cop"], "mm", 2, "u_cop_mm", of=_rms),
    "pad_noise": Main("mv_noise", told.MAIN["pad_noise"], "mm/s", 2),
    "force_check": Main("scale", told.MAIN["force_check"], "", 4),
    "gyro_rest": Main("gyro_bias", told.MAIN["gyro_rest"], "°/s", 3, "u_gyro_bias_rad_s", math.degrees(1.0)),
    "acc_poses": Main("acc_bias", told.MAIN["acc_poses"], "mg", 1, "u_acc_m_s2", MG),
    "gyro_turns": Main("gyro_scale", told.MAIN["gyro_turns"], "", 4, "u_gyro_scale"),
    "imu_check": Main("static_error", told.MAIN["imu_check"], "mg", 1, "", MG, _worst),
    "floor_level": Main("floor_rad", told.MAIN["floor_level"], "°", 2, "u_tilt_rad", math.degrees(1.0), _worst),
    "mounting": Main("slip_rad", told.MAIN["mounting"], "°", 2, "", math.degrees(1.0), _worst),
    "mounting_check": Main("slip_rad", told.MAIN["mounting_check"], "°", 2, "", math.degrees(1.0), _worst),
    "hop_timing": Main("contact_s", told.MAIN["hop_timing"], "ms", 1, "u_contact_s", 1000.0),
}
"""By key of the procedure; a kind that is not here follows the first number that it found."""


def title_of(kind: str) -> str:
    """Return the title of a procedure; the key of one that this version does not know."""
    try:
        return say(by_key(kind).title)
    except AnkletestError:
        return kind


def main_of(certificate: Certificate) -> Main:
    """Return which number of a certificate is followed."""
    known = MAINS.get(certificate.kind)
    if known is not None:
        return known
    first = next(iter((*certificate.parameters, *certificate.residuals)), None)
    return Main("", "", "", 2) if first is None else Main(first.key, words.capital(first.key.replace("_", " ")), first.unit, 3, of=_first)


def point_of(certificate: Certificate, main: Main | None = None) -> Point:
    """Return a certificate as a point of its drift; without components where it has no such number."""
    main = main or main_of(certificate)
    values = main.of(certificate.figure(main.key))
    if main.key == "gyro_scale" and len(values) > len(told.AXES):
        values = _diagonal(values)
    u = certificate.figure(main.u_key) if main.u_key else ()
    spread = u[0] * main.factor if len(u) == 1 else None
    return Point(certificate.date, tuple(value * main.factor for value in values), spread, certificate.passed)


def alike(certificates: Sequence[Certificate], one: Certificate) -> list[Certificate]:
    """Return the certificates of the same device and kind, oldest first."""
    return [c for c in certificates if (c.device, c.kind) == (one.device, one.kind)]


def lines_of(certificates: Sequence[Certificate], connected: Sequence[Identity], at: datetime) -> list[Line]:
    """Return the newest certificate of each device and kind, device by device, connected ones first."""
    newest = {(c.device, c.kind): c for c in sorted(certificates, key=lambda c: (c.date, c.id))}
    devices = list(dict.fromkeys((*connected, *sorted((device for device, _ in newest), key=str))))
    lines: list[Line] = []
    for device in devices:
        mine = [c for (whose, _), c in newest.items() if whose == device]
        here = device in connected
        lines.extend(Line(device, c, state_of(c, at), here) for c in sorted(mine, key=lambda c: title_of(c.kind)))
        if not mine:
            lines.append(Line(device, None, "none", here))
    return lines


def summary(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return each state that there is, the worst first, and in words how many certificates stand so, or how many devices have none."""
    states = [line.state for line in lines]
    found = [(state, states.count(state)) for state in WORST_FIRST if state in states]
    return [
        (state, (told.WITHOUT if state == "none" else told.COUNTED).format(count=count, state=told.STANDS[state])) for state, count in found
    ]


def left(certificate: Certificate, at: datetime) -> str:
    """Write how long a certificate still holds."""
    if certificate.expires is None:
        return told.UNTIL_NEXT
    seconds = (certificate.expires - at).total_seconds()
    if seconds <= 0.0:
        return told.LAPSED
    if seconds < DAY_S:
        return told.HOURS_LEFT.format(hours=math.ceil(seconds / 3600.0))
    return told.DAYS_LEFT.format(days=int(seconds // DAY_S))


def day(at: datetime, *, hour: bool = False) -> str:
    """Write a date as it is on the wall."""
    return words.moment(at) if hour else words.day(at)


def value_told(point: Point, main: Main) -> str:
    """Write the number that is followed, every component of it."""
    return "  ".join(words.number(value, main.decimals) for value in point.values) or words.NO_VALUE


def _first(values: tuple[float, ...]) -> tuple[float, ...]:
    return values[:1]
