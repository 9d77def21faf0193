"""The command line: which commands there are, and where every error ends."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import ankletest
from ankletest import doctor
from ankletest.cli import (
    analyse,
    calibrating,
    catalog,
    checking,
    clients,
    demo,
    exporting,
    importing,
    keeping,
    live,
    recomputing,
    recordings,
    sealing,
    simulate,
    terminal,
)
from ankletest.cli.parts import Parts
from ankletest.errors import AnkletestError
from ankletest.recording.keyhole import KEYHOLE

TOLD = 2
"""Exit code after a sentence; a traceback means a bug."""
INTERRUPTED = 130


def main(argv: Sequence[str], parts: Parts) -> int:
    """Run a command and return the exit code: 0 done, 1 a check failed, 2 a sentence said why not."""
    parser = make_parser()
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.DEBUG if arguments.debug else logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        if arguments.command is None:
            return parts.open_window(parts.hub, recording=None, folder=arguments.data)
        return int(arguments.run(arguments, parts))
    except AnkletestError as error:
        terminal.say_error(error)
        return TOLD
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    finally:
        KEYHOLE.clear()


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="ankletest", description="Single-leg balance, hop and landing tests for the ankle. Without a command the window opens."
    )
    parser.add_argument("--version", action="version", version=f"ankletest {ankletest.__version__}")
    parser.add_argument("--debug", action="store_true", help="log what a developer would replay")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="data folder (default: the system's place for it)")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    every = (
        demo, live, checking, analyse, importing, simulate, calibrating, recordings, exporting, sealing, keeping, clients, recomputing,
        catalog,
    )  # fmt: skip
    for module in every:
        module.add(commands)
    checkup = commands.add_parser("doctor", help="what support asks first: versions, folders, libraries, Bluetooth")
    checkup.set_defaults(run=_doctor)
    return parser


def _doctor(arguments: argparse.Namespace, parts: Parts) -> int:
    good = True
    for finding in doctor.examine(parts.models, folder=arguments.data):
        terminal.say(f"{finding.mark} {finding.what}: {finding.told}")
        good = good and finding.good
    return 0 if good else 1
