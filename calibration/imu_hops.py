"""Procedure: how early or late a foot sensor tells contacts of this person in this shoe, from sets of ten hops on the force pad."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.exams.base import LiveNumber
from ankletest.exams.hops import contacts_in
from ankletest.samples import ACC, FloatArray, G, Kind, Site
from ankletest.signals.foot_contact import foot_contacts_of
from ankletest.trial import Stream
from calibration.certificate import Limit
from calibration.hop_timing import SETS_U_S, timing_of
from calibration.imu_gates import MOUNTED_DAYS, figure, tail
from calibration.procedure import Ask, Capture, Findings, Look, Order, Procedure, Refusal, Step, Subject

HOPS, LEAST = 10, 8
"""Hops of a set, and how many of them both devices must have told."""
SETS, SETS_MOST = 2, 6
"""One set to fit and one to hold it against; people hop a little differently from set to set, so both are fitted in the end."""
HIT_G = 3.0
"""A landing is felt by a foot from here on (algorithms.md 2.1)."""
APART_S = 0.25
"""Two landings are further apart."""
CALM_S, CALM_G = 1.5, 0.5
"""After the hops, |a| stays within this of g for so long."""
U_MOST_S = 0.0005
"""The bias of the contact time is to be known this closely: two of it are the millisecond that may be left. Else more hops are asked."""
SD_MOST_S = 0.008
"""Hops that scatter more were told by a loose strap."""
BIAS_MOST_S = 0.040
"""More is no bias of a feature but another edge."""
HELD_OUT_S = 0.003
"""Another set tells the same bias this closely: two and a half times what ten hops leave that scatter by 3 ms."""

ASKS = (Ask("sets", "sets of ten hops", "", 2.0, float(SETS_MOST), (float(SETS),)),)


def landings(t_s: FloatArray, values: FloatArray) -> int:
    """Return how many landings a foot felt."""
    size = np.linalg.norm(values[:, ACC], axis=1) / G
    count, last = 0, -math.inf
    for t in t_s[size >= HIT_G].tolist():
        count += t - last >= APART_S
        last = t
    return count


def hopped(t_s: FloatArray, values: FloatArray, _captures: Sequence[Capture]) -> Look:
    """Gate: ten hops, and calm again."""
    good = np.isfinite(values).all(axis=1)
    if int(good.sum()) < 2:
        return Look(name="too few hops", why="No samples.", hint="Is the sensor on the foot that hops?")
    # The first landing is that of the jump which begins the set.
    hops = max(landings(t_s[good], values[good]) - 1, 0)
    live = (LiveNumber("hops", "hops", "", float(hops), 0),)
    done = min(hops / HOPS, 1.0)
    if hops < HOPS:
        said = f"{hops} of {HOPS} hops."
        return Look(name="too few hops", why=said, hint="Hop on, on the foot with the sensor, on the pad.", done=done, live=live)
    end_t, end = tail(t_s[good], values[good], CALM_S)
    off = np.abs(np.linalg.norm(end[:, ACC], axis=1) / G - 1.0)
    if float(off.max()) > CALM_G or end_t[-1] - end_t[0] < 0.9 * CALM_S:
        return Look(name="still hopping", why="Enough.", hint="Stand still.", done=done, live=live)
    return Look(counts=True, done=1.0, live=live)


def _steps(order: Order, _subject: Subject) -> Sequence[Step]:
    sets = round(order.number("sets"))
    first = "Hop ten times on the pad, on the foot with the sensor; then stand still."
    return [
        Step(
            f"hop {number}",
            first if number == 1 else f"Once more, set {number} of {sets}: ten hops, then stand still.",
            hopped,
            math.inf,
            60.0,
        )
        for number in range(1, sets + 1)
    ]


def _finish(order: Order, subject: Subject, captures: Sequence[Capture], streams: Sequence[Stream]) -> Findings:
    """Return the biases of touch-down, take-off and contact time against the pad."""
    pad = next((stream for stream in streams if stream.kind is Kind.PAD), None)
    foot = next((stream for stream in streams if stream.device == order.device), None)
    if foot is None or subject.site is not Site.FOOT:
        raise Refusal("wrong site", "This sensor is not worn on a foot.", "Choose the sensor on the foot that hops.")
    if pad is None:
        raise Refusal("no pad", "There is no force pad.", "Connect the pad and hop on it.")
    # As the sensor tells them: an older certificate of this kind is not to be in what the new one finds.
    told = foot_contacts_of(foot.t_s, foot.values, rate_hz=foot.rate_hz, gyro_range_dps=foot.gyro_range_dps, device=foot.device)
    sets_s = [(float(capture.t_s[0]), float(capture.t_s[-1])) for capture in captures]
    found = timing_of(contacts_in(pad, math.nan), told, sets_s)
    if found is None or found.sets < len(captures) or found.contact.used < LEAST * len(captures):
        count = 0 if found is None else found.contact.used
        hint = "Hop in the middle of the pad, on the foot with the sensor; tighten the strap."
        needed = f"{LEAST * len(captures)} of {HOPS * len(captures)} are needed"
        raise Refusal("too few hops", f"{count} hops were told by the pad and by the foot alike; {needed}.", hint)
    contact = found.contact
    if found.u_contact_s > U_MOST_S and contact.sd_s <= SD_MOST_S and len(captures) < SETS_MOST:
        scatter_ms, u_ms = f"{1e3 * contact.sd_s:.1f}", f"{1e3 * found.u_contact_s:.2f}"
        words = f"The hops scatter by {scatter_ms} ms, the bias is known within {u_ms} ms, and {1e3 * U_MOST_S:.1f} ms are needed."
        hint = f"Begin again with {_sets_for(contact.sd_s, len(captures))} sets."
        raise Refusal("more hops", words, hint)
    # Where each device's time stands in the session differs from day to day by as much as its clock fit says; a contact's length does not.
    clocks = math.hypot(*(stream.timing_u_s for stream in (pad, foot) if math.isfinite(stream.timing_u_s)))
    apart = max(abs(found.touch_down.mean_s), abs(found.take_off.mean_s))
    return Findings(
        inputs=(
            figure("hops", "", float(contact.used)), figure("left_out", "", float(contact.left_out)),
            figure("sets", "", float(found.sets)),
        ),
        parameters=(
            figure("touch_down_s", "s", found.touch_down.mean_s), figure("take_off_s", "s", found.take_off.mean_s),
            figure("contact_s", "s", contact.mean_s),
        ),
        residuals=(
            figure("touch_down_sd_s", "s", found.touch_down.sd_s), figure("take_off_sd_s", "s", found.take_off.sd_s),
            figure("contact_sd_s", "s", contact.sd_s),
        ),
        uncertainty=(
            figure("u_touch_down_s", "s", math.hypot(found.touch_down.u_s, clocks)),
            figure("u_take_off_s", "s", math.hypot(found.take_off.u_s, clocks)),
            figure("u_contact_s", "s", found.u_contact_s),
            figure("u_hop_s", "s", math.hypot(contact.sd_s, found.u_contact_s)),
        ),
        limits=(
            Limit("uncertainty", "uncertainty of the contact time", 1e3 * found.u_contact_s, 1e3 * U_MOST_S, "ms"),
            Limit("scatter", "scatter of single hops", 1e3 * contact.sd_s, 1e3 * SD_MOST_S, "ms"),
            Limit("bias", "bias of an edge", 1e3 * apart, 1e3 * BIAS_MOST_S, "ms"),
        ),
        hold_out=(Limit("last set", "the last set, against the sets before", 1e3 * abs(found.held_out_s), 1e3 * HELD_OUT_S, "ms"),),
    )  # fmt: skip


def _sets_for(sd_s: float, done: int) -> int:
    """Return how many sets leave little enough of a scatter."""
    enough = (count for count in range(done + 1, SETS_MOST) if math.hypot(sd_s / math.sqrt(HOPS), SETS_U_S) <= U_MOST_S * math.sqrt(count))
    return next(enough, SETS_MOST)


HOP_TIMING = Procedure(
    "hop_timing", "Foot sensor: timing by hops on the pad", 2, (Kind.IMU,), MOUNTED_DAYS, _steps, _finish, ASKS, corrected=True
)
