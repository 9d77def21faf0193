"""Results of a recording: table, symmetry, files."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt

from ankletest.analysis import completed
from ankletest.metrics.base import Status
from ankletest.metrics.published import Sex
from ankletest.trial import Eyes
from ui.desk.store_port import ClientCard
from ui.survey import survey
from ui.words import pages as words

LONG_MS = 20_000


def loaded(room, visit_file: Path):
    room.shell.show_page("results")
    page = room.furniture.results
    page.show_recording(survey(room.furniture.hub, visit_file, lambda _: None))
    return page


def cell(page, title: str, column: str) -> str:
    row = next(r for r in page.numbers.rows if r.title == title)
    return row.cells()[words.METRIC_COLUMNS.index(column)]


def test_an_empty_visit_says_that_trials_will_come(room) -> None:
    room.shell.show_page("results")

    assert room.furniture.results.sentence.text() == words.NO_TRIALS
    assert not room.furniture.results.exports.to_files.isEnabled()


def test_trials_are_listed_with_leg_and_outcome(room, visit_file: Path) -> None:
    page = loaded(room, visit_file)

    assert [row.cells()[1:4] for row in page.trials.rows] == [
        ("Single-leg stance", "L  Left", "Completed"), ("Single-leg stance", "R  Right", "Completed"),
        ("Repeated hops", "L  Left", "Completed"), ("Repeated hops", "R  Right", "Completed"),
    ]  # fmt: skip


def test_a_number_has_value_unit_uncertainty_status_and_profile(room, visit_file: Path) -> None:
    page = loaded(room, visit_file)
    page.trial_view.selectRow(3)
    value = next(v for v in page._survey.finished[3].values if v.metric.key == "contact_time")

    assert cell(page, "Contact time", "Value") == f"{value.value:.3f}"
    assert cell(page, "Contact time", "Unit") == "s"
    assert cell(page, "Contact time", "± (k = 1)") == f"{value.uncertainty:.4f}"
    assert cell(page, "Contact time", "Status").endswith(value.status.value)
    assert cell(page, "Contact time", "Profile") == value.profile


def test_all_numbers_are_shown_when_asked_for(room, visit_file: Path) -> None:
    page = loaded(room, visit_file)
    few = page.numbers.rowCount()
    room.qtbot.mouseClick(page.everything, Qt.MouseButton.LeftButton, pos=page.everything.rect().center() * 0.2)
    if not page.everything.isChecked():
        room.qtbot.keyClick(page.everything, Qt.Key.Key_Space)

    assert page.numbers.rowCount() > few
    # Those that a session does not wait for come as soon as they are made.
    row = page.trial_view.currentIndex().row()
    whole = completed(page._survey.finished[row])
    assert len(whole.values) > len(page._survey.finished[row].values)
    room.qtbot.waitUntil(lambda: page.numbers.rowCount() == len(whole.values), timeout=10_000)
    assert [number.id for number in page.trials.rows[row].numbers] == [value.metric.id for value in whole.values]
    assert page.trial_view.currentIndex().row() == row


def test_left_and_right_are_compared(room, visit_file: Path) -> None:
    page = loaded(room, visit_file)

    assert "Contact time: left" in page.symmetry.accessibleDescription()
    assert "right" in page.symmetry.accessibleDescription()


def test_a_rule_is_kept_where_no_leg_is_named_and_none_is_coloured_without_a_published_error(room, visit_file: Path) -> None:
    page = loaded(room, visit_file)
    told = page.symmetry.accessibleDescription()

    assert "% L, error unknown" in told  # the left leg of this visit is the weaker one
    assert "beyond error" not in told
    assert not page.refused.isVisible()


def test_legs_under_different_conditions_are_told_on_the_page(room, visit_file: Path) -> None:
    page = loaded(room, visit_file)
    first, second, *others = page._survey.finished
    closed = replace(second.trial, setup=replace(second.trial.setup, eyes=Eyes.CLOSED))
    page.show_recording(replace(page._survey, finished=(first, replace(second, trial=closed), *others)))

    assert page.refused.text() == "Single-leg stance: left and right not compared: eyes open on the left, closed on the right."
    assert "Mean sway velocity" not in page.symmetry.accessibleDescription()


def test_what_is_known_of_the_client_decides_what_is_published_beside_their_numbers(room, visit_file: Path) -> None:
    page = loaded(room, visit_file)
    stance = page._survey.finished[0]
    asked = replace(stance.trial.setup, eyes=Eyes.CLOSED, duration_s=20.0)
    # The recorded stances are too short for sway; one number of a longer one stands in.
    values = tuple(replace(v, value=90.0, status=Status.OK, reasons=()) if v.metric.key == "velocity" else v for v in stance.values)
    one = replace(stance, trial=replace(stance.trial, setup=asked), values=values)
    page.show_recording(replace(page._survey, finished=(one,)))
    assert cell(page, "Mean sway velocity", "Published") == ""
    assert page.number_view.isColumnHidden(words.METRIC_COLUMNS.index("Published"))
    room.furniture.visit.choose_client(ClientCard("AB-17", sex=Sex.MALE, birth_year=datetime.now(UTC).year - 25))

    assert cell(page, "Mean sway velocity", "Published") == "86.0 ± 20.0; 91.0 ± 18.0"
    assert not page.number_view.isColumnHidden(words.METRIC_COLUMNS.index("Published"))
    assert page.number_view.isColumnHidden(words.METRIC_COLUMNS.index("Change"))
    assert "professional rugby union players" in page.sentence.text()
    room.furniture.visit.choose_client(ClientCard("ZZ-99", sex=Sex.MALE, birth_year=datetime.now(UTC).year - 25))
    assert cell(page, "Mean sway velocity", "Published") == ""  # the recording is another client's


def test_csv_holds_every_number_in_full(room, visit_file: Path, tmp_path: Path) -> None:
    page = loaded(room, visit_file)
    path = tmp_path / "numbers.csv"
    page.exports.csv(path)
    room.qtbot.waitUntil(lambda: page.sentence.text() == words.EXPORTED.format(path=path), timeout=LONG_MS)

    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    finished = [completed(one) for one in page._survey.finished]
    assert len(rows) == sum(len(f.values) for f in finished)
    value = next(v for v in finished[2].values if v.metric.key == "contact_time")
    assert float(next(r["value"] for r in rows if r["trial"] == "3" and r["key"] == "contact_time")) == value.value


def test_a_report_is_a_pdf(room, visit_file: Path, tmp_path: Path) -> None:
    page = loaded(room, visit_file)
    path = tmp_path / "visit.pdf"
    page.exports.pdf(path)
    room.qtbot.waitUntil(lambda: page.sentence.text() == words.EXPORTED.format(path=path), timeout=LONG_MS)

    assert path.read_bytes().startswith(b"%PDF")


def test_a_file_that_cannot_be_written_is_a_sentence(room, visit_file: Path, tmp_path: Path) -> None:
    page = loaded(room, visit_file)
    page.exports.csv(tmp_path / "no" / "such" / "folder.csv")
    room.qtbot.waitUntil(lambda: "cannot be written" in page.sentence.text(), timeout=LONG_MS)
