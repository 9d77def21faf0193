"""Drop jump: one contact after a fall from a box and the flight after it; ids and formulas are those of hops (metrics.md 4, 6)."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ankletest.metrics import hop as h
from ankletest.metrics.base import Better, Evidence, Measured, Metric, Part
from ankletest.metrics.contacts import CONTACT_S, FLIGHT_S
from ankletest.metrics.hop import Times
from ankletest.metrics.jump_evidence import OFFSET_N
from ankletest.metrics.profiles import P_FJUMP, P_IMUEV
from ankletest.metrics.traces import caveat
from ankletest.samples import FORCE, FloatArray, G, Kind, Site
from ankletest.signals.rest import still_force
from ankletest.trial import Event, Happening, Stream

DROP_JUMPS = "drop jumps"
"""The family (``Trial.families``)."""
BOX = "box_height_m"
"""Key of the entered height of the box."""
BOX_OFF_M = 0.03
"""DL-14: a fall further than this from the box's height was a jump down, or a step with a bent knee."""
GOOD_HZ = {Kind.PAD: 200.0, Kind.IMU: 100.0}
RATE_SLACK = 0.98
FARTHEST_S = 0.005
"""A contact ends where its flight begins; a detector may state the two a few milliseconds apart."""


@dataclass(frozen=True, slots=True)
class DropJump:
    """The contact and the flight that count, and why they do not; ``fall_m`` is the height of the fall by impulse, NaN without a pad."""

    stream: Stream | None
    contact_s: float = math.nan
    flight_s: float = math.nan
    edge_u_s: float = math.nan
    peak_n: float = math.nan
    weight_n: float = math.nan
    mass_kg: float = math.nan
    fall_m: float = math.nan
    box_m: float = math.nan
    censored: bool = False
    refused: str = ""
    reasons: tuple[str, ...] = ()


def fall_height_m(t_s: FloatArray, force_n: FloatArray, *, contact_s: float, flight_s: float, weight_n: float) -> float:
    """Return the height somebody fell from, ``v_IC²/2g``, from the impulse of the contact (DL-14; Baca 1999).

    ``∫F dt − BW CT = m (v_IC + v_TO)`` with ``v_TO = g FT/2``. Negative where the impulse is too small for any fall.

    Parameters
    ----------
    t_s, force_n : (n,)
        The contact with an unloaded sample or two on either side.
    contact_s, flight_s
        CT, and FT after it.
    weight_n
    """
    impulse = float((0.5 * (force_n[1:] + force_n[:-1]) * np.diff(t_s)).sum())
    down = (impulse / weight_n - contact_s - 0.5 * flight_s) * G
    return down * abs(down) / (2.0 * G)


def drop_jump_of(evidence: Evidence) -> DropJump:
    """Return the drop jump of a trial; use it with ``Evidence.made``."""
    trial, (start_s, end_s) = evidence.trial, evidence.window_s
    pads = [s for s in trial.streams if s.kind is Kind.PAD and bool(np.isfinite(s.values[:, FORCE]).any())]
    feet = [s for s in trial.streams if s.site is Site.FOOT and s.side in {None, trial.setup.side}]
    stream = next(iter((*pads, *feet)), None)
    if stream is None:
        return DropJump(None, refused="no force pad or foot sensor")
    mine = [e for e in trial.events if e.device == stream.device and start_s <= e.t_s <= end_s]
    flights = [e for e in mine if e.what is Happening.FLIGHT]
    contacts = [e for e in mine if e.what is Happening.CONTACT and math.isfinite(e.end_s)]
    pairs = [(c, f) for c in contacts for f in flights if abs(c.end_s - f.t_s) <= FARTHEST_S and math.isfinite(f.end_s)]
    # Standing on the pad and jumping from there is none, and neither is the last landing.
    pairs = [(c, f) for c, f in pairs if c.end_s - c.t_s <= CONTACT_S[1] or len(pairs) == 1]
    if not pairs:
        return DropJump(stream, refused="no contact that was followed by a flight and a landing")
    contact, flight = pairs[0]
    found = DropJump(
        stream, contact.end_s - contact.t_s, flight.end_s - flight.t_s, max(contact.u_s, flight.u_s), contact.value,
        trial.body_weight_n, trial.setup.mass_kg or trial.body_weight_n / G, box_m=trial.setup.given.get(BOX, math.nan),
        refused=_gate(contact, flight), reasons=_remarks(stream),
    )  # fmt: skip
    return _with_fall(found, stream, contact) if stream.kind is Kind.PAD else found


