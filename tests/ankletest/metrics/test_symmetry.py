import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankletest.metrics import METRICS, by_key
from ankletest.metrics.base import Better, Metric
from ankletest.metrics.symmetry import (
    bilateral_index_percent,
    compare,
    difference_percent,
    limb_ratio_percent,
    limb_symmetry_percent,
    symmetry_angle_percent,
    symmetry_index_percent,
    weaker_side,
)
from ankletest.samples import Side

RSI, CONTACT, ANGLE = by_key("rsi"), by_key("contact_time"), by_key("ellipse_angle")
size = st.floats(1e-3, 1e4)


def test_ninety_against_a_hundred() -> None:
    # metrics.md 14, tolerance 1e-6.
    assert limb_symmetry_percent(90.0, 100.0, Better.HIGH) == pytest.approx(90.0, abs=1e-6)
    assert difference_percent(90.0, 100.0, Better.HIGH) == pytest.approx(10.0, abs=1e-6)
    assert symmetry_index_percent(90.0, 100.0) == pytest.approx(10.526316, abs=1e-6)
    assert bilateral_index_percent(90.0, 100.0) == pytest.approx(5.263158, abs=1e-6)
    assert symmetry_angle_percent(90.0, 100.0) == pytest.approx(3.347542, abs=1e-6)


def test_less_than_a_hundred_is_always_the_worse_involved_side() -> None:
    slow = compare(0.25, 0.20, metric=CONTACT, involved=Side.LEFT)
    weak = compare(1.0, 0.8, metric=RSI, involved=Side.RIGHT)

    assert slow.lsi_percent == pytest.approx(80.0)
    assert "lower is better" in slow.rule
    assert weak.lsi_percent == pytest.approx(80.0)
    assert "higher is better" in weak.rule
    assert weak.involved is Side.RIGHT


def test_the_difference_has_the_sign_of_the_weaker_side() -> None:
    assert difference_percent(90.0, 100.0, Better.HIGH) > 0.0
    assert difference_percent(100.0, 90.0, Better.HIGH) < 0.0
    assert difference_percent(100.0, 90.0, Better.LOW) > 0.0
    assert difference_percent(90.0, 90.0, Better.LOW) == 0.0


@pytest.mark.parametrize(("metric", "left", "right", "worse"), [
    (RSI, 90.0, 100.0, Side.LEFT), (RSI, 100.0, 90.0, Side.RIGHT), (CONTACT, 100.0, 90.0, Side.LEFT), (CONTACT, 90.0, 100.0, Side.RIGHT),
])  # fmt: skip
def test_where_nobody_names_an_injury_the_worse_leg_is_named_and_never_looks_like_a_pass(
    metric: Metric, left: float, right: float, worse: Side
) -> None:
    compared = compare(left, right, metric=metric)

    assert compared.lsi_percent == pytest.approx(90.0)
    assert compared.involved is None
    assert compared.weaker is worse
    assert f"the {worse} is the worse" in compared.rule


def test_equal_legs_have_no_worse_one() -> None:
    compared = compare(2.0, 2.0, metric=RSI)

    assert compared.lsi_percent == 100.0
    assert compared.difference_percent == 0.0
    assert compared.weaker is None
    assert "both are equal" in compared.rule


def test_an_involved_leg_that_is_the_better_one_reads_above_a_hundred() -> None:
    compared = compare(0.20, 0.25, metric=CONTACT, involved=Side.LEFT)

    assert compared.lsi_percent == pytest.approx(125.0)
    assert compared.weaker is Side.RIGHT


def test_the_plain_ratio_of_papers_on_timed_tests_is_told_beside_it() -> None:
    assert limb_ratio_percent(0.25, 0.20) == pytest.approx(125.0)
    assert compare(0.25, 0.20, metric=CONTACT, involved=Side.LEFT).ratio_percent == pytest.approx(125.0)
    assert compare(90.0, 100.0, metric=RSI, involved=Side.LEFT).ratio_percent == pytest.approx(90.0)
    assert compare(30.0, 40.0, metric=ANGLE).ratio_percent is None


def test_the_bilateral_index_is_of_tests_that_both_legs_do_at_once() -> None:
    assert compare(90.0, 100.0, metric=RSI).bilateral_index_percent is None
    assert compare(90.0, 100.0, metric=RSI, bilateral=True).bilateral_index_percent == pytest.approx(5.263158, abs=1e-6)


