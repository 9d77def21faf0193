"""What the command line is handed by ``__main__``: the rooms it may not import itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ankletest.device import DeviceModel, Hub, Notification
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.trial import Setup


@dataclass(frozen=True, slots=True)
class VisitWish:
    """A simulated visit: exams one after another, which devices, how the person is, and what goes wrong.

    ``loss`` is the fraction of notifications lost; ``touch_down_s`` scripts the other foot's touch, seconds into the hold; ``faults`` are
    further faults by name, as the simulator knows them; with ``align`` somebody knocks on the pad first.
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
class Parts:
    """The other rooms. Those of the window are made on first use: a terminal needs no Qt."""

    models: Sequence[DeviceModel]
    hub: Callable[[], Hub]
    simulate: Simulate
    open_window: OpenWindow
    snapshots: Snapshots
    write_report: WriteReport
    has_display: Callable[[], bool]
