"""Heel raises to fatigue, on one leg or two, on a metronome or in one's own tempo: phases, sensor rule and run; numbers are metrics' work.

The metronome is two phases that take turns, each with its word: the window speaks every phase, so it says "Up." and "Down." on the beat,
and the recording holds when it did. The run ends when no raise follows, after two partial raises or two missed beats in a row (the
published criteria, Hébert-Losier et al. 2017), when the number asked for is reached, or by the operator.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from ankletest.exams.base import Ask, Exam, Fitness, Member, Phase, Run, Tempo, Verdict
from ankletest.exams.needs import ranges, turning
from ankletest.exams.raise_eye import NO_CUE, RaiseEye
from ankletest.exams.stance import span_of
from ankletest.exams.walker import Course, Timer, WalkRun, with_ends
from ankletest.metrics.heel_raise_entries import HEEL_RAISE
from ankletest.metrics.inclines import RATE_HZ
from ankletest.metrics.raises import BEATS, LOWERS, raises_in
from ankletest.samples import FORCE, RAD_PER_DEG, G, Kind, Site
from ankletest.signals.rest import still_force
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

KEY = "heel_raise"
DRIVERS = (Site.FOOT, Site.PAD)
"""The foot sensor sees every raise; the pad only where the load goes."""
NOT_STILL_S = 30.0
"""Nobody stands still for so long: the run is given up."""
RATE_SLACK = 0.98
NEEDS = turning(Site.FOOT, RATE_HZ, pad=True)

PHASES: dict[str, Phase] = {
    phase.name: phase
    for phase in (
        Phase("ready", "Stand with your foot flat, fingertips on the wall."),
        Phase("still", "Stand still."),
        Phase("raise", "Raise your heel as high as you can, again and again.", counted=True),
        Phase("up", "Up."),
        Phase("down", "Down."),
        Phase("done", "Well done. You can rest.", outcome=Outcome.COMPLETED),
        Phase("none", "You can rest.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped. You can rest.", outcome=Outcome.STOPPED),
        Phase("invalid", "Please rest. We repeat this trial.", outcome=Outcome.INVALID),
    )
}
_ENDS = {"rest": "done", "all": "done", "partial": "done", "missed": "done", "long": "done", "none": "none"}
TABLE = with_ends({
    "ready": {"go": "still"},
    "still": {"quiet": "up", "quiet, own tempo": "raise", "restless": "invalid"},
    "raise": _ENDS,
    "up": {"beat": "down", **_ENDS},
    "down": {"beat": "up", **_ENDS},
    "done": {}, "none": {}, "stopped": {}, "invalid": {},
})  # fmt: skip

ASKS = (
    Ask("lever_m", "heel to big-toe joint", "m", 0.08, 0.25, decimals=3, condition=False, of_client=True),
    Ask("legs", "legs", "", 1.0, 2.0, 1.0),
    Ask("beats", "metronome (60 for norms, 0: own tempo)", "1/min", 0.0, 180.0, BEATS),
    Ask(LOWERS, "way down (1: as long as the way up)", "beats", 1.0, 6.0, 1.0),
    Ask("reps", "raises (0: as many as possible)", "", 0.0, 100.0, 0.0),
    Ask("incline_deg", "foot incline", "°", 0.0, 20.0, 0.0),
)

TEMPOS = (
    Tempo("No metronome", {"beats": BEATS, LOWERS: 1.0}),
    Tempo("60 /min (norms)", {"beats": 60.0, LOWERS: 1.0}),
    Tempo("Two up, two down", {"beats": 30.0, LOWERS: 1.0}),
    Tempo("Fast up, four down", {"beats": 60.0, LOWERS: 4.0}),
)


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with instructions that name the leg."""
    leg = "on both legs" if EXAM.given(setup, "legs") >= 2.0 else f"on your {setup.side.value} leg"
    return {
        **PHASES,
        "ready": replace(PHASES["ready"], instruction=f"Stand {leg}, foot flat, fingertips on the wall."),
        "still": replace(PHASES["still"], instruction=f"Stand still {leg}."),
        "up": replace(PHASES["up"], counted=True),
    }


