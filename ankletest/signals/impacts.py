"""Sensors brought in line by impacts that all of them feel: knocks on the pad they lie on, or stomps of a foot; it moves no clock.

An impact is timed where its edge begins, by the rules of ``edges``: on a pad as a touch-down, on a motion sensor by how far its specific
force leaves what it was just before. Each device's impacts are matched with the reference's within ±``SEARCH_S``; the offset is the mean
of the differences. Its error bound (k = 2) holds the edges' scatter, what the two radios' envelopes may still move, and nothing that
impacts cannot show: the way of a shock through a soft part, as at the trunk. Sensors that are worn on the leg that stomps feel it a little
late: the bound of stomps is wider by ``STOMP_U_S``, and three of them are asked for as of knocks, because one may agree by chance.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ankletest.samples import ACC, FORCE, Block, FloatArray, G, Kind
from ankletest.signals.edges import AFTER, AREA_FLOOR_N, BEFORE, LINE_FLOOR_N, EdgeRule, rule_for, touch_down
from ankletest.trial import Aligned, Stream

WANTED = 3
"""Impacts that have to agree: two that agree may do so by chance."""
SEARCH_S = 0.2
"""Largest offset that is looked for: half the distance of impacts, so that none can be taken for its neighbour."""
APART_S = 0.4
"""Impacts that follow sooner are the same one's ringing, or a foot's heel and toe."""
LEAST_N, LEAST_M_S2 = 30.0, 0.5 * G
"""What is felt as an impact: more than handling a pad, and more than handling a sensor."""
SHARE = 0.35
"""An impact's edge is where it first reaches this share of its peak: a foot's swing before a stomp stays below."""
SOFT = 0.03
"""Below this share of the peak the edge's first samples are left out; more where the sensor moved just before."""
QUIET_S = (0.25, 0.03)
"""From so long before an impact until so long before it a sensor shows what it felt without it."""
MOVED = 4.0
"""The edge begins above so many times what it felt then (RMS)."""
THROWN = 1.2
"""Where that is too much of a stomp's peak, the edge begins above so many times the largest of what it felt then."""
CLIPPED_S = 0.02
"""Clipped so shortly after its edge an impact has no known peak, and its edge is steeper than it looks."""
AGREE_S = 0.008
"""Impacts further from their median than this do not show the same offset: several times what an edge scatters at 100 Hz."""
AREA = EdgeRule(math.inf, 0, math.nan)
"""A motion sensor's own low-pass smears a shock over a period as an averaging converter does: at 200 Hz its edge errs by -0.1 ± 0.3 ms
with the area rule, by -2.9 ± 0.8 ms with a line and by -0.7 ± 0.6 ms with the middle between two samples (mean of five knocks)."""
EDGE_SHARE = 0.15
"""What one edge of a knock scatters, in periods."""
SHAPE_U_HZ = 24.0
"""Standard uncertainty by the shape of a shock, over the square of the period: boards that ring at 30 to 140 Hz under knocks that rise in 2
to 8 ms give -1.1 to 0.7 ms at 200 Hz and -3.6 to -0.7 ms at 100 Hz."""
ENVELOPE_U_S = 0.0005
"""What the fits of two clocks differ by within the seconds of the impacts (k = 1), s; what comes later is ``Aligned.error_at``'s."""
STOMP_U_S = 0.004
"""Standard uncertainty of stomps besides: a shock takes up to 4 ms through shoe, ankle and skin to a sensor that is worn, and nothing
tells how long (k = 1). Where the sensors lie on the pad there is no such way."""
TRODDEN_S = (0.06, 0.12)
"""So long after the edge a knock is over and a foot still stands on the pad."""
SETTLE_S = 1.0
"""After the last impact: time for late notifications."""
TIMEOUT_S = 25.0
"""So long impacts are waited for."""


@dataclass(frozen=True, slots=True)
class Impact:
    """One impact as a device felt it: session second of its edge, standard uncertainty, and whether its range sufficed."""

    t_s: float
    u_s: float
    clipped: bool = False


