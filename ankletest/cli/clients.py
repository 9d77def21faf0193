"""``ankletest client``: everything about one client out or erased; a whole list of clients in, back out again, or as a table."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ankletest.analysis import unpacker
from ankletest.cli import options, terminal
from ankletest.cli.exporting import add_formats
from ankletest.cli.parts import Parts
from ankletest.cli.unlocking import opened
from ankletest.errors import UsageError
from ankletest.exchange.cells import DateOrder
from ankletest.exchange.client_out import export_client, export_pseudonymised
from ankletest.exchange.clients_in import FIELDS, Plan, Row, guess, read_clients
from ankletest.exchange.clients_out import export_clients
from ankletest.exchange.out import Format
from ankletest.exchange.sheet import Sheet, read_sheet
from ankletest.store.alike import Faces, Kind
from ankletest.store.desk import Client, Desk

FAILED = 1
ORDERS = {"dmy": DateOrder.DMY, "mdy": DateOrder.MDY}
NOTHING = "-"
"""After ``COLUMN=``: the column is passed over."""


def add(commands: options.Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("client", help="clients of the store: import, take back, list, export, erase")
    verbs = parser.add_subparsers(dest="what", metavar="WHAT", title="what to do", required=True)
    out = verbs.add_parser("export", help="everything about a client in open formats")
    out.add_argument("code", metavar="CODE")
    out.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="new folder of the export")
    out.add_argument("--pseudonymised", action="store_true", help="leave out whatever tells who it is")
    add_formats(out)
    out.set_defaults(run=run_export)
    erase = verbs.add_parser("erase", help="erase a client for good, in every known backup too")
    erase.add_argument("code", metavar="CODE")
    erase.add_argument("--yes", action="store_true", help="do not ask again")
    erase.set_defaults(run=run_erase)
    listed = verbs.add_parser("list", help="write the list of clients as a table; it is not encrypted")
    listed.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="new file (.csv)")
    listed.set_defaults(run=run_list)
    take = verbs.add_parser("import", help="take in a list of clients from a CSV table, all at once")
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument(
        "--map", type=_column, action="append", default=[], metavar="COLUMN=FIELD",
        help=f"what a column is, where it is not guessed ({NOTHING}: nothing): {', '.join(FIELDS)}",
    )  # fmt: skip
    take.add_argument("--dates", choices=[*ORDERS], help="which comes first in a date such as 3/4/1990")
    take.add_argument("--take", type=int, action="append", default=[], metavar="LINE", help="take in this line though it is like another")
    take.add_argument("--dry-run", action="store_true", help="only tell what would be done")
    take.set_defaults(run=run_import)
    back = verbs.add_parser("undo-import", help="remove the clients of the last import again, but those who were tested or changed since")
    back.set_defaults(run=run_undo)


def run_export(arguments: argparse.Namespace, parts: Parts) -> int:
    """Export a client."""
    if arguments.output is None:
        raise UsageError("The folder of the export is not given.", "Add -o FOLDER.")
    unpack = unpacker(parts.models, [Format(kind) for kind in arguments.formats] or [Format.CSV, Format.C3D])
    with opened(arguments) as desk:
        client = _client(desk, arguments.code)
        if arguments.pseudonymised:
            code, told = export_pseudonymised(desk, client, arguments.output, unpack=unpack)
            terminal.say(f"Written: {arguments.output}, as {code}")
        else:
            told = export_client(desk, client, arguments.output, unpack=unpack)
            terminal.say(f"Written: {arguments.output}. It is not encrypted: keep it accordingly.")
    return _warn(told)


def run_erase(arguments: argparse.Namespace, _: Parts) -> int:
    """Erase a client."""
    if not arguments.yes:
        raise UsageError(
            "Erasing cannot be undone: rows, recordings and the same in every known backup go.", "Add --yes to do it; export first."
        )
    with opened(arguments, alone=True) as desk:
        done = desk.erase(_client(desk, arguments.code))
    terminal.say(f"Erased, with {done.recordings} files of recordings.")
    return _warn(done.left)


def run_list(arguments: argparse.Namespace, _: Parts) -> int:
    """Write the list of clients."""
    terminal.demand_new(arguments.output, force=False)
    with opened(arguments) as desk:
        clients = desk.book.everybody()
        export_clients(arguments.output, clients)
    terminal.say(f"Written: {arguments.output}, {len(clients)} clients. It is not encrypted: keep it accordingly.")
    return 0


def run_import(arguments: argparse.Namespace, _: Parts) -> int:
    """Take in a list; the exit code is 1 when a row was left out."""
    sheet = read_sheet(arguments.file)
    plan = _plan(sheet, arguments)
    for index, heading in enumerate(sheet.header):
        terminal.say(f"column {heading or index + 1}: {plan.columns.get(index, 'passed over')}")
    with opened(arguments, alone=not arguments.dry_run) as desk:
        today = datetime.now().astimezone().date()
        rows = read_clients(sheet, plan, Faces(desk.book.faces()), frozenset(desk.book.codes()), today)
        chosen = [row for row in rows if row.good or _wanted(row, arguments.take)]
        lines = {row.line for row in chosen}
        left = [row for row in rows if row.line not in lines]
        for row in left:
            terminal.say(f"line {row.line} is left out: {_why(row)}")
        if arguments.dry_run or not chosen:
            terminal.say(f"{len(chosen)} clients would be imported, {len(left)} rows left out; nothing was changed.")
        else:
            desk.book.take_in([row.details for row in chosen], left_out=len(left))
            terminal.say(f"{len(chosen)} clients imported, {len(left)} rows left out. Back: ankletest client undo-import")
    return FAILED if left else 0


def run_undo(arguments: argparse.Namespace, _: Parts) -> int:
    """Take the last import back; the exit code is 1 when somebody stays."""
    with opened(arguments, alone=True) as desk:
        last = desk.book.last_taken_in()
        if last is None:
            raise UsageError("There is no import that could be taken back.", "Nothing was changed.")
        gone = desk.book.take_back(last.id)
    terminal.say(f"Taken back: {gone} of {last.clients} clients of the import of {last.at.astimezone():%Y-%m-%d %H:%M}.")
    if last.used:
        terminal.warn(f"{last.used} were tested or changed since and stay; erase them one by one.")
    return FAILED if last.used else 0


def _plan(sheet: Sheet, arguments: argparse.Namespace) -> Plan:
    plan = guess(sheet)
    for heading, field in arguments.map:
        found = [index for index, name in enumerate(sheet.header) if name.casefold() == heading.casefold()]
        if not found:
            raise UsageError(f"There is no column {heading}.", f"Its columns are: {', '.join(sheet.header)}.")
        plan = plan.put(found[0], "" if field == NOTHING else field)
    return replace(plan, order=ORDERS[arguments.dates]) if arguments.dates else plan


def _wanted(row: Row, lines: Sequence[int]) -> bool:
    return row.line in lines and not row.wrong and all(alike.kind is not Kind.CODE for alike in row.alike)


def _why(row: Row) -> str:
    if row.wrong:
        return "; ".join(str(fault) for fault in row.wrong)
    return "; ".join(f"{alike.kind.value} as {alike.token}" for alike in row.alike)


def _column(text: str) -> tuple[str, str]:
    heading, found, field = text.rpartition("=")
    if not found or field not in {*FIELDS, NOTHING}:
        raise argparse.ArgumentTypeError(f"'{text}' is not COLUMN=FIELD")
    return heading, field


def _client(desk: Desk, code: str) -> Client:
    found = desk.book.by_code(code)
    if found is None:
        raise UsageError(f"There is no client with the code {code}.", "Look at the list of clients in the window.")
    return found


def _warn(told: Sequence[str]) -> int:
    for sentence in told:
        terminal.warn(sentence)
    return FAILED if told else 0
