"""What a device is to the program: notifications, readings, handshakes, models, and the hub that reaches them; no bytes of any maker."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np

from ankletest.errors import CodecError
from ankletest.samples import BoolArray, FloatArray, IntArray, Kind, Side, Site

OPERATOR = "operator"
"""Device id of the person at the keyboard: starts, stops and marks travel and are recorded like any notification."""
EVENT = "event"
"""Characteristic of operator notifications; the payload is JSON, see docs/recording-format.md."""
LINK = "link"
"""Characteristic of link notifications of any device; the payload is JSON with ``state`` and ``why``."""
BATTERY = "battery"
"""Characteristic under which a battery level is recorded, whatever the device calls it; the payload is one byte, percent."""


@dataclass(frozen=True, slots=True)
class Notification:
    """Bytes from one characteristic and the host time of their arrival.

    ``received_ns`` is the host's monotonic clock, taken in the callback. Values that a handshake reads are notifications too.
    """

    device: str
    characteristic: str
    received_ns: int
    payload: bytes


class LinkState(StrEnum):
    """How a device is reached."""

    SEARCHING = "searching"
    CONNECTING = "connecting"
    STREAMING = "streaming"
    LOST = "lost"
    STOPPED = "stopped"


# ---- time -----------------------------------------------------------------------------------------------------------------


class TimeQuality(StrEnum):
    """What a device tells about sample times."""

    EXACT = "exact"  # an imported file: the time column is the truth
    DEVICE = "device"  # a device clock
    COUNTER = "counter"  # a sample counter
    ARRIVAL = "estimated"  # nothing but the arrival: "timing: estimated"


@dataclass(frozen=True, slots=True)
class TickSpec:
    """A device's counter: seconds a tick, bits before it wraps (0: never), and what it is worth."""

    seconds: float
    bits: int
    quality: TimeQuality


# ---- codec ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """Samples of one or several notifications by device time.

    Parameters
    ----------
    kind
        ``CELLS``, ``FORCE``, ``COP`` or ``IMU``.
    ticks : (n,)
        Device counter of each sample as sent (still wrapped), int64.
    values : (n, k)
        SI units: N, mm for CoP, m/s², rad/s.
    clipped : (n,)
        True where any column is at 99.5 % of the range or beyond, or the device says so.
    payloads : (m,)
        Index, within the call of ``feed``, of each payload that completed samples.
    ends : (m,)
        Row after the last sample completed by that payload; increasing, ``ends[-1] == n``.
    lost_before
        Samples known to be missing directly before row 0, by the device's own evidence. A loss always starts a new reading.
    """

    kind: Kind
    ticks: IntArray
    values: FloatArray
    clipped: BoolArray
    payloads: IntArray
    ends: IntArray
    lost_before: int = 0


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came of a call of ``feed``: readings in order, payloads (or parts) that had to be left out, the battery's level if told."""

    readings: tuple[Reading, ...] = ()
    rejected: tuple[CodecError, ...] = ()
    battery_percent: int | None = None


class Codec(Protocol):
    """Bytes of one device to readings; pure: no clock, no I/O, no randomness.

    Any split of the same notifications over calls gives the same samples (joined), losses and rejections.
    """

    @property
    def corners_mm(self) -> FloatArray | None:
        """Positions of the load cells, (c, 2): x to the right, y forward; None when there are none or they are not yet known."""
        ...

    @property
    def rate_hz(self) -> float | None:
        """Nominal sample rate as the device told it, or None when it has not."""
        ...

    def feed(self, characteristic: str, payloads: Sequence[bytes]) -> Decoded:
        """Take the payloads of consecutive notifications of one characteristic."""
        ...


# ---- handshake: what is said to a device, as data ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Write:
    """Write bytes to a characteristic."""

    characteristic: str
    payload: bytes
    response: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """Read a characteristic; the value is recorded as a notification and sent into the generator."""

    characteristic: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Ask for notifications or indications of a characteristic."""

    characteristic: str


@dataclass(frozen=True, slots=True)
class Expect:
    """Wait for a notification of ``characteristic`` that starts with ``prefix``; it is recorded and sent into the generator."""

    characteristic: str
    prefix: bytes
    timeout_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Leave the device time."""

    seconds: float


Step = Write | Read | Subscribe | Expect | Wait
Handshake = Generator[Step, bytes | None, None]


