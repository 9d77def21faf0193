"""The link thread: record, then queue."""
