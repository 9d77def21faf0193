"""A procedure is steps with gates; shown with one that wants an empty scale, then two loads that differ, then a shove."""

import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ankletest.exams.base import LiveNumber, PhaseChange
from ankletest.samples import Block, FloatArray, Kind, Site
from ankletest.trial import Outcome, Stream
from calibration.catalog import by_key
from calibration.certificate import Figure, Identity, Limit
from calibration.procedure import Ask, Capture, Findings, Look, Order, Procedure, Refusal, Step, Subject
from calibration.run import CalibrationRun

RATE = 100.0
DATE = datetime(2026, 3, 1, 9, tzinfo=UTC)
SUBJECT = Subject(Identity("scale", "7"), Kind.FORCE, Site.PAD, RATE)


def empty(_t: FloatArray, values: FloatArray, _done: Sequence[Capture]) -> Look:
    mean = float(values.mean())
    live = (LiveNumber("force", "force", "N", mean, 0),)
    if mean > 1000.0:
        return Look(name="overloaded", why="That is too much.", refused=True)
    return Look(abs(mean) < 20.0, "loaded", f"The scale carries {mean:.0f} N.", "Take it off.", done=0.5, live=live)


def loaded(_t: FloatArray, values: FloatArray, done: Sequence[Capture]) -> Look:
    still = float(values.std()) < 2.0
    other = abs(float(values.mean()) - float(done[-1].mean[0])) > 20.0
    return Look(still and other, "same", "Nothing has changed.")


def shoved(_t: FloatArray, values: FloatArray, _done: Sequence[Capture]) -> Look:
    return Look(float(np.ptp(values)) > 300.0, done=float(np.ptp(values)) / 300.0)


def steps(order: Order, _subject: Subject) -> Sequence[Step]:
    loads = [Step(f"load {i}", f"Put {w:.0f} N on.", loaded) for i, w in enumerate(order.numbers("weight"))]
    return [Step("empty", "Take everything off.", empty), *loads, Step("shove", "Push hard.", shoved, math.inf, 5.0)]


def finish(order: Order, _subject: Subject, captures: Sequence[Capture], _streams: Sequence[Stream]) -> Findings:
    read = [float(c.mean[0] - captures[0].mean[0]) for c in captures[1:-1]]
    worst = max(abs(r - w) for r, w in zip(read, order.numbers("weight"), strict=True))
    if worst > 100.0:
        raise Refusal("wrong weight", "These are not the weights that were typed in.")
    faults = ("the scale is crooked",) if worst > 50.0 else ()
    return Findings(parameters=(Figure("read", "N", tuple(read)),), limits=(Limit("worst", "worst", worst, 5.0, "N"),), faults=faults)


TOY = Procedure(
    "toy", "Toy", 3, (Kind.FORCE,), 30.0, steps, finish, (Ask("weight", "weight", "N", 1.0, 5000.0, (100.0, 200.0), many=True),)
)
ORDER = Order("toy", "pad", DATE, "OP1")


def signal(*, first: float = 100.0, off: float = 0.0) -> FloatArray:
    rng = np.random.default_rng(1)
    parts = [(0.0 + off, 3.0), (first, 3.0), (200.0, 3.0)]
    force = np.concatenate([np.full(round(s * RATE), level) for level, s in parts] + [200.0 + 400.0 * np.sin(np.linspace(0.0, 3.1, 100))])
    return force + 0.2 * rng.standard_normal(len(force))


def blocks(force: FloatArray, cuts: Sequence[int] = ()) -> list[Block]:
    t = 5.0 + np.arange(len(force)) / RATE
    none = np.zeros(len(force), np.bool_)
    bounds = [0, *cuts, len(force)]
    return [
        Block("pad", Kind.FORCE, t[a:b], force[a:b, np.newaxis], none[a:b], np.arange(a, b)) for a, b in itertools.pairwise(bounds) if b > a
    ]


def walked(force: FloatArray, cuts: Sequence[int] = (), order: Order = ORDER) -> tuple[CalibrationRun, list[PhaseChange | Capture]]:
    run = CalibrationRun(TOY, order, SUBJECT, 5.0)
    return run, [change for block in blocks(force, cuts) for change in run.feed(block)]


def test_steps_lead_to_a_certificate() -> None:
    run, changes = walked(signal())
    certificate = run.conclude()

    assert [c.phase.name for c in changes if isinstance(c, PhaseChange)] == ["empty", "load 0", "load 1", "shove", "done"]
    assert [c.step for c in changes if isinstance(c, Capture)] == ["empty", "load 0", "load 1", "shove"]
    assert run.phase.outcome is Outcome.COMPLETED
    assert run.progress == 1.0
    assert certificate.passed
    assert certificate.figure("read") == pytest.approx((100.0, 200.0), abs=0.2)  # noise of 0.2 N, means of 100
    assert (certificate.kind, certificate.version, certificate.device, certificate.operator) == ("toy", 3, SUBJECT.identity, "OP1")
    assert certificate.date == DATE
    assert certificate.expires == DATE + timedelta(days=30)


def test_any_chunking_gives_the_same_certificate_and_the_same_captures() -> None:
    run, changes = walked(signal())
    for seed in range(5):
        cuts = sorted(set(np.random.default_rng(seed).integers(1, 990, 70).tolist()))
        again, others = walked(signal(), cuts)

        assert again.conclude() == run.conclude()
        assert repr(others) == repr(changes)
        assert [c.values.tobytes() for c in again.captures] == [c.values.tobytes() for c in run.captures]


