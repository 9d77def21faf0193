"""What a metric is and what a value of one carries: status, reasons, uncertainty, profile and version; no formulas."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar, cast

import numpy as np

from ankletest.samples import FloatArray, Side
from ankletest.trial import Event, Stream, Trial

Made = TypeVar("Made")


class Status(StrEnum):
    """Whether a value may be used."""

    OK = "OK"
    WARN = "WARN"
    INVALID = "INVALID"


class Tier(StrEnum):
    """Who a number is for: the clinical ones are shown by default (metrics.md 15), the research ones behind a switch."""

    CLINICAL = "clinical"
    RESEARCH = "research"


class Better(StrEnum):
    """Which direction is better; symmetry uses it."""

    HIGH = "high"
    LOW = "low"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Profile:
    """A pre-processing profile (metrics.md 0.1): how samples are treated before numbers are made.

    ``rate_hz`` and ``cut_hz`` are NaN where samples stay native and unfiltered. ``ellipse`` is ``F`` (prediction) or ``chi2``.
    """

    id: str
    title: str
    rate_hz: float
    cut_hz: float
    ellipse: str = "F"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a metric's function returns.

    ``value`` is NaN when it cannot be told, and then ``reasons`` says why. ``u`` is the standard uncertainty (k = 1) in the
    metric's unit, NaN where none can be claimed. ``warn`` marks a usable value with a caveat named in ``reasons``.
    """

    value: float
    u: float = math.nan
    reasons: tuple[str, ...] = ()
    warn: bool = False
    n_used: int = 0
    n_rejected: int = 0


@dataclass(frozen=True, slots=True)
class CopTrace:
    """Centred CoP on a uniform grid: seconds, mm, and what was wrong with the samples it came from."""

    t_s: FloatArray
    x_mm: FloatArray
    y_mm: FloatArray
    rate_hz: float
    u_mm: float
    reasons: tuple[str, ...] = ()
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class MotionNoise:
    """SD of a sensor's noise in a trace, per axis, uncertainty of its scales (relative) and of forward, and the noise's low-pass."""

    acc_m_s2: float
    gyro_rad_s: float
    tilt_rad: float
    acc_scale: float
    gyro_scale: float
    heading_rad: float
    cut_hz: float


