"""Landing on a random cue: stand still on one leg, hop when told to, land on the same leg and hold; again, a few times.

The instants of the cues are drawn before the run begins, from its set-up alone, so that a replay has the same; a client who is not yet
still again lets one pass. What the client hears comes a little later than the phase: an operator's mark ``cue``, made where the sound is
made, says when. Take-offs, landings and first movements are found again in the final samples.
"""

import math
import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ankletest.exams.base import Ask, Exam, Fitness, LiveNumber, Member, Phase, Progress, Run, Verdict
from ankletest.exams.members import driver_of
from ankletest.exams.needs import CONTACTS
from ankletest.exams.walker import Course, Seen, Timer, WalkRun, with_ends
from ankletest.exams.weighing import Weighing
from ankletest.metrics.reaction_entries import ANTICIPATED_S, FAMILY
from ankletest.samples import FORCE, FloatArray, G, Kind
from ankletest.signals.contact import contacts_of
from ankletest.signals.reaction import first_movement
from ankletest.signals.rest import still_force
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

KEY = "reactive_landing"
MARK = "cue"
"""Note of the mark that says when the client was told."""
MARK_WITHIN_S = 1.0
PAD_HZ, PAD_GOOD_HZ = 80.0, 200.0
RATE_SLACK = 0.98
FIRST_S, EVERY_S, RANDOM_S = 7.0, 9.0, 3.0
"""The cues: the first so long after the begin, then every nine seconds, each later by a random part of three seconds."""
BEFORE_S = 1.2
"""The client has been still for so long when a cue comes: first movements are told from the last second."""
REACT_S, AIR_S, HOLD_S = 3.0, 1.5, 3.0
"""Who has not left the pad by then did not react; nobody flies so long; the landing is held so long."""
NOBODY_S, RESTLESS_S = 60.0, 60.0
OFF_N, OFF_S, DOWN_BW, LEFT_S = 20.0, 0.06, 0.5, 0.5
"""Live: in the air below 20 N for 60 ms, down again from half the weight on; off the pad for longer has left it."""
MOVED_BW = 0.15
"""Live: who moves so much before the cue has started too early."""

