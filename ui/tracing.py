"""The samples behind a trial's numbers as tracks to be drawn: which, in what unit, where samples are missing; it draws nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.metrics.base import MetricValue
from ankletest.samples import ACC, COP_X, COP_Y, FORCE, GYRO, RAD_PER_DEG, BoolArray, FloatArray, Kind
from ankletest.trial import Event, Happening, Stream, Trial
from ui.asked import title_of
from ui.tongue import say
from ui.words import common as words
from ui.words import pages as words_pages
from ui.words import results as told

HIDDEN = frozenset({Happening.PHASE, Happening.FLIGHT, Happening.LINK, Happening.GAP})
"""Events that say nothing beside the tracks: phases are the window, flights lie between contacts, gaps are seen."""


@dataclass(frozen=True, slots=True)
class Track:
    """One quantity: seconds (n,), values (n,) with NaN where it is not known, and where samples are missing directly before (n,)."""

    title: str
    unit: str
    t_s: FloatArray
    values: FloatArray
    lost: BoolArray


@dataclass(frozen=True, slots=True)
class Mark:
    """An event: from, to (NaN: an instant), its word, and the token of its colour."""

    t_s: float
    end_s: float
    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Traced:
    """A trial to be drawn, and the number that somebody asked about; ``window_s`` is the part the number is made of."""

    title: str
    number: str
    tracks: tuple[Track, ...]
    marks: tuple[Mark, ...]
    span_s: tuple[float, float]
    window_s: tuple[float, float]


def traced(trial: Trial, number: int, value: MetricValue | None) -> Traced:
    """Return the tracks of a trial, of every device that took part; the number's own window where it has one."""
    window = value.window_s if value is not None and all(math.isfinite(t) for t in value.window_s) else trial.window_s
    title = told.TRACE_OF.format(exam=title_of(trial.setup), side=words.SIDE[trial.setup.side].lower(), number=number)
    return Traced(title, _told(value), tuple(t for s in trial.streams for t in _tracks(s)), _marks(trial.events), trial.span_s, window)


def _told(value: MetricValue | None) -> str:
    if value is None:
        return ""
    metric = value.metric
    size = words.with_unit(value.value, metric.decimals, metric.unit)
    text = told.NUMBER_OF.format(title=words.capital(say(metric.title)), value=size)
    return "   ".join((text, *map(say, value.reasons)))


def _tracks(stream: Stream) -> list[Track]:
    if not len(stream.t_s):
        return []
    if stream.kind is Kind.PAD:
        columns = ((told.FORCE, told.NEWTON, FORCE), (told.COP_ML, told.MILLIMETRE, COP_X), (told.COP_AP, told.MILLIMETRE, COP_Y))
        made = [Track(title, unit, stream.t_s, stream.values[:, k], stream.lost) for title, unit, k in columns]
    else:
        site = words.inside(words_pages.SITE_NAME[stream.site.value])
        acc, gyro = (np.linalg.norm(stream.values[:, part], axis=1) for part in (ACC, GYRO))
        made = [
            Track(told.ACCELERATION.format(site=site), told.M_PER_S2, stream.t_s, acc, stream.lost),
            Track(told.ROTATION.format(site=site), told.DEG_PER_S, stream.t_s, gyro / RAD_PER_DEG, stream.lost),
        ]
    return [track for track in made if np.isfinite(track.values).any()]


def _marks(events: Sequence[Event]) -> tuple[Mark, ...]:
    shown = (event for event in events if event.what not in HIDDEN)
    return tuple(Mark(e.t_s, e.end_s, words_pages.EVENT.get(e.what.value, e.what.value), "accent" if e.valid else "warn") for e in shown)
