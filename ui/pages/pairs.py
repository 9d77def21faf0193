"""Left and right of the same number as rows of the symmetry bars; the rule which leg is worse is the core's."""

from collections.abc import Mapping, Sequence

from ankletest import metrics
from ankletest.errors import UsageError
from ankletest.metrics.base import Comparison, Metric, MetricValue
from ankletest.metrics.pairs import compare_sides
from ankletest.metrics.symmetry import compare
from ankletest.samples import Side
from ankletest.session import Finished
from ui.pages.display import scale_of
from ui.pages.number_grid import Slot
from ui.widgets.symmetry import Asymmetry, SymmetryRow

MOST = 4
COVERAGE = 1.96
"""95 % of a normal difference."""


def live_pairs(slots: Sequence[Slot], values: Mapping[str, float | None], others: Mapping[str, float], side: Side) -> list[SymmetryRow]:
    """Return a row for each number that both legs have; ``values`` and ``others`` are in the units they are read in."""
    rows: list[SymmetryRow] = []
    for slot in slots[:MOST]:
        mine, theirs = values.get(slot.key), others.get(slot.key)
        metric = _metric(slot.key)
        if mine is None or theirs is None or metric is None:
            continue
        left, right = (mine, theirs) if side is Side.LEFT else (theirs, mine)
        lsi = below_100(compare(left, right, metric=metric).lsi_percent)
        rows.append(SymmetryRow(slot.title, left, right, slot.decimals, slot.unit, lsi, Asymmetry.UNKNOWN))
    return rows


def final_pairs(finished: Sequence[Finished], *, involved: Side | None = None, everything: bool = False) -> list[SymmetryRow]:
    """Return rows for the newest usable trial of each leg, exam by exam (``metrics.pairs``), oldest first in ``finished``.

    A difference is called real where it exceeds the 95 % bound of both standard uncertainties together; without them it is unknown.
    """
    done = [(f.trial, f.values) for f in finished]
    rows: list[SymmetryRow] = []
    for pair in compare_sides(done, involved=involved, everything=everything):
        scale = scale_of(pair.metric.key, pair.metric.unit, pair.metric.decimals)
        title = pair.metric.title[:1].upper() + pair.metric.title[1:]
        rows.append(
            SymmetryRow(
                title, pair.left * scale.factor, pair.right * scale.factor, scale.decimals, scale.unit,
                pair.lsi_percent if involved else below_100(pair.lsi_percent),
                verdict_of(pair, finished),
            )
        )  # fmt: skip
    return rows


def below_100(lsi_percent: float | None) -> float | None:
    """Return the index of the worse leg against the better one, where nobody says which is involved.

    The core then lets the left leg stand for the involved one, and a right leg that is much worse would read 150 %: on a screen with
    a target of 90 % that looks like a pass.
    """
    return 100.0 * 100.0 / lsi_percent if lsi_percent is not None and lsi_percent > 100.0 else lsi_percent


def verdict_of(pair: Comparison, finished: Sequence[Finished]) -> Asymmetry:
    """Tell whether the difference of a pair is beyond the error of the two trials it comes from."""
    left, right = _find(finished, pair, Side.LEFT), _find(finished, pair, Side.RIGHT)
    if left is None or right is None or left.uncertainty is None or right.uncertainty is None:
        return Asymmetry.UNKNOWN
    bound = COVERAGE * (left.uncertainty**2 + right.uncertainty**2) ** 0.5
    return Asymmetry.REAL if abs(pair.left - pair.right) > bound else Asymmetry.WITHIN


def _find(finished: Sequence[Finished], pair: Comparison, side: Side) -> MetricValue | None:
    value = pair.left if side is Side.LEFT else pair.right
    mine = (v for f in reversed(finished) if f.trial.setup.side is side for v in f.values if v.metric.key == pair.metric.key)
    return next((v for v in mine if v.value == value), None)


def _metric(key: str) -> Metric | None:
    try:
        return metrics.by_key(key)
    except UsageError:
        return None
