"""The walk-throughs of docs/adding.md, done as they are written on a copy of the rooms: one new file, its entry, and it works."""

import difflib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from ankletest.exams import EXAMS
from ankletest.metrics import METRICS
from drivers.catalog import MODELS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "adding.md"
ROOMS = ("ankletest", "drivers", "ui", "calibration")
NEW_FILE = re.compile(r"The new file `(?P<path>[^`]+)`:$")
LINE = re.compile(r"In `(?P<path>[^`]+)`, after the line `(?P<after>[^`]+)`:$")
PRINTS = "It prints:"
"""Of what the block before it prints."""
WEIGHED_KG = 0.2
"""Three SD of: cells that differ in gain by 0.1 % (0.04 kg in the mean of four), and the mean of 5 s of breathing (0.04 kg)."""
SHORT_S = 12.0
TIMING_S = 2e-3
"""A timer rings to the bit; the last sample that is stamped again moves by the clock's fit, which is better than 1 ms at each end."""
ONE_AFTER_ANOTHER = """
import contextlib, io, json, runpy, sys
told = []
for sys.argv in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        except SystemExit as ended:
            if ended.code:
                raise
    told.append(out.getvalue())
print(json.dumps(told))
"""
"""What ``python -m`` does, several times over, until one fails."""


@dataclass(frozen=True)
class Block:
    """A fenced block: the section it is in, its language, the line of prose that announces it, and its text."""

    section: str
    language: str
    said: str
    text: str


def blocks() -> Iterator[Block]:
    """Return the fenced blocks of the page in order."""
    section = said = ""
    lines = iter(PAGE.read_text(encoding="utf-8").splitlines(keepends=True))
    for line in lines:
        if line.startswith("```"):
            inside = []
            while not (found := next(lines)).startswith("```"):
                inside.append(found)
            yield Block(section, line.strip("`\n"), said, "".join(inside))
        elif line.startswith("#"):
            section = line.strip("# \n")
        elif line.strip():
            said = line.strip()


BLOCKS = tuple(blocks())
DEVICE, EXAM, ACT, METRIC = "Add a device model", "Add an exam", "Teach the simulated person", "Add a metric"


