"""The span of a load cell or of a pad's sum: known weights up and down, linearity, hysteresis and the return to zero."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ankletest.samples import FloatArray, G, Kind
from ankletest.trial import Stream
from calibration.certificate import Effect, Figure, Limit, Stage
from calibration.pad_gates import WINDOW_S, empty_again, loaded, rest_of, unrest_when_loaded
from calibration.procedure import Ask, Capture, Findings, Look, Order, Procedure, Put, Refusal, Step, Subject
from calibration.span_fit import PARABOLA_GAIN, Span, allowed_n, span_of, u_force_n, wrong_level

KEY = "pad_span"
LEAST_LEVELS = 4
"""Weights besides the empty device, which is the fifth level (algorithms.md 9.3)."""
SCALE_FAR = 0.2
"""A scale so far off is not the device's: the weights were typed in in another unit, or another device was taken."""
REACH_SHARE = 0.3
"""The greatest weight is at least this share of the working range (algorithms.md 9.3)."""
HYSTERESIS_SHARE = 0.005
ZERO_N = 2.0
"""Limits of hysteresis, as a share of the greatest load, and of the return to zero (algorithms.md 9.3 names the first; its size is that of
linearity; the second is the floor of the force error in 9.4)."""
DAYS = 365.0

ASKS = (
    Ask("weight_kg", "weights, one after another, each the whole load", "kg", 0.05, 400.0, (5.0, 10.0, 20.0, 30.0, 40.0), many=True),
    Ask("u_weight_percent", "standard uncertainty of the weights", "%", 0.0, 5.0, (0.05,)),
    Ask("gravity_m_s2", "gravity of the place", "m/s²", 9.76, 9.84, (G,)),
    Ask("range_n", "working range", "N", 10.0, 10_000.0, (1000.0,)),
)


def at_rest(t_s: FloatArray, values: FloatArray, _done: Sequence[Capture]) -> Look:
    """Count a window that is still; an uncalibrated device may read anything when empty."""
    unrest = unrest_when_loaded(rest_of(t_s, values.sum(axis=1)))
    return unrest or Look(counts=True, done=1.0)


def levels_n(order: Order) -> list[float]:
    """Return the loads in the order in which they are put on: empty, up, down, N."""
    up = sorted(order.number("gravity_m_s2") * kg for kg in order.numbers("weight_kg"))
    return [0.0, *up, *up[-2::-1], 0.0]


def steps(order: Order, _subject: Subject) -> Sequence[Step]:
    """Return the steps.

    Raises
    ------
    Refusal
        Too few weights.
    """
    weights = order.numbers("weight_kg")
    if len(set(weights)) < LEAST_LEVELS:
        raise Refusal(
            "too few weights", f"There are {len(set(weights))} different weights.", f"Take {LEAST_LEVELS} or more, evenly spread."
        )
    loads = levels_n(order)
    made = [Step("empty", "Take everything off.", at_rest, WINDOW_S, 60.0, Put(0.0))]
    gravity = order.number("gravity_m_s2")
    for number, (before, load) in enumerate(pairwise(loads[:-1]), start=1):
        way = "up" if load > before else "down"
        words = f"Put {load / gravity:.6g} kg on." if way == "up" else f"Leave {load / gravity:.6g} kg on."
        made.append(Step(f"{way} {number}", words, loaded(load, before), WINDOW_S, put=Put(load)))
    made.append(Step("empty again", "Take everything off.", empty_again, WINDOW_S, put=Put(0.0)))
    return made


def finish(order: Order, subject: Subject, captures: Sequence[Capture], _streams: Sequence[Stream]) -> Findings:
    """Return the scale, its limits and its uncertainty.

    Raises
    ------
    Refusal
        The weights are not those that were typed in.
    """
    weights = np.array(levels_n(order))
    sums = np.array([float(c.values.sum(axis=1).mean()) for c in captures])
    readings = sums - sums[0]
    wrong = wrong_level(readings, weights)
    gravity = order.number("gravity_m_s2")
    if wrong is not None:
        said, seems = (force / gravity for force in wrong)
        words = f"The weight of {said:.6g} kg does not fit the others: it seems to be {seems:.4g} kg."
        raise Refusal("wrong weight", words, "Look what is written on it, and begin again.")
    span = span_of(readings, weights)
    if not 1.0 - SCALE_FAR <= span.gain <= 1.0 / (1.0 - SCALE_FAR):
        words = f"Everything weighs {1.0 / span.gain:.3g} times what was typed in."
        raise Refusal("wrong weight", words, "Were the weights typed in in kilograms? Is it the right device?")
    full = float(weights.max())
    worst = float(np.max(np.abs(np.array(span.residuals_n)) / allowed_n(weights)))
    cells = captures[0].values.shape[1]
    u_weight = order.number("u_weight_percent") / 100.0
    noise = max(float(c.values.sum(axis=1).std(ddof=1)) for c in captures)
    return Findings(
        inputs=(
            Figure("weights", "N", tuple(weights.tolist())),
            Figure("u_weight", "%", (order.number("u_weight_percent"),)),
            Figure("readings", "N", tuple(readings.tolist())),
        ),
        parameters=(Figure("gain", "", (span.gain,)), Figure("zero", "N", (span.zero_n,))),
        residuals=(
            Figure("residuals", "N", span.residuals_n),
            Figure("sd", "N", (span.sd_n,)),
            Figure("hysteresis", "N", (span.hysteresis_n,)),
            Figure("parabola", "", (span.parabola,)),
            Figure("noise", "N", (noise,)),
        ),
        uncertainty=(
            Figure("u_force_share", "", (math.hypot(span.u_gain / span.gain, u_weight),)),
            Figure("u_force_full_n", "N", (u_force_n(span, readings, float(readings.max()), u_weight_n=u_weight * full),)),
        ),
        limits=(
            Limit("linearity", "worst residual over what is allowed", worst, 1.0, ""),
            Limit("hysteresis", "hysteresis", 100.0 * span.hysteresis_n / full, 100.0 * HYSTERESIS_SHARE, "% of the greatest load"),
            Limit("zero", "zero after everything", abs(float(span.gain * readings[-1])), ZERO_N, "N"),
            Limit("reach", "greatest load", full / order.number("range_n"), REACH_SHARE, "of the range", at_least=True),
        ),
        hold_out=(Limit("left out", "level predicted by the others", span.left_out_n, float(allowed_n(weights).max()), "N"),),
        effects=(Effect(subject.kind, Stage.GAIN, "pad", scaled(cells, span.gain), (0.0,) * cells),),
        faults=_faults(span, worst),
    )


def scaled(size: int, gain: float) -> tuple[tuple[float, ...], ...]:
    """Return a multiple of the identity matrix."""
    return tuple(tuple(gain if row == column else 0.0 for column in range(size)) for row in range(size))


def _faults(span: Span, worst: float) -> tuple[str, ...]:
    if worst > 1.0 and span.parabola > PARABOLA_GAIN:
        return (f"the cell is not linear: a parabola predicts it {span.parabola:.1f} times better",)
    return ()


PROCEDURE = Procedure(KEY, "Load cell: span", 1, (Kind.CELLS, Kind.FORCE), DAYS, steps, finish, ASKS)
