import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from ankletest.metrics import complexity as c
from ankletest.samples import FloatArray


def plain_entropy(x: FloatArray, m: int, r: float) -> float:
    """Return sample entropy by its definition, pair by pair."""
    n = len(x) - m
    alike = longer = 0
    for i in range(n):
        for j in range(i + 1, n):
            if np.abs(x[i : i + m] - x[j : j + m]).max() <= r:
                alike += 1
                longer += bool(abs(x[i + m] - x[j + m]) <= r)
    return math.log(alike / longer) if longer else math.nan


def test_what_alternates_holds_no_surprise() -> None:
    assert c.sample_entropy(np.arange(1200) % 2 * 1.0) == pytest.approx(0.0, abs=1e-12)  # tolerance of metrics.md 14


@pytest.mark.parametrize("m", [1, 2])
def test_gaussian_noise_has_the_entropy_of_its_error_function(m: int) -> None:
    x = np.random.default_rng(16).standard_normal(6000)

    assert c.sample_entropy(x, m=m) == pytest.approx(2.185132, abs=0.03)  # metrics.md SW-16: statistical, N = 6000
    assert -math.log(math.erf(0.1)) == pytest.approx(2.185132, abs=1e-6)


def test_uniform_noise_has_the_entropy_of_its_width() -> None:
    assert c.sample_entropy(np.random.default_rng(17).random(6000)) == pytest.approx(2.188036, abs=0.03)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 200), m=st.integers(1, 3), share=st.floats(0.1, 0.5))
def test_entropy_by_sorting_is_entropy_pair_by_pair(seed: int, m: int, share: float) -> None:
    x = np.random.default_rng(seed).standard_normal(80).cumsum()
    plain = plain_entropy(x, m, share * float(x.std()))

    assert c.sample_entropy(x, m=m, share=share) == pytest.approx(plain, nan_ok=True)


def test_ties_and_steps_of_a_quantised_signal_are_counted_each_once() -> None:
    x = np.round(np.random.default_rng(5).standard_normal(120), 1)

    assert c.sample_entropy(x) == pytest.approx(plain_entropy(x, 2, 0.2 * float(x.std())))


def test_entropy_does_not_depend_on_size_or_place() -> None:
    x = np.random.default_rng(6).standard_normal(600)

    assert c.sample_entropy(1000.0 * x - 5.0) == pytest.approx(c.sample_entropy(x), rel=1e-12)


def test_where_nothing_matches_there_is_no_entropy() -> None:
    assert math.isnan(c.sample_entropy(np.arange(12.0)))  # r is 0.69, and no two samples are so near
    assert math.isnan(c.sample_entropy(np.full(600, 3.0)))
    assert math.isnan(c.sample_entropy(np.zeros(3)))


def test_white_noise_and_a_walk_have_the_exponents_of_the_specification() -> None:
    white = np.random.default_rng(18).standard_normal(60_000)

    assert c.fluctuation(white).alpha == pytest.approx(0.5, abs=0.05)  # tolerance of metrics.md 14
    assert c.fluctuation(white.cumsum()).alpha == pytest.approx(1.5, abs=0.05)


def test_both_regions_of_a_walk_have_its_exponent_on_average() -> None:
    rng = np.random.default_rng(19)
    found = [c.fluctuation(rng.standard_normal(6000).cumsum()) for _ in range(30)]

    assert np.mean([each.short for each in found]) == pytest.approx(1.5, abs=0.06)
    assert np.mean([each.long for each in found]) == pytest.approx(1.5, abs=0.15)  # few windows that long in 6000 samples


def test_the_break_is_found_where_a_walk_turns_into_noise() -> None:
    rng = np.random.default_rng(20)
    # A walk that is pulled back within about 1 s: α 1.5 below, towards 0.5 above.
    found = c.fluctuation(lfilter([1.0], [1.0, -0.99], rng.standard_normal(60_000)))

    assert found.short > 1.2
    assert found.long < 0.8
    assert 100 < found.break_n < 1500  # a window of some pull-back times


def test_fluctuation_is_the_slope_of_the_definition() -> None:
    x = np.random.default_rng(21).standard_normal(3000).cumsum()
    sums = np.cumsum(x - x.mean())
    lengths = np.unique(np.round(np.geomspace(16, 300, 16)).astype(int))
    spread = []
    for s in lengths:
        left = [w - np.polyval(np.polyfit(np.arange(s), w, 1), np.arange(s)) for w in sums[: 3000 // s * s].reshape(-1, s)]
        spread.append(math.sqrt(np.mean(np.square(left))))

    assert c.fluctuation(x).alpha == pytest.approx(np.polyfit(np.log(lengths), np.log(spread), 1)[0], rel=1e-9)


def test_too_short_and_still_signals_have_no_exponent() -> None:
    assert math.isnan(c.fluctuation(np.random.default_rng(1).standard_normal(300)).alpha)
    assert math.isnan(c.fluctuation(np.full(3000, 2.0)).alpha)
