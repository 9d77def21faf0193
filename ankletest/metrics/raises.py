"""Heel raises found in a trial: by the pitch of the foot, else by the centre of pressure of a pad; formulas are in ``heel_raise``."""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from ankletest.metrics.base import Evidence, Profile
from ankletest.metrics.inclines import GAP_LONGEST_S, STRETCH_S, SWAPPED, Incline, incline_of, phase_start, runs, worn
from ankletest.metrics.sensor_u import AS_IT_COMES, SensorU, sensor_u
from ankletest.samples import COP_Y, FORCE, GYRO, BoolArray, FloatArray, G, Kind, Site
from ankletest.signals.angles import BRIDGE_S, Quiet, elevation_rad, hinge_of, segment_axes, total_tilt_rad
from ankletest.signals.filters import evened, fill, lowpass
from ankletest.signals.repetitions import BROKEN, Repetition, Rules, repetitions
from ankletest.signals.rest import StillForce, still_force
from ankletest.trial import Setup, Stream, Trial

BEATS = 0.0
"""Of the metronome, unless told otherwise: own tempo, because nobody who is in an imported record heard a beat. Norms are of 60, one up,
one down, 30 raises a minute (metrics.md 9)."""
LOWERS = "lowers"
"""Key of the question how many beats the way down takes; up takes one."""
QUICKEST_S, LONGEST_S, OWN_LONGEST_S = 0.5, 6.0, 60.0
"""A raise on the metronome lasts so long (algorithms.md 7); in one's own tempo a slow one may take half a minute."""
LONGEST_PERIODS = 1.5
"""Or, on a metronome with slow lowers, so many of its periods: 6 s at 30 beats, one up and one down."""
COP_RULES = Rules(first=60.0, open_share=0.60, partial_share=0.50, low_share=0.40)
"""mm of the centre of pressure forward of flat stance: from the middle of the foot to its ball (algorithms.md 7, pad only). It closes at
0.4 and not at 0.2: after a raise people may stand 25 of 75 mm further forward than before (a real record)."""
STEP_S = 0.5
"""So near to a step there is no raise."""
LOADED_SHARE = 0.5
"""Less of the load of quiet stance is a step, not a raise."""
AWAY = 1e9
"""Stands for a foot that was lifted, where no acceleration tells it."""
ZERO_RAD = math.radians(1.5)
"""A quiet bottom within this of flat stance is drift, and taken away; beyond it somebody did not come down."""
ZERO_RATE_RAD_S = math.radians(10.0)
"""A bottom is quiet where the foot turns slower than this (algorithms.md 7)."""
BOTTOM_S = 0.25
ZERO_SHARE, ZERO_SLOPE_RAD_S = 0.02, (math.radians(0.3), math.radians(2.0))
"""Flat stance changes by less than this share of the quickest raise, within limits: sway is 0.1 to 0.3 °/s."""
KNEE_RAD = math.radians(15.0)
"""HR-11: a shank that leans further helps with the knee."""
STILL_NAMES = frozenset({"still"})
GO_NAMES = frozenset({"raise", "up"})
DOWN_NAMES = frozenset({"down"})
P_COP_EV = Profile("P-COPEV", "CoP events: native rate, 6 Hz zero-phase", math.nan, 6.0)
UNALIGNED = "axes: nothing told the axis of the ankle, so the whole tilt of the foot stands for its pitch"


@dataclass(frozen=True, slots=True)
class Raises:
    """The raises of a trial.

    Parameters
    ----------
    t_s, signal : (n,)
        Pitch, rad; or way of the centre of pressure, mm.
    rate_hz
        Of both.
    reps
        Every repetition in the window, refused ones with their ``why``.
    torn
        Which of them lie across a long gap: counted, not measured.
    knee
        Which of them the knee helped with; None without a shank sensor.
    by_angle
        By the foot sensor.
    lever_m, incline_rad, mass_kg, period_s
        What was entered or weighed; NaN where not. The period is that of the metronome, two beats; NaN in own tempo.
    cues_s
        When the metronome said down.
    reasons
        Caveats and remarks; of a trial in which nothing can be found, why (``blocked``).
    left
        What the certificates of the foot's sensor leave open.
    """

    t_s: FloatArray
    signal: FloatArray
    rate_hz: float
    reps: tuple[Repetition, ...]
    torn: tuple[bool, ...]
    knee: tuple[bool, ...] | None
    by_angle: bool
    lever_m: float
    incline_rad: float
    mass_kg: float
    period_s: float
    cues_s: FloatArray
    reasons: tuple[str, ...] = ()
    blocked: bool = False
    left: SensorU = AS_IT_COMES


