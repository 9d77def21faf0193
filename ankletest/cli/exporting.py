"""``ankletest export``: the samples, events and numbers of recordings in open formats."""

import argparse
from pathlib import Path

from ankletest.analysis import extract_of
from ankletest.cli import options, terminal
from ankletest.cli.parts import Parts
from ankletest.cli.unlocking import open_recording
from ankletest.errors import UsageError
from ankletest.exchange.out import Format, write_out
from ankletest.exchange.written import AlreadyThere


def add(commands: options.Commands) -> None:
    """Add the command."""
    export = commands.add_parser("export", help="write the samples, events and numbers of recordings in open formats")
    export.add_argument("files", nargs="+", type=Path, metavar="FILE", help="recordings; of several each gets a folder of its name")
    add_formats(export)
    export.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    export.add_argument("--force", action="store_true", help="write over files that are there")
    export.set_defaults(run=run)


def add_formats(parser: argparse.ArgumentParser) -> None:
    """Add ``--as``."""
    parser.add_argument(
        "--as", "--to", dest="formats", action="append", choices=[kind.value for kind in Format], default=[],
        help="csv (the default), parquet, json: samples, events and numbers; c3d: force and analog with events; may be given again",
    )  # fmt: skip


def run(arguments: argparse.Namespace, parts: Parts) -> int:
    """Export each recording; one that cannot be read or written ends it with a sentence."""
    formats = [Format(kind) for kind in arguments.formats] or [Format.CSV]
    folders = _folders(arguments.files, arguments.output)
    for path, folder in zip(arguments.files, folders, strict=True):
        recording = open_recording(path, arguments)
        if recording.damage:
            terminal.warn(recording.damage)
        with terminal.progress(f"Reading {path.name}", sum(1 for _ in recording.notifications())) as advance:
            whole = extract_of(recording, parts.models, seen=advance)
        try:
            written, told = write_out(folder, whole, formats, force=arguments.force)
        except AlreadyThere as error:
            raise UsageError(error.message, "Choose another folder, or add --force to write over it.") from error
        for made in written:
            terminal.say(f"Written: {made}")
        for sentence in told:
            terminal.warn(sentence)
    return 0


def _folders(files: list[Path], output: Path) -> list[Path]:
    """Return a folder for each file: the one that is named, or within it one of each file's name."""
    if len(files) == 1:
        return [output]
    folders: list[Path] = []
    for path in files:
        wanted = output / path.stem
        for number in range(2, len(files) + 2):
            if wanted not in folders:
                break
            wanted = output / f"{path.stem}-{number}"
        folders.append(wanted)
    return folders
