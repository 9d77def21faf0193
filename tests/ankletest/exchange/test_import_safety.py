"""An import that fails takes nothing away: the old recording, a live one's unfinished file and the source stay as they were."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ankletest.errors import AnkletestError, ExchangeError, RecordingError
from ankletest.exchange.importing import import_file
from ankletest.recording.beside import beside
from ankletest.recording.reader import Recording
from ankletest.recording.safe_tail import SafeTail, Sink
from ankletest.wiring import run_command

ROOT = Path(__file__).parents[3]
OLD = b"somebody's only copy"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a table of 20 s that does not compress well, so that its recording needs some 200 kB."""
    path = tmp_path / "f.csv"
    force = np.random.default_rng(5).normal(700.0, 20.0, 20_000)
    np.savetxt(path, np.column_stack((np.arange(20_000) / 1000.0, force)), delimiter=",", header="time_s,force_n", comments="", fmt="%.17g")
    return path


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a file where the recording shall go, beside an unfinished recording of the same name."""
    path = tmp_path / "visit.mcap"
    path.write_bytes(OLD)
    (tmp_path / "visit.mcap.part").write_bytes(OLD)
    return path


def assert_untouched(old: Path, *others: Path) -> None:
    assert old.read_bytes() == OLD
    assert old.with_name("visit.mcap.part").read_bytes() == OLD
    assert {path.name for path in old.parent.iterdir()} == {"visit.mcap", "visit.mcap.part", *(path.name for path in others)}


class FullDisk:
    """A file on a disk with room for 4 kB."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("xb", buffering=0)
        self.write, self.seek, self.truncate = self._write, self.file.seek, self.file.truncate
        self.fileno, self.close = self.file.fileno, self.file.close

    def _write(self, piece: memoryview) -> int:
        if self.file.tell() >= 4096:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self.file.write(piece[: 4096 - self.file.tell()])


def full_disk(path: Path) -> Sink:
    return SafeTail(FullDisk(path))


def test_a_whole_import_takes_the_old_file_s_place_and_leaves_the_unfinished_one(table: Path, old: Path) -> None:
    import_file(table, "force-csv", old)

    assert Recording.open(old).complete
    assert old.with_name("visit.mcap.part").read_bytes() == OLD
    assert len(list(old.parent.iterdir())) == 3


def test_a_row_that_is_wrong_in_the_middle_leaves_the_old_file(table: Path, old: Path) -> None:
    lines = table.read_text().splitlines()
    lines[10_000] = "9.999,seven hundred"
    table.write_text("\n".join(lines))

    with pytest.raises(ExchangeError, match="line 10001: 'seven hundred' is not a number"):
        import_file(table, "force-csv", old)
    assert_untouched(old, table)


def test_a_full_disk_leaves_the_old_file_and_says_what_to_do(table: Path, old: Path) -> None:
    with pytest.raises(RecordingError) as caught:
        import_file(table, "force-csv", old, sink=full_disk)

    assert caught.value.message == "The storage is full: the recording visit.mcap cannot grow."
    assert "Make room" in caught.value.hint
    assert_untouched(old, table)


def test_a_bug_or_an_impatient_person_in_the_middle_leaves_the_old_file(table: Path, old: Path) -> None:
    for exception in (KeyboardInterrupt, ZeroDivisionError):

        def interrupt(share: float, exception: type[BaseException] = exception) -> None:
            if share > 0.5:
                raise exception

        with pytest.raises(exception):
            import_file(table, "force-csv", old, progress=interrupt)
        assert_untouched(old, table)


def test_a_recording_never_replaces_its_own_source(table: Path, tmp_path: Path) -> None:
    whole = table.read_bytes()
    (tmp_path / "same.csv").hardlink_to(table)

    for target in (table, tmp_path / "." / "f.csv", tmp_path / "same.csv"):
        with pytest.raises(ExchangeError, match=r"f\.csv would be replaced by its own recording"):
            import_file(table, "force-csv", target)
    assert table.read_bytes() == whole


@pytest.mark.parametrize("place", ["no/such/folder/a.mcap", "folder", "f.csv/a.mcap"])
def test_a_place_that_cannot_be_written_is_told(table: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(AnkletestError) as caught:
        import_file(table, "force-csv", tmp_path / place)
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "f.csv"}


def run_limited(argv: list[str], size: int) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own that may write files of so many bytes: what a full disk is to it."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    code = f"{limit}; import sys; from ankletest.wiring import run_command; sys.exit(run_command({argv!r}))"
    return subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.skipif(os.name == "nt", reason="only POSIX systems limit the size of files")
@pytest.mark.parametrize(
    "argv",
    [
        ["import", "{table}", "--as", "force-csv", "-o", "{old}", "--force"],
        ["simulate", "stance", "--side", "left", "--duration", "5", "-o", "{old}", "--force"],
    ],
    ids=lambda argv: argv[0],
)
def test_the_command_says_a_sentence_and_a_hint_and_returns_2_when_the_disk_is_full(table: Path, old: Path, argv: list[str]) -> None:
    done = run_limited([part.format(table=table, old=old) for part in argv], 20_000)
    told = [line for line in done.stderr.splitlines() if line.strip()]

    assert done.returncode == 2, done.stderr
    assert "The storage is full: the recording visit.mcap cannot grow." in " ".join(told)
    assert "Make room or choose another place" in " ".join(told)
    assert "Traceback" not in done.stderr
    assert_untouched(old, table)


def test_force_writes_over_and_its_absence_does_not(table: Path, old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands = (
        ["import", str(table), "--as", "force-csv", "-o", str(old)],
        ["simulate", "stance", "--side", "left", "--duration", "5", "-o", str(old)],
    )
    for command in commands:
        old.write_bytes(OLD)

        assert run_command(command) == 2
        assert "is there already" in capsys.readouterr().err
        assert_untouched(old, table)
        assert run_command([*command, "--force"]) == 0
        assert Recording.open(old).complete


def test_a_truth_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["simulate", "stance", "--side", "left", "--duration", "5", "-o", str(tmp_path / "a.mcap"), "--truth", str(tmp_path)]

    assert run_command(command) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert Recording.open(tmp_path / "a.mcap").complete


def test_nothing_takes_the_place_of_a_file_when_nothing_was_written(old: Path) -> None:
    with pytest.raises(RecordingError), beside(old):
        pass
    assert_untouched(old)
