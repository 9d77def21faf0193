"""What is done to a data folder that is worth a kill: each deed on a small clinic, and what must be the case whatever became of it."""

import shutil
import tempfile
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import alembic.command
from sqlalchemy import func, select, text

from ankletest.device import Notification
from ankletest.exchange.client_out import export_client
from ankletest.metrics import METRICS
from ankletest.metrics.base import MetricValue, Status
from ankletest.recording.keyhole import PURPOSE, Keyhole
from ankletest.recording.plain_copy import write_plain, write_sealed
from ankletest.recording.reader import Recording
from ankletest.recording.salvage import reseal
from ankletest.recording.writer import Writer
from ankletest.samples import Side
from ankletest.store import keys, migrating
from ankletest.store.backups import PREFIX, UNFINISHED, verify_backup
from ankletest.store.database import Database, make_engine
from ankletest.store.desk import DATABASE, KEYS, RECORDINGS, Client, Desk
from ankletest.store.journal import FRAME_HEAD, HEAD
from ankletest.store.keys import DataKey
from ankletest.store.moving import let_go, move
from ankletest.store.people import Details
from ankletest.store.recomputing import recompute
from ankletest.store.records import RemadeRecord, TrialRecord
from ankletest.store.restoring import restore, settle
from ankletest.trial import Outcome, Setup, Trial
from tests.ankletest.store.points import Deed, serve

WORDS, FRESH = "four quiet ankles hop", "another one, longer"
NAME = "Unmistakable Personname"
NOTIFICATIONS, FLUSHED = 60, 41
"""Of a recording; and those of one that was cut short that had been flushed, the open event included."""
KEY = DataKey(bytes(range(32)))
KIB = 8
"""Memory of a key's stretching here: a kill of the real one takes no other way, only longer."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """What a data folder holds: codes of clients, trials, numbers made again, and recordings that are whole, by name."""

    codes: tuple[str, ...]
    trials: int
    remade: int
    recordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A finished trial."""

    trial: Trial
    values: tuple[MetricValue, ...]


# ---- a small clinic ---------------------------------------------------------------------------------------------------------------


def make(folder: Path) -> None:
    """Make a data folder with two clients who were tested, a backup of it, and a third client who came later."""
    path = folder / "data" / KEYS
    keys.create(path, WORDS, in_keyring=False)
    keys.change_passphrase(path, keys.unlock(path, WORDS), WORDS)
    (folder / "usb").mkdir()
    with opened(folder) as desk:
        for code in ("A-1", "B-2"):
            enter(desk, code)
        desk.backup(folder / "usb")
        enter(desk, "C-3")
        desk.change_setting("clinic", "One")


def enter(desk: Desk, code: str) -> None:
    """Enter a client with a visit, a trial and a sealed recording."""
    client = desk.add_client(code, name=f"{NAME} {code}")
    path = desk.folder / RECORDINGS / f"{code}.mcap"
    visit = desk.open_visit(client, path)
    desk.save_trial(visit, measured(1.5))
    record(path, keyhole_of(desk)).close()
    desk.seal_visit(visit, path, Recording.open(path, keyhole_of(desk)).sha256())


def record(path: Path, keyhole: Keyhole) -> Writer:
    """Write a recording; it is not sealed yet."""
    writer = Writer(path, session={"session": path.stem, "devices": []}, opened_ns=0, sink=keyhole.sealed_sink)
    for k in range(1, NOTIFICATIONS):
        writer.write(Notification("pad", "ffe4", k * 10_000_000, bytes([k]) * 40))
        if k % 20 == 0:
            writer.flush()
    return writer


def measured(value: float) -> Measured:
    """Return a finished trial."""
    trial = Trial(Setup("stance", Side.LEFT, trial="t-1"), Outcome.COMPLETED, (), (0.0, 30.0), (0.0, 30.0))
    return Measured(trial, tuple(MetricValue(m, value, Status.OK, (), 0.1, (0.0, 30.0), "P-COP") for m in METRICS[:3]))


def keyhole_of(desk: Desk) -> Keyhole:
    """Return a keyhole with the key of a store's recordings."""
    keyhole = Keyhole()
    keyhole.insert(desk.derive(PURPOSE))
    return keyhole


