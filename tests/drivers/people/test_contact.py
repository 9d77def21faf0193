"""Momentum balances of contacts: exact, whatever the shape."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ankletest.samples import FloatArray, G
from drivers.people.contact import Contact, Impact, Landing, PushOff, half_sine_mean

EXACT = 2e-7
"""Relative; the trapezoid rule on 200 000 rows is that good for these smooth waves, nothing else is lost."""

impacts = st.builds(Impact, centre_s=st.floats(0.010, 0.025), share=st.floats(0.3, 1.0))
speeds = st.floats(0.5, 2.5)
masses = st.floats(40.0, 120.0)


def _fine(length_s: float) -> FloatArray:
    return np.linspace(0.0, length_s, 200_001)


@settings(max_examples=30, deadline=None)
@given(mass=masses, down=speeds, up=speeds, length=st.floats(0.12, 0.4), skew=st.floats(0.9, 1.12), impact=impacts)
def test_a_contact_gives_exactly_the_momentum_of_its_flights(
    mass: float, down: float, up: float, length: float, skew: float, impact: Impact
) -> None:
    t = _fine(length)
    force = Contact(mass, down, up, length, skew, impact).force(t)

    assert np.trapezoid(force, t) == pytest.approx(mass * (down + up + G * length), rel=EXACT)
    assert force.min() >= 0.0
    assert force[0] == 0.0
    assert force[-1] == pytest.approx(0.0, abs=1e-6 * force.max())


@settings(max_examples=30, deadline=None)
@given(mass=masses, up=speeds)
def test_a_push_off_leaves_at_exactly_its_speed(mass: float, up: float) -> None:
    push = PushOff(mass, up)
    t = _fine(push.length_s)
    # The last row is already in the air; its neighbour is what the wave ends on.
    force = push.force(t)
    force[-1] = force[-2]

    assert np.trapezoid(force - mass * G, t) == pytest.approx(mass * up, rel=1e-5)  # one row of 200 000 is replaced
    assert force.min() >= 0.0
    assert force[-1] < 1.0
    assert push.force(np.array([-0.5]))[0] == pytest.approx(mass * G)


@settings(max_examples=30, deadline=None)
@given(mass=masses, down=speeds, impact=impacts)
def test_a_landing_stops_exactly_what_falls_and_ends_at_body_weight(mass: float, down: float, impact: Impact) -> None:
    landing = Landing(mass, down, 0.45, impact)
    t = _fine(0.45)
    force = landing.force(t)

    assert np.trapezoid(force - mass * G, t) == pytest.approx(mass * down, rel=2e-6)  # small difference of two impulses
    assert landing.force(np.array([0.6, 1.0])) == pytest.approx([mass * G] * 2)
    assert force.min() >= 0.0


def test_the_mean_of_a_half_sine_is_the_known_one() -> None:
    assert half_sine_mean(1.0) == pytest.approx(2.0 / np.pi, rel=1e-13)


@pytest.mark.parametrize("skew", [0.9, 0.95, 1.05, 1.12])
def test_the_mean_of_a_skewed_half_sine_equals_a_fine_sum(skew: float) -> None:
    s = np.linspace(0.0, 1.0, 2_000_001)

    assert half_sine_mean(skew) == pytest.approx(float(np.trapezoid(np.sin(np.pi * s**skew), s)), rel=1e-10)


def test_the_reference_hop_has_the_golden_peak() -> None:
    v = G * 0.4 / 2.0
    t = _fine(0.2)

    # metrics.md 4, HP-08: 70 kg, 0.2 s contact, 0.4 s flight, half-sine without impact.
    assert Contact(70.0, v, v, 0.2, 1.0, Impact(0.015, 0.0)).force(t).max() == pytest.approx(3234.8925, abs=1e-3)
