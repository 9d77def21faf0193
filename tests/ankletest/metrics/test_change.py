"""What counts as real: closed forms of section 11, and a verdict that never claims more than is published."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankletest.metrics.change import (
    Meaning,
    error_percent,
    judge,
    mdc90_of,
    mdc95_of,
    reliable_change_index,
    sem_of_icc,
    smallest_worthwhile_change,
    together,
    typical_error,
)


def test_the_golden_rows_of_the_standard_error_and_the_mdc() -> None:
    # metrics.md 11, CH-01 and CH-02: SD 4, ICC 0.9; printed to six decimals.
    sem = sem_of_icc(4.0, 0.9)

    assert sem == pytest.approx(1.264911, abs=1e-6)
    assert mdc95_of(sem) == pytest.approx(3.506155, abs=1e-6)
    assert mdc90_of(sem) == pytest.approx(2.942665, abs=1e-6)


def test_the_published_mdc_of_sway_velocity_follows_from_its_typical_errors() -> None:
    # metrics.md 2: TE 10 and 8 mm/s give 27.7 and 22.2 mm/s, printed to one decimal.
    assert mdc95_of(10.0) == pytest.approx(27.7, abs=0.05)
    assert mdc95_of(8.0) == pytest.approx(22.2, abs=0.05)


def test_the_other_statistics_of_change() -> None:
    assert typical_error(3.0 * math.sqrt(2.0)) == pytest.approx(3.0)
    assert smallest_worthwhile_change(5.0) == 1.0
    assert error_percent(3.0, 60.0) == 5.0
    assert reliable_change_index(30.0, 36.0, 2.0) == pytest.approx(6.0 / (2.0 * math.sqrt(2.0)))
    assert reliable_change_index(36.0, 30.0, 2.0) < 0.0


def test_what_has_no_answer_is_not_a_number() -> None:
    assert math.isnan(sem_of_icc(4.0, 1.1))
    assert math.isnan(sem_of_icc(-1.0, 0.9))
    assert math.isnan(mdc95_of(-1.0))
    assert math.isnan(mdc90_of(math.nan))
    assert math.isnan(typical_error(-0.1))
    assert math.isnan(smallest_worthwhile_change(-1.0))
    assert math.isnan(error_percent(1.0, 0.0))
    assert math.isnan(reliable_change_index(1.0, 2.0, 0.0))


def test_a_difference_above_the_mdc_is_real_and_at_it_is_not() -> None:
    assert judge(27.8, mdc95=27.7).meaning is Meaning.REAL
    assert judge(-27.8, mdc95=27.7).meaning is Meaning.REAL
    assert judge(27.7, mdc95=27.7).meaning is Meaning.WITHIN
    assert judge(27.8, mdc95=27.7).bound == 27.7


def test_an_instrument_that_is_worse_than_the_mdc_raises_the_bound() -> None:
    found = judge(5.0, mdc95=3.0, u=4.0)

    assert found.meaning is Meaning.WITHIN
    assert found.bound == pytest.approx(7.84)
    assert "uncertainty" in found.why


def test_without_an_mdc_nothing_is_called_real_but_noise_is_called_noise() -> None:
    assert judge(1000.0, u=1.0, otherwise="nobody published one").meaning is Meaning.UNKNOWN
    assert judge(1000.0, u=1.0, otherwise="nobody published one").why == "nobody published one"
    assert judge(1.9, u=1.0).meaning is Meaning.WITHIN
    assert judge(0.1).meaning is Meaning.UNKNOWN
    assert judge(0.0).meaning is Meaning.WITHIN
    assert judge(0.1, mdc95=math.nan, u=math.nan).meaning is Meaning.UNKNOWN


@given(difference=st.floats(-1e6, 1e6), mdc95=st.floats(0.0, 1e5), u=st.none() | st.floats(0.0, 1e5))
def test_what_is_real_is_larger_than_every_bound_that_is_known(difference: float, mdc95: float, u: float | None) -> None:
    found = judge(difference, mdc95=mdc95, u=u)

    assert (found.meaning is Meaning.REAL) == (abs(difference) > mdc95 and (u is None or abs(difference) > 1.96 * u))


def test_the_uncertainty_of_a_difference_needs_both() -> None:
    assert together(3.0, 4.0) == 5.0
    assert together(None, 4.0) is None
    assert together(3.0, None) is None
