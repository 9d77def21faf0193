"""The entries of perturbation taps in the catalog: each tap made ready, and the median over at least five; no formulas."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ankletest.metrics import perturbation as p
from ankletest.metrics.base import Better, CopTrace, Evidence, Measured, Metric, MotionTrace, Part
from ankletest.metrics.profiles import P_ACC, P_COP, SITES
from ankletest.metrics.traces import caveat, cop_trace, motion_trace
from ankletest.samples import COP_X, FloatArray, Kind
from ankletest.trial import Happening, Stream, Trial

FAMILY = "taps"
LEAST = 5
"""Manual taps are not standardised: at least five, and their median."""
BEFORE_S, AFTER_S = 5.5, 6.0
"""What is cut about a tap: the baseline and the edges of its filter, and time to recover."""
NAMED = 3
ALIKE = "taps by hand are not alike: compare the legs within this session only"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one tap did: deviation from the baseline about the tap, its moving RMS, and the limit of recovery."""

    t_s: FloatArray
    x: FloatArray
    y: FloatArray
    rms: FloatArray
    limit: float


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the taps of a trial, why others were left out, and what is to be said of all."""

    answers: tuple[Answer, ...]
    left_out: tuple[str, ...]
    reasons: tuple[str, ...]


def cop_answers(evidence: Evidence) -> Answers:
    """Prepare what the taps did to the CoP; use it as ``evidence.made(cop_answers)``."""
    trial = evidence.trial
    pad = _pad(trial)
    if pad is None:
        return Answers((), (), ("no pad with a centre of pressure",))

    def cut(at_s: float) -> CopTrace:
        return cop_trace(pad, start_s=at_s - BEFORE_S, end_s=at_s + AFTER_S, profile=P_COP, body_weight_n=trial.body_weight_n)

    return _answers(evidence, lambda at_s: _about(cut(at_s), at_s))


def motion_answers(evidence: Evidence) -> Answers:
    """Prepare what the taps did to the horizontal acceleration; use it as ``evidence.made(motion_answers)``."""
    imu = _imu(evidence.trial)
    if imu is None:
        return Answers((), (), ("no motion sensor on the trunk or the leg",))

    def cut(at_s: float) -> MotionTrace:
        return motion_trace(imu, start_s=at_s - BEFORE_S, end_s=at_s + AFTER_S, profile=P_ACC)

    found = _answers(evidence, lambda at_s: _about(cut(at_s), at_s))
    return Answers(found.answers, found.left_out, (*found.reasons, f"site: {imu.site.value}"))


def _answers(evidence: Evidence, answer: Callable[[float], tuple[Answer | None, tuple[str, ...]]]) -> Answers:
    start, end = evidence.window_s
    taps = [event for event in evidence.trial.events if event.what is Happening.TAP and start <= event.t_s < end]
    made: list[Answer] = []
    left_out: list[str] = []
    reasons: list[str] = [ALIKE]
    for number, tap in enumerate(taps, start=1):
        found, said = answer(tap.t_s) if tap.valid else (None, (tap.note,))
        if found is None:
            left_out.append(f"tap {number} left out: {said[0] if said else 'no samples about it'}")
        else:
            made.append(found)
            reasons += [reason for reason in said if caveat((reason,)) and reason not in reasons]
    if any(tap.u_s > p.RMS_S / 5.0 for tap in taps if tap.valid):
        reasons.append("timing: taps by the key are known to 0.1 s")
    told = left_out if len(left_out) <= NAMED else [*left_out[:NAMED], f"{len(left_out) - NAMED} more taps left out"]
    return Answers(tuple(made), tuple(told), tuple(reasons))


def _about(trace: CopTrace | MotionTrace, at_s: float) -> tuple[Answer | None, tuple[str, ...]]:
    """Return the deviation of a trace from the mean of the baseline, or why there is none."""
    x, y = (trace.x_mm, trace.y_mm) if isinstance(trace, CopTrace) else (trace.ml_m_s2, trace.ap_m_s2)
    t = trace.t_s - at_s
    calm = (t >= -p.BASELINE_S) & (t < 0.0)
    if trace.blocked or np.count_nonzero(calm) < 0.9 * p.BASELINE_S * trace.rate_hz:
        return None, trace.reasons if trace.blocked else (f"E-SHORT: less than {p.BASELINE_S:.0f} s before it",)
    x, y = x - x[calm].mean(), y - y[calm].mean()
    rms = p.moving_rms(x, y, trace.rate_hz)
    return Answer(t, x, y, rms, p.limit_of(t, rms)), trace.reasons


def _median(of: Callable[[Evidence], Answers], value: Callable[[Answer], float]) -> Callable[[Evidence], Measured]:
    """Return a metric: the median of ``value`` over at least five taps.

    A tap that was not recovered from while it was watched took longer than any that was, and counts as that (infinite). The uncertainty
    is that of a median of the spread between taps, by their median absolute deviation.
    """

    def told(evidence: Evidence) -> Measured:
        answers = evidence.made(of)
        values = np.array([number for number in map(value, answers.answers) if not math.isnan(number)])
        rejected = len(answers.left_out) + len(answers.answers) - len(values)
        said = (*answers.left_out, *answers.reasons)
        if len(values) < LEAST:
            return Measured(math.nan, reasons=(f"E-SHORT: {len(values)} usable taps, {LEAST} needed", *said), n_rejected=rejected)
        endless = int(np.count_nonzero(np.isinf(values)))
        if endless:
            said = (f"{endless} of {len(values)} taps were not recovered from within {AFTER_S:.0f} s", *said)
        ordered = np.sort(values)
        middle = float(ordered[len(ordered) // 2]) if len(ordered) % 2 else float(ordered[len(ordered) // 2 - 1 :][:2].mean())
        if math.isinf(middle):
            return Measured(math.nan, reasons=said, n_rejected=rejected)
        spread = float(np.sort(np.abs(values - middle))[len(values) // 2])
        u = 1.4826 * 1.2533 * spread / math.sqrt(len(values))  # MAD to SD, and √(π/2): a median spreads so much more than a mean
        return Measured(middle, u, said, caveat(answers.reasons), len(values), rejected)

    return told


def _peak(answer: Answer) -> float:
    return p.peak(answer.t_s, answer.x, answer.y)


def _path(answer: Answer) -> float:
    return p.path(answer.t_s, answer.x, answer.y)


def _overshoots(answer: Answer) -> float:
    return p.overshoots(answer.t_s, answer.x, answer.y, until_s=min(_recovery(answer), float(answer.t_s[-1])))


def _recovery(answer: Answer) -> float:
    seconds = p.recovery_s(answer.t_s, answer.rms, answer.limit)
    return math.inf if math.isnan(seconds) else seconds


def _pad(trial: Trial) -> Stream | None:
    return next((s for s in trial.streams if s.kind is Kind.PAD and bool(np.isfinite(s.values[:, COP_X]).any())), None)


def _imu(trial: Trial) -> Stream | None:
    """Return the sensor whose acceleration is told: the trunk's, else the leg's."""
    worn = [s for site in SITES for s in trial.streams if s.kind is Kind.IMU and s.site is site and s.side in {None, trial.setup.side}]
    return worn[0] if worn else None


TAPPED_COP = Part(FAMILY, lambda evidence: _pad(evidence.trial) is not None or _imu(evidence.trial) is None, lambda _: P_COP.id)
"""Taps on somebody who stands on a pad."""
TAPPED_MOTION = Part(FAMILY, lambda evidence: _imu(evidence.trial) is not None, lambda _: P_ACC.id)
"""Taps on somebody who wears a motion sensor."""

_PT = "metrics.md 3.1; compare PMC8093417"
_LOW = Better.LOW
_cop, _acc = cop_answers, motion_answers

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("PT-01", "tap_peak", "peak answer to a tap, CoP", "x_pk", "mm", _LOW, 1, 1, _PT, TAPPED_COP, _median(_cop, _peak)),
    Metric("PT-01", "tap_peak_acc", "peak answer to a tap, acceleration", "a_pk", "m/s²", _LOW, 2, 2, _PT, TAPPED_MOTION,
           _median(_acc, _peak)),
    Metric("PT-02", "tap_recovery", "recovery time after a tap, CoP", "t_rec", "s", _LOW, 2, 1, _PT, TAPPED_COP,
           _median(_cop, _recovery), clinical=True),
    Metric("PT-02", "tap_recovery_acc", "recovery time after a tap, acceleration", "t_rec,a", "s", _LOW, 2, 2, _PT, TAPPED_MOTION,
           _median(_acc, _recovery)),
    Metric("PT-03", "tap_path", "settling path of the CoP over 3 s after a tap", "PATH_3s", "mm", _LOW, 0, 1, _PT, TAPPED_COP,
           _median(_cop, _path)),
    Metric("PT-04", "tap_overshoots", "overshoots before recovery from a tap", "n_over", "", _LOW, 1, 1, _PT, TAPPED_COP,
           _median(_cop, _overshoots), ratio=False),
)
# fmt: on
