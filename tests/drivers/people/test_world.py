"""A simulated visit: equal bytes, reactions in time, losses and absences as the codecs and the link see them."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ankletest.device import LINK, Choice, Notification
from ankletest.samples import FloatArray, Side, Site
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.codecs import atp, native_imu, native_pad, witmotion
from drivers.people.body import Person
from drivers.people.emitter import SUPERVISION_S
from drivers.people.faults import Faults, Vanish
from drivers.people.stance import SPARE_S
from drivers.people.world import REACTION_S, STOP_S, WINDOW_S, World

PAD = Choice("pad", native_pad.KEY, "sim:pad", Site.PAD, rate_hz=250.0)
FOOT = Choice("foot-right", native_imu.KEY, "sim:foot-right", Site.FOOT, Side.RIGHT)
OTHER = Choice("foot-left", native_imu.KEY, "sim:foot-left", Site.FOOT, Side.LEFT)
TRUNK = Choice("lumbar", witmotion.KEY, "sim:lumbar", Site.LUMBAR)
CHOICES = (PAD, FOOT, OTHER, TRUNK)
PERSON = Person()
STANCE = Setup("stance", Side.RIGHT, duration_s=4.0, lead_in_s=1.0)
HOPS = Setup("hops", Side.RIGHT, hops=5)


def _world(seed: int = 11, faults: Faults | None = None, choices: Sequence[Choice] = CHOICES) -> World:
    return World(choices, person=PERSON, seed=seed, faults=faults)


def _start(setup: Setup) -> dict[str, object]:
    return {"event": "start", "setup": setup.as_json()}


def _force(items: Sequence[Notification]) -> tuple[FloatArray, FloatArray]:
    """Return arrival of the samples' notifications and the pad's force, less what it shows unloaded in the first second."""
    codec = native_pad.codec()
    times: list[float] = []
    forces: list[FloatArray] = []
    for item in items:
        if item.device != "pad" or item.characteristic == LINK:
            continue
        for reading in codec.feed(item.characteristic, [item.payload]).readings:
            total = reading.values.sum(axis=1)
            forces.append(total)
            times += [item.received_ns * 1e-9] * len(total)
    force = np.concatenate(forces)
    return np.array(times), force - np.median(force[:250])


def test_equal_seeds_give_equal_bytes_and_others_do_not() -> None:
    def bytes_of(seed: int) -> list[Notification]:
        world = _world(seed, Faults(loss=0.02))
        world.operator(_start(HOPS), 2.0)
        return world.advance(12.0)

    assert bytes_of(5) == bytes_of(5)
    assert bytes_of(5) != bytes_of(6)


@settings(max_examples=8, deadline=None)
@given(steps=st.lists(st.floats(0.003, 1.7), min_size=3, max_size=30))
def test_any_cutting_of_time_gives_the_same_notifications(steps: list[float]) -> None:
    def play(pauses: Sequence[float]) -> list[Notification]:
        world = _world(3, Faults(loss=0.02), (PAD, FOOT))
        out = world.advance(1.0)
        world.operator(_start(STANCE), 1.0)
        at = 1.0
        for pause in pauses:
            at = min(at + pause, 5.0)
            out += world.advance(at)
        out += world.advance(5.0)
        world.operator({"event": "stop", "why": "enough"}, 5.0)
        return out + world.advance(8.0)

    assert play(steps) == play([])


def test_notifications_come_in_order_and_not_before_their_time() -> None:
    world = _world(faults=Faults(hiccup=0.1))
    out: list[Notification] = []
    for k in range(1, 300):
        fresh = world.advance(0.013 * k)
        assert all(item.received_ns <= 0.013 * k * 1e9 + 1 for item in fresh)
        out += fresh

    assert [item.received_ns for item in out] == sorted(item.received_ns for item in out)


def test_each_device_begins_with_its_handshake_then_says_that_it_streams() -> None:
    items = _world().advance(1.0)
    firsts = {choice.device: [item.characteristic for item in items if item.device == choice.device][:4] for choice in CHOICES}

    assert firsts["pad"] == [atp.INFO, atp.CAL, LINK, atp.DATA]
    assert firsts["foot-right"] == [atp.INFO, LINK, atp.DATA, atp.DATA]
    assert firsts["lumbar"] == [witmotion.NOTIFY, witmotion.NOTIFY, LINK, witmotion.NOTIFY]
    states = [json.loads(item.payload)["state"] for item in items if item.characteristic == LINK]
    assert states == ["streaming"] * 4


def test_host_time_begins_where_it_is_told() -> None:
    plain = _world().advance(1.0)
    world = _world()
    world.begin(5_000)
    shifted = world.advance(1.0)

    assert [replace(item, received_ns=item.received_ns + 5_000) for item in plain] == shifted


def test_the_pad_is_empty_until_a_second_after_the_start_event() -> None:
    world = _world()
    items = world.advance(3.0)
    world.operator(_start(STANCE), 3.0)
    items += world.advance(20.0)
    t, force = _force(items)
    stance = world.truth["trials"][0]
    loaded = t[force > 20.0]

    assert loaded[0] == pytest.approx(3.0 + REACTION_S, abs=0.2)
    # 0.9 s on, 1.5 s on both feet, 0.6 s shift, lead-in, duration and some spare.
    assert stance["stance_s"][1] - stance["stance_s"][0] == pytest.approx(1.0 + 4.0 + SPARE_S)
    assert loaded[-1] == pytest.approx(stance["off_pad_s"], abs=0.2)
    assert np.median(force[(t > stance["stance_s"][0]) & (t < stance["stance_s"][1])]) == pytest.approx(PERSON.weight_n, rel=0.005)


@pytest.mark.parametrize("setup", [STANCE, HOPS])
def test_a_stop_makes_the_person_step_off_soon(setup: Setup) -> None:
    world = _world()
    items = world.advance(1.0)
    world.operator(_start(setup), 1.0)
    items += world.advance(4.2)
    world.operator({"event": "stop", "why": "pain"}, 4.2)
    items += world.advance(12.0)
    t, force = _force(items)

    assert world.busy_until_s < 4.2 + STOP_S + 1.2
    assert t[force > 20.0][-1] < 4.2 + STOP_S + 1.2


def test_a_stop_among_hops_ends_with_the_next_landing() -> None:
    world = _world()
    world.operator(_start(Setup("hops", Side.RIGHT, hops=20)), 0.0)
    world.advance(8.0)
    planned = world.truth["trials"][0]["contacts"]
    world.operator({"event": "stop", "why": "pain"}, 8.0)
    left = world.truth["trials"][0]

    assert 0 < len(left["contacts"]) < len(planned) == 20
    assert left["contacts"] == planned[: len(left["contacts"])]
    assert left["contacts"][-1]["to_s"] < left["landing_s"] < 8.0 + STOP_S + 0.7
    assert left["off_pad_s"] < 8.0 + 4.0


def test_a_stop_before_anything_began_leaves_no_hops() -> None:
    world = _world()
    world.operator(_start(HOPS), 2.0)
    world.operator({"event": "stop", "why": ""}, 2.1)
    items = world.advance(10.0)
    trial = world.truth["trials"][0]

    assert trial["contacts"] == []
    assert trial["landing_s"] is None
    assert world.busy_until_s < 5.0
    assert _force(items)[1].max() < 1.1 * PERSON.weight_n


def test_a_stop_when_nobody_is_on_the_pad_changes_nothing() -> None:
    quiet, told = _world(), _world()
    told.operator({"event": "stop", "why": ""}, 0.0)
    told.operator({"event": "mark", "what": "pain"}, 0.5)

    assert quiet.advance(3.0) == told.advance(3.0)


def test_a_start_while_standing_waits_until_the_person_is_beside_the_pad() -> None:
    world = _world()
    world.operator(_start(STANCE), 0.0)
    world.advance(6.0)
    world.operator(_start(replace(HOPS, side=Side.LEFT)), 6.0)
    items = world.advance(25.0)
    first, second = world.truth["trials"]

    assert first["off_pad_s"] < second["on_pad_s"]
    assert len(second["contacts"]) == HOPS.hops
    assert second["side"] == "left"
    assert items


def _codec_loss(items: Sequence[Notification], choice: Choice) -> tuple[int, int]:
    """Return samples and frames that the codec counts as lost between the first and the last it saw."""
    codec = {model.key: model for model in MODELS}[choice.model].codec()
    samples = 0
    for item in items:
        if item.device == choice.device and item.characteristic != LINK:
            decoded = codec.feed(item.characteristic, [item.payload])
            assert not decoded.rejected
            samples += sum(reading.lost_before for reading in decoded.readings)
    assert isinstance(codec, atp.AtpCodec)
    return samples, codec.lost_frames


@pytest.mark.parametrize("choice", [PAD, FOOT])
def test_codecs_count_exactly_what_was_lost(choice: Choice) -> None:
    world = _world(8, Faults(loss=0.05), (choice,))
    items = world.advance(60.0)
    truth = world.truth["devices"][choice.device]
    # Nobody can know of what is lost before the first frame or after the last.
    seen = [int.from_bytes(item.payload[4:8], "little") for item in items if item.characteristic == atp.DATA]
    lost = [count for index, count in truth["lost"] if seen[0] < index < seen[-1]]

    assert len(lost) > 20
    assert _codec_loss(items, choice) == (sum(lost), len(lost))
    assert truth["frames"] == len(truth["lost"]) + len(seen) + _under_way(world)


def _under_way(world: World) -> int:
    return sum(1 for _, _, one in world._waiting if one.characteristic == atp.DATA)


def test_a_short_silence_loses_notifications_and_nothing_else() -> None:
    world = _world(faults=Faults(vanish=(Vanish("pad", 2.0, 2.0 + 0.6 * SUPERVISION_S),)))
    items = world.advance(6.0)
    arrivals = np.array([item.received_ns * 1e-9 for item in items if item.device == "pad" and item.characteristic == atp.DATA])

    assert np.diff(arrivals).max() > 0.5 * SUPERVISION_S
    assert _codec_loss(items, PAD)[0] == pytest.approx(0.6 * SUPERVISION_S * 250.0, abs=2 * 9)  # whole frames of 9
    assert [json.loads(item.payload)["state"] for item in items if item.device == "pad" and item.characteristic == LINK] == ["streaming"]


def test_a_long_silence_is_a_lost_link_and_a_new_handshake() -> None:
    world = _world(faults=Faults(vanish=(Vanish("pad", 2.0, 5.25),)))
    items = [item for item in world.advance(8.0) if item.device == "pad"]
    links = [(item.received_ns * 1e-9, json.loads(item.payload)["state"]) for item in items if item.characteristic == LINK]
    infos = [item for item in items if item.characteristic == atp.INFO]
    back = [item for item in items if item.characteristic == atp.DATA and item.received_ns > 5.25e9]

    assert [state for _, state in links] == ["streaming", "lost", "streaming"]
    assert links[1][0] == pytest.approx(2.0 + SUPERVISION_S)
    assert links[2][0] == pytest.approx(5.252)
    assert len(infos) == 2
    assert infos[0].payload == infos[1].payload
    assert back[0].payload[2:8] == bytes(6)  # START resets sequence and index
    assert not [item for item in items if 2.1e9 < item.received_ns < 5.25e9 and item.characteristic == atp.DATA]


def test_a_device_that_never_comes_back_is_lost_once_and_the_others_go_on() -> None:
    world = _world(faults=Faults(vanish=(Vanish("foot-right", 2.0),)))
    items = world.advance(10.0)
    states = [json.loads(item.payload)["state"] for item in items if item.device == "foot-right" and item.characteristic == LINK]

    assert states == ["streaming", "lost"]
    assert max(item.received_ns for item in items if item.device == "foot-right" and item.characteristic == atp.DATA) < 2.2e9
    assert max(item.received_ns for item in items if item.device == "pad") > 9.9e9


def test_some_clocks_wrap_during_a_visit() -> None:
    wraps = 0
    for seed in range(12):
        world = _world(seed, choices=(FOOT,))
        starts = [int.from_bytes(item.payload[8:12], "little") for item in world.advance(90.0) if item.characteristic == atp.DATA]
        wraps += int((np.diff(starts) < 0).sum())

    assert 1 <= wraps <= 9  # three in ten devices


def test_the_world_is_made_ahead_less_than_the_person_needs_to_react() -> None:
    assert min(REACTION_S, STOP_S) - 0.25 > WINDOW_S


def test_the_truth_is_plain_json() -> None:
    world = _world(faults=Faults(loss=0.05, vanish=(Vanish("pad", 2.0),)))
    world.operator(_start(HOPS), 0.0)
    world.advance(5.0)

    assert json.loads(json.dumps(world.truth, allow_nan=False)) == world.truth
