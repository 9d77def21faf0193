"""Everything about a client goes out in open formats; under a pseudonym nothing goes out that tells who it is."""

import csv
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from ankletest.analysis import unpacker
from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.errors import ExchangeError, RecordingError, RecordingLocked
from ankletest.exchange import client_out
from ankletest.exchange.client_out import LIST, export_client, export_pseudonymised
from ankletest.exchange.out import Format
from ankletest.metrics.published import Sex
from ankletest.recording.keyhole import PURPOSE, Keyhole
from ankletest.recording.mcap_file import part_of
from ankletest.recording.reader import Recording, is_encrypted
from ankletest.recording.writer import Writer
from ankletest.samples import Side
from ankletest.store.desk import RECORDINGS, Client, Desk
from ankletest.store.dump import client_tables
from ankletest.store.keys import DataKey
from ankletest.store.people import Consent, Details, Purpose, Said
from ankletest.store.places import sha256_of
from ankletest.store.records import AS_DAYS, KEPT, LEFT_OUT, TrialRecord, VisitRecord
from drivers.catalog import MODELS

NAME, CODE = "Unmistakable Personname", "UP-1971"
SESSION_ID = "6b9c0d7e-4a1f-4c52-9d3b-8e21f0a7c645"
TELLING = ("client", "date", "operator", "label", "serial", "address", "certificate", "certificates", "note")
ORDER = json.dumps(
    {"event": "calibrate", "order": {"kind": "tare", **dict.fromkeys(TELLING, "x")}, "all": [{"n": 1, "note": "x"}]}
).encode()
KEPT_ORDER = b'{"event":"calibrate","order":{"kind":"tare"},"all":[{"n":1}]}'
GARBAGE = b"Unmistakable, and no JSON"
ITEMS = [Notification("pad", "ffe4", i * 1_000_000, bytes([i % 256]) * 20) for i in range(300)]
ITEMS[100:100] = [Notification(OPERATOR, EVENT, 99_500_000, ORDER), Notification(OPERATOR, EVENT, 99_600_000, GARBAGE)]
KEPT_AS = {ORDER: KEPT_ORDER, GARBAGE: b"{}"}
SHARED_ITEMS = [replace(item, payload=KEPT_AS.get(item.payload, item.payload)) for item in ITEMS]
SESSION = {
    "client": CODE,
    "session": SESSION_ID,
    "devices": [
        {"device": "pad", "model": "native-pad", "title": "Pad", "site": "pad", "side": None, "serial": "SN-77", "address": "AA:BB"}
    ],
}


@pytest.fixture
def keyhole(key: DataKey) -> Keyhole:
    keyhole = Keyhole()
    keyhole.insert(key.derive(PURPOSE))
    return keyhole


@pytest.fixture
def key() -> DataKey:
    return DataKey(bytes(range(32)))


@pytest.fixture
def desk(tmp_path: Path, key: DataKey) -> Iterator[Desk]:
    desk = Desk.open(tmp_path / "data", key)
    yield desk
    desk.database.close()


