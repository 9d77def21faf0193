"""Boards that the system itself is connected to, as sources of notifications, and what a scan sees of them; not over bleak."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from ankletest.device import Advertisement, Choice, DeviceModel, LinkState
from ankletest.errors import DeviceError, LinkLost
from drivers import faults
from drivers.codecs.wii_board import REPORT
from drivers.faults import Fault
from drivers.handshake import Inbox, walk
from drivers.hub import WIRED
from drivers.reconnect import Patience
from drivers.source import Put, Source, Tell
from drivers.talk import Talk, to_its_end
from drivers.transports.hid_ports import Port, boards, open_board

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""Between two looks at what is connected."""
DENIED = DeviceError("This program may not read the board.", "Add yourself to the group “input”, log in again, then come back.")


async def watch(
    see: Callable[[Advertisement], None], stop: asyncio.Event, *, list_boards: Callable[[], Mapping[str, str]] = boards
) -> None:
    """Hand over every board that is connected, as if it advertised, until ``stop`` is set."""
    while not stop.is_set():
        for path, name in (await asyncio.to_thread(list_boards)).items():
            see(Advertisement(WIRED + path, name))
        try:
            async with asyncio.timeout(LOOK_S):
                await stop.wait()
        except TimeoutError:
            continue


def wired(chosen: Sequence[tuple[Choice, DeviceModel]]) -> list[Source]:
    """Return the sources of boards, one each (`drivers.hub.Aerial`)."""
    return [HidSource(choice, model) for choice, model in chosen]


class HidSource:
    """One chosen board: opened, started, read, and opened again when it is lost (`drivers.source.Source`).

    Silence is no loss here: Linux says nothing while nothing changes.

    Parameters
    ----------
    choice, model
        Which board, and how one talks to it.
    open_port
        The way to it.
    patience, now_ns
        How long things are waited for, and the host's monotonic clock.
    """

    def __init__(
        self,
        choice: Choice,
        model: DeviceModel,
        *,
        open_port: Callable[[str], Port] = open_board,
        patience: Patience | None = None,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._choice, self._model = choice, model
        self._open = open_port
        self._patience = patience or Patience()
        self._now_ns = now_ns

    def operator(self, event: Mapping[str, object], received_ns: int) -> None:
        """Nothing: a board does not care what the operator does."""

    async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:
        """Run until stopped; the board is let go."""
        talk = Talk(self._choice, self._model, put=put, tell=tell, now_ns=self._now_ns)
        await talk.until(stop, self._keep(talk))

    async def _keep(self, talk: Talk) -> None:
        failures = 0
        while True:
            streamed = talk.streamed
            talk.state(LinkState.SEARCHING)
            try:
                port = await asyncio.to_thread(self._open, self._choice.address.removeprefix(WIRED))
            except FileNotFoundError:
                talk.fault(Fault.NOT_SEEN, "")
            except PermissionError:
                talk.trouble(DENIED)
            except OSError as error:
                talk.fault(Fault.OTHER, str(error))
            else:
                await self._visit(talk, port)
            failures = 1 if talk.streamed > streamed else failures + 1
            await asyncio.sleep(self._patience.backoff.pause_s(failures))

    async def _visit(self, talk: Talk, port: Port) -> None:
        """Start and read an open board until it is lost."""
        wire = HidWire(port, talk.hear)
        pump = asyncio.create_task(wire.pump(), name=f"reports of {self._choice.device}")
        try:
            talk.state(LinkState.CONNECTING)
            if port.scripted:
                await walk(self._model.start(self._choice.rate_hz or self._model.default_rate_hz), wire, talk.hear)
            talk.state(LinkState.STREAMING)
            await asyncio.wait((pump,))
            talk.fault(Fault.GONE, "")
        except DeviceError as error:
            talk.trouble(error)
        finally:
            await to_its_end(self._part(port, wire, pump))

    async def _part(self, port: Port, wire: "HidWire", pump: asyncio.Task[None]) -> None:
        if port.scripted and not pump.done():
            try:
                async with asyncio.timeout(self._patience.stop_s):
                    await walk(self._model.stop(), wire, lambda _characteristic, _value: None)
            except (TimeoutError, DeviceError) as error:
                log.info("%s was not stopped: %r", self._choice.device, error)
        wire.ended = True
        await asyncio.wait((pump,))  # a read that is under way ends within READ_S; only then may the board be closed
        try:
            await asyncio.to_thread(port.close)
        except OSError as error:
            log.info("%s was not closed: %r", self._choice.device, error)


class HidWire:
    """An open board as a wire for handshakes (`drivers.handshake.Wire`); everything it says goes to ``hear``."""

    def __init__(self, port: Port, hear: Callable[[str, bytes], None]) -> None:
        self.ended = False
        self._port, self._hear = port, hear
        self._inbox = Inbox()

    async def pump(self) -> None:
        """Read until ended or lost."""
        while not self.ended:
            try:
                heard = await asyncio.to_thread(self._port.read)
            except OSError as error:
                log.info("the board is gone: %r", error)
                return
            for characteristic, payload in heard:
                self._hear(characteristic, payload)
                self._inbox.hear(characteristic, payload)

    async def write(self, characteristic: str, payload: bytes, *, response: bool) -> None:  # noqa: ARG002  no report is confirmed
        """Send an output report."""
        try:
            await asyncio.to_thread(self._port.write, payload)
        except OSError as error:
            raise LinkLost("The board takes no more reports.", faults.WORDS[Fault.GONE].hint) from error

    async def read(self, characteristic: str) -> bytes:
        """Raise: a board has no values to read."""
        raise DeviceError(f"The board has no value {characteristic}.")

    async def subscribe(self, characteristic: str) -> None:
        """Check the name: reports come unasked."""
        if characteristic != REPORT:
            raise DeviceError(f"The board has no reports {characteristic}.")

    async def expect(self, characteristic: str, prefix: bytes, timeout_s: float) -> bytes:
        """Return the first report, not yet taken, that starts with ``prefix``."""
        try:
            return await self._inbox.take(characteristic, prefix, timeout_s)
        except TimeoutError as error:
            raise DeviceError(f"The board did not answer ({prefix.hex(' ')}).", faults.WORDS[Fault.NO_ANSWER].hint) from error

    async def wait(self, seconds: float) -> None:
        """Leave the board time."""
        await asyncio.sleep(seconds)
