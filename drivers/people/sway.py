"""Upright stance as an inverted pendulum driven by torque noise (algorithms.md 10.2): angles and CoP, for tests and for people."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, signal, special

from ankletest.samples import FloatArray, G
from drivers.people.body import Person
from drivers.people.motion import recursion, response, second_order_filter

LOOK_HZ = 10.0
"""Cut-off under which CoP speed is measured (profile P-COP)."""
WARM_UP_S = 12.0
"""Left out at the start: the slowest mode of the pendulums below decays at 0.5/s, so 12 s leave 0.2 %."""


@dataclass(frozen=True, slots=True)
class Pendulum:
    """J θ̈ = m g h θ − K_p θ(t−τ) − K_d θ̇(t−τ) + w.

    Parameters
    ----------
    inertia_kg_m2, fall_nm_rad, com_m
        J, m g h, and the height h of the centre of mass.
    stiffness_nm_rad, damping_nm_s_rad
        K_p and K_d.
    delay_s
        τ; 0 in test mode.
    """

    inertia_kg_m2: float
    fall_nm_rad: float
    com_m: float
    stiffness_nm_rad: float
    damping_nm_s_rad: float
    delay_s: float = 0.0

    @classmethod
    def of(cls, person: Person, *, stiffness: float, damping: float, delay_s: float) -> "Pendulum":
        """Return a person's pendulum; ``stiffness`` is over m g h, ``damping`` over critical without delay."""
        fall = person.mass_kg * G * person.com_m
        spare = person.inertia_kg_m2 * (stiffness - 1.0) * fall
        return cls(person.inertia_kg_m2, fall, person.com_m, stiffness * fall, 2.0 * damping * float(np.sqrt(spare)), delay_s)


