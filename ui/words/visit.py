"""Every text of a visit through a battery: the band on the Test page, the page of the battery, how a set felt, stops."""

from types import MappingProxyType

NOT_TEXT = ("STATE_SYMBOL", "STOP_MARK")
"""Constants that are keys of the program, or are recorded: no language changes them."""

VISIT = "Visit"
BATTERY = "Battery"
MINUTES = "about {minutes} min"
OF_CLIENT = "{title}  ·  {code}"
OF_NOBODY = "No client is taken: tests are recorded, and kept with nobody."
LOCKED = "Locked after a stop: {count}. Unlock them only with a reason, or end the battery here."
BEGIN = "Begin"
LEAVE = "End the battery"
LEAVE_TITLE = "End the battery?"
LEAVE_TEXT = "Trials still to be done: {left} of {total}. What was done is kept; the rest is not asked for again."
LEAVE_OR_LATER = (
    "Trials still to be done: {left} of {total}. What was done is kept either way. Put aside, the battery can be gone on with later, "
    "also on another day; ended, it cannot."
)
PUT_ASIDE = "Put it aside"
GO_ON = "Go on with it"
ITEM_COLUMNS = ("", "Exam", "Leg", "Conditions", "", "Rest", "Said")
STATE = MappingProxyType({
    "open": "to do", "kept": "kept", "rejected": "does not count", "skipped": "left out", "locked": "locked",
})  # fmt: skip
STATE_SYMBOL = MappingProxyType({"open": "○", "kept": "●", "rejected": "✕", "skipped": "–", "locked": "■"})
PRACTICE = "practice"
REPEATED = "repeated at once"
COUNTS = "counts"
PROGRESS = "{done} of {total}"
NEXT = "Next: {exam}, {side}"
AFTER_REST = "in {seconds} s"
WAITING = "press Space when ready"
ALL_LOCKED = "What is left is locked after a stop."
ALL_DONE = "The battery is done."
BY_ITSELF = "Runs by itself"
BY_ITSELF_HINT = "Starts each trial after its rest, and counts completed ones, until somebody presses a key."
NOW = "Start now"
SKIP = "Leave out …"
NOT_BEGUN = "Choose a battery and begin. Its trials then follow each other on the Test page."
ANNOUNCE = "Next: {exam}, {side} leg."
ANNOUNCE_BOTH = "Next: {exam}."
DECIDING = "counts in {seconds} s unless you press R"
REOPEN = "Do it after all"
UNLOCK = "Unlock …"
ENDED = "{title} ended; trials done: {done} of {total}."
UNFINISHED = "{title} was interrupted; trials done: {done} of {total}."

WHY_REPEAT = "Why does this trial not count?"
WHY_SKIP = "Why is this left out?"
WHY_UNLOCK = "Why may it go on?"
REASONS_REPEAT = ("looked away or talked", "wrong technique", "the sensor slipped", "disturbed from outside", "the client asked for it")
REASONS_SKIP = ("no time", "not today", "pain before the set", "the device is missing", "not part of this visit")
REASONS_UNLOCK = ("pain is gone, the client wants to go on", "the reason was not the ankle")
OWN_REASON = "in other words"
DO_REPEAT, DO_REJECT, CANCEL = "Repeat", "Go on without it", "Cancel"

STOP_SET = "Client stops   X"
STOP_TITLE = "The set has been stopped. Why?"
STOP_REASON = MappingProxyType({"pain": "Pain", "fear": "Fear", "fatigue": "Fatigue", "balance": "Balance", "device": "The device"})
STOP_KEPT = "Everything measured so far is kept. The trial does not count."
CLOSE_TITLE = "A test is going on. Close the window?"
CLOSE_TEXT = "The test ends now. What was measured so far is in the recording."
CLOSE_DO, CLOSE_NOT = "Stop the test and close", "Go on with the test"
STOP_BETWEEN_TITLE = "The client stops. Why?"
STOP_BETWEEN_KEPT = "No set is going on. What was done stays as it is."
STOP_LOCKED = "Steps as hard as this one or harder are locked for this visit. Ask again on {when}."
STOP_MARK = "set stopped"
UNDERSTOOD = "Understood"

FELT = "How was it?"
FELT_OF = "{exam}, {side}"
SCALE = MappingProxyType({
    "soreness": "Soreness before", "pain": "Pain", "effort": "Effort", "ease": "Ease", "apprehension": "Apprehension",
})  # fmt: skip
SCALE_ENDS = MappingProxyType({
    "soreness": ("none", "worst"), "pain": ("none", "worst imaginable"), "effort": ("nothing at all", "maximal"),
    "ease": ("could not do it", "without a thought"), "apprehension": ("none", "never again"),
})  # fmt: skip
SCALE_POINT = "{title}: {value} of 10"
NOTE = "Note (stays in the encrypted store)"
SAVE, PASS_OVER = "Save   Enter", "Not now"
