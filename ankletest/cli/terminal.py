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

from ankletest.checks.told import told_of
from ankletest.errors import AnkletestError, UsageError
from ankletest.metrics.base import MetricValue, Status
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


def percent(value: float | None, decimals: int) -> str:
    """Return a percentage for people; a dash where there is none."""
    return DASH if value is None or math.isnan(value) else f"{number(value, decimals)} %"


def trial_tables(finished: Sequence[Finished], *, everything: bool) -> list[Table]:
    """Return a table for each trial: what was measured, how sure, and what is wrong with it."""
    return [_trial_table(f, everything=everything) for f in finished]


def _trial_table(finished: Finished, *, everything: bool) -> Table:
    trial = finished.trial
    setup = trial.setup
    title = f"{setup.exam}, {setup.side} leg: {trial.outcome}"
    if trial.reasons:
        title += f" ({'; '.join(trial.reasons)})"
    table = Table(
        title=title, title_justify="left", caption="\n".join((_window(trial.window_s), *told_of(trial.quality))), caption_justify="left"
    )
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