@dataclass(frozen=True, slots=True)
class Advertisement:
    """What a device says of itself before it is connected."""

    address: str
    name: str
    services: tuple[str, ...] = ()
    manufacturer: Mapping[int, bytes] = field(default_factory=dict[int, bytes])
    rssi_dbm: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceModel:
    """One make of device: what the catalog lists.

    Parameters
    ----------
    key, title
        Id in recordings, and what people call it.
    kinds
        What its codec can give.
    sites
        Where it may be used.
    tick
        Its counter.
    default_rate_hz
        What ``start`` asks for unless told otherwise.
    match
        Score 0-100: is this advertisement one of them?
    codec
        Makes a fresh codec.
    start, stop
        Handshakes; ``start`` takes the wanted rate in Hz.
    acc_range_g, gyro_range_dps
        Full scale, NaN where it is not known; a motion sensor without angular rate says 0 and those columns are NaN.
    averaging
        True when a sample is the mean over its period (sigma-delta converters), so edges are estimated by area.
    group_delay_s
        Delay of the device's own filter, taken off its sample times.
    extras
        What else may be said to it, by name: ``probe`` (what are you?), ``battery`` (its level; ``battery-first`` where it answers only
        before it streams), ``tare``. Nobody else may say anything.
    """

    key: str
    title: str
    kinds: tuple[Kind, ...]
    sites: tuple[Site, ...]
    tick: TickSpec
    default_rate_hz: float
    match: Callable[[Advertisement], int]
    codec: Callable[[], Codec]
    start: Callable[[float], Handshake]
    stop: Callable[[], Handshake]
    acc_range_g: float = float("nan")
    gyro_range_dps: float = float("nan")
    averaging: bool = False
    group_delay_s: float = 0.0
    extras: Mapping[str, Callable[[], Handshake]] = field(default_factory=dict[str, Callable[[], Handshake]])


@dataclass(frozen=True, slots=True)
class Correction:
    """What a calibration does to samples of one kind: ``values @ matrix.T + offset``; made by the calibration room.

    Parameters
    ----------
    kind
        ``CELLS``, ``FORCE`` or ``IMU``.
    matrix : (k, k)
    offset : (k,)
    certificate
        Id of the certificate it comes from.
    """

    kind: Kind
    matrix: FloatArray
    offset: FloatArray
    certificate: str

    def apply(self, values: FloatArray) -> FloatArray:
        """Return the corrected values, (n, k).

        Summed column by column: a matrix product rounds differently for other row counts, and chunking must not show.
        """
        out = np.tile(self.offset, (len(values), 1)).astype(np.float64)
        for k in range(values.shape[1]):
            out += values[:, k : k + 1] * self.matrix[:, k]
        return out


# ---- the hub: how the window and the command line reach devices ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """A device somebody chose to use, and where it is.

    ``device`` is its id within the session (``pad``, ``foot-left`` …); ``address`` is the transport's own identifier; ``note`` is a
    sentence for the operator, such as a simulated person's description.
    """

    device: str
    model: str
    address: str
    site: Site
    side: Side | None = None
    rate_hz: float | None = None
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A device that a scan saw: which model it seems to be (key, score 0-100), and its advertisement."""

    advertisement: Advertisement
    model: str
    score: int
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence from the link for the operator; ``level`` is ``info``, ``warn`` or ``bad``."""

    device: str
    level: str
    message: str
    hint: str = ""


Item = Notification | Notice | BaseException
"""What a link hands over, in order. A ``BaseException`` is a bug on the link thread and is raised again by who drains."""


class Link(Protocol):
    """A running connection to some devices; everything it hands over is already in the recording."""

    def start(self) -> None:
        """Start the link thread."""
        ...

    def post(self, event: Mapping[str, object]) -> None:
        """Put an operator event in order with the notifications: recorded, then queued."""
        ...

    def drain(self) -> list[Item]:
        """Take everything that has arrived; never blocks."""
        ...

    def stop(self) -> None:
        """Say goodbye to the devices and seal the recording; returns when done (seconds)."""
        ...


class Scan(Protocol):
    """A scan going on."""

    def found(self) -> Sequence[Found]:
        """Return what has been seen so far, strongest first; simulated devices last."""
        ...

    def problem(self) -> Notice | None:
        """Tell why nothing can be found (Bluetooth off, denied …), if so."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


class Hub(Protocol):
    """The devices of this machine."""

    @property
    def models(self) -> Sequence[DeviceModel]:
        """The catalog."""
        ...

    def scan(self) -> Scan:
        """Start looking for devices."""
        ...

    def open(self, choices: Sequence[Choice], *, record: Path | None, session: Mapping[str, object]) -> Link:
        """Prepare a link to these devices; ``session`` goes into the recording's open event."""
        ...

    def replay(self, recording: Path, *, speed: float) -> "Playback":
        """Prepare a link that plays a recording: 1 is real time, 0 is as fast as it goes."""
        ...


class Playback(Link, Protocol):
    """A link that plays a recording."""

    @property
    def duration_s(self) -> float:
        """Length of the recording."""
        ...

    @property
    def position_s(self) -> float:
        """How far it has been handed over."""
        ...

    @property
    def finished(self) -> bool:
        """True when everything has been handed over."""
        ...

    def set_speed(self, speed: float) -> None:
        """Change the speed; 0 is as fast as it goes."""
        ...

    def pause(self, paused: bool) -> None:
        """Hold or go on."""
        ...

    def seek(self, t_s: float) -> None:
        """Go to session second ``t_s``: everything before is handed over at once from the start (feed a fresh session)."""
        ...
