"""What goes wrong after a landing: the other foot touches, the foot hops, shifts or leaves; on whole samples, live and for the trial alike.

Each function takes the samples so far and tells what is certain by now, so asking again with more samples never takes anything back.
A landing itself swings the force by several body weights, so most rules wait until it is over (algorithms.md 5, metrics.md HS-02).
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ankletest.exams.base import Member
from ankletest.exams.detectors import JUMP_MM, SHARED, SHARED_MEAN, SHARED_MEAN_S, SHARED_S, SHIFT_ALONG_MM, SHIFT_MM
from ankletest.exams.imu_errors import ImuErrors
from ankletest.samples import GYRO, BoolArray, FloatArray, Kind, Side, Site
from ankletest.signals.contact import ON_N, SETTLED_S
from ankletest.trial import Event, Happening

GUARD_S = 0.5
"""HS-02: what happens sooner after the contact is the landing, s."""
OFF_S = 1.0
"""Off the pad for longer is no hop any more, s."""
BALANCED_S = (0.5, 0.8)
"""A dip of the force with as much push beside it, so long before its start and after it, is a knee that bends, s."""
BALANCED_SHARE = 0.5
BIN_S = 0.050
JUMP_BINS = 4
"""E2: the CoP is away for 0.2 s."""
BOX_BINS, BOX_GAP_BINS, BOX_GUARD_S = 20, 10, 1.0
"""E3b: rectangles of the CoP over 1 s before and after, 0.5 s apart (a hold of 5 s has no room for 2 s), from 1 s after the contact on."""
TURN_RAD_S, TURN_S = math.radians(60.0), 0.030
"""HS-02: a foot that turns so fast for so long has moved."""
SWING_GUARD_S = 1.0
"""A trunk and a free leg that are still braked are no error, s."""


def force_errors(
    t_s: FloatArray, pad: FloatArray, *, ic_s: float, weight_n: float, side: Side, device: str = "", over: bool = False
) -> list[Event]:
    """Return the errors that a pad shows after a landing, in order of time.

    Parameters
    ----------
    t_s : (n,)
        Session seconds.
    pad : (n, 3)
        Columns of ``Kind.PAD``, the force without offset.
    ic_s
        The landing.
    weight_n
        Body weight; NaN: only hops and leaving can be told.
    side
        The tested leg.
    device
        Goes into the events.
    over
        Nothing comes after these samples: a foot that is in the air has left.
    """
    rows = (t_s >= ic_s) & np.isfinite(pad[:, 0])
    t, force = t_s[rows], pad[rows, 0]
    air = _in_air(t, force, ic_s, over=over)
    found = list(air)
    if weight_n > 0.0:
        found += _shared(t, force, ic_s, weight_n, [event.t_s for event in air])
        bins = _bins(t, pad[rows], ic_s, 0.5 * weight_n)
        found += [*_jumped(bins, ic_s, side), *_shifted(bins, ic_s)]
    first = min((event.t_s for event in air), default=math.inf)
    # In the air, and in the landing after it, force and CoP mean nothing.
    kept = [event for event in found if event.t_s <= first]
    return sorted((replace(event, device=device) for event in kept), key=lambda event: (event.t_s, event.what.value))


def worn_errors(t_s: FloatArray, imu: FloatArray, *, ic_s: float, member: Member, side: Side) -> list[Event]:
    """Return the errors that a motion sensor shows after a landing.

    The tested foot: it turned; the free foot: it was hit and rests; the trunk: it leans or swings (algorithms.md 5, E3b, E4, E5).

    Parameters
    ----------
    t_s : (n,)
    imu : (n, 6)
        Columns of ``Kind.IMU``.
    ic_s, side
        The landing, the tested leg.
    member
        Where the sensor is.
    """
    if member.kind is not Kind.IMU:
        return []
    if member.site is Site.FOOT and member.side in {None, side}:
        return _turned(t_s, imu, ic_s, member.device)
    rows = slice(int(t_s.searchsorted(ic_s + SWING_GUARD_S)), None)
    watch = ImuErrors(member, side)
    watch.feed(t_s[rows], imu[rows])
    return watch.events


def _in_air(t_s: FloatArray, force_n: FloatArray, ic_s: float, *, over: bool) -> list[Event]:
    """E3: without load; a hop when the foot comes back within a second, else it has left."""
    found: list[Event] = []
    for first, last in _runs((force_n < ON_N) & (t_s > ic_s + SETTLED_S)):
        open_end = last == len(t_s)
        length = float(t_s[last - 1 if open_end else last] - t_s[first])
        if length < SETTLED_S or (open_end and length < OFF_S and not over):
            continue
        what = Happening.OFF_PAD if length >= OFF_S or open_end else Happening.STANCE_HOP
        found.append(Event(what, float(t_s[first]), math.nan if open_end else float(t_s[last])))
    return found


def _shared(t_s: FloatArray, force_n: FloatArray, ic_s: float, weight_n: float, air_s: Sequence[float]) -> list[Event]:
    """E1: part of the weight is elsewhere, and nothing makes up for it; not where the foot leaves altogether."""
    if len(t_s) < 2:
        return []
    share = force_n / weight_n
    found: list[Event] = []
    for first, last in _runs((share < SHARED) & (t_s >= ic_s + GUARD_S)):
        start = float(t_s[first])
        length = float(t_s[min(last, len(t_s) - 1)]) - start
        # A dip is told from a bent knee by what comes after it.
        if length < SHARED_S or t_s[-1] < start + BALANCED_S[1] or any(start <= at <= start + length for at in air_s):
            continue
        soon = (t_s >= start) & (t_s < start + SHARED_MEAN_S)
        near = (t_s >= max(start - BALANCED_S[0], ic_s + GUARD_S)) & (t_s <= start + BALANCED_S[1])
        away = share[near] - 1.0
        lost, gained = float(np.maximum(-away, 0.0).sum()), float(np.maximum(away, 0.0).sum())
        if float(share[soon].mean()) < SHARED_MEAN and gained < BALANCED_SHARE * lost:
            found.append(Event(Happening.TOUCH_DOWN, start, math.nan if last == len(t_s) else float(t_s[last])))
    return found


def _bins(t_s: FloatArray, pad: FloatArray, ic_s: float, least_n: float) -> FloatArray:
    """Return the mean CoP of whole bins of 50 ms from the contact on, (b, 2); NaN where the pad is loaded too little to have one."""
    count = math.floor((float(t_s[-1]) - ic_s) / BIN_S + 1e-9) if len(t_s) else 0
    number = np.floor((t_s - ic_s) / BIN_S).astype(np.int64)
    good = (pad[:, 0] >= least_n) & np.isfinite(pad[:, 1:]).all(axis=1) & (number < count)
    per = np.bincount(number[good], minlength=max(count, 1)).astype(np.float64)
    sums = [np.bincount(number[good], weights=pad[good, column], minlength=max(count, 1)) for column in (1, 2)]
    with np.errstate(invalid="ignore"):
        return np.stack([total / per for total in sums], axis=1)[:count]


def _jumped(bins: FloatArray, ic_s: float, side: Side) -> list[Event]:
    """E2: the CoP jumps further to the free foot's side than one foot is wide, and stays there."""
    away = bins[:, 0] * (1.0 if side is Side.LEFT else -1.0)
    first = round(GUARD_S / BIN_S)
    for at in range(first + JUMP_BINS, len(away) - JUMP_BINS + 1):
        home, before, after = away[first:at], away[at - JUMP_BINS : at], away[at : at + JUMP_BINS]
        if np.isfinite(after).all() and np.isfinite(home).all() and after.min() > max(float(home.mean()), float(before[0])) + JUMP_MM:
            return [Event(Happening.TOUCH_DOWN, ic_s + at * BIN_S)]
    return []


