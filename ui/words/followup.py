"""Every text of the Follow-up page: trends, targets, the ladder, the due list, the question of the day after, recompute."""

from types import MappingProxyType

NOT_TEXT = ("UP", "DOWN")
"""Constants that no language changes."""

FOLLOW_UP = "Follow-up"
PAGE = "Follow-up"
NO_STORE = "The store is not open. Unlock it on the Clients page (Ctrl+5)."
OF_CLIENT = ("{code}  ·  {visits} visit, on {since}", "{code}  ·  {visits} visits since {since}")
OF_NEW_CLIENT = "{code}  ·  no visit yet"

# ---- history ----
HISTORY = "History"
HISTORY_EMPTY = "Nothing to follow yet. Trials that count appear here as soon as they are stored."
CHOOSE_METRIC = "Number of {exam}"
EVERYTHING = "All numbers"
EVERYTHING_HINT = "The numbers of the research tier too"
TREND = "{title} over time"
TREND_EMPTY = "no value yet"
BASELINE = MappingProxyType({"left": "L baseline", "right": "R baseline", "": "baseline"})
TARGET_LINE = MappingProxyType({"left": "L target", "right": "R target", "": "target"})
LEGEND = "Bars are ± 2 u (95 %), dashes the baseline, dots the target. Hollow: with a caveat. Arrows and Enter go to a visit's results."
POINT = "{side}, {when}: {value}"
POINT_U = "{side}, {when}: {value} ± {u} (2 u)"
POINT_AGAIN = "{told}, made again by version {version}"
TELLS_LINE = "{side}: {count} values from {first} on {begin} to {last} on {end}"
TELLS_ONE = "{side}: {last} on {end}"
SIDE = MappingProxyType({"left": "Left", "right": "Right", "": "Both legs"})
LETTER = MappingProxyType({"left": "●  L", "right": "■  R", "": "◆"})
"""The shape of the markers stands before the letter of the leg."""
UP, DOWN = "↑", "↓"
VERDICT_REAL = "{letter}   {arrow}  {difference} since {since}: {meaning}"
VERDICT_MEANING = MappingProxyType({True: "better", False: "worse", None: "changed"})
VERDICT_WITHIN = "{letter}   within error since {since} ({difference})"
VERDICT_UNKNOWN = "{letter}   {difference} since {since}: error unknown"
VERDICT_ONE = "{letter}   baseline of {since}, nothing to compare it with yet"
VERDICT_BOUND = "Held against {bound}: {why}."
VERDICT_WHY = "Not judged: {why}."
VERSION = "Version {version} throughout"
VERSION_OLD = "Version {version} throughout; now it is {now}: recompute"
VERSION_AGAIN = "{version}; {again} made again"
VERSION_OLDER = "{version}; {count} in an older version left out: recompute"
VERSION_UNLIKE = "{version}; {count} of another profile or length left out"

# ---- the question of the day after ----
NEXT_DAY = "The day after"
NEXT_DAY_ASK = "On {when} a set was stopped: {reason}. How much did it hurt on the day after?"
NEXT_DAY_REASON = MappingProxyType({
    "pain": "pain", "fear": "fear", "fatigue": "fatigue", "balance": "balance", "device": "the device",
})  # fmt: skip
NEXT_DAY_SCALE = "Pain then"
NEXT_DAY_KEEP = "Keep answer"
NEXT_DAY_LATER = "Not now"
NEXT_DAY_KEPT = "Kept: pain {pain} of 10 on the day after."

# ---- ladder ----
LADDER = "Ladder"
LADDER_AT = "step {step} of {steps}"
RUNG = "{number}  {title}"
RUNG_HERE = "{number}  {title}   (here)"
RUNG_PROPOSED = "{number}  {title}   (proposed)"
DRILLS = "Drills: {drills}"
PROPOSED = MappingProxyType({
    "go on to the next step": "Proposed: go on to step {step}, {title}",
    "stay on this step": "Proposed: stay on step {step}, {title}",
    "go one step back": "Proposed: one step back, to step {step}, {title}. A bad day is no failure.",
})  # fmt: skip
REASON = "–  {reason}"
ACCEPT, STAY, OTHER = "Accept", "Stay", "Another step …"
OTHER_STEP = "Step to go to"
OTHER_WHY = "Why (kept with the decision)"
OTHER_KEEP = "Decide"
DECIDED = "Decided on {when}: step {step}, {title} ({choice})."
DECIDED_WHY = "Decided on {when}: step {step}, {title} ({choice}): {why}"
CHOICE = MappingProxyType({"accepted": "as proposed", "stayed": "stayed", "other": "the physio's choice"})
NOTHING_NEW = "Nothing new since then."
RULES = "Rules …"
RULES_TITLE = "Rules of the ladder"
RULES_SHIPPED = "These are the rules that come with the program, version {version}."
RULES_OWN = "These are the clinic's own rules, version {version}: {name}"
RULES_ALL = (
    "A step opens the next when all of its rules, pain of at most {pain} and ease of at least {ease} hold in {visits} visit. "
    "One step back: pain above that, symmetry lost, two failed or stopped trials of an exam, more than {decay} % decay within a set. "
    "MDC: the smallest difference that is more than error.",
    "A step opens the next when all of its rules, pain of at most {pain} and ease of at least {ease} hold in {visits} visits in a row. "
    "One step back: pain above that, symmetry lost, two failed or stopped trials of an exam, more than {decay} % decay within a set. "
    "MDC: the smallest difference that is more than error.",
)
RULES_COPY = "Copy and edit …"
RULES_EDIT = "Edit …"
RULES_EDIT_HINT = "Opens the clinic's own rules as a text file in the data folder; the first time it is a copy of these"
RULES_BACK = "Back to the program's rules …"
RULES_BACK_HINT = "The clinic's own file is kept under another name"
RULES_BACK_TITLE = "Go back to the rules that come with the program?"
RULES_BACK_TEXT = "Proposals follow those rules from now on. Decisions stay, and the clinic's own file is kept under another name."
RULES_BACK_DO = "Go back"
RULES_ARE_BACK = "The rules that come with the program hold again. The clinic's own are kept as {name} in the data folder."
RULES_OPENED = "{path} is open in the editor of this computer. Save it there: its rules hold as soon as you come back to this window."
RULES_COPIED = "Open {path} in any text editor and save it: its rules hold as soon as you come back to this window."
RULE = MappingProxyType({
    "at least": "{exam}: {metric} at least {limit} {unit}",
    "at most": "{exam}: {metric} at most {limit} {unit}",
    "at least, of the other side": "{exam}: {metric} at least {limit} % of the other side",
    "at most, of the other side": "{exam}: {metric} at most {limit} % of the other side",
    "like the other side": "{exam}: {metric} like the other side, within the MDC",
})  # fmt: skip
RULE_ON = "{rule} ({where})"
RULE_OR = "{rule}, or"
RULE_NONE = "Nothing opens another step: be tested again each month."
CLOSE = "Close"

