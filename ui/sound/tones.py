"""Renders the sounds of the window ahead: the cue to go, and the ticks of a metronome; it plays nothing."""

import math

import numpy as np

from ankletest.samples import FloatArray
from ui.sound.speaker import RATE_HZ, Samples

RISE_S = 0.001
"""Sharp: at full strength within a millisecond, so that the beginning of the sound is an instant, and no click of the loudspeaker."""
CUE_HZ, CUE_S = 2000.0, 0.15
UP_HZ, DOWN_HZ, TICK_S = 1760.0, 880.0, 0.04
"""An octave apart: up and down are told by ear."""
LOUD = 0.6
"""Of full scale."""
SOFT = np.float32(0.3)
"""Of a tick that only counts."""
COUNT_S = 1.0
"""A long way is counted about so often, s."""
ROUND = 12
"""Even beats that are repeated together: a beat need not be a whole number of samples."""
JOINED = 0.5
"""The first tick sounds as soon as it can, as long as it is no later than this part of a beat."""


def cue() -> Samples:
    """Return the sound that says go, (n,)."""
    return _tone(CUE_HZ, CUE_S)


def beats(beat_s: float, *, late_s: float, lowers: float = 1.0) -> tuple[Samples, Samples]:
    """Return one round of a metronome to be played once and one to be repeated for ever, (n,) each; up is the high tick.

    Parameters
    ----------
    beat_s
        From up to down.
    late_s
        The first up was due so long before the first of these samples is heard. Its tick sounds at once; the next ones are in time.
    lowers
        Beats from down to the next up; those within are counted softly, and so are the seconds of a beat that is longer.
    """
    n = round((1.0 + lowers) * beat_s * RATE_HZ)
    loop = np.zeros(n, dtype=np.float32)
    up, down = (_tone(hz, min(TICK_S, beat_s))[:n] for hz in (UP_HZ, DOWN_HZ))
    parts = max(1, round(beat_s / COUNT_S))
    for count in range(max(parts + 1, math.ceil((1.0 + lowers) * parts - 1e-9))):
        first = round(count / parts * beat_s * RATE_HZ)
        tick = (up if count < parts else down) * (np.float32(1.0) if count in {0, parts} else SOFT)
        loop[first : first + len(tick)] = tick[: n - first]
    skip = round(max(0.0, late_s) * RATE_HZ) % n
    if skip <= len(up):  # nearly in time: a tick is not cut
        skip = 0
    loop = np.roll(loop, -skip)
    once = loop.copy()
    if 0 < skip <= JOINED * beat_s * RATE_HZ:
        once[: len(up)] = up
    return once, loop


def ticks(beat_s: float, *, late_s: float) -> tuple[Samples, Samples, float]:
    """Return some beats of an even metronome to be played once, to be repeated for ever, (n,) each, and how soon a tick comes, s.

    Parameters
    ----------
    beat_s
        From tick to tick.
    late_s
        A beat was due so long before the first of these samples is heard; what is left of its tick is not played.
    """
    loop = np.zeros(round(ROUND * beat_s * RATE_HZ), dtype=np.float32)
    tick = _tone(UP_HZ, min(TICK_S, 0.5 * beat_s))
    wait_s = -late_s % beat_s
    for count in range(ROUND):
        first = round((wait_s + count * beat_s) * RATE_HZ)
        loop[np.arange(first, first + len(tick)) % len(loop)] = tick
    once = loop.copy()
    once[: round(wait_s * RATE_HZ)] = 0.0
    return once, loop, wait_s


def _tone(hz: float, length_s: float) -> Samples:
    """Return a tone that begins at once and dies away, with an overtone that small loudspeakers give well."""
    t: FloatArray = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    rise = np.minimum(1.0, t / RISE_S)
    fall = np.cos(0.5 * np.pi * t / length_s) ** 2
    wave = 0.75 * np.sin(2.0 * np.pi * hz * t) + 0.25 * np.sin(4.0 * np.pi * hz * t)
    return np.asarray(LOUD * rise * fall * wave, dtype=np.float32)
