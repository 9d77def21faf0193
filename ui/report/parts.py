"""What the results page says of each exam: left, right, symmetry, change, target, published figures, and which trials it is of; as text."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ankletest.exams.conditions import Conditions, conditions_of
from ankletest.exams.history import Change, Earlier, changes
from ankletest.exams.pairs import USABLE, Pair, compare_sides
from ankletest.metrics.base import Metric, MetricValue
from ankletest.metrics.published import Person
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.trial import Setup, Trial
from ui.asked import title_of
from ui.beside import beside, change_told, since_told
from ui.report.compared import lsi_told, row_of, verdict_told
from ui.tongue import say
from ui.widgets.symmetry import grade
from ui.words import common as words
from ui.words import pages as words_pages
from ui.words import results as told

TargetOf = Callable[[Setup, Metric], str]
"""Returns the target of a leg's number as text, empty where there is none."""


def no_target(setup: Setup, metric: Metric) -> str:  # noqa: ARG001  takes what one that knows targets needs
    """Return that nobody keeps targets."""
    return ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A trial as the page has it: with samples (``finished``), or only where they are recorded; ``why`` it does not count."""

    number: int
    trial: Trial
    values: tuple[MetricValue, ...]
    finished: Finished | None = None
    recording: Path | None = None
    counts: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One number of an exam; ``cells`` are ``EXAM_COLUMNS``, ``state`` is the token of the symmetry's colour, empty for none.

    ``legs`` are the trials that the numbers are of, ``why`` the reasons that stand with each, ``sources`` whom published figures are of.
    """

    metric: Metric
    cells: tuple[str, ...]
    state: str
    legs: Mapping[Side, Shown]
    why: Mapping[Side, str]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExamPart:
    """An exam under one condition: what it is called, which trials are used and why, since which visits changes are, and its numbers."""

    title: str
    used: str
    lines: tuple[Line, ...]


def parts_of(
    shown: Sequence[Shown],
    earlier: Sequence[Earlier],
    *,
    person: Person,
    involved: Side | None,
    everything: bool,
    target_of: TargetOf = no_target,
) -> list[ExamPart]:
    """Return a part for each exam under each condition, in the order they were first done.

    Parameters
    ----------
    shown
        Trials, oldest first.
    earlier
        Those of earlier visits, oldest first.
    person, involved
        Of the client.
    everything
        All numbers instead of the clinical ones.
    target_of
        Where targets are from.
    """
    grouped: dict[Conditions, list[Shown]] = {}
    for one in shown:
        grouped.setdefault(conditions_of(one.trial.setup), []).append(one)
    parts: list[ExamPart] = []
    for mine in grouped.values():
        used = {side: found[-1] for side in Side if (found := [one for one in mine if usable(one, side)])}
        done = [(one.trial, one.values) for one in used.values()]
        sides = compare_sides(done, involved=involved, everything=everything, person=person)
        pairs = {pair.left.metric.key: pair for pair in sides.pairs}
        changed = {side: _changes(one, earlier, person) for side, one in used.items()}
        since = [_days(changed.values(), at) for at in (0, -1)]
        norms = {side: beside(one.trial, one.values, (), person) for side, one in used.items()}
        lines: list[Line] = []
        for metric in _metrics(used.values(), everything=everything):
            values = {side: next((v for v in one.values if v.metric.key == metric.key), None) for side, one in used.items()}
            pair = pairs.get(metric.key)
            cells = (
                words.capital(say(metric.title)) + (f", {metric.unit}" if metric.unit else ""),
                _value(values.get(Side.LEFT), metric),
                _value(values.get(Side.RIGHT), metric),
                _symmetry(pair),
                *(
                    _both({side: _change(found.get(metric.key, ()), at, metric, dated=len(days) > 1) for side, found in changed.items()})
                    for at, days in zip((0, -1), since, strict=True)
                ),
                _both({side: target_of(one.trial.setup, metric) for side, one in used.items()}),
                _norm({side: found[metric.key].norm for side, found in norms.items() if metric.key in found}),
            )
            state = grade(row_of(pair)) if pair is not None else ""
            legs = {side: used[side] for side, value in values.items() if value is not None}
            why = {side: "; ".join(map(say, value.reasons)) for side, value in values.items() if value is not None}
            sources = tuple(dict.fromkeys(one for found in norms.values() if metric.key in found for one in found[metric.key].sources))
            lines.append(Line(metric, cells, state, legs, why, sources))
        visits = [text.format(day=days[0]) for text, days in zip((told.FIRST_ON, told.LAST_ON), since, strict=True) if len(days) == 1]
        parts.append(ExamPart(title_of(mine[-1].trial.setup), "   ·   ".join((*used_told(mine, used), *visits)), tuple(lines)))
    return parts