ASKS = (Ask("landings", "Landings on a cue", "", 3.0, 12.0, 5.0),)
PHASES: dict[str, Phase] = {
    phase.name: phase
    for phase in (
        Phase("step on", "Step onto the pad."),
        Phase("still", "Stand still on one leg."),
        Phase("wait", "Wait for the cue."),
        Phase("go", "Hop!"),
        Phase("air", "Land softly."),
        Phase("hold", "Hold it.", counted=True),
        Phase("done", "Well done. You can rest.", outcome=Outcome.COMPLETED),
        Phase("ended", "That was the end of the set. You can rest.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped. You can rest.", outcome=Outcome.STOPPED),
        Phase("invalid", "Please rest. We repeat this trial.", outcome=Outcome.INVALID),
    )
}
TABLE = with_ends({
    "step on": {"loaded": "still", "nobody": "invalid"},
    "still": {"weighed": "wait", "all landings": "done", "off": "step on", "restless": "ended"},
    "wait": {"cue": "go", "early": "still", "off": "step on"},
    "go": {"took off": "air", "no reaction": "still"},
    "air": {"landed": "hold", "off": "ended"},
    "hold": {"held": "still", "off": "ended"},
    "done": {}, "ended": {}, "stopped": {}, "invalid": {},
})  # fmt: skip


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with instructions that name the leg."""
    leg = f"{setup.side.value} leg"
    return {
        **PHASES,
        "still": replace(PHASES["still"], instruction=f"Stand still on your {leg}. On the cue, hop and land on it."),
        "air": replace(PHASES["air"], instruction=f"Land softly on your {leg}."),
    }


def cue_s(setup: Setup, number: int) -> float:
    """Return when cue ``number`` comes, seconds after the begin of the run: random, and known from the set-up alone."""
    name = f"{setup.exam} {setup.side.value} {setup.trial}"
    part = float(np.random.default_rng((zlib.crc32(name.encode()), number)).random())
    return FIRST_S + EVERY_S * number + RANDOM_S * part


def fit(members: Sequence[Member], setup: Setup) -> Verdict:  # noqa: ARG001  the rule of the contract knows the set-up
    """Tell whether devices may be used: only a pad sees the first movement and the landing alike."""
    pads = [member for member in members if member.kind is Kind.PAD]
    if not pads:
        return Verdict(Fitness.REFUSED, ("landing on a cue needs a force pad",))
    rate = pads[0].nominal_hz / RATE_SLACK
    if rate < PAD_HZ:
        return Verdict(Fitness.REFUSED, (f"{pads[0].device}: {pads[0].nominal_hz:g} Hz, {PAD_HZ:g} Hz needed",))
    if rate < PAD_GOOD_HZ:
        return Verdict(Fitness.LIMITED, (f"{pads[0].device}: {pads[0].nominal_hz:g} Hz, {PAD_GOOD_HZ:g} Hz recommended",))
    return Verdict(Fitness.GOOD)


class _Eye:
    """Follows the force of the pad, and the cues."""

    def __init__(self, setup: Setup, begin_s: float) -> None:
        self._setup, self._begin_s = setup, begin_s
        self._landings = round(EXAM.given(setup, "landings"))
        self._weighing = Weighing(setup.mass_kg)
        self._phase, self._since_s = "", math.nan
        self._off_s = math.nan
        self._cue_s = math.nan
        self._cues = 0
        self._done = 0
        self._reaction_s = math.nan

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        """Take a slice."""
        force = values[:, FORCE]
        good = np.isfinite(force)
        if not bool(good.any()):
            return []
        t_s, force = t_s[good], force[good]
        self._weighing.take(t_s, force)
        if float(force.max()) >= OFF_N:
            self._off_s = math.nan
        elif math.isnan(self._off_s):
            self._off_s = float(t_s[0])
        waited = end_s - self._since_s
        match phase:
            case "step on":
                if self._weighing.loaded:
                    return [Seen("loaded", end_s)]
                return [Seen("nobody", end_s, "nobody stepped on the pad")] if waited >= NOBODY_S else []
            case "still":
                return self._still(end_s, waited)
            case "wait":
                return self._wait(force, end_s)
            case "go":
                return self._go(end_s, waited)
            case "air" if waited > AIR_S:
                return [Seen("off", end_s, "the landing was beside the pad")]
            case "air" if float(force.max()) >= DOWN_BW * self._weighing.weight_n:
                return [Seen("landed", end_s)]
            case "hold" if end_s - self._off_s >= LEFT_S:
                return [Seen("off", end_s, f"left the pad {waited:.1f} s after a landing")]
            case _:
                return []

    def enter(self, phase: str, t_s: float) -> None:
        """Take note of a new phase; to stand still is to be weighed again, and to wait is to wait for the next cue that leaves time."""
        self._done += self._phase == "hold" and phase == "still"
        self._phase, self._since_s = phase, t_s
        if phase == "still":
            self._weighing.forget()
        elif phase == "wait":
            while (at := self._begin_s + cue_s(self._setup, self._cues)) < t_s + BEFORE_S:
                self._cues += 1
            self._cue_s = at

    def numbers(self) -> Sequence[LiveNumber]:
        """Return the last reaction, as the pad saw it live: until the client had left."""
        seen = self._reaction_s if math.isfinite(self._reaction_s) else None
        return (LiveNumber("left", "cue to leaving the pad", "s", seen, 2), LiveNumber("landings", "landings", "", float(self._done), 0))

    def progress(self, now_s: float) -> Progress:  # noqa: ARG002  landings are counted, not seconds
        """Return how many landings were held."""
        return Progress(float(min(self._done, self._landings)), float(self._landings), "landings")

    def _gone(self, end_s: float) -> bool:
        return end_s - self._off_s >= AIR_S

    def _still(self, end_s: float, waited: float) -> list[Seen]:
        if self._done >= self._landings:
            return [Seen("all landings", end_s)]
        if self._gone(end_s):
            return [Seen("off", end_s)]
        if waited >= 1.0 and self._weighing.weigh():
            return [Seen("weighed", end_s)]
        return [Seen("restless", end_s, "never stood still long enough for a cue")] if waited >= RESTLESS_S else []

    def _wait(self, force: FloatArray, end_s: float) -> list[Seen]:
        if self._gone(end_s):
            return [Seen("off", end_s)]
        if float(np.max(np.abs(force - self._weighing.weight_n))) > MOVED_BW * self._weighing.weight_n:
            return [Seen("early", end_s)]
        if end_s < self._cue_s:
            return []
        self._cues += 1
        return [Seen("cue", self._cue_s)]

    def _go(self, end_s: float, waited: float) -> list[Seen]:
        if end_s - self._off_s >= OFF_S:
            self._reaction_s = self._off_s - self._cue_s
            return [Seen("took off", end_s)]
        return [Seen("no reaction", end_s)] if waited >= REACT_S else []


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run."""
    timers = {"hold": (Timer(HOLD_S, "held"),)}
    return WalkRun(
        setup, members, t_s, phases=phases_for(setup), table=TABLE, timers=timers, observer=_Eye(setup, t_s), finish=finish
    )  # fmt: skip


