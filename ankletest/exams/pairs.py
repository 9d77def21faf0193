"""Left trials held against right ones of the same conditions, metric by metric; the formulas are in ``metrics.symmetry``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ankletest import exams
from ankletest.exams.conditions import Conditions, both_legs, conditions_of, differences
from ankletest.exams.figures import figures_for
from ankletest.metrics.base import Better, Comparison, MetricValue
from ankletest.metrics.certified import RELATIVE, lapsed_apart
from ankletest.metrics.change import Finding, judge, together
from ankletest.metrics.published import NOBODY, Match, Person
from ankletest.metrics.published_file import Book
from ankletest.metrics.symmetry import compare
from ankletest.samples import Side
from ankletest.trial import Outcome, Setup, Trial

USABLE = (Outcome.COMPLETED, Outcome.NOT_HELD)
"""Outcomes whose numbers may stand beside the other leg's."""
GROWING = frozenset({"SW-02", "SW-03", "SW-04", "SW-05", "SW-07", "SW-08", "SW-09", "IM-02", "IM-03", "IM-04", "IM-08"})
"""Sway that grows with the time it is looked at (metrics.md 2: compare only equal T); velocities and rates do not."""
ALIKE = 0.02
"""Windows that differ by less are equally long: 2 % of a path is less than any error of it."""

Done = tuple[Trial, Sequence[MetricValue]]


@dataclass(frozen=True, slots=True)
class Pair:
    """One metric of both legs under the same conditions, and whether their difference is real.

    ``setup`` is that of the left trial; it tells exam and conditions of both. ``sources`` are those of the MDC.
    ``marks`` tell what lapsed of devices that only one leg wore; of one that both used, the error cancels.
    """

    comparison: Comparison
    setup: Setup
    left: MetricValue
    right: MetricValue
    finding: Finding
    sources: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """What could be compared, and sentences on what could not."""

    pairs: tuple[Pair, ...] = ()
    refused: tuple[str, ...] = ()


def compare_sides(
    done: Sequence[Done], *, involved: Side | None = None, everything: bool = False, person: Person = NOBODY, book: Book | None = None
) -> Sides:
    """Compare the newest usable trial of each leg, exam by exam and condition by condition.

    Parameters
    ----------
    done
        Trials with their numbers, oldest first.
    involved
        The injured side, if known.
    everything
        All metrics instead of the clinical set.
    person
        Whose trials they are; an MDC is published for an age and a sex.
    book
        Published figures, those that come with the program unless told otherwise.
    """
    newest: dict[Conditions, dict[Side, Done]] = {}
    for trial, values in done:
        if trial.outcome in USABLE:
            newest.setdefault(conditions_of(trial.setup), {})[trial.setup.side] = (trial, values)
    pairs: list[Pair] = []
    refused: list[str] = []
    for legs in newest.values():
        if len(legs) < len(Side):
            continue
        if both_legs(legs[Side.LEFT][0].setup):
            refused.append(f"{title_of(legs[Side.LEFT][0].setup)}: left and right not compared: both legs did it at once.")
            continue
        found, against = _pairs(legs[Side.LEFT], legs[Side.RIGHT], involved=involved, everything=everything, person=person, book=book)
        pairs.extend(found)
        refused.extend(against)
    return Sides(tuple(pairs), (*_alone(newest), *refused))


def pair_json(pair: Pair) -> dict[str, object]:
    """Return SY-01 to SY-06 of one metric as JSON values."""
    comparison = pair.comparison
    return {
        "exam": pair.setup.exam,
        "conditions": dict(conditions_of(pair.setup).fields),
        "id": comparison.metric.id,
        "key": comparison.metric.key,
        "unit": comparison.metric.unit,
        "left": comparison.left,
        "right": comparison.right,
        "involved": comparison.involved.value if comparison.involved else None,
        "weaker": comparison.weaker.value if comparison.weaker else None,
        "rule": comparison.rule,
        "SY-01": comparison.lsi_percent,
        "I/U": comparison.ratio_percent,
        "SY-02": comparison.difference_percent,
        "SY-03": comparison.symmetry_index_percent,
        "SY-04": comparison.bilateral_index_percent,
        "SY-05": comparison.symmetry_angle_percent,
        "SY-06": {**finding_json(pair.finding), "sources": list(pair.sources)},
        "marks": list(pair.marks),
    }


