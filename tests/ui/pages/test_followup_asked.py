"""Who is to be rung up about the day after a stop: listed where nobody is taken, gone once answered."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from ankletest.programme.felt import Reason, Stop
from ankletest.store.follow_up import ASKED_FOR, FollowUp
from tests.ui.followed import both, visited

NOW = datetime.now(UTC).astimezone()


def stopped(clinic, client, at: datetime, reason: Reason = Reason.PAIN, tag: str = "a") -> str:
    done = both("stance", {"velocity": 30.0}, {"velocity": 30.0}, tag=tag)
    return visited(clinic.desk, client, at, *done, stop=Stop(reason, f"{tag}l", at.astimezone(UTC)), name=f"{tag}.mcap")


def listed(clinic) -> list[str]:
    table = clinic.page.to_ask.table
    return [table.item(row, 0).text() for row in range(table.rowCount())]


def show(clinic) -> None:
    clinic.shell.show_page("followup")
    clinic.settle()


def test_clients_are_listed_from_the_day_after_until_they_were_asked(clinic) -> None:
    other = clinic.desk.add_client("CD-2", name="Carl Dorn")
    stopped(clinic, clinic.client, NOW - timedelta(days=3))
    stopped(clinic, other, NOW - timedelta(days=1), Reason.FEAR, "b")
    show(clinic)
    assert clinic.page.to_ask.isVisible()
    assert listed(clinic) == ["CD-2", "AB-17"]

    clinic.page.to_ask.table.setCurrentCell(1, 0)
    clinic.qtbot.keyClick(clinic.page.to_ask.table, Qt.Key.Key_Return)
    clinic.settle()
    assert clinic.furniture.visit.client.code == "AB-17"
    clinic.page.next_day.scale.set_value(2)
    clinic.click(clinic.page.next_day.keep)
    clinic.page.due_button.setChecked(True)
    clinic.settle()
    assert listed(clinic) == ["CD-2"]


def test_nobody_is_listed_on_the_day_itself_for_a_device_or_after_long(clinic) -> None:
    stopped(clinic, clinic.client, NOW)
    stopped(clinic, clinic.desk.add_client("D-1"), NOW - timedelta(days=2), Reason.DEVICE, "d")
    stopped(clinic, clinic.desk.add_client("O-1"), NOW - ASKED_FOR - timedelta(days=1), Reason.PAIN, "o")
    show(clinic)

    assert not clinic.page.to_ask.isVisible()
    assert clinic.page.due.isVisible()


@pytest.mark.parametrize(("days", "codes"), [(0, []), (1, ["AB-17"]), (3, ["AB-17"]), (13, ["AB-17"])])
def test_the_store_tells_who_by_the_calendar_of_the_place(clinic, days: int, codes: list[str]) -> None:
    stopped(clinic, clinic.client, NOW)
    assert [one.code for one in FollowUp(clinic.desk).asked_list(NOW + timedelta(days=days))] == codes
