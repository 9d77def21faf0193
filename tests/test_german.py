"""German is complete: every text a person can see is there, with the same slots, and nothing is there that nobody says."""

import ast
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ankletest.language import FORMS, PLACES, SLOT, WINDOW
from tests.texts import CODE_ONLY, Found, all_texts, recognised, sentences, window_texts

FOLDER = Path(__file__).parent.parent / "ankletest" / "languages"
CODES = sorted(folder.name for folder in FOLDER.iterdir())
Tables = Mapping[str, Mapping[str, str]]


def read(code: str) -> tuple[dict[str, str], Tables, Tables, list[str]]:
    """Return texts, places and forms of a language, and texts that are there twice."""
    texts, tables, twice = dict[str, str](), {PLACES: dict[str, dict[str, str]](), FORMS: dict[str, dict[str, str]]()}, list[str]()
    for path in sorted((FOLDER / code).glob("*.toml")):
        for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if isinstance(value, str):
                twice += [key] if key in texts else []
                texts[key] = value
            else:
                twice += [name for name in value if name in tables[key]]
                tables[key].update(value)
    return texts, tables[PLACES], tables[FORMS], twice


def slots(text: str) -> set[str]:
    return {slot[0] for slot in SLOT.findall(text)}


def as_toml(missing: Sequence[Found]) -> str:
    """Return what is missing, ready to be put into the files and filled in."""
    lines, where = list[str](), ""
    for one in sorted(missing, key=lambda found: found.where):
        room = one.where.partition(":")[0].partition(".")[0]
        if room != where:
            lines.append(f"\n# {one.where}")
            where = room
        lines.append(f'{json.dumps(one.text, ensure_ascii=False)} = ""')
    return "\n".join(lines)


@pytest.mark.parametrize("code", CODES)
def test_every_text_that_a_person_can_see_is_said(code: str) -> None:
    texts, places, _, _ = read(code)
    there = {text for place in places.values() for text in place}
    missing = [found for found in all_texts() if not texts.get(found.text) and found.text not in there]
    if missing:
        pytest.fail(f"{len(missing)} texts are not said in '{code}'. Fill in, in ankletest/languages/{code}/*.toml:\n{as_toml(missing)}")


@pytest.mark.parametrize("code", CODES)
def test_a_text_keeps_its_slots(code: str) -> None:
    texts, places, forms, _ = read(code)
    both = [*texts.items(), *(pair for place in places.values() for pair in place.items())]
    odd = [(text, said) for text, said in both if slots(text) != slots(said)]
    assert not odd
    unknown = [said for _, said in both for slot, form in SLOT.findall(said) if form and form not in forms]
    assert not unknown, "a slot names a form that no table has"


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_said_that_nobody_says(code: str) -> None:
    texts, places, _, twice = read(code)
    shown = {found.text for found in all_texts()}
    assert not sorted(set(texts) - shown), "orphans: no text of the program is called so any more"
    assert not twice, "a text is said twice"
    constants = {found.where for found in window_texts()} | CODE_ONLY
    assert not sorted(set(places) - constants), "a place that is not there"


@pytest.mark.parametrize("code", CODES)
def test_texts_of_the_window_have_no_forms_as_python_fills_their_slots(code: str) -> None:
    texts, _, _, _ = read(code)
    odd = [found.where for found in window_texts() if ":" in "".join(re.findall(r"\{\w+(.*?)\}", texts.get(found.text, "")))]
    assert not odd


@pytest.mark.parametrize("code", CODES)
def test_marks_at_the_ends_of_a_text_stay(code: str) -> None:
    """A key after a title, three dots, a space before a unit: who shows a text relies on them."""
    texts, _, _, _ = read(code)

    def ends(text: str) -> tuple[bool, bool, bool]:
        return text[:1].isspace(), text[-1:].isspace(), text.endswith("…")

    assert not [(text, said) for text, said in texts.items() if ends(text) != ends(said)]


@pytest.mark.parametrize("code", CODES)
def test_a_sentence_of_the_core_is_not_in_the_files_of_the_window(code: str) -> None:
    """Templates of those files are not looked for in finished sentences."""
    window: set[str] = set()
    for path in (FOLDER / code).glob(f"{WINDOW}*.toml"):
        window |= tomllib.loads(path.read_text(encoding="utf-8")).keys()
    odd = [found for found in sentences() if "{" in found.text and found.text in window]
    assert not odd


def test_what_a_table_may_say_is_no_text_but_a_sentence_is() -> None:
    code = ast.parse(
        'HEADINGS = {"name": ("full name", "name vorname")}\n'
        'HINT = "Name the columns."\n'
        'class Order(StrEnum):\n    DAY = "day first"\n'
        'def no():\n    raise ExchangeError("no column", "choose another file")\n'
    )
    assert recognised(code) == {"name", "full name", "name vorname"}
