"""What holds for every file of the repository, and what no linter checks; each finding is `path:line`."""

import ast
import io
import re
import subprocess
import tokenize
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from ankletest.metrics import METRICS

ROOT = Path(__file__).parents[1]
ROOMS = ("ankletest", "drivers", "calibration", "ui")
LOCKS = ("requirements.txt", "requirements-dev.txt")
UNLOCKED = {"oracles"}
"""Groups that no lock holds: a test that wants them is skipped without them."""
LONGEST = 400
"""Lines of a file, tests too: what one reads in one sitting."""

# Written so that no line here is found by its own pattern.
MACHINE = re.compile(r"(?<![\w.~])(?:/(?:home|Users)/\w|/(?:root|work)\b|[A-Za-z]:[\\/]+Users\b)")
SOURCE = re.compile(
    r"(?<!no-emit-)\b(?:(?:extra-)?index[-_]url|find[-_]links|trusted[-_]host)\b[ =]|\b(?:PIP|UV|NPM)_[A-Z_]*(?:URL|INDEX|HOST|REGISTRY)\b",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\b[a-z][a-z+]*://(?:[^/@\s]*@)?(?P<host>[\w.-]+)")
HOSTS = frozenset({"github.com", "mcap.dev", "scripts.sil.org", "www.apache.org", "www.freedesktop.org", "www.w3.org"})
"""Whom files may name: formats, licences, projects. No place that packages are fetched from belongs here."""
LOCK_LINE = re.compile(r"(?P<name>[a-z0-9][a-z0-9.-]*)(?:\[[a-z0-9,-]+\])?==(?P<version>[0-9][\w.+!]*)(?: ; [^@]+)? \\")
LOCK_REST = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?|    #.*")
SILENCER = re.compile(r"#\s*(?:type:\s*ignore|noqa|pyright:|mypy:|ruff:|pragma)")
SILENCED = re.compile(
    r"# (?:type: ignore\[[a-z-]+(?:, ?[a-z-]+)*\]  # |pyright: ignore\[[A-Za-z]+\]  |noqa: [A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*  )\S.*\w.*"
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?(?P<bounds>[^;]*)")


@dataclass(frozen=True, slots=True)
class Requirement:
    """What pyproject.toml asks for: a name as in a lock, and its lower bound as numbers (empty without one)."""

    name: str
    least: tuple[int, ...]


@cache
def files(*endings: str) -> tuple[Path, ...]:
    """Return what is tracked or about to be, of these endings or all."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is a copy without its history, so nobody knows which files are the repository's")
    paths = (ROOT / name for name in listed.stdout.split("\0") if name.endswith(endings or ("",)))
    return tuple(sorted({path for path in paths if path.is_file()}))


@cache
def text_of(path: Path) -> str | None:
    """Return the text of a file, or None of pictures, fonts and recordings."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def found(pattern: re.Pattern[str], paths: Sequence[Path]) -> list[str]:
    """Return where a pattern is."""
    places = []
    for path in paths:
        text = text_of(path) or ""
        places += [f"{place(path, text.count(chr(10), 0, hit.start()) + 1)}: {hit.group()}" for hit in pattern.finditer(text)]
    return places


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


# ---- files ------------------------------------------------------------------------------------------------------------------


def test_the_list_of_files_is_that_of_the_repository() -> None:
    listed = {str(path.relative_to(ROOT)) for path in files()}

    assert {"README.md", "pyproject.toml", *LOCKS, "ankletest/device.py", "tests/conftest.py"} <= listed
    assert all(any(name.startswith(f"{room}/") for name in listed) for room in ROOMS)
    assert not any("__pycache__" in name for name in listed)


def test_no_source_file_is_longer_than_one_sitting() -> None:
    lengths = {place(path, 1): len((text_of(path) or "").splitlines()) for path in files(".py")}

    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    assert found(MACHINE, files()) == []


def test_no_file_tells_where_to_fetch_packages() -> None:
    assert found(SOURCE, files()) == []


def test_no_file_names_a_host_that_nobody_agreed_to() -> None:
    strangers = [f"{path.relative_to(ROOT)}: {hit['host']}" for path in files() for hit in ADDRESS.finditer(text_of(path) or "")]

    assert [stranger for stranger in strangers if stranger.rpartition(" ")[2] not in HOSTS] == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE, "/ho" "me/x/recordings"), (MACHINE, 'Path("/ro' 'ot")'), (MACHINE, "in /wo" "rk."), (MACHINE, "C:\\Us" "ers\\x"),
        (SOURCE, "--extra-index" "-url x"), (SOURCE, "index" "_url = x"), (SOURCE, "PI" "P_INDEX_URL: x"), (SOURCE, "--find-links" " x"),
        (ADDRESS, "git+https:" "//name@mirror.example/simple"), (ADDRESS, "http:" "//127.0.0.1:8080"),
    ],
)  # fmt: skip
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str) -> None:
    hit = pattern.search(line)

    assert hit
    assert pattern is not ADDRESS or hit["host"] in {"mirror.example", "127.0.0.1"}


@pytest.mark.parametrize("line", ["the workbench", "ui/work/shop", "~/ankletest", "a root/b", "n/root-mean", "one/home/x"])
def test_the_pattern_of_places_leaves_words_alone(line: str) -> None:
    assert not MACHINE.search(line)