def fit(members: Sequence[Member], setup: Setup) -> Verdict:
    """Tell whether devices may be used (metrics.md 9)."""
    foot = next((m for m in members if m.site is Site.FOOT), None)
    pad = next((m for m in members if m.kind is Kind.PAD), None)
    if foot is None and pad is None:
        return Verdict(Fitness.REFUSED, ("heel raises need a motion sensor on the foot, or a pad that tells a centre of pressure",))
    device = foot or pad
    if device is not None and device.nominal_hz < RATE_SLACK * RATE_HZ:
        return Verdict(Fitness.REFUSED, (f"{device.device}: {device.nominal_hz:g} Hz, {RATE_HZ:g} Hz needed",))
    turns = ranges(NEEDS, foot) if foot is not None else Verdict(Fitness.GOOD)
    if turns.fitness is Fitness.REFUSED:
        return turns
    reasons: list[str] = [*turns.reasons]
    if foot is None:
        reasons.append("a pad counts raises and their tempo; a height needs a motion sensor on the foot")
    elif math.isnan(EXAM.given(setup, "lever_m")):
        reasons.append("enter the lever (heel to big-toe joint): without it there are angles, but no heights and no work")
    return Verdict(Fitness.LIMITED if reasons else Fitness.GOOD, tuple(reasons))


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run."""
    beats = EXAM.given(setup, "beats")
    beat_s = 60.0 / beats if beats > 0.0 else NO_CUE
    timers = {
        "ready": (Timer(setup.countdown_s, "go"),),
        "still": (Timer(NOT_STILL_S, "restless", f"nobody stood still for {NOT_STILL_S:.0f} s"),),
        "up": (Timer(beat_s, "beat"),),
        "down": (Timer(EXAM.given(setup, LOWERS) * beat_s, "beat"),),
    }
    return WalkRun(
        setup, members, t_s, phases=phases_for(setup), table=TABLE, timers=timers, observer=RaiseEye(setup, members, DRIVERS, beat_s),
        finish=finish, drivers=DRIVERS,
    )  # fmt: skip


def finish(course: Course, streams: Sequence[Stream]) -> Trial:
    """Make the trial: raises are found again in the finally stamped streams."""
    starts = [change.t_s for change in course.phases if change.phase.name in {"raise", "up"}]
    window = (min(starts, default=course.end_s), course.end_s)
    weight, note = _weight(course.setup, streams, before_s=window[0] + 0.5)
    trial = course.trial(streams, window_s=window, body_weight_n=weight, reasons=(note,) if note and starts else ())
    return _with_raises(trial) if starts else trial


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything there is: no phases, no metronome."""
    start, end = span_of(streams)
    weight, note = _weight(setup, streams, before_s=math.inf)
    reasons = ("the whole record is taken: no phases were looked for, and no metronome is known", *([note] if note else []))
    return _with_raises(Trial(setup, Outcome.COMPLETED, reasons, (start, end), (start, end), (), tuple(streams), weight))


# ---- helpers -------------------------------------------------------------------------------------------------------------------------


def _with_raises(trial: Trial) -> Trial:
    """Return the trial with its raises among its events; the value is the top in degrees, or in mm of the centre of pressure."""
    found = raises_in(trial, window_s=trial.window_s)
    unit = RAD_PER_DEG if found.by_angle else 1.0
    device = "foot" if found.by_angle else "pad"
    named = next((s.device for s in trial.streams if s.site.value == device and s.side in {None, trial.setup.side}), "")
    events = [
        Event(Happening.REPETITION, rep.onset_s, rep.end_s, rep.top / unit, device=named, valid=not rep.why, note=rep.why)
        for rep in found.reps
    ]
    every = tuple(sorted((*trial.events, *events), key=lambda e: (e.t_s, e.what.value, e.device)))
    return replace(trial, events=every)


def _weight(setup: Setup, streams: Sequence[Stream], *, before_s: float) -> tuple[float, str]:
    """Return the body weight and what is to be said of it: from a still second on the pad, from the known mass, or unknown."""
    pad = next((s for s in streams if s.kind is Kind.PAD), None)
    if setup.mass_kg:
        return setup.mass_kg * G, ""
    if pad is None:
        return math.nan, "body mass is not known, so there is no work"
    rows = pad.t_s < before_s
    still = still_force(pad.t_s[rows], pad.values[rows, FORCE], above_n=100.0)
    if still is None:
        return math.nan, "no still second to weigh the client (E-REST)"
    return still.mean_n, "body weight from the stillest second before the raises"


EXAM = Exam(
    KEY, "Heel raise", PHASES, TABLE, fit, begin, whole, asks=ASKS, families=(HEEL_RAISE,), drivers=DRIVERS, needs=NEEDS, tempos=TEMPOS
)
