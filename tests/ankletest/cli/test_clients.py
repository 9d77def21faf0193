"""A list of clients taken in, back and out as somebody types it."""

from functools import partial
from pathlib import Path

import pytest

from tests.ankletest.cli.vault import Run, store_in

LIST = """Vorname;Nachname;Geburtsdatum;Größe;Seite;Zimmer
Anna;Berg;12.03.1990;171;links;4
Carl;Dorn;30.02.1980;180;;5
Anna;Bergh;12.03.1990;;;
Eva;Fink;1.1.1999;1,62;re;7
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, no_keyring: None) -> Path:
    """A data folder with one client."""
    folder = tmp_path_factory.mktemp("template") / "data"
    with store_in(folder) as desk:
        desk.add_client("EF-1", name="Somebody Else")
    return folder


@pytest.fixture(name="client")
def client_command(run: Run, tmp_path: Path) -> Run:
    """Run ``ankletest client`` beside a list."""
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    return partial(run, "client")


def test_a_list_comes_in_and_everything_that_does_not_is_told_with_its_line(client: Run, tmp_path: Path) -> None:
    code, out, _ = client("import", tmp_path / "list.csv")

    assert code == 1, "rows were left out"
    assert "column Größe: height_m" in out
    assert "column Zimmer: passed over" in out
    assert "line 3 is left out: birth_date: this is no date (30.02.1980)" in out
    assert "line 4 is left out: nearly the same name as line 2" in out
    assert "2 clients imported, 2 rows left out" in out
    assert client("list", "-o", tmp_path / "out.csv")[0] == 0
    codes = [line.split(",")[:2] for line in (tmp_path / "out.csv").read_text("utf-8").splitlines()[1:]]
    assert codes == [["AB-1", "Anna Berg"], ["EF-1", "Somebody Else"], ["EF-2", "Eva Fink"]]


def test_nothing_is_changed_by_a_dry_run(client: Run, tmp_path: Path) -> None:
    code, out, _ = client("import", tmp_path / "list.csv", "--dry-run")

    assert (code, "2 clients would be imported, 2 rows left out; nothing was changed." in out) == (1, True)
    assert client("undo-import")[0] == 2


def test_a_duplicate_is_taken_in_by_its_line_and_a_bad_row_is_not(client: Run, tmp_path: Path) -> None:
    _, out, _ = client("import", tmp_path / "list.csv", "--take", 3, "--take", 4)

    assert "3 clients imported, 1 rows left out" in out


def test_an_import_is_taken_back_whole(client: Run, tmp_path: Path) -> None:
    client("import", tmp_path / "list.csv")
    code, out, _ = client("undo-import")

    assert (code, out.startswith("Taken back: 2 of 2 clients")) == (0, True)
    code, _, err = client("undo-import")
    assert (code, "no import that could be taken back" in err) == (2, True)
    assert client("import", tmp_path / "list.csv")[1].endswith("2 clients imported, 2 rows left out. Back: ankletest client undo-import\n")


def test_columns_are_named_where_the_guess_is_wrong(client: Run, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("who,what\nAnna Berg,4/5/1990\n")
    code, out, _ = client("import", tmp_path / "list.csv", "--map", "who=name", "--map", "what=birth_date")
    assert (code, "day and month cannot be told apart (4/5/1990)" in out) == (1, True)
    code, out, _ = client("import", tmp_path / "list.csv", "--map", "who=name", "--map", "what=birth_date", "--dates", "dmy")
    assert (code, "1 clients imported" in out) == (0, True)
    code, _, err = client("import", tmp_path / "list.csv", "--map", "nobody=name")
    assert (code, "There is no column nobody" in err) == (2, True)
    with pytest.raises(SystemExit):
        client("import", tmp_path / "list.csv", "--map", "who=nothing")


def test_a_list_is_written_once(client: Run, tmp_path: Path) -> None:
    assert client("list", "-o", tmp_path / "out.csv")[0] == 0
    assert client("list", "-o", tmp_path / "out.csv")[0] == 2