# ---- targets ----
TARGETS = "Targets"
TARGETS_NOT_YET = "A target needs a number to come from: it can be set after the first trial that counts."
TARGETS_EMPTY = "No target yet. Choose a number and a leg."
TARGET_NUMBER = "Number of the target"
TARGET_LEG = "Leg of the target"
TARGET_FROM = "Where the target is from"
TARGET_VALUE = "Value of the target"
TARGET_SET = "Set target"
TARGET_REMOVE = "Remove"
TARGET_REMOVE_OF = "Remove the target of {title}"
ORIGIN = MappingProxyType({"other side": "90 % of the other leg", "norm": "published norm", "by hand": "by hand"})
NUMBER_OF = "{metric}  ·  {exam}"
TARGET_TITLE = "{letter}  {metric}  ·  {exam}"
TARGET_WAY = "{baseline} → {value} {unit}, now {now}: {percent} %  ·  {origin}"
TARGET_REACHED = "{baseline} → {value} {unit}, now {now}: reached  ·  {origin}"
TARGET_UNTOLD = "{baseline} → {value} {unit}, no value yet  ·  {origin}"
TARGET_OLD = "{baseline} → {value} {unit}: set with version {version} of the number, now {now}; set it again"
PROGRESS = "Progress of {title}: {percent} %"
NO_OTHER = "The other leg has no value under the same conditions."
GOOD_ALREADY = "The leg is as good as that already."
NO_DIRECTION = "Of this number neither direction is better: set a target by hand."
NO_NORM = "No norm matches: {why}."
NORM_THERE = "The norm is reached already."
NO_BASELINE = "There is no value of this leg yet."
FROM_NORM = "From {source}"

TARGET_REMOVE_TITLE = "Remove this target?"
TARGET_REMOVE_TEXT = "{title}: its value and the baseline it was set from are forgotten. Trials stay."

# ---- due list ----
ASKED = "To be asked about the day after"
ASKED_HOW = "A set was stopped for pain or fear, and nobody has asked since. Enter or a click opens the client with the question."
ASKED_COLUMNS = ("Code", "Name", "Stopped on")
DUE = "Due for re-assessment"
DUE_BUTTON = "Due list"
DUE_HINT = "Who is due for the monthly re-assessment, and who is late"
DUE_COLUMNS = ("Code", "Name", "Due on", "Late", "Last re-assessment", "Last visit")
DUE_LATE = ("{days} day late", "{days} days late")
DUE_TODAY = "today"
DUE_IN = ("in {days} day", "in {days} days")
DUE_NEVER = "never complete"
DUE_EMPTY = ("Nobody is due within {days} day.", "Nobody is due within {days} days.")
DUE_COUNT = "clients: {count}"
DUE_OLD = "Show those not seen for half a year too ({count})"
DUE_HOW = "A re-assessment is lunge, balance and landing; it is due 28 days after the oldest of them. Enter or a click opens the client."
DUE_JOB = "Looking who is due"

# ---- recompute ----
RECOMPUTE = "Recompute …"
RECOMPUTE_HINT = "Analyse stored recordings again by the numbers of today; nothing is overwritten"
RECOMPUTE_TITLE = "Recompute history"
RECOMPUTE_TEXT = (
    "All stored trials are analysed again from their recordings with the metrics of today. New numbers are kept beside the stored ones, "
    "with their versions; nothing is overwritten. A trend uses one version throughout, the newest."
)
RECOMPUTE_ONE = "This client"
RECOMPUTE_ALL = "All clients"
RECOMPUTE_JOB = "Recomputing"
CANCEL = "Cancel"
RECOMPUTING = "{percent} % done"
RECOMPUTED = "Trials made again: {trials}. Numbers that are the same: {same}; that are not: {other}; new ones kept: {kept}."
RECOMPUTE_CANCELLED = "Cancelled: what was done by then is kept."
RECOMPUTE_ROWS = "Old beside new"
RECOMPUTE_COLUMNS = ("Client", "Visit", "Trial", "Number", "Unit", "Version", "Old", "Version now", "New", "Difference")
RECOMPUTE_TRIAL = "{exam}, {letter}, {number}"
RECOMPUTE_MORE = (
    "{count} more row is not shown here: ankletest recompute prints all.",
    "{count} more rows are not shown here: ankletest recompute prints all.",
)
RECOMPUTE_TOLD = "What could not be used"
