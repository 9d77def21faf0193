import subprocess
import sys
from pathlib import Path

from ankletest.recording.reader import Recording
from ankletest.store.places import RECORDINGS
from ankletest.store.restoring import ASIDE, READY
from ui.desk.rescue import claim, rescue, unfinished
from ui.furnish import Furniture
from ui.shell import Shell

ROOT = Path(__file__).parents[3]
CRASH = """
import os, sys
from pathlib import Path
from ankletest.device import Notification
from ankletest.recording.mcap_file import Writer
writer = Writer(Path(sys.argv[1]), session={"session": "s", "devices": []}, opened_ns=0)
for number in range(50):
    writer.write(Notification("pad", "x", number * 1_000_000, bytes([number])))
writer.flush()
os._exit(9)
"""


def crashed(folder: Path, name: str) -> Path:
    """Return the file that a program leaves which ended in the middle."""
    done = subprocess.run([sys.executable, "-c", CRASH, str(folder / name)], cwd=ROOT, check=False)
    assert done.returncode == 9
    return folder / f"{name}.part"


def test_what_a_crash_left_is_sealed_and_the_original_kept(tmp_path: Path) -> None:
    part = crashed(tmp_path, "a.mcap")
    before = part.read_bytes()
    told: list[float] = []
    done = rescue(unfinished(tmp_path), told.append)

    (file,) = done.files
    assert file == tmp_path / "a.mcap"
    assert len(list(Recording.open(file).notifications())) == 51
    assert (tmp_path / "a.mcap.part.cut").read_bytes() == before
    assert told == [1.0]
    assert rescue(unfinished(tmp_path), told.append).files == ()


def test_a_part_with_nothing_in_it_is_told_and_left(tmp_path: Path) -> None:
    (tmp_path / "b.mcap.part").write_bytes(b"")
    done = rescue(unfinished(tmp_path), lambda _: None)

    assert done.files == ()
    assert "b.mcap.part" in done.sentences[0]
    assert (tmp_path / "b.mcap.part").exists()


def test_a_second_window_does_not_get_the_folder(tmp_path: Path) -> None:
    first = claim(tmp_path)
    second = claim(tmp_path)

    assert first is not None
    assert second is None
    first.unlock()
    third = claim(tmp_path)
    assert third is not None
    third.unlock()


def test_a_recording_that_this_window_begins_is_not_taken_for_unfinished(qtbot, hub, tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir()
    left = crashed(tmp_path / "recordings", "a.mcap")
    shell = Shell()
    furniture = Furniture(shell, hub, folder=tmp_path)
    own = crashed(tmp_path / "recordings", "b.mcap")  # before the job has run: it waits for Qt's loop
    shell.show()
    qtbot.waitUntil(lambda: not furniture.jobs.busy)

    assert not left.exists()
    assert (tmp_path / "recordings" / "a.mcap").exists()
    assert own.exists()
    shell.close()


def test_a_restore_that_died_is_finished_before_anything_is_recorded(tmp_path: Path) -> None:
    (tmp_path / READY / RECORDINGS).mkdir(parents=True)
    (tmp_path / READY / ASIDE).write_text("before-restore-x")
    (tmp_path / READY / RECORDINGS / "of the backup.mcap").write_text("whole")
    (tmp_path / "before-restore-x" / RECORDINGS).mkdir(parents=True)
    (tmp_path / "before-restore-x" / RECORDINGS / "before.mcap").write_text("aside")
    (tmp_path / RECORDINGS).mkdir()  # as a window makes it that does not know
    (tmp_path / RECORDINGS / "meanwhile.mcap").write_text("recorded")
    lock = claim(tmp_path)
    assert lock is not None
    lock.unlock()

    assert [path.name for path in (tmp_path / RECORDINGS).iterdir()] == ["of the backup.mcap"]
    assert sorted(path.name for path in (tmp_path / "before-restore-x").rglob("*.mcap")) == ["before.mcap", "meanwhile.mcap"]
    assert not (tmp_path / READY).exists()
