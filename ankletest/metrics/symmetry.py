"""Left against right of one metric (metrics.md 11, SY-01 to SY-05); whether a difference is real is told in ``change``.

One rule everywhere (docs/decisions/0010): the limb symmetry index is of the involved leg against the other. Where nobody says which leg
is involved, it is of the worse leg against the better one, and the worse leg is named. Below 100 the leg so named is the worse one, always.
"""

import math

from ankletest.metrics.base import Better, Comparison, Metric
from ankletest.samples import Side

RULES = {
    Better.HIGH: "LSI = 100 × {i} / {u} (higher is better)",
    Better.LOW: "LSI = 100 × {u} / {i} (lower is better)",
    Better.NONE: "no LSI: neither direction is better",
}
NO_RATIO = "no LSI: 0 is normal, so a ratio of both legs says nothing"
INVOLVED = ("involved", "uninvolved")
UNNAMED = ("worse leg", "better leg")


def limb_symmetry_percent(involved: float, uninvolved: float, better: Better) -> float:
    """Return the limb symmetry index (SY-01): below 100 the involved side is worse, whatever direction is better; NaN without one."""
    if better is Better.NONE or not (involved > 0.0 and uninvolved > 0.0):
        return math.nan
    return 100.0 * involved / uninvolved if better is Better.HIGH else 100.0 * uninvolved / involved


def limb_ratio_percent(involved: float, uninvolved: float) -> float:
    """Return ``100 I / U`` whatever direction is better, as papers on timed tests often do (SY-01); NaN unless both are positive."""
    return 100.0 * involved / uninvolved if involved > 0.0 and uninvolved > 0.0 else math.nan


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


def bilateral_index_percent(left: float, right: float) -> float:
    """Return ``100 (max − min) / (R + L)`` (SY-04), for tests that both legs do at once; NaN unless both are positive."""
    return 100.0 * abs(right - left) / (right + left) if left > 0.0 and right > 0.0 else math.nan


def symmetry_angle_percent(left: float, right: float) -> float:
    """Return ``100 (45° − atan(L/R)) / 90°`` (SY-05; Zifchock 2008): positive where the left is smaller; NaN unless both are positive."""
    return 100.0 * (math.pi / 4.0 - math.atan2(left, right)) / (math.pi / 2.0) if left > 0.0 and right > 0.0 else math.nan


def weaker_side(left: float, right: float, better: Better) -> Side | None:
    """Return the side that does worse; None where both are equal or neither direction is better."""
    if better is Better.NONE or left == right:
        return None
    return Side.LEFT if (left < right) is (better is Better.HIGH) else Side.RIGHT


def compare(left: float, right: float, *, metric: Metric, involved: Side | None = None, bilateral: bool = False) -> Comparison:
    """Return the comparison of a metric.

    Parameters
    ----------
    left, right
        The metric's values.
    metric
        Its entry in the catalog; tells which direction is better.
    involved
        The injured side; None: the worse leg stands against the better one.
    bilateral
        Both legs did the test at once, so SY-04 applies.
    """
    weaker = weaker_side(left, right, metric.better)
    side = involved or weaker or Side.LEFT  # equal sides give the same index whichever is taken
    i, u = (left, right) if side is Side.LEFT else (right, left)

    def told(ratio: float) -> float | None:
        return ratio if metric.ratio and math.isfinite(ratio) else None

    return Comparison(
        metric=metric,
        left=left,
        right=right,
        lsi_percent=told(limb_symmetry_percent(i, u, metric.better)),
        ratio_percent=told(limb_ratio_percent(i, u)) if metric.better is not Better.NONE else None,
        difference_percent=told(difference_percent(left, right, metric.better)),
        symmetry_index_percent=told(symmetry_index_percent(left, right)),
        bilateral_index_percent=told(bilateral_index_percent(left, right)) if bilateral else None,
        symmetry_angle_percent=told(symmetry_angle_percent(left, right)),
        involved=involved,
        weaker=weaker,
        rule=_rule(metric.better, involved, weaker) if metric.ratio else NO_RATIO,
    )


def _rule(better: Better, involved: Side | None, weaker: Side | None) -> str:
    names = INVOLVED if involved else UNNAMED
    rule = RULES[better].format(i=names[0], u=names[1])
    if better is Better.NONE:
        return rule
    if involved:
        return f"{rule}; below 100 the involved side, the {involved}, is worse"
    told = f"the {weaker} is the worse" if weaker else "both are equal"
    return f"{rule}; nobody said which leg is involved: {told}"
