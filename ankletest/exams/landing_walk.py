"""Land on one leg and hold, as often as asked for: what a drop landing and a hop-and-stick have in common; no words for the client.

On a pad: be weighed (unless the mass is known), leave the pad, land on it, hold. With motion sensors alone: get ready, land, hold.
A landing that is not held counts as an attempt; one beside the pad is none.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.exams.base import LiveNumber, Member, Phase, Progress, Run
from ankletest.exams.landing_errors import force_errors, worn_errors
from ankletest.exams.landing_trial import HARD, HARD_S, UNKNOWN_N, LandingRules, landing_trial
from ankletest.exams.members import driver_of
from ankletest.exams.walker import Course, Seen, Timer, WalkRun, with_ends
from ankletest.exams.weighing import Weighing
from ankletest.samples import FORCE, FloatArray, G, Kind
from ankletest.signals.contact import ON_N
from ankletest.signals.landing import imu_landings_s, offset_before_n
from ankletest.trial import Event, Outcome, Setup, Stream, Trial

EMPTY_S = 1.0
"""The pad is empty for so long before a landing, so that it can be tared, s (P-FJUMP)."""
RESTLESS_S = 8.0
"""After so long without a still second the client goes on all the same, s."""
NOBODY_S = 90.0
"""Nobody lands for so long: the run is over, s."""
STEPPED_S = 1.0
"""On the pad for so long without a landing: somebody stepped on, s."""
UP_S = 4.0
"""With motion sensors alone: time to get ready for another landing, s."""

TABLE: dict[str, dict[str, str]] = with_ends({
    "step on": {"loaded": "still", "ready": "away", "too long": "invalid"},
    "still": {"weighed": "away", "restless": "away", "off": "step on"},
    "away": {"empty": "ready", "nobody": "invalid", "gave up": "ended"},
    "ready": {"landed": "hold", "stepped": "away", "nobody": "invalid", "gave up": "ended"},
    "hold": {"again": "away", "all done": "done", "none held": "ended"},
    "done": {}, "ended": {}, "stopped": {}, "invalid": {},
})  # fmt: skip


def phases_of(*, away: str, ready: str) -> dict[str, Phase]:
    """Return the phases of an exam with landings, which differ in where the client waits and in how they come down."""
    listed = (
        Phase("step on", "Step onto the pad."),
        Phase("still", "Stand still."),
        Phase("away", away),
        Phase("ready", ready),
        Phase("hold", "Hold still.", counted=True),
        Phase("done", "Well done. You can rest.", outcome=Outcome.COMPLETED),
        Phase("ended", "That was the end. You can rest.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped. You can rest.", outcome=Outcome.STOPPED),
        Phase("invalid", "Please rest. We repeat this trial.", outcome=Outcome.INVALID),
    )
    return {phase.name: phase for phase in listed}


def begin(setup: Setup, members: Sequence[Member], t_s: float, *, phases: dict[str, Phase], rules: LandingRules) -> Run:
    """Make a run; with a known mass, or without a pad, nobody is weighed."""
    eye = LandingEye(setup, members, rules)
    start = "step on" if eye.pad and not setup.mass_kg else "away"
    timers: dict[str, tuple[Timer, ...]] = {
        "step on": (Timer(NOBODY_S, "too long", "nobody stepped on the pad"),),
        "still": (Timer(RESTLESS_S, "restless"),),
        # The observer decides what comes after a hold; the timer is for the countdown on screen only.
        "hold": (Timer(rules.hold_s, "over"),),
    }
    if not eye.pad:
        timers["away"] = (Timer(max(setup.countdown_s, UP_S), "empty"),)
    table = {start: TABLE[start], **{name: row for name, row in TABLE.items() if name != start}}
    return WalkRun(setup, members, t_s, phases=phases, table=table, timers=timers, observer=eye, finish=eye.finish)


@dataclass(slots=True)
class _Seen:
    """Samples of the driving device since a phase began."""

    t_s: FloatArray
    values: FloatArray

    def take(self, t_s: FloatArray, values: FloatArray, keep_s: float) -> None:
        first = int(self.t_s.searchsorted(t_s[0] - keep_s)) if len(t_s) else 0
        self.t_s = np.concatenate((self.t_s[first:], t_s))
        self.values = np.concatenate((self.values[first:], values))


class LandingEye:
    """Watches the driving device; see ``walker.Observer``."""

    def __init__(self, setup: Setup, members: Sequence[Member], rules: LandingRules) -> None:
        self._setup, self._rules = setup, rules
        self._driver = driver_of(members)
        self.pad = self._driver.kind is Kind.PAD
        self._weighing = Weighing(setup.mass_kg)
        width = 3 if self.pad else 6
        self._past = _Seen(np.empty(0), np.empty((0, width)))
        self._since_s = math.nan
        self._hard_s = math.nan  # since when somebody is on the pad, in "ready"
        self._ic_s = math.nan
        self._offset_n = 0.0
        self._attempts = 0
        self._held = 0
        self._peak = math.nan
        self._told: set[str] = set()

    # ---- walker.Observer ------------------------------------------------------------------------------------------------------

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        """Take a slice."""
        self._past.take(t_s, values, self._rules.hold_s + 4.0)
        if self.pad:
            self._weighing.take(t_s, values[:, FORCE])
        if phase == "step on":
            return [Seen("loaded", end_s)] if self._weighing.loaded else []
        if phase == "still":
            return self._stand(end_s)
        if phase in {"away", "ready"} and end_s - self._since_s > NOBODY_S:
            return [self._nobody(end_s)]
        if phase == "away":
            return [Seen("empty", end_s)] if self.pad and self._empty(end_s) else []
        if phase == "ready":
            return self._wait(end_s)
        return self._hold(end_s) if phase == "hold" else []

    def enter(self, phase: str, t_s: float) -> None:
        """Take note of a new phase."""
        self._since_s = t_s
        if phase == "still":
            self._weighing.forget()
        if phase == "ready":
            self._hard_s = math.nan
        if phase == "hold":
            self._attempts += 1
            self._told = set()

    def numbers(self) -> Sequence[LiveNumber]:
        """Return numbers for the screen."""
        peak = self._peak if math.isfinite(self._peak) else None
        return (
            LiveNumber("landing_peak", "peak force", "BW", peak, 2),
            LiveNumber("held", "held", "", float(self._held), 0),
            LiveNumber("landings", "landings", "", float(self._attempts), 0),
        )

    def progress(self, now_s: float) -> Progress:
        """Return the seconds of a single hold, else the landings done."""
        if self._rules.landings > 1:
            return Progress(float(min(self._attempts, self._rules.landings)), float(self._rules.landings), "landings")
        done = now_s - self._ic_s if math.isfinite(self._ic_s) else 0.0
        return Progress(min(max(done, 0.0), self._rules.hold_s), self._rules.hold_s, "s")

    def finish(self, course: Course, streams: Sequence[Stream]) -> Trial:
        """Make the trial of the finally stamped streams."""
        return landing_trial(course, streams, rules=self._rules, weighed_n=self._weighing.weight_n if self.pad else math.nan)

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _stand(self, end_s: float) -> list[Seen]:
        if self._weighing.empty:
            return [Seen("off", end_s)]
        return [Seen("weighed", end_s)] if self._weighing.weigh() else []

    def _nobody(self, end_s: float) -> Seen:
        if self._attempts == 0:
            return Seen("nobody", end_s, f"nobody landed within {NOBODY_S:.0f} s")
        return Seen("gave up", end_s, f"{self._attempts} of {self._rules.landings} landings, then none for {NOBODY_S:.0f} s")

    def _empty(self, end_s: float) -> bool:
        first = int(self._past.t_s.searchsorted(end_s - EMPTY_S))
        force = self._past.values[first:, FORCE]
        return end_s - self._since_s >= EMPTY_S and len(force) > 1 and bool((np.abs(force[np.isfinite(force)]) < ON_N).all())

    @property
    def _weight_n(self) -> float:
        if math.isfinite(self._weighing.weight_n):
            return self._weighing.weight_n - self._offset_n
        return self._setup.mass_kg * G if self._setup.mass_kg else math.nan

    def _wait(self, end_s: float) -> list[Seen]:
        t, values = self._past.t_s, self._past.values
        rows = slice(int(t.searchsorted(self._since_s - 0.1)), None)
        if not self.pad:
            landed = imu_landings_s(t, values, site=self._driver.site, since_s=self._since_s)
            self._ic_s = landed[0] if landed else math.nan
            return [Seen("landed", self._ic_s)] if landed else []
        force = np.where(np.isfinite(values[rows, FORCE]), values[rows, FORCE], 0.0)
        at = t[rows]
        on = np.flatnonzero(force >= ON_N)
        if len(on) == 0 or force[-1] < ON_N:  # nobody yet, or only a touch
            self._hard_s = math.nan
        elif math.isnan(self._hard_s):
            low = np.flatnonzero(force < ON_N)
            self._hard_s = float(at[low[-1] + 1]) if len(low) else float(at[0])
        weight = self._weight_n
        hard = np.flatnonzero(force >= HARD * (weight if weight > 0.0 else UNKNOWN_N))
        if len(hard):
            before = np.flatnonzero(force[: hard[0]] < ON_N)
            start = float(at[before[-1] + 1]) if len(before) else float(at[0])
            if float(at[hard[0]]) - start <= HARD_S:
                self._ic_s = start
                offset = offset_before_n(t, values[:, FORCE], start)
                self._offset_n = offset if math.isfinite(offset) else 0.0
                return [Seen("landed", start)]
        if end_s - self._hard_s >= STEPPED_S:
            return [Seen("stepped", end_s)]
        return []

    def _hold(self, end_s: float) -> list[Seen | Event]:
        t, values = self._past.t_s, self._past.values
        weight = self._weight_n
        if self.pad:
            tared = values - np.array([self._offset_n, 0.0, 0.0])
            early = (t >= self._ic_s) & (t <= self._ic_s + HARD_S)
            if weight > 0.0 and early.any():
                self._peak = float(np.nanmax(tared[early, FORCE])) / weight
            errors = force_errors(t, tared, ic_s=self._ic_s, weight_n=weight, side=self._setup.side, device=self._driver.device)
        else:
            errors = worn_errors(t, values, ic_s=self._ic_s, member=self._driver, side=self._setup.side)
        errors = [error for error in errors if error.t_s < self._ic_s + self._rules.hold_s]
        if errors:
            return [errors[0], self._next(end_s, errors[0].what.value)]
        if end_s >= self._ic_s + self._rules.hold_s + self._rules.late_s:
            self._held += 1
            return [self._next(end_s, "")]
        return []

    def _next(self, end_s: float, why: str) -> Seen:
        """Return what comes after a hold."""
        if self._attempts < self._rules.landings:
            return Seen("again", end_s, why)
        return Seen("all done", end_s) if self._held else Seen("none held", end_s)
