"""Turns recordings that a crash left unsealed into sealed ones; the original stays until somebody confirms."""

from pathlib import Path

from ankletest.errors import RecordingError
from ankletest.recording import layout
from ankletest.recording.mcap_file import Writer
from ankletest.recording.reader import Recording

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


def reseal(part: Path) -> tuple[Path, str]:
    """Copy everything sound of an unsealed or damaged recording to a new sealed one, and check the copy.

    Returns
    -------
    The new file, and a sentence about what it holds. ``part`` is left as it is: delete it when the operator has confirmed.
    """
    old = Recording.open(part)
    target = _free_name(part)
    working = target.with_name(target.name + RESTORING)
    working.unlink(missing_ok=True)
    notifications = old.notifications()
    writer = Writer(target, first=next(notifications), part=working)
    count = 1
    try:
        for count, n in enumerate(notifications, start=2):
            writer.write(n)
            if not count % FLUSH_EVERY:
                writer.flush()
        if old.damage:
            writer.tell_loss(old.damage)
        writer.close()
    except RecordingError:
        writer.abandon()
        working.unlink(missing_ok=True)
        raise
    _compare(old, target)
    return target, f"{count} notifications over {old.duration_s:.1f} s were kept. {old.damage}".strip()


def _compare(old: Recording, target: Path) -> None:
    new = Recording.open(target)
    same = all(a == b for a, b in zip(old.notifications(), new.notifications(), strict=True))
    if not same:
        raise RecordingError(f"The restored copy {target.name} differs from the original.", hint="Keep the original and check the drive.")


def _free_name(part: Path) -> Path:
    wanted = part.with_suffix("") if part.suffix == PART else part.with_name(f"{part.stem}-restored{part.suffix}")
    target, number = wanted, 2
    while target.exists():
        target = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
    return target
