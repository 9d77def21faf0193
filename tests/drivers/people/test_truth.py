"""Simulated visits through the whole path: what the session finds is what truly happened."""

import numpy as np
import pytest

from ankletest.samples import Side
from ankletest.session import Finished, Session
from ankletest.trial import Event, Happening, Outcome, Setup
from drivers.catalog import MODELS
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

PAD, FOOT = PRACTICE_CHOICES[0], PRACTICE_CHOICES[2]
PERSON = Person()


def _visit(setup: Setup, *, faults: Faults | None = None, pad: bool = True) -> tuple[Finished, dict[str, object]]:
    items, truth = simulate((setup,), (PAD,) if pad else (FOOT,), PERSON, 21, faults)
    session = Session(MODELS)
    finished = [*session.feed(items).finished, *session.finish().finished]
    trials = truth["trials"]
    assert isinstance(trials, list)
    assert len(finished) == 1
    return finished[0], trials[0]


def _seen(finished: Finished, what: Happening) -> list[Event]:
    return [event for event in finished.trial.events if event.what is what]


def test_a_cooperative_client_completes_a_stance_at_the_asked_for_sway() -> None:
    finished, truth = _visit(Setup("stance", Side.RIGHT, duration_s=20.0))
    values = {value.metric.key: value.value for value in finished.values}
    start, end = truth["stance_s"]

    assert finished.trial.outcome is Outcome.COMPLETED
    assert start < finished.trial.window_s[0] < finished.trial.window_s[1] < end
    assert 25.0 < values["velocity"] < 50.0  # 36 mm/s expected, 20 s of it
    assert values["errors"] == 0
    # A pad that is not tared shows up to 12 N unloaded.
    assert finished.trial.body_weight_n == pytest.approx(truth["body_weight_n"], abs=13.0)


@pytest.mark.parametrize(
    ("faults", "what", "key"),
    [
        (Faults(touch_down_s=7.0), Happening.TOUCH_DOWN, "touch_downs_s"),
        (Faults(touch_down_s=7.0, touch_on_pad=True), Happening.TOUCH_DOWN, "touch_downs_s"),
        (Faults(hop_off_s=7.0), Happening.STANCE_HOP, "stance_hops_s"),
    ],
    ids=["beside the pad", "on the pad", "stance-foot hop"],
)
def test_errors_are_seen_when_they_happen(faults: Faults, what: Happening, key: str) -> None:
    finished, truth = _visit(Setup("stance", Side.RIGHT, duration_s=20.0), faults=faults)

    assert finished.trial.outcome is Outcome.NOT_HELD
    assert truth[key][0][0] == pytest.approx(_seen(finished, what)[0].t_s, abs=0.35)


@pytest.mark.parametrize("pad", [True, False])
def test_contacts_are_found_where_they_were(pad: bool) -> None:
    finished, truth = _visit(Setup("hops", Side.RIGHT, hops=8), pad=pad)
    # What comes before the entry jump is the standing; what comes after the eighth is the last landing.
    contacts = [event for event in _seen(finished, Happening.CONTACT) if event.valid and event.t_s > truth["entry_to_s"]][:8]
    early = np.array(
        [[event.t_s - true["ic_s"], event.end_s - true["to_s"]] for event, true in zip(contacts, truth["contacts"], strict=True)]
    )

    assert finished.trial.outcome is Outcome.COMPLETED
    # One clock offset for all: 0 to 15 ms, the shortest way through the simulated radio against the one the clock assumes.
    assert -0.005 < np.median(early) < 0.015
    # Edges on 1 kHz force are known to 2 ms; a foot sensor's take-off to 3 ms SD and the mount's delay (algorithms.md 2.1).
    assert np.abs(early - np.median(early)).max() < (0.004 if pad else 0.012)
