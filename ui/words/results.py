"""Every text of the results page's exports, its comparison by exam, and the traces behind numbers."""

from types import MappingProxyType

# ---- exports ----
EXPORT = "Export …"
EXPORT_HINT = "Numbers or samples of the trials shown, in open formats"
NUMBERS_CSV = "Numbers as CSV …"
NUMBERS_PARQUET = "Numbers as Parquet …"
SAMPLES = MappingProxyType({
    "csv": "Samples and numbers as CSV …", "parquet": "Samples and numbers as Parquet …", "c3d": "Force and motion as C3D …",
    "json": "Everything as JSON …",
})  # fmt: skip
PARQUET_FILES = "Parquet (*.parquet)"
FOLDER_TITLE = "Folder for the files"
EXPORTED_FOLDER = ("Written: {count} file in {folder}", "Written: {count} files in {folder}")
REPLACE_TITLE = "Replace files?"
REPLACE_TEXT = "{what} Shall they be replaced?"

# ---- comparison by exam ----
BY_EXAM, BY_TRIAL = "&Exams", "&Trials"
VIEW = "Show by"
EXAM_COLUMNS = ("Number", "Left", "Right", "Symmetry", "Since first visit", "Since last visit", "Target", "Published")
USED = "{letter}: trial {number} counts"
NEWEST_OF = "{letter}: trial {number} counts, the newest of {count} that can be used"
NOT_USED = "trial {number} not used: {why}"
OLDER = "an older one"
REPEATED = "does not count"
NO_LEG = "{letter}: no trial that can be used"
VERDICT = "{lsi}\n{verdict}"
VISIT_OF = "visit of {day}"
FIRST_ON, LAST_ON = "first visit {day}", "last visit {day}"
SIDE_LINE = "{letter}  {text}"
SHOW_TRACE = "Show the trace behind this number (Enter)"

# ---- traces ----
TRACE = "Trace"
CLOSE = "Close"
TRACE_OF = "{exam}, {side}, trial {number}"
NUMBER_OF = "{title}: {value}"
NO_SAMPLES = "The samples of this trial are not at hand: {why}"
NOT_FOUND = "the recording holds no such trial"
LOADING = "Reading the recording of trial {number} …"
WINDOW = "window of the number"
TRACE_KEYS = "+ and −  zoom      arrows  move      Home  all      Esc  close"
TRACE_TOLD = "{from_s} to {to_s} s; window {start_s} to {end_s} s; {tracks}"
FORCE, COP_ML, COP_AP = "Force", "CoP, right +", "CoP, forward +"
ACCELERATION, ROTATION = "Acceleration, {site}", "Rotation, {site}"
NEWTON, MILLIMETRE, M_PER_S2, DEG_PER_S = "N", "mm", "m/s²", "°/s"
