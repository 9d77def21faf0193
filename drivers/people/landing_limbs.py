"""Foot, shank and trunk of somebody who falls or hops onto one foot and stays (algorithms.md 10.1); no force."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray, G, Site
from drivers.people.limbs import ANKLE_SHARE, HEEL_S, MAX_RATE_RAD_S, SENSOR_M
from drivers.people.motion import Spot, bump, ease, second_order, slope
from drivers.people.pose import Pose, pose

DOWN_RAD = float(np.radians(20.0))
"""Pitch of the foot at the touch, toes down."""
UP_RAD = float(np.radians(42.0))
"""Pitch of the foot when it leaves the ground to hop."""
CLIMB_S, CLIMB_BEFORE_S = 1.2, 2.0
"""Climbing onto the box: how long, and how long before the fall it is done."""
LAUNCH_S = 0.06
"""The foot takes so long to go as fast forward as the body."""
BRAKE_S = 0.020
"""And so long to stop at the touch."""
TRUNK_M_S2, TRUNK_TAU_S, TRUNK_HZ = 1.4, 0.35, 2.4
"""The trunk is shaken sideways and forward by a landing, and comes to rest."""
KNEE_RAD, KNEE_S = 0.30, 0.6
"""How far and how long the shank goes forward over the foot in a landing."""


@dataclass(frozen=True, slots=True)
class Flight:
    """From leaving the box or the ground to the touch, at ``down_m_s``; ``box_m`` and ``hop_m`` are 0 where there is none."""

    leaves_s: float
    touch_s: float
    down_m_s: float
    box_m: float
    hop_m: float


@dataclass(frozen=True, slots=True)
class LandingLimbs:
    """The flights of an act, and how soft this person's mounts are."""

    flights: Sequence[Flight]
    foot_mm: float
    foot_hz: float

    @property
    def _ankle_m(self) -> tuple[float, float]:
        return 1e-3 * self.foot_mm * ANKLE_SHARE[0], 1e-3 * self.foot_mm * ANKLE_SHARE[1]

    def poses(self, t_s: FloatArray, body_m_s2: FloatArray, spots: Collection[Spot], *, rate_hz: float) -> Mapping[Spot, Pose]:
        """Return the pose of each spot.

        Parameters
        ----------
        t_s : (n,)
        body_m_s2 : (n,)
            Upward acceleration of the centre of mass while it is in the air or lands; 0 elsewhere.
        """
        n = len(t_s)
        climb = slope(slope(self._climbed(t_s), rate_hz), rate_hz)
        trunk = second_order((body_m_s2 + climb)[:, None], rate_hz=rate_hz, natural_hz=13.0 + 0.15 * self.foot_hz, damping=0.5)[:, 0]
        shaken = self._shaken(t_s)
        soft = second_order(self._path(t_s), rate_hz=rate_hz, natural_hz=self.foot_hz, damping=0.55)
        found: dict[Spot, Pose] = {}
        for spot in spots:
            if spot.site is Site.LUMBAR:
                found[spot] = pose(n, up=trunk, forward=shaken[0], left=shaken[1])
            elif not spot.tested:
                found[spot] = pose(n, up=trunk, pitch=0.75 * self._lifted(t_s))
            else:
                lever, turn = SENSOR_M[spot.site], soft[:, 2]
                if spot.site is Site.SHANK:
                    turn = second_order(self._knee(t_s)[:, None], rate_hz=rate_hz, natural_hz=self.foot_hz, damping=0.55)[:, 0]
                else:
                    lever = (lever[0] - self._ankle_m[0], lever[1] - self._ankle_m[1])
                acc = slope(slope(soft[:, :2] + _turned(lever, turn), rate_hz), rate_hz)
                found[spot] = pose(n, forward=acc[:, 0], up=acc[:, 1], pitch=turn)
        return found

    def _climbed(self, t_s: FloatArray) -> FloatArray:
        """Return how high the ground is that the person stands on, until they leave it."""
        height = np.zeros(len(t_s))
        for flight in self.flights:
            done = flight.leaves_s - CLIMB_BEFORE_S
            height += np.where(t_s < flight.leaves_s, flight.box_m * ease(t_s, done - CLIMB_S, done), 0.0)
        return height

    def _path(self, t_s: FloatArray) -> FloatArray:
        """Return ankle forward, ankle up (m) and foot pitch (rad) of a rigid foot, (n, 3)."""
        out = np.zeros((len(t_s), 3))
        ankle = self._ankle_m
        height = self._climbed(t_s)
        ahead = np.zeros(len(t_s))
        for flight in self.flights:
            length = flight.touch_s - flight.leaves_s
            up = UP_RAD if flight.hop_m else 0.0
            rise = slice(*t_s.searchsorted((flight.leaves_s - HEEL_S, flight.leaves_s)))
            if up:
                out[rise, 2] = up * ease(t_s[rise], flight.leaves_s - HEEL_S, flight.leaves_s + 0.5 * HEEL_S)
            air = slice(*t_s.searchsorted((flight.leaves_s, flight.touch_s)))
            since = t_s[air] - flight.leaves_s
            start = up * float(ease(np.array([0.0]), -HEEL_S, 0.5 * HEEL_S)[0])
            on = up * ease(since, -HEEL_S, 0.5 * HEEL_S) if up else np.zeros(len(since))
            out[air, 2] = on + (DOWN_RAD - (up or start)) * ease(since, 0.0, length)
            speed = flight.down_m_s if flight.hop_m else 0.0
            height[air] = flight.box_m + speed * since - 0.5 * G * since * since
            going = flight.hop_m / (length - 0.5 * LAUNCH_S + 0.5 * BRAKE_S)
            pace = going * (ease(t_s, flight.leaves_s, flight.leaves_s + LAUNCH_S) - ease(t_s, flight.touch_s, flight.touch_s + BRAKE_S))
            ahead += np.cumsum(pace) / (1.0 / (t_s[1] - t_s[0]))
            down = slice(*t_s.searchsorted((flight.touch_s, flight.touch_s + HEEL_S)))
            out[down, 2] = _coming_down(t_s[down] - flight.touch_s, self._turn(flight.down_m_s))
        lever = _turned(ankle, out[:, 2])
        # In the air the ankle falls with the body, blended to where the ball of the foot will carry it.
        out[:, 0], out[:, 1] = ahead + lever[:, 0], height + lever[:, 1]
        return out

    def _turn(self, speed_m_s: float) -> float:
        """Return the rate at which the heel comes down as fast as the body, within what a foot can do, rad/s."""
        ankle = self._ankle_m
        lever = -ankle[0] * np.cos(DOWN_RAD) - ankle[1] * np.sin(DOWN_RAD)
        return float(min(MAX_RATE_RAD_S, speed_m_s / max(lever, 0.02), 3.0 * DOWN_RAD / HEEL_S))

    def _knee(self, t_s: FloatArray) -> FloatArray:
        return sum((KNEE_RAD * bump(t_s, f.touch_s, f.touch_s + KNEE_S) for f in self.flights), np.zeros(len(t_s)))

    def _lifted(self, t_s: FloatArray) -> FloatArray:
        """Return how far the free foot is off the ground, 0 to 1; once for each landing, until it is over."""
        lifts = (ease(t_s, f.leaves_s - 0.5, f.leaves_s - 0.1) - ease(t_s, f.touch_s + 6.5, f.touch_s + 7.0) for f in self.flights)
        return np.clip(sum(lifts, np.zeros(len(t_s))), 0.0, 1.0)

    def _shaken(self, t_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the trunk's acceleration forward and to the left after each landing, m/s²."""
        forward, left = np.zeros(len(t_s)), np.zeros(len(t_s))
        for flight in self.flights:
            since = np.maximum(t_s - flight.touch_s, 0.0)
            wave = TRUNK_M_S2 * np.exp(-since / TRUNK_TAU_S) * ease(since, 0.0, 0.05)
            forward += wave * np.cos(2.0 * np.pi * TRUNK_HZ * since)
            left += 0.7 * wave * np.cos(2.0 * np.pi * 0.8 * TRUNK_HZ * since + 0.6)
        return forward, left


def _coming_down(since_s: FloatArray, rate_rad_s: float) -> FloatArray:
    """Return the pitch from the touch until the foot is flat, (n,): a cubic that starts with the heel coming down."""
    s = since_s / HEEL_S
    return np.asarray(DOWN_RAD * (1.0 + 2.0 * s) * (1.0 - s) ** 2 - HEEL_S * rate_rad_s * s * (1.0 - s) ** 2, dtype=np.float64)


def _turned(vector_m: tuple[float, float], pitch_rad: FloatArray) -> FloatArray:
    """Return a vector of the foot (forward, up) turned by pitches (heel up positive), (n, 2)."""
    c, s = np.cos(pitch_rad), np.sin(pitch_rad)
    return np.stack([vector_m[0] * c + vector_m[1] * s, vector_m[1] * c - vector_m[0] * s], axis=1)
