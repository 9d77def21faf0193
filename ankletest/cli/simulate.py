"""``ankletest simulate``: a visit of a simulated person, through the real codecs, into a recording."""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ankletest import exams
from ankletest.analysis import aligned_event, batches, result_event
from ankletest.cli import options, terminal
from ankletest.cli.parts import Asked, Parts, VisitWish
from ankletest.device import EVENT, OPERATOR, DeviceModel, Notification
from ankletest.errors import UsageError
from ankletest.recording.beside import beside
from ankletest.recording.mcap_file import Writer
from ankletest.samples import Side
from ankletest.session import Finished, Session
from ankletest.trial import Setup

DATE = "2026-01-01T12:00:00+00:00"
"""A date for what never happened, so that the same seed gives the same bytes."""
VISIT = ("stance", "hops")
"""What a visit is made of."""
BATCH = 64
"""Notifications between two looks for a finished trial, so that its numbers are stored soon after it."""


def add(commands: options.Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("simulate", help="record a simulated person, or somebody who calibrates a simulated pad")
    keys = ", ".join(e.key for e in exams.EXAMS)
    parser.add_argument(
        "exam", metavar="EXAM", help=f"{keys}; 'visit' does stance and hops on both legs; or a calibration ('ankletest calibrate list')"
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="the recording to write (.mcap)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes")
    parser.add_argument("--side", choices=[*(s.value for s in Side), "both"], default="both")
    parser.add_argument("--truth", type=Path, metavar="JSON", help="write what really happened")
    parser.add_argument("--mass", type=options.positive, default=70.0, metavar="KG")
    parser.add_argument("--pad-rate", type=options.positive, default=1000.0, metavar="HZ")
    parser.add_argument("--no-pad", action="store_true", help="motion sensors only")
    parser.add_argument("--no-feet", action="store_true", help="no sensors on the feet")
    parser.add_argument("--lumbar", action="store_true", help="a sensor on the lower back")
    parser.add_argument("--weaker", choices=[s.value for s in Side], help="the leg that sways more and hops lower")
    parser.add_argument("--loss", type=float, default=0.0, metavar="FRACTION", help="notifications lost on the air, 0 to 1")
    parser.add_argument("--touch-down", type=options.positive, metavar="S", help="the other foot touches S seconds into a stance")
    parser.add_argument(
        "--fault", type=options.given, action="append", default=[], metavar="NAME=NUMBER",
        help="something that goes wrong, such as jitter_s=0.02, drift_n_s=1, acc_range_g=8, ppm=60, hop_off_s=5, pad_gain=0.02, "
        "second_contact=3 (the landing of side hops that touches twice)",
    )  # fmt: skip
    parser.add_argument("--align", action="store_true", help="the sensors are aligned by knocks on the pad first")
    parser.add_argument("--force", action="store_true", help="write over OUT if it is there")
    parser.add_argument(
        "--date", default=DATE, metavar="ISO", help=f"when it is said to have been (default {DATE}; with certificates only)"
    )
    parser.add_argument("--device", metavar="ID", help="of a calibration: which practice device (default pad, or foot-left)")
    parser.add_argument("--operator", default="", metavar="CODE", help="of a calibration: code of who does it")
    parser.add_argument(
        "--certificate", type=Path, action="append", default=[], metavar="FILE", help="a certificate in force on a device of that model"
    )
    options.add_setup(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, parts: Parts) -> int:
    """Simulate, store the numbers beside the samples, and write the truth."""
    terminal.demand_new(arguments.output, force=arguments.force)
    wish = calibration_wish(arguments, parts) if arguments.exam in parts.calibrations.kinds else wish_of(arguments)
    wish = replace(wish, certificates=tuple(parts.calibrations.load(path) for path in arguments.certificate))
    wish = replace(wish, date=arguments.date if wish.certificates else "")
    with terminal.progress("Simulating", 1.0):
        notifications, truth = parts.simulate(wish)
    with beside(arguments.output) as path:
        finished = write(path, notifications, parts.models)
    if arguments.truth:
        _write_truth(arguments.truth, truth)
    for trial in (f.trial for f in finished):
        terminal.say(f"{trial.setup.exam}, {trial.setup.side} leg: {trial.outcome}")
    if wish.calibrations:
        bench = parts.calibrations.bench(parts.models)
        for ended in (*bench.feed(notifications)[1], *bench.finish()):
            for line in ended.words:
                terminal.say(line)
    terminal.say(f"Written: {arguments.output}")
    return 0


def calibration_wish(arguments: argparse.Namespace, parts: Parts) -> VisitWish:
    """Return a visit in which a device is calibrated; a key that is given several times has several numbers."""
    keys = dict.fromkeys(key for key, _ in arguments.given)
    given = {key: tuple(number for one, number in arguments.given if one == key) for key in keys}
    device = arguments.device or ("foot-left" if parts.calibrations.of_motion(arguments.exam) else "pad")
    script = parts.calibrations.script(Asked(arguments.exam, device, arguments.date, arguments.operator, given))
    wish = VisitWish((), arguments.seed, mass_kg=arguments.mass, pad=not arguments.no_pad, feet=False, devices=(device,))
    return replace(wish, pad_rate_hz=arguments.pad_rate, loss=arguments.loss, faults=dict(arguments.fault), calibrations=(script,))


def wish_of(arguments: argparse.Namespace) -> VisitWish:
    """Return the visit that the options ask for.

    Raises
    ------
    UsageError
        There is no such exam.
    """
    if arguments.exam != "visit":
        exams.by_key(arguments.exam)
    keys = VISIT if arguments.exam == "visit" else (arguments.exam,)
    sides = list(Side) if arguments.side == "both" else [Side(arguments.side)]
    setups = [options.setup_of(arguments, key, side) for key in keys for side in sides]
    return VisitWish(
        setups=tuple(_numbered(setups)),
        seed=arguments.seed,
        mass_kg=arguments.mass,
        pad=not arguments.no_pad,
        pad_rate_hz=arguments.pad_rate,
        feet=not arguments.no_feet,
        lumbar=arguments.lumbar,
        weaker=Side(arguments.weaker) if arguments.weaker else None,
        loss=arguments.loss,
        touch_down_s=arguments.touch_down,
        faults=dict(arguments.fault),
        align=arguments.align,
    )


def write(path: Path, notifications: Sequence[Notification], models: Sequence[DeviceModel]) -> list[Finished]:
    """Write a visit with the numbers of each trial stored after it; return the trials."""
    opened = notifications[0]
    writer = Writer(path, session=json.loads(opened.payload), opened_ns=opened.received_ns)
    try:
        return _write(writer, notifications, models)
    finally:
        writer.abandon()


def _write(writer: Writer, notifications: Sequence[Notification], models: Sequence[DeviceModel]) -> list[Finished]:
    session = Session(models)
    session.feed([notifications[0]])
    finished: list[Finished] = []
    for batch in batches(_without_close(notifications[1:]), BATCH):
        update = session.feed(batch)
        done = update.finished
        for notification in batch:
            writer.write(notification)
        for trial in done:
            writer.write(_event(result_event(trial), batch[-1].received_ns))
        if update.aligned:
            told = _event(aligned_event(update.aligned), batch[-1].received_ns)
            session.feed([told])
            writer.write(told)
        finished.extend(done)
    last = session.finish().finished
    for trial in last:
        writer.write(_event(result_event(trial), notifications[-1].received_ns))
    writer.write(_event({"event": "close"}, notifications[-1].received_ns))
    writer.close()
    return [*finished, *last]


def _write_truth(path: Path, truth: object) -> None:
    try:
        path.write_text(json.dumps(terminal.plain(truth), indent=1), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Choose another place for the truth.") from error


def _without_close(notifications: Iterable[Notification]) -> Iterable[Notification]:
    return (n for n in notifications if not (n.device == OPERATOR and json.loads(n.payload).get("event") == "close"))


def _event(event: dict[str, object], received_ns: int) -> Notification:
    return Notification(OPERATOR, EVENT, received_ns, json.dumps(event).encode())


def _numbered(setups: Sequence[Setup]) -> list[Setup]:
    return [replace(setup, trial=str(number)) for number, setup in enumerate(setups, start=1)]
