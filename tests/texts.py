"""Every text that a person can see, found where it is written: constants of the window, catalogs, and sentences in the code."""

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ankletest.exams import EXAMS
from ankletest.exams.conditions import TITLES
from ankletest.gaps import LossBy
from ankletest.language import PLACES
from ankletest.metrics import METRICS
from ankletest.metrics.base import Status
from ankletest.metrics.profiles import PROFILES
from ankletest.metrics.published import Sensor
from ankletest.programme.decisions import Choice
from ankletest.programme.targets import Origin
from ankletest.samples import Side, Site
from ankletest.store.alike import plain
from ankletest.store.people import Said
from ankletest.trial import Eyes, Happening, Outcome, Surface
from calibration.catalog import PROCEDURES
from drivers.catalog import MODELS
from ui import tongue

ROOT = Path(__file__).parent.parent
ROOMS = ("ankletest", "drivers", "calibration", "ui")
NOT_SHOWN = (
    # the command line stays English
    "ankletest/cli/", "ankletest/doctor.py", "ankletest/__main__.py", "ankletest/wiring.py",
    # formulas and sources
    "ankletest/metrics/definitions.py", "ankletest/metrics/checked.py",
    # for who edits a TOML file
    "ankletest/metrics/published_file.py", "ankletest/programme/toml_fields.py", "ankletest/exchange/mapping.py",
    "ankletest/store/migrations/", "ankletest/store/records.py", "ankletest/language.py", "ankletest/exchange/c3d_reader.py",
    "drivers/people/", "drivers/reference/", "drivers/visits.py", "ui/words", "ui/icons.py", "ui/style.py", "ui/tongue.py",
)  # fmt: skip
"""Files without texts for the window, or (``ui/words``) read in another way."""
AXES = frozenset({"ML", "AP", "medio-lateral", "antero-posterior", "in the plane"})
"""What a title says last of numbers that come once for each axis: said apart."""
BUGS = frozenset({"ValueError", "TypeError", "KeyError", "RuntimeError", "NotImplementedError", "AssertionError", "IndexError"})
MACHINES = frozenset({
    "compile", "debug", "info", "warning", "error", "exception", "fullmatch", "match", "execute", "exec_driver_sql", "cast", "strftime",
    "setStyleSheet", "text", "suppress", "fromhex",
})  # fmt: skip
"""Calls whose texts are for a log, a database, a pattern or Qt."""
CITED = re.compile(r"\b(18|19|20)\d\d\b|metrics\.md|algorithms\.md|et al\.|PMC\d")
MACHINE_TEXT = re.compile(
    r"^(key|title|minutes|version|note|exam|legs|practice|times|rest_s|eyes|surface|duration_s|hops|given) = "
    r"|\{ ?\w+:|QListView|^%|all, delete|NotPermitted|not a database|unable to open|disk I/O"
    r"|^(0x|[0-9a-f]{2} )|^\w+\[|FolderLock|\| None|^    state|^<8s|-restored\{|-copy\{|^job \{|^RATE \{|RVL-WBC"
    r"|^ankletest (simulation )?\{|^format = \{"
)
"""What looks like a sentence and is one for a machine."""
TO_MACHINES = ("ankletest/exchange/c3d_out.py",)
"""They write for machines: what is in the file stays English, what is told a person of it is a sentence that ends."""
READ_IN_TABLES = ("ankletest/exchange/cells.py", "ankletest/exchange/clients_in.py")
"""Their constants hold how a table of another program may write something, in the plain form in which it is compared."""
CODE_ONLY = frozenset({"decimal", "common.DECIMAL", "common.DATE", "common.MOMENT", "common.NOUNS_ARE_CAPITAL", "common.PLACE_OF"})
"""Places of signs and forms, which are no texts."""
WORD = re.compile(r"[^\W\d_]{2,}")
TITLED = {"LiveNumber": 1, "Slot": 1, "Limit": 1, "Step": 0}
"""Which argument of what is made is a title, however short."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text, and where it is written: ``common.LEFT`` or ``ankletest/exams/stance.py:40``."""

    text: str
    where: str


