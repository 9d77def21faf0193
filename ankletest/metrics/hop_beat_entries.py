"""The entries of hops on a metronome in the catalog: cadence, and how well landings keep to the beat (HB-01 to HB-05); no formulas."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ankletest.metrics import synchrony as sync
from ankletest.metrics.base import Better, Evidence, Hop, HopSet, Measured, Metric, Part
from ankletest.metrics.hop_numbers import LEAST, hops_in, refused, short, told, valid_of
from ankletest.metrics.parts import CONTACTS
from ankletest.metrics.profiles import HOPS
from ankletest.metrics.shaken import shaken_u, white
from ankletest.samples import FloatArray
from ankletest.trial import Happening

DUE = "the beat is the program's; when it sounded was not recorded"
ALIKE = 0.05
"""Who hops on every second beat, or twice to each, does so within this share."""
RADIO_U_S = 0.008
"""How late the soonest notification of a device is, which no fit of its clock tells, as a standard uncertainty, s: beats are of the host's
clock. Simulated pads and feet of 1000 to 100 Hz are 2 to 18 ms late."""
EXACT = "exact"
"""Timing of an imported record, which came by no radio."""
KEY = "beats"
"""Of the number that was entered: beats a minute."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The landings of valid hops against the beat.

    Parameters
    ----------
    away_s : (n,)
        Asynchrony of each hop that had a beat, s.
    edge_s : (n,)
        Standard uncertainty of each landing, s.
    period_s
        From beat to beat; NaN where nobody entered it.
    u_s
        Standard uncertainty that all asynchronies share, s: of when the beats sounded, of the device's clock, and of its radio.
    heard
        A mark says when the beats sounded.
    silent
        Valid hops without a beat, as after a mark of pain.
    """

    away_s: FloatArray
    edge_s: FloatArray
    period_s: float
    u_s: float
    heard: bool
    silent: int


def kept_of(evidence: Evidence) -> Kept:
    """Return how the landings of a trial keep to its beats; for ``Evidence.made``."""
    hops, trial = hops_in(evidence), evidence.trial
    beats = [event for event in trial.events if event.what is Happening.BEAT]
    a_minute = trial.setup.given.get(KEY, 0.0)
    period = 60.0 / a_minute if a_minute > 0.0 else math.nan
    valid = valid_of(hops)
    away = sync.asynchrony_s(np.array([hop.ic_s for hop in valid]), np.array([beat.t_s for beat in beats]), period)
    known = np.isfinite(away)
    edge = np.array([hop.u_s for hop in valid])[known] / math.sqrt(2.0)
    eye = next((stream for stream in trial.streams if stream.device == hops.device), None)
    clock = eye.timing_u_s if eye is not None and math.isfinite(eye.timing_u_s) else 0.0
    radio = 0.0 if eye is None or eye.timing == EXACT else RADIO_U_S
    sounded = max((beat.u_s for beat in beats), default=math.nan)
    heard = bool(beats) and all(beat.note for beat in beats)
    return Kept(away[known], edge, period, math.hypot(sounded, clock, radio), heard, int((~known).sum()))


def _cadence(evidence: Evidence) -> Measured:
    hops = hops_in(evidence)
    valid = valid_of(hops)
    if len(valid) < LEAST:
        return short(hops, len(valid))
    mean_s = float(np.mean([hop.next_ic_s - hop.ic_s for hop in valid]))
    edge = float(np.mean([hop.u_s for hop in valid])) / math.sqrt(2.0)
    # Landings within a run of hops cancel: what is left are those at its ends.
    u_s = edge * math.sqrt(2.0 * _runs(valid)) / len(valid)
    extra = _other_tempo(mean_s / evidence.made(kept_of).period_s)
    return told(hops, 60.0 / mean_s, u=60.0 / mean_s**2 * u_s, used=len(valid), extra=extra)


def _other_tempo(beats: float) -> tuple[str, ...]:
    """Return what is to be said of hops that last so many beats each: a whole number of them, or go so often into one."""
    if round(beats) >= 2 and abs(beats / round(beats) - 1.0) <= ALIKE:
        return (f"one hop in {round(beats)} beats",)
    if beats > 0.0 and round(1.0 / beats) >= 2 and abs(1.0 / beats / round(1.0 / beats) - 1.0) <= ALIKE:
        return (f"{round(1.0 / beats)} hops to a beat",)
    return ()


def _runs(valid: list[Hop]) -> int:
    """Return how many runs of hops there are in which each begins where the one before ended."""
    return 1 + sum(after.ic_s != before.next_ic_s for before, after in pairwise(valid))


def _over(
    number: Callable[[FloatArray, float], float], *, u: Callable[[Kept], float], absolute: bool = False
) -> Callable[[Evidence], Measured]:  # fmt: skip
    """Return a metric of asynchronies; an ``absolute`` one hangs on when the beats sounded, and on there being one direction."""

    def of(evidence: Evidence) -> Measured:
        hops, kept = hops_in(evidence), evidence.made(kept_of)
        refusal = _refusal(hops, kept)
        if refusal is not None:
            return refusal
        if absolute and sync.by_chance(kept.away_s, kept.period_s) > sync.BY_CHANCE:
            length = abs(sync.resultant(kept.away_s, kept.period_s))
            return refused(hops, f"the hops do not keep to the beat (R = {length:.2f}), so there is no mean")
        silent = (f"{kept.silent} hops without a beat left out",) if kept.silent else ()
        extra = (*silent, *((DUE,) if absolute and not kept.heard else ()))
        value = number(kept.away_s, kept.period_s)
        return told(hops, value, u=u(kept), used=len(kept.away_s), extra=extra, warn=absolute and not kept.heard)

    return of


def _refusal(hops: HopSet, kept: Kept) -> Measured | None:
    if not kept.period_s > 0.0:
        return refused(hops, "the beats a minute were not entered")
    if len(valid_of(hops)) < LEAST:
        return short(hops, len(valid_of(hops)))
    if len(kept.away_s) < LEAST:
        return refused(hops, f"E-SHORT: {len(kept.away_s)} hops with a beat, {LEAST} needed")
    return None


def _mean_u(kept: Kept) -> float:
    """Return the uncertainty of a mean asynchrony, ms: what a detector gets wrong it gets wrong on every hop."""
    return 1e3 * math.hypot(float(kept.edge_s.mean()), kept.u_s)


def _shaken(number: Callable[[FloatArray, float], float]) -> Callable[[Kept], float]:
    """Return the uncertainty of a spread: made again with landings moved by their own error once more."""

    def u(kept: Kept) -> float:
        again = [number(kept.away_s + kept.edge_s * one[:, 0], kept.period_s) for one in white(len(kept.away_s), 1)]
        return shaken_u(number(kept.away_s, kept.period_s), again)

    return u


def _mean_ms(away_s: FloatArray, period_s: float) -> float:
    return 1e3 * sync.mean_s(away_s, period_s)


def _sd_ms(away_s: FloatArray, period_s: float) -> float:
    return 1e3 * sync.sd_s(away_s, period_s)


def _length(away_s: FloatArray, period_s: float) -> float:
    return abs(sync.resultant(away_s, period_s))


def _share(away_s: FloatArray, period_s: float) -> float:
    return 100.0 * float(sync.on_beat(away_s, period_s).mean())


def _untold(_kept: Kept) -> float:
    return math.nan


ON_METRONOME = Part(
    HOPS,
    lambda e: e.hops is not None and any(event.what is Happening.BEAT for event in e.trial.events),
    CONTACTS.profile,
)
"""Contacts and flights of a run with a metronome, whatever device saw them."""

_REPP = "Repp 2005 (Psychon Bull Rev 12:969), landings for taps"
_FISHER = "Fisher 1993 (Statistical Analysis of Circular Data)"
_OWN = "this program's own: within a quarter of the period, as algorithms.md 7 has it of heel raises"
_HIGH, _LOW, _NONE = Better.HIGH, Better.LOW, Better.NONE

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("HB-01", "hop_cadence", "cadence of hops", "f_min", "1/min", _NONE, 1, 1, "this program's own, as HR-06", ON_METRONOME, _cadence,
           formula="60 / mean of next IC − IC"),
    Metric("HB-02", "hop_asynchrony", "mean asynchrony of landings to the beat", "a", "ms", _NONE, 0, 1, _REPP, ON_METRONOME,
           _over(_mean_ms, u=_mean_u, absolute=True), clinical=True,
           formula="T arg(mean exp(i 2π a / T)) / 2π, a: IC − nearest beat, T: from beat to beat; negative: before the beat"),
    Metric("HB-03", "hop_asynchrony_sd", "SD of asynchrony", "SD_a", "ms", _LOW, 0, 1, f"{_REPP}; {_FISHER}", ON_METRONOME,
           _over(_sd_ms, u=_shaken(_sd_ms)), formula="T √(−2 ln R) / 2π"),
    Metric("HB-04", "hop_synchrony", "mean resultant length of asynchronies", "R", "", _HIGH, 2, 1, _FISHER, ON_METRONOME,
           _over(_length, u=_shaken(_length)), formula="|mean exp(i 2π a / T)|"),
    Metric("HB-05", "hop_on_beat", "hops on the beat", "on beat", "%", _HIGH, 0, 1, _OWN, ON_METRONOME,
           _over(_share, u=_untold), clinical=True,
           formula="share of landings within ±25 % of the period of their own mean asynchrony"),
)
# fmt: on
