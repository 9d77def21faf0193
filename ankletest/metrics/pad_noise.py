"""The noise of a pad's centre of pressure, by its certificate or by its empty cells; what noise does to a number is elsewhere (SW-21)."""

import math

from ankletest.metrics.sway import noise_speed_mm_s
from ankletest.signals.cop import cop_noise_mm
from ankletest.signals.filters import lowpass_gains
from ankletest.trial import Stream

RATE_HZ, CUT_HZ = 100.0, 10.0
"""Of P-COP: a certificate tells the speed of a dead weight through it."""
LOUDER = 2.0
"""A pad whose empty cells are so many times noisier than its certificate says is another pad than it was."""
LOUDER_WORDS = "SW-21: empty, the pad is {times:.1f} times as noisy as its certificate says; do 'pad_noise' again"


def certified_speed_mm_s(stream: Stream, load_n: float) -> float:
    """Return the speed that noise alone shows under a load, by the certificate: it goes with one over the load. NaN without one."""
    return stream.standing.value("mv_noise_n") / load_n if load_n > 0.0 else math.nan


def trace_noise_mm(stream: Stream, *, load_n: float, cut_hz: float, native_hz: float) -> tuple[float, tuple[str, ...]]:
    """Return the SD per axis of the noise in a trace, mm, NaN where it is not known, and what is to be said of it.

    Parameters
    ----------
    stream
        Of the pad.
    load_n
        Mean load in the window.
    cut_hz
        Cut-off that the trace went through; NaN: none.
    native_hz
        Rate of the samples.
    """
    gain, kept = lowpass_gains(cut_hz, round(native_hz, 1))[0], lowpass_gains(CUT_HZ, round(native_hz, 1))[0]
    empty = cop_noise_mm(stream.noise_cell_n, stream.half_span_mm, load_n)
    # The certificate's weight went through P-COP; what noise of which SD shows that speed is known.
    weighed = certified_speed_mm_s(stream, load_n) / noise_speed_mm_s(1.0, RATE_HZ, CUT_HZ) / kept
    if not math.isfinite(weighed):
        return gain * empty, ()
    if empty > LOUDER * weighed:
        return gain * empty, (LOUDER_WORDS.format(times=empty / weighed),)
    return gain * weighed, ()
