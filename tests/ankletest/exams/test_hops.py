import json
import math
from dataclasses import replace
from pathlib import Path

import hoppers
import numpy as np
import padded as people
import pytest
from padded import BW, phases

from ankletest.errors import ExamError
from ankletest.exams import by_key
from ankletest.exams.base import Fitness
from ankletest.exams.hop_walk import STEPPED
from ankletest.metrics.contacts import hops_of
from ankletest.samples import FloatArray, G, Kind, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup


def hopping(hops: int, *, length_s: float = 14.0, rate_hz: float = 500.0, **odd: float) -> object:
    return people.on_pad(lambda t: people.hops_force(t, hops=hops, **odd), length_s=length_s, rate_hz=rate_hz)


def test_five_hops_complete_a_set_of_five(hops: Setup) -> None:
    played = people.play(hops, [hopping(5)])
    trial = played.trial()
    found = hops_of(trial).hops

    assert phases(played) == ["step on", "still", "hop", "done"]
    assert trial.outcome is Outcome.COMPLETED
    assert trial.reasons == ()
    assert len(found) == 5
    assert all(hop.valid for hop in found)
    # Twice the rule's uncertainty at 500 Hz.
    assert [hop.contact_s for hop in found] == pytest.approx([0.2] * 5, abs=0.003)
    assert [hop.flight_s for hop in found] == pytest.approx([0.3] * 5, abs=0.003)
    assert trial.body_weight_n == pytest.approx(BW, abs=0.5)
    assert trial.window_s[0] == pytest.approx(4.0, abs=0.003)
    assert played.run.progress.done == 5.0


@pytest.mark.parametrize("seed", range(4))
def test_any_chunking_gives_equal_changes_and_trials(hops: Setup, seed: int) -> None:
    devices = [hopping(5)]
    whole, pieces = people.play(hops, devices), people.play(hops, devices, seed=seed)

    assert repr(whole.changes) == repr(pieces.changes)
    assert repr(replace(whole.trial(), streams=())) == repr(replace(pieces.trial(), streams=()))
    assert repr(whole.run.live()) == repr(pieces.run.live())


def test_who_stops_hopping_has_not_done_the_set(hops: Setup) -> None:
    played = people.play(hops, [hopping(3)])
    trial = played.trial()

    assert phases(played)[-1] == "ended"
    assert trial.outcome is Outcome.NOT_HELD
    assert trial.reasons == ("3 of 5 hops, then more than 3 s down",)
    assert len(hops_of(trial).hops) == 3


def test_hops_that_the_radio_swallowed_are_not_owed(hops: Setup) -> None:
    whole = hopping(5)
    in_flight = (whole.t_s > 5.08) & (whole.t_s < 5.25)  # a flight and the next landing, 0.17 s
    cut = people.Samples(whole.member, whole.t_s[~in_flight], whole.values[~in_flight])
    played = people.play(hops, [cut])
    trial = played.trial()

    assert trial.outcome is Outcome.COMPLETED
    assert trial.reasons == ("4 of 5 hops could be timed: samples of the others are missing",)
    assert len([hop for hop in hops_of(trial).hops if hop.valid]) <= 4


def test_who_leaves_the_pad_has_not_done_the_set(hops: Setup) -> None:
    def force(t: FloatArray) -> FloatArray:
        return np.where(t > 6.5, 0.0, people.hops_force(t, hops=9))

    played = people.play(hops, [people.on_pad(force, length_s=14.0, rate_hz=500.0)])

    assert played.trial().outcome is Outcome.NOT_HELD
    assert "left the pad" in played.trial().reasons[0]


def test_who_never_hops_is_invalid(hops: Setup) -> None:
    played = people.play(hops, [people.on_pad(people.stepped_on, length_s=70.0, rate_hz=100.0)])

    assert played.trial().outcome is Outcome.INVALID
    assert played.trial().reasons == ("nobody hopped within 60 s",)


def test_nobody_on_the_pad_is_invalid(hops: Setup) -> None:
    trial = people.play(hops, [people.on_pad(np.zeros_like, length_s=62.0, rate_hz=100.0)]).trial()

    assert trial.outcome is Outcome.INVALID
    assert trial.reasons[0] == "nobody stepped on the pad"


