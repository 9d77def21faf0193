"""What goes wrong with a store, as somebody at a terminal is told of it: one sentence and a hint, exit code 2, and nothing lost."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ankletest.store import keys
from ankletest.store.desk import DATABASE, KEYS, RECORDINGS, Desk
from ankletest.store.folder_lock import WORK, at_work
from ankletest.store.mending import MENDED, WAL
from ankletest.store.restoring import READY
from ankletest.wiring import run_command
from tests.ankletest.cli.vault import WORDS, Run, sealed_in

Spoil = Callable[[Path], None]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, no_keyring: None) -> Path:
    """A data folder with a client, a sealed visit and its encrypted recording."""
    return sealed_in(tmp_path_factory.mktemp("template") / "data")


def flip(path: Path, at: float) -> None:
    """Change a bit at a share of a file."""
    with path.open("r+b") as file:
        place = round(at * (path.stat().st_size - 1))
        file.seek(place)
        byte = file.read(1)
        file.seek(place)
        file.write(bytes([byte[0] ^ 1]))


def another_key(folder: Path) -> None:
    """Put the key file of another store in, under the same passphrase."""
    for path in (folder / KEYS, folder / "keys-copy.json"):
        path.unlink()
    keys.create(folder / KEYS, WORDS, in_keyring=False)


def both_key_files(folder: Path) -> None:
    flip(folder / KEYS, 0.5)
    flip(folder / "keys-copy.json", 0.5)


def no_key_files(folder: Path) -> None:
    (folder / KEYS).unlink()
    (folder / "keys-copy.json").unlink()


@pytest.mark.parametrize(
    ("spoil", "said", "hint"),
    [
        (lambda folder: flip(folder / DATABASE, 0.0), "does not open with this key", "restore a backup"),
        (lambda folder: flip(folder / DATABASE, 0.5), "damaged", "Restore the newest backup"),
        (lambda folder: (folder / DATABASE).write_bytes(b"short"), "does not open with this key", "restore a backup"),
        (another_key, "does not open with this key", "key file"),
        (both_key_files, "cannot be read", "backup"),
        (no_key_files, "no store in", "data folder"),
    ],
)
def test_a_spoiled_store_is_a_sentence_a_hint_and_code_two(run: Run, folder: Path, spoil: Spoil, said: str, hint: str) -> None:
    spoil(folder)
    recording = (folder / RECORDINGS / "v.mcap").read_bytes()
    code, out, err = run("inspect")

    assert (code, out) == (2, "")
    sentence, _, second = err.strip().partition("\n")
    assert said in sentence
    assert hint in second
    assert (folder / RECORDINGS / "v.mcap").read_bytes() == recording


def test_a_bad_byte_in_the_journal_of_a_crash_is_mended_and_told_once(run: Run, folder: Path) -> None:
    desk = Desk.open(folder, keys.unlock(folder / KEYS, WORDS))
    for number in range(4):
        desk.change_setting("clinic", str(number))
    left = {path: path.read_bytes() for path in (folder / DATABASE, folder / f"{DATABASE}{WAL}")}
    desk.close()
    for path, content in left.items():
        path.write_bytes(content)
    flip(folder / f"{DATABASE}{WAL}", 0.05)

    code, out, err = run("audit")
    assert (code, err.strip()) == (0, MENDED)
    assert out.count("clinic") == 4
    assert "restore store journal" in out
    assert run("audit")[2] == ""


def test_a_key_that_is_no_text_a_wrong_recovery_code_and_nothing_typed_are_wrong_passphrases(run: Run) -> None:
    for typed in ("p\udce4ssword", "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH", "", "x\0y"):
        code, _, err = run("audit", typed=typed)
        assert (code, err.splitlines()[0]) == (2, "The passphrase is not right."), typed


def test_what_is_no_backup_is_told_before_a_passphrase_is_asked_for(run: Run, folder: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for place in (tmp_path / "not there", folder):
        code, _, err = run("restore", place, typed="")
        assert (code, "is no backup of ankletest" in err) == (2, True)
    assert {path: path.read_bytes() for path in before} == before


def test_a_store_that_is_restored_or_moved_by_another_program_is_left_alone(run: Run, folder: Path) -> None:
    with at_work(folder):
        code, _, err = run("audit")
        assert (code, "being restored or moved" in err, "Wait" in err) == (2, True, True)
    assert not (folder / WORK).exists()
    assert run("audit")[0] == 0


def test_a_restore_that_died_is_finished_before_the_passphrase_is_compared(run: Run, folder: Path, tmp_path: Path) -> None:
    key = keys.unlock(folder / KEYS, WORDS)
    desk = Desk.open(folder, key)
    place = desk.backup(tmp_path)
    desk.close()
    keys.change_passphrase(folder / KEYS, key, "changed after the backup")
    ready = shutil.copytree(place, folder / READY)
    (ready / "backup.json").unlink()
    (ready / "aside.name").write_text("before-restore-x")
    (ready / "restore.known.json").write_text('{"made_at": "2026-01-05 10:00", "erased": {}, "backups": {}}')
    code, _, err = run("inspect")

    assert (code, err) == (0, ""), "it opens with the passphrase of the backup"
    assert (folder / "before-restore-x" / DATABASE).is_file()


@pytest.mark.skipif(os.name == "nt", reason="the length of a path has another limit there")
def test_a_store_lies_wherever_a_system_lets_it(tmp_path: Path, capsys: pytest.CaptureFixture[str], template: Path, run: Run) -> None:
    place = tmp_path / "Ärzte & Söhne" / "with 'quotes' and  spaces" / ("long" * 50)
    place.parent.mkdir(parents=True)
    shutil.copytree(template, place)
    (place / "usb").mkdir()

    for argv in (("inspect",), ("backup", str(place / "usb")), ("client", "export", "A-1", "-o", str(place / "out")), ("audit",)):
        code, _, err = run("--data", place, *argv)
        assert (code, err) == (0, "")
    assert run_command(["--data", str(place / "none"), "audit"]) == 2
    assert "There is no store in" in capsys.readouterr().err
