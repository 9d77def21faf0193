"""Somebody who calibrates a motion sensor on a table: puts it on faces, edges and corners, turns it, lets go; nobody wears it.

Boxes are put down by hand, so each pose is some degrees from where it was meant to be.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from ankletest.samples import FloatArray, G, Side
from drivers.people.faults import Faults
from drivers.people.motion import Motion, Spot, ease

TABLE_HZ = 1000.0
MOVE_S = 1.2
"""To take a box up and put it down another way."""
LIE_S, POSE_LIE_S = 3.5, 5.5
"""How long it lies: a capture takes two seconds, of a pose four."""
LEFT_S = 6.0
"""It is left lying afterwards; nobody takes it up at once."""
TURN_S = 3.0
"""For one turn on the table."""
TREMOR_HZ, TREMOR_RAD, TREMOR_M_S2 = 8.0, math.radians(0.4), 0.3
"""Of a hand that holds a box (physiological tremor 8-12 Hz)."""
UPSIDE = Rotation.from_euler("x", 180.0, degrees=True)

Move = tuple[Rotation, float, float]
"""One pose: where it is put, how far it is turned about the vertical on the table before it lies (rad), and how long it lies (s)."""

FACES = ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1))
EDGES = ((1, 1, 0), (1, -1, 0), (0, 1, 1), (0, 1, -1), (1, 0, 1), (-1, 0, 1))
CORNERS = ((1, 1, 1), (-1, -1, 1))


@dataclass(frozen=True, slots=True)
class Handling:
    """What a hand does with a box, one move after another (an ``Act``).

    ``trembles``: it never lets go. ``jolt`` is the number of a pose, from 1, in which |a| is ``jolt_mg`` too great: the chip was knocked.
    """

    moves: tuple[Move, ...]
    trembles: bool = False
    jolt: int = 0
    jolt_mg: float = 0.0
    off_s: float = math.inf

    @property
    def tested(self) -> Side:
        """No leg is tested; a visit has to name one."""
        return Side.RIGHT

    @property
    def gone_s(self) -> float:
        """When the box is let go for good."""
        return min(self.off_s, sum(_length_s(move) for move in self.moves))

    def stopped(self, off_s: float) -> "Handling":
        """Return the same act broken off: whatever is in the making is finished."""
        kept: list[Move] = []
        at = 0.0
        for move in self.moves:
            if at >= off_s:
                break
            kept.append(move)
            at += _length_s(move)
        return replace(self, moves=tuple(kept) or self.moves[:1], off_s=min(self.off_s, max(off_s, at)))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Return what the sensors feel, all of them alike, and the truth."""
        t_s, pose = self._poses()
        level = np.tile((0.0, 0.0, G), (len(t_s), 1))
        carried = self._carried(t_s)
        shake = TREMOR_M_S2 * np.sin(2.0 * math.pi * TREMOR_HZ * t_s) * (1.0 if self.trembles else carried)
        level[:, 0] += shake
        felt = pose.inv().apply(level)
        begin, end = self._times(self.jolt)
        felt *= (1.0 + 1e-3 * self.jolt_mg * ((t_s >= begin) & (t_s < end)))[:, None]
        rate = np.zeros((len(t_s), 3))
        rate[1:-1] = 0.5 * TABLE_HZ * (pose[:-2].inv() * pose[2:]).as_rotvec()
        both = np.concatenate((felt, rate), axis=1)
        ups = [self.moves[k][0].inv().apply((0.0, 0.0, 1.0)).tolist() for k in range(len(self.moves))]
        lying = [[start_s + lie for lie in self._times(k + 1)] for k in range(len(self.moves))]
        truth: dict[str, object] = {"poses": ups, "lying_s": lying}
        return Motion(start_s, TABLE_HZ, np.zeros(len(t_s)), np.zeros((len(t_s), 2)), dict.fromkeys(spots, both), truth)

    def _times(self, number: int) -> tuple[float, float]:
        """Return when a pose, counted from 1, is lain in; nowhen for 0."""
        if not number:
            return math.inf, math.inf
        end = sum(_length_s(move) for move in self.moves[:number])
        return end - self.moves[number - 1][2], end

    def _carried(self, t_s: FloatArray) -> FloatArray:
        """Return 1 while the box is in the hand, 0 while it lies or is turned on the table, (n,)."""
        out = np.zeros(len(t_s))
        at = 0.0
        for move in self.moves:
            out[(t_s > at) & (t_s < at + MOVE_S)] = 1.0
            at += _length_s(move)
        return out

    def _poses(self) -> tuple[FloatArray, Rotation]:
        """Return times and the box's orientation in the room."""
        t_s = np.arange(round((self.gone_s + LEFT_S) * TABLE_HZ)) / TABLE_HZ
        part = np.zeros(len(t_s))
        turned = np.zeros(len(t_s))
        at = 0.0
        for k, (_, turn, _) in enumerate(self.moves):
            # The first pose is the one in which it is found.
            part += ease(t_s, at + 0.1, at + MOVE_S - 0.1) if k else 0.0
            turned += turn * ease(t_s, at + MOVE_S, at + MOVE_S + _turning_s(turn)) if turn else 0.0
            at += _length_s(self.moves[k])
        keys = Rotation.concatenate([move[0] for move in self.moves])
        last = len(self.moves) - 1
        path = Slerp(np.arange(last + 1), keys)(np.clip(part, 0.0, float(last))) if last else keys
        pose = Rotation.from_euler("z", turned[:, None]) * path
        if self.trembles:
            wobble = TREMOR_RAD * np.sin(2.0 * math.pi * TREMOR_HZ * t_s)
            pose = pose * Rotation.from_rotvec(wobble[:, None] * np.array((0.6, -0.5, 0.6)))
        return t_s, pose


