"""``ankletest backup``, ``restore``, ``inspect``, ``audit`` and ``passphrase``: what keeps a store safe, by command."""

import argparse
from pathlib import Path

from ankletest.cli import options, terminal
from ankletest.cli.parts import Parts
from ankletest.cli.unlocking import ask_passphrase, data_folder, opened
from ankletest.errors import RecordingError, UsageError
from ankletest.recording.reader import Recording
from ankletest.store import keys
from ankletest.store.audit import Act
from ankletest.store.backups import read_list
from ankletest.store.desk import KEYS, Desk
from ankletest.store.folder_lock import FolderLock
from ankletest.store.passphrase import demand
from ankletest.store.places import recordings_of
from ankletest.store.restoring import restore

FAILED = 1


def add(commands: options.Commands) -> None:
    """Add the commands."""
    backup = commands.add_parser("backup", help="write a verified backup of the data folder into a new folder")
    backup.add_argument("folder", type=Path, metavar="FOLDER", help="where the new folder goes, best on another drive")
    backup.set_defaults(run=run_backup)
    back = commands.add_parser("restore", help="put a backup in the place of the data folder; what is there is set aside")
    back.add_argument("backup", type=Path, metavar="BACKUP")
    back.set_defaults(run=run_restore)
    inspect = commands.add_parser("inspect", help="inspect the database, the audit log and every recording of the data folder")
    inspect.set_defaults(run=run_inspect)
    log = commands.add_parser("audit", help="print who saw, changed, exported or erased what")
    log.add_argument("--last", type=int, default=50, metavar="N", help="how many entries (default 50)")
    log.set_defaults(run=run_audit)
    words = commands.add_parser("passphrase", help="change the passphrase; nothing is encrypted anew")
    words.add_argument("--recovery", action="store_true", help="make a new recovery code instead")
    words.set_defaults(run=run_passphrase)


def run_backup(arguments: argparse.Namespace, _: Parts) -> int:
    """Write a backup."""
    with opened(arguments) as desk, terminal.progress("Writing and reading again", 1.0) as advance:
        place = desk.backup(arguments.folder, advance)
    terminal.say(f"Written and verified: {place}")
    return 0


def run_restore(arguments: argparse.Namespace, _: Parts) -> int:
    """Restore a backup; the passphrase is that of its day."""
    folder = data_folder(arguments)
    lock = FolderLock.demand(folder)
    try:
        read_list(arguments.backup)  # before anything is asked: it may be no backup
        key = keys.unlock(arguments.backup / KEYS, ask_passphrase("Passphrase of the backup"))
        with terminal.progress("Restoring", 1.0) as advance:
            done = restore(folder, arguments.backup, key, advance)
        key.wipe()
    finally:
        lock.unlock()
    terminal.say(f"Restored: the state of {done.made_at:%Y-%m-%d %H:%M} UTC, with the passphrase of that day. {done.told}".strip())
    if done.aside.exists():
        terminal.say(f"What was there before: {done.aside}")
    return 0


def run_inspect(arguments: argparse.Namespace, _: Parts) -> int:
    """Check everything; the exit code is 1 when something is not sound."""
    bad: list[str] = []
    with opened(arguments) as desk:
        desk.check()
        terminal.say("The database is sound.")
        tampered = desk.tampered()
        terminal.say(tampered or "The audit log is as it was written.")
        bad += [tampered] if tampered else []
        sealed = desk.sealed()
        files = recordings_of(desk.folder)
        with terminal.progress("Reading recordings", len(files)) as advance:
            for number, path in enumerate(files, start=1):
                try:
                    recording = Recording.open(path)
                    changed = sealed.get(path) not in {None, recording.sha256()}
                    told = recording.damage or ("It is not the file that was sealed: its checksum is another." if changed else "")
                except RecordingError as error:
                    told = error.message
                bad += [f"{path.name}: {told}"] if told else []
                advance(number)
        bad += [f"{path.name} is missing." for path in sealed if not path.exists()]
    for sentence in bad:
        terminal.say(sentence)
    terminal.say(f"{len(files)} recordings were read.")
    return FAILED if bad else 0


def run_audit(arguments: argparse.Namespace, _: Parts) -> int:
    """Print the log, newest last."""
    with opened(arguments) as desk:
        for entry in reversed(desk.entries(limit=arguments.last)):
            what = " ".join(word for word in (entry.act, entry.entity, entry.entity_id, entry.detail) if word)
            terminal.say(f"{entry.number:6} {entry.at:%Y-%m-%d %H:%M:%S} {entry.actor:12} {what}")
        tampered = desk.tampered()
    if tampered:
        terminal.warn(tampered)
    return FAILED if tampered else 0


def run_passphrase(arguments: argparse.Namespace, _: Parts) -> int:
    """Change the passphrase, after the one before."""
    path = data_folder(arguments) / KEYS
    key = keys.unlock(path, ask_passphrase("Passphrase or recovery code"))
    try:
        if arguments.recovery:
            terminal.say(f"The new recovery code; the old one opens nothing any more: {keys.renew_recovery(path, key)}")
        else:
            fresh = ask_passphrase("New passphrase")
            demand(fresh)  # before it is typed once more
            if ask_passphrase("New passphrase again") != fresh:
                raise UsageError("The two new passphrases differ.", "Nothing was changed; try again.")
            keys.change_passphrase(path, key, fresh)
            terminal.say("The passphrase is changed. Backups made before still open with the old one.")
        desk = Desk.open(path.parent, key)
        if desk.mended:
            terminal.warn(desk.mended)
        desk.note(Act.KEYS, "store", detail="recovery code renewed" if arguments.recovery else "passphrase changed")
        desk.close()
    finally:
        key.wipe()
    return 0
