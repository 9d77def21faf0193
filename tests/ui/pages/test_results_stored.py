"""Results of stored visits: which visit is shown, what it is compared with, and reports and files made of it as of one going on."""

import csv
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from ankletest.metrics.published import Sex
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.trial import Eyes
from tests.ui.followed import new_desk, visited
from ui.desk.desk_store import DeskStore
from ui.pages.result_traces import with_samples
from ui.pages.results import STORED
from ui.survey import survey
from ui.words import report as words_report
from ui.words import results as told
from ui.words.common import day

LONG_MS = 20_000
NOW = datetime.now(UTC)
FIRST, LAST = NOW - timedelta(days=56), NOW - timedelta(days=2)
KEYS = ("velocity", "contact_time")


def slower(one: Finished, tag: str) -> Finished:
    """Return a trial of another visit whose velocity and contact time were larger by a half."""
    values = tuple(replace(v, value=1.5 * v.value) if v.metric.key in KEYS and v.value is not None else v for v in one.values)
    return replace(one, values=values, trial=replace(one.trial, setup=replace(one.trial.setup, trial=f"{tag}{one.trial.setup.trial}")))


class Desk:
    """The window on a store with two visits of a client; the last one has a recording."""

    def __init__(self, room, visit_file: Path, folder: Path) -> None:
        self.room = room
        self.survey = survey(room.furniture.hub, visit_file, lambda _: None)
        self.desk = new_desk(folder)
        client = self.desk.add_client("AB-17", involved=Side.LEFT, sex=Sex.MALE, birth_year=NOW.year - 25)
        self.recording = folder / "recordings" / "last.mcap"
        self.recording.parent.mkdir(exist_ok=True)
        shutil.copy(visit_file, self.recording)
        finished = self.survey.finished
        visited(self.desk, client, FIRST, *(slower(one, "old-") for one in finished), name="first.mcap")
        visited(self.desk, client, LAST, *finished, name="last.mcap")
        self.store = DeskStore(self.desk)
        visit = room.furniture.visit
        visit.store = self.store
        visit.choose_client(self.store.clients("AB-17")[0])
        self.page = room.furniture.results
        room.shell.resize(1280, 800)
        room.shell.show_page("results")
        self.page.source.setCurrentIndex(self.page.source.findData(STORED))

    def settle(self) -> None:
        self.room.qtbot.waitUntil(lambda: not self.room.furniture.jobs.busy, timeout=LONG_MS)

    def row(self, key: str) -> list[str]:
        view = self.page.exams
        row = next(row for row in range(view.rowCount()) if (line := view.line_at(row)) and line.metric.key == key)
        return [view.item(row, column).text() for column in range(view.columnCount())]

    def written(self, path: Path) -> str:
        self.settle()
        assert str(path) in self.page.sentence.text()
        tool = shutil.which("pdftotext")
        if tool is None:
            pytest.skip("pdftotext of poppler is not installed")
        text = subprocess.run([tool, "-layout", path, "-"], capture_output=True, text=True, check=True, timeout=60).stdout
        return " ".join(text.split())


@pytest.fixture
def stored(room, visit_file: Path, tmp_path: Path):
    it = Desk(room, visit_file, tmp_path / "store")
    yield it
    it.settle()
    room.furniture.visit.store = None
    it.store.close()


def test_the_newest_visit_is_shown_against_those_before_it(stored) -> None:
    assert stored.page.exam_card._right.text() == told.VISIT_OF.format(day=day(LAST))
    cells = stored.row("contact_time")

    assert cells[4].startswith("L  −0.1")  # it was larger by a half
    assert "\nR  −0.1" in cells[4]
    assert cells[4] == cells[5]  # there was one visit before
    assert len(stored.page.symmetry.accessibleDescription().split("; ")) > 3


