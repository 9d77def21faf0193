"""Left and right of the same number as rows of the symmetry bars; which leg is worse and what is real is the core's word."""

from collections.abc import Mapping, Sequence

from ankletest import metrics
from ankletest.errors import UsageError
from ankletest.exams.pairs import Pair
from ankletest.metrics.base import Metric
from ankletest.metrics.symmetry import compare
from ankletest.samples import Side
from ui.asked import title_of
from ui.pages.display import scale_of
from ui.pages.number_grid import Slot
from ui.tongue import say
from ui.widgets.symmetry import SymmetryRow
from ui.words import common as words

MOST = 4


def live_pairs(
    slots: Sequence[Slot], values: Mapping[str, float | None], others: Mapping[str, float], side: Side, *, involved: Side | None = None
) -> list[SymmetryRow]:
    """Return a row for each number that both legs have; ``values`` and ``others`` are in the units they are read in."""
    rows: list[SymmetryRow] = []
    for slot in slots[:MOST]:
        mine, theirs = values.get(slot.key), others.get(slot.key)
        metric = _metric(slot.key)
        if mine is None or theirs is None or metric is None:
            continue
        left, right = (mine, theirs) if side is Side.LEFT else (theirs, mine)
        compared = compare(left, right, metric=metric, involved=involved)
        rows.append(
            SymmetryRow(
                slot.title, left, right, slot.decimals, slot.unit, compared.lsi_percent, of=involved or compared.weaker, ratio=metric.ratio
            )
        )
    return rows


def final_pairs(pairs: Sequence[Pair]) -> list[SymmetryRow]:
    """Return rows for pairs, in the units they are read in; where an exam was done under several conditions, each row names its own."""
    conditions = {(pair.setup.exam, title_of(pair.setup)) for pair in pairs}
    several = {exam for exam, _ in conditions if sum(1 for other, _ in conditions if other == exam) > 1}
    return [_row(pair, named=pair.setup.exam in several) for pair in pairs]


def _row(pair: Pair, *, named: bool) -> SymmetryRow:
    compared = pair.comparison
    metric = compared.metric
    scale = scale_of(metric.key, metric.unit, metric.decimals)
    title = words.capital(say(metric.title))
    return SymmetryRow(
        f"{title} ({title_of(pair.setup)})" if named else title,
        compared.left * scale.factor,
        compared.right * scale.factor,
        scale.decimals,
        scale.unit,
        compared.lsi_percent,
        pair.finding.meaning,
        compared.involved or compared.weaker,
        metric.ratio,
    )


def _metric(key: str) -> Metric | None:
    try:
        return metrics.by_key(key)
    except UsageError:
        return None
