"""Landings of real jumps (two legs, 450 and 600 Hz) against the events and peaks that other programs found in them."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ankletest.exams import drop_landing
from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue
from ankletest.samples import FloatArray, G, Kind, Side, Site
from ankletest.trial import Outcome, Setup, Stream, Trial

JUMPS = ("jump1", "jump2", "GRFZjump_m")


def force_of(path: Path) -> FloatArray:
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.replace(",", " ").split() for line in lines if line and (line[0].isdigit() or line[0] in "-. ")]
    return np.array([float(row[-1]) for row in rows])


def landed(folder: Path, name: str) -> tuple[Trial, dict[str, MetricValue], dict[str, float], float]:
    found = json.loads((folder / "reference_jumps.json").read_text(encoding="utf-8"))[name]
    reference, rate = found["explicit"][0], float(found["fs_hz"])
    force = force_of(folder / f"{name}.txt")
    t, no = np.arange(len(force)) / rate, np.zeros(len(force), np.bool_)
    values = np.column_stack((force, np.full((len(force), 2), np.nan)))
    setup = Setup("drop_landing", Side.LEFT, mass_kg=reference["body_weight_N"] / G)
    trial = drop_landing.EXAM.whole(setup, [Stream("pad", Site.PAD, None, Kind.PAD, t, values, no, no, rate, rate)])
    trial = replace(trial, families=("landing", "drop"))
    return trial, {value.metric.key: value for value in evaluate(trial)}, reference, rate


@pytest.mark.shared_data
@pytest.mark.parametrize("name", JUMPS)
def test_a_real_landing_begins_and_peaks_where_others_found_it(shared_data: Path, name: str) -> None:
    trial, values, reference, rate = landed(shared_data / "bmc_jumps", name)
    peak, at = values["landing_peak"], values["landing_time_to_peak"]

    assert trial.outcome in {Outcome.COMPLETED, Outcome.NOT_HELD}
    # The issue's own bound: touch-down within 3 samples of the sources that agree.
    assert trial.window_s[0] * rate == pytest.approx(reference["touchdown_index"], abs=3.0)
    if peak.value is None:
        pytest.fail(f"no peak: {peak.reasons}")
    # Theirs is not tared and over their body weight; ours may come from the hold: 1.5 % apart at most.
    assert peak.value == pytest.approx(reference["peak_landing_force_BW"], rel=0.015)
    assert at.value == pytest.approx(reference["time_to_peak_landing_s"], abs=3.0 / rate)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", JUMPS)
def test_numbers_that_a_real_record_is_too_short_for_say_so(shared_data: Path, name: str) -> None:
    trial, values, _, _ = landed(shared_data / "bmc_jumps", name)

    for value in values.values():
        assert value.value is not None or value.reasons, value.metric.key
    held = trial.window_s[1] - trial.window_s[0]
    assert (values["stability_index"].value is not None) == (held >= 3.0)
