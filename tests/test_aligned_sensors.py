"""Sensors aligned through a whole session: events, codecs, clocks; the simulator knows how late each device truly is."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ankletest.analysis import aligned_event
from ankletest.device import Choice, LinkState, Notification
from ankletest.recording.layout import event_notification, opening
from ankletest.samples import Side, Site
from ankletest.session import Finished, Session
from ankletest.trial import Aligned, Setup
from drivers.catalog import MODELS
from drivers.codecs import native_imu, native_pad, witmotion
from drivers.people.body import Person
from drivers.people.faults import Faults, Late, Vanish
from drivers.people.world import World

PAD = Choice("pad", native_pad.KEY, "sim:pad", Site.PAD, rate_hz=1000.0)
LEFT = Choice("foot-left", native_imu.KEY, "sim:left", Site.FOOT, Side.LEFT, rate_hz=200.0)
RIGHT = Choice("foot-right", native_imu.KEY, "sim:right", Site.FOOT, Side.RIGHT, rate_hz=200.0)
COUNTLESS = Choice("foot-right", witmotion.KEY, "sim:right", Site.FOOT, Side.RIGHT, rate_hz=200.0)
LATE_S = 0.03


class Room:
    """A session of simulated devices and whoever drives it."""

    def __init__(self, choices: Sequence[Choice], *, seed: int, faults: Faults | None = None) -> None:
        self.world = World(choices, person=Person(), seed=seed, faults=faults)
        listed = [
            {"device": c.device, "model": c.model, "site": c.site.value, "side": c.side and c.side.value, "rate_hz": c.rate_hz}
            for c in choices
        ]
        self.items: list[Notification] = []
        self.session = Session(MODELS, keep_all=True)
        self.aligned: tuple[Aligned, ...] = ()
        self.finished: list[Finished] = []
        self.now_s = 0.0
        self._feed([opening({"session": "s", "devices": listed}, 0)])

    def wait(self, seconds: float) -> None:
        until = self.now_s + seconds
        while self.now_s < until - 1e-9:
            self.now_s = min(until, self.now_s + 0.25)
            self._feed(self.world.advance(self.now_s))

    def post(self, event: dict[str, object]) -> None:
        self._feed([event_notification(event, round(1e9 * self.now_s))])
        self.world.operator(event, self.now_s)

    def align(self) -> tuple[Aligned, ...]:
        self.post({"event": "align"})
        while self.session.aligning is not None and not self.session.aligning.over(self.now_s):
            self.wait(0.25)
        self.post({"event": "align-end"})
        self.post(aligned_event(self.aligned))
        return self.aligned

    def _feed(self, items: Sequence[Notification]) -> None:
        self.items.extend(items)
        update = self.session.feed(items)
        self.aligned = update.aligned or self.aligned
        self.finished.extend(update.finished)

    def errors_s(self, *, lately: bool = False) -> dict[str, float]:
        """Return by how much each device is stamped later than the pad, by the truth: mean over the knocks, or the last ten seconds."""
        (knocks,) = [act["knocks_s"] for act in self.world.truth["aligned"]]  # type: ignore[attr-defined]  # a list of records
        span = (self.now_s - 10.0, self.now_s - 0.5) if lately else (knocks[0], knocks[-1])
        found: dict[str, float] = {}
        for stream in Session.streams(self.session):
            truth = self.world.truth["devices"][stream.device]  # type: ignore[index]  # a record
            true_s = truth["first_samples_s"][0] + np.arange(len(stream.t_s)) / truth["true_rate_hz"]
            near = (true_s > span[0]) & (true_s < span[1])
            found[stream.device] = float((stream.t_s - true_s)[near].mean())
        return {device: error - found["pad"] for device, error in found.items() if device != "pad"}


@pytest.mark.parametrize("seed", range(20))
def test_a_late_device_comes_back_within_the_stated_error(seed: int) -> None:
    third = COUNTLESS if seed % 2 else RIGHT
    room = Room((PAD, LEFT, third), seed=seed, faults=Faults(late=(Late("foot-right", LATE_S),)))
    room.wait(5.0 + seed % 4)
    late = {}
    room.post({"event": "align"})
    while room.session.aligning is not None and not room.session.aligning.over(room.now_s):
        room.wait(0.25)
    room.post({"event": "align-end"})
    late = room.errors_s()
    told = {one.device: one for one in room.aligned}

    assert {one.why for one in room.aligned} == {""}
    for device, one in told.items():
        assert one.impacts == 3
        assert one.error_s < 0.0035
        assert abs(one.offset_s - late[device]) < one.error_s
    # The two sensors' radios may differ by an interval's beat besides.
    assert told["foot-right"].offset_s - told["foot-left"].offset_s == pytest.approx(LATE_S, abs=0.009)

    room.post(aligned_event(room.aligned))
    after = room.errors_s()
    for device, one in told.items():
        assert abs(after[device]) < one.error_s
        assert room.session.devices[device].aligned == one


@pytest.mark.parametrize("seed", range(6))
def test_minutes_later_they_still_agree_within_what_is_said_then(seed: int) -> None:
    room = Room((PAD, LEFT, RIGHT), seed=seed, faults=Faults(late=(Late("foot-right", LATE_S),)))
    room.wait(6.0)
    told = {one.device: one for one in room.align()}
    room.wait(70.0)
    now = room.errors_s(lately=True)

    for device, one in told.items():
        assert abs(now[device]) < one.error_at(room.now_s)
        assert room.session.devices[device].aligned_error_s == pytest.approx(one.error_at(room.now_s), rel=0.01)


def test_stamps_go_on_increasing_when_an_offset_is_taken_off() -> None:
    room = Room((PAD, RIGHT), seed=3, faults=Faults(late_s=0.12))
    seen: list[float] = []
    room.wait(5.0)
    room.align()
    room.wait(1.0)
    again = Session(MODELS)
    for item in room.items:
        seen += [t for block in again.feed([item]).blocks if block.device == "foot-right" for t in block.t_s.tolist()]

    assert room.aligned[0].offset_s == pytest.approx(0.12, abs=0.006)
    assert (np.diff(seen) > 0.0).all()


def test_a_trial_that_follows_is_the_same_in_any_pieces_and_carries_its_alignment() -> None:
    room = Room((PAD, LEFT, RIGHT), seed=8, faults=Faults(late_s=LATE_S, loss=0.005))
    room.wait(5.0)
    room.align()
    room.wait(1.0)
    room.post({"event": "start", "setup": Setup("hops", Side.LEFT, hops=5, trial="t").as_json()})
    room.wait(25.0)
    (trial,) = [f.trial for f in room.finished]
    quality = trial.quality["foot-left"]

    assert isinstance(quality, dict)
    told = quality["aligned"]
    assert told["offset_s"] == room.aligned[0].offset_s
    assert told["error_s"] <= told["error_then_s"] <= 0.008
    assert not told["link_lost_since"]
    for size in (1, 700, len(room.items)):
        session = Session(MODELS)
        again = [session.feed(room.items[i : i + size]) for i in range(0, len(room.items), size)]
        assert repr([u.aligned for u in again if u.aligned]) == repr([room.aligned])
        (other,) = [f for u in again for f in u.finished]
        assert repr(other.values) == repr(room.finished[0].values)
        for one, two in zip(trial.streams, other.trial.streams, strict=True):
            assert one.t_s.tobytes() == two.t_s.tobytes()


def test_numbers_hang_on_what_was_stored_and_not_on_finding_it_again() -> None:
    room = Room((PAD, LEFT), seed=2)
    room.wait(5.0)
    (told,) = room.align()
    stored = [_event(item) for item in room.items]
    assert [e for e in stored if e.get("event") == "aligned"] == [{"event": "aligned", "devices": [told.as_json()]}]
    moved = aligned_event([replace(told, offset_s=told.offset_s + 0.010)])
    session = Session(MODELS)
    for item in room.items:
        session.feed([event_notification(moved, item.received_ns) if _event(item).get("event") == "aligned" else item])

    shift = room.session.streams()[1].t_s[-1] - session.streams()[1].t_s[-1]
    assert shift == pytest.approx(0.010, abs=1e-12)  # rounding of one subtraction


def test_too_few_knocks_are_refused_and_nothing_is_taken_off() -> None:
    room = Room((PAD, LEFT), seed=4, faults=Faults(knocks=2.0, late_s=LATE_S))
    room.wait(5.0)
    before = room.session.streams()[1].t_s
    (told,) = room.align()

    assert told.why == "2 of 3 impacts were felt by both (foot-left felt 2 impacts, pad 2): knock again, harder"
    status = room.session.devices["foot-left"]
    assert status.aligned is not None
    assert not status.aligned.told
    assert room.session.streams()[1].t_s[0] == pytest.approx(before[0], abs=0.005)  # the fit goes on, no offset is taken off


def test_a_sensor_out_of_its_range_is_refused() -> None:
    room = Room((PAD, LEFT), seed=4, faults=Faults(acc_range_g=2.0, knock=2.0))
    room.wait(5.0)
    (told,) = room.align()

    assert told.why == "foot-left was at the end of its range: knock more gently"


def test_a_second_try_that_fails_keeps_the_first() -> None:
    room = Room((PAD, LEFT), seed=4)
    room.wait(5.0)
    (told,) = room.align()
    room.post({"event": "align"})
    room.wait(0.5)
    room.post({"event": "align-end"})
    room.post(aligned_event(room.aligned))

    assert not room.aligned[0].told
    assert room.session.devices["foot-left"].aligned == told


def test_a_lost_link_leaves_a_doubt() -> None:
    room = Room((PAD, LEFT), seed=4, faults=Faults(vanish=(Vanish("foot-left", 14.0, 17.0),)))
    room.wait(5.0)
    room.align()
    assert not room.session.devices["foot-left"].aligned.lost_since  # type: ignore[union-attr]  # it was aligned
    room.wait(10.0)
    status = room.session.devices["foot-left"]

    assert status.state in (LinkState.STREAMING, LinkState.LOST)
    assert status.aligned is not None
    assert status.aligned.lost_since


def test_a_run_ends_the_wait_for_impacts() -> None:
    room = Room((PAD, LEFT), seed=1)
    room.wait(4.0)
    room.post({"event": "align"})
    assert room.session.aligning is not None
    room.post({"event": "start", "setup": Setup("stance", Side.LEFT, duration_s=5.0, trial="t").as_json()})
    room.post({"event": "align-end"})

    assert room.session.aligning is None
    assert room.aligned == ()


def _event(item: Notification) -> dict[str, object]:
    found = json.loads(item.payload) if item.device == "operator" else {}
    assert isinstance(found, dict)
    return found
