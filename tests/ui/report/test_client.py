"""The client's sheet: one picture, three numbers, one plain sentence of each exam; nothing is called weaker within error."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ankletest.errors import AnkletestError
from ankletest.metrics.change import Finding, Meaning
from ankletest.samples import Side
from ui import words
from ui.report.client import NUMBERS, client_pdf, sentence, write_client_sheet
from ui.report.sections import ExamSection, sections_of

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def sections(stance, hops) -> tuple[ExamSection, ...]:
    return sections_of([stance(Side.LEFT), stance(Side.RIGHT, reach_mm=20.0), hops(Side.LEFT), hops(Side.RIGHT)])


def found(section: ExamSection, meaning: Meaning) -> ExamSection:
    pairs = tuple(replace(pair, finding=Finding(meaning, 5.0, "")) for pair in section.pairs)
    return replace(section, sides=replace(section.sides, pairs=pairs))


def test_a_leg_is_called_weaker_only_beyond_error(sections) -> None:
    stance = sections[0]

    worse = [pair for pair in stance.pairs if pair.comparison.weaker is not None]
    beyond = replace(stance, sides=replace(stance.sides, pairs=tuple(worse)))
    assert sentence(found(beyond, Meaning.REAL)) == words.CLIENT_WEAKER.format(side="right", other="left")
    assert sentence(found(stance, Meaning.WITHIN)) == words.CLIENT_ALIKE
    assert sentence(found(stance, Meaning.UNKNOWN)) == words.CLIENT_UNSURE


def test_legs_are_called_alike_only_where_they_are_in_every_number(sections) -> None:
    # Both held 30 s, which is equal; whether the difference of their sway is real nobody knows.
    assert {pair.finding.meaning for pair in sections[0].pairs} == {Meaning.WITHIN, Meaning.UNKNOWN}
    assert sentence(sections[0]) == words.CLIENT_UNSURE


def test_one_leg_alone_is_told_as_such(sections) -> None:
    one = replace(sections[1], left=None, sides=replace(sections[1].sides, pairs=()))

    assert sentence(one) == "Only the right leg was tested today."


def test_the_sheet_has_three_numbers_of_each_exam_as_text(sections, tmp_path: Path) -> None:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext of poppler is not installed")
    path = tmp_path / "sheet.pdf"
    path.write_bytes(client_pdf(sections, title="AB-17", date="2026-11-21"))
    text = subprocess.run([tool, "-layout", path, "-"], capture_output=True, text=True, check=True, timeout=60).stdout

    assert words.CLIENT_SHEET in text
    assert "AB-17" in text
    for section in sections:
        assert section.title in text
        clinical = [value for value in section.left.finished.values if value.metric.clinical and value.value is not None][:NUMBERS]
        assert len(clinical) == NUMBERS
        for value in clinical:
            assert words.capital(value.metric.title) in text
            assert words.number(value.value, value.metric.decimals) in text


def test_exams_without_a_trace_of_their_own_are_drawn_as_bars(sections) -> None:
    bare = [
        replace(leg, evidence=replace(leg.evidence, cop=None, hops=None)) for leg in (sections[1].left, sections[1].right)
    ]  # fmt: skip
    with_bars = client_pdf([replace(sections[1], left=bare[0], right=bare[1])], title="x", date="y")

    assert with_bars.startswith(b"%PDF")


def test_a_folder_that_cannot_be_written_is_told_and_leaves_nothing(sections, stance, tmp_path: Path) -> None:
    with pytest.raises(AnkletestError, match="cannot be written"):
        write_client_sheet(tmp_path / "none" / "x.pdf", [stance(Side.LEFT)], title="x", date="y")
    assert list(tmp_path.iterdir()) == []
