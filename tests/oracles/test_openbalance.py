"""Path, ellipse, hull and circle (SW-05, SW-07 to SW-09) beside openbalance."""

from pathlib import Path

import numpy as np
import pytest

from ankletest.metrics import sway
from ankletest.metrics.sway_research import circle_area_mm2
from ankletest.samples import FloatArray

WHY = "openbalance is not installed; it is in the dependency group 'oracles'"
kinematics = pytest.importorskip("openbalance.processing.kinematics", reason=WHY)
trials = pytest.importorskip("openbalance.core.trial", reason=WHY)
# Sums of the same squares in another order.
ROUNDING = 1e-9


def walk() -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(3)
    x = 0.3 * np.cumsum(rng.normal(size=3000))
    return x, 0.3 * x + 0.2 * np.cumsum(rng.normal(size=3000))


def circle() -> tuple[FloatArray, FloatArray]:
    t = np.arange(3000) / 100.0
    return 10.0 * np.cos(np.pi * t) + 3.0, 10.0 * np.sin(np.pi * t) - 7.0


def theirs(x: FloatArray, y: FloatArray) -> dict[str, float]:
    trial = trials.Trial(np.zeros((len(x), 1)), 100.0, ["none"])
    trial.parameters |= {"COP_x": x, "COP_y": y}
    kinematics.calculate_path_length(trial)
    kinematics.calculate_sway_areas(trial)
    return {key: float(trial.parameters[key]) for key in ("Path_Length", "Area_Ellipse", "Area_Hull", "Area_Circle")}


def agree(x: FloatArray, y: FloatArray) -> None:
    told, n = theirs(x, y), len(x)

    assert sway.path_mm(x, y) == pytest.approx(told["Path_Length"], rel=ROUNDING)
    assert sway.hull_area_mm2(sway.hull_of(x, y)) == pytest.approx(told["Area_Hull"], rel=ROUNDING)
    # It cites Schubert & Kirchner for the chi-square quantile; they, and we but for P-RAW, take the one of F for N samples.
    assert sway.ellipse(x, y, sway.EllipseForm.CHI2).area_mm2 == pytest.approx(told["Area_Ellipse"], rel=ROUNDING)
    ratio = (n * n - 1.0) / n * np.expm1(2.0 * np.log(20.0) / (n - 2)) / sway.CHI2_95
    assert sway.ellipse(x, y).area_mm2 / told["Area_Ellipse"] == pytest.approx(ratio, rel=ROUNDING)
    # Its circle takes the SD of the distances with 1/(N − 1) and 1.645; ours, with Prieto et al., 1/N and three more figures.
    r, more = sway.mean_distance_mm(x, y), np.hypot(x - x.mean(), y - y.mean()).std(ddof=1)
    assert told["Area_Circle"] == pytest.approx(np.pi * (r + 1.645 * more) ** 2, rel=ROUNDING)
    assert circle_area_mm2(x, y) == pytest.approx(told["Area_Circle"], rel=1e-3)


@pytest.mark.parametrize("curve", [walk, circle])
def test_path_and_areas_are_the_same_but_for_the_quantile(curve) -> None:
    agree(*curve())


def test_the_golden_circle_has_the_golden_path() -> None:
    # metrics.md 14, at its tolerance.
    assert theirs(*circle())["Path_Length"] == pytest.approx(942.124892, rel=1e-6)


@pytest.mark.shared_data
def test_a_real_minute_on_one_leg_is_as_long_and_as_wide(shared_data: Path) -> None:
    for side in ("left", "right"):
        rows = np.loadtxt(shared_data / "kinvent_single_leg" / f"sls_60s_{side}.csv", delimiter=",", skiprows=1)
        cells = rows[:, 1:5]
        # Any place of the cells makes a path of a foot; where they are on this pad is another test's.
        agree(
            cells @ np.array([-69.0, 69.0, 69.0, -69.0]) / cells.sum(axis=1),
            cells @ np.array([-146.5, -146.5, 146.5, 146.5]) / cells.sum(axis=1),
        )
