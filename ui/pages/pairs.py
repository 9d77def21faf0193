"""Left and right of the same number as rows of the symmetry bars; the rule which leg is worse is the core's."""

from collections.abc import Mapping, Sequence

from ankletest import metrics
from ankletest.errors import UsageError
from ankletest.metrics.base import Metric, MetricValue
from ankletest.metrics.symmetry import compare
from ankletest.samples import Side
from ui.pages.display import scale_of
from ui.pages.number_grid import Slot
from ui.widgets.symmetry import Asymmetry, SymmetryRow

MOST = 4


def live_pairs(
    slots: Sequence[Slot], values: Mapping[str, float | None], others: Mapping[str, float], side: Side
) -> list[SymmetryRow]:
    """Return a row for each number that both legs have; ``values`` and ``others`` are in the units they are read in."""
    rows: list[SymmetryRow] = []
    for slot in slots[:MOST]:
        mine, theirs = values.get(slot.key), others.get(slot.key)
        metric = _metric(slot.key)
        if mine is None or theirs is None or metric is None:
            continue
        left, right = (mine, theirs) if side is Side.LEFT else (theirs, mine)
        lsi = compare(left, right, metric=metric).lsi_percent
        rows.append(SymmetryRow(slot.title, left, right, slot.decimals, slot.unit, lsi, Asymmetry.UNKNOWN))
    return rows


def final_pairs(
    left: Sequence[MetricValue], right: Sequence[MetricValue], *, involved: Side | None, all_numbers: bool
) -> list[SymmetryRow]:
    """Return rows of the clinical numbers (or all) of a left and a right trial.

    A difference is called real where it exceeds the 95 % bound of both standard uncertainties together; without them it is unknown.
    """
    theirs = {value.metric.key: value for value in right}
    rows: list[SymmetryRow] = []
    for mine in left:
        other = theirs.get(mine.metric.key)
        if other is None or mine.value is None or other.value is None or not (all_numbers or mine.metric.clinical):
            continue
        scale = scale_of(mine.metric.key, mine.metric.unit, mine.metric.decimals)
        result = compare(mine.value, other.value, metric=mine.metric, involved=involved)
        title = mine.metric.title[:1].upper() + mine.metric.title[1:]
        rows.append(
            SymmetryRow(
                title, mine.value * scale.factor, other.value * scale.factor, scale.decimals, scale.unit, result.lsi_percent,
                _verdict(mine, other),
            )
        )  # fmt: skip
    return rows


def _verdict(left: MetricValue, right: MetricValue) -> Asymmetry:
    if left.uncertainty is None or right.uncertainty is None or left.value is None or right.value is None:
        return Asymmetry.UNKNOWN
    bound = 1.96 * (left.uncertainty**2 + right.uncertainty**2) ** 0.5
    return Asymmetry.REAL if abs(left.value - right.value) > bound else Asymmetry.WITHIN


def _metric(key: str) -> Metric | None:
    try:
        return metrics.by_key(key)
    except UsageError:
        return None
