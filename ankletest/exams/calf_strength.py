"""Isometric calf strength: maximal pushes against the pad with rests between, and a hold at a target where one is asked for.

The pad lies under the ball of the foot of somebody who sits, or stands against a wall; it is not stood on. Nobody is told to push before
the foot has been still for a second, so each push has a baseline; the phase of pushing begins with the rise itself. The trial's pushes are
found in the finally stamped samples of those phases; the window is ``[first still second, end)``.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ankletest.exams.base import Ask, Exam, Fitness, LiveNumber, Member, Need, Phase, Progress, Run, Verdict
from ankletest.exams.members import driver_of
from ankletest.exams.walker import Course, Seen, Timer, WalkRun, with_ends
from ankletest.metrics.strength_entries import DIP_NOTE, FAMILY, HOLD_NOTE
from ankletest.samples import FORCE, FloatArray, G, Kind
from ankletest.signals.push import Push, push_in, spans
from ankletest.signals.rest import SD_FLOOR_N, SD_SHARE, SLOPE_N_S
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

KEY = "calf_strength"
PAD_HZ, RFD_HZ, PAD_GOOD_HZ = 80.0, 200.0, 500.0
"""Profile P-FISO: peaks from 80 Hz, rates of force development from 200 Hz, no caveat from 500 Hz."""
RATE_SLACK = 0.98
NEEDS = (Need(Kind.PAD, PAD_HZ, PAD_GOOD_HZ, loss_percent=1.0),)
STILL_S = 1.0
FOOT_N, NO_FOOT_S = 20.0, 10.0
"""A foot rests on the pad from this force on; against a pad on a wall it may not weigh, so after so long it is taken to be there."""
RESTLESS_S, NOBODY_S = 20.0, 90.0
"""A foot that is never still for a second is pushed from as it is; without any foot the run ends."""
RISE_N, RISE_BW = 100.0, 0.15
"""A push begins so far above the still level: more than a leg that is laid on the pad, less than any calf."""
SHORT_S = 0.5
"""What is let go earlier was no push."""
LET_GO, LET_GO_S = 0.5, 0.25
PUSH_S, WAIT_S = 5.0, 20.0
"""A maximal push is told to end after so long; nobody is waited for longer."""
ON_TARGET = 0.8
"""The hold begins at this share of the target."""
MAXIMAL = 0.7
"""A push below this share of the best was not maximal and is left out."""
BEFORE_S, AFTER_S = 1.0, 0.5
"""A push is looked for from so long before it was asked for until so long after its phase."""

ASKS = (
    Ask("lever_m", "Lever: ankle to the ball of the foot", "m", 0.05, 0.40, decimals=3, condition=False, of_client=True),
    Ask("pushes", "Maximal pushes", "", 3.0, 8.0, 3.0),
    Ask("rest_s", "Rest between pushes", "s", 3.0, 180.0, 30.0),
    Ask("hold_s", "Hold at the target afterwards (0: none)", "s", 0.0, 120.0, 0.0),
    Ask("target_percent", "Target of the hold, share of the best push", "%", 10.0, 90.0, 50.0),
)

PHASES: dict[str, Phase] = {
    phase.name: phase
    for phase in (
        Phase("relax", "Rest your foot against the pad and relax."),
        Phase("ready", "Push now: as fast and as hard as you can."),
        Phase("push", "Keep pushing.", counted=True),
        Phase("rest", "Relax and rest."),
        Phase("brace", "Push up to the target and keep it there."),
        Phase("hold", "Hold the target."),
        Phase("done", "Well done. You can rest.", outcome=Outcome.COMPLETED),
        Phase("ended", "That was the end of the set. You can rest.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped. You can rest.", outcome=Outcome.STOPPED),
        Phase("invalid", "Please rest. We repeat this trial.", outcome=Outcome.INVALID),
    )
}
TABLE = with_ends({
    "relax": {"relaxed": "ready", "before the hold": "brace", "nobody": "invalid", "no more": "ended"},
    "ready": {"rise": "push", "nobody": "invalid", "no more": "ended"},
    "push": {"short": "relax", "let go": "rest", "over": "rest"},
    "rest": {"rested": "relax", "all pushes": "done"},
    "brace": {"rise": "hold", "no more": "ended"},
    "hold": {"over": "done", "let go": "ended"},
    "done": {}, "ended": {}, "stopped": {}, "invalid": {},
})  # fmt: skip


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with an instruction that names the leg."""
    return {**PHASES, "relax": replace(PHASES["relax"], instruction=f"Rest your {setup.side.value} foot against the pad and relax.")}


