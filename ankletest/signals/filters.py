"""Zero-phase filters, gap filling and resampling for the samples of a finished trial; not for live samples, which have no future."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator
from scipy.signal import butter, sosfiltfilt, sosfreqz

from ankletest.samples import BoolArray, FloatArray

DOUBLE_PASS = (math.sqrt(2.0) - 1.0) ** 0.25
"""C of metrics.md 0: two passes of a second-order Butterworth are 3 dB down at C times the design cut-off."""
PAD_S = 1.0
"""Odd extension at either end; shorter leaves the start-up of a 0.15 Hz sway in the first samples."""
GAP_PERIODS = 1.5
"""Neighbours further apart than this many periods have lost something between them."""
JITTER = 0.05
"""Stamps that wander by less than this share of a period are filtered as they are; beyond, they are put on a uniform grid first."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Missing samples: session second of the last good row before it (NaN at the start), their number, and the seconds they stood for."""

    after_s: float
    samples: int
    length_s: float


@dataclass(frozen=True, slots=True)
class Filled:
    """Samples without holes, and what was done to get there.

    Parameters
    ----------
    t_s : (n,)
    values : (n, k)
    filled : (n,)
        True where the row is made up.
    gaps
        Every hole, also those at the ends, which are cut off and not made up.
    rate_hz
        Rate of the rows that are there.
    """

    t_s: FloatArray
    values: FloatArray
    filled: BoolArray
    gaps: tuple[Gap, ...]
    rate_hz: float

    @property
    def longest_s(self) -> float:
        """Length of the longest gap, s; 0 where nothing is missing."""
        return max((gap.length_s for gap in self.gaps), default=0.0)

    @property
    def lost_share(self) -> float:
        """Missing samples as a share of those expected."""
        missing = sum(gap.samples for gap in self.gaps)
        expected = missing + int(np.count_nonzero(~self.filled))
        return missing / expected if expected else 1.0


def design_hz(cut_hz: float, rate_hz: float) -> float:
    """Return the cut-off to design each of two passes for, so that both together are 3 dB down at ``cut_hz`` (metrics.md 0)."""
    return (rate_hz / math.pi) * math.atan(math.tan(math.pi * cut_hz / rate_hz) / DOUBLE_PASS)


@lru_cache(maxsize=64)
def lowpass_sos(cut_hz: float, rate_hz: float) -> FloatArray:
    """Return the second-order Butterworth sections whose double pass has its -3 dB at ``cut_hz``."""
    return np.asarray(butter(2, design_hz(cut_hz, rate_hz), fs=rate_hz, output="sos"), dtype=np.float64)


def lowpass(values: FloatArray, *, rate_hz: float, cut_hz: float) -> FloatArray:
    """Filter forward and backward along rows.

    Parameters
    ----------
    values : (n,) or (n, k)
        Uniform samples without NaN.
    rate_hz
        Their rate; at or below ``2 * cut_hz`` there is nothing to take away and a copy is returned.
    cut_hz
        Effective -3 dB of both passes.
    """
    if len(values) < 2 or cut_hz >= rate_hz / 2.0:
        return np.array(values, dtype=np.float64)
    pad = min(len(values) - 1, max(9, math.ceil(PAD_S * rate_hz)))
    return np.asarray(sosfiltfilt(lowpass_sos(cut_hz, rate_hz), values, axis=0, padtype="odd", padlen=pad), dtype=np.float64)


def highpass(values: FloatArray, *, rate_hz: float, cut_hz: float) -> FloatArray:
    """Take slow drift away, forward and backward along rows: second-order Butterworth, both passes together 3 dB down at ``cut_hz``.

    Parameters
    ----------
    values : (n,) or (n, k)
        Uniform samples without NaN, at least two.
    rate_hz
    cut_hz
    """
    design = (rate_hz / math.pi) * math.atan(math.tan(math.pi * cut_hz / rate_hz) * DOUBLE_PASS)
    sos = butter(2, design, btype="highpass", fs=rate_hz, output="sos")
    # It remembers for about 1/cut, far longer than a low-pass: extended by as much as there is, up to three times that.
    pad = min(len(values) - 1, math.ceil(3.0 * rate_hz / cut_hz))
    return np.asarray(sosfiltfilt(sos, values, axis=0, padtype="odd", padlen=pad), dtype=np.float64)


