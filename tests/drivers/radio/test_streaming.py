"""Sensors stream through the real bleak: whole, in order, in time, and recorded as handed over."""

import json
import time
from dataclasses import replace

import harness
import numpy as np
import pytest
from atp_frames import CAL, CAL_VALUE, CONTROL, DATA, INFO, INFO_VALUE, index_of

from ankletest.analysis import completed
from ankletest.device import EVENT, OPERATOR, Expect, Handshake, LinkState, Notice, Subscribe
from ankletest.recording.reader import Recording
from ankletest.trial import Outcome
from drivers.codecs import native_pad
from drivers.codecs.atp import PINGS


def test_two_sensors_at_200_notifications_a_second_arrive_whole_and_in_time(air, visit) -> None:
    running = visit("pad", "foot-left")
    running.until(running.streams("pad", "foot-left", more_than=300))
    running.stop()

    for device, sensor in (("pad", air.pad), ("foot-left", air.foot)):
        arrived = [n for n in running.notifications if (n.device, n.characteristic) == (device, DATA)]
        assert [index_of(n.payload) for n in arrived] == list(range(len(arrived)))
        late_ms = [sensor.late_ms(n.payload, n.received_ns) for n in arrived]
        # 50 ms: a sample must be on screen within three frames; under heavy foreign load the 99th percentile was 20 ms.
        assert np.percentile(late_ms, 95) < 50.0
        assert running.states(device) == ["searching", "connecting", "streaming", "stopped"]
    assert not [item for item in running.items if isinstance(item, Notice)]
    assert running.link.let_go == 0
    assert not air.pad.peripheral.connected
    assert not air.foot.peripheral.connected


MINUTE_S = 60.0


def test_two_sensors_at_200_notifications_a_second_lose_nothing_in_a_minute(air, visit) -> None:
    running = visit("pad", "foot-left")
    running.until(running.streams("pad", "foot-left", more_than=5))
    running.test(duration_s=20.0)
    end = time.monotonic() + MINUTE_S
    running.until(lambda: time.monotonic() > end, within_s=MINUTE_S + 5.0)
    running.stop()

    for device in ("pad", "foot-left"):
        indices = [index_of(payload) for payload in running.payloads(device, DATA)]
        status = running.seen.session.devices[device]
        assert indices == list(range(len(indices)))
        assert len(indices) > 0.98 * 200.0 * MINUTE_S  # it is a person's machine: the sender's own timer may be late
        assert (status.loss_percent, status.rejected) == (0.0, 0)
        assert status.longest_gap_s == pytest.approx(0.005, abs=0.0005)  # one period: the live stamps move a little
        assert running.states(device) == ["searching", "connecting", "streaming", "stopped"]
    assert running.link.let_go == 0
    # 5 ms is the goal; measured 0.02 ms, the recorder's hand-over among it.
    assert np.percentile(running.queued_ns, 99) < 5e6
    (finished,) = running.seen.finished
    assert finished.trial.outcome is Outcome.COMPLETED
    assert repr(completed(finished)) == repr(completed(running.replayed().finished[0]))


def test_four_devices_at_once_lose_nothing(air, visit) -> None:
    air.more()
    names = ("pad", "foot-left", "foot-right", "shank-left")
    running = visit(*names)
    running.until(running.streams(*names, more_than=200), within_s=10.0)
    running.stop()

    for device in names:
        indices = [index_of(payload) for payload in running.payloads(device, DATA)]
        assert indices == list(range(len(indices)))
        assert running.states(device) == ["searching", "connecting", "streaming", "stopped"]
    assert running.link.let_go == 0