def finish(course: Course, streams: Sequence[Stream]) -> Trial:
    """Make the trial: each cue, and what came of it in the final samples."""
    pad = next((stream for stream in streams if stream.device == driver_of(course.members).device), None)
    cues = [(change.t_s, _told_s(course, change.t_s)) for change in course.phases if change.phase.name == "go"]
    start = max(course.begin_s, cues[0][0] - BEFORE_S) if cues else course.end_s
    early = sum(1 for a, b in zip(course.phases, course.phases[1:], strict=False) if (a.phase.name, b.phase.name) == ("wait", "still"))
    reasons = (f"{early} false starts before a cue",) if early else ()
    events = events_of(pad, [told for _, told in cues], course.end_s) if pad is not None else []
    weight = _weight(pad, course.setup)
    return course.trial(streams, window_s=(start, course.end_s), events=events, body_weight_n=weight, reasons=reasons)


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything there is: contacts and flights, but no cue that anybody knows of."""
    pads = [stream for stream in streams if stream.kind is Kind.PAD]
    every = pads or list(streams)
    start, end = min(float(s.t_s[0]) for s in every), max(float(s.t_s[-1]) for s in every)
    events = events_of(pads[0], [], end) if pads else []
    reasons = ("the whole record is taken: it does not say when the cues were",)
    weight = _weight(pads[0] if pads else None, setup)
    return Trial(setup, Outcome.COMPLETED, reasons, (start, end), (start, end), tuple(events), tuple(streams), weight)


def events_of(pad: Stream, cues_s: Sequence[float], end_s: float) -> list[Event]:
    """Return the cues, first movements, flights and contacts of a pad; a cue that led to nothing is not valid and says why."""
    good = np.isfinite(pad.values[:, FORCE])
    t, force = pad.t_s[good], pad.values[good, FORCE]
    found = list(contacts_of(t, force, rate_hz=pad.rate_hz, averaging=pad.averaging, noise_n=pad.noise_n, device=pad.device))
    flights = [e for e in found if e.what is Happening.FLIGHT and e.valid and e.end_s - e.t_s <= AIR_S]
    for number, cue in enumerate(cues_s):
        until = cues_s[number + 1] if number + 1 < len(cues_s) else end_s
        flight = next((e for e in flights if cue < e.t_s < min(cue + REACT_S, until) and e.end_s < until), None)
        start = first_movement(t, force, cue_s=cue, until_s=flight.t_s) if flight is not None else None
        why = ""
        if flight is None:
            why = "no hop came of it"
        elif start is None:
            why = "E-REST: no still second before it"
        elif start.t_s - cue < ANTICIPATED_S:
            why = f"anticipated: moved {start.t_s - cue:.3f} s after it"
        found.append(Event(Happening.CUE, cue, device=pad.device, valid=not why, note=why))
        if start is not None and flight is not None:
            step = 1.0 / (pad.rate_hz * math.sqrt(12.0))
            found.append(Event(Happening.MOVEMENT, start.t_s, flight.end_s, device=pad.device, valid=not why, note=why, u_s=step))
    return found


def _told_s(course: Course, phase_s: float) -> float:
    """Return when the client was told: by the mark, else by the phase."""
    marks = [mark.t_s for mark in course.marks if mark.note == MARK and phase_s <= mark.t_s < phase_s + MARK_WITHIN_S]
    return min(marks, default=phase_s)


def _weight(pad: Stream | None, setup: Setup) -> float:
    still = still_force(pad.t_s, pad.values[:, FORCE], above_n=100.0) if pad is not None else None
    if still is not None:
        return still.mean_n
    return setup.mass_kg * G if setup.mass_kg else math.nan


EXAM = Exam(KEY, "Landing on a random cue", PHASES, TABLE, fit, begin, whole, asks=ASKS, families=(FAMILY,), needs=CONTACTS[:1])
