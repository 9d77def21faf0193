"""A recording's trials and numbers made again from its notifications, and held against those that were stored in it."""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import cast

import ankletest
from ankletest import exams, metrics
from ankletest.checks.base import CheckReport
from ankletest.device import DeviceModel, Notification
from ankletest.errors import ExamError, RecordingError
from ankletest.exchange.open_tables import Extract
from ankletest.exchange.out import Format, write_out
from ankletest.recording.mcap_file import part_of
from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.session import ALIGNED, Finished, Session
from ankletest.trial import Aligned, Setup, Stream, Trial

BATCH = 1024
"""Notifications fed at once when nothing has to be shown: large enough that decoding is vectorised, small enough for a progress bar."""

ROUNDING = 1e-9
"""Numbers that agree so closely (relative, or in their unit near zero) are the same; no metric is known to a millionth of it."""
WHOLE = "all"
TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a recording is to be analysed.

    Parameters
    ----------
    exam
        Key of the exam; None takes the recorded runs as they are.
    side
        The leg, where the recording does not say.
    profile
        Pre-processing profile; None is the default of each metric.
    window
        ``trial``: the window that the exam chose; ``all``: every sample of the run (of an imported file: of the file).
    mass_kg
        Body mass, where the recording does not say or it is to be overruled.
    """

    exam: str | None = None
    side: Side | None = None
    profile: str | None = None
    window: str = TRIAL
    mass_kg: float | None = None


def batches(items: Iterable[Notification], size: int = BATCH) -> Iterator[list[Notification]]:
    """Yield consecutive notifications in lists of at most ``size``."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def replay(
    items: Iterable[Notification], models: Sequence[DeviceModel], *, keep_all: bool = False, seen: Callable[[int], None] | None = None
) -> tuple[Session, list[Finished]]:
    """Feed a session as fast as it goes and return it with the trials that came of it.

    ``seen`` is told the number of notifications after each batch.
    """
    session = Session(models, keep_all=keep_all)
    finished: list[Finished] = []
    count = 0
    for batch in batches(items):
        finished.extend(session.feed(batch).finished)
        count += len(batch)
        if seen:
            seen(count)
    finished.extend(session.finish().finished)
    return session, finished


def analyse(
    items: Iterable[Notification], models: Sequence[DeviceModel], wish: Wish, *, seen: Callable[[int], None] | None = None
) -> list[Finished]:
    """Return the trials of a recording with their numbers as wished.

    Raises
    ------
    ExamError
        When the recording holds no run and no exam is named, or no sample of the exam's devices.
    """
    first, items = _peeked(items)
    imported = first is not None and _imported(first)
    session, finished = replay(items, models, keep_all=imported or wish.window == WHOLE or wish.exam is not None, seen=seen)
    mine = [f for f in finished if wish.exam in (None, f.trial.setup.exam) and wish.side in (None, f.trial.setup.side)]
    recorded = [f.trial for f in mine]
    if wish.window == TRIAL and recorded:
        made = _made(recorded, wish)
        # Nobody followed this program's phases in another maker's record; where they found nothing, what it is of is in all of it.
        if not imported or any(value.value is not None for f in made for value in f.values):
            return made
    if imported or not recorded:
        return _made([_whole(_setup(wish, finished), session.streams(), session)], wish)
    return _made([_whole(t.setup, tuple(s.between(*t.span_s) for s in t.streams), session) for t in recorded], wish)


def remade(path: Path, models: Sequence[DeviceModel], *, seen: Callable[[float], None] = lambda _: None) -> tuple[list[Finished], str]:
    """Return the trials of a recording with every number of today, and a sentence where the file is damaged; ``seen`` is told 0-1.

    Raises
    ------
    RecordingError
        It is not there, or cannot be read.
    """
    found = next((one for one in (path, part_of(path)) if one.is_file()), None)
    if found is None:
        raise RecordingError(f"The recording {path.name} is not there.", "Put it back into the data folder, or restore a backup.")
    recording = Recording.open(found)
    items = list(recording.notifications())
    _, finished = replay(items, models, seen=lambda count: seen(count / max(len(items), 1)))
    return [completed(one) for one in finished], recording.damage


def completed(finished: Finished) -> Finished:
    """Return a trial of a session with every number of it, those too that a session does not wait for."""
    return Finished(finished.trial, metrics.evaluate(finished.trial))


def extract_of(recording: Recording, models: Sequence[DeviceModel], *, seen: Callable[[int], None] | None = None) -> Extract:
    """Return what an export of a recording holds: every sample of it, its trials with every number, and where they are from."""
    session, finished = replay(recording.notifications(), models, keep_all=True, seen=seen)
    done = tuple((one.trial, completed(one).values) for one in finished)
    about = {
        "program": f"ankletest {ankletest.__version__}", "recording": recording.path.name, "sha256": recording.sha256(),
        "damage": recording.damage, "session": dict(session.opened),
    }  # fmt: skip
    return Extract(tuple(session.streams()), done, about)


def unpacker(models: Sequence[DeviceModel], formats: Sequence[Format]) -> Callable[[Path, Path], list[str]]:
    """Return what writes a plain recording's samples and numbers into a folder, for the export of a client."""

    def unpack(recording: Path, folder: Path) -> list[str]:
        return write_out(folder, extract_of(Recording.open(recording), models), formats)[1]

    return unpack


def _made(trials: Sequence[Trial], wish: Wish) -> list[Finished]:
    """Make the numbers of trials as wished."""
    if wish.mass_kg is not None:
        trials = [replace(t, setup=replace(t.setup, mass_kg=wish.mass_kg)) for t in trials]
    return [Finished(trial, metrics.evaluate(trial, profile=wish.profile)) for trial in trials]


