"""Procedures of a motion sensor that lies on a table: the zero of its gyro, and whether what is corrected still is right (QC-05, QC-06)."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.samples import FloatArray, G, Kind
from ankletest.trial import Stream
from calibration.certificate import Limit, Stage
from calibration.ellipsoid import MG
from calibration.gyro import REST_SD_RAD_S, GyroRest, rest_of
from calibration.imu_gates import DAYS, amiss, effect, figure, lies_still, refuse_clipped, restlessness, still_in
from calibration.procedure import Capture, Findings, Look, Order, Procedure, Refusal, Step, Subject
from calibration.still import WORDS, Unstill

REST_S = 4.0
"""Length of a rest; two seconds are enough (algorithms.md 9.2), four leave 0.006 °/s of an ordinary gyro's noise."""
BIAS_MOST_RAD_S = math.radians(5.0)
"""A gyro further off is broken, or not at rest."""
RETURN_RAD_S = math.radians(0.1)
"""A second rest tells the same bias this closely."""
STATIC_M_S2 = 10.0 * MG
"""QC-05: at rest |a| is g within this."""
REST_LEFT_RAD_S = math.radians(0.5)
"""QC-06: so much bias may come back with temperature before the zero is to be taken anew; the filter of orientation takes care of it."""


def rests(t_s: FloatArray, values: FloatArray, _captures: Sequence[Capture]) -> Look:
    """Gate: the gyro rests."""
    found = rest_of(t_s, values)
    live = (restlessness(values),)
    return amiss(found, live=live) if isinstance(found, Unstill) else Look(counts=True, done=1.0, live=live)


def _rest(capture: Capture) -> GyroRest:
    found = rest_of(capture.t_s, capture.values)
    if isinstance(found, Unstill):
        sentence, hint = WORDS[found]
        raise Refusal(found.value, f"'{capture.step}': {sentence}", hint)
    return found


def _gyro_steps(_order: Order, _subject: Subject) -> Sequence[Step]:
    return (
        Step("rest", "Put the sensor on a table and take the hand away.", rests, REST_S, 60.0),
        Step("rest again", "Leave it a little longer.", rests, REST_S, 60.0),
    )


def _gyro(order: Order, _subject: Subject, captures: Sequence[Capture], streams: Sequence[Stream]) -> Findings:
    """Return the zero of the gyro from the first rest, held against the second."""
    refuse_clipped(order, captures, streams)
    first, second = (_rest(capture) for capture in captures)
    back = float(np.abs(second.bias_rad_s - first.bias_rad_s).max())
    u = np.hypot(first.u_rad_s, back)
    return Findings(
        inputs=(figure("rest_s", "s", first.end_s - first.start_s),),
        parameters=(figure("gyro_bias", "rad/s", first.bias_rad_s),),
        residuals=(figure("gyro_noise", "rad/s", first.sd_rad_s),),
        uncertainty=(figure("u_gyro_bias", "rad/s", u), figure("u_gyro_bias_rad_s", "rad/s", float(u.max()))),
        limits=(
            Limit("noise", "noise", math.degrees(float(first.sd_rad_s.max())), math.degrees(REST_SD_RAD_S), "°/s"),
            Limit("bias", "bias", math.degrees(float(np.abs(first.bias_rad_s).max())), math.degrees(BIAS_MOST_RAD_S), "°/s"),
        ),
        hold_out=(Limit("return", "bias of a second rest", math.degrees(back), math.degrees(RETURN_RAD_S), "°/s"),),
        effects=(effect(Stage.ZERO, "gyro", gyro_offset=-first.bias_rad_s),),
    )


def _check_steps(_order: Order, _subject: Subject) -> Sequence[Step]:
    return (
        Step("lie", "Put the sensor on a table and take the hand away.", lies_still, REST_S, 60.0),
        Step("turned", "Turn it onto another face.", _turned, REST_S, 60.0),
    )


def _turned(t_s: FloatArray, values: FloatArray, captures: Sequence[Capture]) -> Look:
    look = lies_still(t_s, values, captures)
    if not look.counts:
        return look
    before, now = captures[0].mean[:3], values[:, :3].mean(axis=0)
    if float(before @ now) > math.cos(math.radians(45.0)) * float(np.linalg.norm(before) * np.linalg.norm(now)):
        return Look(name="same pose", why="It lies as before.", hint="Turn it onto another face.", live=look.live)
    return look


def _check(order: Order, _subject: Subject, captures: Sequence[Capture], streams: Sequence[Stream]) -> Findings:
    """Return how far |a| is from g, and the gyro from 0, with the corrections in force."""
    refuse_clipped(order, captures, streams)
    still = [still_in(capture) for capture in captures]
    static = [float(np.linalg.norm(one.acc_m_s2)) - G for one in still]
    bias = [float(np.abs(one.gyro_rad_s).max()) for one in still]
    return Findings(
        residuals=(figure("static_error", "m/s²", *static), figure("gyro_left", "rad/s", *bias)),
        limits=(
            Limit("static", "|a| at rest, off g (QC-05)", max(map(abs, static)) / MG, STATIC_M_S2 / MG, "mg"),
            Limit("gyro", "gyro at rest (QC-06)", math.degrees(max(bias)), math.degrees(REST_LEFT_RAD_S), "°/s"),
        ),
    )


GYRO_REST = Procedure("gyro_rest", "Motion sensor: zero of the gyro", 1, (Kind.IMU,), DAYS, _gyro_steps, _gyro)
CHECK = Procedure("imu_check", "Motion sensor: check at rest", 1, (Kind.IMU,), DAYS, _check_steps, _check, corrected=True)
