"""One visit as a pure function of its notifications: codec, clock, calibration, exam, metrics; live, replayed and imported alike."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np

from ankletest import exams, metrics
from ankletest.calibrated import date_of
from ankletest.checks.base import CheckReport
from ankletest.checks.kept import Checks
from ankletest.device import BATTERY, LINK, OPERATOR, DeviceModel, LinkState, Notification
from ankletest.errors import DeviceError, RecordingError
from ankletest.exams.base import Change, Exam, Member, Run
from ankletest.exams.members import driver_of
from ankletest.intake import KEEP_S, Entry, Intake, quality_of
from ankletest.metrics.base import MetricValue
from ankletest.samples import Block, Kind, Side
from ankletest.signals.impacts import Aligning, align
from ankletest.status import DeviceStatus as DeviceStatus
from ankletest.status import status_of
from ankletest.trial import Aligned, Event, Happening, Setup, Stream, Trial

ALIGN, ALIGN_END, ALIGNED = "align", "align-end", "aligned"
"""Operator events: impacts are waited for, they are over, and this is what they showed."""
STRANGE = "The recording is damaged, or a newer version wrote it."
FEED_NS = 20_000_000_000
"""What is fed at once is taken in pieces of so much time: a clock is fitted again within a minute of the end of a run."""
GRACE_S = 1.0
"""How long a finished run waits for late samples of its devices, s: several times the worst radio delay."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A trial and its numbers; a session makes those that are quick, under the default profile, and ``analysis.completed`` all."""

    trial: Trial
    values: tuple[MetricValue, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """What became of some notifications.

    ``blocks`` are PAD and IMU samples with live stamps; ``changes`` belong to the run going on and to the device that drives it;
    ``started`` is set when a run began; ``aligned`` when impacts were told to be over, and whoever drives the session posts it
    (``aligned_event``), refusals too: offsets hold from that event on. ``checked`` are the results of checks of the sensors.
    """

    blocks: tuple[Block, ...] = ()
    changes: tuple[Change, ...] = ()
    started: Setup | None = None
    finished: tuple[Finished, ...] = ()
    checked: tuple[CheckReport, ...] = ()
    aligned: tuple[Aligned, ...] = ()


@dataclass(slots=True)
class _Going:
    """A run, what it was asked for, who takes part, and when it began."""

    setup: Setup
    exam: Exam
    run: Run
    members: tuple[Member, ...]
    driver: str
    start_s: float
    done: bool = False


@dataclass(slots=True)
class _Gathered:
    """What one call of ``feed`` brings together."""

    blocks: list[Block] = field(default_factory=list[Block])
    changes: list[Change] = field(default_factory=list[Change])
    started: Setup | None = None
    finished: list[Finished] = field(default_factory=list[Finished])
    checked: list[CheckReport] = field(default_factory=list[CheckReport])
    aligned: tuple[Aligned, ...] = ()

    def update(self) -> Update:
        blocks, changes, finished, checked = (tuple(self.blocks), tuple(self.changes), tuple(self.finished), tuple(self.checked))
        return Update(blocks, changes, self.started, finished, checked, self.aligned)


class Session:
    """Feed it notifications in order; any chunking gives equal output.

    Everything it knows comes out of the notifications: which devices there are (open event), what is run (start, mark, stop events),
    link changes, handshake values and samples.

    Parameters
    ----------
    models
        The catalog.
    keep_all
        Keep every sample, for ``streams``; else only what a trial can still need.
    """

    def __init__(self, models: Sequence[DeviceModel], *, keep_all: bool = False) -> None:
        self._models = {model.key: model for model in models}
        self._keep_all = keep_all
        self._intakes: dict[str, Intake] = {}
        self._open_ns: int | None = None
        self._opened: Mapping[str, object] = {}
        self._going: _Going | None = None
        self._now_s = 0.0
        self.checks = Checks(self._intakes)
        self._aligning: Aligning | None = None
        self._alignments: list[tuple[Aligned, ...]] = []

    @property
    def alignments(self) -> Sequence[tuple[Aligned, ...]]:
        """What each alignment of the session showed."""
        return self._alignments

    @property
    def aligning(self) -> Aligning | None:
        """The impacts felt so far while sensors are being aligned; else None."""
        return self._aligning

    @property
    def run(self) -> Run | None:
        """The run going on, or the last one until the next starts."""
        return self._going.run if self._going else None

    @property
    def setup(self) -> Setup | None:
        """What the run was asked for."""
        return self._going.setup if self._going else None

    @property
    def busy(self) -> bool:
        """True from a start event until its trial is there."""
        return self._going is not None and not self._going.done

    @property
    def now_s(self) -> float:
        """Session seconds of the newest notification."""
        return self._now_s

    @property
    def opened(self) -> Mapping[str, object]:
        """The open event."""
        return self._opened

    @property
    def devices(self) -> Mapping[str, DeviceStatus]:
        """How each device is doing."""
        return {key: status_of(intake) for key, intake in self._intakes.items()}

    def members(self, side: Side) -> tuple[Member, ...]:
        """Return the devices that would take part in an exam of that leg."""
        return tuple(
            Member(i.entry.device, i.kind, i.entry.site, i.entry.side, i.nominal_hz, i.model.averaging, *i.ranges)
            for i in self._intakes.values()
            if i.entry.side in (None, side)
        )

    def feed(self, items: Sequence[Notification]) -> Update:
        """Take consecutive notifications.

        Samples between two operator or link notifications are decoded device by device in one go, which is what makes it fast.
        """
        out = _Gathered()
        for piece in _pieces(items):
            self._feed(piece, out)
        return out.update()

    def _feed(self, items: Sequence[Notification], out: _Gathered) -> None:
        waiting: dict[str, list[tuple[str, list[bytes], list[int]]]] = {}
        for item in items:
            if item.device == OPERATOR or item.characteristic == LINK:
                self._take(waiting, out)
                waiting = {}
                self._event(item, out)
                continue
            runs = waiting.get(item.device)
            if runs is None:
                runs = waiting[item.device] = []
            if runs and runs[-1][0] == item.characteristic:
                runs[-1][1].append(item.payload)
                runs[-1][2].append(item.received_ns)
            else:
                runs.append((item.characteristic, [item.payload], [item.received_ns]))
        self._take(waiting, out)
        if items and self._open_ns is not None:
            self._now_s = (items[-1].received_ns - self._open_ns) * 1e-9
        self._conclude(out, wait=True)
        if not self.busy and not self._keep_all:
            for intake in self._intakes.values():
                intake.forget_before(intake.newest_s - KEEP_S)

    def finish(self) -> Update:
        """Say that no more will come: a run that waits for samples is ended."""
        out = _Gathered()
        if self._going and math.isnan(self._going.run.end_s):
            out.changes.extend(self._going.run.stop(self._now_s, "the recording ended"))
        self._conclude(out, wait=False)
        return out.update()

    def streams(self, side: Side | None = None) -> tuple[Stream, ...]:
        """Return everything kept, stamped with the final fit; of one leg's devices when ``side`` is given."""
        whole = (
            i.stream(-math.inf, math.inf, received_by_s=math.inf)
            for i in self._intakes.values()
            if side is None or i.entry.side in (None, side)
        )
        return tuple(stream for stream in whole if stream is not None)

    def quality_of(self, streams: Sequence[Stream], start_s: float) -> dict[str, object]:
        """Return the quality record of a trial made of these streams that began at ``start_s``."""
        return {stream.device: {**quality_of(stream), "check": self.checks.of(stream.device, start_s)} for stream in streams}

    # ---- inside ---------------------------------------------------------------------------------------------------------

    def _take(self, waiting: Mapping[str, list[tuple[str, list[bytes], list[int]]]], out: _Gathered) -> None:
        for device, runs in waiting.items():
            intake = self._intakes.get(device)
            if intake is None:
                raise RecordingError(
                    f"A notification of '{device}' comes without an open event that names it.", "The recording is damaged."
                )
            for characteristic, payloads, received in runs:
                if characteristic == BATTERY:
                    intake.battery_percent = payloads[-1][0] if payloads[-1] else None
                    continue
                received_s = np.asarray((np.array(received, dtype=np.int64) - (self._open_ns or 0)) * 1e-9, dtype=np.float64)
                for block in intake.take(characteristic, payloads, received_s):
                    out.blocks.append(block)
                    self.checks.feed(block)
                    self._offer(block, out)
                    if self._aligning is not None:
                        self._aligning.feed(block)

    def _offer(self, block: Block, out: _Gathered) -> None:
        going = self._going
        if going is None or going.done or not any(m.device == block.device for m in going.members):
            return
        if block.t_s[-1] < going.start_s:
            return
        if block.t_s[0] < going.start_s:
            first = int(block.t_s.searchsorted(going.start_s))
            block = replace(
                block, t_s=block.t_s[first:], values=block.values[first:], clipped=block.clipped[first:], ticks=block.ticks[first:]
            )
        if math.isnan(going.run.end_s):
            changes = going.run.feed(block)
            # What the other devices saw is told with the trial: how far they are when the run ends depends on the chunking.
            if block.device == going.driver:
                out.changes.extend(changes)

    def _event(self, item: Notification, out: _Gathered) -> None:
        if item.device != OPERATOR:
            self._link(item, out)
            return
        event = _json(item)
        kind = str(event.get("event"))
        if kind == "open":
            self._open(item, event)
            return
        if self._open_ns is None:
            raise RecordingError("The recording does not begin with an open event.", "It was written by another program or damaged.")
        t_s = (item.received_ns - self._open_ns) * 1e-9
        if kind == "check" and not self.busy:
            out.checked.extend(self.checks.take(event, t_s))
        elif kind == "start":
            self.checks.drop()
            self._aligning = None
            self._conclude(out, wait=False)
            self._start(event, t_s, out)
        elif kind in (ALIGN, ALIGN_END, ALIGNED) and not self.busy:
            self._align(kind, event, t_s, out)
        elif kind == "mark" and self._going and not self._going.done:
            at_s = max(self._going.start_s, t_s - _ago_s(event))
            out.changes.extend(self._going.run.mark(str(event.get("what", "mark")), at_s))
        elif kind == "stop" and self._going and not self._going.done and math.isnan(self._going.run.end_s):
            out.changes.extend(self._going.run.stop(t_s, str(event.get("why", ""))))

    def _open(self, item: Notification, event: Mapping[str, object]) -> None:
        self._open_ns = item.received_ns
        self._opened = event
        listed = event.get("devices")
        at = date_of(event)
        for fields in cast("list[object]", listed) if isinstance(listed, list) else []:
            if not isinstance(fields, dict):
                raise RecordingError("The open event names a device without a record of it.", STRANGE)
            entry = Entry.from_json(cast("Mapping[str, object]", fields))
            model = self._models.get(entry.model)
            if model is None:
                raise DeviceError(
                    f"The device model '{entry.model}' is not known to this version.",
                    "Open the recording with the version that made it, or newer.",
                )
            self._intakes[entry.device] = Intake(entry, model, at=at)

    def _start(self, event: Mapping[str, object], t_s: float, out: _Gathered) -> None:
        fields = event.get("setup")
        if not isinstance(fields, dict):
            raise RecordingError("A start event says nothing of its exam.", "The recording is damaged.")
        try:
            setup = Setup.from_json(cast("Mapping[str, object]", fields))
        except (KeyError, ValueError, OverflowError) as error:
            raise RecordingError(f"A start event asks for what nobody knows: {error}.", STRANGE) from error
        exam = exams.by_key(setup.exam)
        members = self.members(setup.side)
        driver = driver_of(members, exam.drivers).device
        self._going = _Going(setup, exam, exam.begin(setup, members, t_s), members, driver, t_s)
        out.started = setup

    def _align(self, kind: str, event: Mapping[str, object], t_s: float, out: _Gathered) -> None:
        """Wait for impacts, tell what they showed, or take what was told of them: each at its place among the samples."""
        if kind == ALIGN:
            kinds = {device: intake.kind for device, intake in self._intakes.items()}
            pads = [device for device, what in kinds.items() if what is Kind.PAD]
            self._aligning = Aligning(t_s, kinds, [*pads, *kinds, ""][0])
        elif kind == ALIGN_END and self._aligning is not None:
            waited, self._aligning = self._aligning, None
            cuts = [i.stream(waited.start_s, t_s, received_by_s=t_s) or i.entry.device for i in self._intakes.values()]
            out.aligned = align(cuts, waited.reference)
            self._alignments.append(out.aligned)
        elif kind == ALIGNED:
            listed = event.get("devices")
            for fields in cast("list[object]", listed) if isinstance(listed, list) else []:
                told = Aligned.from_json(cast("Mapping[str, object]", fields)) if isinstance(fields, dict) else None
                if told is not None and told.device in self._intakes:
                    self._intakes[told.device].align(told)

    def _link(self, item: Notification, out: _Gathered) -> None:
        intake = self._intakes.get(item.device)
        if intake is None or self._open_ns is None:
            return
        event = _json(item)
        try:
            intake.state = LinkState(str(event.get("state", LinkState.LOST)))
        except ValueError as error:
            raise RecordingError(f"A link event of '{item.device}' tells what nobody knows: {error}.", STRANGE) from error
        intake.why = str(event.get("why", ""))
        t_s = (item.received_ns - self._open_ns) * 1e-9
        if intake.state is LinkState.LOST:
            intake.lose()
            self.checks.lose(item.device, t_s)
        out.changes.append(Event(Happening.LINK, t_s, device=item.device, note=f"{intake.state.value}: {intake.why}".rstrip(": ")))
        going = self._going
        if intake.state is LinkState.LOST and going and not going.done and math.isnan(going.run.end_s):
            out.changes.extend(going.run.lose(item.device, t_s, intake.why))

    def _conclude(self, out: _Gathered, *, wait: bool) -> None:
        """Make the trial of a run that has ended once its devices' samples are in (or will not come)."""
        going = self._going
        if going is None or going.done:
            return
        end_s = going.run.end_s
        if math.isnan(end_s):
            if wait:
                return
            out.changes.extend(going.run.stop(self._now_s, "another run was started"))
            end_s = going.run.end_s
        taking_part = [self._intakes[m.device] for m in going.members]
        # A lost device sends no more; where it was the only one, nothing would ever come to end the wait.
        behind = any(i.newest_s < end_s and i.state is not LinkState.LOST for i in taking_part)
        if wait and behind and self._now_s <= end_s + GRACE_S:
            return
        cut = (i.stream(going.start_s, end_s, received_by_s=end_s + GRACE_S) for i in taking_part)
        streams = [stream for stream in cut if stream is not None]
        trial = going.run.trial(streams)
        trial = replace(trial, quality=self.quality_of(streams, going.start_s), families=going.exam.families)
        going.done = True
        out.finished.append(Finished(trial, metrics.evaluate(trial, everything=False)))


def _pieces(items: Sequence[Notification]) -> Iterator[Sequence[Notification]]:
    """Yield notifications in pieces of at most ``FEED_NS`` of arrival time."""
    first = 0
    while first < len(items) and items[-1].received_ns - items[first].received_ns > FEED_NS:
        until = items[first].received_ns + FEED_NS
        last = next(k for k in range(first, len(items)) if items[k].received_ns > until)
        yield items[first:last]
        first = last
    yield items[first:]


def _json(item: Notification) -> Mapping[str, object]:
    try:
        event = json.loads(item.payload)
    except ValueError as error:
        raise RecordingError("An operator event cannot be read.", "The recording is damaged.") from error
    if not isinstance(event, dict):
        raise RecordingError("An operator event is not a record.", "The recording is damaged.")
    return cast("Mapping[str, object]", event)


def _ago_s(event: Mapping[str, object]) -> float:
    """Return how long before its own time an event happened, s: a sound is told of once it has begun."""
    ago = event.get("ago_s", 0.0)
    return max(0.0, float(ago)) if isinstance(ago, (int, float)) and math.isfinite(ago) else 0.0
