"""Procedure: where the base of a sensor is level, and how level a floor is, by laying the sensor down twice, turned half round between."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.calibrated import BASE
from ankletest.exams.base import LiveNumber
from ankletest.samples import GYRO, FloatArray, Kind
from ankletest.signals.angles import total_tilt_rad
from ankletest.trial import Stream
from calibration.certificate import Limit, Stage
from calibration.imu_gates import AXES, DAYS, WINDOW_S, amiss, effect, figure, lies_still, refuse_clipped, still_in, tail
from calibration.level import TURNED_OFF_RAD, TURNED_RAD, level_of, nearest_axis
from calibration.procedure import Capture, Findings, Look, Order, Procedure, Step, Subject
from calibration.still import Unstill, still_of

FLOOR_MOST_RAD = math.radians(2.0)
"""A floor that slopes more is no floor to lunge on."""
BASE_MOST_RAD = math.radians(6.0)
"""A sensor that is further off lies on its button or its strap."""
RETURN_RAD = math.radians(0.2)
"""Turned back, the first reading comes again this closely."""
WHOLE_RAD = math.radians(20.0)
"""Less turning than this was a touch."""
TILT_U_RAD = math.radians(0.1)
"""Of an accelerometer that was calibrated; its own certificate says it more closely."""


def half_round(t_s: FloatArray, values: FloatArray, captures: Sequence[Capture]) -> Look:
    """Gate: since the step began the sensor was turned half round, and lies still again."""
    far = abs(_turned_rad(t_s, values, captures[-1]))
    live = (LiveNumber("turned", "turned", "°", math.degrees(far), 0),)
    done = min(far / TURNED_RAD, 1.0)
    end_t, end = tail(t_s, values)
    found = still_of(end_t, end)
    if isinstance(found, Unstill) or end_t[-1] - end_t[0] < 0.9 * WINDOW_S:
        return amiss(found if isinstance(found, Unstill) else Unstill.SHORT, done=done, live=live)
    if abs(far - TURNED_RAD) > TURNED_OFF_RAD:
        said = "It was not turned yet." if far < WHOLE_RAD else f"It was turned {math.degrees(far):.0f}°, not half round."
        return Look(name="not half round", why=said, hint="Turn it flat on the floor, on the same place.", done=done, live=live)
    return Look(counts=True, done=1.0, live=live)


def _steps(_order: Order, _subject: Subject) -> Sequence[Step]:
    return (
        Step(
            "first",
            "Lay the sensor on the floor where the foot will stand, the side that lies on the shin down.",
            lies_still,
            WINDOW_S,
            60.0,
        ),
        Step("half round", "Turn it half round on the same place.", half_round, math.inf, 60.0),
        Step("back", "Turn it half round again.", half_round, math.inf, 60.0),
    )


def _finish(order: Order, _subject: Subject, captures: Sequence[Capture], streams: Sequence[Stream]) -> Findings:
    """Return the base's zero and the floor's tilt, held against the first reading taken again."""
    refuse_clipped(order, captures, streams)
    first, second, again = (still_in(capture) for capture in captures)
    known = next((stream.standing.u("u_tilt_rad") for stream in streams if stream.device == order.device), math.nan)
    tilt_u = known if math.isfinite(known) else TILT_U_RAD
    found = level_of(first, second, _turned_rad(captures[1].t_s, captures[1].values, captures[0]), tilt_u_rad=tilt_u)
    both = found.turned_rad + _turned_rad(captures[2].t_s, captures[2].values, captures[1])
    back = float(total_tilt_rad(again.up, found.expected(both)))
    axis = nearest_axis(found.base)
    key = f"u_base_{AXES[int(np.argmax(np.abs(axis)))]}_rad"
    return Findings(
        parameters=(
            figure("base", "", found.base), figure("base_rad", "rad", found.base_rad), figure("floor_rad", "rad", found.floor_rad),
            figure("axis", "", axis),
        ),
        residuals=(figure("turned", "rad", found.turned_rad), figure("back", "rad", back)),
        uncertainty=(figure(key, "rad", found.u_rad),),
        limits=(
            Limit("floor", "slope of the floor", math.degrees(found.floor_rad), math.degrees(FLOOR_MOST_RAD), "°"),
            Limit("base", "tilt of the sensor's base", math.degrees(found.base_rad), math.degrees(BASE_MOST_RAD), "°"),
        ),
        hold_out=(Limit("back", "first reading taken again", math.degrees(back), math.degrees(RETURN_RAD), "°"),),
        effects=(effect(Stage.AXES, BASE, acc=found.matrix, gyro=found.matrix),),
        faults=("the sensor was moved to another place between the readings",) if back > RETURN_RAD else (),
    )  # fmt: skip


def _turned_rad(t_s: FloatArray, values: FloatArray, before: Capture) -> float:
    """Return how far it was turned about the vertical since a capture, rad, to the left positive."""
    _, rest = tail(before.t_s, before.values)
    mean = rest.mean(axis=0)
    up = mean[:3] / np.linalg.norm(mean[:3])
    good = np.isfinite(values).all(axis=1)
    return float(np.trapezoid((values[good][:, GYRO] - mean[GYRO]) @ up, t_s[good]))


LEVEL = Procedure(
    "floor_level", "Motion sensor: level of the floor and of its base", 1, (Kind.IMU,), DAYS, _steps, _finish, corrected=True, axes=False
)