@contextmanager
def opened(folder: Path, name: str = "data") -> Generator[Desk, None, None]:
    """Open the store as a start of the program does."""
    settle(folder / name)
    desk = Desk.open(folder / name, key_of(folder, name))
    try:
        yield desk
    finally:
        desk.close()


def key_of(folder: Path, name: str = "data") -> DataKey:
    """Return the key by the one passphrase or the other."""
    with suppress(keys.StoreError):
        return keys.unlock(folder / name / KEYS, WORDS)
    return keys.unlock(folder / name / KEYS, FRESH)


def backup_of(folder: Path) -> Path:
    """Return the first backup."""
    return min(place for place in (folder / "usb").glob(f"{PREFIX}*") if not place.name.endswith(UNFINISHED))


# ---- what is done -------------------------------------------------------------------------------------------------------------------


def _backup(folder: Path) -> None:
    with opened(folder) as desk:
        desk.backup(folder / "usb")


def _restore(folder: Path) -> None:
    restore(folder / "data", backup_of(folder), key_of(folder))


def _erase(folder: Path) -> None:
    with opened(folder) as desk:
        if left := desk.erase(client_of(desk, "A-1")).left:
            raise keys.StoreError(" ".join(left), "It is tried again.")


def _open(folder: Path) -> None:
    with opened(folder):
        pass


def _change_passphrase(folder: Path) -> None:
    path = folder / "data" / KEYS
    keys.change_passphrase(path, keys.unlock(path, WORDS), FRESH)


def _move(folder: Path) -> None:
    move(folder / "data", folder / "new")


def _let_go(folder: Path) -> None:
    let_go(folder / "old", folder / "data")


def _take_in(folder: Path) -> None:
    with opened(folder) as desk:
        desk.book.take_in([Details(f"D-{k}", name=NAME) for k in range(5)], left_out=0)


def _recompute(folder: Path) -> None:
    def remake(recording: Path, seen: Callable[[float], None]) -> tuple[Sequence[Measured], str]:
        seen(0.5)
        return [measured(2.5)], ""

    with opened(folder) as desk:
        recompute(desk, desk.clients(), remake)


def _encrypt(folder: Path) -> None:
    with opened(folder) as desk:
        write_sealed(folder / "plain.mcap", folder / "data" / RECORDINGS / "E-5.mcap", keyhole_of(desk))


def _decrypt(folder: Path) -> None:
    with opened(folder) as desk:
        write_plain(desk.folder / RECORDINGS / "A-1.mcap", folder / "out.mcap", keyhole_of(desk))


def _reseal(folder: Path) -> None:
    with opened(folder) as desk:
        part = desk.folder / RECORDINGS / "F-6.mcap.part"
        reseal(part, keyhole_of(desk))
        part.unlink()


def _export(folder: Path) -> None:
    with opened(folder) as desk:
        export_client(desk, client_of(desk, "A-1"), folder / "out", keyhole_of(desk))


BAD_BYTE = {"mend": HEAD + FRAME_HEAD + 100, "mend cut": -10}
"""Of the journal of a crash: in the first page, which was written again later, and in the last one."""
DEEDS: Mapping[str, Deed] = {
    "backup": _backup, "restore": _restore, "restore erased": _restore, "erase": _erase, "migrate": _open,
    "passphrase": _change_passphrase, "move": _move, "let go": _let_go, "take in": _take_in, "recompute": _recompute,
    "encrypt": _encrypt, "decrypt": _decrypt, "reseal": _reseal, "export": _export,
    "mend": _open, "mend cut": _open,
}  # fmt: skip


def prepare(deed: str, folder: Path) -> None:
    """Change the clinic to what the deed begins with."""
    data = folder / "data"
    if deed == "migrate":
        age(data / DATABASE, key_of(folder))
    elif deed == "restore erased":
        (folder / "usb").rename(folder / "drawer")
        with opened(folder) as desk:
            desk.erase(client_of(desk, "A-1"))
        (folder / "drawer").rename(folder / "usb")
    elif deed == "let go":
        data.rename(folder / "old")
        move(folder / "old", data)
    elif deed == "encrypt":
        writer = Writer(folder / "plain.mcap", session={"session": "p", "devices": []}, opened_ns=0)
        writer.write(Notification("pad", "ffe4", 1, b"bytes"))
        writer.close()
    elif deed in BAD_BYTE:
        crash(folder)
        journal = data / f"{DATABASE}-wal"
        left = bytearray(journal.read_bytes())
        left[BAD_BYTE[deed]] ^= 1
        journal.write_bytes(left)
    elif deed == "reseal":
        with opened(folder) as desk:
            record(data / RECORDINGS / "F-6.mcap", keyhole_of(desk)).abandon()


