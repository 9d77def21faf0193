"""The last seconds of a stream for a view, as one contiguous array."""
