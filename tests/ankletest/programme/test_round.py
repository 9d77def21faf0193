"""A visit on its way through a battery: kept, repeated, rejected, stopped, locked, put down and taken up again."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from ankletest.errors import UsageError
from ankletest.programme.battery import Battery, Level, Step, planned, shipped
from ankletest.programme.felt import ADVICE, Reason, Stop
from ankletest.programme.round import Round, State

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
FOUR = Battery("x", "x", (Step("lunge"), Step("stance"), Step("hops")), 10)


def begun(battery: Battery = FOUR) -> Round:
    return Round.begin(battery, planned(battery))


def states(one: Round) -> list[State]:
    return [item.state for item in one.items]


def test_kept_runs_lead_to_the_end() -> None:
    one = begun()
    for number in range(6):
        assert not one.over
        one = one.keep(f"t{number}")

    assert one.over
    assert one.at is None
    assert one.done == 6
    with pytest.raises(UsageError, match="The battery is done"):
        one.keep("more")


def test_a_repeated_run_stays_with_its_reason_and_the_same_comes_again() -> None:
    one = begun().repeat("t1", "looked away").keep("t2")

    assert one.items[0].trials == ("t1", "t2")
    assert one.items[0].why == "looked away"
    assert one.at == 1


@pytest.mark.parametrize("why", ["", "   "])
def test_nothing_is_left_out_without_a_reason(why: str) -> None:
    for call in (lambda: begun().repeat("t", why), lambda: begun().reject("t", why), lambda: begun().skip(why)):
        with pytest.raises(UsageError, match="No reason was given"):
            call()


def test_what_was_skipped_can_be_done_after_all() -> None:
    one = begun().skip("no time")
    assert one.at == 1

    assert one.reopen(0).at == 0
    with pytest.raises(UsageError, match="not one that was left out"):
        one.reopen(3)


@pytest.mark.parametrize("reason", [Reason.PAIN, Reason.FEAR])
def test_after_pain_or_fear_all_that_is_as_hard_is_locked_and_easier_steps_are_not(reason: Reason) -> None:
    one = begun().keep("a").keep("b").stop(Stop(reason, "c", AT))

    assert states(one) == [State.KEPT, State.KEPT, State.REJECTED, *[State.LOCKED] * 3]
    assert one.items[2].trials == ("c",)
    assert one.ceiling is Level.BALANCE
    assert one.over
    assert one.stops[0].advice == ADVICE
    assert one.stops[0].ask_again_at == AT + timedelta(hours=24)


def test_easier_steps_stay_open_after_a_stop() -> None:
    backwards = Battery("x", "x", (Step("hops"), Step("lunge")), 10)
    one = begun(backwards).stop(Stop(Reason.PAIN, "a", AT))

    assert states(one) == [State.REJECTED, State.LOCKED, State.OPEN, State.OPEN]


@pytest.mark.parametrize("reason", [Reason.FATIGUE, Reason.BALANCE])
def test_other_reasons_reject_the_run_and_lock_nothing(reason: Reason) -> None:
    one = begun().stop(Stop(reason, "a", AT))

    assert states(one)[:2] == [State.REJECTED, State.OPEN]
    assert one.ceiling is None
    assert one.stops[0].advice == ""
    assert one.stops[0].ask_again_at is None


def test_a_device_that_fails_costs_the_client_nothing() -> None:
    one = begun().stop(Stop(Reason.DEVICE, "a", AT))

    assert one.at == 0
    assert one.items[0].trials == ("a",)


def test_the_physio_may_unlock_with_a_reason() -> None:
    one = begun().stop(Stop(Reason.PAIN, "a", AT))
    with pytest.raises(UsageError):
        one.unlock("")
    free = one.unlock("pain gone, client wants to go on")

    assert states(free) == [State.REJECTED, *[State.OPEN] * 5]
    assert free.ceiling is None
    assert "pain gone" in free.items[1].why


@pytest.mark.parametrize("battery", shipped(), ids=lambda one: one.key)
def test_a_round_that_was_put_down_is_taken_up_equal(battery: Battery) -> None:
    one = begun(battery).keep("a").repeat("b", "cough").stop(Stop(Reason.PAIN, "c", AT))
    again = Round.from_json(json.loads(json.dumps(one.as_json())))

    assert again == one
    assert again.at == one.at


def test_a_stop_between_two_sets_changes_nothing_done_and_locks_from_the_set_before() -> None:
    one = begun().keep("first")
    hurt = one.pause(Stop(Reason.PAIN, "first", AT))
    tired = one.pause(Stop(Reason.FATIGUE, "first", AT))

    level = one.items[0].planned.level
    assert hurt.items[0] == one.items[0]
    assert hurt.ceiling is level
    assert all(item.state is State.LOCKED for item in hurt.items[1:] if item.planned.level >= level)
    assert tired.items == one.items
    assert [stop.reason for stop in tired.stops] == [Reason.FATIGUE]


def test_a_battery_begun_after_a_stop_is_locked_from_the_same_level_and_a_lower_lock_wins() -> None:
    level = max(one.level for one in planned(FOUR))
    one = Round.begin(FOUR, planned(FOUR), ceiling=level)
    assert {item.state for item in one.items if item.planned.level >= level} == {State.LOCKED}
    assert one.lock(Level.RANGE).ceiling is Level.RANGE
    assert one.lock(Level.RANGE).lock(level).ceiling is Level.RANGE
