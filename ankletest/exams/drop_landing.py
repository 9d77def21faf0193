"""Drop landing: off a box, onto one leg, and hold; phases, sensor rule, what is asked for. How landings are watched is in landing_walk."""

from collections.abc import Sequence
from dataclasses import replace

from ankletest.exams.base import Ask, Exam, Fitness, Member, Phase, Run, Verdict
from ankletest.exams.landing_trial import LandingRules, whole_trial
from ankletest.exams.landing_walk import TABLE, phases_of
from ankletest.exams.landing_walk import begin as begin_landings
from ankletest.exams.members import driver_of
from ankletest.exams.needs import LANDINGS
from ankletest.metrics.landings import DROP, LANDING
from ankletest.samples import Kind
from ankletest.trial import Setup, Stream, Trial

KEY = "drop_landing"
PAD_HZ, PAD_GOOD_HZ = 80.0, 500.0
"""P-FJUMP: 500 Hz for peaks and loading rates; times to stabilisation from 80 Hz on."""
IMU_HZ = 100.0
ACC_G = 16.0
"""Landings reach 10-20 g at foot and shank; below this range a peak is clipped."""
RATE_SLACK = 0.98
"""Rates are met within 2 % (E-RATE)."""
BOX = "box_height_m"
ASKS = (
    Ask(BOX, "Box height", "m", 0.05, 1.0, decimals=2),
    Ask("landings", "Landings", "", 1, 10, default=1),
    Ask("hold_s", "Hold", "s", 3, 10, default=5),
)

PHASES = phases_of(
    away="Stand up on the box. Keep the pad free.",
    ready="Step off the box, land on one leg, and hold.",
)


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with instructions that name the leg."""
    leg = f"{setup.side.value} leg"
    return {
        **PHASES,
        "ready": replace(PHASES["ready"], instruction=f"Step off the box, land on your {leg}, and hold."),
        "hold": replace(PHASES["hold"], instruction=f"Hold still on your {leg}."),
    }


def rules_of(exam: Exam, setup: Setup) -> LandingRules:
    """Return how many landings, and how long each is held."""
    return LandingRules(max(round(exam.given(setup, "landings")), 1), exam.given(setup, "hold_s"))


def fit(members: Sequence[Member], setup: Setup) -> Verdict:  # noqa: ARG001  the rule of the contract knows the set-up
    """Tell whether devices may be used (metrics.md 0.1 and 6)."""
    if not members:
        return Verdict(Fitness.REFUSED, ("a landing needs a force pad or a motion sensor",))
    device = driver_of(members)
    rate = device.nominal_hz / RATE_SLACK
    if device.kind is Kind.PAD:
        if rate < PAD_HZ:
            return Verdict(Fitness.REFUSED, (f"{device.device}: {device.nominal_hz:g} Hz, {PAD_HZ:g} Hz needed",))
        if rate < PAD_GOOD_HZ:
            what = f"{device.device}: {device.nominal_hz:g} Hz, {PAD_GOOD_HZ:g} Hz recommended for peaks and loading rates"
            return Verdict(Fitness.LIMITED, (what,))
        return Verdict(Fitness.GOOD)
    if rate < IMU_HZ:
        return Verdict(Fitness.REFUSED, (f"{device.device}: {device.nominal_hz:g} Hz, {IMU_HZ:g} Hz needed",))
    reasons: tuple[str, ...] = ("without a force pad there are no forces: shock and errors only",)
    if device.acc_range_g < ACC_G:
        reasons = (*reasons, f"{device.device}: ±{device.acc_range_g:g} g clips at a landing, ±{ACC_G:g} g needed for its shock")
    return Verdict(Fitness.LIMITED, reasons)


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run."""
    return begin_landings(setup, members, t_s, phases=phases_for(setup), rules=rules_of(EXAM, setup))


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything there is: its landings, no phases."""
    return whole_trial(setup, streams, rules=rules_of(EXAM, setup))


EXAM = Exam(KEY, "Drop landing", PHASES, TABLE, fit, begin, whole, asks=ASKS, families=(LANDING, DROP), needs=LANDINGS)
