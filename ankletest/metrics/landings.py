"""Landings of a trial as the samples after each contact, with the gates of metrics.md 0.2 and 6; no formulas, no detection."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ankletest.metrics.base import CopTrace, Evidence, Part, Profile
from ankletest.metrics.hold import episodes_of
from ankletest.metrics.pad_noise import trace_noise_mm
from ankletest.metrics.profiles import P_COP, P_FJUMP, P_IMUEV, is_error
from ankletest.metrics.traces import GAP_LONGEST_S, GAP_QUIET_S
from ankletest.samples import COP_X, COP_Y, FORCE, FloatArray, Kind, Site
from ankletest.signals.filters import fill, on_grid
from ankletest.signals.landing import offset_before_n
from ankletest.trial import Event, Happening, Stream

LANDING, DROP, STICK = "landing", "drop", "stick"
"""Families (``Trial.families``): any landing that is held; off a box; after a hop."""
P_FRATE = Profile("P-FRATE", "loading rates: native samples, 50 Hz zero-phase", math.nan, 50.0)
HELD_S = 3.0
"""HS-02: a landing is stuck when it is held for so long."""
LEAST_HZ, GOOD_HZ, PEAK_HZ = 80.0, 500.0, 200.0
"""P-FJUMP: no landing below the first, a caveat below the second, no peaks and no loading rates below the third."""
RATE_OFF = 0.02
LOST_SHARE = 0.02
TWICE = "the foot touched twice"
TWICE_S = 1.0
"""Metrics.md 6: a foot that is in the air again so soon touched twice, and the landing is none."""
AT_IMPACT_S = (0.05, 0.2)
"""Before and after the contact, s."""
GATE_N, GATE_SHARE = 50.0, 0.5
"""CoP counts only where F >= max(50 N, 0.5 BW) (metrics.md 0.1)."""


@dataclass(frozen=True, slots=True)
class Landing:
    """One landing on the driving device.

    Parameters
    ----------
    ic_s, end_s, u_s
        Contact; end of the analysed part, at the first error; standard uncertainty of the contact.
    t_s : (n,)
        Seconds since the contact, from the first sample at or after it; empty without a pad.
    force_n : (n,)
        Without the pad's offset.
    cop_mm : (n, 2)
    rate_hz, noise_n, cut_mm
        Of the pad.
    clipped
        Samples at the end of the range.
    errors
        Errors of balance until ``held_s`` (which is where the hold was over) after the contact.
    why
        Why it does not count; empty when it does.
    notes
        What goes with its numbers.
    """

    ic_s: float
    end_s: float
    u_s: float
    t_s: FloatArray
    force_n: FloatArray
    cop_mm: FloatArray
    rate_hz: float
    noise_n: float
    clipped: int
    held_s: float
    errors: tuple[Event, ...]
    why: str = ""
    notes: tuple[str, ...] = ()

    @property
    def stuck(self) -> bool:
        """Whether it was held without an error (HS-02)."""
        return not self.errors and self.held_s >= HELD_S - 0.5 / max(self.rate_hz, 1.0)

    @property
    def spoiled(self) -> bool:
        """Whether a device, and not the person, is why it does not count."""
        return bool(self.why) and not self.why.startswith(TWICE)

    @property
    def episodes(self) -> int:
        """Error episodes: errors less than 1 s apart are one (ST-02)."""
        return episodes_of(self.errors)


@dataclass(frozen=True, slots=True)
class LandingSet:
    """The landings of a trial; ``pad`` and ``worn`` are the streams that saw them."""

    landings: tuple[Landing, ...]
    weight_n: float
    pad: Stream | None
    worn: tuple[Stream, ...]
    notes: tuple[str, ...] = ()

    def at(self, site: Site) -> Stream | None:
        """Return the motion sensor of a site."""
        return next((stream for stream in self.worn if stream.site is site), None)


def landings_of(evidence: Evidence) -> LandingSet:
    """Return the landings of a trial: every contact of the device that drove it; once for all metrics (``Evidence.made``)."""
    trial = evidence.trial
    pad = next((s for s in trial.streams if s.kind is Kind.PAD), None)
    worn = tuple(s for s in trial.streams if s.kind is Kind.IMU and s.side in {None, trial.setup.side})
    start, end = evidence.window_s
    contacts = [e for e in trial.events if e.what is Happening.CONTACT and start <= e.t_s <= end]
    notes = _notes(pad)
    if "(E-REST)" in " ".join(trial.reasons):
        notes = (*notes, *(f"E-REST: {reason}" for reason in trial.reasons if "(E-REST)" in reason))
    ends = [*(after.t_s for _, after in pairwise(contacts)), *([end] if contacts else [])]
    found = tuple(_landing(evidence, contact, min(until, contact.end_s), pad) for contact, until in zip(contacts, ends, strict=True))
    return LandingSet(found, trial.body_weight_n, pad, worn, notes)


def cop_after(landing: Landing, from_s: float, to_s: float, found: LandingSet) -> CopTrace:
    """Return the CoP of ``[from_s, to_s]`` after a landing under ``P-COP`` (100 Hz, 10 Hz zero-phase), centred.

    Less than 10 s are asked for here, so E-SHORT of stances does not apply; the foot's first load below ``max(50 N, 0.5 BW)`` has none.
    """
    none = np.zeros(0)
    seen = float(landing.t_s[-1]) + 1.0 / landing.rate_hz if len(landing.t_s) and landing.rate_hz > 0.0 else 0.0
    held = min(landing.end_s - landing.ic_s, seen)
    if held < to_s - 1.0 / max(landing.rate_hz, 1.0):
        return CopTrace(
            none, none, none, math.nan, math.nan, (f"E-SHORT: {held:.1f} s after the landing, {to_s:g} s needed",), blocked=True
        )
    rows = (landing.t_s >= from_s) & (landing.t_s <= to_s)
    gate = max(GATE_N, GATE_SHARE * found.weight_n) if found.weight_n > 0.0 else GATE_N
    cop = np.where((landing.force_n[rows] >= gate)[:, None], landing.cop_mm[rows], np.nan)
    t = landing.t_s[rows]
    loaded = np.flatnonzero(np.isfinite(cop[:, 0]))
    first = int(loaded[0]) if len(loaded) else len(t)
    filled = fill(t[first:], cop[first:], near_hz=landing.rate_hz)
    if len(filled.t_s) < 10 or filled.longest_s > GAP_LONGEST_S or filled.lost_share > LOST_SHARE:
        why = f"E-GAP: no CoP for {1000.0 * filled.longest_s:.0f} ms after the landing, off the pad or in the air"
        return CopTrace(none, none, none, math.nan, math.nan, (why,), blocked=True)
    notes = (f"E-GAP: {1000.0 * filled.longest_s:.0f} ms without a CoP, closed",) if filled.longest_s > GAP_QUIET_S else ()
    at, values = on_grid(filled, rate_hz=P_COP.rate_hz, cut_hz=P_COP.cut_hz)
    x, y = np.ascontiguousarray(values[:, 0]), np.ascontiguousarray(values[:, 1])
    load = float(landing.force_n[rows][first:].mean())
    u_mm, louder = math.nan, tuple[str, ...]()
    if found.pad is not None:
        u_mm, louder = trace_noise_mm(found.pad, load_n=load, cut_hz=P_COP.cut_hz, native_hz=filled.rate_hz)
    return CopTrace(at, x - x.mean(), y - y.mean(), P_COP.rate_hz, u_mm, (*notes, *louder))


def _landing(evidence: Evidence, contact: Event, until_s: float, pad: Stream | None) -> Landing:
    trial = evidence.trial
    errors = tuple(e for e in trial.events if is_error(e) and contact.t_s <= e.t_s < until_s)
    end = min([until_s, *(e.t_s for e in errors)])
    none = np.zeros(0)
    if pad is None:
        why = "" if contact.valid else contact.note or "left out"
        return Landing(contact.t_s, end, contact.u_s, none, none, np.zeros((0, 2)), 0.0, math.nan, 0, until_s - contact.t_s, errors, why)
    cut = pad.between(contact.t_s, end + 0.5 / pad.rate_hz)
    offset = offset_before_n(pad.t_s, pad.values[:, FORCE], contact.t_s)
    force = cut.values[:, FORCE] - (offset if math.isfinite(offset) else 0.0)
    why = _why(contact, errors, pad, cut)
    return Landing(
        contact.t_s, end, contact.u_s, cut.t_s - contact.t_s, force, cut.values[:, COP_X : COP_Y + 1], pad.rate_hz, pad.noise_n,
        int(cut.clipped.sum()), until_s - contact.t_s, errors, why,
    )  # fmt: skip


def _why(contact: Event, errors: tuple[Event, ...], pad: Stream, cut: Stream) -> str:
    """Return the first gate that a landing fails, or nothing."""
    if not contact.valid:
        return contact.note or "left out"
    if not pad.rate_hz >= LEAST_HZ * (1.0 - RATE_OFF):
        return f"E-RATE: {pad.rate_hz:.0f} Hz, {LEAST_HZ:.0f} Hz needed"
    again = [e for e in errors if e.what is Happening.STANCE_HOP and e.t_s - contact.t_s < TWICE_S]
    if again:
        return f"{TWICE}: in the air again {again[0].t_s - contact.t_s:.2f} s after the contact"
    if len(cut.t_s) < 3 or not bool(np.isfinite(cut.values[:, FORCE]).all()):
        return "E-GAP: samples without a force after the landing"
    if not float(cut.values[:, FORCE].max()) > float(cut.values[:, FORCE].min()):
        return "E-SAT: the force never changes after the landing, so a channel is dead"
    # At the contact and the impact a hole of 20 ms hides what is asked for; later one of 100 ms does.
    early = pad.between(contact.t_s - AT_IMPACT_S[0], contact.t_s + AT_IMPACT_S[1])
    for at, limit in ((early.t_s, GAP_QUIET_S), (cut.t_s, GAP_LONGEST_S)):
        gap = float(np.diff(at).max()) - 1.0 / pad.rate_hz if len(at) > 1 else math.inf
        if gap > limit + 1e-9:
            return f"E-GAP: {1000.0 * gap:.0f} ms missing {'at' if at is early.t_s else 'after'} the landing"
    return ""


def _notes(pad: Stream | None) -> tuple[str, ...]:
    if pad is None:
        return ()
    notes: tuple[str, ...] = ()
    if pad.rate_hz < GOOD_HZ * (1.0 - RATE_OFF):
        notes = (f"E-RATE: {pad.rate_hz:.0f} Hz, {GOOD_HZ:.0f} Hz recommended for landings",)
    if pad.nominal_hz > 0.0 and abs(pad.rate_hz / pad.nominal_hz - 1.0) > RATE_OFF:
        notes = (*notes, f"E-RATE: {pad.rate_hz:.1f} Hz measured, {pad.nominal_hz:.0f} Hz announced")
    if pad.timing == "estimated":
        notes = (*notes, "timing: estimated from the arrival of notifications")
    return notes


# ---- parts ------------------------------------------------------------------------------------------------------------------------


def event_part(evidence: Evidence) -> str:
    """Return the profile of the device that saw the landings."""
    return (P_FJUMP if evidence.made(landings_of).pad is not None else P_IMUEV).id


def padded(evidence: Evidence) -> bool:
    """Tell whether a pad saw the landings."""
    return evidence.made(landings_of).pad is not None


def worn_at(*sites: Site) -> Callable[[Evidence], bool]:
    """Return a rule that tells whether there are motion sensors at all of these sites."""

    def has(evidence: Evidence) -> bool:
        found = evidence.made(landings_of)
        return all(found.at(site) is not None for site in sites)

    return has


def _imu(_evidence: Evidence) -> str:
    return P_IMUEV.id


ANY = Part(LANDING, lambda _: True, event_part)
"""Any landing."""
FORCED = Part(LANDING, padded, lambda _: P_FJUMP.id)
"""A landing on a pad."""
RATED = Part(LANDING, padded, lambda _: P_FRATE.id)
COPPED = Part(LANDING, padded, lambda _: P_COP.id)
FOOT = Part(LANDING, worn_at(Site.FOOT), _imu)
SHANK = Part(LANDING, worn_at(Site.SHANK), _imu)
SHANK_LUMBAR = Part(LANDING, worn_at(Site.SHANK, Site.LUMBAR), _imu)
DROPPED = Part(DROP, padded, lambda _: P_FJUMP.id)
"""Off a box onto a pad."""
