"""The link thread with scripted sources: one order, recorded before queued, and an end that always comes."""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from ankletest.device import EVENT, LINK, OPERATOR, Item, Notice, Notification
from ankletest.errors import DeviceError, RecordingError
from ankletest.recording.reader import Recording
from ankletest.recording.writer import Recorder
from drivers import link as link_module
from drivers.link import Link
from drivers.source import Put, Source, Tell

SESSION = {"devices": [{"device": "pad", "model": "m", "site": "pad"}]}


class Scripted:
    """A source that runs a coroutine function, and then waits to be stopped."""

    def __init__(self, work: Callable[[Put, Tell], Awaitable[None]] | None = None, *, lingers_s: float = 0.0) -> None:
        self.told: list[tuple[dict[str, object], int, str]] = []
        self.done = threading.Event()
        self._work = work
        self._lingers_s = lingers_s

    async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:
        if self._work is not None:
            await self._work(put, tell)
        self.done.set()
        await stop.wait()
        await asyncio.sleep(self._lingers_s)

    def operator(self, event: Mapping[str, object], received_ns: int) -> None:
        self.told.append((dict(event), received_ns, threading.current_thread().name))


class KeptRecorder:
    """A recorder in memory; ``trouble`` and what goes wrong are set by the test."""

    def __init__(self, session: Mapping[str, object], opened_ns: int) -> None:
        self.session, self.opened_ns = session, opened_ns
        self.kept: list[Notification] = []
        self.closed = 0
        self.trouble: RecordingError | None = None
        self.put_bug: Exception | None = None
        self.close_error: Exception | None = None

    def put(self, notification: Notification, /) -> None:
        if self.put_bug is not None:
            raise self.put_bug
        self.kept.append(notification)

    def close(self) -> Path:
        self.closed += 1
        if self.close_error is not None:
            raise self.close_error
        return Path("visit.mcap")


def opened(recorders: list[KeptRecorder]) -> Callable[[Mapping[str, object], int], KeptRecorder]:
    def record(session: Mapping[str, object], opened_ns: int) -> KeptRecorder:
        recorders.append(KeptRecorder(session, opened_ns))
        return recorders[-1]

    return record


def frames(count: int, *, device: str = "pad", first_ns: int = 1_000) -> list[Notification]:
    return [Notification(device, "data", first_ns + i, i.to_bytes(4, "little")) for i in range(count)]


def putting(items: list[Notification]) -> Callable[[Put, Tell], Awaitable[None]]:
    async def work(put: Put, _: Tell) -> None:
        for item in items:
            put(item)

    return work


def visit(source: Source | None = None, *, now_ns: Callable[[], int] = lambda: 500, **rest: object) -> Link:
    return Link([source] if source else [], session=SESSION, now_ns=now_ns, **rest)


def events(items: list[Item]) -> list[str]:
    return [json.loads(i.payload)["event"] for i in items if isinstance(i, Notification) and i.characteristic == EVENT]


def notices(items: list[Item]) -> list[Notice]:
    return [item for item in items if isinstance(item, Notice)]


# ---- order ----------------------------------------------------------------------------------------------------------------------


def test_the_open_event_is_first_and_the_close_event_last() -> None:
    source = Scripted(putting(frames(3)))
    link = visit(source)
    link.start()
    source.done.wait(5)
    link.stop()
    items = link.drain()

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
    link.start()
    source.done.wait(5)
    link.stop()

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
    with pytest.raises(RuntimeError, match="before the link was started"):
        visit().post({"event": "start"})


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

    bugs = [item for item in items if isinstance(item, BaseException)]
    assert [repr(bug) for bug in bugs] == ["KeyError('a bug')"]
    assert items.index(frames(1)[0]) < items.index(bugs[0])
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

    assert [repr(item) for item in link.drain() if isinstance(item, BaseException)] == ["ValueError('cannot hear')"]


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


# ---- the recorder ---------------------------------------------------------------------------------------------------------------------


