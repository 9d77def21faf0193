"""The report on paper: what is in it, that it is vectors and text, and that it says so when it cannot be written."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QFont

from ankletest.errors import AnkletestError
from ankletest.exams.pairs import Sides
from ankletest.metrics.change import Finding, Meaning
from ankletest.samples import Side
from ankletest.trial import Outcome
from ui.report.page import CELL_PX, CELL_PX_LEAST, fitting_px
from ui.report.sections import sections_of
from ui.report.visit import VisitReport, visit_pdf, write_visit_report
from ui.words import common as words

pytestmark = pytest.mark.usefixtures("qapp")
DATE, TITLE = "21 November 2026", "Client C-0007"


def poppler(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} of poppler is not installed")
    return found


def text_of(pdf: Path) -> str:
    return subprocess.run([poppler("pdftotext"), "-layout", pdf, "-"], capture_output=True, text=True, check=True, timeout=60).stdout


def line_with(text: str, start: str) -> str:
    return next(re.sub(r" {2,}", " | ", line.strip()) for line in text.splitlines() if start in line)


@pytest.fixture(scope="module")
def visit(stance, hops):
    return [stance(Side.LEFT, reach_mm=10), stance(Side.RIGHT, reach_mm=13), hops(Side.LEFT), hops(Side.RIGHT, contact_s=0.27)]


@pytest.fixture(scope="module")
def pdf(visit, qapp, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "visit.pdf"
    write_visit_report(path, visit, title=TITLE, date=DATE, note="Repeat in two weeks.")
    return path


def test_the_report_can_be_searched_for_whose_it_is_and_every_result(pdf, visit):
    text = text_of(pdf)
    values = {value.metric.key: value for value in visit[0].values}
    path = next(value for value in values.values() if value.metric.id == "SW-06" and value.metric.clinical)

    assert all(part in text for part in (TITLE, DATE, "Repeat in two weeks.", "eyes open, firm surface, 30 s", "completed, held 30.0 s"))
    assert f"{path.value:.{path.metric.decimals}f} ±" in line_with(text, f"{path.metric.title[1:]}, {path.metric.unit}")
    for value in (value for each in visit for value in each.values if value.metric.clinical):
        assert value.metric.id in text
        assert value.value is None or words.number(value.value, value.metric.decimals) in text


def test_the_research_tier_stands_in_the_report_of_who_asks_for_it(pdf, visit, tmp_path):
    path = tmp_path / "all.pdf"
    write_visit_report(path, visit, title=TITLE, date=DATE, research=True)
    plain, everything = text_of(pdf), text_of(path)

    assert "Further numbers" in everything
    assert "Further numbers" not in plain
    assert "DFA" not in plain
    for value in (value for each in visit for value in each.values):
        assert value.metric.id in everything
        assert value.value is None or words.number(value.value, value.metric.decimals) in everything


def test_signs_are_not_lost_to_search_and_copy(pdf):
    text = text_of(pdf)

    assert "C-0007" in text
    assert "±" in text
    assert "mm²" in text


def test_the_report_says_how_it_was_measured(pdf):
    text = " ".join(text_of(pdf).split())

    assert "pad (pad): 200.00 Hz of 200 Hz, timing device clock" in text
    assert "no sample missing" in text
    assert "P-COP" in text
    assert re.search(r"SW-06 v\d", text)
    assert re.search(r"page 1 of [2-9]", text)
    assert re.search(r"page ([2-9]) of \1", text)
    assert "not a medical device" in text


def test_what_is_left_out_is_told(pdf):
    assert "left out" in text_of(pdf)


def test_the_report_is_vectors_and_its_fonts_are_in_it(pdf):
    images = subprocess.run([poppler("pdfimages"), "-list", pdf], capture_output=True, text=True, check=True, timeout=60).stdout
    fonts = subprocess.run([poppler("pdffonts"), pdf], capture_output=True, text=True, check=True, timeout=60).stdout

    assert len(images.splitlines()) == 2  # the head of the list only
    rows = fonts.splitlines()[2:]
    assert any("Inter-Regular" in row for row in rows)
    assert all(re.search(r"\byes\s+(yes|no)\s+yes\b", row) for row in rows)


def test_the_report_is_small(pdf):
    # 319 of 343 kB were paths of 3,000 points; at 50 points a second a page of two is well under this.
    assert pdf.stat().st_size < 200_000


def test_one_leg_alone_and_no_trials_at_all_are_told(tmp_path, stance):
    write_visit_report(tmp_path / "one.pdf", [stance(Side.RIGHT)], title=TITLE, date=DATE)
    write_visit_report(tmp_path / "none.pdf", [], title=TITLE, date=DATE)

    assert "not tested" in text_of(tmp_path / "one.pdf")
    assert "There are no trials in this visit." in text_of(tmp_path / "none.pdf")


def test_a_run_that_is_invalid_says_why_and_has_no_numbers(tmp_path, stance):
    failed = stance(Side.LEFT, outcome=Outcome.INVALID, reasons=("the pad was lost",))
    write_visit_report(tmp_path / "r.pdf", [failed], title=TITLE, date=DATE)
    text = text_of(tmp_path / "r.pdf")

    assert "invalid" in text
    assert "the pad was lost" in text
    assert "INVALID" in line_with(text, "Mean sway velocity, mm/s")


def test_of_several_trials_the_newest_usable_one_is_shown(stance):
    first, last, failed = stance(Side.LEFT), stance(Side.LEFT, reach_mm=15), stance(Side.LEFT, outcome=Outcome.INVALID)
    sections = sections_of([failed, first, last, failed])

    assert len(sections) == 1
    assert sections[0].left is not None
    assert sections[0].left.finished is last
    assert sections[0].right is None
    assert sections[0].pairs == ()


def test_the_ellipse_drawn_is_the_one_reported(stance):
    leg = sections_of([stance(Side.LEFT)])[0].left
    assert leg is not None
    assert leg.outline is not None
    reported = {value.metric.key: value.value for value in leg.finished.values if value.metric.id == "SW-07"}

    assert any(value == pytest.approx(leg.outline.first_mm) for value in reported.values())


def test_an_index_has_a_colour_only_where_the_core_says_it_is_real(visit):
    section = sections_of(visit)[0]
    pairs = section.pairs
    plain = visit_pdf(VisitReport(TITLE, DATE, (section,)))
    real = tuple(replace(pair, finding=Finding(Meaning.REAL, None, "")) for pair in pairs)
    coloured = replace(section, sides=Sides(real))

    assert len(visit_pdf(VisitReport(TITLE, DATE, (coloured,)))) != len(plain)


def test_a_report_that_cannot_be_written_says_so_and_leaves_what_was_there(tmp_path, visit):
    with pytest.raises(AnkletestError, match=r"cannot be written to .*No such file or directory") as told:
        write_visit_report(tmp_path / "nowhere" / "r.pdf", visit, title=TITLE, date=DATE)

    assert told.value.hint
    folder = tmp_path / "r.pdf"
    folder.mkdir()
    with pytest.raises(AnkletestError, match="cannot be written"):
        write_visit_report(folder, visit, title=TITLE, date=DATE)
    assert list(tmp_path.iterdir()) == [folder]


def test_long_names_are_set_smaller_before_they_are_cut():
    assert fitting_px("Path", 200.0, QFont.Weight.Normal) == CELL_PX
    assert CELL_PX_LEAST < fitting_px("Reactive strength index, best five of ten", 220.0, QFont.Weight.Normal) < CELL_PX
    assert fitting_px("W" * 200, 100.0, QFont.Weight.Normal) == CELL_PX_LEAST


def test_a_report_can_be_made_beside_the_window(tmp_path, visit):
    # The job thread makes it, so that the window goes on; nothing in it may be a widget.
    with ThreadPoolExecutor(max_workers=1) as beside:
        beside.submit(write_visit_report, tmp_path / "r.pdf", visit, title=TITLE, date=DATE).result(timeout=30)

    assert TITLE in text_of(tmp_path / "r.pdf")
