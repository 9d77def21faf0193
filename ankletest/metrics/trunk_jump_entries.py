"""Jump heights by a sensor on the lower back: which flight, which still seconds, what is not told and why; formulas are in trunk_jump."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ankletest.metrics.base import Better, Evidence, Measured, Metric, Part
from ankletest.metrics.jump import flight_height_m
from ankletest.metrics.jump_evidence import GAP_S, JUMPS, highest_of
from ankletest.metrics.profiles import P_IMUEV
from ankletest.metrics.traces import caveat
from ankletest.metrics.trunk_jump import Rise, rise_of
from ankletest.samples import ACC, GYRO, FloatArray, G, Kind, Site
from ankletest.signals.angles import total_tilt_rad, up_of
from ankletest.signals.filters import evened, fill
from ankletest.signals.orientation import TAU_HOPS_S, orientation, rotated
from ankletest.signals.rest import ONE_LEG_GYRO_RAD_S, STANDING_ACC_M_S2, STEP_S, stands_still
from ankletest.trial import Event, Stream

BEFORE_S, MOVING_S = 5.0, 0.4
"""The client stood still for a second that ends 0.4 to 5 s before the take-off."""
LANDING_S, AFTER_S = 0.3, 3.5
"""And again between these seconds after the landing."""
STILL_S, SHORT_STILL_S = 1.0, 0.5
"""So long; after the landing half a second is better than none."""
DRIFT_M_S = 0.5
"""More velocity than this left in the second still window: the sensor slipped, or is not calibrated (algorithms.md 6)."""
LEAN_RAD = math.radians(60.0)
"""A trunk that leans further than this is not what was meant: the strap slipped, or the client tucked (algorithms.md 6)."""
APART_M = 0.05
"""Heights by velocity and by flight time of one sensor differ by no more (algorithms.md 6)."""
RISE_U_M = 0.027
"""What two sums make of 0.3 % of scale and of a tilt (algorithms.md 6)."""
RECTANGLE = math.sqrt(3.0)


@dataclass(frozen=True, slots=True)
class TrunkJump:
    """What a sensor on the lower back shows of the highest jump in the window; ``refused`` says why there is no rise."""

    stream: Stream | None
    flight: Event | None = None
    rise: Rise | None = None
    refused: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def flight_s(self) -> float:
        """Flight time; NaN without a landing."""
        return self.flight.end_s - self.flight.t_s if self.flight is not None else math.nan


@dataclass(frozen=True, slots=True)
class _Still:
    """A window in which the client stood still: seconds, and the mean rate (3,), which is the gyro's bias."""

    start_s: float
    end_s: float
    bias_rad_s: FloatArray


def trunk_jump_of(evidence: Evidence) -> TrunkJump:
    """Return the jump of a trial; use it with ``Evidence.made``."""
    trial = evidence.trial
    stream = next((s for s in trial.streams if s.kind is Kind.IMU and s.site is Site.LUMBAR), None)
    if stream is None:
        return TrunkJump(None, refused="no sensor on the lumbar")
    flight, notes, why = highest_of(trial, stream, evidence.window_s)
    if flight is None:
        return TrunkJump(stream, refused=why, reasons=notes)
    if not math.isfinite(flight.end_s):
        return TrunkJump(stream, flight, refused="no landing was seen", reasons=notes)
    rise, why, lean = _risen(stream, flight)
    if rise is None:
        return TrunkJump(stream, flight, refused=why, reasons=notes)
    if abs(rise.drift_m_s) > DRIFT_M_S:
        left = f"E-REST: {rise.drift_m_s:+.2f} m/s is left of the sum after the landing: the sensor slipped, or is not calibrated"
        return TrunkJump(stream, flight, refused=left, reasons=notes)
    if not rise.v_take_off_m_s > 0.0:
        return TrunkJump(stream, flight, refused=f"no push-off: {rise.v_take_off_m_s:.2f} m/s at take-off", reasons=notes)
    notes = (*notes, *_lean(lean), *_apart(rise, flight))
    return TrunkJump(stream, flight, rise, reasons=notes)


