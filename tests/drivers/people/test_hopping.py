"""Simulated hops: momentum, flight times, what sensors feel, and that cutting a set short keeps its beginning."""

import numpy as np
import pytest

from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Setup
from drivers.people.body import INJURED_RIGHT, Person
from drivers.people.hopping import GRID_HZ, LAND_S, HopPlan, hopping, plan_hops
from drivers.people.motion import Motion, Spot

PERSON = Person()
FOOT, FREE, SHANK, TRUNK = Spot(Site.FOOT), Spot(Site.FOOT, tested=False), Spot(Site.SHANK), Spot(Site.LUMBAR)
SPOTS = (FOOT, FREE, SHANK, TRUNK)
SETUP = Setup("hops", Side.RIGHT, hops=10)


def _made(seed: int, hops: int | None = None, person: Person = PERSON) -> tuple[HopPlan, Motion, FloatArray]:
    plan = plan_hops(person, SETUP, (seed, 1), hops=hops)
    motion = hopping(person, plan, SPOTS, start_s=0.0, seed=(seed, 1))
    return plan, motion, np.arange(len(motion.force_n)) / GRID_HZ


@pytest.fixture(scope="module")
def made() -> tuple[HopPlan, Motion, FloatArray]:
    return _made(3)


@pytest.mark.parametrize("seed", range(6))
def test_between_two_heights_the_pad_bears_body_weight_exactly(seed: int) -> None:
    plan, motion, t = _made(seed)
    tops = [0.5 * (up + down) for up, down in zip(plan.take_offs_s, plan.touches_s, strict=True)]
    rows = slice(round(tops[0] * GRID_HZ), round(tops[-1] * GRID_HZ) + 1)
    balance = np.trapezoid(motion.force_n[rows], t[rows]) / (PERSON.weight_n * (tops[-1] - tops[0]))

    # The speed is 0 at both tops, so impulse over weight and time is 1; 250 µs rows at both ends allow 1e-4.
    assert balance == pytest.approx(1.0, abs=2e-4)


def test_over_the_counted_cycles_the_momentum_balance_is_one_up_to_the_difference_of_the_outer_flights(
    made: tuple[HopPlan, Motion, FloatArray],
) -> None:
    plan, motion, t = made
    start, end = plan.touches_s[0], plan.touches_s[-1]
    rows = (t >= start) & (t <= end)
    first, last = start - plan.take_offs_s[0], end - plan.take_offs_s[-1]
    impulse = np.trapezoid(motion.force_n[rows], t[rows])

    # HP-16 holds for equal outer flights; the rest is the body's own momentum, M g (FT_0 − FT_N)/2.
    assert impulse / (PERSON.weight_n * (end - start + 0.5 * (first - last))) == pytest.approx(1.0, abs=1e-3)
    assert impulse / (PERSON.weight_n * (end - start)) == pytest.approx(1.0, abs=0.02)


def test_force_is_nothing_in_flight_and_something_in_contact(made: tuple[HopPlan, Motion, FloatArray]) -> None:
    plan, motion, t = made
    off = np.flatnonzero(np.diff((motion.force_n > 10.0).astype(int)) == -1)
    on = np.flatnonzero(np.diff((motion.force_n > 10.0).astype(int)) == 1)

    # The force passes 10 N within 2 ms of each true edge: a half-sine of 2.4 kN and 240 ms takes 0.3 ms, the push-off's tail longest.
    assert t[off[:-1]] == pytest.approx(plan.take_offs_s, abs=2e-3)
    assert t[on[1:]] == pytest.approx(plan.touches_s, abs=2e-3)
    for up, down in zip(plan.take_offs_s, plan.touches_s, strict=True):
        assert not motion.force_n[(t > up + 1e-3) & (t < down - 1e-3)].any()


def test_the_truth_tells_what_happens(made: tuple[HopPlan, Motion, FloatArray]) -> None:
    plan, motion, t = made
    contacts = motion.truth["contacts"]

    assert isinstance(contacts, list)
    assert len(contacts) == SETUP.hops
    for contact, bounce, after in zip(contacts, plan.bounces, plan.touches_s[1:], strict=True):
        rows = (t >= bounce.start_s) & (t <= bounce.end_s)
        assert contact["ic_s"] == bounce.start_s
        assert contact["flight_s"] == pytest.approx(after - bounce.end_s)
        assert contact["height_m"] == pytest.approx(0.5 * (G * contact["flight_s"] / 2) ** 2 / G)  # v²/2g
        assert contact["peak_n"] == pytest.approx(motion.force_n[rows].max())
        assert 2.5 * PERSON.weight_n < contact["peak_n"] < 5.0 * PERSON.weight_n  # single-leg hops


def test_hops_pass_every_gate_and_tire_the_leg(made: tuple[HopPlan, Motion, FloatArray]) -> None:
    flights: list[float] = []
    lengths: list[float] = []
    for seed in range(20):
        plan = plan_hops(PERSON, SETUP, (seed, 1))
        flights += [down - up for up, down in zip(plan.take_offs_s[1:], plan.touches_s[1:], strict=True)]
        lengths += [bounce.contact.length_s for bounce in plan.bounces]
    rank = np.tile(np.arange(10), 20)

    assert 0.10 < min(flights) < max(flights) < 0.90
    assert 0.08 < min(lengths) < max(lengths) < 0.60
    # 0.6 % a hop; 200 hops of 3 % spread leave 0.07 % SD of the slope.
    assert np.polyfit(rank, flights, 1)[0] / np.mean(flights) == pytest.approx(-0.006, abs=0.0025)
    assert np.std(lengths) / np.mean(lengths) == pytest.approx(0.035, abs=0.012)


