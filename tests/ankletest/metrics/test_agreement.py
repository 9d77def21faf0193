"""Intraclass correlations: the textbook's table, the intervals printed for it elsewhere, and the limits of a table."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankletest.metrics.agreement import agreement
from ankletest.metrics.change import typical_error

TABLE = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=np.float64)
"""Shrout & Fleiss 1979: six subjects, four raters."""


def test_the_textbook_table() -> None:
    # metrics.md 11, CH-06; printed to six decimals.
    found = agreement(TABLE)

    assert found.one_way.value == pytest.approx(0.165742, abs=1e-6)
    assert found.random.value == pytest.approx(0.289764, abs=1e-6)
    assert found.fixed.value == pytest.approx(0.714841, abs=1e-6)
    assert found.random_mean.value == pytest.approx(0.620051, abs=1e-6)


def test_its_intervals_are_those_of_other_programs() -> None:
    # R's psych::ICC prints for this table [-0.13, 0.72], [0.02, 0.76], [0.34, 0.95] and [0.07, 0.93]: two decimals.
    found = agreement(TABLE)

    for icc, low, high in (
        (found.one_way, -0.13, 0.72), (found.random, 0.02, 0.76), (found.fixed, 0.34, 0.95), (found.random_mean, 0.07, 0.93),
    ):  # fmt: skip
        assert icc.low == pytest.approx(low, abs=0.005)
        assert icc.high == pytest.approx(high, abs=0.005)


def test_with_two_sessions_the_typical_error_is_that_of_the_differences() -> None:
    rng = np.random.default_rng(5)
    table = rng.normal(50.0, 8.0, (30, 1)) + rng.normal(0.0, 2.0, (30, 2))

    # An identity of the two-way table: MS_error = SD_diff²/2.
    assert agreement(table).typical_error == pytest.approx(typical_error(float(np.diff(table, axis=1).std(ddof=1))), rel=1e-12)


def test_a_wider_confidence_is_a_wider_interval() -> None:
    few, many = agreement(TABLE, confidence=0.90), agreement(TABLE, confidence=0.99)

    assert many.fixed.low < few.fixed.low < few.fixed.value < few.fixed.high < many.fixed.high
    assert many.random.low < few.random.low


@pytest.mark.parametrize("table", [np.ones((5, 2)), np.ones((1, 4)), np.ones((4, 1)), np.array([[1.0, np.nan], [2.0, 3.0]]), np.ones(4)])
def test_a_table_that_cannot_tell_says_not_a_number(table: np.ndarray) -> None:
    assert math.isnan(agreement(table).random.value)
    assert math.isnan(agreement(table).one_way.low)


@given(shift=st.floats(-100.0, 100.0), factor=st.floats(0.1, 10.0))
def test_units_and_a_constant_do_not_matter(shift: float, factor: float) -> None:
    changed = agreement(TABLE * factor + shift)

    assert changed.random.value == pytest.approx(agreement(TABLE).random.value, abs=1e-7)  # rounding of the shifted sums
    assert changed.fixed.high == pytest.approx(agreement(TABLE).fixed.high, abs=1e-7)
