"""Turns recordings that a crash left unsealed into sealed ones; the original stays until somebody confirms."""

from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

from ankletest.device import Notification
from ankletest.errors import RecordingError
from ankletest.recording import layout
from ankletest.recording.keyhole import KEYHOLE, Keyhole
from ankletest.recording.mcap_file import Writer
from ankletest.recording.reader import Recording
from ankletest.recording.safe_tail import SafeTail

PART = ".part"
RESTORING = ".restoring"
"""Ending of a copy that is being made; it can be thrown away at any time."""
FLUSH_EVERY = 1000
"""Notifications a chunk of a copy: seconds of a session, so that one bad spot on the disk costs little."""


def unsealed(folder: Path) -> list[Path]:
    """Return the recordings of a folder that were not sealed, oldest name first."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == PART and path.is_file())
    except OSError as error:
        raise layout.write_trouble(error, folder.name) from error


def reseal(part: Path, keyhole: Keyhole = KEYHOLE) -> tuple[Path, str]:
    """Copy everything sound of an unsealed or damaged recording to a new sealed one, encrypted if it was, and check the copy.

    Returns
    -------
    The new file, and a sentence about what it holds. ``part`` is left as it is: delete it when the operator has confirmed.
    """
    old = Recording.open(part, keyhole)
    target = _free_name(part)
    count = copy_recording(old, target, sealed=old.encrypted, keyhole=keyhole)
    return target, f"{count} notifications over {old.duration_s:.1f} s were kept. {old.damage}".strip()


def copy_recording(
    old: Recording, target: Path, *, sealed: bool, keyhole: Keyhole = KEYHOLE, change: Callable[[Notification], Notification] = lambda n: n
) -> int:
    """Write everything sound of a recording to a new file, encrypted or plain, check the copy, and count what is in it.

    Parameters
    ----------
    old
        What is copied.
    target
        The new file.
    sealed
        True for an encrypted one.
    keyhole
        Where the clinic's key is, if it is needed.
    change
        Makes of each notification what is written in its place.

    Raises
    ------
    RecordingError
        The copy cannot be written, or differs; there is no new file then.
    """
    working = target.with_name(target.name + RESTORING)
    working.unlink(missing_ok=True)
    notifications = old.notifications()
    first = next(notifications)
    writer = Writer(target, first=change(first), part=working, sink=keyhole.sealed_sink if sealed else SafeTail.create)
    count = 1
    try:
        for count, n in enumerate(notifications, start=2):
            writer.write(change(n))
            if not count % FLUSH_EVERY:
                writer.flush()
        if old.damage:
            writer.tell_loss(old.damage)
        writer.close()
    except RecordingError:
        writer.abandon()
        working.unlink(missing_ok=True)
        raise
    new = Recording.open(target, keyhole)
    if not all(a == b for a, b in zip_longest(map(change, old.notifications()), new.notifications())):
        target.unlink(missing_ok=True)
        raise RecordingError(f"The restored copy {target.name} differs from the original.", hint="Keep the original and check the drive.")
    return count


def _free_name(part: Path) -> Path:
    wanted = part.with_suffix("") if part.suffix == PART else part.with_name(f"{part.stem}-restored{part.suffix}")
    target, number = wanted, 2
    while target.exists():
        target = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
    return target
