"""Repeated hops on one leg or two, in one's own tempo or on a metronome: phases, sensor rule, and the run; contacts are signals' work.

The entry jump is no hop: the first landing begins contact 1, and the set is over when ``setup.hops`` contacts were each followed by a
landing. The window is ``[first take-off, end)``. The metronome ticks from the moment when the client is told to stand
still or to get ready, so that they can pick up the beat, until the set is over.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ankletest.errors import ExamError
from ankletest.exams import beats
from ankletest.exams.base import Ask, Change, Exam, Fitness, LiveNumber, Member, Phase, Progress, Run, Tempo, Verdict
from ankletest.exams.hop_walk import FLIGHT_MOST_S, START_IMU, START_PAD, STEPPED, HopWalk, stepped
from ankletest.exams.members import driver_of, lost_words
from ankletest.exams.needs import CONTACTS, TRUNK, ranges
from ankletest.exams.stance import MARKER, span_of
from ankletest.metrics.profiles import HOPS
from ankletest.samples import FORCE, Block, G, Kind, Site
from ankletest.signals.contact import contacts_of
from ankletest.signals.foot_contact import foot_contacts_of, unbiased
from ankletest.signals.rest import still_force
from ankletest.signals.trunk_contact import trunk_contacts_of
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

KEY = "hops"
PAD_HZ, PAD_GOOD_HZ = 80.0, 200.0
IMU_HZ = 100.0
ESTIMATED = "a lumbar sensor estimates contact and flight times (±20 ms): heights, but no reactive strength and no stiffness"
DRIVERS = (Site.PAD, Site.FOOT, Site.LUMBAR)
"""Whose contacts count: force first, then by how sharp the site sees an edge (algorithms.md 2)."""
RATE_SLACK = 0.98
"""Rates are met within 2 % (E-RATE)."""

PHASES: dict[str, Phase] = {
    phase.name: phase
    for phase in (
        Phase("step on", "Step onto the pad."),
        Phase("countdown", "Get ready to hop."),
        Phase("still", "Stand still on one leg."),
        Phase("hop", "Hop: short on the ground, and high.", counted=True),
        Phase("done", "Well done. You can rest.", outcome=Outcome.COMPLETED),
        Phase("ended", "That was the end of the set. You can rest.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped. You can rest.", outcome=Outcome.STOPPED),
        Phase("invalid", "Please rest. We repeat this trial.", outcome=Outcome.INVALID),
    )
}
TICKING = ("countdown", "still", "hop")
_ENDS = {"stop": "stopped", "lost": "invalid"}
TABLE: dict[str, dict[str, str]] = {
    "step on": {"loaded": "still", "no pad": "countdown", "too long": "invalid", **_ENDS},
    "countdown": {"go": "hop", **_ENDS},
    "still": {"weighed": "hop", "restless": "hop", "took off": "hop", "off": "step on", **_ENDS},
    "hop": {
        "all hops": "done", "stayed down": "ended", "off": "ended", "too long": "ended", "no hops": "invalid", **_ENDS,
    },
    "done": {},
    "ended": {},
    "stopped": {},
    "invalid": {},
}  # fmt: skip


LEGS = Ask("legs", "legs", "", 1.0, 2.0, 1.0)
ASKS = (LEGS, beats.ASK)
TEMPOS = (
    beats.OWN,
    Tempo("Pogo 120 /min", {beats.KEY: 120.0}),
    Tempo("Pogo 140 /min", {beats.KEY: 140.0}),
    Tempo("Pogo 160 /min", {beats.KEY: 160.0}),
    Tempo("Pogo 180 /min", {beats.KEY: 180.0}),
)


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with instructions that name the leg, the number of hops, and the beat where there is one."""
    leg = "both legs" if EXAM.given(setup, LEGS.key) >= LEGS.most else f"your {setup.side.value} leg"
    told = f"Hop {setup.hops} times: short on the ground, and high."
    to_beat = f"Hop {setup.hops} times: land on every beat."
    return {
        **PHASES,
        "countdown": replace(PHASES["countdown"], instruction=f"Get ready to hop on {leg}."),
        "still": replace(PHASES["still"], instruction=f"Stand still on {leg}."),
        "hop": replace(PHASES["hop"], instruction=to_beat if math.isfinite(beats.beat_s(setup)) else told),
    }


