"""Everything about a client in open formats, for the client or under a pseudonym for research: tables, plain recordings, samples, a list.

The one place where names and decrypted recordings leave the store; it is written into the audit log before anything is written elsewhere.
"""

import json
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import ankletest
from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.errors import AnkletestError, ExchangeError, RecordingError, RecordingLocked
from ankletest.exchange.csv_out import write_table
from ankletest.exchange.open_tables import Cells, OpenColumn, OpenTable
from ankletest.exchange.parquet_out import able, put_parquet
from ankletest.exchange.written import together
from ankletest.recording import layout
from ankletest.recording.keyhole import KEYHOLE, Keyhole
from ankletest.recording.mcap_file import part_of
from ankletest.recording.plain_copy import write_plain
from ankletest.recording.reader import Recording
from ankletest.recording.salvage import copy_recording
from ankletest.store import audit
from ankletest.store.audit import Act
from ankletest.store.desk import RECORDINGS, Client, Desk
from ankletest.store.dump import Dumped, dump, dump_pseudonymised
from ankletest.store.migrating import head
from ankletest.store.people import Purpose, Said
from ankletest.store.places import sha256_of
from ankletest.store.records import PseudonymRecord

LIST = "list.json"
SAMPLES = "samples"
UNFINISHED = ".unfinished"
CODE_BYTES = 5
"""40 random bits: nobody's code is another's."""
# Certificates hold serials and dates: numbers made again from a pseudonymised recording are those of a device that was never calibrated,
# the numbers in the tables are those that were stored.
SESSION_FIELDS = ("event", "format", "program", "simulated", "imported")
DEVICE_FIELDS = ("device", "model", "title", "site", "side", "rate_hz", "corrections")
TELLING = frozenset({"client", "date", "operator", "label", "serial", "address", "certificate", "certificates", "note"})
"""Fields of other operator events that are left out of them."""
LOGGED = ("client", "visit", "trial")
"""Tables whose rows the audit log names."""


Unpack = Callable[[Path, Path], list[str]]
"""Writes the samples and numbers of a plain recording into a folder; returns sentences on what they do not hold (``analysis.unpacker``)."""

Told = Callable[[float], None]
"""Is told how far it is, 0 to 1, before each recording; an ``AnkletestError`` of it ends the export, and nothing is left of it."""


def _untold(_: float) -> None:
    """Tell nobody."""


def export_client(
    desk: Desk, client: Client, target: Path, keyhole: Keyhole = KEYHOLE, *, unpack: Unpack | None = None, progress: Told = _untold
) -> list[str]:
    """Write everything about a client into a new folder; return sentences about recordings that are missing or damaged.

    With ``unpack`` the samples of each recording stand in open formats beside it.

    Raises
    ------
    ExchangeError
        The folder is there already, or cannot be written; nothing is left of it then.
    RecordingLocked
        There are encrypted recordings, and the store is locked.
    """
    desk.note(Act.EXPORT, "client", client.id, detail="everything, with the name")
    with desk.database.reading() as session:
        tables = dump(session, client.id)
        mine = {str(i) for table in tables for i in _ids(table)}
        entries = [entry for entry in reversed(audit.entries(session)) if entry.entity_id in mine]
    tables.append(
        Dumped(
            "audit",
            ("at", "actor", "act", "entity", "entity_id", "detail"),
            tuple((e.at.isoformat(), e.actor, e.act, e.entity, e.entity_id, e.detail) for e in entries),
        )
    )

    def copy(source: Path, made: Path) -> str:
        return write_plain(source, made, keyhole)

    return _write(desk, target, tables, copy, stored=_named(tables, "visit"), pseudonym="", unpack=unpack, progress=progress)


def export_pseudonymised(
    desk: Desk, client: Client, target: Path, keyhole: Keyhole = KEYHOLE, *, unpack: Unpack | None = None, progress: Told = _untold
) -> tuple[str, list[str]]:
    """Write what may be shared about a client into a new folder under a new random code.

    Returns
    -------
    The code, which leads back to the client in the store only, and sentences as ``export_client``.

    Raises
    ------
    ExchangeError, RecordingLocked
        As ``export_client``; also where the client refused that data are used for research, or withdrew it.
    """
    asked = client.consent(Purpose.RESEARCH)
    if asked is not None and asked.said is not Said.GIVEN:
        raise ExchangeError(
            f"The client's consent for research is {asked.said.value}{f' since {asked.on}' if asked.on else ''}.",
            "Ask the client again, and enter the answer on the page of the client.",
        )
    code = f"P-{secrets.token_hex(CODE_BYTES)}"
    with desk.database.writing() as session:
        session.add(PseudonymRecord(code=code, client_id=client.id, at=datetime.now(UTC)))
        audit.note(session, Act.EXPORT, "client", client.id, detail=f"pseudonymised as {code}")
    with desk.database.reading() as session:
        tables = dump_pseudonymised(session, client.id, code)
        visits = _named(dump(session, client.id), "visit")

    def copy(source: Path, made: Path) -> str:
        recording = Recording.open(source, keyhole)
        copy_recording(recording, made, sealed=False, keyhole=keyhole, change=lambda n: _anonymous(n, code))
        return recording.damage

    return code, _write(desk, target, tables, copy, stored=visits, pseudonym=code, unpack=unpack, progress=progress)


Copy = Callable[[Path, Path], str]
"""Writes a recording plain, from and to; returns its damage."""