# ---- what is done for which calibration ------------------------------------------------------------------------------------------


def rest(faults: Faults, _rng: np.random.Generator) -> Handling:
    """Return a box that lies on a table, and is then laid on another face."""
    return Handling(((Rotation.identity(), 0.0, 12.0), (_with_up((1, 0, 0), 0.0), 0.0, 6.0)), faults.trembles)


def poses(faults: Faults, rng: np.random.Generator) -> Handling:
    """Return faces, edges and corners in the order in which they are asked for, each ``hand_deg`` off."""
    wanted: list[tuple[float, float, float]] = [*FACES, *EDGES, *CORNERS]
    if faults.never_over:
        wanted = [_above(k, len(wanted)) for k in range(len(wanted))]
    count = len(wanted) if math.isinf(faults.poses) else min(max(round(faults.poses), 1), len(wanted))
    made = [_near(_with_up(up, float(rng.uniform(-math.pi, math.pi))), faults.hand_deg, rng) for up in wanted[:count]]
    # Who stops too early looks at the screen for a while before closing.
    stay = [POSE_LIE_S + (6.0 if k == count - 1 < len(wanted) - 1 else 0.0) for k in range(count)]
    return Handling(tuple((pose, 0.0, s) for pose, s in zip(made, stay, strict=True)), faults.trembles, round(faults.jolt), faults.jolt_mg)


def turns(faults: Faults, rng: np.random.Generator) -> Handling:
    """Return three turns about each axis and three back, each missed by a hand that is ``close_deg`` exact."""
    moves: list[Move] = []
    for k, up in enumerate(((0, 0, 1), (1, 0, 0), (0, 1, 0))):
        pose = _near(_with_up(up, 0.0), faults.hand_deg, rng)
        moves += [(pose, 0.0, LIE_S), (pose, _round(faults, rng, 1.0 if k != 1 else -1.0), LIE_S)]
    return Handling((*moves, (moves[-1][0], _round(faults, rng, -1.0), LIE_S)), faults.trembles)


def level(faults: Faults, rng: np.random.Generator) -> Handling:
    """Return a box laid on a floor that slopes by ``floor_deg``, turned half round and back by a hand that misses by some degrees."""
    floor = Rotation.from_rotvec(math.radians(faults.floor_deg) * np.array((0.8, 0.6, 0.0)))
    flat = _near(Rotation.identity(), faults.base_deg, np.random.default_rng(5))
    heading, moves = float(rng.uniform(-math.pi, math.pi)), list[Move]()
    for k in range(3):
        elsewhere = Rotation.from_rotvec((math.radians(faults.elsewhere_deg), 0.0, 0.0)) if k == 2 else Rotation.identity()
        moves.append((floor * elsewhere * Rotation.from_euler("z", heading) * flat, 0.0, LIE_S))
        heading += math.pi + math.radians(3.0) * float(rng.standard_normal())
    return Handling(tuple(moves), faults.trembles)


HANDLINGS: Mapping[str, Callable[[Faults, np.random.Generator], Handling]] = {
    "gyro_rest": rest, "imu_check": rest, "acc_poses": poses, "gyro_turns": turns, "floor_level": level,
}  # fmt: skip
"""By the key of the calibration."""


# ---- helpers --------------------------------------------------------------------------------------------------------------------


def _length_s(move: Move) -> float:
    return MOVE_S + (_turning_s(move[1]) if move[1] else 0.0) + move[2]


def _turning_s(turn_rad: float) -> float:
    return TURN_S * abs(turn_rad) / (2.0 * math.pi)


def _round(faults: Faults, rng: np.random.Generator, sign: float) -> float:
    return sign * 2.0 * math.pi * (faults.turns + faults.close_deg / 360.0 * float(rng.standard_normal()))


def _above(number: int, count: int) -> tuple[float, float, float]:
    """Return one of some directions that cover the upper half of a sphere evenly (golden-angle spiral)."""
    z = 0.95 - 0.95 * number / count
    turn = math.pi * (1.0 + math.sqrt(5.0)) * number
    flat = math.sqrt(1.0 - z * z)
    return flat * math.cos(turn), flat * math.sin(turn), z


def _with_up(up: tuple[float, float, float], heading_rad: float) -> Rotation:
    """Return an orientation with a direction of the box up."""
    wanted = np.array(up, dtype=np.float64) / math.sqrt(sum(x * x for x in up))
    axis = np.cross(wanted, (0.0, 0.0, 1.0))
    sine, cosine = float(np.linalg.norm(axis)), float(wanted[2])
    tipped = (
        Rotation.from_rotvec(axis / sine * math.atan2(sine, cosine)) if sine > 0.0 else (Rotation.identity() if cosine > 0.0 else UPSIDE)
    )
    return Rotation.from_euler("z", heading_rad) * tipped


def _near(pose: Rotation, degrees: float, rng: np.random.Generator) -> Rotation:
    """Return a pose as a hand puts it down: so much off, SD of all directions together."""
    return Rotation.from_rotvec(rng.normal(0.0, math.radians(degrees) / math.sqrt(3.0), 3)) * pose
