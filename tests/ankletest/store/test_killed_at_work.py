"""A kill or a full disk at many moments of whatever changes a data folder: the old or the new is there, and it can be done again."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from ankletest.errors import StoreError
from ankletest.recording.reader import Recording
from ankletest.store import keys
from ankletest.store.desk import KEYS
from tests.ankletest.store import deeds
from tests.ankletest.store.deeds import FRESH, WORDS, Clinic, look, readable, sound_backups, without
from tests.ankletest.store.points import FULL, KILL, Server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
MOST = {KILL: 12, FULL: 4}
"""Moments of each deed: every one where there are no more, else spread over all of it, the first and the last among them."""
OLD = Clinic(("A-1", "B-2", "C-3"), 3, 0, ("A-1.mcap", "B-2.mcap", "C-3.mcap"))
BACKED_UP = ("A-1", "B-2")
NEW = {
    "restore erased": replace(OLD, codes=("B-2",), trials=1, recordings=("B-2.mcap",)),
    "restore": replace(OLD, codes=BACKED_UP, trials=2, recordings=("A-1.mcap", "B-2.mcap")),
    "erase": without(OLD, "A-1"),
    "take in": replace(OLD, codes=(*OLD.codes, *(f"D-{k}" for k in range(5)))),
    "encrypt": replace(OLD, recordings=(*OLD.recordings, "E-5.mcap")),
    "mend": replace(OLD, codes=(*OLD.codes, "G-7")),
    "mend cut": replace(OLD, codes=(*OLD.codes, "G-7")),
    "reseal": replace(OLD, recordings=(*OLD.recordings, "F-6.mcap")),
}
ON_ITS_OWN = ("take in", "recompute")
"""Only the database is written, by its library, which asks the system past Python (see test_trouble)."""
LEFT = (".unfinished", ".new", ".fresh", ".restoring", ".ready", ".done", ".tmp", "-journal", ".part")
"""Endings of what is on its way; nothing of it is left once the deed is done."""


@pytest.fixture(scope="module", autouse=True)
def cheap_keys_of_all() -> Iterator[None]:
    """Stretch keys in no time, and ask no keyring."""
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "MEMORY_KIB", deeds.KIB)
        patch.setattr(keys, "ITERATIONS", 1)
        yield
    keyring.set_keyring(before)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(deeds.__name__) as it:
        yield it


class Place:
    """One folder that is put back to the same clinic before each try: the store knows places by their whole names."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "clinic"
        self._template = root / "template"
        self.folder.mkdir()
        deeds.make(self.folder)
        self.keep()

    def keep(self) -> None:
        """Take what is there for what every try begins with."""
        shutil.rmtree(self._template, ignore_errors=True)
        shutil.copytree(self.folder, self._template)

    def reset(self) -> Path:
        """Put it back."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._template, self.folder)
        return self.folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, cheap_keys_of_all: None) -> Path:
    root = tmp_path_factory.mktemp("made")
    Place(root)
    return root


@pytest.fixture
def place(made: Path) -> Iterator[Place]:
    it = Place.__new__(Place)
    it.folder, it._template = made / "clinic", made / "template"
    it.reset()
    shutil.copytree(made / "template", made / "first")
    yield it
    shutil.rmtree(made / "template")
    (made / "first").rename(made / "template")


def moments(count: int, most: int) -> list[int]:
    """Return which of so many points are tried."""
    if count <= most:
        return list(range(1, count + 1))
    return sorted({1 + round(k * (count - 1) / (most - 1)) for k in range(most)})


def on_its_way(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.name.endswith(LEFT) or path.name.startswith(("restore.", "."))]


def demand_sound(deed: str, folder: Path) -> None:
    """Demand the old or the new in the data folder, in every backup and in every file that was on its way."""
    if deed == "export":
        assert not (folder / "out").exists() or (folder / "out" / "list.json").is_file(), "an export that has its name is whole"
    else:
        assert readable(folder) == [] if deed != "decrypt" else True
    # Before anything is mended: the program may never be started here again.
    backups = sound_backups(folder)
    assert all(codes in {BACKED_UP, ("B-2",), OLD.codes} for codes in backups)
    if deed == "let go":
        assert look(folder) == OLD
        return
    found = look(folder)
    old = without(OLD, "A-1") if deed == "restore erased" else NEW[deed] if deed in deeds.BAD_BYTE else OLD
    assert found in {old, NEW.get(deed, OLD)} or (deed == "recompute" and replace(found, remade=0) == OLD and found.remade % 3 == 0)
    if deed == "move" and (folder / "new").exists():
        assert look(folder, "new") == OLD
    if deed == "restore erased" or found == NEW["erase"]:
        assert all("A-1" not in codes for codes in sound_backups(folder)), "the next start reaches the copies too"
    if deed == "decrypt" and (folder / "out.mcap").exists():
        assert Recording.open(folder / "out.mcap").complete


def finish(deed: str, folder: Path, server: Server) -> None:
    """Do it once more, as a person would, unless it is done: then it is done, and nothing is left on its way."""
    done = {
        "erase": lambda: look(folder) == NEW["erase"], "take in": lambda: look(folder) == NEW["take in"],
        "passphrase": lambda: not opens(folder, WORDS), "encrypt": lambda: False, "decrypt": lambda: False, "mend": lambda: True,
        "mend cut": lambda: True, "move": lambda: (folder / "new").exists(), "let go": lambda: not (folder / "old").exists(),
        "reseal": lambda: not list((folder / "data").rglob("*.part")), "export": lambda: (folder / "out").exists(),
        "recompute": lambda: look(folder).remade == 9,
    }.get(deed, lambda: False)()  # fmt: skip
    if not done:
        again = server.attempt(deed, folder)
        assert (again.told, again.fault) == ("", "")
    if deed in {"erase", "restore", "restore erased", "take in", "encrypt"}:
        assert look(folder) == NEW[deed]
    assert on_its_way(folder) == []


def opens(folder: Path, passphrase: str) -> bool:
    try:
        keys.unlock(folder / "data" / KEYS, passphrase)
    except StoreError:
        return False
    return True


@pytest.mark.parametrize("what", [KILL, FULL])
@pytest.mark.parametrize("deed", deeds.DEEDS)
def test_old_or_new_is_there_whenever_it_is_killed_or_the_disk_is_full(deed: str, what: str, place: Place, server: Server) -> None:
    deeds.prepare(deed, place.folder)
    place.keep()
    count = server.attempt(deed, place.folder).points
    assert count > 3, "the deed does something to files"
    told = 0
    for at in moments(count, MOST[what]):
        folder = place.reset()
        tried = server.attempt(deed, folder, at=at, what=what)
        try:
            assert tried.fault == ""
            assert not tried.told.startswith("without a hint"), tried.told
            told += bool(tried.told)
            if deed == "passphrase":
                assert opens(folder, WORDS) != opens(folder, FRESH), "one of them opens, and it is the same for both copies"
                assert not tried.told or opens(folder, WORDS), "what was refused was not done"
            if deed == "migrate":
                assert look(folder).codes == OLD.codes
            else:
                demand_sound(deed, folder)
            finish(deed, folder, server)
        except BaseException as error:
            error.add_note(f"{what} at {at} of {count}: {tried}")
            raise
    assert told or what == KILL or deed in ON_ITS_OWN, "a full disk is told"
