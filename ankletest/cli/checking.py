"""``ankletest check``: the sensors checked with the client in the terminal, or the checks that a recording holds."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from ankletest import exams
from ankletest.analysis import batches
from ankletest.checks.base import CheckReport, Level
from ankletest.checks.steps import Step
from ankletest.checks.told import lines_of
from ankletest.cli import options, terminal
from ankletest.cli.live import TICK_S, WAIT_S, choice_of, opening_of, pump, streaming
from ankletest.cli.parts import Parts
from ankletest.device import Link
from ankletest.errors import UsageError
from ankletest.recording.reader import Recording
from ankletest.session import Session

FAILED = 1
SETTLE_S = 3.0
"""From the first samples on: the clock fit has something to go by."""


def add(commands: options.Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("check", help="check the sensors before a test: zero, noise, rate, loss, battery, range and side")
    parser.add_argument(
        "devices", nargs="+", metavar="ADDRESS=SITE[-SIDE]", help="for example sim:pad=pad; or a recording, to see the checks in it"
    )
    parser.add_argument("--exam", choices=[e.key for e in exams.EXAMS], default="", help="hold the ranges against what this exam needs")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="record it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, parts: Parts) -> int:
    """Check, say what was found, and return 1 where a device cannot be used."""
    if "=" not in arguments.devices[0]:
        return _recorded([Path(name) for name in arguments.devices], parts)
    if arguments.output:
        terminal.demand_new(arguments.output, force=False)
    hub = parts.hub()
    choices = [choice_of(text, hub) for text in arguments.devices]
    session = Session(hub.models)
    link = hub.open(choices, record=arguments.output, session=opening_of(arguments, parts))
    link.start()
    try:
        _wait_for_samples(link, session)
        report = _guide(link, session, arguments.exam)
    finally:
        link.stop()
    if arguments.output:
        terminal.say(f"Written: {arguments.output}")
    return FAILED if report.level is Level.BAD else 0


def _wait_for_samples(link: Link, session: Session) -> None:
    began = time.monotonic()
    streaming_s = None
    while streaming_s is None or time.monotonic() - streaming_s < SETTLE_S:
        time.sleep(TICK_S)
        pump(link, session)
        if streaming_s is None and streaming(session):
            streaming_s = time.monotonic()
        if streaming_s is None and time.monotonic() - began > WAIT_S:
            raise UsageError("The devices did not appear.", "Switch them on, bring them near, and look with 'ankletest scan'.")


def _guide(link: Link, session: Session, exam: str) -> CheckReport:
    """Say each step, begin the next when it is done, and return what came of it."""
    link.post({"event": "check", "step": Step.REST.value, "exam": exam})
    said: Step | None = None
    asked: Step | None = None
    while True:
        time.sleep(TICK_S)
        checked = pump(link, session).checked
        if checked:
            link.post({"event": "checked", "report": checked[0].as_json()})
            _say(checked)
            return checked[0]
        going = session.checks.going
        if going is None:
            continue
        if going.step is not said:
            said = going.step
            terminal.say(going.instruction)
        if going.ready(session.now_s) and asked is not going.following:
            asked = going.following
            link.post({"event": "check", "step": asked.value})


def _recorded(paths: Sequence[Path], parts: Parts) -> int:
    """Make the checks of recordings again."""
    worst = 0
    for path in paths:
        recording = Recording.open(path)
        if recording.damage:
            terminal.warn(recording.damage)
        session = Session(parts.models)
        found = [report for batch in batches(recording.notifications()) for report in session.feed(batch).checked]
        count = "1 check" if len(found) == 1 else f"{len(found)} checks"
        terminal.say(f"{path.name}: {count}" if found else f"{path.name}: the sensors were not checked")
        _say(found)
        worst = FAILED if found and found[-1].level is Level.BAD else worst
    return worst


def _say(reports: Sequence[CheckReport]) -> None:
    for report in reports:
        for line in lines_of(report):
            terminal.say(line)
        if report.swapped:
            pairs = "; ".join(f"{one} and {other}" for one, other in report.swapped)
            terminal.say(f"Swapped: {pairs}. Name each with the other side, or put the sensors on the other way round.")