# ---- comments that silence a checker ----------------------------------------------------------------------------------------


def comments(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text_of(path) or "").readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_a_checker_is_silenced_by_code_and_with_a_reason_in_the_same_line() -> None:
    bare = [
        f"{place(path, line)}: {comment}"
        for path in files(".py")
        for line, comment in comments(path)
        if SILENCER.search(comment) and not SILENCED.fullmatch(comment)
    ]

    assert bare == []


@pytest.mark.parametrize(
    ("comment", "allowed"),
    [
        ("# type: ignore", False), ("# type: ignore[arg-type]", False), ("# type: ignore[arg-type]  # of a test", True), ("# noqa", False),
        ("# noqa: S105", False), ("# noqa: S105  a label", True), ("# noqa: a label", False), ("# type: ignore  # because", False),
        ("# pyright: ignore[reportPrivateUsage]", False), ("# pyright: ignore[reportPrivateUsage]  why", True), ("# pyright: basic", False),
    ],
)  # fmt: skip
def test_which_silencers_are_allowed(comment: str, allowed: bool) -> None:
    assert SILENCER.search(comment)
    assert bool(SILENCED.fullmatch(comment)) == allowed


# ---- metrics ----------------------------------------------------------------------------------------------------------------


def test_every_metric_is_explained_in_a_docstring_of_its_room() -> None:
    told = ""
    for path in (ROOT / "ankletest" / "metrics").glob("*.py"):
        nodes = ast.walk(ast.parse(text_of(path) or ""))
        told += "\n".join(ast.get_docstring(n) or "" for n in nodes if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef))
    named = set(re.findall(r"\b[A-Z]{2}-\d{2}i?\b", told))

    assert sorted({metric.id for metric in METRICS} - named) == []


# ---- pages ------------------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as the usual viewers make them."""
    prose = re.sub(r"^```.*?^```", "", text_of(page) or "", flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#{1,6} +(.+?) *$", prose, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_between_pages_leads_somewhere() -> None:
    lost, followed = [], 0
    for page in files(".md"):
        for target in LINK.findall(text_of(page) or ""):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            there = (page.parent / name).resolve() if name else page
            followed += 1
            if not there.exists() or (anchor and anchor not in anchors(there)):
                lost.append(f"{page.relative_to(ROOT)} -> {target}")

    assert lost == []
    assert followed > 5  # the README's own


# ---- what it depends on -----------------------------------------------------------------------------------------------------


def pyproject() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def asked(*, development: bool, optional: bool = True) -> list[Requirement]:
    """Return what the program needs, or what working on it needs besides, with or without what only some tests can do with."""
    told = pyproject()
    project, groups = told["project"], told["dependency-groups"]
    if development:
        lines = [line for name, group in groups.items() for line in group if isinstance(line, str) and (optional or name not in UNLOCKED)]
    else:
        lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    return read(lines)


def read(lines: Sequence[str]) -> list[Requirement]:
    out = []
    for line in lines:
        parts = REQUIREMENT.match(line)
        least = re.search(r"(?:>=|==|~=)\s*([0-9]+(?:\.[0-9]+)*)", parts["bounds"])
        out.append(Requirement(re.sub(r"[-_.]+", "-", parts["name"]).lower(), numbers(least[1]) if least else ()))
    return out


def locked(name: str) -> dict[str, list[tuple[int, ...]]]:
    """Return the versions in a lock by name; several where they differ by system or Python."""
    out: dict[str, list[tuple[int, ...]]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if entry := LOCK_LINE.fullmatch(line):
            out.setdefault(entry["name"], []).append(numbers(re.match(r"[0-9.]*[0-9]", entry["version"])[0]))
    return out


def test_every_dependency_has_a_lower_bound() -> None:
    every = [*asked(development=False), *asked(development=True)]

    assert len(every) > 20
    assert [requirement.name for requirement in every if not requirement.least] == []


@pytest.mark.parametrize("development", [False, True], ids=["program", "development"])
def test_every_dependency_is_accounted_for_in_a_decision(development: bool) -> None:
    decisions = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "decisions").glob("*.md")).lower()

    missing = [r.name for r in asked(development=development) if not re.search(rf"(?<![\w-]){re.escape(r.name)}(?![\w-])", decisions)]
    assert missing == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_names_versions_and_hashes_and_no_address(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    odd = [f"{lock}:{i}: {line}" for i, line in enumerate(lines, 1) if not (LOCK_LINE.fullmatch(line) or LOCK_REST.fullmatch(line))]

    assert odd == []
    assert not any("://" in line for line in lines)
    assert len(locked(lock)) > 10
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        assert not LOCK_LINE.fullmatch(line) or "--hash=sha256:" in after, line


def test_the_locks_hold_what_is_asked_for() -> None:
    told = pyproject()["project"]
    bare, everything = (locked(lock) for lock in LOCKS)
    needed = read(told["dependencies"])

    for requirement in [*needed, *asked(development=True, optional=False)]:
        assert max(everything.get(requirement.name, [()])) >= requirement.least, f"{requirement} is not in the lock: make lock"
    assert {requirement.name for requirement in needed} <= set(bare)
    assert {name: versions for name, versions in bare.items() if everything.get(name) != versions} == {}
