"""Single-leg stance: phases, sensor rule, and the run; what the samples show is told by the detectors.

The stance starts (``t_start``) where the client became calm on the tested leg; the lead-in counts from there and is left out of the
analysed window, not of the hold time: ``hold_s = min(t_fail − t_start, duration_s)`` (ST-01). The window is
``[t_start + lead_in_s, min(t_start + lead_in_s + duration_s, t_fail))``. The hold goes on through errors, which are counted.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ankletest.errors import ExamError
from ankletest.exams.base import Ask, Change, Exam, Fitness, LiveNumber, Member, Phase, PhaseChange, Progress, Run, Verdict
from ankletest.exams.members import driver_of, lost_words
from ankletest.exams.needs import NO_TURN, STANDING
from ankletest.exams.stance_walk import START_IMU, START_PAD, Walk
from ankletest.metrics.profiles import STANCE
from ankletest.samples import Block, G, Kind, Site
from ankletest.signals.contact import contacts_of
from ankletest.signals.rest import still_force
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

KEY = "stance"
PAD_HZ, IMU_HZ = 50.0, 50.0
"""Least rates (metrics.md ST-01, Scoppa 2013)."""
FAILING = frozenset({Happening.TOUCH_DOWN, Happening.STANCE_HOP, Happening.OFF_PAD})
FAILING_MARKS = frozenset({"touch-down", "hands", "eyes"})
"""What ends a hold (ST-01); other errors are only counted, and pain is none."""
MARKER = "operator"
NEAR_S = 0.05
"""An edge seen on bins is looked for this near among the samples, s."""
SHARED = 0.90

PHASES: dict[str, Phase] = {
    phase.name: phase
    for phase in (
        Phase("step on", "Step onto the pad."),
        Phase("countdown", "Get ready to stand on one leg."),
        Phase("settle", "Stand on one leg and keep still."),
        Phase("lead-in", "Keep still."),
        Phase("hold", "Hold it.", counted=True),
        Phase("done", "Well done. Put your foot down.", outcome=Outcome.COMPLETED),
        Phase("fell", "Put both feet down and rest.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped. You can rest.", outcome=Outcome.STOPPED),
        Phase("invalid", "Please rest. We repeat this trial.", outcome=Outcome.INVALID),
    )
}
_ENDS = {"stop": "stopped", "lost": "invalid"}
TABLE: dict[str, dict[str, str]] = {
    "step on": {"loaded": "settle", "no pad": "countdown", "too long": "invalid", **_ENDS},
    "countdown": {"go": "lead-in", **_ENDS},
    "settle": {"standing": "lead-in", "off": "step on", "too long": "invalid", **_ENDS},
    "lead-in": {"over": "hold", "transferred": "settle", "heavier": "settle", "off": "fell", "too long down": "fell", **_ENDS},
    "hold": {"held": "done", "heavier": "settle", "off": "fell", "too long down": "fell", **_ENDS},
    "done": {},
    "fell": {},
    "stopped": {},
    "invalid": {},
}


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with instructions that name the leg."""
    leg = f"{setup.side.value} leg"
    eyes = " and close your eyes" if setup.eyes.value == "closed" else ""
    return {
        **PHASES,
        "countdown": replace(PHASES["countdown"], instruction=f"Get ready to stand on your {leg}{eyes}."),
        "settle": replace(PHASES["settle"], instruction=f"Stand on your {leg}{eyes}, and keep still."),
        "lead-in": replace(PHASES["lead-in"], instruction=f"Keep still on your {leg}."),
    }


def fit(members: Sequence[Member], setup: Setup) -> Verdict:  # noqa: ARG001  the rule of the contract knows the set-up
    """Tell whether devices may be used: a pad or an IMU at 50 Hz or more."""
    pads = [m for m in members if m.kind is Kind.PAD]
    imus = [m for m in members if m.kind is Kind.IMU]
    if not pads and not imus:
        return Verdict(Fitness.REFUSED, ("a stance needs a force pad or a motion sensor",))
    least = PAD_HZ if pads else IMU_HZ
    device = driver_of(members)
    if device.nominal_hz < least:
        return Verdict(Fitness.REFUSED, (f"{device.device}: {device.nominal_hz:g} Hz, {least:g} Hz needed",))
    if device.kind is Kind.IMU and device.gyro_range_dps == 0.0:
        return Verdict(Fitness.REFUSED, (f"{device.device}: {NO_TURN} nobody can be seen to stand still",))
    reasons = tuple(f"{m.device}: {m.nominal_hz:g} Hz, {IMU_HZ:g} Hz needed: no numbers from it" for m in imus if m.nominal_hz < IMU_HZ)
    if not pads and not any(m.site is Site.LUMBAR for m in imus):
        reasons = (*reasons, "without a pad or a lumbar sensor there are no published norms")
    return Verdict(Fitness.LIMITED if reasons else Fitness.GOOD, reasons)


