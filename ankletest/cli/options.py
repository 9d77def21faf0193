"""Options that several commands share."""

import argparse
from collections.abc import Sequence
from typing import Protocol

from ankletest import exams
from ankletest.errors import UsageError
from ankletest.exchange.table_in import shipped
from ankletest.samples import Side, Site
from ankletest.trial import Eyes, Setup, Surface


class Commands(Protocol):
    """Where commands are added (argparse keeps the name of its own type private)."""

    def add_parser(self, name: str, *, help: str = ...) -> argparse.ArgumentParser:  # noqa: A002  argparse's own name
        """Add a command."""
        ...


def add_mapping(parser: argparse.ArgumentParser) -> None:
    """Add ``--as`` and ``--site``."""
    parser.add_argument(
        "--as", dest="mapping", metavar="MAPPING", help=f"how to read another maker's file: {', '.join(shipped())}, or a TOML file"
    )
    parser.add_argument("--site", choices=[s.value for s in Site], help="where the device was")


def add_exam(parser: argparse.ArgumentParser) -> None:
    """Add the exam, its leg and the body mass."""
    parser.add_argument("--exam", choices=[e.key for e in exams.EXAMS], help="which exam it is")
    parser.add_argument("--side", choices=[s.value for s in Side], help="the leg that was tested")
    parser.add_argument("--mass", type=positive, metavar="KG", help="body mass, kg (else weighed on the pad)")


def add_setup(parser: argparse.ArgumentParser) -> None:
    """Add what is asked of the client."""
    parser.add_argument("--duration", type=positive, default=30.0, metavar="S", help="length of the hold, s (default 30)")
    parser.add_argument("--hops", type=int, default=10, metavar="N", help="contacts in a set of hops (default 10)")
    parser.add_argument("--eyes", choices=[e.value for e in Eyes], default=Eyes.OPEN.value)
    parser.add_argument("--surface", choices=[s.value for s in Surface], default=Surface.FIRM.value)
    parser.add_argument(
        "--given", type=given, action="append", default=[], metavar="KEY=NUMBER", help=f"entered before the exam: {'; '.join(_asked())}"
    )


def setup_of(arguments: argparse.Namespace, exam: str, side: Side, *, trial: str = "") -> Setup:
    """Return the set-up that the options ask for."""
    return Setup(
        exam=exam,
        side=side,
        duration_s=arguments.duration,
        hops=arguments.hops,
        eyes=Eyes(arguments.eyes),
        surface=Surface(arguments.surface),
        mass_kg=arguments.mass,
        trial=trial,
        given=_entered(exam, arguments.given),
    )


def given(text: str) -> tuple[str, float]:
    """Read ``KEY=NUMBER``."""
    key, _, number = text.partition("=")
    try:
        return key, float(number)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not KEY=NUMBER") from error


def _asked() -> list[str]:
    # argparse formats help with %, and some units are per cent.
    return [
        f"{exam.key} asks for {', '.join(f'{ask.key} ({ask.unit})' for ask in exam.asks)}".replace("%", "%%")
        for exam in exams.EXAMS
        if exam.asks
    ]


def _entered(exam: str, pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return what was entered.

    Raises
    ------
    UsageError
        For a key that the exam does not ask for, or a number that makes no sense.
    """
    asks = {ask.key: ask for ask in exams.by_key(exam).asks}
    for key, value in pairs:
        ask = asks.get(key)
        if ask is None:
            raise UsageError(f"The exam '{exam}' does not ask for '{key}'.", f"It asks for: {', '.join(asks) or 'nothing'}.")
        if not ask.least <= value <= ask.most:
            raise UsageError(f"{ask.title} of {value:g} {ask.unit} makes no sense.", f"It is {ask.least:g} to {ask.most:g} {ask.unit}.")
    return dict(pairs)


def positive(text: str) -> float:
    """Read a number above zero."""
    value = float(text)
    if not value > 0.0:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    return value
