"""Every text of the pages and the window; texts of widgets and the way numbers are written are in ``common``."""

from types import MappingProxyType

NOT_TEXT = ("PROGRAM", "OUTCOME_STATE", "DISCARDED", "STOPPED")
"""Constants that are keys of the program, or are recorded: no language changes them."""

PROGRAM = "ankletest"

# ---- pages ----
TEST = "Test"
REPLAY = "Replay"
RESULTS = "Results"
DEVICES = "Devices"
CLIENTS = "Clients"
ABOUT = "About"
SCHEME = "Light / dark"
SCHEME_HINT = "Light or dark colours (Ctrl+D)"
ABOUT_TEXT = (
    "<h3>ankletest {version}</h3><p>Single-leg balance, hop and landing tests for the ankle, from a motion sensor or a force pad.</p>"
    "<p>Not a medical device. Apache License 2.0. The font is Inter (SIL Open Font License).</p>"
)
STARTING = "One moment …"
DISCONNECTING = "Disconnecting devices …"
SEALING = "Closing the recording …"
BUG_TITLE = "Something went wrong in the program"
BUG_TEXT = "{kind}: {message}\n\nThe recording goes on. Please send the log to whoever looks after the program."
FAILED_START = "The window cannot be furnished: {why}"

# ---- exams ----
EXAM = "Exam"
OTHER = "{side} {exam}"

# ---- set-up ----
CLIENT = "Client"
NO_CLIENT = "no client"
DURATION = "Hold"
SECONDS = " s"
EYES = "Eyes"
EYES_OPEN, EYES_CLOSED = "eyes open", "eyes closed"
SURFACE = "Surface"
FIRM, FOAM = "firm surface", "foam"
HOPS = "Hops"
HOPS_UNIT = " hops"
MASS = "Body mass"
KG = " kg"
MASS_UNKNOWN = "weighed"
VOICE = "Voice"
TRIALS_WANTED = 3
"""Trials a leg that the dots stand for."""

# ---- buttons of a test ----
START = "Start"
STOP = "Stop"
MARK_TOUCH = "Mark touch-down   M"
MARK_PAIN = "Pain   P"
MARK_TAP = "Tap   T"
DISCARD = "Discard trial"
ACCEPT = "Accept   Enter"
REPEAT = "Repeat   R"
KEYS_TEST = "Space  start / stop      M  touch-down      P  pain      L  side      F11  distance view"
DISCARD_TITLE = "Discard this trial?"
DISCARD_TEXT = "It will not be shown or saved. The recording keeps what was measured."
DISCARDED = "discarded by the operator"
TRIAL_DISCARDED = "The trial was discarded."
STOPPED = "stopped by the operator"

# ---- states of a test ----
NONE_IN_USE = "tick devices above, then press Connect"
NOT_CONNECTED = "No device is connected. Choose one on the Devices page (Ctrl+4)."
CONNECTING = "The devices are still connecting."
MISSING_DEVICE = "Sensors are connected and checked on the Devices page (Ctrl+4); another exam may do without."
READY = "Ready. Press Space to start."
TO_DEVICES = "Choose devices"
READY_LIMITED = "Ready, with limits: {why}"
OUTCOME = MappingProxyType({
    "completed": "Completed", "not held": "Not held", "stopped by the operator": "Stopped",
    "invalid": "Invalid: the measurement, not the person",
})  # fmt: skip
OUTCOME_STATE = MappingProxyType({"completed": "good", "not held": "warn", "stopped by the operator": "off", "invalid": "bad"})
HELD = "held {seconds} s"
TRIAL = "trial {number} of {total}"
TRIAL_OPEN = "trial {number}"

