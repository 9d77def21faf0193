"""``ankletest scan``, ``record`` and ``replay``: devices and recordings in real time, in the terminal."""

import argparse
import math
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import ankletest
from ankletest import exams
from ankletest.analysis import aligned_event, alignment_words, result_event
from ankletest.checks.gate import gate, seen_of
from ankletest.cli import options, terminal
from ankletest.cli.parts import Parts
from ankletest.cli.unlocking import open_recording
from ankletest.device import Choice, Hub, Link, LinkState, Notice, Notification, Playback
from ankletest.doctor import data_folder
from ankletest.errors import ExamError, UsageError
from ankletest.exams.base import Fitness, PhaseChange
from ankletest.samples import Side, Site
from ankletest.session import ALIGN, ALIGN_END, Finished, Session, Update
from ankletest.signals.impacts import WANTED
from ankletest.trial import Setup

TICK_S = 0.02
"""How often arrivals are taken, s: a human in front of a terminal needs no more."""
KNOCK = "Lay all sensors on the pad and knock on it three times, a second apart."
FOUND_S = 3.0
"""How long a clock is followed before it is aligned, s."""
CERTIFICATES = "certificates"
"""Folder of certificates within the data folder."""
WAIT_S = 30.0
"""How long devices may take to appear before recording gives up, s."""


def add(commands: options.Commands) -> None:
    """Add the three commands."""
    scan = commands.add_parser("scan", help="list the devices that can be reached")
    scan.add_argument("--seconds", type=options.positive, default=5.0)
    scan.set_defaults(run=run_scan)
    record = commands.add_parser("record", help="record devices without the window")
    record.add_argument("devices", nargs="+", metavar="ADDRESS=SITE[-SIDE]", help="for example sim:pad=pad or AA:BB:CC:DD:EE:FF=foot-left")
    record.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    record.add_argument("--seconds", type=options.positive, help="stop after this time (else after the exam, or by Ctrl+C)")
    record.add_argument("--align", action="store_true", help="first align the sensors: lay them on the pad and knock on it three times")
    options.add_exam(record)
    options.add_setup(record)
    record.set_defaults(run=run_record)
    replay = commands.add_parser("replay", help="play a recording: in the window where there is a display, else as text")
    replay.add_argument("file", type=Path, metavar="FILE")
    replay.add_argument("--speed", type=float, default=1.0, help="1 is real time, 0 as fast as it goes (text only)")
    replay.add_argument("--text", action="store_true", help="no window")
    replay.set_defaults(run=run_replay)


def run_scan(arguments: argparse.Namespace, parts: Parts) -> int:
    """Scan and list."""
    scan = parts.hub().scan()
    try:
        with terminal.progress("Scanning", arguments.seconds) as advance:
            _wait(arguments.seconds, advance)
        found, problem = scan.found(), scan.problem()
    finally:
        scan.stop()
    if problem:
        terminal.warn(f"{problem.message} {problem.hint}".strip())
    for seen in found:
        signal = "" if seen.advertisement.rssi_dbm is None else f"{seen.advertisement.rssi_dbm} dBm"
        terminal.say(f"{seen.advertisement.address:20} {seen.advertisement.name:28} {seen.model:14} {signal}")
    return 0


def run_record(arguments: argparse.Namespace, parts: Parts) -> int:
    """Record until the exam is done, the time is up, or Ctrl+C."""
    if arguments.exam and not arguments.side:
        raise UsageError("The exam's leg is not given.", "Add --side left or --side right.")
    terminal.demand_new(arguments.output, force=False)
    hub = parts.hub()
    choices = [choice_of(text, hub) for text in arguments.devices]
    link = hub.open(choices, record=arguments.output, session=opening_of(arguments, parts))
    session = Session(hub.models)
    setup = options.setup_of(arguments, arguments.exam, Side(arguments.side), trial=str(uuid.uuid4())) if arguments.exam else None
    link.start()
    began = time.monotonic()
    started = False
    knocking = _Knocking(link, session) if arguments.align else None
    try:
        while True:
            time.sleep(TICK_S)
            update = pump(link, session)
            gone = time.monotonic() - began
            if knocking is not None and (streaming(session) or knocking.begun):
                knocking = knocking if knocking.goes_on(update) else None
            for done in update.finished:
                link.post(result_event(done))
                for table in terminal.trial_tables([done], everything=False):
                    terminal.out().print(table)
            if setup and not started and streaming(session) and knocking is None:
                _demand_fit(setup, session)
                link.post({"event": "start", "setup": setup.as_json()})
                started = True
            if (setup and update.finished) or (arguments.seconds and gone >= arguments.seconds):
                break
            if setup and not started and knocking is None and gone > WAIT_S:
                raise UsageError("The devices did not appear.", "Switch them on, bring them near, and look with 'ankletest scan'.")
    except KeyboardInterrupt:
        terminal.warn("Stopping.")
    finally:
        link.stop()
    terminal.say(f"Written: {arguments.output}")
    return 0


