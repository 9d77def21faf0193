"""What a recorded force says of its own device: made-up pads of known faults first, then the insoles and cells of other people."""

from pathlib import Path

import numpy as np
import pytest

from ankletest.checks.trace import creep_of, trace_words
from ankletest.exchange.importing import import_file
from ankletest.recording.reader import Recording
from ankletest.samples import FloatArray, Kind, Side, Site
from ankletest.session import Session
from ankletest.trial import Setup, Stream
from drivers.catalog import MODELS

RATE = 200.0


def pad(force: FloatArray, *, keep: FloatArray | None = None) -> Stream:
    """Return a pad of a force (n,) at 200 Hz, of which only the rows in ``keep`` arrived."""
    n = len(force)
    t = np.arange(n) / RATE
    values = np.stack((force, np.zeros(n), np.zeros(n)), axis=1)
    rows = np.ones(n, np.bool_) if keep is None else keep.astype(np.bool_)
    lost = np.concatenate(([False], ~rows[:-1]))[rows]
    return Stream(
        "pad", Site.PAD, None, Kind.PAD, t[rows], values[rows], np.zeros(int(rows.sum()), np.bool_), lost, RATE,
        lost_samples=int((~rows).sum()),
    )  # fmt: skip


def steps(*parts: tuple[float, float]) -> FloatArray:
    """Return forces (N) that lie for some seconds each, with a little noise."""
    rng = np.random.default_rng(5)
    whole = np.concatenate([np.full(round(seconds * RATE), force) for force, seconds in parts])
    return whole + 0.2 * rng.standard_normal(len(whole))


def test_dropouts_are_told_with_their_number_share_and_longest() -> None:
    keep = np.ones(4000)
    keep[1000:1013] = keep[2000:2005] = 0.0
    words = trace_words(pad(steps((500.0, 20.0)), keep=keep))[0]

    assert words == "pad: 2 dropouts, 0.5 % of the samples, the longest 70 ms"
    assert not any("dropout" in one for one in trace_words(pad(steps((500.0, 20.0)))))


def test_a_zero_that_drifts_is_told_from_first_to_last() -> None:
    words = trace_words(pad(steps((1.0, 3.0), (700.0, 10.0), (9.0, 3.0))))

    assert words[0].startswith("pad: empty it shows +1.0 N at first and +9.0 N 1")
    assert words[0].endswith(("+7.9 N of drift", "+8.0 N of drift", "+8.1 N of drift"))  # 0.2 N of noise over the root of 100


def test_a_load_that_creeps_is_told_with_how_much_and_how_long() -> None:
    creeping = steps((0.0, 3.0), (50.0, 10.0))
    creeping[600:] += 8.0 * (1.0 - np.exp(-np.arange(2000) / RATE / 4.0))
    words = trace_words(pad(creeping))
    found = creep_of(np.arange(len(creeping)) / RATE, creeping, rate_hz=RATE)

    assert found
    assert found.change_n == pytest.approx(8.0 * (np.exp(-0.5 / 4.0) - np.exp(-9.5 / 4.0)), abs=0.3)  # means of the first and last second
    assert found.length_s == pytest.approx(10.0)
    assert "it drifts, unless weight was shifted" in words[-1]
    assert "(+11." in words[-1]


def test_a_steady_load_is_told_without_a_word_of_drift() -> None:
    words = trace_words(pad(steps((0.0, 3.0), (700.0, 12.0))))

    assert words[-1].startswith("pad: under a load of 700 N that stays for 12 s it changes by")
    assert "drifts" not in words[-1]


def test_somebody_who_moves_is_no_creep() -> None:
    t = np.arange(4000) / RATE

    assert creep_of(t, 400.0 + 200.0 * np.sin(2.0 * np.pi * 0.2 * t), rate_hz=RATE) is None


def test_nothing_is_said_where_there_is_no_force() -> None:
    blind = pad(np.full(2000, np.nan))

    assert trace_words(blind) == ()
    assert trace_words(pad(np.zeros(1))) == ()


# ---- other people's ----------------------------------------------------------------------------------------------------------------


def said(source: Path, mapping: str, folder: Path) -> tuple[str, ...]:
    target = folder / "imported.mcap"
    import_file(source, mapping, target, setup=Setup("stance", Side.LEFT), site=Site.PAD, side=None)
    session = Session(MODELS, keep_all=True)
    session.feed(list(Recording.open(target).notifications()))
    session.finish()
    (stream,) = session.streams()
    return trace_words(stream)


@pytest.mark.shared_data
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_kinvent_cells_are_steady_and_never_empty(shared_data: Path, tmp_path: Path, side: str) -> None:
    words = said(shared_data / "kinvent_single_leg" / f"sls_60s_{side}.csv", "kinvent-cells", tmp_path)

    assert words[0] == "pad: it is never empty and still, so its zero and what that drifts by are not known"
    assert words[1].startswith("pad: under a load of 75")  # about 77 kg
    assert "drifts" not in words[1]


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "mapping", "holes"), [("test_pointe_1", "loadsol-left", 116), ("test_pointe_3", "loadsol-right", 88)]
)  # fmt: skip
def test_the_dropouts_of_the_insoles_are_told(shared_data: Path, tmp_path: Path, name: str, mapping: str, holes: int) -> None:
    words = said(shared_data / "loadsol_heel_raise" / f"{name}.txt.gz", mapping, tmp_path)

    assert words[0].startswith(f"pad: {holes} dropouts, ")
    assert words[0].endswith("the longest 65 ms")


@pytest.mark.shared_data
def test_the_drift_of_an_insole_under_a_weight_is_told(shared_data: Path, tmp_path: Path) -> None:
    words = said(shared_data / "loadsol_heel_raise" / "poids_par_zone.txt.gz", "loadsol-left", tmp_path)

    assert any("it drifts, unless weight was shifted" in one for one in words)
