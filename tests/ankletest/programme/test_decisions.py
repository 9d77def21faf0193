"""Decisions on the ladder, the ladder that is in force, and targets from norms and by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ankletest import metrics
from ankletest.errors import UsageError
from ankletest.metrics.published import Figure, Typical
from ankletest.metrics.published_file import shipped_book
from ankletest.programme.decisions import Choice, Decision, decide, standing
from ankletest.programme.ladder import Move, Proposal, Rung
from ankletest.programme.ladder_file import MOST_BYTES, SHIPPED, copy_shipped, in_force, shipped
from ankletest.programme.targets import Origin, Target, by_hand, of_norm
from ankletest.programme.toml_fields import ProgrammeError

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
UP = Proposal(3, Move.UP, ("it held",))
VELOCITY, RSI = metrics.by_key("velocity"), metrics.by_key("rsi_10_5")


def decided(choice: Choice, *, step: int | None = None, why: str = "") -> Decision:
    return decide(shipped(), 2, UP, choice=choice, at=NOW, basis="b", step=step, why=why)


def test_a_proposal_is_accepted_or_not() -> None:
    accepted, stayed = decided(Choice.ACCEPTED), decided(Choice.STAYED)

    assert (accepted.step, accepted.title, accepted.reasons, accepted.proposed, accepted.before) == (
        3, "Balance, unstable and pushed", ("it held",), 3, 2,
    )  # fmt: skip
    assert (stayed.step, stayed.title) == (2, "Balance, firm")


def test_another_step_needs_a_reason_and_has_to_be_there() -> None:
    assert decided(Choice.OTHER, step=5, why="  fit enough ").why == "fit enough"
    with pytest.raises(UsageError, match="needs a reason"):
        decided(Choice.OTHER, step=5, why="  ")
    with pytest.raises(UsageError, match="not on the ladder"):
        decided(Choice.OTHER, step=8, why="x")
    with pytest.raises(UsageError, match="not on the ladder"):
        decided(Choice.OTHER, why="x")


def test_a_client_stands_where_the_newest_decision_says_even_on_a_ladder_that_was_edited() -> None:
    ladder = shipped()
    last = decided(Choice.ACCEPTED)
    longer = replace(ladder, rungs=(Rung("New first", "", ()), *ladder.rungs))
    renamed = replace(ladder, rungs=tuple(replace(rung, title=f"Our {rung.title}") for rung in ladder.rungs))
    short = replace(renamed, rungs=renamed.rungs[:2])

    assert standing(ladder, []) == 0
    assert standing(ladder, [replace(last, at=NOW - timedelta(days=1), title="Sport"), last]) == 3
    assert standing(longer, [last]) == 4
    assert standing(renamed, [last]) == 3
    assert standing(short, [last]) == 1


# ---- the ladder in force ------------------------------------------------------------------------------------------------------


def test_without_a_copy_the_shipped_ladder_is_in_force(tmp_path: Path) -> None:
    for folder in (None, tmp_path, tmp_path / "nowhere"):
        found = in_force(folder)
        assert (found.ladder, found.own, found.trouble) == (shipped(), False, "")


def test_a_copy_in_the_data_folder_stands_in_for_it(tmp_path: Path) -> None:
    path = copy_shipped(tmp_path)
    assert path.read_text("utf-8") == SHIPPED.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace("pain_at_most = 2", "pain_at_most = 3"), "utf-8")
    found = in_force(tmp_path)

    assert (found.ladder.pain_at_most, found.own, found.trouble) == (3, True, "")
    assert copy_shipped(tmp_path) == path
    assert in_force(tmp_path).ladder.pain_at_most == 3  # what was edited is not written over


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"version = ", "ladder.toml is no TOML"), (b"version = 1", "ladder.toml has no steps"),
        (b'[[step]]\ntitle = "A"\n[[step.form]]\nexam = "lunge"\nmetric = "nonsense"\nrule = "at least"\nlimit = 1', "nonsense"),
        (b"\xff\xfe", "no text in UTF-8"), (b"#" * (MOST_BYTES + 1), "larger than"),
    ],
)  # fmt: skip
def test_a_wrong_copy_is_a_sentence_and_the_shipped_one_is_used(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "ladder.toml").write_bytes(content)
    found = in_force(tmp_path)

    assert (found.ladder, found.own) == (shipped(), False)
    assert said in found.trouble
    assert found.trouble.endswith("The ladder that comes with the program is used instead.")


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError, match=r"ladder\.toml cannot be written"):
        copy_shipped(tmp_path / "nowhere")


# ---- targets --------------------------------------------------------------------------------------------------------------------


def norms(*typical: Typical) -> list[tuple[Figure, Typical]]:
    return [(figure, one) for figure, one in zip(shipped_book().figures, typical, strict=False)]


def test_a_norm_is_a_target_where_it_is_still_to_be_reached() -> None:
    found = of_norm(VELOCITY, 60.0, norms(Typical(mean=40.0, sd=5.0)))

    assert found is not None
    assert found[0] == Target("velocity", 60.0, 40.0, Origin.NORM)
    assert found[1] is shipped_book().figures[0]
    assert of_norm(VELOCITY, 38.0, norms(Typical(mean=40.0))) is None
    assert of_norm(VELOCITY, 60.0, []) is None
    assert of_norm(metrics.by_key("time_to_take_off"), 1.0, norms(Typical(mean=2.0))) is None


def test_of_a_range_the_nearer_end_counts_and_of_several_norms_the_one_that_asks_for_least() -> None:
    wide = Typical(low=0.8, high=1.4)

    assert of_norm(RSI, 0.5, norms(wide))[0].value == 0.8
    assert of_norm(VELOCITY, 2.0, norms(wide))[0].value == 1.4
    assert of_norm(RSI, 0.5, norms(Typical(median=1.1), wide, Typical(mean=0.9)))[0].value == 0.8
    assert of_norm(RSI, 0.85, norms(Typical(median=1.1), wide)) is None  # one of them is reached


def test_a_target_by_hand_must_be_on_the_better_side() -> None:
    assert by_hand(RSI, 0.5, 0.8) == Target("rsi_10_5", 0.5, 0.8, Origin.HAND)
    assert by_hand(metrics.by_key("time_to_take_off"), 0.8, 0.7).value == 0.7
    for value in (0.5, 0.4):
        with pytest.raises(UsageError, match="at that target already"):
            by_hand(RSI, 0.5, value)
    with pytest.raises(UsageError, match="no number"):
        by_hand(RSI, 0.5, float("nan"))
