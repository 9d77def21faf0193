"""The pump: everything in order, whatever comes of a link; and no more than a part of a frame."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ankletest.analysis import replay
from ankletest.device import EVENT, OPERATOR, Item, Notice, Notification
from ankletest.errors import RecordingError
from ankletest.recording.reader import Recording
from ankletest.session import Session
from drivers.catalog import MODELS
from ui.pump import BUDGET_S, Pump


class Handing:
    """A link that hands over what it was given."""

    def __init__(self, *portions: list[Item]) -> None:
        self.portions = list(portions)

    def start(self) -> None: ...

    def post(self, event: Mapping[str, object]) -> None: ...

    def drain(self) -> list[Item]:
        return self.portions.pop(0) if self.portions else []

    def stop(self) -> None: ...


@pytest.fixture
def items(visit_file: Path) -> list[Notification]:
    return list(Recording.open(visit_file).notifications())


def pump_of(*portions: list[Item]) -> Pump:
    return Pump(Handing(*portions), Session(MODELS))


def test_what_comes_out_is_what_the_session_makes_in_one_go(qtbot: QtBot, items: list[Notification]) -> None:
    pump = pump_of(*[items[k : k + 700] for k in range(0, len(items), 700)])
    finished, order = [], []
    pump.finished.connect(finished.append)
    pump.started.connect(lambda setup: order.append(("started", setup.trial)))
    pump.finished.connect(lambda f: order.append(("finished", f.trial.setup.trial)))
    for _ in range(2000):
        pump.tick()
    pump.drain_all()

    whole = replay(items, MODELS)[1]
    assert [[v.value for v in f.values] for f in finished] == [[v.value for v in f.values] for f in whole]
    assert order == [(what, key) for key in ("one", "two", "three", "four") for what in ("started", "finished")]


def test_a_tick_that_catches_up_leaves_time_for_painting(qtbot: QtBot, items: list[Notification]) -> None:
    Session(MODELS).feed(items[:3000])  # warm
    pump = pump_of(list(items))
    began = time.perf_counter()
    pump.tick()
    took = time.perf_counter() - began

    assert pump.behind > 0
    # The budget and one slice more; ten times that, as the machine of a test may be busy.
    assert took < 10 * BUDGET_S


def test_sentences_come_in_order_with_what_happened(qtbot: QtBot, items: list[Notification]) -> None:
    pump = pump_of([*items[:50], Notice("pad", "warn", "The pad is gone."), *items[50:100]])
    told = []
    pump.blocks.connect(lambda blocks: told.append("samples"))
    pump.notice.connect(lambda notice: told.append(notice.message))
    pump.tick()
    pump.tick()

    assert "The pad is gone." in told
    assert told.index("The pad is gone.") not in (0, len(told) - 1)


def test_a_bug_of_the_link_thread_is_raised_in_qts_thread(qtbot: QtBot, items: list[Notification]) -> None:
    pump = pump_of([*items[:10], ZeroDivisionError("a bug")])

    with pytest.raises(ZeroDivisionError, match="a bug"):
        pump.tick()


def test_a_damaged_recording_ends_it_with_a_sentence(qtbot: QtBot) -> None:
    stray = Notification("ghost", "data", 5, b"\x00")
    opening = Notification(OPERATOR, EVENT, 0, json.dumps({"event": "open", "devices": []}).encode())
    pump = pump_of([opening, stray])
    pump.start()
    failed = []
    pump.failed.connect(failed.append)
    pump.tick()

    assert isinstance(failed[0], RecordingError)
    assert "ghost" in failed[0].message
    assert pump.behind == 0


def test_after_a_restart_what_waited_is_forgotten(qtbot: QtBot, items: list[Notification]) -> None:
    pump = pump_of(list(items))
    pump.tick()
    assert pump.behind
    fresh = Session(MODELS)
    pump.restart(fresh)

    assert pump.behind == 0
    assert pump.session is fresh


def test_who_shows_signals_knows_the_devices_before_the_first_sample(qtbot: QtBot, items: list[Notification]) -> None:
    pump = pump_of([], list(items[:500]))
    told: list[tuple[str, ...]] = []
    pump.status.connect(lambda: told.append(tuple(pump.session.devices)))
    pump.blocks.connect(lambda _: told.append(("blocks",)))
    pump.tick()  # nothing has come, and the next regular look is half a second away
    pump.tick()

    assert told[0] == ()
    assert told[1] == tuple(pump.session.devices) != ()
    assert ("blocks",) in told[2:]
