"""One device under check: blocks in by step, findings out; streaming, and equal for any chunking. It knows no other device."""

import math
from dataclasses import dataclass, field

import numpy as np

from ankletest.checks import limits
from ankletest.checks.base import Aspect, Finding, Level
from ankletest.checks.rest import at_rest, pad_findings, worn_findings
from ankletest.checks.steps import Step, Subject
from ankletest.samples import COP_X, FORCE, GYRO, Block, FloatArray
from ankletest.signals.tilt import turned_rad

TICKS_SHARE = 0.1
"""A device's clock and ours agree within this share, or one of them began anew."""


@dataclass(frozen=True, slots=True)
class Told:
    """What else is known of a device at the end of a check: its battery (None: it does not tell), why its link was lost (or nothing)."""

    battery_percent: int | None = None
    lost: str = ""


@dataclass(slots=True)
class _Part:
    """The samples of one step."""

    start_s: float
    t_s: list[FloatArray] = field(default_factory=list[FloatArray])
    values: list[FloatArray] = field(default_factory=list[FloatArray])

    def samples(self, last_s: float = math.inf) -> tuple[FloatArray, FloatArray]:
        """Return the samples of the last seconds: times (n,) and values (n, k)."""
        if not self.t_s:
            return np.zeros(0), np.zeros((0, 1))
        t_s, values = np.concatenate(self.t_s), np.concatenate(self.values)
        first = int(t_s.searchsorted(t_s[-1] - last_s)) if math.isfinite(last_s) else 0
        return t_s[first:], values[first:]


