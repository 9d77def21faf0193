"""What an exam leaves behind: set-up, phases, events, streams and the outcome; the input of every metric, not the numbers themselves."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import cast

from ankletest.calibrated import UNCERTIFIED, Standing
from ankletest.samples import BoolArray, FloatArray, G, Kind, Side, Site


class Outcome(StrEnum):
    """How a run ended. A device that fails is never a person who fails."""

    COMPLETED = "completed"
    NOT_HELD = "not held"
    STOPPED = "stopped by the operator"
    INVALID = "invalid"


class Eyes(StrEnum):
    """Condition of a stance."""

    OPEN = "open"
    CLOSED = "closed"


class Surface(StrEnum):
    """What the client stands on."""

    FIRM = "firm"
    FOAM = "foam"


@dataclass(frozen=True, slots=True)
class Setup:
    """What was asked of the client, and what is known of them; travels in the start event of the recording.

    Parameters
    ----------
    exam
        Key of the exam.
    side
        The leg that is tested.
    duration_s
        Length of the analysed hold of a stance; also its cap.
    hops
        Contacts asked for in a set of hops.
    mass_kg
        Body mass if known; else it is weighed on the pad.
    lead_in_s
        Seconds after the lift-off that are left out.
    countdown_s
        Seconds between start and go where no pad tells when the client stands.
    trial
        Id of the trial, made by whoever starts it, so that live and replay agree.
    given
        What was entered for this exam, by the keys of its ``asks``: lengths in m, angles in degrees, counts.
    gravity_m_s2
        Gravity of the place as it was settled, m/s²; the numbers of exams are made with the standard one (decision 0020).
    """

    exam: str
    side: Side
    duration_s: float = 30.0
    hops: int = 10
    eyes: Eyes = Eyes.OPEN
    surface: Surface = Surface.FIRM
    mass_kg: float | None = None
    lead_in_s: float = 3.0
    countdown_s: float = 3.0
    trial: str = ""
    given: Mapping[str, float] = field(default_factory=dict[str, float], hash=False)
    gravity_m_s2: float = G

    def as_json(self) -> dict[str, object]:
        """Return the fields as plain JSON values."""
        return {
            "exam": self.exam, "side": self.side.value, "duration_s": self.duration_s, "hops": self.hops, "eyes": self.eyes.value,
            "surface": self.surface.value, "mass_kg": self.mass_kg, "lead_in_s": self.lead_in_s, "countdown_s": self.countdown_s,
            "trial": self.trial, "given": dict(self.given), "gravity_m_s2": self.gravity_m_s2,
        }  # fmt: skip

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> "Setup":
        """Read the fields of ``as_json``; unknown ones are left out, missing ones keep their defaults."""

        def number(key: str, default: float) -> float:
            value = fields.get(key, default)
            return float(value) if isinstance(value, (int, float)) else default

        mass = fields.get("mass_kg")
        given = fields.get("given")
        entered = cast("Mapping[str, object]", given) if isinstance(given, dict) else {}
        return cls(
            exam=str(fields["exam"]),
            side=Side(str(fields["side"])),
            duration_s=number("duration_s", 30.0),
            hops=int(number("hops", 10)),
            eyes=Eyes(str(fields.get("eyes", Eyes.OPEN))),
            surface=Surface(str(fields.get("surface", Surface.FIRM))),
            mass_kg=float(mass) if isinstance(mass, (int, float)) else None,
            lead_in_s=number("lead_in_s", 3.0),
            countdown_s=number("countdown_s", 3.0),
            trial=str(fields.get("trial", "")),
            given={key: float(value) for key, value in entered.items() if isinstance(value, (int, float))},
            gravity_m_s2=number("gravity_m_s2", G),
        )


class Happening(StrEnum):
    """What an event is."""

    PHASE = "phase"  # value: the phase's name in ``note``
    CONTACT = "contact"  # [t_s, end_s): foot on the ground; value: peak force, N (NaN without a pad)
    FLIGHT = "flight"  # [t_s, end_s): in the air
    TOUCH_DOWN = "touch-down"  # E1/E2: the other foot touched
    STANCE_HOP = "stance-foot hop"  # E3
    SHIFT = "shift"  # E3b
    LARGE_SWAY = "large sway"  # E4
    OFF_PAD = "off the pad"
    REPETITION = "repetition"  # [t_s, end_s): one heel raise, lunge or squat; value: its top, degrees or mm
    MARK = "mark"  # the operator's key
    GAP = "gap"  # samples missing
    LINK = "link"  # device lost or back
    PUSH = "push"  # [t_s, end_s): pushed against the pad; value: peak above the baseline, N
    TAP = "tap"  # somebody knocked the client's balance; value: peak acceleration, m/s² (NaN for a key)
    CUE = "cue"  # the client was told to go
    BEAT = "beat"  # of a metronome: when it was heard (note ``heard``), else when it was due
    MOVEMENT = "movement"  # [t_s, end_s): one discrete movement


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at ``t_s`` (until ``end_s``, NaN while or where it has no length).

    ``device`` tells whose samples show it; ``valid`` is False where it is left out of numbers, and ``note`` says why.
    ``u_s`` is the standard uncertainty of an edge in seconds (NaN where none is claimed).
    """

    what: Happening
    t_s: float
    end_s: float = float("nan")
    value: float = float("nan")
    device: str = ""
    valid: bool = True
    note: str = ""
    u_s: float = float("nan")


