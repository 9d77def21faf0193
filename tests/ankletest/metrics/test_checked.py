import re
from pathlib import Path

import pytest

from ankletest.cli import catalog
from ankletest.metrics import METRICS
from ankletest.metrics.checked import Check, checks, unstated

TESTS = Path(__file__).parents[2]


@pytest.mark.parametrize("check", checks(), ids=lambda check: f"{check.ids[0]} {check.what}")
def test_every_figure_stands_in_a_test_that_would_fail_without_it(check: Check) -> None:
    place, _, name = check.proof.partition("::")
    blocks = (TESTS / place).read_text(encoding="utf-8").split("\n\n\n")
    proofs = [block for block in blocks if re.search(rf"^def {name}\(", block, flags=re.MULTILINE)]
    constants = [block for block in blocks if not re.search(r"^def test_", block, flags=re.MULTILINE)]

    assert len(proofs) == 1
    # In the test itself, or a constant or helper of its file.
    assert any(check.limit in block for block in (*proofs, *constants)), (check.proof, check.limit)


def test_every_number_of_the_catalog_was_held_against_something_and_nothing_else_was() -> None:
    known = {id_ for check in checks() for id_ in check.ids}

    assert {metric.id for metric in METRICS} == known


def test_no_comparison_stands_twice() -> None:
    assert len({(check.ids, check.against, check.what, check.within, check.limit, check.proof) for check in checks()}) == len(checks())


def test_the_page_tells_every_comparison() -> None:
    page = catalog.page()
    section = page[page.index("## What was checked") :]

    assert all(check.what in section and check.within in section for check in checks())


def test_only_numbers_of_the_catalog_are_excused_from_an_uncertainty_each_once() -> None:
    excused = [key for one in unstated() for key in one.keys]

    assert set(excused) <= {metric.key for metric in METRICS}
    assert len(set(excused)) == len(excused)
    assert all(one.why in catalog.page() for one in unstated())
