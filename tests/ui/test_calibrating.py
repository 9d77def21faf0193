"""Calibrations in a live visit: what is recorded gives the same certificate, and the next recording carries it."""

import json

import pytest

from ankletest.device import OPERATOR
from ankletest.exams.base import Fitness
from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.trial import Setup
from calibration.folder import shelf
from calibration.procedure import Refusal
from calibration.visit import calibrate
from drivers.catalog import MODELS
from ui.furnish import CERTIFICATES
from ui.words import calibration as told

WAIT_MS = 30_000


def done(room, kind: str, device: str, given: dict[str, tuple[float, ...]] | None = None):
    """Do a calibration to its end and return what became of it."""
    calibrating, ended = room.furniture.calibrating, []
    calibrating.ended.connect(ended.append)
    calibrating.begin(kind, device, given or {}, operator="KM")
    room.qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)
    calibrating.ended.disconnect(ended.append)
    return ended[0]


def test_a_certificate_is_filed_is_the_recordings_to_the_bit_and_is_in_force_for_the_next_recording(room, tmp_path) -> None:
    visit, calibrating = room.furniture.visit, room.furniture.calibrating
    room.connect(0, 1)
    assert calibrating.opening() == {}
    one = done(room, "gyro_rest", "foot-left").certificate
    assert one is not None
    assert one.passed, one.why
    assert one.operator == "KM"
    assert shelf(tmp_path / "data" / CERTIFICATES).certificates == (one,)

    recording = visit.recording.with_suffix(".mcap")
    with room.qtbot.waitSignal(visit.closed, timeout=WAIT_MS):
        visit.close()
    items = list(Recording.open(recording).notifications())
    assert [each.certificate for each in calibrate(items, MODELS)] == [one]

    visit.open(visit.choices)
    room.qtbot.waitUntil(lambda: visit.session is not None and bool(visit.session.opened), timeout=WAIT_MS)
    devices = {device["device"]: device for device in visit.session.opened["devices"]}
    assert [c["id"] for c in devices["foot-left"]["certificates"]] == [one.id]
    assert devices["pad"]["certificates"] == []
    assert visit.session.opened["date"]


def test_no_exam_begins_during_a_calibration_and_none_is_calibrated_during_an_exam(room) -> None:
    visit, calibrating = room.furniture.visit, room.furniture.calibrating
    room.connect(0)
    setup = Setup("stance", Side.LEFT, duration_s=5.0)
    calibrating.begin("pad_tare", "pad", {})
    assert visit.start(setup).fitness is Fitness.REFUSED
    assert visit.verdict(setup).reasons == (told.CALIBRATION_GOES_ON,)
    calibrating.cancel()
    room.qtbot.waitUntil(lambda: not calibrating.busy, timeout=WAIT_MS)

    assert visit.start(setup).fitness is not Fitness.REFUSED
    room.qtbot.waitUntil(lambda: visit.running, timeout=WAIT_MS)
    with pytest.raises(Refusal, match="exam is going on"):
        calibrating.begin("pad_tare", "pad", {})
    visit.discard()
    room.qtbot.waitUntil(lambda: not visit.running, timeout=WAIT_MS)


def test_what_was_missed_during_an_exam_is_made_up_for_before_the_next_calibration(room) -> None:
    visit = room.furniture.visit
    room.connect(0)
    visit.start(Setup("stance", Side.LEFT, duration_s=5.0))
    with room.qtbot.waitSignal(visit.finished, timeout=WAIT_MS):
        pass
    one = done(room, "pad_tare", "pad").certificate

    assert one is not None
    assert one.passed, one.why


def test_senseless_numbers_are_refused_before_anything_is_recorded(room) -> None:
    calibrating, visit = room.furniture.calibrating, room.furniture.visit
    with pytest.raises(Refusal, match="No device"):
        calibrating.begin("pad_tare", "pad", {})
    room.connect(0)
    for given, words in (({"weight_kg": (5.0, 10.0)}, "2 different weights"), ({"weight_kg": (5000.0,)}, "makes no sense")):
        with pytest.raises(Refusal, match=words):
            calibrating.begin("pad_span", "pad", given)

    assert not calibrating.busy
    recording = visit.recording.with_suffix(".mcap")
    with room.qtbot.waitSignal(visit.closed, timeout=WAIT_MS):
        visit.close()
    events = [json.loads(n.payload)["event"] for n in Recording.open(recording).notifications() if n.device == OPERATOR]
    assert "calibrate" not in events


def test_devices_let_go_during_a_calibration_leave_no_certificate(room) -> None:
    calibrating, visit, ended = room.furniture.calibrating, room.furniture.visit, []
    room.connect(0)
    calibrating.ended.connect(ended.append)
    calibrating.begin("pad_span", "pad", {})
    room.qtbot.waitUntil(lambda: calibrating.run is not None, timeout=WAIT_MS)
    with room.qtbot.waitSignal(visit.closed, timeout=WAIT_MS):
        visit.close()

    assert [one.certificate for one in ended] == [None]
    assert not calibrating.busy
    assert visit.occupied == ""
    assert calibrating.certificates == ()
