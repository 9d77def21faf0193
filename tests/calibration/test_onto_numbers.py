"""From the certificate of a simulated device to the ± of a number: through bytes, the recording and the path, not by a made-up standing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from ankletest.calibrated import attached
from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue
from ankletest.samples import Side
from ankletest.session import Session
from ankletest.trial import Setup, Trial
from calibration.catalog import by_key
from calibration.certificate import Certificate
from calibration.procedure import Order, Refusal
from drivers.catalog import MODELS
from drivers.people.body import Person
from drivers.people.faults import faults_of
from drivers.transports.simulator import simulate
from tests.calibration.imu_visits import FOOT, visit
from tests.calibration.test_pad_procedures import DATE, PAD, checked, ended


def stood(certificates: Sequence[Certificate], faults: Mapping[str, float]) -> tuple[Trial, dict[str, MetricValue]]:
    """Return a stance on the pad that was calibrated, under certificates."""
    items = list(simulate([Setup("stance", Side.LEFT, duration_s=15.0)], [PAD], Person(), 1, faults_of(faults))[0])
    opening = attached(json.loads(items[0].payload), [one.as_json() for one in certificates], date=DATE)
    items[0] = replace(items[0], payload=json.dumps(opening).encode())
    session = Session(MODELS)
    (done,) = (*session.feed(items).finished, *session.finish().finished)
    return done.trial, {value.metric.key: value for value in evaluate(done.trial)}


def test_the_noise_floor_of_a_dead_weight_is_told_under_the_person() -> None:
    noisy = {"pad_noise": 0.8}
    certificate = checked("pad_noise", noisy)
    trial, bare = stood([], noisy)
    _, under = stood([certificate], noisy)
    floor, empty = under["noise_velocity"], bare["noise_velocity"]
    load = trial.body_weight_n if trial.body_weight_n > 0.0 else 706.0

    assert certificate.version == 2
    assert floor.value == pytest.approx(certificate.figure("mv_noise")[0] * certificate.figure("force")[0] / load, rel=0.02)
    # Two ways to the same noise: a dead weight for 30 s, and the empty cells of this very recording, known to 16 %.
    assert empty.value is not None
    assert floor.value == pytest.approx(empty.value, rel=0.35)
    assert (floor.uncertainty or 0.0) < 0.5 * (empty.uncertainty or 0.0)
    assert under["velocity"].value == bare["velocity"].value


def test_what_a_force_check_found_off_is_in_the_force_that_is_told() -> None:
    one = ended("force_check", {"pad_gain": 0.0}, weight_kg=(10.0, 20.0, 40.0)).certificate
    assert one

    scale, u = one.figure("scale")[0], one.figure("u_force_share")[0]
    assert u >= abs(scale - 1.0)
    assert u >= 0.0005  # of the weights
    assert u < 0.005


def test_an_accelerometer_s_certificate_tells_its_scale() -> None:
    one = visit("acc_poses", seed=2)
    found = one.certificate()

    assert found.version == 2
    assert 0.0 < found.figure("u_acc_scale")[0] < 0.001


def test_the_temperature_of_the_room_may_be_entered_with_every_procedure_and_is_on_the_certificate() -> None:
    given = {"temperature_c": (23.5,)}

    assert visit("gyro_rest", given=given).certificate().temperature_c == 23.5
    assert visit("gyro_rest").certificate().temperature_c is None
    procedure = by_key("gyro_rest")
    with pytest.raises(Refusal, match="makes no sense"):
        procedure.ordered(Order("gyro_rest", FOOT.device, DATE, "", {"temperature_c": (451.0,)}))