def rate_of(t_s: FloatArray, near_hz: float = math.nan) -> float:
    """Return the rate of rows that have no hole between them, Hz; NaN below two rows. ``near_hz`` spares looking for it."""
    if len(t_s) < 2:
        return math.nan
    steps = np.diff(t_s)
    period = 1.0 / near_hz if near_hz > 0.0 else float(np.median(steps))
    whole = steps[steps < GAP_PERIODS * period]
    if len(whole) < len(steps) / 2:  # the announced rate is far off: believe the stamps
        period = float(np.median(steps))
        whole = steps[steps < GAP_PERIODS * period]
    return 1.0 / float(whole.mean())


def fill(t_s: FloatArray, values: FloatArray, *, near_hz: float = math.nan) -> Filled:
    """Close holes by PCHIP between the rows either side; tells what it did and leaves the verdict (E-GAP) to the caller.

    Rows with a NaN or infinity anywhere count as missing. Nothing is made up beyond the first and last good row.

    Parameters
    ----------
    t_s : (n,)
        Strictly increasing seconds.
    values : (n, k)
    near_hz
        Rate as measured elsewhere, if known.
    """
    good = np.isfinite(values[:, 0])
    for column in range(1, values.shape[1]):  # seven times quicker than a reduction over two or three columns
        good &= np.isfinite(values[:, column])
    rate = rate_of(t_s, near_hz)
    rows = np.flatnonzero(good)
    if len(rows) == 0 or not rate > 0.0:
        gone = Gap(math.nan, len(t_s), len(t_s) / rate if rate > 0.0 else 0.0)
        return Filled(t_s[:0], values[:0], np.zeros(0, np.bool_), (gone,) if len(t_s) else (), rate)
    at, kept = (t_s, values) if len(rows) == len(t_s) else (t_s[rows], values[rows])
    lead = (Gap(math.nan, int(rows[0]), rows[0] / rate),) if rows[0] else ()
    tail_n = len(t_s) - 1 - int(rows[-1])
    tail = (Gap(float(at[-1]), tail_n, tail_n / rate),) if tail_n else ()
    holes = np.flatnonzero(np.diff(at) > GAP_PERIODS / rate)
    if len(holes) == 0:
        return Filled(at, kept, np.zeros(len(at), np.bool_), lead + tail, rate)
    return _bridged(at, kept, holes=holes, rate_hz=rate, lead=lead, tail=tail)


def resampled(t_s: FloatArray, values: FloatArray, at_s: FloatArray) -> FloatArray:
    """Return ``values`` at other times by the cubic through four neighbours (Catmull-Rom for uneven steps).

    Only for band-limited samples without holes. Asked for a sample's own time it returns that sample.

    Parameters
    ----------
    t_s : (n,)
        At least two rows.
    values : (n, k)
    at_s : (m,)
        Between the first and the last of ``t_s``.
    """
    last = len(t_s) - 1
    i = np.clip(np.searchsorted(t_s, at_s, side="right") - 1, 0, last - 1)
    before, after = np.maximum(i - 1, 0), np.minimum(i + 2, last)
    t0, t1, t2, t3 = t_s[before], t_s[i], t_s[i + 1], t_s[after]
    y0, y1, y2, y3 = values[before], values[i], values[i + 1], values[after]
    step = t2 - t1
    u = ((at_s - t1) / step)[:, None]
    chord = (y2 - y1) / step[:, None]
    left = _slope(y1 - y0, t1 - t0, chord, step)
    right = _slope(y3 - y2, t3 - t2, chord, step)
    drop = y2 - y1
    a, b = left * step[:, None] - drop, drop - right * step[:, None]
    return np.asarray(y1 + u * drop + u * (1.0 - u) * (a * (1.0 - u) + b * u), dtype=np.float64)


