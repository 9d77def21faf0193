"""The client's sheet: three numbers, each with a plain sentence and a picture; nothing is called weaker within error."""

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ankletest import metrics
from ankletest.errors import AnkletestError
from ankletest.exams.history import earlier_of
from ankletest.metrics.change import Finding, Meaning
from ankletest.metrics.published import Person, Sex
from ankletest.samples import Side
from ankletest.trial import Eyes
from ui.report.client import NUMBERS, chosen, client_pdf, sentence, write_client_sheet
from ui.report.sections import ExamSection, ReportOf, sections_of
from ui.words import common as words

pytestmark = pytest.mark.usefixtures("qapp")
VELOCITY, HOLD = metrics.by_key("velocity"), metrics.by_key("hold_time")
HIM = ReportOf(person=Person(25.0, Sex.MALE))


@pytest.fixture(scope="module")
def sections(stance, hops) -> tuple[ExamSection, ...]:
    return sections_of([stance(Side.LEFT), stance(Side.RIGHT, reach_mm=20.0), hops(Side.LEFT), hops(Side.RIGHT)])


def found(section: ExamSection, meaning: Meaning) -> ExamSection:
    pairs = tuple(replace(pair, finding=Finding(meaning, 5.0, "")) for pair in section.pairs)
    return replace(section, sides=replace(section.sides, pairs=pairs))


def test_a_leg_is_called_weaker_only_beyond_error(sections) -> None:
    stance = sections[0]

    assert sentence(found(stance, Meaning.REAL), VELOCITY) == words.CLIENT_WEAKER.format(side="right", other="left")
    assert sentence(found(stance, Meaning.WITHIN), VELOCITY) == words.CLIENT_ALIKE
    assert sentence(found(stance, Meaning.UNKNOWN), VELOCITY) == words.CLIENT_UNSURE
    assert sentence(found(stance, Meaning.REAL), HOLD) == words.CLIENT_UNSURE  # both held on: neither is the weaker


def test_one_leg_alone_is_told_as_such(sections) -> None:
    one = replace(sections[1], left=None, sides=replace(sections[1].sides, pairs=()))

    assert sentence(one, metrics.by_key("contact_time")) == "Only the right leg was tested today."


@pytest.fixture(scope="module")
def followed(stance) -> tuple[tuple[ExamSection, ...], ReportOf]:
    """A stance that figures are published for, with the right leg much worse than the left and than it was."""
    legs = [stance(Side.LEFT, reach_mm=10), stance(Side.RIGHT, reach_mm=40)]
    legs = [replace(one, trial=replace(one.trial, setup=replace(one.trial.setup, eyes=Eyes.CLOSED, duration_s=20.0))) for one in legs]
    was = earlier_of(legs[1].trial, legs[0].values, when=datetime(2026, 1, 5, 12, tzinfo=UTC))
    of = replace(HIM, earlier=(was,))
    return sections_of(legs, of), of


def test_one_sentence_tells_of_both_legs_and_of_the_last_visit(followed) -> None:
    (section,), of = followed

    assert sentence(section, VELOCITY, of) == (
        "Your right leg does this less well than your left leg, and less well than on 2026-01-05; both by more than chance."
    )
    alone = replace(section, sides=replace(section.sides, pairs=()))
    assert sentence(alone, VELOCITY, of) == "Mean sway velocity is worse than on 2026-01-05, by more than chance."
    assert sentence(section, VELOCITY, replace(of, involved=Side.LEFT)).endswith("varies from day to day.")  # the left has no past


def test_there_are_three_numbers_one_of_each_exam_before_a_second_of_any(sections) -> None:
    told = chosen(sections)

    assert len(told) == NUMBERS == 3
    assert [one.section.title for one in told] == [sections[0].title, sections[0].title, sections[1].title]
    assert [one.traced for one in told] == [True, False, True]  # the second number of an exam has bars of its own
    assert len({one.metric.key for one in told}) == 3
    assert len(chosen([*sections, *sections])) == 3
    assert chosen([]) == []


def test_what_has_a_target_or_is_beyond_error_is_told_first(sections, followed) -> None:
    def target(setup, metric) -> str:
        return "400" if metric.key == "ellipse_area" else ""

    assert chosen(sections)[0].metric.key != "ellipse_area"
    assert chosen(sections, ReportOf(target_of=target))[0].metric.key == "ellipse_area"
    (section,), of = followed
    assert chosen([section], of)[0].metric is VELOCITY


def test_the_sheet_is_one_page_with_three_numbers_three_sentences_and_targets_as_text(sections, tmp_path: Path) -> None:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext of poppler is not installed")
    path, of = tmp_path / "sheet.pdf", ReportOf(target_of=lambda setup, metric: "20" if metric.key == "velocity" else "")
    path.write_bytes(client_pdf(sections, title="AB-17", date="2026-11-21", of=of))
    text = " ".join(subprocess.run([tool, "-layout", path, "-"], capture_output=True, text=True, check=True, timeout=60).stdout.split())

    assert words.CLIENT_SHEET in text
    assert "AB-17" in text
    assert "page 1 of 1" in text
    for one in chosen(sections, of):
        assert f"{words.capital(one.metric.title)} · {one.section.title}" in text
        for leg in one.section.legs:
            value = next(value for value in leg.finished.values if value.metric is one.metric)
            assert words.with_unit(value.value, one.metric.decimals, one.metric.unit) in text
    assert text.count(words.CLIENT_UNSURE[:40]) + text.count(words.CLIENT_ALIKE) == 3
    assert text.count("target 20 mm/s") == 2


def test_a_folder_that_cannot_be_written_is_told_and_leaves_nothing(sections, stance, tmp_path: Path) -> None:
    with pytest.raises(AnkletestError, match="cannot be written"):
        write_client_sheet(tmp_path / "none" / "x.pdf", [stance(Side.LEFT)], title="x", date="y")
    assert list(tmp_path.iterdir()) == []
