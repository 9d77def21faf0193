"""One visit as a pure function of its notifications: codec, clock, calibration, exam, metrics; live, replayed and imported alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ankletest.device import DeviceModel, LinkState, Notification
from ankletest.exams.base import Change, Run
from ankletest.metrics.base import MetricValue
from ankletest.samples import Block, Side, Site
from ankletest.trial import Setup, Trial


@dataclass(frozen=True, slots=True)
class Finished:
    """A trial and its numbers under the default profile."""

    trial: Trial
    values: tuple[MetricValue, ...]


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How a device is doing now.

    ``rate_hz`` is measured over the last seconds (NaN until known); ``loss_percent`` and ``longest_gap_s`` since the session opened;
    ``battery_percent`` is None when the device does not tell. ``lamp`` is ``good``, ``warn``, ``bad`` or ``off`` and ``words`` says why.
    """

    device: str
    model: str
    title: str
    site: Site
    side: Side | None
    state: LinkState
    rate_hz: float
    loss_percent: float
    longest_gap_s: float
    clipped: int
    rejected: int
    battery_percent: int | None
    timing: str
    lamp: str
    words: str


@dataclass(frozen=True, slots=True)
class Update:
    """What became of some notifications.

    ``blocks`` are PAD and IMU samples with live stamps; ``changes`` belong to the run going on; ``started`` is set when a run began.
    """

    blocks: tuple[Block, ...] = ()
    changes: tuple[Change, ...] = ()
    started: Setup | None = None
    finished: tuple[Finished, ...] = ()


class Session:
    """Feed it notifications in order; any chunking gives equal output.

    Everything it knows comes out of the notifications: which devices there are (open event), what is run (start, mark, stop events),
    link changes, handshake values and samples.
    """

    def __init__(self, models: Sequence[DeviceModel]) -> None:
        self._models = {model.key: model for model in models}

    @property
    def run(self) -> Run | None:
        """The run going on, or the last one until the next starts."""
        raise NotImplementedError

    @property
    def now_s(self) -> float:
        """Session seconds of the newest notification."""
        raise NotImplementedError

    @property
    def devices(self) -> Mapping[str, DeviceStatus]:
        """How each device is doing."""
        raise NotImplementedError

    def feed(self, items: Sequence[Notification]) -> Update:
        """Take consecutive notifications."""
        raise NotImplementedError

    def finish(self) -> Update:
        """Say that no more will come: a run that waits for samples is ended."""
        raise NotImplementedError
