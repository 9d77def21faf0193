"""What every test lives with: no screen, no unannounced log line, and the folder of foreign recordings if it is there."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
os.environ["ANKLETEST_LANGUAGE"] = "en"  # texts and pictures are compared in English, whatever this computer speaks

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
LONG = (
    "ui/test_walk.py", "ui/pages/test_every_procedure.py", "drivers/radio/test_streaming.py", "ui/test_german_window.py", "test_adding.py",
    "ankletest/metrics/test_coverage.py", "drivers/radio/test_replaying.py", "test_soak.py",
)  # fmt: skip
"""Files that take longest, begun first: a file goes to one process, and none should be left with a long one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first, in the order of their list; the others stay as they are."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(LONG)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@pytest.fixture(autouse=True)
def no_unannounced_log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs at WARNING or above without announcing it by the mark ``announce_log``."""
    yield
    announced = [text for mark in request.node.iter_markers("announce_log") for text in mark.args]
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    # In development mode asyncio remarks on every callback above 0.1 s: that measures the machine of the day, not the program.
    loud = [r.getMessage() for r in records if r.levelno >= logging.WARNING and not (r.name == "asyncio" and " took " in r.getMessage())]
    odd = [text for text in loud if not any(word in text for word in announced)]
    assert not odd, f"log records nobody announced: {odd}"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of recordings made by other people; skip where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared/data with recordings made by other people is not here")
    return SHARED
