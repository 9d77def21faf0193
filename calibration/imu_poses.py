"""Procedure: scale, bias and skew of an accelerometer from twelve poses put down by hand, in any order, checked by two more."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.exams.base import LiveNumber
from ankletest.samples import FloatArray, G, Kind
from ankletest.trial import Stream
from calibration.certificate import Limit, Stage
from calibration.ellipsoid import CONDITION_MOST, MG, condition_of, fit_of, odd_pose
from calibration.imu_gates import AXES, DAYS, amiss, effect, figure, refuse_clipped, restlessness, still_in
from calibration.procedure import Capture, Findings, Look, Order, Procedure, Refusal, Step, Subject
from calibration.still import Still, Unstill, still_of

FACES, EDGES, CORNERS = 6, 6, 2
POSES = FACES + EDGES
"""Poses of the fit; those after them are held out."""
POSE_S = 4.0
"""How long each pose is read. Noise goes with time: with skew fitted, 2 s at 200 Hz left 0.023° of tilt along the worst direction of the
worst of 20 simulated devices, 4 s leave 0.018° (0.009° RMS over all directions)."""
NEW_RAD = math.radians(20.0)
"""A pose this far from all before is another one; edges are 45° from faces, give or take a hand's 5°."""
FACE_RAD = math.radians(35.0)
"""Up was along an axis if it was this near."""
RMS_M_S2, WORST_M_S2 = 2.0 * MG, 5.0 * MG
"""Acceptance (algorithms.md 9.1)."""
TILT_U_RAD = math.radians(0.05)
"""An inclination is to be known this closely; twelve good poses leave 0.01°."""
SCALE_MOST, BIAS_MOST_M_S2 = 0.05, 150.0 * MG
"""What no working accelerometer exceeds: further off, the range was told wrong."""


def new_pose(t_s: FloatArray, values: FloatArray, captures: Sequence[Capture]) -> Look:
    """Gate: the sensor lies still in a pose in which it has not lain before."""
    live = (restlessness(values), LiveNumber("poses", "poses", "", float(len(captures)), 0))
    found = still_of(t_s, values)
    if isinstance(found, Unstill):
        return amiss(found, live=live)
    if any(_between(found.up, _up(capture)) < NEW_RAD for capture in captures):
        count = (
            f"{len(captures)} of {POSES} poses." if len(captures) < POSES else f"{len(captures) - POSES} of {CORNERS} poses of the check."
        )
        return Look(name="too few poses", why=f"{count} This one is there already.", hint=_advice(captures), live=live)
    return Look(counts=True, done=1.0, live=live)


def missing(ups: Sequence[FloatArray]) -> list[str]:
    """Return the sides of the sensor that were never up, such as ``+x``."""
    sides = [(k, sign) for k in range(len(AXES)) for sign in (1.0, -1.0)]
    never = [(k, sign) for k, sign in sides if all(sign * up[k] < math.cos(FACE_RAD) for up in ups)]
    return [f"{'+' if sign > 0.0 else '−'}{AXES[k]}" for k, sign in never]


def _steps(_order: Order, _subject: Subject) -> Sequence[Step]:
    faces = [
        (f"face {k + 1}", "Put the sensor on a face on which it has not lain." if k else "Put the sensor on a table.") for k in range(FACES)
    ]
    edges = [(f"edge {k + 1}", "Lean it on an edge on which it has not lain, half way between two faces.") for k in range(EDGES)]
    corners = [(f"check {k + 1}", "Lean it on a corner.") for k in range(CORNERS)]
    return tuple(Step(name, told, new_pose, POSE_S, 120.0) for name, told in (*faces, *edges, *corners))


