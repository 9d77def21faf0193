"""Hop and stick: hop forward, land on the same leg, and hold, five times; phases and what is asked for. See landing_walk."""

from collections.abc import Sequence
from dataclasses import replace

from ankletest.exams import drop_landing
from ankletest.exams.base import Ask, Exam, Fitness, Member, Phase, Run, Verdict
from ankletest.exams.landing_trial import whole_trial
from ankletest.exams.landing_walk import TABLE, phases_of
from ankletest.exams.landing_walk import begin as begin_landings
from ankletest.exams.members import driver_of
from ankletest.exams.needs import LANDINGS
from ankletest.metrics.landings import LANDING, STICK
from ankletest.samples import Kind, Site
from ankletest.trial import Setup, Stream, Trial

KEY = "hop_and_stick"
ASKS = (
    Ask("distance_m", "Distance, by tape", "m", 0.1, 3.0, decimals=2, condition=False),
    Ask("landings", "Landings", "", 1, 10, default=5),
    Ask("hold_s", "Hold", "s", 3, 10, default=5),
)
"""Five, because the ladder's rule is five sticks of five (programme.md, step 5)."""

PHASES = phases_of(
    away="Stand on the mark behind the pad, on one leg.",
    ready="Hop onto the pad, land on the same leg, and stick it.",
)


def phases_for(setup: Setup) -> dict[str, Phase]:
    """Return the phases with instructions that name the leg."""
    leg = f"{setup.side.value} leg"
    return {
        **PHASES,
        "away": replace(PHASES["away"], instruction=f"Stand on the mark, on your {leg}."),
        "ready": replace(PHASES["ready"], instruction=f"Hop forward, land on your {leg}, and stick it."),
        "hold": replace(PHASES["hold"], instruction=f"Hold still on your {leg}."),
    }


def fit(members: Sequence[Member], setup: Setup) -> Verdict:
    """Tell whether devices may be used: as for a drop landing; without a pad a lumbar sensor tells when the trunk is still."""
    verdict = drop_landing.fit(members, setup)
    if verdict.fitness is Fitness.REFUSED or driver_of(members).kind is Kind.PAD:
        return verdict
    others = tuple(reason for reason in verdict.reasons if "no forces" not in reason)
    if any(member.site is Site.LUMBAR for member in members):
        return replace(verdict, reasons=("without a force pad: errors, and how soon the trunk is still", *others))
    return replace(verdict, reasons=("without a force pad or a lumbar sensor: errors only", *others))


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> Run:
    """Make a run."""
    return begin_landings(setup, members, t_s, phases=phases_for(setup), rules=drop_landing.rules_of(EXAM, setup))


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything there is: its landings, no phases."""
    return whole_trial(setup, streams, rules=drop_landing.rules_of(EXAM, setup))


EXAM = Exam(KEY, "Hop and stick", PHASES, TABLE, fit, begin, whole, asks=ASKS, families=(LANDING, STICK), needs=LANDINGS)
