"""Foot, shank and trunk of somebody who hops (algorithms.md 10.1): rigid foot rolling over its ball, soft where shoes and skin are soft."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray, G, Site
from drivers.people.contact import Contact
from drivers.people.motion import Spot, bump, ease, second_order, slope
from drivers.people.pose import Pose, pose

MAX_RATE_RAD_S = 20.0
"""Fastest turning of a foot at an end of a contact."""
SWING_TAU_S, LAUNCH_TAU_S = 0.020, 0.020
"""Decay of the take-off rate in flight, and of the difference between the ankle's and the body's speed (20 ms blend)."""
HEEL_S = 0.14
"""How long the heel takes to rise before the entry jump, and to come down after the last landing."""
ANKLE_SHARE = (-0.53, 0.19)
"""Ankle joint from the ball of the foot, over foot length: backward, up."""
BOW_S = (0.62, 0.70)
"""The trunk bows and comes upright again before a jump from standing, and once more as the landing is taken up, s."""
BOW_RAD = (np.radians(20.0), np.radians(45.0))
"""How far the pelvis tips forward in a countermovement, by habit (algorithms.md 6); a landing takes 0.6 of it."""
LANDING_BOW = 0.6
SENSOR_M = {Site.FOOT: (-0.045, 0.05), Site.SHANK: (0.0, 0.20)}
"""Foot sensor from the ball of the foot, shank sensor from the ankle: forward, up; m."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A contact and when it begins."""

    start_s: float
    contact: Contact

    @property
    def end_s(self) -> float:
        """Take-off."""
        return self.start_s + self.contact.length_s


@dataclass(frozen=True, slots=True)
class Pitches:
    """Pitch of the foot in one contact, rad, heel up positive: at landing, at its lowest, at take-off."""

    down_rad: float
    low_rad: float
    up_rad: float

    @staticmethod
    def drawn(rng: np.random.Generator, jitter: FloatArray) -> tuple["Pitches", ...]:
        """Return one for each row of standard normal ``jitter`` (n, 3), about a habit of this person."""
        habit = rng.uniform([15.0, 1.5, 42.0], [26.0, 6.0, 50.0])
        degrees = np.clip(habit + jitter * [1.5, 0.7, 1.5], [10.0, 0.0, 38.0], [30.0, 8.0, 52.0])
        return tuple(Pitches(*(float(v) for v in row)) for row in np.radians(degrees))