# ---- live pictures ----
COP = "Centre of pressure"
ELLIPSE = "95 % ellipse"
TIME = "Time"
NUMBERS = "Numbers, live"
NUMBERS_FINAL = "Numbers of the trial"
NUMBERS_RIGHT = "{letter} now   ·   {other} last trial"
SIGNALS = "Signals, last {seconds} s"
SIGNALS_RIGHT = "touch-downs {touches}   ·   samples lost {lost} %"
SECONDS_LEFT = "seconds left"
HOPS_LEFT = "hops left"
NOT_ENTERED = "not entered"
TEMPO = "Tempo"
TEMPO_OWN = "Own…"
NOTHING_ASKED = "nothing to be entered"
DONE_OF = "left to do"
UNTIL_GO = "until it goes on"
LAST_HOP = "Hops, live"
HOPS_CARD = "Hops"
SYMMETRY = "Symmetry, last trials"
SYMMETRY_TARGET = "target  LSI ≥ 90 %"
TIMELINE = "Hop timeline, ms"
LEFT_OUT = "hop {number} left out: {why}"
GROUND_FORCE = "Signals"
FORCE, NEWTON = "Force Fz", "N"
COP_ML, COP_AP, MILLIMETRE = "CoP ML", "CoP AP", "mm"
ROTATION, DEG_PER_S = "{site} gyro", "°/s"
ACCELERATION, M_PER_S2 = "{site} accel", "m/s²"
SITE_NAME = MappingProxyType({"pad": "Pad", "foot": "Foot", "shank": "Shank", "lumbar": "Pelvis"})
SITE_SHORT = MappingProxyType({"pad": "Pad", "foot": "Foot", "shank": "Shank", "lumbar": "Pelvis"})
"""Beside a line of a signal there is room for a dozen letters."""
EVENT = MappingProxyType({
    "phase": "phase", "contact": "contact", "flight": "flight", "touch-down": "touch-down", "stance-foot hop": "stance foot moved",
    "shift": "foot shifted", "large sway": "large sway", "off the pad": "off the pad", "mark": "mark", "gap": "samples missing",
    "link": "link", "beat": "beat",
})  # fmt: skip
MARKS = MappingProxyType({
    "touch-down": "touch-down", "pain": "pain", "hands": "hands", "eyes": "eyes", "tap": "tap", "cue": "cue heard",
    "beat": "beat heard",
})  # fmt: skip

# ---- distance view ----
DISTANCE = "Distance view"
PATH_OF = "{title}, {side}"

# ---- devices ----
FOUND = "Devices nearby"
SCANNING = "looking …"
RESCAN = "Look again"
IN_USE = "In this session"
NOTHING_FOUND = "No device found yet. Switch it on and hold it near this computer."
PRACTICE = "practice"
SIGNAL = "{dbm} dBm"
SCORE = "{percent} % sure"
NO_SIGNAL = "signal unknown"
WHERE = "Where"
WHICH_LEG = "Leg"
BOTH_LEGS = "either leg"
CONNECT = "Connect"
DISCONNECT = "Disconnect"
USE = "Use"
FOUND_COLUMNS = ("Use", "Device", "Sure", "Signal", "Where", "Leg")
STATUS_COLUMNS = ("Lamp", "Device", "Where", "Rate", "Loss", "Longest gap", "Battery", "Timing", "Says")
NOTHING_CHOSEN = "Tick the devices to use."
FIT_WORDS = MappingProxyType({"good": "ready", "limited": "limited", "refused": "not possible"})
FITS = "Exams with these devices"
MORE_REASONS = "and {count} more; point at an exam to read why"
CONNECTED_FIRST = "Disconnect before choosing other devices."
HZ, PERCENT, MS = "{value} Hz", "{value} %", "{value} ms"
TIMING = MappingProxyType({"exact": "exact", "device": "device clock", "counter": "sample counter", "estimated": "estimated from arrival"})
LOSS_ABOUT = "about {value} ± {u} %"
LOSS_UNSEEN = "none seen"
LOSS_UNTOLD = "cannot be told"
ALIGN = "Align sensors"
ALIGN_END = "End"
ALIGN_HINT = "Sensors that report with a delay come together: lay them all on the pad and knock on it three times."
KNOCK = "Lay all sensors on the pad and knock on it three times, a second apart."
ALIGN_FELT = "{felt} of {wanted} felt by all"
ALIGN_STATE = MappingProxyType({"good": "Aligned", "warn": "Partly aligned", "bad": "Not aligned", "off": ""})
ALIGN_GOOD = "{device}: ±{error} ms."
ALIGN_BAD = "{device}: {why}."
TWICE = "Two devices are set to the same place ({place}). Choose another place for one of them."

