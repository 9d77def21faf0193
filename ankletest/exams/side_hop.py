"""Side hops on one leg, across two lines: ten round trips on time (30 cm), or as many as possible in 30 s (40 cm).

The start hop is none: its landing is where time begins. Contacts are told by signals.contact and foot_contact; line touches are the
operator's marks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ankletest.exams import hops
from ankletest.exams.base import Exam, Fitness, LiveNumber, Member, Phase, Progress, Run, Verdict
from ankletest.exams.hop_walk import AWAY_S, DOWN_S, FLIGHT_MOST_S, eye_of
from ankletest.exams.members import driver_of
from ankletest.exams.needs import CONTACTS as CONTACT_NEEDS
from ankletest.exams.stance import span_of
from ankletest.exams.walker import Course, Seen, Timer, WalkRun, with_ends
from ankletest.exams.weighing import Weighing
from ankletest.metrics.side_hop import CONTACTS, DOUBLE_S, SECONDS
from ankletest.metrics.side_hops import COUNTED, SIDE_HOPS, TIMED
from ankletest.samples import FORCE, FloatArray, Kind, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

TOO_LONG_S = 60.0
"""Nobody steps on, nobody hops, or ten round trips take longer: given up, s."""
LATE_S = 0.15
"""Samples go on for so long after the last landing that counts, so that it is found again in the final samples, s."""
DISTANCE_CM = {TIMED: 30, COUNTED: 40}

PHASES: dict[str, Phase] = {
    phase.name: phase
    for phase in (
        Phase("step on", "Step onto the pad, beside the lines."),
        Phase("ready", "Stand on one leg, ready to hop."),
        Phase("hop", "Hop from side to side, across both lines.", counted=True),
        Phase("done", "Well done. You can rest.", outcome=Outcome.COMPLETED),
        Phase("ended", "That was the end of the set. You can rest.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped. You can rest.", outcome=Outcome.STOPPED),
        Phase("invalid", "Please rest. We repeat this trial.", outcome=Outcome.INVALID),
    )
}
TABLE: dict[str, dict[str, str]] = with_ends({
    "step on": {"loaded": "ready", "too long": "invalid"},
    "ready": {"go": "hop", "took off": "hop", "off": "step on"},
    "hop": {"all hops": "done", "time": "done", "stayed down": "ended", "off": "ended", "too long": "ended", "no hops": "invalid"},
    "done": {}, "ended": {}, "stopped": {}, "invalid": {},
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """When a set is over: after so many contacts, or so many seconds, after the landing of the start hop; the other is infinite."""

    contacts: float
    seconds: float


RULES = {TIMED: Rules(CONTACTS, math.inf), COUNTED: Rules(math.inf, SECONDS)}


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with instructions that name the leg and the task."""
    far = DISTANCE_CM[setup.exam]
    task = "Ten times there and back, as fast as you can." if setup.exam == TIMED else "As many hops as you can in thirty seconds."
    return {
        **PHASES,
        "ready": replace(PHASES["ready"], instruction=f"Stand on your {setup.side.value} leg beside the lines, {far} centimetres apart."),
        "hop": replace(PHASES["hop"], instruction=f"Go. {task}"),
    }


def fit(members: Sequence[Member], setup: Setup) -> Verdict:
    """Tell whether devices may be used: contacts as in repeated hops (metrics.md 4 and 8)."""
    if members and driver_of(members).site is Site.LUMBAR:
        return Verdict(Fitness.REFUSED, ("side hops need a force pad or a motion sensor on the foot",))
    verdict = hops.fit(members, setup)
    reasons = tuple(reason.replace("hops need", "side hops need") for reason in verdict.reasons)
    return replace(verdict, reasons=reasons)


