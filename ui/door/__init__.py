"""The door of a data folder: which window has it, the store unlocked, what covers the window while it is locked."""
