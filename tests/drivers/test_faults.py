"""Every fault speaks, and every exception of the radio means one."""

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from drivers import faults
from drivers.faults import WORDS, Fault
from drivers.transports.ble import RADIO_ERRORS, fault_of


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_a_sentence_and_a_hint(fault: Fault) -> None:
    told = faults.words(fault, "Pad (pad)")

    assert told.message[0].isupper()
    assert told.message.endswith(".")
    assert told.hint.endswith(".")
    assert "{" not in told.message + told.hint
    assert faults.own_radio(fault) != ("{device}" in WORDS[fault].message)  # the computer's own radio names no device


def test_a_detail_stands_inside_the_sentence() -> None:
    assert faults.words(Fault.NO_ANSWER, "Pad", "reading 2a19").message == "Pad does not answer (reading 2a19)."


@pytest.mark.parametrize("reason", BleakBluetoothNotAvailableReason)
def test_every_reason_of_bleak_has_a_fault(reason: BleakBluetoothNotAvailableReason) -> None:
    expected = {"POWERED_OFF": Fault.OFF, "NO_BLUETOOTH": Fault.NO_ADAPTER, "NO_BLE_CENTRAL_ROLE": Fault.NO_ADAPTER, "UNKNOWN": Fault.OTHER}

    assert fault_of(BleakBluetoothNotAvailableError("no", reason))[0] is expected.get(reason.name, Fault.DENIED)


@pytest.mark.parametrize(
    ("error", "fault", "detail"),
    [
        (BleakDeviceNotFoundError("AA:BB", "not found"), Fault.NOT_SEEN, ""),
        (BleakCharacteristicNotFoundError("2a19"), Fault.FOREIGN, "it has no characteristic 2a19"),
        (BleakGATTProtocolError(BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION), Fault.PAIRING, ""),
        (BleakGATTProtocolError(BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION), Fault.PAIRING, ""),
        (BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", []), Fault.NO_BLUETOOTH, ""),
        (BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", ["no"]), Fault.DENIED, ""),
        (BleakDBusError("org.bluez.Error.NotReady", ["Resource Not Ready"]), Fault.OFF, ""),
        (BleakDBusError("org.bluez.Error.InProgress", []), Fault.BUSY, ""),
        (BleakDBusError("org.bluez.Error.AlreadyConnected", ["Already Connected"]), Fault.TAKEN, ""),
        (BleakDBusError("org.bluez.Error.NotPermitted", ["Notify acquired"]), Fault.TAKEN, ""),
        (BleakDBusError("org.bluez.Error.NotPermitted", ["Not paired"]), Fault.PAIRING, ""),
        (BleakDBusError("org.bluez.Error.AuthenticationFailed", []), Fault.PAIRING, ""),
        (BleakDBusError("org.bluez.Error.Failed", ["br-connection-refused"]), Fault.REFUSED, "br-connection-refused"),
        (BleakDBusError("org.bluez.Error.Strange", []), Fault.OTHER, "org.bluez.Error.Strange"),
        (BleakError("Not connected"), Fault.GONE, "Not connected"),
        (BleakError("Service Discovery has not been performed yet"), Fault.GONE, "Service Discovery has not been performed yet"),
        (BleakError("strange"), Fault.OTHER, "strange"),
        (TimeoutError(), Fault.NO_ANSWER, ""),
        (FileNotFoundError(2, "no such file"), Fault.NO_BLUETOOTH, ""),
        (ConnectionRefusedError(), Fault.NO_BLUETOOTH, ""),
        (BrokenPipeError(), Fault.NO_BLUETOOTH, ""),
        (EOFError(), Fault.NO_BLUETOOTH, ""),
        (OSError(5, "strange"), Fault.OTHER, "[Errno 5] strange"),
    ],
)
def test_an_exception_of_the_radio_means_a_fault(error: Exception, fault: Fault, detail: str) -> None:
    assert fault_of(error) == (fault, detail)
    assert isinstance(error, RADIO_ERRORS)
