"""Pre-processing profiles (metrics.md 0.1) and the evidence they make of a trial; no formulas."""

import math
from dataclasses import replace

import numpy as np

from ankletest.errors import ExamError
from ankletest.metrics.base import CopTrace, Evidence, HopSet, MotionTrace, Profile
from ankletest.metrics.contacts import hops_of
from ankletest.metrics.traces import cop_trace, motion_trace
from ankletest.samples import COP_X, FORCE, Kind, Site
from ankletest.signals.cop import COP_FLOOR_N
from ankletest.trial import Event, Happening, Stream, Trial

P_COP = Profile("P-COP", "CoP sway: 100 Hz, 10 Hz zero-phase, 95 % prediction ellipse (F)", 100.0, 10.0)
P_RAW = Profile(
    "P-RAW", "CoP sway: native samples, no filter, 95 % ellipse (chi-square), as some makers print it", math.nan, math.nan, "chi2"
)
P_ACC = Profile("P-ACC", "IMU sway: earth frame, 100 Hz, 10 Hz zero-phase", 100.0, 10.0)
P_FJUMP = Profile("P-FJUMP", "force events: native samples, no filter", math.nan, math.nan)
P_IMUEV = Profile("P-IMUEV", "IMU events: native samples, no filter", math.nan, math.nan)
PROFILES: tuple[Profile, ...] = (P_COP, P_RAW, P_ACC, P_FJUMP, P_IMUEV)
CHOICES: tuple[Profile, ...] = (P_COP, P_RAW)
"""What a person may choose between; the others follow from the device."""

FAILING = frozenset({Happening.TOUCH_DOWN, Happening.STANCE_HOP, Happening.OFF_PAD})
"""E-STEP: the analysed window ends at the first of these."""
ERRORS = FAILING | {Happening.SHIFT, Happening.LARGE_SWAY}
PAIN = "pain"
"""A mark that is not an error of balance; every other mark (touch-down, hands, eyes) is one (metrics.md ST-02)."""
STANCE, HOPS = "stance", "hops"
"""Families (``Trial.families``): held on one leg; made of contacts and flights."""
IMPOSSIBLE = 1e6
"""N, mm, m/s² or rad/s: a sample beyond is a damaged one; its square would still be a number, and so would what is made of it."""
SITES = (Site.LUMBAR, Site.SHANK, Site.FOOT)
"""The lumbar sensor is the reference site of IMU sway (metrics.md 3)."""


def prepare(trial: Trial, *, profile: str | None = None, window_s: tuple[float, float] | None = None) -> Evidence:
    """Make the evidence of a trial once for all its metrics.

    Parameters
    ----------
    trial
        A finished run.
    profile
        Id of a CoP profile; ``P-COP`` unless told otherwise.
    window_s
        Analyse this part instead of the trial's own; an end at the last sample takes that sample in.
    """
    chosen = _chosen(profile)
    trial = _possible(trial)
    window = trial.window_s if window_s is None else window_s
    errors = tuple(event for event in trial.events if is_error(event) and (window_s is None or window[0] <= event.t_s <= window[1]))
    if STANCE not in trial.families:
        hops = hops_of(trial, window_s=window) if HOPS in trial.families else None
        return Evidence(trial, chosen, window, errors, hops=hops)
    window, step = _stepped(window, errors, whole=chosen is P_RAW)
    return Evidence(trial, chosen, window, errors, cop=_cop(trial, chosen, window, step), motion=_motion(trial, window, step))


def _possible(trial: Trial) -> Trial:
    """Return the trial with samples that nothing on earth sends taken for missing, as infinite ones are."""
    odd = [not float(np.abs(stream.values).max(initial=0.0, where=np.isfinite(stream.values))) <= IMPOSSIBLE for stream in trial.streams]
    if not any(odd):
        return trial
    streams = (
        replace(stream, values=np.where(np.abs(stream.values) <= IMPOSSIBLE, stream.values, np.nan)) if wrong else stream
        for stream, wrong in zip(trial.streams, odd, strict=True)
    )
    return replace(trial, streams=tuple(streams))


def is_error(event: Event) -> bool:
    """Tell whether an event is an error of balance (metrics.md ST-02)."""
    return event.valid and (event.what in ERRORS or (event.what is Happening.MARK and event.note != PAIN))


def _chosen(profile: str | None) -> Profile:
    if profile is None:
        return P_COP
    for known in CHOICES:
        if known.id == profile:
            return known
    raise ExamError(f"There is no profile {profile!r}.", f"Choose one of {', '.join(known.id for known in CHOICES)}.")


def _stepped(window: tuple[float, float], errors: tuple[Event, ...], *, whole: bool) -> tuple[tuple[float, float], tuple[str, ...]]:
    """Return the window up to the first failing error, and what is to be said of it."""
    failing = [event for event in errors if event.what in FAILING and window[0] <= event.t_s < window[1]]
    if not failing:
        return window, ()
    first = min(failing, key=lambda event: event.t_s)
    if whole:  # a maker's number is over the whole record, so ours beside it must be too
        return window, (f"E-STEP: {first.what.value} at {first.t_s - window[0]:.2f} s lies within the window",)
    return (window[0], first.t_s), (f"E-STEP: {first.what.value} at {first.t_s - window[0]:.2f} s ends the window",)


def _reaching(stream: Stream, end_s: float) -> float:
    """Return the end of a half-open region that, asked to end at the last sample, takes it in."""
    if len(stream.t_s) < 2:
        return end_s
    half_s = 0.5 / stream.rate_hz if stream.rate_hz > 0.0 else 0.5 * float(stream.t_s[-1] - stream.t_s[-2])
    last = float(stream.t_s[-1])
    return last + half_s if last - 1e-9 <= end_s < last + half_s else end_s


def _cop(trial: Trial, profile: Profile, window: tuple[float, float], step: tuple[str, ...]) -> CopTrace | None:
    pads = [stream for stream in trial.streams if stream.kind is Kind.PAD and _has_cop(stream)]
    if not pads:
        return None
    named = ("profile P-RAW: native samples, mean removed, no filter; ellipse by the chi-square quantile",) if profile is P_RAW else ()
    end = _reaching(pads[0], window[1])
    return cop_trace(pads[0], start_s=window[0], end_s=end, profile=profile, body_weight_n=trial.body_weight_n, reasons=(*step, *named))


def _has_cop(stream: Stream) -> bool:
    """Tell whether a pad can tell a CoP: it did once, or was never loaded enough to."""
    return bool(np.isfinite(stream.values[:, COP_X]).any()) or not bool((stream.values[:, FORCE] >= COP_FLOOR_N).any())


def _motion(trial: Trial, window: tuple[float, float], step: tuple[str, ...]) -> MotionTrace | None:
    imus = [stream for site in SITES for stream in trial.streams if stream.kind is Kind.IMU and stream.site is site]
    worn = [stream for stream in imus if stream.side in {None, trial.setup.side}] or imus
    if not worn:
        return None
    return motion_trace(worn[0], start_s=window[0], end_s=_reaching(worn[0], window[1]), profile=P_ACC, reasons=step)


def event_profile(trial: Trial, hops: HopSet | None) -> Profile:
    """Return the profile of the events of a trial: by the device that saw the hops, else by whether there is a pad."""
    device = hops.device if hops is not None else ""
    kinds = {stream.kind for stream in trial.streams if not device or stream.device == device}
    return P_FJUMP if Kind.PAD in kinds or not kinds else P_IMUEV