def _risen(stream: Stream, flight: Event) -> tuple[Rise | None, str, float]:
    """Return the rise, or why there is none, and how far the trunk leaned on the way."""
    cut = stream.between(flight.t_s - BEFORE_S, flight.end_s + AFTER_S)
    filled = fill(cut.t_s, cut.values, near_hz=stream.rate_hz)
    if len(filled.t_s) < 3:
        return None, "E-GAP: no whole samples about the jump", math.nan
    t, imu = evened(filled)
    still = _still(t, imu, (flight.t_s - BEFORE_S, flight.t_s - MOVING_S), (STILL_S,))
    if still is None:
        return None, "E-REST: the client did not stand still for a second before the jump", math.nan
    again = _still(t, imu, (flight.end_s + LANDING_S, flight.end_s + AFTER_S), (STILL_S, SHORT_STILL_S))
    if again is None:
        return None, "E-REST: the client did not stand still after the landing, so drift cannot be told: flight time only", math.nan
    spoilt = _spoilt(cut, still.start_s, again.end_s)
    if spoilt:
        return None, spoilt, math.nan
    rows = slice(int(np.searchsorted(t, still.start_s)), int(np.searchsorted(t, again.end_s)))
    quat = orientation(imu[rows, ACC], imu[rows, GYRO] - still.bias_rad_s, rate_hz=filled.rate_hz, tau_s=TAU_HOPS_S)
    up = rotated(quat, imu[rows, ACC])[:, 2]
    rise = rise_of(
        t[rows], up, still_s=(still.start_s, still.end_s), again_s=(again.start_s, again.end_s), take_off_s=flight.t_s,
        landing_s=flight.end_s,
    )  # fmt: skip
    where = up_of(quat)
    stood = where[t[rows] < still.end_s].mean(axis=0)
    return rise, "", float(total_tilt_rad(where, stood / np.linalg.norm(stood)).max())


def _still(t_s: FloatArray, imu: FloatArray, between_s: tuple[float, float], lengths_s: tuple[float, ...]) -> _Still | None:
    """Return the stillest window of the first length that has a still one.

    By both limits of standing still (algorithms.md 5), each in its own unit: by turning alone a client who still steps onto the pad would
    pass, and 0.05 m/s² in the mean are 3 cm of height.
    """
    near = slice(*(int(row) for row in t_s.searchsorted(between_s)))
    t, imu = t_s[near], imu[near]
    for length in lengths_s if len(t) > 1 else ():
        found: list[tuple[float, _Still]] = []
        for start in np.arange(float(t[0]), float(t[-1]) - length, STEP_S).tolist():
            rows = imu[slice(*(int(row) for row in t.searchsorted((start, start + length))))]
            if not stands_still(rows, one_leg=True):
                continue
            shakes = float(np.linalg.norm(rows[:, ACC], axis=1).std()) / STANDING_ACC_M_S2
            turns = math.sqrt(float((rows[:, GYRO] ** 2).sum(axis=1).mean())) / ONE_LEG_GYRO_RAD_S
            found.append((math.hypot(shakes, turns), _Still(start, start + length, rows[:, GYRO].mean(axis=0))))
        if found:
            return min(found, key=lambda pair: pair[0])[1]
    return None


def _spoilt(cut: Stream, start_s: float, end_s: float) -> str:
    """Return why samples between two times give no sum, or nothing."""
    part = cut.between(start_s, end_s)
    good = np.isfinite(part.values).all(axis=1)
    t = part.t_s[good]
    widest = float(np.diff(t).max(initial=0.0))
    if widest > GAP_S + 0.5 / cut.rate_hz:
        return f"E-GAP: {1e3 * widest:.0f} ms missing between the still seconds about the jump"
    clipped = int(part.clipped.sum())
    if clipped:
        return f"E-SAT: {clipped} saturated samples between the still seconds about the jump"
    if bool((part.lost[1:] & (np.diff(part.t_s) * cut.rate_hz < 1.5)).any()):
        return "E-GAP: samples missing between the still seconds about the jump, their number unknown"
    return ""


def _lean(lean_rad: float) -> tuple[str, ...]:
    if lean_rad < LEAN_RAD:
        return ()
    return (f"E-REST: the sensor leaned by {math.degrees(lean_rad):.0f}°: a tucked jump, or a loose strap",)


