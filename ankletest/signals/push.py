"""Where a push against the pad begins and ends, and what it is counted from (metrics.md SG); no metric, no phases.

A push is looked at when it is over: its onset hangs on its peak. What follows it live is in the exam.
"""

from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray

BASELINE_S = 0.5
"""The baseline is the mean of so long before the onset."""
ONSET_SD, ONSET_N = 5.0, 5.0
"""The onset is where the force leaves max(5 SD, 5 N) above the baseline."""
RISEN = 0.20
"""The walk back to the onset starts where the force rises for good above this share of the peak: a knock before it is no push."""
DIP_SD, DIP_N, DIP_S = 3.0, 5.0, 0.3
"""Force below the baseline by max(3 SD, 5 N) within so long before the onset is a countermovement."""
QUIET_BACK_S = 2.5
"""The stillest half second is looked for this far back."""
ROUNDS = 12
"""The onset hangs on the baseline and the baseline on the onset; they agree after two or three rounds."""
RELEASED = 0.5
"""A push ends where the force falls below this share of its peak."""
FULL = 0.9
"""A window with less than this share of its samples is not a window."""
LEAST_S, NEAR_S, LEAST_N = 0.3, 0.3, 50.0
"""In a record without phases: shorter or weaker rises are none, and those closer together are one."""


@dataclass(frozen=True, slots=True)
class Push:
    """One push.

    Parameters
    ----------
    onset_s, end_s
        Where it begins (interpolated) and where it was let go.
    baseline_n, baseline_sd_n
        Mean and SD (ddof 1) of the half second before the onset; with a countermovement, of the stillest one before it.
    peak_n
        Largest sample above the baseline.
    threshold_n
        Force above the baseline at the onset.
    dipped
        There was a countermovement, so no rate of force development can be told.
    """

    onset_s: float
    end_s: float
    baseline_n: float
    baseline_sd_n: float
    peak_n: float
    threshold_n: float
    dipped: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """Mean and SD (ddof 1) of a window, N, and when it ends."""

    mean_n: float
    sd_n: float
    end_s: float


def push_in(t_s: FloatArray, force_n: FloatArray) -> Push | None:
    """Return the push of a stretch that begins relaxed and holds one; None where there is no relaxed half second or no rise.

    Parameters
    ----------
    t_s, force_n : (n,)
        Native samples, all finite.
    """
    if len(t_s) < 10:
        return None
    top = int(np.argmax(force_n))
    low = float(np.min(force_n[: top + 1]))
    rough = _rises(force_n, top, low + RISEN * (float(force_n[top]) - low))
    first = int(t_s.searchsorted(t_s[rough] - QUIET_BACK_S))
    quiet = stillest(t_s[first : rough + 1], force_n[first : rough + 1])
    if quiet is None:
        return None
    found = _onset(t_s, force_n, top, quiet)
    if found is None:
        return None
    if _dipped(t_s, force_n, found.onset_s, quiet):
        return replace(found, dipped=True)
    for _ in range(ROUNDS):
        before = level(t_s, force_n, found.onset_s)
        again = _onset(t_s, force_n, top, before) if before is not None else None
        if again is None or again.onset_s == found.onset_s:
            break
        found = again
    return found


def spans(t_s: FloatArray, force_n: FloatArray) -> list[tuple[float, float]]:
    """Return stretches ``[start, end)`` that each begin relaxed and hold one push, for records without phases.

    A push is a rise above a fifth of the largest one over the relaxed level for 0.3 s.
    """
    rest = relaxed(t_s, force_n)
    if rest is None:
        return []
    net = force_n - rest.mean_n
    least = max(LEAST_N, RISEN * float(np.max(net)))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], net > least, [False])).astype(np.int8)))
    rises: list[tuple[float, float]] = []
    for a, b in edges.reshape(-1, 2):
        start, end = float(t_s[a]), float(t_s[b - 1])
        if rises and start - rises[-1][1] < NEAR_S:
            start = rises.pop()[0]
        rises.append((start, end))
    rises = [(start, end) for start, end in rises if end - start >= LEAST_S]
    begins = [float(t_s[0]), *(end + NEAR_S for _, end in rises)]
    return [(begin, end + NEAR_S) for begin, (_, end) in zip(begins, rises, strict=False)]


