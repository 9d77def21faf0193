from dataclasses import replace
from pathlib import Path

import pytest

from ankletest.errors import StoreError
from ankletest.metrics.published import Sex
from ankletest.samples import Side
from ankletest.store.desk import Desk
from ankletest.store.keys import DataKey
from ankletest.trial import Eyes, Surface


def test_clients_are_found_as_one_types(desk: Desk) -> None:
    desk.add_client("B-2", name="Åsa Öberg")
    desk.add_client("A-1", name="Anna Berg", mass_kg=62.5, involved=Side.RIGHT, sex=Sex.FEMALE, birth_year=1990)

    assert [c.code for c in desk.clients()] == ["A-1", "B-2"]
    assert [c.code for c in desk.clients("öB")] == ["B-2"]
    assert [c.code for c in desk.clients("berg a-1")] == ["A-1"]
    assert desk.clients("100%") == []
    assert desk.clients("anna")[0].mass_kg == 62.5
    assert desk.clients("anna")[0].involved is Side.RIGHT
    assert (desk.clients("anna")[0].sex, desk.clients("anna")[0].birth_year) == (Sex.FEMALE, 1990)
    assert (desk.clients("b-2")[0].sex, desk.clients("b-2")[0].birth_year) == (None, None)


def test_a_code_is_taken_once(desk: Desk) -> None:
    desk.add_client("A-1")

    with pytest.raises(StoreError, match="A-1 already"):
        desk.add_client(" A-1 ")
    with pytest.raises(StoreError, match="needs a code"):
        desk.add_client("  ")


def test_a_trial_comes_back_as_it_was_saved(desk: Desk, done: object) -> None:
    client = desk.add_client("A-1")
    visit = desk.open_visit(client, desk.folder / "recordings" / "v.mcap")
    desk.save_trial(visit, done)  # type: ignore[arg-type]  # a structural stand-in for session.Finished
    (trial,) = desk.trials(client)

    assert (trial.exam, trial.side, trial.outcome, trial.number) == ("stance", Side.LEFT, "not held", 1)
    assert trial.reasons == ("the other foot touched at 12.3 s",)
    assert trial.recording == desk.folder / "recordings" / "v.mcap"
    path, ellipse = trial.numbers
    assert (path.metric_id, path.value, path.uncertainty, path.profile, path.version) == ("SW-05", 412.25, 3.5, "P-COP", 2)
    assert ellipse.value is None
    assert ellipse.reasons == ("E-SHORT: 7.9 s analysed, 10 s needed",)


def test_the_newest_numbers_of_a_leg_are_found(desk: Desk, done: object) -> None:
    client = desk.add_client("A-1")
    visit = desk.open_visit(client, desk.folder / "recordings" / "v.mcap")
    desk.save_trial(visit, done)  # type: ignore[arg-type]  # a structural stand-in for session.Finished

    asked = done.trial.setup  # type: ignore[attr-defined]  # a structural stand-in for session.Finished
    assert desk.last_values(client, asked) == {"path": 412.25}
    assert desk.last_values(client, replace(asked, side=Side.RIGHT)) == {}
    assert desk.last_values(client, replace(asked, eyes=Eyes.CLOSED)) == {}
    assert desk.last_values(client, replace(asked, surface=Surface.FOAM)) == {}
    assert desk.last_values(client, replace(asked, duration_s=12.0)) == {}


def test_a_sealed_visit_keeps_its_checksum(desk: Desk, tmp_path: Path) -> None:
    client = desk.add_client("A-1")
    visit = desk.open_visit(client, desk.folder / "recordings" / "v.mcap.part")
    desk.seal_visit(visit, desk.folder / "recordings" / "v.mcap", "ab" * 32)
    elsewhere = desk.open_visit(client, tmp_path / "other.mcap")
    desk.forget_visit(elsewhere)

    assert desk.trials(client) == []


def test_it_opens_again_with_what_was_there(tmp_path: Path, key: DataKey) -> None:
    first = Desk.open(tmp_path / "data", key)
    first.add_client("A-1")
    first.close()
    second = Desk.open(tmp_path / "data", key)
    codes = [c.code for c in second.clients()]
    second.close()

    assert codes == ["A-1"]
