import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.hold import episodes_of
from ankletest.trial import Event, Happening, Outcome, Trial


def numbers(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial)}


def touches(*times: float) -> tuple[Event, ...]:
    return tuple(Event(Happening.TOUCH_DOWN, t) for t in times)


@pytest.fixture
def pad(make, circle):
    return make.pad(circle.t, circle.x, circle.y)


def test_the_hold_of_the_specification(make, pad) -> None:
    found = numbers(make.stance(pad, hold_s=14.34 - 2.00, window=(5.0, 14.34), events=touches(14.34), outcome=Outcome.NOT_HELD))[
        "hold_time"
    ]

    assert found.value == pytest.approx(12.34, abs=1e-9)
    assert found.status is Status.OK
    assert found.uncertainty == pytest.approx(math.sqrt(2.0 / 3.0) * 0.01, rel=1e-6)  # two edges, each within a sample


def test_the_edge_that_tells_its_uncertainty_is_believed(make, pad) -> None:
    end = Event(Happening.TOUCH_DOWN, 14.34, u_s=0.05)
    found = numbers(make.stance(pad, hold_s=12.34, events=(end,)))["hold_time"]

    assert found.uncertainty == pytest.approx(math.hypot(0.05, 0.01 / math.sqrt(3.0)), rel=1e-6)


def test_a_hold_to_the_cap_says_so(make, pad) -> None:
    found = numbers(make.stance(pad, hold_s=30.0, capped=True))["hold_time"]

    assert found.value == 30.0
    assert found.status is Status.OK
    assert found.reasons[0].startswith("capped")


def test_a_record_taken_in_whole_has_no_hold_and_no_count_of_errors(make, pad) -> None:
    found = numbers(make.stance(pad, hold_s=math.nan))

    assert found["hold_time"].status is Status.INVALID
    assert found["errors"].value is None
    assert found["errors"].reasons


def test_a_device_that_fails_is_not_a_person_who_fails(make, pad) -> None:
    found = numbers(make.stance(pad, hold_s=7.0, outcome=Outcome.INVALID, reasons=("the pad was lost",)))["hold_time"]

    assert found.value is None
    assert found.reasons[0] == "the run is invalid: the pad was lost"


def test_two_episodes_of_three_pulses() -> None:
    assert episodes_of(touches(3.0, 3.4, 9.0)) == 2  # metrics.md ST-02


def test_a_stance_without_errors_has_none(make, pad) -> None:
    found = numbers(make.stance(pad))["errors"]

    assert found.value == 0.0
    assert found.status is Status.OK


def test_every_kind_of_error_counts_and_pain_does_not(make, pad) -> None:
    events = (
        Event(Happening.SHIFT, 12.0), Event(Happening.LARGE_SWAY, 15.0), Event(Happening.MARK, 18.0, note="hands"),
        Event(Happening.MARK, 21.0, note="pain"), Event(Happening.TOUCH_DOWN, 24.0, valid=False), Event(Happening.PHASE, 26.0, note="hold"),
    )  # fmt: skip
    found = numbers(make.stance(pad, events=events))["errors"]

    assert found.value == 3.0
    assert found.reasons == ("errors: hands, large sway, shift",)


def test_an_error_that_goes_on_takes_what_follows_into_its_episode() -> None:
    long = Event(Happening.TOUCH_DOWN, 3.0, 6.0)

    assert episodes_of((long, *touches(4.0, 6.5))) == 1
    assert episodes_of((long, *touches(4.0, 7.0))) == 2  # a second after its end is another one


@given(st.lists(st.floats(0.0, 60.0), max_size=30))
def test_order_does_not_matter_and_episodes_never_outnumber_errors(times: list[float]) -> None:
    events = touches(*times)

    assert episodes_of(events) == episodes_of(tuple(reversed(events)))
    assert episodes_of(events) <= len(times)
    assert (episodes_of(events) == 0) is (not times)


def test_a_stance_with_an_imu_has_a_hold_too(make) -> None:
    t = np.arange(2000) / 100.0
    acc = np.tile((0.0, 0.0, 9.8), (2000, 1))
    found = numbers(make.stance(make.imu(t, acc, np.zeros((2000, 3))), hold_s=15.0))

    assert found["hold_time"].value == 15.0
    assert found["hold_time"].profile == "P-IMUEV"
