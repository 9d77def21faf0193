"""``ankletest import``: another maker's file into a recording."""

import argparse
from pathlib import Path

from ankletest.checks.trace import trace_words
from ankletest.cli import options, terminal
from ankletest.cli.parts import Parts
from ankletest.errors import UsageError
from ankletest.exchange.importing import import_file
from ankletest.exchange.table_in import shipped
from ankletest.recording.reader import Recording
from ankletest.samples import Side, Site
from ankletest.session import Session


def add(commands: options.Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("import", help="turn another maker's file into a recording")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="the recording to write (.mcap)")
    parser.add_argument("--device-side", choices=[s.value for s in Side], help="the leg that a motion sensor was worn on")
    parser.add_argument("--force", action="store_true", help="write over OUT if it is there")
    options.add_mapping(parser)
    options.add_exam(parser)
    options.add_setup(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, parts: Parts) -> int:
    """Import the file."""
    if not arguments.mapping:
        raise UsageError("The file's format is not given.", f"Add --as with one of: {', '.join(shipped())}, or a TOML file.")
    if arguments.exam and not arguments.side:
        raise UsageError("The exam's leg is not given.", "Add --side left or --side right.")
    terminal.demand_new(arguments.output, force=arguments.force)
    setup = options.setup_of(arguments, arguments.exam, Side(arguments.side), trial="1") if arguments.exam else None
    with terminal.progress(f"Importing {arguments.file.name}", 1.0) as advance:
        target = import_file(
            arguments.file,
            arguments.mapping,
            arguments.output,
            setup=setup,
            site=Site(arguments.site) if arguments.site else None,
            side=Side(arguments.device_side) if arguments.device_side else None,
            progress=advance,
        )
    terminal.say(f"Written: {target}")
    for words in _told_of(target, parts):
        terminal.say(words)
    return 0


def _told_of(recording: Path, parts: Parts) -> tuple[str, ...]:
    """Return what the recorded forces say of their device: dropouts, zero, drift."""
    session = Session(parts.models, keep_all=True)
    session.feed(list(Recording.open(recording).notifications()))
    session.finish()
    return tuple(words for stream in session.streams() for words in trace_words(stream))
