"""What tests of pages live with: a window on a store that needs no passphrase."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.desktop import Desktop
from ui.pages.setup_bar import SetupBar


@pytest.fixture
def desktop(qtbot, hub, tmp_path: Path) -> Iterator[Desktop]:
    it = Desktop(qtbot, hub, tmp_path / "data")
    yield it
    it.furniture.jobs.wait()
    if it.page.unsaved:
        it.page.show_list()
    it.shell.close()
    it.store.close()


@pytest.fixture
def bar(qtbot) -> SetupBar:
    it = SetupBar()
    qtbot.addWidget(it)
    it.show()
    return it
