"""When a window of a pad or a load cell counts: empty, or still under a load; nothing of what is made of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.exams.base import LiveNumber
from ankletest.samples import FloatArray
from calibration.procedure import Capture, Gate, Look

WINDOW_S = 2.0
"""Length of a capture: the mean of 2 s of an ordinary pad is known to some hundredths of a newton."""
LOADED_N = 30.0
"""More than any pad's offset, less than any foot or weight, N."""
NOISE_N = 3.0
DRIFT_N_S = 2.0
"""Limits of a still pad (algorithms.md 1): SD, N, and slope, N/s."""
NOISE_SHARE = 0.002
"""A load on a soft floor swings more the heavier it is: SD as a share of it."""
SETTLED_N, SETTLED_SHARE, SURE = 0.1, 0.0003, 4.0
"""The halves of a window may differ by so much, and so many times what noise makes of it: a scale is wanted to a tenth of a per cent."""
CHANGE_SHARE = 0.3
"""A load counts as changed from this share of the expected change on: a wrong weight has to come through and be named, not waited for."""
CLEAR_HINT = "Take everything off the pad, wait until it is still, and try again."
WARM_HINT = "Let it warm up for half an hour on an even floor, then try again."
STILL_HINT = "Do not touch the load or the pad."


@dataclass(frozen=True, slots=True)
class Rest:
    """Mean (N), SD (N) and slope (N/s) of a force; by how much its second half differs from its first, and what noise makes of that."""

    mean_n: float
    sd_n: float
    slope_n_s: float
    step_n: float = math.inf
    u_step_n: float = math.inf


def rest_of(t_s: FloatArray, force_n: FloatArray) -> Rest:
    """Return how still a force is; (n,) each."""
    if len(t_s) < 3:
        return Rest(float(force_n.mean()) if len(force_n) else math.nan, math.inf, math.inf)
    apart = t_s - t_s.mean()
    slope = float(np.sum(apart * force_n) / np.sum(apart * apart))
    half = len(force_n) // 2
    # From sample to sample, so that a slow change does not count as noise.
    noise = float(np.std(np.diff(force_n))) / math.sqrt(2.0)
    step = float(force_n[half:].mean() - force_n[:half].mean())
    return Rest(float(force_n.mean()), float(force_n.std(ddof=1)), slope, step, noise * math.sqrt(2.0 / max(1, half)))


def unrest_when_empty(rest: Rest) -> Look | None:
    """Return why a pad is not at rest without load; None where it is."""
    if abs(rest.mean_n) > LOADED_N:
        return Look(name="loaded", why=f"The pad carries {round(rest.mean_n)} N.", hint=CLEAR_HINT)
    if abs(rest.slope_n_s) > DRIFT_N_S:
        return Look(name="drifting", why=f"The pad drifts by {rest.slope_n_s:.1f} N/s.", hint=WARM_HINT)
    if rest.sd_n > NOISE_N:
        return Look(name="shaking", why=f"The pad shakes by {rest.sd_n:.1f} N.", hint=CLEAR_HINT)
    return None


def unrest_when_loaded(rest: Rest) -> Look | None:
    """Return why a load is not still; None where it is."""
    if abs(rest.step_n) > SETTLED_N + SETTLED_SHARE * abs(rest.mean_n) + SURE * rest.u_step_n:
        return Look(name="drifting", why=f"The load still changes by {rest.slope_n_s:.1f} N/s.", hint=STILL_HINT)
    if rest.sd_n > max(NOISE_N, NOISE_SHARE * abs(rest.mean_n)):
        return Look(name="shaking", why=f"The load shakes by {rest.sd_n:.1f} N.", hint=STILL_HINT)
    return None


def force_number(value: float) -> LiveNumber:
    """Return the force for the screen."""
    return LiveNumber("force", "force", "N", value, 1)


def empty(t_s: FloatArray, values: FloatArray, _done: Sequence[Capture]) -> Look:
    """Count a window of an unloaded pad at rest."""
    rest = rest_of(t_s, values.sum(axis=1))
    live = (force_number(rest.mean_n),)
    unrest = unrest_when_empty(rest)
    if unrest is None:
        return Look(counts=True, done=1.0, live=live)
    return Look(name=unrest.name, why=unrest.why, hint=unrest.hint, live=live)


def empty_again(t_s: FloatArray, values: FloatArray, done: Sequence[Capture]) -> Look:
    """Count a window at rest near the first capture, which was empty."""
    cells = values - done[0].mean
    look = empty(t_s, cells, done)
    return (unrest_when_loaded(rest_of(t_s, cells.sum(axis=1))) or look) if look.counts else look


def loaded(expected_n: float, before_n: float) -> Gate:
    """Return the gate of a still load after a change from ``before_n`` to ``expected_n`` (both above the first capture, which is empty)."""

    def gate(t_s: FloatArray, values: FloatArray, done: Sequence[Capture]) -> Look:
        zero = float(done[0].values.sum(axis=1).mean()) if done else 0.0
        last = float(done[-1].values.sum(axis=1).mean()) - zero if done else 0.0
        rest = rest_of(t_s, values.sum(axis=1) - zero)
        live = (force_number(rest.mean_n),)
        change, wanted = rest.mean_n - last, expected_n - before_n
        if change * math.copysign(1.0, wanted) < CHANGE_SHARE * abs(wanted):
            do = "Put the weight on" if wanted > 0.0 else "Take the weight off"
            return Look(name="nothing changed", why=f"The load is {round(rest.mean_n)} N.", hint=f"{do}: {expected_n:.0f} N.", live=live)
        unrest = unrest_when_loaded(rest)
        if unrest is not None:
            return Look(name=unrest.name, why=unrest.why, hint=unrest.hint, done=0.5, live=live)
        return Look(counts=True, done=1.0, live=live)

    return gate