def _write(
    desk: Desk, target: Path, tables: Sequence[Dumped], copy: Copy, *, stored: Dumped, pseudonym: str, unpack: Unpack | None,
    progress: Told,
) -> list[str]:  # fmt: skip
    if target.exists():
        raise ExchangeError(f"{target.name} is there already.", "Choose another name for the folder.")
    working = target.with_name(target.name + UNFINISHED)
    shutil.rmtree(working, ignore_errors=True)
    told: list[str] = []
    try:
        (working / RECORDINGS).mkdir(parents=True)
        (working / "client.json").write_text(
            json.dumps({table.table: table.records() for table in tables}, indent=1, ensure_ascii=False), "utf-8"
        )
        for table in tables:
            write_table(working / f"{table.table}.csv", table.columns, [[_cell(value) for value in row] for row in table.rows])
        if able():
            with together(working) as batch:
                put_parquet(batch, [_typed(table) for table in tables])
        visits = stored.records()
        steps = max(1, len(visits) * (2 if unpack is not None else 1))
        for number, visit in enumerate(visits, start=1):
            progress((number - 1) / steps)
            told += _recording(desk.folder / str(visit["recording"]), working / RECORDINGS, copy, number, pseudonym=pseudonym)
        for number, made in enumerate(sorted((working / RECORDINGS).iterdir()) if unpack is not None else ()):
            progress((len(visits) + number) / steps)
            told += _unpacked(unpack, made, working / SAMPLES / made.stem)
        _list(desk, working, told, pseudonym=pseudonym)
        progress(1.0)
        working.rename(target)
    except OSError as error:
        shutil.rmtree(working, ignore_errors=True)
        raise ExchangeError(f"{target} cannot be written: {error.strerror}.", "Choose another folder, or free some space.") from error
    except AnkletestError:
        shutil.rmtree(working, ignore_errors=True)
        raise
    return told


def _unpacked(unpack: Unpack | None, made: Path, folder: Path) -> list[str]:
    """Write the samples of one recording; what cannot be made of it is told and does not stop the others, a full disk does."""
    if unpack is None:
        return []
    try:
        return [f"{made.name}: {sentence}" for sentence in unpack(made, folder)]
    except AnkletestError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from error
        return [f"The samples of {made.name}: {error.message}"]


def _typed(table: Dumped) -> OpenTable:
    """Return a table of the store with a type for each column: that of its values, text where they differ or are records."""
    return OpenTable(table.table, tuple(_open(name, [_cell(row[k]) for row in table.rows]) for k, name in enumerate(table.columns)), {})


def _open(name: str, values: Sequence[object]) -> OpenColumn:
    kinds = {type(value) for value in values if value is not None}
    for cells, fitting in ((Cells.TRUTH, {bool}), (Cells.WHOLE, {int}), (Cells.NUMBER, {int, float})):
        if kinds and kinds <= fitting:
            return OpenColumn(name, cells, [float(cast("float", v)) if v is not None and cells is Cells.NUMBER else v for v in values])
    return OpenColumn(name, Cells.TEXT, [None if value is None else str(value) for value in values])


def _recording(source: Path, folder: Path, copy: Copy, number: int, *, pseudonym: str) -> list[str]:
    """Write one recording; what cannot be read of it is told and does not stop the others."""
    name = f"visit-{number:03}.mcap" if pseudonym else source.name
    found = next((path for path in (source, part_of(source)) if path.is_file()), None)
    if found is None:
        return [f"The recording of visit {number} is not there."]
    try:
        damage = copy(found, folder / name)
    except RecordingLocked:
        raise
    except RecordingError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from error
        return [f"The recording of visit {number}: {error.message}"]
    return [f"The recording of visit {number}: {damage}"] if damage else []


def _list(desk: Desk, working: Path, told: Sequence[str], *, pseudonym: str) -> None:
    with desk.database.reading() as session:
        newest = audit.head(session)
    files = {p.relative_to(working).as_posix(): sha256_of(p) for p in sorted(working.rglob("*")) if p.is_file()}
    fields = {
        "program": f"ankletest {ankletest.__version__}",
        "schema": head(),
        "exported": f"pseudonymised as {pseudonym}" if pseudonym else "everything, with the name",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "audit_head": newest,
        "remarks": list(told),
        "sha256": files,
    }
    (working / LIST).write_text(json.dumps(fields, indent=1), "utf-8")


def _anonymous(n: Notification, code: str) -> Notification:
    """Return an operator's event without what tells who or when: the open event keeps what a replay needs, of others names go."""
    if (n.device, n.characteristic) != (OPERATOR, EVENT):
        return n
    fields = layout.json_object(n.payload)
    if fields is None:
        return replace(n, payload=b"{}")  # nobody knows what it tells
    if fields.get("event") != "open":
        return layout.event_notification(cast("Mapping[str, object]", _without(fields)), n.received_ns)
    devices = fields.get("devices")
    kept = [_only(device, DEVICE_FIELDS) for device in cast("list[object]", devices)] if isinstance(devices, list) else []
    return layout.event_notification({**_only(fields, SESSION_FIELDS), "client": code, "devices": kept}, n.received_ns)


def _without(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _without(item) for name, item in cast("Mapping[str, object]", value).items() if name not in TELLING}
    return [_without(item) for item in cast("list[object]", value)] if isinstance(value, list) else value


def _only(fields: object, names: Sequence[str]) -> dict[str, object]:
    return {name: fields[name] for name in names if name in fields} if isinstance(fields, Mapping) else {}


def _named(tables: Sequence[Dumped], name: str) -> Dumped:
    return next(table for table in tables if table.table == name)


def _ids(table: Dumped) -> list[object]:
    return [row[table.columns.index("id")] for row in table.rows] if table.table in LOGGED else []


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value
