"""What stands beside a number: how it changed since earlier visits, and what is published of it; as text, judged by the core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ankletest.exams.figures import figures_for, norm_told, source_told
from ankletest.exams.history import Before, Change, Earlier, changes
from ankletest.metrics.base import MetricValue
from ankletest.metrics.change import Meaning
from ankletest.metrics.published import Person
from ankletest.programme.past import bare_trial
from ankletest.store.stored import StoredTrial
from ankletest.trial import Trial
from ui.words import common as words
from ui.words import pages as words_pages


@dataclass(frozen=True, slots=True)
class Beside:
    """Change and published figures of one number as text, and whom the figures are of."""

    change: str = ""
    norm: str = ""
    sources: tuple[str, ...] = ()


NOTHING = Beside()


def beside(trial: Trial, values: Sequence[MetricValue], earlier: Sequence[Earlier], person: Person) -> Mapping[str, Beside]:
    """Return what stands beside the numbers of a trial, by metric key; ``earlier`` are the client's earlier trials, oldest first."""
    changed: dict[str, list[Change]] = {}
    for change in changes(trial, values, earlier, person=person):
        changed.setdefault(change.key, []).append(change)
    told: dict[str, Beside] = {}
    for value in values:
        metric = value.metric
        norms = figures_for(trial, value, person).norms if value.value is not None else ()
        told[metric.key] = Beside(
            "; ".join(change_told(change, metric.decimals) for change in changed.get(metric.key, ())),
            "; ".join(norm_told(typical, metric.decimals) for _, typical in norms),
            tuple(source_told(figure) for figure, _ in norms),
        )
    return told


def change_told(change: Change, decimals: int, *, dated: bool = True) -> str:
    """Write a change: how much, since when (unless that stands elsewhere), and whether it is real."""
    size = words.number(change.difference, decimals)
    text = words_pages.CHANGE if dated else words_pages.CHANGE_BARE
    return text.format(
        difference=f"+{size}" if change.difference > 0.0 else size, since=since_told(change), verdict=change_verdict(change)
    )  # fmt: skip


def since_told(change: Change) -> str:
    """Write the day that a change is told since."""
    return words.day(change.since.when) if change.since.when else change.since.name


def change_verdict(change: Change) -> str:
    """Return whether a change is real; better or worse is said of real changes only."""
    verdict = words_pages.CHANGE_VERDICT[change.finding.meaning]
    if change.finding.meaning is not Meaning.REAL or change.better is None:
        return verdict
    return f"{verdict}, {words_pages.CHANGE_BETTER[change.better]}"


def earlier_trials(stored: Sequence[StoredTrial], *, but: frozenset[str] = frozenset()) -> list[Earlier]:
    """Return stored trials that count as later ones look back at them, oldest first, but those with these ids."""
    kept = [one for one in stored if one.counts and (one.setup.trial not in but or not one.setup.trial)]
    return [_earlier(one) for one in sorted(kept, key=lambda one: (one.opened_at, one.number))]


def stored_values(stored: StoredTrial) -> tuple[Trial, list[MetricValue]]:
    """Return a stored trial without its samples, and its numbers, as far as the catalog still makes them the same way."""
    trial = bare_trial(stored.setup, stored.outcome, stored.reasons, stored.window_s, devices=stored.devices)
    return trial, [n.value_as(n.metric, stored.window_s) for n in stored.numbers if n.metric is not None]


def _earlier(stored: StoredTrial) -> Earlier:
    numbers = {n.key: Before(n.value, n.unit, n.profile, n.version, n.uncertainty) for n in stored.numbers}
    return Earlier(stored.opened_at, stored.setup, stored.outcome, stored.window_s[1] - stored.window_s[0], numbers)