class House:
    """A copy of the rooms in which a walk-through is done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for room in ROOMS:
            # With what is compiled already, which keeps its worth because times are copied too.
            shutil.copytree(ROOT / room, folder / room)
        self.work = folder / "work"
        self.work.mkdir()
        self.before = self._files()

    def _files(self) -> dict[str, str]:
        paths = [path for room in ROOMS for path in (self.folder / room).rglob("*.py")]
        return {path.relative_to(self.folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}

    def follow(self, section: str) -> None:
        """Put every block of a section where the page says it goes."""
        for block in BLOCKS:
            if block.section == section:
                self._put(block)

    def _put(self, block: Block) -> None:
        if new := NEW_FILE.match(block.said):
            path = self.folder / new["path"]
            assert not path.exists(), f"{path.name} is not new"
            path.write_text(block.text, encoding="utf-8")
        elif line := LINE.match(block.said):
            path = self.folder / line["path"]
            text = path.read_text(encoding="utf-8")
            assert text.count(f"{line['after']}\n") == 1, f"{line['path']} holds no such line, or several: {line['after']!r}"
            path.write_text(text.replace(f"{line['after']}\n", f"{line['after']}\n{block.text}"), encoding="utf-8")

    def changed(self) -> tuple[list[str], dict[str, list[str]]]:
        """Return the new files, and of the others the lines that were added or taken."""
        now = self._files()
        differ = {
            path: [row for row in difflib.ndiff(text.splitlines(), now[path].splitlines()) if row[0] in "+-"]
            for path, text in self.before.items()
        }
        return sorted(now.keys() - self.before.keys()), {path: rows for path, rows in differ.items() if rows}

    def run(self, *arguments: str) -> str:
        """Run Python with the copy in the place of the rooms; return what it prints."""
        place = {**os.environ, "PYTHONPATH": str(self.folder), "QT_QPA_PLATFORM": "offscreen", "NO_COLOR": "1"}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.work, env=place, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def commands(self, section: str) -> list[str]:
        """Run the commands of a section as they are written, in one process: most of their time is importing."""
        (block,) = [block for block in BLOCKS if block.section == section and block.language == "sh"]
        lines = [shlex.split(line) for line in block.text.splitlines()]
        assert all(line[:3] == ["python", "-m", "ankletest"] for line in lines)
        return json.loads(self.run("-c", ONE_AFTER_ANOTHER, json.dumps([line[2:] for line in lines])))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.parametrize(
    ("section", "new", "catalog", "names"),
    [
        (DEVICE, "drivers/codecs/acme_scale.py", "drivers/catalog.py", "acme_scale"),
        (EXAM, "ankletest/exams/stance_short.py", "ankletest/exams/__init__.py", "stance_short"),
        (METRIC, "ankletest/metrics/hold_mass.py", "ankletest/metrics/__init__.py", "hold_mass"),
    ],
)
def test_a_walk_through_is_one_new_file_and_its_entry(house: House, section: str, new: str, catalog: str, names: str) -> None:
    house.follow(section)
    made, changed = house.changed()

    assert made == [new]
    assert list(changed) == [catalog]
    imported, listed = changed[catalog]
    assert imported == f"+     {names},"
    assert re.fullmatch(rf"\+     \*?{names}\.(MODEL|EXAM|METRICS),", listed)


def test_a_device_decodes_what_its_notifications_hold(house: House) -> None:
    house.follow(DEVICE)
    shown, printed = [block.text for block in BLOCKS if block.section == DEVICE][-2:]

    assert house.run("-c", shown) == printed
    assert "acme-scale" not in {model.key for model in MODELS}  # the copy, not this house, has learnt it


def test_an_exam_is_simulated_and_analysed(house: House) -> None:
    house.follow(EXAM)
    told, analysed = house.commands(EXAM)
    (trial,) = json.loads(analysed)["trials"]
    found = {value["id"]: value for value in trial["metrics"]}

    assert "short-stance, left leg: completed" in told
    assert (trial["exam"], trial["side"], trial["outcome"]) == ("short-stance", "left", "completed")
    assert trial["window"][1] - trial["window"][0] == pytest.approx(SHORT_S, abs=TIMING_S)
    assert found["ST-01"]["value"] == pytest.approx(SHORT_S, abs=TIMING_S)
    assert found["SW-02"]["status"] == "OK"
    assert stood_s(house) > 30.0  # what --duration asks for
    assert "short-stance" not in {exam.key for exam in EXAMS}


def test_a_movement_of_the_simulated_person_is_one_line(house: House) -> None:
    house.follow(EXAM)
    house.follow(ACT)
    told, _ = house.commands(EXAM)
    changed = house.changed()[1]

    assert list(changed) == ["ankletest/exams/__init__.py", "drivers/people/acts.py"]
    assert len(changed["drivers/people/acts.py"]) == 1
    assert "short-stance, left leg: completed" in told
    assert SHORT_S < stood_s(house) < 30.0


def stood_s(house: House) -> float:
    """Return how long the simulated person truly stood on one leg."""
    (trial,) = json.loads((house.work / "short.json").read_text(encoding="utf-8"))["trials"]
    start, end = trial["stance_s"]
    return end - start


def test_a_metric_is_listed_and_right(house: House) -> None:
    house.follow(METRIC)
    _, analysed = house.commands(METRIC)
    (trial,) = json.loads(analysed)["trials"]
    (value,) = [value for value in trial["metrics"] if value["id"] == "ST-90"]

    assert value["value"] == pytest.approx(81.5, abs=WEIGHED_KG)
    assert (value["unit"], value["status"], value["profile"], value["version"]) == ("kg", "OK", "P-FJUMP", 1)
    assert value["uncertainty"] is None
    assert "ST-90" not in {metric.id for metric in METRICS}


def test_what_is_checked_for_free_holds_for_all_of_them(house: House) -> None:
    for section in (DEVICE, EXAM, ACT, METRIC):
        house.follow(section)
    (table,) = re.findall(r"(?:^\|.*\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    tests = re.findall(r"tests/[\w/]+\.py", table)
    shutil.copytree(ROOT / "tests", house.folder / "tests", ignore=shutil.ignore_patterns("__pycache__", "ui", "recording", "store"))
    shutil.copy(ROOT / "pyproject.toml", house.folder)
    (house.folder / "fixtures").symlink_to(ROOT / "fixtures")
    python = [str(house.folder / path) for path in (*house.changed()[0], *house.changed()[1])]

    told = house.run("-m", "pytest", "-q", "--rootdir", str(house.folder), "-c", str(house.folder / "pyproject.toml"),
                     *(str(house.folder / path) for path in tests))  # fmt: skip
    house.run("-m", "ruff", "check", *python)
    house.run("-m", "ruff", "format", "--check", *python)

    assert len(tests) == 3
    assert " passed" in told


def test_every_block_says_where_it_goes() -> None:
    for block, following in pairwise((*BLOCKS, None)):
        match block.language:
            case "python":
                shown = following is not None and following.said == PRINTS
                assert shown or NEW_FILE.match(block.said), block.said
            case "text":
                assert block.said == PRINTS or LINE.match(block.said), block.said
            case language:
                assert language == "sh"
    assert {block.section for block in BLOCKS} == {DEVICE, EXAM, ACT, METRIC}