@pytest.fixture
def client(desk: Desk, keyhole: Keyhole) -> Client:
    """A client with two visits four weeks apart, a trial each, encrypted recordings; and somebody else."""
    client = desk.book.enter(
        Details(
            CODE, NAME, 62.5, Side.RIGHT, Sex.FEMALE, birth_date=date(1971, 5, 17), height_m=1.7, dominant=Side.LEFT,
            injury="fell off her sister's horse", injured_on=date(2025, 12, 6), measures={"heel_raise.lever_m.left": 0.15},
            consents=(Consent(Purpose.RESEARCH, Said.GIVEN, date(2025, 12, 24)),),
        )
    )  # fmt: skip
    for number in range(2):
        path = desk.folder / RECORDINGS / f"2026-01-0{number + 1}_{CODE}.mcap"
        writer = Writer(path, session=SESSION, sink=keyhole.sink)
        for item in ITEMS:
            writer.write(item)
        writer.close()
        visit = desk.open_visit(client, path)
        with desk.database.writing() as session:
            row = session.get_one(VisitRecord, visit)
            row.opened_at = datetime(2026, 1, 5, 9, 30, tzinfo=UTC) + timedelta(days=28 * number, hours=number)
            session.add(
                TrialRecord(
                    visit_id=visit,
                    number=1,
                    exam="stance",
                    side="left",
                    setup={"exam": "stance"},
                    outcome="completed",
                    reasons=["=1+1"],
                    quality={"loss_percent": 0.5},
                )
            )
            session.execute(text("UPDATE client SET note = 'her sister is Unmistakable too' WHERE code = :code"), {"code": CODE})
    other = desk.add_client("ZZ-99", name="Somebody Else")
    desk.open_visit(other, desk.folder / RECORDINGS / "other.mcap")
    return client


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() + path.name.encode() for path in folder.rglob("*") if path.is_file())


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_everything_goes_out_and_the_recordings_are_plain(desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path) -> None:
    told = export_client(desk, client, tmp_path / "out", keyhole)
    out = json.loads((tmp_path / "out" / "client.json").read_text())
    paths = sorted((tmp_path / "out" / RECORDINGS).iterdir())

    assert told == []
    assert out["client"][0]["name"] == NAME
    assert out["client"][0]["note"] == "her sister is Unmistakable too"
    assert [visit["opened_at"][:10] for visit in out["visit"]] == ["2026-01-05", "2026-02-02"]
    assert [trial["quality"] for trial in out["trial"]] == [{"loss_percent": 0.5}] * 2
    assert table(tmp_path / "out" / "client.csv")[0]["name"] == NAME
    assert json.loads(table(tmp_path / "out" / "trial.csv")[0]["reasons"]) == ["=1+1"]
    assert [entry["act"] for entry in out["audit"]][-1] == "export"
    assert {entry["entity"] for entry in out["audit"]} == {"client", "visit"}
    (other,) = desk.clients("ZZ-99")
    assert str(other.id) not in (tmp_path / "out" / "client.json").read_text()
    assert len(paths) == 2
    for path in paths:
        assert not is_encrypted(path)
        recording = Recording.open(path, Keyhole())
        assert recording.complete
        assert list(recording.notifications())[1:] == ITEMS
    assert b"Somebody" not in everything(tmp_path / "out")
    assert b"ZZ-99" not in everything(tmp_path / "out")


def test_the_list_names_every_file_with_its_sum(desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path) -> None:
    export_client(desk, client, tmp_path / "out", keyhole)
    listed = json.loads((tmp_path / "out" / LIST).read_text())
    here = {p.relative_to(tmp_path / "out").as_posix(): sha256_of(p) for p in (tmp_path / "out").rglob("*") if p.is_file()}
    del here[LIST]

    assert listed["sha256"] == here
    assert listed["schema"] == "0007"
    assert listed["audit_head"]


def test_under_a_pseudonym_nothing_tells_who_it_is(desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path) -> None:
    code, told = export_pseudonymised(desk, client, tmp_path / "out", keyhole)
    out = json.loads((tmp_path / "out" / "client.json").read_text())
    content = everything(tmp_path / "out")

    assert told == []
    for secret in (
        NAME,
        "Unmistakable",
        CODE,
        "sister",
        "2026-01-05",
        "2026-02",
        "1971-05",
        "horse",
        "2025-12",
        str(client.id),
        client.id.hex,
        "SN-77",
        "AA:BB",
        SESSION_ID,
    ):
        assert secret.encode() not in content, secret
    assert not re.search(rb"(?<![0-9A-Fa-f-])1971(?![0-9A-Fa-f])", content), (
        "the year of birth; four digits stand in many a checksum by chance"
    )
    (person,) = out["client"]
    assert person == {
        "id": code, "mass_kg": 62.5, "involved_side": "right", "sex": "female", "changed": person["changed"], "age_years": 55,
        "height_m": 1.7, "dominant_side": "left", "tested_side": None, "injured_on_days": -30,
        "measures": {"heel_raise.lever_m.left": 0.15},
    }  # fmt: skip
    assert [visit["opened_at_days"] for visit in out["visit"]] == [0, 28]
    assert [visit["client_id"] for visit in out["visit"]] == [code, code]
    assert {trial["visit_id"] for trial in out["trial"]} == {visit["id"] for visit in out["visit"]}
    assert "pseudonym" not in out
    for number, path in enumerate(sorted((tmp_path / "out" / RECORDINGS).iterdir()), start=1):
        assert path.name == f"visit-{number:03}.mcap"
        recording = Recording.open(path, Keyhole())
        # zstd would hide a name from the search above.
        inside = b"".join(n.payload for n in recording.notifications())
        assert CODE.encode() not in inside
        assert b"SN-77" not in inside
        assert recording.session["client"] == code
        assert [d.model for d in recording.devices] == ["native-pad"]
        assert list(recording.notifications())[1:] == SHARED_ITEMS