def test_the_symmetry_angle_has_the_sign_of_the_smaller_side() -> None:
    assert symmetry_angle_percent(100.0, 90.0) == pytest.approx(-3.347542, abs=1e-6)
    assert symmetry_angle_percent(50.0, 50.0) == pytest.approx(0.0, abs=1e-12)


def test_a_number_without_a_direction_has_no_weaker_side() -> None:
    assert weaker_side(1.0, 2.0, Better.NONE) is None


def test_a_number_without_a_direction_has_no_index_but_a_difference() -> None:
    compared = compare(30.0, 40.0, metric=ANGLE, involved=Side.LEFT)

    assert compared.lsi_percent is None
    assert compared.difference_percent == pytest.approx(25.0)
    assert "no LSI" in compared.rule


@pytest.mark.parametrize(("left", "right"), [(math.nan, 1.0), (1.0, math.nan), (0.0, 1.0), (1.0, 0.0), (-1.0, 2.0), (0.0, 0.0)])
def test_what_has_no_ratio_is_none_and_not_zero(left: float, right: float) -> None:
    compared = compare(left, right, metric=RSI, involved=Side.LEFT)

    assert compared.lsi_percent is None
    assert compared.difference_percent is None
    assert compared.symmetry_index_percent is None
    assert compared.symmetry_angle_percent is None
    assert compared.ratio_percent is None


@given(left=size, right=size, factor=st.floats(0.01, 100.0), better=st.sampled_from(list(Better)))
def test_units_do_not_matter(left: float, right: float, factor: float, better: Better) -> None:
    assert difference_percent(factor * left, factor * right, better) == pytest.approx(difference_percent(left, right, better), abs=1e-9)
    assert symmetry_index_percent(factor * left, factor * right) == pytest.approx(symmetry_index_percent(left, right), abs=1e-9)


@given(left=size, right=size)
def test_sides_swapped_swap_the_sign(left: float, right: float) -> None:
    assert difference_percent(left, right, Better.HIGH) == pytest.approx(-difference_percent(right, left, Better.HIGH), abs=1e-9)
    assert symmetry_index_percent(left, right) == symmetry_index_percent(right, left)
    assert bilateral_index_percent(left, right) == bilateral_index_percent(right, left)
    assert symmetry_angle_percent(left, right) == pytest.approx(-symmetry_angle_percent(right, left), abs=1e-9)
    assert limb_symmetry_percent(left, right, Better.HIGH) == pytest.approx(limb_symmetry_percent(right, left, Better.LOW), rel=1e-12)


FAULTS = [metric for metric in METRICS if not metric.ratio]


def test_of_faults_losses_and_signed_numbers_there_is_no_ratio_but_who_does_worse() -> None:
    lifts = compare(1.0, 2.0, metric=by_key("lunge_heel_lifts"), involved=Side.LEFT)

    assert (lifts.lsi_percent, lifts.ratio_percent, lifts.difference_percent) == (None, None, None)
    assert (lifts.symmetry_index_percent, lifts.symmetry_angle_percent) == (None, None)
    assert (lifts.left, lifts.right, lifts.weaker) == (1.0, 2.0, Side.RIGHT)
    assert lifts.rule.startswith("no LSI: 0 is normal")


def test_every_count_of_faults_and_every_log_or_signed_number_is_without_a_ratio() -> None:
    # A count that is better low is one of faults: there is no other kind in the catalog.
    counted = {metric.key for metric in METRICS if not metric.unit and metric.better is Better.LOW and metric.symbol.startswith("n_")}
    log = {metric.key for metric in METRICS if metric.symbol.startswith(("SPARC", "LDLJ"))}
    without = {metric.key for metric in FAULTS}

    assert counted >= {"errors", "side_hop_errors", "lunge_heel_lifts", "raise_knee", "cues_missed"}
    assert log >= {"raise_sparc", "braking_ldlj"}
    assert counted | log <= without
    assert {"stuck", "sticks", "raise_fatigue", "squat_medial"} <= without
    assert by_key("raises").ratio  # a count of what was done has one
    assert by_key("side_hop_count").ratio
    assert by_key("lunge_angle").ratio
