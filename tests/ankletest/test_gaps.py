import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankletest.gaps import RATE_OVER_S, Ledger
from ankletest.samples import FloatArray


def seconds(*values: float) -> FloatArray:
    return np.array(values, dtype=np.float64)


def steady(rate_hz: float, n: int, *, from_s: float = 0.0) -> FloatArray:
    return from_s + np.arange(n) / rate_hz


def test_a_fresh_ledger_claims_nothing() -> None:
    ledger = Ledger()

    assert (ledger.samples, ledger.lost, ledger.loss_percent, ledger.longest_gap_s) == (0, 0, 0.0, 0.0)
    assert math.isnan(ledger.rate_hz)


def test_samples_and_losses_add_up_to_a_share() -> None:
    ledger = Ledger()
    ledger.add(seconds(0.0, 0.1, 0.2), 0)
    ledger.add(seconds(0.4), 1)

    assert (ledger.samples, ledger.lost) == (4, 1)
    assert ledger.loss_percent == 20.0


def test_what_was_lost_before_the_first_sample_counts() -> None:
    ledger = Ledger()
    ledger.add(seconds(5.0), 3)

    assert ledger.loss_percent == 75.0
    assert ledger.longest_gap_s == 0.0  # nothing is known of when it began


@pytest.mark.parametrize(
    "blocks",
    [
        [seconds(0.0, 0.5, 3.0, 3.5)],
        [seconds(0.0, 0.5), seconds(3.0, 3.5)],
        [seconds(0.0), seconds(0.5), seconds(3.0), seconds(3.5)],
        [seconds(0.0, 0.5, 3.0), seconds(3.5)],
    ],
)
def test_a_gap_is_as_long_within_a_block_as_between_two(blocks: list[FloatArray]) -> None:
    ledger = Ledger()
    for t_s in blocks:
        ledger.add(t_s, 0)

    assert ledger.longest_gap_s == 2.5


def test_the_longest_gap_stays() -> None:
    ledger = Ledger()
    ledger.add(seconds(0.0, 1.5, 1.6), 0)
    ledger.add(steady(10.0, 100, from_s=1.7), 0)

    assert ledger.longest_gap_s == 1.5


steps = st.lists(st.floats(1e-4, 10.0), min_size=1, max_size=80)
places = st.lists(st.integers(0, 80), max_size=20)


@given(steps=steps, places=places)
def test_no_figure_since_the_opening_depends_on_how_the_samples_were_cut(steps: list[float], places: list[int]) -> None:
    t_s = np.cumsum(np.array(steps))
    whole, cut = Ledger(), Ledger()
    whole.add(t_s, 2)
    for number, part in enumerate(part for part in np.split(t_s, sorted(places)) if len(part)):
        cut.add(part, 0 if number else 2)

    assert (cut.longest_gap_s, cut.samples, cut.lost, cut.loss_percent) == (
        whole.longest_gap_s,
        whole.samples,
        whole.lost,
        whole.loss_percent,
    )
    assert whole.longest_gap_s == np.diff(t_s).max(initial=0.0)


def test_the_rate_is_that_of_the_last_two_seconds() -> None:
    ledger = Ledger()
    for t_s in np.split(steady(100.0, 1000), 100):
        ledger.add(t_s, 0)
    before = ledger.rate_hz
    for t_s in np.split(steady(50.0, 200, from_s=10.0), 20):
        ledger.add(t_s, 0)

    assert RATE_OVER_S == 2.0
    assert before == pytest.approx(100.0)
    assert ledger.rate_hz == pytest.approx(50.0)


def test_one_block_tells_no_rate() -> None:
    ledger = Ledger()
    ledger.add(steady(100.0, 50), 0)

    assert math.isnan(ledger.rate_hz)


def test_a_ledger_of_hours_stays_small() -> None:
    ledger = Ledger()
    for hundredth in range(20_000):
        ledger.add(seconds(hundredth / 100.0), 0)

    # Two seconds of blocks, the one before them, and a step's rounding.
    assert len(ledger._recent) <= 203
