"""How the command line speaks: tables, progress bars, sentences; not what it says."""

import json
import math
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from ankletest.errors import AnkletestError, UsageError
from ankletest.exams.pairs import Pair, Sides
from ankletest.exams.ratios import Ratio
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.change import Meaning
from ankletest.session import Finished

DASH = "–"


class Advance(Protocol):
    """Tells a progress bar how much is done."""

    def __call__(self, done: float) -> None:
        """Set what is done."""
        ...


def out() -> Console:
    """Return the console for results."""
    return Console(highlight=False)


@contextmanager
def progress(what: str, total: float) -> Generator[Advance, None, None]:
    """Show a bar on standard error while something long goes on; silent where nobody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)

        def advance(done: float) -> None:
            bar.update(task, completed=done)

        yield advance


def say_error(error: AnkletestError) -> None:
    """Say what happened and what can be done, on standard error."""
    console = Console(stderr=True, highlight=False)
    console.print(error.message, markup=False, soft_wrap=True)
    if error.hint:
        console.print(error.hint, markup=False, soft_wrap=True)


def say(text: str) -> None:
    """Print a sentence."""
    out().print(text, markup=False, soft_wrap=True)


def warn(text: str) -> None:
    """Print a sentence on standard error."""
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)


def demand_new(path: Path, *, force: bool) -> None:
    """Refuse to write over a file unless told to."""
    if path.exists() and not force:
        raise UsageError(f"{path} is there already.", "Choose another name, or add --force to write over it.")


def say_json(value: object) -> None:
    """Print JSON with no NaN in it."""
    json.dump(value, sys.stdout, indent=1, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")


def number(value: float | None, decimals: int) -> str:
    """Return a number for people; a dash where there is none."""
    return DASH if value is None or math.isnan(value) else f"{value:.{decimals}f}"


def trial_tables(finished: Sequence[Finished], *, everything: bool) -> list[Table]:
    """Return a table for each trial: what was measured, how sure, and what is wrong with it."""
    return [_trial_table(f, everything=everything) for f in finished]


def _trial_table(finished: Finished, *, everything: bool) -> Table:
    trial = finished.trial
    setup = trial.setup
    title = f"{setup.exam}, {setup.side} leg: {trial.outcome}"
    if trial.reasons:
        title += f" ({'; '.join(trial.reasons)})"
    table = Table(title=title, title_justify="left", caption=_window(trial.window_s), caption_justify="left")
    for name, justify in (
        ("id", "left"),
        ("metric", "left"),
        ("value", "right"),
        ("±", "right"),
        ("unit", "left"),
        ("status", "left"),
        ("profile", "left"),
    ):
        table.add_column(name, justify="right" if justify == "right" else "left")
    for value in finished.values:
        if everything or value.metric.clinical:
            table.add_row(*_row(value))
    return table


def _row(value: MetricValue) -> tuple[str, ...]:
    metric = value.metric
    status = value.status.value if value.status is Status.OK else f"{value.status}: {'; '.join(value.reasons)}"
    return (
        metric.id, metric.title, number(value.value, metric.decimals), number(value.uncertainty, metric.decimals + 1), metric.unit, status,
        value.profile,
    )  # fmt: skip


def say_sides(sides: Sides) -> None:
    """Print left against right, and what could not be compared."""
    if sides.pairs:
        out().print(symmetry_table(sides.pairs))
        for why, ids in _reasons(sides.pairs).items():
            say(f"{', '.join(ids)}: {why}.")
    for sentence in sides.refused:
        say(sentence)


def symmetry_table(pairs: Sequence[Pair]) -> Table:
    """Return the table that holds left against right."""
    table = Table(title="Left against right", title_justify="left", caption=_rule(pairs), caption_justify="left")
    for name in ("id", "metric", "left", "right", "unit", "LSI", "of", "difference", "verdict"):
        table.add_column(name, justify="right" if name in ("left", "right", "LSI", "difference") else "left")
    for pair in pairs:
        c = pair.comparison
        table.add_row(
            c.metric.id, c.metric.title, number(c.left, c.metric.decimals), number(c.right, c.metric.decimals), c.metric.unit,
            f"{number(c.lsi_percent, 0)} %", str(c.involved or c.weaker or DASH), f"{number(c.difference_percent, 1)} %", _verdict(pair),
        )  # fmt: skip
    return table


def ratio_table(ratios: Sequence[Ratio]) -> Table:
    """Return the table of what harder conditions do to a leg."""
    table = Table(title="Harder against easier conditions", title_justify="left")
    for name in ("id", "ratio", "leg", "of", "value", "±", "status"):
        table.add_column(name, justify="right" if name in ("value", "±") else "left")
    for ratio in ratios:
        status = ratio.status.value if ratio.status is Status.OK else f"{ratio.status}: {'; '.join(ratio.reasons)}"
        table.add_row(
            ratio.kind.id, ratio.kind.title, ratio.side.value, ratio.metric, number(ratio.value, 2), number(ratio.uncertainty, 3), status
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


def _verdict(pair: Pair) -> str:
    bound = number(pair.finding.bound, pair.left.metric.decimals)
    return {Meaning.REAL: f"real, > {bound}", Meaning.WITHIN: f"within {bound}", Meaning.UNKNOWN: "unknown"}[pair.finding.meaning]


def _window(window_s: tuple[float, float]) -> str:
    if any(math.isnan(t) for t in window_s):
        return "no window could be analysed"
    return f"window {window_s[0]:.3f} to {window_s[1]:.3f} s"


def plain(value: object) -> object:
    """Return a value in which every NaN or infinity is None, for JSON."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value
