"""A landing of a worn sensor is told once, however often it hits within it."""

import numpy as np

from ankletest.samples import FloatArray, G, Site
from ankletest.signals.landing import imu_landings_s

RATE = 200.0


def fallen(hits_g: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Stand for a second, fall for 0.3 s, land with these samples of |a|, stand."""
    size = np.concatenate((np.ones(200), np.full(60, 0.1), hits_g, np.ones(200)))
    imu = np.zeros((len(size), 6))
    imu[:, 2] = G * size
    return np.arange(len(size)) / RATE, imu


def test_two_hits_of_one_landing_are_one() -> None:
    t, once = fallen(np.array([1.5, 6.0, 4.0]))
    _, twice = fallen(np.array([1.5, 6.0, 2.4, 6.0, 4.0]))
    (one,) = imu_landings_s(t, once, site=Site.FOOT)

    assert imu_landings_s(np.arange(len(twice)) / RATE, twice, site=Site.FOOT) == [one]
    assert abs(one - 1.30) < 0.012


def test_somebody_who_only_stands_has_not_landed() -> None:
    t = np.arange(400) / RATE
    imu = np.zeros((400, 6))
    imu[:, 2] = G

    assert imu_landings_s(t, imu, site=Site.FOOT) == []
    assert imu_landings_s(t[:2], imu[:2], site=Site.FOOT) == []
