"""The link and its recorder in trouble, and an end that always comes."""

import asyncio
import threading
import time
from collections.abc import Mapping

import pytest
from scripted import KeptRecorder, Scripted, events, frames, notices, opened, visit, whole

from ankletest.device import Notice, Notification
from ankletest.errors import RecordingError
from drivers import link as link_module
from drivers.source import Put, Tell

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
    items = whole(link, source)

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
