"""Every text of the page of clients: the list, the form, duplicates, consent, the import of a table, and what a test offers to keep."""

from types import MappingProxyType

NOT_TEXT = ("SAID_STATE",)
"""Constants that are keys of the program: no language changes them."""

# ---- list ----
FIND = "Find by name, code or date of birth"
NEW, EDIT, TAKE = "New client", "Edit", "Take this client"
NEW_HINT, EDIT_HINT, TAKE_HINT = "New client (Ctrl+N)", "Edit this client (F2)", "Take this client for the visit (Enter)"
IMPORT, EXPORT = "Import CSV …", "Export list …"
COLUMNS = ("Code", "Name", "Born", "Injured leg", "Consent")
FOUND = "{shown} shown; type more to find others"
NOBODY = "Nobody is found. Ctrl+N enters a new client."
NOBODY_YET = "There are no clients yet. New client (Ctrl+N) enters the first; Import CSV brings in a whole list."
KEYS = "type to find      ↑ ↓  choose      Enter  take      F2  edit      Ctrl+N  new"
SAVED = "Saved: {code}."
UNDONE = "{code} is as it was before."
UNDO = "Undo"
UNDO_HINT = "Undo the last change (Ctrl+Z)"
NO_STORE = "The store is not open."

# ---- summary of one client ----
CLIENT = "Client"
YEARS = ("{age} year", "{age} years")
NOT_KNOWN = "not known"
NO_NAME = "no name"
HEIGHT_MASS = "{height}, {mass}"
FACT = MappingProxyType({
    "born": "Born", "sex": "Sex", "size": "Height, mass", "injury": "Injury", "dominant": "Dominant leg", "tested": "Leg tested",
    "measures": "Lengths", "note": "Note",
})  # fmt: skip
INJURY = "{side}: {what}"
INJURY_ON = "{side}: {what}, {day}"
INJURED = "injured"
MEASURE = "{title} {side} {value}"

# ---- form ----
FORM_NEW, FORM_EDIT = "New client", "Client {code}"
PERSON, LEGS, LENGTHS, CONSENT, NOTES = "Person", "Legs and injury", "Lengths for exams", "Consent", "Notes"
SAVE, CANCEL = "Save", "Cancel"
SAVE_HINT = "Save (Ctrl+S)"
SAVE_ANYWAY = "Save as somebody else"
REQUIRED = "A code is needed; everything else can be added later."
FIELD = MappingProxyType({
    "code": "Code", "name": "Name", "birth_date": "Date of birth", "sex": "Sex", "height_m": "Height", "mass_kg": "Body mass",
    "involved": "Injured leg", "injury": "Injury", "injured_on": "Date of injury", "dominant": "Dominant leg", "tested": "Leg tested",
    "note": "Note", "consents": "Consent",
})  # fmt: skip
FIELD_UNIT = MappingProxyType({"height_m": "Height, {unit}", "mass_kg": "Body mass, {unit}"})
"""As the form calls them: entered in this unit."""
HINT_UNIT = MappingProxyType({"in": "67 or 5 ft 7", "lb": "138"})
"""What may be typed where the clinic reads in these units."""
HINT = MappingProxyType({
    "code": "on recordings instead of the name", "name": "first name and family name", "birth_date": "1990-03-12, 12.03.1990 or 1990",
    "height_m": "171", "mass_kg": "62.5", "injury": "what was injured", "injured_on": "2026-01-20 or 20.01.2026", "note": "",
})  # fmt: skip
BOTH_LEGS = "both"
SIDE_OF = "{title}, {side}"
CODE_KEPT = "Recordings carry this code; it stays."
DAY = "Day"
CONSENT_DAY = "{purpose}: day"
PURPOSE = MappingProxyType({
    "tests": "To be tested and recorded", "sharing": "Results to doctors and insurers", "research": "Pseudonymised data for research",
})  # fmt: skip
SAID = MappingProxyType({"": "not asked", "given": "given", "refused": "refused", "withdrawn": "withdrawn"})
SAID_ON = MappingProxyType({
    "given": "consent given on {day}", "refused": "consent refused on {day}", "withdrawn": "consent withdrawn on {day}",
})  # fmt: skip
SAID_STATE = MappingProxyType({"": "warn", "given": "good", "refused": "bad", "withdrawn": "bad"})
NOT_ASKED = "consent not asked for"
NO_DAY = "a day not known"
BARRED = MappingProxyType({
    "refused": "{code} refused on {day} to be tested and recorded: nothing is recorded.",
    "withdrawn": "{code} withdrew the consent to be tested and recorded on {day}: nothing is recorded.",
})  # fmt: skip
TEST_RUNS = "A test is going on. Stop it first, then take another client."
BARRED_HINT = "Take another client, or note a new consent on the Clients page."
WITHDRAWN_NOTE = "From now on nothing of this client is recorded. What is stored stays until the client is erased."
WRONG = MappingProxyType({
    "NO_CODE": "Type a short code, such as initials and a number.", "TOO_LONG": "This is too long.", "AHEAD": "This day is yet to come.",
    "TOO_EARLY": "This is before 1900.", "OUT_OF_RANGE": "This is not between {least} and {most}.",
    "BEFORE_BIRTH": "This is before the day of birth.", "NO_DATE": "This is no date.",
    "EITHER_ORDER": "Which number is the day? Write 1990-03-12 or 12.03.1990.", "NO_NUMBER": "This is no number.",
    "NO_SIDE": "This is neither left nor right.", "NO_SEX": "This is neither female nor male.",
    "NO_CONSENT": "This is neither given, refused nor withdrawn.", "CODE_TAKEN": "This code is another client's.",
    "CODE_TWICE": "This code is in the file twice.", "CODE_KEPT": "Recordings carry this code; it stays.",
    "NOBODY": "There is neither a name nor a code.", "OTHER_UNIT": "This unit is not known here.",
})  # fmt: skip

