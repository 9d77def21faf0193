import math
from dataclasses import replace

import numpy as np
import padded as people
import pytest
from padded import BW, happened, phases, sharing, standing

from ankletest.errors import ExamError
from ankletest.exams import by_key
from ankletest.exams.base import Fitness, LiveNumber, PhaseChange
from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup


def test_a_quiet_client_holds_for_as_long_as_asked(stance: Setup) -> None:
    played = people.play(stance, [standing()])
    trial = played.trial()
    start = trial.window_s[0] - stance.lead_in_s

    assert phases(played) == ["step on", "settle", "lead-in", "hold", "done"]
    assert trial.outcome is Outcome.COMPLETED
    assert trial.hold_s == 10.0
    assert trial.capped
    assert trial.window_s[1] - trial.window_s[0] == pytest.approx(10.0)
    assert 1.5 <= start <= 3.0
    # One second of 1 N noise at 200 Hz has a mean within 0.2 N.
    assert trial.body_weight_n == pytest.approx(BW, abs=0.5)
    assert trial.reasons == ()
    assert played.run.progress.done == 10.0


@pytest.mark.parametrize("seed", range(4))
def test_any_chunking_gives_equal_changes_and_trials(stance: Setup, seed: int) -> None:
    devices = [sharing(9.0, 9.6)]
    whole, pieces = people.play(stance, devices), people.play(stance, devices, seed=seed)

    assert repr(whole.changes) == repr(pieces.changes)
    assert repr(replace(whole.trial(), streams=())) == repr(replace(pieces.trial(), streams=()))
    assert repr(whole.run.live()) == repr(pieces.run.live())


def test_hold_time_ends_with_the_first_touch_down_and_the_hold_goes_on(stance: Setup) -> None:
    played = people.play(stance, [sharing(9.0, 9.6)])
    trial = played.trial()
    start = trial.window_s[0] - stance.lead_in_s
    (touch,) = happened(trial, Happening.TOUCH_DOWN)

    assert phases(played)[-1] == "done"
    assert trial.outcome is Outcome.NOT_HELD
    # A sample at 200 Hz.
    assert touch.t_s == pytest.approx(9.0, abs=0.005)
    assert touch.end_s == pytest.approx(9.6, abs=0.02)
    assert trial.hold_s == pytest.approx(touch.t_s - start)
    assert trial.window_s[1] == touch.t_s
    assert "touch-down" in trial.reasons[0]


def test_a_touch_down_is_told_within_350_ms(stance: Setup) -> None:
    told = people.play(stance, [sharing(9.0, 9.6)], until_s=9.36, stop=False)

    assert any(isinstance(c, Event) and c.what is Happening.TOUCH_DOWN for c in told.changes)


def test_two_touch_downs_are_two_errors(stance: Setup) -> None:
    def force(t: FloatArray) -> FloatArray:
        down = ((t >= 8.0) & (t < 8.3)) | ((t >= 11.0) & (t < 11.4))
        return people.stepped_on(t) * np.where(down, 0.7, 1.0)

    trial = people.play(stance, [people.on_pad(force, length_s=20.0)]).trial()

    assert [round(e.t_s, 2) for e in happened(trial, Happening.TOUCH_DOWN)] == [8.0, 11.0]


def test_a_knee_bend_is_no_touch_down(stance: Setup) -> None:
    def force(t: FloatArray) -> FloatArray:
        bend = np.where((t >= 9.0) & (t < 9.4), np.sin(2.0 * np.pi * (t - 9.0) / 0.4), 0.0)
        return people.stepped_on(t) * (1.0 - 0.3 * bend)

    assert happened(people.play(stance, [people.on_pad(force, length_s=20.0)]).trial(), Happening.TOUCH_DOWN) == []