def opening_of(arguments: argparse.Namespace, parts: Parts) -> dict[str, object]:
    """Return what the open event says besides the devices: the session, the program, and the certificates in force."""
    fields: dict[str, object] = {"session": str(uuid.uuid4()), "program": ankletest.__version__}
    # With their date and only where there are any: a recording without certificates says no more than it has to.
    certificates = parts.calibrations.latest(data_folder(arguments.data) / CERTIFICATES)
    if certificates:
        fields |= {"certificates": certificates, "date": datetime.now(UTC).isoformat(timespec="seconds")}
    return fields


def _demand_fit(setup: Setup, session: Session) -> None:
    """Refuse an exam that these devices cannot do, and say with which limits they can."""
    exam = exams.by_key(setup.exam)
    verdict = gate(exam, setup, session.members(setup.side), seen_of(session.devices), session.checks.last)
    if verdict.fitness is Fitness.REFUSED:
        raise ExamError(f"{exam.title}: {'; '.join(verdict.reasons)}.", "Use other devices, or another exam.")
    for reason in verdict.reasons:
        terminal.warn(reason)


def run_replay(arguments: argparse.Namespace, parts: Parts) -> int:
    """Play a recording."""
    hub = parts.hub()
    if parts.has_display() and not arguments.text:
        return parts.open_window(parts.hub, recording=arguments.file, folder=None)
    open_recording(arguments.file, arguments)  # an encrypted one asks for the passphrase here
    playback: Playback = hub.replay(arguments.file, speed=arguments.speed)
    session = Session(hub.models)
    finished: list[Finished] = []
    playback.start()
    try:
        with terminal.progress(f"Playing {arguments.file.name}", playback.duration_s) as advance:
            while True:
                done = playback.finished
                finished.extend(pump(playback, session).finished)
                advance(playback.position_s)
                if done:
                    break
                time.sleep(TICK_S if arguments.speed else 0.0)
    finally:
        playback.stop()
    finished.extend(session.finish().finished)
    for table in terminal.trial_tables(finished, everything=False):
        terminal.out().print(table)
    return 0


class _Knocking:
    """Asks for knocks, tells how many were felt, and posts what they showed."""

    def __init__(self, link: Link, session: Session) -> None:
        self._link, self._session = link, session
        self._since_s = math.nan
        self._told = 0
        self._ended = False
        self.begun = False

    def goes_on(self, update: Update) -> bool:
        """Go on for a tick; False when it is over."""
        if update.aligned:
            self._link.post(aligned_event(update.aligned))
            for one in update.aligned:
                terminal.say(alignment_words(one))
            return False
        now_s = self._session.now_s
        going = self._session.aligning
        if not self.begun:
            self._since_s = now_s if math.isnan(self._since_s) else self._since_s
            if now_s - self._since_s >= FOUND_S:
                self._link.post({"event": ALIGN})
                self.begun = True
                terminal.say(KNOCK)
        elif going is not None:
            if going.least > self._told:
                self._told = going.least
                terminal.say(f"{min(self._told, WANTED)} of {WANTED}")
            if not self._ended and going.over(now_s):
                self._ended = True
                self._link.post({"event": ALIGN_END})
        elif self._ended:
            terminal.warn("There is one device only: nothing to align.")
            return False
        return True


def streaming(session: Session) -> bool:
    """Tell whether every device streams."""
    return bool(session.devices) and all(device.state is LinkState.STREAMING for device in session.devices.values())


def arrived(link: Link) -> list[Notification]:
    """Take what has arrived, and say what the link has to say."""
    notifications: list[Notification] = []
    for item in link.drain():
        if isinstance(item, Notification):
            notifications.append(item)
        elif isinstance(item, Notice):
            terminal.warn(f"{item.device}: {item.message} {item.hint}".strip())
        else:
            raise item
    return notifications


def pump(link: Link, session: Session) -> Update:
    """Feed a session what has arrived, and say what the client is to do."""
    update = session.feed(arrived(link))
    for change in update.changes:
        if isinstance(change, PhaseChange):
            terminal.say(f"{change.t_s:8.2f} s  {change.phase.instruction}")
    return update


def choice_of(text: str, hub: Hub) -> Choice:
    """Return the device that ``ADDRESS=SITE[-SIDE]`` names; wait until it is seen."""
    address, _, place = text.partition("=")
    site, _, side = place.partition("-")
    if site not in list(Site):
        raise UsageError(f"'{text}' does not say where the device is.", "Write ADDRESS=SITE or ADDRESS=SITE-SIDE, for example sim:pad=pad.")
    model = _model(address, hub)
    return Choice(device=place, model=model, address=address, site=Site(site), side=Side(side) if side else None)


def _model(address: str, hub: Hub) -> str:
    scan = hub.scan()
    try:
        for _ in range(round(WAIT_S / 0.1)):
            found = next((f for f in scan.found() if f.advertisement.address == address), None)
            if found:
                return found.model
            problem = scan.problem()
            if problem:
                raise UsageError(problem.message, problem.hint)
            time.sleep(0.1)
    finally:
        scan.stop()
    raise UsageError(f"The device {address} was not seen.", "Switch it on, bring it near, and look with 'ankletest scan'.")


def _wait(seconds: float, advance: Callable[[float], None]) -> None:
    began = time.monotonic()
    while (gone := time.monotonic() - began) < seconds:
        advance(gone)
        time.sleep(0.1)
