"""What the window says where a passphrase is chosen or typed, of the recovery code, and of the system's keyring."""

from types import MappingProxyType

# ---- a passphrase that is chosen ----
FIRST_TITLE = "Choose a passphrase"
FIRST_TEXT = (
    "Clients and trials are kept encrypted with it. Whoever opens the store has to type it, and nobody can find it out for you. "
    "Tests work without it, and are recorded."
)
NEW = "New passphrase"
REPEAT = "Repeat the passphrase"
MAKE = "Make the store"
SHOW, HIDE = "Show", "Hide"
SHOW_HINT, HIDE_HINT = "Show what is typed", "Hide what is typed"
CAPS = "Caps lock is on."
ADVICE = "At least {least} characters. A few words that have nothing to do with each other are easiest to keep."
WEAKNESS = MappingProxyType({
    "short": "{count} of at least {least} characters.",
    "common": "This is one of those that are tried first: take a few words that have nothing to do with each other.",
    "repeated": "This is the same few characters again and again: take a few words.",
    "row": "This is a row of keys: take a few words.",
})  # fmt: skip
STRENGTH = MappingProxyType({
    "weak": "{count} characters, roughly {guesses} guesses: weak. A strong machine finds it within days; one more word helps much.",
    "fair": "{count} characters, roughly {guesses} guesses: fair. A strong machine needs weeks or years.",
    "strong": "{count} characters, more than {guesses} guesses: strong. A strong machine needs decades.",
})  # fmt: skip
DIFFERS = "The repeat is not the same as the passphrase above."
REPEAT_MISSING = "Type the passphrase once more, so that a slip is found now."

# ---- recovery code ----
CODE_TITLE = "Recovery code"
CODE_TEXT = (
    "It opens the store when the passphrase is forgotten, and is shown this once. Write it on paper and put that where the passphrase is "
    "not. With neither of the two nobody can read the data again, and nobody can help."
)
COPY, PRINT, CLOSE = "Copy", "Print …", "Close"
COPIED = "Copied. It is taken out of the clipboard when this closes."
PRINTED = "It was sent to the printer."
TICK = "I have it on paper"
TICK_FIRST = "Tick first that you have it on paper: it is not shown again."
CODE_LOST = "The recovery code was not confirmed. Make another one in the settings, under Safety."
PAPER_TITLE = "Recovery code of ankletest"
PAPER_TEXT = "Made on {day}. Whoever has this paper can open the store of the clinic: lock it away, and not beside the computer."
STORE_MADE = "The store is made; everything about clients is encrypted from now on."
NEW_CODE = "New recovery code …"
NEW_CODE_TITLE = "Make a new recovery code?"
NEW_CODE_TEXT = "The one before opens nothing any more; backups keep the code of their day."
NEW_CODE_DO = "Make"

# ---- the system's keyring ----
KEYRING_CARD = "Opening the store"
REMEMBER = "Remember the passphrase on this computer"
REMEMBER_ABOUT = (
    "The store then opens by itself when the program starts: whoever can log in to your account on this computer can read every client. "
    "What is kept is a key in the keyring of your account, not the passphrase. A locked window asks for the passphrase all the same."
)
REMEMBER_NONE = (
    "This computer has no keyring that can be used (on Linux GNOME Keyring or KWallet), so the passphrase is asked for at every start."
)
REMEMBER_TITLE = "Remember the passphrase on this computer?"
REMEMBER_TEXT = "Do this only where nobody else uses your account. It can be forgotten again at any time."
REMEMBER_DO = "Remember"
REMEMBERING, FORGETTING, MAKING_CODE = "Remembering", "Forgetting", "Making a recovery code"
REMEMBERED = "From the next start on this computer opens the store by itself. The passphrase is still needed after a lock."
REMEMBER_REFUSED = "The keyring of this computer did not take it; it may be locked. The passphrase is asked for at every start."
FORGOTTEN = "This computer has forgotten it: the passphrase is asked for at every start."
