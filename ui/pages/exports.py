"""What leaves the results page: numbers as CSV, a visit as PDF; both run on the job thread."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ankletest.analysis import completed
from ankletest.errors import ExchangeError
from ankletest.session import Finished
from ui import words
from ui.report.client import write_client_sheet
from ui.report.sections import ReportOf
from ui.report.visit import write_visit_report

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
    """Write one line a number, every number of the trials.

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
                for v in completed(one).values:
                    out.writerow((
                        number, setup.exam, setup.side.value, one.trial.outcome.value, v.metric.id, v.metric.key, v.metric.title,
                        "" if v.value is None else repr(v.value), v.metric.unit, "" if v.uncertainty is None else repr(v.uncertainty),
                        v.status.value, "; ".join(v.reasons), v.profile, v.metric.version,
                    ))  # fmt: skip
    except OSError as error:
        raise ExchangeError(f"{path.name} cannot be written: {error.strerror}.", "Choose another folder.") from error


def write_pdf(path: Path, finished: Sequence[Finished], *, client: str, of: ReportOf, research: bool = False) -> None:
    """Write the report of a visit: the newest usable trial of each leg, exam by exam; the clinical numbers, and if asked all."""
    date = words.day(datetime.now(UTC))
    if research:
        finished = [completed(one) for one in finished]
    write_visit_report(path, finished, title=client, date=date, of=of, research=research)


def write_sheet(path: Path, finished: Sequence[Finished], *, client: str, of: ReportOf) -> None:
    """Write the client's sheet."""
    date = words.day(datetime.now(UTC))
    write_client_sheet(path, finished, title=client, date=date, of=of)
