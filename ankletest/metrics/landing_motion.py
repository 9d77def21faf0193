"""The trunk after a landing: horizontal acceleration of a lumbar sensor, free of gravity; no formulas."""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.metrics.landings import Landing
from ankletest.metrics.motion_noise import motion_noise
from ankletest.metrics.profiles import P_ACC
from ankletest.metrics.sensor_u import sensor_u
from ankletest.metrics.traces import GAP_LONGEST_S, RATE_HZ, RATE_OFF
from ankletest.samples import ACC, GYRO, FloatArray
from ankletest.signals.filters import Filled, evened, fill, on_grid
from ankletest.signals.orientation import TAU_HOPS_S, levelled, orientation
from ankletest.trial import Stream

SETTLE_S = 5.0
"""The orientation filter starts so long before the landing where there are samples."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """Seconds since the contact (n,), horizontal acceleration (n, 2) in m/s²; ``noise_m_s2`` is SD per axis of the sensor's noise in it.

    ``why`` says why there is none.
    """

    t_s: FloatArray
    acc_m_s2: FloatArray
    why: str = ""
    noise_m_s2: float = math.nan


def trunk_after(stream: Stream, landing: Landing, *, from_s: float, to_s: float) -> Trunk:
    """Return the trunk's acceleration of ``[from_s, to_s)`` after a landing under ``P-ACC`` (100 Hz, 10 Hz zero-phase, mean removed).

    The filter's accelerometer correction is slow (8 s), so that the landing does not pull it (algorithms.md 4).
    """
    none = Trunk(np.zeros(0), np.zeros((0, 2)))
    until = min(landing.end_s, landing.ic_s + to_s)
    if until - landing.ic_s < to_s - 2.0 / stream.rate_hz:
        return Trunk(none.t_s, none.acc_m_s2, f"E-SHORT: {until - landing.ic_s:.1f} s after the landing, {to_s:g} s needed")
    if stream.rate_hz < RATE_HZ * (1.0 - RATE_OFF):
        return Trunk(none.t_s, none.acc_m_s2, f"E-RATE: {stream.rate_hz:.0f} Hz, {RATE_HZ:.0f} Hz needed")
    cut = stream.between(landing.ic_s - SETTLE_S, until)
    filled = fill(cut.t_s, cut.values, near_hz=stream.rate_hz)
    late = [gap.length_s for gap in filled.gaps if not gap.after_s < landing.ic_s - 0.5]
    if len(filled.t_s) < 10 or max(late, default=0.0) > GAP_LONGEST_S:
        return Trunk(none.t_s, none.acc_m_s2, f"E-GAP: {1000.0 * max(late, default=math.inf):.0f} ms of the lumbar sensor missing")
    t, imu = evened(filled)
    quat = orientation(imu[:, ACC], imu[:, GYRO], rate_hz=filled.rate_hz, tau_s=TAU_HOPS_S)
    horizontal, _ = levelled(imu[:, ACC], quat)
    rows = t >= landing.ic_s + from_s - 0.5 / filled.rate_hz
    if int(rows.sum()) < (until - landing.ic_s - from_s - GAP_LONGEST_S) * filled.rate_hz:
        return Trunk(none.t_s, none.acc_m_s2, "E-GAP: the samples of the lumbar sensor end before")
    if not bool((imu[rows, ACC] != imu[rows, ACC][0]).any()):
        return Trunk(none.t_s, none.acc_m_s2, "E-SAT: the acceleration never changes, so the lumbar sensor is dead")
    part = Filled(t[rows], horizontal[rows], np.zeros(int(rows.sum()), np.bool_), (), filled.rate_hz)
    at, values = on_grid(part, rate_hz=P_ACC.rate_hz, cut_hz=P_ACC.cut_hz)
    noise = motion_noise(imu[rows], rate_hz=filled.rate_hz, profile=P_ACC, left=sensor_u(stream))
    return Trunk(at - landing.ic_s, values, noise_m_s2=noise.acc_m_s2 if noise is not None else math.nan)