def test_days_are_counted_from_the_clients_own_first_visit_and_a_great_age_is_not_told(
    desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path
) -> None:
    with desk.database.writing() as session:
        for change in (
            "UPDATE visit SET opened_at = '2020-01-01 10:00:00.000000' WHERE recording LIKE '%other%'",
            "UPDATE visit SET opened_at = '2025-12-31 09:30:00.000000' WHERE recording LIKE '%-02_%'",
            "UPDATE client SET birth_year = 1920",
        ):
            session.execute(text(change))
    export_pseudonymised(desk, client, tmp_path / "out", keyhole)
    out = json.loads((tmp_path / "out" / "client.json").read_text())

    assert [visit["opened_at_days"] for visit in out["visit"]] == [0, 5]
    assert out["client"][0]["age_years"] == 90


def test_a_pseudonym_leads_back_in_the_store_only_and_is_new_each_time(
    desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path
) -> None:
    one, _ = export_pseudonymised(desk, client, tmp_path / "one", keyhole)
    two, _ = export_pseudonymised(desk, client, tmp_path / "two", keyhole)
    with desk.database.reading() as session:
        known = session.execute(text("SELECT code, client_id FROM pseudonym")).all()

    assert one != two
    assert {(c, i) for c, i in known} == {(one, client.id.hex), (two, client.id.hex)}
    assert [entry.detail for entry in desk.entries(of=client.id)[:2]] == [f"pseudonymised as {two}", f"pseudonymised as {one}"]


@pytest.mark.parametrize("said", [Said.REFUSED, Said.WITHDRAWN])
def test_who_does_not_consent_to_research_does_not_go_out_under_a_pseudonym(desk: Desk, tmp_path: Path, said: Said) -> None:
    asked = (Consent(Purpose.RESEARCH, Said.GIVEN, date(2026, 1, 2)), Consent(Purpose.RESEARCH, said, date(2026, 3, 4)))
    desk.book.enter(Details(code="NO-1", consents=asked))
    client = desk.book.by_code("NO-1")
    assert client is not None

    with pytest.raises(ExchangeError, match=f"{said.value} since 2026-03-04"):
        export_pseudonymised(desk, client, tmp_path / "out")

    assert not (tmp_path / "out").exists()
    export_client(desk, client, tmp_path / "own")  # one's own data may always be had
    assert (tmp_path / "own" / LIST).is_file()


def test_missing_and_damaged_recordings_are_told_and_stop_nothing(desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path) -> None:
    first, second = sorted((desk.folder / RECORDINGS).iterdir())
    first.unlink()
    second.write_bytes(second.read_bytes()[:-60])
    told = export_client(desk, client, tmp_path / "out", keyhole)

    assert len(told) == 2
    assert any("is not there" in sentence for sentence in told)
    assert any("damaged" in sentence or "missing" in sentence for sentence in told)
    assert json.loads((tmp_path / "out" / LIST).read_text())["remarks"] == told
    (tmp_path / "out" / RECORDINGS / second.name).unlink()
    assert export_pseudonymised(desk, client, tmp_path / "shared", keyhole)[1] == told


def test_a_recording_that_was_cut_short_goes_out_under_its_name(desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path) -> None:
    first, _ = sorted((desk.folder / RECORDINGS).iterdir())
    first.rename(part_of(first))

    assert export_client(desk, client, tmp_path / "out", keyhole) == []
    assert list(Recording.open(tmp_path / "out" / RECORDINGS / first.name, Keyhole()).notifications())[1:] == ITEMS


