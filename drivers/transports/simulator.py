"""Simulated devices as a source of notifications, in real time or all at once; the people and their physics are in ``drivers.people``."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

from ankletest.calibrated import attached
from ankletest.device import Advertisement, Choice, Found, Notification
from ankletest.recording.layout import event_notification, opening
from ankletest.samples import Side, Site
from ankletest.trial import Setup
from drivers.codecs import native_imu, native_pad, witmotion
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.firmware import title_of
from drivers.people.world import World
from drivers.source import Put, Tell

WAKE_S = 0.01
"""How often the source looks what is due: below the 16 ms of a window, so the source is not what is late."""
SETTLE_S = 3.0
"""Before the first start event: the clock fit has something to go by and the pad lies unloaded."""
PAUSE_S = 2.0
"""From the moment the person is beside the pad again to the next start event."""
STEP_S = 1.0
"""World time worked out in one go when nobody waits."""

PRACTICE_CHOICES: tuple[Choice, ...] = (
    Choice("pad", native_pad.KEY, "sim:pad", Site.PAD, rate_hz=1000.0, serial="SIM-0001"),
    Choice("foot-left", native_imu.KEY, "sim:foot-left", Site.FOOT, Side.LEFT, rate_hz=200.0, serial="SIM-0002"),
    Choice("foot-right", native_imu.KEY, "sim:foot-right", Site.FOOT, Side.RIGHT, rate_hz=200.0, serial="SIM-0003"),
    Choice("lumbar", native_imu.KEY, "sim:lumbar", Site.LUMBAR, rate_hz=200.0, serial="SIM-0004"),
    Choice("wit-foot-right", witmotion.KEY, "sim:wit-foot-right", Site.FOOT, Side.RIGHT, rate_hz=200.0, serial="SIM-0005"),
    Choice("shank-left", native_imu.KEY, "sim:shank-left", Site.SHANK, Side.LEFT, rate_hz=200.0, serial="SIM-0006"),
    Choice("shank-right", native_imu.KEY, "sim:shank-right", Site.SHANK, Side.RIGHT, rate_hz=200.0, serial="SIM-0007"),
)
"""The practice devices, and where each is worn."""


def _found(choice: Choice) -> Found:
    where = choice.site.value if choice.side is None else f"{choice.side.value} {choice.site.value}"
    return Found(Advertisement(choice.address, f"Practice {where}: {title_of(choice.model)}"), choice.model, 100, simulated=True)


PRACTICE: tuple[Found, ...] = tuple(_found(choice) for choice in PRACTICE_CHOICES)
"""What every scan finds besides what is on the air."""


class SimulatorSource:
    """A simulated visit as a source (``drivers.source.Source``).

    Parameters
    ----------
    world
        The person and the devices; its ``base_ns`` is set when the source starts.
    speed
        World seconds per host second. Notifications carry world time from the start on, so operator events must be stamped by
        ``now_ns`` of this source when the speed is not 1.
    now_ns, sleep
        The host's clock; simulated time in tests.
    """

    def __init__(
        self,
        world: World,
        *,
        speed: float = 1.0,
        now_ns: Callable[[], int] = time.monotonic_ns,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if speed <= 0.0:
            raise ValueError(f"a simulated visit needs a speed above 0, not {speed}")
        self._world = world
        self._speed = speed
        self._host_ns, self._sleep = now_ns, sleep
        self._started_ns: int | None = None

    def now_ns(self) -> int:
        """Return world time as host time: what an operator event posted now is to be stamped with."""
        host_ns = self._host_ns()
        started_ns = host_ns if self._started_ns is None else self._started_ns
        return started_ns + round((host_ns - started_ns) * self._speed)

    async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:  # noqa: ARG002  nothing goes wrong that has to be told
        """Put what is due, every 10 ms, until stopped."""
        self._started_ns = self._host_ns()
        self._world.begin(self._started_ns)
        while not stop.is_set():
            for notification in self._world.advance((self.now_ns() - self._started_ns) * 1e-9):
                put(notification)
            await self._sleep(WAKE_S)

    def operator(self, event: Mapping[str, object], received_ns: int) -> None:
        """Let the person react."""
        if self._started_ns is not None:
            self._world.operator(event, (received_ns - self._started_ns) * 1e-9)


def simulate(
    script: Sequence[Setup],
    choices: Sequence[Choice],
    person: Person,
    seed: int,
    faults: Faults | None = None,
    *,
    session: Mapping[str, object] | None = None,
    calibrations: Sequence[Mapping[str, object]] = (),
    align: bool = False,
) -> tuple[list[Notification], dict[str, object]]:
    """Return a whole visit, one trial after another, and its truth.

    The first notification is the open event, the last the close event. Trials without an id get one that follows from ``seed``.
    With ``align`` somebody knocks on the pad first; what that showed is for whoever feeds a session with it to store.
    Times in the truth are seconds since the open event. ``calibrations`` are ``calibrate`` events, done before the trials; ``session`` goes
    into the open event besides; its ``certificates`` are attached to the devices of like model.
    """
    world = World(choices, person=person, seed=seed, faults=faults)
    visit = uuid.uuid5(uuid.NAMESPACE_OID, f"ankletest simulation {seed}")
    devices = [_listed(choice) for choice in choices]
    given: dict[str, object] = {**(session or {}), "session": str(visit), "simulated": True, "devices": devices}
    certificates = given.pop("certificates", None)
    if isinstance(certificates, list | tuple) and certificates:
        given = attached(given, cast("Sequence[Mapping[str, object]]", certificates), date=None)
    out = [opening(given, 0)]
    now_s = SETTLE_S
    _play(world, now_s, out)
    if align:
        begin: dict[str, object] = {"event": "align"}
        out.append(event_notification(begin, round(1e9 * now_s)))
        world.operator(begin, now_s)
        now_s = world.busy_until_s
        _play(world, now_s, out)
        out.append(event_notification({"event": "align-end"}, round(1e9 * now_s)))
        now_s += PAUSE_S
        _play(world, now_s, out)
    starts: list[dict[str, object]] = [{**event, "event": "calibrate"} for event in calibrations]
    for number, setup in enumerate(script):
        fields = setup.as_json()
        fields["trial"] = setup.trial or str(uuid.uuid5(visit, str(number)))
        starts.append({"event": "start", "setup": fields})
    for start in starts:
        out.append(event_notification(start, round(1e9 * now_s)))
        world.operator(start, now_s)
        now_s = world.busy_until_s + PAUSE_S
        _play(world, now_s, out)
    out.append(event_notification({"event": "close"}, round(1e9 * now_s)))
    return out, world.truth


def _play(world: World, until_s: float, out: list[Notification]) -> None:
    """Take everything that arrives until ``until_s``, piece by piece."""
    at = out[-1].received_ns * 1e-9
    while at < until_s:
        at = min(until_s, at + STEP_S)
        out.extend(world.advance(at))


def _listed(choice: Choice) -> dict[str, object]:
    """Return a device as the open event lists it."""
    return {
        "device": choice.device,
        "model": choice.model,
        "title": title_of(choice.model),
        "site": choice.site.value,
        "side": None if choice.side is None else choice.side.value,
        "serial": choice.serial,
        "rate_hz": choice.rate_hz,
        "corrections": [],
    }
