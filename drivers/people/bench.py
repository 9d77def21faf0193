"""Somebody who calibrates a pad: puts weights on places, one after another, waits, and takes them off; no exam."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.samples import Side
from drivers.people.faults import Faults
from drivers.people.motion import REST, Motion, Spot, ease

BENCH_HZ = 500.0
"""Grid: nothing in it is fast."""
LAY_S = 0.8
"""To put a weight down or take it off."""
REST_S = 5.0
"""How long a weight lies: a capture takes two seconds of stillness, and a practised hand does not hurry."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is to lie on the pad for a while: force (N), and where (mm from the middle, x to the right, y forward)."""

    force_n: float
    x_mm: float = 0.0
    y_mm: float = 0.0
    rest_s: float = REST_S

    def as_json(self) -> list[float]:
        """Return it as plain JSON."""
        return [self.force_n, self.x_mm, self.y_mm, self.rest_s]


def loads_of(listed: object) -> tuple[Load, ...]:
    """Read loads as an operator event carries them; what cannot be read is left out."""
    rows = listed if isinstance(listed, list) else []
    return tuple(Load(*(float(number) for number in row)) for row in rows if isinstance(row, list) and len(row) == 4)


@dataclass(frozen=True, slots=True)
class BenchAct:
    """Loads one after another (an ``Act``); ``off_s`` is when the operator gives up and clears the pad (infinite: never)."""

    loads: tuple[Load, ...]
    off_s: float = float("inf")

    @property
    def tested(self) -> Side:
        """No leg is tested; a visit has to name one."""
        return Side.RIGHT

    @property
    def gone_s(self) -> float:
        """When the pad is empty again."""
        return min(self.off_s, sum(LAY_S + load.rest_s for load in self.loads)) + LAY_S

    def stopped(self, off_s: float) -> "BenchAct":
        """Return the same act broken off."""
        return BenchAct(self.loads, min(off_s, self.off_s))

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Return what the pad feels; nobody moves who wears anything."""
        t_s = np.arange(round(self.gone_s * BENCH_HZ)) / BENCH_HZ
        force, moment = np.zeros(len(t_s)), np.zeros((len(t_s), 2))
        starts = np.cumsum([0.0, *(LAY_S + load.rest_s for load in self.loads)]).tolist()
        every = [Load(0.0), *(load for load, at in zip(self.loads, starts, strict=False) if at < self.off_s), Load(0.0)]
        begins = [0.0, *(min(at, self.off_s) for at in starts[: len(every) - 1])]
        for before, load, after, at, until in zip(every, every[1:], every[2:], begins[1:], begins[2:], strict=False):
            # A weight that is carried to another place is off the pad before it is down again; one that is added to is not.
            rise = ease(t_s, at if _same(before, load) else at + 0.5 * LAY_S, at + LAY_S)
            fall = ease(t_s, until, until + (LAY_S if _same(load, after) else 0.5 * LAY_S))
            lying = load.force_n * rise * (1.0 - fall)
            force += lying
            moment += lying[:, None] * np.array([load.x_mm, load.y_mm])
        cop = np.divide(moment, force[:, None], out=np.zeros_like(moment), where=force[:, None] > 0.0)
        truth: dict[str, object] = {"loads": [load.as_json() for load in self.loads]}
        return Motion(start_s, BENCH_HZ, force, cop, {spot: np.tile(REST, (len(t_s), 1)) for spot in spots}, truth)


def bench_act(loads: Sequence[Load], faults: Faults, seed: tuple[int, ...]) -> BenchAct:
    """Return what somebody really puts on who is told to put on these loads: a little beside, a wrong weight, one that is moved."""
    rng = np.random.default_rng((*seed, 7))
    weights = [load.force_n for load in loads if load.force_n > 0.0]
    order = list(dict.fromkeys(weights))
    wrong = order[round(faults.wrong_load) - 1] if 0 < round(faults.wrong_load) <= len(order) else None
    made: list[Load] = []
    for load in loads:
        beside = rng.normal(0.0, faults.lay_mm, 2) if faults.lay_mm > 0.0 else np.zeros(2)
        if load.force_n <= 0.0:
            made.append(load)
            continue
        number = 1 + sum(one.force_n > 0.0 for one in made)
        aside = faults.moved_mm if number == round(faults.moved_load) else 0.0
        force = load.force_n * (faults.wrong_share if load.force_n == wrong else 1.0)
        made.append(Load(force, load.x_mm + float(beside[0]) + aside, load.y_mm + float(beside[1]), load.rest_s))
    return BenchAct(tuple(made))


def _same(one: Load, other: Load) -> bool:
    return (one.x_mm, one.y_mm) == (other.x_mm, other.y_mm)
