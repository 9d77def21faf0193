"""An exam of one joint that bends some times: stand still, bend, done; lunge, squat and plantarflexion are made of it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ankletest.exams.base import Ask, Exam, Fitness, Member, Phase, Run, Verdict
from ankletest.exams.bend_eye import BendEye
from ankletest.exams.needs import ranges, turning
from ankletest.exams.stance import span_of
from ankletest.exams.walker import Course, Timer, WalkRun, with_ends
from ankletest.metrics.bends import Bends
from ankletest.metrics.inclines import RATE_HZ, worn
from ankletest.samples import RAD_PER_DEG, G, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

NOT_STILL_S = 30.0
"""Nobody keeps still for so long: the run is given up."""
RATE_SLACK = 0.98


@dataclass(frozen=True, slots=True)
class Kind:
    """What is particular to one of these exams.

    Parameters
    ----------
    key, title
        As ``Exam``.
    go
        Name of the phase of the movement; also the noun of one on screen, in the plural, is ``noun``.
    ready, still, instruction
        What the client is told; ``{leg}`` is the tested one.
    site
        Where the sensor is that drives it.
    needs
        The sentence for a set of devices without it.
    wanted
        How many are asked for unless told otherwise.
    better
        A second sensor that makes it better, and the sentence where it is missing; None for none.
    find
        Makes the bends of a trial, for its events.
    """

    key: str
    title: str
    go: str
    noun: str
    ready: str
    still: str
    instruction: str
    site: Site
    needs: str
    wanted: int
    better: tuple[Site, str] | None
    find: Callable[[Trial], Bends]


def exam_of(kind: Kind, *, asks: tuple[Ask, ...], family: str) -> Exam:
    """Return the exam."""
    phases = {phase.name: phase for phase in _phases(kind, "leg")}
    table = with_ends({
        "ready": {"go": "still"},
        "still": {"quiet": kind.go, "restless": "invalid"},
        kind.go: {"all": "done", "rest": "done", "none": "none"},
        "done": {}, "none": {}, "stopped": {}, "invalid": {},
    })  # fmt: skip
    count = Ask("reps", f"{kind.noun} asked for", "", 1.0, 20.0, float(kind.wanted))

    def fit(members: Sequence[Member], setup: Setup) -> Verdict:  # noqa: ARG001  the rule of the contract knows the set-up
        return _fit(kind, members)

    def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
        timers = {
            "ready": (Timer(setup.countdown_s, "go"),),
            "still": (Timer(NOT_STILL_S, "restless", f"nobody kept still for {NOT_STILL_S:.0f} s"),),
        }
        wanted = round(setup.given.get("reps", kind.wanted))
        eye = BendEye(members, (kind.site,), go=kind.go, wanted=wanted, noun=kind.noun)
        named = {phase.name: phase for phase in _phases(kind, f"{setup.side.value} leg")}
        return WalkRun(
            setup, members, t_s, phases=named, table=table, timers=timers, observer=eye, finish=finish, drivers=(kind.site,)
        )  # fmt: skip

    def finish(course: Course, streams: Sequence[Stream]) -> Trial:
        start = course.entered_s(kind.go)
        window = (start if math.isfinite(start) else course.end_s, course.end_s)
        trial = course.trial(streams, window_s=window, body_weight_n=_weight(course.setup))
        return _with_bends(kind, trial) if math.isfinite(start) else trial

    def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
        start, end = span_of([s for s in streams if s.site is kind.site] or streams)
        reasons = ("the whole record is taken: no phases were looked for",)
        trial = Trial(setup, Outcome.COMPLETED, reasons, (start, end), (start, end), (), tuple(streams), _weight(setup))
        return _with_bends(kind, trial)

    return Exam(
        kind.key, kind.title, phases, table, fit, begin, whole, asks=(*asks, count), families=(family,), drivers=(kind.site,),
        needs=turning(kind.site, RATE_HZ),
    )  # fmt: skip


# ---- helpers -----------------------------------------------------------------------------------------------------------------------------


def _phases(kind: Kind, leg: str) -> tuple[Phase, ...]:
    return (
        Phase("ready", kind.ready.format(leg=leg)),
        Phase("still", kind.still.format(leg=leg)),
        Phase(kind.go, kind.instruction.format(leg=leg), counted=True),
        Phase("done", "Well done. You can rest.", outcome=Outcome.COMPLETED),
        Phase("none", "You can rest.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped. You can rest.", outcome=Outcome.STOPPED),
        Phase("invalid", "Please rest. We repeat this trial.", outcome=Outcome.INVALID),
    )


def _fit(kind: Kind, members: Sequence[Member]) -> Verdict:
    device = next((m for m in members if m.site is kind.site), None)
    if device is None:
        return Verdict(Fitness.REFUSED, (kind.needs,))
    if device.nominal_hz < RATE_SLACK * RATE_HZ:
        return Verdict(Fitness.REFUSED, (f"{device.device}: {device.nominal_hz:g} Hz, {RATE_HZ:g} Hz needed",))
    turns = ranges(turning(kind.site, RATE_HZ), device)
    if turns.fitness is Fitness.REFUSED:
        return turns
    if kind.better is not None and all(m.site is not kind.better[0] for m in members):
        return Verdict(Fitness.LIMITED, (kind.better[1],))
    return Verdict(Fitness.GOOD)


def _with_bends(kind: Kind, trial: Trial) -> Trial:
    """Return the trial with its bends among its events; the value is the top in degrees."""
    stream = worn(trial, kind.site.value)
    if stream is None:
        return trial
    found = [
        Event(Happening.REPETITION, rep.onset_s, rep.end_s, rep.top / RAD_PER_DEG, device=stream.device, valid=not rep.why, note=rep.why)
        for rep in kind.find(trial).reps
    ]
    return replace(trial, events=tuple(sorted((*trial.events, *found), key=lambda e: (e.t_s, e.what.value, e.device))))


def _weight(setup: Setup) -> float:
    return setup.mass_kg * G if setup.mass_kg else math.nan
