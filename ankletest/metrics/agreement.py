"""Intraclass correlations of repeated measurements (metrics.md 11, CH-06), for a clinic's own test-retest figures; not their judgement.

Shrout & Fleiss 1979, Psychol Bull 86:420; intervals by McGraw & Wong 1996, Psychol Methods 1:30.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ankletest.samples import FloatArray


@dataclass(frozen=True, slots=True)
class Icc:
    """An intraclass correlation with its confidence interval; NaN where the table cannot tell it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """The forms of the coefficient.

    ``one_way`` is ICC(1,1), ``random`` ICC(2,1), ``fixed`` ICC(3,1), ``random_mean`` ICC(2,k). ``typical_error`` is that of one
    measurement, in the unit of the table: the root of the two-way error mean square.
    """

    one_way: Icc
    random: Icc
    fixed: Icc
    random_mean: Icc
    typical_error: float


NONE = Icc(math.nan, math.nan, math.nan)


def agreement(table: FloatArray, *, confidence: float = 0.95) -> Agreement:
    """Return the intraclass correlations of a table.

    Parameters
    ----------
    table : (n, k)
        One row a subject, one column a session or rater; no NaN.
    confidence
        Of the intervals.

    Returns
    -------
    NaN where there are fewer than two rows or columns, a NaN, or nothing varies that could be told from error.
    """
    if table.ndim != 2 or min(table.shape) < 2 or not np.isfinite(table).all():
        return Agreement(NONE, NONE, NONE, NONE, math.nan)
    n, k = table.shape
    whole = float(table.mean())
    rows = k * float(((table.mean(axis=1) - whole) ** 2).sum())
    columns = n * float(((table.mean(axis=0) - whole) ** 2).sum())
    total = float(((table - whole) ** 2).sum())
    between = rows / (n - 1)
    raters = columns / (k - 1)
    within = (total - rows) / (n * (k - 1))
    error = max(total - rows - columns, 0.0) / ((n - 1) * (k - 1))
    if total <= 0.0 or error <= 0.0:
        return Agreement(NONE, NONE, NONE, NONE, math.sqrt(error))
    random = _random(between, raters, error, n=n, k=k, tail=(1.0 - confidence) / 2.0)
    return Agreement(
        one_way=_of_ratio(between / within, n - 1, n * (k - 1), k=k, tail=(1.0 - confidence) / 2.0),
        random=random,
        fixed=_of_ratio(between / error, n - 1, (n - 1) * (k - 1), k=k, tail=(1.0 - confidence) / 2.0),
        random_mean=_stepped_up(random, k, (between - error) / (between + (raters - error) / n)),
        typical_error=math.sqrt(error),
    )


def _of_ratio(ratio: float, above: int, below: int, *, k: int, tail: float) -> Icc:
    """Return the coefficient of an F ratio: ICC(1,1) over the mean square within, ICC(3,1) over the two-way error."""
    low = ratio / float(stats.f.ppf(1.0 - tail, above, below))
    high = ratio * float(stats.f.ppf(1.0 - tail, below, above))
    return Icc(_share(ratio, k), _share(low, k), _share(high, k))


def _share(ratio: float, k: int) -> float:
    return (ratio - 1.0) / (ratio + k - 1.0)


def _random(between: float, raters: float, error: float, *, n: int, k: int, tail: float) -> Icc:
    """Return ICC(2,1) with the Satterthwaite interval of McGraw & Wong (table 7)."""
    value = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
    a = k * value / (n * (1.0 - value))
    b = 1.0 + k * value * (n - 1) / (n * (1.0 - value))
    freedom = (a * raters + b * error) ** 2 / ((a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    lower = float(stats.f.ppf(1.0 - tail, n - 1, freedom))
    upper = float(stats.f.ppf(1.0 - tail, freedom, n - 1))
    spread = k * raters + (k * n - k - n) * error
    low = n * (between - lower * error) / (lower * spread + n * between)
    high = n * (upper * between - error) / (spread + n * upper * between)
    return Icc(value, low, high)


def _stepped_up(single: Icc, k: int, value: float) -> Icc:
    """Return ICC(2,k): its limits are those of the single measurement by Spearman and Brown."""
    return Icc(value, k * single.low / (1.0 + single.low * (k - 1)), k * single.high / (1.0 + single.high * (k - 1)))
