"""A check of simulated devices from its first step to its last: what is wrong is found and named, what was not done is never passed."""

import json

import pytest

from ankletest.analysis import batches
from ankletest.checks.base import Aspect, CheckReport, Judgement, Level
from ankletest.checks.kept import NOT_DONE, STALE
from ankletest.checks.steps import Step
from ankletest.checks.told import told_of
from ankletest.device import LINK, Notification
from ankletest.errors import RecordingError
from ankletest.recording.layout import event_notification
from ankletest.samples import Side
from ankletest.session import Session
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.people.faults import Faults
from tests.ankletest.checks.driven import Driven, told

FEET = ("foot-left", "foot-right")


def judged(report: CheckReport, device: str) -> Judgement:
    found = report.of(device)
    assert found is not None
    return found


def level_of(report: CheckReport, device: str, aspect: Aspect) -> Level | None:
    finding = judged(report, device).found(aspect)
    return finding.level if finding is not None else None


@pytest.mark.parametrize("seed", range(6))
def test_good_devices_on_the_right_legs_are_good_within_a_quarter_of_a_minute(seed: int) -> None:
    driven = Driven(("pad", *FEET, "lumbar"), seed=seed)
    report = driven.check("hops")

    # An ordinary pad's four cells are up to 3 N off each: beyond 5 N together it is told, and rightly.
    tared = [j for j in report.judgements if not (j.device == "pad" and level_of(report, "pad", Aspect.ZERO) is Level.WARN)]
    assert [j.level for j in tared] == [Level.GOOD] * len(tared), told(report)
    assert report.end_s - report.start_s < 15.0
    assert report.swapped == ()


