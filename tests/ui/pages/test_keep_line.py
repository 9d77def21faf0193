"""Lengths kept with a client are entered ahead at a test, and what was entered otherwise is offered to be kept."""

from dataclasses import replace
from types import SimpleNamespace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ankletest.programme.battery import shipped
from ankletest.samples import Side
from ankletest.store.client_book import entered
from ankletest.store.people import Details, measure_key
from ankletest.trial import Setup
from tests.ui.desktop import Desktop
from ui.pages.setup_bar import SetupBar
from ui.store_port import ClientCard

LEFT, RIGHT = (measure_key("heel_raise", "lever_m", side) for side in Side)
FOOT = measure_key("stance", "foot_length_m", Side.LEFT)
LEVER = ("heel_raise", "lever_m")


def bar_of(qtbot) -> SetupBar:
    bar = SetupBar()
    qtbot.addWidget(bar)
    bar.choose_exam("heel_raise")
    return bar


def test_what_is_kept_of_the_leg_is_entered_ahead(qtbot) -> None:
    bar = bar_of(qtbot)
    bar.know(Details("A", measures={LEFT: 0.151, RIGHT: 0.149}), Side.LEFT, other=True)
    assert bar.setup(Side.LEFT).given["lever_m"] == 0.151
    bar.know(Details("A", measures={LEFT: 0.151, RIGHT: 0.149}), Side.RIGHT, other=False)

    assert bar.setup(Side.RIGHT).given["lever_m"] == 0.149


def test_what_was_entered_by_hand_stays_with_the_leg_and_goes_with_the_client(qtbot) -> None:
    bar = bar_of(qtbot)
    bar.know(Details("A"), Side.LEFT, other=True)
    bar.asked[LEVER].setValue(0.16)
    bar.know(Details("A"), Side.RIGHT, other=False)
    assert bar.setup(Side.RIGHT).given["lever_m"] == 0.16
    bar.know(Details("B"), Side.RIGHT, other=True)

    assert "lever_m" not in bar.setup(Side.RIGHT).given, "what is known of one client must not be entered for the next"


def test_what_was_entered_ahead_for_one_leg_is_not_taken_for_the_other(qtbot) -> None:
    bar = bar_of(qtbot)
    client = Details("A", measures={LEFT: 0.151})
    bar.know(client, Side.LEFT, other=True)
    bar.know(client, Side.RIGHT, other=False)

    assert "lever_m" not in bar.setup(Side.RIGHT).given


def test_what_only_research_needs_is_given_unasked(qtbot) -> None:
    bar = bar_of(qtbot)
    bar.choose_exam("stance")
    bar.know(Details("A", measures={FOOT: 0.255}), Side.LEFT, other=True)

    assert bar.setup(Side.LEFT).given == {"foot_length_m": 0.255}
    assert bar.setup(Side.RIGHT).given == {}


def finish(desktop: Desktop, given: dict[str, float]) -> None:
    setup = Setup("heel_raise", Side.LEFT, given=given)
    desktop.furniture.test.keep_line._offer(SimpleNamespace(trial=SimpleNamespace(setup=setup)))


def test_another_lever_is_offered_and_kept_with_one_click(desktop: Desktop) -> None:
    desktop.furniture.visit.choose_client(ClientCard.of(desktop.book.enter(Details("AB-1", measures={LEFT: 0.151, FOOT: 0.255}))))
    desktop.shell.show_page("test")
    line = desktop.furniture.test.keep_line
    finish(desktop, {"lever_m": 0.151, "legs": 1.0})
    assert not line.isVisible(), "it is what is kept"

    finish(desktop, {"lever_m": 0.158, "legs": 1.0})
    assert line.isVisible()
    assert line.sentence.text() == "Keep with AB-1: Heel to big-toe joint, left 0.158 m (was 0.151 m)"
    QTest.mouseClick(line.keep, Qt.MouseButton.LeftButton)

    assert desktop.book.by_code("AB-1").measures == {LEFT: 0.158, FOOT: 0.255}
    assert desktop.furniture.visit.client.measures == {LEFT: 0.158, FOOT: 0.255}
    assert not line.isVisible()


def test_nothing_is_kept_unasked_and_the_offer_goes_with_the_client(desktop: Desktop) -> None:
    desktop.furniture.visit.choose_client(ClientCard.of(desktop.book.enter(Details("AB-1"))))
    desktop.shell.show_page("test")
    line = desktop.furniture.test.keep_line
    finish(desktop, {"lever_m": 0.158})
    QTest.mouseClick(line.keep_not, Qt.MouseButton.LeftButton)
    assert not line.isVisible()
    finish(desktop, {"lever_m": 0.158})
    assert line.isVisible()
    desktop.furniture.visit.choose_client(ClientCard.of(desktop.book.enter(Details("CD-1"))))

    assert not line.isVisible()
    assert [c.measures for c in desktop.book.find()] == [{}, {}]


def test_a_battery_takes_what_is_kept_of_each_leg(desktop: Desktop) -> None:
    client = desktop.book.enter(Details("AB-1", measures={LEFT: 0.151, RIGHT: 0.149}))
    desktop.furniture.visit.choose_client(ClientCard.of(client))
    battery = next(one for one in shipped() if any(step.exam == "heel_raise" for step in one.steps))
    desktop.furniture.rounds.begin(battery)
    setups = [item.planned.setup for item in desktop.furniture.rounds.round.items if item.planned.setup.exam == "heel_raise"]
    levers = {setup.side: setup.given["lever_m"] for setup in setups}

    assert {side: levers[side] for side in levers} == {side: {Side.LEFT: 0.151, Side.RIGHT: 0.149}[side] for side in levers}
    assert levers
    desktop.furniture.rounds.leave()


def test_an_edit_of_the_client_does_not_put_the_battery_down(desktop: Desktop) -> None:
    client = desktop.book.enter(Details("AB-1"))
    visit, rounds = desktop.furniture.visit, desktop.furniture.rounds
    visit.choose_client(ClientCard.of(client))
    rounds.begin(shipped()[0])
    visit.choose_client(replace(ClientCard.of(client), mass_kg=70.0))

    assert rounds.round is not None
    assert visit.client.mass_kg == 70.0
    assert entered(visit.client) == Details("AB-1", mass_kg=70.0)
    rounds.leave()
