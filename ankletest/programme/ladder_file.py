"""Reads a ladder from TOML: the one that comes with the program, or a clinic's own."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ankletest import exams, metrics
from ankletest.errors import AnkletestError
from ankletest.programme.ladder import Form, Ladder, Rule, Rung
from ankletest.programme.toml_fields import HINT, Fields, ProgrammeError
from ankletest.programme.toml_lines import line_of
from ankletest.trial import Eyes, Surface

SHIPPED = Path(__file__).with_name("ladder.toml")
MOST_RUNGS, MOST_FORMS = 20, 20
MOST_BYTES = 200_000
"""A file of rules is some thousand characters; anything larger is something else."""
MOST_PUT_AWAY = 99
"""Ladders of before that are kept beside the one in force; then the last one gives way."""
INSTEAD = "The ladder that comes with the program is used instead."
_LIMITS = frozenset({"visits_in_a_row", "pain_at_most", "ease_at_least", "decay_at_most_percent", "version"})


@dataclass(frozen=True, slots=True)
class InForce:
    """The ladder in force: whether it is the clinic's own, and a sentence where the clinic's own cannot be used.

    ``path`` is the clinic's own file, also where it cannot be used; None: there is none.
    """

    ladder: Ladder
    own: bool = False
    trouble: str = ""
    path: Path | None = None


def in_force(folder: Path | None) -> InForce:
    """Return the ladder of a data folder (``ladder.toml``) where there is one that is whole, else the one that comes with the program."""
    path = None if folder is None else folder / SHIPPED.name
    if path is None or not path.is_file():
        return InForce(shipped())
    try:
        if path.stat().st_size > MOST_BYTES:
            return InForce(shipped(), trouble=f"{path.name} is larger than {MOST_BYTES} bytes. {INSTEAD}", path=path)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        return InForce(shipped(), trouble=f"{path.name} cannot be read: {why}. {INSTEAD}", path=path)
    try:
        return InForce(read(text, name=path.name), own=True, path=path)
    except ProgrammeError as error:
        line = line_of(text, error.message)
        message = f"Line {line}: {error.message}" if line else error.message
        return InForce(shipped(), trouble=f"{message} {INSTEAD}", path=path)


def copy_shipped(folder: Path) -> Path:
    """Put a copy of the ladder that comes with the program into a data folder, to be edited; one that is there stays as it is.

    Raises
    ------
    ProgrammeError
        The folder cannot be written.
    """
    path = folder / SHIPPED.name
    try:
        if not path.exists():
            path.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise ProgrammeError(f"{path.name} cannot be written: {error.strerror}.", "Look at the data folder.") from error
    return path


def put_away(folder: Path) -> Path | None:
    """Let the ladder that comes with the program hold again: the clinic's own stays beside it under another name, which is returned.

    None where there is none of the clinic's own.

    Raises
    ------
    ProgrammeError
        The folder cannot be written.
    """
    path = folder / SHIPPED.name
    if not path.exists():
        return None
    names = (path.with_name(f"{path.stem}-{number}.toml") for number in range(1, MOST_PUT_AWAY + 1))
    target = next((name for name in names if not name.exists()), path.with_name(f"{path.stem}-{MOST_PUT_AWAY}.toml"))
    try:
        path.replace(target)
    except OSError as error:
        raise ProgrammeError(f"{path.name} cannot be written: {error.strerror}.", "Look at the data folder.") from error
    return target


@cache
def shipped() -> Ladder:
    """Return the ladder that comes with the program."""
    return read(SHIPPED.read_text(encoding="utf-8"), name=SHIPPED.name)


def read(text: str, *, name: str) -> Ladder:
    """Read a ladder.

    Raises
    ------
    ProgrammeError
        It is not whole: what is wrong, and where.
    """
    try:
        record = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeError(f"{name} is no TOML: {error}.", HINT) from error
    fields = Fields(record, name=name, known=_LIMITS | {"step"})
    rungs = fields.tables("step", MOST_RUNGS)
    if not rungs:
        raise ProgrammeError(f"{name} has no steps.", HINT)
    return Ladder(
        tuple(_rung(rung, f"{name}, step {number}") for number, rung in enumerate(rungs, start=1)),
        visits_in_a_row=fields.whole("visits_in_a_row", 1, 10, 2), pain_at_most=fields.whole("pain_at_most", 0, 10, 2),
        ease_at_least=fields.whole("ease_at_least", 0, 10, 5),
        decay_at_most_percent=fields.number("decay_at_most_percent", 0.0, 100.0, 15.0), version=fields.whole("version", 1, 10_000, 1),
    )  # fmt: skip


def _rung(record: object, name: str) -> Rung:
    fields = Fields(record, name=name, known=frozenset({"title", "drills", "form"}))
    forms = fields.tables("form", MOST_FORMS)
    return Rung(
        fields.text("title"),
        fields.text("drills", ""),
        tuple(_form(form, f"{name}, form {number}") for number, form in enumerate(forms, start=1)),
    )


def _form(record: object, name: str) -> Form:
    fields = Fields(record, name=name, known=frozenset(Form.__dataclass_fields__))
    try:
        exam, metric = exams.by_key(fields.text("exam")), metrics.by_key(fields.text("metric"))
    except AnkletestError as error:
        raise ProgrammeError(f"{name}: {error.message}", error.hint) from error
    if metric.part.family not in exam.families:
        raise ProgrammeError(f"{name}: {exam.title} does not tell {metric.title}.", HINT)
    rule = fields.choice("rule", Rule, None)
    if rule is not Rule.LIKE_OTHER and not fields.has("limit"):
        raise ProgrammeError(f"{name}: '{rule.value}' needs a limit.", HINT)
    if rule in {Rule.SHARE_LEAST, Rule.SHARE_MOST} and not metric.ratio:
        raise ProgrammeError(f"{name}: '{metric.key}' has no share of the other side, for 0 is normal.", HINT)
    given = fields.numbers("given")
    strange = sorted(set(given) - {ask.key for ask in exam.asks})
    if strange:
        raise ProgrammeError(f"{name}: {exam.title} does not ask for {strange[0]}.", HINT)
    return Form(
        exam.key, metric.key, rule, limit=fields.number("limit", -1e6, 1e6, 0.0), given=given, one_of=fields.text("one_of", ""),
        surface=fields.choice("surface", Surface, None) if fields.has("surface") else None,
        eyes=fields.choice("eyes", Eyes, None) if fields.has("eyes") else None,
    )  # fmt: skip
