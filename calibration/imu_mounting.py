"""Procedures: how a sensor sits on its segment (static pose and functional axis), and whether it slipped since."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.exams.base import LiveNumber
from ankletest.samples import FloatArray, Kind, Site
from ankletest.signals.angles import EXPLAINED
from ankletest.trial import Stream
from calibration.certificate import Limit, Stage
from calibration.imu_gates import MOUNTED_DAYS, effect, figure, refuse_clipped, tail
from calibration.mounting import POSTURE_U_RAD, SLIP_RAD, SLIP_WARN_RAD, mounting_of, movements_of, slip_rad, stance_of, tilt_of
from calibration.procedure import Capture, Findings, Look, Order, Procedure, Refusal, Step, Subject
from calibration.still import Still

STANCE_S, SETTLE_S = 3.0, 1.0
MOVEMENTS = 5
"""Slow bends (algorithms.md 4)."""
AGREE = 0.7
"""Gyro and gravity tell the same turn: correlation."""
HELD_OUT_RAD = math.radians(10.0)
"""The last bend is about the same axis this closely; 8 % out of its plane are 4.6° on average, 8.7° at worst (algorithms.md 4)."""
BENDS = {
    Site.SHANK: ("Bend the knees slowly five times, the heels stay down. Begin forward.", "bends"),
    Site.FOOT: ("Raise the heels slowly five times.", "raises"),
    Site.LUMBAR: ("Bow forward slowly five times.", "bows"),
    Site.PAD: ("Tilt it slowly five times.", "tilts"),
}
"""What is asked for; the first movement says which way is forward."""


def stands(t_s: FloatArray, values: FloatArray, _captures: Sequence[Capture]) -> Look:
    """Gate: the client stands still."""
    if stance_of(t_s, values) is None:
        return Look(name="still window missing", why="The client does not stand still.", hint="Hold on to something, feet side by side.")
    return Look(counts=True, done=1.0)


def bent(t_s: FloatArray, values: FloatArray, captures: Sequence[Capture]) -> Look:
    """Gate: five movements were made, and the client stands again."""
    start = stance_of(captures[0].t_s, captures[0].values)
    good = np.isfinite(values).all(axis=1)
    count = len(movements_of(tilt_of(t_s[good], values[good]), start.up)) if start is not None and int(good.sum()) > 2 else 0
    live = (LiveNumber("movements", "movements", "", float(count), 0),)
    if count < MOVEMENTS:
        said = f"{count} of {MOVEMENTS} movements."
        return Look(
            name="too few movements", why=said, hint="Move slowly and far, and come back to stance.", done=count / MOVEMENTS, live=live
        )
    if stance_of(*tail(t_s, values, SETTLE_S)) is None:
        return Look(name="still window missing", why="The client does not stand still.", hint="Stand still.", done=1.0, live=live)
    return Look(counts=True, done=1.0, live=live)


def _steps(_order: Order, subject: Subject) -> Sequence[Step]:
    return (
        Step("stand", "Stand upright and still, feet side by side.", stands, STANCE_S, 60.0),
        Step("move", BENDS[subject.site][0], bent, math.inf, 90.0),
        Step("stand again", "Stand upright and still once more.", stands, STANCE_S, 60.0),
    )


def _finish(order: Order, subject: Subject, captures: Sequence[Capture], streams: Sequence[Stream]) -> Findings:
    """Return the axes of the segment in the sensor, and what they are judged by."""
    refuse_clipped(order, captures, streams)
    before, after = _stance(captures[0]), _stance(captures[2])
    found = mounting_of(captures[1].t_s, captures[1].values, before, rate_hz=subject.rate_hz)
    if found is None:
        raise Refusal(
            "no axis", f"The {BENDS[subject.site][1]} were about no one axis.", "Move in one plane, straight forward and back, and further."
        )
    slip = slip_rad(before.up, after.up)
    known = next((stream.standing.u("u_tilt_rad") for stream in streams if stream.device == order.device), math.nan)
    upright_u = math.hypot(POSTURE_U_RAD, 0.5 * slip, known if math.isfinite(known) else 0.0)
    faults: list[str] = []
    if found.agree < -AGREE:
        faults.append("the gyro and gravity tell opposite turns: an axis of this sensor is mirrored")
    if slip > SLIP_RAD:
        faults.append(f"the sensor slipped by {math.degrees(slip):.1f}°: tighten the strap")
    return Findings(
        inputs=(figure("movements", "", float(found.movements)),),
        parameters=(figure("axes", "", found.axes), figure("turned_rad", "rad", found.turned_rad)),
        residuals=(
            figure("explained", "", found.explained), figure("agree", "", found.agree), figure("slip_rad", "rad", slip),
            figure("apart_rad", "rad", found.apart_rad),
        ),
        uncertainty=(figure("u_upright_rad", "rad", upright_u), figure("u_heading_rad", "rad", found.heading_u_rad)),
        limits=(
            Limit("movements", "movements", float(found.movements), float(MOVEMENTS), "", at_least=True),
            Limit("explained", "turning about one axis", found.explained, EXPLAINED, "", at_least=True),
            Limit("agree", "gyro and gravity tell the same turn", found.agree, AGREE, "", at_least=True),
            Limit("slip", "pose after the movements", math.degrees(slip), math.degrees(SLIP_RAD), "°"),
        ),
        hold_out=(Limit("held out", "axis of the last movement", math.degrees(found.held_out_rad), math.degrees(HELD_OUT_RAD), "°"),),
        effects=(effect(Stage.AXES, subject.site.value, acc=found.axes, gyro=found.axes),),
        faults=tuple(faults),
    )  # fmt: skip


def _slip_steps(_order: Order, _subject: Subject) -> Sequence[Step]:
    return (Step("stand", "Stand upright and still, feet side by side, as before.", stands, STANCE_S, 60.0),)


def _slip(order: Order, _subject: Subject, captures: Sequence[Capture], streams: Sequence[Stream]) -> Findings:
    """Return how far the segment leans in stance by the mounting in force: upright unless the strap slipped."""
    refuse_clipped(order, captures, streams)
    mounted = any(math.isfinite(stream.standing.u("u_upright_rad")) for stream in streams if stream.device == order.device)
    if not mounted:
        raise Refusal("not mounted", "Nothing is known of how this sensor was mounted.", "Do the mounting first.")
    slip = slip_rad(np.array((0.0, 0.0, 1.0)), _stance(captures[0]).up)
    warned = (f"the sensor may have slipped, by {math.degrees(slip):.1f}°: mount it again",) if slip > SLIP_WARN_RAD else ()
    return Findings(
        residuals=(figure("slip_rad", "rad", slip),),
        limits=(Limit("slip", "pose since the mounting", math.degrees(slip), math.degrees(SLIP_WARN_RAD), "°"),),
        faults=warned,
    )


def _stance(capture: Capture) -> Still:
    found = stance_of(capture.t_s, capture.values)
    if found is None:
        raise Refusal("still window missing", f"'{capture.step}': the client did not stand still.", "Hold on to something.")
    return found


MOUNTING = Procedure("mounting", "Motion sensor: how it is worn", 1, (Kind.IMU,), MOUNTED_DAYS, _steps, _finish, corrected=True, axes=False)
SLIP = Procedure("mounting_check", "Motion sensor: has it slipped", 1, (Kind.IMU,), MOUNTED_DAYS, _slip_steps, _slip, corrected=True)
