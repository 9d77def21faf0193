"""Sets of hops of somebody whose foot sensor is timed: one after another, with one truth for all, and ended by a stop."""

import numpy as np
import pytest

from ankletest.samples import G, Side, Site
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.motion import Spot
from drivers.people.wearing import hops, sets_of

FOOT = Spot(Site.FOOT)


def test_sets_follow_one_another_and_the_truth_lists_every_hop() -> None:
    act = hops(Person(), Side.LEFT, Faults(hop_sets=3.0), (1, 2))
    motion = act.motion({FOOT}, start_s=5.0)
    contacts = motion.truth["contacts"]
    assert isinstance(contacts, list)
    starts = np.array([hop["ic_s"] for hop in contacts])
    force = np.interp(starts + 0.1, motion.start_s + np.arange(len(motion.force_n)) / motion.rate_hz, motion.force_n)

    assert len(contacts) == 30
    assert np.all(np.diff(starts) > 0.3)
    assert np.flatnonzero(np.diff(starts) > 2.0).tolist() == [9, 19]  # the walk back onto the pad
    assert float(force.min()) > 500.0  # every contact is where the force is, also in the last set
    assert len(motion.worn[FOOT]) == len(motion.force_n)
    assert motion.end_s - motion.start_s == pytest.approx(act.gone_s, abs=0.5)


def test_people_hop_differently_from_set_to_set() -> None:
    act = hops(Person(), Side.LEFT, Faults(), (1, 2))
    motion = act.motion({FOOT}, start_s=0.0)
    contacts = motion.truth["contacts"]
    assert isinstance(contacts, list)
    lengths = np.array([hop["to_s"] - hop["ic_s"] for hop in contacts]).reshape(2, 10)

    assert not np.allclose(lengths[0], lengths[1])


def test_between_the_sets_nobody_is_on_the_pad_and_the_foot_feels_gravity_alone() -> None:
    act = hops(Person(), Side.LEFT, Faults(), (1, 2))
    motion = act.motion({FOOT}, start_s=0.0)
    gap = round((act.sets[0].gone_s + 0.5) * motion.rate_hz)

    assert motion.force_n[gap] == pytest.approx(0.0, abs=1.0)
    assert float(np.linalg.norm(motion.worn[FOOT][gap, :3])) == pytest.approx(G, rel=0.05)


def test_a_stop_in_the_first_set_leaves_the_others_out() -> None:
    act = hops(Person(), Side.LEFT, Faults(hop_sets=3.0), (1, 2))

    assert len(act.stopped(8.0).sets) == 1
    assert len(act.stopped(act.sets[0].gone_s + 8.0).sets) == 2
    assert act.stopped(8.0).gone_s < act.gone_s


@pytest.mark.parametrize(
    ("order", "sets"), [({}, 2.0), ({"given": {}}, 2.0), ({"given": {"sets": [4.0]}}, 4.0), ({"given": {"sets": []}}, 2.0)]
)  # fmt: skip
def test_as_many_sets_are_hopped_as_the_order_says(order: dict[str, object], sets: float) -> None:
    assert sets_of(order, 2.0) == sets
