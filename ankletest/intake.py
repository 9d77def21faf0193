"""One device's way from bytes to blocks: codec, clock, calibration, ledger; it keeps the samples until a trial is cut from them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, cast, runtime_checkable

import numpy as np

from ankletest.calibrated import UNCERTIFIED, Kept, Standing, in_force
from ankletest.clock import Clock
from ankletest.device import Correction, DeviceModel, LinkState, Reading
from ankletest.errors import RecordingError
from ankletest.gaps import Ledger, LossBy, loss_by
from ankletest.samples import FORCE, Block, BoolArray, FloatArray, IntArray, Kind, Side, Site
from ankletest.signals.cop import pad_of
from ankletest.trial import Aligned, Stream

KEEP_S = 60.0
"""Samples kept while no run goes on, s; a trial never reaches back before its start event."""
UNLOADED_N = 30.0
"""Below this a pad is empty and shows its noise, N: more than any pad's offset, less than any foot."""
UNLOADED_MIN_S = 0.5
"""Shortest empty stretch that tells the noise, s."""
MAD_TO_SD = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution."""


@runtime_checkable
class Ranged(Protocol):
    """A codec that was told the sensor's ranges; without it they are those of the model."""

    @property
    def ranges(self) -> tuple[float, float] | None:
        """Range of acceleration (g) and of angular rate (°/s); None until they are told."""
        ...


