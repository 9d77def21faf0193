"""Where one raise, bend or lean begins, is at its top and ends, sample by sample, on an angle or way that starts from about zero.

A Schmitt trigger (algorithms.md 7). Its levels are shares of a reference: 15° before anything is known, then the median of the last three
accepted tops. Fed live with a causal angle or afterwards with a filtered one, it is the same machine. The unit is the caller's: radians of
an angle, millimetres of a centre of pressure.

A repetition that does not come down far enough to close is ended in its valley once the angle climbs again, and says so.
"""

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from ankletest.samples import FloatArray

PARTIAL, SHORT, LONG, MOVED, BROKEN, OPEN_END = "partial", "too short", "too long", "moved", "samples missing", "not finished"
"""Why a repetition is not accepted."""
VALLEY_SHARE, CLIMB_SHARE = 0.60, 0.20
"""A valley below the first share of the top, climbed out of by the second, is the border of two repetitions."""
OF = 3
"""The reference is the median of so many accepted tops."""
RISE_KEPT_S = 20.0
"""How far back the begin of a rise is looked for; a slower rise begins there."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as a repetition.

    Parameters
    ----------
    first
        Reference before the first one, in the unit of the signal.
    open_share, partial_share, low_share, top_share
        Of the reference: where one opens before anything is known, where one opens later (below ``open_share`` at its top it is partial),
        where it begins and ends; and of its top: where it is held.
    lock_s
        Nothing opens so soon after the end of another.
    least_s, longest_s
        Length from begin to end.
    reset_s
        A longer hole in the samples breaks the repetition that is going on (algorithms.md 0); slow ones may bridge a longer one.
    shove_m_s2
        Horizontal acceleration of a foot that is carried somewhere else; whoever has no acceleration says infinity where it is.
    """

    first: float = math.radians(15.0)
    open_share: float = 0.50
    partial_share: float = 0.30
    low_share: float = 0.20
    top_share: float = 0.95
    lock_s: float = 0.40
    least_s: float = 0.50
    longest_s: float = 6.0
    shove_m_s2: float = 0.5 * 9.80665
    reset_s: float = 0.100


@dataclass(frozen=True, slots=True)
class Repetition:
    """One repetition; ``why`` is empty where it is accepted. ``low`` is the angle it came down to before the next one or its end."""

    onset_s: float
    held_s: float
    left_s: float
    end_s: float
    top: float
    low: float
    descended: bool = True
    why: str = ""

    @property
    def top_s(self) -> float:
        """Middle of the time within 5 % of the top."""
        return 0.5 * (self.held_s + self.left_s)


@dataclass(slots=True)
class _Going:
    """The samples of the repetition going on, its top and what came after."""

    t_s: list[float]
    angle: list[float]
    top: float = 0.0
    valley_level: float = math.inf
    valley: int = 0
    shove: float = 0.0