@pytest.mark.parametrize("side", Side)
def test_the_free_foot_on_the_pad_is_a_touch_down_on_its_side_only(stance: Setup, side: Side) -> None:
    def cop(t: FloatArray) -> FloatArray:
        moved = np.where((t >= 9.0) & (t < 9.6), 65.0, 0.0)
        return np.column_stack([moved, np.zeros(len(t))])

    trial = people.play(replace(stance, side=side), [people.on_pad(people.stepped_on, length_s=20.0, cop=cop)]).trial()
    touches = happened(trial, Happening.TOUCH_DOWN)

    # To the right lies the free foot of who stands on the left.
    assert len(touches) == (1 if side is Side.LEFT else 0)
    if touches:
        assert touches[0].t_s == pytest.approx(9.0, abs=0.02)
        assert touches[0].end_s == pytest.approx(9.6, abs=0.05)


def test_shifting_from_both_feet_to_the_tested_leg_starts_the_stance_anew(stance: Setup) -> None:
    def cop(t: FloatArray) -> FloatArray:
        return np.column_stack([-70.0 * np.clip((t - 4.5) / 0.3, 0.0, 1.0), np.zeros(len(t))])

    played = people.play(stance, [people.on_pad(people.stepped_on, length_s=25.0, cop=cop)])
    trial = played.trial()

    assert phases(played) == ["step on", "settle", "lead-in", "settle", "lead-in", "hold", "done"]
    assert trial.window_s[0] - stance.lead_in_s == pytest.approx(4.8, abs=0.2)  # calm is a mean over 0.25 s
    assert trial.outcome is Outcome.COMPLETED


def test_who_was_weighed_with_a_foot_beside_the_pad_is_weighed_again(stance: Setup) -> None:
    def force(t: FloatArray) -> FloatArray:
        return people.stepped_on(t) * np.where(t < 5.0, 0.5, 1.0)

    played = people.play(stance, [people.on_pad(force, length_s=25.0)])

    assert phases(played).count("settle") == 2
    assert played.trial().body_weight_n == pytest.approx(BW, abs=0.5)


def test_a_known_mass_waits_for_the_whole_weight(stance: Setup) -> None:
    def force(t: FloatArray) -> FloatArray:
        return people.stepped_on(t) * np.where(t < 5.0, 0.6, 1.0)

    played = people.play(replace(stance, mass_kg=BW / G), [people.on_pad(force, length_s=25.0)])

    assert phases(played).count("settle") == 1
    assert played.trial().window_s[0] > 5.0 + stance.lead_in_s


def test_a_hop_of_the_stance_foot_ends_the_hold_and_is_timed_by_its_edges(stance: Setup) -> None:
    def force(t: FloatArray) -> FloatArray:
        return np.where((t >= 9.0) & (t < 9.2), 0.0, people.stepped_on(t))

    trial = people.play(stance, [people.on_pad(force, length_s=20.0)]).trial()
    (hop,) = happened(trial, Happening.STANCE_HOP)

    assert trial.outcome is Outcome.NOT_HELD
    assert (hop.t_s, hop.end_s) == pytest.approx((9.0, 9.2), abs=0.006)
    assert hop.u_s > 0.0
    assert happened(trial, Happening.TOUCH_DOWN) == []


def test_a_foot_that_moved_is_a_shift_and_does_not_end_the_hold(stance: Setup) -> None:
    def cop(t: FloatArray) -> FloatArray:
        return np.column_stack([np.where(t < 10.0, 0.0, -34.0), np.zeros(len(t))])

    trial = people.play(stance, [people.on_pad(people.stepped_on, length_s=20.0, cop=cop)]).trial()

    assert len(happened(trial, Happening.SHIFT)) == 1
    assert trial.outcome is Outcome.COMPLETED


def test_stepping_off_ends_the_run(stance: Setup) -> None:
    def force(t: FloatArray) -> FloatArray:
        return people.stepped_on(t, off_s=9.0)

    played = people.play(stance, [people.on_pad(force, length_s=20.0)])
    trial = played.trial()

    assert phases(played)[-1] == "fell"
    assert trial.outcome is Outcome.NOT_HELD
    assert happened(trial, Happening.OFF_PAD)[0].t_s == pytest.approx(9.0, abs=0.02)
    assert happened(trial, Happening.OFF_PAD)[0].end_s == played.run.end_s
    assert trial.window_s[1] == pytest.approx(9.0, abs=0.02)
    assert played.run.end_s == pytest.approx(10.0, abs=0.05)


