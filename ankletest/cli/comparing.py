"""Left against right, change since earlier recordings, and published norms on the terminal; what is said of them is the core's."""

from collections.abc import Sequence

from rich.table import Table

from ankletest import metrics
from ankletest.cli import terminal
from ankletest.exams.figures import figures_for, norm_told, source_told
from ankletest.exams.history import Change
from ankletest.exams.pairs import Pair, Sides
from ankletest.exams.ratios import Ratio
from ankletest.metrics.base import Status
from ankletest.metrics.change import Finding, Meaning
from ankletest.metrics.published import Person
from ankletest.metrics.published_file import Book
from ankletest.session import Finished

BETTER = {True: "better", False: "worse", None: ""}


def say_sides(sides: Sides) -> None:
    """Print left against right, and what could not be compared."""
    if sides.pairs:
        terminal.out().print(symmetry_table(sides.pairs))
        for why, ids in _reasons(sides.pairs).items():
            terminal.say(f"{', '.join(ids)}: {why}.")
    for sentence in sides.refused:
        terminal.say(sentence)


def symmetry_table(pairs: Sequence[Pair]) -> Table:
    """Return the table that holds left against right."""
    table = Table(title="Left against right", title_justify="left", caption=_rule(pairs), caption_justify="left")
    for name in ("id", "metric", "left", "right", "unit", "LSI", "of", "difference", "verdict"):
        table.add_column(name, justify="right" if name in ("left", "right", "LSI", "difference") else "left")
    for pair in pairs:
        c = pair.comparison
        left, right = (terminal.number(value, c.metric.decimals) for value in (c.left, c.right))
        lsi, difference = (terminal.percent(share, k) for share, k in ((c.lsi_percent, 0), (c.difference_percent, 1)))
        verdict = _verdict(pair.finding, c.metric.decimals)
        of = str(c.involved or c.weaker or terminal.DASH)
        table.add_row(c.metric.id, c.metric.title, left, right, c.metric.unit, lsi, of, difference, verdict)
    return table


def ratio_table(ratios: Sequence[Ratio]) -> Table:
    """Return the table of what harder conditions do to a leg."""
    table = Table(title="Harder against easier conditions", title_justify="left")
    for name in ("id", "ratio", "leg", "of", "value", "±", "status"):
        table.add_column(name, justify="right" if name in ("value", "±") else "left")
    for ratio in ratios:
        status = ratio.status.value if ratio.status is Status.OK else f"{ratio.status}: {'; '.join(ratio.reasons)}"
        table.add_row(
            ratio.kind.id,
            ratio.kind.title,
            ratio.side.value,
            ratio.metric,
            terminal.number(ratio.value, 2),
            terminal.number(ratio.uncertainty, 3),
            status,
        )
    return table


def _rule(pairs: Sequence[Pair]) -> str:
    if any(pair.comparison.involved for pair in pairs):
        return "LSI: of the involved leg against the other; below 100 % it is worse"
    return "LSI: of the worse leg, which is named, against the better one; say --involved to name the injured leg"


def _reasons(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Return why differences are called what they are, each reason with the ids it is said of."""
    reasons: dict[str, list[str]] = {}
    for pair in pairs:
        ids = reasons.setdefault(f"{pair.finding.meaning.value}, {pair.finding.why}", [])
        if pair.left.metric.id not in ids:
            ids.append(pair.left.metric.id)
    return reasons


def _verdict(finding: Finding, decimals: int) -> str:
    bound = terminal.number(finding.bound, decimals)
    return {Meaning.REAL: f"real, > {bound}", Meaning.WITHIN: f"within {bound}", Meaning.UNKNOWN: "unknown"}[finding.meaning]


def say_changes(changed: Sequence[tuple[Finished, Sequence[Change]]], *, everything: bool) -> None:
    """Print what changed since earlier recordings of the same leg under the same conditions."""
    table = Table(title="Change since earlier recordings", title_justify="left")
    for name in ("id", "metric", "leg", "since", "before", "after", "unit", "change", "", "verdict"):
        table.add_column(name, justify="right" if name in ("before", "after", "change") else "left")
    for finished, found in changed:
        for change in found:
            metric = metrics.by_key(change.key)
            if everything or metric.clinical:
                before, after = (terminal.number(value, metric.decimals) for value in (change.before, change.after))
                leg, verdict = finished.trial.setup.side.value, _verdict(change.finding, metric.decimals)
                table.add_row(
                    metric.id, metric.title, leg, change.since.name, before, after, metric.unit,
                    f"{change.difference:+.{metric.decimals}f}", _direction(change), verdict,
                )  # fmt: skip
    if table.row_count:
        terminal.out().print(table)


def _direction(change: Change) -> str:
    """Return better or worse, of real changes only."""
    return BETTER[change.better] if change.finding.meaning is Meaning.REAL else ""


def say_norms(finished: Sequence[Finished], person: Person, book: Book, *, everything: bool) -> None:
    """Print the published norms that fit, or once why none do."""
    fitting = [
        (f.trial.setup.side, value, figures_for(f.trial, value, person, book=book))
        for f in finished
        for value in f.values
        if everything or value.metric.clinical
    ]
    lines = dict.fromkeys(
        f"{value.metric.id} {value.metric.title}: {norm_told(typical, value.metric.decimals)} {value.metric.unit}".rstrip()
        + f" ({source_told(figure)})"
        for _, value, found in fitting
        for figure, typical in found.norms
    )
    if lines:
        terminal.say("Published norms:")
    for line in lines:
        terminal.say(f"  {line}")
    if not lines and any("enter year of birth" in found.why for _, _, found in fitting):
        terminal.say("Published figures are of an age and a sex: say --age and --sex.")
