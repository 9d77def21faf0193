"""Checks a dynamometer or a pad's sum against known weights, as exams see it; it corrects nothing."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.samples import FORCE, FloatArray, G, Kind
from ankletest.trial import Stream
from calibration.certificate import Figure, Limit
from calibration.pad_gates import WINDOW_S, loaded, rest_of, unrest_when_loaded
from calibration.procedure import Ask, Capture, Findings, Gate, Look, Order, Procedure, Put, Step, Subject

KEY = "force_check"
FORCE_SHARE, FORCE_N = 0.005, 2.0
"""Force error that is accepted (algorithms.md 9.4)."""
ZERO_N = 2.0
"""What it may show when nothing hangs on it: as much as it may be wrong."""
SAME_SCALE = 0.5
"""It is the scale that is off, and no single weight, where one factor leaves half of what is allowed."""
DAYS = 182.0
"""Half a year: a check costs two minutes."""

ASKS = (
    Ask("weight_kg", "weights, one after another, each the whole load", "kg", 0.5, 400.0, (10.0, 20.0), many=True),
    Ask("u_weight_percent", "standard uncertainty of the weights", "%", 0.0, 5.0, (0.05,)),
    Ask("gravity_m_s2", "gravity of the place", "m/s²", 9.76, 9.84, (G,)),
)


def steps(order: Order, _subject: Subject) -> Sequence[Step]:
    """Return the steps: empty, then each weight."""
    gravity = order.number("gravity_m_s2")
    loads = [gravity * kg for kg in sorted(set(order.numbers("weight_kg")))]
    made = [Step("empty", "Take everything off.", _alone(_still), WINDOW_S, 60.0, Put(0.0))]
    for number, (before, load) in enumerate(zip([0.0, *loads], loads, strict=False), start=1):
        made.append(
            Step(f"weight {number}", f"Hang or put {load / gravity:.6g} kg on.", _alone(loaded(load, before)), WINDOW_S, put=Put(load))
        )
    return made


def finish(order: Order, _subject: Subject, captures: Sequence[Capture], _streams: Sequence[Stream]) -> Findings:
    """Return how far it is off."""
    gravity = order.number("gravity_m_s2")
    weights = np.array([gravity * kg for kg in sorted(set(order.numbers("weight_kg")))])
    read = np.array([float(c.values[:, FORCE].mean()) for c in captures])
    errors = read[1:] - weights
    allowed = np.maximum(FORCE_SHARE * weights, FORCE_N)
    worst = int(np.argmax(np.abs(errors) / allowed))
    above = read[1:] - read[0]
    scale = float(np.sum(above * weights) / np.sum(weights * weights))
    faults = () if np.abs(errors[worst]) <= allowed[worst] else (_fault(scale, above - weights, weights, allowed),)
    return Findings(
        inputs=(Figure("weights", "N", tuple(weights.tolist())), Figure("u_weight", "%", (order.number("u_weight_percent"),))),
        parameters=(Figure("scale", "", (scale,)),),
        residuals=(Figure("errors", "N", tuple(errors.tolist())), Figure("zero", "N", (float(read[0]),))),
        uncertainty=(Figure("u_force_share", "", (_share(above, weights, scale, order.number("u_weight_percent")),)),),
        limits=(Limit("zero", "force of nothing", abs(float(read[0])), ZERO_N, "N"),),
        hold_out=(Limit("force", "force error over what is allowed", float(np.abs(errors[worst]) / allowed[worst]), 1.0, ""),),
        faults=faults,
    )


def _share(above_n: FloatArray, weights_n: FloatArray, scale: float, u_weight_percent: float) -> float:
    """Return the standard uncertainty of the force's scale: what it is off by is not taken off, so it is left in, with the scatter."""
    left = above_n - scale * weights_n
    scatter = math.sqrt(float(np.sum(left**2)) / max(len(weights_n) - 1, 1)) / math.sqrt(float(np.sum(weights_n**2)))
    return math.hypot(scale - 1.0, scatter, u_weight_percent / 100.0)


def _still(t_s: FloatArray, values: FloatArray, _done: Sequence[Capture]) -> Look:
    return unrest_when_loaded(rest_of(t_s, values[:, FORCE])) or Look(counts=True, done=1.0)


def _alone(gate: Gate) -> Gate:
    """Return a gate that is shown the force alone: what an exam sees holds the centre of pressure too."""

    def force_only(t_s: FloatArray, values: FloatArray, done: Sequence[Capture]) -> Look:
        before = [Capture(c.step, c.t_s, c.values[:, FORCE : FORCE + 1]) for c in done]
        return gate(t_s, values[:, FORCE : FORCE + 1], before)

    return force_only


def _fault(scale: float, errors: FloatArray, weights: FloatArray, allowed: FloatArray) -> str:
    """Return what is wrong in a sentence: the zero, the scale, or single weights; ``errors`` are above what it reads of nothing."""
    wrong = np.abs(errors) > allowed
    if not wrong.any():
        return "its zero is off: tare it, and check again"
    if bool(np.all(np.abs(errors - (scale - 1.0) * weights) <= SAME_SCALE * allowed)):
        return f"it reads {100.0 * (scale - 1.0):+.1f} %: do 'pad_span', or look whether the weights are what was typed in"
    return f"{int(wrong.sum())} of {len(errors)} weights do not fit: was one typed in wrongly?"


PROCEDURE = Procedure(KEY, "Dynamometer or pad: force check", 2, (Kind.CELLS, Kind.FORCE), DAYS, steps, finish, ASKS, corrected=True)
