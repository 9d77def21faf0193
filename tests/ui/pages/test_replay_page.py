"""A recorded visit played in the real window: the same numbers as live, anywhere in time; bad recordings say what is wrong."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from ankletest.samples import Side
from ui.words import pages as words

LONG_MS = 20_000


def opened(room, path: Path):
    page = room.furniture.replay
    room.shell.show_page("replay")
    page.open(path)
    room.qtbot.waitUntil(lambda: page.playing is not None, timeout=LONG_MS)
    return page


def at(room, page, t_s: float) -> None:
    """Go somewhere and wait until everything before has been fed."""
    page.seek(t_s)
    room.qtbot.waitUntil(lambda: not page.playing.catching_up and page.playing.session.now_s > t_s - 0.5, timeout=LONG_MS)


def trial(page, key: str):
    return next(f for f in page._survey.finished if f.trial.setup.trial == key)


def test_without_a_recording_it_says_how_to_open_one(room) -> None:
    room.shell.show_page("replay")
    page = room.furniture.replay

    assert page.live.guide.head == words.NO_RECORDING
    assert not page.play.isEnabled()
    assert page.open_button.isEnabled()


def test_the_numbers_at_the_end_are_those_of_the_flat_out_run(room, visit_file: Path) -> None:
    page = opened(room, visit_file)
    for key in ("one", "two"):
        finished = trial(page, key)
        at(room, page, finished.trial.span_s[1] + 1.5)
        room.qtbot.waitUntil(lambda: page.live.concluded, timeout=LONG_MS)

        hold = next(v.value for v in finished.values if v.metric.key == "hold_time")
        assert page.live.guide.head == "Completed"
        assert page.live.guide.why.startswith(f"held {hold:.1f} s")
        assert page.leg.side is finished.trial.setup.side
        assert page.title.text() == "Single-leg stance"


def test_hops_show_every_hop_and_the_other_leg(room, visit_file: Path) -> None:
    page = opened(room, visit_file)
    finished = trial(page, "four")
    at(room, page, finished.trial.span_s[1] + 1.5)
    room.qtbot.waitUntil(lambda: page.live.concluded, timeout=LONG_MS)

    hops = page.live.hops
    mean = next(v.value for v in finished.values if v.metric.key == "contact_time")
    assert hops.numbers.number("contact_time").text() == f"{1000 * mean:.0f}"
    assert "Left" in hops.numbers.number("contact_time").accessibleDescription()
    assert hops.timeline.accessibleDescription().startswith("hop 1: contact ")
    assert "LSI" in hops.symmetry.accessibleDescription()


def test_space_plays_and_holds_and_speed_changes(room, visit_file: Path) -> None:
    page = opened(room, visit_file)
    assert page.play.text() == words.PLAY
    page.set_speed(16.0)
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    assert page.play.text() == words.PAUSE
    room.qtbot.waitUntil(lambda: page.playing.position_s > 6.0, timeout=LONG_MS)
    room.qtbot.mouseClick(page.play, Qt.MouseButton.LeftButton)
    held = page.playing.position_s
    QTest.qWait(50)

    assert page.playing.position_s == held
    assert page.scrub.position_s == pytest.approx(held, abs=0.1)  # the bar follows with the next frame


def test_it_holds_at_the_end_and_play_starts_again(room, visit_file: Path) -> None:
    page = opened(room, visit_file)
    page.set_speed(16.0)
    page.seek(page.playing.duration_s - 3.0)
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: not page.playing.playing, timeout=LONG_MS)
    assert page.play.text() == words.PLAY
    room.qtbot.keyClick(page, Qt.Key.Key_Space)

    assert page.playing.playing
    assert page.playing.position_s < 5.0


def test_keys_jump_from_event_to_event(room, visit_file: Path) -> None:
    page = opened(room, visit_file)
    times = [m.t_s for m in page._survey.moments]
    room.qtbot.keyClick(page, Qt.Key.Key_N)
    room.qtbot.waitUntil(lambda: abs(page.playing.position_s - times[0]) < 0.1)
    room.qtbot.keyClick(page, Qt.Key.Key_N)
    later = next(t for t in times if t > times[0] + 0.02)
    room.qtbot.waitUntil(lambda: abs(page.playing.position_s - later) < 0.1)
    room.qtbot.keyClick(page, Qt.Key.Key_P)

    room.qtbot.waitUntil(lambda: abs(page.playing.position_s - times[0]) < 0.1)


def test_a_click_on_an_event_goes_there(room, visit_file: Path) -> None:
    page = opened(room, visit_file)
    row = next(k for k, m in enumerate(page._survey.moments) if m.text.startswith("R  Single"))
    box = page.events.visualItemRect(page.events.item(row))
    room.qtbot.mouseClick(page.events.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    room.qtbot.waitUntil(lambda: page.leg.side is Side.RIGHT, timeout=LONG_MS)

    assert page.playing.position_s == pytest.approx(page._survey.moments[row].t_s, abs=0.1)


def test_a_click_on_the_bar_goes_there(room, visit_file: Path) -> None:
    page = opened(room, visit_file)
    bar = page.scrub
    room.qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.rect().center())

    assert page.playing.position_s == pytest.approx(page.playing.duration_s / 2, rel=0.05)  # a near event catches the click


def test_a_dropped_file_is_opened(room, visit_file: Path) -> None:
    page = room.furniture.replay
    room.shell.show_page("replay")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(visit_file))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QDropEvent.Type.Drop
    )
    page.dropEvent(event)
    room.qtbot.waitUntil(lambda: page.playing is not None, timeout=LONG_MS)

    assert page.sub.text() == "AB-17  ·  visit.mcap"


def refused(room, path: Path) -> str:
    page = room.furniture.replay
    room.shell.show_page("replay")
    page.open(path)
    room.qtbot.waitUntil(lambda: page.live.guide.state == "bad", timeout=LONG_MS)
    assert page.playing is None
    assert page.live.guide.why, "a refusal says what can be done"
    return page.live.guide.head


def test_a_missing_recording_is_a_sentence(room, tmp_path: Path) -> None:
    assert "gone.mcap" in refused(room, tmp_path / "gone.mcap")


def test_an_empty_recording_is_a_sentence(room, tmp_path: Path) -> None:
    path = tmp_path / "empty.mcap"
    path.touch()

    assert "empty.mcap" in refused(room, path)


def test_a_foreign_file_is_a_sentence(room, tmp_path: Path) -> None:
    path = tmp_path / "song.mcap"
    path.write_bytes(b"not a recording at all" * 100)

    assert "song.mcap" in refused(room, path)


@pytest.mark.announce_log("visit-cut.mcap")
def test_a_cut_recording_is_played_and_says_what_is_missing(room, visit_file: Path, tmp_path: Path) -> None:
    whole = visit_file.read_bytes()
    path = tmp_path / "visit-cut.mcap"
    path.write_bytes(whole[: len(whole) // 2])
    page = opened(room, path)

    assert page.live.guide.state == "warn"
    assert page.live.guide.head == page._survey.damage
    assert 0 < page.playing.duration_s < 90


def test_after_a_bad_recording_a_good_one_opens(room, visit_file: Path, tmp_path: Path) -> None:
    refused(room, tmp_path / "gone.mcap")
    page = opened(room, visit_file)

    assert page.play.isEnabled()
    assert page.live.guide.state != "bad"
