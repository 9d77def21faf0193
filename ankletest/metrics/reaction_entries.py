"""Landing on a cue: reaction, time to the landing, and how smoothly it was braked; entries of the catalog and their arithmetic.

The specification asks for these times (issue: reactive landing on a random cue) and gives no ids; RL-01 to RL-04 are this program's own.
SM-01 and SM-02 are those of metrics.md 12 on the speed of the body from the top of the hop until it has come to rest.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ankletest.metrics.base import Better, Evidence, Measured, Metric, Part
from ankletest.metrics.profiles import P_FJUMP
from ankletest.metrics.smoothness import ldlj, sparc, trimmed
from ankletest.metrics.traces import caveat
from ankletest.samples import FORCE, FloatArray, G, Kind
from ankletest.signals.filters import lowpass
from ankletest.trial import Event, Happening, Stream, Trial

FAMILY = "reaction"
LEAST = 3
"""E-SHORT: fewer answers are no median."""
ANTICIPATED_S = 0.100
"""Nobody reacts to a sound sooner."""
SOUND_S = 0.030
"""How late a loudspeaker may be, as a standard uncertainty, where no mark says when the cue sounded."""
HEARD_S = 0.005
"""And where one does: sound takes 3 ms a metre, and the sound card says when it plays and not when it is heard."""
MARK = "cue"
RATE_HZ, GOOD_HZ, RATE_SLACK = 80.0, 200.0, 0.98
GAP_S = 0.020
"""E-GAP: no braking is told across a longer gap."""
REST_S = 2.0
"""The body has come to rest so long after a landing."""
CUT_HZ = 50.0
"""P-FRATE: braking is looked at below this frequency."""
NAMED = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one cue, session seconds."""

    cue_s: float
    move_s: float
    off_s: float
    land_s: float


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a trial, why others were left out, and what is to be said of all; ``u_s`` is that of a time from a cue."""

    answers: tuple[Answer, ...]
    left_out: tuple[str, ...]
    reasons: tuple[str, ...]
    cues: int
    u_s: float
    blocked: str = ""


def answers_of(evidence: Evidence) -> Answers:
    """Prepare what came of the cues of a trial; use it as ``evidence.made(answers_of)``."""
    trial = evidence.trial
    pad = _pad(trial)
    if pad is None:
        return Answers((), (), (), 0, math.nan, "no pad saw this")
    if not pad.rate_hz >= RATE_HZ * RATE_SLACK:
        return Answers((), (), (), 0, math.nan, f"E-RATE: {pad.rate_hz:.0f} Hz, {RATE_HZ:.0f} Hz needed")
    start, end = evidence.window_s
    cues = [event for event in trial.events if event.what is Happening.CUE and start <= event.t_s < end]
    if not cues:
        return Answers((), (), (), 0, math.nan, "no cue in this record")
    made: list[Answer] = []
    left_out: list[str] = []
    for number, cue in enumerate(cues, start=1):
        following = cues[number].t_s if number < len(cues) else math.inf
        move = next((e for e in trial.events if e.what is Happening.MOVEMENT and e.valid and cue.t_s <= e.t_s < following), None)
        flight = _flight(trial, move)
        if not cue.valid or move is None or flight is None:
            left_out.append(f"cue {number} left out: {cue.note or 'no hop came of it'}")
        else:
            made.append(Answer(cue.t_s, move.t_s, flight.t_s, flight.end_s))
    marked = sum(any(e.what is Happening.MARK and e.note == MARK and e.t_s == cue.t_s for e in trial.events) for cue in cues)
    reasons: list[str] = []
    if marked < len(cues):
        reasons.append("the cue is the program's; when it sounded was not recorded")
    if pad.rate_hz < GOOD_HZ * RATE_SLACK:
        reasons.append(f"E-RATE: {pad.rate_hz:.0f} Hz, {GOOD_HZ:.0f} Hz recommended")
    if pad.timing == "estimated":
        reasons.append("timing: estimated from the arrival of notifications")
    clock = pad.timing_u_s if math.isfinite(pad.timing_u_s) else 0.0
    u = math.hypot(clock, HEARD_S if marked == len(cues) else SOUND_S, 1.0 / (pad.rate_hz * math.sqrt(12.0)))
    told = left_out if len(left_out) <= NAMED else [*left_out[:NAMED], f"{len(left_out) - NAMED} more cues left out"]
    return Answers(tuple(made), tuple(told), tuple(reasons), len(cues), u)


def _flight(trial: Trial, move: Event | None) -> Event | None:
    if move is None:
        return None
    return next((e for e in trial.events if e.what is Happening.FLIGHT and e.device == move.device and e.end_s == move.end_s), None)


def _pad(trial: Trial) -> Stream | None:
    return next((stream for stream in trial.streams if stream.kind is Kind.PAD and len(stream.t_s) > 1), None)


def braking_speed(t_s: FloatArray, force_n: FloatArray, *, land_s: float, flight_s: float, weight_n: float) -> FloatArray:
    """Return the speed of the body from the top of a hop on, m/s, (m,), at the samples' rate.

    Before the landing it falls freely: ``g t``; from there on ``v = g FT/2 − ∫(F/m − g) dt``, trapezoid rule (downward positive).

    Parameters
    ----------
    t_s, force_n : (n,)
        Uniform samples from the landing on.
    land_s, flight_s
        Landing, and the flight before it.
    weight_n
        Body weight.
    """
    step = float(np.median(np.diff(t_s)))
    start = float(t_s[0])
    net = G * (force_n / weight_n - 1.0)
    running = np.concatenate((np.zeros(1), np.cumsum(0.5 * (net[1:] + net[:-1]) * np.diff(t_s))))
    down = 0.5 * G * flight_s - 0.5 * (start - land_s) * (float(net[0]) - G) - running  # the force begins at 0 where the foot lands
    top = land_s - 0.5 * flight_s
    before = start - step * np.arange(math.floor((start - top) / step), 0, -1)
    return np.asarray(np.abs(np.concatenate((G * (before - top), down))), dtype=np.float64)


def _times(value: Callable[[Answer], float], *, from_cue: bool) -> Callable[[Evidence], Measured]:
    """Return a metric: the median of a time over the answers; ``from_cue``: the instant of the cue is in its uncertainty.

    RL-01 is ``t_move − t_cue``, RL-02 ``t_landing − t_cue``, RL-03 ``t_take-off − t_move``.
    """

    def of(evidence: Evidence) -> Measured:
        answers = evidence.made(answers_of)
        if answers.blocked:
            return Measured(math.nan, reasons=(answers.blocked,))
        values = np.array([value(answer) for answer in answers.answers])
        if len(values) < LEAST:
            return _short(answers, len(values))
        reasons = answers.reasons if from_cue else tuple(r for r in answers.reasons if not r.startswith("the cue"))
        # The loudspeaker and the clock are as late every time; what differs from cue to cue is the client.
        spread = 1.2533 * float(values.std(ddof=1)) / math.sqrt(len(values))
        u = math.hypot(spread, answers.u_s) if from_cue else spread
        return Measured(float(np.median(values)), u, (*reasons, *answers.left_out), caveat(reasons), len(values), len(answers.left_out))

    return of


def _missed(evidence: Evidence) -> Measured:
    """Return how many cues led to nothing that counts (RL-04)."""
    answers = evidence.made(answers_of)
    if answers.blocked:
        return Measured(math.nan, reasons=(answers.blocked,))
    return Measured(float(len(answers.left_out)), reasons=answers.left_out, n_used=answers.cues)


def _smooth(measure: Callable[[FloatArray, float], float]) -> Callable[[Evidence], Measured]:
    """Return a metric: the mean smoothness of the landings."""

    def of(evidence: Evidence) -> Measured:
        answers = evidence.made(answers_of)
        pad = _pad(evidence.trial)
        if answers.blocked or pad is None:
            return Measured(math.nan, reasons=(answers.blocked or "no pad saw this",))
        if not evidence.trial.body_weight_n > 0.0:
            return Measured(math.nan, reasons=("E-REST: no body weight, neither told nor weighed",))
        known = [number for a in answers.answers if math.isfinite(number := _of_landing(pad, a, evidence.trial.body_weight_n, measure))]
        if len(known) < LEAST:
            return _short(answers, len(known))
        reasons = tuple(r for r in answers.reasons if not r.startswith("the cue"))
        u = float(np.std(known, ddof=1)) / math.sqrt(len(known))
        rejected = answers.cues - len(known)
        return Measured(float(np.mean(known)), u, (*reasons, *answers.left_out), caveat(reasons), len(known), rejected)

    return of


def _of_landing(pad: Stream, answer: Answer, weight_n: float, measure: Callable[[FloatArray, float], float]) -> float:
    cut = pad.between(answer.land_s, answer.land_s + REST_S)
    force = cut.values[:, FORCE]
    whole = len(cut.t_s) > 2 and bool(np.isfinite(force).all()) and float(np.diff(cut.t_s).max()) <= GAP_S
    if not whole or bool(cut.clipped.any()) or cut.t_s[-1] - cut.t_s[0] < 0.9 * REST_S:
        return math.nan
    speed = braking_speed(cut.t_s, force, land_s=answer.land_s, flight_s=answer.land_s - answer.off_s, weight_n=weight_n)
    smooth = lowpass(speed, rate_hz=pad.rate_hz, cut_hz=CUT_HZ)
    return measure(smooth[trimmed(smooth)], pad.rate_hz)


def _short(answers: Answers, count: int) -> Measured:
    said = (f"E-SHORT: {count} usable landings, {LEAST} needed", *answers.left_out, *answers.reasons)
    return Measured(math.nan, reasons=said, n_rejected=answers.cues - count)


REACTED = Part(FAMILY, lambda _: True, lambda _: P_FJUMP.id)
"""Landings on a cue."""

_OWN = "time from the cue; first movement after Owen et al. 2014 (J Strength Cond Res 28:1552)"
_SPARC = "Balasubramanian et al. 2015 (J NeuroEng Rehabil 12:112)"
_LDLJ = "Balasubramanian et al. 2012 (IEEE TBME 59:2126)"
_HIGH, _LOW, _NONE = Better.HIGH, Better.LOW, Better.NONE

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("RL-01", "reaction_time", "reaction time, cue to first movement", "t_react", "s", _LOW, 3, 2, _OWN, REACTED,
           _times(lambda a: a.move_s - a.cue_s, from_cue=True), clinical=True),
    Metric("RL-02", "cue_to_landing", "time from cue to landing", "t_cue–IC", "s", _LOW, 3, 2, _OWN, REACTED,
           _times(lambda a: a.land_s - a.cue_s, from_cue=True), clinical=True),
    Metric("RL-03", "cue_push_off", "time from first movement to take-off", "t_push", "s", _NONE, 3, 2, _OWN, REACTED,
           _times(lambda a: a.off_s - a.move_s, from_cue=False)),
    Metric("RL-04", "cues_missed", "cues missed or anticipated", "n_miss", "", _LOW, 0, 1, _OWN, REACTED, _missed, ratio=False),
    Metric("SM-01", "braking_sparc", "smoothness of the braking, spectral arc length", "SPARC", "", _HIGH, 2, 2, _SPARC, REACTED,
           _smooth(sparc), ratio=False),
    Metric("SM-02", "braking_ldlj", "smoothness of the braking, log dimensionless jerk", "LDLJ", "", _HIGH, 2, 2, _LDLJ, REACTED,
           _smooth(ldlj), ratio=False),
)
# fmt: on
