import subprocess
import sys
from pathlib import Path

from ankletest.recording.reader import Recording
from ui.rescue import claim, rescue

ROOT = Path(__file__).parents[2]
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


def unfinished(folder: Path, name: str) -> Path:
    """Return the file that a program leaves which ended in the middle."""
    done = subprocess.run([sys.executable, "-c", CRASH, str(folder / name)], cwd=ROOT, check=False)
    assert done.returncode == 9
    return folder / f"{name}.part"


def test_what_a_crash_left_is_sealed_and_the_original_kept(tmp_path: Path) -> None:
    part = unfinished(tmp_path, "a.mcap")
    before = part.read_bytes()
    told: list[float] = []
    done = rescue(tmp_path, told.append)

    (file,) = done.files
    assert file == tmp_path / "a.mcap"
    assert len(list(Recording.open(file).notifications())) == 51
    assert (tmp_path / "a.mcap.part.cut").read_bytes() == before
    assert told == [1.0]
    assert rescue(tmp_path, told.append).files == ()


def test_a_part_with_nothing_in_it_is_told_and_left(tmp_path: Path) -> None:
    (tmp_path / "b.mcap.part").write_bytes(b"")
    done = rescue(tmp_path, lambda _: None)

    assert done.files == ()
    assert "b.mcap.part" in done.sentences[0]
    assert (tmp_path / "b.mcap.part").exists()


def test_a_second_window_does_not_get_the_folder(tmp_path: Path) -> None:
    first = claim(tmp_path)
    second = claim(tmp_path)

    assert first is not None
    assert second is None
    first.unlock()
    assert claim(tmp_path) is not None


def test_a_recording_that_began_after_the_list_was_made_is_left_alone(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(tmp_path / "now.mcap")], cwd=ROOT, check=False)
    before = sorted(path.name for path in tmp_path.iterdir())

    assert rescue(tmp_path, lambda _: None, parts=()).files == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_visit_that_begins_at_once_is_not_taken_for_what_a_crash_left(room) -> None:
    room.connect(0)
    visit, jobs = room.furniture.visit, room.furniture.jobs
    room.qtbot.waitUntil(lambda: not jobs.busy)
    room.qtbot.waitUntil(lambda: visit.session is not None and visit.session.now_s > 6.0, timeout=10_000)
    recording = visit.recording
    visit.close()
    room.qtbot.waitUntil(lambda: not visit.leaving, timeout=10_000)

    assert [path.name for path in recording.parent.iterdir()] == [recording.name]
    assert Recording.open(recording).duration_s > 5.0
