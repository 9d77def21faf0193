"""``ankletest decrypt`` and ``ankletest encrypt``: one recording as a plain file for other tools, or as an encrypted one."""

import argparse
from pathlib import Path

from ankletest.cli import options, terminal
from ankletest.cli.parts import Parts
from ankletest.cli.unlocking import opened
from ankletest.errors import UsageError
from ankletest.recording.plain_copy import write_plain, write_sealed
from ankletest.recording.reader import Recording
from ankletest.store.audit import Act


def add(commands: options.Commands) -> None:
    """Add both commands."""
    for name, what, run in (
        ("decrypt", "write an encrypted recording as a plain one, for other tools; goes into the audit log", run_decrypt),
        ("encrypt", "write a plain recording as one that only this data folder opens", run_encrypt),
    ):
        parser = commands.add_parser(name, help=what)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="the recording to write (.mcap)")
        parser.add_argument("--force", action="store_true", help="write over OUT if it is there")
        parser.set_defaults(run=run)


def run_decrypt(arguments: argparse.Namespace, _: Parts) -> int:
    """Write a plain copy."""
    terminal.demand_new(arguments.output, force=arguments.force)
    _demand_two(arguments)
    with opened(arguments) as desk:
        if not Recording.open(arguments.file).encrypted:
            raise UsageError(f"{arguments.file.name} is not encrypted.", "Any MCAP tool opens it as it is.")
        desk.note(Act.DECRYPT, "recording", detail=Recording.open(arguments.file).sha256())
        damage = write_plain(arguments.file, arguments.output)
    return _told(arguments.output, damage)


def run_encrypt(arguments: argparse.Namespace, _: Parts) -> int:
    """Write an encrypted copy."""
    terminal.demand_new(arguments.output, force=arguments.force)
    _demand_two(arguments)
    with opened(arguments):
        damage = write_sealed(arguments.file, arguments.output)
    return _told(arguments.output, damage)


def _demand_two(arguments: argparse.Namespace) -> None:
    if arguments.output.resolve() == arguments.file.resolve():
        raise UsageError("The recording cannot be written over itself.", "Choose another name for it.")


def _told(target: Path, damage: str) -> int:
    if damage:
        terminal.warn(damage)
    terminal.say(f"Written: {target}")
    return 0