@dataclass(frozen=True, slots=True)
class MotionTrace:
    """Earth-horizontal, gravity-free, centred acceleration (ML, AP; m/s²) and centred angular rate (rad/s, (n, 3)) on a uniform grid.

    ``tilt_rad`` is how far the segment leans from its mean posture, (n, 2): to the right, and forward. ``noise`` is None where it is not
    known.
    """

    t_s: FloatArray
    ml_m_s2: FloatArray
    ap_m_s2: FloatArray
    gyro_rad_s: FloatArray
    rate_hz: float
    site: str
    reasons: tuple[str, ...] = ()
    blocked: bool = False
    tilt_rad: FloatArray = field(default_factory=lambda: np.zeros((0, 2)))
    noise: MotionNoise | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One contact and the flight after it.

    ``contact_s`` and ``flight_s`` are durations; ``valid`` is False where a gate of metrics.md 4 fails, and ``why`` names it.
    ``peak_n`` is the peak force (NaN without a pad). ``u_s`` is the standard uncertainty of the contact time.
    """

    ic_s: float
    to_s: float
    next_ic_s: float
    peak_n: float
    valid: bool
    why: str
    u_s: float

    @property
    def contact_s(self) -> float:
        """Contact time, ``TO − IC``, s (HP-01)."""
        return self.to_s - self.ic_s

    @property
    def flight_s(self) -> float:
        """Flight time after the contact, ``IC of the next − TO``, s (HP-02)."""
        return self.next_ic_s - self.to_s


@dataclass(frozen=True, slots=True)
class HopSet:
    """The hops of a trial; ``pad`` is the stream that force metrics use, None without one; ``estimated`` marks lumbar timing."""

    hops: tuple[Hop, ...]
    mass_kg: float
    body_weight_n: float
    pad: Stream | None
    device: str
    reasons: tuple[str, ...] = ()
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """A trial prepared once for all its metrics under one profile.

    ``cop``, ``motion`` and ``hops`` are what stances and hops share; other families prepare what is theirs with ``made``.
    """

    trial: Trial
    profile: Profile
    window_s: tuple[float, float]
    errors: tuple[Event, ...] = ()
    cop: CopTrace | None = None
    motion: MotionTrace | None = None
    hops: HopSet | None = None
    kept: dict[object, object] = field(default_factory=dict[object, object], init=False, compare=False, repr=False)

    def made(self, make: Callable[["Evidence"], Made]) -> Made:
        """Return what a family makes of the trial, made once: ``make`` is a function of the evidence alone."""
        if make not in self.kept:
            self.kept[make] = make(self)
        return cast("Made", self.kept[make])


@dataclass(frozen=True, slots=True)
class Part:
    """The part of the evidence that a metric needs; without it the metric does not apply and is not listed.

    Parameters
    ----------
    family
        The trial must name this family (``Trial.families``).
    has
        Whether the trial's devices can tell it at all.
    profile
        Id of the profile that its numbers carry.
    """

    family: str
    has: Callable[[Evidence], bool]
    profile: Callable[[Evidence], str]


@dataclass(frozen=True, slots=True)
class Metric:
    """One number: what it is called, what it means, and the function that makes it.

    Parameters
    ----------
    id, key
        Id of the specification (``SW-05``) and a unique key (``path``); one id may have several keys.
    title, symbol, unit
        Field-standard name, symbol and unit (empty for none).
    better, decimals
        Direction, and digits on screen.
    version
        Raised whenever the same recording would give another number.
    source
        Paper or standard.
    part
        The evidence it needs.
    of
        The function.
    clinical
        In the default set (metrics.md 15); the others are the research tier.
    formula
        The definition in one line, as ``docs/metrics.md`` prints it.
    ratio
        Whether a ratio of both legs says anything. It does not of faults, of shares of a few attempts, of losses and of signed numbers:
        their normal is 0, and one heel lift against two would be an index of 50 %. Of those left and right differ by so much, no more.
    """

    id: str
    key: str
    title: str
    symbol: str
    unit: str
    better: Better
    decimals: int
    version: int
    source: str
    part: Part
    of: Callable[[Evidence], Measured]
    clinical: bool = False
    formula: str = ""
    ratio: bool = True

    @property
    def tier(self) -> Tier:
        """Whether it is shown by default."""
        return Tier.CLINICAL if self.clinical else Tier.RESEARCH


@dataclass(frozen=True, slots=True)
class MetricValue:
    """A metric of a trial; ``value`` and ``uncertainty`` are None where there is none, never NaN and never a silent zero."""

    metric: Metric
    value: float | None
    status: Status
    reasons: tuple[str, ...]
    uncertainty: float | None
    window_s: tuple[float, float]
    profile: str
    n_used: int = 0
    n_rejected: int = 0

    def as_json(self) -> dict[str, object]:
        """Return the record that ``analyse --json`` prints."""
        return {
            "id": self.metric.id, "key": self.metric.key, "title": self.metric.title, "tier": self.metric.tier.value, "value": self.value,
            "unit": self.metric.unit, "status": self.status.value, "reasons": list(self.reasons), "uncertainty": self.uncertainty,
            "profile": self.profile, "version": self.metric.version, "better": self.metric.better.value, "window": list(self.window_s),
            "n_used": self.n_used, "n_rejected": self.n_rejected,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """Left against right of one metric (metrics.md 11); None where it cannot be told, as all ratios where ``Metric.ratio`` is False.

    Parameters
    ----------
    lsi_percent
        SY-01: of the involved leg, else of the worse one (``weaker``), against the other; below 100 that leg is worse.
    ratio_percent
        The same two legs as ``100 I / U``, whatever direction is better.
    difference_percent
        SY-02, positive where the left is the weaker.
    symmetry_index_percent, bilateral_index_percent, symmetry_angle_percent
        SY-03; SY-04, of tests that both legs do at once; SY-05, positive where the left is smaller.
    involved, weaker
        The injured side, if known; the side that does worse, if either does.
    rule
        The rule of the index, to be printed beside it.
    """

    metric: Metric
    left: float
    right: float
    lsi_percent: float | None
    ratio_percent: float | None
    difference_percent: float | None
    symmetry_index_percent: float | None
    bilateral_index_percent: float | None
    symmetry_angle_percent: float | None
    involved: Side | None
    weaker: Side | None
    rule: str