FAULTS = {
    "rate": (Faults(pace=0.85), "foot-left", Aspect.RATE, Level.BAD, "170.1 Hz instead of 200 Hz"),
    "slow": (Faults(pace=0.96), "pad", Aspect.RATE, Level.WARN, "Hz instead of 1000 Hz"),
    "loss": (Faults(loss=0.2, burst=1.0), "foot-left", Aspect.LOSS, Level.BAD, "% of its samples are lost"),
    "zero": (Faults(zero_n=60.0), "pad", Aspect.ZERO, Level.BAD, "while it is empty"),
    "load": (Faults(zero_n=250.0), "pad", Aspect.ZERO, Level.NOT_DONE, "it was not empty"),
    "noise": (Faults(noise=30.0), "foot-right", Aspect.NOISE, Level.BAD, "it is noisy"),
    "shaky pad": (Faults(noise=6.0), "pad", Aspect.NOISE, Level.WARN, "it is noisy"),
    "turn": (Faults(gyro_bias_dps=5.0), "foot-left", Aspect.TURN, Level.WARN, "while it is at rest"),
    "spins": (Faults(gyro_bias_dps=20.0), "foot-left", Aspect.TURN, Level.BAD, "while it is at rest"),
    "battery": (Faults(battery_percent=12.0), "pad", Aspect.BATTERY, Level.WARN, "it may not last the visit"),
    "empty": (Faults(battery_percent=3.0), "foot-left", Aspect.BATTERY, Level.WARN, "it may not last the test"),
    "range": (Faults(gyro_range_dps=500.0), "foot-left", Aspect.RANGE, Level.BAD, "gyro clips at 500 deg/s: contact time invalid"),
    "blunt": (Faults(acc_range_g=4.0), "foot-left", Aspect.RANGE, Level.WARN, "accelerometer clips at 4 g"),
    "turned": (Faults(turned=True), "pad", Aspect.SIDE, Level.BAD, "the pad lies the wrong way round"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_found_and_said_with_what_to_do(name: str) -> None:
    faults, device, aspect, level, words = FAULTS[name]
    report = Driven(faults=faults).check("hops")
    finding = judged(report, device).found(aspect)

    assert finding is not None, told(report)
    assert finding.level is level, told(report)
    assert words in finding.words
    assert finding.hint
    assert finding in judged(report, device).reasons
    assert level_of(report, "foot-right", Aspect.SIDE) is not None  # what is wrong elsewhere keeps nothing from being looked at


def test_a_scripted_fault_is_measured_as_it_is() -> None:
    report = Driven(faults=Faults(zero_n=60.0, loss=0.1, burst=1.0, ppm=0.0)).check()
    plain = Driven().check()
    zero, before = (judged(r, "pad").found(Aspect.ZERO) for r in (report, plain))
    loss, rate = (judged(report, "foot-left").found(aspect) for aspect in (Aspect.LOSS, Aspect.RATE))

    assert zero is not None
    assert before is not None
    assert loss is not None
    assert rate is not None
    assert zero.value - before.value == pytest.approx(60.0, abs=0.2)  # noise 0.7 N over 3 s is 0.01 N, and breathing is off the pad
    assert loss.value == pytest.approx(10.0, abs=4.0)  # some 500 frames: SD 1.3 %
    assert rate.value == pytest.approx(200.0, rel=0.01)  # losses are counted, so they do not look like a slow device


@pytest.mark.parametrize("seed", range(4))
def test_swapped_feet_are_found_and_named(seed: int) -> None:
    report = Driven(faults=Faults(swapped=True), seed=seed).check()

    assert report.swapped == (("foot-left", "foot-right"),)
    for device, side in zip(FEET, ("right", "left"), strict=True):
        finding = judged(report, device).found(Aspect.SIDE)
        assert finding is not None
        assert finding.level is Level.BAD
        assert f"moved with the {side} foot" in finding.words
    assert level_of(report, "pad", Aspect.SIDE) is Level.GOOD


@pytest.mark.parametrize(("devices", "swapped"), [(("foot-right",), True), (("shank-left", "shank-right"), True), (("foot-left",), False)])
def test_one_sensor_or_shanks_tell_their_side_too(devices: tuple[str, ...], swapped: bool) -> None:
    report = Driven(devices, faults=Faults(swapped=swapped)).check()

    assert {level_of(report, device, Aspect.SIDE) for device in devices} == {Level.BAD if swapped else Level.GOOD}
    assert bool(report.swapped) is (swapped and len(devices) == 2)


def test_a_client_who_lifts_no_foot_leaves_the_side_unchecked_and_not_passed() -> None:
    report = Driven(deaf=frozenset({Step.LEFT, Step.RIGHT, Step.DOWN})).check()

    for device in ("pad", *FEET):
        assert level_of(report, device, Aspect.SIDE) is Level.NOT_DONE
        assert judged(report, device).lamp != "good"


def test_a_client_who_stays_off_the_pad_leaves_only_the_pads_side_open() -> None:
    report = Driven(deaf=frozenset({Step.ON})).check()

    assert level_of(report, "pad", Aspect.SIDE) is Level.NOT_DONE
    assert level_of(report, "foot-left", Aspect.SIDE) is Level.GOOD


# ---- what is kept of it --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def swapped() -> Driven:
    """A check that found something, and a test after it."""
    driven = Driven(faults=Faults(swapped=True, battery_percent=12.0))
    driven.check("hops")
    driven.go_on(2.0)
    driven.post({"event": "start", "setup": Setup("stance", Side.LEFT, duration_s=5.0, trial="one").as_json()})
    driven.go_on(20.0)
    return driven


@pytest.mark.parametrize("size", [1, 7, 1000, 10**9])
def test_a_replay_in_any_pieces_gives_the_same_result_to_the_bit(swapped: Driven, size: int) -> None:
    session = Session(MODELS)
    again = [report for batch in batches(swapped.items, size) for report in session.feed(batch).checked]

    assert again == swapped.reports


def test_a_result_survives_json(swapped: Driven) -> None:
    report = swapped.reports[0]

    assert CheckReport.from_json(json.loads(json.dumps(report.as_json()))) == report


def test_a_trial_says_what_the_check_before_it_found(swapped: Driven) -> None:
    quality = _trials(swapped.items)[0]
    check = quality["foot-left"]["check"]

    assert check["level"] == "bad"
    assert "moved with the right foot" in check["words"]
    assert check["at_s"] == swapped.reports[0].end_s
    assert any(s.startswith("Sensor check, foot-left: ") for s in told_of(quality))


def test_without_a_check_the_results_say_that_it_was_not_done() -> None:
    driven = Driven(("pad",))
    driven.go_on(3.0)
    driven.post({"event": "start", "setup": Setup("stance", Side.LEFT, duration_s=5.0, trial="one").as_json()})
    driven.go_on(20.0)
    quality = _trials(driven.items)[0]

    assert quality["pad"]["check"] == {"level": "not done", "words": NOT_DONE, "at_s": None}
    assert told_of(quality) == ("The sensors were not checked before this test.",)


def test_an_old_record_without_a_word_of_a_check_was_not_checked() -> None:
    assert told_of({"pad": {"loss_percent": 0.0}}) == told_of({}) == ("The sensors were not checked before this test.",)
    good = {"check": {"level": "good", "words": "good: rate", "at_s": 9.0}}
    assert told_of({"pad": good}) == ("The sensors were checked before this test: good.",)
    assert told_of({"pad": good, "foot-left": {}}) == ("Sensor check, foot-left: not checked.",)


def test_a_check_before_the_link_was_lost_does_not_hold_of_what_came_back() -> None:
    driven = Driven(("pad", "foot-left"))
    driven.check()
    for state in ("lost", "streaming"):
        payload = json.dumps({"state": state, "why": "no data"}).encode()
        driven._take([Notification("foot-left", LINK, round(1e9 * driven.now_s), payload)])
        driven.go_on(0.5)
    checks = driven.session.checks

    assert checks.of("foot-left", driven.now_s) == {"level": "not done", "words": STALE, "at_s": driven.reports[0].end_s}
    assert checks.of("pad", driven.now_s)["level"] != "not done"


def test_a_device_that_is_lost_during_the_check_is_bad_with_the_links_own_words() -> None:
    driven = Driven(("pad", "foot-left"))
    driven.go_on(3.0)
    driven.post({"event": "check", "step": "rest"})
    payload = json.dumps({"state": "lost", "why": "no data"}).encode()
    driven._take([Notification("foot-left", LINK, round(1e9 * driven.now_s), payload)])
    driven.post({"event": "check", "step": "done"})

    assert judged(driven.reports[0], "foot-left").words == "the link is lost (no data)"
    assert judged(driven.reports[0], "foot-left").level is Level.BAD


def test_a_device_that_sends_nothing_is_bad() -> None:
    driven = Driven(("pad",))
    driven.post({"event": "check", "step": "rest"})
    driven.post({"event": "check", "step": "done"})

    assert judged(driven.reports[0], "pad").words == "nothing came from it"


def test_steps_that_are_skipped_are_not_done_and_a_stopped_check_leaves_nothing() -> None:
    driven = Driven()
    driven.go_on(3.0)
    driven.post({"event": "check", "step": "rest"})
    driven.go_on(0.5)
    driven.post({"event": "check", "step": "stop"})
    assert driven.session.checks.going is None
    assert driven.reports == []
    driven.post({"event": "check", "step": "rest"})
    driven.go_on(0.5)
    driven.post({"event": "check", "step": "done"})

    assert level_of(driven.reports[0], "foot-left", Aspect.NOISE) is Level.NOT_DONE
    assert level_of(driven.reports[0], "pad", Aspect.ZERO) is Level.NOT_DONE
    assert all(judged(driven.reports[0], device).lamp == "off" for device in ("pad", *FEET))


def test_a_test_that_begins_leaves_the_check_and_none_begins_during_one() -> None:
    driven = Driven(("pad",))
    driven.go_on(3.0)
    driven.post({"event": "check", "step": "rest"})
    driven.post({"event": "start", "setup": Setup("stance", Side.LEFT, trial="one").as_json()})
    assert driven.session.checks.going is None
    driven.post({"event": "check", "step": "rest"})

    assert driven.session.checks.going is None


def test_a_step_of_a_newer_version_is_refused_in_words() -> None:
    driven = Driven(("pad",))
    with pytest.raises(RecordingError, match="somersault"):
        driven.session.feed([event_notification({"event": "check", "step": "somersault"}, 0)])


def _trials(items: list[Notification]) -> list[dict[str, dict[str, dict[str, object]]]]:
    session = Session(MODELS)
    finished = [*session.feed(items).finished, *session.finish().finished]
    return [json.loads(json.dumps(done.trial.quality)) for done in finished]
