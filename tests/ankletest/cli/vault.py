"""A data folder for commands that need one: a store with its passphrase, and the shipped visit as its encrypted recording."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ankletest.recording.keyhole import PURPOSE, Keyhole
from ankletest.recording.plain_copy import write_sealed
from ankletest.recording.reader import Recording
from ankletest.store import keys
from ankletest.store.desk import KEYS, RECORDINGS, Desk

VISIT = Path(__file__).parents[3] / "fixtures" / "visit" / "visit.mcap"
WORDS = "four quiet ankles hop"
Run = Callable[..., tuple[int, str, str]]


@contextmanager
def store_in(folder: Path) -> Iterator[Desk]:
    """Make a store in a folder and have it open."""
    key, _ = keys.create(folder / KEYS, WORDS, in_keyring=False)
    desk = Desk.open(folder, key)
    yield desk
    desk.close()


@dataclass(frozen=True, slots=True)
class Kept:
    """A visit that was opened in a store, its recording, and what opens it."""

    visit: int
    path: Path
    keyhole: Keyhole


def visit_in(desk: Desk, folder: Path) -> Kept:
    """Open a visit of the client A-1, Anna Berg, with an encrypted copy of the shipped recording."""
    keyhole = Keyhole()
    keyhole.insert(desk.derive(PURPOSE))
    path = folder / RECORDINGS / "v.mcap"
    write_sealed(VISIT, path, keyhole)
    return Kept(desk.open_visit(desk.add_client("A-1", name="Anna Berg"), path), path, keyhole)


def sealed_in(folder: Path) -> Path:
    """Make a store with that visit, sealed and closed; return the folder."""
    with store_in(folder) as desk:
        kept = visit_in(desk, folder)
        desk.seal_visit(kept.visit, kept.path, Recording.open(kept.path, kept.keyhole).sha256())
    return folder
