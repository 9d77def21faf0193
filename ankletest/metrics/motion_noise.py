"""What a motion sensor leaves open about a trace of sway: its own noise and its scale; not what the method of levelling does to it.

Noise: the density G of the sensor's white noise is told by its samples above 20 Hz (``signals.noise``). After the profile's low-pass its
SD is ``σ = √(G fs / 2) · gain``. An inclination takes the gyroscope's noise in until gravity corrects it: VQF low-passes gravity by a
second-order Butterworth of ``ω₀ = √2/τ``, so the noise of the rate comes through ``(s + √2 ω₀) / (s² + √2 ω₀ s + ω₀²)``. That leaves
``σ_θ² = G/2 · 3/(2√2 ω₀) = 3 G τ / 8``, forgotten with τ; where the inclination is wrong by θ, gravity shows as an acceleration ``g θ``.
Scales and the direction of forward: as the sensor's certificates leave them (``sensor_u``).
"""

import math
from dataclasses import replace

import numpy as np

from ankletest.metrics.base import Evidence, MotionNoise, MotionTrace, Profile
from ankletest.metrics.sensor_u import SensorU
from ankletest.metrics.shaken import filtered_noise, in_turn, turned_in_turn, wandering
from ankletest.samples import ACC, GYRO, FloatArray, G
from ankletest.signals.filters import lowpass_gains
from ankletest.signals.noise import white_density
from ankletest.signals.orientation import TAU_STANCE_S


def motion_noise(values: FloatArray, *, rate_hz: float, profile: Profile, left: SensorU) -> MotionNoise | None:
    """Return the noise of a trace made of native samples (n, 6) under a profile; None where the samples do not tell it."""
    density = white_density(values, rate_hz=rate_hz)
    acc, gyro = float(density[ACC].mean()), float(density[GYRO].mean())
    if not (math.isfinite(acc) and math.isfinite(gyro)):
        return None
    gain = lowpass_gains(profile.cut_hz, round(rate_hz, 1))[0] * math.sqrt(0.5 * rate_hz)
    tilt = math.sqrt(0.375 * gyro * TAU_STANCE_S)
    heading = left.heading_rad if math.isfinite(left.heading_rad) else 0.0
    return MotionNoise(gain * math.sqrt(acc), gain * math.sqrt(gyro), tilt, left.acc_scale, left.gyro_scale, heading, profile.cut_hz)


def shaken_motion(evidence: Evidence) -> tuple[MotionTrace, ...]:
    """Return the trace with the sensor's noise and scale in it once more, several times (``shaken``); for ``Evidence.made``.

    Empty where the noise is not known.
    """
    trace = evidence.motion
    if trace is None or trace.blocked or trace.noise is None:
        return ()
    noise, samples = trace.noise, len(trace.t_s)
    size = np.array((noise.acc_m_s2, noise.acc_m_s2, noise.gyro_rad_s, noise.gyro_rad_s, noise.gyro_rad_s))
    fast = filtered_noise(samples, 5, rate_hz=trace.rate_hz, cut_hz=noise.cut_hz)
    slow = wandering(samples, 2, rate_hz=trace.rate_hz, tau_s=TAU_STANCE_S)
    plane, lean_plane = np.stack((trace.ml_m_s2, trace.ap_m_s2), axis=1), trace.tilt_rad
    acc, gyro, turns = in_turn(noise.acc_scale), in_turn(noise.gyro_scale), turned_in_turn(noise.heading_rad)
    made: list[MotionTrace] = []
    for draw, (one, lean) in enumerate(zip(fast, slow, strict=True)):
        turned = acc[draw] * plane @ turns[draw] + size[:2] * one[:, :2] + G * noise.tilt_rad * lean
        rates = gyro[draw] * trace.gyro_rad_s + size[2:] * one[:, 2:]
        leaning = max(acc[draw], gyro[draw], key=lambda scale: abs(scale - 1.0)) * lean_plane @ turns[draw] + noise.tilt_rad * lean
        made.append(replace(trace, ml_m_s2=turned[:, 0], ap_m_s2=turned[:, 1], gyro_rad_s=rates, tilt_rad=leaning))
    return tuple(made)
