"""What each codec understands of its device's answer about the battery, and who is asked when."""

import pytest

from ankletest.device import BATTERY, DeviceModel, Expect, Notification, Read, Write
from ankletest.recording.layout import opening
from ankletest.session import Session
from drivers.catalog import MODELS
from drivers.codecs import atp, dot, metamotion, movesense, native_imu, native_pad, tindeq, witmotion
from drivers.codecs.rows import percent_of_cell

TOLD = [
    (native_pad.MODEL, atp.CONTROL, "8705 00 00 f401 00000000 3c0f c409", 75),  # 3900 mV
    (native_imu.MODEL, atp.CONTROL, "8705 00 01 c800 00000000 480d c409", 5),
    (witmotion.MODEL, witmotion.NOTIFY, "5571 6400 8101" + "00" * 14, 60),  # 3.85 V
    (tindeq.MODEL, tindeq.DATA, "0004 930f0000", 100),  # 3987 mV
    (tindeq.MODEL, tindeq.DATA, "0002 930f", 100),  # zeros at the end may be left out
    (tindeq.MODEL, tindeq.DATA, "0400", 0),  # about to switch off
    (metamotion.MODEL, metamotion.NOTIFY, "118c 5f 3c0f", 95),
    (dot.MODEL, dot.CHARGE, "3c 01", 60),
    (movesense.MODEL, movesense.NOTIFY, "0166 c800 53", 83),
]
NOT_TOLD = [
    (native_pad.MODEL, atp.CONTROL, "8705 01"),
    (native_pad.MODEL, atp.CONTROL, "8601 00" + "00" * 11),
    (witmotion.MODEL, witmotion.NOTIFY, "5571 9600 0000" + "00" * 14),
    (tindeq.MODEL, tindeq.DATA, "0007 312e322e332e34"),  # firmware
    (tindeq.MODEL, tindeq.DATA, "0003 010203"),
    (metamotion.MODEL, metamotion.NOTIFY, "0380 0400"),
    (movesense.MODEL, movesense.NOTIFY, "0166 9401 53"),  # 404
    (movesense.MODEL, movesense.NOTIFY, "0166 c800 ff"),  # no per cent
    (movesense.MODEL, movesense.NOTIFY, "0165 c800 53"),  # an answer to another question
]


@pytest.mark.parametrize(("model", "characteristic", "payload", "percent"), TOLD, ids=lambda x: getattr(x, "key", None))
def test_an_answer_about_the_battery_is_understood(model: DeviceModel, characteristic: str, payload: str, percent: int) -> None:
    decoded = model.codec().feed(characteristic, [bytes.fromhex(payload)])

    assert (decoded.battery_percent, decoded.readings, decoded.rejected) == (percent, (), ())


@pytest.mark.parametrize(("model", "characteristic", "payload"), NOT_TOLD, ids=lambda x: getattr(x, "key", None))
def test_another_answer_is_not_taken_for_it(model: DeviceModel, characteristic: str, payload: str) -> None:
    assert model.codec().feed(characteristic, [bytes.fromhex(payload)]).battery_percent is None


@pytest.mark.parametrize(("model", "characteristic", "payload", "percent"), TOLD, ids=lambda x: getattr(x, "key", None))
def test_a_session_shows_what_was_told_last_whatever_came_with_it(
    model: DeviceModel, characteristic: str, payload: str, percent: int
) -> None:
    session = Session(MODELS)
    session.feed([opening({"session": "s", "devices": [{"device": "one", "model": model.key, "site": model.sites[0].value}]}, 0)])
    session.feed([Notification("one", BATTERY, 1, b"\x0b"), Notification("one", characteristic, 2, bytes.fromhex(payload))])
    shown = session.devices["one"].battery_percent
    session.feed([Notification("one", BATTERY, 3, b"\x0b")])

    assert (shown, session.devices["one"].battery_percent) == (percent, 11)


def test_two_levels_in_one_call_leave_the_newer() -> None:
    for payloads in (["118c 5f 3c0f", "118c 5a 3c0f", "0380 0400"], ["118c 5a 3c0f"]):
        decoded = metamotion.MODEL.codec().feed(metamotion.NOTIFY, [bytes.fromhex(p) for p in payloads])
        assert decoded.battery_percent == 90


def test_a_reading_of_the_dot_that_is_no_level_is_told() -> None:
    decoded = dot.MODEL.codec().feed(dot.CHARGE, [b"\x3c", b"\x50\x00"])

    assert (decoded.battery_percent, len(decoded.rejected)) == (80, 1)


def test_a_cell_is_as_full_as_its_maker_s_table_says() -> None:
    assert [percent_of_cell(v) for v in (4.2, 3.96, 3.95, 3.68, 3.4, 3.39, 0.0)] == [100, 100, 90, 15, 5, 0, 0]


@pytest.mark.parametrize("model", [m for m in MODELS if {"battery", "battery-first"} & set(m.extras)], ids=lambda model: model.key)
def test_what_is_asked_is_what_the_codec_understands(model: DeviceModel) -> None:
    steps = list((model.extras.get("battery") or model.extras["battery-first"])())
    last = steps[-1]
    (_, characteristic, payload, _) = next(row for row in TOLD if row[0] is model)

    assert isinstance(last, Read) or (isinstance(last, Expect) and bytes.fromhex(payload).startswith(last.prefix))
    assert last.characteristic == characteristic
    assert sum(isinstance(step, Write) for step in steps) <= 1
