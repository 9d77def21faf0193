"""The catalog; see base."""
