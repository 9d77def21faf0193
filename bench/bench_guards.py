"""Guards of the radio, each taken out once in a copy of the code: a test must fail that did not; a guard that nobody misses is told."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TESTS_FAILED = 1
"""What pytest ends with when tests failed; anything else but 0 says nothing about them."""
ROOMS = ("ankletest", "drivers", "ui", "calibration", "tests", "bench", "fixtures", "pyproject.toml")
BLE, LINK, TALK, HANDSHAKE = "drivers/transports/ble.py", "drivers/link.py", "drivers/talk.py", "drivers/handshake.py"
RADIO, LINKS = "tests/drivers/radio/test_", "tests/drivers/test_link.py"


@dataclass(frozen=True, slots=True)
class Guard:
    """What is guarded against, where the guard is, what it becomes, and which tests are run then."""

    against: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


GUARDS = (
    Guard(
        "a D-Bus connection kept for each drop: sockets, and every value twice",
        BLE,
        "            await to_its_end(self._part(client, wire, talk))",
        "            if client.is_connected:\n                await to_its_end(self._part(client, wire, talk))",
        (f"{RADIO}losing.py",),
    ),
    Guard(
        "a stop while a device is being let go leaves it connected",
        BLE,
        "await to_its_end(self._part(client, wire, talk))",
        "await asyncio.shield(self._part(client, wire, talk))",
        (f"{RADIO}goodbye.py",),
    ),
    Guard("a daemon that dies without a word", BLE, "if talk.heard == heard:", "if talk.heard < 0:", (f"{RADIO}losing.py",)),
    Guard(
        "a stop that is swallowed in the moment of a drop (Python 3.11)",
        BLE,
        "                async with asyncio.timeout(silence_s):\n                    await lost.wait()",
        "                await asyncio.wait_for(lost.wait(), silence_s)",
        (f"{RADIO}goodbye.py",),
    ),
    Guard("a loss within connect() that was made good", BLE, "            lost.clear()\n", "", (f"{RADIO}connecting.py",)),
    Guard(
        "an old device of a daemon that is gone",
        BLE,
        "device = await self._lookout.find(self._choice.address, wait.search_s)",
        'device = self.__dict__.get("old") or await self._lookout.find(self._choice.address, wait.search_s)\n        self.old = device',
        (f"{RADIO}losing.py",),
    ),
    Guard("two scans at once", BLE, "model, lookout=lookout,", "model, lookout=Lookout(),", (f"{RADIO}connecting.py",)),
    Guard(
        "a radio that is switched off during a scan",
        BLE,
        "self._lookout.find(self._choice.address, wait.search_s)",
        "self._lookout.find(self._choice.address, 1e9)",
        (f"{RADIO}losing.py",),
    ),
    Guard(
        "services that never resolve (TimeoutError is no BleakError)",
        BLE,
        "RADIO_ERRORS = (BleakError, TimeoutError, OSError, EOFError)",
        "RADIO_ERRORS = (BleakError, EOFError)",
        (f"{RADIO}connecting.py",),
    ),
    Guard(
        "a bus that dies in the middle of a call (EOFError)",
        BLE,
        "RADIO_ERRORS = (BleakError, TimeoutError, OSError, EOFError)",
        "RADIO_ERRORS = (BleakError, TimeoutError, OSError)",
        (f"{RADIO}losing.py", "tests/drivers/test_faults.py"),
    ),
    Guard(
        "a write that is never answered",
        BLE,
        "async with asyncio.timeout(self._step_s):\n                await self._client.write_gatt_char",
        "async with asyncio.timeout(None):\n                await self._client.write_gatt_char",
        (f"{RADIO}connecting.py",),
    ),
    Guard("a daemon that never lets go", BLE, "asyncio.timeout(self._patience.part_s)", "asyncio.timeout(None)", (f"{RADIO}goodbye.py",)),
    Guard(
        "a device that does not answer the stop script",
        BLE,
        "asyncio.timeout(self._patience.stop_s)",
        "asyncio.timeout(None)",
        (f"{RADIO}goodbye.py",),
    ),
    Guard(
        "another program's connection",
        BLE,
        'if "InProgress" in error.dbus_error:',
        'if "never" in error.dbus_error:',
        (f"{RADIO}connecting.py",),
    ),
    Guard(
        "a device without a battery that can be read",
        BLE,
        "except (*RADIO_ERRORS, DeviceError) as error:  # a lamp",
        "except ZeroDivisionError as error:  # a lamp",
        (f"{RADIO}connecting.py", f"{RADIO}streaming.py"),
    ),
    Guard(
        "a characteristic that is subscribed twice",
        BLE,
        "if characteristic in self._subscribed:",
        "if not characteristic:",
        (f"{RADIO}losing.py", f"{RADIO}streaming.py"),
    ),
    Guard(
        "an answer that comes before its write is confirmed",
        HANDSHAKE,
        "        self._arrived.append((characteristic, payload))\n",
        "",
        (f"{RADIO}connecting.py",),
    ),
    Guard("the same sentence at every attempt", TALK, "if message != self._told:", "if message:", (f"{RADIO}connecting.py",)),
    Guard(
        "a device that is tried without a pause",
        "drivers/reconnect.py",
        "        if failures < 1:\n            return 0.0\n",
        "        if failures < 99:\n            return 0.0\n",
        ("tests/drivers/test_reconnect.py",),
    ),
    Guard(
        "times that go back where a key overtakes a sample",
        LINK,
        "if notification.received_ns < self._newest_ns:",
        "if notification.received_ns < 0:",
        (LINKS,),
    ),
    Guard("a queue without an end", LINK, "if len(self._queue) >= self._size:", "if len(self._queue) < 0:", (LINKS,)),
    Guard(
        "a device that outlives its goodbye",
        LINK,
        "            if self._sealed:  # a source",
        "            if self._size < 0:  # a source",
        ("tests/drivers/test_link_ending.py", LINKS),
    ),
    Guard(
        "bytes that are no frame",
        "drivers/codecs/atp.py",
        "if not alike or crc_hqx(payload[:-2], 0xFFFF) != payload[-2] | payload[-1] << 8:",
        "if not alike:",
        (f"{RADIO}replaying.py", "tests/drivers/codecs/test_atp.py"),
    ),
)


def run(folder: Path, tests: tuple[str, ...]) -> list[str]:
    """Return the names of the tests that fail."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-k", "not minute", *tests]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    told = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False)
    failed = re.findall(r"^(?:FAILED|ERROR) \S*?::(\w+)", told.stdout, re.MULTILINE)
    if bool(failed) != (told.returncode == TESTS_FAILED) or told.returncode not in (0, TESTS_FAILED):
        raise RuntimeError(f"pytest ended with {told.returncode}: {told.stdout[-2000:]}")
    return failed


def main() -> None:
    """Print the table."""
    print("each guard taken out alone; the first test that fails, or SURVIVES")
    survivors = 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for room in ROOMS:
            whole = ROOT / room
            if whole.is_dir():
                shutil.copytree(whole, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(whole, folder / room)
        if failed := run(folder, tuple(sorted({test for guard in GUARDS for test in guard.tests}))):
            raise RuntimeError(f"with all guards in place {failed[0]} fails")
        for guard in GUARDS:
            file = folder / guard.file
            text = file.read_text(encoding="utf-8")
            if text.count(guard.old) < 1:
                raise RuntimeError(f"{guard.file} does not have {guard.old!r} any more")
            file.write_text(text.replace(guard.old, guard.new, 1), encoding="utf-8")
            failed = run(folder, guard.tests)
            file.write_text(text, encoding="utf-8")
            survivors += not failed
            print(f"{guard.against:72}{failed[0] if failed else 'SURVIVES'}", flush=True)
    print(f"{len(GUARDS)} guards, {survivors} that nobody misses")


if __name__ == "__main__":
    main()
