"""Streams made into the uniform traces that sway is computed from, with the E-codes of metrics.md 0.2; no formulas, no choice of window."""

import math
from dataclasses import replace

import numpy as np

from ankletest.metrics.base import CopTrace, MotionTrace, Profile
from ankletest.metrics.motion_noise import motion_noise
from ankletest.metrics.pad_noise import trace_noise_mm
from ankletest.metrics.sensor_u import sensor_u
from ankletest.samples import ACC, COP_X, COP_Y, FORCE, GYRO, RAD_PER_DEG, FloatArray
from ankletest.signals.alignment import Alignment, alignment_of
from ankletest.signals.cop import COP_FLOOR_N
from ankletest.signals.filters import Filled, evened, fill, on_grid
from ankletest.signals.orientation import X, gravity_follows, leaning, levelled, orientation
from ankletest.trial import Stream

SHORT_S = 10.0
"""E-SHORT: time-domain sway needs this much."""
RATE_HZ = 50.0
"""E-RATE: least native rate for sway (ISPGR, Scoppa 2013, Gait & Posture 37:290)."""
RATE_OFF = 0.02
"""E-RATE: a measured rate further from the nominal one than this share is a caveat; also how far below 50 Hz a rate may measure."""
GAP_QUIET_S = 0.020
GAP_LONGEST_S = 0.100
LOST_SHARE = 0.02
"""E-GAP: closed and counted up to 20 ms; closed with a caveat up to 100 ms and 2 % of the window; beyond, there is no number."""
LOAD_FLOOR_N = 50.0
LOAD_SHARE = 0.5
"""CoP counts only where F >= max(50 N, 0.5 BW) (metrics.md 0.1)."""
SETTLE_S = 5.0
"""The orientation filter starts this much before the window where there are samples."""
AXES_SENSOR = "axes: medio-lateral and antero-posterior follow the sensor's own x axis; there was no functional alignment"
AXES_MOUNTED = "axes: medio-lateral and antero-posterior by the certificate of the mounting, ±{degrees:.0f}°"
AXES_UNKNOWN = "axes: the sensor's x axis is upright, so medio-lateral and antero-posterior cannot be told apart"

MIRRORED = "E-CAL: the gyroscope turns against gravity: the sensor's axes are swapped or mirrored"
TURNS_RAD_S, AGAINST = 0.3 * RAD_PER_DEG, -0.3
"""Somebody who leans at less than 0.3 °/s does not tell; simulated trunks and shins of whole sensors have 0.5 to 0.98, of mirrored −0.5
to −0.98 (``gravity_follows``)."""

CAVEATS = ("E-", "SW-21", "timing")


def caveat(reasons: tuple[str, ...]) -> bool:
    """Tell whether any of these reasons makes an OK a WARN; the others are remarks."""
    return any(reason.startswith(CAVEATS) for reason in reasons)


def cop_trace(
    stream: Stream, *, start_s: float, end_s: float, profile: Profile, body_weight_n: float, reasons: tuple[str, ...] = ()
) -> CopTrace:
    """Return the CoP of ``[start_s, end_s)`` under a profile.

    Parameters
    ----------
    stream
        Of kind ``PAD``.
    start_s, end_s
        Session seconds.
    profile
        With a cut-off: gated by load, filtered, on the profile's grid. Without: every native sample that has a CoP.
    body_weight_n
        For the gate; NaN: the median load of the window stands in for it.
    reasons
        What is already known of the window.
    """
    raw = math.isnan(profile.cut_hz)
    cut = stream.between(start_s, end_s)
    cop = cut.values[:, COP_X : COP_Y + 1]
    gate_n, gated, remarks = (math.nan, cop, ()) if raw else _gated(cut.values, body_weight_n)
    filled = fill(cut.t_s, gated, near_hz=stream.rate_hz)
    blocks, notes = _verdict(cut, filled, gate_n=gate_n)
    cut_hz = profile.cut_hz
    u_mm, louder = trace_noise_mm(stream, load_n=_mean_load_n(cut.values), cut_hz=cut_hz, native_hz=filled.rate_hz)
    notes = (*notes, *louder)
    if not blocks and not any(bool((column != column[0]).any()) for column in filled.values.T):
        blocks = ("E-SAT: the CoP never changes, so a channel is dead",)
    if blocks:
        none = np.zeros(0)
        return CopTrace(none, none, none, math.nan, math.nan, (*blocks, *notes, *reasons), blocked=True)
    if raw:
        keep = ~filled.filled  # a made-up sample is not a native one; the way across a short gap is its chord
        rows = slice(None) if bool(keep.all()) else np.flatnonzero(keep)
        t, values, rate = filled.t_s[rows], filled.values[rows], filled.rate_hz
    else:
        t, values = on_grid(filled, rate_hz=profile.rate_hz, cut_hz=cut_hz)
        rate = profile.rate_hz
    x, y = np.ascontiguousarray(values[:, 0]), np.ascontiguousarray(values[:, 1])
    return CopTrace(t, x - x.mean(), y - y.mean(), rate, u_mm, (*notes, *remarks, *reasons))


