"""``ankletest calibrate`` and ``ankletest certificates``: devices calibrated live or from a recording, and what is on file."""

import argparse
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ankletest.analysis import batches
from ankletest.cli import live, options, terminal
from ankletest.cli.parts import Asked, Calibrated, Parts
from ankletest.cli.unlocking import open_recording
from ankletest.device import Choice, Notification
from ankletest.doctor import data_folder
from ankletest.errors import UsageError
from ankletest.session import Session

PRACTICE = "sim:"
"""Addresses of practice devices begin so."""
FAILED = 1


def add(commands: options.Commands) -> None:
    """Add both commands."""
    parser = commands.add_parser("calibrate", help="calibrate a device, live or from a recording, and file the certificate")
    parser.add_argument("kind", metavar="KIND", help="which procedure; 'list' prints them all")
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help="a recording instead of a device")
    parser.add_argument(
        "--device", metavar="ADDRESS=SITE[-SIDE]", help="the device, for example sim:pad=pad; with --from its id, such as pad"
    )
    parser.add_argument("--with", dest="others", action="append", default=[], metavar="ADDRESS=SITE[-SIDE]", help="another device besides")
    parser.add_argument("--again", action="store_true", help="with --from: with what is given here, not as it was recorded")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="the recording to write, live")
    parser.add_argument("--operator", default="", metavar="CODE", help="code of who does it; no name")
    parser.add_argument("--date", metavar="ISO", help="when it was done (default: now; of a recording that tells it, then)")
    add_given(parser)
    parser.add_argument("--json", action="store_true", help="print the certificate as JSON")
    parser.add_argument("--no-save", action="store_true", help="do not file the certificate")
    parser.set_defaults(run=run_calibrate)
    listing = commands.add_parser("certificates", help="list the certificates on file, and which are due")
    listing.add_argument("--json", action="store_true")
    listing.add_argument("--on", metavar="ISO", help="how they stand at this time (default: now)")
    listing.set_defaults(run=run_certificates)


def add_given(parser: argparse.ArgumentParser) -> None:
    """Add ``--given``."""
    parser.add_argument(
        "--given", type=entered, action="append", default=[], metavar="KEY=NUMBER[,NUMBER…]", help="what the procedure asks for"
    )


def run_calibrate(arguments: argparse.Namespace, parts: Parts) -> int:
    """Calibrate; the exit code is 1 when there is no certificate, or it failed."""
    if arguments.kind == "list":
        for key, title in parts.calibrations.kinds.items():
            terminal.say(f"{key:14} {title}")
        return 0
    known(arguments.kind, parts)
    ended = _recorded(arguments, parts) if arguments.source else _live(arguments, parts)
    if not ended:
        raise UsageError(f"Nobody did '{arguments.kind}' in {arguments.source}.", "Add --again and what is given, to take it as one.")
    for one in ended:
        if arguments.json and one.certificate is not None:
            terminal.say_json(one.certificate)
        else:
            for line in one.words:
                terminal.say(line)
        if one.certificate is not None and not arguments.no_save:
            path = parts.calibrations.save(data_folder(arguments.data) / live.CERTIFICATES, one.certificate)
            if not arguments.json:
                terminal.say(f"Filed: {path}")
    return 0 if all(one.passed for one in ended) else FAILED


def run_certificates(arguments: argparse.Namespace, parts: Parts) -> int:
    """List what is on file; the exit code is 1 when a file is damaged."""
    filed, damaged = parts.calibrations.filed(data_folder(arguments.data) / live.CERTIFICATES, today=arguments.on or _now())
    if arguments.json:
        terminal.say_json({"certificates": [{"state": one.state, **one.certificate} for one in filed], "damaged": list(damaged)})
    else:
        for one in filed:
            terminal.say(one.line)
        if not filed:
            terminal.say("There are no certificates.")
    for words in damaged:
        terminal.warn(words)
    return FAILED if damaged else 0


def known(kind: str, parts: Parts) -> None:
    """Refuse a procedure that there is not."""
    if kind not in parts.calibrations.kinds:
        raise UsageError(f"There is no calibration '{kind}'.", f"There are: {', '.join(parts.calibrations.kinds)}.")


def entered(text: str) -> tuple[str, tuple[float, ...]]:
    """Read ``KEY=NUMBER,NUMBER``."""
    key, _, numbers = text.partition("=")
    try:
        return key, tuple(float(number) for number in numbers.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not KEY=NUMBER or KEY=NUMBER,NUMBER") from error


def _recorded(arguments: argparse.Namespace, parts: Parts) -> list[Calibrated]:
    recording = open_recording(arguments.source, arguments)
    if recording.damage:
        terminal.warn(recording.damage)
    items: Sequence[Notification] = list(recording.notifications())
    if arguments.again:
        device = arguments.device or next(iter(d.device for d in recording.devices), "")
        asked = Asked(arguments.kind, device, arguments.date or _now(), arguments.operator, dict(arguments.given))
        items = parts.calibrations.begun(items, asked)
    elif arguments.given or arguments.date or arguments.operator:
        raise UsageError("What was entered is in the recording.", "Add --again to calibrate from it with what is given here.")
    bench = parts.calibrations.bench(parts.models)
    ended: list[Calibrated] = []
    done = 0
    with terminal.progress(f"Reading {arguments.source.name}", len(items)) as advance:
        for batch in batches(items):
            ended.extend(bench.feed(batch)[1])
            done += len(batch)
            advance(done)
    ended.extend(bench.finish())
    return [one for one in ended if one.kind == arguments.kind]


def _live(arguments: argparse.Namespace, parts: Parts) -> list[Calibrated]:
    if not arguments.device:
        raise UsageError("The device is not given.", "Add --device ADDRESS=SITE, or --from FILE.")
    hub = parts.hub()
    choices: list[Choice] = [live.choice_of(text, hub) for text in (arguments.device, *arguments.others)]
    date = arguments.date or _now()
    asked = Asked(arguments.kind, choices[0].device, date, arguments.operator, dict(arguments.given))
    event = parts.calibrations.event(asked)
    if arguments.output:
        terminal.demand_new(arguments.output, force=False)
    link = hub.open(choices, record=arguments.output, session={"session": str(uuid.uuid4())})
    bench, session = parts.calibrations.bench(hub.models), Session(hub.models)
    link.start()
    began, posted = time.monotonic(), False
    try:
        while True:
            time.sleep(live.TICK_S)
            items = live.arrived(link)
            session.feed(items)
            words, ended = bench.feed(items)
            for sentence in words:
                terminal.say(sentence)
            if ended:
                return list(ended)
            if not posted and live.streaming(session):
                corners = bench.corners_mm(asked.device)
                practice = choices[0].address.startswith(PRACTICE) and corners is not None
                # The person beside a practice pad puts on what the procedure asks for; beside a real one stands somebody who is told.
                link.post(parts.calibrations.script(asked)(corners) if practice and corners is not None else event)
                posted = True
            if not posted and time.monotonic() - began > live.WAIT_S:
                raise UsageError("The device did not appear.", "Switch it on, bring it near, and look with 'ankletest scan'.")
    except KeyboardInterrupt:
        terminal.warn("Stopping.")
        return list(bench.finish())
    finally:
        link.stop()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