def test_stepping_off_and_on_is_no_jump(hops: Setup) -> None:
    def force(t: FloatArray) -> FloatArray:
        f = people.hops_force(t, hops=5, first_s=6.0)
        f[(t >= 3.5) & (t < 4.1)] = 0.0
        on = (t >= 4.1) & (t < 4.3)
        f[on] = BW * (t[on] - 4.1) / 0.2
        return f

    played = people.play(hops, [people.on_pad(force, length_s=14.0, rate_hz=500.0)])
    trial = played.trial()

    assert trial.outcome is Outcome.COMPLETED
    assert trial.window_s[0] == pytest.approx(6.0, abs=0.003)
    assert [e.what for e in trial.events if e.note == STEPPED].count(Happening.FLIGHT) == 1
    assert len(hops_of(trial).hops) == 5


def test_who_hops_before_the_scale_is_still_is_counted_all_the_same(hops: Setup) -> None:
    played = people.play(replace(hops, mass_kg=BW / G), [hopping(5, first_s=2.2)])
    trial = played.trial()

    assert phases(played) == ["step on", "still", "hop", "done"]
    assert trial.outcome is Outcome.COMPLETED
    assert trial.body_weight_n == pytest.approx(BW, rel=0.01)
    assert trial.reasons


def test_a_record_without_a_still_second_and_mass_has_no_weight(hops: Setup) -> None:
    device = hopping(5, first_s=1.0, length_s=6.0)
    keep = (device.t_s > 0.9) & (device.t_s < 4.2)
    trial = by_key("hops").whole(hops, [replace(device, t_s=device.t_s[keep], values=device.values[keep]).stream(math.inf)])

    assert math.isnan(trial.body_weight_n)
    assert "no still second to weigh the client (E-REST)" in trial.reasons
    assert len(hops_of(trial).hops) >= 4


PHASE_AT = {"step on": 0.5, "still": 1.6, "hop": 5.0}


@pytest.mark.parametrize("phase", PHASE_AT)
def test_the_operator_may_stop_in_every_phase(hops: Setup, phase: str) -> None:
    played = people.play(hops, [hopping(5)], until_s=PHASE_AT[phase], stop=False)
    assert played.run.phase.name == phase
    played.run.stop(PHASE_AT[phase], "pain")
    trial = played.trial()

    assert trial.outcome is Outcome.STOPPED
    assert "stopped: pain" in trial.reasons
    assert trial.window_s[0] <= trial.window_s[1] == PHASE_AT[phase]


@pytest.mark.parametrize("phase", PHASE_AT)
def test_a_lost_pad_is_never_a_person_who_fails(hops: Setup, phase: str) -> None:
    played = people.play(hops, [hopping(5)], until_s=PHASE_AT[phase], stop=False)
    played.run.lose("pad", PHASE_AT[phase], "")

    assert played.trial().outcome is Outcome.INVALID
    assert played.trial().reasons == (f"the pad was lost during '{phase}'; repeat the trial",)


def test_a_pad_that_falls_silent_is_invalid(hops: Setup) -> None:
    device = hopping(5)
    keep = (device.t_s < 5.0) | (device.t_s > 6.3)
    trial = people.play(hops, [replace(device, t_s=device.t_s[keep], values=device.values[keep])]).trial()

    assert trial.outcome is Outcome.INVALID
    assert "the pad was lost for" in trial.reasons[0]


def test_a_record_that_ends_in_flight_is_stopped_and_does_not_count_the_open_hop(hops: Setup) -> None:
    # The third contact ends at 5.5 s.
    played = people.play(hops, [hopping(5)], until_s=5.65)
    trial = played.trial()

    assert trial.outcome is Outcome.STOPPED
    assert [e.what for e in trial.events if math.isnan(e.end_s) and e.what is Happening.FLIGHT] == [Happening.FLIGHT]
    assert len(hops_of(trial).hops) == 2


def test_marks_are_kept(hops: Setup) -> None:
    played = people.play(hops, [hopping(5)], until_s=5.0, stop=False)
    played.run.mark("pain", 4.9)
    played.run.stop(5.0, "")

    assert [e.note for e in played.trial().events if e.what is Happening.MARK] == ["pain"]


