"""What leaves the results page: numbers as CSV, a visit as PDF; both run on the job thread."""

import csv
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ankletest import exams
from ankletest.errors import ExchangeError
from ankletest.metrics.pairs import USABLE, compare_sides
from ankletest.metrics.profiles import prepare
from ankletest.metrics.sway import ellipse
from ankletest.samples import Side
from ankletest.session import Finished
from ui.pages.pairs import verdict_of
from ui.report.visit import ExamSection, Leg, VisitReport, write_visit_report
from ui.widgets.stabilogram import Outline

HEADINGS = (
    "trial",
    "exam",
    "side",
    "outcome",
    "id",
    "key",
    "title",
    "value",
    "unit",
    "uncertainty",
    "status",
    "reasons",
    "profile",
    "version",
)


def write_csv(path: Path, finished: Sequence[Finished]) -> None:
    """Write one line a number.

    Raises
    ------
    ExchangeError
        When the file cannot be written.
    """
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(HEADINGS)
            for number, one in enumerate(finished, start=1):
                setup = one.trial.setup
                for v in one.values:
                    out.writerow((
                        number, setup.exam, setup.side.value, one.trial.outcome.value, v.metric.id, v.metric.key, v.metric.title,
                        "" if v.value is None else repr(v.value), v.metric.unit, "" if v.uncertainty is None else repr(v.uncertainty),
                        v.status.value, "; ".join(v.reasons), v.profile, v.metric.version,
                    ))  # fmt: skip
    except OSError as error:
        raise ExchangeError(f"{path.name} cannot be written: {error.strerror}.", "Choose another folder.") from error


def write_pdf(path: Path, finished: Sequence[Finished], *, client: str, involved: Side | None = None) -> None:
    """Write the report of a visit: the newest usable trial of each leg, exam by exam."""
    date = datetime.now(UTC).astimezone().strftime("%Y-%m-%d")
    write_visit_report(path, report_of(finished, client=client, date=date, involved=involved))


def report_of(finished: Sequence[Finished], *, client: str, date: str, involved: Side | None = None) -> VisitReport:
    """Return what the report shows."""
    usable = [f for f in finished if f.trial.outcome in USABLE]
    sections: list[ExamSection] = []
    for key in dict.fromkeys(f.trial.setup.exam for f in usable):
        newest = {f.trial.setup.side: f for f in usable if f.trial.setup.exam == key}
        left, right = newest.get(Side.LEFT), newest.get(Side.RIGHT)
        pairs = compare_sides([(f.trial, f.values) for f in usable if f.trial.setup.exam == key], involved=involved)
        verdicts = {pair.metric.key: verdict_of(pair, usable) for pair in pairs}
        sections.append(ExamSection(exams.by_key(key).title, _leg(left), _leg(right), tuple(pairs), verdicts))
    return VisitReport(client, date, tuple(sections))


def _leg(finished: Finished | None) -> Leg | None:
    if finished is None:
        return None
    evidence = prepare(finished.trial)
    cop = evidence.cop
    if cop is None or len(cop.t_s) < 3:
        return Leg(finished, evidence)
    shape = ellipse(cop.x_mm, cop.y_mm)
    angle = 0.0 if math.isnan(shape.angle_deg) else math.radians(shape.angle_deg)
    outline = Outline(float(cop.x_mm.mean()), float(cop.y_mm.mean()), shape.major_mm, shape.minor_mm, angle)
    return Leg(finished, evidence, outline)
