"""What samples of a device at rest tell of it: noise, zero, gravity, turn at rest; pure functions of one still stretch."""

import numpy as np

from ankletest.checks import limits
from ankletest.checks.base import Aspect, Finding, Level
from ankletest.samples import ACC, FORCE, GYRO, RAD_PER_DEG, FloatArray, G
from ankletest.signals.rest import stands_still

MAD_TO_SD = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution."""
BEND = np.sqrt(6.0)
"""SD of the second difference of white noise over its own: √(1 + 4 + 1)."""
AGAIN = "Let the client stand still, and check again."
RESTART = "Switch it off and on; if it stays so, it is broken."


def noise_sd(values: FloatArray) -> FloatArray:
    """Return the SD of the fast noise of each column, (k,): robust, from second differences, so that slow movement does not count.

    Parameters
    ----------
    values : (n, k)
        n > 2.
    """
    bend = np.diff(values, n=2, axis=0)
    return np.asarray(MAD_TO_SD / BEND * np.median(np.abs(bend - np.median(bend, axis=0)), axis=0), dtype=np.float64)


def at_rest(imu: FloatArray) -> bool:
    """Tell whether (n, 6) samples are of somebody who stands still, whatever their gyroscope's bias; without one, by acceleration."""
    free = np.nan_to_num(imu)
    free[:, GYRO] -= free[:, GYRO].mean(axis=0)
    return stands_still(free, one_leg=False)


def worn_findings(t_s: FloatArray, values: FloatArray) -> tuple[Finding, ...]:
    """Return noise, gravity and turn at rest of a motion sensor on somebody who stands still (algorithms.md 9.1 and 9.2).

    Parameters
    ----------
    t_s : (n,)
    values : (n, 6)
        Columns of ``Kind.IMU``; angular rates may be NaN.
    """
    if _short(t_s):
        return (Finding(Aspect.NOISE, Level.NOT_DONE, "noise and zero were not checked", AGAIN),)
    turns = bool(np.isfinite(values[:, GYRO]).all())
    told = values if turns else values[:, ACC]
    if not np.isfinite(told).all():
        return (Finding(Aspect.NOISE, Level.BAD, "it sends values that are no numbers", RESTART),)
    if not np.ptp(told, axis=0).any():
        return (Finding(Aspect.NOISE, Level.BAD, "it sends the same value all the time", RESTART),)
    shake = noise_sd(told)
    acc, gyro = float(shake[:3].max()), float(shake[3:].max(initial=0.0)) / RAD_PER_DEG
    noise = _noise(acc, gyro)
    if noise.level is not Level.BAD and not at_rest(values):
        words = "it moved while the client should stand still: noise and zero were not checked"
        return (Finding(Aspect.NOISE, Level.NOT_DONE, words, AGAIN),)
    return (noise, _gravity(values), *((_turn(values),) if turns else ()))


def pad_findings(t_s: FloatArray, values: FloatArray) -> tuple[Finding, ...]:
    """Return zero, noise and drift of an empty pad.

    Parameters
    ----------
    t_s : (n,)
    values : (n, 3)
        Columns of ``Kind.PAD``.
    """
    if _short(t_s):
        return (Finding(Aspect.ZERO, Level.NOT_DONE, "noise and zero were not checked", AGAIN),)
    force = values[:, FORCE]
    if not np.isfinite(force).any():
        return (Finding(Aspect.ZERO, Level.NOT_TOLD, "it tells no force"),)
    if not np.isfinite(force).all():
        return (Finding(Aspect.ZERO, Level.BAD, "it sends values that are no numbers", RESTART),)
    zero = float(force.mean())
    if abs(zero) >= limits.LOADED_N:
        return (
            Finding(Aspect.ZERO, Level.NOT_DONE, f"it was not empty ({zero:.0f} N): noise and zero were not checked", AGAIN, zero, "N"),
        )
    if not np.ptp(force):
        return (Finding(Aspect.NOISE, Level.BAD, "it sends the same value all the time", RESTART),)
    sd = float(noise_sd(force[:, None])[0])
    slope = float(np.polyfit(t_s - t_s[0], force, 1)[0])
    return (_zero(zero, slope), _pad_noise(sd))


