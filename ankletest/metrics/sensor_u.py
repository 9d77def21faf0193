"""What certificates leave open of a motion sensor: its scales, its zero and where forward is; what that does to a number is elsewhere."""

import math
from dataclasses import dataclass

from ankletest.samples import G
from ankletest.trial import Stream

SCALE_U, CALIBRATED_SCALE_U = 0.003, 0.001
"""Relative standard uncertainty of a scale as it comes (algorithms.md 10.1), and what temperature and a month add to a calibrated one."""
BIAS_M_S2, CALIBRATED_M_S2 = 0.020 * G, 0.002 * G
"""An accelerometer as it comes, and after calibration (algorithms.md 4): temperature and age move it by as much within a certificate's
month, whatever its fit left over."""


@dataclass(frozen=True, slots=True)
class SensorU:
    """Standard uncertainties of a motion sensor.

    ``acc_scale`` and ``gyro_scale`` are relative; ``bias_m_s2`` is that of an axis of the accelerometer; ``heading_rad`` that of forward by
    a certificate of how it sits, NaN without one.
    """

    acc_scale: float
    gyro_scale: float
    bias_m_s2: float
    heading_rad: float = math.nan


AS_IT_COMES = SensorU(SCALE_U, SCALE_U, BIAS_M_S2)
"""Of a sensor without any certificate."""


def sensor_u(stream: Stream) -> SensorU:
    """Return what is left open of a sensor by its certificates; what none of them tells is as it comes.

    A recording that carries a bare correction and no certificate does not tell its uncertainty: it stands for an ordinary calibration.
    """
    bare = bool(stream.certificate) and not stream.standing.certificates
    told = stream.standing.u
    return SensorU(
        _either(told("u_acc_scale"), CALIBRATED_SCALE_U, SCALE_U, bare=bare),
        _either(told("u_gyro_scale"), CALIBRATED_SCALE_U, SCALE_U, bare=bare),
        _either(told("u_acc_m_s2"), CALIBRATED_M_S2, BIAS_M_S2, bare=bare),
        told("u_heading_rad"),
    )


def _either(told: float, wanders: float, ordinary: float, *, bare: bool) -> float:
    """Return a certificate's uncertainty with what it wanders since; without a certificate what is ordinary."""
    if not math.isfinite(told):
        return wanders if bare else ordinary
    return math.hypot(told, wanders)