class StanceRun:
    """A stance going on; see ``exams.base.Run``."""

    def __init__(self, setup: Setup, members: Sequence[Member], t_s: float) -> None:
        if not members:
            raise ExamError("A stance needs a force pad or a motion sensor.", "Connect one and put it on.")
        self._setup = setup
        self._members = tuple(members)
        self._begin_s = t_s
        self._walk = Walk(setup, self._members, phases_for(setup), TABLE, t_s)
        self._marks: list[Event] = []
        self._reasons: list[str] = []

    @property
    def phase(self) -> Phase:
        """Where it is."""
        return self._walk.machine.phase

    @property
    def end_s(self) -> float:
        """Session second of the end; NaN while it goes on."""
        return self._walk.machine.since_s if self._walk.machine.final else math.nan

    @property
    def progress(self) -> Progress:
        """Seconds held after the lead-in."""
        done = self._walk.now_s - self._walk.start_s - self._setup.lead_in_s
        return Progress(min(max(done, 0.0), self._setup.duration_s) if math.isfinite(done) else 0.0, self._setup.duration_s, "s")

    def feed(self, block: Block) -> Sequence[Change]:
        """Take samples."""
        return self._walk.feed(block.device, block.t_s, block.values)

    def mark(self, what: str, t_s: float) -> Sequence[Change]:
        """Take an operator's mark."""
        event = Event(Happening.MARK, t_s, device=MARKER, note=what)
        self._marks.append(event)
        return [event]

    def stop(self, t_s: float, why: str) -> Sequence[Change]:
        """End by the operator."""
        return self._walk.end("stop", t_s, f"stopped: {why}" if why else "")

    def lose(self, device: str, t_s: float, why: str) -> Sequence[Change]:
        """Tell that a device is lost."""
        primary = driver_of(self._members)
        if device == primary.device:
            return self._walk.end("lost", t_s, lost_words(primary, self.phase.name, why))
        self._reasons.append(f"{device} was lost during the run{f' ({why})' if why else ''}")
        return []

    def live(self) -> Sequence[LiveNumber]:
        """Return numbers for the screen."""
        return self._walk.live.numbers()

    def trial(self, streams: Sequence[Stream]) -> Trial:
        """Make the trial; errors are found again in the finally stamped streams."""
        live, end = self._walk, self.end_s
        again = Walk(self._setup, self._members, phases_for(self._setup), TABLE, self._begin_s)
        again.take_all(streams)
        # The last change may hang on a sample at the very end, or on the operator: all before it must be the same.
        names = [change.phase.name for change in live.changes[:-1]]
        same = [change.phase.name for change in again.changes[: len(names)]] == names
        seen = again if same and math.isfinite(again.start_s) == math.isfinite(live.start_s) else live
        phases = [*seen.changes[: len(names)], *live.changes[len(names) :]]
        start = seen.start_s
        events = [_refined(event, streams, seen.weight_n) for event in seen.errors()]
        events = [e if math.isfinite(e.end_s) or e.t_s > end else replace(e, end_s=end) for e in events]
        reasons = [change.why for change in phases if change.why and change.phase.outcome is not None]
        reasons += [*self._reasons, *([seen.weight_note] if seen.weight_note else [])]
        return self._trial(start, end, events, phases, reasons, seen.weight_n, streams)

    def _trial(
        self, start: float, end: float, errors: list[Event], phases: list[PhaseChange], reasons: list[str], weight_n: float,
        streams: Sequence[Stream],
    ) -> Trial:  # fmt: skip
        setup = self._setup
        outcome = self.phase.outcome or Outcome.STOPPED
        go, over = start + setup.lead_in_s, start + setup.lead_in_s + setup.duration_s
        failing = sorted(
            (e for e in [*errors, *self._marks] if _fails(e) and start <= e.t_s < min(over, end)), key=lambda e: (e.t_s, e.what.value)
        )
        window, hold, capped = (end, end), math.nan, False
        if math.isfinite(start):
            fail = failing[0].t_s if failing else math.inf
            hold = min(fail - start, end - start, float(setup.duration_s))
            capped = hold >= setup.duration_s
            window = (min(go, end), max(min(go, end), min(over, end, fail)))
        if failing and outcome in {Outcome.COMPLETED, Outcome.NOT_HELD}:
            outcome = Outcome.NOT_HELD
            first = failing[0]
            reasons.insert(0, f"{first.note or first.what.value} {first.t_s - start:.1f} s after the start")
        marks = [Event(Happening.PHASE, c.t_s, note=c.phase.name) for c in phases]
        events = sorted([*marks, *errors, *self._marks], key=lambda e: (e.t_s, e.what.value, e.device))
        mass = setup.mass_kg
        weight = weight_n if math.isfinite(weight_n) else mass * G if mass else math.nan
        span = (self._begin_s, end)
        return Trial(setup, outcome, tuple(reasons), span, window, tuple(events), tuple(streams), weight, hold, capped)


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run."""
    return StanceRun(setup, members, t_s)


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything there is: nobody looks for phases or errors."""
    start, end = span_of(streams)
    pads = [s for s in streams if s.kind is Kind.PAD]
    still = still_force(pads[0].t_s, pads[0].values[:, 0], above_n=100.0) if pads else None
    mass = setup.mass_kg
    weight = still.mean_n if still is not None else mass * G if mass else math.nan
    reasons = ("the whole record is taken: no phases and no errors were looked for",)
    return Trial(setup, Outcome.COMPLETED, reasons, (start, end), (start, end), (), tuple(streams), weight)