def impacts_of(stream: Stream) -> list[Impact]:
    """Return the impacts of a stream, in order."""
    t = stream.t_s
    felt = _felt(stream.kind, stream.values)
    rows = np.flatnonzero(felt > (LEAST_N if stream.kind is Kind.PAD else LEAST_M_S2))
    if len(t) < BEFORE or not len(rows):
        return []
    found: list[Impact] = []
    starts = np.flatnonzero(np.diff(t[rows], prepend=-math.inf) > APART_S)
    for group in np.split(rows, starts[1:]):
        peak_until = int(t.searchsorted(t[group[0]] + APART_S))
        peak = float(felt[group[0] : peak_until].max())
        at = int(group[0]) + int(np.argmax(felt[group[0] : peak_until] >= SHARE * peak))
        impact = _impact(stream, at)
        if impact is not None:
            found.append(impact)
    return found


def align(streams: Sequence[Stream | str], reference: str) -> tuple[Aligned, ...]:
    """Return how each device is to be aligned with the reference, refusals included; none of the reference itself.

    Parameters
    ----------
    streams
        What the devices felt while there were impacts; of a device that sent nothing its id.
    reference
        Device whose time is kept.
    """
    sent = {stream.device: stream for stream in streams if isinstance(stream, Stream)}
    ours = sent.get(reference)
    its = impacts_of(ours) if ours is not None else []
    found: list[Aligned] = []
    for device in [stream.device if isinstance(stream, Stream) else stream for stream in streams]:
        if device == reference:
            continue
        if ours is None or device not in sent:
            found.append(Aligned(device, reference, why=f"{reference if ours is None else device} sent nothing"))
        else:
            found.append(_aligned(sent[device], ours, impacts_of(sent[device]), its))
    return tuple(found)


@dataclass(slots=True)
class Aligning:
    """Waits for impacts: how many each device has felt so far, and whether that is enough; fed with live blocks, it times nothing."""

    start_s: float
    kinds: Mapping[str, Kind]
    reference: str
    counts: dict[str, int] = field(default_factory=dict[str, int])
    newest_s: float = math.nan
    _level: dict[str, FloatArray] = field(default_factory=dict[str, FloatArray])
    _above_s: dict[str, float] = field(default_factory=dict[str, float])

    def feed(self, block: Block) -> None:
        """Take samples."""
        device = block.device
        fresh = block.t_s >= self.start_s
        values = block.values[fresh][:, FORCE : FORCE + 1] if block.kind is Kind.PAD else block.values[fresh][:, ACC]
        if device not in self.kinds or not len(values):
            return
        level = self._level.setdefault(device, np.median(values, axis=0))
        away = np.linalg.norm(values - level, axis=1)
        least = LEAST_N if block.kind is Kind.PAD else LEAST_M_S2
        for t in block.t_s[fresh][away > least].tolist():
            if not t - self._above_s.get(device, -math.inf) <= APART_S:
                self.counts[device] = self.counts.get(device, 0) + 1
                self.newest_s = t if math.isnan(self.newest_s) else max(self.newest_s, t)
            self._above_s[device] = t

    @property
    def least(self) -> int:
        """Impacts that every device has felt."""
        return min((self.counts.get(device, 0) for device in self.kinds), default=0)

    def over(self, now_s: float) -> bool:
        """Tell whether to end: every device has felt enough of them and all is in, or it took too long."""
        enough = self.least >= WANTED and now_s >= self.newest_s + SETTLE_S
        return enough or now_s >= self.start_s + TIMEOUT_S


# ---- inside ----------------------------------------------------------------------------------------------------------------------


def _felt(kind: Kind, values: FloatArray) -> FloatArray:
    """Return how far a device is from its usual state, row by row: N, or m/s²; NaN is nothing."""
    columns = values[:, FORCE : FORCE + 1] if kind is Kind.PAD else values[:, ACC]
    away = np.linalg.norm(columns - np.nanmedian(columns, axis=0), axis=1)
    return np.asarray(np.nan_to_num(away), dtype=np.float64)