def test_a_disk_that_is_full_at_a_recording_ends_the_export_and_leaves_nothing(
    desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, made: Path, _: Keyhole) -> str:
        made.write_bytes(source.read_bytes()[:5])
        raise RecordingError("The recording cannot be written.", "") from OSError(28, os.strerror(28))

    monkeypatch.setattr(client_out, "write_plain", full)
    with pytest.raises(ExchangeError, match="cannot be written: No space left"):
        export_client(desk, client, tmp_path / "out", keyhole)
    assert not [p for p in tmp_path.iterdir() if p.name.startswith("out")]


def test_a_locked_store_and_a_taken_name_leave_nothing(desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path) -> None:
    with pytest.raises(RecordingLocked):
        export_client(desk, client, tmp_path / "out", Keyhole())
    assert not [p for p in tmp_path.iterdir() if p.name.startswith("out")]
    (tmp_path / "out").mkdir()
    with pytest.raises(ExchangeError, match="there already"):
        export_client(desk, client, tmp_path / "out", keyhole)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExchangeError, match="cannot be written"):
        export_client(desk, client, tmp_path / "file" / "out", keyhole)


def test_every_column_about_a_client_says_what_becomes_of_it_under_a_pseudonym() -> None:
    silent = [
        f"{table.name}.{column.name}"
        for table in client_tables()
        for column in table.columns
        if column.info not in (KEPT, LEFT_OUT, AS_DAYS)
    ]

    assert silent == []
    assert client_tables()[0].name == "client"
    assert {"visit", "trial", "result", "pseudonym"} <= {table.name for table in client_tables()}


# ---- samples beside the recordings --------------------------------------------------------------------------------------------------


def simulated(desk: Desk, keyhole: Keyhole, tmp_path: Path) -> Client:
    """Return a client whose one visit has a recording that can be analysed."""
    client = desk.add_client("S-1", name=NAME)
    path = desk.folder / RECORDINGS / "s.mcap"
    source = Recording.open(Path(__file__).parents[3] / "fixtures" / "visit" / "visit.mcap")
    writer = Writer(path, session={**SESSION, **source.session}, sink=keyhole.sink)
    for item in list(source.notifications())[1:]:
        writer.write(item)
    writer.close()
    desk.open_visit(client, path)
    return client


def test_samples_and_numbers_go_out_beside_the_recordings(desk: Desk, keyhole: Keyhole, tmp_path: Path) -> None:
    client = simulated(desk, keyhole, tmp_path)
    told = export_client(desk, client, tmp_path / "out", keyhole, unpack=unpacker(MODELS, [Format.CSV, Format.C3D]))
    samples = tmp_path / "out" / "samples" / "s"
    listed = json.loads((tmp_path / "out" / LIST).read_text())["sha256"]

    assert told == []
    assert {"pad.csv", "metrics.csv", "about.json", "001_stance_left_pad.c3d"} <= {path.name for path in samples.iterdir()}
    assert listed["samples/s/metrics.csv"] == sha256_of(samples / "metrics.csv")


def test_under_a_pseudonym_samples_tell_nothing_either(desk: Desk, keyhole: Keyhole, tmp_path: Path) -> None:
    client = simulated(desk, keyhole, tmp_path)
    code, told = export_pseudonymised(desk, client, tmp_path / "out", keyhole, unpack=unpacker(MODELS, [Format.JSON]))
    (record,) = (tmp_path / "out" / "samples").rglob("recording.json")

    assert told == []
    assert json.loads(record.read_text())["session"]["client"] == code
    assert b"AA:BB" not in record.read_bytes()
    assert CODE.encode() not in record.read_bytes()


def test_a_recording_whose_samples_cannot_be_made_is_told_and_the_rest_goes_out(
    desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path
) -> None:
    told = export_client(desk, client, tmp_path / "out", keyhole, unpack=unpacker((), [Format.CSV]))

    assert len(told) == 2
    assert "The samples of 2026-01-0" in told[0]
    assert len(list((tmp_path / "out" / RECORDINGS).iterdir())) == 2


def test_the_tables_are_there_as_parquet_with_types(desk: Desk, client: Client, keyhole: Keyhole, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow, an optional extra, is not installed")
    export_client(desk, client, tmp_path / "out", keyhole)
    rows = parquet.read_table(tmp_path / "out" / "client.parquet")

    assert rows["mass_kg"].to_pylist() == [62.5]
    assert rows["birth_year"].to_pylist() == [1971]
    assert rows["name"].to_pylist() == [NAME]
