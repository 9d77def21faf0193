"""Lets the tests of exams find the people beside them, and gives them set-ups."""

import sys
from pathlib import Path

import pytest

from ankletest.samples import Side
from ankletest.trial import Setup

# Tests are not packages here, so a file beside them can only be imported like this.
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "signals")]


@pytest.fixture
def stance() -> Setup:
    return Setup("stance", Side.LEFT, duration_s=10.0, trial="1")


@pytest.fixture
def hops() -> Setup:
    return Setup("hops", Side.LEFT, hops=5, trial="2")