def fit(members: Sequence[Member], setup: Setup) -> Verdict:  # noqa: ARG001  the rule of the contract knows the set-up
    """Tell whether devices may be used (metrics.md 4, algorithms.md 2.0)."""
    if not members or (all(m.kind is not Kind.PAD and m.site is Site.SHANK for m in members)):
        return Verdict(Fitness.REFUSED, ("hops need a force pad or a motion sensor on the foot",))
    device = driver_of(members, DRIVERS)
    rate = device.nominal_hz / RATE_SLACK
    if device.kind is Kind.PAD:
        if rate < PAD_HZ:
            return Verdict(Fitness.REFUSED, (f"{device.device}: {device.nominal_hz:g} Hz, {PAD_HZ:g} Hz needed",))
        if rate < PAD_GOOD_HZ:
            return Verdict(
                Fitness.LIMITED, (f"{device.device}: {device.nominal_hz:g} Hz, {PAD_GOOD_HZ:g} Hz recommended: edges are fitted",)
            )
        return Verdict(Fitness.GOOD)
    if rate < IMU_HZ:
        return Verdict(Fitness.REFUSED, (f"{device.device}: {device.nominal_hz:g} Hz, {IMU_HZ:g} Hz needed",))
    if device.site is Site.FOOT:
        return ranges(CONTACTS, device)
    if device.site is Site.LUMBAR:
        if not turns(device):
            return Verdict(Fitness.REFUSED, (f"{device.device}: it tells no turning rate, so what it feels upward is not known",))
        return Verdict(Fitness.LIMITED, (ESTIMATED,))
    return Verdict(Fitness.REFUSED, (f"a sensor on the {device.site.value} cannot tell take-offs; wear one on the foot",))


def turns(member: Member) -> bool:
    """Tell whether a motion sensor has a gyroscope; one without says that its range is 0."""
    return member.gyro_range_dps != 0.0


class HopRun:
    """A set of hops going on; see ``exams.base.Run``."""

    def __init__(self, setup: Setup, members: Sequence[Member], t_s: float) -> None:
        if not members:
            raise ExamError("Hops need a force pad or a motion sensor on the foot.", "Connect one and put it on.")
        self._setup = setup
        self._members = tuple(members)
        self._begin_s = t_s
        self._walk = HopWalk(setup, self._members, phases_for(setup), TABLE, t_s, drivers=DRIVERS)
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
        """Contacts that were followed by a landing."""
        return Progress(float(min(self._walk.hops, self._setup.hops)), float(self._setup.hops), "hops")

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
        primary = driver_of(self._members, DRIVERS)
        if device == primary.device:
            return self._walk.end("lost", t_s, lost_words(primary, self.phase.name, why))
        self._reasons.append(f"{device} was lost during the run{f' ({why})' if why else ''}")
        return []

    def live(self) -> Sequence[LiveNumber]:
        """Return numbers for the screen."""
        return self._walk.numbers()

    def trial(self, streams: Sequence[Stream]) -> Trial:
        """Make the trial; contacts are found again in the finally stamped streams."""
        walk, end = self._walk, self.end_s
        reasons = [c.why for c in walk.changes if c.why and c.phase.outcome is not None]
        reasons += self._reasons
        weight, note = _weight(walk.weight_n, self._setup, streams)
        reasons += [note] if note and math.isfinite(walk.take_off_s) else []
        driver = driver_of(self._members, DRIVERS).device
        found = [e for stream in streams for e in contacts_in(stream, weight)]
        # A pad that somebody walks over before the set is no part of it.
        begin = max((c.t_s for c in walk.changes if c.phase.name == "still"), default=self._begin_s)
        flights = [e for e in found if e.device == driver and _is_jump(e) and e.end_s > begin]
        start = flights[0].t_s if flights and math.isfinite(walk.take_off_s) else end
        phases = [Event(Happening.PHASE, c.t_s, note=c.phase.name) for c in walk.changes]
        ticks = beats.beats_in(self._setup, walk.changes, self._marks, ticking=TICKING, end_s=end)
        events = tuple(sorted([*phases, *found, *ticks, *self._marks], key=lambda e: (e.t_s, e.what.value, e.device)))
        outcome = self.phase.outcome or Outcome.STOPPED
        return Trial(
            self._setup, outcome, tuple(reasons), (self._begin_s, end), (min(start, end), end), events, tuple(streams), weight
        )  # fmt: skip


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run."""
    return HopRun(setup, members, t_s)


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything there is: all contacts and flights, no phases."""
    start, end = span_of(streams)
    weight, note = _weight(math.nan, setup, streams)
    found = [e for stream in streams for e in contacts_in(stream, weight)]
    events = tuple(sorted(found, key=lambda e: (e.t_s, e.what.value, e.device)))
    reasons = ("the whole record is taken: no phases were looked for", *([note] if note else []))
    return Trial(setup, Outcome.COMPLETED, reasons, (start, end), (start, end), events, tuple(streams), weight)


