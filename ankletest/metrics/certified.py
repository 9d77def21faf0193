"""What a device's certificates mean for a number made of its samples: E-CAL where they lapsed, and the error of its scale; no formulas.

Every absolute value of a device whose calibration expired or failed is marked (metrics.md 0.3). Shares of its own readings are not, nor is
left against right on the same device: an error of scale cancels.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from ankletest.metrics.base import Evidence, Measured, Metric
from ankletest.samples import Kind
from ankletest.trial import Stream, Trial

RELATIVE = frozenset({"", "%", "%/hop"})
"""Units of counts and of shares of a device's own readings."""
IMU_PROFILES = frozenset({"P-ACC", "P-IMUEV", "P-ANG"})
"""Profiles of numbers that a motion sensor's samples make; all others are of a pad, where there is one."""
FORCE_UNITS = frozenset({"N", "N/m", "kN/m", "N·s", "N/s", "N·m", "W"})
"""What grows with the scale of force."""
BY_MASS = frozenset({"N/kg", "kN/m/kg", "W/kg"})
"""The same over body mass: where that was weighed on the same pad the scale cancels."""
COP_POWER = {"mm": 1.0, "mm/s": 1.0, "mm²": 2.0, "mm²/s": 2.0, "1/mm": 1.0}
"""By which power of the CoP's scale a sway metric grows."""


def certified(metric: Metric, measured: Measured, evidence: Evidence) -> Measured:
    """Return a metric's value with what the certificates of its devices say of it.

    Where the metric claims no uncertainty of its own, that of the scale alone is told: the true one is no less.
    """
    if not math.isfinite(measured.value):
        return measured
    streams = _streams_of(metric, evidence)
    lapsed = () if metric.unit in RELATIVE else tuple(dict.fromkeys(sentence for s in streams for sentence in s.standing.lapsed))
    share = _share(metric.unit, streams, weighed=evidence.trial.setup.mass_kg is None)
    u = measured.u
    if share > 0.0:
        own = 0.0 if math.isnan(u) else u
        u = math.hypot(own, share * abs(measured.value))
    if not lapsed and u is measured.u:
        return measured
    return replace(measured, u=u, reasons=(*measured.reasons, *lapsed), warn=measured.warn or bool(lapsed))


def lapsed_apart(left: Trial, right: Trial) -> tuple[str, ...]:
    """Return what lapsed of devices that only one of two trials used: left against right does not cancel their errors."""
    devices = [{s.device for s in trial.streams} for trial in (left, right)]
    alone = devices[0] ^ devices[1]
    told = (
        f"{s.device}: {sentence}" for trial in (left, right) for s in trial.streams if s.device in alone for sentence in s.standing.lapsed
    )
    return tuple(dict.fromkeys(told))


def standing_words(stream: Stream) -> str:
    """Return a line on what is known of a device's scale."""
    standing = stream.standing
    if standing.lapsed:
        return f"{stream.device}: {'; '.join(standing.lapsed)}"
    if not standing.certificates:
        return f"{stream.device}: no certificate; ± is without the error of its scale"
    return f"{stream.device}: certified by {', '.join(standing.certificates)}"


def _streams_of(metric: Metric, evidence: Evidence) -> Sequence[Stream]:
    """Return the streams that a metric may be made of; all where no device of its kind took part."""
    kind = Kind.IMU if metric.part.profile(evidence) in IMU_PROFILES else Kind.PAD
    streams = evidence.trial.streams
    return [s for s in streams if s.kind is kind] or streams


def _share(unit: str, streams: Sequence[Stream], *, weighed: bool) -> float:
    """Return the relative standard uncertainty that the pad's scale gives a value of this unit; 0 where unknown or of no account."""
    pad = next((s for s in streams if s.kind is Kind.PAD), None)
    if pad is None:
        return 0.0
    if unit in FORCE_UNITS or (unit in BY_MASS and not weighed):
        share = pad.standing.u("u_force_share")
    elif unit in COP_POWER:
        share = COP_POWER[unit] * pad.standing.u("u_cop_share")
    else:
        share = 0.0
    return 0.0 if math.isnan(share) else share
