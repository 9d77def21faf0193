"""Every text of editing batteries: the buttons on the page of a visit and the window of the editor."""

from types import MappingProxyType

COPY, EDIT, DELETE, UNDO = "Copy …", "Edit …", "Delete …", "Undo deleting"
COPY_HINT = "Make a battery of your own from this one"
OWN = "{title}  (own)"
COPY_OF = "{title}, own"
SHIPPED_STAYS = "This battery comes with the program: copy it to change it."
NO_FOLDER = "There is no data folder of this window's own: batteries cannot be changed."
DELETE_TITLE = "Delete this battery?"
DELETE_TEXT = "{title} is deleted from the data folder. Visits that were done with it keep what they did."
DELETED = "{title} is deleted."
RESTORED = "{title} is back."
SAVED = "{title} is saved."

EDITOR = "Battery"
TITLE, MINUTES, NOTE = "Name", "Time to plan", "Note"
MINUTES_UNIT = " min"
STEPS = "Exams in their order"
STEP_COLUMNS = ("", "Exam", "Legs", "Practice", "Trials", "Rest")
ADD, REMOVE, UP, DOWN = "&Add", "&Remove", "Move &up", "Move &down"
STEP = "Exam {number}"
EXAM, LEGS, PRACTICE, TIMES, REST = "Exam", "Legs", "Practice trials", "Trials that count", "Rest before each further trial"
EYES, SURFACE, DURATION, HOPS = "Eyes", "Surface", "Hold", "Hops"
SECONDS = " s"
LEG_NAMES = MappingProxyType({"each": "each leg", "involved": "the involved leg", "both at once": "both at once"})
EYES_NAMES = MappingProxyType({"open": "eyes open", "closed": "eyes closed"})
SURFACE_NAMES = MappingProxyType({"firm": "firm surface", "foam": "foam"})
SAVE, CANCEL = "&Save", "Cancel"
NO_TITLE = "The battery needs a name."
NO_STEPS = "The battery needs at least one exam."
TOO_MANY = "A battery has at most {most} exams."
UNSAVED_TITLE = "Leave without saving?"
UNSAVED_TEXT = "What was changed in this battery is not kept."