def used_told(mine: Sequence[Shown], used: Mapping[Side, Shown]) -> list[str]:
    """Return which trials of an exam are used, leg by leg, and why the others are not."""
    out: list[str] = []
    for side in Side:
        of_leg = [one for one in mine if one.trial.setup.side is side]
        if not of_leg:
            continue
        chosen = used.get(side)
        letter = words.LETTER[side]
        count = sum(usable(one, side) for one in of_leg)
        if chosen is None:
            out.append(told.NO_LEG.format(letter=letter))
        else:
            text = told.NEWEST_OF if count > 1 else told.USED
            out.append(text.format(letter=letter, number=chosen.number, count=count))
        out += [told.NOT_USED.format(number=one.number, why=why_not(one)) for one in of_leg if one is not chosen]
    return out


def why_not(one: Shown) -> str:
    """Return why a trial is not the one that is used."""
    if not one.counts:
        return say(one.why) or told.REPEATED
    if one.trial.outcome not in USABLE:
        outcome = words_pages.OUTCOME.get(one.trial.outcome.value, one.trial.outcome.value)
        return "; ".join((outcome, *map(say, one.trial.reasons)))
    return told.OLDER


def usable(one: Shown, side: Side) -> bool:
    """Tell whether the numbers of a trial may stand for a leg."""
    return one.counts and one.trial.outcome in USABLE and one.trial.setup.side is side


# ---- inside ---------------------------------------------------------------------------------------------------------------------


def _metrics(used: Iterable[Shown], *, everything: bool) -> list[Metric]:
    found: dict[str, Metric] = {}
    for one in used:
        for value in one.values:
            if everything or value.metric.clinical:
                found.setdefault(value.metric.key, value.metric)
    return list(found.values())


def _value(value: MetricValue | None, metric: Metric) -> str:
    if value is None:
        return words.NO_VALUE
    number = words.number(value.value, metric.decimals)
    if value.value is None or value.uncertainty is None:
        return number
    return words.PLUS_MINUS.format(value=number, u=words.spread(value.uncertainty, metric.decimals))


def _symmetry(pair: Pair | None) -> str:
    if pair is None:
        return ""
    known = pair.finding.bound is not None
    verdict = verdict_told(pair) if known else words_pages.CHANGE_VERDICT[pair.finding.meaning.value]
    return told.VERDICT.format(lsi=lsi_told(pair), verdict=verdict)


def _changes(one: Shown, earlier: Sequence[Earlier], person: Person) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes(one.trial, one.values, earlier, person=person):
        found.setdefault(change.key, []).append(change)
    return found


def _days(changed: Iterable[Mapping[str, list[Change]]], at: int) -> list[str]:
    """Return the days that changes are told since; one, as a rule, and then it stands with the exam and not in every cell."""
    return list(dict.fromkeys(since_told(found[at]) for of_leg in changed for found in of_leg.values()))


def _change(found: Sequence[Change], at: int, metric: Metric, *, dated: bool) -> str:
    return change_told(found[at], metric.decimals, dated=dated) if found else ""


def _both(texts: Mapping[Side, str]) -> str:
    """Return a line for each leg that has a text."""
    return "\n".join(told.SIDE_LINE.format(letter=words.LETTER[side], text=text) for side, text in texts.items() if text)


def _norm(texts: Mapping[Side, str]) -> str:
    """Return what is published; once where it is of both legs."""
    some = dict.fromkeys(text for text in texts.values() if text)
    return next(iter(some)) if len(some) == 1 else _both(texts)