@dataclass(frozen=True, slots=True)
class HopLimbs:
    """The instants and pitches that the limbs need, and how soft this person's mounts are."""

    bounces: Sequence[Bounce]
    pitches: Sequence[Pitches]
    push_end_s: float
    land_s: float
    ankle_m: tuple[float, float]
    foot_hz: float
    trunk_hz: float
    bow_rad: float

    @classmethod
    def of(cls, bounces: Sequence[Bounce], pitches: Sequence[Pitches], *, push_end_s: float, land_s: float, foot_mm: float) -> "HopLimbs":
        """Return the limbs of a plan; softness follows from the take-off habit, so a person keeps it."""
        habit = 0.5 + 0.5 * np.sin(1e4 * pitches[0].up_rad)
        ankle = (1e-3 * foot_mm * ANKLE_SHARE[0], 1e-3 * foot_mm * ANKLE_SHARE[1])
        bow = float(BOW_RAD[0] + (BOW_RAD[1] - BOW_RAD[0]) * (0.5 + 0.5 * np.sin(1e4 * pitches[0].down_rad)))
        return cls(bounces, pitches, push_end_s, land_s, ankle, 35.0 + 25.0 * float(habit), 13.0 + 11.0 * float(habit), bow)

    def poses(
        self, t_s: FloatArray, body_m_s2: FloatArray, lift: FloatArray, spots: Collection[Spot], *, rate_hz: float
    ) -> Mapping[Spot, Pose]:
        """Return the pose of each spot.

        Parameters
        ----------
        t_s : (n,)
        body_m_s2 : (n,)
            Upward acceleration of the centre of mass.
        lift : (n,)
            How far the free foot is lifted, 0 to 1.
        """
        n = len(t_s)
        path = self._path(t_s)
        soft = second_order(path, rate_hz=rate_hz, natural_hz=self.foot_hz, damping=0.55)
        trunk = second_order(body_m_s2[:, None], rate_hz=rate_hz, natural_hz=self.trunk_hz, damping=0.5)[:, 0]
        nod = 0.05 * sum((bump(t_s, b.start_s, b.end_s) for b in self.bounces), np.zeros(n)) + self.bow_rad * (
            bump(t_s, self.push_end_s - BOW_S[0], self.push_end_s) + LANDING_BOW * bump(t_s, self.land_s, self.land_s + BOW_S[1])
        )
        knee = self._knee(t_s)
        found: dict[Spot, Pose] = {}
        for spot in spots:
            if spot.site is Site.LUMBAR:
                found[spot] = pose(
                    n, up=trunk, pitch=second_order(nod[:, None], rate_hz=rate_hz, natural_hz=self.trunk_hz, damping=0.5)[:, 0]
                )
            elif not spot.tested:
                swing = 0.06 * lift * second_order(body_m_s2[:, None] / G, rate_hz=rate_hz, natural_hz=3.0, damping=0.7)[:, 0]
                found[spot] = pose(n, up=trunk, pitch=0.75 * lift + swing)
            elif spot.site is Site.FOOT:
                found[spot] = carried(soft, soft[:, 2], SENSOR_M[Site.FOOT], self.ankle_m, rate_hz)
            else:
                tilt = second_order(knee[:, None], rate_hz=rate_hz, natural_hz=self.foot_hz, damping=0.55)[:, 0]
                found[spot] = carried(soft, tilt, SENSOR_M[Site.SHANK], (0.0, 0.0), rate_hz)
        return found

    def _knee(self, t_s: FloatArray) -> FloatArray:
        """Return the forward tilt of the shank, (n,): 5° ready, up to 22° in mid-contact."""
        ready = ease(t_s, self.push_end_s - 0.65, self.push_end_s - 0.4) - ease(t_s, self.land_s + 0.2, self.land_s + 0.8)
        deep = sum((bump(t_s, b.start_s, b.end_s) for b in self.bounces), np.zeros(len(t_s)))
        return np.radians(
            5.0 * ready + 17.0 * (deep + bump(t_s, self.push_end_s - 0.6, self.push_end_s) + bump(t_s, self.land_s, self.land_s + 0.5))
        )

    def _path(self, t_s: FloatArray) -> FloatArray:
        """Return ankle forward, ankle up (m) and foot pitch (rad) of a rigid foot, (n, 3)."""
        out = np.zeros((len(t_s), 3))
        out[:, :2] = self.ankle_m
        ground = [_Span(self.push_end_s - HEEL_S, self.push_end_s, 0.0, 0.0, self.pitches[0].up_rad, 0.0, self._leap(0))]
        for i, bounce in enumerate(self.bounces):
            low = bounce.start_s + 0.42 * bounce.contact.length_s
            now, fall = self.pitches[i], bounce.contact.down_m_s
            ground.append(_Span(bounce.start_s, low, now.down_rad, -self._turn(fall, now.down_rad), now.low_rad, 0.0, 0.0))
            up = self.pitches[i + 1].up_rad
            ground.append(_Span(low, bounce.end_s, now.low_rad, 0.0, up, 0.0, self._leap(i + 1)))
        last = self.pitches[-1].down_rad
        ground.append(_Span(self.land_s, self.land_s + HEEL_S, last, -MAX_RATE_RAD_S, 0.0, 0.0, 0.0))
        for span in ground:
            rows = slice(*t_s.searchsorted((span.start_s, span.end_s)))
            out[rows, 2] = span.pitch(t_s[rows])
            out[rows, :2] = _turned(self.ankle_m, out[rows, 2])
        touches = [bounce.start_s for bounce in self.bounces] + [self.land_s]
        leaves = [span for span in ground if span.leap_m_s > 0.0]
        for i, (span, touch) in enumerate(zip(leaves, touches, strict=True)):
            rows = slice(*t_s.searchsorted((span.end_s, touch)))
            out[rows] = self._flight(t_s[rows] - span.end_s, touch - span.end_s, span, self.pitches[i].down_rad)
        return out

    def _leap(self, i: int) -> float:
        """Return the take-off speed of flight ``i``, m/s (0 the entry jump)."""
        touch = self.bounces[i].start_s if i < len(self.bounces) else self.land_s
        left = self.push_end_s if i == 0 else self.bounces[i - 1].end_s
        return 0.5 * G * (touch - left)

    def _turn(self, speed_m_s: float, pitch_rad: float) -> float:
        """Return the pitch rate at which the ankle moves at ``speed_m_s``, within what a foot can do."""
        lever = -self.ankle_m[0] * np.cos(pitch_rad) - self.ankle_m[1] * np.sin(pitch_rad)
        return float(min(MAX_RATE_RAD_S, speed_m_s / max(lever, 0.02)))

    def _flight(self, t_s: FloatArray, length_s: float, span: "_Span", down_rad: float) -> FloatArray:
        """Return ankle and pitch between a take-off and the next touch, (n, 3)."""
        rate = span.end_rate
        free = span.end_rad + rate * SWING_TAU_S * (1.0 - np.exp(-t_s / SWING_TAU_S))
        pitch = free + (down_rad - (span.end_rad + rate * SWING_TAU_S * (1.0 - np.exp(-length_s / SWING_TAU_S)))) * ease(t_s, 0.0, length_s)
        here, there = (_turned(self.ankle_m, np.array([angle]))[0] for angle in (span.end_rad, down_rad))
        ahead = _turned(self.ankle_m, np.array([span.end_rad + 1e-6]))[0]
        moving = (ahead - here) * 1e6 * rate - [0.0, span.leap_m_s]
        rise = np.stack([np.zeros(len(t_s)), span.leap_m_s * t_s - 0.5 * G * t_s**2], axis=1)
        blend = LAUNCH_TAU_S * (1.0 - np.exp(-t_s / LAUNCH_TAU_S))[:, None] * moving
        drift = there - here - LAUNCH_TAU_S * (1.0 - np.exp(-length_s / LAUNCH_TAU_S)) * moving
        ankle = here + rise + blend + drift * ease(t_s, 0.0, length_s)[:, None]
        return np.concatenate([ankle, pitch[:, None]], axis=1)


