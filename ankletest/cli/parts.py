"""What the command line is handed by ``__main__``: the rooms it may not import itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ankletest.device import DeviceModel, Hub, Notification
from ankletest.samples import FloatArray, Side
from ankletest.session import Finished
from ankletest.trial import Setup

Script = Callable[[FloatArray], Mapping[str, object]]
"""Makes the event that begins a calibration, with what is to lie where, from the places of the pad's cells (c, 2), mm."""


@dataclass(frozen=True, slots=True)
class VisitWish:
    """A simulated visit: exams one after another, which devices, how the person is, and what goes wrong.

    ``loss`` is the fraction of notifications lost; ``touch_down_s`` scripts the other foot's touch, seconds into the hold; ``faults`` are
    further faults by name, as the simulator knows them. ``calibrations`` are done before the exams; ``certificates`` are attached to the
    devices, and ``date`` (ISO) is when it is said to have been. ``devices`` are practice devices that take part besides.
    With ``align`` somebody knocks on the pad first.
    """

    setups: tuple[Setup, ...]
    seed: int
    mass_kg: float = 70.0
    pad: bool = True
    pad_rate_hz: float = 1000.0
    feet: bool = True
    lumbar: bool = False
    weaker: Side | None = None
    loss: float = 0.0
    touch_down_s: float | None = None
    faults: Mapping[str, float] = field(default_factory=dict[str, float])
    calibrations: tuple[Script, ...] = ()
    certificates: tuple[Mapping[str, object], ...] = ()
    date: str = ""
    devices: tuple[str, ...] = ()
    align: bool = False


class Simulate(Protocol):
    """Makes the notifications of a visit and the truth behind them."""

    def __call__(self, wish: VisitWish) -> tuple[Sequence[Notification], Mapping[str, object]]:
        """Simulate."""
        ...


class OpenWindow(Protocol):
    """Opens the window; returns the exit code."""

    def __call__(self, hub: Callable[[], Hub], *, recording: Path | None, folder: Path | None) -> int:
        """Run until it is closed."""
        ...


class Snapshots(Protocol):
    """Runs the window's screens off screen on a recording and writes pictures of them."""

    def __call__(self, hub: Hub, recording: Path, folder: Path) -> Sequence[Path]:
        """Write the pictures."""
        ...


class WriteReport(Protocol):
    """Writes a visit's report as a PDF."""

    def __call__(self, path: Path, finished: Sequence[Finished], *, title: str, date: str) -> None:
        """Write it."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants calibrated: procedure, device id in the session, date (ISO, UTC), code of who does it, and what they entered."""

    kind: str
    device: str
    date: str
    operator: str = ""
    given: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])


@dataclass(frozen=True, slots=True)
class Calibrated:
    """How a calibration ended: its certificate as JSON, or None; ``passed``; and what there is to say, line by line."""

    kind: str
    certificate: Mapping[str, object] | None
    passed: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """A certificate in the folder: its JSON, its id, how it stands today, and one line on it."""

    certificate: Mapping[str, object]
    id: str
    state: str
    line: str


class Bench(Protocol):
    """Calibrations of a session going on; fed as a session is."""

    @property
    def busy(self) -> bool:
        """Whether one was begun that has not ended."""
        ...

    @property
    def progress(self) -> float:
        """How much of it is there, 0 to 1."""
        ...

    def corners_mm(self, device: str) -> FloatArray | None:
        """Return where the cells of a device are, (c, 2); None where it has not told, or has none."""
        ...

    def feed(self, items: Sequence[Notification]) -> tuple[Sequence[str], Sequence[Calibrated]]:
        """Take notifications; return sentences for the operator, and what ended."""
        ...

    def finish(self) -> Sequence[Calibrated]:
        """Say that no more will come."""
        ...


class Calibrations(Protocol):
    """The calibration room."""

    @property
    def kinds(self) -> Mapping[str, str]:
        """Its procedures: key, and title with what each asks for."""
        ...

    def of_motion(self, kind: str) -> bool:
        """Tell whether a procedure is one of motion sensors, and not of a pad."""
        ...

    def event(self, asked: Asked) -> Mapping[str, object]:
        """Return the operator event that begins a calibration; refuses what makes no sense."""
        ...

    def script(self, asked: Asked) -> Script:
        """Return what makes the same event for a simulated pad."""
        ...

    def begun(self, items: Sequence[Notification], asked: Asked) -> Sequence[Notification]:
        """Return a recording as if the calibration had been begun at its start."""
        ...

    def bench(self, models: Sequence[DeviceModel]) -> Bench:
        """Return a fresh bench."""
        ...

    def save(self, folder: Path, certificate: Mapping[str, object]) -> Path:
        """File a certificate."""
        ...

    def filed(self, folder: Path, *, today: str) -> tuple[Sequence[Filed], Sequence[str]]:
        """Return every certificate of a folder, and sentences on files that are damaged."""
        ...

    def latest(self, folder: Path) -> Sequence[Mapping[str, object]]:
        """Return the certificates that a new recording is given."""
        ...

    def load(self, path: Path) -> Mapping[str, object]:
        """Read one certificate."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """The other rooms. Those of the window are made on first use: a terminal needs no Qt."""

    models: Sequence[DeviceModel]
    hub: Callable[[], Hub]
    simulate: Simulate
    open_window: OpenWindow
    snapshots: Snapshots
    write_report: WriteReport
    has_display: Callable[[], bool]
    calibrations: Calibrations
