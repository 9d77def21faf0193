import numpy as np
import pytest

from ankletest.signals.foot_contact import unbiased
from ankletest.trial import Event, Happening
from calibration.hop_timing import REACH_S, bias_of, timing_of


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


def test_a_drift_shows_in_the_halves_of_nothing_but_a_scatter_does():
    wild = bias_of(np.array([0.0, 0.01, 0.0, 0.01, 0.0, 0.01]))

    assert wild.halves_s == pytest.approx(-0.01)


def test_an_end_that_is_not_known_stays_so():
    event = unbiased([Event(Happening.CONTACT, 1.0), Event(Happening.MARK, 2.0)], touch_down_s=0.01, take_off_s=0.02)

    assert event[0].t_s == pytest.approx(0.99)
    assert np.isnan(event[0].end_s)
    assert event[1] == Event(Happening.MARK, 2.0) or event[1].t_s == 2.0
