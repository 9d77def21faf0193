"""Side hops of simulated people: what the run does, and numbers against the truth."""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path

import landers
import numpy as np
import padded as people
import pytest

from ankletest.exams import side_hop
from ankletest.exams.base import Fitness
from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import Side, Site
from ankletest.trial import Happening, Outcome, Setup, Trial
from ankletest.wiring import run_command
from drivers.people.faults import Faults

TIMED = Setup("side_hop", Side.LEFT)
COUNTED = Setup("side_hop_30s", Side.RIGHT)


@dataclass(frozen=True)
class Hopped:
    """A run of a simulated person, its numbers by key, and its true landings."""

    trial: Trial
    values: dict[str, MetricValue]
    touches_s: np.ndarray
    contacts: list[dict[str, float]]
    inward: np.ndarray
    played: people.Played
    truth: dict[str, object]

    def value(self, key: str) -> float:
        value = self.values[key].value
        assert value is not None, self.values[key].reasons
        return value


def hop(
    setup: Setup, seed: int, *, pad: bool = True, until_s: float = math.inf, chunks: int | None = None, rate_hz: float = 500.0,
    faults: Faults | None = None,
) -> Hopped:  # fmt: skip
    motion = landers.moved(setup, seed, faults=faults, sites=() if pad else (Site.FOOT,))
    device = landers.pad_of(motion, seed, rate_hz=rate_hz) if pad else landers.worn_of(motion, Site.FOOT, seed, side=setup.side)
    played = people.play(setup, [device], seed=chunks, begin_s=landers.BEGIN_S, until_s=until_s)
    trial = replace(played.trial(), families=("side hops",))
    truth = motion.truth
    touches = np.array([*(contact["ic_s"] for contact in truth["contacts"]), truth["landing_s"]])
    values = {value.metric.key: value for value in evaluate(trial)}
    return Hopped(trial, values, touches, truth["contacts"], np.array(truth["inward"]), played, truth)


@pytest.mark.parametrize("seed", range(20))
def test_ten_round_trips_on_a_pad_take_the_true_time(seed: int) -> None:
    found = hop(TIMED, seed)
    contact = np.array([c["to_s"] - c["ic_s"] for c in found.contacts])
    inward = found.inward[: len(contact)].copy()

    assert found.trial.outcome is Outcome.COMPLETED
    # Two edges of a 500 Hz pad: 1.1 ms each (signals.edges), three of them.
    assert found.value("side_hop_time") == pytest.approx(found.touches_s[20] - found.touches_s[0], abs=0.005)
    assert found.value("side_hop_contact_time") == pytest.approx(contact.mean(), abs=0.003)
    assert found.value("side_hop_rhythm") == pytest.approx(_variation(found.touches_s), abs=0.15)
    # The direction of the start hop is not known: contact 0 is left out on both sides of the comparison.
    ratio = contact[1:][inward[1:]].mean() / contact[1:][~inward[1:]].mean()
    assert found.value("side_hop_direction_ratio") == pytest.approx(ratio, abs=0.01)
    assert found.value("side_hop_errors") == 0.0
    assert {value.status for value in found.values.values()} == {Status.OK}


@pytest.mark.parametrize("seed", range(20))
def test_a_foot_sensor_tells_the_same(seed: int) -> None:
    found = hop(replace(TIMED, side=Side.RIGHT if seed % 2 else Side.LEFT), seed, pad=False)
    contact = np.array([c["to_s"] - c["ic_s"] for c in found.contacts])
    inward = found.inward[: len(contact)]

    assert found.trial.outcome is Outcome.COMPLETED
    # A landing is known to 1.9 ms at 100 Hz (algorithms.md 2.1), two of them three times.
    assert found.value("side_hop_time") == pytest.approx(found.touches_s[20] - found.touches_s[0], abs=0.008)
    # The soft mount delays the take-off by 3-5 ms.
    assert found.value("side_hop_contact_time") == pytest.approx(contact.mean(), abs=0.008)
    ratio = contact[1:][inward[1:]].mean() / contact[1:][~inward[1:]].mean()
    assert found.value("side_hop_direction_ratio") == pytest.approx(ratio, abs=0.03)
    assert found.values["side_hop_direction_ratio"].n_used == 19


@pytest.mark.parametrize("pad", [True, False])
def test_hops_are_counted_for_thirty_seconds(pad: bool) -> None:
    for seed in range(3):
        found = hop(COUNTED, seed, pad=pad)
        true = int(np.count_nonzero(found.touches_s[1:] - found.touches_s[0] <= 30.0))

        assert found.trial.outcome is Outcome.COMPLETED
        assert found.value("side_hop_count") == true
        assert found.trial.window_s[1] - found.trial.window_s[0] == pytest.approx(30.0)
        assert found.played.run.progress.unit == "s"


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("landing", [1, 7, 18])
def test_a_landing_that_touches_twice_is_an_error_and_one_landing(landing: int, side: Side) -> None:
    for seed in range(4):
        plain = hop(replace(TIMED, side=side), seed)
        twice = hop(replace(TIMED, side=side), seed, faults=Faults(second_contact=float(landing)))
        (touches,) = twice.truth["second_contacts_s"]
        seen = [event.t_s for event in people.happened(twice.trial, Happening.CONTACT)]

        assert twice.trial.outcome is Outcome.COMPLETED
        assert plain.value("side_hop_errors") == 0.0
        assert twice.value("side_hop_errors") == 1.0
        assert "1 landings touched twice" in twice.values["side_hop_errors"].reasons
        # Both touches are contacts of their own, to the edges of a 500 Hz pad; the toes' own rises in 66 ms from nothing.
        assert min(abs(t - touches[0]) for t in seen) < 0.006
        assert min(abs(t - touches[1]) for t in seen) < 0.004
        # The time is that of twenty landings: the last is 1 to 3 ms off by another landing's edge, none is counted twice.
        assert twice.value("side_hop_time") == pytest.approx(plain.value("side_hop_time"), abs=0.005)
        left = [r for r in twice.values["side_hop_contact_time"].reasons if "left out" in r]
        assert left


