"""What is asked for can be read, whatever the exam: labels, numbers, units, and words where a number says nothing."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit

from ankletest import exams
from ankletest.exams.base import Ask
from ankletest.samples import Side
from ui.pages.ask_box import AskBox, Labelled
from ui.pages.setup_bar import SetupBar
from ui.words import pages as words


def shown(bar: SetupBar) -> list[Labelled]:
    return [one for one in bar.findChildren(Labelled) if one.isVisible()]


@pytest.mark.parametrize("exam", exams.EXAMS, ids=lambda exam: exam.key)
def test_everything_that_an_exam_asks_for_can_be_read_in_the_smallest_window(room, exam) -> None:
    room.shell.resize(1280, 800)
    room.shell.show_page("test")
    bar = room.furniture.test.setup_bar
    bar.choose_exam(exam.key)
    room.qtbot.wait(1)  # the layout is made with the next turn

    tempo = bar.tempos.get(exam.key)
    asked = sum(not ask.research for ask in exam.asks) + (1 - len(tempo.mine) if tempo is not None else 0)  # one list for its numbers
    fixed = {"stance": 3, "hops": 1}.get(exam.key, 0)
    assert len(shown(bar)) == 2 + fixed + asked
    for one in shown(bar):
        assert one.label.shown == one.label.text() == one.label.text()[:1].upper() + one.label.text()[1:]
        assert one.label.toolTip() == ""
        assert one.geometry().right() <= bar.width()
        if isinstance(one.control, QAbstractSpinBox):
            edit = one.control.findChild(QLineEdit)
            room_px = edit.contentsRect().width() - edit.textMargins().left()
            assert QFontMetricsF(edit.font()).horizontalAdvance(one.control.text()) < room_px
            assert edit.width() == one.control.width(), "Qt gave the text of the box no room"
    combo = bar.exam
    assert QFontMetricsF(combo.font()).horizontalAdvance(combo.currentText()) < combo.width() - 40  # padding and arrow


def test_nothing_moves_when_a_run_begins(room) -> None:
    room.connect(0)
    page = room.furniture.test
    room.qtbot.wait(1)
    before = page.live.geometry(), page.start.geometry().bottom()
    room.qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    room.qtbot.waitUntil(lambda: page.touch.isVisible(), timeout=3000)
    room.qtbot.wait(1)

    assert (page.live.geometry(), page.start.geometry().bottom()) == before


def test_nothing_moves_either_where_the_set_up_takes_two_lines(room) -> None:
    room.connect(1)
    room.shell.resize(1280, 800)
    room.shell.show_page("test")
    page = room.furniture.test
    page.setup_bar.choose_exam("hops")
    room.qtbot.wait(1)
    low = page.setup_bar.height()
    page.setup_bar.choose_exam("heel_raise")
    page.setup_bar.tempos["heel_raise"].setCurrentText(words.TEMPO_OWN)
    room.qtbot.waitUntil(lambda: page.setup_bar.height() > low)
    before = page.live.geometry()
    room.qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    room.qtbot.waitUntil(lambda: page.touch.isVisible(), timeout=3000)
    room.qtbot.wait(1)

    assert page.live.geometry() == before


def test_a_label_is_the_first_words_of_a_title_and_the_rest_is_its_hint(qtbot) -> None:
    box = AskBox(Ask("x", "target of the hold, share of the best push", "%", 10.0, 90.0, 50.0))
    qtbot.addWidget(box)

    assert box.head == "Target of the hold"
    assert box.accessibleName() == box.toolTip() == "Target of the hold, share of the best push"
    assert box.text() == "50 %"
    assert box.told == "Target of the hold 50 %"
    assert box.entered


def test_where_nothing_may_be_assumed_nothing_is_entered_until_somebody_does(qtbot) -> None:
    box = AskBox(Ask("lever", "Lever: ankle to the ball of the foot", "m", 0.05, 0.40, decimals=3))
    qtbot.addWidget(box)
    assert (box.text(), box.entered, box.head) == (words.NOT_ENTERED, False, "Lever")
    box.setValue(0.14)

    assert (box.text(), box.entered) == ("14.0 cm", True)


@pytest.mark.parametrize(
    ("title", "least", "text"),
    [
        ("metronome (60 for norms, 0: own tempo)", 0.0, "own tempo"),
        ("Hold at the target afterwards (0: none)", 0.0, "none"),
        ("Incline", 0.0, "0"),
        ("Depth (0: flat)", -5.0, "0"),  # 0 is not the least: Qt knows a word for the least alone
    ],
)
def test_what_0_means_is_said_in_words(qtbot, title: str, least: float, text: str) -> None:
    box = AskBox(Ask("x", title, "", least, 20.0, 0.0))
    qtbot.addWidget(box)

    assert box.text() == text
    assert box.value() == 0.0
    assert box.entered


def test_only_what_was_entered_for_the_exam_chosen_is_its_set_up(bar: SetupBar) -> None:
    bar.asked["calf_strength", "lever_m"].setValue(0.15)
    bar.choose_exam("heel_raise")
    setup = bar.setup(Side.RIGHT)

    assert setup.side is Side.RIGHT
    assert "lever_m" not in setup.given  # what was entered for one exam is no other's
    assert setup.mass_kg is None
    assert bar.told() == "Legs: 1  ·  No metronome  ·  Raises: as many as possible  ·  Foot incline 0 °"
    bar.choose_exam("calf_strength")
    assert bar.setup(Side.RIGHT).given["lever_m"] == 0.15
    assert not any(math.isnan(value) for value in bar.setup(Side.RIGHT).given.values())


def test_a_title_that_is_cut_is_told_as_a_hint(bar: SetupBar, qtbot) -> None:
    bar.choose_exam("heel_raise")
    (lever,) = [one for one in shown(bar) if one.control is bar.asked["heel_raise", "lever_m"]]
    lever.label.resize(60, lever.label.height())

    assert lever.label.shown.endswith("…")
    assert lever.label.toolTip() == "Heel to big-toe joint"
    lever.label.setText("Heel")
    assert lever.label.toolTip() == ""
