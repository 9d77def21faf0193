"""Drop jump: step off a box, touch the ground for as short as possible, jump as high as possible; the numbers are metrics' business."""

import math
from collections.abc import Sequence
from dataclasses import replace

from ankletest.exams.base import Ask, Exam, Fitness, LiveNumber, Member, Phase, Progress, Run, Verdict
from ankletest.exams.hops import IMU_HZ, PAD_GOOD_HZ, PAD_HZ, RATE_SLACK
from ankletest.exams.jump import LEGS, from_phase, whole
from ankletest.exams.members import driver_of
from ankletest.exams.needs import CONTACTS, ranges
from ankletest.exams.walker import Course, Seen, Timer, WalkRun, with_ends
from ankletest.metrics.contacts import CONTACT_S, FLIGHT_S
from ankletest.metrics.drop_jump import BOX, DROP_JUMPS
from ankletest.metrics.hop import height_m
from ankletest.samples import FORCE, FloatArray, Kind, Site
from ankletest.signals.contact import ForceContacts
from ankletest.signals.foot_contact import FootContacts
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

KEY = "drop_jump"
BOX_ASK = Ask(BOX, "height of the box", "m", 0.05, 0.80, default=0.30, decimals=2)
READY_S = 2.0
"""The pad is empty for so long before the client may drop: it is tared meanwhile."""
LAND_S = 2.0
"""Standing after the second landing: the client is weighed."""
MISSED_S = 2.0
"""On the ground for longer the client did not jump."""

PHASES: dict[str, Phase] = {
    phase.name: phase
    for phase in (
        Phase("ready", "Stand on the box, beside the pad."),
        Phase("drop", "Step off the box. Be quick on the ground, and jump high."),
        Phase("landed", "Stand still.", counted=True),
        Phase("done", "Well done. You can rest.", outcome=Outcome.COMPLETED),
        Phase("missed", "There was no jump. You can rest.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped. You can rest.", outcome=Outcome.STOPPED),
        Phase("invalid", "Please rest. We repeat this trial.", outcome=Outcome.INVALID),
    )
}
TABLE = with_ends({
    "ready": {"empty": "drop", "too long": "invalid"},
    "drop": {"jumped": "landed", "stayed": "missed", "too long": "missed"},
    "landed": {"held": "done", "gone": "done"},
    "done": {}, "missed": {}, "stopped": {}, "invalid": {},
})  # fmt: skip
TIMERS = {
    "ready": (Timer(60.0, "too long", "the pad was not empty"),),
    "drop": (Timer(30.0, "too long", "no drop within 30 s"),),
    "landed": (Timer(LAND_S, "held"),),
}