def _finish(order: Order, subject: Subject, captures: Sequence[Capture], streams: Sequence[Stream]) -> Findings:
    """Return the fit of the first twelve poses, held against the others; what is found is then the fit of all of them."""
    refuse_clipped(order, captures, streams)
    still = [still_in(capture, POSE_S) for capture in captures]
    means = np.stack([one.acc_m_s2 for one in still])
    fitted, kept = means[:POSES], means[POSES:]
    _refuse_bunched(still[:POSES])
    noise = math.sqrt(sum(one.acc_u_m_s2**2 for one in still) / len(still))
    fit = fit_of(fitted, u_m_s2=noise)
    checked = fit.away_m_s2(kept)
    bad = max(fit.worst_m_s2, float(np.abs(checked).max())) > WORST_M_S2 or fit.rms_m_s2 > RMS_M_S2
    odd = f"'{captures[odd_pose(means)].step}' does not fit the others: the sensor was moved, knocked or pressed on" if bad else ""
    found = fit_of(means, u_m_s2=noise)
    return Findings(
        inputs=(figure("poses", "m/s²", means), figure("gravity", "m/s²", G), figure("rate", "Hz", subject.rate_hz)),
        parameters=(
            figure("acc_matrix", "", found.matrix),
            figure("acc_bias", "m/s²", found.bias_m_s2),
            figure("skewed", "", float(found.skewed)),
            figure("condition", "", found.condition),
        ),
        residuals=(figure("pose_error", "m/s²", fit.residuals_m_s2), figure("check_error", "m/s²", checked)),
        uncertainty=(
            figure("u_acc_bias", "m/s²", found.bias_u_m_s2),
            figure("u_tilt_rad", "rad", found.tilt_u_rad),
            figure("u_acc_m_s2", "m/s²", float(np.linalg.norm(found.bias_u_m_s2)) / math.sqrt(3.0)),
            figure("u_acc_scale", "", found.scale_u),
        ),
        limits=(
            Limit("rms", "|a| off g, RMS of the poses", fit.rms_m_s2 / MG, RMS_M_S2 / MG, "mg"),
            Limit("worst", "|a| off g, worst pose", fit.worst_m_s2 / MG, WORST_M_S2 / MG, "mg"),
            Limit("tilt", "uncertainty of an inclination", math.degrees(found.tilt_u_rad), math.degrees(TILT_U_RAD), "°"),
            Limit("condition", "condition of the fit", fit.condition, CONDITION_MOST, ""),
            Limit("scale", "scale off 1", float(np.abs(np.diag(found.matrix) - 1.0).max()), SCALE_MOST, ""),
            Limit("bias", "bias", float(np.abs(found.bias_m_s2).max()) / MG, BIAS_MOST_M_S2 / MG, "mg"),
        ),
        hold_out=(Limit("check", "|a| off g, poses that were not fitted", float(np.abs(checked).max()) / MG, WORST_M_S2 / MG, "mg"),),
        effects=(effect(Stage.GAIN, "acc", acc=found.matrix, acc_offset=-found.matrix @ found.bias_m_s2),),
        faults=(odd,) if odd else (),
    )


# ---- helpers --------------------------------------------------------------------------------------------------------------------


def _refuse_bunched(still: Sequence[Still]) -> None:
    never = missing([one.up for one in still])
    condition = condition_of(np.stack([one.acc_m_s2 for one in still]) / G)
    if never or not condition < CONDITION_MOST:
        sides = f": {', '.join(never)} was never up" if never else f" (condition {condition:.0f})"
        raise Refusal(
            "poses not spread",
            f"The poses do not go all the way round{sides}.",
            "Begin again: every face down once, then edges between them.",
        )


def _advice(captures: Sequence[Capture]) -> str:
    never = missing([_up(capture) for capture in captures])
    if len(captures) < POSES and never:
        return f"Turn it so that another side is up ({', '.join(never)})."
    return "Turn it further, onto another edge or corner."


def _up(capture: Capture) -> FloatArray:
    mean = capture.mean[:3]
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float64)


def _between(one: FloatArray, other: FloatArray) -> float:
    return math.atan2(float(np.linalg.norm(np.cross(one, other))), float(one @ other))


ACC_POSES = Procedure("acc_poses", "Motion sensor: accelerometer, six faces and edges", 2, (Kind.IMU,), DAYS, _steps, _finish)