def test_a_capture_is_one_window_and_the_next_begins_after_it() -> None:
    run, _ = walked(signal())

    assert [len(c.t_s) for c in run.captures[:3]] == [100, 100, 100]
    assert all(a.t_s[-1] < b.t_s[0] for a, b in itertools.pairwise(run.captures))
    assert len(run.captures[3].t_s) > 100  # an infinite window holds everything since the step began


def test_what_is_amiss_is_told_while_it_waits() -> None:
    run, _ = walked(signal(off=300.0)[:200])

    assert run.why == "The scale carries 300 N. Take it off."
    assert run.live()[0].value == pytest.approx(300.0, abs=0.2)
    assert run.progress == pytest.approx(0.5 / 4.0)
    assert run.step
    assert run.step.name == "empty"
    with pytest.raises(Refusal, match="0 of 4"):
        run.conclude()


def test_a_step_that_takes_too_long_is_refused_with_what_was_amiss() -> None:
    run, _ = walked(np.full(13000, 300.0))

    assert run.phase.outcome is Outcome.NOT_HELD
    assert run.end_s == pytest.approx(125.0, abs=0.1)
    with pytest.raises(Refusal, match="carries 300 N") as told:
        run.conclude()
    assert told.value.name == "loaded"
    assert told.value.hint == "Take it off."


def test_some_things_are_refused_at_once() -> None:
    run, _ = walked(np.full(500, 2000.0))

    assert run.end_s == pytest.approx(6.0, abs=0.11)
    with pytest.raises(Refusal, match="too much") as told:
        run.conclude()
    assert told.value.name == "overloaded"


def test_a_load_that_never_changes_is_not_captured_twice() -> None:
    run, _ = walked(np.concatenate((np.zeros(200), np.full(600, 100.0))))

    assert [c.step for c in run.captures] == ["empty", "load 0"]
    assert run.why == "Nothing has changed."


def test_a_hole_in_the_samples_does_not_count() -> None:
    t = 5.0 + np.arange(600) / RATE
    keep = (np.arange(600) % 100) < 80
    block = Block("pad", Kind.FORCE, t[keep], np.zeros((int(keep.sum()), 1)), np.zeros(480, np.bool_), np.arange(600)[keep])
    run = CalibrationRun(TOY, ORDER, SUBJECT, 5.0)
    run.feed(block)

    assert run.captures == []
    assert run.why == "20 % of the samples of the last 1 s are missing. Move the receiver closer."


def test_silence_ends_it() -> None:
    run, _ = walked(signal()[:150])
    late = replace(blocks(np.zeros(100))[0], t_s=9.0 + np.arange(100) / RATE)
    run.feed(late)

    assert run.phase.outcome is Outcome.INVALID
    with pytest.raises(Refusal, match=r"silent for 2\.5"):
        run.conclude()


def test_the_operator_and_the_link_can_end_it() -> None:
    run, _ = walked(signal(off=300.0)[:200])
    run.stop(7.0, "the recording ended")
    with pytest.raises(Refusal, match="the recording ended") as told:
        run.conclude()
    assert told.value.name == "loaded"
    assert "carries 300 N" in told.value.message

    run, _ = walked(signal()[:100])
    assert run.lose("foot", 6.0, "") == []
    assert math.isnan(run.end_s)
    assert [c.phase.name for c in run.lose("pad", 6.0, "out of reach") if isinstance(c, PhaseChange)] == ["invalid"]
    with pytest.raises(Refusal, match="out of reach") as told:
        run.conclude()
    assert told.value.name == "lost"


def test_a_limit_that_is_not_held_fails_the_certificate_and_says_which() -> None:
    run, _ = walked(signal(first=130.0))
    certificate = run.conclude()

    assert not certificate.passed
    assert certificate.why.startswith("worst: ")
    faulty = walked(signal(first=160.0))[0].conclude()
    assert faulty.why.startswith("the scale is crooked; worst: ")


def test_captures_that_tell_nothing_are_refused_by_name() -> None:
    run, _ = walked(signal(first=340.0))

    with pytest.raises(Refusal) as told:
        run.conclude()
    assert told.value.name == "wrong weight"


@pytest.mark.parametrize(
    ("given", "name"),
    [({"weight": ()}, "missing input"), ({"weight": (0.5,)}, "senseless input"), ({"mass": (1.0,)}, "unknown input")],
)
def test_an_order_has_to_be_whole(given: dict[str, tuple[float, ...]], name: str) -> None:
    with pytest.raises(Refusal) as told:
        CalibrationRun(TOY, replace(ORDER, given=given), SUBJECT, 0.0)
    assert told.value.name == name


def test_one_number_is_not_many() -> None:
    one = replace(TOY, asks=(Ask("weight", "weight", "N", 1.0, 5000.0),))

    with pytest.raises(Refusal, match="is one number, not 2"):
        one.ordered(replace(ORDER, given={"weight": (1.0, 2.0)}))


def test_a_device_of_another_kind_is_refused() -> None:
    with pytest.raises(Refusal) as told:
        CalibrationRun(TOY, ORDER, replace(SUBJECT, kind=Kind.IMU), 0.0)
    assert told.value.name == "wrong device"


def test_an_order_travels() -> None:
    order = replace(ORDER, given={"weight": (0.1 + 0.2, 5.0)})

    assert Order.from_json(json.loads(json.dumps(order.as_json()))) == order
    assert Order.from_json({"kind": "toy", "device": "pad", "date": DATE.isoformat()}) == replace(ORDER, operator="")
    for broken in ({"kind": "toy"}, {**order.as_json(), "date": "never"}, {**order.as_json(), "given": [1]}):
        with pytest.raises((KeyError, ValueError, TypeError)):
            Order.from_json(broken)


def test_a_procedure_that_nobody_knows_is_told() -> None:
    with pytest.raises(Refusal, match="no calibration 'toy'"):
        by_key("toy")