# ---- replay ----
OPEN = "Open recording …"
OPEN_TITLE = "Open a recording"
RECORDING_FILES = "Recordings (*.mcap);;All files (*)"
PLAY, PAUSE = "Play", "Pause"
SPEED = "Speed"
SPEEDS = (0.5, 1.0, 2.0, 4.0, 16.0)
TIMES = "{speed} ×"
NEXT_EVENT, PREVIOUS_EVENT = "Next event", "Previous event"
EVENTS = "Events"
KEYS_REPLAY = "Space  play / pause      N, P  next, previous event      Ctrl+O  open      F11  distance view"
NO_RECORDING = "Open a recording (Ctrl+O) or drop one here."
READING = "Reading {name} …"
NOT_A_FILE = "Only one recording can be dropped at a time."
TRIAL_EVENT = "{letter}  {exam}"

# ---- results ----
TRIALS = "Trials"
METRICS = "Numbers"
ALL_NUMBERS = "All numbers"
SESSION_TRIALS, STORED_TRIALS = "This visit", "Earlier"
CHANGE_COLUMN, PUBLISHED_COLUMN = "Change", "Published"
METRIC_COLUMNS = ("Number", "Value", "Unit", "± (k = 1)", "Status", "Why", CHANGE_COLUMN, PUBLISHED_COLUMN, "Profile", "Id")
CHANGE = "{difference} since {since}: {verdict}"
CHANGE_BARE = "{difference}  {verdict}"
CHANGE_VERDICT = MappingProxyType({"real": "real", "within": "within error", "unknown": "error unknown"})
CHANGE_BETTER = MappingProxyType({True: "better", False: "worse"})
NORMS_FROM = "Published: {sources}."
TRIAL_COLUMNS = ("#", "Exam", "Leg", "Outcome", "Length", "When")
NOW_WORD = "this visit"
NO_TRIALS = "No trials yet. They appear here as soon as one is finished."
EXPORT_PDF = "Report PDF …"
EXPORT_SHEET = "Client's sheet …"
EXPORTED = "Written: {path}"
EXPORTING = "Writing {name} …"
CSV_FILES, PDF_FILES = "CSV (*.csv)", "PDF (*.pdf)"
REPEATED = "to be repeated"
SHOW_IN = "Show trials of"

# ---- clients ----
FIND = "Find"
NEW_CODE = "Code"
NEW_NAME = "Name"
ADD = "Add client"
NO_STORE = "There is no store: clients and trials are not kept. Recordings are."
INVOLVED = "Involved leg"
NOT_KNOWN = "not known"
SELECT = "Take this client"
CLIENT_COLUMNS = ("Code", "Name", "Born", "Sex", "Mass", "Involved leg")
BORN = "Year of birth"
SEX = "Sex"
SEX_NAME = MappingProxyType({"female": "female", "male": "male"})

# ---- voice ----
NO_VOICE = "no voice: install ankletest[voice]"
VOICE_ON = "voice on"
VOICE_MUTED = "voice muted"
VOICE_BROKEN = "no voice: {why}"
MUTE = "Mute voice (Ctrl+U)"

# ---- sound ----
NO_SOUND = "no sound: install ankletest[sound]"
SOUND_ON = "sound on"
SOUND_MUTED = "sound muted"
SOUND_BROKEN = "no sound: {why}"
PULSE = "Metronome"
BEATS = MappingProxyType({0: "up", 1: "down", 2: "beat"})

# ---- store ----
STORE = "Store"
PASSPHRASE = "Passphrase of the clinic"  # noqa: S105  a label
UNLOCK = "Unlock store"
UNLOCKING = "Opening the store …"
STORE_LOCKED = (
    "Clients and trials are kept encrypted. Type the passphrase to open the store; the recovery code does too. "
    "Tests work without it, and are recorded."
)
STORE_OPEN = "The store is open."
TAKEN = "this visit: {code}"

RESCUING = "Looking for unfinished recordings"