def _impact(stream: Stream, at: int) -> Impact | None:
    """Time the edge that rises through row ``at``; None where what came before it is not in the stream."""
    t = stream.t_s
    first, last = (int(i) for i in t.searchsorted((t[at] - QUIET_S[0], t[at] - QUIET_S[1])))
    if last - first < 3 or at < 2:
        return None
    columns = stream.values[:, FORCE : FORCE + 1] if stream.kind is Kind.PAD else stream.values[:, ACC]
    before = columns[first:last]
    rows = slice(max(first, at - BEFORE), at + AFTER)
    base = np.median(before, axis=0)
    felt = np.linalg.norm(columns[rows] - base, axis=1)
    moved = float(np.sqrt(np.mean(np.sum((before - base) ** 2, axis=1))))
    until = int(t.searchsorted(t[at] + CLIPPED_S))
    peak = float(np.linalg.norm(columns[at : until + 1] - base, axis=1).max())
    floor = max(SOFT * peak, MOVED * moved)
    if not floor < SHARE * peak:  # a leg that was thrown down: less strictly, above anything that it felt on its way
        floor = THROWN * float(np.linalg.norm(before - base, axis=1).max())
    if not floor < SHARE * peak:
        return None
    rule = rule_for(stream.rate_hz, averaging=stream.averaging) if stream.kind is Kind.PAD else AREA
    # The rules of edges know newtons: what they take for the least load is the floor here.
    least = LINE_FLOOR_N if rule.points else AREA_FLOOR_N
    edge = touch_down(t[rows], felt * (least / floor), at - rows.start, rule=rule)
    if edge.t_s <= t[rows.start]:
        return None
    return Impact(edge.t_s, EDGE_SHARE / stream.rate_hz, bool(stream.clipped[rows.start : until + 1].any()))


def _refused(stream: Stream, reference: str, why: str, impacts: int = 0) -> Aligned:
    return Aligned(stream.device, reference, impacts=impacts, why=why)


def _aligned(stream: Stream, reference: Stream, mine: Sequence[Impact], its: Sequence[Impact]) -> Aligned:
    """Return the offset of a device, or why there is none."""
    ref = reference.device
    pairs = _pairs(mine, its)
    good = [(a, b) for a, b in pairs if not (a.clipped or b.clipped)]
    if len(good) < WANTED:
        for who, which in ((ref, 1), (stream.device, 0)):
            if sum(not pair[which].clipped for pair in pairs) < WANTED <= len(pairs):
                return _refused(stream, ref, f"{who} was at the end of its range: knock more gently", len(good))
        counted = f"{stream.device} felt {len(mine)} impacts, {ref} {len(its)}"
        return _refused(stream, ref, f"{len(good)} of {WANTED} impacts were felt by both ({counted}): knock again, harder", len(good))
    steps = np.array([a.t_s - b.t_s for a, b in good])
    close = np.abs(steps - np.median(steps)) <= AGREE_S
    if close.sum() < max(WANTED, math.ceil(2 * len(steps) / 3)):
        return _refused(stream, ref, f"the impacts disagree by {1e3 * float(np.ptp(steps)):.0f} ms: knock again", len(good))
    steps = steps[close]
    spread = float(steps.std(ddof=1))
    edges = math.sqrt(float(np.mean([a.u_s**2 + b.u_s**2 for (a, b), ok in zip(good, close, strict=True) if ok])))
    shape = SHAPE_U_HZ * math.hypot(stream.rate_hz**-2, reference.rate_hz**-2)
    way = STOMP_U_S if _trodden(reference, [b for _, b in good]) else 0.0
    u = math.hypot(max(spread, edges) / math.sqrt(len(steps)), shape, ENVELOPE_U_S, way)
    before = stream.aligned.offset_s if stream.aligned is not None and stream.aligned.told else 0.0
    return Aligned(stream.device, ref, before + float(steps.mean()), 2.0 * u, len(steps), spread, good[-1][1].t_s)


def _trodden(reference: Stream, impacts: Sequence[Impact]) -> bool:
    """Tell whether most impacts on a pad were a foot's, which stays there for a while."""
    if reference.kind is not Kind.PAD:
        return False
    felt = _felt(reference.kind, reference.values)
    after = [slice(*reference.t_s.searchsorted((one.t_s + TRODDEN_S[0], one.t_s + TRODDEN_S[1])).tolist()) for one in impacts]
    return sum(bool(len(felt[rows]) and np.median(felt[rows]) > LEAST_N) for rows in after) * 2 > len(after)


def _pairs(mine: Sequence[Impact], its: Sequence[Impact]) -> list[tuple[Impact, Impact]]:
    """Return impacts that are each other's nearest and near enough."""
    found: list[tuple[Impact, Impact]] = []
    for a in mine:
        near = [b for b in its if abs(a.t_s - b.t_s) <= SEARCH_S]
        if not near:
            continue
        b = min(near, key=lambda one: abs(a.t_s - one.t_s))
        if min(mine, key=lambda one: abs(one.t_s - b.t_s)) is a:
            found.append((a, b))
    return found