def fit(members: Sequence[Member], setup: Setup) -> Verdict:  # noqa: ARG001  the rule of the contract knows the set-up
    """Tell whether devices may be used: only a pad or a dynamometer feels a push."""
    pads = [member for member in members if member.kind is Kind.PAD]
    if not pads:
        return Verdict(Fitness.REFUSED, ("calf strength needs a force pad or a dynamometer",))
    pad = pads[0]
    rate = pad.nominal_hz / RATE_SLACK
    if rate < PAD_HZ:
        return Verdict(Fitness.REFUSED, (f"{pad.device}: {pad.nominal_hz:g} Hz, {PAD_HZ:g} Hz needed",))
    if rate < RFD_HZ:
        return Verdict(Fitness.LIMITED, (f"{pad.device}: {pad.nominal_hz:g} Hz tells the peak only; {RFD_HZ:g} Hz for how fast it rises",))
    if rate < PAD_GOOD_HZ:
        return Verdict(Fitness.LIMITED, (f"{pad.device}: {pad.nominal_hz:g} Hz, {PAD_GOOD_HZ:g} Hz recommended for how fast it rises",))
    return Verdict(Fitness.GOOD)


def asked(setup: Setup, key: str) -> float:
    """Return a number that was entered, else its default."""
    return EXAM.given(setup, key)


class _Eye:
    """Follows the force above the still level."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._pushes = round(asked(setup, "pushes"))
        self._holds = asked(setup, "hold_s") > 0.0
        self._rise_n = max(RISE_N, RISE_BW * setup.mass_kg * G if setup.mass_kg else 0.0)
        self._t: FloatArray = np.empty(0)
        self._f: FloatArray = np.empty(0)
        self._since_s = math.nan
        self._base_n = 0.0
        self._net_n = math.nan
        self._peak_n = 0.0
        self._best_n = 0.0
        self._done = 0

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        """Take a slice."""
        force = values[:, FORCE]
        good = np.isfinite(force)
        if not bool(good.any()):
            return []
        t_s, force = t_s[good], force[good]
        first = int(self._t.searchsorted(end_s - 2.0 * STILL_S))
        self._t, self._f = np.concatenate((self._t[first:], t_s)), np.concatenate((self._f[first:], force))
        self._net_n = float(force.mean()) - self._base_n
        waited = end_s - self._since_s
        match phase:
            case "relax":
                return self._relaxed(end_s, waited)
            case "ready" | "brace":
                return self._risen(phase, t_s, force, end_s, waited)
            case "push":
                return self._pushing(end_s, waited)
            case "rest" if self._done >= self._pushes and not self._holds:
                return [Seen("all pushes", end_s)]
            case "hold" if waited > LET_GO_S and self._low(LET_GO * self._target_n):
                return [Seen("let go", end_s, f"the target was let go after {waited:.1f} s")]
            case _:
                return []

    def enter(self, phase: str, t_s: float) -> None:
        """Take note of a new phase; a push counts once its rest begins."""
        self._since_s = t_s
        if phase == "push":
            self._peak_n = 0.0
        elif phase == "rest":
            self._done += 1
            self._best_n = max(self._best_n, self._peak_n)

    def numbers(self) -> Sequence[LiveNumber]:
        """Return the force now, the best so far, and the target where there is one."""
        now = max(self._net_n, 0.0) if math.isfinite(self._net_n) else None
        best = self._best_n or None
        shown = [LiveNumber("force", "force", "N", now, 0), LiveNumber("best", "best push", "N", best, 0)]
        if self._holds:
            shown.append(LiveNumber("target", "target", "N", self._target_n or None, 0))
        return shown

    def progress(self, now_s: float) -> Progress:  # noqa: ARG002  pushes are counted, not seconds
        """Return how many pushes are done."""
        return Progress(float(min(self._done, self._pushes)), float(self._pushes), "pushes")

    @property
    def _target_n(self) -> float:
        return 0.01 * asked(self._setup, "target_percent") * self._best_n

    def _still(self) -> bool:
        """Tell whether the last second was still, and keep its level."""
        last = int(self._t.searchsorted(self._t[-1] - STILL_S))
        t, force = self._t[last:], self._f[last:]
        if len(t) < 10 or t[0] < self._since_s or t[-1] - t[0] < 0.9 * STILL_S:
            return False
        away = t - t.mean()
        mean, sd = float(force.mean()), float(force.std(ddof=1))
        slope = float((away * force).sum() / (away * away).sum())
        if sd > max(SD_SHARE * mean, SD_FLOOR_N) or abs(slope) > SLOPE_N_S:
            return False
        self._base_n = mean
        return True

    def _relaxed(self, end_s: float, waited: float) -> list[Seen]:
        if self._still() and (self._base_n >= FOOT_N or waited >= NO_FOOT_S or self._done):
            return [Seen(self._following, end_s)]
        if waited >= RESTLESS_S and float(self._f.min()) >= FOOT_N:
            self._base_n = float(np.median(self._f))
            return [Seen(self._following, end_s)]
        return self._nobody(end_s, "the foot was never still against the pad") if waited >= NOBODY_S else []

    @property
    def _following(self) -> str:
        return "before the hold" if self._done >= self._pushes else "relaxed"

    def _risen(self, phase: str, t_s: FloatArray, force: FloatArray, end_s: float, waited: float) -> list[Seen]:
        over = ON_TARGET * self._target_n if phase == "brace" else self._rise_n
        rows = np.flatnonzero(force - self._base_n >= over)
        if len(rows):
            return [Seen("rise", float(t_s[rows[0]]))]
        if waited < WAIT_S:
            return []
        if phase == "brace":
            return [Seen("no more", end_s, "the target was not reached")]
        return self._nobody(end_s, "nobody pushed")

    def _nobody(self, end_s: float, why: str) -> list[Seen]:
        if self._done:
            return [Seen("no more", end_s, f"{self._done} of {self._pushes} pushes: {why}")]
        return [Seen("nobody", end_s, why)]

    def _pushing(self, end_s: float, waited: float) -> list[Seen]:
        self._peak_n = max(self._peak_n, self._net_n)
        if not self._net_n < LET_GO * self._peak_n:
            return []
        return [Seen("short" if waited < SHORT_S else "let go", end_s)]

    def _low(self, under_n: float) -> bool:
        last = int(self._t.searchsorted(self._t[-1] - LET_GO_S))
        return float(np.max(self._f[last:])) - self._base_n < under_n


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run."""
    timers = {
        "push": (Timer(PUSH_S, "over"),),
        "rest": (Timer(asked(setup, "rest_s"), "rested"),),
        "hold": (Timer(asked(setup, "hold_s"), "over"),),
    }
    return WalkRun(
        setup, members, t_s, phases=phases_for(setup), table=TABLE, timers=timers, observer=_Eye(setup), finish=finish
    )  # fmt: skip


