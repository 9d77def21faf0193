"""What the window says of the store's door: locked, unlocked, a second window."""

LOCKED = "Locked"
LOCKED_TEXT = "Type the passphrase of the clinic to go on. The recovery code does too."
LOCKED_GOES_ON = "Devices stay connected, and the recording goes on."
PASSPHRASE = "Passphrase"  # noqa: S105  a label
UNLOCK = "Unlock"
UNLOCKING = "Opening the store …"
LOCK_LATER = "The window locks when the test is over."
NOTHING_TO_LOCK = "There is nothing to lock: the store is not open."
WRONG_KEY_FILE = "The data folder has a database and no key file."
WRONG_KEY_FILE_HINT = "Nothing was changed. Put keys.json back beside it, or restore a backup: ankletest restore."
NOT_YET = "There is no store yet."
NOT_YET_HINT = "Make it in the window that records."

SECOND_TITLE = "ankletest is open already"
SECOND_TEXT = "Another window uses this data folder. Only one of them may record and change clients."
SECOND_SHOW = "Show that window"
SECOND_LOOK = "Only look here"
SECOND_LOOKING = "This window only looks: nothing is recorded or changed here."
SECOND_SILENT = "The other window does not answer. It may be on another computer or hang; close it there."
"""Said instead of showing it."""

UNWRITTEN = "Entries of this visit that could not be written into the store: {count}."
UNWRITTEN_HINT = "The recording has every trial with its numbers: make room, then open it on the Replay page."

FOLDER_TROUBLE = "Nothing can be recorded or kept: {why}"
DAMAGED = "The store is damaged: {why}"
