"""Procedure: scale of a gyro from three whole turns about each of its axes, on a table against an edge, and three turns back as a check."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.exams.base import LiveNumber
from ankletest.samples import ACC, GYRO, FloatArray, Kind
from ankletest.trial import Stream
from calibration.certificate import Limit, Stage
from calibration.gyro import TURNS, WOBBLE, Run, clips, run_of, scale_of
from calibration.imu_gates import AXES, WINDOW_S, amiss, effect, figure, joined, refuse_clipped, still_in, tail
from calibration.procedure import Capture, Findings, Look, Order, Procedure, Refusal, Step, Subject
from calibration.still import Unstill, still_of

ENOUGH_TURNS = TURNS - 0.5
"""So many turns are meant to be three."""
OPEN_TURNS = 0.12
"""A turn ends this near to where it began: 3 % of scale on three turns and a hand."""
SCALE_MOST = 0.05
"""No gyro is further off."""
U_MOST = 0.005
"""algorithms.md 9.2: ±0.5 %."""
BACK_MOST = 0.005
"""Turned back, the same scale closes the turns within this."""
YEAR_DAYS = 365.0
"""A gyro's scale is etched; temperature and age move it by less than the 0.5 % it is known to."""
LOST_MOST_RAD = math.radians(4.0)
"""Lost samples may make the turns so uncertain: with a hand's 1° that is 0.4 % of three turns."""
LIFTED = math.cos(math.radians(30.0))
"""What was up is no longer up."""
ALONG = 0.9
"""The axis that is up is within 26° of the vertical."""


def new_axis(t_s: FloatArray, values: FloatArray, captures: Sequence[Capture]) -> Look:
    """Gate: the sensor lies still, with an axis up or down about which it has not been turned."""
    found = still_of(t_s, values)
    if isinstance(found, Unstill):
        return amiss(found)
    share = np.abs(found.up)
    if float(share.max()) < ALONG:
        return Look(name="no axis", why="It leans.", hint="Put it flat on one of its faces.")
    done = [int(np.argmax(np.abs(capture.mean[:3]))) for capture in captures[::2]]
    if int(np.argmax(share)) in done:
        return Look(name="same axis", why="About this axis it has been turned.", hint="Put it on one of its other faces.")
    return Look(counts=True, done=1.0)


def turned(t_s: FloatArray, values: FloatArray, captures: Sequence[Capture]) -> Look:
    """Gate: since the step began the sensor was turned three times, and lies still again."""
    far = _turns(t_s, values, captures)
    live = (LiveNumber("turns", "turns", "", far, 1),)
    done = min(far / TURNS, 1.0)
    if clips(values[:, GYRO]):
        words = "It was turned faster than it can tell.", "Turn it more slowly, or choose a larger range."
        return Look(name="clipped", why=words[0], hint=words[1], refused=True, done=done, live=live)
    end_t, end = tail(t_s, values)
    found = still_of(end_t, end)
    if isinstance(found, Unstill) or end_t[-1] - end_t[0] < 0.9 * WINDOW_S:
        return amiss(found if isinstance(found, Unstill) else Unstill.SHORT, done=done, live=live)
    lifted = float(found.up @ _up(captures[-1])) < LIFTED
    if far < ENOUGH_TURNS or lifted:
        said = f"It was turned {far:.1f} of {TURNS} times{' and then put on another face' if lifted else ''}."
        return Look(
            name="too few turns",
            why=said,
            hint="Turn it three times, the same way round, along the edge.",
            refused=lifted,
            done=done,
            live=live,
        )
    return Look(counts=True, done=1.0, live=live)


def _steps(_order: Order, _subject: Subject) -> Sequence[Step]:
    steps: list[Step] = []
    for k in range(len(AXES)):
        told = "Put the sensor flat on a table, against a straight edge." if k == 0 else "Put it on another face, against the edge."
        steps.append(Step(f"axis {k + 1}", told, new_axis, WINDOW_S, 120.0))
        again = "Turn it three times round on the table, and leave it against the edge as it lay."
        steps.append(Step(f"turns {k + 1}", again, turned, math.inf, 60.0))
    steps.append(Step("back", "Turn it back three times, and leave it against the edge.", turned, math.inf, 60.0))
    return tuple(steps)