def test_a_foot_down_for_more_than_five_seconds_ends_the_run(stance: Setup) -> None:
    played = people.play(stance, [sharing(7.0, 20.0)])

    assert phases(played)[-1] == "fell"
    assert played.run.end_s == pytest.approx(12.0, abs=0.1)
    assert any("out of position" in reason for reason in played.trial().reasons)


def test_nobody_on_the_pad_is_invalid_after_a_minute(stance: Setup) -> None:
    played = people.play(stance, [people.on_pad(np.zeros_like, length_s=62.0, rate_hz=100.0)])
    trial = played.trial()

    assert trial.outcome is Outcome.INVALID
    assert trial.reasons == ("nobody stepped on the pad",)
    assert math.isnan(trial.hold_s)


def test_who_never_stands_still_is_weighed_in_a_restless_second(stance: Setup) -> None:
    def force(t: FloatArray) -> FloatArray:
        return people.stepped_on(t) * (1.0 + 0.03 * np.sin(2.0 * np.pi * 2.0 * t))

    trial = people.play(stance, [people.on_pad(force, length_s=40.0)]).trial()

    assert trial.body_weight_n == pytest.approx(BW, rel=0.02)
    assert any("restless" in reason for reason in trial.reasons)


def test_a_record_in_which_the_client_stands_from_the_first_sample_works(stance: Setup) -> None:
    played = people.play(stance, [people.on_pad(lambda t: np.full(len(t), BW), length_s=20.0)])

    assert phases(played) == ["step on", "settle", "lead-in", "hold", "done"]
    assert played.trial().window_s[0] < 5.0


def test_a_pad_without_cop_still_holds_and_weighs(stance: Setup) -> None:
    device = sharing(9.0, 9.6)
    device.values[:, 1:] = np.nan
    trial = people.play(stance, [device]).trial()

    assert len(happened(trial, Happening.TOUCH_DOWN)) == 1


PHASE_AT = {"step on": 0.5, "settle": 2.0, "lead-in": 4.0, "hold": 8.0}


@pytest.mark.parametrize("phase", PHASE_AT)
def test_the_operator_may_stop_in_every_phase(stance: Setup, phase: str) -> None:
    played = people.play(stance, [standing()], until_s=PHASE_AT[phase], stop=False)
    assert played.run.phase.name == phase
    played.run.stop(PHASE_AT[phase], "pain")
    trial = played.trial()

    assert trial.outcome is Outcome.STOPPED
    assert trial.span_s == (0.0, PHASE_AT[phase])
    assert trial.window_s[0] <= trial.window_s[1] <= PHASE_AT[phase]
    assert "stopped: pain" in trial.reasons
    if phase == "hold":
        assert 4.0 < trial.hold_s < 8.0


@pytest.mark.parametrize("phase", PHASE_AT)
def test_a_lost_pad_is_never_a_person_who_fails(stance: Setup, phase: str) -> None:
    played = people.play(stance, [standing()], until_s=PHASE_AT[phase], stop=False)
    changes = played.run.lose("pad", PHASE_AT[phase], "out of range")
    trial = played.trial()

    assert isinstance(changes[-1], PhaseChange)
    assert trial.outcome is Outcome.INVALID
    assert trial.reasons == (f"the pad was lost during '{phase}' (out of range); repeat the trial",)
    assert not played.run.lose("pad", 30.0, "again")


def test_a_pad_that_is_silent_for_a_second_is_invalid_and_a_short_gap_is_not(stance: Setup) -> None:
    device = standing()

    def without(length_s: float) -> object:
        keep = (device.t_s < 8.0) | (device.t_s >= 8.0 + length_s)
        return replace(device, t_s=device.t_s[keep], values=device.values[keep])

    silent, short = people.play(stance, [without(1.2)]).trial(), people.play(stance, [without(0.3)]).trial()

    assert silent.outcome is Outcome.INVALID
    assert "the pad was lost for 1.2 s during 'hold'; repeat the trial" in silent.reasons
    assert short.outcome is Outcome.COMPLETED


