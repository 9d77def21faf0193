"""Perturbation taps: a stance on one leg in which the operator taps the client off balance, again and again, by hand.

It is a stance of ``6 + 8 s`` a tap with the phases and the errors of one. Taps are the spikes of the sensor on the stance leg or the trunk,
or the operator's key (mark ``tap``), found when the run is over; a tap with an error of balance about it is left out. The window is the
whole hold, also after an error.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from ankletest.exams import stance
from ankletest.exams.base import Ask, Change, Exam, Fitness, LiveNumber, Member, Phase, PhaseChange, Progress, Run, Verdict
from ankletest.exams.needs import STANDING
from ankletest.metrics.perturbation import BASELINE_S
from ankletest.metrics.perturbation_entries import FAMILY
from ankletest.metrics.profiles import ERRORS
from ankletest.samples import Block, Kind, Site
from ankletest.signals.taps import Tap, spikes_of, with_keys
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

KEY = "taps"
MARK = "tap"
"""Note of the operator's mark."""
FIRST_S, EVERY_S = 6.0, 8.0
"""Steady before the first tap; from tap to tap at least, so that each has a baseline of 5 s and 3 s to recover before it."""
SPIKE_HZ = 100.0
"""A spike of 10 ms needs this rate."""
ERROR_S = 4.0
"""An error of balance from the beginning of the baseline until so long after a tap spoils its answer."""
LANDS_S, SETTLES_S = 0.05, 0.3
"""A foot that comes down or lands is felt too and is no tap: from so long before the error until so long after it."""
SITES = (Site.SHANK, Site.FOOT, Site.LUMBAR)
"""Where a tap is felt, best first: the stance shank is what is tapped."""
SPARE = 0.98

ASKS = (Ask("taps", "Taps", "", 5.0, 12.0, 5.0),)
_WORDS = {
    "countdown": "Get ready to stand on one leg.",
    "lead-in": "Keep still. You will be tapped.",
    "hold": "Stay steady. Find your balance again after each tap.",
}
PHASES: dict[str, Phase] = {
    name: replace(phase, instruction=_WORDS.get(name, phase.instruction)) for name, phase in stance.PHASES.items()
}  # fmt: skip


def hold_s(setup: Setup) -> float:
    """Return how long the stance takes."""
    return FIRST_S + EVERY_S * EXAM.given(setup, "taps")


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with instructions that name the leg."""
    named = stance.phases_for(setup)
    return {name: named[name] if name in {"countdown", "settle"} else phase for name, phase in PHASES.items()}


def fit(members: Sequence[Member], setup: Setup) -> Verdict:
    """Tell whether devices may be used: as for a stance, and a sensor that feels the tap, or the operator's key instead."""
    verdict = stance.fit(members, setup)
    if verdict.fitness is Fitness.REFUSED:
        return verdict
    if any(m.kind is Kind.IMU and m.nominal_hz >= SPARE * SPIKE_HZ for m in members):
        return verdict
    return Verdict(Fitness.LIMITED, (*verdict.reasons, "no motion sensor feels the taps: press the key for each (to 0.1 s)"))