def test_what_the_handshake_reads_is_recorded_before_the_first_sample(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad", more_than=5))

    heard = [n.characteristic for n in running.notifications if n.device == "pad"]
    assert running.payloads("pad", INFO) == [INFO_VALUE] * 2  # the probe's, and the start script's
    assert heard.index(INFO) == heard.index("link", 1) + 1 == heard.index("battery") - 1  # right after "connecting"
    assert running.payloads("pad", CAL) == [CAL_VALUE]
    assert running.payloads("pad", "battery") == [b"\x5a"]
    assert [payload[0] for payload in running.payloads("pad", CONTROL)] == [0x82, *[0x86] * PINGS, 0x81]
    assert max(heard.index(INFO), heard.index(CAL), heard.index(CONTROL), heard.index("battery")) < heard.index(DATA)


def test_what_a_device_is_is_asked_once_and_not_again_when_its_link_is_regained(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad", more_than=5))
    air.do(air.pad.drop)
    running.until(lambda: running.states("pad").count("streaming") == 2)

    assert running.payloads("pad", INFO) == [INFO_VALUE] * 3


def test_a_device_that_does_not_tell_what_it_is_is_used_all_the_same(air, visit, monkeypatch) -> None:
    mute = replace(native_pad.MODEL, extras={"probe": unanswered})
    monkeypatch.setattr(harness, "MODELS", tuple(mute if model is native_pad.MODEL else model for model in harness.MODELS))
    running = visit("pad")
    running.until(running.streams("pad", more_than=5))

    assert running.states("pad") == ["searching", "connecting", "streaming"]
    assert not [item for item in running.items if isinstance(item, Notice)]


def unanswered() -> Handshake:
    yield Subscribe(CONTROL)
    yield Expect(CONTROL, b"\xff", timeout_s=0.05)


def test_a_device_without_a_battery_service_is_asked_when_it_is_connected_and_again_while_it_streams(air, visit) -> None:
    list(air.pad.peripheral.services.values())[1].clear()
    running = visit("pad")
    running.until(running.streams("pad", more_than=5))
    answered = [payload[0] for payload in running.payloads("pad", CONTROL)]
    running.until(lambda: [payload[0] for payload in running.payloads("pad", CONTROL)].count(0x87) == 3)
    running.stop()

    indices = [index_of(payload) for payload in running.payloads("pad", DATA)]
    assert answered[:2] == [0x87, 0x82]
    # The battery's script and the start script both want the answers: they are asked for once.
    assert air.bluez.calls.count((air.pad.control.path, "StartNotify")) == 1
    assert running.seen.session.devices["pad"].battery_percent == 75  # 3.9 V
    assert indices == list(range(len(indices)))
    assert not [item for item in running.items if isinstance(item, Notice)]


def test_a_device_with_a_battery_service_is_not_asked_besides(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad", more_than=250))  # longer than the time until it would be asked again

    assert 0x87 not in [payload[0] for payload in running.payloads("pad", CONTROL)]
    assert running.payloads("pad", "battery") == [b"\x5a"]


def test_a_battery_that_is_read_only_is_read_again(air, visit) -> None:
    air.pad.battery.flags = ("read",)
    running = visit("pad")
    running.until(lambda: running.payloads("pad", "battery") == [b"\x5a"] * 2)


def test_a_device_that_tells_nothing_of_its_battery_is_used_all_the_same(air, visit) -> None:
    list(air.pad.peripheral.services.values())[1].clear()
    air.pad.deaf_to = {0x07}
    running = visit("pad")
    running.until(running.streams("pad", more_than=5), within_s=8.0)

    assert not [item for item in running.items if isinstance(item, Notice)]


def test_garbage_is_handed_over_as_it_is_and_the_stream_goes_on(air, visit) -> None:
    garbage = [b"", b"\xde\xad", b"\xff" * 20, bytes(240)]
    running = visit("pad")
    running.until(running.streams("pad"))
    for payload in garbage:
        air.do(air.pad.garbage, payload)
    running.until(running.streams("pad"))

    arrived = running.payloads("pad", DATA)
    assert [payload for payload in arrived if payload in garbage] == garbage
    indices = [index_of(payload) for payload in arrived if payload not in garbage]
    assert indices == list(range(len(indices)))


def test_a_window_that_hangs_loses_nothing_and_times_stay_those_of_the_arrival(air, visit) -> None:
    running = visit("foot-left")
    running.until(running.streams("foot-left"))
    time.sleep(0.5)  # the window does not drain at all
    running.drain()

    arrived = [n for n in running.notifications if n.characteristic == DATA]
    assert len(arrived) > 80
    assert [index_of(n.payload) for n in arrived] == list(range(len(arrived)))
    # Three frames, as above at 200 notifications a second.
    assert np.percentile([air.foot.late_ms(n.payload, n.received_ns) for n in arrived], 95) < 50.0


def test_an_operator_s_event_is_in_order_with_the_notifications(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    running.link.post({"event": "mark", "what": "now"})
    running.until(running.streams("pad"))

    times = [n.received_ns for n in running.notifications]
    events = [json.loads(payload) for payload in running.payloads(OPERATOR, EVENT)]
    marked = next(i for i, n in enumerate(running.notifications) if b"mark" in n.payload and n.device == OPERATOR)
    assert times == sorted(times)
    assert [event["event"] for event in events] == ["open", "mark"]
    assert DATA in {n.characteristic for n in running.notifications[:marked]}
    assert DATA in {n.characteristic for n in running.notifications[marked:]}


def test_a_visit_is_recorded_as_it_was_handed_over(air, visit) -> None:
    running = visit("pad", "foot-left")
    running.until(running.streams("pad", "foot-left"))
    air.do(air.foot.drop)
    air.do(air.pad.garbage, b"\xff" * 7)
    running.until(lambda: "lost" in running.states("foot-left"))
    running.until(running.streams("pad", "foot-left"))
    running.stop()
    recording = Recording.open(running.path)

    assert running.link.recording == running.path
    assert recording.complete
    assert list(recording.notifications()) == running.notifications
    assert json.loads(running.notifications[0].payload)["event"] == "open"
    assert json.loads(running.notifications[-1].payload)["event"] == "close"


def test_a_session_makes_of_the_air_what_the_sensors_sent(air, visit) -> None:
    running = visit("pad", "foot-left")
    running.until(running.streams("pad", "foot-left"))
    air.do(air.foot.drop)
    running.until(lambda: "lost" in running.states("foot-left"))
    running.until(running.streams("pad", "foot-left"))
    running.stop()

    for device in ("pad", "foot-left"):
        t_s = running.seen.samples(device)[:, 0]
        status = running.seen.session.devices[device]
        assert len(t_s) == len(running.payloads(device, DATA)) > 40
        assert np.all(np.diff(t_s) > 0)
        assert (status.rejected, status.loss_percent, status.battery_percent, status.state) == (0, 0.0, 90, LinkState.STOPPED)
    # Four cells of 720 N together and the gravity on the third axis: what the fake sensors send, all the way through.
    np.testing.assert_allclose(running.seen.samples("pad")[:, 1], 720.0, rtol=1e-6)  # the scale of a cell is a 32-bit float
    np.testing.assert_allclose(running.seen.samples("foot-left")[:, 3], 9.80665, rtol=1e-6)
