"""The simulator as a source with a clock of the test's own, and whole visits at once."""

import asyncio
import json
import time
from collections.abc import Callable

import pytest

from ankletest.device import EVENT, LINK, OPERATOR, Notice, Notification
from ankletest.samples import Side
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.link import Link
from drivers.people.body import INJURED_RIGHT, Person
from drivers.people.faults import Faults
from drivers.people.world import World
from drivers.transports.simulator import PAUSE_S, PRACTICE, PRACTICE_CHOICES, SETTLE_S, WAKE_S, SimulatorSource, simulate

CHOICES = PRACTICE_CHOICES[:2]
SCRIPT = (Setup("stance", Side.LEFT, duration_s=4.0), Setup("hops", Side.RIGHT, hops=3, trial="mine"))
BASE_NS = 7_000_000_000


class _Clock:
    """Host time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.ns = BASE_NS
        self.wakes = 0
        self.until: Callable[[], None] = lambda: None

    def now_ns(self) -> int:
        return self.ns

    async def sleep(self, seconds: float) -> None:
        self.ns += round(seconds * 1e9)
        self.wakes += 1
        self.until()


def _run(seconds: float, *, speed: float = 1.0, events: dict[float, dict[str, object]] | None = None) -> list[Notification]:
    """Run a source for host seconds; return what it put."""
    clock, stop = _Clock(), asyncio.Event()
    world = World(CHOICES, person=Person(), seed=2)
    source = SimulatorSource(world, speed=speed, now_ns=clock.now_ns, sleep=clock.sleep)
    got: list[Notification] = []
    told: list[Notice] = []
    left = dict(events or {})

    def step() -> None:
        at = (clock.ns - BASE_NS) * 1e-9
        for when in [when for when in left if when <= at]:
            source.operator(left.pop(when), source.now_ns())
        if at >= seconds:
            stop.set()

    clock.until = step
    asyncio.run(source.run(got.append, told.append, stop))
    assert not told
    assert clock.wakes == pytest.approx(seconds / WAKE_S, abs=1)
    return got


def test_in_real_time_it_puts_what_the_world_sends_stamped_with_host_time() -> None:
    world = World(CHOICES, person=Person(), seed=2)
    world.begin(BASE_NS)

    assert _run(3.0) == world.advance(3.0 - WAKE_S)


def test_it_never_puts_anything_before_its_time_nor_later_than_a_wake() -> None:
    clock, stop = _Clock(), asyncio.Event()
    source = SimulatorSource(World(CHOICES, person=Person(), seed=2), now_ns=clock.now_ns, sleep=clock.sleep)
    late: list[int] = []
    clock.until = lambda: stop.set() if clock.ns > BASE_NS + 2_000_000_000 else None
    asyncio.run(source.run(lambda item: late.append(clock.ns - item.received_ns), lambda _: None, stop))

    assert len(late) > 150
    assert min(late) >= 0
    assert max(late) <= WAKE_S * 1e9


def test_at_ten_times_the_speed_ten_times_as_much_arrives() -> None:
    fast = _run(1.0, speed=10.0)

    assert len(fast) == pytest.approx(10 * len(_run(1.0)), rel=0.12)  # the last 10 ms are 100 ms of the world
    assert fast[-1].received_ns - BASE_NS == pytest.approx(10e9, rel=0.02)


def test_the_person_reacts_to_the_operator() -> None:
    start = {"event": "start", "setup": SCRIPT[0].as_json()}
    calm, busy = _run(5.0), _run(5.0, events={1.0: start})
    first = next(i for i, (a, b) in enumerate(zip(calm, busy, strict=False)) if a != b)

    # A second to react and 18 ms of a frame later at the earliest.
    assert 2.0e9 < busy[first].received_ns - BASE_NS < 2.2e9


def test_an_event_before_the_source_runs_is_left_alone() -> None:
    source = SimulatorSource(World(CHOICES, person=Person(), seed=2), now_ns=lambda: 5)
    source.operator({"event": "start", "setup": SCRIPT[0].as_json()}, 5)

    assert source.now_ns() == 5


def test_a_standing_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        SimulatorSource(World(CHOICES, person=Person(), seed=2), speed=0.0)


def test_a_real_link_records_the_open_event_then_the_devices() -> None:
    source = SimulatorSource(World(CHOICES, person=Person(), seed=2))
    link = Link([source], session={"session": "s"})
    link.start()
    items = link.drain()
    patience = time.monotonic() + 10.0
    while sum(1 for item in items if isinstance(item, Notification)) < 8 and time.monotonic() < patience:  # the first frames: 70 ms
        items += link.drain()
    link.stop()
    items += link.drain()
    notifications = [item for item in items if isinstance(item, Notification)]

    assert [item for item in items if not isinstance(item, Notification)] == []
    assert json.loads(notifications[0].payload)["event"] == "open"
    assert json.loads(notifications[-1].payload)["event"] == "close"
    assert {item.device for item in notifications} == {OPERATOR, "pad", "foot-left"}
    assert [item.received_ns for item in notifications] == sorted(item.received_ns for item in notifications)


# ---- whole visits --------------------------------------------------------------------------------------------------------------


def _events(items: list[Notification]) -> list[tuple[float, dict[str, object]]]:
    return [(item.received_ns * 1e-9, json.loads(item.payload)) for item in items if item.characteristic == EVENT]


def test_a_visit_opens_first_closes_last_and_starts_each_trial_in_turn() -> None:
    items, truth = simulate(SCRIPT, CHOICES, INJURED_RIGHT, 4)
    events = _events(items)
    trials = truth["trials"]
    assert isinstance(trials, list)

    assert items[0].device == items[-1].device == OPERATOR
    assert [event["event"] for _, event in events] == ["open", "start", "start", "close"]
    assert events[1][0] == SETTLE_S
    assert [item.received_ns for item in items] == sorted(item.received_ns for item in items)
    # Every exam has come to its end, and the pad has lain empty for a while, before the next begins.
    for (at, _), before in zip(events[2:], trials, strict=True):
        assert at >= before["off_pad_s"] + PAUSE_S
    assert trials[1]["trial"] == "mine"
    assert [trial["trial"] for trial in trials] == [event["setup"]["trial"] for _, event in events[1:3]]


def test_the_open_event_says_what_a_recording_needs() -> None:
    opened = _events(simulate((), CHOICES, Person(), 4)[0])[0][1]

    assert opened["format"] == 1
    assert opened["simulated"] is True
    assert str(opened["program"]).startswith("ankletest ")
    assert opened["devices"] == [
        {
            "device": choice.device, "model": choice.model, "title": {m.key: m.title for m in MODELS}[choice.model],
            "site": choice.site.value, "side": choice.side.value if choice.side else None, "serial": choice.serial,
            "rate_hz": choice.rate_hz, "corrections": [],
        }
        for choice in CHOICES
    ]  # fmt: skip
    assert opened["session"] == _events(simulate((), CHOICES, Person(), 4)[0])[0][1]["session"]
    assert opened["session"] != _events(simulate((), CHOICES, Person(), 5)[0])[0][1]["session"]


def test_a_visit_is_the_same_for_the_same_seed() -> None:
    first, second = (simulate(SCRIPT, CHOICES, INJURED_RIGHT, 4, Faults(loss=0.01)) for _ in range(2))

    assert first == second


def test_every_practice_device_can_be_simulated_and_is_found() -> None:
    items, _ = simulate((), PRACTICE_CHOICES, Person(), 1)
    streaming = {item.device for item in items if item.characteristic == LINK}

    assert streaming == {choice.device for choice in PRACTICE_CHOICES}
    assert [found.advertisement.address for found in PRACTICE] == [choice.address for choice in PRACTICE_CHOICES]
    assert all(found.simulated and found.advertisement.address.startswith("sim:") for found in PRACTICE)
    assert len({found.advertisement.name for found in PRACTICE}) == len(PRACTICE)