def raises_of(evidence: Evidence) -> Raises:
    """Return the raises of a trial; for ``Evidence.made``."""
    return raises_in(evidence.trial, window_s=evidence.window_s)


def raises_in(trial: Trial, *, window_s: tuple[float, float]) -> Raises:
    """Return the raises that begin in a window."""
    foot, pad = worn(trial, Site.FOOT.value), pad_of(trial)
    if foot is not None:
        found = replace(_by_angle(trial, foot, window_s), left=sensor_u(foot))
        return _checked(found, trial, pad, window_s) if pad is not None and not found.blocked else found
    if pad is not None:
        return _by_cop(trial, pad, window_s)
    return _none(trial, ("no sensor on the foot, and no pad that tells a centre of pressure",), by_angle=False)


def pad_of(trial: Trial) -> Stream | None:
    """Return the pad that tells a centre of pressure."""
    pads = (stream for stream in trial.streams if stream.kind is Kind.PAD)
    return next((pad for pad in pads if bool(np.isfinite(pad.values[:, COP_Y]).any())), None)


def rules_of(setup: Setup, *, own: bool, cop: bool = False) -> Rules:
    """Return what counts as a raise: on the metronome, in one's ``own`` tempo; as an angle, or as a way of the CoP."""
    base = COP_RULES if cop else Rules()
    longest = OWN_LONGEST_S if own or beats_of(setup) == 0.0 else max(LONGEST_S, LONGEST_PERIODS * period_of(setup))
    return replace(base, least_s=QUICKEST_S, longest_s=longest, reset_s=BRIDGE_S)


def period_of(setup: Setup) -> float:
    """Return the time from up to up on the metronome, s: one beat up, ``lowers`` beats down; NaN in own tempo."""
    beats = beats_of(setup)
    return 60.0 / beats * (1.0 + setup.given.get(LOWERS, 1.0)) if beats > 0.0 else math.nan


def beats_of(setup: Setup) -> float:
    """Return the beats a minute of the metronome; 0 in own tempo."""
    return setup.given.get("beats", BEATS)


# ---- by the foot sensor ---------------------------------------------------------------------------------------------------------


def _by_angle(trial: Trial, stream: Stream, window_s: tuple[float, float]) -> Raises:
    incline = incline_of(stream, _still(trial))
    if incline is None:
        return _none(trial, ("E-SHORT: no samples of the foot",), by_angle=True)
    if any(reason.startswith("E-RATE") and "needed" in reason for reason in incline.reasons):
        return _none(trial, incline.reasons, by_angle=True)
    quiet = incline.quiet
    if quiet is None:
        return _none(trial, ("E-REST: no quiet second with the foot flat", *incline.reasons), by_angle=True)
    if incline.swapped(incline.rows(*window_s)):
        return _none(trial, (SWAPPED, *incline.reasons), by_angle=True)
    rules = rules_of(trial.setup, own=math.isnan(_go(trial)))
    # A foot that is carried is pushed before and after, too: near a step there is no raise, and nothing to learn of the ankle's axis.
    shove = incline.shove_m_s2
    shove = maximum_filter1d(np.where(np.isfinite(shove), shove, 0.0), 2 * round(STEP_S * incline.rate_hz) + 1)
    angle, remarks = _pitch(incline, quiet, _until(trial, window_s), shove < rules.shove_m_s2)
    every = repetitions(incline.t_s, angle, shove, rules=rules)
    reps = tuple(rep for rep in every if window_s[0] <= rep.onset_s < window_s[1])
    torn = tuple(rep.why == BROKEN or incline.broken(rep.onset_s, rep.end_s) for rep in reps)
    return replace(
        _none(trial, (*incline.reasons, *remarks), by_angle=True), t_s=incline.t_s, signal=angle, rate_hz=incline.rate_hz, reps=reps,
        torn=torn, knee=_knee(trial, reps), blocked=False,
    )  # fmt: skip


