"""The clock against a simulated radio: its truth is known, so every error can be named."""

from itertools import pairwise

import numpy as np
import pytest

from ankletest.clock import Clock
from ankletest.device import TickSpec, TimeQuality
from ankletest.samples import FloatArray, IntArray

DEVICE = TickSpec(1e-6, 32, TimeQuality.DEVICE)
RATE_HZ = 200
PER_PACKET = 4


def radio(
    span_s: float, *, ppm: float, interval_s: float, seed: int, tick_s: float = 1e-6, start_tick: int = 5_000
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return unwrapped ticks of each sample, arrival of each packet, and the true time of each sample.

    The radio of algorithms.md 3: connection events, 5 % retransmissions, exponential delay of 2 ms, 0.5 % hiccups of 50 ms.
    """
    rng = np.random.default_rng(seed)
    n = int(span_s * RATE_HZ) // PER_PACKET * PER_PACKET
    true_s = 1.0 + np.arange(n) / RATE_HZ
    ticks = start_tick + np.round((true_s - 1.0) * (1.0 + ppm * 1e-6) / tick_s).astype(np.int64)
    ready = true_s[PER_PACKET - 1 :: PER_PACKET] + 0.002
    phase = rng.uniform(0, interval_s)
    event = np.ceil((ready - phase) / interval_s) * interval_s + phase
    retries = rng.geometric(0.95, len(event)) - 1
    arrival = event + retries * interval_s + rng.exponential(0.002, len(event)) + np.where(rng.random(len(event)) < 0.005, 0.05, 0.0)
    return ticks, np.maximum.accumulate(arrival), true_s


def feed(clock: Clock, ticks: IntArray, arrival: FloatArray, sizes: list[int], *, bits: int = 32) -> tuple[FloatArray, IntArray]:
    stamps, unwrapped = [], []
    at = 0
    for size in sizes:
        packets = min(size, len(arrival) - at)
        if not packets:
            break
        rows = slice(at * PER_PACKET, (at + packets) * PER_PACKET)
        ends = np.arange(1, packets + 1) * PER_PACKET
        t_s, u = clock.stamp(ticks[rows] & ((1 << bits) - 1), ends, arrival[at : at + packets])
        stamps.append(t_s)
        unwrapped.append(u)
        at += packets
    return np.concatenate(stamps), np.concatenate(unwrapped)


@pytest.mark.parametrize("interval_s", [0.0075, 0.015, 0.03, 0.04875])
@pytest.mark.parametrize("ppm", [-60.0, 0.0, 60.0])
def test_two_minutes_are_stamped_within_the_published_bounds(interval_s: float, ppm: float) -> None:
    ticks, arrival, true_s = radio(120.0, ppm=ppm, interval_s=interval_s, seed=3)
    clock = Clock(DEVICE)
    _, unwrapped = feed(clock, ticks, arrival, [50] * 10_000)
    fit = clock.refit(1e9)
    error = fit.at(unwrapped) - true_s

    # algorithms.md 3, table: offset 4.9-8.7 ms, rate error up to 38 ppm at 120 s, residual up to 3.5 ms; x1.5 as its oracle asks.
    assert 0.0 < error.mean() < 1.5 * 0.0087 + 0.0025
    assert np.ptp(error) < 1.5 * 0.0035 + 1.5 * 38e-6 * 120
    assert fit.skew_ppm == pytest.approx(-ppm, abs=1.5 * 38)
    assert np.abs(error).max() < fit.error_s + 0.010


def test_any_chunking_gives_the_same_stamps_to_the_bit() -> None:
    ticks, arrival, _ = radio(70.0, ppm=35.0, interval_s=0.03, seed=5)
    rng = np.random.default_rng(1)
    whole, again = Clock(DEVICE), Clock(DEVICE)
    one, u1 = feed(whole, ticks, arrival, [10**6])
    many, u2 = feed(again, ticks, arrival, rng.integers(1, 40, 10_000).tolist())

    assert np.array_equal(one, many)
    assert np.array_equal(u1, u2)
    assert np.array_equal(whole.refit(55.0).at(u1), again.refit(55.0).at(u1))


def test_live_stamps_increase_and_come_near_the_final_ones() -> None:
    ticks, arrival, _ = radio(60.0, ppm=20.0, interval_s=0.03, seed=7)
    clock = Clock(DEVICE)
    live, unwrapped = feed(clock, ticks, arrival, [3] * 10_000)
    final = clock.refit(1e9).at(unwrapped)

    assert (np.diff(live) > 0.0).all()
    assert np.abs(live - final)[RATE_HZ * 10 :].max() < 0.015


def test_a_16_bit_counter_survives_loss_and_a_long_dropout() -> None:
    spec = TickSpec(1e-3, 16, TimeQuality.DEVICE)
    ticks, arrival, true_s = radio(300.0, ppm=0.0, interval_s=0.015, seed=9, tick_s=1e-3, start_tick=65_000)
    rng = np.random.default_rng(2)
    kept = rng.random(len(arrival)) > 0.03
    when = true_s[PER_PACKET - 1 :: PER_PACKET]
    kept &= (when < 100.0) | (when > 170.0)  # more than one wrap of 65.5 s is missing
    rows = np.repeat(kept, PER_PACKET)
    clock = Clock(spec)
    _, unwrapped = feed(clock, ticks[rows], arrival[kept], [1] * 20_000, bits=16)  # a loss begins a reading

    assert np.array_equal(unwrapped - unwrapped[0], ticks[rows] - ticks[rows][0])


def test_a_device_that_restarts_goes_on_in_time() -> None:
    ticks, arrival, true_s = radio(20.0, ppm=0.0, interval_s=0.015, seed=11, start_tick=900_000_000)
    half = len(arrival) // 2
    ticks = ticks.copy()
    ticks[half * PER_PACKET :] -= ticks[half * PER_PACKET] - 77  # booted again: its clock begins anew
    clock = Clock(DEVICE)
    live, unwrapped = feed(clock, ticks, arrival, [half, 10_000])  # a restart begins a reading
    final = clock.refit(1e9).at(unwrapped)

    assert (np.diff(live) > 0.0).all()
    assert (np.diff(final) > 0.0).all()
    assert np.abs(final - true_s).max() < 0.03


def test_a_file_has_the_truth_in_its_time_column() -> None:
    clock = Clock(TickSpec(1e-9, 0, TimeQuality.EXACT))
    ticks = np.array([0, 4_000_000, 8_000_000], dtype=np.int64)
    t_s, unwrapped = clock.stamp(ticks, np.array([3]), np.array([99.0]))

    assert t_s.tolist() == [0.0, 0.004, 0.008]
    assert clock.refit(1.0).at(unwrapped).tolist() == t_s.tolist()
    assert clock.refit(1.0).error_s == 0.0


def test_a_counter_of_an_oscillator_that_is_off_is_followed() -> None:
    ticks, arrival, true_s = radio(60.0, ppm=0.0, interval_s=0.015, seed=4, tick_s=1.0 / RATE_HZ, start_tick=65_000)
    clock = Clock(TickSpec(1.015 / RATE_HZ, 16, TimeQuality.COUNTER))  # 1.5 % faster than it says
    _, unwrapped = feed(clock, ticks, arrival, [25] * 1_000, bits=16)
    error = clock.refit(1e9).at(unwrapped) - true_s

    # As that of a clock over as long (algorithms.md 3); a crystal's bounds would leave 60 s x 1.4 % = 0.8 s.
    assert 0.0 < error.mean() < 1.5 * 0.0087 + 0.0025
    assert np.ptp(error) < 0.010


def test_a_device_without_a_clock_is_timed_by_its_arrivals() -> None:
    """WitMotion at "200 Hz" really runs at 198.43 Hz (devices.md 3.1): the rate must come out of the arrivals."""
    true_hz = 198.43
    _, arrival, true_s = radio(60.0, ppm=0.0, interval_s=0.03, seed=13)
    slow = true_s * RATE_HZ / true_hz
    clock = Clock(TickSpec(1 / RATE_HZ, 0, TimeQuality.ARRIVAL), nominal_hz=RATE_HZ)
    count = np.arange(len(true_s), dtype=np.int64)
    late = arrival - true_s[PER_PACKET - 1 :: PER_PACKET]
    _, unwrapped = feed(clock, count, slow[PER_PACKET - 1 :: PER_PACKET] + late, [9] * 10_000, bits=62)
    t_s = clock.refit(1e9).at(unwrapped)

    assert 1.0 / np.median(np.diff(t_s)) == pytest.approx(true_hz, rel=5e-4)
    assert np.ptp(t_s - slow) < 0.02


def test_a_filter_s_delay_is_taken_off() -> None:
    ticks, arrival, _ = radio(5.0, ppm=0.0, interval_s=0.015, seed=1)
    plain, filtered = Clock(DEVICE), Clock(DEVICE, group_delay_s=0.0113)
    a, u = feed(plain, ticks, arrival, [10] * 1000)
    b, _ = feed(filtered, ticks, arrival, [10] * 1000)

    assert np.allclose(a - b, 0.0113, atol=1e-12)  # rounding of one subtraction
    assert np.allclose(plain.refit(9.0).at(u) - filtered.refit(9.0).at(u), 0.0113, atol=1e-12)
    assert all(later > earlier for earlier, later in pairwise(b.tolist()))
