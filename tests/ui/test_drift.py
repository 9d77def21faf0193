"""How certificates stand and drift: states, days left, and the number that is followed, without a window."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from calibration.catalog import PROCEDURES
from calibration.certificate import Certificate, Figure, Identity, Limit
from ui.drift import MAINS, alike, left, lines_of, main_of, point_of, summary, title_of, value_told

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PAD, FOOT = Identity("native-pad", "P1"), Identity("native-imu", "F1")


def certificate(
    kind: str = "gyro_rest",
    device: Identity = FOOT,
    *,
    age_d: float = 1.0,
    days: float | None = 30.0,
    passed: bool = True,
    **figures: tuple,
) -> Certificate:
    at = NOW - timedelta(days=age_d)
    found = tuple(Figure(key, "", values) for key, values in figures.items())
    limits = (Limit("noise", "noise", 0.1 if passed else 0.9, 0.3, "°/s"),)
    expires = None if days is None else at + timedelta(days=days)
    return Certificate(kind, 1, device, at, expires, "AB", parameters=found, limits=limits, passed=passed, why="" if passed else "noisy")


def test_every_procedure_has_a_number_that_is_followed() -> None:
    assert set(MAINS) == {procedure.key for procedure in PROCEDURES}


def test_a_line_is_the_newest_certificate_of_a_device_and_kind_and_connected_devices_come_first() -> None:
    old, new = certificate(age_d=20.0), certificate(age_d=2.0)
    lines = lines_of([new, old, certificate("pad_span", PAD, days=365.0)], [PAD, Identity("native-imu", "F2")], NOW)

    assert [(line.device.serial, line.state, line.connected) for line in lines] == [
        ("P1", "good", True), ("F2", "none", True), ("F1", "good", False)
    ]  # fmt: skip
    assert lines[-1].certificate == new


@pytest.mark.parametrize(
    ("age_d", "days", "passed", "state", "told"),
    [
        (1.0, 30.0, True, "good", "29 d"), (20.0, 30.0, True, "due", "10 d"), (30.5, 30.0, True, "expired", "lapsed"),
        (1.0, 30.0, False, "failed", "29 d"), (0.1, 0.5, True, "good", "10 h"), (1.0, None, True, "good", "until the next"),
    ],
)  # fmt: skip
def test_a_state_is_told_with_what_is_left(age_d, days, passed, state, told) -> None:
    one = certificate(age_d=age_d, days=days, passed=passed)

    assert lines_of([one], [], NOW)[0].state == state
    assert left(one, NOW) == told


def test_states_are_counted_the_worst_first() -> None:
    lines = lines_of([certificate(), certificate("acc_poses", passed=False), certificate("gyro_turns")], [PAD], NOW)

    assert summary(lines) == [("failed", "failed: 1"), ("none", "no certificate: 1"), ("good", "passed: 2")]


def test_a_number_is_followed_in_a_unit_for_reading() -> None:
    one = certificate(gyro_bias=(math.radians(0.5), math.radians(-0.2), 0.0), u_gyro_bias_rad_s=(math.radians(0.01),))
    point = point_of(one)

    assert point.values == pytest.approx((0.5, -0.2, 0.0))
    assert point.u == pytest.approx(0.01)
    assert value_told(point, main_of(one)) == "0.500  −0.200  0.000"


def test_the_error_on_a_grid_is_followed_as_one_number() -> None:
    point = point_of(certificate("pad_cop", PAD, proof_error_mm=(0.3, 0.4)))

    assert point.values == pytest.approx((math.sqrt(0.125),))


def test_a_scale_matrix_is_followed_along_its_diagonal() -> None:
    point = point_of(certificate("gyro_turns", gyro_scale=(1.01, 0.0, 0.0, 0.0, 0.99, 0.0, 0.0, 0.0, 1.0)))

    assert point.values == (1.01, 0.99, 1.0)


def test_a_kind_of_a_newer_version_follows_its_first_number_under_its_key() -> None:
    one = certificate("pad_warmth", PAD, warm_up=(3.0, 4.0))

    assert title_of("pad_warmth") == "pad_warmth"
    assert main_of(one).title == "Warm up"
    assert point_of(one).values == (3.0,)


def test_a_certificate_without_its_number_is_no_point() -> None:
    assert point_of(certificate()).values == ()
    assert value_told(point_of(certificate()), MAINS["gyro_rest"]) == "–"


def test_only_the_same_device_and_kind_are_alike() -> None:
    mine = certificate()

    assert alike([mine, certificate("acc_poses"), certificate(device=Identity("native-imu", "F2"))], mine) == [mine]