def test_a_second_contact_takes_one_hop_off_the_count() -> None:
    plain, twice = (hop(COUNTED, 2, faults=faults) for faults in (None, Faults(second_contact=9.0)))

    assert twice.value("side_hop_count") == plain.value("side_hop_count") - 1.0
    assert twice.values["side_hop_count"].n_rejected == 1


def test_a_second_contact_is_scripted_by_name_and_by_leg(tmp_path: Path) -> None:
    assert Faults(second_contact=3.0, leg=Side.LEFT).twice(Side.RIGHT) == 0
    assert Faults(second_contact=99.0).twice(Side.LEFT) == 99  # and a plan that does not come so far has none
    assert hop(TIMED, 1, faults=Faults(second_contact=99.0)).truth["second_contacts_s"] == []
    out, truth = tmp_path / "a.mcap", tmp_path / "truth.json"
    words = ["simulate", "side_hop", "-o", str(out), "--side", "left", "--truth", str(truth), "--fault", "second_contact=5"]

    assert run_command(words) == 0
    assert len(json.loads(truth.read_text(encoding="utf-8"))["trials"][0]["second_contacts_s"]) == 1


def test_the_phases_and_any_chunking() -> None:
    whole = hop(TIMED, 2)
    assert people.phases(whole.played) == ["step on", "ready", "hop", "done"]
    assert people.phases(hop(TIMED, 2, pad=False).played) == ["ready", "hop", "done"]
    for chunks in range(2):
        pieces = hop(TIMED, 2, chunks=chunks)
        assert repr(pieces.played.changes) == repr(whole.played.changes)  # NaN equals NaN in print only
        assert pieces.values == whole.values


def test_stopping_short_ends_the_set_with_its_reason() -> None:
    motion = landers.moved(TIMED, 1)
    cut = landers.act_of(landers.PERSON, TIMED, landers.Faults(), (1, 1)).stopped(8.0).motion([], start_s=motion.start_s)
    pad = landers.pad_of(
        replace(cut, force_n=np.concatenate((cut.force_n, np.zeros(20_000))), cop_mm=np.concatenate((cut.cop_mm, np.zeros((20_000, 2))))), 1
    )
    played = people.play(TIMED, [pad], begin_s=landers.BEGIN_S)

    assert played.run.phase.outcome is Outcome.NOT_HELD
    assert "left the pad after" in played.trial().reasons[0]


def test_standing_still_is_no_set() -> None:
    played = people.play(TIMED, [people.on_pad(people.stepped_on, length_s=80.0)])

    assert played.run.phase.outcome is Outcome.INVALID
    assert "nobody hopped" in played.trial().reasons[0]
    waited = people.play(TIMED, [people.on_pad(lambda t: np.zeros(len(t)), length_s=80.0)])
    assert "nobody stepped on" in waited.trial().reasons[0]


def test_staying_down_is_the_end_of_a_set() -> None:
    force = people.on_pad(lambda t: people.hops_force(t, hops=6, first_s=6.0), length_s=25.0)
    played = people.play(TIMED, [force])

    assert played.run.phase.outcome is Outcome.NOT_HELD
    assert played.trial().reasons == ("6 of 20 contacts, then more than 3 s down",)


def test_an_operator_stop_and_a_whole_record() -> None:
    assert hop(TIMED, 1, until_s=9.0).trial.outcome is Outcome.STOPPED
    motion = landers.moved(TIMED, 4)
    trial = side_hop.EXAM.whole(TIMED, [landers.pad_of(motion, 4).stream(math.inf)])
    values = {v.metric.key: v for v in evaluate(replace(trial, families=("side hops",)))}
    # Stepping on and off the pad is in the record, too, but no flight of a hop.
    assert values["side_hop_contact_time"].value == pytest.approx(hop(TIMED, 4).value("side_hop_contact_time"), abs=0.01)


def test_the_sensor_rule_is_that_of_hops() -> None:
    assert side_hop.EXAM.fit([people.pad_member()], TIMED).fitness is Fitness.GOOD
    assert side_hop.EXAM.fit([people.foot_member()], TIMED).fitness is Fitness.GOOD
    lumbar = side_hop.EXAM_30_S.fit([people.foot_member(site=Site.LUMBAR)], COUNTED)
    assert lumbar.fitness is Fitness.REFUSED
    assert side_hop.EXAM.fit([], TIMED).reasons == ("side hops need a force pad or a motion sensor on the foot",)


def test_instructions_name_leg_and_task() -> None:
    assert "left leg" in side_hop.phases_for(TIMED)["ready"].instruction
    assert "30 centimetres" in side_hop.phases_for(TIMED)["ready"].instruction
    assert "thirty seconds" in side_hop.phases_for(COUNTED)["hop"].instruction


def _variation(touches_s: np.ndarray) -> float:
    steps = np.diff(touches_s)
    return 100.0 * float(steps.std(ddof=1) / steps.mean())
