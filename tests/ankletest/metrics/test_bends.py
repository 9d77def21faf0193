"""What a sensor's certificates do to the angles of a shin: the uncertainty they leave, where upright is, and when they no longer hold."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ankletest import metrics
from ankletest.calibrated import UNCERTIFIED, Standing
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import ACC, GYRO, G, Side, Site
from ankletest.session import Session
from ankletest.trial import Setup, Trial
from drivers.catalog import MODELS
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

ACC_U = ("u_acc_m_s2", 0.0007)
BASE_U = ("u_base_x_rad", math.radians(0.1))


@pytest.fixture(scope="module")
def lunges() -> Trial:
    shank = next(choice for choice in PRACTICE_CHOICES if choice.site is Site.SHANK and choice.side is Side.LEFT)
    items, _ = simulate([Setup("lunge", Side.LEFT, mass_kg=70.0)], [shank], Person(), 4, Faults(calibrated=True))
    session = Session(MODELS)
    (finished,) = (*session.feed(items).finished, *session.finish().finished)
    return finished.trial


def angle(trial: Trial, *uncertainty: tuple[str, float], leans_deg: float = 0.0, off_mg: float = 0.0) -> MetricValue:
    """The best lunge with these uncertainties certified, of a sensor that sits so far forward on the shin, and is off along its z."""
    (stream,) = trial.streams
    c, s = math.cos(math.radians(leans_deg)), math.sin(math.radians(leans_deg))
    turn = np.array(((c, 0.0, -s), (0.0, 1.0, 0.0), (s, 0.0, c)))
    values = np.concatenate((stream.values[:, ACC] @ turn.T + (0.0, 0.0, 1e-3 * off_mg * G), stream.values[:, GYRO] @ turn.T), axis=1)
    standing = Standing(("acc_poses-1",), uncertainty=uncertainty) if uncertainty else UNCERTIFIED
    made = replace(trial, streams=(replace(stream, values=values, standing=standing, certificate="acc_poses-1" if uncertainty else ""),))
    return next(value for value in metrics.evaluate(made) if value.metric.key == "lunge_angle")


def number(told: MetricValue) -> float:
    assert told.value is not None
    return told.value


def test_a_certificate_of_the_accelerometer_takes_the_caveat_and_most_of_its_share_of_the_uncertainty(lunges: Trial) -> None:
    without, certified = angle(lunges), angle(lunges, ACC_U)

    assert without.status is Status.WARN
    assert not any(reason.startswith("E-CAL") for reason in certified.reasons)
    assert certified.value == without.value
    assert without.uncertainty is not None
    assert certified.uncertainty is not None
    # 20 mg are 2 sin(φ/2) 1.146° and 2 mg a tenth of it; the posture of stance is 1° in both.
    tip = 2.0 * math.sin(0.5 * math.radians(number(certified))) * 1.146
    assert without.uncertainty == pytest.approx(math.hypot(tip, 1.0), rel=0.01)
    assert certified.uncertainty == pytest.approx(math.hypot(0.1 * tip, 1.0), rel=0.01)


def test_a_certificate_of_the_gyro_alone_says_nothing_of_gravity(lunges: Trial) -> None:
    assert any(reason.startswith("E-CAL") for reason in angle(lunges, ("u_gyro_bias_rad_s", 1e-4)).reasons)


def test_a_levelled_base_tells_upright_instead_of_stance(lunges: Trial) -> None:
    plain = angle(lunges, ACC_U, BASE_U)
    tilted = angle(lunges, ACC_U, BASE_U, leans_deg=4.0)
    by_stance = angle(lunges, ACC_U, leans_deg=4.0)

    # The shin that is taken for upright in stance hides how it leans there; by the base it does not.
    assert number(tilted) - number(plain) == pytest.approx(4.0, abs=0.1)  # the box sits 3° askew on the shin
    assert number(by_stance) == pytest.approx(number(angle(lunges, ACC_U)), abs=0.1)
    assert tilted.uncertainty is not None
    assert tilted.uncertainty < 0.2  # 1° of posture is no longer in it
    assert any("levelled on a floor" in reason for reason in tilted.reasons)


def test_a_base_that_does_not_lie_on_the_shin_says_nothing(lunges: Trial) -> None:
    other = angle(lunges, ACC_U, ("u_base_z_rad", math.radians(0.1)))

    assert other.value == angle(lunges, ACC_U).value
    assert not any("levelled" in reason for reason in other.reasons)


@pytest.mark.parametrize("off_mg", [-25.0, 25.0])
def test_a_certificate_that_gravity_contradicts_no_longer_holds(lunges: Trial, off_mg: float) -> None:
    contradicted = angle(lunges, ACC_U, off_mg=off_mg)

    assert contradicted.status is Status.WARN
    assert any("calibrate anew (QC-05)" in reason for reason in contradicted.reasons)
    assert not any("QC-05" in reason for reason in angle(lunges, ACC_U, off_mg=4.0).reasons)