WANDER_U_S, WANDER_S = 0.0035, 60.0
"""How far two fitted clocks come apart again (k = 1), s, and how soon, s: an envelope follows the beat of notifications with the radio's
interval. Simulated at 7.5 to 50 ms of interval: 1.3 to 1.8 ms (RMS) after 20 s, 1.4 to 3.5 ms after a minute, no more after five."""


LATEST_S, MOST = 10.0, 1e9
"""No device is later, s, and no number of an alignment is larger: what is, nobody wrote."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """How the time of a device was brought in line with another's, by impacts that both felt.

    Parameters
    ----------
    device, reference
        Which device, and whose time it was brought to.
    offset_s
        What is taken off its times, s; NaN where it could not be told, and ``why`` is the sentence.
    error_s, at_s
        Bound of the offset's error (k = 2) at the time of the impacts, s, and their session second; ``error_at`` tells it later.
    impacts, spread_s
        Impacts it was told from, and how far they scatter about it (SD), s.
    lost_since
        Its link was lost afterwards: the offset is still taken off, but nobody knows whether it still holds.
    """

    device: str
    reference: str
    offset_s: float = float("nan")
    error_s: float = float("nan")
    impacts: int = 0
    spread_s: float = float("nan")
    at_s: float = float("nan")
    why: str = ""
    lost_since: bool = False

    def error_at(self, t_s: float) -> float:
        """Return the bound of the error (k = 2) at a later session second, s: both clocks wander a little from what they were."""
        since = min(max(t_s - self.at_s, 0.0) / WANDER_S, 1.0)
        return math.hypot(self.error_s, 2.0 * WANDER_U_S * since)

    @property
    def told(self) -> bool:
        """True where there is an offset."""
        return math.isfinite(self.offset_s)

    def as_json(self) -> dict[str, object]:
        """Return the fields as plain JSON values, as the operator event stores them."""
        return {
            "device": self.device, "reference": self.reference, "offset_s": _or_none(self.offset_s), "error_s": _or_none(self.error_s),
            "impacts": self.impacts, "spread_s": _or_none(self.spread_s), "at_s": _or_none(self.at_s), "why": self.why,
        }  # fmt: skip

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> "Aligned":
        """Read the fields of ``as_json``; without an offset nothing is taken off."""

        def number(key: str) -> float:
            value = fields.get(key)
            if not isinstance(value, (int, float)) or isinstance(value, bool):
                return math.nan
            return float(value) if abs(value) <= MOST else math.nan

        impacts, offset_s = number("impacts"), number("offset_s")
        return cls(
            str(fields.get("device", "")), str(fields.get("reference", "")), offset_s if abs(offset_s) <= LATEST_S else math.nan,
            number("error_s"),
            int(impacts) if math.isfinite(impacts) else 0, number("spread_s"), number("at_s"), str(fields.get("why", "")),
        )  # fmt: skip


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class Stream:
    """The samples of one device in a trial, stamped with the final clock fit.

    Parameters
    ----------
    device, site, side
        Which device, where it was, on which leg (None for a pad or the trunk).
    kind
        ``PAD`` or ``IMU``.
    t_s : (n,)
        Session seconds, strictly increasing.
    values : (n, k)
        Columns as in ``samples.COLUMNS``.
    clipped : (n,)
    lost : (n,)
        True where samples are missing directly before this row.
    rate_hz
        Measured rate (clock fit), not the nominal one.
    nominal_hz
        What the device promises; NaN when unknown.
    skew_ppm, timing_u_s
        Device clock against the host, and the bound of the session-time error of this stream.
    timing
        ``device``, ``counter``, ``exact`` or ``estimated``.
    averaging, acc_range_g, gyro_range_dps
        From the model.
    lost_samples, loss_by, lost_u
        Samples missing in the stream's span; what tells so (``counter``, ``rate``, ``nothing``), and their standard uncertainty.
    aligned
        How its times were aligned with another device's; None: not.
    noise_n, noise_cell_n
        Unloaded noise of the pad's sum and of one cell, N, when known; NaN otherwise.
    half_span_mm
        Half the distance between load cells, for the CoP's uncertainty; NaN when unknown.
    certificate
        Calibration in force; empty when none.
    standing
        What its certificates say of it: what lapsed, and uncertainties.
    """

    device: str
    site: Site
    side: Side | None
    kind: Kind
    t_s: FloatArray
    values: FloatArray
    clipped: BoolArray
    lost: BoolArray
    rate_hz: float
    nominal_hz: float = float("nan")
    skew_ppm: float = float("nan")
    timing_u_s: float = float("nan")
    timing: str = "exact"
    averaging: bool = False
    acc_range_g: float = float("nan")
    gyro_range_dps: float = float("nan")
    lost_samples: int = 0
    noise_n: float = float("nan")
    noise_cell_n: float = float("nan")
    half_span_mm: float = float("nan")
    certificate: str = ""
    standing: Standing = UNCERTIFIED
    loss_by: str = "counter"
    lost_u: float = 0.0
    aligned: Aligned | None = None

    def between(self, start_s: float, end_s: float) -> "Stream":
        """Return the samples of ``[start_s, end_s)``; lost_samples stays that of the whole."""
        first, last = self.t_s.searchsorted((start_s, end_s))
        cut = slice(int(first), int(last))
        return replace(self, t_s=self.t_s[cut], values=self.values[cut], clipped=self.clipped[cut], lost=self.lost[cut])


@dataclass(frozen=True, slots=True)
class Placed:
    """A device of a trial: of which kind, where it was, and on which leg (None for a pad or the trunk)."""

    kind: Kind
    site: Site
    side: Side | None = None

    def as_json(self) -> dict[str, object]:
        """Return the fields as plain JSON values."""
        return {"kind": self.kind.value, "site": self.site.value, "side": self.side.value if self.side else None}

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> "Placed":
        """Read the fields of ``as_json``."""
        side = fields.get("side")
        return cls(Kind(str(fields["kind"])), Site(str(fields["site"])), Side(str(side)) if side else None)


@dataclass(frozen=True, slots=True)
class Trial:
    """A finished run.

    ``window_s`` is the analysed part ``(start, end)`` of session time; ``span_s`` is the whole run. Streams cover the span.
    ``body_weight_n`` is NaN when neither weighed nor known. ``hold_s`` is the hold time where the exam has one, else NaN.
    ``reasons`` are sentences on the outcome. ``families`` name the families of metrics that the exam is made for.
    ``placed`` is of a stored trial, which comes without its streams: its devices, empty where they are not known.
    """

    setup: Setup
    outcome: Outcome
    reasons: tuple[str, ...]
    span_s: tuple[float, float]
    window_s: tuple[float, float]
    events: tuple[Event, ...] = ()
    streams: tuple[Stream, ...] = ()
    body_weight_n: float = float("nan")
    hold_s: float = float("nan")
    capped: bool = False
    quality: Mapping[str, object] = field(default_factory=dict[str, object])
    families: tuple[str, ...] = ()
    placed: tuple[Placed, ...] = ()

    @property
    def devices(self) -> tuple[Placed, ...]:
        """The devices that took part: those of the streams, else what was stored; empty where nothing is known."""
        return tuple(Placed(stream.kind, stream.site, stream.side) for stream in self.streams) or self.placed
