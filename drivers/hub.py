"""The devices of this machine, for the window and the command line: scan, open a link, play a recording; nothing runs before asked."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, cast

from ankletest.calibrated import attached
from ankletest.device import Choice, DeviceModel, Found, Notification
from ankletest.errors import UsageError
from drivers.link import Link, Recorder
from drivers.playback import Playback
from drivers.scan import Scan, Watch
from drivers.source import Source

SIMULATED, WIRED = "sim:", "hid:"
"""Addresses that begin so belong to the simulator, and to what the system itself is connected to."""


class OpenRecorder(Protocol):
    """Opens a recording; ``ankletest.recording.writer.Recorder`` is one."""

    def __call__(self, path: Path, /, *, session: Mapping[str, object], opened_ns: int) -> Recorder:
        """Create the file and write the open event."""
        ...


Aerial = Callable[[Sequence[tuple[Choice, DeviceModel]]], Sequence[Source]]
"""Makes the sources of devices on the air; they share one scan."""


class Hub:
    """The devices of this machine (`ankletest.device.Hub`).

    Parameters
    ----------
    models
        The catalog.
    recorder
        Opens a recording.
    read
        Reads a recording: its notifications in order, the open event first.
    aerial, watch
        The radio: sources of devices on the air, and what a scan sees; None on a machine without one.
    wired, look
        The same for devices that the system itself is connected to.
    simulate
        Makes one source of all simulated devices of a session, so that they show the same person.
    practice
        Simulated devices that every scan finds.
    now_ns
        The host's monotonic clock; simulated time in tests.
    """

    def __init__(
        self,
        models: Sequence[DeviceModel],
        *,
        recorder: OpenRecorder,
        read: Callable[[Path], Sequence[Notification]],
        aerial: Aerial | None = None,
        watch: Watch | None = None,
        wired: Aerial | None = None,
        look: Watch | None = None,
        simulate: Callable[[Sequence[Choice]], Source] | None = None,
        practice: Sequence[Found] = (),
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._models = {model.key: model for model in models}
        self._recorder = recorder
        self._read = read
        self._aerial = aerial
        self._watch = watch
        self._wired = wired
        self._look = look
        self._simulate = simulate
        self._practice = tuple(practice)
        self._now_ns = now_ns

    @property
    def models(self) -> Sequence[DeviceModel]:
        """The catalog."""
        return tuple(self._models.values())

    def scan(self) -> Scan:
        """Start looking for devices."""
        return Scan(self.models, practice=self._practice, watch=self._watch, look=self._look)

    def open(self, choices: Sequence[Choice], *, record: Path | None, session: Mapping[str, object]) -> Link:
        """Prepare a link to these devices.

        ``session`` goes into the recording's open event; where it has no ``devices``, they are listed from ``choices``. Its
        ``certificates`` are attached to the devices of like model, and ``date`` (ISO, UTC) says when that was.

        Raises
        ------
        UsageError
            A model is unknown, an id is used twice, or there is no simulator or radio.
        """
        chosen = [(choice, self._model(choice)) for choice in choices]
        ids = [choice.device for choice in choices]
        if len(set(ids)) < len(ids):
            raise UsageError(f"Two devices of a session have the same id: {', '.join(ids)}.", "Give each a site and side of its own.")
        opened: dict[str, object] = {"devices": [entry(choice, model) for choice, model in chosen], **session}
        certificates = opened.pop("certificates", None)
        if isinstance(certificates, list | tuple):
            opened = attached(opened, cast("Sequence[Mapping[str, object]]", certificates), date=None)
        return Link(
            self._sources(chosen),
            session=opened,
            record=None if record is None else lambda fields, opened_ns: self._recorder(record, session=fields, opened_ns=opened_ns),
            now_ns=self._now_ns,
        )

    def replay(self, recording: Path, *, speed: float) -> Playback:
        """Prepare a link that plays a recording: 1 is real time, 0 is as fast as it goes."""
        return Playback(self._read(recording), speed=speed, now_ns=self._now_ns)

    def _model(self, choice: Choice) -> DeviceModel:
        model = self._models.get(choice.model)
        if model is None:
            raise UsageError(f"There is no device model “{choice.model}”.", f"There are: {', '.join(self._models)}.")
        return model

    def _sources(self, chosen: Sequence[tuple[Choice, DeviceModel]]) -> list[Source]:
        simulated = [choice for choice, _ in chosen if choice.address.startswith(SIMULATED)]
        wired = [(choice, model) for choice, model in chosen if choice.address.startswith(WIRED)]
        real = [(choice, model) for choice, model in chosen if not choice.address.startswith((SIMULATED, WIRED))]
        sources: list[Source] = []
        if simulated:
            if self._simulate is None:
                raise UsageError(f"There is no simulator for {simulated[0].address}.", "Choose a real device.")
            sources.append(self._simulate(simulated))
        if wired:
            if self._wired is None:
                raise UsageError(f"There is no way to {wired[0][0].address} here.", "Choose another device.")
            sources.extend(self._wired(wired))
        if real:
            if self._aerial is None:
                raise UsageError("There is no radio for real devices here.", "Choose a practice device.")
            sources.extend(self._aerial(real))
        return sources


def entry(choice: Choice, model: DeviceModel) -> dict[str, object]:
    """Return a chosen device as the open event lists it."""
    return {
        "device": choice.device,
        "model": choice.model,
        "title": model.title,
        "site": choice.site.value,
        "side": None if choice.side is None else choice.side.value,
        "rate_hz": choice.rate_hz,
        "serial": choice.serial,
        "address": choice.address,
    }
