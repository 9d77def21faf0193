import re
from pathlib import Path

import pytest

from ankletest.cli import catalog
from ankletest.metrics import METRICS
from ankletest.metrics.checked import CHECKS, Check

TESTS = Path(__file__).parents[2]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: f"{check.ids[0]} {check.what}")
def test_every_figure_stands_in_a_test_that_would_fail_without_it(check: Check) -> None:
    place, _, name = check.proof.partition("::")
    blocks = (TESTS / place).read_text(encoding="utf-8").split("\n\n\n")
    proofs = [block for block in blocks if re.search(rf"^def {name}\(", block, flags=re.MULTILINE)]
    constants = [block for block in blocks if not re.search(r"^def test_", block, flags=re.MULTILINE)]

    assert len(proofs) == 1
    # In the test itself, or a constant or helper of its file.
    assert any(check.limit in block for block in (*proofs, *constants)), (check.proof, check.limit)


def test_only_numbers_of_the_catalog_are_checked() -> None:
    told = {metric.id for metric in METRICS}

    assert {id_ for check in CHECKS for id_ in check.ids} <= told


def test_the_page_names_what_is_checked_and_what_is_not() -> None:
    page = catalog.page()
    section = page[page.index("## What was checked") :]

    assert all(check.what in section and check.close in section for check in CHECKS)
    bare = {metric.id for metric in METRICS} - {id_ for check in CHECKS for id_ in check.ids}
    assert all(id_ in section for id_ in bare)
