"""Countermovement jump on force (metrics.md 5): onset, phases and numbers out of force, weight and take-off; no events, no gates.

``a = (F − BW)/m``, velocity and displacement by the cumulative trapezoid of native samples from the onset on, both 0 there
(Owen et al. 2014; Linthorne 2001). Phases are those of McMahon et al. 2018: unweighting until the force is back at body weight (velocity
at its least), braking until the velocity is 0, propulsion until take-off.

CJ-01 velocity at take-off. CJ-02 ``v_TO²/2g``. CJ-03 ``g FT²/8``. CJ-04 ``t_TO − t_onset``. CJ-05 ``h_IM / TTT``. CJ-06 least displacement.
CJ-07 lengths of the phases. CJ-08 ``m |v_min|`` and ``m v_TO``. CJ-09 mean and greatest force of braking and of propulsion. CJ-10 force at
velocity 0. CJ-11 ``(F_v0 − BW) / braking time``. CJ-12 greatest ``F v`` of the propulsion. CJ-13 ``(F_v0 − BW) / |s_min|``.
CJ-14 greatest force of the landing over BW. CJ-15 ``FT / TTT``.
"""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray, G

ONSET_SIGMAS = 5.0
"""Movement has begun where the force is this many SD of the weighing away from body weight (Owen et al. 2014)."""
ONSET_FLOOR_SHARE = 0.005
"""Least distance, of body weight: a weighing without any sway would else call converter noise a movement."""
ONSET_BACK_S = 0.030
"""So far before that the body is still at rest (Owen et al. 2014)."""
SURE_SHARE = 0.05
"""A force this far from body weight, of body weight, is movement and no sway (start thresholds of 2.5-10 % are in use; Meylan 2011)."""
QUIET_S = 0.25
"""A stretch this long without such a force before the jump is standing: what happened before it was fidgeting and not this movement."""
TOGETHER_S = 0.1
"""Sway that brushes 5 SD is apart from the movement by more than this; a movement that passes through body weight is not."""
COUNTER_M_S = 0.05
"""A body that never sinks faster made no countermovement: there is no braking to speak of."""


def onset_row(force_n: FloatArray, t_s: FloatArray, *, weight_n: float, sd_n: float, first: int, last: int) -> int | None:
    """Return the row where the movement begins, None where the force never leaves body weight.

    The first force more than 5 % from body weight after the last quarter of a second of quiet is the movement; its first sample further
    than 5 SD from body weight, less 30 ms, is the onset (Owen et al. 2014).

    Parameters
    ----------
    force_n, t_s : (n,)
    weight_n, sd_n
        Mean and SD of the weighing.
    first, last
        Rows between which to look: end of the weighing, take-off.
    """
    off = np.abs(force_n[first:last] - weight_n)
    begins = max(ONSET_SIGMAS * sd_n, ONSET_FLOOR_SHARE * weight_n)
    sure = first + np.flatnonzero(off > max(begins, SURE_SHARE * weight_n))
    if len(sure) == 0:
        return None
    quiet = np.flatnonzero(np.diff(t_s[sure]) >= QUIET_S)
    moving = int(sure[quiet[-1] + 1]) if len(quiet) else int(sure[0])
    away = first + np.flatnonzero(off[: moving - first + 1] > begins)
    apart = np.flatnonzero(np.diff(t_s[away]) >= TOGETHER_S)
    begun = int(away[apart[-1] + 1]) if len(apart) else int(away[0])
    return max(int(np.searchsorted(t_s, t_s[begun] - ONSET_BACK_S - 1e-9)), 0)


@dataclass(frozen=True, slots=True)
class Push:
    """What a push-off was; seconds are on the clock of the samples, NaN where the jump had no such instant.

    Parameters
    ----------
    onset_s, low_s, zero_s, take_off_s
        Begin; velocity at its least (force back at body weight); velocity 0; take-off.
    v_take_off_m_s, v_min_m_s, depth_m
        Velocity at take-off, its least value, least displacement (negative).
    f_zero_n
        Force at ``zero_s``; at ``low_s`` it is body weight.
    mean_braking_n, mean_propulsion_n, peak_braking_n, peak_propulsion_n
        Force in the two phases.
    peak_power_w
        Greatest ``F v`` of the propulsion.
    mass_kg, weight_n
        By which the force was made into motion.
    """

    onset_s: float
    low_s: float
    zero_s: float
    take_off_s: float
    v_take_off_m_s: float
    v_min_m_s: float
    depth_m: float
    f_zero_n: float
    mean_braking_n: float
    mean_propulsion_n: float
    peak_braking_n: float
    peak_propulsion_n: float
    peak_power_w: float
    mass_kg: float
    weight_n: float

    @property
    def countermovement(self) -> bool:
        """Whether the body sank before it rose."""
        return math.isfinite(self.zero_s)

    @property
    def height_m(self) -> float:
        """Jump height by impulse and momentum, ``v_TO²/2g`` (CJ-02)."""
        return self.v_take_off_m_s**2 / (2.0 * G)

    @property
    def time_to_take_off_s(self) -> float:
        """``t_TO − t_onset`` (CJ-04)."""
        return self.take_off_s - self.onset_s


