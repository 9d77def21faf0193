"""A visit that is killed while it is written, at 15 random moments of the 200 that `python -m bench killed` takes."""

import os
from pathlib import Path

import pytest

from bench.killed import NAME, Writers


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_no_accepted_trial_is_lost_and_no_name_is_readable_whenever_it_is_killed(tmp_path: Path) -> None:
    with Writers(tmp_path / "template") as writers:
        found = [writers.kill_and_look(tmp_path / str(seed), seed) for seed in range(15)]

    assert [f.wrong for f in found if f.wrong] == []
    assert sum(f.lost_trials for f in found) == 0
    assert sum(f.lost_flushed for f in found) == 0
    assert sum(f.trials for f in found) > 30, "the writer wrote"
    assert sum(f.flushed for f in found) > 300
    assert "Unmistakable" in NAME, "what the folders are searched for"