def _pitch(incline: Incline, quiet: Quiet, window_s: tuple[float, float], stays: BoolArray) -> tuple[FloatArray, tuple[str, ...]]:
    """Return the pitch against flat stance below 6 Hz, rad, (n,), zeroed again at quiet bottoms, and remarks.

    The axis of the ankle is that of the rows in the window where the foot ``stays``, (n,).
    """
    start = incline.mean_up(quiet)
    rows = incline.rows(*window_s)
    known = np.flatnonzero(np.isfinite(incline.up[rows, 0]) & stays[rows]) + rows.start
    gyro = incline.imu[known, GYRO] - quiet.bias_rad_s
    hinge = hinge_of(gyro, incline.up[known], start, rate_hz=incline.rate_hz) if len(known) else None
    axes = segment_axes(start, hinge.axis) if hinge is not None else None
    angle = _tilt(incline.up, start, axes)
    for first, last in runs(stays):
        if first <= quiet.first < last or last - first < 2.0 * incline.rate_hz:
            continue
        again = incline.quiet_in(first, last)  # a foot that was carried stands differently now
        if again is not None:
            anew = incline.begun(again, last=last)
            flat = anew.mean_up(again)
            turned = segment_axes(flat, hinge.axis) if hinge is not None and axes is not None else None
            angle[first:last] = _tilt(anew.up[first:last], flat, turned)
    smooth = incline.smoothed(angle)
    turning = np.linalg.norm(incline.imu[:, GYRO] - quiet.bias_rad_s, axis=1)
    return _zeroed(smooth, turning, rows, incline.rate_hz), () if axes is not None else (UNALIGNED,)


def _tilt(up: FloatArray, start: FloatArray, axes: FloatArray | None) -> FloatArray:
    """Return the pitch about the axis of the ankle, or, where that is not known, the whole tilt from ``start``."""
    return elevation_rad(up @ axes.T) if axes is not None else total_tilt_rad(up, start)


def _zeroed(angle: FloatArray, turning_rad_s: FloatArray, window: slice, rate_hz: float) -> FloatArray:
    """Take away what is left of the angle at quiet bottoms, by straight lines between them.

    Only where the angle itself hardly changes: the slow begin of a slow raise turns as little as a bottom.
    """
    moving = np.abs(np.gradient(angle, 1.0 / rate_hz))
    flat = np.abs(angle) < ZERO_RAD  # NaN is not flat
    known = moving[window][np.isfinite(moving[window])]
    if len(known) == 0:
        return angle
    limit = float(np.clip(ZERO_SHARE * known.max(), *ZERO_SLOPE_RAD_S))
    rows = np.flatnonzero(flat & (moving < limit))
    # A raise without a pause has a bottom of one instant: the lowest of its half second.
    around = 2 * round(BOTTOM_S * rate_hz) + 1
    lowest = minimum_filter1d(np.where(np.isfinite(angle), angle, np.inf), around)
    bottoms = np.flatnonzero(flat & (turning_rad_s < ZERO_RATE_RAD_S) & (angle <= lowest))
    rows = np.unique(np.concatenate((rows, bottoms)))
    return angle - np.interp(np.arange(len(angle)), rows, angle[rows]) if len(rows) else angle


def _still(trial: Trial) -> tuple[tuple[float, float], ...]:
    """Return where quiet stance is looked for: before the first raise; in a record without phases, from its begin on."""
    go = _go(trial)
    if math.isfinite(go):
        still = phase_start(trial.events, STILL_NAMES, last=True)
        return (min(still, go - 3.5), go + 0.5), (trial.span_s[0], go + 2.0)
    first, last = trial.span_s
    return tuple((float(at), float(at) + 2.0 * STRETCH_S) for at in np.arange(first, max(last - STRETCH_S, first + 1e-6), STRETCH_S))


def _knee(trial: Trial, reps: tuple[Repetition, ...]) -> tuple[bool, ...] | None:
    """Tell which raises the knee helped with (HR-11)."""
    shank = worn(trial, Site.SHANK.value)
    incline = incline_of(shank, _still(trial)) if shank is not None else None
    if incline is None or incline.quiet is None:
        return None
    tilt = total_tilt_rad(incline.up, incline.mean_up(incline.quiet))
    return tuple(bool((tilt[incline.rows(rep.onset_s, rep.end_s)] > KNEE_RAD).any()) for rep in reps)


# ---- by the pad -------------------------------------------------------------------------------------------------------------------


