"""The link thread with scripted sources: one order, recorded before queued, and an end that always comes."""

import asyncio
import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from scripted import SESSION, KeptRecorder, Scripted, bugs, events, frames, notices, opened, putting, visit, whole

from ankletest.device import EVENT, LINK, OPERATOR, Notice, Notification
from ankletest.errors import DeviceError
from ankletest.recording.reader import Recording
from ankletest.recording.writer import Recorder
from drivers.link import Link
from drivers.source import Put, Tell

# ---- order ----------------------------------------------------------------------------------------------------------------------


def test_the_open_event_is_first_and_the_close_event_last() -> None:
    source = Scripted(putting(frames(3)))
    link = visit(source)
    items = whole(link, source)

    opening = json.loads(items[0].payload)
    assert (items[0].device, items[0].characteristic, items[0].received_ns) == (OPERATOR, EVENT, 500)
    assert (opening["event"], opening["devices"]) == ("open", SESSION["devices"])
    assert items[1:-1] == frames(3)
    assert events(items) == ["open", "close"]
    assert link.drain() == []


def test_what_is_handed_over_is_what_the_real_recorder_wrote(tmp_path: Path) -> None:
    path = tmp_path / "visit.mcap"
    source = Scripted(putting(frames(2_000)))
    link = visit(source, record=lambda session, opened_ns: Recorder(path, session=session, opened_ns=opened_ns))
    link.start()
    source.done.wait(5)
    link.post({"event": "mark", "what": "Fuß"})
    link.stop()
    items = link.drain()

    assert list(Recording.open(path).notifications()) == items
    assert len(items) == 2_003
    assert link.recording == path


def test_nothing_is_queued_before_it_is_recorded() -> None:
    recorders: list[KeptRecorder] = []
    seen: list[tuple[int, int]] = []

    class Looking(KeptRecorder):
        def put(self, notification: Notification, /) -> None:
            super().put(notification)
            seen.append((len(self.kept), len(link._queue)))

    source = Scripted(putting(frames(3)))
    link = visit(source, record=lambda session, opened_ns: recorders.append(Looking(session, opened_ns)) or recorders[-1])
    whole(link, source)

    assert seen == [(1, 1), (2, 2), (3, 3), (4, 4)]  # the open event is written by the recorder itself


def test_two_threads_posting_and_putting_are_recorded_in_the_order_they_are_handed_over() -> None:
    recorders: list[KeptRecorder] = []

    async def work(put: Put, _: Tell) -> None:
        for _ in range(300):
            put(Notification("pad", "data", time.monotonic_ns(), b""))
            await asyncio.sleep(0)

    source = Scripted(work)
    link = visit(source, now_ns=time.monotonic_ns, record=opened(recorders))
    link.start()
    for _ in range(100):
        link.post({"event": "mark"})
    source.done.wait(5)
    link.stop()
    items = link.drain()

    assert recorders[0].kept == items[1:]
    times = [item.received_ns for item in items]
    assert times == sorted(times)
    assert len(items) == 402


def test_a_notification_that_an_operator_event_overtook_is_not_before_it_in_time() -> None:
    late = Notification("pad", "data", 900, b"stamped before the mark, put after it")

    async def work(put: Put, _: Tell) -> None:
        await asyncio.to_thread(go.wait, 5)
        put(late)

    go = threading.Event()
    source = Scripted(work)
    link = visit(source, now_ns=lambda: 1_000)
    link.start()
    link.post({"event": "mark"})
    go.set()
    source.done.wait(5)
    link.stop()
    items = link.drain()

    assert [item.received_ns for item in items] == [1_000] * 4
    assert items[2].payload == late.payload


def test_sources_are_told_of_operator_events_on_the_link_thread_with_the_recorded_time() -> None:
    source = Scripted()
    link = visit(source)
    link.start()
    link.post({"event": "start", "setup": {"side": "left"}})
    link.stop()

    assert source.told == [({"event": "start", "setup": {"side": "left"}}, 500, "link")]


def test_an_event_posted_before_the_start_is_a_bug() -> None:
    link = visit()

    with pytest.raises(RuntimeError, match="before the link was started"):
        link.post({"event": "start"})
    link.stop()  # and can be stopped all the same
    assert link.drain() == []


def test_an_event_posted_after_the_end_is_told_and_not_recorded() -> None:
    recorders: list[KeptRecorder] = []
    link = visit(record=opened(recorders))
    link.start()
    link.stop()
    link.drain()
    link.post({"event": "mark"})

    assert [n.message for n in notices(link.drain())] == ["The session is closed: “mark” is not recorded any more."]
    assert events(list(recorders[0].kept)) == ["close"]


# ---- more than one source, and sources that fail ----------------------------------------------------------------------------------


def test_a_bug_in_a_source_is_handed_over_in_order_and_the_others_go_on() -> None:
    async def broken(put: Put, _: Tell) -> None:
        put(frames(1)[0])
        raise KeyError("a bug")

    good = Scripted(putting(frames(2, device="foot")))
    link = Link([Scripted(broken), good], session={}, now_ns=lambda: 500)
    link.start()
    good.done.wait(5)
    link.stop()
    items = link.drain()

    assert bugs(items) == ["KeyError('a bug')"]
    assert items.index(frames(1)[0]) < next(i for i, item in enumerate(items) if isinstance(item, KeyError))
    assert sum(isinstance(item, Notification) and item.device == "foot" for item in items) == 2


def test_what_a_person_can_act_on_is_a_sentence_and_not_a_bug() -> None:
    async def failing(_: Put, __: Tell) -> None:
        raise DeviceError("The pad is broken.", "Use another.")

    link = visit(Scripted(failing))
    link.start()
    link.stop()

    assert notices(link.drain()) == [Notice("", "bad", "The pad is broken.", "Use another.")]


def test_a_bug_in_a_source_s_reaction_to_the_operator_is_handed_over() -> None:
    class Deaf(Scripted):
        def operator(self, event: Mapping[str, object], received_ns: int) -> None:
            raise ValueError("cannot hear")

    link = visit(Deaf())
    link.start()
    link.post({"event": "mark"})
    link.stop()

    assert bugs(link.drain()) == ["ValueError('cannot hear')"]


# ---- a window that does not drain ---------------------------------------------------------------------------------------------------


def test_a_full_queue_lets_the_oldest_samples_go_and_says_how_many() -> None:
    recorders: list[KeptRecorder] = []
    state = Notification("pad", LINK, 1_000, b"{}")
    source = Scripted(putting([state, *frames(50)]))
    link = visit(source, size=10, record=opened(recorders))
    link.start()
    source.done.wait(5)
    items = link.drain()

    assert link.let_go == 40
    assert events(items) == ["open"]
    assert items[1] == state  # a session that missed a link change would take a lost device for a still one
    assert items[2].message == "The screen could not keep up: 40 notifications were not shown."
    assert "recording is complete" in items[2].hint
    assert items[3:] == frames(50)[-10:]
    assert recorders[0].kept == [state, *frames(50)]
    assert link.drain() == []
    link.stop()