def finding_json(finding: Finding) -> dict[str, object]:
    """Return what a difference means as JSON values."""
    return {"verdict": finding.meaning.value, "bound": finding.bound, "why": finding.why}


def _pairs(
    left: Done, right: Done, *, involved: Side | None, everything: bool, person: Person, book: Book | None
) -> tuple[list[Pair], list[str]]:
    """Return what both trials tell, and sentences on what is not comparable of it."""
    others = {value.metric.key: value for value in right[1]}
    apart = lapsed_apart(left[0], right[0])
    pairs: list[Pair] = []
    against: dict[str, list[str]] = {}
    for mine in left[1]:
        metric = mine.metric
        theirs = others.get(metric.key)
        wanted = metric.better is not Better.NONE and (everything or metric.clinical)
        if not wanted or theirs is None or mine.value is None or theirs.value is None:
            continue
        why = unlike(mine, theirs)
        if why:
            against.setdefault(why, []).append(metric.title)
            continue
        comparison = compare(mine.value, theirs.value, metric=metric, involved=involved)
        fitting = figures_for(left[0], mine, person, book=book)
        mdc95 = fitting.mdc95(0.5 * (mine.value + theirs.value))
        why = fitting.why or "no MDC is published for it"
        finding = judge(mine.value - theirs.value, mdc95=mdc95, u=together(mine.uncertainty, theirs.uncertainty), otherwise=why)
        marks = () if metric.unit in RELATIVE else apart
        pairs.append(Pair(comparison, left[0].setup, mine, theirs, finding, _sources(fitting), marks))
    name = title_of(left[0].setup)
    return pairs, [f"{name}: {', '.join(titles)} not compared, {why}." for why, titles in against.items()]


def _sources(fitting: Match) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fit.figure.source for fit in fitting.fits if fit.figure.reliability is not None))


def unlike(one: MetricValue, other: MetricValue) -> str:
    """Return why two values of a metric may not be compared, as a clause; empty where they may."""
    if one.profile != other.profile:
        return f"for one was made by {one.profile} and the other by {other.profile}"
    lengths = [value.window_s[1] - value.window_s[0] for value in (one, other)]
    if one.metric.id in GROWING and not abs(lengths[0] - lengths[1]) <= ALIKE * max(lengths):
        return f"for it grows with time, and the windows are {lengths[0]:.1f} s and {lengths[1]:.1f} s"
    return ""


def title_of(setup: Setup) -> str:
    """Return the name of an exam."""
    return next((exam.title for exam in exams.EXAMS if exam.key == setup.exam), setup.exam)


def _alone(newest: Mapping[Conditions, Mapping[Side, Done]]) -> list[str]:
    """Return a sentence for each exam that both legs did, but never under the same conditions."""
    alone: dict[str, dict[Side, Setup]] = {}
    for conditions, legs in newest.items():
        if len(legs) == 1:
            ((side, (trial, _)),) = legs.items()
            alone.setdefault(conditions.exam, {})[side] = trial.setup  # the newest of each leg that has no partner
    return [_sentence(legs[Side.LEFT], legs[Side.RIGHT]) for legs in alone.values() if len(legs) == len(Side)]


def _sentence(left: Setup, right: Setup) -> str:
    differing = differences(conditions_of(left), conditions_of(right))
    told = "; ".join(f"{name} {mine} on the left, {theirs} on the right" for name, mine, theirs in differing)
    return f"{title_of(left)}: left and right not compared: {told}."