def test_an_injured_leg_hops_lower_and_stays_longer() -> None:
    left = plan_hops(INJURED_RIGHT, Setup("hops", Side.LEFT), (1, 1))
    right = plan_hops(INJURED_RIGHT, Setup("hops", Side.RIGHT), (1, 1))

    def means(plan: HopPlan) -> tuple[float, float]:
        flights = np.subtract(plan.touches_s[1:], plan.take_offs_s[1:])
        return float(np.mean([bounce.contact.length_s for bounce in plan.bounces])), float(np.mean(flights))

    assert means(right)[0] > 1.1 * means(left)[0]
    assert means(right)[1] < 0.85 * means(left)[1]


@pytest.mark.parametrize("seed", range(4))
def test_a_landing_shakes_the_foot_as_landings_do(seed: int) -> None:
    plan, motion, _ = _made(seed)
    size = np.linalg.norm(motion.worn[FOOT][:, :3], axis=1) / G
    for bounce in plan.bounces:
        rows = slice(round((bounce.start_s - 0.002) * GRID_HZ), round((bounce.start_s + 0.04) * GRID_HZ))
        spike = size[rows]

        # 15–30 g over 5–10 ms (algorithms.md 10.1); single hops a little beyond.
        assert 13.0 < spike.max() < 33.0
        assert 2.0 < (spike > 0.5 * spike.max()).sum() / GRID_HZ * 1e3 < 12.0
        assert size[round((bounce.start_s - 0.02) * GRID_HZ)] < 2.0


@pytest.mark.parametrize("seed", range(4))
def test_the_foot_turns_fastest_at_take_off_without_leaving_the_range(seed: int) -> None:
    plan, motion, t = _made(seed)
    nod = np.degrees(motion.worn[FOOT][:, 4])
    for bounce in plan.bounces:
        rows = slice(round((bounce.end_s - 0.08) * GRID_HZ), round((bounce.end_s + 0.05) * GRID_HZ))
        late = t[rows][np.argmax(nod[rows])] - bounce.end_s

        # The soft mount delays the turn by 2 ζ/ω_n: 2.9 ms at 60 Hz to 5 ms at 35 Hz at most.
        assert 0.0 < late < 0.005
        assert 300.0 < nod[rows].max() < 1300.0


def test_the_foot_lands_flat_enough_and_leaves_on_its_ball(made: tuple[HopPlan, Motion, FloatArray]) -> None:
    plan, motion, t = made
    pitch = np.cumsum(motion.worn[FOOT][:, 4]) / GRID_HZ
    pitch = np.degrees(pitch - pitch[round((plan.push_s - 0.1) * GRID_HZ)])
    for i, bounce in enumerate(plan.bounces):
        low = pitch[(t > bounce.start_s) & (t < bounce.end_s)].min()

        # Integrated rate: the mount's delay times 15 rad/s is 3°.
        assert pitch[round(bounce.start_s * GRID_HZ)] == pytest.approx(np.degrees(plan.pitches[i].down_rad), abs=4.0)
        assert pitch[round(bounce.end_s * GRID_HZ)] == pytest.approx(np.degrees(plan.pitches[i + 1].up_rad), abs=6.0)
        assert low == pytest.approx(np.degrees(plan.pitches[i].low_rad), abs=4.0)


def test_the_trunk_falls_freely_and_its_mean_over_cycles_is_gravity(made: tuple[HopPlan, Motion, FloatArray]) -> None:
    plan, motion, t = made
    felt = motion.worn[TRUNK][:, 2]
    for up, down in zip(plan.take_offs_s, plan.touches_s, strict=True):
        # 80 ms after take-off soft tissue of 13–24 Hz has come to rest.
        assert np.abs(felt[(t > up + 0.08) & (t < down)]).max() < 0.2 * G
    tops = [0.5 * (up + down) for up, down in zip(plan.take_offs_s, plan.touches_s, strict=True)]
    rows = (t >= tops[0]) & (t <= tops[-1])
    assert felt[rows].mean() / G == pytest.approx(1.0, abs=0.01)


def test_after_the_last_landing_the_person_stands_still(made: tuple[HopPlan, Motion, FloatArray]) -> None:
    plan, motion, t = made
    still = (t > plan.land_s + LAND_S + 0.35) & (t < plan.footing.off_s)

    assert motion.force_n[still].mean() == pytest.approx(PERSON.weight_n, rel=0.005)
    assert np.linalg.norm(motion.worn[TRUNK][still, :3], axis=1) == pytest.approx(G, rel=0.02)
    assert motion.force_n[t > plan.footing.gone_s].max() == 0.0


def test_a_set_cut_short_begins_with_the_very_same_samples() -> None:
    _, whole, t = _made(5)
    plan, cut, _ = _made(5, hops=4)
    same = t[: len(cut.force_n)] < plan.land_s - 0.01

    assert len(plan.bounces) == 4
    assert np.array_equal(whole.force_n[: len(same)][same], cut.force_n[same])
    assert np.array_equal(whole.cop_mm[: len(same)][same], cut.cop_mm[same])
    for spot in SPOTS:
        assert np.array_equal(whole.worn[spot][: len(same)][same], cut.worn[spot][same])
    assert len(cut.truth["contacts"]) == 4


def test_hops_fall_on_the_tested_side_of_the_pad(made: tuple[HopPlan, Motion, FloatArray]) -> None:
    plan, motion, _ = made
    places = [motion.cop_mm[round((b.start_s + 0.5 * b.contact.length_s) * GRID_HZ)] for b in plan.bounces]

    assert np.mean(places, axis=0)[0] == pytest.approx(75.0, abs=15.0)
    assert np.std(places, axis=0).min() > 2.0
    assert np.abs(places).max() < 160.0  # within the load cells
