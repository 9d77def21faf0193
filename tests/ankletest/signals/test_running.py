"""Running on a treadmill with force and a sacral accelerometer in one file (alcantara_running_acc_grf), beside what the force says.

Contact times of the sacral sensor are in test_trunk_contact: it feels more than gravity, so none is told. What can be compared is (1) the
force detector's contacts with the stances of the force, and (2) the touch-down that a sensor on the trunk tells of a landing. Recorded
accelerations are filtered (the README), in g and of two axes: no turn of the sensor is known.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ankletest.samples import FloatArray, G, Site
from ankletest.signals.contact import contacts_of
from ankletest.signals.landing import EDGE_U_S, imu_landings_s
from ankletest.trial import Event, Happening

RATE = 500.0
MASS_KG = 76.8  # of trial_info.csv
NOISE_N = 9.0
"""What the treadmill shows under nobody: 8 to 10 N in all trials."""


def trial(shared_data: Path, name: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return seconds, columns, and the stances of the reference, (n, 2) s."""
    folder = shared_data / "alcantara_running_acc_grf"
    columns = np.loadtxt(folder / f"{name}.csv", delimiter=",", skiprows=1)
    known = json.loads((folder / "reference_computed.json").read_text())[name]
    return np.arange(len(columns)) / RATE, columns, np.array(known["stance_on_off"]) / RATE


# Runs whose flights are all at least 76 ms; those of trial 02 are 50 to 76 ms (below).
@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["trial03", "trial06", "trial08"])
def test_every_stance_of_a_runner_is_a_contact(shared_data: Path, name: str) -> None:
    t, columns, stances = trial(shared_data, name)
    found = contacts(t, columns, stances)

    assert len(found) == len(stances)
    for stance, contact in zip(stances, found, strict=True):
        # Ours is where the force begins and ends; the reference is where it passes 0.05 BW, 38 N. Filtered force moves by 3 to 31 N/ms
        # there, so ours is up to 10 ms wider at either side, and never narrower.
        assert -0.0105 <= contact.t_s - stance[0] <= 0.0
        assert 0.0 <= contact.end_s - stance[1] <= 0.0105


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["trial03", "trial06", "trial08"])
def test_contact_times_of_a_runner_vary_as_the_reference_does(shared_data: Path, name: str) -> None:
    t, columns, stances = trial(shared_data, name)
    found = contacts(t, columns, stances)
    more = np.array([1e3 * ((c.end_s - c.t_s) - (s[1] - s[0])) for s, c in zip(stances, found, strict=True)])

    # 6.7 to 8.5 ms wider, by what lies below 38 N on both sides; from stance to stance by 2 ms, a sample of either program.
    assert 5.0 < more.mean() < 10.0
    assert more.std(ddof=1) < 2.0


@pytest.mark.shared_data
def test_a_flight_shorter_than_any_hops_is_none(shared_data: Path) -> None:
    t, columns, stances = trial(shared_data, "trial02")
    found = contacts(t, columns, stances)
    lost = [i for i, (before, after) in enumerate(pairwise(stances)) if after[0] - before[1] < 0.052]

    # 50 ms at 38 N, shorter between the detector's own thresholds; all the others, 54 to 76 ms, are flights.
    assert len(lost) == 1
    assert len(found) == len(stances) - 1
    merged = found[lost[0]]
    assert merged.t_s == pytest.approx(stances[lost[0], 0], abs=0.0105)
    assert merged.end_s == pytest.approx(stances[lost[0] + 1, 1], abs=0.0105)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["trial02", "trial03", "trial06", "trial08"])
def test_a_sensor_on_the_trunk_tells_every_touch_down_by_what_it_feels_upward(shared_data: Path, name: str) -> None:
    off = touch_downs_ms(shared_data, name)

    assert np.isfinite(off).all()
    # algorithms.md 2.3: −7 to +17 ms between trials, 2 to 8 ms within one. Here −11 to +12 ms; by the size of the acceleration it was
    # up to 39 ms early downhill (trial 08), and most of the landings at 4.2 m/s (trial 06) were not seen.
    assert abs(float(off.mean())) < 17.0
    assert float(off.std(ddof=1)) < 8.0
    assert np.abs(off).max() < 1.5 * 1e3 * EDGE_U_S[Site.LUMBAR]


def contacts(t: FloatArray, columns: FloatArray, stances: FloatArray) -> list[Event]:
    """Return the contacts from the first stance on, the one that the record cuts left out."""
    events = contacts_of(t, columns[:, 2] * MASS_KG * G, rate_hz=RATE, averaging=False, noise_n=NOISE_N)
    return [e for e in events if e.what is Happening.CONTACT and e.t_s > stances[0, 0] - 0.05 and e.t_s < stances[-1, 1]]


def touch_downs_ms(shared_data: Path, name: str) -> FloatArray:
    """Return how late the first landing since the stance before is told, for each stance but the first; NaN for none."""
    t, columns, stances = trial(shared_data, name)
    imu = np.zeros((len(t), 6))
    imu[:, 0], imu[:, 2] = columns[:, 1] * G, columns[:, 0] * G
    told = np.array(imu_landings_s(t, imu, site=Site.LUMBAR))
    between = [(told[(told > a[1]) & (told < b[1])], b[0]) for a, b in pairwise(stances)]
    return np.array([1e3 * (mine[0] - touch) if len(mine) else np.nan for mine, touch in between])
