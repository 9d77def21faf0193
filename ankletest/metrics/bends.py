"""Lunges, squats and pointed feet found in a trial: how far a segment inclines, forward and sideways, and each repetition of it."""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.calibrated import Standing
from ankletest.metrics.inclines import SWAPPED, Incline, incline_of, phase_start
from ankletest.metrics.sensor_u import BIAS_M_S2, SCALE_U, sensor_u
from ankletest.samples import ACC, GYRO, RAD_PER_DEG, BoolArray, FloatArray, G
from ankletest.signals.angles import BRIDGE_S, Hinge, frontal_rad, hinge_of, sagittal_rad, segment_axes, tilt_u_rad, total_tilt_rad
from ankletest.signals.repetitions import BROKEN, Repetition, Rules, repetitions
from ankletest.trial import Event, Stream

RULES = Rules(first=math.radians(20.0), least_s=0.8, longest_s=60.0, reset_s=BRIDGE_S)
"""A bend is slower than a heel raise, may be held, and the first one opens at 10°."""
STILL_NAMES = frozenset({"still"})
NEAR_RAD = math.radians(20.0)
"""A sensor whose y axis is this close to the axis of the movement is mounted along the segment: its own axes are those of the segment."""
UPRIGHT = 0.5
"""Sine of how far a sensor's y axis may be from level."""
HINGED = "axes: the sensor is not mounted along the segment; forward is where it moved, and sideways cannot be told"
SENSOR = "axes: forward and sideways follow the sensor's own axes, upright taken from quiet stance"
UNMOVED = "nothing moved about one axis"
OVER = "axes: the sensor is worn upside down; that does not show in the angles, as upright is taken from quiet stance"
OVER_Z = -0.5
"""A box whose z axis points so far to the floor in quiet stance hangs upside down: by 60° or less, which no strap lets it turn."""
STATIC_M_S2 = 0.010 * G
"""QC-05: at rest a calibrated accelerometer is off g by less."""
UNCALIBRATED = "E-CAL: the accelerometer is not calibrated; 20 mg are up to 1.1°"
CALIBRATION = "E-CAL"
"""Begin of the caveats that are nothing to counts, times and differences."""
FARTHEST_RAD = math.radians(90.0)
"""No shin and no foot inclines so far from stance: the box was turned over after it."""
BACK_RAD = math.radians(10.0)
"""Between bends a segment comes back so near to stance somewhere, or its sensor has slipped (QC-10)."""
TURNED = "E-REST: the sensor was turned over after quiet stance: it reads inclinations beyond 90°"
POSTURE_U_RAD = 1.0 * RAD_PER_DEG
"""Standard uncertainty of a shin that was taken for upright in quiet stance (algorithms.md 4: posture ±1-2°)."""
BASE_NEAR = math.cos(20.0 * RAD_PER_DEG)
"""A sensor lies on the shin with the side that was levelled on the floor if that side's normal is so near to forward (or backward)."""
LEVELLED = "upright: by the sensor's own base, which was levelled on a floor"


@dataclass(frozen=True, slots=True)
class Bends:
    """The repetitions of a trial, of one segment.

    Parameters
    ----------
    t_s : (n,)
    forward, sideways, turning : (n,)
        Inclination in the sagittal plane (rad, forward positive) and in the frontal plane (rad, to the left positive; NaN where the
        mounting does not tell it), below 6 Hz; and how fast the sensor turns, rad/s.
    rate_hz
        Of all of them.
    reps
        Every repetition in the window, refused ones with their ``why``.
    torn
        Which of them lie across a long gap.
    incline
        What it was made of; None where nothing can be told (``blocked``).
    axes
        Rows x, y, z of the segment in the sensor.
    bias_m_s2
        Likely bias of the accelerometer.
    reasons
        Caveats and remarks.
    upright_u_rad
        Standard uncertainty of where the segment's inclination is counted from.
    gyro_scale_u
        Relative standard uncertainty of the gyroscope's scale.
    heading_u_rad
        Standard uncertainty of where forward is, by a certificate of the mounting; NaN: none tells it.
    """

    t_s: FloatArray
    forward: FloatArray
    sideways: FloatArray
    turning: FloatArray
    rate_hz: float
    reps: tuple[Repetition, ...]
    torn: tuple[bool, ...]
    incline: Incline | None
    axes: FloatArray
    bias_m_s2: float
    reasons: tuple[str, ...]
    upright_u_rad: float = POSTURE_U_RAD
    gyro_scale_u: float = SCALE_U
    heading_u_rad: float = math.nan

    @property
    def blocked(self) -> bool:
        """True where there is no angle at all."""
        return self.incline is None

    @property
    def good(self) -> tuple[Repetition, ...]:
        """Accepted repetitions without a long gap in them."""
        return tuple(rep for rep, torn in zip(self.reps, self.torn, strict=True) if not rep.why and not torn)

    def rows(self, start_s: float, end_s: float) -> slice:
        """Return the rows of ``[start_s, end_s)``."""
        first, last = self.t_s.searchsorted((start_s, end_s))
        return slice(int(first), int(last))

    def angle_u_rad(self, angle_rad: float, *, measured: bool = False) -> float:
        """Return the standard uncertainty of an inclination counted from stance; ``measured``: the shin's own was.

        The accelerometer's zero, the gyroscope's scale (until gravity has its say all of the angle is the gyroscope's) and upright.
        """
        return math.hypot(
            float(tilt_u_rad(angle_rad, self.bias_m_s2)), self.gyro_scale_u * angle_rad, 0.0 if measured else self.upright_u_rad
        )

    def sideways_u_rad(self, sideways_rad: float, forward_rad: float) -> float:
        """Return the standard uncertainty of a sideways inclination at a forward one: what a wrong forward leaks of it comes on top."""
        leak = math.sin(forward_rad) * self.heading_u_rad if math.isfinite(self.heading_u_rad) else 0.0
        return math.hypot(self.angle_u_rad(sideways_rad), leak)