class TapsRun:
    """A stance with taps going on; see ``exams.base.Run``."""

    def __init__(self, setup: Setup, members: Sequence[Member], t_s: float) -> None:
        self._setup = setup
        self._phases = phases_for(setup)
        self._stance = stance.StanceRun(replace(setup, duration_s=hold_s(setup)), members, t_s)
        self._keys = 0

    @property
    def phase(self) -> Phase:
        """Where it is."""
        return self._phases[self._stance.phase.name]

    @property
    def end_s(self) -> float:
        """Session second of the end; NaN while it goes on."""
        return self._stance.end_s

    @property
    def progress(self) -> Progress:
        """Seconds of the hold."""
        return self._stance.progress

    def feed(self, block: Block) -> Sequence[Change]:
        """Take samples."""
        return self._told(self._stance.feed(block))

    def mark(self, what: str, t_s: float) -> Sequence[Change]:
        """Take an operator's mark."""
        self._keys += what == MARK
        return self._told(self._stance.mark(what, t_s))

    def stop(self, t_s: float, why: str) -> Sequence[Change]:
        """End by the operator."""
        return self._told(self._stance.stop(t_s, why))

    def lose(self, device: str, t_s: float, why: str) -> Sequence[Change]:
        """Tell that a device is lost."""
        return self._told(self._stance.lose(device, t_s, why))

    def live(self) -> Sequence[LiveNumber]:
        """Return the numbers of a stance, and the keys pressed."""
        return (*self._stance.live(), LiveNumber("taps", "taps by key", "", float(self._keys), 0))

    def trial(self, streams: Sequence[Stream]) -> Trial:
        """Make the trial of the stance, with the taps in it."""
        made = self._stance.trial(streams)
        go = made.window_s[0]
        window = (go, max(go, min(go + hold_s(self._setup), self.end_s)))
        return tapped(replace(made, setup=self._setup, window_s=window, hold_s=math.nan, capped=False))

    def _told(self, changes: Sequence[Change]) -> list[Change]:
        return [replace(c, phase=self._phases[c.phase.name]) if isinstance(c, PhaseChange) else c for c in changes]


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run."""
    return TapsRun(setup, members, t_s)


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything there is, with every spike a tap."""
    return tapped(stance.whole(setup, streams))


def tapped(trial: Trial) -> Trial:
    """Return the trial with its taps as events, and a word on those that are missing."""
    start, end = trial.window_s
    worn = [s for site in SITES for s in trial.streams if s.kind is Kind.IMU and s.site is site and s.side in {None, trial.setup.side}]
    spikes: list[Tap] = []
    if worn and end > start:
        cut = worn[0].between(start, end)
        spikes = spikes_of(cut.t_s, cut.values, rate_hz=worn[0].rate_hz)
    errors = [e for e in trial.events if e.valid and (e.what in ERRORS or (e.what is Happening.MARK and e.note in stance.FAILING_MARKS))]
    spikes = [tap for tap in spikes if not any(e.t_s - LANDS_S <= tap.t_s <= _until(e) + SETTLES_S for e in errors)]
    keys = [e.t_s for e in trial.events if e.what is Happening.MARK and e.note == MARK and start <= e.t_s < end]
    taps = [_event(tap, errors, worn[0].device if worn else "") for tap in with_keys(spikes, keys)]
    wanted = round(EXAM.given(trial.setup, "taps"))
    valid = sum(tap.valid for tap in taps)
    short = (f"{valid} usable taps, {wanted} asked for",) if valid < wanted and trial.outcome is not Outcome.INVALID else ()
    events = tuple(sorted((*trial.events, *taps), key=lambda e: (e.t_s, e.what.value, e.device)))
    return replace(trial, events=events, reasons=(*trial.reasons, *short))


def _event(tap: Tap, errors: Sequence[Event], device: str) -> Event:
    spoiling = [e for e in errors if e.t_s < tap.t_s + ERROR_S and _until(e) > tap.t_s - BASELINE_S]
    note = f"{spoiling[0].note or spoiling[0].what.value} {spoiling[0].t_s - tap.t_s:+.1f} s from it" if spoiling else ""
    by_key = math.isnan(tap.peak_m_s2)
    return Event(
        Happening.TAP, tap.t_s, value=tap.peak_m_s2, device=stance.MARKER if by_key else device, valid=not note, note=note, u_s=tap.u_s
    )  # fmt: skip


def _until(event: Event) -> float:
    return event.end_s if math.isfinite(event.end_s) else event.t_s


EXAM = Exam(KEY, "Perturbation taps", PHASES, stance.TABLE, fit, begin, whole, asks=ASKS, families=(FAMILY,), needs=STANDING)
