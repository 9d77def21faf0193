"""The ladder of a rehabilitation: which step comes next and why; it proposes, the physio decides (programme.md, "Ladder")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ankletest import metrics
from ankletest.exams.pairs import USABLE, Done, Pair, compare_sides, title_of
from ankletest.metrics.base import MetricValue
from ankletest.metrics.change import Meaning
from ankletest.metrics.published import NOBODY, Person
from ankletest.metrics.published_file import Book
from ankletest.programme.felt import BODILY, Felt, Stop
from ankletest.samples import Side
from ankletest.trial import Eyes, Outcome, Setup, Surface

FAILED = (Outcome.NOT_HELD, Outcome.STOPPED)
MOST_FAILED = 2
"""So many failed or stopped trials of one exam in a visit are a step too hard."""
DECAYS = ("raise_fatigue", "rsi_fatigue")


class Rule(StrEnum):
    """What is asked of a number."""

    AT_LEAST = "at least"
    AT_MOST = "at most"
    SHARE_LEAST = "at least, of the other side"
    SHARE_MOST = "at most, of the other side"
    LIKE_OTHER = "like the other side"


@dataclass(frozen=True, slots=True)
class Form:
    """One condition on how a test went: of forms with the same ``one_of`` one is enough.

    ``limit`` is in the metric's unit, or percent of the other side; ``like the other side`` has none: the difference is not larger than
    the MDC (or than what the measurement alone explains; where neither is known, it cannot hold).
    """

    exam: str
    metric: str
    rule: Rule
    limit: float = 0.0
    surface: Surface | None = None
    eyes: Eyes | None = None
    given: Mapping[str, float] = field(default_factory=dict[str, float], hash=False)
    one_of: str = ""

    def fits(self, setup: Setup) -> bool:
        """Tell whether a trial is of this test under these conditions."""
        alike = self.surface in (None, setup.surface) and self.eyes in (None, setup.eyes)
        return setup.exam == self.exam and alike and all(setup.given.get(key, value) == value for key, value in self.given.items())


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder: its drills, and what opens the next."""

    title: str
    drills: str
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps and the limits that hold for all of them."""

    rungs: tuple[Rung, ...]
    visits_in_a_row: int = 2
    pain_at_most: int = 2
    ease_at_least: int = 5
    decay_at_most_percent: float = 15.0
    version: int = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as the ladder looks at it: trials that count with their numbers, what was felt, stops, and the pain of the day after."""

    when: datetime
    done: tuple[Done, ...]
    felt: tuple[Felt, ...] = ()
    stops: tuple[Stop, ...] = ()
    pain_next_day: int | None = None


