"""What the command line is told of the client, and the published figures to hold their numbers against."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from ankletest.cli.options import positive
from ankletest.metrics.published import Person, Sex
from ankletest.metrics.published_file import FOLDER, Book, load, shipped_book
from ankletest.samples import Side


@dataclass(frozen=True, slots=True)
class Known:
    """Age and sex, the injured leg, and the figures."""

    person: Person
    involved: Side | None
    book: Book


def add_known(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--involved", choices=[s.value for s in Side], help="the injured leg (else the worse leg is held against the better)"
    )
    parser.add_argument("--age", type=positive, metavar="YEARS", help="age of the client: published figures are of an age and a sex")
    parser.add_argument("--sex", choices=[s.value for s in Sex], help="sex of the client")
    parser.add_argument(
        "--norms", type=Path, action="append", default=[], metavar="FILE", help="figures of your own besides (docs/norms.md)"
    )


def known_of(arguments: argparse.Namespace) -> Known:
    """Return what the options say.

    Raises
    ------
    NormsError
        For a file of figures that is not whole.
    """
    person = Person(arguments.age, Sex(arguments.sex) if arguments.sex else None)
    book = load([*sorted(FOLDER.glob("*.toml")), *arguments.norms]) if arguments.norms else shipped_book()
    return Known(person, Side(arguments.involved) if arguments.involved else None, book)
