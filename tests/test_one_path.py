"""Live, replayed, and cut into any pieces: the same samples, changes and numbers, to the bit."""

import random
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ankletest.analysis import result_event
from ankletest.cli.parts import VisitWish
from ankletest.device import Notification
from ankletest.recording.reader import Recording
from ankletest.recording.writer import Recorder
from ankletest.samples import Side
from ankletest.trial import Outcome, Setup
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE_CHOICES, SimulatorSource
from drivers.visits import simulate_visit
from tests.seen import Seen, assert_equal

SETUPS = (Setup("stance", Side.LEFT, duration_s=10.0, trial="1"), Setup("hops", Side.RIGHT, hops=5, trial="2"))


@pytest.fixture(scope="module")
def visit() -> Sequence[Notification]:
    notifications, _ = simulate_visit(VisitWish(SETUPS, seed=3, loss=0.01, lumbar=True))
    return notifications


def in_pieces(visit: Sequence[Notification], sizes: Sequence[int]) -> Seen:
    seen = Seen()
    at = 0
    for size in sizes:
        seen.feed(visit[at : at + size])
        at += size
        if at >= len(visit):
            break
    seen.finish()
    return seen


@pytest.mark.parametrize("seed", range(3))
def test_any_pieces_give_the_same_to_the_bit(visit: Sequence[Notification], seed: int) -> None:
    rng = random.Random(seed)
    whole = in_pieces(visit, [len(visit)])
    pieces = in_pieces(visit, [rng.choice((1, 2, 7, 40, 400)) for _ in visit])

    assert_equal(whole, pieces)
    assert [f.trial.outcome for f in whole.finished] == [Outcome.COMPLETED, Outcome.COMPLETED]


class Ticks:
    """Host time of a simulated world that runs faster than this one."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._zero = time.monotonic_ns()

    def __call__(self) -> int:
        return self._zero + round((time.monotonic_ns() - self._zero) * self._speed)


SPEED = 8.0


@pytest.fixture
def live(tmp_path: Path) -> tuple[Seen, Path]:
    """A stance on the practice pad and foot sensor, through link thread, queue and recorder."""
    now = Ticks(SPEED)
    choices = [c for c in PRACTICE_CHOICES if c.device in ("pad", "foot-left")]
    world = World(choices, person=Person(), seed=5, faults=Faults(loss=0.005))
    hub = Hub(
        MODELS,
        recorder=Recorder,
        read=lambda path: list(Recording.open(path).notifications()),
        simulate=lambda _: SimulatorSource(world, speed=SPEED),
        now_ns=now,
    )
    path = tmp_path / "live.mcap"
    link = hub.open(choices, record=path, session={"session": "s"})
    seen = Seen()
    link.start()
    deadline = time.monotonic() + 30.0
    started = False
    while not seen.finished and time.monotonic() < deadline:
        items = link.drain()
        bugs = [item for item in items if isinstance(item, BaseException)]
        assert not bugs, bugs
        seen.feed([item for item in items if isinstance(item, Notification)])
        if not started and seen.blocks:
            link.post({"event": "start", "setup": Setup("stance", Side.LEFT, duration_s=10.0, trial="live").as_json()})
            started = True
        time.sleep(0.004)  # the window's timer, on a faster clock
    for done in seen.finished:
        link.post(result_event(done))
    link.stop()
    seen.feed([item for item in link.drain() if isinstance(item, Notification)])
    seen.finish()
    assert not [t for t in threading.enumerate() if t.name in ("link", "recorder") and t.is_alive()]
    return seen, path


def test_a_recorded_visit_replays_to_the_bit(live: tuple[Seen, Path]) -> None:
    seen, path = live
    recording = Recording.open(path)
    items = list(recording.notifications())

    assert recording.complete, recording.damage
    assert_equal(seen, in_pieces(items, [len(items)]))
    assert seen.finished[0].trial.outcome is Outcome.COMPLETED, seen.finished[0].trial.reasons


@pytest.mark.parametrize("speed", [0.0, 200.0])
def test_playing_it_gives_the_same_at_any_speed(live: tuple[Seen, Path], speed: float) -> None:
    seen, path = live
    hub = Hub(MODELS, recorder=Recorder, read=lambda p: list(Recording.open(p).notifications()))
    playback = hub.replay(path, speed=speed)
    again = Seen()
    playback.start()
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        over = playback.finished
        again.feed([item for item in playback.drain() if isinstance(item, Notification)])
        if over:
            break
        time.sleep(0.004)
    playback.stop()
    again.finish()

    assert_equal(seen, again)
    assert again.finished