@dataclass(frozen=True, slots=True)
class _Span:
    """A cubic Hermite piece of pitch; ``leap_m_s`` > 0 where a flight follows."""

    start_s: float
    end_s: float
    start_rad: float
    start_rate_wanted: float
    end_rad: float
    end_rate_wanted: float
    leap_m_s: float

    @property
    def _steepest(self) -> float:
        # Beyond three times the mean slope a cubic overshoots (Fritsch and Carlson 1980).
        return 3.0 * abs(self.end_rad - self.start_rad) / (self.end_s - self.start_s)

    @property
    def end_rate(self) -> float:
        """Return the rate at the end, rad/s: as fast as a foot can where a flight follows."""
        return min(MAX_RATE_RAD_S, self._steepest) if self.leap_m_s > 0.0 else self.end_rate_wanted

    def pitch(self, t_s: FloatArray) -> FloatArray:
        """Return the pitch, (n,)."""
        h = self.end_s - self.start_s
        s = (t_s - self.start_s) / h
        start = float(np.sign(self.start_rate_wanted)) * min(abs(self.start_rate_wanted), self._steepest)
        return (
            self.start_rad * (1.0 + 2.0 * s) * (1.0 - s) ** 2 + self.end_rad * s**2 * (3.0 - 2.0 * s)
            + h * start * s * (1.0 - s) ** 2 + h * self.end_rate * s**2 * (s - 1.0)
        )  # fmt: skip


def _turned(vector_m: tuple[float, float], pitch_rad: FloatArray) -> FloatArray:
    """Return a vector of the foot (forward, up) turned by pitches (heel up positive), (n, 2)."""
    c, s = np.cos(pitch_rad), np.sin(pitch_rad)
    return np.stack([vector_m[0] * c + vector_m[1] * s, vector_m[1] * c - vector_m[0] * s], axis=1)


def carried(
    path: FloatArray,
    pitch_rad: FloatArray,
    sensor_m: tuple[float, float],
    origin_m: tuple[float, float],
    rate_hz: float,
    *,
    turns: bool = True,
) -> Pose:
    """Return the pose of a sensor fixed to a segment that turns by ``pitch_rad`` and whose ankle goes along ``path``.

    With ``turns`` False the point is carried, but what sits on it keeps upright: the shank on an ankle that a foot lifts.
    """
    lever = (sensor_m[0] - origin_m[0], sensor_m[1] - origin_m[1])
    acc = slope(slope(path[:, :2] + _turned(lever, pitch_rad), rate_hz), rate_hz)
    return pose(len(path), forward=acc[:, 0], up=acc[:, 1], pitch=pitch_rad if turns else 0.0)
