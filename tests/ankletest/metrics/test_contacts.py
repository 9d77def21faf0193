import math
from dataclasses import replace

import numpy as np
import pytest

from ankletest.metrics.contacts import hops_of
from ankletest.samples import G, Side, Site
from ankletest.trial import Event, Happening

TEN = ([0.2] * 10, [0.4] * 10)


def pad_for(make, end: float, *, rate: float = 1000.0, **more: object):
    t = np.arange(round(end * rate) + 1) / rate
    return make.pad(t, np.zeros(len(t)), np.zeros(len(t)), force=more.pop("force", 0.0), device="pad", **more)


def test_the_entry_jump_and_the_final_landing_are_no_hops(make) -> None:
    hops = hops_of(make.hops(*TEN)).hops

    assert len(hops) == 10
    assert hops[0].ic_s == pytest.approx(1.4)  # the first landing after the entry jump
    assert hops[-1].next_ic_s == pytest.approx(7.4)  # the final landing ends the last flight
    assert all(hop.valid for hop in hops)
    assert [hop.contact_s for hop in hops] == pytest.approx([0.2] * 10)
    assert [hop.flight_s for hop in hops] == pytest.approx([0.4] * 10)


def test_a_record_that_starts_in_the_air_counts_from_its_first_landing(make) -> None:
    trial = make.hops(*TEN)

    assert len(hops_of(replace(trial, events=trial.events[1:])).hops) == 10


def test_a_record_that_ends_in_the_air_loses_the_last_contact_only(make) -> None:
    trial = make.hops(*TEN)

    assert len(hops_of(replace(trial, events=trial.events[:-1])).hops) == 9


def test_contacts_without_stated_flights_are_hops_too(make) -> None:
    trial = make.hops(*TEN)
    contacts = tuple(event for event in trial.events if event.what is Happening.CONTACT)

    assert len(hops_of(replace(trial, events=contacts)).hops) == 10


def test_stepping_off_and_on_again_is_neither_a_flight_nor_a_hop(make) -> None:
    trial = make.hops(*TEN)
    end = trial.span_s[1]
    back = (Event(Happening.FLIGHT, end, end + 4.0, device="pad"), Event(Happening.CONTACT, end + 4.0, end + 6.0, device="pad"))

    assert len(hops_of(replace(trial, events=trial.events + back, window_s=(0.0, end + 6.0))).hops) == 10


def test_a_contact_that_a_lost_device_left_open_is_no_hop(make) -> None:
    trial = make.hops(*TEN)
    events = [replace(event, end_s=math.nan) if event.what is Happening.CONTACT and event.t_s > 4.0 else event for event in trial.events]
    hops = hops_of(replace(trial, events=tuple(events))).hops

    assert 0 < len(hops) < 10
    assert all(math.isfinite(hop.to_s) for hop in hops)


def test_hops_outside_the_window_do_not_count(make) -> None:
    assert len(hops_of(make.hops(*TEN), window_s=(2.0, 5.05)).hops) == 5  # 2.0 … 5.0, five whole cycles
    assert hops_of(make.hops(*TEN), window_s=(100.0, 110.0)).hops == ()


@pytest.mark.parametrize(
    ("ct", "ft", "why"),
    [
        (0.079, 0.4, "contact time 0.079"),
        (0.61, 0.4, "contact time 0.610"),
        (0.2, 0.09, "flight time 0.090"),
        (0.2, 0.91, "flight time 0.910"),
    ],
)
def test_a_hop_outside_the_gates_is_left_out_and_says_why(make, ct: float, ft: float, why: str) -> None:
    hops = hops_of(make.hops([0.2, ct, 0.2], [0.4, ft, 0.4])).hops

    assert [hop.valid for hop in hops] == [True, False, True]
    assert hops[1].why.startswith(why)


@pytest.mark.parametrize(("ct", "ft"), [(0.081, 0.4), (0.599, 0.4), (0.2, 0.101), (0.2, 0.899)])
def test_a_hop_just_inside_the_gates_counts(make, ct: float, ft: float) -> None:
    assert all(hop.valid for hop in hops_of(make.hops([ct], [ft])).hops)


def test_what_the_detector_or_the_person_struck_out_stays_out(make) -> None:
    trial = make.hops(*TEN)
    events = tuple(replace(e, valid=False, note="a stutter step") if abs(e.t_s - 3.2) < 1e-9 else e for e in trial.events)
    hops = hops_of(replace(trial, events=events)).hops

    # The contact itself, and the hop before it, whose flight ends on it.
    assert [number for number, hop in enumerate(hops) if not hop.valid] == [2, 3]
    assert hops[3].why == "a stutter step"


def test_an_edge_near_a_hole_is_not_used(make) -> None:
    trial = make.hops(*TEN)
    pad = pad_for(make, trial.span_s[1])

    def without(start: float, end: float) -> list[int]:
        keep = (pad.t_s < start) | (pad.t_s > end)
        cut = replace(pad, t_s=pad.t_s[keep], values=pad.values[keep], clipped=pad.clipped[keep], lost=pad.lost[keep])
        return [number for number, hop in enumerate(hops_of(replace(trial, streams=(cut,))).hops) if not hop.valid]

    assert without(2.01, 2.05) == [0, 1]  # 10 ms after the landing that ends hop 0 and starts hop 1
    assert without(2.07, 2.11) == []  # 70 ms after it, and 90 before the take-off
    assert without(2.005, 2.015) == []  # 10 ms missing: no gap to an edge
    assert without(2.30, 2.45) == [1]  # far from every edge, but 150 ms of its flight


