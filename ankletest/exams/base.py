"""What an exam is: phases, a table, a sensor rule, and the detectors that feed it; the machine that walks it is in ``machine``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ankletest.samples import Block, Kind, Side, Site
from ankletest.trial import Event, Outcome, Setup, Stream, Trial


@dataclass(frozen=True, slots=True)
class Member:
    """A device that takes part in a run; the first pad, else the first IMU, is the primary one and drives the phases."""

    device: str
    kind: Kind
    site: Site
    side: Side | None
    nominal_hz: float
    averaging: bool = False
    acc_range_g: float = float("nan")
    gyro_range_dps: float = float("nan")


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: what the client is told (short, spoken), and for how long, if it has a length.

    ``outcome`` is set on final phases only. ``counted`` marks the phase whose seconds count down on screen.
    """

    name: str
    instruction: str
    outcome: Outcome | None = None
    counted: bool = False


@dataclass(frozen=True, slots=True)
class PhaseChange:
    """The run moved to ``phase`` at session second ``t_s``; ``ends_s`` is when it will end by itself (NaN: unknown)."""

    phase: Phase
    t_s: float
    ends_s: float
    why: str = ""


Change = PhaseChange | Event


@dataclass(frozen=True, slots=True)
class LiveNumber:
    """A number for the screen while the run goes on; value None: not yet. Marked live: the stored metric may differ slightly."""

    key: str
    title: str
    unit: str
    value: float | None
    decimals: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far: ``done`` of ``total`` in ``unit`` (seconds or hops)."""

    done: float
    total: float
    unit: str


class Run(Protocol):
    """An exam going on. Blocks of the primary device drive it; any chunking gives the same changes.

    Other members' blocks are offered too, for live numbers and for their own error events; they never move a phase.
    """

    def feed(self, block: Block) -> Sequence[Change]:
        """Take samples."""
        ...

    def mark(self, what: str, t_s: float) -> Sequence[Change]:
        """Take an operator's mark (``touch-down``, ``hands``, ``eyes``, ``pain``)."""
        ...

    def stop(self, t_s: float, why: str) -> Sequence[Change]:
        """End by the operator."""
        ...

    def lose(self, device: str, t_s: float, why: str) -> Sequence[Change]:
        """Tell that a device is lost: invalid when the exam needs it."""
        ...

    @property
    def phase(self) -> Phase:
        """Where it is."""
        ...

    @property
    def progress(self) -> Progress:
        """How far it is."""
        ...

    @property
    def end_s(self) -> float:
        """Session second of the end; NaN while it goes on."""
        ...

    def live(self) -> Sequence[LiveNumber]:
        """Numbers for the screen."""
        ...

    def trial(self, streams: Sequence[Stream]) -> Trial:
        """Make the trial from the finally stamped streams; call it after the end."""
        ...


class Fitness(StrEnum):
    """Whether devices may be used for an exam."""

    GOOD = "good"
    LIMITED = "limited"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Fitness of a set of devices for an exam, with sentences that say why."""

    fitness: Fitness
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """What an exam needs of a device that drives it: the capability gate, as data; ``exams.needs`` holds devices against it.

    Parameters
    ----------
    kind
        Which devices it is about.
    rate_hz, good_hz
        Least rate, and the one that leaves no number out (NaN: the least is enough).
    site
        Where an IMU must be worn; None: anywhere.
    acc_g, acc_good_g
        Least range of acceleration, and the one that leaves no number out; 0 and NaN where the exam does not mind.
    gyro_dps
        Least range of angular rate; 0: it does not need any.
    loss_percent, gap_s
        Most that may be lost, and the longest gap, in a window.
    why_acc, why_gyro
        What is wrong with the numbers below the least (or the good) range.
    """

    kind: Kind
    rate_hz: float
    good_hz: float = float("nan")
    site: Site | None = None
    acc_g: float = 0.0
    acc_good_g: float = float("nan")
    gyro_dps: float = 0.0
    loss_percent: float = 2.0
    gap_s: float = 0.1
    why_acc: str = ""
    why_gyro: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A number to be entered before an exam (``Setup.given``), with its unit and the least and greatest that make sense.

    ``default`` is NaN where nothing may be assumed: what hangs on it is then not told. ``condition`` is False for a number that belongs to
    the client's leg or is a result (a lever, a distance reached): trials that differ in it may still be compared. ``research`` is True
    where only numbers of the research tier hang on it: the window does not ask for it. ``of_client`` is True for a length of the
    client's leg that is the same at the next visit: it is kept with the client and entered ahead.
    """

    key: str
    title: str
    unit: str
    least: float
    most: float
    default: float = float("nan")
    decimals: int = 0
    condition: bool = True
    research: bool = False
    of_client: bool = False


@dataclass(frozen=True, slots=True)
class Tempo:
    """A tempo that people choose by its name: what it enters of what the exam asks for (``Ask.key``)."""

    title: str
    given: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Exam:
    """One clinical test, as data.

    Parameters
    ----------
    key, title
        Id, and name on screen.
    phases
        Every phase by name.
    table
        ``phase name → {happening name → phase name}``; exactly the empty rows are final.
    fit
        Sensor rule: is this set of devices good enough?
    begin
        Makes a run at session second ``t_s``.
    whole
        Makes a trial of streams without running the phases (``--window all``).
    asks
        What has to be entered besides.
    families
        Families of metrics that apply to its trials (``Part.family``).
    drivers
        Sites whose device drives the phases, the first that is there; empty: the pad, else a foot, else the first.
    needs
        What it needs of the device that drives it; the first that fits a device counts.
    tempos
        Tempos to choose from, each of the same numbers; the window offers them in one list.
    ticking
        Phases in which a metronome ticks evenly, ``given["beats"]`` a minute, counted from the begin of the run.
    """

    key: str
    title: str
    phases: Mapping[str, Phase]
    table: Mapping[str, Mapping[str, str]]
    fit: Callable[[Sequence[Member], Setup], Verdict]
    begin: Callable[[Setup, Sequence[Member], float], Run]
    whole: Callable[[Setup, Sequence[Stream]], Trial]
    asks: tuple[Ask, ...] = ()
    families: tuple[str, ...] = ()
    drivers: tuple[Site, ...] = ()
    needs: tuple[Need, ...] = ()
    tempos: tuple[Tempo, ...] = ()
    ticking: tuple[str, ...] = ()

    def given(self, setup: Setup, key: str) -> float:
        """Return a number that was entered, else its default, else NaN."""
        defaults = {ask.key: ask.default for ask in self.asks}
        return setup.given.get(key, defaults.get(key, float("nan")))
