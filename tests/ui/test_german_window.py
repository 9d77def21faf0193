"""The whole window in German, in a process of its own: nothing English is shown, and nothing has less room than it needs."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ankletest.language import language
from tests.texts import flat_values

ROOT = Path(__file__).parents[2]
ENGLISH = re.compile(r"\b(the|of|with|and|is|are|not|this|no|to|on|for|your|left|right|eyes|both|needed|hold|trial)\b")
ID = re.compile(r"/pytest-of-|(native-pad|native-imu|witmotion) \w+|\b(foot|shank)-(left|right)\b|  ·  pad$")
"""Keys of devices are keys in every language, and folders are called as they are."""
MOVING = ("begun", "going")
"""Stages that are seen while the window is being laid out."""
PADDING_PX = 10
"""The buttons of the bar have no frame: what their hint adds for one is not needed."""
Stages = Mapping[str, Sequence[str]]


WALKS = {"tests.ui.speaking": 600, "tests.ui.speaking_desk": 550}
"""The walks, and how many texts each has seen at least."""


@pytest.fixture(scope="module", params=WALKS)
def walked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Stages]:
    folder = tmp_path_factory.mktemp("german")
    there = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYQTGRAPH_QT_LIB": "PySide6"}
    subprocess.run(
        [sys.executable, "-m", request.param, "de", str(folder)], cwd=ROOT, env=there, check=True, timeout=600, capture_output=True
    )
    found = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_nothing_english_is_shown(walked: Mapping[str, Stages], request: pytest.FixtureRequest) -> None:
    german = language("de")
    known = flat_values("de")
    seen = {text: stage for stage, texts in walked["seen"].items() for text in texts}
    assert len(seen) > WALKS[request.node.callspec.params["walked"]], "the walk has not seen the window"
    odd = {
        text: stage
        for text, stage in seen.items()
        if text not in known and not ID.search(text) and (german.say(text) != text or ENGLISH.search(text))
    }
    assert not odd


def test_nothing_has_less_room_than_it_needs(walked: Mapping[str, Stages]) -> None:
    """A caption ends in dots when its window is narrow, and has the whole as its hint; everything else must fit."""
    cut: list[str] = []
    for stage, found in walked["clipped"].items():
        for told in found:
            wide, needed = map(int, re.findall(r"(\d+) of (\d+)$", told)[0])
            spare = PADDING_PX if told.startswith("QToolButton") else 0
            if not told.startswith("Caption") and needed - wide > spare and not any(word in stage for word in MOVING):
                cut.append(f"{stage}: {told}")
    assert not cut
