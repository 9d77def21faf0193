"""A recording read once from end to end: what happens when, and the trials; on a job thread, before it is played."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ankletest import exams
from ankletest.checks.base import LAMP, CheckReport
from ankletest.device import Hub, Notification, Playback
from ankletest.exams.base import Change, PhaseChange
from ankletest.recording.reader import Recording
from ankletest.session import Finished, Session
from ankletest.trial import Happening, Setup
from ui.tongue import say
from ui.words import check as words_check
from ui.words import common as words
from ui.words import pages as words_pages

SHOWN = (
    Happening.TOUCH_DOWN, Happening.STANCE_HOP, Happening.SHIFT, Happening.LARGE_SWAY, Happening.OFF_PAD, Happening.MARK, Happening.GAP,
)  # fmt: skip
"""Events worth jumping to; contacts and flights come by the hundred and are on the timeline."""
COLOUR = {Happening.MARK: "accent", Happening.GAP: "bad", Happening.LINK: "bad"}
LOST = ("lost", "streaming")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something to jump to: when, in words, and the token of its colour; ``level`` 0 is a run, 1 what happens in it."""

    t_s: float
    text: str
    colour: str = "muted"
    level: int = 1


@dataclass(frozen=True, slots=True)
class Survey:
    """A recording ready to be played; ``damage`` says what is wrong with it, if anything is."""

    path: Path
    playback: Playback
    moments: tuple[Moment, ...]
    finished: tuple[Finished, ...]
    damage: str
    client: str


def survey(hub: Hub, path: Path, progress: Callable[[float], None]) -> Survey:
    """Read a recording and make its trials once.

    Raises
    ------
    RecordingError
        It is missing, foreign, damaged beyond reading or of a newer version.
    DeviceError
        A device in it is not known.
    """
    damage = Recording.open(path).damage
    flat_out = hub.replay(path, speed=0.0)
    session = Session(hub.models)
    moments: list[Moment] = []
    finished: list[Finished] = []
    flat_out.start()
    while not flat_out.finished:
        items = [item for item in flat_out.drain() if isinstance(item, Notification)]
        # One at a time around operator events would be exact too; a start is found again in the session below.
        update = session.feed(items)
        moments.extend(_moments(update.changes))
        finished.extend(update.finished)
        moments.extend(map(_checked, update.checked))
        progress(flat_out.position_s / flat_out.duration_s if flat_out.duration_s else 1.0)
    flat_out.stop()
    last = session.finish()
    moments.extend(_moments(last.changes))
    finished.extend(last.finished)
    moments.extend(Moment(f.trial.span_s[0], run_name(f.trial.setup), f.trial.setup.side.value, 0) for f in finished)
    moments.sort(key=lambda m: (m.t_s, m.level))
    client = str(session.opened.get("client") or "")
    return Survey(path, hub.replay(path, speed=1.0), tuple(moments), tuple(finished), damage, client)


def check_name(report: CheckReport) -> str:
    """Return the result of a check of the sensors in words."""
    return words_check.EVENT.format(level=words_check.EVENT_LEVEL[report.level.value])


def run_name(setup: Setup) -> str:
    """Return exam and leg in words."""
    return words_pages.TRIAL_EVENT.format(exam=say(exams.by_key(setup.exam).title), letter=words.LETTER[setup.side])


def _checked(report: CheckReport) -> Moment:
    lamp = LAMP[report.level]
    return Moment(report.end_s, check_name(report), "muted" if lamp == "off" else lamp, 0)


def _moments(changes: tuple[Change, ...]) -> list[Moment]:
    return [moment for moment in map(_moment, changes) if moment is not None]


def _moment(change: Change) -> Moment | None:
    if isinstance(change, PhaseChange):
        phase = change.phase
        if phase.outcome is not None:
            state = words_pages.OUTCOME_STATE[phase.outcome]
            return Moment(change.t_s, words_pages.OUTCOME[phase.outcome], "muted" if state == "off" else state)
        return Moment(change.t_s, words.capital(say(phase.name)))
    if change.what in SHOWN:
        text = words_pages.MARKS.get(change.note, say(change.note)) if change.what is Happening.MARK else ""
        return Moment(change.t_s, text or words_pages.EVENT[change.what], COLOUR.get(change.what, "warn"))
    if change.what is Happening.LINK and change.note.startswith("lost"):
        return Moment(change.t_s, f"{change.device} {say(change.note)}", "bad")
    return None