# ---- unsaved ----
UNSAVED_TITLE = "Leave without saving?"
UNSAVED_TEXT = "What you changed is lost."
LEAVE, STAY = "Leave", "Stay"

# ---- duplicates ----
ALIKE = MappingProxyType({
    "SAME": "{who}: the same name and date of birth", "SWAPPED": "{who}: the same names the other way round",
    "SAME_NAME": "{who}: the same name", "DATE_SLIP": "{who}: the same name, nearly the same date of birth",
    "NEAR": "{who}: nearly the same name", "CODE": "{who}: the same code",
})  # fmt: skip
WHO = "{name} ({code}), {born}"
ALIKE_TITLE = "There already?"
OPEN_THAT = "Open that one instead"
OPEN_WHICH = "Open {code} instead"

# ---- import ----
IMPORT_TITLE = "Import {name}"
CSV_FILES = "Tables (*.csv *.txt *.tsv);;All files (*)"
IMPORT_OPEN, EXPORT_SAVE = "Import a list of clients", "Export the list of clients"
EXPORT_FILES = "CSV (*.csv)"
COLUMN_IS = "Column {heading}"
PASSED_OVER = "passed over"
DATES = "Dates such as 3/4/1990"
DATES_UNTOLD, DATES_DMY, DATES_MDY = "not told", "day first", "month first"
IMPORT_COLUMNS = ("", "Line", "What is said", "Code", "Name", "Born", "Sex", "Height", "Mass", "Injured leg")
IMPORT_COUNT = "{good} will be imported    {alike} could be there already: left out unless ticked    {bad} cannot be read: left out"
IMPORT_DO = ("Import {count} client", "Import {count} clients")
IMPORT_DONE = "Clients imported: {count}; rows left out: {left}."
IMPORT_UNDO = "Undo the import"
IMPORT_UNDONE = "Clients of the import removed: {gone} of {count}."
IMPORT_KEPT = ("{used} was tested or changed since and stays.", "{used} were tested or changed since and stay.")
IMPORT_UNDO_TITLE = ("Remove the {count} client of the import of {when}?", "Remove the {count} clients of the import of {when}?")
IMPORTING, READING, EXPORTING, UNDOING = "Importing clients …", "Reading {name} …", "Writing the list …", "Undoing the import …"
EXPORT_WARN = "Written: {path}. It has names in it and is not encrypted: keep it accordingly."
GOOD_ROW = "new"
LINE = "line {number}"
TICK = "Import line {line}"
WRONG_CELL = "{field}: {why}"
WRONG_WRITTEN = "{field}: {why} ({written})"
FIELD_OF_COLUMN = MappingProxyType({
    "": "passed over", "first_name": "First name", "last_name": "Family name", "consent_tests": "Consent to tests",
    "consent_tests_on": "Consent to tests: day", "consent_sharing": "Consent to sharing", "consent_sharing_on": "Consent to sharing: day",
    "consent_research": "Consent to research", "consent_research_on": "Consent to research: day",
})  # fmt: skip
"""Beside those of ``FIELD``."""

# ---- what a test offers to keep ----
KEEP = "Keep with {code}: {what}"
KEEP_BEFORE = "{title} {value} (was {before})"
KEEP_NEW = "{title} {value}"
KEEP_DO, KEEP_NOT = "Keep", "Not now"
KEPT = "Kept with {code}."
