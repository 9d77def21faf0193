"""A certificate says the same after any journey, and never claims what it cannot hold."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankletest.samples import Kind
from calibration.certificate import Certificate, CertificateError, Effect, Figure, Identity, Limit, Stage

DATE = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
WHOLE = Certificate(
    kind="pad-cop",
    version=2,
    device=Identity("native-pad", "00C0FFEE"),
    date=DATE,
    expires=DATE + timedelta(days=365),
    operator="OP1",
    inputs=(Figure("weight", "N", (100.0, 200.0)),),
    parameters=(Figure("gain", "", (1.0 / 3.0, 1.1, 0.1 + 0.2, 5e-324)),),
    residuals=(Figure("residual", "mm", (0.25, -0.0)),),
    uncertainty=(Figure("u_cop_mm", "mm", (0.3,)),),
    limits=(Limit("rms", "CoP error", 0.31, 2.0, "mm"),),
    hold_out=(Limit("slope", "grid slope", 0.999, 0.99, "", at_least=True),),
    effects=(Effect(Kind.CELLS, Stage.GAIN, "pad", ((1.01, 0.0), (0.0, 0.99)), (0.0, -0.5)),),
    temperature_c=21.5,
    passed=True,
)

number = st.floats(allow_nan=False, allow_infinity=False)


def again(certificate: Certificate) -> Certificate:
    return Certificate.from_json(json.loads(json.dumps(certificate.as_json())))


def test_json_keeps_everything_to_the_bit() -> None:
    assert again(WHOLE) == WHOLE
    assert again(WHOLE).as_json() == WHOLE.as_json()
    assert again(WHOLE).id == WHOLE.id
    bare = Certificate("pad-tare", 1, Identity("x", ""), DATE, None, "", why="the pad drifts")
    assert again(bare) == bare


@given(st.lists(number, min_size=1, max_size=8), number, number)
def test_any_float_survives(values: list[float], value: float, bound: float) -> None:
    certificate = replace(
        WHOLE,
        parameters=(Figure("any", "", tuple(values)),),
        limits=(Limit("any", "any", value, bound, "N"),),
        hold_out=(),
        passed=False,
    )
    back = again(certificate)

    assert np.array(back.parameters[0].values).tobytes() == np.array(values).tobytes()  # −0.0 too
    assert back == certificate


def test_the_id_follows_from_what_is_in_it() -> None:
    other = replace(WHOLE, operator="OP2")

    assert other.id != WHOLE.id
    assert WHOLE.id.startswith("pad-cop-20260301-")


def test_it_expires_at_its_instant_and_not_before() -> None:
    assert WHOLE.expires
    assert not WHOLE.expired(WHOLE.expires - timedelta(microseconds=1))
    assert WHOLE.expired(WHOLE.expires)
    assert WHOLE.holds(DATE)
    assert not replace(WHOLE, passed=False).holds(DATE)
    assert not replace(WHOLE, expires=None).expired(DATE + timedelta(days=36500))


def test_the_zone_in_which_a_date_was_written_does_not_matter() -> None:
    abroad = replace(WHOLE, date=DATE.astimezone(timezone(timedelta(hours=5))))

    assert again(abroad) == WHOLE
    assert abroad.id == WHOLE.id
    with pytest.raises(CertificateError, match="without a time zone"):
        replace(WHOLE, date=DATE.replace(tzinfo=None))


def test_a_limit_is_an_upper_or_a_lower_bound() -> None:
    assert Limit("a", "a", 2.0, 2.0, "mm").held
    assert not Limit("a", "a", 2.01, 2.0, "mm").held
    assert Limit("a", "a", 2.01, 2.0, "mm", at_least=True).held
    assert str(Limit("a", "CoP error", 2.5, 2.0, "mm")) == "CoP error: 2.5 mm (limit ≤ 2)"


def test_what_breaks_a_limit_cannot_have_passed() -> None:
    broken = Limit("a", "a", 3.0, 2.0, "mm")

    with pytest.raises(CertificateError, match="cannot have passed"):
        replace(WHOLE, limits=(broken,))
    with pytest.raises(CertificateError, match="cannot have passed"):
        replace(WHOLE, hold_out=(broken,))
    assert not replace(WHOLE, limits=(broken,), passed=False, why="too far").passed


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_certificate_holds_numbers_only(value: float) -> None:
    with pytest.raises(CertificateError, match="not a number"):
        Figure("gain", "", (1.0, value))
    with pytest.raises(CertificateError, match="not a number"):
        Limit("a", "a", value, 1.0, "")
    with pytest.raises(CertificateError, match="whole matrix"):
        Effect(Kind.FORCE, Stage.ZERO, "pad", ((1.0,),), (value,))


def test_a_matrix_is_square() -> None:
    with pytest.raises(CertificateError, match="whole matrix"):
        Effect(Kind.CELLS, Stage.GAIN, "pad", ((1.0, 0.0),), (0.0, 0.0))


def test_its_correction_is_what_the_path_applies() -> None:
    correction = WHOLE.effects[0].correction(WHOLE.id)

    assert correction.apply(np.array([[10.0, 20.0]])).tolist() == [[10.1, 19.3]]
    assert correction.certificate == WHOLE.id


def test_a_figure_is_found_by_its_key() -> None:
    assert WHOLE.figure("u_cop_mm") == (0.3,)
    assert WHOLE.figure("nothing") == ()


@pytest.mark.parametrize("key", sorted(WHOLE.as_json()))
def test_a_missing_field_is_told(key: str) -> None:
    fields = {name: value for name, value in WHOLE.as_json().items() if name != key}

    with pytest.raises(CertificateError, match="cannot be read"):
        Certificate.from_json(fields)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", "2"), ("version", True), ("date", "yesterday"), ("date", "2026-03-01T09:30:00"), ("device", "pad"), ("passed", 1),
        ("limits", {"a": 1}), ("effects", [{"kind": "cells"}]), ("temperature_c", "warm"), ("parameters", [{"key": 1}]), ("kind", None),
    ],
)  # fmt: skip
def test_a_field_of_another_kind_is_told(key: str, value: object) -> None:
    with pytest.raises(CertificateError, match="cannot be read"):
        Certificate.from_json({**WHOLE.as_json(), key: value})


def test_a_certificate_that_was_changed_by_hand_is_told() -> None:
    with pytest.raises(CertificateError, match="changed after it was made"):
        Certificate.from_json({**WHOLE.as_json(), "operator": "OP2"})


def test_a_newer_layout_is_refused() -> None:
    with pytest.raises(CertificateError, match="newer version"):
        Certificate.from_json({**WHOLE.as_json(), "certificate": 2})