def test_a_recording_that_cannot_be_opened_starts_nothing() -> None:
    def record(session: Mapping[str, object], opened_ns: int) -> KeptRecorder:
        raise RecordingError("The folder is not there.")

    link = visit(record=record)

    with pytest.raises(RecordingError):
        link.start()
    assert "link" not in {thread.name for thread in threading.enumerate()}
    link.stop()
    assert link.drain() == []


def test_trouble_of_the_recorder_is_told_once_and_so_is_its_end() -> None:
    recorders: list[KeptRecorder] = []
    link = visit(record=opened(recorders))
    link.start()
    link.drain()
    told: list[list[Notice]] = []
    for trouble in (RecordingError("The storage is full.", "Free some space."), RecordingError("The storage is full."), None, None):
        recorders[0].trouble = trouble
        told.append(notices(link.drain()))
    link.stop()

    assert told == [[Notice("", "bad", "The storage is full.", "Free some space.")], [], [Notice("", "info", "The recording goes on.")], []]


def test_a_bug_of_the_recorder_is_handed_over_once_and_the_test_goes_on() -> None:
    recorders: list[KeptRecorder] = []

    async def work(put: Put, _: Tell) -> None:
        recorders[0].put_bug = ZeroDivisionError()
        for item in frames(5):
            put(item)

    source = Scripted(work)
    link = visit(source, record=opened(recorders))
    link.start()
    source.done.wait(5)
    link.stop()
    items = link.drain()

    assert sum(isinstance(item, ZeroDivisionError) for item in items) == 1
    assert [item for item in items if isinstance(item, Notification)][1:-1] == frames(5)
    assert recorders[0].closed == 1


@pytest.mark.parametrize("error", [RecordingError("Not sealed.", "Free some space."), ZeroDivisionError()])
def test_a_recording_that_cannot_be_sealed_is_told(error: Exception) -> None:
    recorders: list[KeptRecorder] = []
    link = visit(record=opened(recorders))
    link.start()
    recorders[0].close_error = error
    link.stop()
    last = link.drain()[-1]

    assert last == (Notice("", "bad", "Not sealed.", "Free some space.") if isinstance(error, RecordingError) else error)
    assert link.recording is None


# ---- the end ----------------------------------------------------------------------------------------------------------------------------


def test_stop_is_idempotent_and_seals_once() -> None:
    recorders: list[KeptRecorder] = []
    link = visit(Scripted(), record=opened(recorders))
    link.start()
    link.stop()
    link.stop()

    assert recorders[0].closed == 1
    assert events(link.drain()) == ["open", "close"]
    assert "link" not in {thread.name for thread in threading.enumerate()}


def test_a_link_that_was_never_started_can_be_stopped() -> None:
    link = visit()
    link.stop()

    assert link.drain() == []


def test_what_a_source_says_in_parting_is_still_recorded() -> None:
    class Parting(Scripted):
        async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:
            await stop.wait()
            put(frames(1)[0])

    recorders: list[KeptRecorder] = []
    link = visit(Parting(), record=opened(recorders))
    link.start()
    link.stop()

    assert recorders[0].kept[0] == frames(1)[0]
    assert events(link.drain()) == ["open", "close"]


def test_a_source_that_does_not_let_go_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "GOODBYE_S", 0.05)
    link = visit(Scripted(lingers_s=60.0))
    link.start()
    before = time.monotonic()
    link.stop()

    assert time.monotonic() - before < 1.0
    assert events(link.drain()) == ["open", "close"]


def test_a_thread_that_hangs_does_not_keep_the_recording_open(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    async def hanging(put: Put, _: Tell) -> None:
        release.wait(10)
        put(Notification("pad", "data", 9_999, b"after the end"))

    monkeypatch.setattr(link_module, "GOODBYE_S", -0.9)  # the thread gets 1 s more: 0.1 s in all
    recorders: list[KeptRecorder] = []
    link = visit(Scripted(hanging), record=opened(recorders))
    link.start()
    link.stop()
    release.set()
    link._thread.join(5)
    items = link.drain()

    assert recorders[0].closed == 1
    assert "did not let go" in notices(items)[0].message
    assert all(n.payload != b"after the end" for n in recorders[0].kept)
    assert isinstance(items[-1], Notification)
