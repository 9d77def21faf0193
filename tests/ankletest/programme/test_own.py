"""Batteries of the clinic's own: read beside those that ship, written whole, and a wrong file is told with its line."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from ankletest.programme import own
from ankletest.programme.battery import shipped, write
from ankletest.programme.toml_fields import ProgrammeError

BASIC = shipped()[0]


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / own.BATTERIES / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_folder_there_is_what_ships() -> None:
    found, told = own.batteries(None)

    assert [one.battery for one in found] == list(shipped())
    assert told == []


def test_what_is_saved_comes_back_after_those_that_ship(tmp_path: Path) -> None:
    mine = replace(BASIC, key="mine", title='Für "alle"', steps=BASIC.steps[:2])
    path = own.save(tmp_path, mine)
    found, told = own.batteries(tmp_path)

    assert path == tmp_path / own.BATTERIES / "mine.toml"
    assert found[-1] == own.Own(mine, path)
    assert len(found) == len(shipped()) + 1
    assert told == []
    assert [one.name for one in path.parent.iterdir()] == ["mine.toml"]


def test_a_file_with_the_key_of_one_that_ships_stands_in_its_place(tmp_path: Path) -> None:
    put(tmp_path, "other_name.toml", write(replace(BASIC, title="Ours")))
    found, _ = own.batteries(tmp_path)

    assert len(found) == len(shipped())
    assert (found[0].battery.key, found[0].battery.title) == (BASIC.key, "Ours")
    # Saving it again goes into the file that it came from.
    assert own.save(tmp_path, found[0].battery).name == "other_name.toml"


def test_a_key_that_two_files_have_is_told(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        put(tmp_path, name, write(replace(BASIC, key="mine")))
    found, told = own.batteries(tmp_path)

    assert sum(one.battery.key == "mine" for one in found) == 1
    assert told == ["b.toml is left out: a.toml has the same key, mine."]


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("times = 1", "times = 0", "Line 11: own.toml, step 1: times is 0"),
        ('exam = "lunge"', 'exam = "splits"', "Line 8: own.toml, step 1: There is no exam 'splits'"),
        ("practice = 0", "practise = 0", "Line 10: own.toml, step 1 has a field that nobody knows: practise."),
        ("minutes = 15", "minutes = fifteen", "line 3"),
        ("minutes = 15", "minutes = 0", "own.toml: minutes is 0, not a whole number from 1 to 240."),
    ],
)
def test_a_wrong_file_is_told_with_its_line_and_the_others_stay(tmp_path: Path, was: str, now: str, told: str) -> None:
    text = write(replace(BASIC, minutes=15)).replace(was, now, 1)
    put(tmp_path, "own.toml", text)
    found, sentences = own.batteries(tmp_path)

    assert len(found) == len(shipped())
    assert told in sentences[0]
    if told.startswith("Line "):
        number = int(told.split(":")[0].removeprefix("Line "))
        assert now in text.splitlines()[number - 1]


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    put(tmp_path, "own.toml", "").write_bytes(b"\xff\xfe\x00key")

    assert own.batteries(tmp_path)[1][0].startswith("own.toml cannot be read: it is not UTF-8.")


def test_what_is_deleted_can_be_put_back(tmp_path: Path) -> None:
    path = own.save(tmp_path, replace(BASIC, key="mine"))
    before = path.read_bytes()
    text = own.delete(path)
    assert not path.exists()
    own.put_back(path, text)

    assert path.read_bytes() == before
    with pytest.raises(ProgrammeError, match=r"mine\.toml cannot be put back"):
        own.put_back(path, text)


def test_an_unfinished_battery_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError, match="has no steps"):
        own.save(tmp_path, replace(BASIC, key="mine", steps=()))
    assert not (tmp_path / own.BATTERIES).exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / own.BATTERIES).write_text("a file in the way")

    with pytest.raises(ProgrammeError, match=r"mine\.toml cannot be written"):
        own.save(tmp_path, replace(BASIC, key="mine"))
    assert stat.S_ISREG((tmp_path / own.BATTERIES).stat().st_mode)


@pytest.mark.parametrize(
    ("title", "taken", "key"),
    [
        ("Return to sport, own", [], "return_to_sport_own"), ("Übung für Läufer", [], "ubung_fur_laufer"), ("膝", [], "battery"),
        ("Mine", ["mine", "MINE_2"], "mine_3"), ("../../etc", [], "etc"),
    ],
)  # fmt: skip
def test_a_key_is_plain_and_nobody_elses(title: str, taken: list[str], key: str) -> None:
    assert own.key_for(title, taken) == key