def finish(course: Course, streams: Sequence[Stream]) -> Trial:
    """Make the trial: the pushes of each phase of pushing, found again in the final samples."""
    pad = next((stream for stream in streams if stream.device == driver_of(course.members).device), None)
    changes = course.phases
    start = next((change.t_s - STILL_S for change in changes if change.phase.name == "ready"), course.begin_s)
    found: list[Event] = []
    for number, change in enumerate(changes):
        hold = change.phase.name == "hold"
        if pad is None or not (hold or change.phase.name == "push"):
            continue
        # Letting go when told to is no part of a hold.
        end = changes[number + 1].t_s + (0.0 if hold else AFTER_S) if number + 1 < len(changes) else course.end_s
        asked_at = changes[number - 1].t_s
        event = event_of(pad, max(asked_at - BEFORE_S, course.begin_s), end, hold=hold)
        found += [event] if event is not None else []
    return course.trial(
        streams, window_s=(max(start, course.begin_s), course.end_s), events=maximal(found), body_weight_n=_weight(course.setup)
    )


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything there is: every rise from a relaxed level is a push; one that lasts longer than a push may is a hold."""
    pads = [stream for stream in streams if stream.kind is Kind.PAD]
    every = pads or list(streams)
    start, end = min(float(s.t_s[0]) for s in every), max(float(s.t_s[-1]) for s in every)
    found: list[Event] = []
    for pad in pads[:1]:
        t, force = _finite(pad)
        for a, b in spans(t, force):
            event = event_of(pad, a, b, hold=False)
            if event is not None:
                longer = event.end_s - event.t_s > PUSH_S + 2.0 * AFTER_S
                found.append(replace(event, note=HOLD_NOTE) if longer else event)
    reasons = ("the whole record is taken: no phases were looked for",)
    return Trial(setup, Outcome.COMPLETED, reasons, (start, end), (start, end), maximal(found), tuple(streams), _weight(setup))


def event_of(pad: Stream, start_s: float, end_s: float, *, hold: bool) -> Event | None:
    """Return the push of a stretch as an event, None where there is none."""
    cut = pad.between(start_s, end_s)
    t, force = _finite(cut)
    push = push_in(t, force)
    if push is None:
        return None
    note = HOLD_NOTE if hold else DIP_NOTE if push.dipped else ""
    return Event(Happening.PUSH, push.onset_s, push.end_s, push.peak_n, device=pad.device, note=note, u_s=_onset_u(push, t, force))


def maximal(events: Sequence[Event]) -> tuple[Event, ...]:
    """Return the pushes with those that were not maximal marked; holds are asked to be less."""
    best = max((event.value for event in events if event.note != HOLD_NOTE), default=math.nan)
    return tuple(
        replace(event, valid=False, note=f"not maximal: {event.value / best:.0%} of the best")
        if event.note != HOLD_NOTE and event.value < MAXIMAL * best
        else event
        for event in events
    )


def _onset_u(push: Push, t_s: FloatArray, force_n: FloatArray) -> float:
    """Return the uncertainty of an onset: half a sample either way, and the baseline's noise over the slope there."""
    row = min(max(int(t_s.searchsorted(push.onset_s)), 1), len(t_s) - 1)
    step = float(t_s[row] - t_s[row - 1])
    slope = float(force_n[row] - force_n[row - 1]) / step
    return math.hypot(step / math.sqrt(12.0), push.baseline_sd_n / slope if slope > 0.0 else 0.0)


def _finite(stream: Stream) -> tuple[FloatArray, FloatArray]:
    force = stream.values[:, FORCE]
    good = np.isfinite(force)
    return stream.t_s[good], force[good]


def _weight(setup: Setup) -> float:
    return setup.mass_kg * G if setup.mass_kg else math.nan


EXAM = Exam(
    KEY, "Isometric calf strength", PHASES, TABLE, fit, begin, whole, asks=ASKS, families=(FAMILY,), needs=NEEDS
)  # fmt: skip
