"""Every text of the widgets and the report, and how numbers are written; texts of the pages are in ``pages``."""

import math
from datetime import date, datetime

NOT_TEXT = ("SYMBOL", "HOPS_EXAM", "STANCE_EXAM")
"""Constants that are keys of the program: no language changes them."""

# ---- numbers ----
NO_VALUE = "–"
MINUS = "−"
DECIMAL = "."
DATE = "%Y-%m-%d"
MOMENT = "%Y-%m-%d %H:%M"
NOUNS_ARE_CAPITAL = ""
"""Not empty in a language that writes nouns with a capital letter inside a sentence too."""


def number(value: float | None, decimals: int) -> str:
    """Write a number as it is shown everywhere: rounded first, a real minus sign, never −0; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    text = f"{round(value, decimals) + 0.0:.{decimals}f}"
    return text.replace("-", MINUS).replace(".", DECIMAL)


def plain(value: float, digits: int = 6) -> str:
    """Write a number of any size in so many digits, without zeros at its end."""
    return f"{value:.{digits}g}".replace("-", MINUS).replace(".", DECIMAL)


def read(text: str) -> float | None:
    """Return a number as ``number`` writes it; None where there is none."""
    try:
        return float(text.replace(MINUS, "-").replace(DECIMAL, "."))
    except ValueError:
        return None


def written(on: date) -> str:
    """Write a day of the calendar."""
    return on.strftime(DATE)


def day(at: datetime) -> str:
    """Write a date as it is on the wall."""
    return at.astimezone().strftime(DATE)


def qt_date() -> str:
    """Return how Qt is to write a day of the calendar."""
    return DATE.replace("%Y", "yyyy").replace("%m", "MM").replace("%d", "dd")


def moment(at: datetime) -> str:
    """Write a date and a time as they are on the wall."""
    return at.astimezone().strftime(MOMENT)


def inside(noun: str) -> str:
    """Write a noun as it stands inside a sentence."""
    return noun if NOUNS_ARE_CAPITAL else noun.lower()


def with_unit(value: float | None, decimals: int, unit: str) -> str:
    """Write a number and its unit, for the ear and for paper."""
    return f"{number(value, decimals)} {unit}".strip() if value is not None and math.isfinite(value) else NO_NUMBER


def spread(value: float, decimals: int) -> str:
    """Write an uncertainty: at least one digit that is not zero, so a small one does not look like none."""
    if not value > 0 or not math.isfinite(value):
        return number(value, decimals)
    return number(value, max(decimals, -math.floor(math.log10(value))))


def place_of(side: str, site: str) -> str:
    """Write where a device is worn, for inside a sentence; ``side`` is empty where it has none."""
    return PLACE_OF.format(side=side.lower(), site=inside(site)) if side else inside(site)


def capital(text: str) -> str:
    """Begin with a capital letter, and leave the rest."""
    return text[:1].upper() + text[1:]


def percent(value: float | None) -> str:
    """Write a whole percentage."""
    return NO_VALUE if value is None or not math.isfinite(value) else f"{number(value, 0)} %"


def lsi(value: float | None, of: str | None) -> str:
    """Write an index with the letter of the leg that it is of."""
    return f"{percent(value)} {LETTER[of]}" if of is not None and value is not None and math.isfinite(value) else percent(value)


def apart(left: float, right: float, decimals: int, unit: str) -> str:
    """Write by how much the larger leg is larger, where an index would say nothing: ``R +2``; ``=`` where both are equal as shown."""
    size = number(abs(right - left), decimals)
    if size == number(0.0, decimals):
        return EQUAL
    return f"{LETTER['right' if right > left else 'left']} +{size} {unit}".rstrip()


# ---- left and right ----
EQUAL = "="
LEFT = "Left"
RIGHT = "Right"
LETTER = {"left": "L", "right": "R"}
SIDE = {"left": LEFT, "right": RIGHT}
SIDE_CHOICE = "Leg tested"

# ---- states ----
SYMBOL = {"good": "●", "warn": "▲", "bad": "■", "off": "○"}
STATE = {"good": "good", "warn": "attention", "bad": "not usable", "off": "off"}
SITE = {"pad": "Force pad", "foot": "foot", "shank": "shank", "lumbar": "pelvis"}
SENSOR_AT = "Sensor {place}"
PLACE_OF = "{side} {site}"
"""Which foot: in English the side stands first."""
LINK = {
    "searching": "searching",
    "connecting": "connecting",
    "streaming": "streaming",
    "lost": "lost",
    "stopped": "stopped",
}
HZ = "Hz"
LOST = "{percent} % lost"
TIMING_ESTIMATED = "timing: estimated"
ALIGNED = "aligned ±{error} ms"
ALIGNED_DOUBT = "aligned before the link was lost"
LOSS_SHOWN_PERCENT = 0.1
"""Less is a single sample now and then, and not worth a word."""

# ---- navigation ----
NAVIGATION = "Pages"
LOGO = "A"

# ---- numbers on screen ----
NO_NUMBER = "no value"

# ---- countdown ----
LEFT_OVER = "left"
TRIALS = "trial {done} of {total}"

# ---- stabilogram ----
STABILOGRAM = "Centre of pressure"
ANTERIOR = "Anterior"
POSTERIOR = "Posterior"
MEDIAL = "Medial"
LATERAL = "Lateral"
CM = "cm"
STABILOGRAM_EMPTY = "no centre of pressure yet"
STABILOGRAM_TELLS = "{side} leg, now {x} mm to the right and {y} mm forward, scale {half} cm"

# ---- traces ----
TRACES = "Signals"
NOW = "now"
SECONDS_AGO = "−{seconds} s"
TRACES_TELL = "{title} {value}"

# ---- hop timeline ----
TIMELINE = "Hop timeline"
FLIGHT = "Flight"
CONTACT = "Contact"
MS = "ms"
LEFT_OUT = "✕ {number}"
TIMELINE_EMPTY = "no hops yet"
HOP_TELLS = "hop {number}: contact {contact}, flight {flight}"
HOP_OUT = "hop {number} left out: {why}"
HOP_UNKNOWN = "not known"

# ---- symmetry ----
SYMMETRY = "Left right symmetry"
LSI = "LSI"
SYMMETRY_EMPTY = "compared once each leg has a trial"
SYMMETRY_TELLS = "{title}: left {left}, right {right}, LSI {lsi}, {verdict}"
APART_TELLS = "{title}: left {left}, right {right}, {verdict}"
VERDICT = {"real": "beyond error", "within": "within error", "unknown": "error unknown"}

# ---- scrub bar ----
SCRUB = "Position in the recording"
SCRUB_TELLS = "{position} of {duration}"
SCRUB_EVENT = "{position}  {text}"

# ---- distance view ----
SECONDS_LEFT = "Seconds left"


def clock(t_s: float) -> str:
    """Write a position as minutes and seconds with a tenth."""
    tenths = max(0, round(t_s * 10))
    minutes, rest = divmod(tenths, 600)
    return f"{minutes}:{rest // 10:02d}{DECIMAL}{rest % 10}"


# ---- report ----
PUBLISHED = "{title}, published: {norm} ({sources})."
ERROR_FROM = "{title}: minimal detectable change from {sources}."
REPORT = "Ankle test report"
HOPS_EXAM = "hops"
STANCE_EXAM = "stance"
STANCE_TITLE = "{name}, eyes {eyes}, {surface} surface, {seconds} s"
HOPS_TITLE = ("{name}, {hops} hop", "{name}, {hops} hops")
REPORT_EMPTY = "There are no trials in this visit."
FURTHER = "Further numbers: {title}"
REPORT_METHODS = "How it was measured"
REPORT_NOTE = "Note"
NOT_TESTED = "not tested"
OUTCOME = "{side}: {outcome}"
HELD = "held {seconds} s"
COLUMNS = ("Id", "Measure", "Left", "Right", "LSI", "Difference", "Remarks")
BOUND = {"real": "real, > {bound}", "within": "within {bound}", "unknown": "–"}
PLUS_MINUS = "{value} ± {u}"
REMARK = "{number}  {text}"
LSI_RULE = (
    "LSI: of the involved leg against the other, or of the worse leg against the better where nobody said which is involved; the letter "
    "names that leg, and below 100 % it does worse. "
    "Of faults, losses and the like, where 0 is normal, the difference stands in its place. A difference is real where it is larger than "
    "the published minimal detectable change; only real ones have a colour."
)
UNCERTAINTY = "± is the standard uncertainty (k = 1) where one can be claimed."
PROFILES = "Profiles {profiles}; versions {versions}."
FOOTER = "ankletest {version}  ·  not a medical device  ·  page {page} of {pages}"
REPORT_UNWRITABLE = "The report cannot be written to {path}: {why}."
REPORT_HINT = "Choose another folder, or close the file if it is open in another program."
REPORT_UNDRAWN = "The report could not be drawn."

# ---- the client's sheet ----
CLIENT_SHEET = "Your ankle today"
CLIENT_ONE_LEG = "Only the {side} leg was tested today."
CLIENT_NOT_COMPARED = "The legs could not be compared in this test."
CLIENT_WEAKER = "Your {side} leg does this less well than your {other} leg, by more than this test varies from day to day."
CLIENT_WEAKER_SINCE = {
    True: "Your {side} leg does this less well than your {other} leg, but better than on {when}; both by more than chance.",
    False: "Your {side} leg does this less well than your {other} leg, and less well than on {when}; both by more than chance.",
}
CLIENT_NUMBER = "{title}  ·  {exam}"
CLIENT_TARGET = "target {target}"
CLIENT_ALIKE = "Your legs are alike in this, as far as the test can tell."
CLIENT_UNSURE = (
    "Left and right stand side by side below; how much this test varies from day to day is not known, so no leg is called weaker."
)
CLIENT_CHANGE = {
    True: "{title} is better than on {when}, by more than chance.",
    False: "{title} is worse than on {when}, by more than chance.",
}
