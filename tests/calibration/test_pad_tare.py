import json

import numpy as np
import pytest

from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.errors import ExamError
from ankletest.exchange import rows
from ankletest.samples import Kind
from ankletest.session import Session
from calibration.pad_tare import tare_of
from drivers.catalog import MODELS

T = np.arange(2000) / 1000.0
OFFSETS = np.array([1.0, -2.0, 3.0, 0.5])


def idle(noise: float = 0.2, drift: float = 0.0) -> np.ndarray:
    return OFFSETS + np.random.default_rng(1).normal(0.0, noise, (len(T), 4)) + drift / 4 * T[:, None]


def test_an_empty_pad_reads_zero_after_its_tare() -> None:
    cells = idle()
    corrected = tare_of(T, cells).apply(cells)

    assert corrected.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-12)


@pytest.mark.parametrize(
    ("t_s", "cells", "told"),
    [
        (T[:500], idle()[:500], "watched for 0.5 s"),
        (T, idle() + 100.0, "carries 40"),
        (T, idle(drift=5.0), "drifts by"),
        (T, idle(noise=4.0), "shakes by"),
    ],
)
def test_a_bad_tare_is_refused_with_its_reason(t_s: np.ndarray, cells: np.ndarray, told: str) -> None:
    with pytest.raises(ExamError, match=told) as caught:
        tare_of(t_s, cells)
    assert caught.value.hint


def test_a_correction_in_the_recording_is_applied_on_the_path() -> None:
    correction = tare_of(T, idle())
    listed = {
        "kind": "cells", "matrix": correction.matrix.tolist(), "offset": correction.offset.tolist(), "certificate": correction.certificate,
    }  # fmt: skip
    device = {"device": "pad", "model": "imported", "site": "pad", "side": None, "corrections": [listed]}
    corners = np.array([(-150.0, 100.0), (150.0, 100.0), (-150.0, -100.0), (150.0, -100.0)])
    opened = json.dumps({"event": "open", "format": 1, "devices": [device]}).encode()
    session = Session(MODELS, keep_all=True)
    session.feed(
        [
            Notification(OPERATOR, EVENT, 0, opened),
            Notification("pad", rows.HEADER, 0, rows.encode_header(rows.Header(Kind.CELLS, 1000.0, corners))),
            Notification("pad", rows.ROWS, 2_000_000_000, rows.encode_rows(0, T, idle() + 100.0)),
        ]
    )
    (stream,) = session.streams()

    assert float(stream.values[:, 0].mean()) == pytest.approx(400.0, abs=1e-9)
    assert stream.certificate == "tare"
