"""Eight minutes of two devices in a hurry: what is kept does not grow, and the ledger is exact; an hour is `python -m bench soak`."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.soak import Soak

EARLY, LATE = 4, 8
"""Minutes at which one looks; nothing is on its way then."""
FLAT_BYTES = 55_000
"""More than this in four minutes is growth: one number for each quarter of a second and device takes 63 000, and the clock's window, which
is full after ten minutes, 49 000."""


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def test_a_long_session_holds_no_more_than_a_short_one_and_its_ledger_is_exact(traced, tmp_path: Path) -> None:
    soak = Soak(tmp_path / "soak.mcap", test_every_s=60.0)
    marks = {round(mark.minutes): mark.held for mark in soak.run(LATE, every=EARLY)}
    grown = {file: size - marks[EARLY][file] for file, size in marks[LATE].items()}

    assert {file: size for file, size in grown.items() if size > FLAT_BYTES} == {}
    assert "ankletest/intake.py" in grown
    for kept in soak.kept.values():
        assert kept.lost == kept.true_lost > 100
        assert kept.told_percent == 100.0 * kept.lost / (kept.samples + kept.lost)
    assert (soak.let_go, soak.notices) == (0, [])