class Move(StrEnum):
    """What is proposed."""

    UP = "go on to the next step"
    STAY = "stay on this step"
    DOWN = "go one step back"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step proposed (counted from 0), and every reason for it, for print."""

    step: int
    move: Move
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """Whether a condition held, and the sentence about it."""

    good: bool
    said: str


def propose(
    ladder: Ladder, step: int, visits: Sequence[Seen], *, involved: Side | None = None, person: Person = NOBODY, book: Book | None = None
) -> Proposal:
    """Return what speaks for the next, this or the step before.

    Parameters
    ----------
    step
        Where the client is, counted from 0.
    visits
        Oldest first.
    involved
        The injured leg; where none is named, forms must hold for both.
    """
    if not visits:
        return Proposal(step, Move.STAY, ("No visit yet.",))
    back = _against(ladder, visits, involved=involved, person=person, book=book)
    if back:
        return Proposal(max(step - 1, 0), Move.DOWN if step else Move.STAY, tuple(back))
    rung = ladder.rungs[step]
    if not rung.forms:
        return Proposal(step, Move.STAY, ("The ladder is done: keep it up, and be tested again each month.",))
    recent = [v for v in visits if any(form.fits(trial.setup) for form in rung.forms for trial, _ in v.done)][-ladder.visits_in_a_row :]
    reasons: list[str] = []
    good = len(recent) >= ladder.visits_in_a_row
    if not good:
        reasons.append(f"{len(recent)} of {ladder.visits_in_a_row} visits in a row with this step's tests.")
    for visit in recent:
        held = _held(ladder, rung, visit, involved=involved, person=person, book=book)
        good = good and all(one.good for one in held)
        reasons.extend(f"{visit.when.date().isoformat()}: {one.said}" for one in held)
    return Proposal(step + 1 if good else step, Move.UP if good else Move.STAY, tuple(reasons))


# ---- for the next step ----------------------------------------------------------------------------------------------------------


def _held(ladder: Ladder, rung: Rung, visit: Seen, *, involved: Side | None, person: Person, book: Book | None) -> list[_Held]:
    pairs = compare_sides(visit.done, involved=involved, everything=True, person=person, book=book).pairs
    sides = (involved,) if involved is not None else tuple(Side)
    groups: dict[str, list[_Held]] = {}
    for number, form in enumerate(rung.forms):
        for side in sides:
            groups.setdefault(f"{form.one_of or number} {side}", []).append(_form(form, side, visit, pairs))
    held: list[_Held] = []
    for group in groups.values():
        # Of alternatives the one that holds is told; where none does, each is.
        held.extend([one for one in group if one.good][:1] or group)
    return [*held, _pain(ladder, visit), _ease(ladder, visit)]


def _form(form: Form, side: Side, visit: Seen, pairs: Sequence[Pair]) -> _Held:
    metric = metrics.by_key(form.metric)
    name = f"{title_of(Setup(form.exam, side))}, {side.value}: {metric.title}"
    value = _newest(form, side, visit)
    if value is None or value.value is None:
        why = f" ({'; '.join(value.reasons)})" if value is not None and value.reasons else ""
        return _Held(False, f"{name} was not told{why}.")
    shown = f"{value.value:.{metric.decimals}f}{f' {metric.unit}' if metric.unit else ''}"
    if form.rule in {Rule.AT_LEAST, Rule.AT_MOST}:
        good = value.value >= form.limit if form.rule is Rule.AT_LEAST else value.value <= form.limit
        bound = f"at least {form.limit:g}" if form.rule is Rule.AT_LEAST else f"at most {form.limit:g}"
        return _Held(good, f"{name} is {shown}, {bound} is asked for: {_yes(good)}.")
    pair = next((p for p in pairs if p.comparison.metric.key == form.metric and form.fits(p.setup)), None)
    if pair is None:
        return _Held(False, f"{name} is {shown}; the other side was not told under the same conditions.")
    mine, other = (pair.left, pair.right) if side is Side.LEFT else (pair.right, pair.left)
    if form.rule is Rule.LIKE_OTHER:
        # Better than the other side is no fault of this one.
        ahead = pair.comparison.weaker is not side
        good = ahead or pair.finding.meaning is Meaning.WITHIN
        if ahead:
            return _Held(good, f"{name} is {shown}, not worse than the other side: {_yes(good)}.")
        return _Held(good, f"{name} is {shown}, against {_number(other)}: {_verdict(pair)}: {_yes(good)}.")
    if not mine.value or not other.value:
        return _Held(False, f"{name} is {shown}; there is no share of {_number(other)}.")
    share = 100.0 * mine.value / other.value
    good = share >= form.limit if form.rule is Rule.SHARE_LEAST else share <= form.limit
    bound = f"at least {form.limit:g} %" if form.rule is Rule.SHARE_LEAST else f"at most {form.limit:g} %"
    return _Held(good, f"{name} is {shown}, {share:.0f} % of the other side, {bound} is asked for: {_yes(good)}.")


def _newest(form: Form, side: Side, visit: Seen) -> MetricValue | None:
    fitting = [values for trial, values in visit.done if form.fits(trial.setup) and trial.setup.side is side and trial.outcome in USABLE]
    return next((value for value in fitting[-1] if value.metric.key == form.metric), None) if fitting else None


def _pain(ladder: Ladder, visit: Seen) -> _Held:
    told = [felt.pain for felt in visit.felt if felt.pain is not None]
    if not told:
        return _Held(False, "pain was not asked for.")
    worst = max(told) if visit.pain_next_day is None else max(*told, visit.pain_next_day)
    good = worst <= ladder.pain_at_most
    return _Held(good, f"pain {worst} of 10, at most {ladder.pain_at_most} is asked for: {_yes(good)}.")


def _ease(ladder: Ladder, visit: Seen) -> _Held:
    told = [felt.ease for felt in visit.felt if felt.ease is not None]
    if not told:
        return _Held(False, "ease was not asked for.")
    good = min(told) >= ladder.ease_at_least
    return _Held(good, f"ease {min(told)} of 10, at least {ladder.ease_at_least} is asked for: {_yes(good)}.")


# ---- for the step before --------------------------------------------------------------------------------------------------------


def _against(ladder: Ladder, visits: Sequence[Seen], *, involved: Side | None, person: Person, book: Book | None) -> list[str]:
    """Return what asks for a step back at once: a bad day, and no failure."""
    said: list[str] = []
    visit = visits[-1]
    worst = max((felt.pain for felt in visit.felt if felt.pain is not None), default=0)
    if worst > ladder.pain_at_most:
        said.append(f"Pain {worst} of 10 during a set, above {ladder.pain_at_most}.")
    if visit.pain_next_day is not None and visit.pain_next_day > ladder.pain_at_most:
        said.append(f"Pain {visit.pain_next_day} of 10 on the day after, above {ladder.pain_at_most}.")
    said.extend(_failed(visit))
    # Lost is only what was there: a leg that was never like the other is no reason to go back.
    alike = {
        (pair.setup.exam, pair.comparison.metric.key)
        for before in visits[-2:-1]
        for pair in compare_sides(before.done, involved=involved, person=person, book=book).pairs
        if pair.finding.meaning is Meaning.WITHIN
    }
    for pair in compare_sides(visit.done, involved=involved, person=person, book=book).pairs:
        weaker, metric = pair.comparison.weaker, pair.comparison.metric
        lost = pair.finding.meaning is Meaning.REAL and (pair.setup.exam, metric.key) in alike
        if lost and weaker is not None and involved in (None, weaker):
            said.append(f"{title_of(pair.setup)}: {metric.title} is not like the other side any more, {weaker.value} is worse.")
    for trial, values in visit.done:
        for value in values:
            decay = value.value if value.metric.key in DECAYS else None
            if decay is not None and decay > ladder.decay_at_most_percent and involved in (None, trial.setup.side):
                said.append(f"{title_of(trial.setup)}, {trial.setup.side.value}: {value.metric.title} is {decay:.0f} % within the set.")
    return said


def _failed(visit: Seen) -> list[str]:
    """Return exams with too many trials that failed; those that a device ended are none."""
    stops = {stop.trial: stop.reason for stop in visit.stops}
    counted: dict[tuple[str, Side], int] = {}
    for trial, _ in visit.done:
        reason = stops.get(trial.setup.trial)
        if trial.outcome in FAILED and (reason is None or reason in BODILY):
            key = (title_of(trial.setup), trial.setup.side)
            counted[key] = counted.get(key, 0) + 1
    return [f"{title}, {side.value}: {n} trials failed or were stopped." for (title, side), n in counted.items() if n >= MOST_FAILED]


def _yes(good: bool) -> str:
    return "that is met" if good else "that is not met"


def _number(value: MetricValue) -> str:
    text = f"{value.value:.{value.metric.decimals}f}" if value.value is not None else "nothing"
    return f"{text} {value.metric.unit}".rstrip()


def _verdict(pair: Pair) -> str:
    if pair.finding.meaning is Meaning.REAL:
        return "more apart than its error"
    return "within error" if pair.finding.meaning is Meaning.WITHIN else f"whether that is real is not known ({pair.finding.why})"
