"""Force of one contact in closed form (algorithms.md 10.1): its impulse is exact, so flights follow from it; no motion of the body."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ankletest.samples import FloatArray, G
from drivers.people.motion import ease

FOOT_SHARE = 0.08
"""Share of body mass that stops with the foot (two-mass idea, Clark, Weyand & Ryan 2017)."""
PUSH_FALL = 0.75
"""Share of a push-off after which body weight itself leaves the ground: the force has to end at 0."""
LANDING_RISE = 0.3
"""Share of a landing after which the whole body weight rests on the foot again."""


@dataclass(frozen=True, slots=True)
class Impact:
    """The foot stopping: a raised cosine from touch to ``2 centre_s``, taking ``share`` of the foot's momentum."""

    centre_s: float
    share: float

    def momentum(self, mass_kg: float, speed_m_s: float) -> float:
        """Return its impulse, N·s, when landing at ``speed_m_s``."""
        return self.share * FOOT_SHARE * mass_kg * speed_m_s

    def force(self, t_s: FloatArray, momentum_n_s: float) -> FloatArray:
        """Return the force at seconds after touch, N, (n,)."""
        inside = (t_s > 0) & (t_s < 2.0 * self.centre_s)
        wave = 0.5 * momentum_n_s / self.centre_s * (1.0 - np.cos(np.pi * t_s / self.centre_s))
        return np.asarray(np.where(inside, wave, 0.0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Contact:
    """A bounce: landing at ``down_m_s``, leaving at ``up_m_s`` after ``length_s``; ``skew`` p shapes sin(π sᵖ)."""

    mass_kg: float
    down_m_s: float
    up_m_s: float
    length_s: float
    skew: float
    impact: Impact

    def force(self, t_s: FloatArray) -> FloatArray:
        """Return the force at seconds after touch, N, (n,); its impulse is M (v₀ + v₁ + g T_c) exactly."""
        hit = self.impact.momentum(self.mass_kg, self.down_m_s)
        rest = self.mass_kg * (self.down_m_s + self.up_m_s + G * self.length_s) - hit
        s = np.clip(t_s / self.length_s, 0.0, 1.0)
        main = rest / (self.length_s * half_sine_mean(self.skew)) * np.maximum(np.sin(np.pi * s**self.skew), 0.0)
        return main + self.impact.force(t_s, hit)


@dataclass(frozen=True, slots=True)
class PushOff:
    """A jump from standing: unweighting for ``dip_s``, propulsion for ``push_s``, leaving at ``up_m_s``."""

    mass_kg: float
    up_m_s: float
    dip_s: float = 0.3
    push_s: float = 0.35
    dip_share: float = 0.45  # of body weight

    @property
    def length_s(self) -> float:
        """Seconds from the first movement to leaving the ground."""
        return self.dip_s + self.push_s

    def force(self, t_s: FloatArray) -> FloatArray:
        """Return the force at seconds after the first movement, N, (n,); body weight before, 0 after, net impulse M v exactly."""
        weight = self.mass_kg * G
        lost = 2.0 / np.pi * self.dip_share * weight * self.dip_s + 0.5 * (1.0 - PUSH_FALL) * self.push_s * weight
        push = 0.5 * np.pi / self.push_s * (self.mass_kg * self.up_m_s + lost)
        dip = -self.dip_share * weight * np.sin(np.pi * np.clip(t_s / self.dip_s, 0.0, 1.0))
        u = np.clip((t_s - self.dip_s) / self.push_s, 0.0, 1.0)
        bearing = weight * (1.0 - ease(u, PUSH_FALL, 1.0))
        return np.asarray(np.where(t_s < self.length_s, bearing + dip + push * np.sin(np.pi * u), 0.0), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Landing:
    """Landing to stay: stopped after ``length_s``; then the body comes up by ``rise_m`` in ``rise_s``, and stands."""

    mass_kg: float
    down_m_s: float
    length_s: float
    impact: Impact
    rise_m: float = 0.0
    rise_s: float = 0.8

    def force(self, t_s: FloatArray) -> FloatArray:
        """Return the force at seconds after touch, N, (n,); net impulse M v₀ exactly."""
        weight = self.mass_kg * G
        hit = self.impact.momentum(self.mass_kg, self.down_m_s)
        stop = self.mass_kg * self.down_m_s - hit + 0.5 * LANDING_RISE * self.length_s * weight
        bearing = weight * ease(t_s, 0.0, LANDING_RISE * self.length_s)
        wave = np.sin(np.pi * np.clip(t_s / self.length_s, 0.0, 1.0))
        up = np.sin(2.0 * np.pi * np.clip((t_s - self.length_s) / self.rise_s, 0.0, 1.0))
        force = bearing + 0.5 * np.pi * stop / self.length_s * wave + self.impact.force(t_s, hit)
        force = force + 2.0 * np.pi * self.mass_kg * self.rise_m / self.rise_s**2 * up
        return np.asarray(np.where(t_s > 0, force, 0.0), dtype=np.float64)


@lru_cache(maxsize=256)
def half_sine_mean(skew: float) -> float:
    """Return ∫₀¹ sin(π sᵖ) ds by Gauss-Legendre quadrature in s = u⁴, which removes the kink of sᵖ at 0."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    u = 0.5 * (nodes + 1.0)
    return float(np.sum(0.5 * weights * np.sin(np.pi * u ** (4.0 * skew)) * 4.0 * u**3))
