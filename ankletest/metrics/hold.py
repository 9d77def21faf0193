"""How long a stance was held, and how many errors there were (metrics.md 1); finding them is the exam's work."""

import math

from ankletest.metrics.base import Better, Evidence, Measured, Metric
from ankletest.metrics.parts import HOLD
from ankletest.trial import Event

MERGE_S = 1.0
"""Errors less than this apart are one episode."""


def hold_time(evidence: Evidence) -> Measured:
    """Return ``t_hold = t_fail − t_start``, at most the cap (ST-01).

    The uncertainty is that of two edges: the failing event's own where it tells one, else a sample (uniform within ±1/fs).
    """
    trial = evidence.trial
    if not math.isfinite(trial.hold_s):
        return Measured(math.nan, reasons=("no start and end of a hold in this run", *trial.reasons))
    rates = [stream.rate_hz for stream in trial.streams if stream.rate_hz > 0.0]
    sample_s = 1.0 / (math.sqrt(3.0) * max(rates)) if rates else math.nan
    ends = [event.u_s for event in evidence.errors if event.u_s > 0.0]
    reasons = (f"capped: held for the {trial.setup.duration_s:g} s asked for",) if trial.capped else ()
    return Measured(trial.hold_s, math.hypot(sample_s, ends[0] if ends else sample_s), reasons, n_used=1)


def error_count(evidence: Evidence) -> Measured:
    """Return the number of error episodes: errors less than 1 s apart are one (ST-02)."""
    if not math.isfinite(evidence.trial.hold_s) and not evidence.errors:
        # Nobody looked for errors in a record that was taken in whole, and no errors found is not no errors made.
        return Measured(math.nan, reasons=("no hold was watched for errors in this run",))
    episodes = episodes_of(evidence.errors)
    kinds = sorted({event.note if event.what.value == "mark" and event.note else event.what.value for event in evidence.errors})
    return Measured(float(episodes), reasons=(f"errors: {', '.join(kinds)}",) if kinds else (), n_used=len(evidence.errors))


def episodes_of(errors: tuple[Event, ...]) -> int:
    """Return the number of episodes among errors, each lasting until its end if it has one."""
    episodes = 0
    until = -math.inf
    for event in sorted(errors, key=lambda error: error.t_s):
        if event.t_s - until >= MERGE_S:
            episodes += 1
        until = max(until, event.end_s if math.isfinite(event.end_s) else event.t_s)
    return episodes


METRICS: tuple[Metric, ...] = (
    Metric(
        "ST-01", "hold_time", "hold time", "t_hold", "s", Better.HIGH, 1, 2, "Springer et al. 2007 (J Geriatr Phys Ther 30:8)",
        HOLD, hold_time, clinical=True,
        formula="t_fail − t_start, at most the time asked for",
    ),
    Metric(
        "ST-02", "errors", "balance errors", "n_err", "", Better.LOW, 0, 1, "BESS; Picot et al. 2024 (Sports Med Open 10:23)",
        HOLD, error_count, clinical=True,
        formula="episodes of errors; errors less than 1 s apart are one", ratio=False,
    ),
)  # fmt: skip
