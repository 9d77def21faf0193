"""Left trials held against right ones, metric by metric; the formulas are in ``symmetry``."""

from collections.abc import Sequence

from ankletest.metrics.base import Better, Comparison, MetricValue
from ankletest.metrics.symmetry import compare
from ankletest.samples import Side
from ankletest.trial import Outcome, Trial

USABLE = (Outcome.COMPLETED, Outcome.NOT_HELD)
"""Outcomes whose numbers may stand beside the other leg's."""

Done = tuple[Trial, Sequence[MetricValue]]


def compare_sides(done: Sequence[Done], *, involved: Side | None = None, everything: bool = False) -> list[Comparison]:
    """Compare the newest usable trial of each leg, exam by exam.

    Parameters
    ----------
    done
        Trials with their numbers, oldest first.
    involved
        The injured side, if known.
    everything
        All metrics instead of the clinical set.
    """
    newest: dict[tuple[str, Side], Done] = {}
    for trial, values in done:
        if trial.outcome in USABLE:
            newest[trial.setup.exam, trial.setup.side] = (trial, values)
    comparisons: list[Comparison] = []
    for exam in dict.fromkeys(exam for exam, _ in newest):
        left, right = newest.get((exam, Side.LEFT)), newest.get((exam, Side.RIGHT))
        if left is None or right is None:
            continue
        others = {value.metric.key: value for value in right[1]}
        for value in left[1]:
            other = others.get(value.metric.key)
            wanted = value.metric.better is not Better.NONE and (everything or value.metric.clinical)
            if wanted and other is not None and value.value is not None and other.value is not None:
                comparisons.append(compare(value.value, other.value, metric=value.metric, involved=involved))
    return comparisons


def comparison_json(comparison: Comparison) -> dict[str, object]:
    """Return SY-01, SY-02 and SY-03 of one metric as JSON values."""
    return {
        "id": comparison.metric.id,
        "key": comparison.metric.key,
        "unit": comparison.metric.unit,
        "left": comparison.left,
        "right": comparison.right,
        "involved": comparison.involved.value,
        "rule": comparison.rule,
        "SY-01": comparison.lsi_percent,
        "SY-02": comparison.difference_percent,
        "SY-03": comparison.symmetry_index_percent,
    }