def crash(folder: Path) -> None:
    """Leave the store as a program that was killed leaves it: with a journal that holds a new client and some changes after it."""
    database = folder / "data" / DATABASE
    with opened(folder) as desk:
        desk.add_client("G-7", name=NAME)
        for number in range(6):
            desk.change_setting("clinic", str(number))
        left = {path: path.read_bytes() for path in (database, database.with_name(f"{DATABASE}-wal"))}
    for path, content in left.items():
        path.write_bytes(content)


def age(path: Path, key: DataKey) -> None:
    """Put a store of an old schema in the place of a database, with three clients."""
    path.unlink()
    engine = make_engine(path, key)
    config = migrating._config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "0002")
        for code in ("A-1", "B-2", "C-3"):
            connection.execute(
                text(
                    "INSERT INTO client (id, code, name, search_key, note, created_at, changed) "
                    "VALUES (:id, :code, :name, :code, '', '2026-01-05 10:00:00', 1)"
                ),
                {"id": uuid.uuid4().hex, "code": code, "name": NAME},
            )
        connection.commit()
    engine.dispose()


# ---- what is there afterwards ---------------------------------------------------------------------------------------------------------


def look(folder: Path, name: str = "data") -> Clinic:
    """Open the store as the next start of the program does, demand that everything in it is sound, and return what it holds."""
    with opened(folder, name) as desk:
        assert desk.reach_copies() == []
        desk.check()
        assert desk.tampered() == ""
        keyhole = keyhole_of(desk)
        whole: list[str] = []
        for path in sorted((desk.folder / RECORDINGS).glob("*.mcap")):
            recording = Recording.open(path, keyhole)
            assert recording.complete or sum(1 for _ in recording.notifications()) >= FLUSHED, path.name
            whole.append(path.name)
        for path, digest in desk.sealed().items():
            assert Recording.open(path, keyhole).sha256() == digest, path.name
        with desk.database.reading() as session:
            trials = session.scalar(select(func.count()).select_from(TrialRecord)) or 0
            remade = session.scalar(select(func.count()).select_from(RemadeRecord)) or 0
        return Clinic(tuple(sorted(c.code for c in desk.clients())), trials, remade, tuple(whole))


def client_of(desk: Desk, code: str) -> Client:
    """Return a client."""
    return next(client for client in desk.clients() if client.code == code)


def sound_backups(folder: Path) -> list[tuple[str, ...]]:
    """Demand that every backup is sound, and return the codes of clients in each."""
    found: list[tuple[str, ...]] = []
    for place in sorted((folder / "usb").glob(f"{PREFIX}*")):
        if not place.name.endswith(UNFINISHED):
            key = keys.unlock(place / KEYS, WORDS)
            verify_backup(place, key)
            shutil.copy(place / DATABASE, folder / "look.db")
            database = Database.open(folder / "look.db", key)
            with database.reading() as session:
                found.append(tuple(sorted(session.execute(text("SELECT code FROM client")).scalars())))
            database.close()
            (folder / "look.db").unlink()
    return found


def readable(folder: Path) -> list[str]:
    """Return the files that hold the name in plain text."""
    words = [word.encode(coding) for word in NAME.split() for coding in ("utf-8", "utf-16-le", "utf-16-be")]
    return [path.name for path in folder.rglob("*") if path.is_file() and any(word in path.read_bytes() for word in words)]


def without(clinic: Clinic, code: str) -> Clinic:
    """Return what is there when a client is erased."""
    return replace(
        clinic,
        codes=tuple(c for c in clinic.codes if c != code),
        trials=clinic.trials - 1,
        recordings=tuple(name for name in clinic.recordings if name != f"{code}.mcap"),
    )


if __name__ == "__main__":
    keys.MEMORY_KIB, keys.ITERATIONS = KIB, 1
    with tempfile.TemporaryDirectory() as once:  # what is prepared once is not prepared in every try
        make(Path(once))
        look(Path(once))
    serve(DEEDS)