def relaxed(t_s: FloatArray, force_n: FloatArray) -> Level | None:
    """Return the half second with the least mean: nobody pushes less than not at all."""
    mean, _, rows, ends = _windows(t_s, force_n)
    if len(mean) == 0:
        return None
    row = int(np.argmin(mean))
    part = force_n[rows[row] : ends[row]]
    return Level(float(part.mean()), float(part.std(ddof=1)), float(t_s[ends[row] - 1]))


def stillest(t_s: FloatArray, force_n: FloatArray) -> Level | None:
    """Return the half second with the least SD; None where there is none."""
    _, sd, rows, ends = _windows(t_s, force_n)
    if len(sd) == 0:
        return None
    row = int(np.argmin(sd))
    part = force_n[rows[row] : ends[row]]
    return Level(float(part.mean()), float(part.std(ddof=1)), float(t_s[ends[row] - 1]))


def level(t_s: FloatArray, force_n: FloatArray, end_s: float) -> Level | None:
    """Return the level of the half second that ends at ``end_s``; None where samples of it are missing."""
    first, last = (int(row) for row in t_s.searchsorted((end_s - BASELINE_S, end_s)))
    part = force_n[first:last]
    if len(part) < 3 or t_s[last - 1] - t_s[first] < FULL * BASELINE_S:
        return None
    return Level(float(part.mean()), float(part.std(ddof=1)), end_s)


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _windows(t_s: FloatArray, force_n: FloatArray) -> tuple[FloatArray, FloatArray, list[int], list[int]]:
    """Return mean and SD of every full half second by running sums, and its rows ``[first, last)``."""
    first = np.arange(len(t_s))
    last = t_s.searchsorted(t_s + BASELINE_S)
    full = t_s[last - 1] - t_s >= FULL * BASELINE_S
    first, last = first[full], last[full]
    if len(first) == 0:
        return np.zeros(0), np.zeros(0), [], []
    middle = float(np.mean(force_n))  # running sums of what is near zero lose no digits
    one = np.concatenate((np.zeros(1), np.cumsum(force_n - middle)))
    two = np.concatenate((np.zeros(1), np.cumsum((force_n - middle) ** 2)))
    count = last - first
    mean = (one[last] - one[first]) / count
    square = np.maximum((two[last] - two[first]) / count - mean**2, 0.0)
    return mean + middle, np.sqrt(square), [int(row) for row in first], [int(row) for row in last]


def _rises(force_n: FloatArray, top: int, over_n: float) -> int:
    """Return the first row from which the force stays above a level until its peak."""
    under = np.flatnonzero(force_n[:top] <= over_n)
    return int(under[-1]) + 1 if len(under) else 0


def _onset(t_s: FloatArray, force_n: FloatArray, top: int, base: Level) -> Push | None:
    net = force_n - base.mean_n
    peak = float(net[top])
    threshold = max(ONSET_SD * base.sd_n, ONSET_N)
    if peak <= threshold / RISEN:
        return None
    risen = _rises(net, top, RISEN * peak)
    below = np.flatnonzero(net[:risen] <= threshold)
    if len(below) == 0:
        return None
    row = int(below[-1])
    part = (threshold - net[row]) / (net[row + 1] - net[row])
    onset = float(t_s[row] + part * (t_s[row + 1] - t_s[row]))
    gone = np.flatnonzero(net[top:] < RELEASED * peak)
    end = float(t_s[top + int(gone[0])] if len(gone) else t_s[-1])
    return Push(onset, end, base.mean_n, base.sd_n, peak, threshold)


def _dipped(t_s: FloatArray, force_n: FloatArray, onset_s: float, quiet: Level) -> bool:
    """Tell whether the force went below the stillest half second; below its own half second a dip would hide itself."""
    first, last = (int(row) for row in t_s.searchsorted((onset_s - DIP_S, onset_s)))
    part = force_n[first:last]
    return len(part) > 0 and float(np.min(part)) < quiet.mean_n - max(DIP_SD * quiet.sd_n, DIP_N)
