"""What is said where everything about a client is handed out."""

CARD = "Everything about a client"
ABOUT = (
    "For the client, or for research: entries, numbers, recordings and samples in open formats. What is written is not encrypted; the "
    "audit log notes it."
)
CODE = "Code of the client"
NAMED = "Write with the name …"
HIDDEN = "Write under a pseudonym …"
NAMED_TITLE = "Write everything about {code}, with the name?"
NAMED_TEXT = (
    "What is written is not encrypted: whoever has the folder can read the name, the entries and every recording. Keep it where only the "
    "client and you get at it, and delete it when it is handed over."
)
HIDDEN_TITLE = "Write everything about {code} under a pseudonym?"
HIDDEN_TEXT = (
    "What is written is not encrypted. Name, code, notes and days are left out or replaced; which client the new code stands for is known "
    "in this store only. Movement itself can still tell a person to somebody who has measured them before."
)
CHOOSE = "Choose a folder …"
FOLDER = "Folder for what is written"
NAMED_FOLDER = "{code}_{stamp}"
HIDDEN_FOLDER = "pseudonymised_{stamp}"
WRITING = "Writing everything about the client"
WRITTEN = "Written, not encrypted: {folder}"
NOT_TEXT = ("NAMED_FOLDER", "HIDDEN_FOLDER")
"""Names of folders are the same in every language."""
