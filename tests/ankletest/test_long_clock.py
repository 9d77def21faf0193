"""The clock of a long session, and of devices that count nothing: what it keeps, follows, and finds to be missing."""

import sys
from itertools import pairwise

import numpy as np
import pytest

from ankletest.clock import Clock
from ankletest.device import TickSpec, TimeQuality
from ankletest.envelope import FIT_CRYSTAL_S, HOLE_S, HORIZON_S
from ankletest.samples import BoolArray, FloatArray, IntArray

DEVICE = TickSpec(1e-6, 32, TimeQuality.DEVICE)
COUNTLESS = TickSpec(1 / 200.0, 0, TimeQuality.ARRIVAL)
RATE_HZ = 200.0
PER_PACKET = 4


def radio(true_s: FloatArray, *, seed: int, interval_s: float = 0.03) -> FloatArray:
    """Return the arrival of each packet of samples taken at ``true_s``: connection events, retransmissions, the host's delays."""
    rng = np.random.default_rng(seed)
    ready = true_s[PER_PACKET - 1 :: PER_PACKET] + 0.002
    event = np.ceil(ready / interval_s) * interval_s
    retries = rng.geometric(0.95, len(event)) - 1
    arrival = event + retries * interval_s + rng.exponential(0.002, len(event)) + np.where(rng.random(len(event)) < 0.005, 0.05, 0.0)
    return np.asarray(np.maximum.accumulate(arrival), dtype=np.float64)


