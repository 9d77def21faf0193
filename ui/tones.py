"""Renders the sounds of the window ahead: the cue to go, and the ticks of a metronome; it plays nothing."""

import math

import numpy as np

from ankletest.samples import FloatArray
from ui.speaker import RATE_HZ, Samples

RISE_S = 0.001
"""Sharp: at full strength within a millisecond, so that the beginning of the sound is an instant, and no click of the loudspeaker."""
CUE_HZ, CUE_S = 2000.0, 0.15
UP_HZ, DOWN_HZ, TICK_S = 1760.0, 880.0, 0.04
"""An octave apart: up and down are told by ear."""
LOUD = 0.6
"""Of full scale."""
SOFT = np.float32(0.3)
"""Of a tick that only counts the way down."""
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
        Beats from down to the next up; those within are counted softly.
    """
    n = round((1.0 + lowers) * beat_s * RATE_HZ)
    loop = np.zeros(n, dtype=np.float32)
    up, down = (_tone(hz, min(TICK_S, beat_s))[:n] for hz in (UP_HZ, DOWN_HZ))
    loop[: len(up)] = up
    for count in range(1, max(2, math.ceil(lowers - 1e-9) + 1)):
        first = round(count * beat_s * RATE_HZ)
        tick = down if count == 1 else SOFT * down
        loop[first : first + len(tick)] = tick[: n - first]
    skip = round(max(0.0, late_s) * RATE_HZ) % n
    if skip <= len(up):  # nearly in time: a tick is not cut
        skip = 0
    loop = np.roll(loop, -skip)
    once = loop.copy()
    if 0 < skip <= JOINED * beat_s * RATE_HZ:
        once[: len(up)] = up
    return once, loop


def _tone(hz: float, length_s: float) -> Samples:
    """Return a tone that begins at once and dies away, with an overtone that small loudspeakers give well."""
    t: FloatArray = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    rise = np.minimum(1.0, t / RISE_S)
    fall = np.cos(0.5 * np.pi * t / length_s) ** 2
    wave = 0.75 * np.sin(2.0 * np.pi * hz * t) + 0.25 * np.sin(4.0 * np.pi * hz * t)
    return np.asarray(LOUD * rise * fall * wave, dtype=np.float32)
