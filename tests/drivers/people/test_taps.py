"""A simulated stance with taps, through the real codecs: what is found is what was done."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.exams import taps as exam
from ankletest.exams.base import Fitness, Member
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import Kind, Side, Site
from ankletest.session import Finished, Session
from ankletest.trial import Event, Happening, Outcome, Setup
from drivers.catalog import MODELS
from drivers.people.body import Leg, Person
from drivers.people.faults import Faults
from drivers.people.taps import act
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

PAD = replace(PRACTICE_CHOICES[0], rate_hz=200.0)
FOOT, LUMBAR = PRACTICE_CHOICES[1], PRACTICE_CHOICES[3]
SETUP = Setup("taps", Side.LEFT)
CALM = Person(left=Leg(sway=0.1))
"""Sways so little that what the taps do can be told in closed form."""


def visit(
    seed: int = 1, *, person: Person = CALM, setup: Setup = SETUP, foot: bool = True, faults: Faults | None = None, keys: bool = False
) -> tuple[Finished, dict[str, object]]:
    items, truth = simulate((setup,), (PAD, *((FOOT, LUMBAR) if foot else ())), person, seed, faults)
    true = truth["trials"][0]  # type: ignore[index]  # the truth is JSON
    if keys:
        ns = [round(1e9 * (tap["t_s"] + 0.02)) for tap in true["taps"]]
        items = sorted([*items, *(Notification(OPERATOR, EVENT, at, b'{"event": "mark", "what": "tap"}') for at in ns)], key=_arrival)
    session = Session(MODELS)
    finished = [*session.feed(items).finished, *session.finish().finished]
    assert len(finished) == 1
    return finished[0], true


def _arrival(one: Notification) -> int:
    return one.received_ns


def found(finished: Finished) -> list[Event]:
    return [event for event in finished.trial.events if event.what is Happening.TAP]


def values(finished: Finished) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in finished.values}


@pytest.mark.parametrize("seed", range(6))
def test_every_tap_is_found_and_answered_as_it_truly_was(seed: int) -> None:
    finished, truth = visit(seed)
    true, got = truth["taps"], values(finished)

    assert finished.trial.outcome is Outcome.COMPLETED
    # The knock is above 0.5 g after 3 to 8 ms, and the foot's clock is within 10 ms of the host's (algorithms.md 3).
    assert [event.t_s for event in found(finished)] == pytest.approx([tap["t_s"] for tap in true], abs=0.02)
    assert {value.status for value in got.values()} == {Status.OK}
    # A low-pass of 10 Hz takes little of a peak that rises in 60 ms and falls with 0.34 s; 5 mm of sway times 0.1 are left.
    peaks = [tap["pushed_mm"] * _highest(tap["tau_s"]) for tap in true]
    assert got["tap_peak"].value == pytest.approx(np.median(peaks), rel=0.06)
    assert got["tap_recovery"].n_used == 5


def _highest(tau_s: float) -> float:
    t = np.arange(0.0, 0.3, 1e-3)
    u = np.clip(t / 0.06, 0.0, 1.0)
    return float(np.max(u**3 * (10.0 + u * (6.0 * u - 15.0)) * np.exp(-t / tau_s)))


def test_recovery_is_as_long_as_the_decay_to_the_limit() -> None:
    finished, truth = visit(3)
    # The limit is that of a calm baseline: CoP RMS of 0.7 mm (7 mm of a healthy leg times 0.1) and what it spreads.
    expected = [tap["tau_s"] * math.log(tap["pushed_mm"] / 1.0) for tap in truth["taps"]]

    # The limit, μ + 2σ of 0.7 mm of sway, is 0.7 to 1.4 mm: τ ln 1.4 = 0.12 s either way; sway on top of the tail moves it as much.
    assert values(finished)["tap_recovery"].value == pytest.approx(np.median(expected), abs=0.25)


def test_a_leg_that_sways_more_recovers_later_in_its_own_measure() -> None:
    finished, _ = visit(2, person=Person())
    got = values(finished)

    assert 15.0 < got["tap_peak"].value < 50.0  # 28 mm and 5 mm of sway in each axis
    assert got["tap_recovery"].uncertainty > 0.0
    assert any("not alike" in reason for reason in got["tap_recovery"].reasons)


def test_the_key_stands_in_for_a_sensor() -> None:
    with_key, truth = visit(4, foot=False, keys=True)
    without, _ = visit(4, foot=False)

    assert [event.t_s for event in found(with_key)] == pytest.approx([tap["t_s"] + 0.02 for tap in truth["taps"]], abs=1e-6)
    assert {event.device for event in found(with_key)} == {"operator"}
    assert values(with_key)["tap_peak"].status is Status.WARN
    assert any(reason.startswith("timing: taps by the key") for reason in values(with_key)["tap_peak"].reasons)
    assert found(without) == []
    assert values(without)["tap_peak"].value is None
    assert values(without)["tap_peak"].reasons[0].startswith("E-SHORT: 0 usable taps")
    assert "0 usable taps, 5 asked for" in without.trial.reasons


def test_the_key_beside_a_spike_means_the_spike() -> None:
    finished, truth = visit(4, keys=True)

    assert len(found(finished)) == len(truth["taps"])
    assert all(event.device == "foot-left" for event in found(finished))


def test_a_touch_down_spoils_the_taps_about_it_only() -> None:
    finished, truth = visit(6, person=Person(), faults=Faults(touch_down_s=18.0), setup=replace(SETUP, given={"taps": 7.0}))
    taps = found(finished)

    assert finished.trial.outcome is Outcome.NOT_HELD
    touch = truth["touch_downs_s"][0]
    for event in taps:
        spoiled = touch[0] < event.t_s + 4.0 and touch[1] > event.t_s - 5.0
        assert event.valid is not spoiled
        assert ("touch-down" in event.note) is spoiled
    assert any(not event.valid for event in taps)
    assert values(finished)["tap_peak"].n_used == sum(event.valid for event in taps)


def test_a_whole_record_is_looked_through_too() -> None:
    finished, truth = visit(1)
    trial = exam.whole(SETUP, finished.trial.streams)
    found_s = [event.t_s for event in trial.events if event.what is Happening.TAP]

    assert all(any(abs(at - tap["t_s"]) < 0.02 for at in found_s) for tap in truth["taps"])


def test_sensors_decide_how_taps_are_told() -> None:
    pad = Member("pad", Kind.PAD, Site.PAD, None, 200.0)
    shank = Member("shank", Kind.IMU, Site.SHANK, Side.LEFT, 200.0)

    assert exam.fit([pad, shank], SETUP).fitness is Fitness.GOOD
    assert exam.fit([pad], SETUP).fitness is Fitness.LIMITED
    assert "key" in exam.fit([pad], SETUP).reasons[-1]
    assert exam.fit([pad, replace(shank, nominal_hz=60.0)], SETUP).fitness is Fitness.LIMITED
    assert exam.fit([], SETUP).fitness is Fitness.REFUSED


def test_the_client_hears_of_taps_and_the_stance_lasts_as_long_as_they_need() -> None:
    assert "tapped" in exam.phases_for(SETUP)["lead-in"].instruction
    assert "left" in exam.phases_for(SETUP)["settle"].instruction
    assert exam.hold_s(SETUP) == 46.0
    assert exam.hold_s(replace(SETUP, given={"taps": 8.0})) == 70.0


def test_a_run_tells_its_own_phases_and_keys() -> None:
    items, _ = simulate((SETUP,), (PAD, FOOT), CALM, 1)
    session = Session(MODELS)
    told = []
    for at in range(0, len(items), 500):
        told += session.feed(items[at : at + 500]).changes
    run = session.run

    assert isinstance(run, exam.TapsRun)
    assert "Stay steady. Find your balance again after each tap." in [c.phase.instruction for c in told if not isinstance(c, Event)]
    assert run.progress.total == 46.0
    run.mark("tap", 60.0)
    assert {number.key: number.value for number in run.live()}["taps"] == 1.0
    assert run.phase.outcome is Outcome.COMPLETED


def test_somebody_who_steps_off_is_not_tapped_any_more() -> None:
    made = act(CALM, SETUP, Faults(), (1, 1))
    stopped = made.stopped(20.0)

    assert len(stopped.knocks) < len(made.knocks)
    assert stopped.gone_s < 21.0
    assert stopped.tested is Side.LEFT