def test_hands_on_the_hips_end_the_hold_and_pain_does_not(stance: Setup) -> None:
    played = people.play(stance, [standing()], until_s=8.0, stop=False)
    played.run.mark("pain", 7.0)
    (mark,) = played.run.mark("hands", 7.5)
    played.run.stop(8.0, "")
    trial = played.trial()

    assert isinstance(mark, Event)
    assert mark.what is Happening.MARK
    assert trial.window_s[1] == 7.5
    assert [e.note for e in happened(trial, Happening.MARK)] == ["pain", "hands"]


def test_the_trial_follows_the_final_clock(stance: Setup) -> None:
    played = people.play(stance, [sharing(9.0, 9.6)])
    live, later = played.trial(), played.trial(late_s=0.004)

    assert happened(later, Happening.TOUCH_DOWN)[0].t_s == pytest.approx(happened(live, Happening.TOUCH_DOWN)[0].t_s + 0.004, abs=1e-9)
    assert later.hold_s == pytest.approx(live.hold_s, abs=1e-6)
    assert repr(played.trial(late_s=0.004)) == repr(later)


def test_live_numbers_come_close_to_the_truth(stance: Setup) -> None:
    def circle(t: FloatArray) -> FloatArray:
        return 10.0 * np.column_stack([np.cos(np.pi * t), np.sin(np.pi * t)])

    played = people.play(stance, [people.on_pad(people.stepped_on, length_s=20.0, sway_mm=0.0, cop=circle)])
    found = {number.key: number.value for number in played.run.live() if isinstance(number, LiveNumber)}

    # A circle of 10 mm at 0.5 Hz: 31.4 mm/s; the causal low pass takes 1 %, bins and noise less.
    assert found["velocity"] == pytest.approx(31.4, rel=0.02)
    assert found["path"] == pytest.approx(314.0, rel=0.06)
    assert found["ellipse_area"] == pytest.approx(9.41, rel=0.03)
    assert found["range_ml"] == pytest.approx(20.0, rel=0.02)


def test_live_numbers_say_nothing_before_the_hold(stance: Setup) -> None:
    played = people.play(stance, [standing()], until_s=1.0, stop=False)

    assert [number.value for number in played.run.live()] == [None] * 4


# ---- the rest ------------------------------------------------------------------------------------------------------------------


def test_devices_that_cannot_tell_a_stance_are_refused(stance: Setup) -> None:
    exam = by_key("stance")

    assert exam.fit([], stance).fitness is Fitness.REFUSED
    assert exam.fit([people.pad_member(40.0)], stance).fitness is Fitness.REFUSED
    assert exam.fit([people.pad_member()], stance).fitness is Fitness.GOOD
    assert exam.fit([people.foot_member()], stance).fitness is Fitness.LIMITED
    assert exam.fit([people.foot_member(site=Site.LUMBAR)], stance).fitness is Fitness.GOOD
    blind = replace(people.foot_member(site=Site.LUMBAR), gyro_range_dps=0.0)
    assert exam.fit([blind], stance).fitness is Fitness.REFUSED
    assert exam.fit([people.pad_member(), blind], stance).fitness is Fitness.GOOD
    with pytest.raises(ExamError):
        exam.begin(stance, [], 0.0)


def test_the_whole_record_is_taken_without_phases(stance: Setup) -> None:
    device = standing()
    trial = by_key("stance").whole(stance, [device.stream(math.inf)])

    assert trial.window_s == (0.0, pytest.approx(19.995))
    assert trial.events == ()
    assert trial.body_weight_n == pytest.approx(BW, abs=1.0)
    with pytest.raises(ExamError):
        by_key("stance").whole(stance, [])
