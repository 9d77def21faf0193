"""The physio's report holds what stands behind its numbers: trials used and not, targets, alignment, certificates."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ankletest.calibrated import Standing
from ankletest.samples import Side
from ankletest.trial import Aligned, Outcome
from ui import theme
from ui.report.evidence import device_told
from ui.report.parts import Shown
from ui.report.sections import ReportOf
from ui.report.visit import write_visit_report


def text_of(pdf: Path) -> str:
    """Return the text that a reader can select; skips where there is no pdftotext."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext, which selects the text, is not installed")
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True)
    return done.stdout


def written(tmp_path: Path, finished, **options) -> str:
    path = tmp_path / "report.pdf"
    write_visit_report(path, finished, title="Client C-7", date="5 January 2026", **options)
    return " ".join(text_of(path).split())


def test_every_trial_stands_there_with_why_it_was_used_or_not(tmp_path: Path, stance) -> None:
    left, right = stance(Side.LEFT), stance(Side.RIGHT)
    invalid = replace(left.trial, outcome=Outcome.INVALID, reasons=("samples were lost",))
    trials = (
        Shown(1, left.trial, left.values), Shown(2, left.trial, left.values, counts=False, why="she talked"),
        Shown(3, invalid, left.values), Shown(4, left.trial, left.values), Shown(5, right.trial, right.values),
    )  # fmt: skip
    text = written(tmp_path, [left, right], trials=trials)

    assert "not used: an older one" in text
    assert "not used: she talked" in text
    assert "samples were lost" in text
    assert len(re.findall(r"(?<!not )\bused(?!:)", text.partition("Trials")[2].partition("Devices")[0])) == 2  # a trial of each leg


def test_a_trial_that_was_stopped_says_so_once(tmp_path: Path, stance) -> None:
    left = stance(Side.LEFT)
    stopped = replace(left, trial=replace(left.trial, outcome=Outcome.STOPPED, reasons=("stopped: set stopped",)))
    text = " ".join(written(tmp_path, [left, stopped]).split())

    assert "Stopped: set stopped" in text
    assert "Stopped, stopped" not in text


def test_targets_stand_with_their_leg(tmp_path: Path, stance) -> None:
    def target(setup, metric) -> str:
        return "20 mm/s, half way" if (setup.side, metric.key) == (Side.LEFT, "velocity") else ""

    text = written(tmp_path, [stance(Side.LEFT)], of=ReportOf(target_of=target))

    assert re.search(r"Mean sway velocity, mm/s L [0-9.]+ 20 mm/s, half way", text)


def test_a_device_tells_rate_loss_clock_alignment_and_certificates(stance) -> None:
    (pad,) = stance(Side.LEFT).trial.streams
    aligned = Aligned("pad", "foot-left", 0.012, 0.004, 3, 0.001, 2.0)
    standing = Standing(certificates=("C-1",), uncertainty=(("scale", 0.002),))
    told = device_told(
        replace(pad, lost_samples=4, loss_by="rate", skew_ppm=12.3, timing_u_s=0.002, aligned=aligned, standing=standing)
    )  # fmt: skip

    assert "200.00 Hz of 200 Hz" in told
    assert "± 2.0 ms" in told
    assert "4 samples missing (told by rate)" in told
    assert "clock 12.3 ppm" in told
    assert "pad aligned with foot-left ±4.0 ms: 12.0 ms taken off, 3 impacts" in told
    assert "certified by C-1" in told
    assert "scale 0.002" in told


def test_a_device_is_told_over_all_its_trials_and_not_of_the_last_alone(stance) -> None:
    (pad,) = stance(Side.LEFT).trial.streams
    clipped = pad.clipped.copy()
    clipped[:3] = True
    told = device_told(replace(pad, lost_samples=4, rate_hz=199.5, timing_u_s=0.004, clipped=clipped), replace(pad, lost_samples=1))

    assert "199.50 to 200.00 Hz of 200 Hz" in told
    assert "± 4.0 ms" in told
    assert "5 samples missing" in told
    assert "Samples at the end of the range: 3." in told


def test_a_device_that_was_never_aligned_or_calibrated_says_so(stance) -> None:
    told = device_told(stance(Side.LEFT).trial.streams[0])

    assert "Not aligned with another device." in told
    assert "no certificate; ± is without the error of its scale" in told


def test_the_report_is_vectors_in_light_colours_whatever_the_window_has(tmp_path: Path, stance) -> None:
    light = tmp_path / "light.pdf"
    write_visit_report(light, [stance(Side.LEFT)], title="t", date="d")
    theme.apply(QApplication.instance(), theme.Scheme.DARK)
    dark = tmp_path / "dark.pdf"
    write_visit_report(dark, [stance(Side.LEFT)], title="t", date="d")
    pages = [text_of(path) for path in (light, dark)]

    assert pages[0] == pages[1]
    # Only the day, the id and lengths of the file that hang on them differ; the drawing does not.
    assert abs(len(light.read_bytes()) - len(dark.read_bytes())) < 64
    assert b"/Subtype /Image" not in dark.read_bytes()
    assert b"/FontFile" in dark.read_bytes()
