"""``ankletest metrics``: the catalog of metrics as the page ``docs/metrics.md``; it reads the catalog and makes no number."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ankletest import exams
from ankletest.cli import options
from ankletest.cli.parts import Parts
from ankletest.cli.terminal import DASH
from ankletest.exams.base import Exam
from ankletest.exams.ratios import KINDS
from ankletest.metrics import METRICS
from ankletest.metrics.base import Better, Evidence, Metric
from ankletest.metrics.checked import checks, unstated
from ankletest.metrics.definitions import definition_of
from ankletest.metrics.profiles import CHOICES, prepare
from ankletest.samples import COLUMNS, FloatArray, G, Kind, Side, Site
from ankletest.trial import Outcome, Setup, Stream, Trial

HEAD = """# Metrics

Every number that the program can tell, as `ankletest metrics` prints it from the catalog; this page is made by that command, never by hand.

*Tier*: clinical numbers are shown by default; those of the research tier with `ankletest analyse --research` and with "All numbers" in the
window. JSON and CSV hold all of them. *Profile*: how samples are treated before ([frames and units](frames-and-units.md)); of several, the
device or `--profile` decides. *Version* is raised whenever the same recording would give another number. Symbols: x medio-lateral, y
antero-posterior, N samples, T seconds, M body mass, BW body weight, IC and TO first and last contact. *Better* is the direction;
*no LSI*: of faults, losses and signed numbers, where 0 is normal, the two legs differ by so much, and no ratio of them is told.
"""
COLUMNS_TOLD = ("id", "key", "name", "symbol", "unit", "better", "exam", "tier", "profile", "formula", "source", "version")
CHECKED_TOLD = ("against", "id", "what", "within", "test")
CHECKED_HEAD = """Every figure is the tolerance of the test beside it, so it is an upper bound. Tests in `oracles` run where those programs
are installed, tests on real data where the recordings are. Every number is in the list.
"""
UNSTATED_TOLD = ("not stated for", "id", "why")
UNSTATED_HEAD = """A value's uncertainty is a standard one (k = 1): what the device leaves open by its noise, its sampling, its clock
and its calibration. How else the same person would stand or hop a minute later is not in it; that is what a published MDC is for. Where the
noise of a device is not known (a pad that never was empty, a motion sensor below 55 Hz) sway states none. Two u cover 90 to 99 % of the
errors of simulated people (`ankletest/metrics/test_coverage.py`). These never state one:
"""
RATE_HZ, SECONDS = 200.0, 2.0
"""Of the samples that stand in for a device; they only have to be there."""


@dataclass(slots=True)
class Place:
    """Where a metric is told: exams and profiles, in the order they were met."""

    exams: dict[str, None] = field(default_factory=dict[str, None])
    profiles: dict[str, None] = field(default_factory=dict[str, None])


def add(commands: options.Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("metrics", help="print every number that can be told, as the page docs/metrics.md")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace, _parts: Parts) -> int:
    """Print the page."""
    sys.stdout.write(page())
    return 0


def page() -> str:
    """Return the page as Markdown."""
    evidence = {exam.key: _evidence(exam) for exam in exams.EXAMS}
    places = {metric.key: _place(metric, evidence) for metric in METRICS}
    out = [HEAD]
    for title in dict.fromkeys(_heading(places[metric.key]) for metric in METRICS):
        rows = [_row(metric, places[metric.key]) for metric in METRICS if _heading(places[metric.key]) == title]
        out.append(f"## {title}\n\n{_table(COLUMNS_TOLD, rows)}")
    ratios = [(k.id, f"`{k.key}`", k.title, k.symbol, k.formula, k.source, str(k.version)) for k in KINDS]
    out.append(f"## Two stances of a leg\n\n{_table(('id', 'key', 'name', 'symbol', 'formula', 'source', 'version'), ratios)}")
    out.append(_checked())
    out.append(_unstated())
    return "\n".join(out)


def _checked() -> str:
    """Return the part that says what was held against what."""
    rows = [(one.against.value, ", ".join(one.ids), one.what, one.within, f"`{one.proof.partition('::')[0]}`") for one in checks()]
    return f"## What was checked, and how close it came\n\n{CHECKED_HEAD}\n{_table(CHECKED_TOLD, rows)}"


def _unstated() -> str:
    """Return the part that says what an uncertainty is of, and which numbers state none."""
    named = {metric.key: metric for metric in METRICS}
    rows = [
        ("; ".join(named[key].title for key in one.keys), ", ".join(dict.fromkeys(named[key].id for key in one.keys)), one.why)
        for one in unstated()
    ]
    return f"## Uncertainty\n\n{UNSTATED_HEAD}\n{_table(UNSTATED_TOLD, rows)}"


def _row(metric: Metric, place: Place) -> tuple[str, ...]:
    return (
        metric.id, f"`{metric.key}`", metric.title, metric.symbol, metric.unit or DASH, _better(metric), ", ".join(place.exams),
        metric.tier.value, ", ".join(place.profiles), definition_of(metric) or DASH, metric.source, str(metric.version),
    )  # fmt: skip


def _better(metric: Metric) -> str:
    return metric.better.value if metric.ratio or metric.better is Better.NONE else f"{metric.better.value}, no LSI"


def _heading(place: Place) -> str:
    return "; ".join(place.exams)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _place(metric: Metric, evidence: Mapping[str, tuple[Evidence, ...]]) -> Place:
    """Return where a metric is told, by asking its part about a trial of every exam on several sets of devices."""
    place, fallback = Place(), Place()
    for exam in exams.EXAMS:
        if metric.part.family not in exam.families:
            continue
        place.exams[exam.title] = None
        for bare in evidence[exam.key]:
            into = place if metric.part.has(bare) else fallback
            into.profiles[metric.part.profile(bare)] = None
    # A number that no bare set of devices has: it needs an event in the trial, or a device that nobody makes yet.
    return place if place.profiles else Place(place.exams, fallback.profiles)


def _evidence(exam: Exam) -> tuple[Evidence, ...]:
    """Return bare trials of an exam on a pad, on sensors, and on all of them, under each profile that may be chosen."""
    pad = _stream("pad", Site.PAD, Kind.PAD, (70.0 * G, 0.0, 0.0))
    imus = tuple(_stream(site.value, site, Kind.IMU, (0.0, 0.0, G, 0.0, 0.0, 0.0)) for site in (Site.FOOT, Site.SHANK, Site.LUMBAR))
    span = (0.0, SECONDS)
    trials = [
        Trial(Setup(exam.key, Side.LEFT, mass_kg=70.0), Outcome.COMPLETED, (), span, span, (), streams, 70.0 * G, families=exam.families)
        for streams in ((pad,), imus, (pad, *imus))
    ]
    return tuple(prepare(trial, profile=profile.id) for profile in CHOICES for trial in trials)


def _stream(device: str, site: Site, kind: Kind, row: tuple[float, ...]) -> Stream:
    t = np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ
    values: FloatArray = np.tile(np.array(row), (len(t), 1))
    never = np.zeros(len(t), np.bool_)
    side = None if site in {Site.PAD, Site.LUMBAR} else Side.LEFT
    return Stream(device, site, side, kind, t, values[:, : len(COLUMNS[kind])], never, never, RATE_HZ)
