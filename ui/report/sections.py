"""What a report shows of a visit: for each exam the newest usable trial of each leg, with the evidence its pictures are drawn of."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ankletest.exams.conditions import Conditions, conditions_of
from ankletest.exams.history import Earlier
from ankletest.exams.pairs import USABLE, Pair, Sides, compare_sides
from ankletest.metrics.base import CopTrace, Evidence, Metric
from ankletest.metrics.profiles import CHOICES, P_COP, prepare
from ankletest.metrics.published import NOBODY, Person
from ankletest.metrics.sway import EllipseForm, ellipse
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.trial import Setup
from ui.asked import title_of
from ui.widgets.stabilogram import Outline


@dataclass(frozen=True, slots=True)
class Leg:
    """A trial of one leg with the evidence its numbers were made of, and the ellipse to draw."""

    finished: Finished
    evidence: Evidence
    outline: Outline | None = None


@dataclass(frozen=True, slots=True)
class ExamSection:
    """One exam of a visit under one condition: a leg each (None: not tested), and what the core made of the pair."""

    title: str
    left: Leg | None
    right: Leg | None
    sides: Sides = field(default_factory=Sides)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """What could be compared."""
        return self.sides.pairs

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The legs that were tested."""
        return tuple(leg for leg in (self.left, self.right) if leg is not None)


@dataclass(frozen=True, slots=True)
class ReportOf:
    """What is known of the client: the injured side, age and sex for published figures, and earlier trials, oldest first.

    ``target_of`` returns the target of a leg's number as text, empty where there is none.
    """

    involved: Side | None = None
    person: Person = NOBODY
    earlier: tuple[Earlier, ...] = ()
    target_of: Callable[[Setup, Metric], str] | None = None


NOT_KNOWN = ReportOf()
HOLD_ID = "ST-01"


def sections_of(finished: Sequence[Finished], of: ReportOf = NOT_KNOWN) -> tuple[ExamSection, ...]:
    """Return a section for each exam under each condition, in the order they were first done.

    Parameters
    ----------
    finished
        Trials of one visit, oldest first. Of several usable ones of a leg the newest is shown; where none is usable, the newest.
    of
        What is known of the client.
    """
    kept: dict[Conditions, dict[Side, Finished]] = {}
    for each in finished:
        setup = each.trial.setup
        legs = kept.setdefault(conditions_of(setup), {})
        before = legs.get(setup.side)
        if before is None or each.trial.outcome in USABLE or before.trial.outcome not in USABLE:
            legs[setup.side] = each
    return tuple(
        ExamSection(
            title_of(next(iter(legs.values())).trial.setup),
            _leg(legs.get(Side.LEFT)),
            _leg(legs.get(Side.RIGHT)),
            compare_sides([(each.trial, each.values) for each in legs.values()], involved=of.involved, everything=True, person=of.person),
        )
        for legs in kept.values()
    )


def held_on(section: ExamSection, metric: Metric) -> bool:
    """Tell whether a number is a hold that every leg held to its end: then it says how long was asked for, and nothing of the legs."""
    return metric.id == HOLD_ID and all(leg.finished.trial.capped for leg in section.legs)


def outline_of(cop: CopTrace, form: str) -> Outline | None:
    """Return the ellipse of the core in the terms of the drawing; None where there is none."""
    if not len(cop.x_mm):
        return None
    made = ellipse(cop.x_mm, cop.y_mm, EllipseForm(form))
    if not math.isfinite(made.major_mm + made.minor_mm):
        return None
    angle = math.radians(made.angle_deg) if math.isfinite(made.angle_deg) else 0.0
    return Outline(float(cop.x_mm.mean()), float(cop.y_mm.mean()), made.major_mm, made.minor_mm, angle)


def _leg(finished: Finished | None) -> Leg | None:
    if finished is None:
        return None
    choices = {profile.id for profile in CHOICES}
    profile = next((value.profile for value in finished.values if value.profile in choices), P_COP.id)
    evidence = prepare(finished.trial, profile=profile)
    outline = outline_of(evidence.cop, evidence.profile.ellipse) if evidence.cop is not None else None
    return Leg(finished, evidence, outline)