def _gate(contact: Event, flight: Event) -> str:
    for name, event, (least, most) in (("contact", contact, CONTACT_S), ("flight", flight, FLIGHT_S)):
        length = event.end_s - event.t_s
        if not event.valid:
            return event.note or f"the {name} is left out"
        if not least <= length <= most:
            return f"{name} time {length:.3f} s is not within {least:.2f}-{most:.2f} s"
    return ""


def _remarks(stream: Stream) -> tuple[str, ...]:
    good = GOOD_HZ[stream.kind]
    low = (f"E-RATE: {stream.rate_hz:.0f} Hz, {good:.0f} Hz recommended",) if stream.rate_hz < good * RATE_SLACK else ()
    estimated = ("timing: estimated from the arrival of notifications",) if stream.timing == "estimated" else ()
    return (*low, *estimated)


def _with_fall(found: DropJump, stream: Stream, contact: Event) -> DropJump:
    margin = 2.0 / stream.rate_hz
    cut = stream.between(contact.t_s - margin, contact.end_s + margin)
    force = cut.values[:, FORCE]
    good = np.isfinite(force)
    t, force = cut.t_s[good], force[good]
    flight = stream.between(contact.end_s + 0.25 * found.flight_s, contact.end_s + 0.75 * found.flight_s).values[:, FORCE]
    offset = float(np.nanmedian(flight)) if len(flight) and bool(np.isfinite(flight).any()) else 0.0
    offset = offset if abs(offset) <= OFFSET_N else 0.0
    force = force - offset
    after = stream.between(contact.end_s + found.flight_s, math.inf)
    still = still_force(after.t_s, after.values[:, FORCE], above_n=100.0)
    if still is not None:  # weighed on this pad, so its offset is in the weight too
        found = replace(found, weight_n=still.mean_n - offset)
    censored = bool(cut.clipped.any())
    gap = float(np.diff(t).max(initial=0.0)) > 0.020 + 0.5 / stream.rate_hz
    if censored or gap or not found.weight_n > 0.0 or len(t) < 5:
        return replace(found, censored=censored)
    return replace(found, fall_m=fall_height_m(t, force, contact_s=found.contact_s, flight_s=found.flight_s, weight_n=found.weight_n))


def _times(formula: Callable[[Times, Times], Times]) -> Callable[[Evidence], Measured]:
    def of(evidence: Evidence) -> Measured:
        jump = evidence.made(drop_jump_of)
        return _told(jump, formula)

    return of


def _told(jump: DropJump, formula: Callable[[Times, Times], Times], why: str = "") -> Measured:
    refused = jump.refused or why
    if refused:
        return Measured(math.nan, reasons=(refused, *jump.reasons), n_rejected=int(math.isfinite(jump.contact_s)))
    ct, ft, edge = (np.array([value]) for value in (jump.contact_s, jump.flight_s, jump.edge_u_s))
    u = float(h.edges_u(formula, ct, ft, edge)[0])
    return Measured(float(formula(ct, ft)[0]), u, jump.reasons, caveat(jump.reasons), 1)


def _contact(ct: Times, _ft: Times) -> Times:
    return ct


def _flight(_ct: Times, ft: Times) -> Times:
    return ft


def _height(_ct: Times, ft: Times) -> Times:
    return h.height_m(ft)


def _ratio(ct: Times, ft: Times) -> Times:
    return np.asarray(ft / ct, dtype=np.float64)


def _stiffness(evidence: Evidence) -> Measured:
    jump = evidence.made(drop_jump_of)
    why = "" if jump.mass_kg > 0.0 else "E-REST: no body mass, neither told nor weighed"
    return _told(jump, lambda ct, ft: np.asarray(1e-3 * h.stiffness_n_m(ct, ft, jump.mass_kg), dtype=np.float64), why)


