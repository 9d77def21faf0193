import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from ankletest.metrics import hop as h
from ankletest.samples import FloatArray, G

M = 70.0
EXACT = 1e-6
"""Relative tolerance of metrics.md 14."""


def of(value: float) -> FloatArray:
    return np.array([value])


def test_the_reference_hop_of_the_specification() -> None:
    ct, ft = of(0.2), of(0.4)

    assert h.height_m(ft)[0] == pytest.approx(0.196133, rel=EXACT)
    assert h.rsi_m_s(ct, ft)[0] == pytest.approx(0.980665, rel=EXACT)
    assert h.stiffness_n_m(ct, ft, M)[0] == pytest.approx(23397.1734, rel=EXACT)
    assert h.modelled_peak_n(ct, ft, M)[0] == pytest.approx(3234.89246, rel=EXACT)
    assert h.modelled_peak_n(ct, ft, M)[0] / (M * G) == pytest.approx(4.712389, rel=EXACT)
    assert h.compression_m(ct, ft)[0] == pytest.approx(0.138259969, rel=EXACT)
    assert h.spring_mass_n_m(ct, ft, M)[0] == pytest.approx(23611.625, rel=EXACT)


@pytest.mark.parametrize(
    ("ct", "ft", "dalleau", "spring", "rsi"),
    [
        (0.15, 0.45, 38207.451, 38467.536, 1.654872),
        (0.25, 0.40, 15838.344, 16005.408, 0.784532),
        (0.30, 0.30, 12640.124, 12804.893, 0.367749),
        (0.35, 0.25, 10408.347, 10549.420, 0.218898),
    ],
)
def test_the_other_hops_of_the_specification(ct: float, ft: float, dalleau: float, spring: float, rsi: float) -> None:
    assert h.stiffness_n_m(of(ct), of(ft), M)[0] == pytest.approx(dalleau, rel=EXACT)
    assert h.spring_mass_n_m(of(ct), of(ft), M)[0] == pytest.approx(spring, rel=EXACT)
    assert h.rsi_m_s(of(ct), of(ft))[0] == pytest.approx(rsi, rel=2 * EXACT)  # printed with six decimals


hops = {"ct": st.floats(0.08, 0.60), "ft": st.floats(0.10, 0.90)}


@given(**hops)
def test_peak_over_compression_is_the_stiffness_of_dalleau(ct: float, ft: float) -> None:
    modelled = h.modelled_peak_n(of(ct), of(ft), M) / h.compression_m(of(ct), of(ft))

    assert modelled[0] == pytest.approx(h.stiffness_n_m(of(ct), of(ft), M)[0], rel=1e-9)  # an identity (metrics.md HP-09)


@given(**hops)
def test_the_spring_mass_root_is_that_of_a_bracketing_solver(ct: float, ft: float) -> None:
    lift = ft / 2.0
    omega = brentq(lambda w: w * ct - 2.0 * (math.pi - math.atan(lift * w)), 1e-6, 2.0 * math.pi / ct, xtol=1e-12)

    assert h.spring_mass_n_m(of(ct), of(ft), M)[0] == pytest.approx(M * omega**2, rel=1e-9)


def test_the_stiffnesses_keep_the_ratio_of_the_specification() -> None:
    ct = np.array((0.15, 0.35))
    ratio = h.stiffness_n_m(ct, of(0.4), M) / h.spring_mass_n_m(ct, of(0.4), M)

    assert ratio == pytest.approx([0.9932, 0.9866], abs=2e-3)  # four decimals over contact times at an unnamed flight time
    assert h.stiffness_n_m(of(0.2), of(0.4), M) / h.spring_mass_n_m(of(0.2), of(0.4), M) == pytest.approx(0.99092, abs=5e-6)


@given(**hops, factor=st.floats(0.5, 2.0))
def test_stiffness_grows_with_mass_and_height_with_the_square_of_time(ct: float, ft: float, factor: float) -> None:
    assert h.stiffness_n_m(of(ct), of(ft), factor * M) == pytest.approx(factor * h.stiffness_n_m(of(ct), of(ft), M), rel=1e-12)
    assert h.height_m(of(factor * ft)) == pytest.approx(factor**2 * h.height_m(of(ft)), rel=1e-12)


def test_the_five_best_of_one_to_ten_have_a_mean_of_eight() -> None:
    values = np.array((3.0, 10.0, 1.0, 7.0, 5.0, 2.0, 9.0, 4.0, 8.0, 6.0))

    assert values[h.best(values)].mean() == 8.0


def test_variation_decay_and_fatigue_of_plain_lists() -> None:
    line = np.arange(10.0)
    falling = 2.0 - 0.1 * line

    assert h.variation_percent(np.array((1.0, 2.0, 3.0))) == pytest.approx(50.0)
    assert h.decay_percent_hop(line, falling) == pytest.approx(-100.0 * 0.1 / falling.mean())
    assert h.fatigue_percent(falling) == pytest.approx(100.0 * (1.0 - 1.2 / 1.9))
    assert h.fatigue_percent(falling[::-1]) == 0.0
    assert math.isnan(h.variation_percent(np.ones(1)))
    assert math.isnan(h.decay_percent_hop(line[:1], falling[:1]))
    assert math.isnan(h.fatigue_percent(falling[:2]))


