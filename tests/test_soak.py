"""Eight minutes of two devices in a hurry: what is kept does not grow, and the ledger is exact; an hour is `python -m bench soak`."""

import gc
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.soak import Soak

ROOT = Path(__file__).parent.parent
EARLY, LATE = (3, 4, 5), (6, 7, 8)
"""Minutes at which one looks; of each three the least counts, because what is on its way at one moment comes and goes."""
FLAT_BYTES = 60_000
"""More than this in three minutes is growth: a number kept for each quarter of a second and device takes three times as much."""
EXEMPT = "drivers/people/"
"""The simulated world remembers what it lost, to be asked for the truth."""


def held() -> Counter[str]:
    """Return how many bytes each file of the project has allocated and not let go; what nobody can reach any more is let go first."""
    gc.collect()
    found: Counter[str] = Counter()
    for statistic in tracemalloc.take_snapshot().statistics("filename"):
        file = Path(statistic.traceback[0].filename)
        if file.is_relative_to(ROOT):
            found[file.relative_to(ROOT).as_posix()] += statistic.size
    return found


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


def test_a_long_session_holds_no_more_than_a_short_one_and_its_ledger_is_exact(traced, tmp_path: Path) -> None:
    soak = Soak(tmp_path / "soak.mcap", test_every_s=60.0)
    marks = {round(mark.minutes): held() for mark in soak.run(LATE[-1], every=1.0)}
    files = {file for mark in marks.values() for file in mark if not file.startswith(EXEMPT)}
    grown = {file: min(marks[m][file] for m in LATE) - min(marks[m][file] for m in EARLY) for file in files}

    assert {file: size for file, size in grown.items() if size > FLAT_BYTES} == {}
    assert "ankletest/intake.py" in grown
    for kept in soak.kept.values():
        assert kept.lost == kept.true_lost > 100
        assert kept.told_percent == 100.0 * kept.lost / (kept.samples + kept.lost)
    assert (soak.let_go, soak.notices) == (0, [])
