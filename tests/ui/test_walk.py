"""A new physio's walk through the program: with a mouse and keys, and the same with keys alone; pictures of it make the guide."""

import os
from pathlib import Path

import pytest

from ankletest.recording.reader import is_encrypted
from ankletest.store import keys
from ankletest.store.desk import KEYS, Desk
from tests.ui.hands import Hands, KeysAlone, MouseAndKeys
from tests.ui.walking import CODE, PASSPHRASE, Physio, visits

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")
@pytest.mark.parametrize("hands", [MouseAndKeys, KeysAlone], ids=lambda kind: kind.name)
def test_a_new_physio_gets_from_the_first_start_to_a_trend(qtbot, tmp_path: Path, hands: type[Hands]) -> None:
    folder, pdf = tmp_path / "data", tmp_path / "report.pdf"
    wanted = hands is MouseAndKeys and bool(os.environ.get("ANKLETEST_KEEP_PICTURES"))
    it = Physio(qtbot, hands, folder, GUIDE if wanted else None)
    visits(it, pdf)
    store = Desk.open(folder, keys.unlock(folder / KEYS, PASSPHRASE))
    client = next(iter(store.clients(CODE)))
    told = [trial for trial in store.trials(client) if trial.setup.exam in ("lunge", "heel_raise")]
    store.close()

    assert pdf.read_bytes().startswith(b"%PDF")
    assert it.seen[-2:] == ["follow-up", "settings"]
    assert len({trial.opened_at.date() for trial in told}) == 2  # two visits, a month apart
    assert len(told) == 8
    assert all(is_encrypted(path) for path in (folder / "recordings").glob("*.mcap"))