class DropEye:
    """Sees an empty pad, a short contact with a flight after it, and somebody who stays down."""

    def __init__(self, member: Member, t_s: float) -> None:
        self._pad = member.kind is Kind.PAD
        self._force = ForceContacts(rate_hz=member.nominal_hz, averaging=member.averaging)
        self._foot = FootContacts(rate_hz=member.nominal_hz, gyro_range_dps=member.gyro_range_dps)
        self._entered_s = t_s
        self._contact: Event | None = None
        self._ct = self._ft = math.nan

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        """Take a slice."""
        events = self._force.feed(t_s, values[:, FORCE]) if self._pad else self._foot.feed(t_s, values)
        seen: list[Seen | Event] = []
        for event in events:
            if event.what is Happening.CONTACT:
                self._contact = event
            elif event.what is Happening.FLIGHT and self._jumped(event):
                seen.append(Seen("jumped", event.end_s))
        on, since = (self._force.on, self._force.since_s) if self._pad else (self._foot.on, self._foot.since_s)
        if phase == "ready" and end_s - max(since if self._pad else -math.inf, self._entered_s) > READY_S and not (on and self._pad):
            seen.append(Seen("empty", end_s))
        if phase == "drop" and self._pad and on and end_s - since > MISSED_S:
            seen.append(Seen("stayed", end_s, "landed and did not jump"))
        if phase == "landed" and self._pad and not on and end_s - since > MISSED_S / 2.0:
            seen.append(Seen("gone", end_s, "left the pad soon after the landing"))
        return seen

    def _jumped(self, flight: Event) -> bool:
        """Tell whether a flight follows a short contact; keep both for the screen."""
        contact = self._contact
        if contact is None or not contact.valid or not contact.t_s > self._entered_s:
            return False
        ct, ft = contact.end_s - contact.t_s, flight.end_s - flight.t_s
        if not (CONTACT_S[0] <= ct <= CONTACT_S[1] and FLIGHT_S[0] <= ft <= FLIGHT_S[1] and abs(contact.end_s - flight.t_s) < CONTACT_S[0]):
            return False
        self._ct, self._ft = ct, ft
        return True

    def enter(self, phase: str, t_s: float) -> None:
        """Take note of a new phase."""
        if phase in {"ready", "drop"}:
            self._entered_s = t_s

    def numbers(self) -> Sequence[LiveNumber]:
        """Return RSI, contact time and height."""
        seen = math.isfinite(self._ct)
        height = float(height_m(self._ft)) if seen else math.nan  # type: ignore[arg-type]  # a float is a 0-d array to the formula
        return (
            LiveNumber("drop_rsi", "RSI", "m/s", height / self._ct if seen else None, 2),
            LiveNumber("drop_contact", "contact time", "s", self._ct if seen else None, 3),
            LiveNumber("drop_height", "jump height (flight time)", "m", height if seen else None, 3),
        )

    def progress(self, now_s: float) -> Progress:  # noqa: ARG002  the contract tells the time, a jump does not need it
        """Return whether the jump was seen."""
        return Progress(float(math.isfinite(self._ct)), 1.0, "jumps")


def fit(members: Sequence[Member], setup: Setup) -> Verdict:  # noqa: ARG001  the rule of the contract knows the set-up
    """Tell whether devices may be used; the rule of hops (metrics.md 4)."""
    if not any(m.kind is Kind.PAD or m.site is Site.FOOT for m in members):
        return Verdict(Fitness.REFUSED, ("a drop jump needs a force pad, or a motion sensor on the foot",))
    device = driver_of(members)
    rate = device.nominal_hz / RATE_SLACK
    least = PAD_HZ if device.kind is Kind.PAD else IMU_HZ
    if rate < least:
        return Verdict(Fitness.REFUSED, (f"{device.device}: {device.nominal_hz:g} Hz, {least:g} Hz needed",))
    if device.kind is not Kind.PAD:
        return ranges(CONTACTS, device)
    if rate < PAD_GOOD_HZ:
        return Verdict(Fitness.LIMITED, (f"{device.device}: {device.nominal_hz:g} Hz, {PAD_GOOD_HZ:g} Hz recommended",))
    return Verdict(Fitness.GOOD)


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with instructions that name the leg."""
    leg = "both legs" if EXAM.given(setup, LEGS.key) == LEGS.most else f"your {setup.side.value} leg"
    drop = replace(PHASES["drop"], instruction=f"Step off and land on {leg}. Be quick on the ground, and jump high.")
    return {**PHASES, "drop": drop}


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run."""
    eye = DropEye(driver_of(members), t_s)
    return WalkRun(setup, members, t_s, phases=phases_for(setup), table=TABLE, timers=TIMERS, observer=eye, finish=finish)


def finish(course: Course, streams: Sequence[Stream]) -> Trial:
    """Make the trial: contacts and flights are found again in the finally stamped streams."""
    return from_phase(course, streams, "drop")


EXAM = Exam(KEY, "Drop jump", PHASES, TABLE, fit, begin, whole, asks=(BOX_ASK, LEGS), families=(DROP_JUMPS,), needs=CONTACTS)
STARTS = ("ready",)