class SideHopEye:
    """Watches the driving device; see ``walker.Observer``."""

    def __init__(self, setup: Setup, members: Sequence[Member]) -> None:
        self._rules = RULES[setup.exam]
        self._driver = driver_of(members)
        self._eye = eye_of(self._driver)
        self._weighing = Weighing(setup.mass_kg)
        self._pad = self._driver.kind is Kind.PAD
        self._since_s = self._ready_s = math.nan
        self._landings: list[float] = []
        self._contact_s = math.nan

    @property
    def hops(self) -> int:
        """Contacts after the landing of the start hop."""
        return max(len(self._landings) - 1, 0)

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        """Take a slice."""
        if self._pad:
            self._weighing.take(t_s, values[:, FORCE])
        events = self._eye.feed(t_s, values[:, FORCE] if self._pad else values)
        if phase == "step on":
            return [Seen("loaded", end_s)] if self._weighing.loaded else []
        out: list[Seen | Event] = []
        for event in events:
            out += self._take(event, phase)
        return [*out, *self._rest(phase, end_s)]

    def enter(self, phase: str, t_s: float) -> None:
        """Take note of a new phase."""
        self._since_s = t_s
        if phase == "ready":
            self._ready_s = t_s
            self._landings = []

    def numbers(self) -> Sequence[LiveNumber]:
        """Return numbers for the screen."""
        going = len(self._landings) > 1
        return (
            LiveNumber("hops", "contacts", "", float(self.hops), 0),
            LiveNumber("time", "time", "s", self._landings[-1] - self._landings[0] if going else None, 1),
            LiveNumber("contact_time", "contact", "ms", 1e3 * self._contact_s if self._contact_s > 0.0 else None, 0),
        )

    def progress(self, now_s: float) -> Progress:
        """Return contacts, or seconds."""
        if math.isfinite(self._rules.contacts):
            return Progress(float(min(self.hops, self._rules.contacts)), float(self._rules.contacts), "hops")
        done = now_s - self._landings[0] if self._landings else 0.0
        return Progress(min(max(done, 0.0), self._rules.seconds), self._rules.seconds, "s")

    def _take(self, event: Event, phase: str) -> list[Seen | Event]:
        if phase not in {"ready", "hop"} or not math.isfinite(event.end_s):
            return []
        if event.what is Happening.CONTACT:
            self._contact_s = event.end_s - event.t_s
            return [event]
        if event.end_s - event.t_s > FLIGHT_MOST_S or event.t_s < self._ready_s:
            return []
        out: list[Seen | Event] = [event]
        if not self._landings:
            out.append(Seen("took off", event.t_s))
        if not self._landings or event.end_s - self._landings[-1] >= DOUBLE_S:
            self._landings.append(event.end_s)
        return out

    def _rest(self, phase: str, end_s: float) -> list[Seen]:
        """Return what time tells: over, stayed down, or gone."""
        down = end_s - self._eye.since_s
        if phase == "ready":
            return [Seen("off", end_s)] if self._pad and self._weighing.empty and down > 1.0 and not self._landings else []
        if phase != "hop":
            return []
        if not self._landings:
            long = end_s - self._since_s > TOO_LONG_S
            return [Seen("no hops", end_s, f"nobody hopped within {TOO_LONG_S:.0f} s")] if long else []
        if self.hops >= self._rules.contacts and end_s - self._landings[-1] >= LATE_S:
            return [Seen("all hops", end_s)]
        if end_s - self._landings[0] >= self._rules.seconds + LATE_S:
            return [Seen("time", end_s)]
        asked = f" of {self._rules.contacts:.0f}" if math.isfinite(self._rules.contacts) else ""
        so_far = f"{self.hops}{asked} contacts"
        if self._eye.on and down > DOWN_S:
            return [Seen("stayed down", end_s, f"{so_far}, then more than {DOWN_S:.0f} s down")]
        if self._pad and not self._eye.on and down > AWAY_S:
            return [Seen("off", end_s, f"left the pad after {so_far}")]
        if end_s - self._landings[0] > TOO_LONG_S:
            return [Seen("too long", end_s, f"{so_far} in {TOO_LONG_S:.0f} s")]
        return []


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run."""
    eye = SideHopEye(setup, members)
    pad = driver_of(members).kind is Kind.PAD
    start = "step on" if pad else "ready"
    table = {start: TABLE[start], **{name: row for name, row in TABLE.items() if name != start}}
    timers = {
        "step on": (Timer(TOO_LONG_S, "too long", "nobody stepped on the pad"),),
        "ready": (Timer(setup.countdown_s, "go"),),
    }
    return WalkRun(setup, members, t_s, phases=phases_for(setup), table=table, timers=timers, observer=eye, finish=finish)


def finish(course: Course, streams: Sequence[Stream]) -> Trial:
    """Make the trial; contacts are found again in the finally stamped streams."""
    return _trial(course, streams, since_s=course.entered_s("ready"))


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything there is: all contacts and flights, no phases."""
    start, end = span_of(streams)
    driver = next((s for s in streams if s.kind is Kind.PAD), streams[0])
    member = Member(driver.device, driver.kind, driver.site, driver.side, driver.nominal_hz)
    course = Course(setup, (member,), start, end, Outcome.COMPLETED, ("the whole record is taken: no phases were looked for",), (), (), ())
    return _trial(course, streams, since_s=start)


def _trial(course: Course, streams: Sequence[Stream], *, since_s: float) -> Trial:
    found = [event for stream in streams for event in hops.contacts_in(stream, math.nan)]
    driver = course.driver.device
    flights = [e for e in found if e.device == driver and e.what is Happening.FLIGHT and math.isfinite(e.end_s)]
    landings = [e.end_s for e in flights if e.t_s >= since_s and e.end_s - e.t_s <= FLIGHT_MOST_S]
    first = landings[0] if landings else course.end_s
    last = min(course.end_s, first + RULES[course.setup.exam].seconds)
    inside = [at for at in landings if at <= last + 1e-9]
    until = last if math.isfinite(RULES[course.setup.exam].seconds) else max(inside, default=last)
    return course.trial(streams, window_s=(min(first, until), until), events=found)


def _exam(key: str, title: str) -> Exam:
    return Exam(key, title, PHASES, TABLE, fit, begin, whole, families=(SIDE_HOPS,), needs=CONTACT_NEEDS)


EXAM = _exam(TIMED, "Side hop, 10 round trips over 30 cm")
EXAM_30_S = _exam(COUNTED, "Side hop, 30 s over 40 cm")
