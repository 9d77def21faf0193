"""The noise floor of a pad: the sway speed of a dead weight through the profile that people's sway goes through (metrics.md SW-21)."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.metrics.profiles import P_COP
from ankletest.metrics.sway import path_mm
from ankletest.metrics.traces import cop_trace
from ankletest.samples import COP_X, COP_Y, FORCE, FloatArray, G, Kind
from ankletest.trial import Stream
from calibration.certificate import Figure, Limit
from calibration.pad_gates import STILL_HINT, force_number, rest_of, unrest_when_loaded
from calibration.procedure import Ask, Capture, Findings, Gate, Look, Order, Procedure, Put, Refusal, Step, Subject

KEY = "pad_noise"
LONG_S = 30.0
LEAST_N = 200.0
"""A dead weight of at least 200 N for 30 s (metrics.md SW-21)."""
SPEED_MM_S = 5.0
"""Acceptance (algorithms.md 9.4)."""
HALVES = 1.25
"""The two halves alone may differ by so much: the speed of 15 s of filtered noise is known to some per cent."""
CHANCE = 0.02
"""Relative standard uncertainty of a mean speed of 30 s of noise below 10 Hz: 600 steps on their own, each with a CV of 0.52."""
CREEP_N_S = 0.2
"""Least of three limits of drift that keeps 30 s within 6 N: 1 % of a light person."""
LOW_PERCENT = 5.0
"""Of the samples may be below the least load: noise, but not a weight that is still being put down."""
DAYS = 365.0

ASKS = (Ask("weight_kg", "dead weight", "kg", LEAST_N / G, 200.0, (25.0,)),)


def dead(least_n: float) -> Gate:
    """Return the gate of a weight that lies still for the whole window; samples are force and CoP."""

    def gate(t_s: FloatArray, values: FloatArray, _done: Sequence[Capture]) -> Look:
        rest = rest_of(t_s, values[:, FORCE])
        live = (force_number(rest.mean_n),)
        if float(np.percentile(values[:, FORCE], LOW_PERCENT)) < least_n:
            words = f"The pad carries {float(values[-1, FORCE]):.0f} N; {least_n:.0f} N are needed."
            return Look(name="not the load", why=words, hint="Put the weight on the middle.", live=live)
        unrest = unrest_when_loaded(rest)
        if unrest is not None and unrest.name == "drifting":  # not "shaking": how much it shakes is what is asked
            return Look(name=unrest.name, why=unrest.why, hint=STILL_HINT, done=0.5, live=live)
        return Look(counts=True, done=1.0, live=live)

    return gate


def steps(order: Order, _subject: Subject) -> Sequence[Step]:
    """Return the one step."""
    kg = order.number("weight_kg")
    gate = dead(max(LEAST_N, 0.9 * kg * G))
    return (Step("weight", f"Put {kg:.6g} kg on the middle of the pad and leave the room still.", gate, LONG_S, 180.0, Put(kg * G)),)


def finish(_order: Order, subject: Subject, captures: Sequence[Capture], streams: Sequence[Stream]) -> Findings:
    """Return the noise floor.

    Raises
    ------
    Refusal
        The pad tells no centre of pressure, or samples are missing.
    """
    capture = captures[0]
    pad = next((stream for stream in streams if stream.kind is Kind.PAD), None)
    start, end = float(capture.t_s[0]), float(capture.t_s[-1])
    if pad is None or not np.isfinite(capture.values[:, COP_X : COP_Y + 1]).all():
        raise Refusal("wrong device", "The pad tells no centre of pressure.", "Only a pad with cells or a plate's CoP has a noise floor.")
    speeds = [_speed_mm_s(pad, a, b) for a, b in ((start, end), (start, 0.5 * (start + end)), (0.5 * (start + end), end))]
    if not all(map(math.isfinite, speeds)):
        raise Refusal("samples missing", "Samples are missing, so the noise is not known.", "Move the receiver closer, and begin again.")
    rest = rest_of(capture.t_s, capture.values[:, FORCE])
    sd = capture.values[:, COP_X : COP_Y + 1].std(axis=0, ddof=1)
    return Findings(
        inputs=(Figure("force", "N", (rest.mean_n,)), Figure("rate", "Hz", (subject.rate_hz,))),
        parameters=(
            Figure("mv_noise", "mm/s", (speeds[0],)),
            # Noise of the cells is the same under any load, so that of the CoP goes with one over it.
            Figure("mv_noise_n", "N mm/s", (speeds[0] * rest.mean_n,)),
            Figure("cop_sd", "mm", tuple(sd.tolist())),
            Figure("force_sd", "N", (rest.sd_n,)),
        ),
        residuals=(Figure("drift", "N/s", (rest.slope_n_s,)), Figure("halves", "mm/s", tuple(speeds[1:]))),
        uncertainty=(Figure("u_mv_noise_share", "", (math.hypot(CHANCE, abs(speeds[1] - speeds[2]) / max(speeds[1] + speeds[2], 1e-9)),)),),
        limits=(
            Limit("speed", "sway speed of a dead weight", speeds[0], SPEED_MM_S, "mm/s"),
            Limit("creep", "drift under load", abs(rest.slope_n_s), CREEP_N_S, "N/s"),
        ),
        hold_out=(
            Limit("halves", "one half over the other", max(speeds[1:]) / min(speeds[1:]) if min(speeds[1:]) > 0.0 else 1.0, HALVES, ""),
        ),
    )


def _speed_mm_s(pad: Stream, start_s: float, end_s: float) -> float:
    trace = cop_trace(pad, start_s=start_s, end_s=end_s, profile=P_COP, body_weight_n=math.nan)
    if trace.blocked or len(trace.t_s) < 2:
        return math.nan
    return path_mm(trace.x_mm, trace.y_mm) / float(trace.t_s[-1] - trace.t_s[0])


PROCEDURE = Procedure(KEY, "Pad: noise floor", 2, (Kind.CELLS, Kind.COP), DAYS, steps, finish, ASKS, corrected=True)