def _finish(order: Order, _subject: Subject, captures: Sequence[Capture], streams: Sequence[Stream]) -> Findings:
    """Return the scale by the turns about each axis, held against those back."""
    refuse_clipped(order, captures, streams)
    runs = [_run(captures[2 * k], captures[2 * k + 1]) for k in range(len(AXES))]
    back = _run(captures[5], captures[6])
    found = scale_of(runs)
    if not all(found.told):
        never = ", ".join(axis for axis, told in zip(AXES, found.told, strict=True) if not told)
        raise Refusal("no axis", f"Nothing was turned about {never}.", "Begin again: one face after another, flat on the table.")
    closing = abs(found.closing_rad(back)) / (2.0 * math.pi * back.turns)
    return Findings(
        inputs=(figure("turns", "", *(float(run.turns) for run in runs)),),
        parameters=(figure("gyro_scale", "", found.scale),),
        residuals=(
            figure("said", "rad", *(run.integral_rad for run in runs)),
            figure("flat", "", *(run.flat for run in runs)),
            figure("back", "", closing),
        ),
        uncertainty=(figure("u_gyro_scales", "", found.u), figure("u_gyro_scale", "", float(found.u.max()))),
        limits=(
            Limit("scale", "scale off 1", float(np.abs(found.scale - 1.0).max()), SCALE_MOST, ""),
            Limit("uncertainty", "uncertainty of the scale", float(found.u.max()), U_MOST, ""),
            Limit("flat", "turning about one axis", min(run.flat for run in runs), WOBBLE, "", at_least=True),
        ),
        hold_out=(Limit("back", "three turns back, by this scale", closing, BACK_MOST, ""),),
        effects=(effect(Stage.GAIN, "gyro", gyro=np.diag(found.scale)),),
    )


# ---- helpers --------------------------------------------------------------------------------------------------------------------


def _turns(t_s: FloatArray, values: FloatArray, captures: Sequence[Capture]) -> float:
    """Return how many times it was turned about what was up since the step began, by its own word."""
    bias = tail(captures[-1].t_s, captures[-1].values)[1][:, GYRO].mean(axis=0)
    good = np.isfinite(values).all(axis=1)
    integral = np.trapezoid(values[good][:, GYRO] - bias, t_s[good], axis=0)
    return abs(float(integral @ _up(captures[-1]))) / (2.0 * math.pi)


def _up(capture: Capture) -> FloatArray:
    """Return up in the sensor at the end of a capture, (3,)."""
    mean = tail(capture.t_s, capture.values)[1][:, ACC].mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float64)


def _run(before: Capture, after: Capture) -> Run:
    """Return the turns between the end of one capture and the end of the next.

    Raises
    ------
    Refusal
        They did not end where they began, or samples are missing.
    """
    t, values = joined((before, after))
    run = run_of(t, values, still_in(before), still_in(after))
    open_turns = run.turned_rad / (2.0 * math.pi) - run.turns
    if run.turns < TURNS or abs(open_turns) > OPEN_TURNS:
        said = f"'{after.step}' was {run.turned_rad / (2.0 * math.pi):.2f} turns: it does not lie as it lay."
        raise Refusal("turn not closed", said, "Lay it against the same edge before and after.")
    if run.lost_u_rad > LOST_MOST_RAD:
        raise Refusal("samples missing", f"Too many samples are missing in '{after.step}'.", "Bring the sensor nearer to the computer.")
    return run


GYRO_TURNS = Procedure("gyro_turns", "Motion sensor: scale of the gyro", 1, (Kind.IMU,), YEAR_DAYS, _steps, _finish)
