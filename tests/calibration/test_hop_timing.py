from dataclasses import replace

import numpy as np
import pytest

from ankletest.signals.foot_contact import unbiased
from ankletest.trial import Event, Happening
from calibration.hop_timing import REACH_S, SETS_U_S, timing_of


def hops(count: int = 10, *, early_s: float = 0.0, late_s: float = 0.0, noise_s: float = 0.0, seed: int = 1) -> list[Event]:
    """Return contacts of 0.24 s and flights of 0.32 s; touch-downs ``early_s`` later, take-offs ``late_s`` later than they were."""
    rng = np.random.default_rng(seed)
    out: list[Event] = []
    ends = [(1.0 + 0.56 * k, 1.24 + 0.56 * k) for k in range(count)]
    told = [(a + early_s + noise_s * rng.standard_normal(), b + late_s + noise_s * rng.standard_normal()) for a, b in ends]
    out += [Event(Happening.CONTACT, a, b) for a, b in told]
    out += [Event(Happening.FLIGHT, b, told[k + 1][0]) for k, (_, b) in enumerate(told[:-1])]
    return sorted(out, key=lambda event: event.t_s)


def test_a_constant_bias_is_found_and_taken_off_again():
    pad, foot = hops(), hops(early_s=0.004, late_s=-0.009)
    found = timing_of(pad, foot)
    assert found is not None
    put_right = unbiased(foot, touch_down_s=found.touch_down.mean_s, take_off_s=found.take_off.mean_s)

    assert found.touch_down.mean_s == pytest.approx(0.004, abs=1e-12)
    assert found.take_off.mean_s == pytest.approx(-0.009, abs=1e-12)
    assert found.contact.mean_s == pytest.approx(-0.013, abs=1e-12)
    assert found.contact.used == 10
    for one, other in zip(put_right, pad, strict=True):
        assert one.t_s == pytest.approx(other.t_s, abs=1e-12)
        assert one.end_s == pytest.approx(other.end_s, abs=1e-12)


def test_what_is_left_after_ten_noisy_hops_is_what_the_uncertainty_says():
    off = []
    for seed in range(200):
        found = timing_of(hops(seed=1), hops(early_s=0.005, noise_s=0.002, seed=seed + 2))
        assert found is not None
        off.append((found.touch_down.mean_s - 0.005) / found.touch_down.u_s)

    assert 0.9 < float(np.sqrt(np.mean(np.square(off)))) < 1.35  # Student's t of 9: 1.13


def test_one_hop_that_was_told_differently_is_left_out():
    foot = hops(noise_s=0.001)
    odd = [e for e in foot if e.what is Happening.CONTACT][4]
    foot = [Event(e.what, e.t_s, e.end_s - 0.03) if e is odd else e for e in foot]
    found = timing_of(hops(), foot)

    assert found is not None
    assert found.take_off.left_out == 1
    assert abs(found.take_off.mean_s) < 0.0015


def test_hops_that_only_one_of_them_told_do_not_count():
    foot = [e for e in hops() if not 2.0 < e.t_s < 4.0]
    found = timing_of(hops(), foot)

    assert found is not None
    assert found.contact.used == 6


def test_contacts_further_apart_than_the_reach_are_other_contacts():
    assert timing_of(hops(), hops(early_s=REACH_S + 0.01, late_s=REACH_S + 0.01)) is None


def test_two_hops_tell_nothing():
    assert timing_of(hops(2), hops(2)) is None


def sets(*off_s: float, noise_s: float = 0.001) -> tuple[list[Event], list[Event], list[tuple[float, float]]]:
    """Return what pad and foot tell of sets of ten hops each, a foot's take-offs late by ``off_s``, and when each set is."""
    pad, foot, spans = [], [], []
    for number, late in enumerate(off_s):
        at = 20.0 * number
        pad += [replace(e, t_s=e.t_s + at, end_s=e.end_s + at) for e in hops()]
        foot += [replace(e, t_s=e.t_s + at, end_s=e.end_s + at) for e in hops(late_s=late, noise_s=noise_s, seed=number + 5)]
        spans.append((at, at + 19.0))
    return pad, foot, spans


def test_the_check_is_made_of_other_hops_than_those_it_checks():
    pad, foot, spans = sets(0.004, 0.004, 0.010)
    alone, found = timing_of(pad, foot, spans[:2]), timing_of(pad, foot, spans)
    last = timing_of(pad, foot, spans[2:])
    assert alone
    assert found
    assert last

    assert found.sets == 3
    assert found.contact.used == 30
    assert found.held_out_s == pytest.approx(last.contact.mean_s - alone.contact.mean_s, abs=1e-12)
    assert np.isnan(last.held_out_s)


def test_more_sets_tell_the_bias_better_than_more_hops_in_one_would():
    one, four = (timing_of(*sets(*[0.004] * count)) for count in (1, 4))
    assert one
    assert four

    assert one.u_contact_s == pytest.approx(np.hypot(one.contact.u_s, SETS_U_S))
    assert four.u_contact_s == pytest.approx(np.hypot(four.contact.u_s, SETS_U_S / 2.0))
    assert four.u_contact_s < 0.6 * one.u_contact_s


def test_hops_between_the_sets_do_not_count():
    pad, foot, spans = sets(0.004, 0.009)
    found = timing_of(pad, foot, spans[:1])

    assert found
    assert found.contact.used == 10
    assert found.contact.mean_s == pytest.approx(0.004, abs=0.001)


def test_an_end_that_is_not_known_stays_so():
    event = unbiased([Event(Happening.CONTACT, 1.0), Event(Happening.MARK, 2.0)], touch_down_s=0.01, take_off_s=0.02)

    assert event[0].t_s == pytest.approx(0.99)
    assert np.isnan(event[0].end_s)
    assert event[1] == Event(Happening.MARK, 2.0) or event[1].t_s == 2.0
