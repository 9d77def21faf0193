"""What the procedures of motion sensors share: gates for rest and stance, refusals in the operator's words, and effects on samples."""

from collections.abc import Sequence

import numpy as np

from ankletest.exams.base import LiveNumber
from ankletest.samples import FloatArray, Kind
from ankletest.trial import Stream
from calibration.certificate import Effect, Figure, Stage
from calibration.procedure import Capture, Look, Order, Refusal
from calibration.still import LEAST_S, WORDS, Still, Unstill, statistic_of, still_of

WINDOW_S = LEAST_S
DAYS = 30.0
"""How long a motion sensor's certificate holds (algorithms.md 9.1)."""
MOUNTED_DAYS = 0.5
"""What depends on how a sensor is strapped on, and to whom, is of the visit."""
AXES = ("x", "y", "z")


def amiss(why: Unstill, *, done: float = 0.0, live: tuple[LiveNumber, ...] = ()) -> Look:
    """Return what a gate says of a window that is not still."""
    sentence, hint = WORDS[why]
    return Look(name=why.value, why=sentence, hint=hint, done=done, live=live)


def lies_still(t_s: FloatArray, values: FloatArray, _captures: Sequence[Capture]) -> Look:
    """Gate: the sensor lies still."""
    found = still_of(t_s, values)
    live = (restlessness(values),)
    return amiss(found, live=live) if isinstance(found, Unstill) else Look(counts=True, done=1.0, live=live)


def restlessness(values: FloatArray) -> LiveNumber:
    """Return T for the screen: still below 3."""
    good = values[np.isfinite(values).all(axis=1)]
    return LiveNumber("restlessness", "restlessness", "", statistic_of(good) if len(good) > 1 else None, 1)


def tail(t_s: FloatArray, values: FloatArray, seconds: float = WINDOW_S) -> tuple[FloatArray, FloatArray]:
    """Return the last seconds of some samples."""
    first = int(t_s.searchsorted(t_s[-1] - seconds)) if len(t_s) else 0
    return t_s[first:], values[first:]


def still_in(capture: Capture, seconds: float = WINDOW_S) -> Still:
    """Return the end of a capture as a still window.

    Raises
    ------
    Refusal
        It is not.
    """
    found = still_of(*tail(capture.t_s, capture.values, seconds))
    if isinstance(found, Unstill):
        sentence, hint = WORDS[found]
        raise Refusal(found.value, f"'{capture.step}': {sentence}", hint)
    return found


def joined(captures: Sequence[Capture]) -> tuple[FloatArray, FloatArray]:
    """Return consecutive captures as one record: times (n,) and values (n, 6)."""
    return np.concatenate([c.t_s for c in captures]), np.concatenate([c.values for c in captures])


def refuse_clipped(order: Order, captures: Sequence[Capture], streams: Sequence[Stream]) -> None:
    """Refuse captures in which a sample was at the end of the sensor's range.

    Raises
    ------
    Refusal
        ``clipped``.
    """
    for stream in streams:
        if stream.device != order.device:
            continue
        at = stream.t_s[stream.clipped]
        for capture in captures:
            count = int(((at >= capture.t_s[0]) & (at <= capture.t_s[-1])).sum())
            if count:
                said = f"{count} samples of '{capture.step}' were at the end of the sensor's range."
                raise Refusal("clipped", said, "Move it more slowly, or choose a larger range.")


def effect(
    stage: Stage,
    part: str,
    *,
    acc: FloatArray | None = None,
    acc_offset: FloatArray | None = None,
    gyro: FloatArray | None = None,
    gyro_offset: FloatArray | None = None,
) -> Effect:
    """Return what is done to the samples of a motion sensor: a matrix (3, 3) and an offset (3,) for either half, unless left as it is."""
    matrix, offset = np.eye(6), np.zeros(6)
    for rows, part_matrix, part_offset in ((slice(0, 3), acc, acc_offset), (slice(3, 6), gyro, gyro_offset)):
        if part_matrix is not None:
            matrix[rows, rows] = part_matrix
        if part_offset is not None:
            offset[rows] = part_offset
    return Effect(Kind.IMU, stage, part, tuple(tuple(row) for row in matrix.tolist()), tuple(offset.tolist()))


def figure(key: str, unit: str, *values: float | FloatArray) -> Figure:
    """Return a figure of numbers and arrays, one after another."""
    return Figure(key, unit, tuple(float(v) for value in values for v in np.ravel(value)))