def motion_trace(stream: Stream, *, start_s: float, end_s: float, profile: Profile, reasons: tuple[str, ...] = ()) -> MotionTrace:
    """Return horizontal acceleration and angular rate of ``[start_s, end_s)`` under a profile with a grid and a cut-off.

    The earth frame is found from up to 5 s before the window on, so that the filter has settled when the window starts.
    """
    filled = fill(*_samples(stream.between(start_s, end_s)), near_hz=stream.rate_hz)
    cut = stream.between(start_s, end_s)
    blocks, notes = _verdict(cut, filled, gate_n=math.nan)
    if not blocks and not bool((filled.values[:, ACC] != filled.values[0, ACC]).any()):
        blocks = ("E-SAT: the acceleration never changes, so the sensor is dead",)
    site = stream.site.value
    if blocks:
        none = np.zeros(0)
        return MotionTrace(none, none, none, np.zeros((0, 3)), math.nan, site, (*blocks, *notes, *reasons), blocked=True)
    wide = fill(*_samples(stream.between(start_s - SETTLE_S, end_s)), near_hz=stream.rate_hz)
    # A long hole in the lead-in is bridged by nothing that was measured: the filter starts after it.
    since = max(
        (gap.after_s + gap.length_s for gap in wide.gaps if gap.length_s > GAP_LONGEST_S and gap.after_s < start_s), default=-math.inf
    )
    rows = slice(int(np.searchsorted(wide.t_s, since + 0.5 / wide.rate_hz)), None)
    t, imu = evened(Filled(wide.t_s[rows], wide.values[rows], wide.filled[rows], (), wide.rate_hz))
    inside = slice(int(np.searchsorted(t, float(filled.t_s[0]) - 0.5 / wide.rate_hz)), None)
    # Who stands does not turn on the whole, so the mean rate of the window is the gyroscope's bias. Left to find it, the filter takes as
    # long as the window: 0.7 °/s, as sensors come, made RMS_a of 24 simulated trunks 30 % too large.
    quat = orientation(imu[:, ACC], imu[:, GYRO] - imu[inside, GYRO].mean(axis=0), rate_hz=wide.rate_hz)
    follows, turning = gravity_follows(imu[inside, ACC], imu[inside, GYRO], rate_hz=wide.rate_hz)
    if turning > TURNS_RAD_S and follows < AGAINST:
        none = np.zeros(0)
        return MotionTrace(none, none, none, np.zeros((0, 3)), math.nan, site, (MIRRORED, *notes, *reasons), blocked=True)
    aligned = _aligned(stream, start_s)
    forward = aligned.forward if aligned is not None else X
    horizontal, told = levelled(imu[:, ACC], quat, forward)
    segment = np.concatenate((horizontal[inside], imu[inside, GYRO], leaning(quat[inside], forward)), axis=1)
    part = Filled(t[inside], segment, np.zeros(len(segment), np.bool_), (), wide.rate_hz)
    at, values = on_grid(part, rate_hz=profile.rate_hz, cut_hz=profile.cut_hz)
    values = values - values.mean(axis=0)
    left = sensor_u(stream)
    heading = left.heading_rad if aligned is None and told else math.nan
    said = (*notes, _axes(aligned, told=told, heading_u_rad=heading), f"site: {site}", *reasons)
    noise = motion_noise(imu[inside], rate_hz=wide.rate_hz, profile=profile, left=replace(left, heading_rad=heading))
    return MotionTrace(at, values[:, 0], values[:, 1], values[:, 2:5], profile.rate_hz, site, said, tilt_rad=values[:, 5:], noise=noise)


def _aligned(stream: Stream, start_s: float) -> Alignment | None:
    """Return the functional alignment that the samples since the last hole before a window tell; None without one."""
    before = stream.between(-math.inf, start_s)
    if len(before.t_s) < 3 or bool(before.clipped.any()):
        return None
    filled = fill(*_samples(before), near_hz=stream.rate_hz)
    since = max((gap.after_s + gap.length_s for gap in filled.gaps if gap.length_s > GAP_LONGEST_S), default=-math.inf)
    rows = slice(int(np.searchsorted(filled.t_s, since + 0.5 / filled.rate_hz)), None)
    t, imu = evened(Filled(filled.t_s[rows], filled.values[rows], filled.filled[rows], (), filled.rate_hz))
    return alignment_of(t, imu, rate_hz=filled.rate_hz) if len(t) > 1 else None


