"""How a device is doing now, in figures, one lamp and one reason; for the screen, never for numbers."""

import math
from dataclasses import dataclass

from ankletest.device import LinkState
from ankletest.gaps import LossBy, loss_by
from ankletest.intake import Intake
from ankletest.samples import Side, Site
from ankletest.trial import Aligned

LOSS_WARN_PERCENT = 1.0
LOSS_BAD_PERCENT = 5.0
"""Loss at which a lamp turns: hop exams need less than 1 % (devices.md 6.1)."""
RATE_WARN = 0.02
"""Deviation from the nominal rate that is worth a word (E-RATE)."""
BATTERY_WARN_PERCENT = 20


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """How a device is doing now.

    ``rate_hz`` is measured over the last seconds (NaN until known); ``loss_percent`` and ``longest_gap_s`` since the session opened,
    ``lately_percent`` is the loss of the last ten seconds.
    ``loss_by`` is ``counter``, ``rate`` (estimated, with standard uncertainty ``loss_u_percent``) or ``nothing``.
    ``aligned`` tells how its times were brought in line with another device's, ``aligned_error_s`` how well they still are.
    ``u_force_share`` is the relative standard uncertainty of a pad's scale, NaN where no certificate tells it.
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
    lately_percent: float = 0.0
    loss_by: str = LossBy.COUNTER.value
    loss_u_percent: float = 0.0
    aligned: Aligned | None = None
    aligned_error_s: float = math.nan
    u_force_share: float = math.nan


def status_of(intake: Intake) -> DeviceStatus:
    """Return the status of a device."""
    lamp, words = _lamp(intake)
    return DeviceStatus(
        device=intake.entry.device,
        model=intake.model.key,
        title=intake.entry.title,
        site=intake.entry.site,
        side=intake.entry.side,
        state=intake.state,
        rate_hz=intake.ledger.rate_hz,
        loss_percent=intake.ledger.loss_percent,
        longest_gap_s=intake.ledger.longest_gap_s,
        clipped=intake.clipped,
        rejected=intake.rejected,
        battery_percent=intake.battery_percent,
        timing=intake.model.tick.quality.value,
        lamp=lamp,
        words=words,
        lately_percent=intake.ledger.lately_percent,
        loss_by=loss_by(intake.model.tick).value,
        loss_u_percent=intake.ledger.loss_u_percent,
        aligned=intake.aligned,
        aligned_error_s=intake.aligned.error_at(intake.newest_s) if intake.aligned is not None else math.nan,
        u_force_share=intake.standing.u("u_force_share"),
    )


def _lamp(intake: Intake) -> tuple[str, str]:
    """Return the lamp's colour and the one reason that matters most."""
    ledger, nominal = intake.ledger, intake.nominal_hz
    if intake.state is LinkState.LOST:
        return "bad", intake.why or "the link is lost"
    if math.isinf(intake.newest_s):
        return "off", "no samples yet"
    about = "about " if loss_by(intake.model.tick) is LossBy.RATE else ""
    if ledger.loss_percent >= LOSS_BAD_PERCENT:
        return "bad", f"{about}{ledger.loss_percent:.1f} % of the samples are lost"
    if ledger.loss_percent >= LOSS_WARN_PERCENT:
        return "warn", f"{about}{ledger.loss_percent:.1f} % of the samples are lost"
    if intake.battery_percent is not None and intake.battery_percent < BATTERY_WARN_PERCENT:
        return "warn", f"battery at {intake.battery_percent} %"
    if not math.isnan(ledger.rate_hz) and abs(ledger.rate_hz / nominal - 1.0) > RATE_WARN:
        return "warn", f"runs at {ledger.rate_hz:.0f} Hz instead of {nominal:.0f} Hz"
    return "good", "streaming"
