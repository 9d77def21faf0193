"""What a recorded force says of its own device: dropouts, zero, creep under a load, each in a plain sentence with figures; no verdict."""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FORCE, FloatArray, Kind
from ankletest.trial import Stream

WINDOW_S = 0.5
"""Means of half a second take the sway of a standing person out of the load, but for some newtons."""
EMPTY_N, QUIET_N = 30.0, 3.0
"""An empty pad shows less than this (as at intake), and its noise has no larger SD."""
STILL_SHARE, STILL_N = 0.02, 3.0
"""From one window to the next a load that nobody changes goes by no more: a share of it, or so much."""
LONG_S = 3.0
"""A shorter stretch does not tell creep from a movement."""
CREEP_SHARE, CREEP_N = 0.01, 2.0
"""Less than this over a stretch is sway or noise."""
WHOLE = 0.8
"""Share of a window's samples that have to be there."""


@dataclass(frozen=True, slots=True)
class Creep:
    """A load that stayed: its mean, N, by how much it changed from the first to the last second, N, and for how long, s."""

    load_n: float
    change_n: float
    length_s: float


def trace_words(stream: Stream) -> tuple[str, ...]:
    """Return what is to be said of a pad, an insole or a load cell; nothing of another device, or of one that tells no force."""
    force = stream.values[:, FORCE] if stream.kind is Kind.PAD else np.zeros(0)
    good = np.isfinite(force)
    if int(good.sum()) < 2 or not stream.rate_hz > 0.0:
        return ()
    windows = _windows(stream.t_s[good], force[good], stream.rate_hz)
    said = (_dropouts(stream), _zero(windows), _steady(windows))
    return tuple(f"{stream.device}: {words}" for words in said if words)


def creep_of(t_s: FloatArray, force_n: FloatArray, *, rate_hz: float) -> Creep | None:
    """Return the longest stretch of a load that nobody changed; None without one of three seconds.

    Parameters
    ----------
    t_s, force_n : (n,)
        Finite samples.
    rate_hz
    """
    return _creep(_windows(t_s, force_n, rate_hz))


# ---- helpers ------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Windows:
    """Whole windows of half a second: begin (s), mean and SD (N)."""

    at_s: FloatArray
    mean_n: FloatArray
    sd_n: FloatArray


def _windows(t_s: FloatArray, force_n: FloatArray, rate_hz: float) -> _Windows:
    starts = np.arange(float(t_s[0]), float(t_s[-1]) + 1.5 / rate_hz - WINDOW_S, WINDOW_S)
    bounds = np.stack((t_s.searchsorted(starts), t_s.searchsorted(starts + WINDOW_S)), axis=1)
    kept = bounds[:, 1] - bounds[:, 0] >= WHOLE * WINDOW_S * rate_hz
    rows = [force_n[a:b] for a, b in bounds[kept].tolist()]
    mean, sd = (np.array([of(row) for row in rows], dtype=np.float64) for of in (np.mean, np.std))
    return _Windows(starts[kept], mean, sd)


def _dropouts(stream: Stream) -> str:
    if stream.lost_samples == 0:
        return ""
    steps = np.diff(stream.t_s)
    holes = max(int(np.count_nonzero(stream.lost[1:])), int(np.count_nonzero(steps * stream.rate_hz > 1.5)))
    share = 100.0 * stream.lost_samples / (len(stream.t_s) + stream.lost_samples)
    return f"{holes} dropouts, {share:.1f} % of the samples, the longest {1e3 * float(steps.max()):.0f} ms"


def _zero(windows: _Windows) -> str:
    empty = np.flatnonzero((np.abs(windows.mean_n) < EMPTY_N) & (windows.sd_n < QUIET_N))
    if len(empty) == 0:
        return "it is never empty and still, so its zero and what that drifts by are not known"
    first, last = (float(windows.mean_n[row]) for row in (empty[0], empty[-1]))
    apart_s = float(windows.at_s[empty[-1]] - windows.at_s[empty[0]])
    if apart_s < WINDOW_S:
        return f"empty it shows {_signed(first, 1)} N; what that drifts by is not known"
    begin, end, drift = (_signed(value, 1) for value in (first, last, last - first))
    return f"empty it shows {begin} N at first and {end} N {apart_s:.0f} s later: {drift} N of drift"


def _steady(windows: _Windows) -> str:
    found = _creep(windows)
    if found is None:
        return ""
    head = f"under a load of {found.load_n:.0f} N that stays for {found.length_s:.0f} s it changes by {_signed(found.change_n, 1)} N"
    if abs(found.change_n) < max(CREEP_N, CREEP_SHARE * found.load_n):
        return head
    return f"{head} ({_signed(100.0 * found.change_n / found.load_n, 1)} %): it drifts, unless weight was shifted"


def _creep(windows: _Windows) -> Creep | None:
    mean = windows.mean_n
    if len(mean) < 2:
        return None
    allowed = np.maximum(STILL_SHARE * np.abs(mean[:-1]), STILL_N)
    next_to = np.diff(windows.at_s) < 1.5 * WINDOW_S
    still = (np.abs(np.diff(mean)) <= allowed) & next_to & (mean[:-1] >= EMPTY_N) & (mean[1:] >= EMPTY_N)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], still, [False]))))
    best = max(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True), key=lambda pair: pair[1] - pair[0], default=(0, 0))
    length_s = (best[1] - best[0] + 1) * WINDOW_S
    if length_s < LONG_S or best == (0, 0):
        return None
    row = mean[best[0] : best[1] + 1]
    change = float(row[-2:].mean() - row[:2].mean())
    return Creep(float(row.mean()), change, length_s) if math.isfinite(change) else None


def _signed(value: float, decimals: int) -> str:
    """Write a number with its sign, a real minus and not a hyphen; no signed zero."""
    text = f"{value:+.{decimals}f}"
    return text.replace("-", "−") if float(text) != 0.0 else f"{0.0:.{decimals}f}"
