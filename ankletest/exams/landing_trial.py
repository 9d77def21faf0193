"""The trial of landings: contacts and errors found again in the finally stamped samples, body weight, outcome; no phases are moved here."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ankletest.exams.base import Member
from ankletest.exams.landing_errors import force_errors, worn_errors
from ankletest.exams.stance import span_of
from ankletest.exams.walker import Course
from ankletest.metrics.profiles import is_error
from ankletest.samples import FORCE, G, Kind
from ankletest.signals.contact import contacts_of
from ankletest.signals.landing import imu_landings_s, offset_before_n
from ankletest.signals.rest import still_force
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

NEAR_S = (0.15, 0.15)
"""A contact so near before or after the live one is that one, s."""
SETTLE_S = 5.0
"""A sensor on the trunk needs samples so long before a landing to know where up is."""
HARD = 1.3
HARD_S = 0.2
"""A contact that begins with so many body weights within so long is a landing; stepping on is softer."""
UNKNOWN_N = 700.0
"""Body weight to look for a landing with where nobody could be weighed, N."""
STILL_AFTER_S, STILL_LEAST_S = 2.0, 1.0
"""From so long after the landing on, and for so long, a hold is weighed, s."""
QUIET_SHARE, LEAST_N = 0.03, 100.0
"""Force of a hold that is quiet: SD over mean; somebody is there."""
WEIGHT_OFF = 0.03
"""Body weight before the landing and in the hold may differ by so much: breath and the pad's own repeatability are below 1 %."""


@dataclass(frozen=True, slots=True)
class LandingRules:
    """How landings are counted: how many, and how long each is held; ``late_s`` is how long the samples go on after a hold."""

    landings: int = 1
    hold_s: float = 5.0
    late_s: float = 0.5


@dataclass(frozen=True, slots=True)
class _Hold:
    """From a landing to the end of its hold, on the driving device."""

    contact: Event
    offset_n: float


def landing_trial(course: Course, streams: Sequence[Stream], *, rules: LandingRules, weighed_n: float) -> Trial:
    """Return the trial of a run.

    Parameters
    ----------
    course
        What the run was.
    streams
        Finally stamped.
    rules
        Of the exam.
    weighed_n
        Body weight as the pad showed it before, with its offset; NaN when nobody was weighed.
    """
    driver = next((s for s in streams if s.device == course.driver.device), None)
    spans = _spans(course, rules)
    holds = [_found(driver, start, end) for start, end in spans] if driver is not None else []
    weight, notes = _weight(course.setup, driver, holds, weighed_n)
    return _assembled(course, streams, holds, weight, notes)


def whole_trial(setup: Setup, streams: Sequence[Stream], *, rules: LandingRules) -> Trial:
    """Return the trial of a whole record: every contact that begins as a landing, held until it ends or for ``rules.hold_s``."""
    start, end = span_of(streams)
    pad = next((s for s in streams if s.kind is Kind.PAD), None)
    driver = pad or next(s for s in streams if len(s.t_s))
    still = still_force(pad.t_s, pad.values[:, FORCE], above_n=100.0) if pad is not None else None
    rough = still.mean_n if still is not None else (setup.mass_kg or math.nan) * G
    found = _all(driver, rough, rules)
    weight, notes = _weight(setup, driver, found, math.nan)
    if not found:
        notes = ("no landing in this record: nobody came down with more than 1.3 body weights",)
    member = Member(driver.device, driver.kind, driver.site, driver.side, driver.nominal_hz)
    outcome = Outcome.COMPLETED if found else Outcome.INVALID
    course = Course(setup, (member,), start, end, outcome, ("the whole record is taken: no phases were looked for",), (), (), ())
    return _assembled(course, streams, found, weight, notes)


def _spans(course: Course, rules: LandingRules) -> list[tuple[float, float]]:
    """Return when each hold began and ended, live."""
    times = [change.t_s for change in course.phases] + [course.end_s]
    return [
        (change.t_s, min(times[k + 1], change.t_s + rules.hold_s + rules.late_s))
        for k, change in enumerate(course.phases)
        if change.phase.name == "hold"
    ]


