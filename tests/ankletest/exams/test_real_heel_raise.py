"""Real heel raises with instrumented insoles: counted exactly by the load and by the motion sensor, dropouts told."""

import json
from pathlib import Path

import pytest

from ankletest.analysis import Wish, analyse
from ankletest.exchange.importing import import_file
from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.trial import Happening, Setup
from drivers.catalog import MODELS

TRIALS = ("test_pointe_1", "test_pointe_1_05_02", "test_pointe_3")
TILT_DEG = 3.0
"""The reference is the tilt of low-passed gravity against another quiet second of the record, in which the foot stood up to 3 deg
otherwise, and is of the whole foot, not of its pitch."""


def analysed(source: Path, mapping: str, side: Side, target: Path) -> Finished:
    setup = Setup("heel_raise", side)
    import_file(source, mapping, target, setup=setup)
    (found,) = analyse(Recording.open(target).notifications(), MODELS, Wish(exam="heel_raise", side=side))
    return found


@pytest.mark.shared_data
@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("name", TRIALS)
def test_real_raises_are_counted_exactly(shared_data: Path, tmp_path: Path, name: str, side: Side) -> None:
    folder = shared_data / "loadsol_heel_raise"
    told = json.loads((folder / "reference_computed.json").read_text())["values"][name][side.value]
    load = analysed(folder / f"{name}.txt.gz", f"loadsol-{side.value}", side, tmp_path / "load.mcap")
    motion = analysed(folder / f"{name}.txt.gz", f"loadsol-{side.value}-imu", side, tmp_path / "motion.mcap")

    for found in (load, motion):
        values = {value.metric.key: value for value in found.values}
        assert values["raises"].value == len(told["heel_raises"])
        assert any("E-GAP" in reason and "samples missing" in reason for reason in values["raises"].reasons)
        (raised,) = [event for event in found.trial.events if event.what is Happening.REPETITION and event.valid]
        # The heel is off before the foot has turned by a fifth, and on again after: by a few seconds of a raise of 20.
        assert raised.t_s == pytest.approx(told["heel_raises"][0]["heel_off_s"], abs=4.0)
        assert raised.end_s == pytest.approx(told["heel_raises"][0]["heel_on_s"], abs=4.0)
    (raised,) = [event for event in motion.trial.events if event.what is Happening.REPETITION and event.valid]
    assert raised.value == pytest.approx(told["heel_raises"][0]["max_tilt_from_quiet_deg"], abs=TILT_DEG)
