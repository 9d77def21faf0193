"""When the beats of an even metronome were: due by the clock of the run, heard where marks say so; it makes no sound and no numbers.

The beat is counted from the begin of the run, so that it is known before any sample came, and a replay has the same. A loudspeaker is a
little off: the window marks, by the mark ``beat``, when a beat was heard, and from there on beats are counted from that one.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from ankletest.exams.base import Ask, PhaseChange, Tempo
from ankletest.metrics.hop_beat_entries import KEY as KEY
from ankletest.trial import Event, Happening, Setup

MARK = "beat"
"""Note of the mark that says when a beat was heard."""
PAIN = "pain"
"""Note of the mark after which the metronome is silent."""
HEARD = "heard"
MOST = 200.0
"""Hops a minute: a contact of 0.15 s and a flight of 0.15 s; who is quicker leaves the ground no more."""
HEARD_U_S, DUE_U_S = 0.005, 0.030
"""Standard uncertainty of when a beat was heard, s: sound takes 3 ms a metre, and the sound card says when it plays; and of one that was
due, where no mark tells how late the loudspeaker was."""
ASK = Ask(KEY, "metronome (0: own tempo)", "1/min", 0.0, MOST, 0.0)
OWN = Tempo("No metronome", {KEY: 0.0})


def beat_s(setup: Setup) -> float:
    """Return the time from beat to beat, s; NaN in own tempo."""
    beats = setup.given.get(KEY, 0.0)
    return 60.0 / beats if beats > 0.0 else math.nan


def beats_in(
    setup: Setup, phases: Sequence[PhaseChange], marks: Sequence[Event], *, ticking: Sequence[str], end_s: float
) -> tuple[Event, ...]:  # fmt: skip
    """Return the beats of a run, from the first phase with a metronome to the end, or until somebody marked pain; none in own tempo.

    Parameters
    ----------
    phases
        Changes of phase in order; the first is the begin of the run.
    marks
        The operator's and the window's.
    ticking
        ``Exam.ticking``.
    """
    period = beat_s(setup)
    first_s = next((change.t_s for change in phases if change.phase.name in ticking), math.nan)
    if not math.isfinite(period) or math.isnan(first_s):
        return ()
    silent_s = min((mark.t_s for mark in marks if mark.note == PAIN), default=end_s)
    until = min(end_s, max(silent_s, first_s))
    heard = sorted(mark.t_s for mark in marks if mark.note == MARK and mark.what is Happening.MARK)
    u, note = (HEARD_U_S, HEARD) if heard else (DUE_U_S, "")
    anchors = heard or [phases[0].t_s]
    # Where the sound began anew it is counted anew, and no two beats are nearer than half a period.
    edges = [first_s, *(at - 0.5 * period for at in anchors[1:]), until]
    found: list[Event] = []
    for anchor, (start, end) in zip(anchors, pairwise(edges), strict=True):
        number = math.ceil((start - anchor) / period - 1e-9)
        while (at := anchor + number * period) < min(end, until):
            found.append(Event(Happening.BEAT, at, note=note, u_s=u))
            number += 1
    return tuple(found)