def _found(stream: Stream, start_s: float, end_s: float) -> _Hold:
    """Return the landing near ``start_s``, with its edge among the final samples."""
    if stream.kind is Kind.IMU:
        near = stream.between(start_s - SETTLE_S, start_s + 0.2)
        seen = imu_landings_s(near.t_s, near.values, site=stream.site, since_s=start_s - 1.0)
        ic = min(seen, key=lambda at: abs(at - start_s), default=math.nan)
        good = abs(ic - start_s) <= max(NEAR_S)
        contact = Event(Happening.CONTACT, ic if good else start_s, end_s, device=stream.device, valid=good)
        return _Hold(contact if good else replace(contact, note="samples missing at the landing"), 0.0)
    force = stream.values[:, FORCE]
    offset = offset_before_n(stream.t_s, force, start_s)
    near = stream.between(start_s - 3.0, end_s)
    for event in contacts_of(
        near.t_s, near.values[:, FORCE], rate_hz=stream.rate_hz, averaging=stream.averaging, noise_n=stream.noise_n, device=stream.device
    ):
        if event.what is Happening.CONTACT and -NEAR_S[0] <= event.t_s - start_s <= NEAR_S[1]:
            return _Hold(replace(event, end_s=end_s), offset)
    spoilt = Event(Happening.CONTACT, start_s, end_s, device=stream.device, valid=False, note="samples missing at the landing")
    return _Hold(spoilt, offset)


def _all(stream: Stream, weight_n: float, rules: LandingRules) -> list[_Hold]:
    """Return the landings of a whole record."""
    last = float(stream.t_s[-1])
    if stream.kind is Kind.IMU:
        seen = imu_landings_s(stream.t_s, stream.values, site=stream.site)
        # What knocks while somebody holds is no landing of its own.
        apart = [at for k, at in enumerate(seen) if k == 0 or at - seen[k - 1] > rules.hold_s]
        return [_found(stream, at, min(last, at + rules.hold_s + rules.late_s)) for at in apart]
    force = stream.values[:, FORCE]
    found: list[_Hold] = []
    for event in contacts_of(
        stream.t_s, force, rate_hz=stream.rate_hz, averaging=stream.averaging, noise_n=stream.noise_n, device=stream.device
    ):
        first, until = stream.t_s.searchsorted((event.t_s, event.t_s + HARD_S))
        begun = event.what is Happening.CONTACT and event.t_s > float(stream.t_s[0])
        if begun and until > first and float(np.nanmax(force[first:until])) >= HARD * (weight_n if weight_n > 0.0 else UNKNOWN_N):
            end = min(event.end_s if math.isfinite(event.end_s) else last, event.t_s + rules.hold_s + rules.late_s)
            found.append(_Hold(replace(event, end_s=end), offset_before_n(stream.t_s, force, event.t_s)))
    return found


def _weight(setup: Setup, stream: Stream | None, holds: Sequence[_Hold], weighed_n: float) -> tuple[float, tuple[str, ...]]:
    """Return the body weight without the pad's offset, and what is to be said of it: weighed, from the hold, from the known mass."""
    known = setup.mass_kg * G if setup.mass_kg else math.nan
    if stream is None or stream.kind is not Kind.PAD:
        return known, ()
    if not holds:
        return weighed_n if math.isfinite(weighed_n) else known, ()
    offsets = [hold.offset_n for hold in holds if math.isfinite(hold.offset_n)]
    offset = float(np.median(offsets)) if offsets else 0.0
    notes: tuple[str, ...] = (
        () if offsets or not holds else ("the pad was not empty and quiet before the landing, so it is not tared (E-REST)",)
    )
    stills = [_still_n(stream, hold) for hold in holds]
    held = [weight for weight in stills if math.isfinite(weight)]
    in_hold = float(np.median(held)) if held else math.nan
    if math.isfinite(weighed_n):
        before = weighed_n - offset
        if abs(in_hold / before - 1.0) > WEIGHT_OFF:
            notes = (*notes, f"the hold bears {100.0 * in_hold / before:.0f} % of the weight before the landing")
        return before, notes
    if math.isfinite(in_hold):
        return in_hold, (*notes, "body weight from the quiet part of the hold")
    if math.isfinite(known):
        return known, (*notes, "body weight from the known mass")
    return math.nan, (*notes, "no still second to weigh the client (E-REST)")


