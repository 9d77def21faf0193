"""Puts a new file in the place of an old one only when it is whole; not for live recordings, which are kept even when cut short."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ankletest.errors import RecordingError
from ankletest.places import sync_folder
from ankletest.recording.layout import write_trouble
from ankletest.recording.mcap_file import rename

MAKING = ".making"
"""Ending of the folder where a file is made."""


@contextmanager
def beside(target: Path) -> Generator[Path, None, None]:
    """Yield a name on the same drive to write to; afterwards that file takes the target's place, or after any exception leaves no trace.

    Raises
    ------
    RecordingError
        When the file system refuses; the target is then as it was.
    """
    try:
        # Always the same name, so that what somebody left who was killed is gone with the next try.
        folder = target.with_name(f".{target.name[:100]}{MAKING}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            made = folder / target.name
            yield made
            rename(made, target, over=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        sync_folder(target.parent)
    except RecordingError as error:
        if not isinstance(error.__cause__, OSError):
            raise
        raise RecordingError(error.message, _HINT) from error
    except OSError as error:
        raise RecordingError(write_trouble(error, target.name).message, _HINT) from error


_HINT = "Make room or choose another place, then do it again; a file that was there before is as it was."
