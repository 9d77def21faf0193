"""``ankletest recompute``: stored trials analysed again from their recordings, old beside new; nothing is overwritten."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.table import Table

from ankletest import exams, metrics
from ankletest.analysis import remade
from ankletest.cli import options, terminal
from ankletest.cli.parts import Parts
from ankletest.cli.unlocking import opened
from ankletest.errors import AnkletestError, UsageError
from ankletest.session import Finished
from ankletest.store.desk import Client, Desk
from ankletest.store.recomputing import Beside, recompute

FAILED = 1
EVERYBODY = 1_000_000
FALLBACK_DECIMALS = 3


def add(commands: options.Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "recompute", help="analyse stored trials again by the metrics of today; old beside new, nothing overwritten"
    )
    parser.add_argument("codes", nargs="*", metavar="CODE", help="whose trials")
    parser.add_argument("--everybody", action="store_true", help="the trials of all clients")
    parser.add_argument("--all", action="store_true", help="print the numbers too that stayed the same")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, parts: Parts) -> int:
    """Analyse again and print; the exit code is 1 when a recording could not be used. Ctrl+C keeps what was done by then."""
    if bool(arguments.codes) == bool(arguments.everybody):
        raise UsageError("Whose trials are to be analysed again is not said.", "Name clients by their codes, or add --everybody.")

    def remake(recording: Path, seen: Callable[[float], None]) -> tuple[Sequence[Finished], str]:
        return remade(recording, parts.models, seen=seen)

    with opened(arguments) as desk, terminal.progress("Analysing again", 1.0) as advance:
        found = recompute(desk, _clients(desk, arguments.codes), remake, progress=advance)
    shown = [row for row in found.rows if arguments.all or not row.same]
    if shown:
        terminal.out().print(_table(shown))
    same = sum(row.same for row in found.rows)
    terminal.say(
        f"{found.trials} trials made again: {same} numbers are the same, {len(found.rows) - same} are not; {found.kept} were kept."
    )
    terminal.say("The stored numbers are as they were. Trends use the newest version throughout.")
    for sentence in found.told:
        terminal.warn(sentence)
    return FAILED if found.told else 0


def _clients(desk: Desk, codes: Sequence[str]) -> list[Client]:
    everybody = {client.code: client for client in desk.clients(limit=EVERYBODY)}
    for code in codes:
        if code not in everybody:
            raise UsageError(f"There is no client with the code {code}.", "Look at the list of clients in the window.")
    return [everybody[code] for code in codes] or list(everybody.values())


def _table(rows: Sequence[Beside]) -> Table:
    table = Table(title="Old beside new")
    for column in ("Client", "Visit", "Trial", "Exam", "Leg", "Number", "Unit"):
        table.add_column(column)
    for column in ("Version", "Old", "Version now", "New", "Difference"):
        table.add_column(column, justify="right")
    for row in rows:
        try:
            metric = metrics.by_key(row.key)
            title, decimals = metric.title, metric.decimals
        except AnkletestError:
            title, decimals = row.key, FALLBACK_DECIMALS
        exam = next((one.title for one in exams.EXAMS if one.key == row.setup.exam), row.setup.exam)
        told = row.new or row.old
        table.add_row(
            row.client, f"{row.when.astimezone():%Y-%m-%d}", str(row.trial), exam, row.setup.side.value, title, told.unit if told else "",
            str(row.old.version) if row.old else terminal.DASH, terminal.number(row.old.value if row.old else None, decimals),
            str(row.new.version) if row.new else terminal.DASH, terminal.number(row.new.value if row.new else None, decimals),
            terminal.number(row.difference, decimals + 1),
        )  # fmt: skip
    return table