def _by_cop(trial: Trial, pad: Stream, window_s: tuple[float, float]) -> Raises:
    force = pad.values[:, FORCE]
    still = next((found for part in _still(trial) if (found := _stood(pad, part)) is not None), None)
    if still is None:
        return _none(trial, ("E-REST: no quiet second on the pad",), by_angle=False)
    at = (pad.t_s >= still.start_s) & (pad.t_s < still.end_s)
    flat = float(np.nanmedian(pad.values[at, COP_Y]))
    # In the air there is no CoP: hold the place, and let the load say that the foot was lifted.
    known = np.isfinite(force)
    t, load = pad.t_s[known], force[known]
    way = np.where(np.isfinite(pad.values[known, COP_Y]), pad.values[known, COP_Y] - flat, 0.0)
    filled = fill(t, np.stack((way, load), axis=1), near_hz=pad.rate_hz)
    if len(filled.t_s) < 3:
        return _none(trial, ("E-SHORT: no samples of the pad",), by_angle=False)
    at_s, values = evened(filled)
    smooth = lowpass(values[:, 0], rate_hz=filled.rate_hz, cut_hz=P_COP_EV.cut_hz)
    # A step unloads the foot before and after it, too: near one there is no raise.
    lifted = (values[:, 1] < LOADED_SHARE * still.mean_n).astype(np.float64)
    near = maximum_filter1d(lifted, 2 * round(STEP_S * filled.rate_hz) + 1)
    every = repetitions(at_s, smooth, AWAY * near, rules=rules_of(trial.setup, own=math.isnan(_go(trial)), cop=True))
    reps = tuple(rep for rep in every if window_s[0] <= rep.onset_s < window_s[1])
    holes = [(gap.after_s, gap.after_s + gap.length_s) for gap in filled.gaps if gap.length_s > GAP_LONGEST_S]
    torn = tuple(any(start < rep.end_s and end > rep.onset_s for start, end in holes) for rep in reps)
    reasons = ["counted by the centre of pressure: a height needs a sensor on the foot"]
    if filled.longest_s > 0.020 + 1e-9:
        missing = sum(gap.samples for gap in filled.gaps)
        reasons.append(f"E-GAP: {missing} samples missing in {len(filled.gaps)} gaps, longest {1000.0 * filled.longest_s:.0f} ms, closed")
    return replace(
        _none(trial, tuple(reasons), by_angle=False), t_s=at_s, signal=smooth, rate_hz=filled.rate_hz, reps=reps, torn=torn, blocked=False,
    )  # fmt: skip


def _stood(pad: Stream, part: tuple[float, float]) -> StillForce | None:
    """Return the stillest second of a stretch on a pad; samples that are missing are left out."""
    rows = np.flatnonzero((pad.t_s >= part[0]) & (pad.t_s < part[1]) & np.isfinite(pad.values[:, FORCE]))
    if len(rows) < 3:
        return None
    filled = fill(pad.t_s[rows], pad.values[rows, FORCE : FORCE + 1], near_hz=pad.rate_hz)
    return still_force(filled.t_s, filled.values[:, 0], above_n=50.0)


def _checked(found: Raises, trial: Trial, pad: Stream, window_s: tuple[float, float]) -> Raises:
    """Return the raises of the foot, with a caveat where the pad saw another number."""
    other = _by_cop(trial, pad, window_s)
    seen, told = (sum(not rep.why for rep in one.reps) for one in (other, found))
    if other.blocked or seen == told:
        return found
    return replace(found, reasons=(*found.reasons, f"the pad saw {seen} raises, the foot sensor {told}"))


# ---- helpers ------------------------------------------------------------------------------------------------------------------------


def _go(trial: Trial) -> float:
    """Return when the raises were asked for; NaN in a record without phases."""
    return phase_start(trial.events, GO_NAMES)


def _until(trial: Trial, window_s: tuple[float, float]) -> tuple[float, float]:
    """Return where the axis of the ankle is looked for: the window and a little before."""
    return max(window_s[0] - 0.5, trial.span_s[0]), window_s[1]


def _none(trial: Trial, reasons: tuple[str, ...], *, by_angle: bool) -> Raises:
    """Return a trial's raises before any was found."""
    setup = trial.setup
    weight = trial.body_weight_n
    mass = setup.mass_kg or (weight / G if weight > 0.0 else math.nan)
    cues = [event.t_s for event in trial.events if event.what.value == "phase" and event.note in DOWN_NAMES]
    beats = beats_of(setup)
    none = np.zeros(0)
    return Raises(
        none, none, math.nan, (), (), None, by_angle, setup.given.get("lever_m", math.nan),
        math.radians(setup.given.get("incline_deg", 0.0)), mass, period_of(setup) if cues and beats > 0.0 else math.nan, np.array(cues),
        reasons, blocked=True,
    )  # fmt: skip
