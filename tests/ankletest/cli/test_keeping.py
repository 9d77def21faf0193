"""Backup, restore, check, audit, passphrase, export and erasure as somebody types them; and encrypted recordings in every command."""

import json
from pathlib import Path

import pytest

from ankletest.recording.keyhole import KEYHOLE, PURPOSE
from ankletest.recording.plain_copy import write_sealed
from ankletest.recording.reader import Recording, is_encrypted
from ankletest.store import keys
from ankletest.store.desk import DATABASE, KEYS, RECORDINGS, Desk
from ankletest.store.folder_lock import FolderLock
from ankletest.wiring import run_command
from tests.ankletest.cli.vault import VISIT, WORDS, Run, sealed_in


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, no_keyring: None) -> Path:
    """A data folder with a client, a sealed visit and its encrypted recording."""
    return sealed_in(tmp_path_factory.mktemp("template") / "data")


def test_a_backup_is_written_and_restored(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    code, out, _ = run("backup", tmp_path / "usb")
    (place,) = (tmp_path / "usb").iterdir()
    assert (code, out.split(": ")[0]) == (0, "Written and verified")
    (folder / DATABASE).write_bytes(b"ruined" * 2000)
    (folder / RECORDINGS / "v.mcap").unlink()
    code, out, err = run("restore", place)

    assert code == 0, err
    assert "What was there before" in out
    assert run("inspect")[0] == 0


def test_a_wrong_passphrase_is_told_and_does_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    for argv in (("backup", tmp_path / "usb"), ("inspect",), ("audit",), ("analyse", tmp_path / "data" / RECORDINGS / "v.mcap")):
        code, out, err = run(*argv, typed="something else")
        assert (code, out) == (2, "")
        assert "The passphrase is not right." in err
    assert list((tmp_path / "usb").iterdir()) == []


def test_a_restore_while_a_window_has_the_folder_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    lock = FolderLock.demand(folder)
    for argv in (("restore", tmp_path), ("client", "erase", "A-1", "--yes")):
        code, _, err = run(*argv)
        assert code == 2
        assert "has the data folder" in err
    lock.unlock()


def test_the_check_finds_what_is_damaged_and_what_is_gone(run: Run, folder: Path) -> None:
    code, out, _ = run("inspect")
    assert (code, "The database is sound." in out, "1 recordings were read." in out) == (0, True, True)
    path = folder / RECORDINGS / "v.mcap"
    good = path.read_bytes()
    path.write_bytes(good[:5000] + bytes([good[5000] ^ 1]) + good[5001:])
    code, out, _ = run("inspect")
    assert code == 1
    assert "v.mcap: The recording is damaged" in out
    path.unlink()
    code, out, _ = run("inspect")

    assert code == 1
    assert "v.mcap is missing." in out


def test_the_check_finds_a_recording_that_was_exchanged(run: Run, folder: Path) -> None:
    desk = Desk.open(folder, keys.unlock(folder / KEYS, WORDS))
    KEYHOLE.insert(desk.derive(PURPOSE))
    desk.close()
    write_sealed(VISIT, folder / RECORDINGS / "v.mcap")
    KEYHOLE.clear()
    code, out, _ = run("inspect")

    assert code == 1
    assert "its checksum is another" in out


def test_the_audit_log_tells_who_did_what(run: Run, tmp_path: Path) -> None:
    run("decrypt", tmp_path / "data" / RECORDINGS / "v.mcap", "-o", tmp_path / "plain.mcap")
    code, out, _ = run("audit")

    assert code == 0
    for word in ("add client", "add visit", "decrypt recording", "unlock store"):
        assert word in out
    assert "Anna" not in out
    assert "A-1" not in out


def test_the_passphrase_is_changed(run: Run) -> None:
    code, out, _ = run("passphrase", typed=f"{WORDS}\nanother one, longer\nanother one, longer\n")
    assert code == 0, out
    assert run("inspect")[0] == 2
    assert run("inspect", typed="another one, longer")[0] == 0
    code, _, err = run("passphrase", typed="another one, longer\nthis is a third\nthat is a third\n")
    assert (code, "differ" in err) == (2, True)
    code, _, err = run("passphrase", typed="another one, longer\npassword2026\npassword2026\n")
    assert (code, "tried first" in err) == (2, True)
    assert run("inspect", typed="another one, longer")[0] == 0


def test_a_new_recovery_code_opens_the_store(run: Run) -> None:
    code, out, _ = run("passphrase", "--recovery")
    recovery = out.strip().rpartition(" ")[2]

    assert code == 0
    assert run("inspect", typed=recovery)[0] == 0


def test_a_client_is_exported_and_erased(run: Run, folder: Path, tmp_path: Path) -> None:
    code, out, _ = run("client", "export", "A-1", "-o", tmp_path / "out")
    assert code == 0
    assert "not encrypted" in out
    assert json.loads((tmp_path / "out" / "client.json").read_text())["client"][0]["name"] == "Anna Berg"
    code, out, _ = run("client", "export", "A-1", "-o", tmp_path / "research", "--pseudonymised")
    assert code == 0
    assert "as P-" in out
    assert run("client", "erase", "A-1")[0] == 2
    assert (folder / RECORDINGS / "v.mcap").exists()
    code, out, _ = run("client", "erase", "A-1", "--yes")

    assert (code, "Erased, with 1 files" in out) == (0, True)
    assert not (folder / RECORDINGS / "v.mcap").exists()
    assert "no client with the code A-1" in run("client", "export", "A-1", "-o", tmp_path / "late")[2]


def test_a_recording_is_decrypted_and_encrypted_again(run: Run, folder: Path, tmp_path: Path) -> None:
    sealed, plain, again = folder / RECORDINGS / "v.mcap", tmp_path / "plain.mcap", tmp_path / "again.mcap"
    assert run("decrypt", sealed, "-o", plain)[0] == 0
    assert run("encrypt", plain, "-o", again)[0] == 0

    assert not is_encrypted(plain)
    assert is_encrypted(again)
    assert list(Recording.open(plain).notifications()) == list(Recording.open(VISIT).notifications())
    assert "there already" in run("decrypt", sealed, "-o", plain)[2]
    assert "over itself" in run("decrypt", sealed, "-o", sealed, "--force")[2]
    assert "is not encrypted" in run("decrypt", plain, "-o", tmp_path / "b.mcap")[2]
    assert not (tmp_path / "b.mcap").exists()


def test_every_command_reads_an_encrypted_recording_and_gives_the_same_numbers(run: Run, folder: Path, tmp_path: Path) -> None:
    sealed = folder / RECORDINGS / "v.mcap"
    code, out, _ = run("analyse", sealed, "--json")
    _, plain, _ = run("analyse", VISIT, "--json")
    assert code == 0
    assert out == plain
    assert run("verify", sealed)[0] == 0
    assert run("replay", sealed, "--text", "--speed", "0")[0] == 0
    assert run("export", sealed, "-o", tmp_path / "tables")[0] == 0


def test_without_a_store_it_is_told_where_there_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--data", str(tmp_path), "backup", str(tmp_path)]) == 2
    assert "There is no store" in capsys.readouterr().err
