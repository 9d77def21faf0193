"""Commands on a data folder: a module that gives a ``template`` has a copy of it for each test, and ``run`` types commands on that copy."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ankletest.recording.keyhole import KEYHOLE
from ankletest.wiring import run_command
from tests import drawers
from tests.ankletest.cli.vault import WORDS, Run


@pytest.fixture(scope="module")
def no_keyring() -> Iterator[None]:
    with drawers.no_keyring():
        yield


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """A copy of the template: keys are dear to make."""
    return shutil.copytree(template, tmp_path / "data")


@pytest.fixture
def run(no_keyring: None, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the data folder with these lines on standard input; return its code and what it said."""

    def run(*argv: object, typed: str = WORDS) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        monkeypatch.setenv("COLUMNS", "240")
        code = run_command(["--data", str(folder), *map(str, argv)])
        out, err = capsys.readouterr()
        assert not KEYHOLE.open, "no key stays behind"
        return code, out, err

    return run