def _axes(aligned: Alignment | None, *, told: bool, heading_u_rad: float) -> str:
    """Return which axes the numbers are along."""
    if aligned is None and math.isfinite(heading_u_rad):
        return AXES_MOUNTED.format(degrees=math.degrees(heading_u_rad))
    if aligned is None:
        return AXES_SENSOR if told else AXES_UNKNOWN
    off = math.degrees(math.acos(min(max(float(aligned.forward @ X), -1.0), 1.0)))
    return (
        f"axes: medio-lateral and antero-posterior by functional alignment, {aligned.times} × {math.degrees(aligned.leaned_rad):.0f}° "
        f"forward before the stance, {aligned.explained:.0%} about one axis; the sensor's own x axis is {off:.0f}° off"
    )


def _samples(stream: Stream) -> tuple[FloatArray, FloatArray]:
    return stream.t_s, stream.values


def _mean_load_n(pad: FloatArray) -> float:
    """Return the mean of the known forces, NaN where the device tells none."""
    force = pad[:, FORCE]
    known = force[np.isfinite(force)]
    return float(known.mean()) if len(known) else math.nan


def _gated(pad: FloatArray, body_weight_n: float) -> tuple[float, FloatArray, tuple[str, ...]]:
    """Return the least load, the CoP with NaN where it is less, and remarks."""
    force, cop = pad[:, FORCE], pad[:, COP_X : COP_Y + 1]
    known = np.isfinite(force)
    if not known.any():
        return math.nan, cop, ("the force is unknown, so the CoP was not gated by load",)
    remarks: tuple[str, ...] = ()
    if math.isnan(body_weight_n):
        body_weight_n = float(np.median(force[known]))
        remarks = ("the body weight is unknown; the median load of the window stands in for it in the gate",)
    gate_n = max(LOAD_FLOOR_N, LOAD_SHARE * body_weight_n)
    enough = force >= gate_n
    return gate_n, cop if bool(enough.all()) else np.where(enough[:, None], cop, np.nan), remarks


def _verdict(cut: Stream, filled: Filled, *, gate_n: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the E-codes that forbid a number, and those that go with it."""
    blocks: list[str] = []
    notes: list[str] = []
    rate = filled.rate_hz
    if len(cut.t_s) < 2 or not rate > 0.0:
        return ("E-SHORT: no samples in the window",), ()
    covered_s = float(cut.t_s[-1] - cut.t_s[0]) + 1.0 / rate
    if covered_s < SHORT_S - 1.5 / rate:  # one sample more or less at the border is not a short trial
        blocks.append(f"E-SHORT: {covered_s:.1f} s analysed, {SHORT_S:.0f} s needed")
    if rate < RATE_HZ * (1.0 - RATE_OFF):
        blocks.append(f"E-RATE: {rate:.1f} Hz, {RATE_HZ:.0f} Hz needed")
    elif cut.nominal_hz > 0.0 and abs(rate / cut.nominal_hz - 1.0) > RATE_OFF:
        notes.append(f"E-RATE: {rate:.1f} Hz measured, {cut.nominal_hz:.0f} Hz announced")
    if bool(cut.clipped.any()):
        blocks.append(f"E-SAT: {int(cut.clipped.sum())} samples at the end of the range")
    hidden = int(np.count_nonzero(cut.lost[1:] & (np.diff(cut.t_s) * rate < 1.5)))
    if hidden:
        notes.append(f"E-GAP: samples were lost {hidden} times without a trace in the time stamps")
    if filled.gaps:
        # A CoP that is not there is a hole too, whatever made it.
        at_load = (
            "" if math.isnan(gate_n) and not _unloaded(cut) else f" or loaded below {COP_FLOOR_N if math.isnan(gate_n) else gate_n:.0f} N"
        )
        told = (
            f"{sum(gap.samples for gap in filled.gaps)} samples missing{at_load}, {filled.lost_share:.1%} of the window, "
            f"longest gap {1000.0 * filled.longest_s:.0f} ms"
        )
        if filled.longest_s > GAP_LONGEST_S + 1e-9 or filled.lost_share > LOST_SHARE or len(filled.t_s) < 2:
            blocks.append(f"E-GAP: {told}")
        else:
            notes.append(f"E-GAP: {told}, closed" if filled.longest_s > GAP_QUIET_S + 1e-9 else f"closed: {told}")
    if cut.timing == "estimated":
        notes.append("timing: estimated from the arrival of notifications")
    return tuple(blocks), tuple(notes)


def _unloaded(cut: Stream) -> bool:
    """Tell whether the pad was, somewhere, loaded too little to have a CoP."""
    return cut.values.shape[1] == 3 and bool((cut.values[:, FORCE] < COP_FLOOR_N).any())
