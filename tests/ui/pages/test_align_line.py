"""Aligning sensors from the page of devices: knocks of a simulated person, progress, outcome, and what the recording keeps."""

import json

import pytest
from PySide6.QtCore import Qt

from ankletest.recording.reader import Recording
from ankletest.trial import Aligned
from ui.words import pages as words


def test_three_knocks_align_the_sensors_and_are_stored(room) -> None:
    room.connect(0, 1, 2)
    room.shell.show_page("devices")
    page = room.furniture.devices
    line = page.align_line
    room.qtbot.waitUntil(lambda: page.table.rowCount() == 3 and page.table.item(0, 3).text() == "1000 Hz", timeout=10_000)
    assert line.sentence.text() == words.ALIGN_HINT
    seen: list[str] = []
    room.furniture.visit.ticked.connect(lambda: seen.append(line.chip.text()))
    told: list[tuple[Aligned, ...]] = []
    room.furniture.visit.aligned.connect(told.append)
    room.qtbot.mouseClick(line.button, Qt.MouseButton.LeftButton)
    room.qtbot.waitUntil(lambda: line.button.text() == words.ALIGN_END, timeout=5_000)
    assert line.sentence.text() == words.KNOCK
    room.qtbot.waitUntil(lambda: bool(told), timeout=15_000)

    # How many of the counts are painted hangs on how often this machine paints in a clock that runs fast; they come in order, none twice.
    counts = [words.ALIGN_FELT.format(felt=felt, wanted=3) for felt in range(4)]
    painted = [text for text in dict.fromkeys(text.replace("▲  ", "").strip() for text in seen) if text in counts]
    assert painted[0] == counts[0]
    assert painted == sorted(painted)
    assert [one.why for one in told[0]] == ["", ""]
    assert line.button.text() == words.ALIGN
    assert words.ALIGN_STATE["good"] in line.chip.text()
    assert "Foot, left: ±" in line.sentence.text()
    room.qtbot.waitUntil(lambda: "device clock, aligned ±" in page.table.item(1, 7).text(), timeout=5_000)
    assert page.table.item(0, 7).text() == "device clock"
    room.qtbot.mouseClick(page.disconnect_button, Qt.MouseButton.LeftButton)
    room.qtbot.waitUntil(lambda: not room.furniture.visit.connected and not room.furniture.visit.leaving, timeout=10_000)
    recording = Recording.open(room.furniture.visit.recording)
    events = [json.loads(item.payload) for item in recording.notifications() if item.device == "operator"]
    kinds = [event["event"] for event in events]
    assert kinds[1:4] == ["align", "align-end", "aligned"]
    assert events[3]["devices"] == [one.as_json() for one in told[0]]


def test_ending_without_a_knock_says_why(room) -> None:
    room.connect(0, 1)
    line = room.furniture.devices.align_line
    room.qtbot.waitUntil(line.button.isEnabled, timeout=10_000)
    line.align_or_end()
    visit = room.furniture.visit
    room.qtbot.waitUntil(lambda: visit.aligning is not None and visit.session.now_s > visit.aligning.start_s + 0.3, timeout=5_000)
    line.align_or_end()
    room.qtbot.waitUntil(lambda: words.ALIGN_STATE["bad"] in line.chip.text(), timeout=5_000)

    assert "Foot, left: 0 of 3 impacts were felt by both" in line.sentence.text()


@pytest.mark.parametrize("rows", [(0,), ()])
def test_one_device_or_none_has_nothing_to_be_aligned_with(room, rows: tuple[int, ...]) -> None:
    if rows:
        room.connect(*rows)
    line = room.furniture.devices.align_line
    line.refresh()

    assert not line.button.isEnabled()
    assert line.sentence.text() == ""


def test_a_device_that_counts_nothing_says_that_its_times_and_losses_are_estimates(room) -> None:
    room.connect(0, 4)
    room.shell.show_page("devices")
    table = room.furniture.devices.table
    room.qtbot.waitUntil(lambda: table.rowCount() == 2 and table.item(1, 3).text().endswith("Hz"), timeout=10_000)

    assert table.item(1, 7).text() == "estimated from arrival"
    assert table.item(1, 4).text() == words.LOSS_UNSEEN
    assert "timing: estimated" in room.furniture.test.lamps.lamps["foot-right"].toolTip()
    assert "timing" not in room.furniture.test.lamps.lamps["pad"].toolTip()
    assert table.item(0, 4).text() == "0.00 %"