def test_live_numbers_show_the_last_hop_and_the_mean(hops: Setup) -> None:
    played = people.play(hops, [hopping(5)])
    found = {number.key: number.value for number in played.run.live()}

    # CT 0.2 s and FT 0.3 s: h = g FT²/8 = 11.0 cm, RSI 0.552 m/s; edges to 2 ms.
    assert found["contact_time"] == pytest.approx(200.0, abs=3.0)
    assert found["flight_time"] == pytest.approx(300.0, abs=3.0)
    assert found["jump_height"] == pytest.approx(11.03, abs=0.25)
    assert found["rsi"] == pytest.approx(0.552, rel=0.03)
    assert found["rsi_mean"] == pytest.approx(0.552, rel=0.03)
    assert found["hops"] == 5.0


def test_live_numbers_say_nothing_before_the_first_landing(hops: Setup) -> None:
    played = people.play(hops, [hopping(5)], until_s=3.0, stop=False)

    assert {n.key: n.value for n in played.run.live() if n.key != "hops"} == dict.fromkeys(
        ("rsi", "contact_time", "flight_time", "jump_height", "rsi_mean")
    )


# ---- feet ----------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def person() -> object:
    return hoppers.hops_of(5)


def sensor(person: object, *, dps: float = 2000.0) -> object:
    t, imu = hoppers.foot(person, rate_hz=200.0, gyro_range_dps=dps)
    return people.Samples(people.foot_member(dps=dps), t, imu)


def plate(person: object) -> object:
    t, force = hoppers.pad(person, rate_hz=1000.0, averaging=False)
    values = np.column_stack([force, np.full((len(t), 2), np.nan)])
    return people.Samples(people.pad_member(1000.0), t, values)


def test_a_foot_sensor_alone_counts_a_set(person: object) -> None:
    setup = Setup("hops", Side.LEFT, mass_kg=70.0)
    played = people.play(setup, [sensor(person)], begin_s=2.0)
    trial = played.trial()

    assert phases(played) == ["countdown", "hop", "done"]
    assert trial.outcome is Outcome.COMPLETED
    assert trial.body_weight_n == pytest.approx(70.0 * G)
    assert len(hops_of(trial).hops) == 10
    assert all(hop.valid for hop in hops_of(trial).hops)


@pytest.mark.parametrize("seed", range(2))
def test_any_chunking_of_a_foot_gives_equal_changes(person: object, seed: int) -> None:
    setup = Setup("hops", Side.LEFT)
    devices = [sensor(person)]

    whole, pieces = (people.play(setup, devices, begin_s=2.0, seed=s) for s in (None, seed))
    assert repr(whole.changes) == repr(pieces.changes)


def test_with_both_the_pad_drives_and_the_foot_keeps_its_own_contacts(person: object) -> None:
    played = people.play(Setup("hops", Side.LEFT), [sensor(person), plate(person)], begin_s=2.0)
    trial = played.trial()
    counted = {d: sum(e.what is Happening.CONTACT and e.device == d and e.valid for e in trial.events) for d in ("pad", "foot-left")}

    assert phases(played)[:3] == ["step on", "still", "hop"]
    assert trial.outcome is Outcome.COMPLETED
    assert hops_of(trial).device == "pad"
    assert len(hops_of(trial).hops) == 10
    # The pad also sees the stand before the entry jump.
    assert counted["foot-left"] >= 10
    assert counted["pad"] == counted["foot-left"] + 1


def test_a_lost_foot_beside_a_pad_is_a_remark(person: object) -> None:
    played = people.play(Setup("hops", Side.LEFT), [plate(person), sensor(person)], begin_s=2.0, until_s=8.0, stop=False)

    assert played.run.lose("foot-left", 8.0, "battery") == []
    played.run.stop(8.0, "")
    assert "foot-left was lost during the run (battery)" in played.trial().reasons


