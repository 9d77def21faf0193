"""Slow work is done one piece at a time off Qt's thread; a voice that is not there is told."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from ankletest.errors import StoreError
from ui.jobs import Jobs
from ui.sound.voice import LIBRARY, Voice
from ui.words import pages as words


def test_results_arrive_in_qts_thread(qtbot: QtBot) -> None:
    jobs = Jobs()
    seen = []
    job = jobs.run("count", lambda _: threading.current_thread().name)
    job.done.connect(lambda result: seen.append((result, threading.current_thread() is threading.main_thread())))
    qtbot.waitUntil(lambda: bool(seen))

    assert seen == [("job count", True)]
    assert not jobs.busy


def test_jobs_run_one_after_the_other(qtbot: QtBot) -> None:
    jobs = Jobs()
    lock, order = threading.Lock(), []

    def work(name: str):
        def run(_):
            assert lock.acquire(blocking=False)
            order.append(name)
            lock.release()

        return run

    for name in "abc":
        jobs.run(name, work(name))
    qtbot.waitUntil(lambda: not jobs.busy)

    assert order == ["a", "b", "c"]


def test_progress_and_failure_are_told(qtbot: QtBot) -> None:
    jobs = Jobs()

    def work(progress):
        progress(0.5)
        raise StoreError("The disk is full.", "Make room.")

    parts, errors = [], []
    job = jobs.run("save", work)
    job.progress.connect(parts.append)
    job.failed.connect(errors.append)
    qtbot.waitUntil(lambda: bool(errors))

    assert parts == [0.5]
    assert errors[0].message == "The disk is full."
    assert not jobs.busy


def test_waiting_leaves_out_what_has_not_begun(qtbot: QtBot) -> None:
    jobs = Jobs()
    gate, done = threading.Event(), []
    begun = threading.Event()
    jobs.run("first", lambda _: (begun.set(), gate.wait(5), done.append("first")))
    jobs.run("second", lambda _: done.append("second"))
    qtbot.waitUntil(begun.is_set)
    gate.set()
    jobs.wait()

    assert done == ["first"]


def test_without_the_library_the_window_says_what_to_install(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    voice = Voice()
    voice.say("Hold it.")

    assert not voice.able
    assert voice.state == words.NO_VOICE


def speaking(monkeypatch: pytest.MonkeyPatch, engine: object) -> None:
    module = type("Speech", (), {"init": staticmethod(lambda: engine)})
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setattr("importlib.import_module", lambda name: module if name == LIBRARY else None)


class Recorded:
    """An engine that notes what it would say."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def runAndWait(self) -> None: ...  # noqa: N802  the library's name


def test_instructions_are_spoken_unless_muted(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Recorded()
    speaking(monkeypatch, engine)
    voice = Voice()
    voice.say("Hold it.")
    qtbot.waitUntil(lambda: engine.said == ["Hold it."])
    voice.set_muted(True)
    voice.say("Stop.")
    voice.close()

    assert engine.said == ["Hold it."]
    assert voice.state == words.VOICE_MUTED


def test_an_engine_that_fails_is_told_and_not_tried_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Recorded):
        def runAndWait(self) -> None:  # noqa: N802  the library's name
            raise OSError("no sound device")

    speaking(monkeypatch, Broken())
    voice = Voice()
    with qtbot.waitSignal(voice.changed):
        voice.say("Hold it.")

    assert not voice.able
    assert voice.state == "no voice: no sound device"
    voice.close()
