"""The catalog of metrics, and how a trial is made into values; formulas are in the files of the families."""

import math

from ankletest.errors import UsageError
from ankletest.metrics import (
    drop_jump,
    heel_raise_entries,
    hold,
    hop_beat_entries,
    hop_entries,
    hop_research_entries,
    jump_entries,
    landing_entries,
    lunge,
    motion,
    motion_research_entries,
    perturbation_entries,
    plantarflexion,
    reaction_entries,
    side_hop_entries,
    squat,
    stick_entries,
    strength_entries,
    sway_entries,
    sway_research_entries,
    trunk_jump_entries,
)
from ankletest.metrics.base import Evidence, Metric, MetricValue, Status
from ankletest.metrics.certified import certified
from ankletest.metrics.profiles import prepare
from ankletest.trial import Outcome, Trial

METRICS: tuple[Metric, ...] = (
    *hold.METRICS,
    *sway_entries.METRICS,
    *sway_research_entries.METRICS,
    *motion.METRICS,
    *motion_research_entries.METRICS,
    *hop_entries.METRICS,
    *hop_research_entries.METRICS,
    *hop_beat_entries.METRICS,
    *jump_entries.METRICS,
    *trunk_jump_entries.METRICS,
    *drop_jump.METRICS,
    *landing_entries.METRICS,
    *side_hop_entries.METRICS,
    *heel_raise_entries.METRICS,
    *strength_entries.METRICS,
    *stick_entries.METRICS,
    *perturbation_entries.METRICS,
    *reaction_entries.METRICS,
    *lunge.METRICS,
    *plantarflexion.METRICS,
    *squat.METRICS,
)
_BY_KEY = {metric.key: metric for metric in METRICS}
_SLOW = frozenset(m.key for m in (*sway_research_entries.METRICS, *motion_research_entries.METRICS, *hop_research_entries.METRICS))
"""Spectra, entropies, diffusion and the like: they take several times as long as all the others together."""


def evaluate(
    trial: Trial, *, profile: str | None = None, window_s: tuple[float, float] | None = None, everything: bool = True
) -> tuple[MetricValue, ...]:
    """Make every number that applies to a trial.

    Parameters
    ----------
    trial
        A finished run.
    profile
        Id of a CoP profile, ``P-COP`` unless told otherwise.
    window_s
        Analyse this part (session seconds) instead of the trial's own.
    everything
        False leaves out the numbers of the research tier that take long, for use while somebody waits.

    Returns
    -------
    In the order of the catalog. A number that cannot be told has no value, status INVALID, and a reason.
    """
    evidence = prepare(trial, profile=profile, window_s=window_s)
    failed = trial.outcome is Outcome.INVALID
    said = tuple(f"the run is invalid: {reason}" for reason in trial.reasons) or ("the run is invalid",)
    return tuple(
        _value(metric, evidence, failed=said if failed else (), asked=window_s is not None)
        for metric in METRICS
        if metric.part.family in trial.families and (everything or metric.key not in _SLOW) and metric.part.has(evidence)
    )


def by_key(key: str) -> Metric:
    """Return the metric with this key."""
    if key not in _BY_KEY:
        raise UsageError(f"There is no metric {key!r}.", f"Choose one of {', '.join(_BY_KEY)}.")
    return _BY_KEY[key]


def _value(metric: Metric, evidence: Evidence, *, failed: tuple[str, ...], asked: bool) -> MetricValue:
    """Return the value of a metric; in a run that a device spoiled there is one only in a window that somebody asked for."""
    measured = certified(metric, metric.of(evidence), evidence)
    reasons = (*failed, *measured.reasons)
    told = math.isfinite(measured.value) and (asked or not failed)
    if not told:
        status, reasons = Status.INVALID, reasons or ("this trial cannot tell it",)
    else:
        status = Status.WARN if measured.warn or failed else Status.OK
    return MetricValue(
        metric=metric,
        value=measured.value if told else None,
        status=status,
        reasons=reasons,
        uncertainty=measured.u if told and math.isfinite(measured.u) else None,
        window_s=evidence.window_s,
        profile=metric.part.profile(evidence),
        n_used=measured.n_used,
        n_rejected=measured.n_rejected,
    )