def times(span_s: float, rate_hz: float = RATE_HZ) -> FloatArray:
    return 1.0 + np.arange(int(span_s * rate_hz) // PER_PACKET * PER_PACKET) / rate_hz


def feed(clock: Clock, ticks: IntArray, arrival: FloatArray, *, size: int) -> tuple[FloatArray, IntArray]:
    """Feed packets ``size`` at a time."""
    stamps, unwrapped = [], []
    for i, j in pairwise([*range(0, len(arrival), size), len(arrival)]):
        ends = np.arange(1, j - i + 1) * PER_PACKET
        t_s, u = clock.stamp(ticks[i * PER_PACKET : j * PER_PACKET], ends, arrival[i:j])
        stamps.append(t_s)
        unwrapped.append(u)
    return np.concatenate(stamps), np.concatenate(unwrapped)


def warming(span_s: float) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return ticks, arrivals and true times of a crystal that warms up: 10 ppm with a time constant of 15 minutes."""
    true_s = times(span_s)
    ahead = np.cumsum(10e-6 * (1.0 - np.exp(-true_s / 900.0))) / RATE_HZ
    return np.round((true_s + ahead) * 1e6).astype(np.int64), radio(true_s, seed=2), true_s


# ---- hours ---------------------------------------------------------------------------------------------------------------------


def test_an_hour_takes_no_more_memory_than_twelve_minutes_and_a_clock_that_warms_up_is_followed() -> None:
    ticks, arrival, true_s = warming(3600.0)
    clock = Clock(DEVICE)
    live, unwrapped = feed(clock, ticks, arrival, size=500)
    segment = clock._segments[-1]
    error = clock.refit(np.inf).at(unwrapped) - true_s

    # Four points a second of ten minutes, the minute a run may be late, and the minute until the next clearing.
    assert len(segment.points) <= 4 * (FIT_CRYSTAL_S + HORIZON_S + FIT_CRYSTAL_S / 10) + 8
    assert sys.getsizeof(segment.points.c) < 40_000
    assert len(segment.knots) <= 3600 / 60
    # A line over ten minutes of a rate that changes by at most 4 ppm within them: 0.4 ms; a single line over the hour errs by 3.7 ms.
    assert np.ptp(error) < 0.0008
    assert np.ptp((live - true_s)[int(60 * RATE_HZ) :]) < 0.002
    assert (np.diff(live) > 0.0).all()


def test_half_an_hour_is_stamped_alike_in_any_pieces_and_whenever_it_is_asked() -> None:
    ticks, arrival, _ = warming(1800.0)
    one, other = Clock(DEVICE), Clock(DEVICE)
    whole, u = feed(one, ticks, arrival, size=10**6)
    split = int(np.searchsorted(arrival, 1500.0 + HORIZON_S / 2)) * PER_PACKET
    part, _ = feed(other, ticks[:split], arrival[: split // PER_PACKET], size=7)
    then = other.refit(1500.0).at(u)
    rest, _ = feed(other, ticks[split:], arrival[split // PER_PACKET :], size=11)

    assert np.array_equal(whole, np.concatenate((part, rest)))
    assert np.array_equal(one.refit(1800.0).at(u), other.refit(1800.0).at(u))
    again = Clock(DEVICE)
    feed(again, ticks[: split + 4000], arrival[: split // PER_PACKET + 1000], size=10**6)
    assert np.array_equal(again.refit(1500.0).at(u), then)


def test_what_was_before_a_restart_is_kept_as_lines() -> None:
    ticks, arrival, true_s = warming(400.0)
    half = len(ticks) // 2
    ticks = ticks.copy()
    ticks[half:] -= ticks[half] - 100
    clock = Clock(DEVICE)
    _, a = feed(clock, ticks[:half], arrival[: half // PER_PACKET], size=50)
    before = clock.refit(np.inf).at(a)
    _, b = feed(clock, ticks[half:], arrival[half // PER_PACKET :], size=50)

    assert len(clock._segments) == 1
    assert np.array_equal(clock.refit(np.inf).at(a), before)
    assert np.abs(clock.refit(np.inf).at(b) - true_s[half:]).max() < 0.03


# ---- devices that count nothing ----------------------------------------------------------------------------------------------------


def countless(lost: BoolArray, *, rate_hz: float = 198.43, span_s: float = 90.0, seed: int = 4) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return sample numbers, arrivals and true times of the packets that are not ``lost``."""
    true_s = times(span_s, rate_hz)
    arrival = radio(true_s, seed=seed)[~lost]
    kept = true_s[np.repeat(~lost, PER_PACKET)]
    return np.arange(len(kept), dtype=np.int64), arrival, kept


def packets(span_s: float = 90.0, rate_hz: float = 198.43) -> int:
    return len(times(span_s, rate_hz)) // PER_PACKET


@pytest.mark.parametrize("gone", [3, 10, 40])
@pytest.mark.parametrize("size", [1, 60, 10**6])
def test_missing_samples_are_found_by_the_rate_and_their_time_is_not_closed_up(gone: int, size: int) -> None:
    lost = np.zeros(packets(), dtype=np.bool_)
    lost[2000 : 2000 + gone] = True
    ticks, arrival, true_s = countless(lost)
    clock = Clock(COUNTLESS, nominal_hz=RATE_HZ)
    live, u = feed(clock, ticks, arrival, size=size)
    fit = clock.refit(np.inf)

    assert fit.hole_ticks.tolist() == [2000 * PER_PACKET]
    assert abs(clock.missing - gone * PER_PACKET) <= 2 * clock.missing_u
    assert clock.missing_u <= 1.0  # 5 ms at 200 Hz
    # The envelope's own residual and one sample that the hole may be off by.
    assert np.ptp(fit.at(u) - true_s) < 0.010 + 1 / RATE_HZ
    assert (np.diff(live) > 0.0).all()


def test_any_pieces_find_the_same_holes() -> None:
    lost = np.zeros(packets(), dtype=np.bool_)
    for first in (1500, 1530, 2200, 3900):
        lost[first : first + 12] = True
    ticks, arrival, _ = countless(lost)
    one, other = Clock(COUNTLESS, nominal_hz=RATE_HZ), Clock(COUNTLESS, nominal_hz=RATE_HZ)
    whole, u = feed(one, ticks, arrival, size=10**6)
    parts, _ = feed(other, ticks, arrival, size=3)

    assert np.array_equal(whole, parts)
    for until_s in (31.0, 45.0, 80.0):
        assert np.array_equal(one.refit(until_s).at(u), other.refit(until_s).at(u))
        assert np.array_equal(one.refit(until_s).missing, other.refit(until_s).missing)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("interval_s", [0.0075, 0.015, 0.04875])
def test_a_radio_that_only_delays_loses_nothing(seed: int, interval_s: float) -> None:
    true_s = times(60.0, 198.43)
    clock = Clock(COUNTLESS, nominal_hz=RATE_HZ)
    feed(clock, np.arange(len(true_s), dtype=np.int64), radio(true_s, seed=seed, interval_s=interval_s), size=100)

    assert clock.missing == 0


def test_a_backlog_that_comes_after_all_was_a_delay() -> None:
    true_s = times(60.0, 198.43)
    arrival = radio(true_s, seed=3)
    jam = (arrival > 30.0) & (arrival < 33.0)
    arrival[jam] += 0.4  # for three seconds everything comes late, then all of it at once
    arrival = np.maximum.accumulate(arrival)
    caught_up = arrival > 33.4
    arrival[caught_up] = radio(true_s, seed=3)[caught_up]
    arrival = np.maximum.accumulate(arrival)
    clock = Clock(COUNTLESS, nominal_hz=RATE_HZ)
    live, u = feed(clock, np.arange(len(true_s), dtype=np.int64), arrival, size=10)

    assert any(np.isfinite(hole.back_s) for hole in clock._holes)  # it was believed for a while
    assert clock.missing == 0
    assert np.ptp(clock.refit(np.inf).at(u) - true_s) < 0.010
    assert (np.diff(live) > 0.0).all()


def test_a_silence_is_as_long_as_it_was() -> None:
    lost = np.zeros(packets(), dtype=np.bool_)
    lost[2000:2248] = True  # five seconds
    ticks, arrival, true_s = countless(lost)
    one, other = Clock(COUNTLESS, nominal_hz=RATE_HZ), Clock(COUNTLESS, nominal_hz=RATE_HZ)
    live, u = feed(one, ticks, arrival, size=10**6)
    again, _ = feed(other, ticks, arrival, size=1)

    assert np.array_equal(live, again)
    assert abs(one.missing - 248 * PER_PACKET) <= 2 * one.missing_u
    error = one.refit(np.inf).at(u) - true_s
    assert np.ptp(error) < 0.010 + 1 / RATE_HZ
    # Live it takes four windows and the rest of one to be sure.
    wrong = np.abs(live - true_s) > 0.05
    assert wrong.sum() <= 1.5 * 198.43


@pytest.mark.parametrize("stalled_s", [0.8, 2.4, 6.0])
def test_a_computer_that_stalls_loses_nothing(stalled_s: float) -> None:
    true_s = times(90.0, 198.43)
    arrival = radio(true_s, seed=6)
    arrival[(arrival > 40.0) & (arrival < 40.0 + stalled_s)] = 40.0 + stalled_s  # all callbacks at once when it goes on
    clock = Clock(COUNTLESS, nominal_hz=RATE_HZ)
    live, u = feed(clock, np.arange(len(true_s), dtype=np.int64), arrival, size=10)

    assert clock.missing == 0
    assert np.ptp(clock.refit(np.inf).at(u) - true_s) < 0.010
    assert (np.diff(live) > 0.0).all()


def test_holes_shorter_than_the_radio_s_scatter_are_not_seen_and_never_called_found() -> None:
    lost = np.zeros(packets(), dtype=np.bool_)
    lost[2000] = True
    ticks, arrival, _ = countless(lost)
    clock = Clock(COUNTLESS, nominal_hz=RATE_HZ)
    feed(clock, ticks, arrival, size=50)

    assert PER_PACKET / RATE_HZ <= HOLE_S
    assert clock.missing == 0


def test_a_device_that_was_asked_for_half_its_rate_is_timed_by_it() -> None:
    true_s = times(30.0, 99.26)
    clock = Clock(COUNTLESS, nominal_hz=100.0)
    _, u = feed(clock, np.arange(len(true_s), dtype=np.int64), radio(true_s, seed=1), size=20)

    assert np.ptp(clock.refit(np.inf).at(u) - true_s) < 0.010
