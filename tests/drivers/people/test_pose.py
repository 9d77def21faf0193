"""What an IMU feels in poses with a known answer."""

import numpy as np
import pytest

from ankletest.samples import G
from drivers.people.motion import REST, bump, ease, second_order
from drivers.people.pose import Lean, felt, knock, leaning, lifted, pose

N, RATE = 400, 200.0
T = np.arange(N) / RATE


def test_at_rest_it_feels_gravity_upward_and_nothing_else() -> None:
    assert np.allclose(felt(pose(N), RATE), REST, atol=1e-12)


def test_leaning_forward_gravity_moves_to_the_negative_forward_axis() -> None:
    force = felt(pose(N, pitch=0.1), RATE)[0]

    assert force[0] == pytest.approx(-G * np.sin(0.1))
    assert force[1] == pytest.approx(0.0)
    assert force[2] == pytest.approx(G * np.cos(0.1))


def test_leaning_right_gravity_moves_to_the_left_axis() -> None:
    force = felt(pose(N, roll=0.1), RATE)[0]

    assert force[1] == pytest.approx(G * np.sin(0.1))
    assert force[2] == pytest.approx(G * np.cos(0.1))


def test_turning_shows_on_the_axis_it_turns_about() -> None:
    felt_nod = felt(pose(N, pitch=0.5 * T), RATE)
    felt_tip = felt(pose(N, roll=-0.3 * T), RATE)

    assert felt_nod[:, 3:] == pytest.approx(np.tile([0.0, 0.5, 0.0], (N, 1)), abs=1e-9)
    assert felt_tip[:, 3:] == pytest.approx(np.tile([-0.3, 0.0, 0.0], (N, 1)), abs=1e-9)


def test_free_fall_feels_like_nothing() -> None:
    assert felt(pose(N, up=-G, pitch=0.3), RATE)[:, :3] == pytest.approx(np.zeros((N, 3)), abs=1e-12)


def test_a_swaying_body_feels_its_height_times_the_acceleration_less_gravity_times_the_lean() -> None:
    lean = 0.01 * np.sin(2 * np.pi * T)
    bend = -((2 * np.pi) ** 2) * lean
    still = Lean(np.zeros(N), np.zeros(N))
    forward = felt(leaning(still, Lean(lean, bend), height_m=1.0), RATE)
    right = felt(leaning(Lean(lean, bend), still, height_m=1.0), RATE)

    # a = z θ̈ − g θ to first order (algorithms.md 10.2); second order is θ² g = 1e-3.
    assert forward[:, 0] == pytest.approx(bend - G * lean, abs=2e-3)
    assert right[:, 1] == pytest.approx(-(bend - G * lean), abs=2e-3)
    assert forward[1:-1, 4] == pytest.approx(0.02 * np.pi * np.cos(2 * np.pi * T)[1:-1], abs=1e-4)


def test_poses_of_movements_add_up() -> None:
    both = pose(N, up=1.0, pitch=0.1) + pose(N, up=2.0, left=0.5, pitch=-0.3)

    assert both.acc_m_s2[0] == pytest.approx([0.0, 0.5, 3.0])
    assert both.pitch_rad[0] == pytest.approx(-0.2)


def test_a_lifted_foot_ends_where_it_is_lifted_to() -> None:
    up = lifted(T, ease(T, 0.5, 1.2), RATE, lift_m=0.2, pitch_rad=0.7)
    speed = np.cumsum(up.acc_m_s2[:, 2]) / RATE
    height = np.cumsum(speed) / RATE

    assert height[-1] == pytest.approx(0.2, rel=0.01)  # two sums on a 5 ms grid
    assert speed[-1] == pytest.approx(0.0, abs=1e-6)
    assert up.pitch_rad[-1] == pytest.approx(0.7)


def test_a_knock_leaves_no_speed_behind() -> None:
    t = np.arange(2000) / 4000.0
    spike = knock(t, 0.1, peak_m_s2=20.0)

    assert spike.max() == pytest.approx(20.0, rel=1e-3)
    assert spike.sum() / 4000.0 == pytest.approx(0.0, abs=1e-6)


def test_eases_and_bumps_begin_and_end_flat() -> None:
    rise, hill = ease(T, 0.5, 1.0), bump(T, 0.5, 1.0)

    assert (rise[T <= 0.5] == 0).all()
    assert (rise[T >= 1.0] == 1).all()
    assert hill.max() == pytest.approx(1.0)
    assert (hill[(T <= 0.5)] == 0).all()
    assert np.abs(hill[T >= 1.0]).max() < 1e-12
    assert np.diff(rise).min() >= 0


def test_a_second_order_system_settles_on_its_first_row_and_has_unit_gain() -> None:
    step = np.where(np.arange(4000) < 500, 2.0, 3.0)[:, None]
    out = second_order(step, rate_hz=4000.0, natural_hz=40.0, damping=0.55)[:, 0]

    assert out[:500] == pytest.approx(np.full(500, 2.0))
    assert out[-1] == pytest.approx(3.0)
    # Overshoot of a second-order step: exp(−πζ/√(1−ζ²)) = 12.6 % at ζ = 0.55.
    assert out.max() - 3.0 == pytest.approx(np.exp(-np.pi * 0.55 / np.sqrt(1 - 0.55**2)), rel=0.01)
