"""Heel raises (metrics.md 9): formulas on tops, heights and instants of repetitions; no segmentation, no sensor, no verdict.

``top`` is the furthest pitch of the foot of each repetition against flat stance, heel up positive, rad, (n,).

HR-03 mean and greatest height of a raise. HR-05 their sum. HR-09 time from leaving flat stance to being back, summed. HR-10 smoothness of
the way up (SM-01, SM-02), mean over raises. HT-01 and HT-02 are this program's own: how well lifts and lowers keep to the metronome.
"""

import math

import numpy as np

from ankletest.samples import BoolArray, FloatArray, G

COUNTED, HIGH = 0.50, 0.70
"""HR-01: shares of the reference top from which a raise counts, and from which it is a high one."""
OF = slice(1, 4)
"""The reference top is the mean of the second to the fourth raise."""
ON_BEAT = 0.10
"""HT-02: on the beat is within this share of the period."""
BEST = 3
"""HR-08: so many raises are best, and so many last."""


def reference(top: FloatArray) -> float:
    """Return the mean of raises 2 to 4, of those that there are; of a single raise itself; NaN of none (HR-01)."""
    if len(top) == 0:
        return math.nan
    return float(top[OF].mean()) if len(top) > 1 else float(top[0])


def counted(top: FloatArray, share: float = COUNTED) -> BoolArray:
    """Tell which raises reach ``share`` of the reference, (n,) (HR-01; Hébert-Losier et al. 2017)."""
    return np.asarray(top >= share * reference(top), dtype=np.bool_)


def height_m(top: FloatArray, lever_m: float, incline_rad: float = 0.0) -> FloatArray:
    """Return how high the heel went, ``L (sin(θ₀ + θ) − sin θ₀)``, m, (n,) (HR-02).

    Parameters
    ----------
    top : (n,)
    lever_m
        Heel to the joint of the big toe; NaN gives NaN: it is never assumed.
    incline_rad
        Incline of the surface, toes higher positive.
    """
    return np.asarray(lever_m * (np.sin(incline_rad + top) - math.sin(incline_rad)), dtype=np.float64)


def work_j(height: FloatArray, mass_kg: float) -> float:
    """Return ``M g Σ h``, J (HR-04). Of the heel: the body rises a fifth to a quarter less (Andreasen et al. 2021, KSSTA 29:1604)."""
    return mass_kg * G * float(height.sum())


def power_w(height: FloatArray, concentric_s: FloatArray, mass_kg: float) -> float:
    """Return the mean over raises of ``M g h / t_con``, W (HR-07)."""
    return float((mass_kg * G * height / concentric_s).mean())


def per_minute(at_s: FloatArray) -> float:
    """Return the cadence ``60 / mean period`` of instants, 1/min; NaN below two (HR-06)."""
    return 60.0 * (len(at_s) - 1) / float(at_s[-1] - at_s[0]) if len(at_s) > 1 else math.nan


def fatigue_percent(height: FloatArray) -> float:
    """Return ``100 (1 − mean of the last three / mean of the best three)`` (HR-08); NaN below three."""
    if len(height) < BEST:
        return math.nan
    return 100.0 * (1.0 - float(height[-BEST:].mean()) / float(np.sort(height)[-BEST:].mean()))


def loss_percent(height: FloatArray) -> float:
    """Return how much lower the last raise is than the first, % (HR-08, golden case)."""
    return 100.0 * (1.0 - float(height[-1]) / float(height[0])) if len(height) else math.nan


def slope_percent(height: FloatArray) -> float:
    """Return the least-squares slope of height over its mean, % a raise (HR-08); NaN below three."""
    if len(height) < BEST:
        return math.nan
    number = np.arange(len(height)) - 0.5 * (len(height) - 1)
    return 100.0 * float((number * height).sum() / (number * number).sum()) / float(height.mean())


def beat_error_s(at_s: FloatArray, cue_s: float, period_s: float) -> FloatArray:
    """Return how far instants are from the beat of evenly spaced cues, s, later positive, (n,).

    A person follows or leads a metronome by a habit of their own, and the crossing of a level comes later than the movement began, so the
    mean distance from the cue, on the circle of the period, is taken away first.
    """
    turn = np.exp(2j * math.pi * (at_s - cue_s) / period_s)
    away = np.angle(turn * np.conj(turn.mean())) / (2.0 * math.pi)
    return np.asarray(away * period_s, dtype=np.float64)


def off_beat(top_s: FloatArray, cues_s: FloatArray, period_s: float, *, share: float = 0.25) -> BoolArray:
    """Tell which tops miss the beat of evenly spaced cues by more than ``share`` of the period, (n,) (HR-11; ``beat_error_s``)."""
    if len(top_s) == 0 or len(cues_s) == 0 or not period_s > 0.0:
        return np.zeros(len(top_s), np.bool_)
    return np.asarray(np.abs(beat_error_s(top_s, float(cues_s[0]), period_s)) > share * period_s, dtype=np.bool_)


def beat_mean_ms(errors_s: FloatArray) -> float:
    """Return the mean absolute distance from the beat, ms (HT-01)."""
    return 1e3 * float(np.abs(errors_s).mean())


def beat_within_percent(errors_s: FloatArray, period_s: float) -> float:
    """Return the share of lifts and lowers within a tenth of the period of the beat, % (HT-02)."""
    return 100.0 * float((np.abs(errors_s) <= ON_BEAT * period_s).mean())


def longest_run(wrong: BoolArray) -> int:
    """Return how many in a row at most are true."""
    most = run = 0
    for one in wrong.tolist():
        run = run + 1 if one else 0
        most = max(most, run)
    return most