def _peak(evidence: Evidence) -> Measured:
    jump = evidence.made(drop_jump_of)
    why = jump.refused or ("" if jump.weight_n > 0.0 else "E-REST: no body weight")
    if why or not math.isfinite(jump.peak_n):
        return Measured(math.nan, reasons=(why or "no force pad saw the contact", *jump.reasons))
    reasons = (*(("E-SAT: ≥ the value, the contact reaches the end of the pad's range",) if jump.censored else ()), *jump.reasons)
    noise = jump.stream.noise_n if jump.stream is not None else math.nan
    return Measured(jump.peak_n / jump.weight_n, noise / jump.weight_n, reasons, caveat(reasons), 1)


def _fall(evidence: Evidence) -> Measured:
    jump = evidence.made(drop_jump_of)
    if jump.refused or not math.isfinite(jump.fall_m):
        return Measured(
            math.nan, reasons=(jump.refused or "the contact has no impulse: no weight, a gap, or a saturated sample", *jump.reasons)
        )
    off = math.isfinite(jump.box_m) and abs(jump.fall_m - jump.box_m) > BOX_OFF_M
    said = (f"DL-14: the fall was {jump.fall_m:.2f} m, the box is {jump.box_m:.2f} m",) if off else ()
    v = math.sqrt(2.0 * G * abs(jump.fall_m))
    u = v * 0.5 * math.sqrt(2.0) * jump.edge_u_s  # v_TO = g FT/2: two edges
    return Measured(jump.fall_m, u, (*said, *jump.reasons), off or caveat(jump.reasons), 1)


ANY = Part(
    DROP_JUMPS,
    lambda e: e.made(drop_jump_of).stream is not None,
    lambda e: P_FJUMP.id if (s := e.made(drop_jump_of).stream) is not None and s.kind is Kind.PAD else P_IMUEV.id,
)
FORCED = Part(
    DROP_JUMPS, lambda e: (s := e.made(drop_jump_of).stream) is not None and s.kind is Kind.PAD, lambda _: P_FJUMP.id
)  # fmt: skip
YOUNG = "Young 1995, Strength Cond 17(5):48"
BOSCO = "Bosco et al. 1983, Eur J Appl Physiol 50:273"
METRICS: tuple[Metric, ...] = (
    Metric(
        "HP-04", "drop_rsi", "reactive strength index, drop jump", "RSI", "m/s", Better.HIGH, 3, 2, YOUNG, ANY, _times(h.rsi_m_s),
        clinical=True,
    ),
    Metric("HP-01", "drop_contact", "contact time, drop jump", "CT", "s", Better.LOW, 3, 2, YOUNG, ANY, _times(_contact), clinical=True),
    Metric("HP-03", "drop_height", "jump height, drop jump", "h_FT", "m", Better.HIGH, 3, 2, BOSCO, ANY, _times(_height), clinical=True),
    Metric("HP-02", "drop_flight", "flight time, drop jump", "FT", "s", Better.HIGH, 3, 2, BOSCO, ANY, _times(_flight)),
    Metric("HP-05", "drop_ratio", "flight : contact time, drop jump", "FT:CT", "", Better.HIGH, 2, 2, YOUNG, ANY, _times(_ratio)),
    Metric(
        "HP-07", "drop_stiffness", "leg stiffness, drop jump", "k_D", "kN/m", Better.NONE, 1, 2,
        "Dalleau et al. 2004, Int J Sports Med 25:170", ANY, _stiffness,
    ),
    Metric("HP-13", "drop_peak", "peak force, drop jump", "F_pk", "BW", Better.NONE, 2, 2, YOUNG, FORCED, _peak),
    Metric(
        "DL-14", "drop_fall", "height of the fall, drop jump", "h_eff", "m", Better.NONE, 2, 2, "Baca 1999, Med Sci Sports Exerc 31(3):437",
        FORCED, _fall,
    ),
)  # fmt: skip
