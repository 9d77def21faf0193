"""Alignment on signals whose truth is written down: shocks at known times, and everything that must be refused."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ankletest.samples import Block, FloatArray, G, Kind, Side, Site
from ankletest.signals.impacts import AGREE_S, APART_S, SEARCH_S, SETTLE_S, TIMEOUT_S, WANTED, Aligning, align, impacts_of
from ankletest.trial import WANDER_S, Aligned, Stream

KNOCKS = (1.013, 1.941, 2.878)


def shocks(t_s: FloatArray, at_s: Sequence[float], *, rise_s: float) -> FloatArray:
    since = np.maximum(t_s[:, None] - np.array(at_s), 0.0)
    return np.asarray((since / rise_s * np.exp(1.0 - since / rise_s)).sum(axis=1), dtype=np.float64)


def pad(at_s: Sequence[float] = KNOCKS, *, rate_hz: float = 1000.0, force_n: float = 200.0, seed: int = 1, later_s: float = 0.0) -> Stream:
    """Return a pad of which each sample is the mean over its period."""
    fine = np.arange(0.0, 4.0, 1e-4)
    force = force_n * shocks(fine, at_s, rise_s=0.004)
    t = np.arange(0.05, 3.95, 1.0 / rate_hz)
    sums = np.concatenate(([0.0], np.cumsum(force))) * 1e-4
    mean = (np.interp(t + 0.5 / rate_hz, fine, sums[:-1]) - np.interp(t - 0.5 / rate_hz, fine, sums[:-1])) * rate_hz
    mean += 0.5 * np.random.default_rng(seed).standard_normal(len(t))
    values = np.column_stack((mean, np.zeros((len(t), 2))))
    no = np.zeros(len(t), dtype=np.bool_)
    return Stream("pad", Site.PAD, None, Kind.PAD, t + later_s, values, no, no.copy(), rate_hz, averaging=True)


def sensor(at_s: Sequence[float] = KNOCKS, *, rate_hz: float = 200.0, peak_g: float = 2.0, seed: int = 2, later_s: float = 0.0) -> Stream:
    """Return a sensor that lies on the pad; its low-pass smears each shock over a period."""
    fine = np.arange(0.0, 4.0, 1e-4)
    width = round(1e4 / rate_hz)
    felt = np.convolve(peak_g * G * shocks(fine, at_s, rise_s=0.004), np.ones(width) / width)[width // 2 :][: len(fine)]
    t = np.arange(0.0513, 3.95, 1.0 / rate_hz)
    values = np.zeros((len(t), 6))
    values[:, 2] = G + np.interp(t, fine, felt)
    values[:, :3] += 0.02 * np.random.default_rng(seed).standard_normal((len(t), 3))
    no = np.zeros(len(t), dtype=np.bool_)
    return Stream("foot", Site.FOOT, Side.LEFT, Kind.IMU, t + later_s, values, no, no.copy(), rate_hz)


def told(*streams: Stream) -> Aligned:
    (one,) = align(streams, "pad")
    return one


# ---- impacts -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stream", [pad(), pad(rate_hz=250.0), sensor(), sensor(rate_hz=400.0)], ids=["pad", "slow pad", "sensor", "fast sensor"]
)
def test_an_impact_is_timed_within_a_fraction_of_a_sample(stream: Stream) -> None:
    found = impacts_of(stream)

    assert len(found) == 3
    # Half a period of either, as the edge begins anywhere between two samples.
    assert np.abs([impact.t_s - at for impact, at in zip(found, KNOCKS, strict=True)]).max() < 0.5 / stream.rate_hz
    assert not any(impact.clipped for impact in found)


def test_ringing_is_the_same_impact() -> None:
    ringing = (1.0, 1.05, 1.2, 2.0, 2.1, 3.0)

    assert len(impacts_of(sensor(ringing))) == 3


def test_nothing_is_felt_where_nothing_happens() -> None:
    assert impacts_of(sensor(())) == []
    assert impacts_of(pad(())) == []


def test_an_impact_that_was_going_on_when_the_record_began_has_no_edge() -> None:
    assert len(impacts_of(sensor((0.06, 1.5, 2.5)))) == 2


# ---- offsets -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("later_s", [0.03, -0.045, 0.15, 0.0])
@pytest.mark.parametrize("rate_hz", [200.0, 400.0])
def test_an_offset_comes_back_within_its_error(later_s: float, rate_hz: float) -> None:
    for seed in range(5):
        knocks = np.array(KNOCKS) + 0.0007 * seed
        found = told(pad(knocks, seed=seed), sensor(knocks, rate_hz=rate_hz, seed=seed + 9, later_s=later_s))

        assert found.why == ""
        assert found.impacts == 3
        assert abs(found.offset_s - later_s) < found.error_s < 0.003


def test_a_pad_that_is_late_gives_a_sensor_that_is_early() -> None:
    assert told(pad(later_s=0.02), sensor()).offset_s == pytest.approx(-0.02, abs=0.002)


def test_what_was_taken_off_before_is_part_of_the_offset() -> None:
    before = Aligned("foot", "pad", offset_s=0.025, error_s=0.002)
    found = told(pad(), replace(sensor(later_s=0.004), aligned=before))

    assert found.offset_s == pytest.approx(0.029, abs=0.002)


def test_without_a_pad_sensors_are_aligned_with_the_first() -> None:
    other = replace(sensor(later_s=0.012, seed=5), device="other")
    (found,) = align((sensor(), other), "foot")

    assert (found.device, found.reference) == ("other", "foot")
    assert found.offset_s == pytest.approx(0.012, abs=found.error_s)


def test_one_impact_that_another_device_made_is_left_out_where_enough_agree() -> None:
    at = (0.6, 1.2, 1.8, 2.4, 3.0)
    odd = (0.6, 1.2, 1.82, 2.4, 3.0)
    found = told(pad(at), sensor(odd))

    assert found.impacts == 4
    assert abs(found.offset_s) < found.error_s


def test_the_error_grows_while_the_clocks_wander() -> None:
    one = told(pad(), sensor())

    assert one.error_at(one.at_s) == one.error_s
    assert one.error_s < one.error_at(one.at_s + 20.0) < one.error_at(one.at_s + WANDER_S) == one.error_at(one.at_s + 3600.0)


# ---- refusals ------------------------------------------------------------------------------------------------------------------


def test_fewer_than_three_impacts_are_refused_in_words() -> None:
    found = told(pad(KNOCKS), sensor(KNOCKS[:2]))

    assert not found.told
    assert found.why == "2 of 3 impacts were felt by both (foot felt 2 impacts, pad 3): knock again, harder"


def test_an_offset_beyond_the_search_is_no_match() -> None:
    assert "0 of 3 impacts" in told(pad(), sensor(later_s=SEARCH_S + 0.05)).why


def test_impacts_that_disagree_are_refused_in_words() -> None:
    apart = (KNOCKS[0], KNOCKS[1] + 3 * AGREE_S, KNOCKS[2])

    assert told(pad(), sensor(apart)).why == "the impacts disagree by 23 ms: knock again"


@pytest.mark.parametrize("who", ["pad", "foot"])
def test_a_device_at_the_end_of_its_range_is_refused_in_words(who: str) -> None:
    streams = {"pad": pad(), "foot": sensor()}
    stream = streams[who]
    felt = stream.values[:, 0] if who == "pad" else stream.values[:, 2] - G
    streams[who] = replace(stream, clipped=np.asarray(felt > 0.6 * felt.max(), dtype=np.bool_))

    assert told(*streams.values()).why == f"{who} was at the end of its range: knock more gently"


def test_a_silent_device_is_told() -> None:
    (found,) = align((pad(), "foot"), "pad")
    (other,) = align(("pad", sensor()), "pad")

    assert (found.device, found.why) == ("foot", "foot sent nothing")
    assert (other.device, other.why) == ("foot", "pad sent nothing")


def test_what_is_stored_is_read_again() -> None:
    for one in (told(pad(), sensor()), told(pad(), sensor(KNOCKS[:1]))):
        assert repr(Aligned.from_json(one.as_json())) == repr(one)
    assert not Aligned.from_json({"device": "foot", "offset_s": None}).told


# ---- while it goes on ------------------------------------------------------------------------------------------------------------


def blocks_of(stream: Stream, size: int) -> list[Block]:
    ticks = np.arange(len(stream.t_s), dtype=np.int64)
    return [
        Block(
            stream.device,
            stream.kind,
            stream.t_s[i : i + size],
            stream.values[i : i + size],
            stream.clipped[i : i + size],
            ticks[i : i + size],
        )
        for i in range(0, len(stream.t_s), size)
    ]


@pytest.mark.parametrize("size", [3, 50, 10_000])
def test_it_is_over_a_second_after_every_device_felt_three(size: int) -> None:
    going = Aligning(0.2, {"pad": Kind.PAD, "foot": Kind.IMU}, "pad")
    for block in (*blocks_of(pad(), size), *blocks_of(sensor(), size)):
        going.feed(block)

    assert going.counts == {"pad": WANTED, "foot": WANTED}
    assert not going.over(KNOCKS[2] + 0.9 * SETTLE_S)
    assert going.over(KNOCKS[2] + SETTLE_S + APART_S)


def test_nobody_waits_for_ever() -> None:
    going = Aligning(5.0, {"pad": Kind.PAD, "foot": Kind.IMU}, "pad")

    assert going.least == 0
    assert not going.over(5.0 + TIMEOUT_S - 0.1)
    assert going.over(5.0 + TIMEOUT_S)
    assert math.isnan(going.newest_s)