def window_texts() -> Iterator[Found]:
    """Yield every text of the modules of words."""
    for module, here in tongue.modules():
        for name, value in tongue.constants(here).items():
            for text in flat(value):
                yield Found(text, f"{module}.{name}")
        for name in getattr(here, tongue.NOT_TEXT, ()):
            for text in flat(getattr(here, name)):
                if " " in text:  # what is recorded is shown again later
                    yield Found(text, f"{module}.{name}")


def flat(value: object) -> list[str]:
    """Return the texts in a constant that have a word in them."""
    found: list[str] = []
    tongue.said_of(value, lambda text: found.append(text) or text)
    return [text for text in found if re.search(r"[^\W\d_]{2}", re.sub(r"\{\w+(:\w+)?\}", "", text))]


def catalog_texts() -> Iterator[Found]:
    """Yield what catalogs tell of exams, numbers, devices, procedures, batteries and the ladder."""
    for exam in EXAMS:
        yield Found(exam.title, f"exam {exam.key}")
        for phase in exam.phases.values():
            yield Found(phase.name, f"phase of {exam.key}")
            yield Found(phase.instruction, f"phase of {exam.key}")
        for ask in exam.asks:
            yield Found(ask.title, f"asked of {exam.key}")
            if len(ask.unit) > 2 and ask.unit.isalpha():  # a word, and no symbol
                yield Found(ask.unit, f"unit asked of {exam.key}")
        for tempo in exam.tempos:
            yield Found(tempo.title, f"tempo of {exam.key}")
    for metric in METRICS:
        base, _, axis = metric.title.rpartition(", ")
        known = axis in AXES
        yield Found(base if known else metric.title, f"metric {metric.key}")
        if known:
            yield Found(axis, "axis")
    for profile in PROFILES:
        yield Found(profile.title, f"profile {profile.id}")
    for procedure in PROCEDURES:
        yield Found(procedure.title, f"procedure {procedure.key}")
    for model in MODELS:
        yield Found(model.title, f"model {model.key}")
    for kind in (Side, Site, Eyes, Happening, Outcome, Surface, Status, LossBy, Said, Choice, Origin, Sensor):
        for member in kind:
            yield Found(member.value, kind.__name__)
    for title in TITLES.values():
        yield Found(title, "conditions")
    for path in sorted((ROOT / "ankletest" / "programme").rglob("*.toml")):
        for text in told(tomllib.loads(path.read_text(encoding="utf-8"))):
            yield Found(text, path.name)


def told(table: object) -> Iterator[str]:
    """Yield titles, drills and notes of a file of the programme."""
    if isinstance(table, dict):
        for key, value in table.items():
            if key in ("title", "drills", "note") and isinstance(value, str):
                yield value
            else:
                yield from told(value)
    elif isinstance(table, list):
        for one in table:
            yield from told(one)


@cache
def sentences() -> Sequence[Found]:
    """Return the sentences in the code, f-strings as templates."""
    return tuple(_sentences())


def _sentences() -> Iterator[Found]:
    cited = tuple(text for metric in METRICS for text in (metric.formula, metric.source))
    titles = tuple(metric.title for metric in METRICS)
    for path in sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        if where.startswith(NOT_SHOWN):
            continue
        numbers = where.startswith("ankletest/metrics/")
        code = ast.parse(path.read_text(encoding="utf-8"))
        read_there = recognised(code) if where in READ_IN_TABLES else frozenset[str]()
        for line, text, short in in_code(code):
            if MACHINE_TEXT.search(text) or not (short or sentence(text)):
                continue
            if text in read_there or (where in TO_MACHINES and not text.endswith(".")):
                continue
            if numbers and (CITED.search(text) or any(pattern_of(text).search(one) for one in cited)):
                continue
            if numbers and any(pattern_of(text).fullmatch(one) for one in titles):
                continue  # the catalog tells it
            yield Found(text, f"{where}:{line}")