@runtime_checkable
class Identified(Protocol):
    """A codec that was told the device's own serial; it counts before what the open event says."""

    @property
    def serial(self) -> str:
        """The serial; empty until it is told."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A device as the open event names it; ``certificates`` are those attached to the recording, of this or of like devices."""

    device: str
    model: str
    title: str
    site: Site
    side: Side | None
    serial: str
    rate_hz: float | None
    corrections: tuple[Correction, ...]
    address: str = ""
    certificates: tuple[Kept, ...] = ()

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> "Entry":
        """Read one entry of ``devices``; see docs/recording-format.md."""
        try:
            side = fields.get("side")
            rate = fields.get("rate_hz")
            listed = fields.get("corrections") or []
            attached = fields.get("certificates") or []
            return cls(
                device=str(fields["device"]),
                model=str(fields["model"]),
                title=str(fields.get("title") or fields["device"]),
                site=Site(str(fields["site"])),
                side=None if side is None else Side(str(side)),
                serial=str(fields.get("serial") or ""),
                rate_hz=float(rate) if isinstance(rate, (int, float)) else None,
                corrections=tuple(_correction(c) for c in listed) if isinstance(listed, list) else (),
                address=str(fields.get("address") or ""),
                certificates=tuple(_certificate(c) for c in attached) if isinstance(attached, list) else (),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise RecordingError(
                f"The recording names a device in a way that cannot be read ({error}).", "It was written by another program or damaged."
            ) from error


@dataclass(slots=True)
class _Kept:
    """A block with what it takes to cut it by arrival: row ends and arrival times of its notifications."""

    block: Block
    ends: IntArray
    received_s: FloatArray


class Intake:
    """One device's way from bytes to blocks.

    Parameters
    ----------
    entry
        The device as the open event names it.
    model
        Its entry in the catalog.
    at
        When it is used, for certificates that expire; None where nobody told.
    raw
        Blocks hold the codec's own kind and columns, and nothing corrects them: what a calibration works on.
    axes
        Whether corrections of how the device sits count as well.
    """

    def __init__(self, entry: Entry, model: DeviceModel, *, at: datetime | None = None, raw: bool = False, axes: bool = True) -> None:
        self.entry = entry
        self.model = model
        self._at, self._raw, self._axes = at, raw, axes
        self._corrected_as: str | None = None
        self._corrections: tuple[Correction, ...] = ()
        self._standing: Standing = UNCERTIFIED
        self.codec = model.codec()
        self.kind = Kind.PAD if entry.site is Site.PAD else Kind.IMU
        self.state = LinkState.SEARCHING
        self.why = ""
        self.battery_percent: int | None = None
        self.rejected = 0
        self.clipped = 0
        self.ledger = Ledger()
        self.newest_s = float("-inf")
        self.aligned: Aligned | None = None
        self._clock: Clock | None = None
        self._kept: list[_Kept] = []

    @property
    def ranges(self) -> tuple[float, float]:
        """Range of acceleration (g) and of angular rate (°/s): as the device told, else of its model."""
        told = self.codec.ranges if isinstance(self.codec, Ranged) else None
        return told or (self.model.acc_range_g, self.model.gyro_range_dps)

    @property
    def serial(self) -> str:
        """The device's own identity: as its handshake tells, else as the operator labelled it, else where it was reached."""
        told = self.codec.serial if isinstance(self.codec, Identified) else ""
        return told or self.entry.serial or self.entry.address

    @property
    def standing(self) -> Standing:
        """How its calibration stands; known once the handshake has told which device it is."""
        return self._in_force()[1]

    @property
    def nominal_hz(self) -> float:
        """The rate the device promises, Hz."""
        return self.entry.rate_hz or self.codec.rate_hz or self.model.default_rate_hz

    def take(self, characteristic: str, payloads: Sequence[bytes], received_s: FloatArray) -> list[Block]:
        """Decode consecutive notifications of one characteristic into blocks.

        Parameters
        ----------
        characteristic
            Where they came from.
        payloads
            Their bytes.
        received_s : (m,)
            Session seconds of their arrival.
        """
        decoded = self.codec.feed(characteristic, payloads)
        self.rejected += len(decoded.rejected)
        if decoded.battery_percent is not None:
            self.battery_percent = decoded.battery_percent
        blocks: list[Block] = []
        for reading in decoded.readings:
            if len(reading.ticks) == 0:
                continue
            block = self._block(reading, received_s[reading.payloads])
            self._kept.append(_Kept(block, reading.ends, received_s[reading.payloads]))
            self.ledger.add(block.t_s, block.lost_before)
            if self._clock is not None and self._clock.by_rate:
                self.ledger.estimate(self._clock.missing, u=self._clock.missing_u)
            self.clipped += int(block.clipped.sum())
            self.newest_s = float(block.t_s[-1])
            blocks.append(block)
        return blocks

    def align(self, aligned: Aligned) -> None:
        """Take an alignment: from now on its offset is taken off every stamp; where there is none, only why is kept."""
        if not aligned.told and self.aligned is not None and self.aligned.told:
            return
        self.aligned = aligned
        if self._clock is not None:
            self._clock.shift(self._later_s)

    def lose(self) -> None:
        """Take note of a lost link: nobody knows whether what was aligned still is."""
        if self.aligned is not None:
            self.aligned = replace(self.aligned, lost_since=True)

    @property
    def _later_s(self) -> float:
        return self.aligned.offset_s if self.aligned is not None and self.aligned.told else 0.0

    def forget_before(self, t_s: float) -> None:
        """Let go of blocks that end before ``t_s``."""
        first = next((i for i, kept in enumerate(self._kept) if kept.block.t_s[-1] >= t_s), len(self._kept))
        if first:
            del self._kept[:first]

    def stream(self, start_s: float, end_s: float, *, received_by_s: float) -> Stream | None:
        """Cut ``[start_s, end_s)`` of live time, stamped again with the clock fit of everything up to its end.

        Only notifications that arrived by ``received_by_s`` count, so the cut does not depend on when it is made. None when empty.
        """
        cuts = [cut for kept in self._kept if (cut := _cut(kept, start_s, end_s, received_by_s)) is not None]
        if not cuts or self._clock is None:
            return None
        fit = self._clock.refit(end_s)
        ticks = np.concatenate([c.ticks for c in cuts])
        holes = (fit.hole_ticks > ticks[0]) & (fit.hole_ticks <= ticks[-1])
        values = np.concatenate([c.values for c in cuts])
        lost = np.zeros(len(ticks), dtype=np.bool_)
        at = 0
        for cut in cuts:
            lost[at] = cut.lost_before > 0
            at += len(cut)
        lost[ticks.searchsorted(fit.hole_ticks[holes])] = True
        t_s = fit.at(ticks)
        corners = self.codec.corners_mm
        noise_n = _noise_n(values[:, FORCE], t_s) if self.kind is Kind.PAD else float("nan")
        return Stream(
            device=self.entry.device,
            site=self.entry.site,
            side=self.entry.side,
            kind=self.kind,
            t_s=t_s,
            values=values,
            clipped=np.concatenate([c.clipped for c in cuts]),
            lost=lost,
            rate_hz=_rate_hz(t_s),
            nominal_hz=self.nominal_hz,
            skew_ppm=fit.skew_ppm,
            timing_u_s=fit.error_s,
            timing=self.model.tick.quality.value,
            averaging=self.model.averaging,
            acc_range_g=self.ranges[0],
            gyro_range_dps=self.ranges[1],
            lost_samples=sum(c.lost_before for c in cuts) + int(fit.missing[holes].sum()),
            noise_n=noise_n,
            noise_cell_n=noise_n / np.sqrt(len(corners)) if corners is not None else float("nan"),
            half_span_mm=float(np.abs(corners).max()) if corners is not None else float("nan"),
            certificate=", ".join(dict.fromkeys(c.certificate for c in self._in_force()[0])),
            standing=self.standing,
            aligned=self.aligned,
            loss_by=loss_by(self.model.tick).value,
            lost_u=self._clock.missing_u_of(int(holes.sum())) if self._clock.by_rate else 0.0,
        )

    def _in_force(self) -> tuple[tuple[Correction, ...], Standing]:
        serial = self.serial
        if serial != self._corrected_as:
            found, self._standing = in_force(
                self.entry.certificates, model=self.model.key, serial=serial, at=self._at, site=self.entry.site.value, axes=self._axes
            )
            self._corrections, self._corrected_as = (*self.entry.corrections, *found), serial
        return self._corrections, self._standing

    def _block(self, reading: Reading, received_s: FloatArray) -> Block:
        if self._clock is None:
            self._clock = Clock(self.model.tick, nominal_hz=self.nominal_hz, group_delay_s=self.model.group_delay_s)
            self._clock.shift(self._later_s)
        t_s, ticks = self._clock.stamp(reading.ticks, reading.ends, received_s)
        values = reading.values
        if self._raw:
            return Block(self.entry.device, reading.kind, t_s, values, reading.clipped, ticks, reading.lost_before)
        for correction in self._in_force()[0]:
            if correction.kind is reading.kind:
                values = correction.apply(values)
        return Block(self.entry.device, self.kind, t_s, self._columns(reading.kind, values), reading.clipped, ticks, reading.lost_before)

    def _columns(self, kind: Kind, values: FloatArray) -> FloatArray:
        match kind:
            case Kind.CELLS:
                corners = self.codec.corners_mm
                if corners is not None:
                    return pad_of(values, corners)
                return _pad(values.sum(axis=1), None)
            case Kind.FORCE:
                return _pad(values[:, 0], None)
            case Kind.COP:
                return _pad(None, values)
            case _:
                return values


def quality_of(stream: Stream) -> dict[str, object]:
    """Return QC-01..QC-04 of one stream of the trial (metrics.md 13)."""
    taken = len(stream.t_s) + stream.lost_samples
    return {
        "loss_percent": 100.0 * stream.lost_samples / taken if stream.loss_by != LossBy.NOTHING else None,
        "loss_u_percent": 100.0 * stream.lost_u / taken,
        "loss_by": stream.loss_by,
        "longest_gap_ms": 1e3 * float(np.diff(stream.t_s).max(initial=0.0)),
        "rate_hz": stream.rate_hz,
        "skew_ppm": None if math.isnan(stream.skew_ppm) else stream.skew_ppm,
        "timing_u_ms": None if math.isnan(stream.timing_u_s) else 1e3 * stream.timing_u_s,
        "timing": stream.timing,
        "clipped": int(stream.clipped.sum()),
        "aligned": _alignment(stream),
        "calibration": stream.standing.as_json(),
    }


def _alignment(stream: Stream) -> dict[str, object] | None:
    """Return how a stream was aligned, and its error bound at the stream's end."""
    aligned = stream.aligned
    if aligned is None:
        return None
    error_s = aligned.error_at(float(stream.t_s[-1])) if aligned.told else None
    return {**aligned.as_json(), "error_then_s": error_s, "link_lost_since": aligned.lost_since}


def _pad(force_n: FloatArray | None, cop_mm: FloatArray | None) -> FloatArray:
    rows = len(force_n) if force_n is not None else len(cop_mm) if cop_mm is not None else 0
    out = np.full((rows, 3), np.nan)
    if force_n is not None:
        out[:, FORCE] = force_n
    if cop_mm is not None:
        out[:, 1:] = cop_mm
    return out


def _cut(kept: _Kept, start_s: float, end_s: float, received_by_s: float) -> Block | None:
    block = kept.block
    if block.t_s[-1] < start_s or block.t_s[0] >= end_s:
        return None
    first, last = (int(i) for i in block.t_s.searchsorted((start_s, end_s)))
    arrived = int(kept.received_s.searchsorted(received_by_s, side="right"))
    last = min(last, int(kept.ends[arrived - 1]) if arrived else 0)
    if first >= last:
        return None
    rows = slice(first, last)
    lost = block.lost_before if first == 0 else 0
    return Block(block.device, block.kind, block.t_s[rows], block.values[rows], block.clipped[rows], block.ticks[rows], lost)


def _rate_hz(t_s: FloatArray) -> float:
    """Return the median rate, which a gap does not move."""
    return float(1.0 / np.median(np.diff(t_s))) if len(t_s) > 1 else float("nan")


def _noise_n(force_n: FloatArray, t_s: FloatArray) -> float:
    """Return the robust SD of the empty pad, N, or NaN when it never was empty long enough."""
    empty: BoolArray = np.abs(force_n) < UNLOADED_N
    if len(t_s) < 2 or empty.sum() * float(np.median(np.diff(t_s))) < UNLOADED_MIN_S:
        return float("nan")
    idle = force_n[empty]
    return float(MAD_TO_SD * np.median(np.abs(idle - np.median(idle))))


def _certificate(fields: object) -> Kept:
    if not isinstance(fields, dict):
        raise TypeError(f"a certificate is {type(fields).__name__}")
    return Kept.from_json(cast("Mapping[str, object]", fields))


def _correction(fields: object) -> Correction:
    if not isinstance(fields, dict):
        raise TypeError(f"a correction is {type(fields).__name__}")
    return Correction(
        kind=Kind(str(fields["kind"])),
        matrix=np.asarray(fields["matrix"], dtype=np.float64),
        offset=np.asarray(fields["offset"], dtype=np.float64),
        certificate=str(fields.get("certificate", "")),
    )