def _still_n(stream: Stream, hold: _Hold) -> float:
    """Return the mean force of a hold from 2 s after its landing on, without offset; NaN where it is short or not quiet.

    A body that is at rest on average has no net impulse, so the longer the mean the better: 0.02 m/s over 3 s are 0.07 % of weight.
    """
    cut = stream.between(hold.contact.t_s + STILL_AFTER_S, hold.contact.end_s)
    force = cut.values[:, FORCE]
    if len(force) < 10 or cut.t_s[-1] - cut.t_s[0] < STILL_LEAST_S or not bool(np.isfinite(force).all()):
        return math.nan
    mean = float(force.mean())
    quiet = mean > LEAST_N and float(force.std()) <= QUIET_SHARE * mean
    return mean - (hold.offset_n if math.isfinite(hold.offset_n) else 0.0) if quiet else math.nan


def _assembled(course: Course, streams: Sequence[Stream], holds: Sequence[_Hold], weight_n: float, notes: tuple[str, ...]) -> Trial:
    """Return the trial of landings that are known."""
    events: list[Event] = []
    reasons: list[str] = []
    held = 0
    for number, hold in enumerate(holds, start=1):
        errors = _errors(course, streams, hold, weight_n)
        marks = [e for e in course.marks if is_error(e) and hold.contact.t_s <= e.t_s < hold.contact.end_s]
        events += [hold.contact, *errors]
        if errors or marks:
            first = min([*errors, *marks], key=lambda e: e.t_s)
            which = f"landing {number}: " if len(holds) > 1 else ""
            reasons.append(f"{which}{first.note or first.what.value} {first.t_s - hold.contact.t_s:.1f} s after the landing")
        else:
            held += 1
    outcome = course.outcome
    if outcome in {Outcome.COMPLETED, Outcome.NOT_HELD} and holds:
        # What is seen in the final samples, and what the operator marked, decides.
        outcome = Outcome.COMPLETED if held else Outcome.NOT_HELD
    first_s = holds[0].contact.t_s if holds else course.end_s
    last_s = holds[-1].contact.end_s if holds else course.end_s
    trial = course.trial(streams, window_s=(first_s, last_s), events=events, body_weight_n=weight_n, outcome=outcome, reasons=reasons)
    return replace(trial, reasons=(*trial.reasons, *notes))


def _errors(course: Course, streams: Sequence[Stream], hold: _Hold, weight_n: float) -> list[Event]:
    """Return the errors of one hold, of all devices; those of motion sensors only where they are certain by its end."""
    start, end = hold.contact.t_s, hold.contact.end_s
    found: list[Event] = []
    for stream in streams:
        cut = stream.between(start - 0.01, end)
        if stream.kind is Kind.PAD:
            offset = hold.offset_n if math.isfinite(hold.offset_n) else 0.0
            tared = cut.values - np.array([offset, 0.0, 0.0])
            found += force_errors(cut.t_s, tared, ic_s=start, weight_n=weight_n, side=course.setup.side, device=stream.device, over=True)
        else:
            member = Member(stream.device, stream.kind, stream.site, stream.side, stream.nominal_hz)
            found += worn_errors(cut.t_s, cut.values, ic_s=start, member=member, side=course.setup.side)
    return [error if math.isfinite(error.end_s) else replace(error, end_s=max(end, error.t_s)) for error in found if error.t_s < end]