class Judge:
    """Follows one device through the steps of a check.

    Parameters
    ----------
    subject
        The device.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._parts: dict[Step, _Part] = {}
        self._step: Step | None = None
        self._start_s = self._first_s = self._last_s = math.nan
        self._got = self._lost = 0
        self._first_tick = self._last_tick = 0
        self._gap_s = 0.0

    def begin(self, step: Step, t_s: float) -> None:
        """Begin a step at session second ``t_s``: later samples belong to it. A step done again starts over."""
        if self._step is None:
            self._start_s = t_s
        self._step = step
        self._parts[step] = _Part(t_s)

    def feed(self, block: Block) -> None:
        """Take samples: to the ledger what was measured since the check began, to the step what was measured since that began."""
        first = int(block.t_s.searchsorted(self._start_s))
        if self._step is None or first == len(block):
            return
        t_s = block.t_s[first:]
        if self._got:
            self._lost += block.lost_before if first == 0 else 0
        else:
            self._first_s = self._last_s = float(t_s[0])
            self._first_tick = int(block.ticks[first])
        self._gap_s = max(self._gap_s, float(np.diff(t_s, prepend=self._last_s).max()))
        self._got += len(t_s)
        self._last_s, self._last_tick = float(t_s[-1]), int(block.ticks[-1])
        part = self._parts[self._step]
        rows = int(block.t_s.searchsorted(part.start_s))
        if rows < len(block):
            part.t_s.append(block.t_s[rows:])
            part.values.append(block.values[rows:])

    @property
    def heard(self) -> bool:
        """True once any sample came."""
        return self._got > 0

    # ---- while it goes on ------------------------------------------------------------------------------------------------------

    def seconds(self, step: Step) -> float:
        """Return how long samples of a step have been coming, s."""
        part = self._parts.get(step)
        return float(part.t_s[-1][-1] - part.t_s[0][0]) if part is not None and part.t_s else 0.0

    def still(self, step: Step, length_s: float) -> bool:
        """Tell whether the last seconds of a step are of somebody who stands still, or of a pad that is left alone or stood on."""
        part = self._parts.get(step)
        if part is None or self.seconds(step) < length_s:
            return False
        _, values = part.samples(length_s)
        if not self.subject.is_pad:
            return at_rest(values)
        force = values[:, FORCE]
        if not np.isfinite(force).all():
            return False
        loaded = float(np.abs(force).mean()) >= limits.LOADED_N
        if loaded is (step is Step.REST):
            return False
        # A heartbeat moves a scale by 1 % of the weight; while somebody steps on or off it moves by much more.
        return float(np.ptp(force)) < (0.2 * float(np.abs(force).mean()) if loaded else limits.LOADED_N)

    # ---- what it tells ---------------------------------------------------------------------------------------------------------

    def turned(self, step: Step) -> float:
        """Return how far a worn sensor turned in a step, rad; NaN where nobody can tell."""
        part = self._parts.get(step)
        if part is None or self.subject.is_pad:
            return math.nan
        rest = self._parts.get(Step.REST)
        t_s, still = rest.samples(limits.REST_S) if rest is not None else part.samples()
        told = len(t_s) > 1 and float(t_s[-1] - t_s[0]) >= limits.REST_LEAST_S and bool(np.isfinite(still).all())
        return turned_rad(*part.samples(), bias_rad_s=still[:, GYRO].mean(axis=0) if told and step is not Step.REST else None)

    def load(self, step: Step) -> tuple[float, float]:
        """Return force (N) and centre of pressure to the right (mm) over the last half second of a step; NaN where it cannot tell."""
        part = self._parts.get(step)
        if part is None or not self.subject.is_pad:
            return math.nan, math.nan
        _, values = part.samples(0.5)
        if len(values) < 2:
            return math.nan, math.nan
        force, right = values[:, FORCE], values[:, COP_X]
        return (
            float(np.mean(force[np.isfinite(force)])) if np.isfinite(force).any() else math.nan,
            float(np.mean(right[np.isfinite(right)])) if np.isfinite(right).any() else math.nan,
        )

    def findings(self, told: Told) -> tuple[Finding, ...]:
        """Return what is found of this device alone: rate, loss, rest and battery."""
        if told.lost:
            return (Finding(Aspect.LOSS, Level.BAD, f"the link is lost ({told.lost})", "Bring it near and switch it off and on."),)
        if not self._got:
            return (Finding(Aspect.RATE, Level.BAD, "nothing came from it", "Check that it is switched on and near this computer."),)
        rest = self._parts.get(Step.REST)
        t_s, values = rest.samples(limits.REST_S) if rest is not None else (np.zeros(0), np.zeros((0, 1)))
        judged = pad_findings if self.subject.is_pad else worn_findings
        return (self._rate(), *self._losses(), *judged(t_s, values), _battery(told.battery_percent))

    @property
    def _rate_hz(self) -> float:
        """The mean rate, Hz, with what is known to be lost: by the device's clock where it has one, for ours is still being found."""
        span = self._last_s - self._first_s
        by_ticks = (self._last_tick - self._first_tick) * self.subject.tick_s
        # A device that has been switched off and on in between counts from elsewhere.
        span = by_ticks if abs(by_ticks - span) < TICKS_SHARE * span else span
        return (self._got + self._lost - 1) / span if span > 0.0 else math.nan

    def _rate(self) -> Finding:
        """Hold the measured rate against the promised one."""
        nominal, rate = self.subject.member.nominal_hz, self._rate_hz
        if math.isnan(rate) or not nominal > 0.0:
            return Finding(Aspect.RATE, Level.NOT_DONE, "the rate could not be measured")
        if not self.subject.steady:
            return Finding(Aspect.RATE, Level.NOT_TOLD, f"{rate:.0f} Hz in the mean: it sends when it likes", value=rate, unit="Hz")
        off = abs(rate / nominal - 1.0)
        if off <= limits.RATE_WARN:
            return Finding(Aspect.RATE, Level.GOOD, f"{rate:.0f} Hz", value=rate, unit="Hz")
        level = Level.BAD if off > limits.RATE_BAD else Level.WARN
        words = f"it runs at {rate:.1f} Hz instead of {nominal:g} Hz"
        return Finding(Aspect.RATE, level, words, "Connect it again; if it stays so, check its own settings.", rate, "Hz")

    def _losses(self) -> tuple[Finding, ...]:
        percent = 100.0 * self._lost / (self._got + self._lost)
        hint = "Move closer, keep the body out of the way between sensor and computer, and switch other radios off."
        if percent >= limits.LOSS_WARN_PERCENT:
            level = Level.BAD if percent >= limits.LOSS_BAD_PERCENT else Level.WARN
            words = f"{percent:.1f} % of its samples are lost, up to {1e3 * self._gap_s:.0f} ms in a row"
            return (Finding(Aspect.LOSS, level, words, hint, percent, "%"),)
        if self._gap_s > limits.GAP_WARN_S:
            return (Finding(Aspect.LOSS, Level.WARN, f"nothing came for {1e3 * self._gap_s:.0f} ms", hint, 1e3 * self._gap_s, "ms"),)
        return (Finding(Aspect.LOSS, Level.GOOD, f"{percent:.1f} % lost", value=percent, unit="%"),)


def _battery(percent: int | None) -> Finding:
    if percent is None:
        return Finding(Aspect.BATTERY, Level.NOT_TOLD, "it does not tell its battery")
    if percent >= limits.BATTERY_WARN_PERCENT:
        return Finding(Aspect.BATTERY, Level.GOOD, f"battery at {percent} %", value=percent, unit="%")
    # A battery makes no number wrong, so it is never bad: a device that goes off is told as lost.
    most = "the test" if percent < limits.BATTERY_LOW_PERCENT else "the visit"
    return Finding(Aspect.BATTERY, Level.WARN, f"battery at {percent} %: it may not last {most}", "Charge it.", percent, "%")