def _apart(rise: Rise, flight: Event) -> tuple[str, ...]:
    """Return what is to be said where velocity and flight time tell different jumps."""
    by_flight = flight_height_m(flight.end_s - flight.t_s)
    if abs(by_flight - rise.height_m) <= APART_M:
        return ()
    return (f"E-REST: {rise.height_m:.2f} m by velocity, {by_flight:.2f} m by flight time: one of the two is wrong",)


def _of_rise(
    formula: Callable[[Rise], float], per_m_s: Callable[[Rise], float], *, limits_cm: float, least_u: float = 0.0
) -> Callable[[Evidence], Measured]:
    """Return a metric of the rise.

    Its uncertainty is that of the velocity times ``per_m_s``, g times that of the take-off and what the straight line took away as the
    half width of a rectangle; at least ``least_u``. ``limits_cm`` is how far such sensors and force plates were found apart on people.
    """

    def of(evidence: Evidence) -> Measured:
        jump = evidence.made(trunk_jump_of)
        if jump.rise is None or jump.flight is None:
            return Measured(math.nan, reasons=(jump.refused, *jump.reasons))
        v_u = math.hypot(G * jump.flight.u_s, jump.rise.taken_m_s / RECTANGLE)
        u = max(per_m_s(jump.rise) * v_u, least_u)
        return Measured(formula(jump.rise), u, (*jump.reasons, _agreed(limits_cm)), caveat(jump.reasons), 1)

    return of


def _flight(evidence: Evidence) -> Measured:
    jump = evidence.made(trunk_jump_of)
    if not math.isfinite(jump.flight_s) or jump.flight is None:
        return Measured(math.nan, reasons=(jump.refused, *jump.reasons))
    u = flight_height_m(jump.flight_s + math.sqrt(2.0) * jump.flight.u_s) - flight_height_m(jump.flight_s)
    return Measured(flight_height_m(jump.flight_s), u, (*jump.reasons, _agreed(8.5)), caveat(jump.reasons), 1)


def _agreed(limits_cm: float) -> str:
    """Return what was published of heights by such sensors; a remark and no caveat."""
    return f"IMU: heights of such sensors and of force plates were up to ±{limits_cm:g} cm apart (Toft Nielsen et al. 2019)"


TRUNK = Part(JUMPS, lambda e: e.made(trunk_jump_of).stream is not None, lambda _: P_IMUEV.id)
"""A jump with a sensor on the lower back."""
_TOFT = "Toft Nielsen et al. 2019 (PMC6445523); algorithms.md 6"
_VILLA = "Villa et al. 2024; Toft Nielsen et al. 2019 (PMC6445523)"
_HIGH = Better.HIGH

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("CJ-02i", "trunk_height", "jump height (trunk velocity, IMU)", "h_TOV", "m", _HIGH, 3, 1, _TOFT, TRUNK,
           _of_rise(lambda r: r.height_m, lambda r: r.v_take_off_m_s / G, limits_cm=9.4), clinical=True,
           formula="v_TO² / 2g; v = ∫ a_z dt, 0 in a still second before and after, where z first is what it is in flight"),
    Metric("CJ-03i", "trunk_flight_height", "jump height (flight time, trunk IMU)", "h_FT", "m", _HIGH, 3, 1, _TOFT, TRUNK, _flight,
           clinical=True, formula="g FT² / 8; FT from where z first is what it is in flight to the last z 0.1 g above that"),
    Metric("CJ-01i", "trunk_velocity", "take-off velocity (trunk IMU)", "v_TO", "m/s", _HIGH, 2, 1, _TOFT, TRUNK,
           _of_rise(lambda r: r.v_take_off_m_s, lambda _: 1.0, limits_cm=9.4), formula="v where z first is what it is in flight"),
    Metric("CJ-02i", "trunk_rise", "rise of the trunk above standing (IMU)", "h_NDI", "m", _HIGH, 3, 1, _VILLA, TRUNK,
           _of_rise(lambda r: r.top_m, lambda r: r.v_take_off_m_s / G, limits_cm=4.8, least_u=RISE_U_M),
           formula="max ∫ v dt, ended where it began; with the heel's rise, so not to be held against a jump height"),
)
# fmt: on
