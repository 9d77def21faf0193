"""Countermovement jump, on one leg or two: stand still, jump as high as you can, land and stand; the numbers are metrics' business."""

import math
from collections.abc import Sequence
from dataclasses import replace

from ankletest.exams.base import Ask, Exam, Fitness, LiveNumber, Member, Phase, Progress, Run, Verdict
from ankletest.exams.hop_walk import eye_of
from ankletest.exams.hops import DRIVERS, contacts_in, turns
from ankletest.exams.members import driver_of
from ankletest.exams.needs import CONTACTS, TRUNK, ranges
from ankletest.exams.stance import span_of
from ankletest.exams.walker import Course, Seen, Timer, WalkRun, with_ends
from ankletest.exams.weighing import Weighing
from ankletest.metrics.jump import flight_height_m
from ankletest.metrics.jump_evidence import FLIGHT_S, GO, GOOD_HZ, IMU_HZ, JUMPS, LEAST_HZ, RATE_SLACK
from ankletest.samples import FORCE, FloatArray, G, Kind, Site
from ankletest.signals.rest import still_force
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

KEY = "jump"
PAD_HZ = 80.0
"""Flight time needs this much."""
LEGS = Ask("legs", "legs on the ground", "", 1.0, 2.0, default=1.0)
LAND_S = 2.5
"""Standing after the landing: a still second shows whether the integral comes back to rest."""
GONE_S = 1.2
"""Off the pad for longer, nobody is in the air: a step off, or a landing beside it."""

PHASES: dict[str, Phase] = {
    phase.name: phase
    for phase in (
        Phase("step on", "Step onto the pad."),
        Phase("ready", "Get ready to jump."),
        Phase("still", "Stand still."),
        Phase(GO, "Jump as high as you can."),
        Phase("landed", "Stand still.", counted=True),
        Phase("done", "Well done. You can rest.", outcome=Outcome.COMPLETED),
        Phase("missed", "That was no jump. You can rest.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped. You can rest.", outcome=Outcome.STOPPED),
        Phase("invalid", "Please rest. We repeat this trial.", outcome=Outcome.INVALID),
    )
}
TABLE = with_ends({
    "step on": {"loaded": "still", "no pad": "ready", "too long": "invalid"},
    "ready": {"go": GO},
    "still": {"weighed": GO, "restless": GO, "jumped": "landed", "gone": "step on"},
    GO: {"jumped": "landed", "gone": "missed", "too long": "missed"},
    "landed": {"held": "done", "gone": "done"},
    "done": {}, "missed": {}, "stopped": {}, "invalid": {},
})  # fmt: skip
TIMERS = {
    "step on": (Timer(60.0, "too long", "nobody stepped on the pad"),),
    "still": (Timer(10.0, "restless"),),
    GO: (Timer(20.0, "too long", "no jump within 20 s"),),
    "landed": (Timer(LAND_S, "held"),),
}


class JumpEye:
    """Sees standing still, a flight, and a pad that stays empty."""

    def __init__(self, setup: Setup, member: Member) -> None:
        self._pad = member.kind is Kind.PAD
        self._weighing = Weighing(setup.mass_kg)
        self._eye = eye_of(member)
        self._flight_s = math.nan
        self._since_s = 0.0

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        """Take a slice."""
        seen: list[Seen | Event] = []
        if self._pad:
            self._weighing.take(t_s, values[:, FORCE])
        events = self._eye.feed(t_s, values[:, FORCE] if self._pad else values)
        for event in events:
            if event.what is Happening.FLIGHT and event.valid and FLIGHT_S[0] <= event.end_s - event.t_s <= FLIGHT_S[1]:
                self._flight_s = event.end_s - event.t_s
                seen.append(Seen("jumped", event.end_s))
        if self._pad and phase == "still" and self._weighing.weigh() and self._weighing.at_s >= self._since_s + 1.0:
            seen.append(Seen("weighed", end_s))
        if self._pad and self._weighing.loaded:
            seen.append(Seen("loaded", end_s))
        if self._pad and not self._eye.on and end_s - self._eye.since_s > GONE_S:
            seen.append(Seen("gone", end_s, _gone(phase)))
        return seen

    def enter(self, phase: str, t_s: float) -> None:
        """Weigh anew when somebody steps on."""
        if phase == "still":
            self._weighing.forget()
        self._since_s = t_s

    def numbers(self) -> Sequence[LiveNumber]:
        """Return flight time, and the height that goes with it."""
        flight = self._flight_s if math.isfinite(self._flight_s) else None
        return (
            LiveNumber("flight_height", "jump height (flight time)", "m", None if flight is None else flight_height_m(flight), 3),
            LiveNumber("flight_time", "flight time", "s", flight, 3),
        )

    def progress(self, now_s: float) -> Progress:  # noqa: ARG002  the contract tells the time, a jump does not need it
        """Return whether the jump was seen."""
        return Progress(float(math.isfinite(self._flight_s)), 1.0, "jumps")


def _gone(phase: str) -> str:
    return "stepped off, or landed beside the pad" if phase == GO else "left the pad soon after the landing" if phase == "landed" else ""


