"""What the numbers were held against, and how close they came; the page of metrics prints it, tests look each figure up.

The records are data, ``proofs/*.toml``, a file a family. This module reads them and judges nothing.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import cast

from ankletest.errors import AnkletestError

FOLDER = Path(__file__).parent / "proofs"


class Against(StrEnum):
    """What a number was held against, the surest last."""

    CLOSED_FORM = "closed form"
    TRUTH = "simulated truth"
    PROGRAM = "another program"
    REAL = "real data"


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: of which ids, against what, how close, and which test would fail if it were not so.

    ``limit`` is the tolerance as the file of the test writes it; ``proof`` is the test's place below ``tests`` and its name.
    """

    ids: tuple[str, ...]
    against: Against
    what: str
    within: str
    limit: str
    proof: str


@dataclass(frozen=True, slots=True)
class Unstated:
    """Numbers, by key, that state no uncertainty, and why."""

    keys: tuple[str, ...]
    why: str


@cache
def checks() -> tuple[Check, ...]:
    """Return every comparison, in the order of the files."""
    return tuple(
        Check(_words(one, "ids"), Against(_word(one, "against")), *(_word(one, name) for name in ("what", "within", "limit", "proof")))
        for one in _records("check")
    )


@cache
def unstated() -> tuple[Unstated, ...]:
    """Return which numbers state no uncertainty, in the order of the files."""
    return tuple(Unstated(_words(one, "keys"), _word(one, "why")) for one in _records("unstated"))


def _records(kind: str) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = []
    for path in sorted(FOLDER.glob("*.toml")):
        table = cast("Mapping[str, object]", tomllib.loads(path.read_text(encoding="utf-8")))
        found += cast("list[Mapping[str, object]]", table.get(kind, []))
    return found


def _word(record: Mapping[str, object], name: str) -> str:
    value = record.get(name)
    if not isinstance(value, str) or not value:
        raise AnkletestError(f"A record of proofs has no {name}: {dict(record)}.", "Mend the file in ankletest/metrics/proofs.")
    return value


def _words(record: Mapping[str, object], name: str) -> tuple[str, ...]:
    values = record.get(name)
    if not isinstance(values, list) or not values:
        raise AnkletestError(f"A record of proofs has no {name}: {dict(record)}.", "Mend the file in ankletest/metrics/proofs.")
    return tuple(str(value) for value in cast("list[object]", values))
