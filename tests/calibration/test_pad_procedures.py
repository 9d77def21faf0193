"""The procedures of a pad on simulated pads whose errors are known: through real codecs, to the certificate, and back onto the path."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest

from ankletest.calibrated import attached
from ankletest.device import Choice, Notification
from ankletest.metrics.profiles import P_COP
from ankletest.samples import COP_X, FORCE, G, Kind, Site
from ankletest.session import Session
from ankletest.signals.filters import lowpass_gains
from calibration.catalog import PROCEDURES, by_key
from calibration.certificate import Certificate, Identity
from calibration.procedure import Order, Subject
from calibration.visit import CalibrationVisit, Ended, begun, calibrate
from drivers.catalog import MODELS
from drivers.codecs import native_pad
from drivers.people.bench import LAY_S
from drivers.people.body import Person
from drivers.people.faults import faults_of
from drivers.people.firmware import CORNERS_MM
from drivers.people.world import REACTION_S
from drivers.transports.simulator import SETTLE_S, simulate

DATE = datetime(2026, 3, 1, 9, tzinfo=UTC)
PAD = Choice("pad", native_pad.KEY, "sim:pad", Site.PAD, rate_hz=100.0)
USUAL = {"pad_gain": 0.02, "pad_place_mm": 1.0, "lay_mm": 0.5}
"""Errors of the Monte Carlo of algorithms.md 9.4."""
Loads = Sequence[Sequence[float]]


def loads_for(order: Order, rest_s: float = 4.5) -> Loads:
    procedure = by_key(order.kind)
    subject = Subject(Identity(native_pad.KEY, ""), Kind.CELLS, Site.PAD, 100.0, CORNERS_MM)
    puts = [step.put for step in procedure.steps(procedure.ordered(order), subject)]
    return [[put.force_n, put.x_mm, put.y_mm, rest_s] for put in puts if put is not None]


def recording(
    kind: str, faults: Mapping[str, float], *, seed: int = 1, loads: Loads | None = None, **given: tuple[float, ...]
) -> list[Notification]:
    order = Order(kind, "pad", DATE, "OP1", given)
    event = {"order": order.as_json(), "loads": loads_for(order) if loads is None else loads}
    return simulate([], [PAD], Person(), seed, faults_of(faults), calibrations=[event])[0]


def ended(kind: str, faults: Mapping[str, float], *, seed: int = 1, loads: Loads | None = None, **given: tuple[float, ...]) -> Ended:
    (one,) = calibrate(recording(kind, faults, seed=seed, loads=loads, **given), MODELS)
    return one


def certified(kind: str, faults: Mapping[str, float], *, seed: int = 1) -> Certificate:
    return _certified(kind, tuple(faults.items()), seed)


@cache
def _certified(kind: str, faults: tuple[tuple[str, float], ...], seed: int) -> Certificate:
    one = ended(kind, dict(faults), seed=seed)
    assert one.certificate, str(one.refusal)
    return one.certificate


def refused(kind: str, faults: Mapping[str, float], *, loads: Loads | None = None, **given: tuple[float, ...]) -> tuple[str, str]:
    one = ended(kind, faults, loads=loads, **given)
    assert one.certificate is None
    assert one.refusal
    return one.refusal.name, one.refusal.message


def seen(faults: Mapping[str, float], loads: Loads, certificates: Sequence[Certificate], *, seed: int, at: datetime = DATE) -> np.ndarray:
    """What the path makes of each load, less what it makes of the empty pad: force, and CoP; (n, 3)."""
    items = recording("pad_tare", {**faults, "lay_mm": 0.0}, seed=seed, loads=loads)
    opening = attached(json.loads(items[0].payload), [c.as_json() for c in certificates], date=at)
    items[0] = replace(items[0], payload=json.dumps(opening).encode())
    session = Session(MODELS, keep_all=True)
    session.feed(items)
    (stream,) = session.streams()
    ends = SETTLE_S + REACTION_S + np.cumsum([LAY_S + load[3] for load in loads])
    return np.array([stream.between(end - 2.0, end - 0.3).values.mean(axis=0) for end in ends])


# ---- tare -------------------------------------------------------------------------------------------------------------------


def test_a_tare_makes_the_empty_pad_zero_on_the_path() -> None:
    tare = certified("pad_tare", {})
    before, after = (seen({}, [[0.0, 0.0, 0.0, 5.0]], found, seed=1)[0, FORCE] for found in ([], [tare]))

    assert tare.passed
    assert abs(before) > 1.0  # the simulated pad's cells are up to 3 N off
    assert after == pytest.approx(0.0, abs=4.0 * tare.figure("u_zero_n")[0] + 0.05)  # another stretch of the same noise
    assert tare.device == Identity(native_pad.KEY, next(iter(identities(recording("pad_tare", {})))).serial)
    assert tare.expires == DATE + timedelta(hours=12)


def identities(items: Sequence[Notification]) -> list[Identity]:
    visit = CalibrationVisit(MODELS)
    visit.feed(items)
    return list(visit.identities.values())


def test_a_loaded_pad_cannot_be_tared() -> None:
    name, words = refused("pad_tare", {}, loads=[[300.0, 0.0, 0.0, 60.0]])

    assert name == "loaded"
    assert "carries 29" in words or "carries 30" in words


def test_a_drifting_pad_cannot_be_tared() -> None:
    name, words = refused("pad_tare", {"drift_n_s": 2.5}, loads=[[0.0, 0.0, 0.0, 3.0]])

    assert name == "drifting"
    assert "drifts by 2.5 N/s" in words


def test_a_noisy_pad_cannot_be_tared() -> None:
    assert refused("pad_tare", {"pad_noise": 20.0})[0] == "shaking"


def test_a_zero_that_wanders_within_the_limit_fails_by_the_check() -> None:
    tare = certified("pad_tare", {"drift_n_s": 1.0})

    assert not tare.passed
    assert "zero two seconds later" in tare.why


# ---- span -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_span_is_right_to_a_tenth_of_a_per_cent(seed: int) -> None:
    faults = {"pad_gain": 0.02}
    span = certified("pad_span", faults, seed=seed)
    loads = [[0.0, 0.0, 0.0, 5.0], [500.0, 0.0, 0.0, 5.0]]
    raw, right = (np.diff(seen(faults, loads, found, seed=seed)[:, FORCE])[0] for found in ([], [span]))

    assert span.passed, span.why
    assert right == pytest.approx(500.0, rel=0.001)  # algorithms.md 9.3: within 0.1 %
    assert abs(raw / 500.0 - 1.0) > abs(right / 500.0 - 1.0)
    assert span.figure("u_force_share")[0] < 0.0015  # the weights' own 0.05 % and the fit's


def test_a_cell_that_bends_is_named() -> None:
    span = certified("pad_span", {"pad_bent": 0.25})  # 98 N on a cell reads 5 % more: the line is off by up to 2.4 N

    assert not span.passed
    assert "the cell is not linear" in span.why
    assert "worst residual" in span.why


def test_hysteresis_is_named() -> None:
    span = certified("pad_span", {"pad_lag": 0.004})

    assert not span.passed
    assert "hysteresis" in span.why
    assert "not linear" not in span.why


def test_a_wrong_weight_is_named_with_what_it_seems_to_be() -> None:
    name, words = refused("pad_span", {"wrong_load": 3, "wrong_share": 0.9})

    assert name == "wrong weight"
    assert "20 kg" in words
    assert "18 kg" in words or "17.9" in words or "18.0" in words


def test_weights_in_pounds_are_not_taken_for_kilograms() -> None:
    order = Order("pad_span", "pad", DATE)
    pounds = [[0.4536 * load[0], *load[1:]] for load in loads_for(order)]

    assert refused("pad_span", {}, loads=pounds)[0] == "wrong weight"


def test_too_few_or_too_light_weights_are_told() -> None:
    assert refused("pad_span", {}, weight_kg=(5.0, 10.0, 20.0), loads=[])[0] == "too few weights"
    light = ended("pad_span", {}, weight_kg=(2.0, 4.0, 6.0, 8.0)).certificate

    assert light
    assert not light.passed
    assert "greatest load" in light.why


def test_a_weight_that_was_left_out_is_waited_for_and_told() -> None:
    order = Order("pad_span", "pad", DATE)
    name, words = refused("pad_span", {}, loads=loads_for(order)[:4])

    assert name == "nothing changed"
    assert "stopped at 'up 4'" in words


# ---- centre of pressure -----------------------------------------------------------------------------------------------------------

PLACES = [(x, y) for y in (-110.0, 0.0, 110.0) for x in (-150.0, 0.0, 150.0)]


def cop_error_mm(faults: Mapping[str, float], certificates: Sequence[Certificate], seed: int) -> float:
    loads = [[700.0, x, y, 4.5] for x, y in PLACES]
    found = seen(faults, loads, certificates, seed=seed)[:, COP_X:]
    return float(np.sqrt(np.mean(np.sum((found - np.array(PLACES)) ** 2, axis=1))))


@pytest.mark.parametrize("seed", range(3))
def test_a_grid_of_nine_places_makes_the_centre_of_pressure_right(seed: int) -> None:
    tare, cop = certified("pad_tare", USUAL, seed=seed), certified("pad_cop", USUAL, seed=seed)
    raw, right = cop_error_mm(USUAL, [tare], seed), cop_error_mm(USUAL, [tare, cop], seed)

    assert cop.passed, cop.why
    assert right < 0.5  # of one pad; the RMS over many is held to 0.4 mm below
    assert raw > 2.0 * right


def test_the_certificate_tells_how_well_it_knows() -> None:
    cop = certified("pad_cop", USUAL)

    assert cop.figure("u_cop_mm")[0] < 0.6  # 0.5 mm of laying the proof, and what the fit leaves
    assert cop.figure("u_force_share")[0] < 0.002
    assert cop.figure("u_cop_share")[0] < 0.003
    assert {limit.key for limit in cop.hold_out} == {"rms", "most", "force", "slope"}


def test_a_rocking_pad_is_named() -> None:
    name, words = refused("pad_cop", {"pad_rocks": 1})

    assert name == "rocking"
    assert "jumps from corner to corner" in words


def test_a_weight_that_lay_elsewhere_is_named() -> None:
    name, words = refused("pad_cop", {**USUAL, "moved_load": 5, "moved_mm": 15.0})

    assert name == "moved weight"
    assert "'grid 1.5'" in words
    assert refused("pad_cop", {**USUAL, "moved_load": 20, "moved_mm": 15.0})[1].startswith("At 'proof 2'")


def test_a_weight_on_another_place_of_the_grid_is_waited_for() -> None:
    order = Order("pad_cop", "pad", DATE)
    loads = [list(load) for load in loads_for(order)][:3]
    loads[2][1], loads[2][3] = loads[1][1], 130.0  # the third on the second's place, until the step's time is out

    assert refused("pad_cop", {}, loads=loads)[0] == "not the place"


def test_a_wrong_weight_on_the_grid_is_named() -> None:
    name, words = refused("pad_cop", {**USUAL, "wrong_load": 2, "wrong_share": 0.9})

    assert name == "wrong weight"
    assert "20 kg" in words
    assert "18" in words


# ---- the same again -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [procedure.key for procedure in PROCEDURES if procedure.key in {"pad_tare", "pad_span", "pad_cop"}])
def test_replay_gives_the_same_certificate_to_the_bit_however_it_is_cut(kind: str) -> None:
    items = recording(kind, USUAL)
    (whole,) = calibrate(items, MODELS)
    rng = np.random.default_rng(2)
    visit, pieces, at = CalibrationVisit(MODELS), [], 0
    while at < len(items):
        size = int(rng.integers(1, 60))
        pieces.extend(visit.feed(items[at : at + size]).ended)
        at += size
    pieces.extend(visit.finish().ended)

    assert whole.certificate
    assert [one.certificate for one in pieces] == [whole.certificate]
    assert json.dumps(pieces[0].certificate.as_json()) == json.dumps(whole.certificate.as_json())


def test_a_recording_that_nobody_began_a_calibration_in_can_be_calibrated_from() -> None:
    items = recording("pad_span", {})
    order = Order("pad_span", "pad", DATE, "OP2", {"weight_kg": (5.0, 10.0, 20.0, 30.0, 40.0)})
    (again,) = calibrate(begun(items, order), MODELS)

    assert again.certificate
    assert again.certificate.operator == "OP2"
    assert again.certificate.figure("gain") == pytest.approx(
        calibrate(items, MODELS)[0].certificate.figure("gain"), rel=3e-4
    )  # a load counts as settled to 0.03 %


# ---- noise floor and check ------------------------------------------------------------------------------------------------------


def checked(kind: str, faults: Mapping[str, float], certificates: Sequence[Certificate] = (), **given: tuple[float, ...]) -> Certificate:
    items = recording(kind, faults, loads=loads_for(Order(kind, "pad", DATE, "", given), 33.0 if kind == "pad_noise" else 4.5), **given)
    opening = attached(json.loads(items[0].payload), [c.as_json() for c in certificates], date=DATE)
    items[0] = replace(items[0], payload=json.dumps(opening).encode())
    (one,) = calibrate(items, MODELS)
    assert one.certificate, str(one.refusal)
    return one.certificate


def test_the_noise_floor_is_the_sway_of_a_dead_weight() -> None:
    """White noise of σ a cell is 2 a σ / F of the CoP; a filter leaves so much of its steps (metrics.md SW-21)."""
    noise = checked("pad_noise", {})
    sd_mm = np.array([225.0, 165.0]) * 2.0 * 0.12 / (25.0 * G)  # 0.12 N a cell at 100 Hz
    steps = lowpass_gains(P_COP.cut_hz, 100.0)[1]

    assert noise.figure("cop_sd") == pytest.approx(
        sd_mm, rel=0.06
    )  # the untared zero is 2 % of the force, 3000 samples tell an SD to 1.3 %
    expected = 100.0 * float(np.sqrt(np.mean(sd_mm**2))) * steps * np.sqrt(np.pi / 2.0)
    assert noise.figure("mv_noise")[0] == pytest.approx(expected, rel=0.06)  # as above, and an ellipse's mean speed is 1 % less
    assert noise.passed, noise.why


def test_a_noisy_pad_fails_by_its_noise_and_a_light_weight_is_waited_for() -> None:
    noise = checked("pad_noise", {"pad_noise": 4.0})

    assert not noise.passed
    assert "sway speed of a dead weight" in noise.why
    assert refused("pad_noise", {}, loads=[[150.0, 0.0, 0.0, 40.0]])[0] == "not the load"


def test_a_force_check_judges_what_exams_see() -> None:
    tare = certified("pad_tare", {"pad_gain": 0.05})
    span = certified("pad_span", {"pad_gain": 0.05})
    bare, tared, spanned = (checked("force_check", {"pad_gain": 0.05}, found) for found in ([], [tare], [tare, span]))

    assert not bare.passed
    assert not tared.passed
    assert "do 'pad_span'" in tared.why
    assert spanned.passed, spanned.why
    assert abs(spanned.figure("scale")[0] - 1.0) < 0.001


def test_a_zero_that_is_off_is_named_as_such() -> None:
    assert "tare it" in checked("force_check", {"pad_gain": 0.001}).why


def test_a_check_with_a_wrong_weight_says_how_many_do_not_fit() -> None:
    tare = certified("pad_tare", {})
    check = checked("force_check", {"wrong_load": 2, "wrong_share": 0.9}, [tare], weight_kg=(10.0, 20.0, 30.0))

    assert not check.passed
    assert "1 of 3 weights do not fit" in check.why
