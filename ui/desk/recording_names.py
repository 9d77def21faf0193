"""Names of new recordings: day, time and the client's code; it writes nothing."""

from datetime import UTC, datetime
from pathlib import Path

from ankletest.recording.mcap_file import part_of

MANY = 1000
"""More recordings of one client are not begun within a second."""


def free_path(folder: Path, client: str) -> Path:
    """Return a path within a folder that no recording has, finished or not; ``client`` is a code, or empty."""
    stamp = datetime.now(UTC).astimezone().strftime("%Y-%m-%d_%H%M%S")
    safe = "".join(c if c.isalnum() else "-" for c in client)
    name = f"{stamp}{'_' if safe else ''}{safe}"
    numbered = (name, *(f"{name}_{number}" for number in range(2, MANY)))  # who connects twice within a second
    free = (folder / f"{each}.mcap" for each in numbered)
    return next(path for path in free if not path.exists() and not part_of(path).exists())