def test_a_trial_of_an_older_visit_shows_that_visit(stored) -> None:
    qtbot = stored.room.qtbot
    qtbot.mouseClick(stored.page.view_trials, Qt.MouseButton.LeftButton)
    stored.page.trial_view.setFocus()
    qtbot.keyClick(stored.page.trial_view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(stored.page.view_exams, Qt.MouseButton.LeftButton)

    assert stored.page.exam_card._right.text() == told.VISIT_OF.format(day=day(FIRST))
    assert stored.row("contact_time")[4:6] == ["", ""]  # nothing was before it


def test_the_report_of_a_stored_visit_has_its_day_its_pictures_and_what_it_compares_with(stored, tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    assert stored.page.exports.to_pdf.isEnabled()
    stored.page.exports.pdf(path)
    text = stored.written(path)

    assert day(LAST) in text
    assert f"first visit {day(FIRST)}" in text
    assert "Anterior" in text  # of the stabilogram, which is drawn of the samples
    assert "pad (pad):" in text


def test_the_client_s_sheet_of_a_stored_visit_is_one_page(stored, tmp_path: Path) -> None:
    stored.page.exports.sheet(tmp_path / "s.pdf")

    assert "page 1 of 1" in stored.written(tmp_path / "s.pdf")


def test_the_numbers_of_a_stored_visit_as_csv_are_those_that_are_shown(stored, tmp_path: Path) -> None:
    stored.page.exports.csv(tmp_path / "n.csv")
    stored.settle()
    rows = list(csv.DictReader((tmp_path / "n.csv").read_text("utf-8").splitlines()))
    shown = next(v.value for v in stored.survey.finished[2].values if v.metric.key == "contact_time")

    assert {row["trial"] for row in rows} == {"1", "2", "3", "4"}
    assert [float(row["value"]) for row in rows if row["key"] == "contact_time" and row["side"] == "left"] == [pytest.approx(shown)]


def test_without_its_recording_a_visit_still_has_a_report_but_no_samples(stored, tmp_path: Path) -> None:
    stored.recording.unlink()
    stored.page.exports.csv(tmp_path / "n.csv")
    stored.settle()
    assert "last.mcap" in stored.page.sentence.text()
    assert not (tmp_path / "n.csv").exists()

    stored.page.exports.pdf(tmp_path / "r.pdf")
    text = stored.written(tmp_path / "r.pdf")
    value = next(v.value for v in stored.survey.finished[2].values if v.metric.key == "contact_time")
    assert f"{value:.3f}" in text
    assert "Anterior" not in text


def test_samples_that_the_recording_does_not_hold_are_told(stored) -> None:
    shown = [replace(one, trial=replace(one.trial, setup=replace(one.trial.setup, trial="x"))) for one in stored.page._of_visit()]

    with pytest.raises(Exception, match="recording holds no such trial"):
        with_samples(shown, stored.room.furniture.hub.models, demanded=True)
    assert [one.trial.streams for one in with_samples(shown, stored.room.furniture.hub.models, demanded=False)] == [()] * 4


def test_a_recording_of_a_stored_visit_knows_its_day_and_the_visits_before(stored, tmp_path: Path) -> None:
    stored.page.show_recording(stored.survey)
    assert stored.page.exam_card._right.text() == told.VISIT_OF.format(day=day(LAST))
    assert stored.row("contact_time")[4].startswith("L  −0.1")
    stored.page.exports.pdf(tmp_path / "r.pdf")
    text = stored.written(tmp_path / "r.pdf")

    assert day(LAST) in text
    assert f"first visit {day(FIRST)}" in text


def test_a_recording_of_nobody_says_that_its_day_is_not_known(room, visit_file: Path, tmp_path: Path) -> None:
    page = room.furniture.results
    room.shell.show_page("results")
    page.show_recording(survey(room.furniture.hub, visit_file, lambda _: None))

    assert page._shown().date == words_report.PRINTED.format(day=day(datetime.now(UTC)))


def test_published_figures_of_a_number_say_whom_they_are_of_where_the_cursor_is(stored) -> None:
    closed = [
        Finished(
            replace(one.trial, setup=replace(one.trial.setup, eyes=Eyes.CLOSED, duration_s=20.0, trial=f"c{k}")),
            tuple(replace(v, value=60.0) if v.metric.key == "velocity" else v for v in one.values),
        )
        for k, one in enumerate(stored.survey.finished[:2])
    ]
    (client,) = stored.desk.clients("AB-17")
    visited(stored.desk, client, NOW, *closed, name="now.mcap")
    stored.page.refresh()
    stored.page.trial_view.selectRow(0)
    view = stored.page.exams
    row = next(row for row in range(view.rowCount()) if (line := view.line_at(row)) and line.metric.key == "velocity")
    assert view.item(row, 7).text() == "86.0 ± 20.0; 91.0 ± 18.0"
    view.setCurrentCell(row, 1)

    assert "24 professional rugby union players" in stored.page.sentence.text()
    assert "24 professional rugby union players" in view.item(row, 7).toolTip()
    view.setCurrentCell(0, 0)
    assert stored.page.sentence.text() == ""