def test_a_hop_that_was_left_out_keeps_its_place_in_the_decay() -> None:
    numbers = np.array((0.0, 1.0, 3.0, 4.0))

    assert h.decay_percent_hop(numbers, 2.0 - 0.1 * numbers) == pytest.approx(-100.0 * 0.1 / 1.8)


@given(**hops)
def test_the_uncertainty_of_a_flight_is_that_of_its_two_edges(ct: float, ft: float) -> None:
    edge = of(2e-3)

    assert h.edges_u(lambda c, f: f, of(ct), of(ft), edge)[0] == pytest.approx(math.sqrt(2.0) * 2e-3, rel=1e-9)
    assert h.edges_u(lambda c, f: c, of(ct), of(ft), edge)[0] == pytest.approx(math.sqrt(2.0) * 2e-3, rel=1e-9)
    assert h.edges_u(lambda c, f: h.height_m(f), of(ct), of(ft), edge)[0] == pytest.approx(G * ft / 4 * math.sqrt(2) * 2e-3, rel=1e-6)
    relative = 2e-3 * math.sqrt((2 / ft) ** 2 + (2 / ft + 1 / ct) ** 2 + (1 / ct) ** 2)
    assert h.edges_u(h.rsi_m_s, of(ct), of(ft), edge)[0] == pytest.approx(h.rsi_m_s(of(ct), of(ft))[0] * relative, rel=1e-4)


def test_the_uncertainty_is_the_spread_of_a_simulation() -> None:
    rng = np.random.default_rng(14)
    landing, off, again = (at + 0.004 * rng.standard_normal(100_000) for at in (0.0, 0.2, 0.6))
    told = h.edges_u(h.rsi_m_s, of(0.2), of(0.4), of(0.004))[0]

    # First order at 3 % of the contact time: the second order is about 1 %.
    assert h.rsi_m_s(off - landing, again - off).std() == pytest.approx(told, rel=0.02)


@pytest.mark.parametrize(("delta_ms", "percent"), [(1, -0.99), (5, -4.86), (10, -9.46), (20, -17.95)])
def test_a_contact_read_long_costs_rsi_what_the_specification_says(delta_ms: int, percent: float) -> None:
    delta = delta_ms * 1e-3
    # The stated errors come of a contact that is longer by δ and a flight that is shorter by it.
    off = h.rsi_m_s(of(0.2 + delta), of(0.4 - delta))[0] / 0.980665 - 1.0

    assert 100.0 * off == pytest.approx(percent, abs=0.006)  # printed with two decimals


def test_whole_cycles_of_half_sines_balance_the_weight() -> None:
    t = np.arange(3000) / 1000.0
    phase = t % 0.6
    force = np.where(phase < 0.2, M * G * np.pi / 2.0 * 3.0 * np.sin(np.pi * phase / 0.2), 0.0)
    cycles = [(0.6 * k, 0.6 * (k + 1)) for k in range(4)]

    # Trapezoid at 1 ms of a half-sine of 200 ms: (π/200)²/12 = 2e-5.
    assert h.momentum_balance(t, force, cycles=cycles, body_weight_n=M * G) == pytest.approx(1.0, abs=5e-5)
    assert h.momentum_balance(t, 1.05 * force, cycles=cycles, body_weight_n=M * G) == pytest.approx(1.05, abs=5e-5)


def test_an_impulse_is_cut_between_samples() -> None:
    t = np.arange(11) / 10.0

    assert h.momentum_balance(t, t, cycles=[(0.13, 0.77)], body_weight_n=1.0) == pytest.approx((0.77**2 - 0.13**2) / 2.0 / 0.64, rel=1e-12)


def test_cycles_outside_the_record_have_no_balance() -> None:
    t = np.arange(100) / 100.0

    assert math.isnan(h.momentum_balance(t, t, cycles=[(0.5, 1.5)], body_weight_n=1.0))
    assert math.isnan(h.momentum_balance(t, t, cycles=[], body_weight_n=1.0))
    assert math.isnan(h.momentum_balance(t[:1], t[:1], cycles=[(0.0, 0.0)], body_weight_n=1.0))


def test_an_impact_is_a_first_peak_that_stands_out() -> None:
    t = np.arange(250) / 1000.0
    active = 2000.0 * np.sin(np.pi * t / 0.25)
    spike = 1200.0 * np.exp(-(((t - 0.02) / 0.006) ** 2))
    weight = M * G

    assert h.impact_peak_n(t, active + spike, body_weight_n=weight) == pytest.approx(1200.0 + active[20], rel=0.01)  # on a slope
    assert math.isnan(h.impact_peak_n(t, active, body_weight_n=weight))
    assert math.isnan(h.impact_peak_n(t, active + 0.05 * spike, body_weight_n=weight))
    # A quick contact whose only peak comes within 50 ms has no impact peak.
    assert math.isnan(h.impact_peak_n(t[:90], 2000.0 * np.sin(np.pi * t[:90] / 0.09), body_weight_n=weight))
    # An impact above the active peak is still an impact.
    assert h.impact_peak_n(t, active + 3.0 * spike, body_weight_n=weight) > active.max()
