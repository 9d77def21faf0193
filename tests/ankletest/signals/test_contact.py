import gzip
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ankletest.samples import FloatArray, G
from ankletest.signals.contact import BEGUN, LOST, MISSING, ForceContacts, contacts_of
from ankletest.trial import Event, Happening

RATE = 1000.0
BW = 700.0


def hopping(
    flights: Sequence[float], *, contact_s: float = 0.2, rate_hz: float = RATE, still_s: float = 1.0
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return seconds, force, and true contacts between flights: still, half-sines, still; the first flight begins at ``still_s``."""
    edges = [still_s]
    for flight in flights:
        edges += [edges[-1] + flight, edges[-1] + flight + contact_s]
    t = np.arange(0.0, edges[-1] + 1.0, 1.0 / rate_hz)
    force = np.where((t < still_s) | (t >= edges[-2]), BW, 0.0)
    contacts = np.array(edges[1:-1]).reshape(-1)[: 2 * (len(flights) - 1)].reshape(-1, 2)
    for start, end in contacts:
        inside = (t >= start) & (t < end)
        force[inside] = 3000.0 * np.sin(np.pi * (t[inside] - start) / contact_s)
    return t, force, contacts


def flights_in(events: Sequence[Event]) -> list[Event]:
    return [e for e in events if e.what is Happening.FLIGHT and math.isfinite(e.end_s)]


def in_pieces(t: FloatArray, force: FloatArray, seed: int, *, rate_hz: float = RATE) -> tuple[Event, ...]:
    rng = np.random.default_rng(seed)
    detector = ForceContacts(rate_hz=rate_hz, averaging=False)
    events: list[Event] = []
    at = 0
    while at < len(t):
        step = int(rng.choice([1, 2, 7, 13, 100, 2000]))
        events += detector.feed(t[at : at + step], force[at : at + step])
        at += step
    return (*events, *detector.finish())


def test_hops_as_low_as_a_centimetre_are_all_found() -> None:
    heights = np.arange(0.01, 0.125, 0.005)
    flights = np.sqrt(8.0 * heights / G)
    t, force, contacts = hopping(flights.tolist())
    force = force + np.random.default_rng(1).normal(0.0, 1.0, len(t))
    events = contacts_of(t, force, rate_hz=RATE, averaging=False, noise_n=1.0)
    found = [e for e in events if e.what is Happening.CONTACT][1:-1]

    assert len(flights_in(events)) == len(flights)
    # Twice the rule's own uncertainty at 1 kHz.
    assert np.abs(np.array([[e.t_s, e.end_s] for e in found]) - contacts).max() < 0.0015
    assert all(e.valid and e.value == pytest.approx(3000.0, rel=0.01) for e in found)


def test_a_plate_that_rings_after_take_off_does_not_move_the_take_off() -> None:
    t, force, _ = hopping([0.4, 0.4])
    after = t - 1.0
    # +85/−143 N for 30 ms, as seen on a real plate; it goes below zero first.
    ringing = np.where((after >= 0.0) & (after < 0.06), -150.0 * np.exp(-after / 0.02) * np.sin(2.0 * np.pi * 60.0 * after), 0.0)
    clean = flights_in(contacts_of(t, force, rate_hz=RATE, averaging=False))
    rung = flights_in(contacts_of(t, force + ringing, rate_hz=RATE, averaging=False))

    assert (force + ringing)[(t > 1.0) & (t < 1.06)].max() > 60.0
    assert len(rung) == 2
    assert rung[0].t_s == pytest.approx(clean[0].t_s, abs=0.001)


def test_a_foot_that_scrapes_off_late_takes_off_late() -> None:
    t, force, _ = hopping([0.4])
    # Off for 12 ms, then half a body weight for 30 ms more: a toe, not a plate.
    force[(t >= 1.012) & (t < 1.042)] = 300.0

    assert flights_in(contacts_of(t, force, rate_hz=RATE, averaging=False))[0].t_s == pytest.approx(1.042, abs=0.002)


def test_a_touch_with_a_dent_begins_with_the_first_of_it() -> None:
    t, force, contacts = hopping([0.4, 0.4])
    start = contacts[0, 0]
    force[(t >= start + 0.004) & (t < start + 0.012)] = 0.0
    found = [e for e in contacts_of(t, force, rate_hz=RATE, averaging=False) if e.what is Happening.CONTACT]

    assert found[1].t_s == pytest.approx(start, abs=0.001)


def test_a_bounce_shorter_than_60_ms_is_merged_and_counted() -> None:
    t, force, _ = hopping([0.4])
    force[(t >= 1.46) & (t < 1.50)] = 0.0
    detector = ForceContacts(rate_hz=RATE, averaging=False)
    events = [*detector.feed(t, force), *detector.finish()]

    assert len(flights_in(events)) == 1
    assert detector.merged == 1


def test_drift_is_tared_away_in_each_flight() -> None:
    t, force, _ = hopping([0.4] * 12, contact_s=0.25)
    drift = 3.0 * t
    events = contacts_of(t, force + drift, rate_hz=RATE, averaging=False)

    # 3 N/s is 24 N at the end: beyond F_on, unless it was followed.
    assert drift[-1] > 20.0
    assert len(flights_in(events)) == 12


@pytest.mark.parametrize("seed", range(4))
def test_any_chunking_gives_equal_events(seed: int) -> None:
    t, force, _ = hopping([0.1, 0.3, 0.5, 0.2, 0.4])
    force = force + 2.0 * t + np.random.default_rng(seed).normal(0.0, 4.0, len(t))
    whole = contacts_of(t, force, rate_hz=RATE, averaging=False)

    assert repr(in_pieces(t, force, seed)) == repr(whole)


def test_what_is_open_at_the_end_has_no_end() -> None:
    t, force, _ = hopping([0.4])
    standing = contacts_of(t, force, rate_hz=RATE, averaging=False)[-1]
    cut = t < 1.3
    flying = contacts_of(t[cut], force[cut], rate_hz=RATE, averaging=False)[-1]

    assert standing.what is Happening.CONTACT
    assert math.isnan(standing.end_s)
    assert flying.what is Happening.FLIGHT
    assert math.isnan(flying.end_s)


def test_who_stands_there_from_the_first_sample_began_before() -> None:
    t, force, _ = hopping([0.4])
    first = contacts_of(t, force, rate_hz=RATE, averaging=False)[0]

    assert first.note == BEGUN
    assert not first.valid


def test_an_empty_pad_and_zero_padding_are_no_events() -> None:
    t = np.arange(2000) / RATE

    assert contacts_of(t, np.zeros(2000), rate_hz=RATE, averaging=False) == ()
    assert contacts_of(t[:0], t[:0], rate_hz=RATE, averaging=False) == ()
    assert contacts_of(t, np.full(2000, np.nan), rate_hz=RATE, averaging=False) == ()


def test_samples_missing_at_an_edge_spoil_the_contacts_that_share_it() -> None:
    t, force, contacts = hopping([0.4, 0.4, 0.4])
    keep = ~((t > contacts[0, 0] - 0.02) & (t < contacts[0, 0] + 0.02))
    events = contacts_of(t[keep], force[keep], rate_hz=RATE, averaging=False)

    assert [e.note for e in events if e.what is Happening.CONTACT][:3] == [BEGUN, MISSING, ""]
    assert [e.valid for e in flights_in(events)] == [False, True, True]


def test_a_long_gap_starts_over() -> None:
    t, force, _ = hopping([0.4, 0.4])
    keep = ~((t > 1.47) & (t < 1.59))
    events = contacts_of(t[keep], force[keep], rate_hz=RATE, averaging=False)

    assert LOST in {e.note for e in events}
    assert len(flights_in(events)) == 2


def test_noise_is_learned_from_an_empty_pad() -> None:
    rng = np.random.default_rng(5)
    t = np.arange(4000) / RATE
    force = np.where((t > 1.5) & (t < 2.5), BW, 0.0) + rng.normal(0.0, 2.5, len(t))
    detector = ForceContacts(rate_hz=RATE, averaging=False)
    detector.feed(t, force)

    # 5 σ₀ = 12.5 N, 10 σ₀ = 25 N: both above the fixed floors; a pad that shows 18 N now is empty.
    assert detector.feed(t + 4.0, np.full(len(t), 23.0)) == []
    assert not detector.on


def test_the_screen_is_told_at_once() -> None:
    t, force, _ = hopping([0.4])
    detector = ForceContacts(rate_hz=RATE, averaging=False)
    detector.feed(t[t < 1.02], force[t < 1.02])

    assert not detector.on
    assert detector.since_s == pytest.approx(1.0, abs=0.002)


# ---- recordings of other people ----------------------------------------------------------------------------------------------


def recording(folder: Path, name: str) -> tuple[float, FloatArray]:
    where = {
        "Single": "gidiel_cmj_dj_sj",
        "GRFZ": "bmc_jumps",
        "jump": "bmc_jumps",
        "BFR": "acl_squat_jumps",
        "sub": "plateforce_subject01",
    }
    where["syn"] = "plateforce_subject01"
    directory = folder / next(at for start, at in where.items() if name.startswith(start))
    if name.startswith("BFR"):
        with gzip.open(directory / f"{name}.csv.gz", "rt") as file:
            columns = np.genfromtxt(file, delimiter=",", skip_header=1)
        return 1000.0, columns[:, 2] + columns[:, 7]
    if directory.name == "plateforce_subject01":
        return 1200.0, np.genfromtxt(directory / f"{name}.force.txt")
    if name in {"GRFZjump_m", "GRFZjump_n"}:
        return 600.0, np.loadtxt(directory / f"{name}.txt", skiprows=1)[:, 1]
    if name.startswith("jump"):
        return 450.0, np.loadtxt(directory / f"{name}.txt", skiprows=1)[:, 1]
    return (1000.0 if name.startswith("Single") else 600.0), np.loadtxt(directory / f"{name}.txt")


REAL = {
    "gidiel_cmj_dj_sj": {"Dual-CMJ-Fz": "Single-CMJ-Fz", "Dual-SJ-Fz": "Single-SJ-Fz"},
    "bmc_jumps": {n: n for n in ("jump1", "jump2", "GRFZjump_m", "GRFZjump_n", "GRFZjump")},
    "acl_squat_jumps": {n: n for n in ("BFR003", "BFR007", "BFR010", "BFR011")},
    "plateforce_subject01": {
        n: n for n in ("subject01_trial1", "subject01_trial2", "subject01_trial3", "synthetic_untrimmed_step_off_after_jump")
    },
}


@pytest.mark.shared_data
@pytest.mark.parametrize("folder", REAL)
def test_real_take_offs_and_landings_agree_with_other_programs(shared_data: Path, folder: str) -> None:
    known = json.loads((shared_data / folder / "reference_jumps.json").read_text())
    compared = 0
    for key, name in REAL[folder].items():
        rate, force = recording(shared_data, name)
        events = contacts_of(np.arange(len(force)) / rate, force, rate_hz=rate, averaging=False)
        flights = [e for e in events if e.what is Happening.FLIGHT]
        for jump in known[key]["explicit"]:
            mine = min(flights, key=lambda e, at=jump["takeoff_index"]: abs(e.t_s * rate - at))
            compared += 1

            # Theirs are first samples below and above 20 N; ours are times at which force began and ended.
            assert abs(mine.t_s * rate - jump["takeoff_index"]) <= 3.0, key
            if jump["touchdown_index"] is None:
                assert math.isnan(mine.end_s), key
            else:
                assert abs(mine.end_s * rate - jump["touchdown_index"]) <= 3.0, key
    assert compared >= 2


@pytest.mark.shared_data
def test_a_bouncing_landing_is_one_landing(shared_data: Path) -> None:
    rate, force = recording(shared_data, "GRFZjump_m")
    events = contacts_of(np.arange(len(force)) / rate, force, rate_hz=rate, averaging=False)

    # The second flight, 43 ms, is shorter than any hop's.
    assert len(flights_in(events)) == 1


@pytest.mark.shared_data
def test_a_damaged_record_is_read_as_far_as_it_goes(shared_data: Path) -> None:
    rate, good = recording(shared_data, "subject01_trial1")
    bad = np.genfromtxt(shared_data / "plateforce_subject01" / "damaged_subject01_trial1_interrupted.force.txt")
    t = np.arange(len(good)) / rate

    assert np.isnan(bad).any()
    ours, theirs = (flights_in(contacts_of(t, f, rate_hz=rate, averaging=False))[0] for f in (bad, good))
    assert repr(replace(ours, u_s=theirs.u_s)) == repr(theirs)  # NaN equals NaN in print only
