"""``ankletest verify``: what a recording is worth, and whether its stored numbers are made again."""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from ankletest.analysis import alignment_words, compare_checks, compare_stored, completed, replay, stored_alignments
from ankletest.cli import options, terminal
from ankletest.cli.parts import Parts
from ankletest.cli.unlocking import open_recording
from ankletest.device import OPERATOR
from ankletest.recording.reader import Recording
from ankletest.trial import Aligned

FAILED = 1


def add(commands: options.Commands) -> None:
    """Add the command."""
    verify = commands.add_parser("verify", help="check a recording: whole, and its stored numbers made again")
    verify.add_argument("files", nargs="+", type=Path, metavar="FILE")
    verify.set_defaults(run=run_verify)


def run_verify(arguments: argparse.Namespace, parts: Parts) -> int:
    """Check each recording; the exit code is 1 when one of them fails."""
    good = True
    for path in arguments.files:
        good = _verify(open_recording(path, arguments), parts) and good
    return 0 if good else FAILED


def _verify(recording: Recording, parts: Parts) -> bool:
    path = recording.path
    items = list(recording.notifications())
    with terminal.progress(f"Verifying {path.name}", len(items)) as advance:
        session, again = replay(items, parts.models, seen=advance)
    # Only now: the session has refused operator events that are no records.
    events: list[Mapping[str, object]] = [json.loads(item.payload) for item in items if item.device == OPERATOR]
    stored = [event for event in events if event.get("event") == "result"]
    checks = [event.get("report") or {} for event in events if event.get("event") == "checked"]
    compared = compare_stored(stored, [completed(trial) for trial in again])
    differences = compared.differences
    terminal.say(f"{path.name}: {recording.damage or 'whole'}")
    terminal.say(f"  SHA-256 {recording.sha256()}")
    terminal.say(f"  {len(items)} notifications of {len(recording.devices)} devices in {recording.duration_s:.1f} s")
    for status in _devices(recording):
        terminal.say(f"  {status}")
    aligned = _verify_alignments(stored_alignments(events), session.alignments)
    if stored:
        same = compared.held - len(differences)
        how = "exactly" if compared.exact == same else f"within rounding ({compared.exact} exactly; the libraries have other versions)"
        terminal.say(f"  {same} of {compared.held} stored numbers in {len(stored)} trials are made again {how}")
    else:
        terminal.say(f"  no stored numbers; {len(again)} trials can be made")
    odd = compare_checks(checks, session.checks.reports) if checks else ()
    if checks and not odd:
        terminal.say(f"  {len(checks)} sensor checks are made again exactly")
    for sentence in odd:
        terminal.say(f"  {sentence}")
    for d in differences:
        terminal.say(f"  trial {d.trial}, {d.key}: stored {d.stored}, now {d.again}: {d.why}")
    return recording.complete and not differences and aligned and not odd


def _verify_alignments(stored: Sequence[Sequence[Aligned]], again: Sequence[Sequence[Aligned]]) -> bool:
    """Say each alignment that the recording stores and whether its impacts show the same again."""
    good = True
    for number, devices in enumerate(stored):
        fresh = {one.device: one for one in again[number]} if number < len(again) else {}
        for one in devices:
            other = fresh.get(one.device)
            same = other is not None and one.as_json() == other.as_json()
            now = "" if same else f"; now {alignment_words(other)}" if other is not None else "; its impacts are not in the recording"
            terminal.say(f"  {alignment_words(one)}{', found again exactly' if same else now}")
            good = good and same
    return good


def _devices(recording: Recording) -> list[str]:
    listed = recording.session.get("devices")
    if not isinstance(listed, list):
        return []
    return [f"{d.get('device')}: {d.get('title') or d.get('model')} at the {d.get('site')}" for d in listed]
