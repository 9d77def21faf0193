"""What leaves the results page: numbers and samples in open formats, a visit as PDF; all of it runs on the job thread."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ankletest import __version__
from ankletest.analysis import completed
from ankletest.exchange.csv_out import write_table as put_table
from ankletest.exchange.open_tables import Extract, result_table
from ankletest.exchange.out import Format, write_out
from ankletest.exchange.parquet_out import put_parquet
from ankletest.exchange.written import one_file, together
from ankletest.metrics.base import MetricValue
from ankletest.session import Finished
from ankletest.trial import Trial
from ui.report.client import write_client_sheet
from ui.report.parts import Shown
from ui.report.sections import ReportOf
from ui.report.visit import write_visit_report

ABOUT = {"program": f"ankletest {__version__}"}
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
    with one_file(path, force=True) as made:
        put_table(made, HEADINGS, _rows(finished))


def write_parquet(path: Path, finished: Sequence[Finished]) -> None:
    """Write the same numbers with types as Parquet; raises ``ExchangeError`` also where pyarrow is missing."""
    with together(path.parent, force=True) as batch:
        put_parquet(batch, [replace(result_table(_done(finished), ABOUT), name=path.stem)])


def write_samples(folder: Path, finished: Sequence[Finished], kind: Format, *, force: bool) -> tuple[list[Path], list[str]]:
    """Write samples, events and numbers of the trials; return the files, and sentences on what they do not hold.

    Raises
    ------
    AlreadyThere
        Files of these names are there, and ``force`` does not say that they may be replaced.
    ExchangeError
        When the folder cannot be written, or a library is missing.
    """
    return write_out(folder, Extract((), _done(finished), ABOUT), [kind], force=force)


def write_pdf(
    path: Path, finished: Sequence[Finished], *, client: str, date: str, of: ReportOf, research: bool = False, trials: Sequence[Shown] = ()
) -> None:
    """Write the report of a visit: the newest usable trial of each leg, exam by exam; the clinical numbers, and if asked all."""
    if research:
        finished = [completed(one) if one.trial.streams else one for one in finished]
    write_visit_report(path, finished, title=client, date=date, of=of, research=research, trials=trials)


def write_sheet(path: Path, finished: Sequence[Finished], *, client: str, date: str, of: ReportOf) -> None:
    """Write the client's sheet."""
    write_client_sheet(path, finished, title=client, date=date, of=of)


def _done(finished: Sequence[Finished]) -> tuple[tuple[Trial, tuple[MetricValue, ...]], ...]:
    return tuple((one.trial, completed(one).values) for one in finished)


def _rows(finished: Sequence[Finished]) -> Iterator[Sequence[object]]:
    for number, (trial, values) in enumerate(_done(finished), start=1):
        for v in values:
            yield (
                number, trial.setup.exam, trial.setup.side.value, trial.outcome.value, v.metric.id, v.metric.key, v.metric.title, v.value,
                v.metric.unit, v.uncertainty, v.status.value, "; ".join(v.reasons), v.profile, v.metric.version,
            )  # fmt: skip
