"""Text at 150 % where the desk is busiest: a stop, the question of the day after, what comes next in a battery, names in a list."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication

from ankletest.programme.battery import shipped
from ankletest.programme.felt import Reason, Stop
from tests.ui.clinic import Clinic
from tests.ui.conftest import fast_hub
from tests.ui.followed import both, visited
from ui import theme
from ui.pages.asking import StopDialog
from ui.pages.client_list import CONSENT

PERCENT = 150.0
NOW = datetime.now(UTC)


@pytest.fixture
def large(qapp: QApplication, qtbot, tmp_path: Path) -> Iterator[Clinic]:
    theme.set_text(PERCENT)
    theme.apply(qapp, theme.Scheme.LIGHT)
    one = Clinic(qtbot, fast_hub(), tmp_path / "data")
    yield one
    one.settle()
    one.shell.close()
    one.store.close()
    theme.set_text(100.0)


def needed(line, wide: int) -> int:
    return line.heightForWidth(wide)


def test_reasons_of_a_stop_stand_side_by_side_and_the_advice_stays_inside(large: Clinic) -> None:
    dialog = StopDialog(NOW, parent=large.shell)
    dialog.open()
    large.settle()
    places = [QRect(button.geometry()) for button in dialog.reasons.values()]
    assert not [1 for k, one in enumerate(places) for other in places[k + 1 :] if one.intersects(other)]
    assert all(button.width() >= button.minimumSizeHint().width() for button in dialog.reasons.values())

    large.click(dialog.reasons[Reason.PAIN])
    large.settle()
    assert [reason for reason, button in dialog.reasons.items() if button.isChecked()] == [Reason.PAIN], "what was said stays seen"
    assert dialog.rect().adjusted(0, 0, -20, 0).contains(dialog.advice.geometry())
    assert dialog.advice.height() >= needed(dialog.advice, dialog.advice.width())
    large.click(dialog.understood)


def test_the_question_of_the_day_after_is_read_whole(large: Clinic) -> None:
    stop = Stop(Reason.PAIN, "s0l", NOW - timedelta(days=2))
    visited(large.desk, large.client, NOW - timedelta(days=2), *both("stance", {"velocity": 30.0}, {"velocity": 30.0}, tag="s0"), stop=stop)
    large.take()
    card = large.page.next_day
    card.question.setText(card.question.text() * 2)  # a language with longer sentences
    large.shell.resize(1281, 800)
    large.settle()

    assert card.question.height() >= needed(card.question, card.question.width())
    assert card.keep.height() >= card.keep.minimumSizeHint().height()
    ends = card.scale.findChildren(type(card.question))
    assert all(end.geometry().right() <= card.scale.width() for end in ends if end.isVisible())


def test_what_comes_next_in_a_battery_is_read_whole(large: Clinic) -> None:
    large.furniture.rounds.by_itself = False
    large.furniture.rounds.begin(next(one for one in shipped() if one.key == "ankle_basic"))
    large.shell.show_page("test")
    large.settle()
    bar = large.furniture.test.round_bar

    assert bar.next.shown == bar.next.text()
    assert large.shell.height() == 800
    large.furniture.rounds.leave()


def test_names_and_the_search_of_clients_have_room(large: Clinic) -> None:
    large.take()
    large.shell.show_page("clients")
    large.settle()
    found = large.furniture.clients.list
    model = found.model
    said = model.index(0, CONSENT)

    assert found.search.width() > found.new.width() * 2
    assert found.table.columnWidth(1) >= found.table.sizeHintForColumn(1)
    assert model.data(said, Qt.ItemDataRole.DisplayRole) in model.data(said, Qt.ItemDataRole.ToolTipRole)
    assert len(model.data(said, Qt.ItemDataRole.AccessibleTextRole)) > 3


def test_how_late_somebody_is_can_be_read(large: Clinic) -> None:
    large.months(1)
    large.shell.show_page("followup")
    large.settle()
    table = large.page.due.table

    for column in range(table.columnCount()):
        assert table.columnWidth(column) >= table.sizeHintForColumn(column), table.horizontalHeaderItem(column).text()