def bends_of(
    stream: Stream, events: tuple[Event, ...], *, window_s: tuple[float, float], go: frozenset[str], start_tilt_rad: float = 0.0,
    rules: Rules = RULES,
) -> Bends:  # fmt: skip
    """Return the bends of a segment that begin in a window.

    Parameters
    ----------
    stream
        Of the IMU on the segment.
    events
        Of the trial: phases say when the client stood still and when the movement was asked for (``go``).
    start_tilt_rad
        Forward inclination of the segment in quiet stance, where it was measured.
    rules
        What counts as a repetition.
    """
    incline = incline_of(stream, still_of(events, go, stream))
    if incline is None or incline.quiet is None:
        why = "E-SHORT: no samples" if incline is None else "E-REST: no quiet second before the movement"
        return bends_none((why, *(incline.reasons if incline is not None else ())))
    if any(reason.startswith("E-RATE") and "needed" in reason for reason in incline.reasons):
        return bends_none(incline.reasons)
    if incline.swapped(incline.rows(window_s[0] - 0.5, window_s[1])):
        return bends_none((SWAPPED, *incline.reasons))
    start = incline.mean_up(incline.quiet)
    gyro = incline.imu[:, GYRO] - incline.quiet.bias_rad_s
    known = np.flatnonzero(np.isfinite(incline.up[:, 0]))
    asked = known[(incline.t_s[known] >= window_s[0] - 0.5) & (incline.t_s[known] < window_s[1])]
    hinge = hinge_of(gyro[asked], incline.up[asked], start, rate_hz=incline.rate_hz) if len(asked) else None
    axes, along = _axes(start, hinge, start_tilt_rad)
    if axes is None:
        return bends_none((UNMOVED, *incline.reasons))
    levelled = _levelled(stream.standing, start, axes[0]) if start_tilt_rad == 0.0 else None
    if levelled is not None:
        axes, along = _axes(start, hinge, levelled[0])
        if axes is None:
            return bends_none((UNMOVED, *incline.reasons))
    up = incline.up @ axes.T
    forward = incline.smoothed(sagittal_rad(up))
    sideways = incline.smoothed(frontal_rad(up)) if along else np.full(len(up), np.nan)
    every = repetitions(incline.t_s, forward, rules=rules)
    reps = tuple(rep for rep in every if window_s[0] <= rep.onset_s < window_s[1])
    torn = tuple(rep.why == BROKEN or incline.broken(rep.onset_s, rep.end_s) for rep in reps)
    if any(abs(rep.top) > FARTHEST_RAD for rep in reps if not rep.why):
        return bends_none((TURNED, *incline.reasons))
    worn = (SENSOR if along else HINGED, *((OVER,) if float(start[2]) < OVER_Z else ()), *_slipped(incline, start, reps))
    bias, caveats = _bias(stream, incline)
    said = (*caveats, *((LEVELLED,) if levelled else ()), *worn, *incline.reasons)
    upright = levelled[1] if levelled else POSTURE_U_RAD
    turning = np.linalg.norm(gyro, axis=1)
    left = sensor_u(stream)
    return Bends(
        incline.t_s, forward, sideways, turning, incline.rate_hz, reps, torn, incline, axes, bias, said, upright,
        left.gyro_scale, left.heading_rad,
    )  # fmt: skip


def still_of(events: tuple[Event, ...], go: frozenset[str], stream: Stream) -> tuple[tuple[float, float], ...]:
    """Return where quiet stance is looked for: before the movement was asked for; in a record without phases, from its begin on."""
    asked = phase_start(events, go)
    if len(stream.t_s) == 0:
        return ()
    first, last = float(stream.t_s[0]), float(stream.t_s[-1])
    if math.isfinite(asked):
        still = phase_start(events, STILL_NAMES, last=True)
        return (min(still, asked - 3.5), asked + 0.5), (first, asked + 2.0)
    return tuple((at, at + 3.0) for at in np.arange(first, max(last - 1.5, first + 1e-6), 1.5).tolist())


def bends_none(reasons: tuple[str, ...]) -> Bends:
    """Return no bends at all, and why."""
    none = np.zeros(0)
    return Bends(none, none, none, none, math.nan, (), (), None, np.eye(3), BIAS_M_S2, reasons)


