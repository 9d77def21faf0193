"""What a physio wants to see behind the numbers: every trial with why it was used or not, and every device's quality; as report lines."""

import math
from collections.abc import Iterable, Sequence

from ankletest.analysis import alignment_words
from ankletest.exams.conditions import conditions_of
from ankletest.language import plural
from ankletest.metrics.certified import standing_words
from ankletest.samples import Side
from ankletest.trial import Outcome, Stream
from ui.asked import title_of
from ui.report.page import Column, Page
from ui.report.parts import Shown, usable, why_not
from ui.tongue import say
from ui.words import common as words
from ui.words import pages as words_pages
from ui.words import report as told

MS_PER_S = 1000.0


def draw_trials(page: Page, trials: Sequence[Shown]) -> None:
    """Write a table of all trials; of each exam, condition and leg the newest that can be used is the one that is."""
    if not trials:
        return
    page.heading(told.TRIALS)
    head = told.TRIAL_HEAD
    columns = (Column(head[0], 0.4), Column(head[1], 3.2), Column(head[2], 0.8), Column(head[3], 2.2), Column(head[4], 3.4))
    page.table(columns, [_row(one, trials) for one in trials])


def draw_devices(page: Page, streams: Iterable[Stream]) -> None:
    """Write a paragraph for each device: rate, losses, clock, alignment, certificates and their uncertainties; over all its trials."""
    page.heading(told.DEVICES, keep=40)
    by_device: dict[str, list[Stream]] = {}
    for stream in streams:
        by_device.setdefault(stream.device, []).append(stream)
    for mine in by_device.values():
        page.paragraph(device_told(*mine), px=10, tint="text")


def device_told(*streams: Stream) -> str:
    """Return what is to be known of a device's samples: of all trials handed in the losses together, and the worst of its times."""
    stream = streams[-1]
    count, clipped = sum(one.lost_samples for one in streams), sum(int(one.clipped.sum()) for one in streams)
    lost = told.LOST_NONE if not count else plural(told.LOST_SOME, count).format(count=count, by=say(stream.loss_by))
    slowest, fastest = (words.number(end(one.rate_hz for one in streams), 2) for end in (min, max))
    rate = slowest if slowest == fastest else told.RATES.format(slowest=slowest, fastest=fastest)
    parts = [
        told.DEVICE.format(
            device=stream.device, site=words.inside(words_pages.SITE_NAME[stream.site.value]), rate=rate,
            nominal=words.number(stream.nominal_hz, 0), timing=words_pages.TIMING.get(stream.timing, stream.timing),
            timing_ms=words.number(MS_PER_S * max(one.timing_u_s for one in streams), 1), lost=lost,
            skew=words.number(stream.skew_ppm, 1),
        )
    ]  # fmt: skip
    if clipped:
        parts.append(told.CLIPPED.format(count=clipped))
    # ``Aligned`` keeps what a refused alignment said, too.
    parts.append(told.ALIGNED.format(words=say(alignment_words(stream.aligned))) if stream.aligned is not None else told.NOT_ALIGNED)
    parts.append(told.STANDING.format(words=say(standing_words(stream))))
    known = [(key, value) for key, value in stream.standing.uncertainty if math.isfinite(value)]
    if known:
        parts.append(told.UNCERTAINTIES.format(told=", ".join(f"{key} {words.plain(value, 3)}" for key, value in known)))
    return " ".join(dict.fromkeys(part for part in parts if part))


def _row(one: Shown, trials: Sequence[Shown]) -> tuple[str, ...]:
    setup = one.trial.setup
    alike = [
        other for other in trials
        if conditions_of(other.trial.setup) == conditions_of(setup) and other.trial.setup.side is setup.side and usable(other, setup.side)
    ]  # fmt: skip
    used = bool(alike) and alike[-1] is one
    outcome = words_pages.OUTCOME.get(one.trial.outcome.value, one.trial.outcome.value)
    reasons = "; ".join(map(say, one.trial.reasons)) if one.trial.outcome is not Outcome.COMPLETED else ""
    told_once = reasons.casefold().startswith(outcome.casefold())  # "stopped: set stopped"
    ended = words.capital(reasons) if told_once else ", ".join(text for text in (outcome, reasons) if text)
    return (
        str(one.number), title_of(setup), _side(setup.side), ended,
        told.USED if used else told.NOT_USED.format(why=why_not(one)),
    )  # fmt: skip


def _side(side: Side) -> str:
    return f"{words.LETTER[side]}  {words.SIDE[side]}"