def span_of(streams: Sequence[Stream]) -> tuple[float, float]:
    """Return first and last second of all streams; the first pad's where there is one."""
    full = [s for s in streams if len(s.t_s)]
    if not full:
        raise ExamError("There are no samples to analyse.", "Choose a recording with samples of the tested leg.")
    leading = [s for s in full if s.kind is Kind.PAD] or full
    return float(leading[0].t_s[0]), float(leading[0].t_s[-1])


def _fails(event: Event) -> bool:
    return event.valid and (event.what in FAILING or (event.what is Happening.MARK and event.note in FAILING_MARKS))


def _refined(event: Event, streams: Sequence[Stream], weight_n: float) -> Event:
    """Return the event with its edges among the samples instead of the bins."""
    stream = next((s for s in streams if s.device == event.device and s.kind is Kind.PAD), None)
    if stream is None or len(stream.t_s) == 0:
        return event
    if event.what is Happening.STANCE_HOP:
        near = stream.between(event.t_s - 1.0, event.end_s + 1.0)
        for flight in contacts_of(
            near.t_s, near.values[:, 0], rate_hz=stream.rate_hz, averaging=stream.averaging, noise_n=stream.noise_n, device=event.device
        ):
            if flight.what is Happening.FLIGHT and abs(flight.t_s - event.t_s) < NEAR_S and math.isfinite(flight.end_s):
                return replace(event, t_s=flight.t_s, end_s=flight.end_s, u_s=flight.u_s)
        return event
    if event.what is Happening.TOUCH_DOWN:
        near = stream.between(event.t_s - NEAR_S, event.t_s + NEAR_S)
        low = np.flatnonzero(near.values[:, 0] < SHARED * weight_n)
        if len(low):
            # The first sample of the run that goes on through the bin.
            return replace(event, t_s=float(near.t_s[low[0]]), u_s=1.0 / (math.sqrt(12.0) * stream.rate_hz))
    return event


ASKS = (
    Ask("foot_length_m", "Foot length", "m", 0.12, 0.36, decimals=3, condition=False, research=True, of_client=True),
    Ask("foot_width_m", "Foot width", "m", 0.04, 0.15, decimals=3, condition=False, research=True, of_client=True),
)
"""For the time to boundary (metrics.md SW-18)."""
EXAM = Exam(KEY, "Single-leg stance", PHASES, TABLE, fit, begin, whole, asks=ASKS, families=(STANCE,), needs=STANDING)
STARTS = (START_PAD, START_IMU)
