"""Times from cues, and the braking of a landing in closed form."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.reaction_entries import braking_speed
from ankletest.metrics.smoothness import ldlj, sparc, trimmed
from ankletest.samples import G, Kind, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

RATE = 1000.0
WEIGHT = 70.0 * G
EVERY_S = 8.0
PUSH_S, FLIGHT_S, BRAKE_S = 0.5, 0.26, 0.4
DOWN = 0.5 * G * FLIGHT_S


def trial_of(reactions: Sequence[float], *, bad: str = "", marks: bool = True, rate: float = RATE, flight_s: float = FLIGHT_S) -> Trial:
    """Return hops that answer a cue every eight seconds; the first may be bad. Landings brake by a half-sine to a stop."""
    t = np.arange(round((EVERY_S * len(reactions) + 4.0) * rate)) / rate
    force = np.full(len(t), WEIGHT)
    events: list[Event] = []
    for number, reaction in enumerate(reactions):
        cue = 2.0 + EVERY_S * number
        move = cue + reaction
        off = move + PUSH_S
        land = off + flight_s
        inside = (t >= land) & (t < land + BRAKE_S)
        force[(t >= off) & (t < land)] = 0.0
        peak = 0.5 * math.pi * 70.0 * 0.5 * G * flight_s / BRAKE_S
        force[inside] += peak * np.sin(np.pi * (t[inside] - land) / BRAKE_S)
        why = bad if number == 0 else ""
        events += [
            Event(Happening.CUE, cue, device="pad", valid=not why, note=why),
            Event(Happening.MOVEMENT, move, land, device="pad", valid=not why, note=why),
            Event(Happening.FLIGHT, off, land, device="pad"),
        ]  # fmt: skip
        events += [Event(Happening.MARK, cue, device="operator", note="cue")] if marks else []
    none = np.zeros(len(t), np.bool_)
    pad = Stream("pad", Site.PAD, None, Kind.PAD, t, np.column_stack((force, none, none)).astype(float), none, none, rate)
    end = float(t[-1])
    return Trial(
        Setup("reactive_landing", Side.LEFT), Outcome.COMPLETED, (), (0.0, end), (0.0, end), tuple(events), (pad,), WEIGHT,
        families=("reaction",),
    )  # fmt: skip


def values(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial)}


def test_times_are_medians_over_the_answers() -> None:
    got = values(trial_of([0.20, 0.30, 0.25, 0.24, 0.90]))

    assert got["reaction_time"].value == pytest.approx(0.25)
    assert got["cue_to_landing"].value == pytest.approx(0.25 + PUSH_S + FLIGHT_S)
    assert got["cue_push_off"].value == pytest.approx(PUSH_S)
    assert got["cues_missed"].value == 0.0
    assert {value.status for value in got.values()} == {Status.OK}
    assert {value.profile for value in got.values()} == {"P-FJUMP"}


def test_a_cue_that_nobody_answered_is_left_out_and_counted() -> None:
    got = values(trial_of([0.05, 0.30, 0.26, 0.24], bad="anticipated: moved 0.050 s after it"))

    assert got["reaction_time"].value == pytest.approx(0.26)
    assert got["reaction_time"].n_used == 3
    assert got["reaction_time"].n_rejected == 1
    assert "cue 1 left out: anticipated: moved 0.050 s after it" in got["reaction_time"].reasons
    assert got["cues_missed"].value == 1.0


def test_two_answers_are_too_few() -> None:
    got = values(trial_of([0.3, 0.3]))

    assert got["reaction_time"].value is None
    assert got["reaction_time"].reasons[0] == "E-SHORT: 2 usable landings, 3 needed"
    assert got["braking_sparc"].value is None
    assert got["cues_missed"].value == 0.0


def test_the_sound_s_delay_is_in_the_uncertainty_unless_it_was_marked() -> None:
    marked, program = values(trial_of([0.25] * 4)), values(trial_of([0.25] * 4, marks=False))

    assert marked["reaction_time"].uncertainty == pytest.approx(math.hypot(0.005, 1e-3 / math.sqrt(12.0)))
    assert program["reaction_time"].uncertainty == pytest.approx(0.030, rel=1e-3)
    assert any("when it sounded" in reason for reason in program["reaction_time"].reasons)
    assert program["cue_push_off"].uncertainty == pytest.approx(0.0, abs=1e-9)
    assert not any("when it sounded" in reason for reason in program["cue_push_off"].reasons)


def test_the_speed_of_a_braked_fall_is_that_of_the_closed_form() -> None:
    trial = trial_of([0.25])
    pad = trial.streams[0]
    land = 2.25 + PUSH_S + FLIGHT_S
    cut = pad.between(land, land + 2.0)
    speed = braking_speed(cut.t_s, cut.values[:, 0], land_s=land, flight_s=FLIGHT_S, weight_n=WEIGHT)
    since = (np.arange(len(speed)) + round((cut.t_s[0] - land - 0.5 * FLIGHT_S) * RATE)) / RATE
    half = np.where(since < 0.0, DOWN + G * since, 0.5 * DOWN * (1.0 + np.cos(np.pi * np.clip(since / BRAKE_S, 0.0, 1.0))))

    # The force of this landing is body weight at once where the foot lands: half a sample of free fall is too little, 5 mm/s.
    assert speed == pytest.approx(np.maximum(half, 0.0), abs=0.011)


def test_smoothness_is_that_of_the_braked_fall() -> None:
    got = values(trial_of([0.25, 0.28, 0.26]))
    since = np.arange(-round(0.5 * FLIGHT_S * RATE), 1000) / RATE
    speed = np.where(since < 0.0, DOWN + G * since, 0.5 * DOWN * (1.0 + np.cos(np.pi * np.clip(since / BRAKE_S, 0.0, 1.0))))
    part = speed[trimmed(speed)]

    assert got["braking_sparc"].value == pytest.approx(sparc(part, RATE), abs=0.01)  # metrics.md SM-01
    # A corner at the landing: its jerk hangs on the low-pass, so here only that it is less smooth than a minimum jerk.
    assert got["braking_ldlj"].value is not None
    assert got["braking_ldlj"].value < ldlj(np.sin(np.linspace(0.0, np.pi, 500)) ** 2, 1000.0)


@pytest.mark.parametrize(("rate", "status"), [(60.0, Status.INVALID), (100.0, Status.WARN), (500.0, Status.OK)])
def test_a_slow_pad_is_a_caveat_or_no_use(rate: float, status: Status) -> None:
    got = values(trial_of([0.25] * 4, rate=rate))

    assert got["reaction_time"].status is status
    assert got["cues_missed"].status is (Status.INVALID if status is Status.INVALID else Status.OK)


def test_gaps_and_a_missing_weight_forbid_the_braking_only() -> None:
    trial = trial_of([0.25] * 4)
    pad = trial.streams[0]
    keep = ~((pad.t_s > 11.3) & (pad.t_s < 11.4))
    holed = replace(pad, t_s=pad.t_s[keep], values=pad.values[keep], clipped=pad.clipped[keep], lost=pad.lost[keep])
    got = values(replace(trial, streams=(holed,)))
    unknown = values(replace(trial, body_weight_n=math.nan))

    assert got["braking_sparc"].n_used == 3
    assert got["reaction_time"].n_used == 4
    assert unknown["braking_sparc"].reasons[0].startswith("E-REST")
    assert unknown["reaction_time"].value == pytest.approx(0.25)


def test_without_a_pad_or_a_cue_there_are_reasons() -> None:
    trial = trial_of([0.25] * 4)
    for empty in (replace(trial, streams=()), replace(trial, events=())):
        found = evaluate(empty)
        assert found
        assert all(value.value is None and value.reasons for value in found)
