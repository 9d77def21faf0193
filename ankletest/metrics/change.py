"""Whether a difference is larger than the error of its metric (metrics.md 11, SY-06, CH-01 to CH-05); formulas, no published figures."""

import math
from dataclasses import dataclass
from enum import StrEnum

Z95, Z90 = 1.96, 1.645
"""Two-sided 95 % and 90 % points of a normal error, as the literature rounds them."""


class Meaning(StrEnum):
    """Whether a difference is larger than error."""

    REAL = "real"
    WITHIN = "within"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a difference means (SY-06), the bound it was held against (None: there is none), and why, as a clause."""

    meaning: Meaning
    bound: float | None
    why: str


NOT_JUDGED = Finding(Meaning.UNKNOWN, None, "nothing is known of its error")


def judge(difference: float, *, mdc95: float | None = None, u: float | None = None, otherwise: str = "no MDC is published") -> Finding:
    """Tell whether a difference is real (SY-06): larger than the MDC, and than the uncertainty of the two measurements themselves.

    Without an MDC a difference is never called real: the uncertainty of an instrument says nothing about how much a person varies from
    trial to trial. It can be called within error, where the measurement alone explains it.

    Parameters
    ----------
    difference
        In the metric's unit.
    mdc95
        Minimal detectable change (95 %) of the metric, None where none is known.
    u
        Combined standard uncertainty (k = 1) of the difference, None where it is not known.
    otherwise
        Why there is no MDC.
    """
    size = abs(difference)
    if size == 0.0:
        return Finding(Meaning.WITHIN, None, "there is no difference")
    noise = Z95 * u if u is not None and math.isfinite(u) else None
    if mdc95 is not None and math.isfinite(mdc95):
        bound = max(mdc95, noise or 0.0)
        why = "the MDC" if bound == mdc95 else "the uncertainty of the measurement, which is larger than the MDC"
        return Finding(Meaning.REAL if size > bound else Meaning.WITHIN, bound, f"held against {why}")
    if noise is not None and size <= noise:
        return Finding(Meaning.WITHIN, noise, "smaller than the uncertainty of the measurement")
    return Finding(Meaning.UNKNOWN, None, otherwise)


def together(first: float | None, second: float | None) -> float | None:
    """Return the standard uncertainty of a difference of two independent measurements; None where either is unknown."""
    return math.hypot(first, second) if first is not None and second is not None else None


def sem_of_icc(sd: float, icc: float) -> float:
    """Return the standard error of measurement ``SD √(1 − ICC)`` (CH-01); NaN outside 0 ≤ ICC ≤ 1."""
    return sd * math.sqrt(1.0 - icc) if sd >= 0.0 and 0.0 <= icc <= 1.0 else math.nan


def typical_error(sd_of_differences: float) -> float:
    """Return the typical error ``SD_diff / √2`` (CH-01; Hopkins 2000)."""
    return sd_of_differences / math.sqrt(2.0) if sd_of_differences >= 0.0 else math.nan


def mdc95_of(sem: float) -> float:
    """Return ``1.96 √2 SEM`` (CH-02)."""
    return Z95 * math.sqrt(2.0) * sem if sem >= 0.0 else math.nan


def mdc90_of(sem: float) -> float:
    """Return ``1.645 √2 SEM`` (CH-02)."""
    return Z90 * math.sqrt(2.0) * sem if sem >= 0.0 else math.nan


def smallest_worthwhile_change(between_subject_sd: float) -> float:
    """Return ``0.2 SD`` between subjects (CH-03)."""
    return 0.2 * between_subject_sd if between_subject_sd >= 0.0 else math.nan


def error_percent(error: float, mean: float) -> float:
    """Return the typical error as a coefficient of variation, ``100 TE / mean`` (CH-04); NaN unless the mean is positive."""
    return 100.0 * error / mean if mean > 0.0 else math.nan


def reliable_change_index(before: float, after: float, sem: float) -> float:
    """Return ``(x₂ − x₁) / (√2 SEM)`` (CH-05; Jacobson & Truax 1991); beyond ±1.96 a change is real at 95 %. NaN unless SEM is positive."""
    return (after - before) / (math.sqrt(2.0) * sem) if sem > 0.0 else math.nan
