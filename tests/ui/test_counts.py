"""Texts with a count are right for one: each that names what is counted has a form for one and a form for many, in every language."""

import re
from collections.abc import Iterator

import pytest

from ankletest.language import SOURCE, language, languages, plural
from ui import tongue

COUNTS = frozenset({
    "count", "days", "hours", "age", "visits", "files", "trials", "hops", "used", "gone", "kept", "same", "steps", "shown", "good",
    "bad", "alike", "left", "total", "most", "least", "tracks", "drills", "sources", "pages", "touches", "decimals", "digits",
})  # fmt: skip
"""Slots that hold a whole number of things."""
NAMED = re.compile(r"\{(" + "|".join(sorted(COUNTS)) + r")\} +([^\W\d_]+)")
"""A count and the word that follows it."""
AS_IS = {
    "of": "1 of 3 is right, and the noun follows the other number",
    "d": "a unit", "h": "a unit", "min": "a unit", "MB": "a unit", "m": "a unit",
    "to": "a range", "and": "a range",
    "shown": "1 shown", "will": "1 will be imported", "could": "1 could be there", "cannot": "1 cannot be read",
    "damaged": "1 damaged", "more": "and 1 more", "in": "1 in an older version", "that": "the newest of 3 that can be used",
}  # fmt: skip
"""Words that may follow a count of one and of many alike, and why; in German what follows is looked at by the same list of texts."""
AS_IS_THERE = {
    "von": "as 'of'", "und": "a range", "bis": "a range", "haben": "each side has so many", "beschädigt": "1 beschädigt",
    "gezeigt": "1 gezeigt", "mit": "1 mit anderem Profil", "weitere": "und 1 weitere", "vielleicht": "stands before the number",
    "nicht": "stands before the number", "verwendbaren": "there are several",
}  # fmt: skip
"""The same, said in another language."""
NEVER_ONE = {
    "At least {least} characters. A few words that have nothing to do with each other are easiest to keep.": "the least is ten",
    "{count} of at least {least} characters.": "the least is ten",
    "{count} characters, roughly {guesses} guesses: weak. A strong machine finds it within days; one more word helps much.": "ten at least",
    "{count} characters, roughly {guesses} guesses: fair. A strong machine needs weeks or years.": "ten at least",
    "{count} characters, more than {guesses} guesses: strong. A strong machine needs decades.": "ten at least",
    "{side}: {count} values from {first} on {begin} to {last} on {end}": "one value is told by another text",
    "A battery has at most {most} exams.": "a constant of the program",
    "the newest {count} entries; narrow the days to see others": "as many as are shown at most",
    "All {total} places are done.": "a pad has many places",
    "{total} places; nothing is to be put there now.": "a pad has many places",
}
"""Texts whose count is never one, and why."""
SAME_FOR_BOTH = frozenset({"more", "Hüpfer", "Patienten", "weitere"})
"""Words that are the same for one and for many where they stand."""


def leaves(value: object, where: str) -> Iterator[tuple[str, object]]:
    """Yield texts, and pairs of forms as they are."""
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, str) and NAMED.search(one) for one in value):
        yield where, value
    elif isinstance(value, tuple):
        for k, one in enumerate(value):
            yield from leaves(one, f"{where}[{k}]")
    elif hasattr(value, "items"):
        for key, one in value.items():
            yield from leaves(one, f"{where}[{key!r}]")
    elif isinstance(value, str):
        yield where, value


def written() -> list[tuple[str, object]]:
    """Return every text of the window as it is written in the code."""
    texts = ((f"{module}.{name}", value) for module, there in tongue.modules() for name, value in tongue.constants(there).items())
    return [one for where, value in texts for one in leaves(value, where)]


PAIRS = [(where, value) for where, value in written() if isinstance(value, tuple)]


class Blank(dict[str, str]):
    """Fills every slot that is not a count."""

    def __missing__(self, key: str) -> str:
        return "1" if key in COUNTS else "…"


def one_of(pair: tuple[str, str]) -> str:
    return plural(pair, 1).format_map(Blank())


def test_a_text_that_names_what_it_counts_has_two_forms() -> None:
    odd = [
        f"{where}: {value}"
        for where, value in written()
        if isinstance(value, str) and value not in NEVER_ONE and any(word not in AS_IS for _, word in NAMED.findall(value))
    ]
    assert not odd, "write it as (one, many), say plural(…, count), or put the noun before the number"


@pytest.mark.parametrize("code", [code for code in languages() if code != SOURCE])
def test_a_translation_names_nothing_after_a_count_that_the_english_does_not(code: str) -> None:
    said = language(code)
    odd = [
        text
        for where, value in written()
        if isinstance(value, str) and value not in NEVER_ONE
        for text in [said.word(value, where)]
        if any(word not in AS_IS | AS_IS_THERE for _, word in NAMED.findall(text))
    ]
    assert not odd


def test_what_is_left_out_is_still_there() -> None:
    texts = {value for _, value in written()}
    assert set(NEVER_ONE) <= texts


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize(("where", "pair"), PAIRS, ids=[where for where, _ in PAIRS])
def test_one_is_told_as_one(where: str, pair: tuple[str, str], code: str) -> None:
    said = language(code)
    one, many = (said.word(form, where) for form in pair)
    told = one_of((one, many))
    assert "1" in told
    assert one != many or SAME_FOR_BOTH & set(one.split())
    for slot, word in NAMED.findall(one):
        other = dict(NAMED.findall(many)).get(slot, "")
        assert word != other or word in SAME_FOR_BOTH, f"{told}: as for many"
    if code == SOURCE:
        assert not re.search(r"\b1 (more )?(?!was\b)[a-z]+s\b", told), told


@pytest.mark.parametrize(("count", "form"), [(0, "many"), (1, "one"), (1.0, "one"), (2, "many"), (11, "many"), (1.5, "many")])
def test_only_one_is_one(count: float, form: str) -> None:
    assert plural(("one", "many"), count) == form