def _shifted(bins: FloatArray, ic_s: float) -> list[Event]:
    """E3b: the rectangles of the CoP before and after do not meet, and their middles are as far apart as only a moved foot makes them."""
    for at in range(round(BOX_GUARD_S / BIN_S), len(bins) - 2 * BOX_BINS - BOX_GAP_BINS + 1):
        later = at + BOX_BINS + BOX_GAP_BINS
        before, after = bins[at : at + BOX_BINS], bins[later : later + BOX_BINS]
        if not (np.isfinite(before).all() and np.isfinite(after).all()):
            continue
        low0, high0, low1, high1 = before.min(axis=0), before.max(axis=0), after.min(axis=0), after.max(axis=0)
        apart = (low1 > high0) | (low0 > high1)
        moved = 0.5 * np.abs(low1 + high1 - low0 - high0) > (SHIFT_MM, SHIFT_ALONG_MM)
        if bool((apart & moved).any()):
            return [Event(Happening.SHIFT, ic_s + (at + BOX_BINS) * BIN_S, ic_s + later * BIN_S)]
    return []


def _turned(t_s: FloatArray, imu: FloatArray, ic_s: float, device: str) -> list[Event]:
    rate = np.sqrt((imu[:, GYRO] ** 2).sum(axis=1))
    for first, last in _runs((rate > TURN_RAD_S) & (t_s >= ic_s + GUARD_S)):
        end = float(t_s[min(last, len(t_s) - 1)])
        if end - float(t_s[first]) >= TURN_S:
            return [Event(Happening.SHIFT, float(t_s[first]), end, device=device)]
    return []


def _runs(flags: BoolArray) -> list[tuple[int, int]]:
    """Return where flags are True: first row, and row after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