def fit(members: Sequence[Member], setup: Setup) -> Verdict:  # noqa: ARG001  the rule of the contract knows the set-up
    """Tell whether devices may be used: a pad for all numbers, a sensor on foot or trunk for the height alone (algorithms.md 6)."""
    if not any(m.kind is Kind.PAD or m.site in {Site.FOOT, Site.LUMBAR} for m in members):
        return Verdict(Fitness.REFUSED, ("a jump needs a force pad, or a motion sensor on the foot or the lower back",))
    device = driver_of(members, DRIVERS)
    rate = device.nominal_hz / RATE_SLACK
    least, impulse = (PAD_HZ, LEAST_HZ) if device.kind is Kind.PAD else (IMU_HZ, 0.0)
    if rate < least:
        return Verdict(Fitness.REFUSED, (f"{device.device}: {device.nominal_hz:g} Hz, {least:g} Hz needed",))
    if device.site is Site.LUMBAR and not turns(device):
        return Verdict(Fitness.REFUSED, (f"{device.device}: it tells no turning rate, so what it feels upward is not known",))
    if device.site is Site.LUMBAR:
        return Verdict(Fitness.LIMITED, ("no force pad: the height is estimated by the trunk's velocity and its flight time",))
    if device.kind is not Kind.PAD:
        told = ranges(CONTACTS, device)
        why = (
            told.reasons
            if told.fitness is Fitness.REFUSED
            else ("no force pad: the height is told by the flight time alone", *told.reasons)
        )
        return Verdict(told.fitness if told.fitness is Fitness.REFUSED else Fitness.LIMITED, why)
    if rate < impulse:
        return Verdict(Fitness.LIMITED, (f"{device.device}: {device.nominal_hz:g} Hz, flight time only: an impulse needs {impulse:g} Hz",))
    if rate < GOOD_HZ:
        return Verdict(Fitness.LIMITED, (f"{device.device}: {device.nominal_hz:g} Hz, {GOOD_HZ:g} Hz recommended",))
    return Verdict(Fitness.GOOD)


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with instructions that name the leg."""
    leg = "both legs" if EXAM.given(setup, LEGS.key) == LEGS.most else f"your {setup.side.value} leg"
    said = {"still": f"Stand still on {leg}.", GO: f"Jump as high as you can from {leg}.", "landed": f"Stand still on {leg}."}
    return {name: replace(phase, instruction=said.get(name, phase.instruction)) for name, phase in PHASES.items()}


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run; without a pad it begins with a countdown."""
    driver = driver_of(members, DRIVERS)
    start = "step on" if driver.kind is Kind.PAD else "ready"
    table = {start: TABLE[start], **TABLE}
    timers = {**TIMERS, "ready": (Timer(setup.countdown_s, "go"),)}
    return WalkRun(
        setup, members, t_s, phases=phases_for(setup), table=table, timers=timers, observer=JumpEye(setup, driver), finish=finish,
        drivers=DRIVERS,
    )  # fmt: skip


def finish(course: Course, streams: Sequence[Stream]) -> Trial:
    """Make the trial: contacts and flights are found again in the finally stamped streams."""
    return from_phase(course, streams, "still" if course.driver.kind is Kind.PAD else GO)


def from_phase(course: Course, streams: Sequence[Stream], phase: str) -> Trial:
    """Make a trial whose window begins with a phase; a drop jump's is made like this too."""
    weight, note = weight_of(course.setup, streams)
    events = [e for stream in streams for e in contacts_in(stream, weight)]
    start = course.entered_s(phase)
    window = (start if math.isfinite(start) else course.begin_s, course.end_s)
    return course.trial(streams, window_s=window, events=events, body_weight_n=weight, reasons=note)


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything there is, without phases."""
    span = span_of(streams)
    weight, note = weight_of(setup, streams)
    events = tuple(e for stream in streams for e in contacts_in(stream, weight))
    reasons = ("the whole record is taken: no phases were looked for", *note)
    return Trial(setup, Outcome.COMPLETED, reasons, span, span, events, tuple(streams), weight)


def weight_of(setup: Setup, streams: Sequence[Stream]) -> tuple[float, tuple[str, ...]]:
    """Return the body weight that tells jumps from steps, N, and what is to be said of it: the stillest second, else the known mass."""
    pad = next((s for s in streams if s.kind is Kind.PAD), None)
    still = still_force(pad.t_s, pad.values[:, FORCE], above_n=100.0) if pad is not None else None
    if still is not None:
        return still.mean_n, ()
    if setup.mass_kg:
        return setup.mass_kg * G, ("body weight from the known mass",) if pad is not None else ()
    return math.nan, ("no still second to weigh the client (E-REST)",) if pad is not None else ()


EXAM = Exam(
    KEY, "Countermovement jump", PHASES, TABLE, fit, begin, whole, asks=(LEGS,), families=(JUMPS,), drivers=DRIVERS,
    needs=(*CONTACTS, TRUNK),
)  # fmt: skip
STARTS = ("step on", "ready")