def contacts_in(stream: Stream, weight_n: float) -> list[Event]:
    """Return contacts and flights of a stream; flights that nobody pushed off for, and the contacts beside them, are not valid."""
    if len(stream.t_s) == 0 or not stream.rate_hz > 0.0:
        return []
    if stream.kind is Kind.IMU:
        if stream.site is Site.LUMBAR:
            return list(trunk_contacts_of(stream.t_s, stream.values, rate_hz=stream.rate_hz, device=stream.device))
        if stream.site is not Site.FOOT:
            return []
        return list(foot_contacts_in(stream))
    force = stream.values[:, FORCE]
    good = np.isfinite(force)
    found = contacts_of(stream.t_s, force, rate_hz=stream.rate_hz, averaging=stream.averaging, noise_n=stream.noise_n, device=stream.device)
    events = [
        stepped(e, stream.t_s[good], force[good], weight_n) if e.what is Happening.FLIGHT and math.isfinite(e.end_s) else e for e in found
    ]
    steps = [e for e in events if e.note == STEPPED]
    return [
        replace(e, valid=False, note=e.note or STEPPED)
        if e.what is Happening.CONTACT and any(e.end_s == step.t_s or e.t_s == step.end_s for step in steps)
        else e
        for e in events
    ]


def foot_contacts_in(stream: Stream) -> tuple[Event, ...]:
    """Return contacts and flights of a foot sensor, less the biases that its hops on a pad showed, where they are known."""
    found = foot_contacts_of(stream.t_s, stream.values, rate_hz=stream.rate_hz, gyro_range_dps=stream.gyro_range_dps, device=stream.device)
    touch, off = stream.standing.value("touch_down_s"), stream.standing.value("take_off_s")
    if not math.isfinite(touch + off):
        return found
    known = unbiased(found, touch_down_s=touch, take_off_s=off)
    # One hop of this person on this day, and what is left of the bias; a contact has two edges.
    hop_u = stream.standing.u("u_hop_s") / math.sqrt(2.0)
    return tuple(replace(event, u_s=hop_u) for event in known) if math.isfinite(hop_u) else known


def _is_jump(event: Event) -> bool:
    return event.what is Happening.FLIGHT and event.note != STEPPED and event.end_s - event.t_s <= FLIGHT_MOST_S


def _weight(weighed_n: float, setup: Setup, streams: Sequence[Stream]) -> tuple[float, str]:
    """Return the body weight and what is to be said of it: weighed, from the stillest second, from the known mass, or unknown."""
    if math.isfinite(weighed_n):
        return weighed_n, ""
    pad = next((s for s in streams if s.kind is Kind.PAD), None)
    still = still_force(pad.t_s, pad.values[:, FORCE], above_n=100.0) if pad is not None else None
    if still is not None:
        return still.mean_n, "body weight from the stillest second of the record"
    if setup.mass_kg:
        return setup.mass_kg * G, "body weight from the known mass" if pad is not None else ""
    return math.nan, "no still second to weigh the client (E-REST)" if pad is not None else "body mass is not known"


EXAM = Exam(
    KEY, "Repeated hops", PHASES, TABLE, fit, begin, whole, asks=ASKS, families=(HOPS,), drivers=DRIVERS, needs=(*CONTACTS, TRUNK),
    tempos=TEMPOS, ticking=TICKING,
)  # fmt: skip
STARTS = (START_PAD, START_IMU)
