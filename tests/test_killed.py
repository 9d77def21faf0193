"""A visit that is killed while it is written, at 5 random moments of the 200 that `python -m bench killed` takes."""

import os
from pathlib import Path

import pytest

from bench.killed import Writers, readable
from bench.killed_visit import SECRETS


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_no_decision_is_lost_and_no_name_is_readable_whenever_it_is_killed(tmp_path: Path) -> None:
    with Writers(tmp_path / "template") as writers:
        found = [writers.kill_and_look(tmp_path / str(seed), seed) for seed in range(5)]

    assert [f.wrong for f in found if f.wrong] == []
    assert [f for f in found if f.lost_trials or f.lost_flushed] == []
    assert sum(f.trials for f in found) > 12, "the writer wrote"
    assert sum(f.flushed for f in found) > 200


def test_the_search_finds_a_name_a_birthday_and_a_note_however_they_are_written(tmp_path: Path) -> None:
    for number, word in enumerate(SECRETS):
        for coding in ("utf-8", "utf-16-le", "utf-16-be"):
            (tmp_path / f"{number}-{coding}").write_bytes(b"\0\1" + word.encode(coding) + b"\2")
    assert len(readable(tmp_path)) == 3 * len(SECRETS)
    assert any("@" in word for word in SECRETS)
    assert any(word.count("-") == 2 for word in SECRETS)
