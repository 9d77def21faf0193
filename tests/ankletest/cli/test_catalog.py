"""The page of metrics is what the catalog says, and everything of a metric is on it."""

import re
from pathlib import Path

import pytest

from ankletest import exams
from ankletest.cli import catalog
from ankletest.exams.ratios import KINDS
from ankletest.metrics import METRICS
from ankletest.metrics.definitions import DEFINITIONS, definition_of
from ankletest.wiring import run_command

PAGE = Path(__file__).parents[3] / "docs" / "metrics.md"


def rows(page: str) -> dict[str, list[str]]:
    """Return the cells of each number by its key."""
    told = [re.split(r"(?<!\\)\|", line)[1:-1] for line in page.splitlines() if re.match(r"\| [A-Z]{2}-\d\di? ", line)]
    return {cells[1].strip(" `"): [cell.strip().replace("\\|", "|") for cell in cells] for cells in told}


@pytest.fixture(scope="module")
def page() -> str:
    return catalog.page()


def test_the_page_that_is_kept_is_the_one_that_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["metrics"]) == 0
    # After a change to the catalog: python -m ankletest metrics > docs/metrics.md
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8")


def test_every_metric_has_a_row_with_all_that_is_known_of_it(page: str) -> None:
    told = rows(page)
    titles = {exam.title for exam in exams.EXAMS}

    assert set(told) == {metric.key for metric in METRICS} | {kind.key for kind in KINDS}
    for metric in METRICS:
        id_, _, name, symbol, unit, better, where, tier, profiles, formula, source, version = told[metric.key]
        assert (id_, name, symbol, better, tier, source, version) == (
            metric.id, metric.title, metric.symbol, metric.better.value + ("" if metric.ratio else ", no LSI"),
            metric.tier.value, metric.source, str(metric.version),
        )  # fmt: skip
        assert unit == (metric.unit or "–")
        assert formula == definition_of(metric)
        assert where
        assert all(title in titles for title in re.split(r", (?=[A-Z])", where)), where
        assert all(re.fullmatch(r"P-[A-Z]+", profile) for profile in profiles.split(", ")), metric.key


def test_every_metric_is_defined_once_in_a_line() -> None:
    # A new entry says its formula itself, or has a line in metrics/definitions.py.
    assert [metric.key for metric in METRICS if not definition_of(metric)] == []
    assert [metric.key for metric in METRICS if metric.formula and metric.key in DEFINITIONS] == []


def test_a_number_of_two_devices_names_both_profiles_and_one_of_a_pad_its_own(page: str) -> None:
    told = rows(page)

    assert told["contact_time"][8] == "P-FJUMP, P-IMUEV"
    assert told["velocity"][8] == "P-COP, P-RAW"
    assert told["acc_rms"][8] == "P-ACC"
    assert told["peak_force"][8] == "P-FJUMP"
    assert told["shock_foot"][8] == "P-IMUEV"


def test_a_number_is_told_where_its_family_is(page: str) -> None:
    told = rows(page)

    assert told["velocity"][6] == "Single-leg stance"
    assert told["landing_peak"][6] == "Drop landing, Hop and stick"


def test_a_bar_in_a_formula_does_not_break_the_table(page: str) -> None:
    lines = [line for line in page.splitlines() if line.startswith("|")]
    cells = {len(re.split(r"(?<!\\)\|", line)) for line in lines}

    assert "Σ \\|Δx\\|" in page
    assert cells == {14, 9, 7, 5}  # of the metrics, of two stances, of what was checked, and of uncertainty
