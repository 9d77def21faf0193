"""Holds devices against what an exam needs of them (``Need``): the range part of every sensor rule, and what may be lost; no exam."""

import math
from collections.abc import Sequence

from ankletest.exams.base import Exam, Fitness, Member, Need, Verdict
from ankletest.samples import Kind, Site

LEAST_TURN_DPS = 125.0
"""The smallest range that any gyroscope has: who asks for it asks for a gyroscope."""
NO_TURN = "without angular rate"

CONTACTS: tuple[Need, ...] = (
    Need(Kind.PAD, 80.0, 200.0, loss_percent=1.0, gap_s=0.02),
    Need(
        Kind.IMU, 100.0, site=Site.FOOT, acc_g=4.0, acc_good_g=8.0, gyro_dps=1000.0, loss_percent=1.0, gap_s=0.02,
        why_acc="contacts are told from 3 g on", why_gyro="contact time invalid",
    ),
)  # fmt: skip
"""Contacts and flights (devices.md 6.1, algorithms.md 2.0 and 2.1): a foot clips at 500 °/s when it takes off, and ±8 g do for timing."""
TRUNK = Need(
    Kind.IMU, 100.0, site=Site.LUMBAR, gyro_dps=LEAST_TURN_DPS, loss_percent=1.0, gap_s=0.02,
    why_gyro="what it feels upward is not known",
)  # fmt: skip
"""Contacts and flights that the trunk estimates (algorithms.md 2.3)."""
STANDING: tuple[Need, ...] = (
    Need(Kind.PAD, 50.0),
    Need(Kind.IMU, 50.0, gyro_dps=LEAST_TURN_DPS, why_gyro="nobody can be seen to stand still"),
)
"""Sway (metrics.md 1 and 2): from 50 Hz on; more than 2 % lost or a gap above 100 ms ends its numbers (E-GAP)."""
LANDINGS: tuple[Need, ...] = (
    Need(Kind.PAD, 80.0, 500.0, loss_percent=1.0, gap_s=0.02),
    Need(
        Kind.IMU, 100.0, acc_g=4.0, acc_good_g=16.0, loss_percent=1.0, gap_s=0.02, why_acc="the shock of a landing is clipped",
    ),
)  # fmt: skip
"""Landings (metrics.md 0.1 and 6): peaks and loading rates from 500 Hz on, and 10–20 g at foot and shank."""


def turning(site: Site, rate_hz: float, *, pad: bool = False) -> tuple[Need, ...]:
    """Return what an exam of angles needs: a gyroscope at that site, or (where it does for a part) a pad."""
    worn = Need(Kind.IMU, rate_hz, site=site, gyro_dps=LEAST_TURN_DPS, why_gyro="there are no angles")
    return (worn, Need(Kind.PAD, rate_hz)) if pad else (worn,)


def need_of(exam: Exam, member: Member) -> Need | None:
    """Return what an exam needs of this device if it drives; None where the exam has no use for it."""
    return next((need for need in exam.needs if need.kind is member.kind and need.site in (None, member.site)), None)


def ranges(needs: Sequence[Need], member: Member) -> Verdict:
    """Hold a device's ranges against the first need that is about it; the sentences say what would be wrong."""
    need = next((n for n in needs if n.kind is member.kind and n.site in (None, member.site)), None)
    if need is None or member.kind is not Kind.IMU:
        return Verdict(Fitness.GOOD)
    bad, marked = _gyro(need, member.gyro_range_dps), [*_unknown(need, member)]
    acc = member.acc_range_g
    if acc < need.acc_g:
        bad = (*bad, f"accelerometer clips at {acc:g} g: {need.why_acc}")
    elif acc < need.acc_good_g:
        marked.append(f"accelerometer clips at {acc:g} g, {need.acc_good_g:g} g recommended: {need.why_acc}")
    if bad:
        return Verdict(Fitness.REFUSED, bad)
    return Verdict(Fitness.LIMITED if marked else Fitness.GOOD, tuple(marked))


def _gyro(need: Need, dps: float) -> tuple[str, ...]:
    if dps == 0.0 and need.gyro_dps > 0.0:
        return (f"{NO_TURN} {need.why_gyro}" if need.gyro_dps <= LEAST_TURN_DPS else f"{NO_TURN} nobody sees a take-off: {need.why_gyro}",)
    return (f"gyro clips at {dps:g} deg/s: {need.why_gyro}",) if dps < need.gyro_dps else ()


def _unknown(need: Need, member: Member) -> tuple[str, ...]:
    """Return the remark on ranges that nobody knows: what clips cannot be told then."""
    gyro = math.isnan(member.gyro_range_dps) and need.gyro_dps > LEAST_TURN_DPS
    acc = math.isnan(member.acc_range_g) and need.acc_g > 0.0
    what = " and ".join(name for name, unknown in (("accelerometer", acc), ("gyro", gyro)) if unknown)
    return (f"the range of its {what} is not known: what clips cannot be told",) if what else ()
