"""What a passphrase must be: long enough, not one that everybody takes, not one thing over and over; and how many guesses it stands."""

import math

import pytest

from ankletest.errors import StoreError
from ankletest.store.passphrase import COMMON, EASY, HARD, SHORTEST, WORDS_KNOWN, Weakness, demand, guesses, weakness


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", Weakness.SHORT), ("otters", Weakness.SHORT), ("x7!kQ2#pL", Weakness.SHORT), ("aaaaaaaaaaaa", Weakness.REPEATED),
        ("hop hop hop hop", Weakness.REPEATED), ("1234512345", Weakness.REPEATED), ("12312 31231", Weakness.REPEATED),
        ("1234567890", Weakness.ROW), ("0987654321", Weakness.ROW), ("Qwertzuiop", Weakness.ROW), ("qwerty uiop", Weakness.ROW),
        ("abcdefghijkl", Weakness.ROW), ("password123", Weakness.COMMON), ("Passwort2026!", Weakness.COMMON),
        ("ankletest 2026", Weakness.COMMON),
        ("correct horse battery staple", Weakness.COMMON), ("!!Ichliebedich!!", Weakness.COMMON),
    ],
)  # fmt: skip
def test_what_is_found_first_is_not_taken(typed: str, why: Weakness) -> None:
    assert weakness(typed) is why
    with pytest.raises(StoreError) as caught:
        demand(typed)
    assert caught.value.hint, "it says what to take instead"


@pytest.mark.parametrize(
    "typed", ["seven quiet otters", "correct horse", "sprunggelenk", "x7!kQ2#pLm", "drei Möwen im Büro", "пять тихих выдр"]
)
def test_a_few_words_or_ten_characters_are_taken(typed: str) -> None:
    assert weakness(typed) is None
    demand(typed)


def test_the_sentence_tells_how_many_characters_there_are_and_how_many_there_must_be() -> None:
    with pytest.raises(StoreError, match="has 5 characters") as caught:
        demand("otter")
    assert str(SHORTEST) in caught.value.hint


def test_an_accent_counts_once_however_a_keyboard_sends_it() -> None:
    assert weakness("e\u0301" * 5 + "abcd") is Weakness.SHORT  # nine characters, fourteen code points


def test_the_commonest_are_written_as_they_are_compared() -> None:
    assert all(word == word.casefold() and word.isalpha() for word in COMMON)


def test_words_are_guessed_as_words_and_not_letter_by_letter() -> None:
    assert guesses("seven quiet otters") == pytest.approx(WORDS_KNOWN**3)
    assert guesses("zwei Wörter") == pytest.approx(WORDS_KNOWN**2)


def test_a_mixture_is_guessed_character_by_character() -> None:
    assert guesses("sprunggelenk") == pytest.approx(26.0**12)
    assert guesses("x7!kQ2#pLm") == pytest.approx(95.0**10)  # small, big, figures, signs
    assert guesses("12 ab") == pytest.approx(WORDS_KNOWN**2)  # shorter as two words of a list than as five characters of 69


def test_more_is_never_easier() -> None:
    grown = ["seven", "seven quiet", "seven quiet otters", "seven quiet otters swim", "seven quiet otters swim home"]
    counts = [guesses(one) for one in grown[1:]]
    assert counts == sorted(counts)
    assert counts[0] < EASY < counts[1] < HARD < counts[2]
    assert guesses("") == 1.0
    assert guesses("a1! " * 500) == math.inf
