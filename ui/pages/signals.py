"""Which signals of which devices are shown as rows, and how samples become them; drawing is the widget's."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from ankletest.samples import ACC, COP_X, COP_Y, FORCE, GYRO, Block, G, Kind, Side, Site
from ankletest.session import DeviceStatus
from ui.widgets.traces import TraceRow, Traces
from ui.words import pages as words

MOST_ROWS = 4
MOST_HOP_ROWS = 2
"""Hops have their timeline: force (or the foot) and one more are enough."""
ORDER = (Site.LUMBAR, Site.SHANK, Site.FOOT)
"""In stance the trunk moves most; in hops the foot tells contacts, so there it is the other way round."""
DEG_PER_RAD = 180.0 / math.pi


def rows_of(devices: Iterable[DeviceStatus], side: Side, *, hops: bool, lead: Sequence[Site] = ()) -> list[TraceRow]:
    """Return the rows for these devices: the pad first, then rotation and acceleration of each sensor that concerns the leg.

    ``lead`` are the sites that an exam goes by; their sensors come first, and the pad last where it is not among them.
    """
    mine = [d for d in devices if d.side in (None, side)]
    pads = [d for d in mine if d.site is Site.PAD]
    worn = sorted((d for d in mine if d.site is not Site.PAD), key=lambda d: ORDER.index(d.site), reverse=hops)
    worn.sort(key=lambda d: d.site not in lead)
    rows: list[TraceRow] = []
    beside = bool(lead) and Site.PAD not in lead and any(d.site in lead for d in worn)
    for pad in () if beside else pads[:1]:
        if hops:
            rows.append(TraceRow(f"{pad.device}/force", words.FORCE, words.NEWTON, 0.0, 1000.0, side.value))
        else:
            rows.append(TraceRow(f"{pad.device}/force", words.FORCE, words.NEWTON, 0.0, 100.0, side.value, follow=True))
            rows.append(TraceRow(f"{pad.device}/ml", words.COP_ML, words.MILLIMETRE, -15.0, 15.0, side.value, follow=True))
            rows.append(TraceRow(f"{pad.device}/ap", words.COP_AP, words.MILLIMETRE, -15.0, 15.0, side.value, follow=True))
    for sensor in worn:
        name = words.SITE_SHORT[sensor.site]
        rotation = TraceRow(f"{sensor.device}/gyro", words.ROTATION.format(site=name), words.DEG_PER_S, 0.0, 40.0, side.value)
        motion = TraceRow(f"{sensor.device}/acc", words.ACCELERATION.format(site=name), words.M_PER_S2, -2.0, 2.0, side.value)
        rows.extend((motion, rotation) if hops else (rotation, motion))
    if len(rows) > MOST_ROWS and worn and not hops:
        rows = [row for row in rows if not row.key.endswith("/ap")]
    return rows[: MOST_HOP_ROWS if hops else MOST_ROWS]


class Signals:
    """Keeps a ``Traces`` in step with devices, leg and samples."""

    def __init__(self, traces: Traces, *, hops: bool) -> None:
        self._traces = traces
        self._hops = hops
        self._rows: Sequence[TraceRow] = ()
        self.lead: tuple[Site, ...] = ()
        """Sites that the exam goes by; they count from the next ``show`` on."""

    def show(self, devices: Iterable[DeviceStatus], side: Side) -> None:
        """Show the rows of these devices; nothing happens while they stay the same."""
        rows = rows_of(devices, side, hops=self._hops, lead=self.lead)
        if rows != self._rows:
            self._rows = rows
            self._traces.set_rows(rows)

    def clear(self) -> None:
        """Forget the samples."""
        self._traces.clear()

    def push(self, block: Block) -> None:
        """Take samples of any device."""
        if block.kind is Kind.PAD:
            self._traces.push(f"{block.device}/force", block.t_s, block.values[:, FORCE])
            if not self._hops:
                self._traces.push(f"{block.device}/ml", block.t_s, block.values[:, COP_X])
                self._traces.push(f"{block.device}/ap", block.t_s, block.values[:, COP_Y])
        elif block.kind is Kind.IMU:
            # Lengths of vectors: they mean the same however a sensor is turned on the leg.
            turn = np.linalg.norm(block.values[:, GYRO], axis=1) * DEG_PER_RAD
            self._traces.push(f"{block.device}/gyro", block.t_s, turn)
            self._traces.push(f"{block.device}/acc", block.t_s, np.linalg.norm(block.values[:, ACC], axis=1) - G)