def test_a_gap_event_counts_like_a_hole(make) -> None:
    trial = make.hops(*TEN)
    gap = (Event(Happening.GAP, 2.01, 2.06, device="pad"), Event(Happening.GAP, 4.0, 4.005, device="pad"))

    assert [n for n, hop in enumerate(hops_of(replace(trial, events=trial.events + gap)).hops) if not hop.valid] == [0, 1]


def test_a_loss_of_unknown_length_near_an_edge_counts(make) -> None:
    trial = make.hops(*TEN)
    pad = pad_for(make, trial.span_s[1])
    lost = pad.lost.copy()
    lost[2010] = True

    assert [n for n, hop in enumerate(hops_of(replace(trial, streams=(replace(pad, lost=lost),))).hops) if not hop.valid] == [0, 1]


def test_an_edge_on_a_saturated_sample_is_not_used_but_a_saturated_peak_is_no_matter(make) -> None:
    trial = make.hops(*TEN)
    pad = pad_for(make, trial.span_s[1])
    edge, peak = pad.clipped.copy(), pad.clipped.copy()
    edge[2000], peak[2100] = True, True

    assert sum(not hop.valid for hop in hops_of(replace(trial, streams=(replace(pad, clipped=edge),))).hops) == 2
    assert all(hop.valid for hop in hops_of(replace(trial, streams=(replace(pad, clipped=peak),))).hops)


def test_force_is_believed_before_motion_and_the_tested_foot_before_the_other(make) -> None:
    trial = make.hops(*TEN, device="pad")
    others = tuple(replace(event, device="foot-left", t_s=event.t_s + 0.01, end_s=event.end_s + 0.01) for event in trial.events)
    t = np.arange(900) / 100.0
    imu = np.zeros((900, 3))
    left = make.imu(t, imu, imu, site=Site.FOOT, side=Side.LEFT, device="foot-left")
    right = make.imu(t, imu, imu, site=Site.FOOT, side=Side.RIGHT, device="foot-right")
    both = replace(trial, events=others + trial.events, streams=(left, pad_for(make, trial.span_s[1])))
    feet = replace(trial, events=(*others, *(replace(e, device="foot-right") for e in trial.events)), streams=(right, left))

    assert hops_of(both).device == "pad"
    assert hops_of(both).hops[0].ic_s == pytest.approx(1.4)
    assert hops_of(feet).device == "foot-left"
    assert hops_of(feet).pad is None


def test_lumbar_times_are_estimated_and_no_better_than_twenty_milliseconds(make) -> None:
    trial = make.hops(*TEN, device="lumbar", u_s=0.003)
    t = np.arange(900) / 100.0
    hops = hops_of(replace(trial, streams=(make.imu(t, np.zeros((900, 3)), np.zeros((900, 3)), device="lumbar"),)))

    assert hops.estimated
    assert hops.hops[0].u_s == 0.020
    assert any("±20 ms" in reason for reason in hops.reasons)


def test_the_uncertainty_of_a_contact_is_that_of_two_edges(make) -> None:
    told = hops_of(make.hops(*TEN, u_s=0.001)).hops[0].u_s
    trial = make.hops(*TEN)
    sampled = hops_of(replace(trial, streams=(pad_for(make, trial.span_s[1]),))).hops[0].u_s

    assert told == pytest.approx(math.sqrt(2.0) * 0.001)
    assert sampled == pytest.approx(math.sqrt(2.0) * 0.001 / math.sqrt(12.0))
    assert math.isnan(hops_of(trial).hops[0].u_s)  # nothing is known of the device, so nothing is claimed


@pytest.mark.parametrize(("rate", "valid", "caveat"), [(1000.0, True, False), (80.0, True, True), (79.0, True, True), (50.0, False, False)])
def test_a_slow_pad_is_a_caveat_and_too_slow_a_pad_tells_no_times(make, rate: float, valid: bool, caveat: bool) -> None:
    trial = make.hops(*TEN)
    found = hops_of(replace(trial, streams=(pad_for(make, trial.span_s[1], rate=rate),)))

    assert all(hop.valid is valid for hop in found.hops)
    assert any(reason.startswith("E-RATE") for reason in found.reasons) is caveat


def test_mass_is_told_or_weighed(make) -> None:
    trial = make.hops(*TEN)
    weighed = hops_of(replace(trial, setup=replace(trial.setup, mass_kg=None), body_weight_n=600.0))
    neither = hops_of(replace(trial, setup=replace(trial.setup, mass_kg=None)))

    assert hops_of(trial).mass_kg == 70.0
    assert hops_of(trial).body_weight_n == pytest.approx(70.0 * G)
    assert weighed.mass_kg == pytest.approx(600.0 / G)
    assert math.isnan(neither.mass_kg)
    assert hops_of(replace(trial, body_weight_n=690.0)).body_weight_n == 690.0