def on_grid(samples: Filled, *, rate_hz: float, cut_hz: float) -> tuple[FloatArray, FloatArray]:
    """Low-pass and put on a uniform grid that starts at the first row; band-limited first, so that nothing folds.

    The cut-off is applied at the native rate: the effective -3 dB is the same, and the filter is its own anti-alias.

    Returns
    -------
    (m,) seconds and (m, k) values
    """
    if len(samples.t_s) < 2:
        return samples.t_s, samples.values
    t, values = evened(samples)
    at = grid(float(t[0]), float(t[-1]), rate_hz)
    return at, resampled(t, lowpass(values, rate_hz=samples.rate_hz, cut_hz=cut_hz), at)


def evened(samples: Filled) -> tuple[FloatArray, FloatArray]:
    """Return times and values, (n,) and (n, k), that a filter may take for uniform: as they are, or by PCHIP where stamps wander."""
    t, rate = samples.t_s, samples.rate_hz
    if len(t) < 2 or float(np.abs(np.diff(t) * rate - 1.0).max()) <= JITTER:
        return t, samples.values
    even = grid(float(t[0]), float(t[-1]), rate)
    return even, np.asarray(PchipInterpolator(t, samples.values, axis=0)(even), dtype=np.float64)


def grid(start_s: float, end_s: float, rate_hz: float) -> FloatArray:
    """Return uniform times from ``start_s`` to at most ``end_s``, (m,)."""
    steps = math.floor((end_s - start_s) * rate_hz + 1e-6)
    at = start_s + np.arange(steps + 1) / rate_hz
    return np.minimum(at, end_s)


def noise_gains(sos: FloatArray) -> tuple[float, float]:
    """Return what a double pass leaves of white noise of SD 1: SD of its samples and SD of their differences (metrics.md SW-21)."""
    frequencies, response = sosfreqz(sos, worN=4096)
    w, h = np.asarray(frequencies, dtype=np.float64), np.asarray(response, dtype=np.complex128)
    power = np.abs(h) ** 4  # two passes: the gain is |H|²
    steps = 4.0 * np.sin(w / 2.0) ** 2
    return math.sqrt(float(power.mean())), math.sqrt(float((power * steps).mean()))


@lru_cache(maxsize=64)
def lowpass_gains(cut_hz: float, rate_hz: float) -> tuple[float, float]:
    """Return ``noise_gains`` of ``lowpass``; (1, √2) where that does nothing."""
    return noise_gains(lowpass_sos(cut_hz, rate_hz)) if cut_hz < rate_hz / 2.0 else (1.0, math.sqrt(2.0))


def _bridged(
    at: FloatArray, kept: FloatArray, *, holes: npt.NDArray[np.intp], rate_hz: float, lead: tuple[Gap, ...], tail: tuple[Gap, ...]
) -> Filled:
    """Return the rows with every hole closed on the native period."""
    times: list[FloatArray] = []
    values: list[FloatArray] = []
    made: list[BoolArray] = []
    gaps = list(lead)
    start = 0
    for hole in holes.tolist():
        count = max(round(float(at[hole + 1] - at[hole]) * rate_hz) - 1, 1)
        # PCHIP's slopes look one row beyond the hole, so four rows give what the whole record would.
        near = slice(max(hole - 1, 0), hole + 3)
        inside = np.linspace(at[hole], at[hole + 1], count + 2)[1:-1]
        bridge = np.asarray(PchipInterpolator(at[near], kept[near], axis=0)(inside), dtype=np.float64)
        times += [at[start : hole + 1], inside]
        values += [kept[start : hole + 1], bridge]
        made += [np.zeros(hole + 1 - start, np.bool_), np.ones(count, np.bool_)]
        gaps.append(Gap(float(at[hole]), count, count / rate_hz))
        start = hole + 1
    times.append(at[start:])
    values.append(kept[start:])
    made.append(np.zeros(len(at) - start, np.bool_))
    return Filled(np.concatenate(times), np.concatenate(values), np.concatenate(made), (*gaps, *tail), rate_hz)


def _slope(rise: FloatArray, run: FloatArray, chord: FloatArray, step: FloatArray) -> FloatArray:
    """Return the slope of the parabola through three rows at the middle one; at an end of the record the chord itself."""
    inner = run > 0.0
    safe = np.where(inner, run, 1.0)[:, None]
    outer = np.where(inner[:, None], rise / safe, chord)
    weight = np.where(inner, step, 1.0)[:, None]
    return np.asarray((outer * weight + chord * safe) / (weight + safe), dtype=np.float64)