def _peeked(items: Iterable[Notification]) -> tuple[Notification | None, Iterable[Notification]]:
    """Return the first notification, and all of them."""
    rest = iter(items)
    first = next(rest, None)
    return first, rest if first is None else chain((first,), rest)


def _imported(opening: Notification) -> bool:
    """Tell whether a recording was made of another maker's file; a session reads and judges the opening itself."""
    try:
        return bool(json.loads(opening.payload).get("imported"))
    except (ValueError, AttributeError):
        return False


def _setup(wish: Wish, finished: Sequence[Finished]) -> Setup:
    known = finished[0].trial.setup if finished else None
    exam = wish.exam or (known.exam if known else None)
    if exam is None:
        raise ExamError("The recording holds no run.", "Say which exam it is with --exam.")
    side = wish.side or (known.side if known else None)
    if side is None:
        raise ExamError("The recording does not say which leg was tested.", "Say so with --side left or --side right.")
    setup = replace(known, exam=exam, side=side) if known else Setup(exam, side)
    return replace(setup, mass_kg=wish.mass_kg) if wish.mass_kg is not None else setup


def _whole(setup: Setup, streams: Sequence[Stream], session: Session) -> Trial:
    mine = tuple(s for s in streams if s.side in (None, setup.side) and len(s.t_s))
    if not mine:
        raise ExamError(f"The recording has no samples for the {setup.side} leg.", "Look at its devices with 'ankletest verify'.")
    exam = exams.by_key(setup.exam)
    trial = exam.whole(setup, mine)
    return replace(trial, quality=session.quality_of(mine, trial.span_s[0]), families=exam.families)


# ---- numbers stored in the recording ---------------------------------------------------------------------------------------


def result_event(finished: Finished) -> dict[str, object]:
    """Return the operator event that stores a trial's numbers beside its samples."""
    return {
        "event": "result",
        "trial": finished.trial.setup.trial,
        "exam": finished.trial.setup.exam,
        "side": finished.trial.setup.side.value,
        "outcome": finished.trial.outcome.value,
        "values": {v.metric.key: {"value": v.value, "version": v.metric.version, "profile": v.profile} for v in finished.values},
    }


def aligned_event(aligned: Sequence[Aligned]) -> dict[str, object]:
    """Return the operator event that stores an alignment, and from which on it holds."""
    return {"event": ALIGNED, "devices": [one.as_json() for one in aligned]}


def stored_alignments(events: Iterable[Mapping[str, object]]) -> list[tuple[Aligned, ...]]:
    """Return the alignments that operator events store, in order."""
    listed = [event.get("devices") for event in events if event.get("event") == ALIGNED]
    return [
        tuple(
            Aligned.from_json(cast("Mapping[str, object]", fields)) for fields in cast("list[object]", devices) if isinstance(fields, dict)
        )
        for devices in listed
        if isinstance(devices, list)
    ]


def alignment_words(one: Aligned, error_s: float | None = None) -> str:
    """Say how a device was aligned; ``error_s`` is the bound of its error now, that of the impacts without."""
    if not one.told:
        return f"{one.device} is not aligned: {one.why}"
    bound = one.error_s if error_s is None else error_s
    scatter = f"{one.impacts} impacts within {1e3 * one.spread_s:.1f} ms (SD)"
    return f"{one.device} aligned with {one.reference} ±{1e3 * bound:.1f} ms: {1e3 * one.offset_s:.1f} ms taken off, {scatter}"


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored number that is not made again: ``why`` says whether it changed or its metric did."""

    trial: str
    key: str
    stored: float | None
    again: float | None
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Stored numbers against numbers made again: how many were held, how many are equal to the bit, and those that differ."""

    held: int
    exact: int
    differences: tuple[Difference, ...]


def compare_checks(stored: Sequence[object], again: Sequence[CheckReport]) -> tuple[str, ...]:
    """Return in which stored results of sensor checks (``checked`` events) and those made again differ; empty where they are the same."""
    if len(stored) != len(again):
        return (f"{len(stored)} sensor checks are stored, {len(again)} are made again",)
    made = (json.loads(json.dumps(report.as_json())) for report in again)
    return tuple(f"sensor check {k}: another result" for k, (was, now) in enumerate(zip(stored, made, strict=True), 1) if was != now)


def compare_stored(stored: Sequence[Mapping[str, object]], again: Sequence[Finished]) -> Comparison:
    """Hold stored result events against trials made again.

    Numbers that agree within ``ROUNDING`` are the same number: other versions of numpy and scipy add in another order. A metric whose
    version has been raised since is told apart.
    """
    trials = {f.trial.setup.trial: f for f in again}
    held = exact = 0
    differences: list[Difference] = []
    for event in stored:
        name = str(event.get("trial", ""))
        values = event.get("values")
        found = trials.get(name)
        if found is None or not isinstance(values, dict):
            differences.append(Difference(name, "trial", None, None, "the trial is not made again"))
            continue
        fresh = {v.metric.key: v for v in found.values}
        for key, record in values.items():
            held += 1
            kept = cast("Mapping[str, object]", record) if isinstance(record, dict) else {}
            was = kept.get("value")
            now = fresh[key].value if key in fresh else None
            if was == now:
                exact += 1
            elif not isinstance(was, int | float) or now is None or not math.isclose(was, now, rel_tol=ROUNDING, abs_tol=ROUNDING):
                raised = key in fresh and fresh[key].metric.version != kept.get("version")
                why = f"the metric is now version {fresh[key].metric.version}" if raised else "the number differs"
                differences.append(Difference(name, str(key), was if isinstance(was, int | float) else None, now, why))
    return Comparison(held, exact, tuple(differences))