def push_of(t_s: FloatArray, force_n: FloatArray, *, onset: int, take_off_s: float, weight_n: float) -> Push:
    """Return what the samples say of a push-off.

    Parameters
    ----------
    t_s, force_n : (n,)
        Native samples with the pad's offset taken away; gap-free from the onset on.
    onset
        Row where the body is still at rest.
    take_off_s
        When the foot leaves, between two samples.
    weight_n
        Body weight.
    """
    t, f = _until(t_s[onset:], force_n[onset:], take_off_s)
    mass = weight_n / G
    v = _running(t, (f - weight_n) / mass)
    s = _running(t, v)
    low = int(np.argmin(v))
    nan = math.nan
    low_s = zero_s = f_zero = mean_braking = peak_braking = v_min = depth = nan
    start, rising = 0, np.flatnonzero(v[low:] > 0.0)
    if v[low] <= -COUNTER_M_S and len(rising):
        above = low + int(rising[0])
        zero_s, f_zero, depth = _at_zero(t, v, f, s, above)
        low_s = _crossing(t, f - weight_n, low)
        v_min = float(v[low])
        mean_braking = weight_n - mass * v_min / (zero_s - low_s)
        peak_braking = max(float(f[low:above].max()), f_zero)
        start = above
    begin_s = zero_s if math.isfinite(zero_s) else float(t[0])
    v_up = float(v[-1])
    return Push(
        onset_s=float(t[0]), low_s=low_s, zero_s=zero_s, take_off_s=take_off_s, v_take_off_m_s=v_up, v_min_m_s=v_min, depth_m=depth,
        f_zero_n=f_zero, mean_braking_n=mean_braking,
        mean_propulsion_n=weight_n + mass * v_up / (take_off_s - begin_s), peak_braking_n=peak_braking,
        peak_propulsion_n=float(f[start:].max()), peak_power_w=float((f[start:] * v[start:]).max()), mass_kg=mass, weight_n=weight_n,
    )  # fmt: skip


def flight_height_m(flight_s: float) -> float:
    """Return ``g FT²/8``: the height of a flight that starts and ends in the same posture (CJ-03)."""
    return G * flight_s**2 / 8.0


def height_u_m(push: Push, *, weight_u: float, edge_u_s: float) -> float:
    """Return the standard uncertainty of CJ-02, m: ``v u_v / g`` with ``u_v² = (g ε T)² + (g u_e)²``.

    Parameters
    ----------
    push
        The push-off.
    weight_u
        ε, relative standard uncertainty of the body weight; over the time T it grows to a velocity g ε T (metrics.md 5).
    edge_u_s
        Of the take-off: near it the body falls at g.
    """
    v_u = G * math.hypot(weight_u * push.time_to_take_off_s, edge_u_s)
    return push.v_take_off_m_s * v_u / G


def drift_m_s(t_s: FloatArray, force_n: FloatArray, *, onset: int, still_s: tuple[float, float], weight_n: float) -> float:
    """Return the velocity that the whole integral leaves in a still time after the landing; 0 for a true weight (metrics.md 5)."""
    last = int(np.searchsorted(t_s, still_s[1]))
    t, f = t_s[onset:last], force_n[onset:last]
    v = _running(t, (f - weight_n) * (G / weight_n))
    return float(v[t >= still_s[0]].mean())


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _until(t_s: FloatArray, force_n: FloatArray, end_s: float) -> tuple[FloatArray, FloatArray]:
    """Return samples up to ``end_s``, with a last one there: between samples the force is a straight line."""
    last = int(np.searchsorted(t_s, end_s, side="left"))
    if last < len(t_s) and t_s[last] == end_s:
        return t_s[: last + 1], force_n[: last + 1]
    end = float(np.interp(end_s, t_s, force_n))
    return np.append(t_s[:last], end_s), np.append(force_n[:last], end)


def _running(t_s: FloatArray, values: FloatArray) -> FloatArray:
    """Return the cumulative trapezoid from 0, (n,)."""
    return np.concatenate((np.zeros(1), np.cumsum(0.5 * (values[1:] + values[:-1]) * np.diff(t_s))))


def _crossing(t_s: FloatArray, values: FloatArray, near: int) -> float:
    """Return where ``values`` rises through 0 next to a row."""
    for row in (near - 1, min(near, len(values) - 2)):
        a, b = float(values[row]), float(values[row + 1])
        if a <= 0.0 < b:
            return float(t_s[row] + (t_s[row + 1] - t_s[row]) * -a / (b - a))
    return float(t_s[near])


def _at_zero(t_s: FloatArray, v: FloatArray, force_n: FloatArray, s: FloatArray, above: int) -> tuple[float, float, float]:
    """Return when the velocity passes 0 before a row, and force and displacement there."""
    row = above - 1
    step, a = float(t_s[above] - t_s[row]), float(v[row])
    share = -a / (float(v[above]) - a)
    force = float(force_n[row] + share * (force_n[above] - force_n[row]))
    return float(t_s[row]) + share * step, force, float(s[row]) + 0.5 * a * share * step
