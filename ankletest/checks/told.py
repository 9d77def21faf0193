"""What a trial's results say of the check of its devices, read from the quality record that is stored with it; nothing is judged again."""

from collections.abc import Mapping
from typing import cast

from ankletest.checks.base import CheckReport, Level

NOT_DONE = "The sensors were not checked before this test."
GOOD = "The sensors were checked before this test: good."


def told_of(quality: Mapping[str, object]) -> tuple[str, ...]:
    """Return the sentences on the check of the sensors that go with a trial's numbers.

    A trial of an older recording, or one whose record says nothing of a check, was not checked.

    Parameters
    ----------
    quality
        ``Trial.quality``: a record for each device.
    """
    records = {device: cast("Mapping[str, object]", found) for device, found in quality.items() if isinstance(found, dict)}
    checks = {device: _check(found) for device, found in records.items()}
    if not any(at_s is not None for _, _, at_s in checks.values()):
        return (NOT_DONE,)
    wrong = tuple(f"Sensor check, {device}: {words}." for device, (level, words, _) in checks.items() if level is not Level.GOOD)
    return wrong or (GOOD,)


def lines_of(report: CheckReport) -> tuple[str, ...]:
    """Return a report for a terminal: a line a device, and what can be done below."""
    lines: list[str] = []
    for judgement in report.judgements:
        lines.append(f"{judgement.level.value.upper():8} {judgement.called}: {judgement.words}")
        lines.extend(f"{'':8} {hint}" for hint in dict.fromkeys(f.hint for f in judgement.reasons if f.hint))
    return tuple(lines)


def _check(found: Mapping[str, object]) -> tuple[Level, str, object]:
    check = found.get("check")
    if not isinstance(check, dict):
        return Level.NOT_DONE, "not checked", None
    fields = cast("Mapping[str, object]", check)
    try:
        level = Level(str(fields.get("level")))
    except ValueError:
        level = Level.NOT_DONE
    return level, str(fields.get("words", "")), fields.get("at_s")