@dataclass(frozen=True, slots=True)
class Hold:
    """A second in which somebody held still at the end of a bend: its middle, mean angle and SD, rad."""

    at_s: float
    mean_rad: float
    sd_rad: float


HOLD_S, HOLD_STEP_S = 1.0, 0.05
HOLD_RATE_RAD_S, HOLD_SD_RAD = math.radians(5.0), math.radians(0.5)
"""Held: turning slower than this on average, and the angle within this SD (algorithms.md 8)."""
END_SHARE = 0.95
"""The end of the range is from this share of the top on."""


def hold_of(bends: Bends, rep: Repetition, *, until_s: float = math.inf) -> Hold | None:
    """Return the second of least turning at the end of the range of a bend, before ``until_s``; None where nothing was held."""
    best: tuple[float, Hold] | None = None
    last_s = min(rep.end_s, until_s)
    rows = bends.rows(rep.onset_s, last_s)
    top = float(np.nanmax(bends.forward[rows])) if rows.stop > rows.start else math.nan
    for start in np.arange(rep.onset_s, last_s - HOLD_S + 1e-9, HOLD_STEP_S).tolist():
        window = bends.rows(start, start + HOLD_S)
        angle, turning = bends.forward[window], float(bends.turning[window].mean())
        mean, sd = float(angle.mean()), float(angle.std())
        held = turning < HOLD_RATE_RAD_S and sd < HOLD_SD_RAD and mean >= END_SHARE * top
        if held and (best is None or turning < best[0]):
            best = (turning, Hold(start + 0.5 * HOLD_S, mean, sd))
    return best[1] if best is not None else None


def sustained(above: BoolArray, t_s: FloatArray, least_s: float) -> float:
    """Return when something began that then lasted for ``least_s``; infinity if nothing did."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], above, [False]))))
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if t_s[last - 1] - t_s[first] >= least_s:
            return float(t_s[first])
    return math.inf


# ---- helpers ----------------------------------------------------------------------------------------------------------------------------


def _slipped(incline: Incline, start: FloatArray, reps: tuple[Repetition, ...]) -> tuple[str, ...]:
    """Return a caveat where the sensor never comes back to how it stood in quiet stance after the first bend."""
    done = [rep for rep in reps if not rep.why]
    tilt = total_tilt_rad(incline.up[incline.t_s >= done[0].top_s], start) if done else np.zeros(0)
    least = float(np.nanmin(tilt)) if bool(np.isfinite(tilt).any()) else 0.0
    if least <= BACK_RAD:
        return ()
    return (f"E-REST: after the first one the sensor stays {least / RAD_PER_DEG:.0f}° from quiet stance: it slipped, or nobody came back",)


def _axes(start: FloatArray, hinge: Hinge | None, start_tilt_rad: float) -> tuple[FloatArray | None, bool]:
    """Return the segment's axes in the sensor, and whether they are the sensor's own."""
    if hinge is None:
        return None, False
    own = np.array((0.0, 1.0, 0.0))
    # A box that is put on back to front has its y axis the other way round.
    own = own if float(own @ hinge.axis) >= 0.0 else -own
    if abs(float(own @ start)) < UPRIGHT and float(own @ hinge.axis) >= math.cos(NEAR_RAD):
        return segment_axes(start, own, start_tilt_rad=start_tilt_rad), True
    return segment_axes(start, hinge.axis, start_tilt_rad=start_tilt_rad), False


def _bias(stream: Stream, incline: Incline) -> tuple[float, tuple[str, ...]]:
    """Return the likely bias of an accelerometer by its certificate, and the caveats of its calibration."""
    own = stream.standing.u("u_acc_m_s2")
    # Recordings that carry a bare correction do not tell its uncertainty.
    bare = bool(stream.certificate) and not stream.standing.certificates
    if not math.isfinite(own) and not bare:
        return BIAS_M_S2, (UNCALIBRATED,)
    bias = sensor_u(stream).bias_m_s2
    quiet = incline.quiet
    rest = incline.imu[quiet.first : quiet.last, ACC].mean(axis=0) if quiet is not None else np.array((0.0, 0.0, G))
    static = float(np.linalg.norm(rest)) - G
    if abs(static) <= STATIC_M_S2:
        return bias, ()
    return max(bias, abs(static)), (f"{CALIBRATION}: at rest |a| is {1e3 * static / G:.0f} mg off g: calibrate anew (QC-05)",)


def _levelled(standing: Standing, start: FloatArray, forward: FloatArray) -> tuple[float, float] | None:
    """Return how far a segment leans forward in stance by the base of its sensor, and how closely; None where that was not levelled.

    The base was levelled on a floor and lies on the shin, front or back: its normal is level where the shin is upright.
    """
    for k, name in enumerate("xyz"):
        u = standing.u(f"u_base_{name}_rad")
        if math.isfinite(u) and abs(float(forward[k])) >= BASE_NEAR:
            return -math.copysign(1.0, float(forward[k])) * math.asin(min(max(float(start[k]), -1.0), 1.0)), u
    return None