def _signed(value: float, decimals: int) -> str:
    """Write a number with its sign, a real minus and not a hyphen."""
    return f"{value:+.{decimals}f}".replace("-", "−")


def _short(t_s: FloatArray) -> bool:
    return len(t_s) < 4 or float(t_s[-1] - t_s[0]) < limits.REST_LEAST_S


def _noise(acc_m_s2: float, gyro_dps: float) -> Finding:
    bad = acc_m_s2 > limits.ACC_NOISE_BAD_M_S2 or gyro_dps > limits.GYRO_NOISE_BAD_DPS
    warn = acc_m_s2 > limits.ACC_NOISE_WARN_M_S2 or gyro_dps > limits.GYRO_NOISE_WARN_DPS
    words = f"noise {1e3 * acc_m_s2 / G:.1f} mg and {gyro_dps:.2f} °/s"
    value = 1e3 * acc_m_s2 / G
    if not (bad or warn):
        return Finding(Aspect.NOISE, Level.GOOD, words, value=value, unit="mg")
    return Finding(
        Aspect.NOISE, Level.BAD if bad else Level.WARN, f"it is noisy ({words})", "Tighten its strap; else use another.", value, "mg"
    )


def _gravity(values: FloatArray) -> Finding:
    """Hold the length of the mean acceleration against g (QC-05)."""
    off = 1e3 * (float(np.linalg.norm(values[:, ACC].mean(axis=0))) / G - 1.0)
    if abs(off) <= limits.GRAVITY_WARN_MG:
        return Finding(Aspect.ZERO, Level.GOOD, f"gravity within {abs(off):.0f} mg", value=off, unit="mg")
    bad = abs(off) > limits.GRAVITY_BAD_MG
    hint = "Check its range in its own settings; else it is broken." if bad else "Calibrate it."
    return Finding(Aspect.ZERO, Level.BAD if bad else Level.WARN, f"it measures gravity {_signed(off, 0)} mg off", hint, off, "mg")


def _turn(values: FloatArray) -> Finding:
    """Return the gyroscope's bias (QC-06)."""
    bias = float(np.linalg.norm(values[:, GYRO].mean(axis=0))) / RAD_PER_DEG
    if bias <= limits.TURN_WARN_DPS:
        return Finding(Aspect.TURN, Level.GOOD, f"{bias:.1f} °/s at rest", value=bias, unit="°/s")
    level = Level.BAD if bias > limits.TURN_BAD_DPS else Level.WARN
    return Finding(Aspect.TURN, level, f"it turns at {bias:.1f} °/s while it is at rest", "Let it lie still and calibrate it.", bias, "°/s")


def _zero(zero_n: float, slope_n_s: float) -> Finding:
    if abs(zero_n) > limits.ZERO_WARN_N:
        level = Level.BAD if abs(zero_n) >= limits.ZERO_BAD_N else Level.WARN
        hint = "Take everything off, check that it lies free and even, and set it to zero."
        return Finding(Aspect.ZERO, level, f"it shows {_signed(zero_n, 1)} N while it is empty", hint, zero_n, "N")
    if abs(slope_n_s) > limits.DRIFT_WARN_N_S:
        hint = "Let it warm up for half an hour on an even floor."
        return Finding(Aspect.ZERO, Level.WARN, f"its zero drifts by {_signed(slope_n_s, 1)} N/s", hint, slope_n_s, "N/s")
    return Finding(Aspect.ZERO, Level.GOOD, f"{_signed(zero_n, 1)} N while empty", value=zero_n, unit="N")


def _pad_noise(sd_n: float) -> Finding:
    if sd_n <= limits.PAD_NOISE_WARN_N:
        return Finding(Aspect.NOISE, Level.GOOD, f"noise {sd_n:.2f} N", value=sd_n, unit="N")
    level = Level.BAD if sd_n > limits.PAD_NOISE_BAD_N else Level.WARN
    return Finding(
        Aspect.NOISE, level, f"it is noisy ({sd_n:.1f} N)", "Check its cables and that all its feet stand on the floor.", sd_n, "N"
    )
