"""Simulated people who hop to a metronome with asynchronies that are known, through the real codecs, on a pad and with a foot sensor."""

import json
import math
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from ankletest.device import EVENT, OPERATOR, Choice, Notification
from ankletest.exams.beats import HEARD
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.hop_beat_entries import DUE
from ankletest.metrics.synchrony import mean_s, sd_s
from ankletest.samples import FloatArray, Side
from ankletest.session import Finished, Session
from ankletest.trial import Happening, Outcome, Setup
from drivers.catalog import MODELS
from drivers.people import hopping, world
from drivers.people.body import INJURED_RIGHT, Person
from drivers.people.hopping import plan_hops
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

PAD, FOOT, LUMBAR = PRACTICE_CHOICES[0], PRACTICE_CHOICES[1], PRACTICE_CHOICES[3]
HOPS = 15


def setup_of(beats: float, legs: float = 1.0) -> Setup:
    return Setup("hops", Side.LEFT, hops=HOPS, trial="a", given={"beats": beats, "legs": legs})


def visit(setup: Setup, choice: Choice, seed: int, *, heard_s: float | None = None) -> tuple[Finished, FloatArray]:
    """Return what the program made, and the true asynchronies, s; ``heard_s``: a mark says that a beat was heard then."""
    items, truth = simulate((setup,), (choice,), Person(), seed)
    if heard_s is not None:
        mark = Notification(OPERATOR, EVENT, round(1e9 * heard_s), json.dumps({"event": "mark", "what": "beat"}).encode())
        items = sorted([*items, mark], key=lambda one: one.received_ns)
    session = Session(MODELS)
    (finished,) = [*session.feed(items).finished, *session.finish().finished]
    trial = cast("list[dict[str, object]]", truth["trials"])[0]
    return finished, np.array(trial["asynchronies_s"])[:HOPS]


def numbers(finished: Finished) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in finished.values if value.metric.id.startswith("HB-")}


@pytest.mark.parametrize("legs", [1.0, 2.0])
@pytest.mark.parametrize("beats", [120.0, 140.0, 180.0])
@pytest.mark.parametrize(
    # The radio is late by 3 ms (1000 Hz) and 6 (200 Hz) of all samples alike, and sets differ by 1 and 1.5; a foot sees landings to 2 ms.
    ("choice", "mean_ms", "sd_ms"), [(PAD, 6.0, 0.15), (FOOT, 10.0, 1.0)], ids=["pad", "foot"]
)  # fmt: skip
def test_asynchronies_are_told_as_they_truly_were(choice: Choice, mean_ms: float, sd_ms: float, beats: float, legs: float) -> None:
    period = 60.0 / beats
    for seed in range(3):
        finished, away = visit(setup_of(beats, legs), choice, seed)
        found = numbers(finished)

        assert finished.trial.outcome is Outcome.COMPLETED
        assert {value.n_used for value in found.values()} == {HOPS}
        assert found["hop_asynchrony"].value == pytest.approx(1e3 * mean_s(away, period), abs=mean_ms)
        assert found["hop_asynchrony_sd"].value == pytest.approx(1e3 * sd_s(away, period), abs=sd_ms)
        # Fifteen hops end one asynchrony from where they would: 12 ms of 15 periods.
        assert found["hop_cadence"].value == pytest.approx(beats, rel=0.04 / (HOPS * period))
        assert found["hop_synchrony"].value > 0.95
        assert found["hop_on_beat"].value == 100.0
        assert found["hop_asynchrony"].status is Status.WARN
        assert found["hop_asynchrony"].reasons[0] == DUE


@pytest.mark.parametrize("choice", [PAD, FOOT, LUMBAR, replace(PAD, rate_hz=100.0)], ids=["pad", "foot", "lumbar", "pad at 100 Hz"])
def test_two_uncertainties_hold_the_mean_where_a_mark_says_when_the_beat_was_heard(choice: Choice) -> None:
    held = 0
    for seed in range(8):
        due, away = visit(setup_of(140.0), choice, seed)
        first_s = next(event.t_s for event in due.trial.events if event.what is Happening.BEAT)
        finished, _ = visit(setup_of(140.0), choice, seed, heard_s=first_s)
        found = numbers(finished)["hop_asynchrony"]
        assert {event.note for event in finished.trial.events if event.what is Happening.BEAT} == {HEARD}
        held += abs(found.value - 1e3 * mean_s(away, 60.0 / 140.0)) <= 2.0 * found.uncertainty
        assert found.uncertainty < 22.0  # ms; a lumbar sensor's landing is known to 14

    assert held >= 7  # 95 % of 8


def test_a_beat_that_was_heard_late_moves_the_mean_and_nothing_else() -> None:
    at_once, _ = visit(setup_of(120.0), PAD, 2, heard_s=5.0)
    late, _ = visit(setup_of(120.0), PAD, 2, heard_s=5.06)
    one, other = numbers(at_once), numbers(late)

    assert other["hop_asynchrony"].value == pytest.approx(one["hop_asynchrony"].value - 60.0, abs=1e-6)
    for key in ("hop_cadence", "hop_asynchrony_sd", "hop_synchrony", "hop_on_beat"):
        assert other[key].value == pytest.approx(one[key].value, abs=1e-9), key


def test_a_replay_makes_the_very_same_beats_and_numbers() -> None:
    items, _ = simulate((setup_of(160.0),), (PAD, FOOT), Person(), 4)
    found = []
    for size in (len(items), 7):
        session = Session(MODELS)
        finished = [one for k in range(0, len(items), size) for one in session.feed(items[k : k + size]).finished]
        finished += session.finish().finished
        found.append((repr(finished[0].trial.events), [(v.metric.key, v.value, v.uncertainty) for v in finished[0].values]))

    assert found[0] == found[1]
    assert "hop_asynchrony" in {key for key, _, _ in found[0][1]}


def test_slow_beats_are_hopped_twice_and_it_is_told() -> None:
    finished, _ = visit(setup_of(60.0), PAD, 1)
    found = numbers(finished)

    assert found["hop_cadence"].value == pytest.approx(120.0, rel=0.02)
    assert "2 hops to a beat" in found["hop_cadence"].reasons
    assert found["hop_asynchrony"].value is None
    assert "do not keep to the beat" in found["hop_asynchrony"].reasons[0]


def test_who_hops_in_their_own_tempo_hops_as_before() -> None:
    """Seconds of a plan that was drawn before there was a metronome: whatever is drawn for a beat is drawn apart."""
    plan = plan_hops(INJURED_RIGHT, Setup("hops", Side.RIGHT, hops=3), (5, 1))

    assert plan.asynchronies_s is None
    own = plan_hops(INJURED_RIGHT, Setup("hops", Side.RIGHT, hops=3, given={"beats": 0.0, "legs": 1.0}), (5, 1))
    assert own.touches_s == plan.touches_s
    assert own.take_offs_s == plan.take_offs_s


def test_both_feet_stay_down_until_the_jump_on_two_legs() -> None:
    plan = plan_hops(Person(), setup_of(140.0, 2.0), (1, 1))
    tested, other = plan.footing.shares(np.array([plan.push_s - 0.5]))

    assert tested[0] == pytest.approx(0.5)
    assert other[0] == pytest.approx(0.5)
    assert math.isfinite(plan.footing.off_s)


def test_the_person_and_the_exam_count_beats_from_the_same_instant() -> None:
    assert hopping.LEAD_S == world.REACTION_S