@dataclass(slots=True)
class Repetitions:
    """Feed it an angle; it returns repetitions as they end. Any chunking gives equal ones.

    Parameters
    ----------
    rules
        What counts.
    """

    rules: Rules = field(default_factory=Rules)
    _tops: list[float] = field(default_factory=list[float])
    _rise: deque[tuple[float, float]] = field(default_factory=deque[tuple[float, float]])
    _going: _Going | None = None
    _lock_s: float = -math.inf
    _last_s: float = math.nan

    @property
    def reference(self) -> float:
        """What the levels are shares of now."""
        return float(np.median(self._tops[-OF:])) if self._tops else self.rules.first

    @property
    def up(self) -> bool:
        """Whether a repetition is going on; provisional."""
        return self._going is not None

    def feed(self, t_s: FloatArray, signal: FloatArray, shove_m_s2: FloatArray | None = None) -> list[Repetition]:
        """Take samples: (n,) seconds, the signal, and if known horizontal accelerations; a NaN counts as missing."""
        out: list[Repetition] = []
        shoves = np.zeros(len(t_s)) if shove_m_s2 is None else shove_m_s2
        for t, angle, shove in zip(t_s.tolist(), signal.tolist(), shoves.tolist(), strict=True):
            if not math.isfinite(angle):
                continue
            if t - self._last_s > self.rules.reset_s:
                self._break(out)
            self._last_s = t
            if self._going is None:
                self._wait(t, angle)
            else:
                self._follow(self._going, t, angle, abs(shove), out)
        return out

    def finish(self) -> list[Repetition]:
        """Return the one that is still going on, as not finished."""
        out: list[Repetition] = []
        if self._going is not None:
            out.append(self._made(self._going, len(self._going.t_s) - 1, self._going.t_s[-1], why=OPEN_END))
            self._going, self._rise = None, deque()
        return out

    # ---- inside ---------------------------------------------------------------------------------------------------------------------

    def _break(self, out: list[Repetition]) -> None:
        if self._going is not None:
            out.append(self._made(self._going, len(self._going.t_s) - 1, self._last_s, why=BROKEN))
        self._going, self._rise = None, deque()

    def _wait(self, t_s: float, angle: float) -> None:
        reference = self.reference
        if angle <= self.rules.low_share * reference or not self._rise:
            self._rise = deque(((t_s, angle),))
        else:
            self._rise.append((t_s, angle))
            if t_s - self._rise[0][0] > RISE_KEPT_S:
                self._rise.popleft()
        share = self.rules.partial_share if self._tops else self.rules.open_share
        if angle >= share * reference and t_s >= self._lock_s:
            self._going = _Going([t for t, _ in self._rise], [a for _, a in self._rise], angle)

    def _follow(self, going: _Going, t_s: float, angle: float, shove: float, out: list[Repetition]) -> None:
        going.t_s.append(t_s)
        going.angle.append(angle)
        going.shove = max(going.shove, shove)
        if angle > going.top:
            going.top, going.valley_level = angle, math.inf
            return
        if angle < going.valley_level:
            going.valley_level, going.valley = angle, len(going.angle) - 1
        low = self._low(going)
        if angle <= low:
            at = _crossing(going.t_s[-2], going.angle[-2], t_s, angle, low)
            self._close(going, len(going.t_s) - 1, at, out)
            self._rise = deque(((t_s, angle),))
        elif going.valley_level < VALLEY_SHARE * going.top and angle > going.valley_level + CLIMB_SHARE * going.top:
            self._close(going, going.valley, going.t_s[going.valley], out)
            self._rise = deque(zip(going.t_s[going.valley :], going.angle[going.valley :], strict=True))

    def _low(self, going: _Going) -> float:
        """Return where a repetition ends: a share of the reference, which before the first is its own top if that is higher."""
        known = self.reference if self._tops else max(self.rules.first, going.top)
        return self.rules.low_share * known

    def _close(self, going: _Going, last: int, end_s: float, out: list[Repetition]) -> None:
        made = self._made(going, last, end_s)
        out.append(made)
        if not made.why:
            self._tops = [*self._tops[-OF + 1 :], made.top]
        self._going, self._lock_s = None, end_s + self.rules.lock_s

    def _made(self, going: _Going, last: int, end_s: float, *, why: str = "") -> Repetition:
        """Return the repetition of the samples up to row ``last``."""
        rules = self.rules
        t, angle = np.array(going.t_s[: last + 1]), np.array(going.angle[: last + 1])
        top = int(angle.argmax())
        low, high = self._low(going), rules.top_share * going.top
        onset_s = _last_up(t[: top + 1], angle[: top + 1], low)
        held_s = _last_up(t[: top + 1], angle[: top + 1], high, first=True)
        left_s = -_last_up(-t[top:][::-1], angle[top:][::-1], high, first=True)
        length = end_s - onset_s
        full = rules.open_share * (self.reference if self._tops else rules.first)
        reason = (
            MOVED if going.shove > rules.shove_m_s2 else PARTIAL if going.top < full
            else SHORT if length < rules.least_s else LONG if length > rules.longest_s else ""
        )  # fmt: skip
        bottom = float(angle[top:].min())
        return Repetition(onset_s, held_s, left_s, end_s, going.top, bottom, bottom <= 0.3 * self._reference_or(going), why or reason)

    def _reference_or(self, going: _Going) -> float:
        """Return the reference, before the first accepted one the top of the one going on."""
        return self.reference if self._tops else going.top


def repetitions(t_s: FloatArray, signal: FloatArray, shove_m_s2: FloatArray | None = None, *, rules: Rules) -> list[Repetition]:
    """Return every repetition of a record: the machine fed with all of it."""
    machine = Repetitions(rules)
    return [*machine.feed(t_s, signal, shove_m_s2), *machine.finish()]


def _crossing(t0: float, a0: float, t1: float, a1: float, level: float) -> float:
    """Return when a line between two samples is at ``level``."""
    return t0 + (t1 - t0) * (level - a0) / (a1 - a0) if a1 != a0 else t1


def _last_up(t_s: FloatArray, angle: FloatArray, level: float, *, first: bool = False) -> float:
    """Return the last (or first) upward crossing of ``level``; the first sample where it was above it all along."""
    rows = np.flatnonzero((angle[:-1] < level) & (angle[1:] >= level))
    if len(rows) == 0:
        return float(t_s[0])
    row = int(rows[0] if first else rows[-1])
    return _crossing(float(t_s[row]), float(angle[row]), float(t_s[row + 1]), float(angle[row + 1]), level)
