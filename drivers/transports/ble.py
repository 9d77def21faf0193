"""The only file that imports bleak."""
