"""Side-hop formulas against closed forms (metrics.md 8), and the entries on trials made of events."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ankletest.metrics import evaluate
from ankletest.metrics import side_hop as s
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import Kind, Side, Site
from ankletest.trial import Event, Happening, Setup, Trial


def test_twenty_contacts_half_a_second_apart_are_ten_seconds_without_variation() -> None:
    ic = 3.0 + 0.5 * np.arange(21)

    assert s.total_time_s(ic) == pytest.approx(10.0, abs=1e-12)
    assert s.rhythm_percent(ic) == pytest.approx(0.0, abs=1e-12)
    assert math.isnan(s.total_time_s(ic[:20]))
    assert math.isnan(s.rhythm_percent(ic[:2]))


def test_landings_within_thirty_seconds_leave_the_start_hop_out() -> None:
    assert s.landings_within(2.0 + 0.5 * np.arange(80)) == 60
    assert s.landings_within(np.zeros(0)) == 0


def test_a_landing_that_touches_twice_is_one() -> None:
    ic = np.array([0.0, 0.5, 0.6, 1.0, 1.5, 1.62, 1.64])

    assert s.singles(ic).tolist() == [0.0, 0.5, 1.0, 1.5]
    assert s.doubles(ic) == 3


def test_the_direction_ratio_is_that_of_the_means_and_needs_both_sides() -> None:
    contact = np.array([0.30, 0.20, 0.32, 0.22, 0.9])

    assert s.direction_ratio(contact, np.array([1.0, -1.0, 2.0, -3.0, math.nan])) == pytest.approx(0.31 / 0.21)
    assert math.isnan(s.direction_ratio(contact, np.ones(5)))


def test_speed_is_the_integral_of_acceleration() -> None:
    t = np.arange(1001) / 1000.0

    assert s.speed_gained_m_s(t, 3.0 * np.sin(np.pi * t), from_s=0.0, to_s=1.0) == pytest.approx(6.0 / np.pi, rel=1e-3)
    assert math.isnan(s.speed_gained_m_s(t, t, from_s=2.0, to_s=3.0))


# ---- entries ------------------------------------------------------------------------------------------------------------------------


def values_of(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial)}


def hopped(make, exam: str, count: int, *, more: tuple[Event, ...] = (), side: Side = Side.LEFT) -> Trial:
    """Return contacts of 0.2 s and flights of 0.3 s on a pad, in to the midline and out in turn; medial contacts last 40 ms longer."""
    contacts = [0.22 if k % 2 == 0 else 0.18 for k in range(count)]
    flights = [0.5 - contact for contact in contacts]
    trial = make.hops(contacts, flights, u_s=0.002)
    t = np.arange(0.0, trial.span_s[1], 0.005)
    x = np.zeros(len(t))
    away = -1.0 if side is Side.LEFT else 1.0
    force = np.zeros(len(t))
    for k, event in enumerate(e for e in trial.events if e.what is Happening.CONTACT):
        inside = (t >= event.t_s) & (t < event.end_s)
        force[inside] = 900.0
        x[inside] = 150.0 * away * (1.0 if k % 2 == 0 else -1.0)
    pad = make.pad(t, x, np.zeros(len(t)), force=force)
    events = sorted([*trial.events, *more], key=lambda event: event.t_s)
    start = trial.events[2].t_s
    end = trial.events[-1].t_s
    return replace(trial, setup=Setup(exam, side), events=tuple(events), streams=(pad,), families=("side hops",), window_s=(start, end))


def test_a_set_of_twenty_has_a_time_and_the_other_exam_a_count(make) -> None:
    timed, counted = values_of(hopped(make, "side_hop", 20)), values_of(hopped(make, "side_hop_30s", 64))

    assert timed["side_hop_time"].value == pytest.approx(10.0, abs=1e-9)
    assert timed["side_hop_time"].uncertainty == pytest.approx(0.002 * math.sqrt(2.0), rel=0.1)
    assert "side_hop_count" not in timed
    assert counted["side_hop_count"].value == 60.0
    assert "side_hop_time" not in counted
    for values in (timed, counted):
        assert values["side_hop_contact_time"].value == pytest.approx(0.2, abs=1e-9)
        assert values["side_hop_flight_time"].value == pytest.approx(0.3, abs=1e-9)
        assert values["side_hop_rhythm"].value == pytest.approx(0.0, abs=1e-9)
        assert values["side_hop_errors"].value == 0.0


@pytest.mark.parametrize("side", Side)
def test_medial_landings_are_those_to_the_midline_of_either_leg(make, side: Side) -> None:
    values = values_of(hopped(make, "side_hop", 20, side=side))

    # Contact 0 is the landing of the start hop, which went to the midline; its direction is not known, those after it are.
    assert values["side_hop_direction_ratio"].value == pytest.approx(0.22 / 0.18, abs=1e-9)
    assert values["side_hop_direction_ratio"].n_used == 19


def test_errors_are_marks_and_double_touches_and_take_hops_off_the_count(make) -> None:
    trial = hopped(make, "side_hop_30s", 64, more=(Event(Happening.MARK, 5.0, note="line"), Event(Happening.MARK, 6.0, note="pain")))
    values = values_of(trial)
    assert values["side_hop_count"].value == 59.0
    assert values["side_hop_count"].n_rejected == 1
    assert values["side_hop_errors"].value == 1.0
    assert "1 errors marked by the operator" in values["side_hop_errors"].reasons
    twice = Event(Happening.CONTACT, trial.events[10].t_s + 0.12, trial.events[10].t_s + 0.16, device="pad")
    doubled = replace(trial, events=tuple(sorted((*trial.events, twice), key=lambda e: e.t_s)))
    assert values_of(doubled)["side_hop_errors"].value == 2.0


def test_a_set_that_is_too_short_says_how_far_it_came(make) -> None:
    values = values_of(hopped(make, "side_hop", 12))

    assert values["side_hop_time"].status is Status.INVALID
    assert values["side_hop_time"].reasons[0] == "12 of 20 contacts after the start hop"
    early = values_of(hopped(make, "side_hop_30s", 12))["side_hop_count"]
    assert early.value == 12.0
    assert early.status is Status.WARN
    assert "the set ended after 6.0 s of 30 s" in early.reasons


def test_missing_samples_are_a_caveat_on_the_time(make) -> None:
    trial = hopped(make, "side_hop", 20)
    (pad,) = trial.streams
    keep = (pad.t_s < 6.0) | (pad.t_s > 6.15)
    holed = replace(pad, t_s=pad.t_s[keep], values=pad.values[keep], clipped=pad.clipped[keep], lost=pad.lost[keep])
    value = values_of(replace(trial, streams=(holed,)))["side_hop_time"]

    assert value.status is Status.WARN
    assert value.reasons[0].startswith("E-GAP")


def test_without_a_direction_there_is_no_ratio_and_no_trial_no_number(make) -> None:
    trial = hopped(make, "side_hop", 20)
    (pad,) = trial.streams
    flat = replace(pad, values=np.column_stack((pad.values[:, 0], np.zeros((len(pad.t_s), 2)))))
    value = values_of(replace(trial, streams=(flat,)))["side_hop_direction_ratio"]
    assert value.status is Status.INVALID
    assert "the CoP does not cross the pad" in value.reasons[0]
    for value in values_of(replace(trial, events=(), streams=())).values():
        assert value.status is Status.INVALID
        assert value.reasons
    assert (pad.kind, pad.site) == (Kind.PAD, Site.PAD)
