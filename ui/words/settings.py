"""What the window says of its settings and of keeping data safe."""

from types import MappingProxyType

PAGE = "Settings"
GROUPS = MappingProxyType(
    {"clinic": "Clinic", "measuring": "Measuring", "sound": "Sound", "look": "Look", "safety": "Safety", "log": "Audit log"}
)
SAVED = "Saved."
LOOK_HINT = "Size of text and language are applied when the program starts next."

# Clinic
CLINIC_CARD = "On the reports"
CLINIC = "Name of the clinic"
CLINIC_HINT = "Stands at the head of every PDF."
LOGO = "Picture"
LOGO_NONE = "none"
LOGO_CHOOSE = "Choose a picture …"
LOGO_REMOVE = "Remove the picture"
LOGO_FILES = "Pictures (*.png *.svg)"
LOGO_TAKEN = "{name} stands at the head of every PDF."
LOGO_ABOUT = "PNG or SVG, at most 1 MB."
LOGO_HINT = "Choose a PNG or SVG of at most 1 MB."
LOGO_UNREADABLE = "{name} cannot be read: {why}."
LOGO_KIND = "{name} is neither PNG nor SVG."
LOGO_HEAVY = "{name} has {size} MB; {most} MB are the most."
LOGO_SIZE = "{name} has {wide} × {high} pixels; each side must have {least} to {most}."
LOGO_BROKEN = "{name} is not a picture that can be drawn."
LOGO_NO_FOLDER = "There is no folder to keep a picture in."

# Measuring
UNITS_CARD = "Units"
LENGTH = "Lengths"
LENGTHS = MappingProxyType({"cm": "centimetres (cm)", "in": "inches (in)"})
MASS = "Masses"
MASSES = MappingProxyType({"kg": "kilograms (kg)", "lb": "pounds (lb)"})
UNITS_HINT = "For what is typed and read on the pages. Results, recordings and files keep the units of their field."
GRAVITY_CARD = "Gravity"
GRAVITY = "Gravity of the place"
GRAVITIES = MappingProxyType({"standard": "standard (9.80665 m/s²)", "place": "by latitude and height", "typed": "typed"})
LATITUDE = "Latitude"
ALTITUDE = "Height above sea level"
TYPED_G = "Gravity"
DEGREES = " °"
METRES = " m"
M_S2 = " m/s²"
GRAVITY_NOW = (
    "In force: {value} m/s². It turns weights into newtons in a calibration and the pad's force into a body mass, and is recorded with "
    "every trial; the numbers of tests are made with the standard gravity, so that places, norms and earlier results can be compared "
    "(a jump height changes by less than 0.4 %, far less than its own error)."
)

# Sound
SOUND_CARD = "Sound"
VOLUME = "Volume of cues"
PERCENT = " %"
MUTED = "Mute everything"
MUTED_HINT = "Ctrl+U does the same. Without sound, cues are seen only."
VOICE = "Speak instructions"
DEVICE = "Sound goes to"
DEVICE_SYSTEM = "the system's choice"
DEVICE_GONE = "{name} (not there now)"
DEVICE_NONE = "Install ankletest[sound] to choose a device."
TRY_SOUND = "Try it"

# Look
LOOK_CARD = "Look"
THEME = "Colours"
THEMES = MappingProxyType({"system": "as the system", "light": "light", "dark": "dark"})
TEXT = "Size of text"
LANGUAGE = "Language"
LANGUAGES = MappingProxyType({"system": "as the system", "en": "English", "de": "Deutsch"})

