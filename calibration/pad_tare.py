"""Tares a force pad from seconds without load; refused while something stands on it, it shakes, or it drifts."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.device import Correction
from ankletest.errors import ExamError
from ankletest.samples import FloatArray, Kind
from ankletest.trial import Stream
from calibration.certificate import Effect, Figure, Limit, Stage
from calibration.pad_gates import CLEAR_HINT, DRIFT_N_S, LOADED_N, NOISE_N, WINDOW_S, empty, rest_of, unrest_when_empty
from calibration.procedure import Capture, Findings, Order, Procedure, Put, Step, Subject

KEY = "pad_tare"
LEAST_S = 1.0
"""Shortest unloaded stretch, s (metrics.md 0.1, P-FJUMP)."""
RETURN_N = 1.0
"""The zero of the next two seconds may be this far away, N: a noise of 3 N and a drift of 0.5 N/s are less."""
DAYS = 0.5
"""A tare is of its visit: cells creep and warm up, and the pad is moved. Afterwards it is of no account (``calibrated.VISIT``)."""


def tare_of(t_s: FloatArray, cells_n: FloatArray, *, certificate: str = "tare") -> Correction:
    """Return the correction that makes the mean of an unloaded pad zero.

    Parameters
    ----------
    t_s : (n,)
        Seconds.
    cells_n : (n, c)
        Force of each cell, N.
    certificate
        What the correction is called in recordings.

    Raises
    ------
    ExamError
        Too short, loaded, noisy or drifting.
    """
    watched = float(t_s[-1] - t_s[0]) if len(t_s) > 1 else 0.0
    if watched < LEAST_S:
        raise ExamError(f"The pad was watched for {watched:.1f} s; {LEAST_S:.0f} s are needed.", CLEAR_HINT)
    unrest = unrest_when_empty(rest_of(t_s, cells_n.sum(axis=1)))
    if unrest is not None:
        raise ExamError(unrest.why, unrest.hint)
    return Correction(Kind.CELLS, np.eye(cells_n.shape[1]), -cells_n.mean(axis=0), certificate)


def steps(_order: Order, _subject: Subject) -> Sequence[Step]:
    """Return the steps: two stretches without load, the second to check the first."""
    return (
        Step("empty", "Take everything off the pad and keep away from it.", empty, WINDOW_S, 30.0, Put(0.0)),
        Step("check", "Keep away from it a little longer.", empty, WINDOW_S, 30.0, Put(0.0)),
    )


def finish(_order: Order, subject: Subject, captures: Sequence[Capture], _streams: Sequence[Stream]) -> Findings:
    """Return the zero of each cell from the first stretch, held against the second."""
    first, second = captures
    zero = first.mean
    rest = rest_of(first.t_s, first.values.sum(axis=1))
    moved = float(np.abs((second.mean - zero).sum()))
    cells = len(zero)
    return Findings(
        parameters=(Figure("zero", "N", tuple(zero.tolist())),),
        residuals=(Figure("noise", "N", (rest.sd_n,)), Figure("cell_noise", "N", tuple(first.sd.tolist()))),
        uncertainty=(Figure("u_zero_n", "N", (math.hypot(rest.sd_n / math.sqrt(len(first.t_s)), moved / math.sqrt(2.0)),)),),
        limits=(
            Limit("load", "force before", abs(rest.mean_n), LOADED_N, "N"),
            Limit("drift", "drift", abs(rest.slope_n_s), DRIFT_N_S, "N/s"),
            Limit("noise", "noise", rest.sd_n, NOISE_N, "N"),
        ),
        hold_out=(Limit("return", "zero two seconds later", moved, RETURN_N, "N"),),
        effects=(Effect(subject.kind, Stage.ZERO, "pad", unit(cells), tuple((-zero).tolist())),),
    )


def unit(size: int) -> tuple[tuple[float, ...], ...]:
    """Return the identity matrix."""
    return tuple(tuple(float(row == column) for column in range(size)) for row in range(size))


PROCEDURE = Procedure(KEY, "Pad: tare", 1, (Kind.CELLS, Kind.FORCE), DAYS, steps, finish)
