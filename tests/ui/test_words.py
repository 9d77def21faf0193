import math

import pytest

from ui.words import common as words


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (412.4, 0, "412"), (-0.04, 1, "0.0"), (-3.26, 1, "−3.3"), (None, 2, "–"), (math.nan, 2, "–"), (math.inf, 0, "–"), (89.8, 0, "90"),
        (0.0, 2, "0.00"),
    ],
)  # fmt: skip
def test_a_number_is_rounded_first_and_has_a_real_minus(value, decimals, text):
    assert words.number(value, decimals) == text


def test_a_number_with_its_unit_is_for_the_ear():
    assert words.with_unit(3.84, 1, "cm²") == "3.8 cm²"
    assert words.with_unit(1.4, 2, "") == "1.40"
    assert words.with_unit(None, 1, "cm²") == "no value"


@pytest.mark.parametrize(
    ("u", "decimals", "text"), [(12.3, 0, "12"), (0.004, 1, "0.004"), (0.04, 1, "0.04"), (0.26, 1, "0.3"), (0.0, 1, "0.0")]
)
def test_a_small_uncertainty_does_not_look_like_none(u, decimals, text):
    assert words.spread(u, decimals) == text


@pytest.mark.parametrize(("t_s", "text"), [(0.0, "0:00.0"), (59.96, "1:00.0"), (92.44, "1:32.4"), (-1.0, "0:00.0"), (3600.0, "60:00.0")])
def test_a_position_is_minutes_seconds_and_a_tenth(t_s, text):
    assert words.clock(t_s) == text