# Safety
BACKUP_CARD = "Backup"
LAST_BACKUP = "Last backup: {when}"
NO_BACKUP = "There is no backup yet."
BACKUP_REMIND = "Remind me when it is so many days old"
BACKUP_MISSING = "There is no backup of these data yet: make one under Settings, Safety."
BACKUP_OLD = (
    "The last backup is {days} day old: make another under Settings, Safety.",
    "The last backup is {days} days old: make another under Settings, Safety.",
)
BACK_UP = "Back up now …"
BACKUP_FOLDER = "Folder for the backup"
BACKING_UP = "Backing up"
BACKED_UP = "The backup {name} was written and read again."
RESTORE = "Restore a backup …"
RESTORE_FOLDER = "Folder of a backup"
RESTORE_TITLE = "Replace everything by the backup of {when}?"
RESTORE_TEXT = (
    "Clients, visits and recordings of the data folder are replaced by those of the backup (files: {files}; by ankletest {program}). "
    "What is there now is backed up beside it first, and set aside in the data folder. The store is closed meanwhile."
)
RESTORE_KEY = "Passphrase of the day of the backup"
RESTORE_DO = "Replace"
RESTORING_FIRST = "Backing up what is there now"
RESTORING = "Restoring"
RESTORED = "The backup of {when} is in its place. {told}"
KEYS_CARD = "Passphrase and lock"
CHANGE_KEY = "Change the passphrase …"
KEY_TITLE = "Change the passphrase"
KEY_NOW = "Passphrase now"
KEY_NEW = "New passphrase"
KEY_DO = "Change"
KEY_CHANGED = "The passphrase was changed. The recovery code stays as it was; backups keep the passphrase of their day."
LOCK_NOW = "Lock now"
LOCK_AFTER = "Lock after"
MINUTES = " min"
NEVER = "never by itself"
NEVER_TITLE = "Never lock by itself?"
NEVER_TEXT = "Whoever finds this computer unattended can then read the data of every client. Lock by hand with Ctrl+L."
NEVER_DO = "Never lock"
NEVER_WARNING = "The window does not lock by itself: whoever finds it unattended can read every client's data."
FOLDER_CARD = "Data folder"
FOLDER_NONE = "There is none: nothing is kept."
FOLDER_GIVEN = "It was named when the program was started, so it cannot be moved from here."
MOVE = "Move the data …"
MOVE_FOLDER = "Empty folder for the data"
MOVE_TITLE = "Move the data to {folder}?"
MOVE_TEXT = (
    "The store is locked and everything is copied and compared. After that the window closes; the next start uses the new folder. "
    "The old one is kept until you delete it here."
)
MOVE_DO = "Move"
MOVING = "Moving the data"
MOVED = (
    "{files} file was copied and compared. The window closes now; the next start uses {folder}.",
    "{files} files were copied and compared. The window closes now; the next start uses {folder}.",
)
OLD_FOLDER = "The old data folder is still there: {folder}"
LET_GO = "Delete the old folder …"
LET_GO_TITLE = "Delete the data in {folder}?"
LET_GO_TEXT = "They are overwritten and cannot be brought back. Only what is also in the new folder is deleted."
LET_GO_DO = "Delete"
LETTING_GO = "Deleting the old folder"
LET_GONE = ("{files} file of the old folder was deleted.", "{files} files of the old folder were deleted.")
ERASE_CARD = "Erase a client"
ERASE_ABOUT = "Rows, recordings and the same in every known backup, for good. Export the client first if anything is to be kept."
ERASE_CODE = "Code of the client"
ERASE = "Erase …"
ERASE_TITLE = "Erase {code} for good?"
ERASE_TEXT = "Nothing of this client can be brought back. Type the code once more."
ERASE_DO = "Erase"
ERASING = "Erasing"
ERASED = ("{code} was erased, with {files} recording. {left}", "{code} was erased, with {files} recordings. {left}")
NO_CLIENT = "There is no client with the code {code}."

# Audit log
LOG_CARD = "Who saw, changed, exported or erased what"
LOG_CLIENT = "Client (code, or id of one who was erased)"
LOG_SINCE = "From"
LOG_UNTIL = "to"
LOG_COLUMNS = ("When", "Who", "Did", "What", "Client", "Detail")
LOG_CSV = "Save as CSV …"
LOG_SHOW = "Show"
LOG_FILES = "CSV (*.csv)"
LOG_WRITTEN = ("{count} entry was written to {name}.", "{count} entries were written to {name}.")
LOG_COUNT = ("{count} entry", "{count} entries")
LOG_MOST = "the newest {count} entries; narrow the days to see others"
LOG_READING = "Reading the log"
LOG_LOCKED = "Open the store to see the log."

ACTS = MappingProxyType({
    "unlock": "unlocked", "lock": "locked", "see": "saw", "add": "entered", "change": "changed", "export": "exported", "erase": "erased",
    "backup": "backed up", "restore": "restored", "decrypt": "decrypted", "keys": "changed keys",
})  # fmt: skip
ENTITIES = MappingProxyType({
    "store": "store", "client": "client", "visit": "visit", "trial": "trial", "setting": "setting", "log": "audit log",
    "recording": "recording",
})  # fmt: skip

# Jobs
CANCEL = "Cancel"
STOPPED = "It was cancelled; everything is as it was."
STOPPING = "Cancelling …"
STORE_CLOSED = "Open the store first (Clients page)."
ONLY_LOOKS = "This window only looks; use the one that records."
RECORDS = "Something is being recorded: let the devices go first."
BUSY = "Something else is still being done; try again in a moment."
