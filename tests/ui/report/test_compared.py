"""Left against right, change and published figures on paper."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ankletest.exams.history import earlier_of
from ankletest.metrics.published import Person, Sex
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.trial import Eyes
from ui.report.compared import change_lines, lsi_told, published_lines, row_of, verdict_told
from ui.report.sections import ReportOf, sections_of
from ui.report.visit import write_visit_report
from ui.widgets.symmetry import grade

pytestmark = pytest.mark.usefixtures("qapp")
HIM = ReportOf(person=Person(25.0, Sex.MALE))


def closed(finished: Finished) -> Finished:
    """Return a stance as the variant that figures are published for."""
    return replace(finished, trial=replace(finished.trial, setup=replace(finished.trial.setup, eyes=Eyes.CLOSED, duration_s=20.0)))


def text_of(pdf: Path) -> str:
    found = shutil.which("pdftotext")
    if found is None:
        pytest.skip("pdftotext of poppler is not installed")
    told = subprocess.run([found, "-layout", pdf, "-"], capture_output=True, text=True, check=True, timeout=60).stdout
    return re.sub(r"\s+", " ", told)


@pytest.fixture(scope="module")
def legs(stance) -> list[Finished]:
    return [closed(stance(Side.LEFT, reach_mm=10)), closed(stance(Side.RIGHT, reach_mm=40))]


def test_what_fits_the_client_is_on_paper_with_its_source(tmp_path, legs):
    write_visit_report(tmp_path / "r.pdf", legs, title="C-1", date="2026", of=HIM)
    text = text_of(tmp_path / "r.pdf")

    assert "Mean sway velocity, published: 86.0 ± 20.0; 91.0 ± 18.0 mm/s (24 professional rugby union players" in text
    assert "Mean sway velocity: minimal detectable change from J Sports Sci Med 17:174" in text
    assert re.search(r"(real, > 27\.7|within 27\.7)", text)


def test_what_does_not_fit_is_not_on_paper(tmp_path, legs):
    write_visit_report(tmp_path / "r.pdf", legs, title="C-1", date="2026")
    text = text_of(tmp_path / "r.pdf")

    assert "published:" not in text
    assert "real," not in text


def test_nothing_below_the_mdc_has_a_colour(legs):
    (section,) = sections_of(legs, HIM)
    pairs = {pair.left.metric.key: pair for pair in section.pairs}
    real = [pair for pair in section.pairs if grade(row_of(pair))]

    # The made-up right leg sways four times as far: beyond every MDC that fits, and nothing fits but velocities.
    assert {pair.left.metric.key for pair in real} == {"velocity", "velocity_ml", "velocity_ap"}
    assert verdict_told(pairs["velocity"]).startswith("real, > 27.7")
    assert verdict_told(pairs["ellipse_area"]) == "–"
    assert lsi_told(pairs["velocity"]).endswith("% R")
    assert lsi_told(None) == verdict_told(None) == "–"


def test_without_a_client_nothing_has_a_colour(legs):
    (section,) = sections_of(legs)

    assert not any(grade(row_of(pair)) for pair in section.pairs)


def test_changes_since_earlier_visits_are_lines(legs):
    january = datetime(2026, 1, 5, 12, tzinfo=UTC)
    of = replace(HIM, earlier=(earlier_of(legs[0].trial, legs[1].values, when=january),))
    (section,) = sections_of(legs, of)
    lines = change_lines(section, of)

    assert any(re.fullmatch(r"Mean sway velocity, left: −[0-9.]+ since 2026-01-05: real, better\.", line) for line in lines)
    assert not any(", right:" in line for line in lines)
    assert change_lines(section, HIM) == []


def test_a_figure_is_told_once_for_both_legs(legs):
    lines = published_lines(sections_of(legs, HIM)[0], HIM)

    assert len(lines) == len(set(lines)) == 2


def test_legs_under_other_conditions_are_refused_on_paper(tmp_path, stance):
    write_visit_report(tmp_path / "r.pdf", [stance(Side.LEFT), closed(stance(Side.RIGHT))], title="C-1", date="2026")

    assert "left and right not compared: hold 30 s on the left, 20 s on the right; eyes open on the left" in text_of(tmp_path / "r.pdf")
