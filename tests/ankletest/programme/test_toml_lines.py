"""The line a fault of a programme's file is about: of the file, of a step, of a form of it."""

import pytest

from ankletest.programme.ladder_file import SHIPPED, in_force, put_away, shipped
from ankletest.programme.toml_lines import line_of

TEXT = """version = 1
pain_at_most = 2

[[step]]
title = "One"
[[step.form]]
exam = "lunge"
limit = 1

[[ step ]]  # the second
title = "Two"
[[step.form]]
exam = "stance"
[[step.form]]
limit = 3
rule = "at least"
"""


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("ladder.toml: pain_at_most is 20, not a whole number from 0 to 10.", 2),
        ("ladder.toml, step 1 has no drills.", 4),
        ("ladder.toml, step 1: title is 3.", 5),
        ("ladder.toml, step 1, form 1: limit is x.", 8),
        ("ladder.toml, step 2, form 2: limit is x.", 15),
        ("ladder.toml, step 2, form 1: there is no metric.", 12),
        ("ladder.toml, step 2, form 3: limit is x.", 0),
        ("ladder.toml, step 9: limit is x.", 0),
        ("ladder.toml is no TOML: Invalid value (at line 3, column 5).", 0),
    ],
)
def test_the_line_is_that_of_the_field_else_of_its_table(message: str, line: int) -> None:
    assert line_of(TEXT, message) == line


def test_a_file_of_the_clinic_may_begin_as_an_editor_of_windows_writes_it(tmp_path) -> None:
    (tmp_path / "ladder.toml").write_text(SHIPPED.read_text("utf-8"), "utf-8-sig")
    found = in_force(tmp_path)
    assert (found.own, found.trouble, found.ladder) == (True, "", shipped())


def test_rules_that_are_given_up_are_kept_each_time(tmp_path) -> None:
    assert put_away(tmp_path) is None
    for text in ("first", "second"):
        (tmp_path / "ladder.toml").write_text(text, "utf-8")
        put_away(tmp_path)

    assert not in_force(tmp_path).own
    assert [(tmp_path / f"ladder-{k}.toml").read_text("utf-8") for k in (1, 2)] == ["first", "second"]
