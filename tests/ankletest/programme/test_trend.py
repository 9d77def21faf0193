"""Trends: which points stand in one line, by which version, and when a change is more than error."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ankletest import metrics
from ankletest.metrics.change import Meaning
from ankletest.metrics.published import Person, Reliability, Retest, Sensor, Variant
from ankletest.metrics.published_file import Book, shipped_book
from ankletest.programme.felt import Felt, Reason, Stop
from ankletest.programme.ladder import Move, propose
from ankletest.programme.ladder_file import shipped
from ankletest.programme.past import PastNumber, PastTrial, PastVisit, asked_again, done_of, seen_of
from ankletest.programme.trend import change_of, tracks, trend_of
from ankletest.samples import Side
from ankletest.trial import Eyes, Setup

DAY = datetime(2026, 8, 3, 9, tzinfo=UTC)
VELOCITY, PATH = metrics.by_key("velocity"), metrics.by_key("path")
NO_FIGURES = Book("none", ())


def number(key: str, value: float | None, *, version: int | None = None, u: float | None = None, again: bool = False,
           profile: str = "P-COP") -> PastNumber:  # fmt: skip
    metric = metrics.by_key(key)
    status = "OK" if value is not None else "INVALID"
    return PastNumber(metric.id, key, value, metric.unit, status, (), u, profile, metric.version if version is None else version, again)


def trial(day: int, side: Side, *numbers: PastNumber, seconds: float = 30.0, **changed: object) -> PastTrial:
    by_key: dict[str, tuple[PastNumber, ...]] = {}
    for one in numbers:
        by_key[one.key] = (*by_key.get(one.key, ()), one)
    setup = replace(Setup("stance", side, trial=f"{day}{side}"), **{k: v for k, v in changed.items() if k in {"eyes", "exam", "given"}})
    rest = {k: v for k, v in changed.items() if k not in {"eyes", "exam", "given"}}
    return replace(PastTrial(DAY + timedelta(days=day), 1, setup, "completed", (), (5.0, 5.0 + seconds), by_key), **rest)


def visit(day: int, *trials: PastTrial, **more: object) -> PastVisit:
    return replace(PastVisit(f"v{day}", DAY + timedelta(days=day), trials), **more)


def one_track(*trials: PastTrial):
    (track,) = tracks([visit(0, *trials)])
    return track


def test_left_and_right_are_two_lines_oldest_first() -> None:
    track = one_track(
        trial(0, Side.LEFT, number("velocity", 50.0)), trial(0, Side.RIGHT, number("velocity", 40.0)),
        trial(28, Side.LEFT, number("velocity", 45.0)),
    )  # fmt: skip
    trend = trend_of(track, VELOCITY)

    assert {side: [p.value for p in line] for side, line in trend.lines.items()} == {Side.LEFT: [50.0, 45.0], Side.RIGHT: [40.0]}
    assert (trend.older, trend.unlike, trend.again, trend.newest) == (0, 0, 0, True)


def test_only_trials_that_count_and_were_usable_are_followed_and_conditions_stay_apart() -> None:
    found = tracks([
        visit(
            0, trial(0, Side.LEFT, number("velocity", 1.0), counts=False), trial(0, Side.LEFT, number("velocity", 2.0), outcome="invalid"),
            trial(0, Side.LEFT, number("velocity", 3.0)), trial(0, Side.LEFT, number("velocity", 4.0), eyes=Eyes.CLOSED),
        )
    ])  # fmt: skip

    assert [[p.value for p in trend_of(track, VELOCITY).lines[Side.LEFT]] for track in found] == [[3.0], [4.0]]


def test_a_trend_is_of_one_version_throughout_and_says_what_was_left_out() -> None:
    now = VELOCITY.version
    track = one_track(
        trial(0, Side.LEFT, number("velocity", 50.0, version=now - 1)),
        trial(28, Side.LEFT, number("velocity", 48.0, version=now - 1), number("velocity", 46.0, again=True)),
        trial(56, Side.LEFT, number("velocity", 44.0)),
    )  # fmt: skip
    trend = trend_of(track, VELOCITY)

    assert [p.value for p in trend.lines[Side.LEFT]] == [46.0, 44.0]
    assert (trend.version, trend.older, trend.again) == (now, 1, 1)


def test_where_nothing_was_made_by_the_version_of_today_the_newest_there_is_is_shown_and_told() -> None:
    track = one_track(*(trial(28 * k, Side.LEFT, number("velocity", 50.0 - k, version=VELOCITY.version + 1, u=0.1)) for k in range(2)))
    trend = trend_of(track, VELOCITY)

    assert len(trend.lines[Side.LEFT]) == 2
    assert not trend.newest
    change = change_of(trend, Side.LEFT, book=NO_FIGURES)
    assert change is not None
    assert change.difference == pytest.approx(-1.0)


def test_of_the_same_version_the_stored_number_counts_and_not_the_one_made_again() -> None:
    track = one_track(trial(0, Side.LEFT, number("velocity", 50.0), number("velocity", 51.0, again=True)))

    assert [p.value for p in trend_of(track, VELOCITY).lines[Side.LEFT]] == [50.0]


def test_sway_that_grows_with_time_is_compared_over_equal_windows_only() -> None:
    track = one_track(
        trial(0, Side.LEFT, number("path", 900.0), number("velocity", 30.0), seconds=20.0),
        trial(28, Side.LEFT, number("path", 1200.0), number("velocity", 29.0)),
    )  # fmt: skip

    assert trend_of(track, PATH).unlike == 1
    assert [p.value for p in trend_of(track, PATH).lines[Side.LEFT]] == [1200.0]
    assert trend_of(track, VELOCITY).unlike == 0


def test_another_profile_is_another_line() -> None:
    track = one_track(
        trial(0, Side.LEFT, number("velocity", 30.0, profile="P-COP-Q21")), trial(28, Side.LEFT, number("velocity", 29.0)),
    )  # fmt: skip

    assert (trend_of(track, VELOCITY).unlike, trend_of(track, VELOCITY).profile) == (1, "P-COP")


def test_an_exam_that_both_legs_do_at_once_has_one_line() -> None:
    given: Mapping[str, float] = {"legs": 2.0}
    height = metrics.by_key("jump_height")
    track = one_track(
        trial(0, Side.LEFT, number("jump_height", 0.3), exam="jump", given=given),
        trial(28, Side.RIGHT, number("jump_height", 0.33), exam="jump", given=given),
    )  # fmt: skip

    assert track.both
    assert [p.value for p in trend_of(track, height).lines[None]] == [0.3, 0.33]


def test_clinical_numbers_come_first() -> None:
    track = one_track(trial(0, Side.LEFT, *(number(metric.key, 1.0) for metric in metrics.METRICS if metric.part.family == "stance")))
    clinical = [metric.clinical for metric in track.metrics]

    assert clinical == sorted(clinical, reverse=True)
    assert True in clinical
    assert False in clinical


# ---- verdicts ---------------------------------------------------------------------------------------------------------------


def lunges(*degrees: float, u: float | None = 0.3):
    """Return the trend of lunges of a left leg, told as the angle that a published figure may fit."""
    key = "lunge_angle"
    track = one_track(*(trial(28 * k, Side.LEFT, number(key, one, u=u, profile="P-ANG"), exam="lunge") for k, one in enumerate(degrees)))
    return trend_of(track, metrics.by_key(key))


def test_one_value_has_no_verdict_and_no_value_neither() -> None:
    assert change_of(lunges(30.0), Side.LEFT) is None
    assert change_of(lunges(30.0, 31.0), Side.RIGHT) is None


def test_a_change_smaller_than_the_measurement_itself_is_within_error() -> None:
    change = change_of(lunges(30.0, 33.0, 30.5), Side.LEFT, book=NO_FIGURES)

    assert change is not None
    assert change.finding.meaning is Meaning.WITHIN
    assert change.difference == pytest.approx(0.5)


def test_without_a_published_error_between_days_no_change_is_called_real() -> None:
    change = change_of(lunges(30.0, 45.0), Side.LEFT, book=NO_FIGURES)

    assert change is not None
    assert change.finding.meaning is Meaning.UNKNOWN


def sways(*mm_s: float):
    """Return the trend of the sway of a left leg on a pad, which its profile tells: a stored trial has no samples."""
    return trend_of(one_track(*(trial(28 * k, Side.LEFT, number("velocity", one, u=0.3)) for k, one in enumerate(mm_s))), VELOCITY)


def test_beyond_the_mdc_it_is_real_and_better_or_worse() -> None:
    figure = next(f for f in shipped_book().figures if f.reliability is not None and f.verified)
    fitted = replace(
        figure, metric=VELOCITY.id, key=VELOCITY.key, unit=VELOCITY.unit, typical=(), sensors=(Sensor.PAD,),
        reliability=Reliability(Retest.BETWEEN_DAYS, mdc95=4.0), variant=Variant("stance"),
        population=replace(figure.population, ages=(18.0, 40.0), sex=None),
    )  # fmt: skip
    book, person = Book("test", (fitted,)), Person(25.0)
    found = [change_of(sways(*values), Side.LEFT, person=person, book=book) for values in ((40.0, 35.5), (40.0, 36.5), (35.5, 40.0))]

    assert [one.finding.meaning for one in found] == [Meaning.REAL, Meaning.WITHIN, Meaning.REAL]
    assert (found[0].better, found[2].better) == (True, False)


# ---- as the ladder sees it --------------------------------------------------------------------------------------------------


def test_the_ladder_sees_numbers_of_today_and_those_made_again_but_none_of_an_older_version() -> None:
    now = VELOCITY.version
    old = trial(0, Side.LEFT, number("velocity", 50.0, version=now - 1), number("path", 900.0))
    again = trial(0, Side.LEFT, number("velocity", 50.0, version=now - 1), number("velocity", 46.0, again=True))

    assert {v.metric.key: v.value for v in done_of(old)[1]} == {"path": 900.0}
    assert {v.metric.key: v.value for v in done_of(again)[1]} == {"velocity": 46.0}


def test_a_rejected_trial_is_not_seen_unless_the_client_stopped_it_and_an_empty_visit_is_none() -> None:
    stop = Stop(Reason.PAIN, f"1{Side.LEFT}", DAY)
    visits = [
        visit(0), visit(1, trial(1, Side.LEFT, counts=False), trial(1, Side.RIGHT, counts=False, felt=Felt(pain=4)), stops=(stop,)),
    ]  # fmt: skip
    (seen,) = seen_of(visits)

    assert [one.setup.side for one, _ in seen.done] == [Side.LEFT]
    assert seen.felt == (Felt(pain=4),)
    assert seen.stops == (stop,)


def test_the_pain_of_the_day_after_asks_for_a_step_back() -> None:
    felt = Felt(pain=1, ease=8)
    calm = visit(0, trial(0, Side.LEFT, number("velocity", 50.0), felt=felt), pain_next_day=1)
    sore = replace(calm, pain_next_day=5)

    assert propose(shipped(), 2, seen_of([calm])).move is Move.STAY
    found = propose(shipped(), 2, seen_of([sore]))
    assert (found.move, found.step) == (Move.DOWN, 1)
    assert "Pain 5 of 10 on the day after, above 2." in found.reasons


@pytest.mark.parametrize(
    ("reason", "hours", "asked"),
    [("pain", 30, True), ("fear", 400, True), ("pain", 2, False), ("device", 30, False), ("balance", 30, False)],
)
def test_who_is_asked_on_the_day_after(reason: str, hours: int, asked: bool) -> None:
    stopped = visit(0, stops=(Stop(Reason(reason), "a", DAY),))

    assert (asked_again([stopped], DAY + timedelta(hours=hours)) is not None) == asked


def test_only_the_newest_stop_is_asked_for_and_only_once() -> None:
    stop = Stop(Reason.PAIN, "a", DAY)
    first, second = visit(0, stops=(stop,)), visit(7, stops=(replace(stop, at=DAY + timedelta(days=7)),))
    now = DAY + timedelta(days=20)

    assert asked_again([first, second, visit(8)], now) == second
    assert asked_again([first, replace(second, pain_next_day=0)], now) is None
    assert asked_again([], now) is None


def test_a_window_of_unknown_length_does_not_hide_a_value() -> None:
    lost = trial(0, Side.LEFT, number("path", 900.0), window_s=(math.nan, math.nan))

    assert trend_of(one_track(lost, trial(1, Side.LEFT, number("path", 800.0))), PATH).unlike == 0