def test_a_lost_foot_alone_is_invalid(person: object) -> None:
    played = people.play(Setup("hops", Side.LEFT), [sensor(person)], begin_s=2.0, until_s=6.0, stop=False)
    played.run.lose("foot-left", 6.0, "")

    assert played.trial().outcome is Outcome.INVALID
    assert "the left foot sensor was lost" in played.trial().reasons[0]


# ---- the rest ------------------------------------------------------------------------------------------------------------------


def test_devices_that_cannot_time_a_contact_are_refused(hops: Setup) -> None:
    fit = by_key("hops").fit

    assert fit([], hops).fitness is Fitness.REFUSED
    assert fit([people.pad_member(50.0)], hops).fitness is Fitness.REFUSED
    assert fit([people.pad_member(80.0)], hops).fitness is Fitness.LIMITED
    assert fit([people.pad_member(199.0)], hops).fitness is Fitness.GOOD
    assert fit([people.foot_member()], hops).fitness is Fitness.GOOD
    assert fit([people.foot_member(rate_hz=60.0)], hops).fitness is Fitness.REFUSED
    assert fit([people.foot_member(dps=500.0)], hops).reasons == ("gyro clips at 500 deg/s: contact time invalid",)
    assert fit([people.foot_member(site=Site.LUMBAR, rate_hz=60.0)], hops).fitness is Fitness.REFUSED
    assert "no turning rate" in fit([people.foot_member(site=Site.LUMBAR, dps=0.0)], hops).reasons[0]
    assert fit([people.foot_member(site=Site.LUMBAR)], hops).fitness is Fitness.LIMITED
    assert "±20 ms" in fit([people.foot_member(site=Site.SHANK), people.foot_member(site=Site.LUMBAR)], hops).reasons[0]
    assert fit([people.foot_member(site=Site.LUMBAR), people.foot_member()], hops).fitness is Fitness.GOOD
    assert fit([people.foot_member(site=Site.SHANK)], hops).fitness is Fitness.REFUSED
    with pytest.raises(ExamError):
        by_key("hops").begin(hops, [], 0.0)


def test_the_whole_record_has_every_contact(hops: Setup) -> None:
    trial = by_key("hops").whole(hops, [hopping(5).stream(math.inf)])

    assert trial.outcome is Outcome.COMPLETED
    assert len(hops_of(trial).hops) == 5
    assert trial.body_weight_n == pytest.approx(BW, abs=1.0)


@pytest.mark.shared_data
def test_a_real_step_off_is_told_from_the_jump_after_it(shared_data: Path, hops: Setup) -> None:
    folder = shared_data / "plateforce_subject01"
    force = np.genfromtxt(folder / "synthetic_untrimmed_step_off.force.txt")
    known = json.loads((folder / "reference_jumps.json").read_text())["synthetic_untrimmed_step_off"]["explicit"]
    values = np.column_stack([force, np.full((len(force), 2), np.nan)])
    device = people.Samples(people.pad_member(1200.0), np.arange(len(force)) / 1200.0, values)
    flights = [e for e in by_key("hops").whole(hops, [device.stream(math.inf)]).events if e.what is Happening.FLIGHT]

    assert [e.note for e in flights] == [STEPPED, ""]
    # Three samples, as for the other records.
    assert flights[1].t_s * 1200.0 == pytest.approx(known[1]["takeoff_index"], abs=3.0)
    assert flights[1].end_s * 1200.0 == pytest.approx(known[1]["touchdown_index"], abs=3.0)


@pytest.mark.shared_data
def test_a_record_that_ends_in_flight_with_a_zeroed_pad_does_not_crash(shared_data: Path, hops: Setup) -> None:
    force = np.loadtxt(shared_data / "bmc_jumps" / "GRFZjump_n.txt", skiprows=1)[:, 1]
    values = np.column_stack([force, np.full((len(force), 2), np.nan)])
    device = people.Samples(people.pad_member(600.0), np.arange(len(force)) / 600.0, values)
    played = people.play(hops, [device])
    trial = played.trial()

    assert trial.outcome in {Outcome.STOPPED, Outcome.NOT_HELD}
    assert any(isinstance(e, Event) and e.what is Happening.FLIGHT and math.isnan(e.end_s) for e in trial.events)
    assert trial.streams[0].kind is Kind.PAD
