"""Left against right, change and published figures as a report writes them; the core has judged them."""

from ankletest.exams.pairs import Pair
from ui.beside import beside
from ui.report.sections import ExamSection, ReportOf
from ui.tongue import say
from ui.widgets.symmetry import SymmetryRow
from ui.words import common as words


def row_of(pair: Pair) -> SymmetryRow:
    """Return a pair as the widget of the window has it, for its colour."""
    compared, metric = pair.comparison, pair.left.metric
    return SymmetryRow(
        say(metric.title), compared.left, compared.right, metric.decimals, metric.unit, compared.lsi_percent, pair.finding.meaning,
        compared.involved or compared.weaker, metric.ratio,
    )  # fmt: skip


def lsi_told(pair: Pair | None) -> str:
    """Write the index with the letter of its leg; by how much the legs differ where an index says nothing."""
    return words.NO_VALUE if pair is None else row_of(pair).symmetry


def verdict_told(pair: Pair | None) -> str:
    """Write whether the difference is real, with the bound it was held against."""
    if pair is None or pair.finding.bound is None:
        return words.NO_VALUE
    return words.BOUND[pair.finding.meaning].format(bound=words.number(pair.finding.bound, pair.left.metric.decimals))


def published_lines(section: ExamSection, of: ReportOf) -> list[str]:
    """Return a line for each published figure that fits a number of the default set and the client, and for each error used."""
    lines: list[str] = []
    for leg in section.legs:
        told = beside(leg.finished.trial, leg.finished.values, (), of.person)
        for value in leg.finished.values:
            mine = told[value.metric.key]
            if value.metric.clinical and mine.norm:
                title, sources = words.capital(say(value.metric.title)), "; ".join(mine.sources)
                lines.append(words.PUBLISHED.format(title=title, norm=f"{mine.norm} {value.metric.unit}".strip(), sources=sources))
    errors = [
        words.ERROR_FROM.format(title=words.capital(say(pair.left.metric.title)), sources="; ".join(pair.sources))
        for pair in section.pairs
        if pair.left.metric.clinical and pair.sources
    ]
    return list(dict.fromkeys((*lines, *errors)))
