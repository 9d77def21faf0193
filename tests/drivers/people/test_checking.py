"""A simulated client in the check of the sensors: does what is asked, when it is asked, with the foot that is asked for."""

import numpy as np
import pytest

from ankletest.checks.steps import Step
from ankletest.samples import GYRO, Side, Site
from drivers.people.body import Person
from drivers.people.checking import LIFT_S, ON_S, WAITS_S, CheckAct
from drivers.people.faults import Faults
from drivers.people.motion import Motion, Spot
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE_CHOICES

PERSON = Person()
LEFT, RIGHT, TRUNK = Spot(Site.FOOT), Spot(Site.FOOT, tested=False), Spot(Site.LUMBAR)
ACT = CheckAct(PERSON, (1, 2), ((Step.ON, 0.0), (Step.LEFT, 3.0), (Step.DOWN, 5.0), (Step.RIGHT, 7.0)), off_s=9.0)


def made(act: CheckAct = ACT) -> Motion:
    return act.motion([LEFT, RIGHT, TRUNK], start_s=0.0)


def turn(motion: Motion, spot: Spot, start_s: float, end_s: float) -> float:
    """Return the fastest turn of a spot in a span, rad/s."""
    rows = slice(round(start_s * motion.rate_hz), round(end_s * motion.rate_hz))
    return float(np.linalg.norm(motion.worn[spot][rows, GYRO], axis=1).max())


def test_the_foot_that_is_asked_for_is_lifted_and_the_other_stands() -> None:
    motion = made()

    assert turn(motion, LEFT, 3.0, 3.0 + LIFT_S) > 1.0 > 0.2 > turn(motion, RIGHT, 1.0, 6.9)
    assert turn(motion, RIGHT, 7.0, 7.0 + LIFT_S) > 1.0 > 0.2 > turn(motion, LEFT, 5.0 + LIFT_S + 0.1, 9.0)


def test_the_pad_carries_the_weight_and_the_pressure_goes_to_the_standing_foot() -> None:
    motion = made()

    def mean(values: np.ndarray, start_s: float, end_s: float) -> float:
        return float(values[round(start_s * motion.rate_hz) : round(end_s * motion.rate_hz)].mean())

    assert mean(motion.force_n, ON_S + 0.1, 8.9) == pytest.approx(PERSON.weight_n, rel=0.01)  # breathing: SD 0.3 %
    assert mean(motion.cop_mm[:, 0], 1.5, 2.9) == pytest.approx(0.0, abs=8.0)  # sway on both feet
    assert mean(motion.cop_mm[:, 0], 4.0, 4.9) == pytest.approx(75.0, abs=8.0)
    assert mean(motion.cop_mm[:, 0], 8.0, 8.9) == pytest.approx(-75.0, abs=8.0)
    assert motion.force_n[-1] == 0.0


def test_what_was_before_an_order_is_not_changed_by_it() -> None:
    before = CheckAct(PERSON, (1, 2), ((Step.ON, 0.0), (Step.LEFT, 3.0)))
    after = before.then(Step.DOWN, 5.0)
    rows = round(4.9 * 1000.0)
    first, second = made(before), made(after)

    assert np.array_equal(first.force_n[:rows], second.force_n[:rows])
    assert np.array_equal(first.cop_mm[:rows], second.cop_mm[:rows])
    for spot in (LEFT, RIGHT, TRUNK):
        assert np.array_equal(first.worn[spot][:rows], second.worn[spot][:rows])


def test_who_hears_nothing_more_steps_off_in_the_end() -> None:
    act = CheckAct(PERSON, (1, 2), ((Step.ON, 0.0),))

    assert act.gone_s == WAITS_S + ON_S
    assert act.stopped(4.0).gone_s == 4.0 + ON_S
    assert act.stopped(4.0).then(Step.LEFT, 5.0).motion([LEFT], start_s=0.0).force_n[-1] == 0.0


def test_without_an_order_to_step_on_the_pad_stays_empty() -> None:
    act = CheckAct(PERSON, (1, 2), ((Step.LEFT, 0.0), (Step.DOWN, 2.0)), off_s=4.0)

    assert not act.motion([LEFT], start_s=0.0).force_n.any()
    assert turn(made(act), LEFT, 0.0, LIFT_S) > 1.0


@pytest.mark.parametrize("swapped", [False, True])
def test_a_practice_device_is_worn_where_its_name_says_and_swapped_ones_are_not(swapped: bool) -> None:
    world = World(PRACTICE_CHOICES, person=PERSON, seed=1, faults=Faults(swapped=swapped))
    left, right = PRACTICE_CHOICES[1:3]

    assert world._spot(left, Side.LEFT) == Spot(Site.FOOT, tested=not swapped)
    assert world._spot(right, Side.LEFT) == Spot(Site.FOOT, tested=swapped)
    assert world._spot(PRACTICE_CHOICES[3], Side.LEFT) == TRUNK
    assert world._spot(PRACTICE_CHOICES[0], Side.LEFT) is None


def test_equal_orders_give_equal_bytes_however_time_is_cut() -> None:
    def visit(step_s: float) -> list[bytes]:
        world = World(PRACTICE_CHOICES[:3], person=PERSON, seed=4)
        orders = [(1.0, Step.REST), (3.0, Step.ON), (5.0, Step.LEFT), (7.0, Step.DOWN), (9.0, Step.RIGHT), (11.0, Step.DONE)]
        out, now = [], 0.0
        for at_s, step in orders:
            while now < at_s:
                now = min(at_s, now + step_s)
                out += world.advance(now)
            world.operator({"event": "check", "step": step.value}, now)
        return [item.payload for item in [*out, *world.advance(14.0)]]

    assert visit(0.01) == visit(0.4)
