"""Force of somebody who lands on one leg and comes to rest, in closed form; its net impulse is exact, so the height of the fall is, too."""

from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray, G
from drivers.people.contact import Impact
from drivers.people.motion import ease

RISE_SHARE = 0.3
"""Share of the braking after which the whole body weight rests on the foot."""


@dataclass(frozen=True, slots=True)
class Fall:
    """Landing at ``down_m_s``: the foot's impact, braking for ``brake_s``, then the body rocks: ``rock e^(−t/τ) sin ωt`` body weights.

    Parameters
    ----------
    mass_kg, down_m_s, impact
        As in ``contact.Landing``.
    brake_s
        Length of the braking half-sine.
    rock, tau_s, rock_hz
        Amplitude over body weight, decay and frequency of the rocking (algorithms.md 10.1).
    """

    mass_kg: float
    down_m_s: float
    impact: Impact
    brake_s: float = 0.22
    rock: float = 0.25
    tau_s: float = 0.22
    rock_hz: float = 2.2

    @property
    def height_m(self) -> float:
        """Height of the fall, v²/2g."""
        return self.down_m_s**2 / (2.0 * G)

    def force(self, t_s: FloatArray) -> FloatArray:
        """Return the force at seconds after touch, N, (n,); net impulse M v exactly."""
        weight = self.mass_kg * G
        hit = self.impact.momentum(self.mass_kg, self.down_m_s)
        omega = 2.0 * np.pi * self.rock_hz
        rocked = self.rock * weight * omega * self.tau_s**2 / (1.0 + (omega * self.tau_s) ** 2)
        stop = self.mass_kg * self.down_m_s - hit - rocked + 0.5 * RISE_SHARE * self.brake_s * weight
        bearing = weight * ease(t_s, 0.0, RISE_SHARE * self.brake_s)
        wave = np.sin(np.pi * np.clip(t_s / self.brake_s, 0.0, 1.0))
        after = np.maximum(t_s - self.brake_s, 0.0)
        rocking = self.rock * weight * np.exp(-after / self.tau_s) * np.sin(omega * after)
        force = bearing + 0.5 * np.pi * stop / self.brake_s * wave + rocking + self.impact.force(t_s, hit)
        return np.asarray(np.where(t_s > 0.0, force, 0.0), dtype=np.float64)
