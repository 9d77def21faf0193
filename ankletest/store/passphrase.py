"""What a passphrase must be to be taken, and a rough count of how many guesses it stands; nothing here knows one or keeps one.

The rule is short on purpose: long enough, not what everybody takes, not one thing over and over, not a row of keys. The count is an upper
bound for what is a sentence or a mixture; it says nothing of a name, a birthday or a quotation.
"""

import math
import unicodedata
from enum import StrEnum

from ankletest.errors import StoreError

SHORTEST = 10
"""Fewest characters; 8 of any kind are tried out in days by rented machines, 10 are not yet."""
FEWEST_KINDS = 4
"""A passphrase of fewer different characters is one or two of them over and over."""
LONGEST_PERIOD = 5
"""Longest part that, written again and again, is no passphrase: ``12345`` twice, ``hop`` four times."""
COMMON = frozenset({
    "password", "passwort", "passphrase", "kennwort", "iloveyou", "ichliebedich", "letmein", "welcome", "willkommen", "sunshine",
    "princess", "prinzessin", "football", "fussball", "superman", "administrator", "changeme", "geheim", "secret", "schatz", "hallo",
    "starwars", "trustno", "whatever", "baseball", "dragon", "monkey", "master", "shadow", "qwerty", "qwertz", "abc", "admin", "test",
    "physio", "physiotherapie", "physiotherapy", "physiotherapist", "praxis", "clinic", "klinik", "ankletest", "correcthorsebatterystaple",
})  # fmt: skip
"""The commonest ones, and what is nearest in a practice; figures and signs around them do not make them others."""
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "1234567890ß",
    "qwertyuiop[]",
    "qwertzuiopü",
    "asdfghjkl;'",
    "asdfghjklöä",
    "azertyuiop",
)
"""Rows of keys and of counting, forwards and backwards."""
WORDS_KNOWN = 2000
"""Words that somebody takes who is asked for a few: each is one of about so many."""
LETTERS, BIG, FIGURES, SIGNS = 26, 26, 10, 33
EASY, HARD = 1e9, 1e12
"""At a thousand guesses a second, which a strong machine makes of keys stretched as these, about twelve days and about thirty years."""


class Weakness(StrEnum):
    """Why a passphrase is not taken."""

    SHORT = "short"
    COMMON = "common"
    REPEATED = "repeated"
    ROW = "row"


WHY = {
    Weakness.COMMON: ("The passphrase is one of those that are tried first.", "Take a few words that have nothing to do with each other."),
    Weakness.REPEATED: ("The passphrase is the same few characters again and again.", "Take a few words; they are easiest to keep."),
    Weakness.ROW: ("The passphrase is a row of keys.", "Take a few words; they are easiest to keep."),
}


def weakness(passphrase: str) -> Weakness | None:
    """Return why a passphrase is not taken; None where it is."""
    plain = unicodedata.normalize("NFC", passphrase).casefold()
    if len(plain) < SHORTEST:
        return Weakness.SHORT
    bare = "".join(plain.split())
    if len(set(bare)) < FEWEST_KINDS or any(_repeats(bare, period) for period in range(1, LONGEST_PERIOD + 1)):
        return Weakness.REPEATED
    if any(bare in row * 2 or bare in row[::-1] * 2 for row in ROWS):
        return Weakness.ROW
    return Weakness.COMMON if bare in COMMON or "".join(c for c in bare if c.isalpha()) in COMMON else None


def demand(passphrase: str) -> None:
    """Raise ``StoreError`` where a passphrase is not taken."""
    why = weakness(passphrase)
    if why is Weakness.SHORT:
        count = len(unicodedata.normalize("NFC", passphrase))
        raise StoreError(f"The passphrase has {count} characters.", f"Take at least {SHORTEST}; a few words are easiest to keep.")
    if why is not None:
        raise StoreError(*WHY[why])


def guesses(passphrase: str) -> float:
    """Return roughly how many guesses find a passphrase: of characters tried out, or of common words, whichever is quicker.

    Longer than a float can count is ``inf``.
    """
    plain = unicodedata.normalize("NFC", passphrase)
    kinds = (
        (LETTERS, any(c.islower() for c in plain)), (BIG, any(c.isupper() for c in plain)), (FIGURES, any(c.isdigit() for c in plain)),
        (SIGNS, any(not c.isalnum() for c in plain)),
    )  # fmt: skip
    digits = len(plain) * math.log10(max(1, sum(size for size, there in kinds if there)))
    words = plain.split()
    if len(words) > 1:
        digits = min(digits, len(words) * math.log10(WORDS_KNOWN))
    return 10.0**digits if digits < 300.0 else math.inf


def _repeats(text: str, period: int) -> bool:
    return len(text) >= 2 * period and all(text[k] == text[k % period] for k in range(len(text)))
