"""Left against right of one metric (metrics.md 11); no verdict on whether a difference is real."""

import math

from ankletest.metrics.base import Better, Comparison, Metric
from ankletest.samples import Side

RULES = {
    Better.HIGH: "LSI = 100 × involved / uninvolved (higher is better); below 100 the involved side is worse",
    Better.LOW: "LSI = 100 × uninvolved / involved (lower is better); below 100 the involved side is worse",
    Better.NONE: "no LSI: neither direction is better",
}


def limb_symmetry_percent(involved: float, uninvolved: float, better: Better) -> float:
    """Return the limb symmetry index (SY-01): below 100 the involved side is worse, whatever direction is better; NaN without one."""
    if better is Better.NONE or not (involved > 0.0 and uninvolved > 0.0):
        return math.nan
    return 100.0 * involved / uninvolved if better is Better.HIGH else 100.0 * uninvolved / involved


def difference_percent(left: float, right: float, better: Better) -> float:
    """Return ``100 − 100 min/max`` (SY-02; Bishop et al. 2018): positive where the left is the weaker side, negative where the right is.

    Without a better direction the smaller side counts as the weaker. NaN unless both are positive.
    """
    if not (left > 0.0 and right > 0.0):
        return math.nan
    size = 100.0 - 100.0 * min(left, right) / max(left, right)
    left_weaker = left > right if better is Better.LOW else left < right
    return size if left_weaker or size == 0.0 else -size


def symmetry_index_percent(left: float, right: float) -> float:
    """Return ``100 |R − L| / (½(R + L))`` (SY-03); NaN unless both are positive."""
    return 100.0 * abs(right - left) / (0.5 * (right + left)) if left > 0.0 and right > 0.0 else math.nan


def compare(left: float, right: float, *, metric: Metric, involved: Side | None = None) -> Comparison:
    """Return the comparison of a metric; the left side counts as involved where nobody says which is.

    Parameters
    ----------
    left, right
        The metric's values.
    metric
        Its entry in the catalog; tells which direction is better.
    involved
        The injured side.
    """
    side = Side.LEFT if involved is None else involved
    i, u = (left, right) if side is Side.LEFT else (right, left)
    told = "" if involved is not None else "; the left side stands for the involved one"
    return Comparison(
        metric=metric,
        left=left,
        right=right,
        lsi_percent=_or_none(limb_symmetry_percent(i, u, metric.better)),
        difference_percent=_or_none(difference_percent(left, right, metric.better)),
        symmetry_index_percent=_or_none(symmetry_index_percent(left, right)),
        involved=side,
        rule=RULES[metric.better] + told,
    )


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
