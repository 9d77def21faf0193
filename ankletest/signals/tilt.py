"""How far a worn sensor turned in a short time, by its gyroscope or else by where gravity points; no orientation is kept."""

import math

import numpy as np

from ankletest.samples import ACC, GYRO, FloatArray

GAP_PERIODS = 3.0
"""Over a longer step between samples nobody knows how it turned: it is not counted."""
SMOOTH_S = 0.25
"""Gravity is looked for in means over so long: a step shakes the sensor, but not for as long."""


def turned_rad(t_s: FloatArray, imu: FloatArray, *, bias_rad_s: FloatArray | None = None) -> float:
    """Return how far a sensor turned between its two farthest attitudes, rad; NaN below two samples.

    With a gyroscope the range of the integrated rate, less its bias, over all axes; without one the greatest angle between the first
    direction of gravity and any later one.

    Parameters
    ----------
    t_s : (n,)
    imu : (n, 6)
        Columns of ``Kind.IMU``; NaN angular rates mean that there is no gyroscope.
    bias_rad_s : (3,)
        What the gyroscope shows at rest; None takes the median, which is near it where most of the time nothing turned.
    """
    if len(t_s) < 2 or imu.shape[1] < GYRO.stop:
        return math.nan
    steps = np.diff(t_s)
    period = float(np.median(steps))
    gyro = imu[:, GYRO]
    if np.isfinite(gyro).all():
        weights = np.where(steps > GAP_PERIODS * period, 0.0, steps)
        free = gyro - (np.median(gyro, axis=0) if bias_rad_s is None else bias_rad_s)
        angle = np.cumsum(0.5 * (free[1:] + free[:-1]) * weights[:, None], axis=0)
        return float(np.linalg.norm(np.ptp(np.concatenate((np.zeros((1, 3)), angle)), axis=0)))
    width = max(1, round(SMOOTH_S / period))
    if len(t_s) < width or not np.isfinite(imu[:, ACC]).all():
        return math.nan
    running = np.cumsum(np.concatenate((np.zeros((1, 3)), imu[:, ACC])), axis=0)
    mean = running[width:] - running[:-width]
    down = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return float(np.arccos(np.clip(down @ down[0], -1.0, 1.0)).max())
