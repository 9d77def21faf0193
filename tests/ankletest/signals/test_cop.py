import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankletest.signals.cop import cop_noise_mm, pad_of

CORNERS = np.array([(-200.0, 150.0), (200.0, 150.0), (200.0, -150.0), (-200.0, -150.0)])


def test_equal_loads_are_at_the_centre_and_one_load_is_at_its_cell() -> None:
    pad = pad_of(np.array([(50.0, 50.0, 50.0, 50.0), (0.0, 80.0, 0.0, 0.0), (60.0, 60.0, 0.0, 0.0)]), CORNERS)

    assert pad.tolist() == [[200.0, 0.0, 0.0], [80.0, 200.0, 150.0], [120.0, 0.0, 150.0]]


def test_below_twenty_newtons_there_is_a_force_but_no_cop() -> None:
    pad = pad_of(np.array([(5.0, 5.0, 5.0, 4.9), (5.0, 5.0, 5.0, 5.0)]), CORNERS)

    assert pad[0, 0] == pytest.approx(19.9)
    assert np.isnan(pad[0, 1:]).all()
    assert np.isfinite(pad[1]).all()


def test_a_cell_that_cannot_tell_leaves_no_number() -> None:
    assert np.isnan(pad_of(np.array([(50.0, math.nan, 50.0, 50.0)]), CORNERS)).all()


def test_an_empty_block_is_an_empty_block() -> None:
    assert pad_of(np.zeros((0, 4)), CORNERS).shape == (0, 3)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(0, 1000))
def test_chunks_of_any_size_give_the_same_bits(sizes: list[int], seed: int) -> None:
    cells = np.random.default_rng(seed).uniform(-5.0, 300.0, (sum(sizes), 4))
    cuts = np.cumsum([0, *sizes])
    parts = np.concatenate([pad_of(cells[a:b], CORNERS) for a, b in pairwise(cuts)])

    assert np.array_equal(parts, pad_of(cells, CORNERS), equal_nan=True)


def test_three_cells_do_as_well_as_four() -> None:
    corners = np.array([(0.0, 100.0), (-90.0, -50.0), (90.0, -50.0)])

    assert pad_of(np.array([(100.0, 100.0, 100.0)]), corners)[0].tolist() == [300.0, 0.0, 0.0]


def test_cell_noise_moves_the_cop_as_the_specification_says() -> None:
    assert cop_noise_mm(0.5, 200.0, 700.0) == pytest.approx(0.2857, abs=5e-5)  # metrics.md SW-21, four decimals printed
    assert math.isnan(cop_noise_mm(math.nan, 200.0, 700.0))
    assert math.isnan(cop_noise_mm(0.5, 200.0, 0.0))


def test_the_noise_formula_is_that_of_a_square_pad_under_noise() -> None:
    rng = np.random.default_rng(9)
    half = 200.0
    square = half * np.array([(-1.0, 1.0), (1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)])
    cells = 175.0 + 0.5 * rng.standard_normal((40_000, 4))

    assert pad_of(cells, square)[:, 1:].std(axis=0) == pytest.approx(cop_noise_mm(0.5, half, 700.0), rel=0.02)  # 40 000 draws: 0.4 %
