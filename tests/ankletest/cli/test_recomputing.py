"""``ankletest recompute`` as somebody types it: encrypted recordings, old beside new, missing ones told."""

from dataclasses import replace
from pathlib import Path

import pytest

from ankletest.analysis import remade
from ankletest.session import Finished
from ankletest.store.desk import RECORDINGS
from drivers.catalog import MODELS
from tests.ankletest.cli.vault import VISIT, Run, store_in, visit_in


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, no_keyring: None) -> Path:
    """A data folder with a client, an encrypted visit, and one number of each trial by an older version."""
    folder = tmp_path_factory.mktemp("template") / "data"
    with store_in(folder) as desk:
        visit = visit_in(desk, folder).visit
        for one in remade(VISIT, MODELS)[0]:
            first, *others = one.values
            older = replace(first, metric=replace(first.metric, version=first.metric.version - 1))
            desk.save_trial(visit, Finished(one.trial, (older, *others)))
        desk.add_client("B-2")
    return folder


def test_old_stands_beside_new_and_only_what_changed_is_printed(run: Run) -> None:
    code, out, err = run("recompute", "A-1")

    assert (code, err) == (0, "")
    assert "4 trials made again" in out
    assert "4 were kept." in out
    rows = [line for line in out.splitlines() if "A-1" in line]
    assert len(rows) == 4
    assert all("Anna" not in line for line in out.splitlines())


def test_a_second_time_nothing_is_new_and_all_rows_can_be_printed(run: Run) -> None:
    run("recompute", "--everybody")
    code, out, _ = run("recompute", "--everybody", "--all")

    assert code == 0
    assert "0 were kept." in out
    assert len([line for line in out.splitlines() if "A-1" in line]) > 100


def test_a_missing_recording_is_a_sentence_and_code_one(run: Run, folder: Path) -> None:
    (folder / RECORDINGS / "v.mcap").unlink()
    code, out, err = run("recompute", "A-1")

    assert code == 1
    assert "0 trials made again" in out
    assert "The recording v.mcap is not there. Its stored numbers stay as they are." in err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ((), "Whose trials are to be analysed again is not said."), (("A-1", "--everybody"), "is not said"),
        (("Z-9",), "There is no client with the code Z-9."),
    ],
)  # fmt: skip
def test_who_is_meant_has_to_be_said(run: Run, argv: tuple[str, ...], said: str) -> None:
    code, out, err = run("recompute", *argv)

    assert (code, out) == (2, "")
    assert said in err
