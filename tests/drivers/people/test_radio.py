"""The simulated radio: order, delays, losses."""

import numpy as np
import pytest

from drivers.people.faults import Faults
from drivers.people.radio import APART_S, LATENCY_S, MAX_TRIES, Radio

READY = np.arange(40_000) * 0.035


def _radio(seed: int = 1, **faults: float) -> Radio:
    return Radio(Faults(**faults), np.random.default_rng(seed))


def test_arrivals_are_late_never_early_and_keep_their_order() -> None:
    late = _radio().arrivals(READY) - READY

    assert late.min() >= LATENCY_S
    assert np.diff(READY + late).min() >= APART_S * 0.999
    assert late.max() < 0.015 * (MAX_TRIES + 2) + 0.1


@pytest.mark.parametrize("interval", [0.0075, 0.030, 0.04875])
def test_without_trouble_a_notification_waits_for_the_next_connection_event(interval: float) -> None:
    late = _radio(interval_s=interval, retry=0.0, jitter_s=0.0, hiccup=0.0).arrivals(READY * np.sqrt(2.0)) - READY * np.sqrt(2.0)

    assert late.min() == pytest.approx(LATENCY_S, abs=1e-3)
    assert late.max() <= interval + LATENCY_S + 1e-9
    # Incommensurate with the interval the wait is uniform.
    assert late.mean() == pytest.approx(LATENCY_S + 0.5 * interval, rel=0.03)


def test_a_delayed_notification_holds_back_those_behind_it() -> None:
    radio = _radio(hiccup=0.5, retry=0.0, jitter_s=0.0)
    come = radio.arrivals(np.arange(2000) * 0.004)

    assert (np.diff(come) > 0).all()
    assert (np.diff(come) < 2 * APART_S).mean() > 0.3


def test_order_holds_from_call_to_call() -> None:
    radio = _radio(hiccup=0.3)
    come = np.concatenate([radio.arrivals(part) for part in np.array_split(READY, 999)])

    assert (np.diff(come) > 0).all()


def test_the_asked_for_share_is_lost_in_bursts() -> None:
    gone = _radio(loss=0.05, burst=4.0).lost(200_000)
    starts = np.flatnonzero(np.diff(gone.astype(int)) == 1)

    # 2500 bursts: 2 % SD of both.
    assert gone.mean() == pytest.approx(0.05, rel=0.1)
    assert gone.sum() / len(starts) == pytest.approx(4.0, rel=0.1)


def test_without_loss_nothing_is_lost() -> None:
    assert not _radio().lost(10_000).any()


def test_a_radio_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no radio"):
        Faults(loss=1.0)
