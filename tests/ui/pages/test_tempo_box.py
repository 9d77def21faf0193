"""One list of tempos: a choice enters its numbers, and the last one shows them; on the Test page and in the battery editor alike."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QComboBox

from ankletest import exams
from ankletest.programme.battery import Step
from ankletest.samples import Side
from ankletest.trial import Setup
from ui.pages.setup_bar import SetupBar
from ui.pages.step_form import StepForm
from ui.pages.tempo_box import TempoBox
from ui.words import pages as words

WITH_TEMPOS = [exam for exam in exams.EXAMS if exam.tempos]
OWN = words.TEMPO_OWN


@pytest.fixture
def form(qtbot) -> StepForm:
    it = StepForm()
    qtbot.addWidget(it)
    it.show()
    return it


def entries(box: QComboBox) -> list[str]:
    return [box.itemText(row) for row in range(box.count())]


@pytest.mark.parametrize("exam", WITH_TEMPOS, ids=lambda exam: exam.key)
def test_every_tempo_of_an_exam_is_offered_and_enters_its_numbers(bar: SetupBar, qtbot, exam) -> None:
    bar.choose_exam(exam.key)
    box = bar.tempos[exam.key]

    assert entries(box) == [*(tempo.title for tempo in exam.tempos), OWN]
    assert box.isVisible()
    assert box.accessibleName() == "Tempo"
    for row in (*range(1, len(exam.tempos)), 0):
        with qtbot.waitSignal(bar.changed):
            box.setCurrentIndex(row)
        given = bar.setup(Side.LEFT).given
        assert {key: given[key] for key in exam.tempos[row].given} == exam.tempos[row].given
        assert exam.tempos[row].title in bar.told()
        assert not any(number.isVisible() for number in box.mine.values())


def test_only_exams_with_tempos_have_the_list(bar: SetupBar) -> None:
    assert set(bar.tempos) == {"hops", "heel_raise"}
    bar.choose_exam("stance")
    assert not any(box.isVisible() for box in bar.tempos.values())


def test_own_shows_the_numbers_as_they_were_and_what_is_typed_counts(bar: SetupBar) -> None:
    bar.choose_exam("heel_raise")
    box = bar.tempos["heel_raise"]
    box.setCurrentText("Fast up, four down")
    box.setCurrentText(OWN)

    assert all(number.isVisible() for number in box.mine.values())
    assert {key: number.value() for key, number in box.mine.items()} == {"beats": 60.0, "lowers": 4.0}
    box.mine["beats"].setValue(45.0)
    assert bar.setup(Side.LEFT).given["beats"] == 45.0
    assert "Metronome 45 /min" in bar.told()
    box.mine["beats"].setValue(60.0)
    assert box.own, "nothing goes away while somebody types"


def test_the_list_is_worked_by_keys_and_takes_no_focus_by_a_click(bar: SetupBar, qtbot) -> None:
    """A box that was clicked would swallow the space bar, which starts the test."""
    bar.choose_exam("hops")
    box = bar.tempos["hops"]
    assert box.focusPolicy() == Qt.FocusPolicy.TabFocus
    box.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(2):
        qtbot.keyClick(box, Qt.Key.Key_Down)

    assert box.currentText() == "Pogo 140 /min"
    assert bar.setup(Side.LEFT).given == {"legs": 1.0, "beats": 140.0}
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert box.own
    assert box.mine["beats"].isVisible()


def test_what_a_battery_asks_for_is_shown_by_its_name(bar: SetupBar) -> None:
    bar.take(Setup("hops", Side.LEFT, hops=20, given={"legs": 2.0, "beats": 160.0}))
    assert bar.tempos["hops"].currentText() == "Pogo 160 /min"
    assert bar.told() == "20 hops  ·  Legs: 2  ·  Pogo 160 /min"
    bar.take(Setup("hops", Side.LEFT, given={"beats": 133.0}))
    assert bar.tempos["hops"].own
    assert bar.asked["hops", "beats"].isVisible()
    # What was tried before is no part of a test that says nothing of it.
    bar.take(Setup("hops", Side.LEFT))
    assert bar.told() == "10 hops  ·  Legs: 1  ·  No metronome"
    assert bar.setup(Side.LEFT).given == {"legs": 1.0, "beats": 0.0}


# ---- in the form of a step ----------------------------------------------------------------------------------------------------------


def test_a_step_shows_its_tempo_and_a_choice_is_stored_as_numbers(form: StepForm, qtbot) -> None:
    form.show_step(Step("heel_raise", given={"beats": 60.0}))
    assert isinstance(form.tempo, TempoBox)
    assert form.tempo.currentText() == "60 /min (norms)"
    assert not form.asks["beats"].isVisible()
    with qtbot.waitSignal(form.changed):
        form.tempo.setCurrentText("Two up, two down")
    assert form.step.given == {"beats": 30.0}
    form.tempo.setCurrentText("Fast up, four down")
    assert form.step.given == {"beats": 60.0, "lowers": 4.0}


def test_own_opens_the_numbers_of_a_step_and_changes_nothing(form: StepForm) -> None:
    form.show_step(Step("hops", given={"beats": 140.0}))
    before = form.step
    assert form.tempo is not None
    form.tempo.setCurrentText(OWN)

    assert form.step == before
    assert form.asks["beats"].isVisible()
    form.asks["beats"].setValue(150.0)
    assert form.step.given == {"beats": 150.0}
    form.show_step(form.step)
    assert form.tempo.own, "no tempo of the list"


def test_a_step_of_another_exam_has_no_tempo(form: StepForm) -> None:
    form.show_step(Step("hops"))
    form.show_step(Step("stance"))

    assert form.tempo is None
    assert [box for box in form.findChildren(TempoBox) if box.isVisible()] == []


def test_the_keys_go_through_a_step_in_the_order_that_is_seen(form: StepForm) -> None:
    form.show_step(Step("hops", given={"beats": 131.0}))
    order, now = [], form.exam
    for _ in range(200):
        now = now.nextInFocusChain()
        if now in (form.hops, form.tempo, form.asks["beats"]):
            order.append(now)
        if now is form.exam:
            break

    assert order == [form.hops, form.tempo, form.asks["beats"]]


@pytest.mark.parametrize("exam", WITH_TEMPOS, ids=lambda exam: exam.key)
def test_every_tempo_can_be_read(bar: SetupBar, exam) -> None:
    bar.choose_exam(exam.key)
    box = bar.tempos[exam.key]

    for text in entries(box):
        assert QFontMetricsF(box.font()).horizontalAdvance(text) < box.width() - 30  # padding and arrow