def recognised(code: ast.Module) -> frozenset[str]:
    """Return the texts of a file's constants that are in their plain form: small letters without accents and marks."""
    constants = (node for node in code.body if isinstance(node, (ast.Assign, ast.AnnAssign)))
    return frozenset(text for node in constants for _, text, _ in in_code(node) if text.strip() == plain(text))


def sentence(text: str) -> bool:
    """Tell whether a text has two words, or a word and a slot beside it."""
    own = re.sub(r"\{\w+\}", " ", text)
    if len(WORD.findall(own)) >= 2:
        return " " in text
    return ("{" in text or text != text.strip()) and " " in text and bool(re.search(r"[^\W\d_]{3,}", own))


def in_code(node: ast.AST) -> Iterator[tuple[int, str, bool]]:
    """Yield line and text of what may be shown, and whether it is a title; no docstrings, logs, patterns, errors of the programmer."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from in_code(node.value)
        return
    if isinstance(node, ast.Call) and called(node.func) in MACHINES | BUGS:
        return
    at = TITLED.get(called(node.func), -1) if isinstance(node, ast.Call) else -1
    if isinstance(node, ast.Call) and 0 <= at < len(node.args):
        title = node.args[at]
        if isinstance(title, ast.Constant) and isinstance(title.value, str):
            yield title.lineno, title.value, True
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.lineno, node.value, False
        return
    if isinstance(node, ast.JoinedStr):
        yield node.lineno, template(node), False
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield from in_code(value.value)
        return
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and child is node.returns):
            yield from in_code(child)


def template(node: ast.JoinedStr) -> str:
    """Return an f-string with slots that are named after what fills them."""
    text, seen = "", dict[str, int]()
    for value in node.values:
        if isinstance(value, ast.Constant):
            text += str(value.value)
        elif isinstance(value, ast.FormattedValue):
            name = slot(value.value)
            seen[name] = seen.get(name, 0) + 1
            text += f"{{{name}{seen[name] if seen[name] > 1 else ''}}}"
    return text


def slot(node: ast.AST) -> str:
    """Return a name for what fills a slot: the last name of the expression, or ``x``."""
    if isinstance(node, ast.Name):
        return node.id.strip("_") or "x"
    if isinstance(node, ast.Attribute):
        return node.attr.strip("_")
    if isinstance(node, ast.Call):
        return slot(node.args[0]) if node.args and isinstance(node.func, ast.Name) else slot(node.func)
    if isinstance(node, (ast.Subscript, ast.FormattedValue)):
        return slot(node.value)
    if isinstance(node, ast.BinOp):
        return slot(node.left)
    return "x"


def called(node: ast.expr) -> str:
    """Return the name of what is called."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def pattern_of(text: str) -> re.Pattern[str]:
    """Return the pattern that finds what a template says."""
    return re.compile("(.*?)".join(re.escape(piece) for piece in re.split(r"\{\w+\}", text)), re.DOTALL)


@cache
def all_texts() -> Sequence[Found]:
    """Return every text once, in the order it is found."""
    found: dict[str, Found] = {}
    for one in (*window_texts(), *catalog_texts(), *sentences()):
        if re.search(r"[^\W\d_]{2}", re.sub(r"\{\w+(:\w+)?\}", "", one.text)):
            found.setdefault(one.text, one)
    return tuple(found.values())


def flat_values(code: str) -> frozenset[str]:
    """Return everything that a language says, for its constants and places."""
    said: set[str] = set()
    for path in (ROOT / "ankletest" / "languages" / code).glob("*.toml"):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        said |= {value for value in tables.values() if isinstance(value, str)}
        said |= {text for place in tables.get(PLACES, {}).values() for text in place.values()}
    return frozenset(said)