def white_sway(pendulum: Pendulum, intensity: float, *, n: int, rate_hz: float, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return θ (rad) and θ̇ (rad/s), each (n,), of the pendulum without delay under white torque of ``intensity`` S (N²m²s).

    Exact discretisation (Van Loan 1978), stationary from row 0: var θ = S/(2 K_d (K_p − mgh)), var θ̇ = S/(2 J K_d).
    """
    if pendulum.delay_s:
        raise ValueError("the exact test mode has no delay")
    j, net, kd = pendulum.inertia_kg_m2, pendulum.stiffness_nm_rad - pendulum.fall_nm_rad, pendulum.damping_nm_s_rad
    system = np.array([[0.0, 1.0], [-net / j, -kd / j]])
    noise = np.array([[0.0, 0.0], [0.0, intensity / j**2]])
    block = np.asarray(linalg.expm(np.block([[-system, noise], [np.zeros((2, 2)), system.T]]) / rate_hz), dtype=np.float64)
    step = block[2:, 2:].T
    kicks = rng.standard_normal((n, 2)) @ np.linalg.cholesky(step @ block[:2, 2:]).T
    kicks[0] = rng.standard_normal(2) * np.sqrt([intensity / (2 * kd * net), intensity / (2 * j * kd)])
    # Each mode of the step is a first-order recursion, which lfilter runs in C.
    poles, modes = np.linalg.eig(step)
    parts = kicks @ np.linalg.inv(modes).T
    runs = np.stack([signal.lfilter([1.0], [1.0, -pole], parts[:, i]) for i, pole in enumerate(poles)], axis=1)
    states = np.real(runs @ modes.T)
    return np.asarray(states[:, 0], dtype=np.float64), np.asarray(states[:, 1], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Sway:
    """Lean of the body along one axis and the CoP it makes: rad, rad/s², mm; each (n,)."""

    lean_rad: FloatArray
    cop_mm: FloatArray


@dataclass(frozen=True, slots=True)
class Control:
    """How an axis of stance is controlled: stiffness over m g h, damping over critical, delay, corner of the torque noise."""

    stiffness: float
    damping: float
    delay_s: float
    torque_hz: float


ML = Control(stiffness=1.5, damping=0.8, delay_s=0.12, torque_hz=2.0)
"""Side to side on one leg; with ``AP`` at 36 mm/s it gives 4.4 and 5.6 mm RMS and mean frequencies about 1 and 0.8 Hz."""
AP = Control(stiffness=1.5, damping=0.6, delay_s=0.12, torque_hz=2.0)
ML_CLOSED = Control(stiffness=1.8, damping=0.8, delay_s=0.12, torque_hz=3.0)
"""Eyes closed is stiffer and quicker: with ``AP_CLOSED`` at 87 mm/s 7.6 and 9.2 mm RMS, within a foot and without jumps of 40 mm."""
AP_CLOSED = Control(stiffness=1.8, damping=0.6, delay_s=0.12, torque_hz=2.5)


def people_sway(
    person: Person, controls: tuple[Control, Control], *, speed_mm_s: float, n: int, rate_hz: float, rng: tuple[np.random.Generator, ...]
) -> tuple[Sway, Sway]:
    """Return sway to the right and forward whose expected mean CoP speed (profile P-COP) is ``speed_mm_s``.

    Parameters
    ----------
    controls
        Side to side, and fore and aft; both get the same torque noise level.
    rng
        One generator an axis, so that a longer act starts with the samples of a shorter one.
    """
    filters = [
        _noise_filters(Pendulum.of(person, stiffness=c.stiffness, damping=c.damping, delay_s=c.delay_s), c, rate_hz) for c in controls
    ]
    sigma = [_cop_speed_sd(f, person.com_m, rate_hz) for f in filters]
    torque = speed_mm_s / mean_speed(sigma[0], sigma[1])
    skip = round(WARM_UP_S * rate_hz)
    found: list[Sway] = []
    for noise, generator in zip(filters, rng, strict=True):
        drive = torque * recursion(*noise.low_pass, generator.standard_normal(skip + n + 2))
        lean = recursion(noise.b, noise.a, drive)
        bend = np.diff(lean, 2) * rate_hz**2
        mid = np.asarray(lean[1:-1][skip:], dtype=np.float64)
        found.append(Sway(mid, np.asarray(1000.0 * person.com_m * (mid - noise.ratio_s2 * bend[skip:]), dtype=np.float64)))
    return found[0], found[1]


def mean_speed(sigma_x: float, sigma_y: float) -> float:
    """Return the mean length of a Gaussian velocity with these SDs: σ₁ √(2/π) E(1 − σ₂²/σ₁²)."""
    large, small = max(sigma_x, sigma_y), min(sigma_x, sigma_y)
    return large * float(np.sqrt(2.0 / np.pi) * special.ellipe(1.0 - (small / large) ** 2))


# ---- helpers -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _NoiseFilters:
    low_pass: tuple[FloatArray, FloatArray]
    b: FloatArray
    a: FloatArray
    ratio_s2: float  # J / (m g h)


def _noise_filters(pendulum: Pendulum, control: Control, rate_hz: float) -> _NoiseFilters:
    """Return the recursion torque → lean: second differences, delayed feedback at whole steps."""
    step, late = 1.0 / rate_hz, round(pendulum.delay_s * rate_hz)
    gain = step * step / pendulum.inertia_kg_m2
    a = np.zeros(late + 4)
    a[:3] = 1.0, -2.0 - gain * pendulum.fall_nm_rad, 1.0
    a[late + 1] += gain * (pendulum.stiffness_nm_rad + pendulum.damping_nm_s_rad * rate_hz)
    a[late + 2] -= gain * pendulum.damping_nm_s_rad * rate_hz
    low_pass = second_order_filter(rate_hz=rate_hz, natural_hz=control.torque_hz, damping=float(np.sqrt(0.5)))
    return _NoiseFilters(low_pass, np.array([0.0, gain]), a, pendulum.inertia_kg_m2 / pendulum.fall_nm_rad)


def _cop_speed_sd(filters: _NoiseFilters, com_m: float, rate_hz: float) -> float:
    """Return the SD of CoP speed along one axis (mm/s, under 10 Hz) for white torque of unit SD a step."""
    f = np.geomspace(0.005, 5.0 * LOOK_HZ, 3000)
    w = 2.0 * np.pi * f
    turn = w / rate_hz
    gain = response(filters.b, filters.a, turn) * response(*filters.low_pass, turn)
    look = 1.0 / (1.0 + (f / LOOK_HZ) ** 4)
    cop = 1000.0 * com_m * gain * (1.0 + filters.ratio_s2 * w**2) * look
    return float(np.sqrt(np.trapezoid((cop * w) ** 2, f) * 2.0 / rate_hz))
