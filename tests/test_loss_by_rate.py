"""What a device without any counter lost: told by its rate, kept open in its times, and minded by the numbers."""

from dataclasses import replace

import numpy as np
import pytest

from ankletest.device import Choice, Notification
from ankletest.gaps import LossBy, loss_by
from ankletest.samples import Side, Site
from ankletest.session import Finished, Session
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.codecs import native_pad, wii_board, witmotion
from drivers.people.body import Person
from drivers.people.faults import Faults, Vanish
from drivers.transports.simulator import simulate

FOOT = Choice("foot", witmotion.KEY, "sim:foot", Site.FOOT, Side.LEFT, rate_hz=200.0)
SETUP = Setup("hops", Side.LEFT, hops=10, mass_kg=70.0, trial="t")
GONE_S = 0.35


@pytest.fixture(scope="module")
def away_s() -> float:
    """Return an instant in the middle of the hops."""
    _, truth = simulate([SETUP], [FOOT], Person(), 5)
    contacts = truth["trials"][0]["contacts"]  # type: ignore[index]  # a list of records
    return float(contacts[len(contacts) // 2]["ic_s"]) - 0.03


@pytest.fixture(scope="module")
def items(away_s: float) -> list[Notification]:
    found, _ = simulate([SETUP], [FOOT], Person(), 5, Faults(vanish=(Vanish("foot", away_s, away_s + GONE_S),)))
    return found


def fed(items: list[Notification], size: int) -> tuple[Session, Finished]:
    session = Session(MODELS)
    finished = [f for i in range(0, len(items), size) for f in session.feed(items[i : i + size]).finished]
    (one,) = [*finished, *session.finish().finished]
    return session, one


def test_a_hole_in_a_run_is_estimated_marked_and_left_open(items: list[Notification], away_s: float) -> None:
    session, finished = fed(items, 500)
    (stream,) = finished.trial.streams
    status = session.devices["foot"]
    gone = GONE_S * stream.rate_hz

    assert (stream.loss_by, stream.timing) == ("rate", "estimated")
    # A notification has four samples, and the length of a hole is known to 5 ms (k = 1).
    assert abs(stream.lost_samples - gone) <= 4 + 2 * stream.lost_u
    assert stream.lost.sum() == 1
    steps = np.diff(stream.t_s)
    assert steps.max() == pytest.approx(stream.lost_samples / stream.rate_hz, abs=2 / stream.rate_hz)
    assert stream.t_s[steps.argmax()] == pytest.approx(away_s, abs=0.06)  # a notification of 20 ms, and the radio's delay
    quality = finished.trial.quality["foot"]
    assert isinstance(quality, dict)
    assert quality["loss_by"] == "rate"
    assert quality["loss_percent"] == pytest.approx(100.0 * gone / (len(stream.t_s) + gone), rel=0.15)
    assert 0.0 < quality["loss_u_percent"] < quality["loss_percent"]
    assert quality["longest_gap_ms"] == pytest.approx(1e3 * GONE_S, abs=30.0)
    assert status.loss_by == "rate"
    assert status.longest_gap_s == pytest.approx(GONE_S, abs=0.03)
    assert status.loss_percent > 0.0


def test_hops_beside_the_hole_do_not_count(items: list[Notification]) -> None:
    whole, _ = simulate([SETUP], [FOOT], Person(), 5)
    _, before = fed(list(whole), 500)
    _, after = fed(items, 500)
    counted = {v.metric.key: v for v in before.values}["contact_time"].n_used
    with_hole = {v.metric.key: v for v in after.values}["contact_time"]

    assert with_hole.n_used < counted
    assert any("timing: estimated" in reason for reason in with_hole.reasons)


@pytest.mark.parametrize("size", [1, 64, 10**6])
def test_any_pieces_find_the_same_hole(items: list[Notification], size: int) -> None:
    _, one = fed(items, 500)
    _, other = fed(items, size)

    assert repr(one.values) == repr(other.values)
    assert one.trial.streams[0].t_s.tobytes() == other.trial.streams[0].t_s.tobytes()
    assert replace(one.trial, streams=()) == replace(other.trial, streams=()) or repr(one.trial.quality) == repr(other.trial.quality)


def test_what_tells_the_loss_hangs_on_the_counter() -> None:
    assert loss_by(native_pad.MODEL.tick) is LossBy.COUNTER
    assert loss_by(witmotion.MODEL.tick) is LossBy.RATE
    assert loss_by(wii_board.MODEL.tick) is LossBy.NOTHING  # it sends when it likes
