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
from ankletest.metrics.symmetry import compare
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.trial import Eyes
from ui.report.compared import lsi_told, published_lines, row_of, verdict_told
from ui.report.over_time import rows_of
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


def test_the_first_and_the_last_visit_and_the_target_stand_beside_each_number(tmp_path, legs):
    january, march = (datetime(2026, month, 5, 12, tzinfo=UTC) for month in (1, 3))
    velocity = next(v.value for v in legs[0].values if v.metric.key == "velocity")
    past = tuple(earlier_of(legs[0].trial, moved(legs[0], by), when=when) for by, when in ((60.0, january), (1.0, march)))

    def target(setup, metric) -> str:
        return "20.0" if (setup.side, metric.key) == (Side.LEFT, "velocity") else ""

    of = replace(HIM, earlier=past, target_of=target)
    (section,) = sections_of(legs, of)
    rows = rows_of(section, of)

    assert {row[1] for row in rows} == {"L"}  # the right leg was never here before, and has no target
    (row,) = (row for row in rows if row[0] == "Mean sway velocity, mm/s")
    assert row[3:] == (
        f"{velocity + 60.0:.1f}", "−60.0  real, better", f"{velocity + 1.0:.1f}", "−1.0  within error", "20.0",
    )  # fmt: skip
    write_visit_report(tmp_path / "r.pdf", legs, title="C-1", date="2026", of=of)
    text = text_of(tmp_path / "r.pdf")
    assert "Compared with earlier visits and targets · first visit 2026-01-05 · last visit 2026-03-05" in text
    other = replace(legs[1].trial, setup=replace(legs[1].trial.setup, trial="x"))
    late = replace(of, earlier=(*past, earlier_of(other, legs[1].values, when=march)))
    (row,) = (row for row in rows_of(section, late) if row[:2] == ("Mean sway velocity, mm/s", "L"))
    assert row[3] == f"{velocity + 60.0:.1f}  (2026-01-05)"  # the right leg came first in March


def test_after_one_earlier_visit_it_is_told_once_and_after_none_nothing(tmp_path, legs):
    of = replace(HIM, earlier=(earlier_of(legs[0].trial, legs[1].values, when=datetime(2026, 1, 5, 12, tzinfo=UTC)),))
    row = next(row for row in rows_of(sections_of(legs, of)[0], of) if row[0].startswith("Mean sway velocity"))

    assert row[5:] == ("", "", "")
    assert rows_of(sections_of(legs, HIM)[0], HIM) == []
    write_visit_report(tmp_path / "r.pdf", legs, title="C-1", date="2026", of=HIM)
    assert "Compared with" not in text_of(tmp_path / "r.pdf")


def moved(one: Finished, by: float):
    return [replace(v, value=v.value + by) if v.metric.key == "velocity" else v for v in one.values]


def test_of_faults_the_difference_stands_in_the_place_of_an_index(legs):
    (section,) = sections_of(legs, HIM)
    errors = next(pair for pair in section.pairs if pair.left.metric.key == "errors")
    wrong = replace(errors, comparison=compare(0.0, 2.0, metric=errors.left.metric))

    assert lsi_told(errors) == "="
    assert lsi_told(wrong) == "R +2"
    assert grade(row_of(wrong)) == ""


def test_a_figure_is_told_once_for_both_legs(legs):
    lines = published_lines(sections_of(legs, HIM)[0], HIM)

    assert len(lines) == len(set(lines)) == 2


def test_legs_under_other_conditions_are_refused_on_paper(tmp_path, stance):
    write_visit_report(tmp_path / "r.pdf", [stance(Side.LEFT), closed(stance(Side.RIGHT))], title="C-1", date="2026")

    assert "left and right not compared: hold 30 s on the left, 20 s on the right; eyes open on the left" in text_of(tmp_path / "r.pdf")
